//! Evidence of schemes that are not followed: what each server and client prints is kept, and the scheme is named.
//!
//! The forms are those of the servers' own documentation and sources, filled with values of our own.

use sigscope::engine::intake::Side;

use super::*;

const V2: &str = "PUT\n\nmultipart/form-data\n1427992617\n/bucket/key";
const MISMATCH: &str = "The request signature we calculated does not match the signature you provided. Check your key and signing method.";

fn string(case: &Case, evidence: usize) -> Option<String> {
    let pattern = case.evidence[evidence].string_to_sign.as_ref()?;
    Some(String::from_utf8_lossy(&pattern.bytes(&case.docs)).into_owned())
}

fn scheme(case: &Case) -> String {
    let finding = case.findings.iter().find(|f| f.id == "scheme-not-followed");
    finding.map_or_else(String::new, |f| f.message.clone())
}

#[test]
fn a_string_of_version_2_is_read_in_every_print() {
    let dated = "GET\n\n\nTue, 01 Jun 2010 15:40:12 GMT\nx-amz-acl:private\n/bucket/key?acl";
    let escaped = dated.replace('\n', "\\n");
    let prints = [
        (
            "botocore",
            format!(
                "2026-04-02 14:03:10,797 - MainThread - botocore.auth - DEBUG - Calculating signature using hmacv1 auth.\n2026-04-02 14:03:10,797 - MainThread - botocore.auth - DEBUG - StringToSign:\n{dated}\n2026-04-02 14:03:10,798 - MainThread - botocore.auth - DEBUG - Signature:\nStRFAW/7qxD8z2e5847fzTOu88w=\n"
            ),
            Some(Side::Client),
            true,
        ),
        (
            "s3cmd",
            format!("DEBUG: SignHeaders: '{escaped}'\n"),
            Some(Side::Client),
            false,
        ),
        (
            "right_aws",
            format!(
                "I, [2010-06-01T08:40:12 #18502]  INFO -- : Signed string: {escaped}\nI, [2010-06-01T08:40:12 #18502]  INFO -- : Signature: StRFAW/7qxD8z2e5847fzTOu88w=\n"
            ),
            Some(Side::Client),
            true,
        ),
        (
            "Ceph",
            format!(
                "2018-11-23 20:35:32.089300 7fc7bb27a700 10 auth_hdr:\n{dated}\n2018-11-23 20:35:32.089318 7fc7bb27a700 15 server signature=wqkzBfrNYr5wGP2V2mIHN397KFQ=\n2018-11-23 20:35:32.089320 7fc7bb27a700 15 client signature=WwHb5faoNSxcmS61NrFLMXbUII0=\n"
            ),
            Some(Side::Server),
            true,
        ),
        (
            "a block of text",
            format!("```\n{dated}\n```\n"),
            None,
            false,
        ),
        (
            "indented",
            format!("    {}\n", dated.replace('\n', "\n    ")),
            None,
            false,
        ),
        (
            "CRLF",
            format!("{}\r\n", dated.replace('\n', "\r\n")),
            None,
            false,
        ),
        (
            "a JSON string",
            format!("{{\"string_to_sign\": \"{escaped}\"}}"),
            None,
            false,
        ),
    ];
    for (name, print, side, signed) in prints {
        let case = read(print.as_bytes());
        assert_eq!(case.evidence.len(), 1, "{name}: {:#?}", case.pieces);
        assert_eq!(string(&case, 0).as_deref(), Some(dated), "{name}");
        assert_eq!(case.evidence[0].side, side, "{name}");
        assert_eq!(case.evidence[0].signature.is_some(), signed, "{name}");
        assert!(
            scheme(&case).contains("AWS Signature Version 2"),
            "{name}: {}",
            scheme(&case)
        );
    }
}

#[test]
fn a_string_of_version_2_in_an_answer_is_kept_and_named() {
    let xml = format!(
        "<Error><Code>SignatureDoesNotMatch</Code><Message>{MISMATCH}</Message><StringToSign>{V2}</StringToSign><SignatureProvided>wqkzBfrNYr5wGP2V2mIHN397KFQ=</SignatureProvided><AWSAccessKeyId>AKIAIOSFODNN7EXAMPLE</AWSAccessKeyId></Error>"
    );
    let case = read(xml.as_bytes());
    assert_eq!(string(&case, 0).as_deref(), Some(V2));
    assert!(scheme(&case).contains("AWS Signature Version 2"));
}

#[test]
fn every_server_s_answer_yields_its_string_and_its_scheme() {
    let azure = "GET\n\n\n\n\n\n\n\n\n\n\n\nx-ms-date:Fri, 03 Apr 2026 10:00:00 GMT\nx-ms-version:2021-08-06\n/account/container\ncomp:list\nrestype:container";
    let detail = format!(
        "The MAC signature found in the HTTP request 'AAAA=' is not the same as any computed signature. Server used following string to sign: '{azure}'."
    );
    let base = "GET&http%3A%2F%2Fapi.example%2F1&oauth_consumer_key%3Dk%26oauth_nonce%3Dn";
    let rpc = "GET&%2F&AccessKeyId%3DLTAIEXAMPLE%26Action%3DSendSms";
    let goog = "GOOG4-RSA-SHA256\n20251116T050034Z\n20251116/auto/storage/goog4_request\nb6af122b000000000000000000000000000000000000000000000000000000ff";
    let oss = "PUT\n\n\nTue, 23 May 2023 15:24:55 GMT\n/bucket/?acl";
    let cosmos = "get\ndbs\n\nthu, 27 apr 2017 00:51:12 gmt\n\n";
    let cases = [
        (
            "Azure XML",
            format!("<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>AuthenticationFailed</Code><Message>Server failed to authenticate the request. Make sure the value of Authorization header is formed correctly including the signature.\nRequestId:1\nTime:2026-04-03T10:00:00Z</Message><AuthenticationErrorDetail>{detail}</AuthenticationErrorDetail></Error>"),
            Some(azure),
            "Azure Storage",
        ),
        (
            "Azure, as the Python client prints it",
            format!("azure.core.exceptions.ClientAuthenticationError: Server failed to authenticate the request. Make sure the value of Authorization header is formed correctly including the signature.\nErrorCode:AuthenticationFailed\nauthenticationerrordetail:{detail}\nContent: x\n"),
            Some(azure),
            "Azure Storage",
        ),
        (
            "Cosmos",
            format!("{{\"code\":\"Unauthorized\",\"message\":\"The input authorization token can't serve the request. Please check that the expected payload is built as per the protocol, and check the key being used. Server used the following payload to sign: '{}'\\r\\nActivityId: 1\"}}", cosmos.replace('\n', "\\n")),
            Some(cosmos),
            "Azure Cosmos DB",
        ),
        (
            "Alibaba Cloud RPC",
            format!("{{\"Code\":\"SignatureDoesNotMatch\",\"Message\":\"Specified signature is not matched with our calculation. server string to sign is:{rpc}\",\"RequestId\":\"1\",\"HostId\":\"dysmsapi.aliyuncs.com\"}}"),
            Some(rpc),
            "Alibaba Cloud's RPC",
        ),
        (
            "Alibaba Cloud OSS",
            format!("<Error>\n  <Code>SignatureDoesNotMatch</Code>\n  <Message>{MISMATCH}</Message>\n  <OSSAccessKeyId>LTAIEXAMPLE</OSSAccessKeyId>\n  <SignatureProvided>tPN3LTAI </SignatureProvided>\n  <StringToSign>{}</StringToSign>\n  <EC>0002-00000040</EC>\n</Error>", oss.replace('\n', "\\n")),
            Some(oss),
            "Alibaba Cloud OSS version 1",
        ),
        (
            "Google with an RSA key",
            format!("<?xml version='1.0' encoding='UTF-8'?><Error><Code>SignatureDoesNotMatch</Code><Message>Access denied.</Message><Details>The request signature we calculated does not match the signature you provided. Check your Google secret key and signing method.</Details><StringToSign>{goog}</StringToSign><CanonicalRequest>PUT\n/a.jpg\nX-Goog-Algorithm=GOOG4-RSA-SHA256&amp;X-Goog-Date=20251116T050034Z\nhost:b.storage.googleapis.com\n\nhost\nUNSIGNED-PAYLOAD</CanonicalRequest></Error>"),
            Some(goog),
            "GOOG4-RSA-SHA256",
        ),
        (
            "Google version 2",
            "<?xml version='1.0' encoding='UTF-8'?><Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated does not match the signature you provided. Check your Google secret key and signing method.</Message><StringToSign>PUT\n\naudio/x-m4a\n1728392838\n/bucket/obj</StringToSign></Error>".to_owned(),
            Some("PUT\n\naudio/x-m4a\n1728392838\n/bucket/obj"),
            "Google Cloud Storage version 2",
        ),
        (
            "OAuth",
            format!("HTTP/1.1 401 Unauthorized\nContent-Type: text/plain\n\noauth_problem=signature_invalid&debug_sbs={base}\n"),
            Some(base),
            "OAuth 1.0",
        ),
        (
            "a policy of a form",
            format!("<Error><Code>SignatureDoesNotMatch</Code><Message>{MISMATCH}</Message><AWSAccessKeyId>AKIAIOSFODNN7EXAMPLE</AWSAccessKeyId><StringToSign>eyJleHBpcmF0aW9uIjoieCJ9</StringToSign></Error>"),
            Some("eyJleHBpcmF0aW9uIjoieCJ9"),
            "form upload",
        ),
        (
            "Stripe",
            "stripe.error.SignatureVerificationError: No signatures found matching the expected signature for payload".to_owned(),
            None,
            "webhooks",
        ),
        (
            "Alibaba Cloud's SDK for Go",
            format!("oss: service returned error: StatusCode=403, ErrorCode=SignatureDoesNotMatch, ErrorMessage=\"{MISMATCH}\", RequestId=665549773CCB45303175A0B2"),
            None,
            "Alibaba Cloud OSS",
        ),
        (
            "Alibaba Cloud's SDK for Node.js",
            format!("{{ [SignatureDoesNotMatch: {MISMATCH}]\n  code: 'SignatureDoesNotMatch',\n  headers: \n   {{ server: 'AliyunOSS',\n     'x-oss-request-id': '566F9B013A7B8CC20D7424DB' }},\n  statusCode: 403 }}"),
            None,
            "Alibaba Cloud OSS",
        ),
        (
            "github-webhook-handler",
            "Error: X-Hub-Signature does not match blob signature\n    at hasError (github-webhook-handler.js:46:17)".to_owned(),
            None,
            "webhooks",
        ),
        (
            "Octokit",
            "Error: [@octokit/webhooks] signature does not match event payload and secret".to_owned(),
            None,
            "webhooks",
        ),
        (
            "Standard Webhooks",
            "WebhookVerificationError: No matching signature found\n    at Webhook.verify (index.js:1:2)".to_owned(),
            None,
            "Standard Webhooks",
        ),
    ];
    for (name, print, wanted, called) in cases {
        let case = read(print.as_bytes());
        assert_eq!(case.evidence.len(), 1, "{name}: {:#?}", case.pieces);
        assert_eq!(string(&case, 0).as_deref(), wanted, "{name}");
        assert_eq!(case.evidence[0].side, Some(Side::Server), "{name}");
        assert!(scheme(&case).contains(called), "{name}: {}", scheme(&case));
    }
}

#[test]
fn a_string_behind_which_the_object_storage_of_alibaba_is_signed_for_is_its_own() {
    let string = "PUT\n\ntext/plain\nTue, 23 May 2023 15:24:55 GMT\n/bucket/key";
    let log = |authorization: &str| {
        format!(
            "----------- sign string start -----------\n{string}\n----------- sign string end -----------\nheaders:\nHost : bucket.oss-cn-hangzhou.aliyuncs.com\nAuthorization : {authorization}\n"
        )
    };
    let case = read(log("OSS LTAIEXAMPLE:IQeCEOPL9534I5oYh0PuAHLa7gA=").as_bytes());
    assert_eq!(self::string(&case, 0).as_deref(), Some(string));
    assert_eq!(case.evidence[0].side, Some(Side::Client));
    assert!(scheme(&case).contains("OSS version 1"), "{}", scheme(&case));
    let case = read(log("AWS AKIDEXAMPLE:IQeCEOPL9534I5oYh0PuAHLa7gA=").as_bytes());
    assert!(scheme(&case).contains("AWS Signature Version 2"));
}

#[test]
fn an_authorization_header_of_another_scheme_is_named() {
    let request = |authorization: &str, more: &str| {
        format!(
            "GET /container HTTP/1.1\nHost: account.example\nAuthorization: {authorization}\n{more}\n"
        )
    };
    let version = "x-ms-version: 2021-08-06\n";
    for (authorization, more, called) in [
        ("SharedKey account:AAAA=", version, "Azure Storage"),
        ("SharedKeyLite account:AAAA=", version, "Azure Storage"),
        ("SharedKey workspace:AAAA=", "", "Azure (SharedKey)"),
        ("OSS LTAIEXAMPLE:AAAA=", "", "Alibaba Cloud OSS version 1"),
        ("TC3-HMAC-SHA256 Credential=a/b", "", "TC3"),
        ("OAuth oauth_consumer_key=\"k\"", "", "OAuth 1.0"),
    ] {
        let case = one(request(authorization, more).as_bytes());
        let finding = case.findings.iter().find(|f| f.id == "scheme-not-followed");
        let finding = finding.unwrap_or_else(|| panic!("{authorization}"));
        assert!(finding.message.contains(called), "{}", finding.message);
        let word = authorization.split(' ').next().expect("it has one");
        assert_eq!(text(&case, finding.labels[0].span), word);
    }
    for authorization in [
        "Bearer abc",
        "Basic abc",
        "OAuth abc",
        "AWS AKIDEXAMPLE:x",
        "SharedKey",
    ] {
        let case = one(request(authorization, "").as_bytes());
        assert_eq!(scheme(&case), "", "{authorization}");
    }
}

#[test]
fn two_strings_of_one_scheme_are_held_against_each_other() {
    let one = "PUT\nJtUx3diApbCp4pI5KQ4F/Q==\napplication/octet-stream\nFri, 25 Apr 2014 16:00:40 GMT\n/b/k";
    let other = one.replace("octet-stream", "octet-stream; boundary=x");
    let case = read(format!("I sign\n\n{one}\n\nand it has\n\n{other}\n").as_bytes());
    assert_eq!(case.evidence.len(), 2);
    let finding = case
        .findings
        .iter()
        .find(|f| f.id == "strings-to-sign-differ")
        .expect("they part");
    assert!(finding.message.contains("line 3"), "{}", finding.message);
    assert!(
        finding.message.contains("boundary=x"),
        "{}",
        finding.message
    );
    let same = read(format!("I sign\n\n{one}\n\nand it has\n\n{one}\n").as_bytes());
    assert!(!ids(&same).contains(&"strings-to-sign-differ"));
}

#[test]
fn a_gateway_s_two_signatures_are_told_apart() {
    let log = |own: &str| {
        format!(
            "2018-11-23 20:35:32.089318 7fc7bb27a700 15 server signature={own}\n2018-11-23 20:35:32.089320 7fc7bb27a700 15 client signature=WwHb5faoNSxcmS61NrFLMXbUII0=\n2018-11-23 20:35:32.089322 7fc7bb27a700 15 compare=-32\n"
        )
    };
    let case = read(log("wqkzBfrNYr5wGP2V2mIHN397KFQ=").as_bytes());
    assert!(ids(&case).contains(&"server-signature-differs"));
    let case = read(log("WwHb5faoNSxcmS61NrFLMXbUII0=").as_bytes());
    assert_eq!(case.evidence.len(), 1);
    assert!(!ids(&case).contains(&"server-signature-differs"));
}

#[test]
fn the_tick_that_closes_a_string_in_a_post_is_none_of_it() {
    let own = "GET\n\n\n\nx-amz-date:Tue, 30 Aug 2022 07:54:50 +0000\n/bucket/";
    for spelled in [own.to_owned(), own.replace('\n', "\\n")] {
        let case = read(format!("client:\n`{spelled}`\n").as_bytes());
        assert_eq!(string(&case, 0).as_deref(), Some(own));
    }
    // One that no tick opens keeps it.
    let case = read(format!("client:\n{own}k`\n").as_bytes());
    let held = string(&case, 0).expect("it is read");
    assert!(held.ends_with("k`"), "{held}");
}

#[test]
fn other_texts_are_no_strings_of_older_schemes() {
    for text in [
        "GET\n\n\n\n/b/k",
        "GET\nit\n/b",
        "PUT\n\ntext/plain\nsoon\n/b/k",
        "GET\\n\\n\\n",
        "he said GET\nand left\n\n1427992617\n/a",
        "TARGET\n\n\n1427992617\n/b/k",
    ] {
        assert!(read(text.as_bytes()).evidence.is_empty(), "{text}");
    }
}

#[test]
fn strings_of_another_scheme_are_not_held_against_version_4() {
    // Nothing of this is ours to follow; a string that is, is.
    let four = "AWS4-HMAC-SHA256\n20130524T000000Z\n20130524/us-east-1/s3/aws4_request\n7344ae5b7ee6c3e7e6b0fe0640412a37625d1fbfff95c48bbb2dc43964946972";
    assert!(!ids(&read(four.as_bytes())).contains(&"scheme-not-followed"));
}

#[test]
fn a_string_of_tencent_cos_is_read_and_named() {
    let string = "sha1\n1775124000;1775127600\nda39a3ee5e6b4b0d3255bfef95601890afd80709";
    let format = "put\n/k.jpg\n\nhost=b-1250000000.cos.ap-beijing.myqcloud.com\n";
    let xml = format!(
        "<?xml version='1.0' encoding='utf-8' ?>\n<Error>\n\t<Code>SignatureDoesNotMatch</Code>\n\t<Message>The Signature you specified is invalid.</Message>\n\t<StringToSign>{string}\n</StringToSign>\n\t<FormatString>{format}</FormatString>\n</Error>"
    );
    let escaped = xml.replace('\n', "\\n").replace('\t', "\\t");
    for text in [
        xml,
        format!("StatusCodeError: 403 - \"{escaped}\""),
        format!(
            "Error Domain=com.tencent.qcloud.networking Code=403 \"(null)\" UserInfo={{StringToSign={string}, Code=SignatureDoesNotMatch, FormatString={format}, Message=The Signature you specified is invalid.}}"
        ),
        format!("string to sign: \"{}\\n\"", string.replace('\n', "\\n")),
        string.replace('\n', "\r\n"),
    ] {
        let case = read(text.as_bytes());
        let strings: Vec<_> = (0..case.evidence.len())
            .filter_map(|at| string_of(&case, at))
            .collect();
        assert_eq!(strings, [string], "{text}");
        assert!(scheme(&case).contains("Tencent Cloud COS"), "{text}");
    }
    // Two numbers and a hash: nothing of the three may be something else.
    for other in [
        string.replace("sha1", "sha1 "),
        string.replace(';', ","),
        string.replace("da39", "xx39"),
        string.replace("0709", "07"),
    ] {
        let case = read(other.as_bytes());
        assert!(case.evidence.is_empty(), "{other}");
    }
}

fn string_of(case: &Case, evidence: usize) -> Option<String> {
    string(case, evidence).map(|text| text.trim_end().to_owned())
}

#[test]
fn a_literal_without_its_quotes_is_unescaped_all_the_same() {
    let text = format!(
        "```\n<?xml version=\\\"1.0\\\" encoding=\\\"utf-8\\\"?>\n<Error>\n  <Code>SignatureDoesNotMatch</Code>\n  <Message>{MISMATCH}</Message>\n  <StringToSign>GET\\n\\n\\n1603893567\\n/b/k"
    );
    let case = read(text.as_bytes());
    assert_eq!(
        string(&case, 0).as_deref(),
        Some("GET\n\n\n1603893567\n/b/k")
    );
}

#[test]
fn what_cloudfront_adds_is_named_in_the_server_s_string() {
    let xml = |header: &str| {
        format!(
            "<Error><Code>SignatureDoesNotMatch</Code><Message>{MISMATCH}</Message><StringToSign>GET\n\n\n\n{header}:abc\nx-amz-date:Fri, 22 Nov 2013 16:48:18 GMT\n/b/k</StringToSign><AWSAccessKeyId>AKIDEXAMPLE</AWSAccessKeyId></Error>"
        )
    };
    let added = |text: String| ids(&read(text.as_bytes())).contains(&"header-added-between");
    assert!(added(xml("x-amz-cf-id")));
    assert!(added(
        xml("x-amz-cf-id")
            .replace("\n\n\n\n", " ")
            .replace("\nx-amz-date", " x-amz-date")
    ));
    assert!(!added(xml("x-amz-acl")));
    // What the client signed is not what arrived.
    assert!(!added(
        "DEBUG: SignHeaders: 'GET\\n\\n\\n\\nx-amz-cf-id:abc\\nx-amz-date:d\\n/b/k'\n".to_owned()
    ));
}

/// An S3 error that gives `string` and no more.
fn refused(string: &str, key: &str) -> String {
    format!(
        "<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated does not match the signature you provided. Check your {key} and signing method.</Message><StringToSign>{string}</StringToSign></Error>"
    )
}

#[test]
fn the_lines_of_an_older_string_are_put_where_they_were() {
    let dated = "PUT\n+NFGtaSc2qJy2E/IjvTHHA==\n\nTue, 15 Sep 2015 17:45:58 GMT\nx-amz-acl:private\n/examplebucket/profile.jpg";
    let timed = "PUT\n\ntext/html; charset=UTF-8\n1597091875\n/examplebucket/a.html";
    let vendors = "GET\n\n\n\nx-amz-date:Mon, 20 Jul 2015 20:35:44 GMT\n/examplebucket/photo.jpg";
    for (print, right, scheme_is) in [
        (dated.replace('\n', " "), dated, "AWS"),
        (
            dated
                .replace("==\n\n", "==\n\n\n      ")
                .replace("\n/", "\n      /"),
            dated,
            "AWS",
        ),
        (
            timed.replace("\n\n", "\n").replace('\n', "\n        "),
            timed,
            "Google",
        ),
        (
            timed.replace("\n\n", "\n").replace('\n', " "),
            timed,
            "Google",
        ),
        (
            "GET 1624537054 /examplebucket/a.png".to_owned(),
            "GET\n\n\n1624537054\n/examplebucket/a.png",
            "Google",
        ),
        (
            vendors.replace("\n\n\n\n", "").replace('\n', " "),
            vendors,
            "AWS",
        ),
        // What is as it was is left so.
        (dated.to_owned(), dated, "AWS"),
    ] {
        let key = if scheme_is == "Google" {
            "Google secret key"
        } else {
            "key"
        };
        let case = read(refused(&print, key).as_bytes());
        assert_eq!(string(&case, 0).as_deref(), Some(right), "{print}");
        assert!(
            scheme(&case).contains(scheme_is),
            "{print}: {}",
            scheme(&case)
        );
        let said = ids(&case).contains(&"lines-assumed");
        assert_eq!(said, print != right, "{print}");
        let repaired = case.evidence[0].repairs.contains(&Peel::LineBreaks);
        assert_eq!(repaired, print != right, "{print}");
    }
    // A string of Version 4 in one line, too.
    let flat = "AWS4-HMAC-SHA256 20170308T154749Z 20170308/us-east-1/s3/aws4_request 0204bf34e0144f01793e0b817e843b88a5b079d72e862151a6c5e9a1f095062b";
    let case = read(refused(&format!("\n{flat}\n"), "key").as_bytes());
    assert_eq!(string(&case, 0), Some(flat.replace(' ', "\n")));
    // And what is no string of such a scheme stays as it is.
    let other = "GET something else 1624537054";
    let case = read(refused(other, "key").as_bytes());
    assert_eq!(string(&case, 0).as_deref(), Some(other));
}

#[test]
fn what_version_2_signs_of_a_query_is_read() {
    let string_of = "GET\nlocalhost:5000\n/\nAWSAccessKeyId=AKIDEXAMPLE&SignatureMethod=HmacSHA256&SignatureVersion=2&Timestamp=2022-08-30T07%3A21%3A32Z";
    for print in [
        format!("`{}`", string_of.replace('\n', "\\n")),
        format!("StringToSign:\n{string_of}\n"),
        format!("    {}\n", string_of.replace('\n', "\n    ")),
    ] {
        let case = read(print.as_bytes());
        assert_eq!(case.evidence.len(), 1, "{print}");
        assert_eq!(string(&case, 0).as_deref(), Some(string_of), "{print}");
        assert!(scheme(&case).contains("AWS Signature Version 2"), "{print}");
    }
    // Beside one of S3 nothing is compared: the two have no line in common.
    let s3 = "GET\n\n\n\nx-amz-date:Tue, 30 Aug 2022 07:54:50 +0000\n/examplebucket/";
    let both = format!(
        "one:\n`{}`\n\nother:\n`{}`\n",
        s3.replace('\n', "\\n"),
        string_of.replace('\n', "\\n")
    );
    let case = read(both.as_bytes());
    assert_eq!(string(&case, 0).as_deref(), Some(s3));
    assert!(!ids(&case).contains(&"strings-to-sign-differ"));
}

/// The answer of a server to a request of Version 2 or of a relative, with this string to sign.
fn with_string(string: &str, key: &str) -> String {
    let string = string.replace('&', "&amp;");
    format!(
        "<Error><Code>SignatureDoesNotMatch</Code><Message>{MISMATCH}</Message>{key}<StringToSign>{string}</StringToSign><SignatureProvided>StRFAW/7qxD8z2e5847fzTOu88w=</SignatureProvided></Error>"
    )
}

#[test]
fn what_such_a_string_shows_by_itself_is_told_and_nothing_is_where_nothing_shows() {
    const SEEN: [&str; 4] = [
        "expires-in-milliseconds",
        "host-as-bucket",
        "content-type-signed",
        "question-mark-encoded",
    ];
    let seen = |text: &str| {
        let case = read(text.as_bytes());
        let mut all = ids(&case);
        all.retain(|id| SEEN.contains(id));
        all.join(" ")
    };
    let oss = "<OSSAccessKeyId>AKIDEXAMPLE</OSSAccessKeyId>";
    for (string, key, told) in [
        // A time in milliseconds, its line ends lost or not; a time in seconds; a header as long.
        (
            "GET\n\n\n1427992617000\n/b/k",
            oss,
            "expires-in-milliseconds",
        ),
        ("GET 1427992617000 /b/k?acl", oss, "expires-in-milliseconds"),
        ("GET\n\n\n1427992617\n/b/k", oss, ""),
        ("GET\n\n\n1427992617\n/b/1427992617000", oss, ""),
        (
            "GET\n\n\nTue, 01 Jun 2010 15:40:12 GMT\nx-amz-meta-id:1427992617000\n/b/k",
            "",
            "",
        ),
        // The host of an endpoint, an IPv6 address, a bucket with dots.
        (
            "GET\n\n\nTue, 01 Jun 2010 15:40:12 GMT\n/s3.eu-west-1.amazonaws.com/",
            "",
            "host-as-bucket",
        ),
        (
            "GET\n\n\nTue, 01 Jun 2010 15:40:12 GMT\n/oss-cn-hangzhou.aliyuncs.com/b/k",
            oss,
            "host-as-bucket",
        ),
        (
            "GET\n\n\nTue, 01 Jun 2010 15:40:12 GMT\n/[2001/b/k",
            "",
            "host-as-bucket",
        ),
        (
            "GET\n\n\nTue, 01 Jun 2010 15:40:12 GMT\n/s3.example.com/k",
            "",
            "",
        ),
        (
            "GET\n\n\nTue, 01 Jun 2010 15:40:12 GMT\n/[bucket]/k",
            "",
            "",
        ),
        // The content type of a URL, and of a request with a date.
        (
            "PUT\n\nimage/png\n1427992617\n/b/k",
            "",
            "content-type-signed",
        ),
        ("PUT\n\n\n1427992617\n/b/k", "", ""),
        (
            "PUT\n\nimage/png\nTue, 01 Jun 2010 15:40:12 GMT\n/b/k",
            "",
            "",
        ),
        // An encoded question mark in front of a parameter, and in a name.
        (
            "GET\n\n\n1427992617\n/b/k%3Fversion=1",
            "",
            "question-mark-encoded",
        ),
        (
            "GET\n\n\n1427992617\n/b/k%3facl%3D1",
            "",
            "question-mark-encoded",
        ),
        ("GET\n\n\n1427992617\n/b/what%3F.txt", "", ""),
        (
            "GET\n\n\n1427992617\n/b/k?response-content-disposition=a%3Db",
            "",
            "",
        ),
    ] {
        assert_eq!(seen(&with_string(string, key)), told, "{string}");
    }
    // What the client signed shows whether it named the type.
    let client = "StringToSign:\nPUT\n\n\n1427992617\n/b/k\n\n";
    let server = with_string("PUT\n\nimage/png\n1427992617\n/b/k", "");
    assert_eq!(seen(&format!("{client}{server}")), "");
}

/// The server's string of a shared access signature in its words, and below it the signer's, as lines or with `\n`.
#[test]
fn both_sides_strings_of_a_shared_access_signature_are_read() {
    let string = |path: &str| {
        format!(
            "r\n2026-03-11T10:00:00Z\n2026-03-11T18:00:00Z\n/blob/acct/{path}\n\n\nhttps\n2020-12-06\nb\n\n\n\n\n\n"
        )
    };
    let (own, theirs) = (string("photos"), string("photos/a.jpg"));
    let line = own.replace('\n', "\\n");
    for server in [
        format!("Signature did not match. String to sign used was {theirs}"),
        format!("Signature did not match. String to sign used was\n{theirs}"),
    ] {
        for client in [
            format!("client string to sign:\n{own}"),
            format!("My code signed:\n\"{line}\"\n"),
            format!("and my string:\n{line}\n"),
        ] {
            let text = format!("{server}\n{client}");
            let case = read(text.as_bytes());
            let strings: Vec<(Option<Side>, String)> = case
                .evidence
                .iter()
                .filter_map(|e| Some((e.side, e.string_to_sign.as_ref()?.bytes(&case.docs))))
                .map(|(side, bytes)| (side, String::from_utf8_lossy(&bytes).into_owned()))
                .collect();
            let told = [
                (Some(Side::Server), theirs.trim_end().to_owned()),
                (Some(Side::Client), own.trim_end().to_owned()),
            ];
            assert_eq!(strings, told, "{text}");
            for end in 0..text.len() {
                read(&text.as_bytes()[..end]);
            }
        }
    }
    // A path of that name stands in much else.
    for text in [
        "GET /blob/acct/x HTTP/1.1\nHost: a.example\n\n",
        "see\nthe\nfile\n/blob/acct/x\nand\nmore\n",
        "r\nw\n/file/a\n",
    ] {
        let case = read(text.as_bytes());
        assert!(case.evidence.is_empty(), "{text}");
    }
}

#[test]
fn a_server_s_string_that_is_what_the_request_says_is_told_so() {
    let answer = |string: &str| format!("\n\n{}\n", with_string(string, ""));
    let curl = |options: &str, url: &str| {
        format!(
            "curl -X PUT {options} 'https://{url}?GoogleAccessId=a%40p.iam.gserviceaccount.com&Expires=1427992617&Signature={}%3D%3D'",
            "JV6dSm7tYNWsEFBsu".repeat(20)
        )
    };
    let told = |text: &str| ids(&read(text.as_bytes())).contains(&"string-as-sent");
    let (path, host) = (
        "storage.googleapis.com/b/k.png",
        "b.storage.googleapis.com/k.png",
    );
    let typed = "-H 'Content-Type: image/png'";
    let plain = "PUT\n\n\n1427992617\n/b/k.png";
    let image = "PUT\n\nimage/png\n1427992617\n/b/k.png";
    for (options, url, string) in [
        ("", path, plain),
        ("", host, plain),
        (typed, path, image),
        ("-H 'Cache-Control: no-cache'", path, plain),
    ] {
        assert!(
            told(&(curl(options, url) + &answer(string))),
            "{options} {url}"
        );
    }
    // Another type, method, end or resource, a header of the vendor, and two requests.
    for (options, url, string) in [
        (typed, path, plain),
        ("", path, image),
        ("", path, "GET\n\n\n1427992617\n/b/k.png"),
        ("", path, "PUT\n\n\n1427992618\n/b/k.png"),
        ("", path, "PUT\n\n\n1427992617\n/b/k.jpg"),
        (
            "",
            path,
            "PUT\n\n\n1427992617\nx-goog-acl:private\n/b/k.png",
        ),
        ("-H 'x-goog-acl: private'", path, plain),
    ] {
        assert!(
            !told(&(curl(options, url) + &answer(string))),
            "{options} {url} {string}"
        );
    }
    let two = format!("{}\n{}", curl("", path), curl("", host));
    assert!(!told(&(two + &answer(plain))));
}
