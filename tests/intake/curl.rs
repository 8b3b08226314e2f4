//! curl commands: what each option makes of the request, in the quoting of every shell.

use super::*;

const URL: &str = "https://examplebucket.s3.eu-west-1.amazonaws.com/a%20b.txt?x-id=GetObject";
const AUTHORIZATION: &str = "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260402/eu-west-1/s3/aws4_request, SignedHeaders=host;x-amz-date, Signature=2fd1570a90a6b1a4f1e3a4c5d3b8f0e1c2d3e4f5061728394a5b6c7d8e9f0a1b";

fn target(case: &Case) -> String {
    let target = &case.requests[0].target;
    let part = |span: Option<sigscope::engine::document::Span>| {
        span.map_or("-".into(), |span| text(case, span))
    };
    format!(
        "{} {} {}",
        part(target.authority),
        text(case, target.path),
        part(target.query)
    )
}

#[test]
fn every_shell_s_quoting_of_one_request_is_that_request() {
    let want = [
        "(host)|examplebucket.s3.eu-west-1.amazonaws.com".to_owned(),
        format!("Authorization| {AUTHORIZATION}"),
        "X-Amz-Meta-Say| it's \"50%\" & more".to_owned(),
    ];
    let forms = [
        (
            "sh, single quotes",
            format!(
                "curl -X PUT '{URL}' \\\n  -H 'Authorization: {AUTHORIZATION}' \\\n  -H 'X-Amz-Meta-Say: it'\\''s \"50%\" & more' \\\n  --data-raw 'a b'"
            ),
        ),
        (
            "sh, double quotes",
            format!(
                "$ curl -XPUT \"{URL}\" -H \"Authorization: {AUTHORIZATION}\" -H \"X-Amz-Meta-Say: it's \\\"50%\\\" & more\" -d \"a b\""
            ),
        ),
        (
            "bash, as browsers copy it",
            format!(
                "curl '{URL}' \\\n  -X 'PUT' \\\n  -H 'Authorization: {AUTHORIZATION}' \\\n  -H $'X-Amz-Meta-Say: it\\'s \"50%\" \\u0026 more' \\\n  --data-raw $'a\\x20b' \\\n  --compressed ;\n"
            ),
        ),
        (
            "cmd, as browsers copy it",
            format!(
                "curl ^\"{}^\" ^\r\n  -X ^\"PUT^\" ^\r\n  -H ^\"Authorization: {AUTHORIZATION}^\" ^\r\n  -H ^\"X-Amz-Meta-Say: it's ^\\^\"50^%^\\^\" ^& more^\" ^\r\n  --data-raw ^\"a b^\"\r\n",
                URL.replace('%', "^%^")
            ),
        ),
        (
            "cmd, by hand",
            format!(
                "curl ^\"{}^\" ^\r\n  -X PUT ^\r\n  -H ^\"Authorization: {AUTHORIZATION}^\" ^\r\n  -H ^\"X-Amz-Meta-Say: it's \\^\"50^%\\^\" ^& more^\" ^\r\n  --data-raw ^\"a b^\"\r\n",
                URL.replace('%', "^%^")
            ),
        ),
        (
            "PowerShell",
            format!(
                "curl.exe -X PUT `\n  '{URL}' `\n  -H 'Authorization: {AUTHORIZATION}' `\n  -H 'X-Amz-Meta-Say: it''s \"50%\" & more' `\n  --data-raw \"a b\"\n"
            ),
        ),
        (
            "options glued to their values",
            format!(
                "curl -sS -XPUT '-HAuthorization: {AUTHORIZATION}' -H\"X-Amz-Meta-Say: it's \\\"50%\\\" & more\" -d'a b' {URL}"
            ),
        ),
        (
            "in a code span",
            format!(
                "I ran `curl -X PUT {URL} -H 'Authorization: {AUTHORIZATION}' -H \"X-Amz-Meta-Say: it's \\\"50%\\\" & more\" -d 'a b'` and got a 403"
            ),
        ),
        (
            "quoted by mail",
            format!(
                "> curl -X PUT '{URL}' \\\n>   -H 'Authorization: {AUTHORIZATION}' \\\n>   -H \"X-Amz-Meta-Say: it's \\\"50%\\\" & more\" \\\n>   -d 'a b'\n"
            ),
        ),
    ];
    for (name, command) in forms {
        let case = read(command.as_bytes());
        assert_eq!(case.requests.len(), 1, "{name}: {:#?}", case.pieces);
        assert_eq!(method(&case), "PUT", "{name}");
        assert_eq!(
            target(&case),
            "examplebucket.s3.eu-west-1.amazonaws.com /a%20b.txt x-id=GetObject",
            "{name}"
        );
        let got = headers(&case, 0);
        assert_eq!(got.get(..3), Some(want.as_slice()), "{name}");
        assert_eq!(body(&case, 0), Some(("a b".into(), false)), "{name}");
    }
}

#[test]
fn the_method_follows_from_what_is_sent() {
    for (options, want) in [
        ("", "GET"),
        ("-I", "HEAD"),
        ("-T file.bin", "PUT"),
        ("-d a=b", "POST"),
        ("--json '{}'", "POST"),
        ("-F file=@x", "POST"),
        ("-G -d a=b", "GET"),
        ("-X DELETE", "DELETE"),
        ("--request PATCH -d x", "PATCH"),
    ] {
        let case = read(format!("curl {options} -H 'x-amz-date: 1' https://h/p").as_bytes());
        assert_eq!(method(&case), want, "{options}");
    }
}

#[test]
fn data_is_joined_encoded_and_moved_to_the_query_as_curl_does() {
    let case =
        read(b"curl -H 'x-amz-date: 1' https://h/p -d a=b --data-urlencode 'c=d e/f' -d 'g'");
    assert_eq!(body(&case, 0), Some(("a=b&c=d+e%2Ff&g".into(), false)));
    assert!(headers(&case, 0).contains(&"(content-type)|application/x-www-form-urlencoded".into()));
    let case =
        read(b"curl -G -H 'x-amz-date: 1' 'https://h/p?z=1' -d a=b --data-urlencode 'c=d e'");
    assert_eq!(target(&case), "h /p z=1&a=b&c=d+e");
    assert_eq!(body(&case, 0), Some((String::new(), false)));
    let case = read(b"curl -H 'x-amz-date: 1' https://h/p --json '{\"a\":1}'");
    assert_eq!(body(&case, 0), Some(("{\"a\":1}".into(), false)));
    assert!(headers(&case, 0).contains(&"(content-type)|application/json".into()));
    let case = read(b"curl -H 'x-amz-date: 1' -H 'Content-Type: text/plain' https://h/p -d x");
    assert!(
        headers(&case, 0)
            .iter()
            .all(|h| !h.starts_with("(content-type)"))
    );
}

#[test]
fn a_body_in_a_file_is_asked_for() {
    for options in [
        "-d @body.json",
        "--data-binary @body.json",
        "-T body.json",
        "-F a=@b",
        "--data-urlencode a@b",
    ] {
        let case = read(format!("curl -X PUT -H 'x-amz-date: 1' https://h/p {options}").as_bytes());
        assert_eq!(body(&case, 0), None, "{options}");
        assert!(ids(&case).contains(&"body-in-file"), "{options}");
    }
    let case = read(b"curl -X PUT -H 'x-amz-date: 1' https://h/p --data-raw @name");
    assert_eq!(body(&case, 0), Some(("@name".into(), false)));
}

#[test]
fn headers_are_given_emptied_and_taken_away() {
    let case = read(b"curl -H 'x-amz-date: 1' -H 'X-Empty;' -H 'Accept:' -A me -e here -b c=1 -r 0-9 https://h/p");
    assert_eq!(
        headers(&case, 0),
        [
            "(host)|h",
            "x-amz-date| 1",
            "X-Empty|",
            "(user-agent)|me",
            "(referer)|here",
            "(cookie)|c=1",
            "(range)|0-9"
        ]
    );
    let case = read(b"curl -H 'Host: other' -H 'x-amz-date: 1' h.example.com:9000/p?q");
    assert_eq!(headers(&case, 0), ["Host| other", "x-amz-date| 1"]);
    assert_eq!(target(&case), "h.example.com:9000 /p q");
}

#[test]
fn a_secret_behind_u_is_masked_and_kept_by_its_key_id() {
    let case = read(b"curl --aws-sigv4 'aws:amz:eu-west-1:s3' -u 'AKIAIOSFODNN7EXAMPLE:wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' https://h/p");
    assert_eq!(case.secrets.len(), 1);
    assert_eq!(
        text(&case, case.secrets[0].key_id.unwrap()),
        "AKIAIOSFODNN7EXAMPLE"
    );
    let document = case.docs.given().next().unwrap().1;
    assert!(!document.masks().is_empty());
    assert!(ids(&case).contains(&"curl-signs"));
}

#[test]
fn a_path_that_curl_squeezes_is_told() {
    let squeezed = "curl -H 'x-amz-date: 1' https://h/a/../b";
    assert!(ids(&read(squeezed.as_bytes())).contains(&"curl-squeezes-path"));
    let as_is = squeezed.replace("curl ", "curl --path-as-is ");
    assert!(!ids(&read(as_is.as_bytes())).contains(&"curl-squeezes-path"));
}

#[test]
fn commands_that_sign_nothing_are_left_alone() {
    for text in [
        "curl -fsSL https://example.com/install.sh | sh",
        "libcurl https://x-amz.example",
        "curl is what I use with AWS",
        "curl",
        "curl -",
    ] {
        assert!(read(text.as_bytes()).requests.is_empty(), "{text}");
    }
}

#[test]
fn what_stands_behind_the_command_is_read_too() {
    let text = format!(
        "curl '{URL}' -H 'Authorization: {AUTHORIZATION}'\n<Error><Code>SignatureDoesNotMatch</Code></Error>\n"
    );
    let case = read(text.as_bytes());
    assert_eq!((case.requests.len(), case.evidence.len()), (1, 1));
}

#[test]
fn programs_that_take_curl_s_options_and_sign_are_commands_of_their_own() {
    for (command, start) in [
        (
            "$ aws-curl --service execute-api --region us-east-1 -X POST --header 'Accept: */*' --data '{}' \"https://abc.execute-api.us-east-1.amazonaws.com/dev\"",
            2,
        ),
        (
            "./awscurl --access_key AKIDEXAMPLE --service execute-api -X POST -d '{}' https://abc.execute-api.us-east-1.amazonaws.com/dev",
            2,
        ),
    ] {
        let case = one(command.as_bytes());
        assert_eq!(case.requests[0].span.start, start, "{command}");
        assert_eq!(method(&case), "POST", "{command}");
        assert_eq!(body(&case, 0), Some(("{}".into(), false)), "{command}");
        let finding = case.findings.iter().find(|f| f.id == "curl-signs");
        assert!(
            finding.is_some_and(|f| f.message.contains("signs this command itself")),
            "{command}"
        );
    }
    // A name of another program.
    assert!(
        read(b"my-aws-curlish https://abc.execute-api.us-east-1.amazonaws.com/x")
            .requests
            .is_empty()
    );
}

#[test]
fn what_curl_is_known_to_sign_otherwise_is_told() {
    let command = |service: &str, more: &str, url: &str| {
        format!("curl --aws-sigv4 aws:amz:us-east-1:{service} -u a:b {more} {url}")
    };
    let url = "https://h.us-east-1.es.amazonaws.com";
    let told = |command: &str| ids(&read(command.as_bytes())).contains(&"curl-signs-otherwise");
    assert!(told(&command("execute-api", "-F a=b", url)));
    assert!(told(&command("es", "", &format!("{url}/logs-*/_search"))));
    // S3 takes an unsigned body, and a hash that is stated is signed.
    let form = |command: &str| {
        let case = read(command.as_bytes());
        case.findings
            .iter()
            .any(|f| f.message.contains("form of -F"))
    };
    assert!(form(&command("es", "-F a=b", url)));
    assert!(!form(&command("s3", "-F a=b", url)));
    assert!(!told(&command(
        "es",
        "-F a=b -H x-amz-content-sha256:UNSIGNED-PAYLOAD",
        url
    )));
    assert!(!told(&command(
        "es",
        "-d a=b",
        &format!("{url}/logs/_search?q=%2A&size=1")
    )));
    assert!(!told(&format!(
        "curl -H 'x-amz-date: 1' -F a=b {url}/logs-*"
    )));
}

/// What curl 8.5 prints with `-v`, up to the lines of its request.
#[test]
fn what_curl_prints_is_cut_where_its_request_would_follow() {
    let log = |margin: &str, end: &str| {
        let lines = [
            "$ curl -v --aws-sigv4 aws:amz:us-east-1:es -u a:b https://localhost:9200/_cat?pretty=true",
            "*   Trying [::1]:9200...",
            "* Connected to localhost (::1) port 9200",
            "* ALPN: curl offers h2,http/1.1",
            end,
        ]
        .map(|line| [margin, line].concat());
        lines.join("\n") + "\n"
    };
    let told = |text: &str| ids(&read(text.as_bytes())).contains(&"request-cut");
    for end in [
        "* using HTTP/2",
        "* Server auth using AWS_SIGV4 w",
        "{ [5 bytes data]",
    ] {
        assert!(told(&log("", end)), "{end}");
        assert!(told(&log("> ", end)), "{end}");
    }
    for end in [
        "> GET /_cat?pretty=true HTTP/1.1",
        "* Failed to connect to localhost port 9200 after 0 ms: Couldn't connect to server",
        "* Closing connection",
        "curl: (7) Failed to connect",
        "It does not work.",
    ] {
        assert!(!told(&log("", end)), "{end}");
    }
    assert!(!told(
        "curl --aws-sigv4 aws:amz:us-east-1:es -u a:b https://localhost:9200/\n"
    ));
}

#[test]
fn a_fault_of_curl_is_told_by_its_form_with_the_version_that_mended_it() {
    let told = |text: &str| -> Vec<String> {
        let case = read(text.as_bytes());
        let of = case
            .findings
            .iter()
            .filter(|f| f.id == "curl-signs-otherwise");
        of.map(|finding| finding.message.clone()).collect()
    };
    let command = |service: &str, more: &str, url: &str| {
        format!(
            "curl --aws-sigv4 aws:amz:us-east-1:{service} -u a:b {more} 'https://h.example.com{url}'"
        )
    };
    let hash = "-H 'x-amz-content-sha256: UNSIGNED-PAYLOAD'";
    for (text, message) in [
        (
            command("s3", hash, "/?versioning"),
            "curl before 8.5 signs versioning without a =, where services sign versioning=.",
        ),
        (
            command("lambda", "", "/a:b"),
            "curl before 8.9 signs the : of this path as it stands, where services sign %3A.",
        ),
        (
            command("lambda", "", "/a%3Ab"),
            "curl before 8.14 signs the %3A of this path as it stands, where services other than S3 sign %253A.",
        ),
        (
            command("es", "", "/a?sort=_doc&size=5"),
            "curl before 8.3 signs the parameters of this query in the order they stand in, where services sort them.",
        ),
        (
            command("es", "", "/a?graph=urn:x"),
            "curl before 8.3 signs the : of this query as it stands, where services sign %3A.",
        ),
        (
            command("es", "", "/a?b=%2B"),
            "curl before 8.19 takes the %2B of this query for a blank from 8.14 on.",
        ),
        (
            command("es", "", ":9200/a"),
            "curl before 7.86 signs this host without its port, and sends it with the port.",
        ),
        (
            command("es", "-H 'x-amz-meta-a: 1' -H 'X-Amz-Meta-A: 2'", "/a"),
            "curl before 8.13 signs x-amz-meta-a, which this command gives twice, as two lines, where services join its values in one.",
        ),
        (
            command("s3", "", "/a"),
            "curl before 8.0 sends no x-amz-content-sha256, which S3 demands.",
        ),
    ] {
        assert_eq!(told(&text), [message], "{text}");
    }
    for text in [
        command("s3", hash, "/?list-type=2&versioning="),
        command("s3", hash, "/a%3Ab"),
        command("lambda", "", "/a-b_c.d~e"),
        command("es", "", ":443/a?size=5&sort=_doc"),
        format!(
            "{}\n> User-Agent: curl/8.9.1\n",
            command("lambda", "", "/a:b")
        ),
        format!(
            "$ curl --version\ncurl 8.20.0 (x86_64)\n$ {}\n",
            command("s3", "", "/a?x&b=%2B")
        ),
    ] {
        assert_eq!(told(&text), [""; 0], "{text}");
    }
    let old = format!(
        "{}\n> User-Agent: curl/8.7.1\n",
        command("lambda", "", "/a:b")
    );
    assert_eq!(told(&old).len(), 1);
}
