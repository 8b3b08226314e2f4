//! The shapes that hold words of servers, clients and browsers, cut anywhere and repeated very often.

use super::growth;
use super::*;

const QUERY: &str = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=A%2F20130524%2Fr%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=9&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404";

/// One of each shape.
fn samples() -> Vec<String> {
    vec![
        format!("1.2.3.4 - - [24/May/2013:12:00:00 +0200] \"GET /a?{QUERY} HTTP/1.1\" 403 2 \"-\" \"c\"\n"),
        format!("2013-05-24\t10:00:00\tL\t2\t1.2.3.4\tGET\td.cloudfront.net\t/a\t403\t-\tc\t{}\t-\tError\ti\tb.example\thttps\n", QUERY.replace('%', "%25")),
        format!("{{\"RequestMethod\":\"GET\",\"RequestHost\":\"b.example\",\"RequestPath\":\"/a?{}\",\"DownstreamStatus\":403}}\n", QUERY.replace('&', "\\u0026")),
        "\"GET /a?b HTTP/1.1\" 301 185 \"-\"\n\"GET /a/?b HTTP/1.1\" 403 348 \"-\"\n".to_owned(),
        "E (Expected(200) <=> Actual(403 Forbidden)\n  :body => \"\"\n  :method => \"HEAD\"\n".to_owned(),
        "x.js:8 PUT https://b.example/a%20b 403 (Forbidden)\n".to_owned(),
        "curl -v <HOST>/a -H 'Authorization: AWS4-HMAC-SHA256 Credential=A/20130524/r/s3/aws4_request, SignedHeaders=host, Signature=aeee' -d '{}'\n".to_owned(),
        "ErrorResponse(code=SignatureDoesNotMatch)\nrequest={method=GET, url=http://b.example/a\n".to_owned(),
        "{&quot;__type&quot;:&quot;InvalidSignatureException&quot;,&quot;message&quot;:&quot;Signature expired: 2019 (truncated...)\n".to_owned(),
        "GET\n\n\nTue, 01 Jun 2010 15:40:12 GMT\nx-amz-acl:private\n/b/k?acl\n".to_owned(),
        "Signed string: 'GET\\n\\n\\n1427992617\\n/b/k' Signature: StRFAW/7qxD8z2e5847fzTOu88w=\n".to_owned(),
        "15 server signature=wqkzBfrNYr5w=\n15 client signature=WwHb5faoNSxc=\n".to_owned(),
        "ErrorCode:AuthenticationFailed\nThe MAC signature found in the HTTP request 'A' is not the same as any computed signature. Server used following string to sign: 'GET\n\n/a'.\n".to_owned(),
        "oauth_problem=signature_invalid&debug_sbs=GET&http%3A%2F%2Fa&b%3Dc\n".to_owned(),
        "IncompleteSignature: 'A' not a valid key=value pair (missing equal-sign) in Authorization header: 'A'.\n".to_owned(),
        format!("{{'url': 'https://b/', 'fields': {{'key': 'a/${{filename}}', 'policy': 'eyJhIjoxfQ==', 'x-amz-signature': '{}'}}}}\n", "a".repeat(64)),
        "<form action=https://b/ method=post><input type=hidden name=key value=a><input name='policy' value=\"e&quot;\"><input type=file name=file></form>\n".to_owned(),
        "Authorization: AWS4-HMAC-SHA256 Credential=A/20130524/r/s3/aws4_request, SignedHeaders=host;x-amz-date, Signature=aeee\nx-amz-date: 20130524T000000Z\n".to_owned(),
        "{\"method\":\"GET\",\"url\":\"https://b.example/k\",\"headers\":{\"x-amz-date\":\"20130524T000000Z\",\"authorization\":\"AWS4-HMAC-SHA256 Credential=A/20130524/r/s3/aws4_request, Signature=aeee\"}}\n".to_owned(),
        "{:request-method :get, :uri \"/k\", :params {:a \"b\"}, :headers {\"host\" \"b\", \"x-amz-date\" \"20130524T000000Z\"}}\n".to_owned(),
        "map[Authorization:[AWS4-HMAC-SHA256 Credential=A/20130524/r/s3/aws4_request, SignedHeaders=host, Signature=aeee] {A=[b], Authorization=[c".to_owned(),
        "Headers {\n  'x-amz-date' => '20130524T000000Z'\n}\nGET https://b.example/k\n".to_owned(),
        "UserInfo={StringToSign=sha1\n1775124000;1775127600\nda39a3ee5e6b4b0d3255bfef95601890afd80709, Code=SignatureDoesNotMatch}\n".to_owned(),
        "w - o-1 >> \"Authorization: AWS4-HMAC-SHA256 Credential=A/20130524/r/s3/aws4_request, SignedHeaders=host, Signature=aeee[\\r][\\n]\"\nw - o-1 >> \"Host: b[\\r][\\n]\"\n".to_owned(),
        "request => {:path=>\"/\", :method=>\"GET\", :host=>\"b.example\", :headers=>{\"Authorization\"=>\"AWS A:frJIUN8DYpKDtOLCwo//yllqDzg=\", \"Host\"=>\"c.example\"}}\n".to_owned(),
        "{\"Method\":{\"Method\":\"GET\"},\"RequestUri\":\"https:\\/\\/b\\/k\",\"Headers\":[{\"Key\":\"x-amz-date\",\"Value\":[\"20130524T000000Z\"]}]}\n".to_owned(),
        "String to sign is \"acct\\nrw\\nb\\nsco\\n\\n2026-11-22T10:00Z\\n\\n\\n2022-11-02\\n\"\nSignature did not match. String to sign used was r\n2026-11-22\n2026-11-23\n/blob/a/b\n".to_owned(),
        "DEBUG:boto:StringToSign:\nGET\n\n\nTue, 2".to_owned(),
        format!("S3-Put-1/Attempt-1: resolved endpoint: Endpoint(uri=https://b, a)\nS3-Put-1/Attempt-1: Calculated signature: {}\n", "a".repeat(64)),
        format!("https://b.example/k?\n{}\n", QUERY.replace('&', "&\n").replace("Expires=9&", "Expires=9&  <--- remark")),
        "HTTP/1.1 403 Forbidden\nx-amzn-errortype: AccessDeniedException:http://a/\n\n{\"message\":\"'eyJ".to_owned(),
        "auth='AWS4-HMAC-SHA256 \nCredential=A/20130524/r/s3/aws4_request, \nSignedHeaders=host, \nSignature=aeee' https://a.example/b\n".to_owned(),
        format!("app.js:1 PUT https://b.example/k?{QUERY} net::ERR_FAILED 403 (Forbidden)\nAccess to fetch at 'https://b.example/k?{QUERY}' from origin 'https://a' has been blocked by CORS policy: preflight\n"),
    ]
}

/// Every place that the case names lies in a document.
fn check(case: &Case) {
    let inside = |span: sigscope::engine::document::Span| {
        assert!(case.docs.whole(span.doc).contains(span), "{span:?}");
        let given = case.docs.to_given(span);
        assert!(case.docs.whole(given.doc).contains(given), "{span:?}");
    };
    for piece in &case.pieces {
        inside(piece.span);
    }
    for request in &case.requests {
        inside(request.span);
        inside(request.target.whole);
        for header in &request.headers {
            inside(header.value);
        }
    }
    for form in &case.forms {
        for field in &form.fields {
            inside(field.name);
            inside(field.value);
        }
    }
    for evidence in &case.evidence {
        inside(evidence.span);
        for span in evidence
            .string_to_sign
            .iter()
            .filter_map(intake::Pattern::span)
        {
            inside(span);
        }
    }
    for label in case.findings.iter().flat_map(|f| &f.labels) {
        inside(label.span);
    }
}

#[test]
fn each_of_them_yields_something_and_may_be_cut_anywhere() {
    for sample in samples() {
        let case = read(sample.as_bytes());
        assert!(!case.pieces.is_empty(), "{sample}");
        for end in 0..sample.len() {
            check(&read(&sample.as_bytes()[..end]));
            check(&read(&sample.as_bytes()[end..]));
        }
        // Without its quotes, too.
        for quote in ['"', '\''] {
            check(&read(sample.replace(quote, "").as_bytes()));
        }
    }
}

#[test]
fn time_grows_with_their_number_and_no_faster() {
    let mut units = samples();
    for unit in [
        "{\"method\":\"GET\",\"url\":\"https://b.example/k\",\"headers\":{\"x-amz-date\":\"20130524T000000Z\"},\n",
        "{:uri \"/k\" :headers {\"x-amz-date\" \"20130524T000000Z\" ",
        "{\"headers\": {\"x-amz-date\": \"1\", ",
    ] {
        units.push(unit.to_owned());
    }
    for sample in units {
        growth::check("", &sample);
    }
}

#[test]
fn lines_that_are_the_beginnings_of_those_before_are_not_gone_over_for_each() {
    let stairs: String = (1..=80).rev().map(|len| "7".repeat(len) + "\n").collect();
    growth::check(&format!("CanonicalRequest host\n{stairs}"), "1\n");
}
