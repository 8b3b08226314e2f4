//! Presigned URLs, in every wrapping they are pasted in.

use super::*;

const URL: &str = "https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404";

fn check(given: &str) -> Case {
    let case = one(given.as_bytes());
    assert_eq!(text(&case, case.requests[0].target.whole), URL, "{given:?}");
    assert_eq!(method(&case), "(GET)");
    assert_eq!(headers(&case, 0), ["(host)|examplebucket.s3.amazonaws.com"]);
    assert_eq!(text(&case, case.requests[0].target.path), "/test.txt");
    case
}

#[test]
fn a_url_is_found_in_any_wrapping() {
    for (front, back) in [
        ("", ""),
        ("\n  ", "\n"),
        ("\"", "\""),
        ("'", "'"),
        ("<", ">"),
        ("`", "`"),
        ("```\n", "\n```"),
        ("[link](", ")"),
        ("**", "**"),
        ("I opened ", ". It said 403."),
        ("url=", ", and"),
        ("(see ", ")"),
        ("{\"url\": \"", "\", \"x\": 1}"),
        ("<a href=\"", "\">x</a>"),
        ("$ curl '", "' -v"),
    ] {
        let case = check(&format!("{front}{URL}{back}"));
        let span = case.requests[0].span;
        assert_eq!(span.range(), front.len()..front.len() + URL.len());
        assert_eq!(case.docs.len(), 1);
    }
}

#[test]
fn escaped_ampersands_are_read() {
    for (escape, peel) in [
        ("&amp;", Peel::HtmlEntities),
        ("&#38;", Peel::HtmlEntities),
        ("\\&", Peel::BackslashEscapes),
        ("\\u0026", Peel::BackslashEscapes),
    ] {
        let case = check(&format!("x {} y", URL.replace('&', escape)));
        let target = case.requests[0].target.whole;
        assert_eq!(case.docs.peels(target), [peel]);
        let date = memchr::memmem::find(case.docs.bytes(target), b"&X-Amz-Date").unwrap();
        let amp = case.docs.to_given(target.part(date..date + 1));
        assert_eq!(
            text(&case, amp),
            escape,
            "an escape leads back to all of it"
        );
    }
    check(
        &URL.replace('?', "\\?")
            .replace('=', "\\=")
            .replace('&', "\\&"),
    );
    check(&format!("\"{}\"", URL.replace('/', "\\/")));
}

#[test]
fn a_broken_url_is_joined() {
    for width in [20, 40, 60, 72, 76, 80, 100, 132] {
        for glue in ["\n", "\r\n", "\n    ", " \n", "\\\n"] {
            let lines: Vec<&str> = URL
                .as_bytes()
                .chunks(width)
                .map(|c| std::str::from_utf8(c).unwrap())
                .collect();
            let broken = lines.join(glue);
            for (front, back) in [("", ""), ("<", ">"), ("\"", "\""), ("", "\n\nThanks,\nBob")] {
                let case = check(&format!("{front}{broken}{back}"));
                assert_eq!(
                    case.requests[0].span.range(),
                    front.len()..front.len() + broken.len(),
                    "{width} {glue:?}"
                );
            }
        }
    }
}

#[test]
fn several_urls_are_several_requests() {
    let case = read(format!("{URL}\n{URL} {URL}\nhttps://example.org/?a=b\n").as_bytes());
    assert_eq!(case.requests.len(), 3);
}

#[test]
fn a_url_without_a_signature_is_not_a_request() {
    assert!(
        read(b"see https://docs.aws.amazon.com/x?y=z&w")
            .requests
            .is_empty()
    );
}

#[test]
fn parameters_in_another_case_are_recognised_and_said() {
    let case = one(URL.replace("X-Amz-Date", "x-amz-date").as_bytes());
    assert_eq!(ids(&case), ["query-parameter-case"]);
    assert_eq!(text(&case, case.findings[0].labels[0].span), "x-amz-date");
}

#[test]
fn raw_blanks_stay_inside_quotes() {
    let spaced = URL.replace("test.txt", "my test.txt");
    let case = one(format!("curl \"{spaced}\"").as_bytes());
    assert_eq!(text(&case, case.requests[0].target.path), "/my test.txt");
}

#[test]
fn a_method_before_the_url_is_the_method() {
    let case = one(format!("PUT {URL}").as_bytes());
    assert_eq!(method(&case), "PUT");
    assert_eq!(headers(&case, 0), ["(host)|examplebucket.s3.amazonaws.com"]);
}
