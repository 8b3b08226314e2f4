//! What browsers write into their consoles about a presigned URL. The messages are those of Chrome, Firefox and
//! Safari, with a URL of our own.

use super::*;

const URL: &str = "https://examplebucket.s3.amazonaws.com/a.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=900&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404";

#[test]
fn every_browser_s_message_is_told_and_its_url_is_read() {
    let messages = [
        format!(
            "Access to XMLHttpRequest at '{URL}' from origin 'https://app.example' has been blocked by CORS policy: Response to preflight request doesn't pass access control check: No 'Access-Control-Allow-Origin' header is present on the requested resource."
        ),
        format!(
            "Access to fetch at '{URL}' from origin 'https://app.example' has been blocked by CORS policy: No 'Access-Control-Allow-Origin' header is present on the requested resource."
        ),
        format!(
            "Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at {URL}. (Reason: CORS header ‘Access-Control-Allow-Origin’ missing). Status code: 403."
        ),
        format!(
            "[Error] Origin https://app.example is not allowed by Access-Control-Allow-Origin. Status code: 403\n[Error] XMLHttpRequest cannot load {URL} due to access control checks."
        ),
        format!(
            "[Error] Preflight response is not successful. Status code: 403\n[Error] Fetch API cannot load {URL} due to access control checks."
        ),
    ];
    for message in messages {
        let case = one(message.as_bytes());
        assert_eq!(case.requests[0].shape.0, "presigned-url", "{message}");
        assert_eq!(text(&case, case.requests[0].target.whole), URL, "{message}");
        let finding = case
            .findings
            .iter()
            .find(|f| f.id == "browser-hides-answer")
            .expect("it is told");
        assert!(
            finding.help.contains("OPTIONS is never signed") && finding.help.contains("as cURL")
        );
        let is_preflight = finding.message.contains("preflight");
        assert_eq!(is_preflight, message.contains("reflight"), "{message}");
    }
}

#[test]
fn the_line_of_a_failed_request_gives_its_method_and_status() {
    for line in [
        format!("PUT {URL} 403 (Forbidden)"),
        format!("upload.js:12 PUT {URL} net::ERR_FAILED 403 (Forbidden)"),
        format!("  PUT {URL} 403 (Forbidden)\n    at app.js:1"),
    ] {
        let case = one(line.as_bytes());
        assert_eq!(method(&case), "PUT", "{line}");
        assert_eq!(text(&case, case.requests[0].target.whole), URL, "{line}");
        let status = case
            .evidence
            .first()
            .and_then(|e| e.answer.as_ref()?.status);
        assert_eq!(status, Some(403), "{line}");
    }
    let case = one(format!("PUT {URL} net::ERR_FAILED").as_bytes());
    assert_eq!((method(&case).as_str(), case.evidence.len()), ("PUT", 0));
}

#[test]
fn a_request_line_is_no_line_of_a_console() {
    let case =
        one(format!("GET {URL} HTTP/1.1\nHost: examplebucket.s3.amazonaws.com\n\n").as_bytes());
    assert_eq!(case.requests[0].shape.0, "http-request");
    assert!(
        read(b"PUT https://example.com/a 403 (Forbidden)")
            .requests
            .is_empty()
    );
}

#[test]
fn what_the_preflight_does_not_allow_is_named() {
    for (message, words) in [
        (
            format!("XMLHttpRequest cannot load {URL}. Method PUT is not allowed by Access-Control-Allow-Methods in preflight response."),
            "no method PUT",
        ),
        (
            format!("Failed to load {URL}: Request header field x-amz-acl is not allowed by Access-Control-Allow-Headers in preflight response."),
            "no header x-amz-acl",
        ),
        (
            "\"Response to preflight request doesn't pass access control check: No 'Access-Control-Allow-Origin' header is present on the requested resource.\"".to_owned(),
            "the preflight failed",
        ),
        (
            format!("XMLHttpRequest cannot load {URL}. No 'Access-Control-Allow-Origin' header is present on the requested resource. Origin 'http://a' is therefore not allowed access."),
            "kept it from reading",
        ),
        // Older ones: Chrome, Internet Explorer, Edge.
        (
            format!("XMLHttpRequest cannot load {URL}. Response for preflight has invalid HTTP status code 403"),
            "the preflight failed",
        ),
        (
            format!("Fetch API cannot load {URL}. Response for preflight is invalid (redirect)"),
            "the preflight failed",
        ),
        (
            format!("XMLHttpRequest cannot load {URL}. The request was redirected to 'https://a.example/', which is disallowed for cross-origin requests that require preflight."),
            "the preflight failed",
        ),
        (
            "SEC7120: Origin https://app.example not found in Access-Control-Allow-Origin header.".to_owned(),
            "kept it from reading",
        ),
        (
            "SEC7123: Request header x-amz-date was not present in the Access-Control-Allow-Headers list.".to_owned(),
            "no header x-amz-date",
        ),
        (
            "SEC7124: Request method PUT was not present in the Access-Control-Allow-Methods list.".to_owned(),
            "no method PUT",
        ),
    ] {
        let case = read(message.as_bytes());
        let told: Vec<&str> = case
            .findings
            .iter()
            .filter(|f| f.id == "browser-hides-answer")
            .map(|f| f.message.as_str())
            .collect();
        assert_eq!(told.len(), 1, "{message}: {told:?}");
        assert!(told[0].contains(words), "{}", told[0]);
        assert!(case.is_understood(), "{message}");
        assert_eq!(case.requests.len(), usize::from(message.contains(URL)), "{message}");
    }
}
