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
fn a_line_that_a_log_draws_is_no_body_and_ends_one() {
    let head = "POST /b/k?uploads HTTP/1.1\nHost: 10.0.0.7:8000\n\n";
    let answer = "HTTP/1.1 403 Forbidden\n\n<Error><Code>X</Code></Error>";
    for frame in [
        "\n\n---[ response ]----------------------------------\n",
        "=== Response ===\n",
        "-----------------------------------------------------\n",
        "*** reply from server ***\n",
    ] {
        let case = read(format!("{head}{frame}{answer}").as_bytes());
        assert_eq!(body(&case, 0), None, "{frame}");
        assert_eq!(case.evidence.len(), 1, "{frame}");
    }
    let frame = "---[ response ]----------------------------------\n";
    let case = read(format!("{head}a=1\n{frame}{answer}").as_bytes());
    assert_eq!(body(&case, 0), Some(("a=1\n".into(), true)));
    // Where its length says so it is the body.
    let case = read(b"POST / HTTP/1.1\nHost: a\nContent-Length: 12\n\n---[ a ]----");
    assert_eq!(body(&case, 0), Some(("---[ a ]----".into(), false)));
    // What parts a multipart body, and what begins a document of YAML, is of the body.
    for own in [
        "------WebKitFormBoundaryAbC\nContent-Disposition: form-data; name=\"a\"\n\n1\n------WebKitFormBoundaryAbC--\n",
        "---\na: 1\n",
    ] {
        let case = read(format!("{head}{own}").as_bytes());
        assert_eq!(body(&case, 0), Some((own.to_owned(), true)));
    }
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

/// An input of this name.
fn named(name: &str, bytes: &[u8]) -> Input {
    Input {
        name: name.into(),
        source: Source::File,
        bytes: Bytes::copy_from_slice(bytes),
    }
}

/// A command for a service that states no hash of the body.
fn command(data: &str) -> String {
    format!(
        "curl -X POST https://abc123.execute-api.eu-west-1.amazonaws.com/prod/items -H 'Content-Type: application/json' \
         -H 'X-Amz-Date: 20260311T091544Z' -H 'Authorization: AWS4-HMAC-SHA256 \
         Credential=AKIDEXAMPLE/20260311/eu-west-1/execute-api/aws4_request, \
         SignedHeaders=content-type;host;x-amz-date, \
         Signature=fe5f80f77d5fa3beca038a248ff027d0445342fe2855ddc963176630326f1024' {data}\n"
    )
}

#[test]
fn an_input_of_its_own_is_the_body_of_the_command_that_names_it() {
    const ITEM: &[u8] = b"{\"name\":\"a\",\n \"n\":3}\n";
    let read = |data: &str, inputs: &[(&str, &[u8])]| {
        let inputs = inputs.iter().map(|(name, bytes)| named(name, bytes));
        let all: Vec<Input> = std::iter::once(named("curl.txt", command(data).as_bytes()))
            .chain(inputs)
            .collect();
        intake::read(&all, None)
    };
    // Without -d's own way with line ends, what an editor added is in doubt.
    let whole = String::from_utf8_lossy(ITEM).into_owned();
    for (data, wanted) in [
        (
            "-d @item.json",
            ("{\"name\":\"a\", \"n\":3}".to_owned(), false),
        ),
        ("--data-binary @dir/item.json", (whole.clone(), true)),
        ("-T ./item.json", (whole.clone(), true)),
    ] {
        let case = read(data, &[("tmp/item.json", ITEM)]);
        assert_eq!(body(&case, 0), Some(wanted.clone()), "{data}");
        assert_eq!(ids(&case), ["body-by-name"], "{data}");
        let beside: &[u8] = b"nothing of this";
        let case = read(data, &[("notes.txt", beside), ("item.json", ITEM)]);
        assert_eq!(body(&case, 0), Some(wanted.clone()), "{data}");
        // What was pasted has no name.
        let case = read(data, &[("paste 2", ITEM)]);
        assert_eq!(body(&case, 0), Some(wanted), "{data}");
        assert_eq!(ids(&case), ["body-by-place"], "{data}");
        let case = read(data, &[("paste 2", ITEM), ("paste 3", beside)]);
        assert_eq!(body(&case, 0), None, "{data}");
    }
    // Two files are joined, and what curl encodes is not in the file.
    for data in ["-d @item.json -d a=b", "--data-urlencode a@item.json"] {
        let case = read(data, &[("item.json", ITEM)]);
        assert_eq!(body(&case, 0), None, "{data}");
    }
}

#[test]
fn an_input_of_its_own_is_the_body_of_the_request_that_lacks_one_of_its_kind() {
    let read = |kind: &str, method: &str, given: &[u8]| {
        let head = format!(
            "{method} /items HTTP/1.1\nHost: a.example.com\nContent-Type: {kind}\nX-Amz-Date: 20260311T091544Z\n\
             Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260311/eu-west-1/sqs/aws4_request, \
             SignedHeaders=host;x-amz-date, Signature=fe5f\n"
        );
        intake::read(
            &[named("head", head.as_bytes()), named("paste 2", given)],
            None,
        )
    };
    let case = read("application/x-amz-json-1.0", "POST", b"{\"a\":1}");
    assert_eq!(body(&case, 0), Some(("{\"a\":1}".to_owned(), true)));
    for (kind, method, given) in [
        ("application/x-amz-json-1.0", "POST", &b"hello"[..]),
        ("application/xml", "POST", b"{\"a\":1}"),
        ("application/json", "GET", b"{\"a\":1}"),
    ] {
        let case = read(kind, method, given);
        let held = body(&case, 0).map(|(text, _)| text);
        assert!(held.is_none_or(|text| text.is_empty()), "{kind} {method}");
    }
}

#[test]
fn an_input_with_another_hash_than_the_one_stated_is_no_body() {
    let put = format!(
        "curl -T item.json https://b.s3.amazonaws.com/item.json -H 'X-Amz-Content-SHA256: {}' -H 'X-Amz-Date: \
         20260311T091544Z' -H 'Authorization: AWS4-HMAC-SHA256 \
         Credential=AKIDEXAMPLE/20260311/us-east-1/s3/aws4_request, \
         SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=fe5f'\n",
        // printf '{}' | sha256sum
        "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
    );
    for (given, wanted) in [("{}", Some("{}")), ("{}\n", Some("{}")), ("{ }", None)] {
        let inputs = [
            named("a", put.as_bytes()),
            named("item.json", given.as_bytes()),
        ];
        let case = intake::read(&inputs, None);
        let held = body(&case, 0).map(|(text, _)| text);
        assert_eq!(held.as_deref(), wanted, "{given:?}");
    }
}

#[test]
fn the_stated_hash_ends_the_body_where_no_length_does() {
    // SHA-256 of `hello`, and of `hello` with a line break.
    const BARE: &str = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
    const LINE: &str = "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03";
    const NONE: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let paste = |hash: &str, heading: &str| {
        let request =
            format!("PUT /a HTTP/1.1\nHost: a.example\nX-Amz-Content-Sha256: {hash}\n\nhello\n\n");
        format!("{request}{heading}\n{request}")
    };
    for heading in ["# behind nginx", "and this is what came in:", "sent to B\n"] {
        for (hash, own) in [(BARE, "hello"), (LINE, "hello\n")] {
            let case = read(paste(hash, heading).as_bytes());
            assert_eq!(case.requests.len(), 2, "{heading}");
            assert_eq!(body(&case, 0), Some((own.to_owned(), false)), "{heading}");
        }
        // What no hash proves is left as it stands: nobody hashed that body, or another one.
        let case = read(paste(NONE, heading).as_bytes());
        let (held, _) = body(&case, 0).expect("a body");
        assert!(held.starts_with("hello\n\n") && held.contains(heading.trim()));
    }
}
