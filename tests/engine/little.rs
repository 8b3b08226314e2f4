//! Pastes that hold little of a request: a credential scope, a code in a sentence, code that has yet to be filled in, a
//! canonical request without the rest. Each is told for what it is, and its look-alike is left as it was.

use sigscope::engine::Analysis;
use sigscope::engine::diagnose::{Finding, Severity, VerdictId};
use sigscope::workbench::Work;

use crate::common::{analyse, keyring, now, paste, settings, work_of};
use crate::readings::{EMPTY, SECRET, sign};

fn work(text: &str) -> Work {
    work_of(text, keyring(SECRET), now())
}

fn checked(text: &str) -> Analysis {
    analyse(&paste(text), &keyring(SECRET), &settings(&[]))
}

/// All that is remarked on a paste.
fn findings(text: &str) -> Vec<Finding> {
    work(text).analysis.diagnosis.findings.clone()
}

fn found(text: &str, id: &str) -> Option<Finding> {
    findings(text).into_iter().find(|finding| finding.id == id)
}

#[test]
fn a_scope_that_stands_alone_tells_what_was_never_set() {
    for (text, said) in [
        (
            "credentials null/20260301/us-east-1/s3/aws4_request",
            "The key id in front of the scope is “null”",
        ),
        (
            "scope: /20260301/us-east-1/s3/aws4_request",
            "The key id in front of the scope is empty",
        ),
        (
            "`AKIDEXAMPLE/20260301//s3/aws4_request`",
            "The region of the scope is empty.",
        ),
        (
            "got AKIDEXAMPLE/20260301/us-west-2b/s3/aws4_request",
            "the name of an availability zone",
        ),
        (
            "result:   `Credential=[ID]/20260301/us-east-1/sqs/aws4_request`\nexpected: \
             `Credential=[ID]/20260301/us-west-2/sqs/aws4_request`",
            "they differ in the region (us-east-1 and us-west-2).",
        ),
    ] {
        let work = work(text);
        let verdict = &work.analysis.diagnosis.verdict;
        assert_eq!(verdict.id, VerdictId::Undecided, "{text}");
        assert!(
            verdict.sentence.contains(said),
            "{text}: {}",
            verdict.sentence
        );
    }
    // Scopes of two days are of two tries, and one with all its parts says nothing.
    for text in [
        "AKIDEXAMPLE/20260301/us-east-1/sqs/aws4_request\nAKIDEXAMPLE/20260302/us-west-2/sqs/aws4_request",
        "AKIDEXAMPLE/20260301/us-east-1/sqs/aws4_request",
        "20260301/us-east-1/sqs/aws4_request",
    ] {
        assert_eq!(findings(text), [], "{text}");
    }
    // A path is none.
    let path = work("see docs/2026/us-east-1/sqs/aws4_request");
    assert_eq!(path.analysis.diagnosis.verdict.id, VerdictId::Nothing);
}

#[test]
fn a_string_to_sign_is_read_where_it_stands_as_a_value_in_a_url() {
    let lines = "AWS4-HMAC-SHA256\n20260301T101500Z\n20260301/us-east-1/s3/aws4_request";
    let encoded = |text: &str| text.replace('\n', "%0A").replace('/', "%2F");
    for (url, end) in [
        (
            format!(
                "https://a.example/sign?to_sign={}%0A{EMPTY}&datetime=20260301T101500Z",
                encoded(lines)
            ),
            "&",
        ),
        (
            format!("to_sign={}%0a{EMPTY}", encoded(lines).replace("%0A", "%0a")),
            "",
        ),
        (
            format!(
                "to_sign={}%0D%0A{EMPTY}'",
                encoded(lines).replace("%0A", "%0D%0A")
            ),
            "'",
        ),
    ] {
        let case = paste(&url);
        let evidence = case.evidence.first().expect(end);
        let text = evidence.string_to_sign.as_ref().expect("a string to sign");
        assert_eq!(
            String::from_utf8_lossy(&text.bytes(&case.docs)),
            format!("{lines}\n{EMPTY}"),
            "{url}"
        );
    }
    let canonical = format!("GET\n/a b\n\nhost:a.example\n\nhost\n{EMPTY}");
    let encoded = encoded(&canonical).replace(' ', "%20");
    let case = paste(&format!("canonical={encoded}&x=1"));
    let text = case
        .evidence
        .first()
        .and_then(|e| e.canonical_request.as_ref());
    let text = text.map(|text| String::from_utf8_lossy(&text.bytes(&case.docs)).into_owned());
    assert_eq!(text.as_deref(), Some(canonical.as_str()));
    // The algorithm of a presigned URL begins no string.
    assert!(
        paste("X-Amz-Algorithm=AWS4-HMAC-SHA256%26a")
            .evidence
            .is_empty()
    );
}

#[test]
fn a_host_of_an_unset_value_is_told() {
    for host in [
        "undefined.s3.amazonaws.com",
        "b.s3.null.amazonaws.com",
        "None.s3.eu-west-1.amazonaws.com",
    ] {
        let text = format!("Request to https://{host}/a failed: SignatureDoesNotMatch");
        let finding = found(&text, "host-of-unset-value").expect(host);
        assert!(finding.message.contains(host), "{}", finding.message);
    }
    for host in [
        "undefined.example",
        "my-undefined.s3.amazonaws.com",
        "none.s3.amazonaws.com",
    ] {
        let text = format!("Request to https://{host}/a failed: SignatureDoesNotMatch");
        assert_eq!(found(&text, "host-of-unset-value"), None, "{host}");
    }
}

#[test]
fn a_code_in_a_sentence_is_the_answer_where_there_is_no_other() {
    for text in [
        "SignatureDoesNotMatch",
        "403 SignatureDoesNotMatch",
        "I get a SignatureDoesNotMatch error when uploading.",
        "Why does my presigned URL fail with SignatureDoesNotMatch?",
    ] {
        let work = work(text);
        let verdict = &work.analysis.diagnosis.verdict;
        assert_eq!(verdict.id, VerdictId::Mismatch, "{text}");
        assert!(
            verdict
                .sentence
                .starts_with("The server refused the signature."),
            "{text}"
        );
        assert!(work.analysis.diagnosis.findings.is_empty(), "{text}");
    }
    // Code that handles the error, the name of something else, two of them, and one that does not come.
    for text in [
        "catch (SignatureDoesNotMatch e) {",
        "except SignatureDoesNotMatch",
        "TestSignatureDoesNotMatch",
        "s3.SignatureDoesNotMatch.class",
        "first RequestTimeTooSkewed and then InvalidAccessKeyId",
        "there is no SignatureDoesNotMatch any more",
        "see the page on InvalidAccessKeyId and others",
        "GET /a HTTP/1.1\nHost: b\n\nI wonder whether it gives SignatureDoesNotMatch then",
    ] {
        assert!(paste(text).evidence.is_empty(), "{text}");
    }
}

#[test]
fn what_a_program_fills_in_is_not_judged() {
    let raw = "PUT /a HTTP/1.1\nHost: $BUCKET.s3.amazonaws.com\nx-amz-date: $DATE\nx-amz-content-sha256: $HASH\n\
               Authorization: AWS4-HMAC-SHA256 Credential=$KEY/$DAY/us-east-1/s3/aws4_request, \
               SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=$SIG\n\n";
    let script = "const auth = `AWS4-HMAC-SHA256 Credential=${key}/${scope}, SignedHeaders=${signedHeaders}, \
                  Signature=${signature}`;\nfetch(`https://${host}${path}`, {method:'GET', headers: {'X-Amz-Date': \
                  amzDate, Authorization: auth}})\n";
    let python = "authorization = algorithm + ' ' + 'Credential=' + access_key + '/' + scope + ', ' + \
                  'SignedHeaders=' + signed + ', ' + 'Signature=' + signature\nheaders = {'x-amz-date': amz_date, \
                  'Authorization': authorization}\nr = requests.get(url, headers=headers)\n";
    let whole = "GET /a HTTP/1.1\nHost: b.s3.amazonaws.com\nAuthorization: $AUTH\n\n";
    for text in [raw, script, python, whole] {
        let told: Vec<&str> = findings(text)
            .into_iter()
            .map(|finding| finding.id)
            .filter(|id| !["value-not-here", "authorization-hidden"].contains(id))
            .collect();
        assert_eq!(told, [""; 0], "{text}");
    }
    // What stands there is judged.
    let filled = raw
        .replace("$SIG", "0123")
        .replace("$KEY", "k")
        .replace("$DAY", "today");
    assert!(found(&filled, "signature-format").is_some() || !findings(&filled).is_empty());
    let bearer = whole.replace("$AUTH", "Bearer $TOKEN");
    assert!(found(&bearer, "algorithm-unsupported").is_some());
}

/// A request's parts, signed: its Authorization value and its canonical request.
fn signed(headers: &str, names: &str, service: &str, hash: &str, method: &str) -> (String, String) {
    let canonical = format!("{method}\n/\n\n{headers}\n{names}\n{hash}");
    let signature = sign(&canonical, service);
    (
        format!(
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260301/us-east-1/{service}/aws4_request, \
             SignedHeaders={names}, Signature={signature}"
        ),
        canonical,
    )
}

#[test]
fn a_canonical_request_and_the_header_are_enough_to_check_the_signature() {
    let (authorization, canonical) = signed(
        "host:b.s3.amazonaws.com\nx-amz-date:20260301T101500Z\n",
        "host;x-amz-date",
        "s3",
        EMPTY,
        "GET",
    );
    let text = format!("Authorization: {authorization}\n\ncanonical request:\n{canonical}\n");
    let right = work(&text);
    let verdict = &right.analysis.diagnosis.verdict;
    assert_eq!(verdict.id, VerdictId::Match, "{}", verdict.sentence);
    assert!(
        verdict
            .sentence
            .contains("the canonical request that is here")
    );
    assert!(verdict.proved);
    let other = work(&text.replace("\n/\n", "\n/other\n"));
    let verdict = &other.analysis.diagnosis.verdict;
    assert_eq!(verdict.id, VerdictId::Mismatch, "{}", verdict.sentence);
    // Of a canonical request that is cut nothing is made.
    let cut = text.trim_end().get(..text.len() - 40);
    let cut = work(cut.expect("it has lines"));
    assert_eq!(cut.analysis.diagnosis.verdict.id, VerdictId::Undecided);
    // The string to sign itself is as good.
    let lines = "AWS4-HMAC-SHA256\n20260301T101500Z\n20260301/us-east-1/s3/aws4_request";
    let hash = sha256(&canonical);
    let direct = work(&format!(
        "Authorization: {authorization}\n\nstring to sign:\n{lines}\n{hash}\n"
    ));
    let verdict = &direct.analysis.diagnosis.verdict;
    assert_eq!(verdict.id, VerdictId::Match, "{}", verdict.sentence);
    assert!(verdict.sentence.contains("the string to sign that is here"));
}

fn sha256(text: &str) -> String {
    use sha2::Digest as _;
    hex::encode(sha2::Sha256::digest(text.as_bytes()))
}

#[test]
fn a_signed_header_that_curl_adds_is_the_first_suspect() {
    let body = "Action=ListUsers";
    let (authorization, _) = signed(
        "content-type:application/json\nhost:iam.amazonaws.com\nx-amz-date:20260301T101500Z\n",
        "content-type;host;x-amz-date",
        "iam",
        &sha256(body),
        "POST",
    );
    let curl = format!(
        "curl https://iam.amazonaws.com/ -H 'X-Amz-Date: 20260301T101500Z' -H 'Authorization: {authorization}' -d \
         '{body}'"
    );
    let verdict = checked(&curl).diagnosis.verdict;
    assert_eq!(verdict.id, VerdictId::Mismatch);
    assert!(
        verdict
            .sentence
            .starts_with("content-type is signed, and the command does not state it"),
        "{}",
        verdict.sentence
    );
    // Stated, it is right; and where the program's own was signed nothing is suspected.
    let stated = curl.replace(" -d ", " -H 'Content-Type: application/json' -d ");
    assert_eq!(checked(&stated).diagnosis.verdict.id, VerdictId::Match);
    let (authorization, _) = signed(
        "content-type:application/x-www-form-urlencoded\nhost:iam.amazonaws.com\nx-amz-date:20260301T101500Z\n",
        "content-type;host;x-amz-date",
        "iam",
        &sha256(body),
        "POST",
    );
    let own = format!(
        "curl https://iam.amazonaws.com/ -H 'X-Amz-Date: 20260301T101500Z' -H 'Authorization: {authorization}' -d \
         '{body}'"
    );
    let own = checked(&own);
    assert_eq!(own.diagnosis.verdict.id, VerdictId::Match);
    assert!(
        own.diagnosis
            .findings
            .iter()
            .all(|f| f.id != "header-of-program")
    );
}

#[test]
fn a_file_that_is_shown_below_its_command_is_the_body() {
    let body = "{\"a\":1}";
    let (authorization, _) = signed(
        "host:iam.amazonaws.com\nx-amz-date:20260301T101500Z\n",
        "host;x-amz-date",
        "iam",
        &sha256(body),
        "POST",
    );
    let text = format!(
        "$ curl -X POST https://iam.amazonaws.com/ -H 'X-Amz-Date: 20260301T101500Z' -H 'Authorization: \
         {authorization}' --data-binary @k.json\n\n$ cat k.json\n{body}\n$ date\n"
    );
    let right = checked(&text);
    assert_eq!(
        right.diagnosis.verdict.id,
        VerdictId::Match,
        "{}",
        right.diagnosis.verdict.sentence
    );
    let other = text.replace("cat k.json", "cat other.json");
    assert!(found(&other, "body-in-file").is_some());
}

#[test]
fn a_variable_in_the_place_of_the_header_is_named() {
    let text = "@host = b.s3.amazonaws.com\n\n### list\nGET https://{{host}}/?list-type=2\nAuthorization: {{token}}\n";
    let finding = found(text, "value-not-here").expect("it is not here");
    assert!(finding.message.contains("{{token}}"), "{}", finding.message);
    let shown = work(text).redactor.text(&finding.message);
    assert!(shown.contains("{{token}}"), "{shown}");
    // What only resembles one is hidden.
    let secret = work(&text.replace("{{token}}", "{{to ken}}x"));
    let told = format!("{:?}", secret.analysis.diagnosis.findings);
    assert!(!secret.redactor.text(&told).contains("ken}}x"));
}

#[test]
fn the_policy_of_a_form_is_read_where_the_server_refuses_it() {
    let answer = |code: &str, rest: &str| {
        format!(
            "<Error>\n  <Code>InvalidPolicyDocument</Code>\n  <Message>{code}</Message>\n{rest}</Error>\n"
        )
    };
    let policy = |value: &str| {
        format!(
            "\n{{\n  \"expiration\": \"2026-03-01T10:15:00Z\",\n  \"conditions\": [\n    {{\"acl\": {value}}}\n  ]\n}}\n"
        )
    };
    let json = answer("Invalid Policy: Invalid JSON.", "");
    let finding = found(
        &format!("{json}{}", policy("null")),
        "server-refused-policy",
    )
    .expect("refused");
    assert!(finding.help.contains("“acl” with null"), "{}", finding.help);
    let finding = found(
        &format!("{json}{}", policy("\"private\"")),
        "server-refused-policy",
    )
    .expect("refused");
    assert!(!finding.help.contains("acl"), "{}", finding.help);
    let google = answer(
        "The content of the form does not meet the conditions specified in the policy document.",
        "  <Details>Policy did not reference these fields: submit</Details>\n",
    );
    let finding = found(&google, "server-refused-policy").expect("refused");
    assert!(
        finding.help.contains("the field submit") && finding.help.contains("x-goog-signature"),
        "{}",
        finding.help
    );
}

#[test]
fn a_sum_in_hexadecimal_is_told_and_the_scheme_of_both_strings_is_that_of_the_answer() {
    let own =
        |sum: &str| format!("PUT\n{sum}\ntext/plain\nSun, 01 Mar 2026 10:15:00 GMT\n/bucket/a.txt");
    let answer = |sum: &str| {
        format!(
            "<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated does not match the \
             signature you provided. Check your key and signing method.</Message><StringToSign>{}</StringToSign>\
             <SignatureProvided>7xOuaIVfNBz6TKY5uytmFPaT8c4=</SignatureProvided><OSSAccessKeyId>ID</OSSAccessKeyId></Error>",
            own(sum)
        )
    };
    let hex = "F74FE9B1783C5A8547266A0C35EF1189";
    let text = format!("what I signed:\n{}\n\n{}\n", own(hex), answer(""));
    let work = work(&text);
    let verdict = &work.analysis.diagnosis.verdict;
    assert!(
        verdict.sentence.contains("the content-md5 header"),
        "{}",
        verdict.sentence
    );
    let finding = found(&text, "content-md5-in-hex").expect("it is told");
    assert!(
        finding.help.contains("90/psXg8WoVHJmoMNe8RiQ=="),
        "{}",
        finding.help
    );
    let schemes: Vec<String> = findings(&text)
        .into_iter()
        .filter(|finding| finding.id == "scheme-not-followed")
        .map(|finding| finding.message)
        .collect();
    assert_eq!(schemes.len(), 1, "{schemes:?}");
    assert!(
        schemes
            .iter()
            .all(|said| said.contains("Alibaba Cloud OSS")),
        "{schemes:?}"
    );
    // In base64 it is right, and alone nothing tells whose string it is.
    let right = text.replace(hex, "90/psXg8WoVHJmoMNe8RiQ==");
    assert_eq!(found(&right, "content-md5-in-hex"), None);
    let alone = found(&own(""), "scheme-not-followed").expect("it is told");
    assert!(
        alone.message.contains("AWS Signature Version 2"),
        "{}",
        alone.message
    );
}

#[test]
fn a_signature_with_its_padding_ends_its_line() {
    // The line is the longest, and what follows is the body whose empty line was lost.
    let text = "PUT /bucket/a.txt HTTP/1.1\nHost: oss.example.com\nDate: Sun, 01 Mar 2026 10:15:00 GMT\n\
                Content-Type: text/plain\nContent-Length: 4\nAuthorization: OSS IDEXAMPLE1234567:7xOuaIVfNBz6TKY5u+tmFPaT8c4=\nThaa\n";
    assert_eq!(found(text, "lines-rejoined"), None);
    // A value that goes on is joined, as it was.
    let (authorization, _) = signed("host:b\n", "host", "s3", EMPTY, "GET");
    let wrapped = format!("GET / HTTP/1.1\nHost: b\nAuthorization: {authorization}\n");
    let wrapped: Vec<String> = wrapped
        .lines()
        .flat_map(|line| {
            line.as_bytes()
                .chunks(72)
                .map(|piece| String::from_utf8_lossy(piece).into_owned())
        })
        .collect();
    assert!(found(&format!("{}\n\n", wrapped.join("\n")), "lines-rejoined").is_some());
}

#[test]
fn what_code_computes_is_no_fault_of_its_values() {
    let bash = "day=$(date -u +%Y%m%d)\nnow=$(date -u +%Y%m%dT%H%M%SZ)\nhash=$(printf \"\" | sha256sum | cut -d' ' -f1)\n\
                curl \"https://${host}/a\" -H \"x-amz-date: ${now}\" -H \"x-amz-content-sha256: ${hash}\" -H \
                \"Authorization: AWS4-HMAC-SHA256 Credential=${KEY}/${day}/${region}/s3/aws4_request, \
                SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=${signature}\"\n";
    let node = "const options = {\n  hostname: host, path: '/', method: 'GET',\n  headers: { 'X-Amz-Date': amzDate, \
                'Authorization': `AWS4-HMAC-SHA256 Credential=${keyId}/${day}/${region}/s3/aws4_request, \
                SignedHeaders=host;x-amz-date, Signature=${signature}` }\n};\n";
    let named = "fetch('https://b.execute-api.us-east-1.amazonaws.com/a', {\n  headers: {\n    'X-Amz-Date': '20260301T101500Z',\n    \
                 'Authorization': 'AWS4-HMAC-SHA256 Credential=<my access key>/20260301/us-east-1/execute-api/aws4_request, \
                 SignedHeaders=host;x-amz-date, Signature=<signature>'\n  }\n})\n";
    for text in [bash, node, named] {
        let errors: Vec<String> = findings(text)
            .into_iter()
            .filter(|finding| finding.severity == Severity::Error)
            .map(|finding| finding.message)
            .collect();
        assert_eq!(errors, [""; 0], "{text}");
    }
    let wrong = named.replace("<my access key>", "AKI DEXAMPLE");
    assert!(found(&wrong, "key-id-blank").is_some());
    let wrong = bash.replace("${day}", "2026-03-01");
    assert!(found(&wrong, "scope-date-format").is_some());
}

#[test]
fn a_url_that_is_shown_decoded_is_read_with_its_blanks() {
    let names = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20260301%2Fus-east-1%2Fs3%2Faws4_request\
                 &X-Amz-Date=20260301T101500Z&X-Amz-Expires=600&X-Amz-SignedHeaders=host";
    let disposition = "response-content-disposition=attachment%3B%20filename%3D%22a%20b.txt%22";
    let canonical = format!(
        "GET\n/my%20cat.jpg\n{names}&{disposition}\nhost:b.s3.amazonaws.com\n\nhost\nUNSIGNED-PAYLOAD"
    );
    let signature = sign(&canonical, "s3");
    let url = format!(
        "https://b.s3.amazonaws.com/my cat.jpg?{names}&response-content-disposition=attachment; \
         filename=\"a b.txt\"&X-Amz-Signature={signature}"
    );
    let verdict = checked(&url).diagnosis.verdict;
    assert_eq!(verdict.id, VerdictId::Match, "{}", verdict.sentence);
    // Whether a + or a % in it was sent so is not told any more: that another signature comes out proves nothing.
    let plus = canonical.replace("a%20b.txt", "C%2B%2B%20b.txt");
    let shown = url.replace("a b.txt", "C++ b.txt");
    let shown = shown.replace(&signature, &sign(&plus, "s3"));
    let verdict = checked(&shown).diagnosis.verdict;
    assert_eq!(verdict.id, VerdictId::Undecided, "{}", verdict.sentence);
    // In a sentence the same words end it.
    let apart = url.replace("/my cat.jpg?", "/my and then /cat.jpg?");
    assert!(paste(&apart).requests.is_empty());
}

#[test]
fn a_header_that_is_cut_leaves_nothing_out_of_what_was_signed() {
    let (authorization, _) = signed(
        "host:b.s3.amazonaws.com\nx-amz-date:20260301T101500Z\n",
        "host;x-amz-date",
        "s3",
        EMPTY,
        "GET",
    );
    let cut = authorization.get(..60).expect("it is longer");
    let text = |second: &str| {
        format!(
            "$ curl -v -H 'x-amz-date: 20260301T101500Z' -H 'Authorization: {authorization}' https://b.s3.amazonaws.com/\n\
             > GET / HTTP/1.1\n> Host: b.s3.amazonaws.com\n> x-amz-date: 20260301T101500Z\n> Authorization: {second}\n>\n\
             < HTTP/1.1 403 Forbidden\n<\n"
        )
    };
    assert_eq!(
        found(&text(&format!("{cut}...")), "request-seen-twice"),
        None
    );
    // What is there and differs is told.
    let changed = text(&authorization).replace("> Host: b.", "> Host: c.");
    assert!(found(&changed, "request-seen-twice").is_some());
}
