//! Bodies: where they end, what is absent, what streamed past.

use super::*;

#[test]
fn content_length_ends_the_body_where_it_fits() {
    let case = one(b"PUT / HTTP/1.1\nContent-Length: 4\n\nab\ncdef");
    assert_eq!(
        body(&case, 0),
        Some(("ab\ncdef".into(), true)),
        "it ends inside a line"
    );
    assert_eq!(ids(&case), ["content-length-differs"]);
    let case = one(b"PUT / HTTP/1.1\nContent-Length: 4\n\nab\nc\n");
    assert_eq!(body(&case, 0), Some(("ab\nc".into(), false)));
    assert!(ids(&case).is_empty());
}

#[test]
fn the_next_thing_ends_the_body() {
    let case = read(b"PUT / HTTP/1.1\nHost: a\n\nbody\n\nHTTP/1.1 403 Forbidden\n\n<Error><Code>X</Code></Error>");
    assert_eq!(body(&case, 0), Some(("body\n".into(), true)));
    assert_eq!(case.evidence.len(), 1);
    let case = read(b"PUT / HTTP/1.1\nHost: a\n\nbody\nGET / HTTP/1.1\nHost: b\n");
    assert_eq!(body(&case, 0), Some(("body\n".into(), true)));
    assert_eq!(case.requests.len(), 2);
    let case = read(
        b"PUT / HTTP/1.1\nHost: a\n\nbody<?xml version=\"1.0\"?>\n<Error><Code>X</Code></Error>",
    );
    assert_eq!(
        case.evidence.len(),
        0,
        "XML in the middle of a line is the body's"
    );
    let case = read(
        b"PUT / HTTP/1.1\nHost: a\n\nbody\n<?xml version=\"1.0\"?>\n<Error><Code>X</Code></Error>",
    );
    assert_eq!(body(&case, 0), Some(("body\n".into(), true)));
    assert_eq!(case.evidence.len(), 1);
}

#[test]
fn a_body_left_out_is_absent_and_one_that_never_was_is_empty() {
    let left_out = one(b"PUT / HTTP/1.1\nContent-Length: 9\n\n");
    assert_eq!(body(&left_out, 0), None);
    let answered =
        read(b"PUT / HTTP/1.1\nContent-Length: 22\n\nHTTP/1.1 403 Forbidden\nServer: x\n\n");
    assert_eq!(body(&answered, 0), None, "the answer is not the body");
    for none in [
        "GET / HTTP/1.1\nHost: a",
        "GET /\nHost: a\n\n",
        "PUT /\nContent-Length: 0\n\n",
    ] {
        let case = one(none.as_bytes());
        assert_eq!(body(&case, 0), Some((String::new(), false)), "{none:?}");
    }
    for absent in [
        "POST /\nHost: a\n",
        "POST /\nHost: a\n\n",
        "POST / HTTP/1.1\nHost: a\n",
        "POST / HTTP/1.1\nContent-Type: application/json\n\n",
        "PUT / HTTP/1.1\nTransfer-Encoding: chunked\n\n",
    ] {
        assert_eq!(body(&one(absent.as_bytes()), 0), None, "{absent:?}");
    }
}

#[test]
fn a_body_of_any_bytes_is_a_span_of_what_was_given() {
    let mut given = b"PUT / HTTP/1.1\nHost: a\n\n".to_vec();
    given.extend((0..=255).cycle().take(9_000));
    let case = one(&given);
    let Body::Held { span, .. } = case.requests[0].body else {
        panic!()
    };
    assert_eq!(span.range(), 24..given.len());
    assert_eq!(case.docs.len(), 1, "nothing was copied");
}

#[test]
fn prose_behind_a_get_is_not_its_body() {
    let case = one(b"GET / HTTP/1.1\nHost: a\n\nWhy do I get 403?\n");
    assert_eq!(body(&case, 0), Some((String::new(), false)));
}

#[test]
fn lost_carriage_returns_are_named() {
    let case = one(b"PUT / HTTP/1.1\nContent-Length: 10\n\nab\ncd\nef\n");
    let finding = &case.findings[0];
    assert_eq!(finding.id, "content-length-differs");
    assert!(finding.help.contains("CRLF"), "{finding:?}");
}
