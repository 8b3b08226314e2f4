//! Raw HTTP requests: line ends, targets, folding, marks, bodies.

use super::*;

const HEAD: &str = "PUT /a/b?x=1&y HTTP/1.1\nHost: example.amazonaws.com\nX-Two:  v \n";

#[test]
fn line_ends_of_every_kind_give_the_same_parts() {
    for end in ["\n", "\r\n"] {
        let text_in = format!("{HEAD}\nbody\nline").replace('\n', end);
        let case = one(text_in.as_bytes());
        assert_eq!(method(&case), "PUT");
        assert_eq!(text(&case, case.requests[0].target.path), "/a/b");
        assert_eq!(text(&case, case.requests[0].target.query.unwrap()), "x=1&y");
        assert_eq!(
            headers(&case, 0),
            ["Host| example.amazonaws.com", "X-Two|  v "]
        );
        assert_eq!(body(&case, 0), Some((format!("body{end}line"), true)));
    }
}

#[test]
fn mixed_line_ends_are_read_line_by_line() {
    let case = one(b"GET / HTTP/1.1\r\nHost: a\nX-B: c\r\n\r\n");
    assert_eq!(headers(&case, 0), ["Host| a", "X-B| c"]);
}

#[test]
fn lone_carriage_returns_end_lines_where_there_is_no_line_feed() {
    let case = one(b"POST / HTTP/1.1\rHost: a\rX-B: c\r\rx\ry");
    assert_eq!(headers(&case, 0), ["Host| a", "X-B| c"]);
    assert_eq!(
        body(&case, 0),
        Some(("x\ry".into(), true)),
        "a file's body is untouched"
    );
}

#[test]
fn a_pastes_carriage_returns_are_line_feeds() {
    let case = read_from(Source::Paste, b"POST / HTTP/1.1\rHost: a\r\rx\ry");
    assert_eq!(body(&case, 0), Some(("x\ny".into(), true)));
    assert_eq!(ids(&case), ["paste-newlines"]);
    let Body::Held { span, .. } = case.requests[0].body else {
        panic!()
    };
    assert_eq!(case.docs.peels(span), [Peel::LineEnds]);
    assert_eq!(case.docs.bytes(case.docs.to_given(span)), b"x\ry");
}

#[test]
fn an_absolute_target_implies_the_host() {
    let case = one(b"GET https://user@ex.org:8443/p?q#frag HTTP/1.1\nAccept: */*\n\n");
    let target = &case.requests[0].target;
    assert_eq!(text(&case, target.scheme.unwrap()), "https");
    assert_eq!(text(&case, target.authority.unwrap()), "ex.org:8443");
    assert_eq!(text(&case, target.path), "/p");
    assert_eq!(text(&case, target.query.unwrap()), "q");
    assert_eq!(headers(&case, 0), ["(host)|ex.org:8443", "Accept| */*"]);
}

#[test]
fn a_stated_host_wins_over_the_absolute_target() {
    let case = one(b"GET http://ex.org HTTP/1.1\nHost: other\n\n");
    assert_eq!(headers(&case, 0), ["Host| other"]);
    assert!(case.requests[0].target.path.is_empty());
}

#[test]
fn pseudo_headers_are_a_request() {
    let case = one(
            b":method: POST\n:authority: ex.org\n:scheme: https\n:path: /p?q=1\ncontent-length: 2\n\n{}",
        );
    assert_eq!(method(&case), "POST");
    assert_eq!(text(&case, case.requests[0].target.whole), "/p?q=1");
    assert_eq!(
        text(&case, case.requests[0].target.scheme.unwrap()),
        "https"
    );
    assert_eq!(headers(&case, 0), ["(host)| ex.org", "content-length| 2"]);
    assert_eq!(body(&case, 0), Some(("{}".into(), false)));
}

#[test]
fn no_version_is_needed() {
    let case = one(b"GET /x\nHost: a\n");
    assert_eq!(text(&case, case.requests[0].target.whole), "/x");
    assert_eq!(headers(&case, 0), ["Host| a"]);
}

#[test]
fn leading_blank_lines_and_a_byte_order_mark_are_stepped_over() {
    for front in ["\n\r\n  \n", "\u{FEFF}", "\u{FEFF}\n"] {
        let case = one(format!("{front}GET /x HTTP/1.1\nHost: a\n").as_bytes());
        assert_eq!(method(&case), "GET", "{front:?}");
        assert_eq!(headers(&case, 0), ["Host| a"]);
    }
}

#[test]
fn raw_spaces_and_raw_utf8_stay_in_the_target() {
    let case = one("GET /example space/\u{1234}?a b=\u{1234} HTTP/1.1\nHost: a\n".as_bytes());
    assert_eq!(
        text(&case, case.requests[0].target.path),
        "/example space/\u{1234}"
    );
    assert_eq!(
        text(&case, case.requests[0].target.query.unwrap()),
        "a b=\u{1234}"
    );
    let case = one("GET /\u{1234}\nHost: a\n".as_bytes());
    assert_eq!(text(&case, case.requests[0].target.whole), "/\u{1234}");
}

#[test]
fn a_version_inside_the_target_is_not_the_version() {
    let case = one(b"GET /a HTTP/1.1/b HTTP/1.1\nHost: a\n");
    assert_eq!(text(&case, case.requests[0].target.path), "/a HTTP/1.1/b");
}

#[test]
fn folded_headers_keep_their_line_ends() {
    let case = one(b"GET / HTTP/1.1\nMy-H: v1\n  v2\r\n\tv3\nHost: a\n");
    assert_eq!(headers(&case, 0), ["My-H| v1\n  v2\r\n\tv3", "Host| a"]);
    assert_eq!(
        text(&case, case.requests[0].headers[0].line),
        "My-H: v1\n  v2\r\n\tv3\n"
    );
}

#[test]
fn duplicates_keep_order_and_spelling() {
    let case = one(b"GET / HTTP/1.1\nA: 2\na: 2\nA: 1\n\n");
    assert_eq!(headers(&case, 0), ["A| 2", "a| 2", "A| 1"]);
}

#[test]
fn curl_marks_are_taken_off_and_lead_back() {
    let given = b"* Connected\n> PUT /k HTTP/1.1\r\n> Host: a\n> X-Amz-Date: d\n> \n< HTTP/1.1 403 Forbidden\n< Date: Fri, 24 May 2013 00:00:00 GMT\n< \n<?xml version=\"1.0\"?>\n<Error><Code>AccessDenied</Code></Error>\n";
    let case = one(given);
    assert_eq!(headers(&case, 0), ["Host| a", "X-Amz-Date| d"]);
    let value = case.docs.to_given(case.requests[0].headers[0].value);
    assert_eq!(&given[value.range()], b" a");
    assert_eq!(
        case.docs.peels(case.requests[0].headers[0].value),
        [Peel::QuotePrefix]
    );
    let answer = case.evidence[0].answer.as_ref().unwrap();
    assert_eq!(case.evidence.len(), 1);
    assert_eq!(answer.status, Some(403));
    assert_eq!(text(&case, answer.code.unwrap()), "AccessDenied");
    assert_eq!(answer.clock.unwrap().0.timestamp(), 1_369_353_600);
}

#[test]
fn a_bare_body_behind_marked_lines_is_taken_where_it_fits() {
    let case = one(b"> PUT /k HTTP/1.1\n> Content-Length: 3\n> \nabc\n< HTTP/1.1 200 OK\n< \n");
    assert_eq!(body(&case, 0), Some(("abc".into(), false)));
}

#[test]
fn a_mail_quote_holds_the_body_too() {
    let case = one(b"Hi,\n> POST /k HTTP/1.1\n> Host: a\n>\n> {\"a\":\n> 1}\n");
    assert_eq!(body(&case, 0), Some(("{\"a\":\n1}\n".into(), true)));
}

#[test]
fn an_indented_request_is_read() {
    let case = one(b"see:\n    POST /k HTTP/1.1\n    Host: a\n\n    body\nend");
    assert_eq!(headers(&case, 0), ["Host| a"]);
    assert_eq!(body(&case, 0), Some(("body\n".into(), true)));
}

#[test]
fn an_arrow_may_touch_the_method_and_blanks_stand_in_the_target() {
    let paste = "[WS-Client] connected\n\n-->GET /mqtt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%F  20160527%F us-west-2&X-Amz-Date=20160527T075257Z HTTP/1.1\nHost: example.iot.us-west-2.amazonaws.com:443\nUpgrade: websocket\n\n";
    let case = one(paste.as_bytes());
    assert_eq!(method(&case), "GET");
    let target = text(&case, case.requests[0].target.whole);
    assert!(
        target.starts_with("/mqtt?") && target.ends_with("T075257Z"),
        "{target}"
    );
    assert_eq!(headers(&case, 0).len(), 2);
    // What is no arrow is part of a word.
    assert!(
        read(b"x>GET /a?X-Amz-Date=1 HTTP/1.1\n")
            .requests
            .is_empty()
    );
}

#[test]
fn headers_in_another_input_than_a_request_are_read_for_themselves() {
    let named = |name: &str, text_in: &str| Input {
        name: name.into(),
        source: Source::Paste,
        bytes: Bytes::copy_from_slice(text_in.as_bytes()),
    };
    let request = "GET /k HTTP/1.1\nHost: a.example.com\nX-Amz-Date: 20260311T091544Z\n\n";
    let value = "Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260311/us-east-1/s3/aws4_request, \
                 SignedHeaders=host;x-amz-date, Signature=fe5f80f77d5fa3beca038a248ff027d0445342fe2855ddc963176630326f1024\n";
    let case = intake::read(&[named("paste 1", request), named("paste 2", value)], None);
    assert_eq!(case.requests.len(), 2);
    assert!(case.requests[1].is_fragment());
    assert_eq!(ids(&case), [""; 0]);
    // In one input what stands beside a request may be a part of it.
    let case = read(format!("{request}{value}").as_bytes());
    assert_eq!(case.requests.len(), 1);
}
