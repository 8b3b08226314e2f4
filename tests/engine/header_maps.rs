//! Requests printed as a map of their headers, with method and target beside it or on a line of their own.
//!
//! The first request is that example of the Amazon S3 API Reference, "Signature Calculations for the Authorization
//! Header", which gets a range; the second was signed by botocore with the same key, and its values hold what the
//! notations write otherwise or stand between members with: quotes, commas, backslashes, braces. Each print of each must
//! verify.

use std::fmt::Write as _;
use std::sync::Arc;

use bytes::Bytes;
use sigscope::engine::diagnose::VerdictId;
use sigscope::engine::document::Source;
use sigscope::engine::intake::{Body, Given, Input};
use sigscope::engine::scheme::Now;
use sigscope::engine::secret::{Keyring, Material, NamedSecret, Sensitive};
use sigscope::workbench::{Fixed, Work, Workbench};

const URL: &str = "https://examplebucket.s3.amazonaws.com/test.txt";
const HOST: &str = "examplebucket.s3.amazonaws.com";
const HEADERS: [(&str, &str); 4] = [
    ("Range", "bytes=0-9"),
    (
        "x-amz-content-sha256",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    ),
    ("x-amz-date", "20130524T000000Z"),
    (
        "Authorization",
        "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
    ),
];

/// A request as it was sent.
struct Sent {
    method: &'static str,
    headers: &'static [(&'static str, &'static str)],
}

const GET: Sent = Sent {
    method: "GET",
    headers: &HEADERS,
};

const HARD: Sent = Sent {
    method: "PUT",
    headers: &[
        ("Cache-Control", "public, max-age=3600"),
        ("Content-Disposition", "attachment; filename=\"a, b.txt\""),
        ("If-Match", "\"abc\""),
        ("X-Amz-Meta-Json", "{\"a\": \"b\"}"),
        ("X-Amz-Meta-Path", "C:\\tmp\\new"),
        ("X-Amz-Meta-Say", "it's \"50%\" & more"),
        ("X-Amz-Date", "20130524T000000Z"),
        (
            "X-Amz-Content-SHA256",
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        ),
        (
            "Authorization",
            "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, SignedHeaders=cache-control;content-disposition;host;if-match;x-amz-content-sha256;x-amz-date;x-amz-meta-json;x-amz-meta-path;x-amz-meta-say, Signature=0d6da73ba85a87679a84fab965d262c2e4200a6f6c7f02de8056093f9b1762b6",
        ),
    ],
};

/// A string in double quotes.
fn double(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// A string in single quotes.
fn single(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}

impl Sent {
    /// The members of a map, each as `member` prints it, with `between` them.
    fn members(&self, member: impl Fn(&str, &str) -> String, between: &str) -> String {
        let headers = self.headers.iter();
        let members: Vec<String> = headers.map(|(name, value)| member(name, value)).collect();
        members.join(between)
    }

    fn json(&self) -> String {
        self.members(|name, value| format!("\"{name}\": {}", double(value)), ", ")
    }

    fn node(&self) -> String {
        self.members(
            |name, value| format!("    '{name}': {}", single(value)),
            ",\n",
        )
    }

    fn edn(&self, host: &str) -> String {
        let map = self.members(|name, value| format!("\"{name}\" {}", double(value)), ", ");
        format!("{map}, \"host\" \"{host}\"")
    }

    fn property_list(&self) -> String {
        self.members(
            |name, value| format!("    \"{name}\" = {};\n", double(value)),
            "",
        )
    }

    /// As Java prints a map.
    fn java(&self) -> String {
        let members = self.members(|name, value| format!("{name}={value}"), ", ");
        format!("{{Host={HOST}, {members}}}")
    }
}

/// One request as each program prints it.
fn prints(sent: &Sent) -> Vec<(&'static str, String)> {
    let (json, node, method) = (sent.json(), sent.node(), sent.method);
    let lower = method.to_lowercase();
    vec![
        (
            "a line of a JSON log",
            format!(
                "{{\"ts\": 1, \"msg\": \"request\", \"method\": \"{method}\", \"url\": \"{URL}\", \"headers\": {{{json}}}}}\n"
            ),
        ),
        (
            "the same deeper, headers first",
            format!(
                "{{\"level\":30,\"req\":{{\"headers\":{{{json}}},\"method\":\"{method}\",\"url\":\"{URL}\"}},\"msg\":\"m\"}}\n"
            ),
        ),
        (
            "options of Node's http",
            format!(
                "{{\n  method: '{method}',\n  hostname: '{HOST}',\n  path: '/test.txt',\n  headers: {{\n{node}\n  }}\n}}\n"
            ),
        ),
        (
            "the config of axios",
            format!(
                "config: {{\n  url: '{URL}',\n  method: '{lower}',\n  headers: Object [AxiosHeaders] {{\n{node}\n  }},\n  data: undefined\n}}\n"
            ),
        ),
        (
            "a request of Ring",
            format!(
                "{{:ssl-client-cert nil, :reqid #uuid \"0193ff5c-b4e0-4b65-8d15-be3d1ade54d6\", :request-method :{lower}, :uri \"/test.txt\", :body #object[org.example.Input 0x2f \"org.example.Input@2f\"], :headers {{{}}}, :server-port 80}}\n",
                sent.edn(HOST)
            ),
        ),
        (
            "Headers of fetch, the request behind them",
            format!(
                "Headers {{\n{}\n}}\nsent as {method} {URL}\n",
                sent.members(
                    |name, value| format!("  '{name}' => {}", single(value)),
                    ",\n"
                )
            ),
        ),
        (
            "Headers of fetch, the request before them",
            format!(
                "> {method} {URL}\nHeaders {{\n{}\n}}\n",
                sent.members(
                    |name, value| format!("  '{name}' => [ {} ]", single(value)),
                    ",\n"
                )
            ),
        ),
        (
            "header lines, the request behind them",
            format!(
                "I signed:\n{}for {method} {URL}\n",
                sent.headers
                    .iter()
                    .fold(String::new(), |mut out, (name, value)| {
                        writeln!(out, "{name}: {value}").expect("strings grow");
                        out
                    })
            ),
        ),
        (
            "a property list of Apple, the request before it",
            format!(
                "Sending {method} {URL}\nRequest headers:\n{{\n{}}}\n",
                sent.property_list()
            ),
        ),
        (
            "a map of Java, the request behind it",
            format!("{}\n{method} {URL}\n", sent.java()),
        ),
        (
            "a map of lists of Java, the request behind it",
            format!(
                "headers: {{Host=[{HOST}], {}}}\n{method} {URL}\n",
                sent.members(|name, value| format!("{name}=[{value}]"), ", ")
            ),
        ),
        (
            "a map of Go behind the request",
            format!(
                "2013/05/24 00:00:00 req {method} {URL} map[{}]\n",
                sent.members(|name, value| format!("{name}:[{value}]"), " ")
            ),
        ),
        (
            "a list of Elixir under its URL",
            format!(
                "Request URL: \"{URL}\"\nRequest HEADERS: [{}, {{\"content-length\", 0}}]\nRequest BODY: \"\"\n",
                sent.members(
                    |name, value| format!("{{\"{name}\", {}}}", double(value)),
                    ", "
                )
            ),
        ),
        (
            "a list of Python under its request",
            format!(
                "{method} {URL}\n[{}]\n",
                sent.members(
                    |name, value| format!("('{name}', {})", single(value)),
                    ",\n "
                )
            ),
        ),
        (
            "a request of Go's net/http",
            format!(
                "I0524 00:00:00.1 auth.go:45 verify &{{{method} /test.txt HTTP/1.1 1 1 map[{}] 0xc000918680 <nil> 0 [] false {HOST} map[] map[] <nil> map[] 172.28.0.11:55748 /test.txt <nil> <nil> <nil>  0xc000a0d620 <nil> [] map[]}}\n",
                sent.members(|name, value| format!("{name}:[{value}]"), " ")
            ),
        ),
        (
            "a map of Go as a literal, the request behind it",
            format!(
                "http.Header{{{}}}\n{method} {URL}\n",
                sent.members(
                    |name, value| format!("\"{name}\":[]string{{{}}}", double(value)),
                    ", "
                )
            ),
        ),
        (
            "a Python dictionary in a line of a log",
            format!(
                "DEBUG sending {{'method': '{method}', 'url': '{URL}', 'headers': {{{}}}, 'body': b''}}\n",
                sent.members(|name, value| format!("'{name}': {}", single(value)), ", ")
            ),
        ),
        (
            "a map of JSON without a name, the request before it",
            format!("sent {method} {URL}: {{{json}}}\n"),
        ),
        (
            "a hash of Ruby, the request before it",
            format!(
                "{method} {URL}\n{{{}}}\n",
                sent.members(
                    |name, value| format!("\"{name}\"=>[{}]", double(value)),
                    ", "
                )
            ),
        ),
        (
            "the dump of Perl, the request before it",
            format!(
                "({method} {URL})\n$VAR1 = {{\n{}\n}};\n",
                sent.members(
                    |name, value| format!("  '{name}' => {}", single(value)),
                    ",\n"
                )
            ),
        ),
        (
            "maps in a map of Java, the method first",
            format!("{{method={method}, url={URL}, headers={}}}\n", sent.java()),
        ),
        (
            "maps in a map of Java, the URL first",
            format!(
                "{{url={URL}, method={method}, headers={}, body=null}}\n",
                sent.java()
            ),
        ),
        (
            "a data class of Kotlin",
            format!(
                "HttpRequest(method={method}, url={URL}, headers={})\n",
                sent.java()
            ),
        ),
        (
            "a map of Java without a name behind labels",
            format!("url: {URL}\nmethod: {method}\n{}\n", sent.java()),
        ),
        (
            "an event of AWS Lambda of version 2.0",
            format!(
                "{{\"version\": \"2.0\", \"routeKey\": \"$default\", \"rawPath\": \"/test.txt\", \"rawQueryString\": \"\", \"headers\": {{\"host\": \"{HOST}\", {json}}}, \"requestContext\": {{\"accountId\": \"anonymous\", \"domainName\": \"{HOST}\", \"http\": {{\"method\": \"{method}\", \"path\": \"/test.txt\", \"protocol\": \"HTTP/1.1\"}}, \"stage\": \"$default\"}}, \"isBase64Encoded\": false}}\n"
            ),
        ),
        (
            "a request of reqwest",
            format!(
                "sending Request {{ method: {method}, url: Url {{ scheme: \"https\", cannot_be_a_base: false, username: \"\", password: None, host: Some(Domain(\"{HOST}\")), port: None, path: \"/test.txt\", query: None, fragment: None }}, headers: {{{json}}} }}\n"
            ),
        ),
        (
            "a request of OkHttp",
            format!(
                "Request{{method={method}, url={URL}, headers=[{}], tags={{}}}}\n",
                sent.members(|name, value| format!("{name}:{value}"), ", ")
            ),
        ),
    ]
}

fn work(text: &str) -> Work {
    let mut ring = Keyring::new();
    ring.push(NamedSecret {
        name: "the test".to_owned(),
        key_id: None,
        material: Material::Secret(Sensitive::new(
            b"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".to_vec(),
        )),
        session_token: None,
    });
    let mut bench = Workbench::new(Arc::new(Fixed(ring)));
    bench.inputs.push(Input {
        name: "input".to_owned(),
        source: Source::File,
        bytes: Bytes::copy_from_slice(text.as_bytes()),
    });
    bench.work(Now {
        at: chrono::DateTime::from_timestamp(1_369_353_600, 0).expect("it is a time"),
        stated: true,
    })
}

fn ids(work: &Work) -> Vec<&'static str> {
    let findings = &work.analysis.diagnosis.findings;
    findings.iter().map(|f| f.id).collect()
}

#[test]
fn each_print_verifies() {
    let get = prints(&GET).into_iter();
    for (name, text) in get.chain(prints(&HARD)) {
        let work = work(&text);
        let verdict = &work.analysis.diagnosis.verdict;
        assert_eq!(
            verdict.id,
            VerdictId::Match,
            "{name}: {} {:?}\n{text}",
            verdict.sentence,
            ids(&work)
        );
        let rest = ids(&work);
        assert!(!rest.contains(&"unrecognised-rest"), "{name}: {rest:?}");
        assert!(!rest.contains(&"request-line-missing"), "{name}: {rest:?}");
    }
}

#[test]
fn words_in_front_of_a_map_of_go_are_a_request_only_as_go_prints_one() {
    let map = GET.members(|name, value| format!("{name}:[{value}]"), " ");
    for front in ["&{GET /test.txt 1 1 ", "&{the /test.txt HTTP/1.1 1 1 ", "{"] {
        let work = work(&format!("{front}map[{map}] 0xc0 <nil> 0}}\n"));
        assert!(ids(&work).contains(&"request-line-missing"), "{front}");
    }
}

#[test]
fn a_query_beside_the_path_is_sent_with_it() {
    let json = GET.json();
    for (text, target) in [
        (
            format!(
                "{{\"httpMethod\": \"GET\", \"path\": \"/a\", \"queryStringParameters\": {{\"b\": \"c/d\", \"e\": [\"1\", \"2\"]}}, \"headers\": {{{json}}}}}"
            ),
            "/a?b=c%2Fd&e=1&e=2",
        ),
        (
            format!(
                "{{:request-method :get, :uri \"/a\", :query-string \"b=c%2Fd\", :headers {{{}}}}}",
                GET.edn(HOST)
            ),
            "/a?b=c%2Fd",
        ),
        (
            format!(
                "{{:request-method :get, :uri \"/a\", :params {{:b \"c/d\"}}, :headers {{{}}}}}",
                GET.edn(HOST)
            ),
            "/a?b=c%2Fd",
        ),
        (
            format!(
                "{{\"method\": \"GET\", \"url\": \"/a?b=c\", \"query\": {{\"b\": \"c\"}}, \"headers\": {{{json}}}}}"
            ),
            "/a?b=c",
        ),
    ] {
        let work = work(&text);
        let request = work.case.requests.first().expect("it is a request");
        assert_eq!(work.case.docs.text(request.target.whole), target, "{text}");
    }
}

#[test]
fn the_parts_of_a_url_of_reqwest_are_put_together() {
    let (json, value) = (GET.json(), |host: &str, port: &str| {
        format!(
            "Url {{ scheme: \"http\", cannot_be_a_base: false, username: \"\", password: None, host: Some({host}), port: {port}, path: \"/a\", query: Some(\"b=c%2Fd\"), fragment: None }}"
        )
    });
    for (url, target) in [
        (
            value("Ipv4(127.0.0.1)", "Some(9000)"),
            "http://127.0.0.1:9000/a?b=c%2Fd",
        ),
        (value("Domain(\"h\")", "None"), "http://h/a?b=c%2Fd"),
    ] {
        let work = work(&format!(
            "Request {{ method: GET, url: {url}, headers: {{{json}}} }}\n"
        ));
        let request = work.case.requests.first().expect("it is a request");
        assert_eq!(work.case.docs.text(request.target.whole), target);
    }
}

#[test]
fn a_body_that_its_event_encoded_is_not_taken_for_the_one_that_was_sent() {
    let json = GET.json();
    for (encoded, held) in [("true", false), ("false", true)] {
        let work = work(&format!(
            "{{\"rawPath\": \"/a\", \"rawQueryString\": \"b=c\", \"headers\": {{{json}}}, \"requestContext\": {{\"http\": {{\"method\": \"PUT\"}}}}, \"body\": \"eA==\", \"isBase64Encoded\": {encoded}}}"
        ));
        let request = work.case.requests.first().expect("it is a request");
        assert_eq!(work.case.docs.text(request.target.whole), "/a?b=c");
        let body = match &request.body {
            Body::Held { span, .. } => work.case.docs.bytes(*span),
            Body::Absent | Body::Streamed(_) => b"",
        };
        assert_eq!(body == b"eA==", held, "{encoded}");
    }
}

#[test]
fn a_method_that_is_not_told_is_said_to_be_guessed() {
    let text = format!(
        "{{:sign-uri \"/test.txt\", :operation :get-object, :headers {{{}}}}}",
        GET.edn(HOST)
    );
    let work = work(&text);
    assert!(ids(&work).contains(&"method-not-told"), "{:?}", ids(&work));
    let request = work.case.requests.first().expect("it is a request");
    assert!(matches!(request.method, Given::Implied("GET")));
}

#[test]
fn a_map_with_nothing_beside_it_gives_all_its_headers() {
    let text = format!(
        "Request headers:\n{{\n{}    \"x-amz-decoded-content-length\" = 906227;\n    \"Transfer-Encoding\" = Chunked;\n}}\n",
        GET.property_list()
    );
    let work = work(&text);
    let request = work.case.requests.first().expect("it is a request");
    let docs = &work.case.docs;
    let last: Vec<_> = request
        .headers
        .iter()
        .skip(HEADERS.len())
        .map(|header| docs.text(header.value).into_owned())
        .collect();
    assert_eq!(last, ["906227", "Chunked"]);
    assert!(ids(&work).contains(&"request-line-missing"));
    assert!(!ids(&work).contains(&"unrecognised-rest"));
}

#[test]
fn a_paste_that_stops_in_a_map_is_said_to_stop() {
    let whole = format!(
        "{{\n  \"method\": \"PUT\",\n  \"url\": \"{URL}\",\n  \"headers\": {{\n    \"host\": \"{HOST}\",\n    \"x-amz-date\": \"20130524T000000Z\",\n    \"x-amz-security-token\": \"IQoJb3JpZ2luX2VjEHMaCXVzLWVhc3QtMSJHMEUCIQ"
    );
    let work_of = |text: &str| {
        let work = work(text);
        let id = work.analysis.diagnosis.verdict.id;
        (ids(&work), id, work.analysis.diagnosis.verdict.sentence)
    };
    let (found, id, sentence) = work_of(&whole);
    assert!(found.contains(&"request-cut"), "{found:?}");
    assert_eq!(id, VerdictId::Undecided);
    assert!(
        sentence.contains("in the value of its header x-amz-security-token"),
        "{sentence}"
    );
    // The end of a token is no less secret than its beginning.
    assert!(!sentence.contains("SJHMEUC"), "{sentence}");
    let (found, ..) = work_of(&format!("{whole}\"\n  }}\n}}\n"));
    assert!(!found.contains(&"request-cut"), "{found:?}");
    assert!(found.contains(&"signature-missing"), "{found:?}");
    // Of a request that nothing marks as signed the same is said, but only where it is cut.
    let early = whole
        .find("amazonaws.com\",\n    \"x-amz-date")
        .expect("it is there");
    let (found, ..) = work_of(whole.get(..early).expect("a boundary"));
    assert!(found.contains(&"request-cut"), "{found:?}");
}

#[test]
fn what_only_looks_like_such_a_request_is_none() {
    for text in [
        // An answer.
        "{ status: 403, headers: { 'x-amz-request-id': 'A', 'content-type': 'application/xml' } }",
        // Nothing that signing adds.
        "{\"method\": \"GET\", \"url\": \"https://example.com/\", \"headers\": {\"accept\": \"*/*\", \"authorization\": \"Bearer x\"}}",
        // A policy that names the headers.
        "{\"Headers\": {\"Items\": [\"x-amz-date\", \"authorization\"], \"Quantity\": 2}, \"method\": \"GET\", \"url\": \"/\"}",
    ] {
        let work = work(text);
        assert!(
            work.case.requests.is_empty(),
            "{text}: {:?}",
            work.case.pieces
        );
    }
}

#[test]
fn cut_anywhere_it_is_read_as_far_as_it_goes() {
    for (name, text) in prints(&GET).into_iter().chain(prints(&HARD)) {
        for end in (0..text.len()).step_by(7) {
            let work = work(text.get(..end).expect("all of it is ASCII"));
            assert!(work.case.requests.len() <= 1, "{name} cut at {end}");
        }
    }
}

#[test]
fn a_list_of_pairs_is_of_headers_only_where_it_holds_the_authorization() {
    let (name, value) = HEADERS[3];
    let apart = work(&format!(
        "answered [{{\"x-amz-date\", \"20130524T000000Z\"}}, {{\"date\", \"now\"}}]\n{name}: {value}\n"
    ));
    let request = apart.case.requests.first().expect("it is a fragment");
    let names = request.headers.iter();
    let stated = names.filter(|header| matches!(header.name, Given::Stated(_)));
    assert_eq!(stated.count(), 1);
    // Cut anywhere, it is read as far as it goes.
    let list = format!("[{{\"{name}\", \"{value}\"}}, {{\"content-length\", 0}}]");
    for end in 0..list.len() {
        work(list.get(..end).expect("it is ASCII"));
    }
}

/// The verdict, and whether the print is said not to tell where a value ends.
fn told(text: &str) -> (VerdictId, bool) {
    let work = work(text);
    let doubtful = ids(&work).contains(&"value-end-not-told");
    (work.analysis.diagnosis.verdict.id, doubtful)
}

/// A request of botocore with the header `X-Amz-Meta-Note: a, b=c`, as Java prints it.
fn noted(note: &str, signature: &str) -> String {
    format!(
        "PUT {URL}\n{{Host={HOST}, X-Amz-Meta-Note={note}, X-Amz-Date=20130524T000000Z, X-Amz-Content-SHA256=e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855, Authorization=AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-meta-note, Signature={signature}}}\n"
    )
}

#[test]
fn a_comma_that_may_be_of_a_value_or_of_the_map_decides_nothing() {
    let whole = "63d62ba15aab6d49081ff85b9799d86def97d7473521e3d45be8c892b77f0a95";
    assert_eq!(told(&noted("a, b=c", whole)), (VerdictId::Match, true));
    // Of another reading than the likelier no more is known than that this one does not verify.
    assert_eq!(told(&noted("a, b=d", whole)), (VerdictId::Undecided, true));
    assert_eq!(
        told(&noted("a, Trace=d", whole)),
        (VerdictId::Undecided, true)
    );
    // Where requests have a header of the name, or the value before holds no comma, nothing is in doubt.
    assert_eq!(
        told(&noted("a, User-Agent=d", whole)),
        (VerdictId::Mismatch, false)
    );
    assert_eq!(told(&noted("a, b", whole)), (VerdictId::Mismatch, false));
    let behind =
        noted("a, b=c", whole).replace("=20130524T000000Z,", "=20130524T000000Z, trace=1,");
    assert_eq!(told(&behind), (VerdictId::Match, true));
}

#[test]
fn a_request_of_okhttp_that_hides_its_authorization_is_said_to_hide_it() {
    let text = format!(
        "Request{{method=GET, url={URL}, headers=[x-amz-date:20130524T000000Z, Authorization:██]}}\n"
    );
    let work = work(&text);
    assert!(
        ids(&work).contains(&"authorization-hidden"),
        "{:?}",
        ids(&work)
    );
    assert!(!ids(&work).contains(&"signature-missing"));
}

#[test]
fn a_url_is_taken_without_the_marks_behind_it() {
    let json = GET.json();
    for (front, behind) in [
        ("sent GET ", ", headers: "),
        ("for GET ", ": "),
        ("GET ", ". "),
        ("GET ", "; "),
        ("(GET ", ") "),
        ("method=GET url=", ", "),
        ("url=", ", method=GET, "),
        ("method: GET, uri url: ", "\n"),
    ] {
        let work = work(&format!("{front}{URL}{behind}{{{json}}}\n"));
        let verdict = &work.analysis.diagnosis.verdict;
        assert_eq!(
            verdict.id,
            VerdictId::Match,
            "{front}|{behind}: {:?}",
            ids(&work)
        );
    }
}
