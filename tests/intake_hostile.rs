//! Input made to hurt: no panic, no place outside the input, the same answer twice, and time that grows
//! with the input and no faster.

#[path = "intake/growth.rs"]
mod growth;
#[path = "intake/places.rs"]
mod places;
#[path = "intake/products.rs"]
mod products;

use std::time::{Duration, Instant};

use bytes::Bytes;
use proptest::prelude::*;
use sigscope::engine::document::{Source, Span};
use sigscope::engine::intake::{self, BodyHasher, Case, Input};

use places::check;

const REQUEST: &str = "PUT /a%20b?x=1 HTTP/1.1\r\nHost: ex.org\r\nX-Amz-Security-Token: FwoGZXIvYXdzEXAMPLE\r\nContent-Length: 4\r\n\r\nbody\r\n";
const URL: &str = "https://ex.org/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Security-Token=FwoGZXIvYXdzEXAMPLE&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404\n";
const ANSWER: &str = "HTTP/1.1 403 Forbidden\nDate: Fri, 24 May 2013 00:00:00 GMT\n\n<?xml version=\"1.0\"?>\n<Error><Code>SignatureDoesNotMatch</Code><StringToSign>AWS4-HMAC-SHA256\n20130524T000000Z\nx/us-east-1/s3/aws4_request\n00</StringToSign><CanonicalRequest>GET\n/\n\nx-amz-security-token:FwoGZXIvYXdzEXAMPLE\n</CanonicalRequest><CanonicalRequestBytes>47 45 54 0a 2f 0a 0a 78</CanonicalRequestBytes></Error>\n";
const SECRET: &str = "export AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE\nexport AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n";

fn read(source: Source, bytes: &[u8]) -> Case {
    let input = Input {
        name: "input".into(),
        source,
        bytes: Bytes::copy_from_slice(bytes),
    };
    let mut hasher = BodyHasher::new();
    hasher.update(b"four");
    intake::read(&[input.clone(), input], Some(&hasher.finish("body")))
}

fn piece() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        2 => proptest::sample::select(vec![REQUEST, URL, ANSWER, SECRET])
            .prop_map(|s| s.as_bytes().to_vec()),
        1 => (proptest::sample::select(vec![REQUEST, URL, ANSWER, SECRET]), any::<u16>())
            .prop_map(|(s, n)| s.as_bytes()[..usize::from(n) % s.len()].to_vec()),
        1 => proptest::sample::select(vec![
            "> ", "< ", "\n", "\r", "\r\n", "&amp;", "\\u0026", "<Error>", "</Error>", "&lt;Error",
            "HTTP/1.1", "GET ", "://", "  ", "\"", "\\", "<![CDATA[", ":path", "\u{FEFF}", "ecret_key=",
        ]).prop_map(|s| s.as_bytes().to_vec()),
        1 => proptest::collection::vec(any::<u8>(), 0..12),
    ]
}

proptest! {
    #[test]
    fn arbitrary_bytes_are_read(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        check(&read(Source::File, &bytes));
    }

    #[test]
    fn pieces_of_real_input_in_any_order_are_read(
        pieces in proptest::collection::vec(piece(), 0..10),
        paste in any::<bool>(),
        quoted in any::<bool>(),
    ) {
        let mut bytes = pieces.concat();
        if quoted {
            let text = String::from_utf8_lossy(&bytes).replace('\n', "\n> ");
            bytes = format!("> {text}").into_bytes();
        }
        let source = if paste { Source::Paste } else { Source::StandardInput };
        let case = read(source, &bytes);
        check(&case);
        prop_assert_eq!(format!("{:?}", case), format!("{:?}", read(source, &bytes)));
    }

    #[test]
    fn whole_parts_side_by_side_are_all_found(
        order in Just(vec![REQUEST, URL, ANSWER, SECRET]).prop_shuffle(),
    ) {
        let input = Input {
            name: "input".into(),
            source: Source::File,
            bytes: Bytes::from(order.concat()),
        };
        let case = intake::read(&[input], None);
        prop_assert_eq!(case.requests.len(), 2, "{:?}", order);
        prop_assert_eq!(case.evidence.len(), 1);
        prop_assert_eq!(case.secrets.len(), 1);
        // The token stands in the header, the query and the canonical request: nowhere in the open.
        let (doc, given) = case.docs.given().next().unwrap();
        for at in memchr::memmem::find_iter(given.bytes(), b"FwoGZXIvYXdzEXAMPLE") {
            let token = Span::new(doc, at, at + 19);
            prop_assert!(given.masks().iter().any(|(m, _)| m.contains(token)), "{:?}", order);
        }
    }
}

/// Texts that a careless reader would go over again and again, besides the anchors of the recognisers.
const UNITS: &[&str] = &[
    "\n",
    "<",
    "&",
    ">",
    "> \n",
    "http",
    "://",
    "http://",
    "https://a/",
    "GET / HTTP/1.1\n",
    "GET /",
    " HTTP/1.1",
    "HTTP/1.1 ",
    "HTTP/1.1 403\n",
    "<Error>",
    "<Error><Code>x",
    "<Error><Code",
    "<Error><Code>x</Code>",
    "&lt;Error&gt;",
    "\\<Error",
    "\\u003cError",
    "<StringToSign>x",
    "<?xml?><Error><Code>x",
    "</CanonicalRequest",
    ":path:/\n",
    "a:b\n",
    " a\n",
    "> GET / HTTP/1.1\n",
    "  GET / HTTP/1.1\n",
    "secret_key",
    "secret_key=abcdefgh\n",
    "secret_key=abcdefgh ",
    "AWS_SECRET_ACCESS_KEY=abcdefghi\n",
    "access_key_id=abcdefgh ",
    "\"http://a b",
    "http://a/%\n",
    "http://a/?X-Amz-Signature=\n",
    "&amp;",
    "\r",
    "-",
    "x-amz-security-token",
    "GET / HTTP/1.1\nContent-Length: 5\n\n",
    "POST / HTTP/1.1\nHost:a\n\nb\n",
    "<Error><a>&b</a>",
    "x GET / HTTP/1.1\nx a: b\n",
    "x GET / HTTP/1.1\n",
    "send: b'GET / HTTP/1.1\\r\\n'\n",
    "\"GET / HTTP/1.1\\r\\n\" ",
    "\"GET / HTTP/1.1[\\r][\\n]\n",
    "GET / HTTP/1.1\\r\\n",
    "=> Send header, 9 bytes (0x9)\n0000: GET / HTTP/1.1\n",
    "=> Send header, 999999 bytes (0xf423f)\n0000: 47 45 54\n",
    "0000: a\n",
    "n [REQUEST s3.X] 1\nn GET /\n",
    "[RESPONSE] \n200 OK\n",
    "---------",
    " (DataOut) ",
    "fetch(",
    "fetch(\"x-amz-\",{",
    "axios(",
    "axios({url:x",
    ".open(\"",
    "x.open(\"PUT\",\"https://x-amz-\");",
    "x = y\n",
    "requests.get(",
    "requests.get(url)\n",
    "url=url\nrequests.get(url)\n",
    "c.request(\"GET\",\"/x-amz-\")\n",
    "Invoke-WebRequest -",
    "Invoke-WebRequest -Uri \"",
    "Invoke-WebRequest -Uri https://x-amz- -Headers @{",
    "curl \"",
    "curl '",
    "curl \"x-amz-",
    "curl -x-amz-\n",
    "curl -a\n",
    "http PUT \"",
    "http PUT '",
    "\nhttp PUT \"",
    "wget \"",
    "wget '",
    "http PUT ",
    "http PUT x-amz- a:b ",
    "http PUT x-amz-\n",
    "wget -",
    "wget --header x-amz-\n",
    "\"request\":{",
    "\"request\":{\"url\":\"x-amz-",
    "\"entries\":[",
    "\"entries\":[{",
    "\"entries\":[{\"request\":{\"url\":\"x-amz-\"}},",
    "{\"_id\":\"req_",
    "{{x}}",
    "- url: x-amz-\n",
    "- url: x-amz-\n  method: y\n",
    "  - url: x\n",
    "put {\n  url: x-amz-\n",
    "meta {\n  a: b\n}\n",
    "\"name\": \"cookie\", \"value\": \"",
    "a[",
    "fetch(a[",
    "###\n",
    "### x-amz-\nPUT https://h/{{x}}\n",
    "@x = {{x}}\n",
    "@x = x-amz-\nPUT {{x}}\n\n",
    "Request {",
    "DEBUG: signature-v4 headers: {'a': 'b'",
    "DEBUG: signature-v4 headers: {'a': 'b'}\n",
    "DEBUG: Response:\n{'status': 403, 'headers': {'a': 'b",
    "Sending Request: PUT https://a / Headers: (a: b, ",
    "Sending Request: PUT https://a / Headers: (a: b, )\n",
    "Sending Request: DefaultSdkHttpFullRequest(httpMethod=PUT, host=a, ",
    "--> PUT http://a\na: b\n",
    "x --> PUT http://a\n",
    "Sending HTTP request PUT http://a\n",
    "Method: PUT, RequestUri: 'http://a', {\n",
    " - Request: PUT / HTTP/1.1\n - Sending headers\n{\n",
    "Request URL: http://a\nRequest headers\na: b\n",
    "Request URL: http://a\n",
    "00000000 47 45 54 20 2f 20 48 54 54 50 2f 31 2e 31 0d 0a |\n",
    "00000000",
    "Request { method: 'GET', headers: {",
    "Response headers: {'",
    "<AWSPreparedRequest method=GET, url=/, headers={",
    "\"GET /",
    "\"GET /a?X-Amz-Signature= ",
    "X-Amz-Signature=",
    "{\"uri\":\"/a?X-Amz-Signature=",
    "GET\\n\\n\\n",
    "PUT\n\n\n",
    "PUT\n\n\n1427992617\n",
    "server signature=a ",
    "string to sign: '",
    "The MAC signature found string to sign: '\n",
    "oauth_problem=",
    "' not a valid key=value pair",
    "'a",
    "{\"policy\"",
    "{'policy': '",
    "\"policy\": \"a\", ",
    "<form",
    "<form><input name=policy ",
    "<form a=\"",
    "Credential=",
    "Credential=a/b/c/d/e",
    "Authorization: AWS4-HMAC-SHA256 Credential=a/b/c/d/e\n",
    "PUT https://a?X-Amz-Signature= 403 (",
    "has been blocked by CORS policy",
    "AccessDenied: ",
    "Policy",
    r#"\"policy\":\"{"#,
    "{'policy':'a','signature':'b','x':'\\'",
    "{'a':'b'\n 'c'\n \"policy\"",
];

/// What may stand behind an anchor: what opens something that never ends, what wants another of its kind, and nothing.
const TAILS: [&str; 10] = ["", "\"", "'", "`", "{", "[", "(", "new ", "x-amz-", "\n"];

/// A new shape is in it by its anchors.
#[test]
fn time_grows_with_the_input_and_no_faster() {
    for anchor in intake::anchors() {
        for tail in TAILS {
            growth::check("", &format!("{anchor}{tail}"));
        }
    }
}

#[test]
fn time_grows_with_what_looks_like_something_and_no_faster() {
    for unit in UNITS.iter().copied().chain(intake::anchors()) {
        for front in ["", "PUT / HTTP/1.1\nHost: a\n\n", "<Error><Code>"] {
            growth::check(front, unit);
        }
    }
}

/// Very many heads whose lengths point into one run of line ends, which is looked at once.
#[test]
fn lengths_that_point_into_one_run_of_line_ends_take_no_longer_for_being_many() {
    let gap = 1_000_000;
    // To one place, and to places before it and behind it.
    for step in [0_usize, 40, 100] {
        let head =
            |length: usize| format!("PUT /k HTTP/1.1\nHost: a\nContent-Length: {length:08}\n\n");
        let len = head(0).len();
        let heads: String = (0..900)
            .map(|i| head((900 - i - 1) * len + 100 + i * step))
            .collect();
        let text = format!("{heads}{}and so on\n", "\n".repeat(gap));
        let started = Instant::now();
        let input = Input {
            name: "input".into(),
            source: Source::File,
            bytes: Bytes::from(text),
        };
        let case = intake::read(&[input], None);
        let took = started.elapsed();
        assert_eq!(case.requests.len(), 900);
        assert!(took < Duration::from_secs(8), "{step} took {took:?}");
    }
}

/// Names that stand for each other, or for sums of themselves, and words that want a name behind them for ever.
#[test]
fn code_that_never_comes_to_a_value_ends() {
    let call = "fetch(\"https://b.example/k?X-Amz-Signature=0\", {method: \"PUT\", body: JSON.stringify(a9)});\n";
    let grown = |by: &str, open: &str, close: &str| -> String {
        let lines = (1..10).map(|n| {
            let parts = vec![format!("a{}", n - 1); 8].join(by);
            format!("const a{n} = {open}{parts}{close};\n")
        });
        lines.collect::<Vec<_>>().concat()
    };
    let (wide, sums) = (grown(", ", "[", "]"), grown(" + ", "", ""));
    let texts = [
        format!("const a9 = [a9];\n{call}"),
        format!("const a9 = {{x: b}};\nconst b = {{y: a9}};\n{call}"),
        format!("const a0 = \"0123456789\";\n{wide}{call}"),
        format!(
            "const a0 = \"0123456789\";\n{sums}{}",
            call.replace("JSON.stringify(a9)", "a9")
        ),
        format!("fetch({}", "new ".repeat(200_000)),
        format!("fetch({}", "await ".repeat(200_000)),
    ];
    for text in texts {
        let started = Instant::now();
        let input = Input {
            name: "input".into(),
            source: Source::File,
            bytes: Bytes::from(text.clone()),
        };
        intake::read(&[input], None);
        let took = started.elapsed();
        let front: String = text.chars().take(60).collect();
        assert!(took < Duration::from_secs(8), "{front:?} took {took:?}");
    }
}
