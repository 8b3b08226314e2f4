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
        ("$ open '", "'"),
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

/// Quotes, blanks and marks of every script, and what nobody sees.
#[test]
fn a_url_ends_before_the_typography_around_it() {
    let neighbours = [
        ("“", "”"),
        ("‘", "’"),
        ("„", "“"),
        ("«", "»"),
        ("‹", "›"),
        ("（", "）"),
        ("「", "」"),
        ("【", "】"),
        ("see ", "。"),
        ("see ", "、"),
        ("see ", "…"),
        ("see ", "—then"),
        ("see ", "\u{a0}and more"),
        ("see ", "\u{3000}and"),
        ("see ", "\u{200b}"),
        ("see\u{2060}", "\u{2060}"),
        ("\u{feff}", "\u{feff}"),
        ("see ", "です"),
        ("see ", "。See https://example.org/?a=b&c=d"),
        ("“see ", ".”"),
        ("see “", "” or ask="),
    ];
    for (front, back) in neighbours {
        let case = check(&format!("{front}{URL}{back}"));
        let span = case.requests[0].span;
        assert_eq!(span.range(), front.len()..front.len() + URL.len());
    }
    // The same where something stands behind the signature, and where the signature is cut.
    let cut = URL.strip_suffix("404").unwrap();
    for url in [&format!("{URL}&x-id=GetObject"), cut] {
        for (front, back) in neighbours.iter().filter(|(_, back)| *back != "です") {
            let case = one(format!("{front}{url}{back}").as_bytes());
            let whole = text(&case, case.requests[0].target.whole);
            assert_eq!(whole, *url, "{front} {back}");
        }
    }
}

#[test]
fn raw_characters_stay_in_path_and_query() {
    for (path, query) in [
        ("報告（1）.pdf", ""),
        ("Müller – “q”.txt", ""),
        (
            "a",
            "response-content-disposition=attachment;filename=報告（1）「x」.pdf&",
        ),
        ("e\u{301}\u{200d}.txt", "prefix=é—è&"),
    ] {
        let url = URL
            .replace("test.txt", &path.replace(' ', ""))
            .replace("X-Amz-Algorithm", &format!("{query}X-Amz-Algorithm"));
        for (front, back) in [("", ""), ("“", "”"), ("see ", "。")] {
            let case = one(format!("{front}{url}{back}").as_bytes());
            assert_eq!(text(&case, case.requests[0].target.whole), url);
        }
    }
}

#[test]
fn a_websocket_is_as_good_as_http() {
    for scheme in ["wss", "ws", "WSS"] {
        let url = URL.replacen("https", scheme, 1);
        for (front, back) in [("", ""), ("url=", ""), ("new WebSocket(\"", "\")")] {
            let case = one(format!("{front}{url}{back}").as_bytes());
            let target = &case.requests[0].target;
            assert_eq!(text(&case, target.whole), url);
            assert_eq!(text(&case, target.scheme.unwrap()), scheme);
            assert_eq!(
                text(&case, target.authority.unwrap()),
                "examplebucket.s3.amazonaws.com"
            );
        }
    }
    let glued = URL.replacen("https", "news", 1);
    assert!(read(glued.as_bytes()).requests.is_empty());
}

/// What people put over a part of a URL is a part of it, and a value that is not here.
#[test]
fn a_placeholder_in_angle_brackets_stands_for_a_value() {
    let text = "`https://<MY-BUCKET>.s3.amazonaws.com/<MY-KEY>?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=<KEY>%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Signature=<Signature>&x-id=GetObject`\n";
    let case = read(text.as_bytes());
    assert_eq!(case.requests.len(), 1);
    let url = text.trim_matches(['`', '\n']);
    assert_eq!(super::text(&case, case.requests[0].target.whole), url);
    let unknown: Vec<String> = case
        .unknown
        .iter()
        .map(|span| super::text(&case, *span))
        .collect();
    assert_eq!(unknown, ["<MY-BUCKET>", "<MY-KEY>", "<KEY>", "<Signature>"]);
    assert_eq!(ids(&case), ["value-not-here"]);
}

#[test]
fn a_tag_behind_a_url_is_no_placeholder() {
    let url = "https://b.s3.amazonaws.com/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=abc";
    for behind in ["<br>", "</a>", "<b>"] {
        let case = read(format!("{url}{behind} and so on").as_bytes());
        assert_eq!(text(&case, case.requests[0].target.whole), url);
        assert!(case.unknown.is_empty(), "{behind}");
    }
}

#[test]
fn a_link_of_markdown_is_one_url() {
    let url = "https://b.s3.amazonaws.com/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=abc";
    for end in [")", ") is refused", ""] {
        let case = read(format!("at [{url}]({url}{end}\n").as_bytes());
        assert_eq!(case.requests.len(), 1, "{end}");
        assert_eq!(text(&case, case.requests[0].target.whole), url);
        assert!(ids(&case).is_empty(), "{end}: {:?}", ids(&case));
    }
}

#[test]
fn a_mark_in_the_place_of_the_last_value_is_kept() {
    let front = "https://b.s3.amazonaws.com/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=";
    for mark in ["***", "[REDACTED]", "{signature}"] {
        let case = read(format!("{front}{mark}\n").as_bytes());
        assert_eq!(
            text(&case, case.requests[0].target.whole),
            format!("{front}{mark}")
        );
    }
}

#[test]
fn the_operation_that_a_url_names_gives_its_method() {
    for (operation, wanted) in [
        ("PutObject", "(PUT)"),
        ("UploadPart", "(PUT)"),
        ("DeleteObject", "(DELETE)"),
        ("GetObject", "(GET)"),
        // Nobody knows it.
        ("PutThing", "(GET)"),
    ] {
        let case = one(format!("{URL}&x-id={operation}\n").as_bytes());
        assert_eq!(method(&case), wanted, "{operation}");
    }
}

#[test]
fn a_web_socket_is_opened_without_a_body() {
    for scheme in ["ws", "wss"] {
        let url = URL.replacen("https", scheme, 1);
        let case = one(url.as_bytes());
        assert_eq!(body(&case, 0), Some((String::new(), false)), "{scheme}");
    }
    assert_eq!(body(&one(URL.as_bytes()), 0), None);
}

/// Whoever prints a URL may print the method of its request beside it.
#[test]
fn the_method_beside_a_url_is_read() {
    for (front, behind, wanted) in [
        (
            "Client error: `PUT ",
            "` resulted in a `403 Forbidden` response:",
            "PUT",
        ),
        ("<Request(PUT, '", "')>", "PUT"),
        ("**PUT** ", "", "PUT"),
        ("Feign: during [PUT] to [", "]", "PUT"),
        ("Method: PUT\nURL: ", "", "PUT"),
        ("{\"url\": \"", "\", \"method\": \"PUT\"}", "PUT"),
        // What a sentence tells is tried first, and no more.
        ("I send a PUT to ", " and get 403.", "(PUT)"),
        ("It is a PUT request to ", "", "(PUT)"),
        ("presigned PUT URL: ", "", "(PUT)"),
        ("the GET was fine, this is the PUT: ", "", "(PUT)"),
    ] {
        let case = one(format!("{front}{URL}{behind}").as_bytes());
        assert_eq!(text(&case, case.requests[0].target.whole), URL);
        assert_eq!(method(&case), wanted, "{front}");
    }
    for front in [
        "GET or PUT ",
        "GET/PUT ",
        "GET, PUT: ",
        // It asks for leave to send another request.
        "the OPTIONS to ",
        "I INPUT ",
        "PUT it at the end, and this is the URL: ",
        "PUT\n\n",
        "Allowed: X-PUT ",
    ] {
        check(&format!("{front}{URL}"));
    }
}

/// A form of HTML knows two methods, and a form that is sent by GET replaces the query of its action.
#[test]
fn a_form_that_is_sent_by_get_loses_the_signature_of_its_action() {
    let finding = |attributes: &str| {
        let page = format!(
            "<form action=\"{}\"{attributes}>\n<input type=\"file\" name=\"file\">\n</form>\n",
            URL.replace('&', "&amp;")
        );
        let case = one(page.as_bytes());
        let mut findings = case.findings.iter();
        findings
            .find(|f| f.id == "form-method")
            .map(|f| f.message.clone())
    };
    let put = finding(" method=\"PUT\" enctype=\"multipart/form-data\"");
    assert!(put.is_some_and(|m| m.contains("“PUT”") && m.contains("the signature is lost")));
    assert!(finding(" method=get").is_some_and(|m| m.contains("method is get")));
    assert!(finding("").is_some_and(|m| m.contains("states no method")));
    assert_eq!(finding(" method=\"post\""), None);
    assert_eq!(finding(" METHOD='POST'"), None);
    // Who fills the method in is not here.
    assert_eq!(finding(" method=\"{{ method }}\""), None);
}
