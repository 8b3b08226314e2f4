//! The same signed requests in every shape in which tools hold them: each verifies, with one canonical request.
//!
//! The requests were signed by botocore with the example key of the AWS documentation.

use std::fmt::Write as _;
use std::sync::Arc;

use sigscope::engine::diagnose::VerdictId;
use sigscope::engine::scheme::{Now, Role};
use sigscope::engine::secret::{Keyring, Material, NamedSecret, Sensitive};
use sigscope::workbench::{Fixed, Work, Workbench};

use super::*;

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

/// A request as it was sent.
struct Sent {
    name: &'static str,
    method: &'static str,
    url: &'static str,
    headers: &'static [(&'static str, &'static str)],
    body: Option<&'static str>,
    canonical: &'static str,
}

const PRESIGNED: Sent = Sent {
    name: "presigned GET",
    method: "GET",
    url: "https://examplebucket.s3.eu-west-1.amazonaws.com/photos/a%20b.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20260402%2Feu-west-1%2Fs3%2Faws4_request&X-Amz-Date=20260402T140310Z&X-Amz-Expires=600&X-Amz-SignedHeaders=host&X-Amz-Signature=731ff4825bd0a45947a983e8a4f6eef507056ee6405ad4108acb88999f02e6f1",
    headers: &[],
    body: None,
    canonical: "GET\n/photos/a%20b.txt\nX-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20260402%2Feu-west-1%2Fs3%2Faws4_request&X-Amz-Date=20260402T140310Z&X-Amz-Expires=600&X-Amz-SignedHeaders=host\nhost:examplebucket.s3.eu-west-1.amazonaws.com\n\nhost\nUNSIGNED-PAYLOAD",
};

const PUT: Sent = Sent {
    name: "PUT signed by header",
    method: "PUT",
    url: "https://examplebucket.s3.eu-west-1.amazonaws.com/photos/a%20b.txt",
    headers: &[
        ("Content-Type", "text/plain"),
        ("X-Amz-Meta-Say", "it's \"50%\" & more"),
        ("X-Amz-Date", "20260402T140310Z"),
        (
            "X-Amz-Content-SHA256",
            "b035cdb8a01723ee5ba4c525ddbfc311438656ac02277e8915238bc79dc952d0",
        ),
        (
            "Authorization",
            "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260402/eu-west-1/s3/aws4_request, SignedHeaders=content-type;host;x-amz-content-sha256;x-amz-date;x-amz-meta-say, Signature=a7ea25496bcce40c3420752afb4f3397bdeace1788fcc876407cc358cd6047db",
        ),
    ],
    body: Some("one two\n\"three\" it's ü"),
    canonical: "PUT\n/photos/a%20b.txt\n\ncontent-type:text/plain\nhost:examplebucket.s3.eu-west-1.amazonaws.com\nx-amz-content-sha256:b035cdb8a01723ee5ba4c525ddbfc311438656ac02277e8915238bc79dc952d0\nx-amz-date:20260402T140310Z\nx-amz-meta-say:it's \"50%\" & more\n\ncontent-type;host;x-amz-content-sha256;x-amz-date;x-amz-meta-say\nb035cdb8a01723ee5ba4c525ddbfc311438656ac02277e8915238bc79dc952d0",
};

const POST: Sent = Sent {
    name: "POST of JSON",
    method: "POST",
    url: "https://dynamodb.eu-west-1.amazonaws.com/",
    headers: &[
        ("Content-Type", "application/x-amz-json-1.0"),
        ("X-Amz-Target", "DynamoDB_20120810.GetItem"),
        ("X-Amz-Date", "20260402T140310Z"),
        (
            "Authorization",
            "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260402/eu-west-1/dynamodb/aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-target, Signature=f8e28c2be6f397873c11365327657643ae3d3b2540163b584c4969236b112d1c",
        ),
    ],
    body: Some("{\"TableName\":\"t\",\"Key\":{\"id\":{\"S\":\"it's \\\"1\\\"\"}}}"),
    canonical: "POST\n/\n\ncontent-type:application/x-amz-json-1.0\nhost:dynamodb.eu-west-1.amazonaws.com\nx-amz-date:20260402T140310Z\nx-amz-target:DynamoDB_20120810.GetItem\n\ncontent-type;host;x-amz-date;x-amz-target\nd143785c725a2dd0d7b66a820013e11931c34bd2604c8b3bfd9dc3ddda0c8ad1",
};

const ALL: [&Sent; 3] = [&PRESIGNED, &PUT, &POST];

/// A string of JSON and of JavaScript.
fn json(text: &str) -> String {
    format!(
        "\"{}\"",
        text.replace('\\', "\\\\")
            .replace('"', "\\\"")
            .replace('\n', "\\n")
    )
}

/// A string of Python.
fn python(text: &str) -> String {
    format!(
        "'{}'",
        text.replace('\\', "\\\\")
            .replace('\'', "\\'")
            .replace('\n', "\\n")
    )
}

/// A word of sh.
fn sh(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// A string of PowerShell as Chromium writes it.
fn powershell(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '`' | '$' => {
                out.push('`');
                out.push(c);
            }
            '\n' => out.push_str("`n"),
            ' '..='~' => out.push(c),
            c => write!(out, "$([char]{})", u32::from(c)).unwrap(),
        }
    }
    out + "\""
}

fn each(sent: &Sent, one: impl Fn(&str, &str) -> String, between: &str) -> String {
    let lines: Vec<String> = sent.headers.iter().map(|(n, v)| one(n, v)).collect();
    lines.join(between)
}

fn named(sent: &Sent, name: &str, value: &str) -> String {
    each(
        sent,
        |n, v| format!("{{\"{name}\": {}, \"{value}\": {}}}", json(n), json(v)),
        ", ",
    )
}

fn har(sent: &Sent) -> String {
    let data = sent.body.map_or(String::new(), |body| {
        format!(
            ", \"postData\": {{\"mimeType\": \"x\", \"text\": {}}}",
            json(body)
        )
    });
    format!(
        "{{\"log\": {{\"version\": \"1.2\", \"entries\": [{{\"request\": {{\"method\": \"GET\", \"url\": \"https://example.com/\", \"httpVersion\": \"h2\", \"headers\": []}}, \"response\": {{\"status\": 200}}}}, {{\"startedDateTime\": \"2026\", \"request\": {{\"method\": \"{}\", \"url\": \"{}\", \"httpVersion\": \"http/2.0\", \"headers\": [{{\"name\": \":method\", \"value\": \"x\"}}, {}], \"bodySize\": 0{data}}}, \"response\": {{\"status\": 200, \"headers\": []}}}}]}}}}",
        sent.method,
        sent.url,
        named(sent, "name", "value")
    )
    .replace("}, ]", "}]")
}

fn har_entry(sent: &Sent) -> String {
    let whole = har(sent);
    let at = whole.find("{\"startedDateTime\"").unwrap();
    whole.get(at..whole.len() - 3).unwrap().to_owned()
}

fn httpie(sent: &Sent) -> String {
    let raw = sent
        .body
        .map_or(String::new(), |body| format!(" --raw {}", sh(body)));
    format!(
        "$ https {} {} \\\n  {}{raw}\n",
        sent.method,
        sh(sent.url),
        each(sent, |n, v| sh(&format!("{n}:{v}")), " \\\n  ")
    )
}

fn wget(sent: &Sent) -> String {
    let data = sent
        .body
        .map_or(String::new(), |body| format!(" --body-data={}", sh(body)));
    format!(
        "wget -qO- --method={} {}{data} {}",
        sent.method,
        each(
            sent,
            |n, v| format!("--header={}", sh(&format!("{n}: {v}"))),
            " "
        ),
        sh(sent.url)
    )
}

fn curl(sent: &Sent) -> String {
    let data = sent
        .body
        .map_or(String::new(), |body| format!(" --data-raw {}", sh(body)));
    format!(
        "curl -X {} {} {}{data}",
        sent.method,
        sh(sent.url),
        each(
            sent,
            |n, v| format!("-H {}", sh(&format!("{n}: {v}"))),
            " \\\n "
        )
    )
}

fn fetch(sent: &Sent) -> String {
    format!(
        "fetch({}, {{\n  \"headers\": {{\n    {}\n  }},\n  \"referrer\": \"https://app.example.com/\",\n  \"body\": {},\n  \"method\": \"{}\",\n  \"mode\": \"cors\"\n}});",
        json(sent.url),
        each(sent, |n, v| format!("{}: {}", json(n), json(v)), ",\n    "),
        sent.body.map_or("null".to_owned(), json),
        sent.method
    )
}

/// As Postman prints it.
fn fetch_of_names(sent: &Sent) -> String {
    let raw = sent.body.map_or(String::new(), |body| {
        format!("const raw = {};\n\n", json(body))
    });
    let body = if sent.body.is_some() {
        "  body: raw,\n"
    } else {
        ""
    };
    format!(
        "const myHeaders = new Headers();\n{}\n\n{raw}const requestOptions = {{\n  method: \"{}\",\n  headers: myHeaders,\n{body}  redirect: \"follow\"\n}};\n\nfetch({}, requestOptions)\n  .then((response) => response.text())\n",
        each(
            sent,
            |n, v| format!("myHeaders.append({}, {});", json(n), json(v)),
            "\n"
        ),
        sent.method,
        json(sent.url)
    )
}

fn axios(sent: &Sent) -> String {
    let (data, used) = match sent.body {
        Some(body) => (
            format!("let data = {};\n\n", python(body)),
            "  data : data\n",
        ),
        None => (String::new(), ""),
    };
    format!(
        "const axios = require('axios');\n{data}let config = {{\n  method: '{}',\n  maxBodyLength: Infinity,\n  url: {},\n  headers: {{ {} }},\n{used}}};\n\naxios.request(config)\n",
        sent.method.to_lowercase(),
        python(sent.url),
        each(sent, |n, v| format!("{}: {}", python(n), python(v)), ", ")
    )
}

fn xhr(sent: &Sent) -> String {
    format!(
        "const xhr = new XMLHttpRequest();\nxhr.open({}, {});\n{}\nxhr.send({});\n",
        json(sent.method),
        json(sent.url),
        each(
            sent,
            |n, v| format!("xhr.setRequestHeader({}, {});", json(n), json(v)),
            "\n"
        ),
        sent.body.map_or("null".to_owned(), json),
    )
}

/// As Postman prints it.
fn requests(sent: &Sent) -> String {
    let payload = sent.body.map_or("{}".to_owned(), python);
    format!(
        "import requests\n\nurl = \"{}\"\n\npayload = {payload}\nheaders = {{\n  {}\n}}\n\nresponse = requests.request(\"{}\", url, headers=headers, data=payload.encode('utf-8'))\n\nprint(response.text)\n",
        sent.url,
        each(
            sent,
            |n, v| format!("{}: {}", python(n), python(v)),
            ",\n  "
        ),
        sent.method
    )
}

/// As people write it.
fn requests_put(sent: &Sent) -> String {
    let data = sent.body.map_or(String::new(), |body| {
        format!(", data={}", json(body).replace("\\n", "\\n\"\n    \""))
    });
    format!(
        "r = requests.{}({}{data},\n    headers={{{}}})",
        sent.method.to_lowercase(),
        json(sent.url),
        each(sent, |n, v| format!("{}: {}", json(n), json(v)), ", ")
    )
}

fn http_client(sent: &Sent) -> String {
    let rest = sent.url.strip_prefix("https://").unwrap();
    let (host, path) = rest.split_at(rest.find('/').unwrap());
    format!(
        "import http.client\n\nconn = http.client.HTTPSConnection({})\npayload = {}\nheaders = {{ {} }}\nconn.request(\"{}\", \"{path}\", payload, headers)\nres = conn.getresponse()\n",
        json(host),
        python(sent.body.unwrap_or_default()),
        each(sent, |n, v| format!("{}: {}", python(n), python(v)), ", "),
        sent.method
    )
}

fn invoke(sent: &Sent) -> String {
    let body = sent.body.map_or(String::new(), |body| {
        format!(
            " `\n-Body ([System.Text.Encoding]::UTF8.GetBytes({}))",
            powershell(body)
        )
    });
    format!(
        "$session = New-Object Microsoft.PowerShell.Commands.WebRequestSession\nInvoke-WebRequest -UseBasicParsing -Uri {} `\n-Method \"{}\" `\n-WebSession $session `\n-Headers @{{\n\"method\"=\"{}\"\n  \"scheme\"=\"https\"\n  {}\n}}{body}\n",
        powershell(sent.url),
        sent.method,
        sent.method,
        each(
            sent,
            |n, v| format!("{}={}", powershell(n), powershell(v)),
            "\n  "
        )
    )
}

fn postman(sent: &Sent) -> String {
    let body = sent.body.map_or(String::new(), |body| {
        format!(
            ", \"body\": {{\"mode\": \"raw\", \"raw\": {}, \"options\": {{\"raw\": {{\"language\": \"text\"}}}}}}",
            json(body)
        )
    });
    format!(
        "{{\"info\": {{\"name\": \"x\"}}, \"item\": [{{\"name\": \"y\", \"request\": {{\"method\": \"{}\", \"header\": [{}{}{{\"key\": \"x-amz-off\", \"value\": \"1\", \"disabled\": true}}]{body}, \"url\": {{\"raw\": {}, \"protocol\": \"https\"}}}}, \"response\": []}}]}}",
        sent.method,
        named(sent, "key", "value"),
        if sent.headers.is_empty() { "" } else { ", " },
        json(sent.url)
    )
}

fn insomnia(sent: &Sent) -> String {
    let body = sent.body.map_or("{}".to_owned(), |body| {
        format!("{{\"mimeType\": \"x\", \"text\": {}}}", json(body))
    });
    format!(
        "{{\"_type\": \"export\", \"__export_format\": 4, \"resources\": [{{\"_id\": \"req_0af1\", \"parentId\": \"wrk_1\", \"url\": {}, \"name\": \"x\", \"method\": \"{}\", \"body\": {body}, \"parameters\": [], \"headers\": [{}], \"authentication\": {{}}, \"_type\": \"request\"}}]}}",
        json(sent.url),
        sent.method,
        named(sent, "name", "value")
    )
}

fn http_file(sent: &Sent) -> String {
    let rest = sent.url.strip_prefix("https://").unwrap();
    let (host, path) = rest.split_at(rest.find('/').unwrap());
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let query = if query.is_empty() {
        String::new()
    } else {
        format!("\n    ?{}", query.replace('&', "\n    &"))
    };
    let body = sent
        .body
        .map_or(String::new(), |body| format!("\n{body}\n"));
    format!(
        "@host = {host}\n@base = https://{{{{host}}}}\n\n### One\n# @name one\n{} {{{{base}}}}{path}{query}\n# a comment\n{}\n{body}\n> {{% client.log(1) %}}\n",
        sent.method,
        each(sent, |n, v| format!("{n}: {v}"), "\n// another\n")
    )
}

fn bruno(sent: &Sent) -> String {
    let (kind, body) = sent.body.map_or(("none", String::new()), |body| {
        let kind = if body.starts_with('{') {
            "json"
        } else {
            "text"
        };
        (
            kind,
            format!("\nbody:{kind} {{\n  {}\n}}\n", body.replace('\n', "\n  ")),
        )
    });
    format!(
        "meta {{\n  name: one\n  type: http\n  seq: 1\n}}\n\n{} {{\n  url: {}\n  body: {kind}\n  auth: none\n}}\n\nheaders {{\n  {}\n  ~X-Amz-Off: 1\n}}\n{body}",
        sent.method.to_lowercase(),
        sent.url.replace("https://", "{{scheme}}://"),
        each(sent, |n, v| format!("{n}: {v}"), "\n  ")
    ) + "\nvars:pre-request {\n  scheme: https\n}\n"
}

fn insomnia_yaml(sent: &Sent) -> String {
    let body = sent.body.map_or(String::new(), |body| {
        format!(
            "    body:\n      mimeType: x\n      text: |-\n        {}\n",
            body.replace('\n', "\n        ")
        )
    });
    let headers = each(
        sent,
        |n, v| {
            let value = if v.contains('"') {
                format!("'{}'", v.replace('\'', "''"))
            } else {
                v.replace(", ", ",\n          ")
            };
            format!("      - name: {n}\n        value: {value}\n")
        },
        "",
    );
    let headers = if headers.is_empty() {
        headers
    } else {
        format!("    headers:\n{headers}")
    };
    format!(
        "type: collection.insomnia.rest/5.0\nname: x\ncollection:\n  - url: {}\n    name: one\n    meta:\n      id: req_1\n    method: {}\n{body}{headers}    settings:\n      encodeUrl: true\n",
        sent.url, sent.method
    )
}

fn rest_file(sent: &Sent) -> String {
    let body = sent
        .body
        .map_or(String::new(), |body| format!("\n{body}\n"));
    format!(
        "{} {}\n{}\n{body}\n###\n",
        sent.method,
        sent.url,
        each(sent, |n, v| format!("{n}: {v}"), "\n")
    )
}

/// How a request is written in a shape.
type Printer = fn(&Sent) -> String;

const SHAPES: [(&str, Printer); 19] = [
    ("curl-command", curl),
    ("har", har),
    ("har", har_entry),
    ("httpie-command", httpie),
    ("wget-command", wget),
    ("fetch", fetch),
    ("fetch", fetch_of_names),
    ("axios", axios),
    ("xmlhttprequest", xhr),
    ("python-requests", requests),
    ("python-requests", requests_put),
    ("python-http-client", http_client),
    ("powershell", invoke),
    ("postman", postman),
    ("insomnia", insomnia),
    ("http-file", http_file),
    ("bruno", bruno),
    ("insomnia", insomnia_yaml),
    ("http-request", rest_file),
];

fn work(text: &str) -> Work {
    let mut ring = Keyring::new();
    ring.push(NamedSecret {
        name: "the test".to_owned(),
        key_id: None,
        material: Material::Secret(Sensitive::new(SECRET.as_bytes().to_vec())),
        session_token: None,
    });
    let mut bench = Workbench::new(Arc::new(Fixed(ring)));
    bench.inputs.push(Input {
        name: "input".to_owned(),
        source: Source::File,
        bytes: Bytes::copy_from_slice(text.as_bytes()),
    });
    bench.work(Now {
        at: chrono::DateTime::UNIX_EPOCH,
        stated: false,
    })
}

#[test]
fn one_request_in_every_shape_verifies_as_one() {
    let mut wrong = Vec::new();
    for sent in ALL {
        for (shape, print) in SHAPES {
            let text = print(sent);
            let work = work(&text);
            let verdict = &work.analysis.diagnosis.verdict;
            let shapes: Vec<&str> = work.case.requests.iter().map(|r| r.shape.0).collect();
            let trace = work.analysis.trace.as_ref();
            let canonical = trace.and_then(|trace| {
                let stage = trace.stage(Role::CanonicalRequest)?;
                Some(String::from_utf8_lossy(stage.output.public()?).into_owned())
            });
            if verdict.id != VerdictId::Match
                || shapes != [shape]
                || canonical.as_deref() != Some(sent.canonical)
            {
                wrong.push(format!(
                    "{} as {shape} {shapes:?}: {} {canonical:?}\n{text}\n",
                    sent.name, verdict.sentence
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A call in Python as it is sent; botocore signed the bytes that Python makes of `data`.
fn put_of(data: &str, hash: &str, signature: &str) -> String {
    format!(
        "requests.put(\"https://examplebucket.s3.eu-west-1.amazonaws.com/photos/a.png\", data={data}, headers={{\n    \
         \"X-Amz-Date\": \"20260402T140310Z\",\n    \"X-Amz-Content-SHA256\": \"{hash}\",\n    \"Authorization\": \
         \"AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260402/eu-west-1/s3/aws4_request, \
         SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature={signature}\"}})\n"
    )
}

fn body_of(text: &str) -> Vec<u8> {
    let case = read(text.as_bytes());
    let [request] = case.requests.as_slice() else {
        panic!("{text}: {:?}", case.pieces);
    };
    let Body::Held { span, .. } = &request.body else {
        panic!("{text}: {:?}", request.body);
    };
    case.docs.bytes(*span).to_vec()
}

#[test]
fn bytes_of_python_are_bytes_and_verify() {
    let cases: [(&str, &[u8], &str, &str); 3] = [
        (
            r#"b"\x89PNG\xff""#,
            b"\x89PNG\xff",
            "88d68653bc6eba8184e26ce031ad2c828ea72973d7fd3863823a2704e6b41940",
            "dc9381e827389add8baa1e8fb209c633ffd9c99f28cc037847c8171fa161990f",
        ),
        (
            r#"b"\101\12\x00\u+12f\/\400""#,
            b"A\n\0\\u+12f\\/\0",
            "66436773541198eaa07b23ab33b89a4a977eafd9a30eea135028e5a4bf693362",
            "a77705523bab5c371af24c3028756507150c479fec3bded8357e0a1984fd6b6b",
        ),
        (
            r#"b"\377" rb"\x41" B"\'\"\\""#,
            b"\xff\\x41'\"\\",
            "bc67dd02b03184f743e4afa76133a3ca4656838aa90e711f25aafe3daf4a4b3b",
            "b0373bf79b54578ad20e50fc3f64f39bea9de33d94eadc284cb4b6f6dae7a3db",
        ),
    ];
    for (data, bytes, hash, signature) in cases {
        let text = put_of(data, hash, signature);
        assert_eq!(body_of(&text), bytes, "{text}");
        let work = work(&text);
        let diagnosis = &work.analysis.diagnosis;
        assert_eq!(diagnosis.verdict.id, VerdictId::Match, "{text}");
        let mismatch = diagnosis
            .findings
            .iter()
            .any(|finding| finding.id == "content-sha256-mismatch");
        assert!(!mismatch, "{text}");
    }
}

#[test]
fn texts_of_python_have_characters_and_octal_ones() {
    for (data, bytes) in [
        (r#""\101\7\351\x89""#, "A\u{7}\u{e9}\u{89}"),
        (r#""\x+f\u+12f\U+001F600""#, r"\x+f\u+12f\U+001F600"),
        (r#""\8\1018""#, r"\8A8"),
        // What begins no escape keeps its backslash.
        (r#""\/\$\e\q""#, r"\/\$\e\q"),
        ("\"a\\\nb\"", "ab"),
    ] {
        let text = put_of(data, &"a".repeat(64), &"b".repeat(64));
        assert_eq!(body_of(&text), bytes.as_bytes(), "{text}");
    }
}

/// Node sends what `fetch` is given here as these bytes, and bash what `curl` is (both were asked).
#[test]
fn escapes_of_javascript_and_of_a_shell_are_those_of_their_own() {
    let headers = [
        "X-Amz-Date: 20260402T140310Z".to_owned(),
        format!("X-Amz-Content-SHA256: {}", "a".repeat(64)),
    ];
    let url = "https://examplebucket.s3.eu-west-1.amazonaws.com/photos/a.png";
    let fetch = |body: &str| {
        let headers: Vec<String> = headers
            .iter()
            .map(|line| line.split_once(": ").unwrap())
            .map(|(name, value)| format!("\"{name}\": \"{value}\""))
            .collect();
        let headers = headers.join(", ");
        format!("fetch(\"{url}\", {{method: \"PUT\", headers: {{{headers}}}, body: {body}}});\n")
    };
    for (body, bytes) in [
        (r#""\xe9\351\u00e9\u{e9}\ud83d\ude00\u{1F600}""#, "éééé😀😀"),
        (r#""\7\778\400\0""#, "\u{7}?8 0\0"),
        (r#""\a\e\q\$\/\é""#, "aeq$/é"),
        ("'a\\\nb\\\r\nc\\\u{2028}d'", "abcd"),
    ] {
        assert_eq!(body_of(&fetch(body)), bytes.as_bytes(), "{body}");
    }
    for (body, bytes) in [
        (
            r"$'\xe9\351\u00e9\U1F600'",
            &b"\xe9\xe9\xc3\xa9\xf0\x9f\x98\x80"[..],
        ),
        (r"$'\q\/\x\cA\?\E'", b"\\q\\/\\x\x01?\x1b"),
        ("$'a\\\nb'", b"a\\\nb"),
    ] {
        let [date, hash] = &headers;
        let text = format!("curl -X PUT '{url}' -H '{date}' -H '{hash}' --data-binary {body}\n");
        assert_eq!(body_of(&text), bytes, "{body}");
    }
}

#[test]
fn bytes_of_python_in_a_header_are_not_encoded() {
    let text = put_of("b'x'", &"a".repeat(64), &"b".repeat(64)).replace(
        "\"X-Amz-Date\"",
        r#""X-Amz-Meta-Say": b"\xc3\xbc\101", "X-Amz-Meta-Text": "\xfc", "X-Amz-Date""#,
    );
    let case = read(text.as_bytes());
    let request = case.requests.first().unwrap();
    let value = |name: &[u8]| {
        let header = request.headers.iter().find(|header| match header.name {
            Given::Stated(span) => case.docs.bytes(span).eq_ignore_ascii_case(name),
            Given::Implied(_) => false,
        });
        case.docs.bytes(header.unwrap().value).to_vec()
    };
    assert_eq!(value(b"x-amz-meta-say"), b"\xc3\xbcA");
    assert_eq!(value(b"x-amz-meta-text"), b"\xfc");
}

#[test]
fn a_shape_that_is_cut_anywhere_is_read_as_far_as_it_goes() {
    for (shape, print) in SHAPES {
        let text = print(&PUT);
        for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)) {
            let case = read(text.get(..end).unwrap().as_bytes());
            places::check(&case);
            assert!(case.requests.len() <= 1, "{shape} cut at {end}");
        }
    }
}

#[test]
fn a_quote_that_is_missing_loses_no_more_than_it_must() {
    for (shape, print) in SHAPES {
        let text = print(&PUT);
        for (at, _) in text.match_indices(['"', '\'', '`']) {
            let mut torn = text.clone();
            torn.remove(at);
            places::check(&read(torn.as_bytes()));
        }
        let twice = format!("{text}\n\n{text}\n");
        let case = read(twice.as_bytes());
        places::check(&case);
        let shapes: Vec<&str> = case.requests.iter().map(|r| r.shape.0).collect();
        assert_eq!(shapes.len(), 2, "{shape}: {twice}");
        assert_eq!(shapes.first(), Some(&shape), "{twice}");
    }
}

#[test]
fn words_about_requests_are_none() {
    for text in [
        "I call fetch( with the x-amz-date header and it fails",
        "fetch(url).then(r => r.json())",
        "fetch(\"https://example.com/\", {\"method\": \"PUT\"})",
        "http PUT requests to AWS with a signature fail",
        "use http PUT https://example.com/ a=b",
        "wget -qO- https://example.com/install.sh | sh",
        "requests.get(\"https://example.com/\", headers={\"Accept\": \"*/*\"})",
        "session.get('https://example.com')",
        "axios.get('https://example.com')",
        "Invoke-WebRequest -Uri https://example.com/x.zip -OutFile x.zip",
        "xhr.open(\"GET\", \"https://example.com/\"); xhr.send();",
        "open(\"x-amz.txt\", \"r\")",
        "{\"request\": {\"x\": \"amz\"}}",
        "fetch(presignedUrl, {method: 'PUT', body: file, headers: {'x-amz-acl': 'private'}})",
        "requests.post(response['url'], data=response['fields'], headers={'x-amz-acl': 'x'})",
        "{\"request\": {\"method\": \"PUT\", \"url\": \"{{presigned_aws_url}}\", \"header\": []}}",
        "{\"entries\": [{\"name\": \"amz\"}]}",
        "{\"request\": {\"method\": \"GET\", \"url\": \"https://example.com/\"}}",
        "{\"_id\": \"req_1\", \"url\": \"https://example.com/\", \"_type\": \"request\"}",
    ] {
        let case = read(text.as_bytes());
        assert!(case.requests.is_empty(), "{text}: {:?}", case.pieces);
    }
}
