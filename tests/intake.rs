//! Reading what people paste: every shape of the input, and every way it is mangled.

use bytes::Bytes;
use sigscope::engine::document::{Peel, Source};
use sigscope::engine::intake::{self, Body, Case, Given, Input, Integrity};

fn read_from(source: Source, bytes: &[u8]) -> Case {
    let input = Input {
        name: "input".into(),
        source,
        bytes: Bytes::copy_from_slice(bytes),
    };
    intake::read(&[input], None)
}

fn read(bytes: &[u8]) -> Case {
    read_from(Source::File, bytes)
}

fn one(bytes: &[u8]) -> Case {
    let case = read(bytes);
    assert_eq!(case.requests.len(), 1, "{:#?}", case.pieces);
    case
}

fn text(case: &Case, span: sigscope::engine::document::Span) -> String {
    String::from_utf8_lossy(case.docs.bytes(span)).into_owned()
}

fn method(case: &Case) -> String {
    match case.requests[0].method {
        Given::Stated(span) => text(case, span),
        Given::Implied(method) => format!("({method})"),
    }
}

/// `name|value` for each header, implied names in brackets.
fn headers(case: &Case, request: usize) -> Vec<String> {
    case.requests[request]
        .headers
        .iter()
        .map(|h| {
            let name = match h.name {
                Given::Stated(span) => text(case, span),
                Given::Implied(name) => format!("({name})"),
            };
            format!("{name}|{}", text(case, h.value))
        })
        .collect()
}

fn body(case: &Case, request: usize) -> Option<(String, bool)> {
    match &case.requests[request].body {
        Body::Absent => None,
        Body::Held {
            span,
            newline_in_doubt,
        } => Some((text(case, *span), *newline_in_doubt)),
        Body::Streamed(facts) => Some((format!("streamed {}", facts.name), false)),
    }
}

fn ids(case: &Case) -> Vec<&'static str> {
    case.findings.iter().map(|f| f.id).collect()
}

mod raw_http {
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
}

mod bodies {
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
        let case = read(b"PUT / HTTP/1.1\nHost: a\n\nbody<?xml version=\"1.0\"?>\n<Error><Code>X</Code></Error>");
        assert_eq!(
            case.evidence.len(),
            0,
            "XML in the middle of a line is the body's"
        );
        let case = read(b"PUT / HTTP/1.1\nHost: a\n\nbody\n<?xml version=\"1.0\"?>\n<Error><Code>X</Code></Error>");
        assert_eq!(body(&case, 0), Some(("body\n".into(), true)));
        assert_eq!(case.evidence.len(), 1);
    }

    #[test]
    fn a_body_left_out_is_absent_and_one_that_never_was_is_empty() {
        let left_out = one(b"PUT / HTTP/1.1\nContent-Length: 9\n\n");
        assert_eq!(body(&left_out, 0), None);
        let answered = read(b"PUT / HTTP/1.1\nContent-Length: 24\n\nHTTP/1.1 403 Forbidden\n\n");
        assert_eq!(body(&answered, 0), None, "the answer is not the body");
        for none in [
            "GET / HTTP/1.1\nHost: a",
            "GET /\nHost: a\n\n",
            "POST / HTTP/1.1\nHost: a\n",
            "PUT /\nContent-Length: 0\n\n",
            "POST /\nHost: a\n\n",
        ] {
            let case = one(none.as_bytes());
            assert_eq!(body(&case, 0), Some((String::new(), false)), "{none:?}");
        }
        for absent in [
            "POST /\nHost: a\n",
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
}

mod urls {
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
                for (front, back) in [("", ""), ("<", ">"), ("\"", "\""), ("", "\n\nThanks,\nBob")]
                {
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
}

mod errors {
    use super::*;

    const CANONICAL: &str = "GET\n/a%20b\nx=1&y=2\nhost:ex.org\n\nhost\ne3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    fn to_sign() -> String {
        use sha2::Digest as _;
        let hash = hex::encode(sha2::Sha256::digest(CANONICAL));
        format!("AWS4-HMAC-SHA256\n20130524T000000Z\n20130524/us-east-1/s3/aws4_request\n{hash}")
    }

    fn spaced(text: &str) -> String {
        let bytes: Vec<String> = text.bytes().map(|b| format!("{b:02x}")).collect();
        bytes.join(" ")
    }

    fn error(canonical: &str, to_sign: &str, bytes: bool) -> String {
        let twin = |name: &str, value: &str| {
            if bytes {
                format!("<{name}>{}</{name}>", spaced(value))
            } else {
                String::new()
            }
        };
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>SignatureDoesNotMatch</Code><Message>No match.</Message><AWSAccessKeyId>AKIAIOSFODNN7EXAMPLE</AWSAccessKeyId><StringToSign>{to_sign}</StringToSign><SignatureProvided>aeeed9bb</SignatureProvided>{}<CanonicalRequest>{canonical}</CanonicalRequest>{}<RequestId>R</RequestId></Error>",
            twin("StringToSignBytes", &self::to_sign()),
            twin("CanonicalRequestBytes", CANONICAL),
        )
    }

    fn evidence(given: &str) -> Case {
        let case = read(given.as_bytes());
        assert_eq!(case.evidence.len(), 1, "{given}");
        case
    }

    fn canonical(case: &Case) -> String {
        let pattern = case.evidence[0].canonical_request.as_ref();
        let bytes = pattern.map(|p| p.bytes(&case.docs)).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    #[test]
    fn the_strings_come_out_exactly() {
        let escaped = CANONICAL.replace('&', "&amp;");
        for bytes in [false, true] {
            let case = evidence(&error(&escaped, &to_sign(), bytes));
            let found = &case.evidence[0];
            assert_eq!(canonical(&case), CANONICAL);
            assert_eq!(
                found.string_to_sign.as_ref().unwrap().bytes(&case.docs),
                to_sign().as_bytes()
            );
            assert_eq!(found.integrity, Integrity::Verified);
            assert_eq!(
                text(&case, found.signature.as_ref().unwrap().as_exact().unwrap()),
                "aeeed9bb"
            );
            let answer = found.answer.as_ref().unwrap();
            assert_eq!(text(&case, answer.code.unwrap()), "SignatureDoesNotMatch");
            assert_eq!(text(&case, answer.message.unwrap()), "No match.");
            let names: Vec<&str> = answer.details.iter().map(|(n, _)| n.as_str()).collect();
            assert_eq!(names, ["AWSAccessKeyId", "RequestId"]);
            assert!(ids(&case).is_empty());
        }
    }

    #[test]
    fn every_way_of_escaping_gives_the_same_bytes() {
        let amp = CANONICAL.replace('&', "&amp;");
        for variant in [
            amp.replace('\n', "&#10;"),
            amp.replace('\n', "&#xA;"),
            amp.replace('\n', "&#x0a;"),
            amp.replace('\n', "\r\n"),
            amp.replace('\n', "\r"),
            CANONICAL.replace('&', "&#38;"),
            format!("<![CDATA[{CANONICAL}]]>"),
            format!("\n{amp}\n"),
        ] {
            let case = evidence(&error(&variant, &to_sign(), false));
            assert_eq!(canonical(&case), CANONICAL, "{variant:?}");
            assert_eq!(
                case.evidence[0].integrity,
                Integrity::Verified,
                "{variant:?}"
            );
        }
    }

    #[test]
    fn a_carriage_return_that_was_signed_stays() {
        let case = evidence(&error("GET\n/\n\nx:a&#13;b", "AWS4\nx", false));
        assert_eq!(canonical(&case), "GET\n/\n\nx:a\rb");
    }

    #[test]
    fn bytes_win_over_an_edited_text() {
        let edited = CANONICAL.replace("ex.org", "other").replace('&', "&amp;");
        let case = evidence(&error(&edited, &to_sign(), true));
        assert_eq!(canonical(&case), CANONICAL);
        assert_eq!(case.evidence[0].integrity, Integrity::Repaired);
        assert_eq!(case.evidence[0].repairs, [Peel::HexDump]);
        assert_eq!(ids(&case), ["bytes-disagree"]);
    }

    #[test]
    fn dumps_in_any_grouping_are_read() {
        let dump = spaced(CANONICAL);
        for variant in [
            dump.to_uppercase(),
            dump.replace(' ', ""),
            format!("{dump} \n"),
            dump.split(' ')
                .collect::<Vec<_>>()
                .chunks(2)
                .map(<[_]>::concat)
                .collect::<Vec<_>>()
                .join(" "),
        ] {
            let given = error("edited", &to_sign(), true).replace(&dump, &variant);
            assert_eq!(canonical(&evidence(&given)), CANONICAL);
        }
    }

    #[test]
    fn an_edited_text_without_bytes_is_broken() {
        let case = evidence(&error(
            &CANONICAL.replace("ex.org", "other"),
            &to_sign(),
            false,
        ));
        assert_eq!(case.evidence[0].integrity, Integrity::Broken);
        assert_eq!(ids(&case), ["evidence-broken"]);
    }

    #[test]
    fn a_redacted_text_is_not_broken() {
        let given = error(&CANONICAL.replace("ex.org", "XXXXXX"), &to_sign(), false);
        let case = evidence(&given.replace("x=1&y", "x=1&amp;y"));
        let found = &case.evidence[0];
        assert_eq!(found.integrity, Integrity::Redacted);
        assert_eq!(found.canonical_request.as_ref().unwrap().atoms.len(), 3);
        assert!(ids(&case).is_empty());
    }

    #[test]
    fn an_indented_text_is_repaired_by_its_hash() {
        let given =
            error(&CANONICAL.replace('&', "&amp;"), &to_sign(), false).replace('\n', "\n   ");
        let case = evidence(&given);
        assert_eq!(case.evidence[0].integrity, Integrity::Repaired);
        assert_eq!(canonical(&case), CANONICAL);
    }

    #[test]
    fn what_is_cut_off_still_yields_what_is_there() {
        let whole = error(&CANONICAL.replace('&', "&amp;"), &to_sign(), true);
        for len in (0..whole.len()).filter(|l| whole.is_char_boundary(*l)) {
            let case = read(&whole.as_bytes()[..len]);
            if len > 130 {
                assert_eq!(case.evidence.len(), 1, "{len}");
                assert_ne!(case.evidence[0].integrity, Integrity::Broken, "{len}");
            }
        }
        let front_missing = whole.split_once("your").map_or(whole.as_str(), |(_, b)| b);
        let tail = front_missing.split_once("<StringToSign>").unwrap().1;
        let case = evidence(&format!("gibberish<StringToSign>{tail}"));
        assert_eq!(case.evidence[0].integrity, Integrity::Verified);
    }

    #[test]
    fn an_error_in_another_root_or_escaped_as_a_whole_is_read() {
        let plain = error(&CANONICAL.replace('&', "&amp;"), &to_sign(), false);
        let (_, inner) = plain.split_once("?>\n").unwrap();
        for (given, integrity) in [
            (
                format!(
                    "<ErrorResponse xmlns=\"x\">{inner}<RequestId>Q</RequestId></ErrorResponse>"
                ),
                Integrity::Verified,
            ),
            (
                plain
                    .replace('&', "&amp;")
                    .replace('<', "&lt;")
                    .replace('>', "&gt;"),
                Integrity::Repaired,
            ),
            (
                plain
                    .replace('"', "\\\"")
                    .replace('/', "\\/")
                    .replace('\n', "\\n"),
                Integrity::Repaired,
            ),
            (
                plain
                    .replace('<', "\\u003c")
                    .replace('>', "\\u003e")
                    .replace('\n', "\\n"),
                Integrity::Repaired,
            ),
            (
                plain
                    .replace('<', "\\<")
                    .replace('>', "\\>")
                    .replace('\n', "\n> "),
                Integrity::Repaired,
            ),
        ] {
            let case = evidence(&given);
            assert_eq!(case.evidence[0].integrity, integrity, "{given}");
            assert_eq!(canonical(&case), CANONICAL);
        }
    }

    #[test]
    fn every_other_element_is_kept_by_name() {
        let case = evidence(
            "<Error>\n <Code>RequestTimeTooSkewed</Code>\n <RequestTime>20191102T153031Z</RequestTime><ServerTime>2019-11-02T16:30:31Z</ServerTime><MaxAllowedSkewMilliseconds>900000</MaxAllowedSkewMilliseconds><X-Amz-Expires>60</X-Amz-Expires></Error>",
        );
        let answer = case.evidence[0].answer.as_ref().unwrap();
        let details: Vec<String> = answer
            .details
            .iter()
            .map(|(n, s)| format!("{n}={}", text(&case, *s)))
            .collect();
        assert_eq!(
            details,
            [
                "RequestTime=20191102T153031Z",
                "ServerTime=2019-11-02T16:30:31Z",
                "MaxAllowedSkewMilliseconds=900000",
                "X-Amz-Expires=60"
            ]
        );
        assert_eq!(answer.clock.unwrap().0.timestamp(), 1_572_712_231);
    }

    #[test]
    fn other_xml_is_not_an_error() {
        assert!(
            read(b"<Errors><Code>x</Code></Errors><ErrorCode>1</ErrorCode><Error/>")
                .evidence
                .is_empty()
        );
    }
}

mod credentials {
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
        ] {
            assert!(found(given).is_empty(), "{given}");
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
}

mod pairs {
    use sigscope::engine::intake::{BodyHasher, PairedBy};

    use super::*;

    const SIGNATURE: &str = "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404";

    fn request(signature: &str) -> String {
        format!(
            "GET / HTTP/1.1\nAuthorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/x, Signature={signature}\n\n"
        )
    }

    #[test]
    fn evidence_goes_to_the_request_that_carries_its_signature() {
        let error = format!(
            "<Error><Code>SignatureDoesNotMatch</Code><SignatureProvided>{SIGNATURE}</SignatureProvided></Error>\n"
        );
        let given = format!("{}{}{error}", request(SIGNATURE), request(&"0".repeat(64)));
        let case = read(given.as_bytes());
        assert_eq!(case.evidence_for(0), [0]);
        assert_eq!(case.paired_by(0, 0), Some(PairedBy::Signature));
        assert!(case.evidence_for(1).is_empty());
        assert_eq!(case.first_refused(), Some(0));
    }

    #[test]
    fn the_first_refused_request_is_chosen_first() {
        let given = "GET /1 HTTP/1.1\nHost: a\n\nHTTP/1.1 200 OK\n\nGET /2 HTTP/1.1\nHost: a\n\nHTTP/1.1 403 Forbidden\n\n";
        let case = read(given.as_bytes());
        assert_eq!(case.requests.len(), 2);
        assert_eq!(case.first_refused(), Some(1));
        assert_eq!(case.evidence_for(1), [1]);
        assert_eq!(read(b"").first_refused(), None);
    }

    #[test]
    fn a_streamed_body_goes_to_the_request_it_fits() {
        let given = b"PUT /1 HTTP/1.1\nContent-Length: 9\n\nPUT /2 HTTP/1.1\nContent-Length: 4\n\n";
        let mut hasher = BodyHasher::new();
        hasher.update(b"four");
        let facts = hasher.finish("file");
        let input = Input {
            name: "i".into(),
            source: Source::File,
            bytes: Bytes::from_static(given),
        };
        let case = intake::read(&[input], Some(&facts));
        assert_eq!(body(&case, 0), None);
        assert_eq!(case.requests[1].body, Body::Streamed(facts.clone()));
        let nothing = Input {
            name: "i".into(),
            source: Source::File,
            bytes: Bytes::from_static(b"x"),
        };
        assert_eq!(
            ids(&intake::read(&[nothing], Some(&facts))),
            ["body-unused"]
        );
    }
}

mod remarks {
    use super::*;

    #[test]
    fn what_could_not_be_read_is_said() {
        for (given, id) in [
            (&b"  \n"[..], Some("empty-input")),
            (b"\x00\x01\x02binary", Some("binary-input")),
            (
                b"boto says SignatureDoesNotMatch",
                Some("unrecognised-rest"),
            ),
            (b"hello", None),
        ] {
            assert_eq!(ids(&read(given)).first().copied(), id, "{given:?}");
        }
    }

    #[test]
    fn a_compressed_answer_is_said_to_be_unreadable() {
        let case = read(b"HTTP/1.1 403 Forbidden\nContent-Encoding: gzip\n\n\x1f\x8b\x08");
        assert_eq!(ids(&case), ["answer-unreadable"]);
        assert_eq!(case.evidence[0].answer.as_ref().unwrap().status, Some(403));
    }
}
