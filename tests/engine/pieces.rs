//! Pieces of requests and answers that were cut, masked or remarked upon on their way here, and requests in the notations
//! of single programs: what is read of them, and what may not be said.
//!
//! Every form is the literal format of the program named, filled with values of our own; the URL is that of the Amazon S3
//! API Reference, "Authenticating Requests: Using Query Parameters".

use sigscope::engine::diagnose::VerdictId;
use sigscope::engine::intake::Case;
use sigscope::engine::scheme::Outcome;
use sigscope::engine::secret::Keyring;
use sigscope::workbench::Work;

use crate::common::{EXAMPLE_SECRET, keyring, now, paste, work_of};

const URL: &str = "https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404";
const MISMATCH: &str = "The request signature we calculated does not match the signature you provided. Check your key and signing method.";

fn work(text: &str) -> Work {
    work_of(text, Keyring::new(), now())
}

fn sentence(text: &str) -> String {
    work(text).analysis.diagnosis.verdict.sentence
}

fn ids(text: &str) -> Vec<&'static str> {
    let work = work(text);
    let findings = work.analysis.diagnosis.findings.iter();
    findings.map(|finding| finding.id).collect()
}

fn says(text: &str, id: &str) -> String {
    let work = work(text);
    let mut findings = work.analysis.diagnosis.findings.iter();
    let found = findings.find(|finding| finding.id == id);
    found.map_or_else(String::new, |finding| finding.message.clone())
}

/// Method, target and headers of the only request.
fn request(case: &Case) -> (String, String, Vec<String>) {
    let [request] = case.requests.as_slice() else {
        panic!("{:#?}", case.pieces);
    };
    let text = |span| case.docs.text(span).trim().to_owned();
    let named = |given: &sigscope::engine::intake::Given<&'static str>| match given {
        sigscope::engine::intake::Given::Stated(span) => text(*span),
        sigscope::engine::intake::Given::Implied(name) => format!("({name})"),
    };
    let headers = request.headers.iter();
    let headers = headers.map(|h| format!("{}: {}", named(&h.name), text(h.value)));
    (
        named(&request.method),
        text(request.target.whole),
        headers.collect(),
    )
}

#[test]
fn a_header_names_the_code_of_an_answer_whose_body_is_cut() {
    let answer = |header: &str, body: &str| {
        format!(
            "< HTTP/2 403 \n< date: Sun, 29 Oct 2023 15:20:51 GMT\n< content-length: 3096\n{header}< \n* Connection #0 to host api.example.com left intact\n{body}\n"
        )
    };
    let body = "{\"message\":\"'eyJhbGciOiJSUzI1NiJ9.eyJleHAiOjE2";
    for header in [
        "< x-amzn-errortype: IncompleteSignatureException\n",
        "< **x-amzn-errortype: IncompleteSignatureException**\n",
        "< x-amzn-ErrorType: IncompleteSignatureException:http://internal.amazon.com/coral/\n",
    ] {
        let told = sentence(&answer(header, body));
        assert!(
            told.contains("could not read the Authorization header"),
            "{told}"
        );
    }
    let cut = sentence(&answer("", body));
    assert!(
        cut.contains("403, and the body of that answer is cut"),
        "{cut}"
    );
    let whole = sentence(&answer("", "{\"message\":\"Forbidden\"}"));
    assert!(whole.contains("says nothing that is known here"), "{whole}");
    let none = sentence(&answer("", ""));
    assert!(none.contains("is not here"), "{none}");
    // A header of an answer that took the request is no refusal.
    let taken = answer("< x-amzn-errortype: IncompleteSignatureException\n", "");
    let taken = sentence(&taken.replace("403", "200"));
    assert!(!taken.contains("Authorization header"), "{taken}");
}

#[test]
fn a_remark_behind_a_line_of_a_url_ends_it_nowhere() {
    let lines = URL.replace('?', "?\n").replace('&', "&\n");
    let remarked = lines.replace("86400&", "86400&       <--- seven days would be 604800");
    let front = lines.replace('&', "").replace("X-Amz", "&X-Amz");
    let front = front
        .replacen("?\n&X", "?\nX", 1)
        .replace("86400\n", "86400   # a day\n");
    for text in [&lines, &remarked, &front] {
        let work = work_of(text, keyring(EXAMPLE_SECRET), now());
        let outcome = work.analysis.trace.as_ref().map(|trace| trace.outcome);
        assert!(outcome.is_some_and(Outcome::agrees), "{text}");
    }
    // A word behind a URL that is whole on its line is a sentence's.
    let sentence = format!("{URL} <--- this one\nX-Amz-Meta-A=b is another\n");
    let work = work_of(&sentence, keyring(EXAMPLE_SECRET), now());
    assert!(
        work.analysis
            .trace
            .is_some_and(|trace| trace.outcome.agrees())
    );
}

#[test]
fn lines_of_a_wire_log_without_their_request_line_are_taken_out_of_their_notation() {
    let line = |text: &str| {
        format!("2026/11/22 11:38:15:982 [DEBUG] wire - http-outgoing-1 >> \"{text}[\\r][\\n]\"\n")
    };
    let log = [
        "Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/es/aws4_request, SignedHeaders=host;transfer-encoding;x-amz-date, Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
        "Host: search.us-east-1.es.amazonaws.com",
        "Transfer-Encoding: chunked",
        "X-Amz-Date: 20150830T123600Z",
    ]
    .map(line)
    .concat();
    let (_, _, headers) = request(&paste(&log));
    assert_eq!(headers.len(), 4, "{headers:?}");
    assert!(
        headers.contains(&"X-Amz-Date: 20150830T123600Z".to_owned()),
        "{headers:?}"
    );
    let known = ids(&log);
    assert!(
        !known.contains(&"signature-shape") && !known.contains(&"date-format"),
        "{known:?}"
    );
    // One that stops in a line says so, and claims nothing of what lacks.
    let cut = log.trim_end().trim_end_matches("[\\r][\\n]\"");
    assert!(ids(cut).contains(&"request-cut"), "{:?}", ids(cut));
    // What comes back is none of the request.
    let received = log.replace(">>", "<<");
    assert!(!ids(&received).contains(&"request-cut"));
}

/// The server's canonical request for [`URL`], on `between` in the place of its line ends.
fn answered(host: &str, id: &str, between: &str) -> String {
    let canonical = [
        "GET",
        "/test.txt",
        "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host",
        &format!("host:{host}"),
        "",
        "host",
        "UNSIGNED-PAYLOAD",
    ]
    .join(between);
    format!(
        "<Error><Code>SignatureDoesNotMatch</Code><Message>{MISMATCH}</Message><AWSAccessKeyId>{id}</AWSAccessKeyId><CanonicalRequest>{canonical}</CanonicalRequest></Error>\n"
    )
}

#[test]
fn a_mask_inside_a_value_is_held_against_nothing() {
    let host = "examplebucket.s3.amazonaws.com";
    for mask in [
        "AKIAIOSFODNN7EXAMPLE%XXXXX",
        "AKIAIOSFOD****",
        "AKIA[REDACTED]",
    ] {
        let url = URL.replace(
            "AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request",
            mask,
        );
        let other = format!(
            "{url}\n\n{}",
            answered("other.example.com", "AKIAIOSFODNN7EXAMPLE", "\n")
        );
        let told = sentence(&other);
        assert!(told.contains("host header differs"), "{mask}: {told}");
        let known = ids(&other);
        assert!(
            !known.contains(&"percent-escape-invalid"),
            "{mask}: {known:?}"
        );
        assert!(!known.contains(&"body-missing"), "{mask}: {known:?}");
        let same = format!("{url}\n\n{}", answered(host, "AKIAIOSFODNN7EXAMPLE", "\n"));
        assert!(!sentence(&same).contains("differs:"), "{mask}");
    }
    // Names in brackets, in a raw request.
    let raw = URL
        .replace("https://examplebucket.", "<bucket>.")
        .replace("AKIAIOSFODNN7EXAMPLE", "<key>");
    let (host_name, target) = raw.split_once('/').unwrap();
    let raw = format!(
        "GET /{target} HTTP/1.1\nHost: {host_name}\n\n{}",
        answered(host, "AKIAIOSFODNN7EXAMPLE", "\n")
    );
    assert!(!sentence(&raw).contains("differs:"), "{}", sentence(&raw));
    // What stands in front of a mask is known, and an escape that is none without a mask is one.
    let other = URL.replace("AKIAIOSFODNN7EXAMPLE", "AKIBIOSFOD****");
    let told = sentence(&format!(
        "{other}\n\n{}",
        answered(host, "AKIAIOSFODNN7EXAMPLE", "\n")
    ));
    assert!(told.contains("X-Amz-Credential differs"), "{told}");
    assert!(ids(&URL.replace("test.txt", "te%st.txt")).contains(&"percent-escape-invalid"));
}

#[test]
fn a_key_id_beside_the_canonical_request_of_this_very_credential_is_no_other_request() {
    let other = "names another key id";
    let details = |text: &str| {
        let work = work(text);
        work.analysis.diagnosis.verdict.details.join(" ")
    };
    let text = format!("{URL}\n\n{}", answered("b.example.com", "test", "\n"));
    assert!(!details(&text).contains(other), "{}", details(&text));
    assert!(sentence(&text).contains("host header differs"));
    let text = text.replace("X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host\nhost", "X-Amz-Credential=AKIDEXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host\nhost");
    assert!(details(&text).contains(other), "{}", details(&text));
}

#[test]
fn an_open_element_of_strings_is_no_request() {
    let whole = answered("b.example.com", "AKIAIOSFODNN7EXAMPLE", " ");
    let cut = whole.find("X-Amz-SignedHeaders").unwrap();
    let text = whole.get(..cut + 8).unwrap();
    let work = work(text);
    assert!(work.case.requests.is_empty(), "{:#?}", work.case.pieces);
    let canonical = work.case.evidence[0].canonical_request.as_ref();
    let canonical = canonical.unwrap().bytes(&work.case.docs);
    assert!(
        canonical.starts_with(b"GET /test.txt X-Amz-Algorithm="),
        "{canonical:?}"
    );
    // What stands on a line of its own behind it is one.
    let next = format!(
        "{text}\n\nGET /next HTTP/1.1\nHost: b.example.com\nx-amz-date: 20130524T000000Z\n\n"
    );
    assert_eq!(paste(&next).requests.len(), 1);
}

#[test]
fn where_the_service_is_hidden_a_host_of_s3_needs_no_body() {
    let hidden = URL.replace(
        "AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request",
        "<value>",
    );
    assert!(
        !ids(&hidden).contains(&"body-missing"),
        "{:?}",
        ids(&hidden)
    );
    let other = hidden.replace(
        "examplebucket.s3.amazonaws.com",
        "sqs.us-east-1.amazonaws.com",
    );
    assert!(ids(&other).contains(&"body-missing"));
}

#[test]
fn a_scope_that_the_server_took_is_not_said_to_be_spelled_wrong() {
    let request = "POST /sandbox/CreateGiftCard HTTP/1.1\nHost: agcod.example.com\nX-Amz-Date: 20150830T123600Z\nAuthorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/eu-west-1/AGCODService/aws4_request, SignedHeaders=host;x-amz-date, Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7\n\n";
    assert!(ids(request).contains(&"scope-case"));
    let refused = format!(
        "{request}\nHTTP/1.1 403 Forbidden\n\n{{\"__type\":\"InvalidSignatureException\",\"message\":\"The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.\"}}\n"
    );
    assert!(
        !ids(&refused).contains(&"scope-case"),
        "{:?}",
        ids(&refused)
    );
}

#[test]
fn a_refusal_of_signature_version_2_claims_no_order_of_checks() {
    let answer = "<ErrorResponse><Error><Type>Sender</Type><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.</Message></Error></ErrorResponse>\n";
    let four = ids(answer);
    assert!(four.contains(&"server-ruled-out"), "{four:?}");
    for code in [
        "s &= \"&SignatureVersion=\" & Encode(\"2\")\n",
        "params.put(\"SignatureVersion\", \"2\");\n",
        "https://mws.example.com/?Action=A&SignatureMethod=HmacSHA256&SignatureVersion=2&Version=2009-01-01\n",
    ] {
        let text = format!("{answer}{code}");
        let known = ids(&text);
        assert!(!known.contains(&"server-ruled-out"), "{code}: {known:?}");
        assert!(
            says(&text, "scheme-not-followed").contains("SignatureVersion=2"),
            "{code}"
        );
    }
    let other = format!("{answer}SignatureVersion=4\n");
    assert!(ids(&other).contains(&"server-ruled-out"));
}

#[test]
fn excon_s_request_is_read_with_the_host_that_it_goes_to() {
    let ruby = "Excon::Errors::Forbidden: Expected([307, 200]) <=> Actual(403 Forbidden)\n  request => {:path=>\"/a%20b\", :expects=>[307, 200], :method=>\"GET\", :query=>{}, :host=>\"b.s3.amazonaws.com\", :scheme=>\"https\", :headers=>{\"Authorization\"=>\"AWS AKIDEXAMPLE:frJIUN8DYpKDtOLCwo//yllqDzg=\", \"Date\"=>\"Tue, 27 Mar 2007 19:36:42 +0000\", \"Host\"=>\"s3.amazonaws.com\"}, :port=>443}\n";
    let (method, target, headers) = request(&paste(ruby));
    assert_eq!((method.as_str(), target.as_str()), ("GET", "/a%20b"));
    assert_eq!(headers.len(), 3, "{headers:?}");
    let told = says(ruby, "sent-to-another-host");
    assert_eq!(
        told,
        "The request is sent to b.s3.amazonaws.com, and its Host header names s3.amazonaws.com."
    );
    let same = ruby.replace("\"s3.amazonaws.com\"", "\"b.s3.amazonaws.com:443\"");
    assert_eq!(says(&same, "sent-to-another-host"), "");
    // Any other map with an Authorization header is anybody's.
    assert!(
        paste(&ruby.replace("AWS AKIDEXAMPLE:", "Bearer "))
            .requests
            .is_empty()
    );
    // The first line alone is no string.
    let error = format!(
        "<Error><Code>SignatureDoesNotMatch</Code><Message>{MISMATCH}</Message><StringToSignBytes>47 45 54 0a"
    );
    assert!(
        sentence(&error).contains("only the beginning"),
        "{}",
        sentence(&error)
    );
}

#[test]
fn the_json_of_a_request_message_of_dotnet_is_read() {
    let json = r#"{
  "Version": { "Major": 1, "Minor": 1 },
  "Content": null,
  "Method": { "Method": "GET" },
  "RequestUri": "https:\/\/a.execute-api.us-west-2.amazonaws.com\/dev\/hello",
  "Headers": [
    { "Key": "x-amz-date", "Value": [ "20150830T123600Z" ] },
    { "Key": "x-amz-security-token", "Value": [ "FQoDYXdzEKr\/\/EXAMPLE" ] }
  ],
  "Properties": {}
}
"#;
    let (method, target, headers) = request(&paste(json));
    assert_eq!(method, "GET");
    assert_eq!(
        target,
        "https://a.execute-api.us-west-2.amazonaws.com/dev/hello"
    );
    assert!(
        headers.contains(&"x-amz-security-token: FQoDYXdzEKr//EXAMPLE".to_owned()),
        "{headers:?}"
    );
    let cut = json.find("EXAMPLE").unwrap();
    assert!(ids(json.get(..cut).unwrap()).contains(&"request-cut"));
    assert!(paste(&json.replace("x-amz-", "x-my-")).requests.is_empty());
}

#[test]
fn a_name_in_angle_brackets_within_a_word_is_no_redirection() {
    let curl = "curl https://<account>.r2.cloudflarestorage.com/b/k --user 'AKIDEXAMPLE:secret' --aws-sigv4 \"aws:amz:auto:s3\"\n";
    let (_, target, _) = request(&paste(curl));
    assert_eq!(target, "https://<account>.r2.cloudflarestorage.com/b/k");
    let both = curl.replace("'AKIDEXAMPLE:secret'", "<id>:<secret>");
    assert!(ids(&both).contains(&"curl-signs"), "{:?}", ids(&both));
    let redirected = "curl https://b.example/k --aws-sigv4 aws:amz:auto:s3 -u a:b -T - <in.txt\n";
    let (_, target, _) = request(&paste(redirected));
    assert_eq!(target, "https://b.example/k");
}

#[test]
fn the_strings_of_shared_access_signatures_are_told_by_their_fields() {
    let account =
        "devaccount\\nrwdlc\\nb\\nsco\\n\\n2026-11-22T10:00Z\\n\\nhttps\\n2022-11-02\\n\\n";
    let azurite = format!("the stringTosign as \"{account}\".\n");
    let error = format!(
        "{{\"code\": \"AuthenticationFailed\", \"authenticationErrorDetail\": \"Signature did not match. String to sign used was {account}\"}}\n"
    );
    let raw = account.replace("\\n", "\n");
    let xml = format!(
        "<Error><Code>AuthenticationFailed</Code><Message>Server failed to authenticate the request.</Message><AuthenticationErrorDetail>Signature did not match. String to sign used was {raw}</AuthenticationErrorDetail></Error>\n"
    );
    let printed = format!(
        "AuthenticationErrorDetail:Signature did not match. String to sign used was {raw}\n\nat line one of a trace\n"
    );
    for text in [&azurite, &error, &xml, &printed] {
        assert_eq!(
            says(text, "sas-fields"),
            "The string to sign is that of an account SAS: account devaccount, sp rwdlc, ss b, srt sco, se 2026-11-22T10:00Z, spr https, sv 2022-11-02.",
            "{text}"
        );
        assert!(
            says(text, "scheme-not-followed").contains("Azure Storage"),
            "{text}"
        );
    }
    // A string with other fields behind the resource is not named further.
    let delegated = "Signature did not match. String to sign used was rl\n2026-11-22T10:00:00Z\n2026-11-23T10:00:00Z\n/blob/acct/cont\noid\ntid\n2026-11-22T09:00:00Z\n2026-11-29T09:00:00Z\nb\n2022-11-02\n\n\n\n\nhttps\n2022-11-02\nc\n";
    assert!(
        says(delegated, "sas-fields").ends_with("resource /blob/acct/cont."),
        "{}",
        says(delegated, "sas-fields")
    );
    let cut = error.find("022-11-02").unwrap();
    let told = says(error.get(..cut).unwrap(), "sas-fields");
    assert!(told.ends_with("spr https; the rest is cut."), "{told}");
    let flat = "<Error><Code>AuthenticationFailed</Code><AuthenticationErrorDetail>Signature did not match. String to sign used was r 2026-11-22T10:00:00Z 2026-11-23T10:00:00Z /blob/acct/cont 2021-06-08 c </AuthenticationErrorDetail></Error>\n";
    let told = says(flat, "sas-fields");
    assert!(
        told.ends_with("se 2026-11-23T10:00:00Z, resource /blob/acct/cont."),
        "{told}"
    );
    assert_eq!(
        says(
            "the stringTosign as \"read\\nthe\\nmanual\"\n",
            "sas-fields"
        ),
        ""
    );
}

#[test]
fn a_string_of_version_2_that_a_log_of_boto_stops_in_is_there_as_far_as_it_goes() {
    let log = "DEBUG:boto:Method: GET\nDEBUG:boto:Path: /?&max-keys=0\nDEBUG:boto:StringToSign:\nGET\n\n\nTue, 2";
    let work = work(log);
    let string = work
        .case
        .evidence
        .iter()
        .find_map(|e| e.string_to_sign.as_ref());
    assert_eq!(string.unwrap().bytes(&work.case.docs), b"GET\n\n\nTue, 2");
    assert!(says(log, "scheme-not-followed").contains("AWS Signature Version 2"));
    // Neither without a label nor with more behind it.
    for text in [
        "so it is:\nGET\n\n\nTue, 2",
        "DEBUG:boto:StringToSign:\nGET\n\n\nTue, 2\nand so on",
    ] {
        assert!(paste(text).evidence.is_empty(), "{text}");
    }
}

#[test]
fn the_signature_that_the_kotlin_sdk_logs_is_the_signer_s() {
    let signature = "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7";
    let log = format!(
        "02-15 18:46:22.824  9120-9656  ResolveEndpoint  D  [worker-7] S3-PutObject-972d965f-91d9: resolved endpoint: Endpoint(uri=https://s3.example.com/b, headers=a)\n02-15 18:46:22.828  9120-9656  SignerImpl  D  [worker-7] S3-PutObject-972d965f-91d9/Attempt-1: Calculated signature: {signature}\n"
    );
    let told = says(&log, "operation-logged");
    assert!(
        told.contains("S3-PutObject to https://s3.example.com/b,"),
        "{told}"
    );
    assert!(
        sentence(&log).starts_with("A signature that the signer made is here"),
        "{}",
        sentence(&log)
    );
    assert!(paste(&log.replace(signature, "none")).evidence.is_empty());
}

#[test]
fn a_panel_copied_as_a_table_is_read_with_tabs_for_colons() {
    let panel = "Request URL\thttps://b.s3.amazonaws.com/k\nRequest Method\tPUT\nRequest Headers\nContent-Type\timage/jpeg\nX-Amz-Date\t20150830T123600Z\nReferer http://localhost:3000/\n";
    let (method, _, headers) = request(&paste(panel));
    assert_eq!(method, "PUT");
    assert!(
        headers.contains(&"Content-Type: image/jpeg".to_owned()),
        "{headers:?}"
    );
    assert_eq!(
        work(panel).analysis.diagnosis.verdict.id,
        VerdictId::Undecided
    );
}

#[test]
fn headers_under_a_heading_alone_are_said_to_be_no_request() {
    let error =
        format!("<Error>\n<Code>SignatureDoesNotMatch</Code>\n<Message>{MISMATCH}</Message>\n\n");
    let list = "**Request Header :** \nContent-Length 164585\nContent-Type\timage/jpeg\nReferer http://localhost:3000/\n";
    let text = format!("{error}{list}");
    assert!(says(&text, "headers-without-request").ends_with("Its Content-Type is image/jpeg."));
    assert!(paste(&text).requests.is_empty());
    let signed = list.replace("Referer", "x-amz-date: 20150830T123600Z\nReferer");
    for other in [
        signed.as_str(),
        "Request Headers\nare sent by the browser\nand so on\n",
    ] {
        assert_eq!(says(other, "headers-without-request"), "", "{other}");
    }
}

/// Where answers that a mark hides in part begin otherwise, that is a difference; where they begin alike, it is none.
#[test]
fn what_stands_in_front_of_a_mark_is_held_against_the_other() {
    let request = |value: &str| {
        format!(
            "GET /a HTTP/1.1\nHost: b.example.com\nX-Amz-Date: 20150830T123600Z\nX-Amz-Meta-A: {value}\nAuthorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/s3/aws4_request, SignedHeaders=host;x-amz-date;x-amz-meta-a, Signature={}\n\n",
            "5d672d79".repeat(8)
        )
    };
    let canonical = "GET\n/a\n\nhost:b.example.com\nx-amz-date:20150830T123600Z\nx-amz-meta-a:barsecret\n\nhost;x-amz-date;x-amz-meta-a\nUNSIGNED-PAYLOAD";
    let hash = hex::encode(<sha2::Sha256 as sha2::Digest>::digest(canonical));
    let answer = format!(
        "<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated does not match the signature you provided. Check your key and signing method.</Message><AWSAccessKeyId>AKIDEXAMPLE</AWSAccessKeyId><StringToSign>AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/us-east-1/s3/aws4_request\n{hash}</StringToSign><SignatureProvided>{}</SignatureProvided><CanonicalRequest>{canonical}</CanonicalRequest></Error>\n",
        "5d672d79".repeat(8)
    );
    let says = |value: &str| sentence(&format!("{}{answer}", request(value)));
    assert!(
        says("foo[REDACTED]").contains("x-amz-meta-a"),
        "{}",
        says("foo[REDACTED]")
    );
    assert!(
        !says("bar[REDACTED]").contains("x-amz-meta-a header differs"),
        "{}",
        says("bar[REDACTED]")
    );
}

/// A method in a sentence may be of another try: the URL's own is found; what a program printed is the method.
#[test]
fn a_method_in_a_sentence_is_tried_first_and_no_more() {
    let stated = |text: &str| {
        let case = paste(text);
        matches!(
            case.requests[0].method,
            sigscope::engine::intake::Given::Stated(_)
        )
    };
    for (text, is) in [
        (format!("The upload works, but when I GET {URL}"), false),
        (format!("We sign for GET on URL {URL}"), false),
        (
            format!("Client error: `PUT {URL}` resulted in a `403 Forbidden`"),
            true,
        ),
        (format!("[PUT] to [{URL}]"), true),
        (format!("PUT {URL}\n"), true),
    ] {
        assert_eq!(stated(&text), is, "{text}");
    }
}

/// The error of a client about another host, and one behind which another try was answered, say nothing of this request.
#[test]
fn an_error_about_another_host_is_not_about_this_request() {
    let request = "GET /a HTTP/1.1\nHost: bucket.s3.example.com\nX-Amz-Date: 20150830T123600Z\n\n";
    let reached =
        |error: &str| !ids(&format!("{request}{error}\n")).contains(&"server-not-reached");
    assert!(!reached(
        "curl: (6) Could not resolve host: bucket.s3.example.com"
    ));
    assert!(reached(
        "java.net.UnknownHostException: metadata.internal.example"
    ));
    assert!(reached(
        "attempt 1: getaddrinfo EAI_AGAIN bucket.s3.example.com\nattempt 2 failed: 403 Forbidden"
    ));
}
