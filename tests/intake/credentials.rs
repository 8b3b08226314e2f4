//! Secrets that stand in the input, in every notation.

use sigscope::engine::document::Mask;

use super::*;

const ID: &str = "AKIAIOSFODNN7EXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const TOKEN: &str = "IQoJb3JpZ2luX2VjEXAMPLE//token==";

/// `id secret token` of each pasted secret, a dash where there is none.
fn found(given: &str) -> Vec<String> {
    let case = read(given.as_bytes());
    for secret in &case.secrets {
        let masks = |span: sigscope::engine::document::Span, mask| {
            let given = case.docs.to_given(span);
            case.docs
                .get(given.doc)
                .is_some_and(|d| d.masks().contains(&(given, mask)))
        };
        assert!(masks(secret.value, Mask::Secret));
        assert!(secret.session_token.is_none_or(|t| masks(t, Mask::Token)));
    }
    let or_dash = |span: Option<_>| span.map_or("-".into(), |s| text(&case, s));
    case.secrets
        .iter()
        .map(|s| {
            format!(
                "{} {} {}",
                or_dash(s.key_id),
                text(&case, s.value),
                or_dash(s.session_token)
            )
        })
        .collect()
}

#[test]
fn every_notation_is_read() {
    let whole = format!("{ID} {SECRET} {TOKEN}");
    for given in [
        format!(
            "AWS_ACCESS_KEY_ID={ID}\nAWS_SECRET_ACCESS_KEY={SECRET}\nAWS_SESSION_TOKEN={TOKEN}\n"
        ),
        format!(
            "export AWS_ACCESS_KEY_ID=\"{ID}\"; export AWS_SECRET_ACCESS_KEY='{SECRET}'; export AWS_SESSION_TOKEN={TOKEN}"
        ),
        format!(
            "set AWS_ACCESS_KEY_ID={ID}\r\nset AWS_SECRET_ACCESS_KEY={SECRET}\r\nset AWS_SESSION_TOKEN={TOKEN}\r\n"
        ),
        format!(
            "$Env:AWS_ACCESS_KEY_ID=\"{ID}\"\n$Env:AWS_SECRET_ACCESS_KEY=\"{SECRET}\"\n$Env:AWS_SESSION_TOKEN=\"{TOKEN}\"\n"
        ),
        format!(
            "set -gx AWS_ACCESS_KEY_ID {ID}\nset -gx AWS_SECRET_ACCESS_KEY {SECRET}\nset -gx AWS_SESSION_TOKEN {TOKEN}\n"
        ),
        format!(
            "[default]\naws_access_key_id = {ID}\naws_secret_access_key = {SECRET}\naws_session_token = {TOKEN}\n"
        ),
        format!(
            "{{\"Version\": 1, \"AccessKeyId\": \"{ID}\", \"SecretAccessKey\": \"{SECRET}\", \"SessionToken\": \"{TOKEN}\", \"Expiration\": \"x\"}}"
        ),
        format!(
            "{{\n  \"Credentials\": {{\n    \"SessionToken\": \"{TOKEN}\",\n    \"AccessKeyId\": \"{ID}\",\n    \"SecretAccessKey\": \"{}\"}}}}",
            SECRET.replace('/', "\\/")
        ),
        format!(
            "<Credentials><AccessKeyId>{ID}</AccessKeyId><SecretAccessKey>{SECRET}</SecretAccessKey><SessionToken>{TOKEN}</SessionToken></Credentials>"
        ),
    ] {
        assert_eq!(found(&given).join("|"), whole, "{given}");
    }
}

#[test]
fn each_secret_has_the_id_beside_it() {
    let block = |n: u8, token: &str| {
        format!("[p{n}]\naws_access_key_id={ID}{n}\naws_secret_access_key={SECRET}{n}\n{token}")
    };
    let given = format!(
        "{}{}",
        block(1, ""),
        block(2, &format!("aws_session_token={TOKEN}\n"))
    );
    assert_eq!(
        found(&given),
        [
            format!("{ID}1 {SECRET}1 -"),
            format!("{ID}2 {SECRET}2 {TOKEN}")
        ]
    );
    let trailing: String = (1..3)
        .map(|n| format!("secret_key = {SECRET}{n}\naccess_key = {ID}{n}\n"))
        .collect::<Vec<_>>()
        .concat();
    assert_eq!(
        found(&trailing),
        [format!("{ID}1 {SECRET}1 -"), format!("{ID}2 {SECRET}2 -")]
    );
}

#[test]
fn placeholders_and_prose_are_no_secrets() {
    for given in [
        "export AWS_SECRET_ACCESS_KEY=$SECRET_VALUE",
        "aws_secret_access_key = <your-secret>",
        "aws_secret_access_key = ********************",
        "Check your AWS Secret Access Key and signing method.",
        "the secret_access_key is wrong",
        "AWS_SECRET_ACCESS_KEY=xxxxxxxxxxxxxxxx",
        "secret_access_key: Keyword.fetch!(config, :secret_access_key),",
        "aws_secret_access_key = os.environ[\"AWS_SECRET_ACCESS_KEY\"]",
        "let secret_access_key = std::env::var(\"AWS_SECRET_ACCESS_KEY\")?;",
    ] {
        assert!(found(given).is_empty(), "{given}");
    }
    // What has no name of a module in front of its bracket may be a secret, and so may all in quotes.
    for given in [
        "secret_key: pass(word)1234",
        "secret_key = 'a.secret(of)one'",
    ] {
        assert_eq!(found(given).len(), 1, "{given}");
    }
}

#[test]
fn credentials_end_a_body_and_are_masked_inside_one() {
    let case = read(
        format!("PUT / HTTP/1.1\nHost: a\n\nbody\nexport AWS_SECRET_ACCESS_KEY={SECRET}\n")
            .as_bytes(),
    );
    assert_eq!(body(&case, 0), Some(("body\n".into(), true)));
    let inside = format!("PUT / HTTP/1.1\nHost: a\n\n{{\"secretKey\":\"{SECRET}\"}}");
    assert_eq!(found(&inside).len(), 1);
}

#[test]
fn tokens_are_masked_in_text_query_and_dump() {
    let dump: Vec<String> = format!("x-amz-security-token:{TOKEN}\nz")
        .bytes()
        .map(|b| format!("{b:02x}"))
        .collect();
    let given = format!(
        "GET /?X-Amz-Security-Token={TOKEN}&b HTTP/1.1\nX-Amz-Security-Token: {TOKEN}\n\n<Error><Code>X</Code><CanonicalRequest>GET\nx-amz-security-token:{TOKEN}\n</CanonicalRequest><CanonicalRequestBytes>{}</CanonicalRequestBytes></Error>",
        dump.join(" ")
    );
    let case = read(given.as_bytes());
    let (_, document) = case.docs.given().next().unwrap();
    let masked: Vec<String> = document
        .masks()
        .iter()
        .map(|(span, _)| text(&case, *span))
        .collect();
    assert_eq!(masked[..3], [TOKEN, TOKEN, TOKEN]);
    assert_eq!(masked[3].replace(' ', ""), hex::encode(TOKEN));
    assert_eq!(masked.len(), 4);
}

/// The file that the console of AWS offers, and tables pasted from elsewhere.
#[test]
fn a_secret_in_a_column_is_read() {
    let plain = format!("{ID} {SECRET} -");
    for (id, given) in [
        (
            ID,
            format!("Access key ID,Secret access key\n{ID},{SECRET}\n"),
        ),
        (
            ID,
            format!("\u{feff}Access key ID,Secret access key\r\n{ID},{SECRET}\r\n"),
        ),
        (
            ID,
            format!(
                "User name,Password,Access key ID,Secret access key,Console login link\r\nbob,,{ID},{SECRET},https://1.signin.aws.amazon.com/console\r\n"
            ),
        ),
        (
            ID,
            format!("\"Access key ID\";\"Secret access key\"\n\"{ID}\";\"{SECRET}\"\n"),
        ),
        (
            ID,
            format!("Access key\tSecret access key\n{ID}\t{SECRET}\n"),
        ),
        (
            ID,
            format!("| Access key | Secret key |\n| --- | --- |\n| `{ID}` | `{SECRET}` |\n"),
        ),
        ("minio", format!("accessKey,secretKey\nminio,{SECRET}\n")),
    ] {
        for front in ["", "GET / HTTP/1.1\nHost: a\n\n"] {
            let given = format!("{front}{given}");
            assert_eq!(found(&given), [plain.replace(ID, id)], "{given}");
        }
    }
    // One that nobody would know again, because a column names it.
    let given = "Access Key,Secret Key\nminio,minio-secret\nother,other-secret\n\nDone, secret or not, thanks";
    assert_eq!(
        found(given),
        ["minio minio-secret -", "other other-secret -"]
    );
}

#[test]
fn a_secret_on_the_line_below_its_name_is_read() {
    for given in [
        format!("Secret access key\n{SECRET}\n"),
        format!("Access key\r\nAKIDEXAMPLE\r\nSecret access key\r\n\r\n  {SECRET}\r\nHide"),
        format!("Secret key:\n{SECRET}"),
    ] {
        assert_eq!(found(&given), [format!("- {SECRET} -")], "{given}");
    }
    assert!(found(&format!("Keep it secret.\n{SECRET} is no line of its own")).is_empty());
}

#[test]
fn the_names_of_other_servers_and_tools_are_read() {
    for given in [
        format!("MINIO_ROOT_USER={ID}\nMINIO_ROOT_PASSWORD={SECRET}\n"),
        format!("      MINIO_ROOT_USER: {ID}\n      MINIO_ROOT_PASSWORD: \"{SECRET}\"\n"),
        format!("rootUser: {ID}\nrootPassword: {SECRET}\n"),
        format!("MINIO_ACCESS_KEY={ID}\nMINIO_SECRET_KEY={SECRET}\n"),
        format!("RCLONE_CONFIG_X_ACCESS_KEY_ID={ID}\nRCLONE_CONFIG_X_SECRET_ACCESS_KEY={SECRET}\n"),
        format!("{{\"accessKey\":\"{ID}\",\"secretKey\":\"{SECRET}\"}}"),
        format!("-e MINIO_ROOT_USER={ID} -e MINIO_ROOT_PASSWORD={SECRET}"),
    ] {
        assert_eq!(found(&given), [format!("{ID} {SECRET} -")], "{given}");
    }
    assert_eq!(
        found("MINIO_ROOT_PASSWORD=minio-secret\n"),
        ["- minio-secret -"]
    );
    assert!(found("MINIO_ROOT_PASSWORD_FILE=/run/secrets/minio\n").is_empty());
}

/// The file of s3fs. The key id is one by its shape, or because a request names it.
#[test]
fn a_secret_behind_its_key_id_is_read() {
    for id in [ID, "AKIDEXAMPLE1234567AB"] {
        for given in [
            format!("{id}:{SECRET}"),
            format!("bucket:{id}:{SECRET}\n"),
            format!("\r\n{id}:{SECRET}\r\n"),
        ] {
            assert_eq!(found(&given), [format!("{id} {SECRET} -")], "{given}");
        }
    }
    let request = "GET / HTTP/1.1\nHost: a\nAuthorization: AWS4-HMAC-SHA256 Credential=minio/20261122/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=00\n\n";
    assert_eq!(
        found(&format!("{request}\nminio:minio-secret\n")),
        ["minio minio-secret -"]
    );
    assert_eq!(
        found(&format!("minio:{SECRET}\n\n{request}")),
        [format!("minio {SECRET} -")]
    );
    // Another input names it.
    let inputs = [request, "minio:minio-secret\n"].map(|text| Input {
        name: "input".into(),
        source: Source::Paste,
        bytes: Bytes::copy_from_slice(text.as_bytes()),
    });
    assert_eq!(intake::read(&inputs, None).secrets.len(), 1);
    for given in [
        "minio:minio-secret\n",
        "Host:wJalrXUtnFEMI",
        "see minio: it has none\n",
    ] {
        assert!(found(given).is_empty(), "{given}");
    }
}

/// A text over which a terminal's colours lie is read twice: as it stands, and without them.
#[test]
fn what_a_reading_found_that_was_taken_back_is_found_once() {
    use sha2::Digest as _;
    let canonical = "GET\n/key\n\nhost:ex.org\nx-amz-date:20260402T140310Z\n\n\
                     host;x-amz-date\nUNSIGNED-PAYLOAD";
    let hash = hex::encode(sha2::Sha256::digest(canonical));
    let log: Vec<String> = format!(
        "CanonicalRequest:\n{canonical}\nStringToSign:\nAWS4-HMAC-SHA256\n20260402T140310Z\n\
         20260402/eu-west-1/s3/aws4_request\n{hash}\n"
    )
    .lines()
    .map(|line| {
        let (front, rest) = line.split_at(line.len().min(3));
        format!("\x1b[32m{front}\x1b[0m{rest}\n")
    })
    .collect();
    let secret = SECRET.replace('/', "\\/");
    let export = format!(
        r#"{{"info": {{"name": "x"}}, "item": [{{"name": "r", "request": {{"auth": {{"type": "awsv4", "awsv4": [
            {{"key": "secretKey", "value": "{secret}"}},
            {{"key": "accessKey", "value": "{ID}"}},
            {{"key": "sessionToken", "value": "{TOKEN}"}}]}},
            "method": "GET", "header": [], "url": {{"raw": "https://ex.org/key"}}}}}}]}}"#
    );
    let form = format!(
        "<form action=\"https://b.example/\" method=post><input type=hidden name=key value=a>\
         <input name=policy value=\"eyJhIjoxfQ==\"><input name=x-amz-signature value={hash}>\
         <input name=x-amz-credential value=\"{ID}/20130524/us-east-1/s3/aws4_request\">\
         <input type=file name=file></form>"
    );
    let given = format!("{export}\n\n{form}\n\n{}", log.concat());
    assert_eq!(found(&given), [format!("{ID} {SECRET} {TOKEN}")]);
    let case = read(given.as_bytes());
    let plain = read(format!("{export}\n\n{form}\n").as_bytes());
    assert_eq!(plain.secrets.len(), 1);
    assert_eq!((case.forms.len(), plain.forms.len()), (1, 1));
    for (form, alone) in case.forms.iter().zip(&plain.forms) {
        let told = |case: &Case, form: &intake::PostForm| -> Vec<String> {
            let fields = form.fields.iter();
            fields.map(|field| text(case, field.value)).collect()
        };
        assert_eq!(told(&case, form), told(&plain, alone));
    }
    let strings = |e: &&intake::Evidence| e.string_to_sign.is_some();
    assert_eq!(case.evidence.iter().filter(strings).count(), 1);
}

#[test]
fn an_argument_without_a_name_is_known_by_its_call() {
    const OWN: &str = "wJalrXUtnFEMI-K7MDENG-own";
    for call in [
        "new MinioClient(\"s3.amazonaws.com\",\"XXXXXXXXXXXXXXXXXXXX\",\n\"§\").WithSSL()",
        "new MinioClient(endpoint, accessKey, \"§\")",
        "Minio('play.min.io', 'AKIDEXAMPLE', '§', secure=True)",
        "minio.New(\"play.min.io\", \"AKIDEXAMPLE\", \"§\", true)",
        "MinioClient.builder().endpoint(host).credentials(\"AKIDEXAMPLE\", \"§\").build()",
        "credentials.NewStaticV4(\"AKIDEXAMPLE\", \"§\", \"\")",
        ".WithCredentials(\"AKIDEXAMPLE\", \"§\")",
        "new BasicAWSCredentials(\"AKIDEXAMPLE\",\"§\")",
        "new BasicAWSCredentials(Config.ID, \"§\")",
        "AwsBasicCredentials.create(id, \"§\")",
        "AWS4Auth('AKIDEXAMPLE', '§', 'us-east-1', 's3')",
        "boto3.client('s3', 'us-east-1', None, True, None, url, key, '§')",
        "boto3.Session('AKIDEXAMPLE', '§')",
        "Aws::Credentials.new('AKIDEXAMPLE', '§')",
        "new AmazonS3Client(\"AKIDEXAMPLE\", \"§\", RegionEndpoint.USEast1)",
        "boto.connect_s3('AKIDEXAMPLE', '§')",
    ] {
        let input = call.replace('§', OWN);
        let told = found(&input);
        let secrets: Vec<&str> = told.iter().filter_map(|t| t.split(' ').nth(1)).collect();
        assert_eq!(secrets, [OWN], "{input}");
    }
    for call in [
        "new MinioClient(endpoint, accessKey, secretKey)",
        "boto3.client('s3', 'us-east-1')",
        "setCredentials(context, \"a long name of something\")",
        "Minio(\"play.min.io\", id)",
        "new MinioClient(\"h\", \"AKIDEXAMPLE\", \"${SECRET_KEY}\")",
    ] {
        assert_eq!(found(call), [""; 0], "{call}");
    }
}

/// The members of an object whose names tell no secret: only a value of its shape next to a key id of AWS is one.
#[test]
fn a_secret_in_the_member_behind_its_key_id_is_read() {
    for given in [
        format!("var c = {{\n  'keyId': '{ID}',\n  'accessKey': '{SECRET}',\n}};\n"),
        format!("keyId = \"{ID}\"\nkey = \"{SECRET}\"\n"),
        format!("{{ id => '{ID}', api_key => '{SECRET}' }}"),
    ] {
        assert_eq!(found(&given), [format!("{ID} {SECRET} -")], "{given}");
    }
    for given in [
        format!("'keyId': '{ID}', 'etag': '{SECRET}'"),
        format!("'keyId': '{ID}', 'accessKey': 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4'"),
        format!("'keyId': 'AKIDEXAMPLE', 'accessKey': '{SECRET}'"),
        format!("'keyId': '{ID}', 'region': 'us-east-1', 'objectKey': '{SECRET}'"),
    ] {
        assert!(found(&given).is_empty(), "{given}");
    }
}

#[test]
fn the_name_of_a_secret_in_its_place_is_none() {
    let secrets = |text: &str| read(text.as_bytes()).secrets.len();
    for text in [
        "using var client = new AmazonS3Client(\"ACCESS_KEY\", \"SECRET_KEY\",RegionEndpoint.USEast1);\n",
        "var c = new BasicAWSCredentials(\"your-access-key\", \"your-secret-key\");\n",
        "mc alias set myminio http://localhost:9000 ACCESS_KEY SECRET_KEY\n",
        "aws_access_key_id = YOUR_ACCESS_KEY\naws_secret_access_key = YOUR_SECRET_KEY\n",
    ] {
        assert_eq!(secrets(text), 0, "{text}");
    }
    for text in [
        "using var client = new AmazonS3Client(\"minioadmin\", \"my-secret-key\",RegionEndpoint.USEast1);\n",
        "mc alias set myminio http://localhost:9000 accessKey1 verySecretKey1\n",
        "aws_access_key_id = accessKey1\naws_secret_access_key = secret-key-1\n",
    ] {
        assert_eq!(secrets(text), 1, "{text}");
    }
}
