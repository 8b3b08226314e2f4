//! Requests and answers inside traces, dumps and logs: one signed request, and what each program prints of it.

#![expect(
    clippy::string_slice,
    reason = "all texts are ASCII where they are cut"
)]
#![expect(clippy::format_collect, reason = "a few lines, once a test")]
#![expect(clippy::format_push_string, reason = "a few lines, once a test")]

use std::fmt::Write as _;
use std::sync::Arc;

use sigscope::engine::diagnose::VerdictId;
use sigscope::engine::scheme::{Now, Role};
use sigscope::engine::secret::{Keyring, Material, NamedSecret, Sensitive};
use sigscope::workbench::{Fixed, Work, Workbench};

use super::*;

/// The example key of the AWS documentation; the request was signed with it by botocore.
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const HEAD: &str = "PUT /bkt/test%20%24file.text?x-id=PutObject HTTP/1.1\r
Host: 127.0.0.1:9123\r
Content-Type: text/plain\r
X-Amz-Meta-Say: it's \"50%\" & more\r
Content-Length: 30\r
X-Amz-Date: 20260402T101500Z\r
X-Amz-Content-SHA256: 2468dd943e219f6b3a25172e6fbd787a1281fcaa9fb2b11b1d81924e2886f8b9\r
Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260402/us-east-1/s3/aws4_request, SignedHeaders=content-length;content-type;host;x-amz-content-sha256;x-amz-date;x-amz-meta-say, Signature=82de85966689d60ef4f2d6d8ee464d12a84aa663a0e7f6d5e8479468a1c0ead5\r
\r
";
const BODY: &str = "Welcome to Amazon S3.\nzwei \"x\"";
const CANONICAL: &str = "PUT
/bkt/test%20%24file.text
x-id=PutObject
content-length:30
content-type:text/plain
host:127.0.0.1:9123
x-amz-content-sha256:2468dd943e219f6b3a25172e6fbd787a1281fcaa9fb2b11b1d81924e2886f8b9
x-amz-date:20260402T101500Z
x-amz-meta-say:it's \"50%\" & more

content-length;content-type;host;x-amz-content-sha256;x-amz-date;x-amz-meta-say
2468dd943e219f6b3a25172e6fbd787a1281fcaa9fb2b11b1d81924e2886f8b9";
const ANSWER: &str = "HTTP/1.1 403 Forbidden\r
Date: Thu, 02 Apr 2026 10:15:01 GMT\r
Content-Type: application/xml\r
Content-Length: 147\r
\r
";
const XML: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>SignatureDoesNotMatch</Code><Message>m</Message><RequestId>4442587FB7D0A2F9</RequestId></Error>";

/// How much of a message a program prints.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
enum Shows {
    All,
    /// The head alone.
    Head,
}

/// Each line of `text` as `line` prints it, line ends not among it.
fn lines(text: &str, line: impl Fn(usize, &str) -> String) -> String {
    let text = text.strip_suffix('\n').unwrap_or(text);
    text.split('\n')
        .enumerate()
        .map(|(at, text)| line(at, text.trim_end_matches('\r')))
        .collect()
}

/// A literal as Python, Ruby, Go and JSON escape it.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '\r' => out.push_str("\\r"),
            '\n' => out.push_str("\\n"),
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}

/// curl's rows of a chunk: full after 64 bytes, and broken where a line ends.
fn rows(text: &str) -> String {
    let mut out = String::new();
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let line = rest.find("\r\n").unwrap_or(rest.len());
        let len = line.min(64);
        let row: String = rest[..len]
            .chars()
            .map(|c| if c == '\n' { '.' } else { c })
            .collect();
        writeln!(out, "{at:04x}: {row}").unwrap();
        at += if line <= 64 { len + 2 } else { len };
    }
    out
}

/// curl's rows in hexadecimal.
fn hex_rows(text: &str) -> String {
    let mut out = String::new();
    for (at, row) in text.as_bytes().chunks(16).enumerate() {
        let mut pairs: String = row.iter().map(|b| format!("{b:02x} ")).collect();
        while pairs.len() < 48 {
            pairs.push(' ');
        }
        let shown: String = row
            .iter()
            .map(|b| match b {
                b' '..=b'~' => char::from(*b),
                _ => '.',
            })
            .collect();
        writeln!(out, "{:04x}: {pairs}{shown}", at * 16).unwrap();
    }
    out
}

fn chunk(front: &str, what: &str, text: &str, rows: fn(&str) -> String) -> String {
    format!(
        "{front}{what}, {} bytes (0x{:x})\n{}",
        text.len(),
        text.len(),
        rows(text)
    )
}

/// A trace of curl; an interim answer comes between head and body.
fn curl_trace(head: &str, front: &str, rows: fn(&str) -> String) -> String {
    let mut out = format!("{front}== Info: Connected to 127.0.0.1 (127.0.0.1) port 9123\n");
    out += &chunk(front, "=> Send header", head, rows);
    out += &chunk(front, "<= Recv header", "HTTP/1.1 100 Continue\r\n", rows);
    out += &chunk(front, "<= Recv header", "\r\n", rows);
    out += &chunk(front, "=> Send data", BODY, rows);
    out += &format!("{front}== Info: We are completely uploaded and fine\n");
    for line in ANSWER.split_inclusive('\n') {
        out += &chunk(front, "<= Recv header", line, rows);
    }
    out += &chunk(front, "<= Recv data", XML, rows);
    out + &format!("{front}== Info: Connection #0 to host 127.0.0.1 left intact\n")
}

/// The rows of a dump: offset, bytes in hexadecimal, and what can be printed of them.
fn dumped(text: &str, row: impl Fn(usize, &[String], &str) -> String) -> String {
    let rows = text.as_bytes().chunks(16).enumerate();
    rows.map(|(at, bytes)| {
        let pairs: Vec<String> = bytes.iter().map(|b| format!("{b:02x}")).collect();
        let shown: String = bytes
            .iter()
            .map(|b| match b {
                b' '..=b'~' => char::from(*b),
                _ => '.',
            })
            .collect();
        row(at * 16, &pairs, &shown)
    })
    .collect()
}

/// The pairs of a row, its halves apart.
fn halves(pairs: &[String], between: &str, halves: &str, width: usize) -> String {
    let (first, second) = pairs.split_at(pairs.len().min(8));
    let both = [first, second].map(|half| half.join(between));
    format!("{:<width$}", both.join(halves))
}

/// Java's wire log: one line of it for each line of the message.
fn wire(direction: &str, text: &str) -> String {
    let text = text.replace('\r', "[\\r]").replace('\n', "[\\n]\n");
    text.trim_end_matches('\n').split('\n').enumerate().fold(String::new(), |out, (at, line)| {
        out + &format!("2026-04-02 10:15:00,{at:03} [main] DEBUG org.apache.http.wire - http-outgoing-0 {direction} \"{line}\"\n")
    })
}

/// Java's log of heads.
fn heads(direction: &str, head: &str) -> String {
    lines(head.trim_end(), |at, line| {
        format!(
            "2026-04-02 10:15:00,{at:03} [main] DEBUG org.apache.http.headers - http-outgoing-0 {direction} {line}\n"
        )
    })
}

/// One request and its answer as each program prints them.
fn frames() -> Vec<(&'static str, Shows, String)> {
    frames_of(HEAD)
}

fn frames_of(head: &str) -> Vec<(&'static str, Shows, String)> {
    let go = |body: &str| {
        format!(
            "2026/04/02 10:15:00 DEBUG: Request s3/PutObject Details:\n---[ REQUEST POST-SIGN ]-----------------------------\n{head}{body}\n-----------------------------------------------------\n2026/04/02 10:15:01 DEBUG: Response s3/PutObject Details:\n---[ RESPONSE ]--------------------------------------\n{ANSWER}\n\n-----------------------------------------------------\n2026/04/02 10:15:01 {XML}\n-----------------------------------------------------\n"
        )
    };
    let all = go(BODY);
    let (sent, received) = all.split_at(all.find("2026/04/02 10:15:01").unwrap());
    let log = |text: &str| {
        format!(
            "time=\"2026-04-02T10:15:00Z\" level=debug msg=\"{}\"\n",
            escaped(text)
        )
    };
    let plain_head = head.trim_end().replace('\r', "");
    let headers = plain_head.split_once('\n').unwrap().1;
    let answer_headers = ANSWER.trim_end().split_once('\n').unwrap().1;
    let minio = format!(
        "[REQUEST s3.PutObject] [2026-04-02T10:15:00.123] [Client IP: 127.0.0.1]\nPUT /bkt/test%20%24file.text?x-id=PutObject\nProto: HTTP/1.1\n{headers}\n<BODY>\n[RESPONSE] [2026-04-02T10:15:00.130] [ Duration 7ms TTFB 7ms \u{2191} 129 B  \u{2193} 589 B ]\n403 Forbidden\n{answer_headers}\n{XML}\n"
    );
    let cpp = |type_of: &str, text: &str| {
        format!("[DEBUG] 2026-04-02 10:15:00.123 CURL [140123456789] ({type_of}) {text}\n")
    };
    let libcurl = format!(
        "* Connected to 127.0.0.1\n> {head}{BODY}* upload completely sent off\n{}{XML}* Connection #0 left intact\n",
        lines(ANSWER, |_, line| format!("< {line}\r\n"))
    );
    vec![
        (
            "raw",
            Shows::All,
            format!("{head}{BODY}\n\n{ANSWER}{XML}\n"),
        ),
        ("curl --trace", Shows::All, curl_trace(head, "", hex_rows)),
        (
            "curl --trace --trace-time --trace-ids",
            Shows::All,
            curl_trace(head, "10:15:00.123456 [0-0] ", hex_rows),
        ),
        (
            "curl --trace-ascii",
            Shows::Head,
            curl_trace(head, "", rows),
        ),
        (
            "curl --trace-ascii --trace-time, indented",
            Shows::Head,
            lines(&curl_trace(head, "10:15:00.123456 ", rows), |_, line| {
                format!("    {line}\n")
            }),
        ),
        (
            "curl -v --trace-time",
            Shows::Head,
            lines(head, |at, line| format!("10:15:00.{at:06} > {line}\n"))
                + "10:15:00.123456 } [30 bytes data]\n"
                + &lines(ANSWER, |at, line| format!("10:15:01.{at:06} < {line}\n"))
                + "10:15:01.123456 { [147 bytes data]\n"
                + XML,
        ),
        ("libcurl: one mark before a head", Shows::All, libcurl),
        (
            "AWS SDK for C++",
            Shows::All,
            cpp("HeaderOut", head)
                + &cpp("DataOut", BODY)
                + &lines(ANSWER, |_, line| cpp("HeaderIn", &format!("{line}\r\n")))
                + &cpp("DataIn", XML),
        ),
        ("AWS SDK for Go v1, with bodies", Shows::All, all.clone()),
        ("AWS SDK for Go v1", Shows::Head, go("")),
        (
            "AWS SDK for Go v2",
            Shows::Head,
            format!(
                "SDK 2026/04/02 10:15:00 DEBUG Request\n{head}\nSDK 2026/04/02 10:15:01 DEBUG Response\n{ANSWER}{XML}\n"
            ),
        ),
        (
            "logrus around the SDK for Go",
            Shows::All,
            log(sent) + &log(received),
        ),
        (
            "Docker's JSON around logrus around the SDK for Go",
            Shows::All,
            [sent, received]
                .map(|text| {
                    format!(
                        "{{\"log\":\"{}\",\"stream\":\"stderr\"}}\n",
                        escaped(&log(text))
                    )
                })
                .concat(),
        ),
        (
            "Java's wire log",
            Shows::All,
            wire(">>", head) + &wire(">>", BODY) + &wire("<<", ANSWER) + &wire("<<", XML),
        ),
        (
            "Java's log of heads",
            Shows::Head,
            heads(">>", head) + &heads("<<", ANSWER) + XML,
        ),
        (
            "both of Java's logs",
            Shows::All,
            heads(">>", head)
                + &wire(">>", head)
                + &wire(">>", BODY)
                + &wire("<<", ANSWER)
                + &heads("<<", ANSWER)
                + &wire("<<", XML),
        ),
        (
            "Python's http.client",
            Shows::All,
            format!(
                "send: b\"{}\"\nsend: b'{}'\nreply: 'HTTP/1.1 403 Forbidden\\r\\n'\n{}{XML}\n",
                escaped(head),
                BODY.replace('\n', "\\n"),
                lines(
                    ANSWER.trim_end().split_once('\n').unwrap().1,
                    |_, line| format!("header: {line}\n")
                )
            ),
        ),
        (
            "Ruby's Net::HTTP",
            Shows::All,
            format!(
                "opening connection to 127.0.0.1:9123...\nopened\n<- \"{}\"\n-> \"HTTP/1.1 100 Continue\\r\\n\"\n-> \"\\r\\n\"\n<- \"{}\"\n{}reading 147 bytes...\n-> \"\"\n-> \"{}\"\nread 147 bytes\nConn keep-alive\n",
                escaped(head),
                escaped(BODY),
                lines(ANSWER, |_, line| format!("-> \"{line}\\r\\n\"\n")),
                escaped(XML)
            ),
        ),
        (
            "pieces that a program joins",
            Shows::Head,
            format!(
                "  _header: {} +\n",
                head.split_inclusive('\n')
                    .map(|line| format!("\"{}\"", escaped(line)))
                    .collect::<Vec<_>>()
                    .join(" +\n      ")
            ),
        ),
        (
            "mc admin trace -v",
            Shows::Head,
            lines(&minio, |_, line| format!("127.0.0.1:9000 {line}\n")),
        ),
        (
            "mc admin trace -v, indented",
            Shows::Head,
            lines(&minio, |_, line| format!(" {line}\n")),
        ),
        (
            "mc --debug",
            Shows::All,
            format!(
                "mc: <DEBUG> {head}{BODY}\nmc: <DEBUG> {ANSWER}{XML}\nmc: <DEBUG> Response Time:  3.6ms\n\n"
            ),
        ),
        (
            "minio-go",
            Shows::Head,
            format!(
                "---------START-HTTP---------\n{head}{ANSWER}{XML}\n---------END-HTTP---------\n"
            ),
        ),
        (
            "rclone --dump headers,auth",
            Shows::Head,
            format!(
                "2026/04/02 10:15:00 DEBUG : >>>>>>>>>>>>>>>>>>>>\n2026/04/02 10:15:00 DEBUG : HTTP REQUEST (req 0xc00072fb00)\n2026/04/02 10:15:00 DEBUG : {head}2026/04/02 10:15:00 DEBUG : >>>>>>>>>>>>>>>>>>>>\n2026/04/02 10:15:01 DEBUG : <<<<<<<<<<<<<<<<<<<<\n2026/04/02 10:15:01 DEBUG : HTTP RESPONSE (req 0xc00072fb00)\n2026/04/02 10:15:01 DEBUG : {ANSWER}{XML}\n2026/04/02 10:15:01 DEBUG : <<<<<<<<<<<<<<<<<<<<\n"
            ),
        ),
        ("botocore", Shows::Head, {
            let quoted = |value: &str| {
                if value.contains('"') && !value.contains('\'') || value.contains('"') {
                    format!("'{}'", value.replace('\'', "\\'"))
                } else {
                    format!("'{value}'")
                }
            };
            let dict = |lines: &str, mark: &str| {
                let members = lines.lines().filter_map(|line| line.split_once(": "));
                members
                    .map(|(name, value)| format!("'{name}': {mark}{}", quoted(value)))
                    .collect::<Vec<_>>()
                    .join(", ")
            };
            format!(
                "2026-04-02 10:15:00,797 botocore.endpoint [DEBUG] Making request for OperationModel(name=PutObject) with params: {{'url_path': '/k', 'headers': {{'x-amz-acl': 'private'}}}}\n2026-04-02 10:15:00,798 botocore.endpoint [DEBUG] Sending http request: <AWSPreparedRequest stream_output=False, method=PUT, url=http://127.0.0.1:9123/bkt/test%20%24file.text?x-id=PutObject, headers={{{}}}>\n2026-04-02 10:15:01,001 urllib3.connectionpool [DEBUG] http://127.0.0.1:9123 \"PUT /bkt/test%20%24file.text?x-id=PutObject HTTP/1.1\" 403 147\n2026-04-02 10:15:01,002 botocore.parsers [DEBUG] Response headers: {{{}}}\n2026-04-02 10:15:01,002 botocore.parsers [DEBUG] Response body:\nb'{}'\n",
                dict(head, "b"),
                dict(ANSWER, ""),
                XML.replace('\n', "\\n")
            )
        }),
        (
            "the HttpRequest of the SDK for JavaScript v3",
            Shows::All,
            format!(
                "HttpRequest {{\n  method: 'PUT',\n  protocol: 'http:',\n  hostname: '127.0.0.1',\n  port: 9123,\n  path: '/bkt/test%20%24file.text',\n  query: {{ 'x-id': 'PutObject' }},\n  headers: {{\n{}  }},\n  username: undefined,\n  body: '{}'\n}}\nHttpResponse {{\n  statusCode: 403,\n  reason: 'Forbidden',\n  headers: {{\n{}  }},\n  body: '{}'\n}}\n",
                lines(head.trim_end().split_once('\n').unwrap().1, |_, line| {
                    let (name, value) = line.split_once(": ").unwrap();
                    format!("    '{name}': '{}',\n", value.replace('\'', "\\'"))
                }),
                BODY.replace('\n', "\\n"),
                lines(ANSWER.trim_end().split_once('\n').unwrap().1, |_, line| {
                    let (name, value) = line.split_once(": ").unwrap();
                    format!("    '{name}': '{value}',\n")
                }),
                XML.replace('\n', "\\n"),
            ),
        ),
        (
            "the Request of the SDK for Rust",
            Shows::All,
            format!(
                "TRACE aws_smithy_runtime::client::orchestrator: transmitting request request=Request {{ body: SdkBody {{ inner: Once(Some(b\"{}\")), retryable: true }}, uri: Uri {{ as_string: \"http://127.0.0.1:9123/bkt/test%20%24file.text?x-id=PutObject\", parsed: H0(http://127.0.0.1:9123/) }}, method: PUT, extensions: Extensions {{ }}, headers: Headers {{ headers: {{{}}} }} }}\nTRACE aws_smithy_runtime: response=Response {{ status: StatusCode(403), headers: Headers {{ headers: {{{}}} }}, body: SdkBody {{ inner: Once(Some(b\"{}\")), retryable: true }}, extensions: Extensions {{ }} }}\n",
                escaped(BODY),
                head.lines()
                    .filter_map(|line| line.split_once(": "))
                    .map(|(name, value)| format!(
                        "\"{name}\": HeaderValue {{ _private: H0(\"{}\") }}",
                        escaped(value)
                    ))
                    .collect::<Vec<_>>()
                    .join(", "),
                ANSWER
                    .lines()
                    .filter_map(|line| line.split_once(": "))
                    .map(|(name, value)| format!(
                        "\"{name}\": HeaderValue {{ _private: H0(\"{value}\") }}"
                    ))
                    .collect::<Vec<_>>()
                    .join(", "),
                escaped(XML),
            ),
        ),
        ("s3cmd -d", Shows::Head, {
            let dict = head
                .lines()
                .filter_map(|line| line.split_once(": "))
                .filter(|(name, _)| *name != "Host")
                .map(|(name, value)| format!("'{name}': '{}'", value.replace('\'', "\\'")))
                .collect::<Vec<_>>()
                .join(", ");
            format!(
                "DEBUG: signature-v4 headers: {{{dict}}}\nDEBUG: Processing request, please wait...\nDEBUG: get_hostname(bkt): 127.0.0.1:9123\nDEBUG: ConnMan.get(): creating new connection: http://127.0.0.1:9123\nDEBUG: format_uri(): /bkt/test%20%24file.text?x-id=PutObject\nDEBUG: Sending request method_string='PUT', uri='/bkt/test%20%24file.text?x-id=PutObject', headers={{{dict}}}, body=(30 bytes)\nDEBUG: ConnMan.put(): connection put back to pool (http://127.0.0.1:9123#1)\nDEBUG: Response:\n{{'data': b'{}'\n         b'{}',\n 'headers': {{'content-length': '147',\n             'content-type': 'application/xml',\n             'date': 'Thu, 02 Apr 2026 10:15:01 GMT'}},\n 'reason': 'Forbidden',\n 'size': 30,\n 'status': 403}}\n",
                XML[..60].replace('\n', "\\n"),
                &XML[60..]
            )
        }),
        (
            "OkHttp on Android",
            Shows::All,
            lines(
                &format!(
                    "--> PUT http://127.0.0.1:9123/bkt/test%20%24file.text?x-id=PutObject http/1.1\n{headers}\n\n{BODY}\n--> END PUT (30-byte body)\n<-- 403 Forbidden http://127.0.0.1:9123/bkt/test%20%24file.text (12ms)\n{answer_headers}\n\n{XML}\n<-- END HTTP (147-byte body)\n"
                ),
                |at, line| {
                    format!(
                        "2026-04-02 10:15:00.{at:03}  4242  4243 I okhttp.OkHttpClient: {line}\n"
                    )
                },
            ),
        ),
        (
            "Soto's logger",
            Shows::Head,
            format!(
                "2026-04-02T10:15:00+0000 info Soto : aws-request-id=1 [SotoCore] Request:\n  PutObject\n  PUT http://127.0.0.1:9123/bkt/test%20%24file.text?x-id=PutObject\n  Headers: [\n{}  ]\n  Body: raw, 30 bytes\n2026-04-02T10:15:00+0000 info Soto : aws-request-id=1 [SotoCore] Response:\n  Status : 403\n  Headers: [\n{}  ]\n  Body: \n{XML}\n",
                lines(headers, |_, line| format!(
                    "    {}\n",
                    line.replacen(": ", " : ", 1)
                )),
                lines(answer_headers, |_, line| format!(
                    "    {}\n",
                    line.replacen(": ", " : ", 1)
                ))
            ),
        ),
        (
            ".NET's HttpRequestMessage",
            Shows::Head,
            format!(
                "Method: PUT, RequestUri: 'http://127.0.0.1:9123/bkt/test%20%24file.text?x-id=PutObject', Version: 1.1, Content: System.Net.Http.StringContent, Headers:\r\n{{\r\n{}}}\r\nStatusCode: 403, ReasonPhrase: 'Forbidden', Version: 1.1, Content: System.Net.Http.HttpConnectionResponseContent, Headers:\r\n{{\r\n{}}}\r\n{XML}\n",
                lines(headers, |_, line| format!("  {line}\r\n")),
                lines(answer_headers, |_, line| format!("  {line}\r\n"))
            ),
        ),
        (
            ".NET's HttpClient",
            Shows::Head,
            format!(
                "info: System.Net.Http.HttpClient.Default.ClientHandler[100]\n      Sending HTTP request PUT http://127.0.0.1:9123/bkt/test%20%24file.text?x-id=PutObject\ntrce: System.Net.Http.HttpClient.Default.ClientHandler[102]\n      Request Headers:\n{}info: System.Net.Http.HttpClient.Default.ClientHandler[101]\n      Received HTTP response headers after 12.3456ms - 403\ntrce: System.Net.Http.HttpClient.Default.ClientHandler[103]\n      Response Headers:\n{}{XML}\n",
                lines(headers, |_, line| format!("      {line}\n")),
                lines(answer_headers, |_, line| format!("      {line}\n"))
            ),
        ),
        (
            ".NET's trace",
            Shows::Head,
            format!(
                "System.Net Information: 0 : [11648] HttpWebRequest#1234 - Request: PUT /bkt/test%20%24file.text?x-id=PutObject HTTP/1.1\r\n\r\nSystem.Net Information: 0 : [11648] ConnectStream#5678 - Sending headers\r\n{{\r\n{}}}.\r\nSystem.Net Information: 0 : [11648] Connection#9 - Received status line: Version=1.1, StatusCode=403, StatusDescription=Forbidden.\r\nSystem.Net Information: 0 : [11648] Connection#9 - Received headers\r\n{{\r\n{}}}.\r\n{XML}\n",
                lines(headers, |_, line| format!("{line}\r\n")),
                lines(answer_headers, |_, line| format!("{line}\r\n"))
            ),
        ),
        (
            "the panel of a browser",
            Shows::Head,
            format!(
                "Request URL: http://127.0.0.1:9123/bkt/test%20%24file.text?x-id=PutObject\nRequest Method: PUT\nStatus Code: 403 Forbidden\nRemote Address: 127.0.0.1:9123\nReferrer Policy: no-referrer\nResponse Headers\n{answer_headers}\nRequest Headers\n:authority: 127.0.0.1:9123\n:method: PUT\n{headers}\n\n{XML}\n"
            ),
        ),
        (
            "the panel of a browser, names and values on lines of their own",
            Shows::Head,
            {
                let apart = |text: &str| {
                    text.trim_end_matches('\r')
                        .replace(": ", "\n")
                        .replace('\r', "")
                };
                format!(
                    "Request URL\nhttp://127.0.0.1:9123/bkt/test%20%24file.text?x-id=PutObject\nRequest Method\nPUT\nStatus Code\n403 Forbidden\nReferrer Policy\nno-referrer\nresponse headers\n{}\nrequest headers\n:authority\n127.0.0.1:9123\n{}\n\n{XML}\n",
                    apart(answer_headers),
                    apart(headers)
                )
            },
        ),
        (
            "the panel of a browser without headings",
            Shows::Head,
            format!(
                "Request URL: http://127.0.0.1:9123/bkt/test%20%24file.text?x-id=PutObject\nRequest Method: PUT\nStatus Code: 403\n:authority: 127.0.0.1:9123\n:path: /bkt/test%20%24file.text?x-id=PutObject\n{headers}\n\n{XML}\n"
            ),
        ),
        (
            "the same with colons, each value on a line of its own",
            Shows::Head,
            format!(
                "Request URL:\nhttp://127.0.0.1:9123/bkt/test%20%24file.text?x-id=PutObject\nRequest Method:\nPUT\nStatus Code:\n403 Forbidden\n\n:authority:\n127.0.0.1:9123\n:method:\nPUT\n{}\n\n{XML}\n",
                headers.replace(": ", ":\n").replace('\r', "")
            ),
        ),
        ("a dump of one's own", Shows::Head, {
            let list = |text: &str| {
                lines(text, |_, line| {
                    format!("\t{}\n", line.replacen(": ", " : ", 1))
                })
            };
            format!(
                " ******* HttpRequest *******\n Request url        : http://127.0.0.1:9123/bkt/test%20%24file.text?x-id=PutObject\n Request method     : PUT\n Request headers    : \n{} Response headers   : \n{} Status             : 403\n Status-Description : Forbidden\n Response           : {XML}\n",
                list(headers),
                list(answer_headers)
            )
        }),
        ("hexdump -C", Shows::All, {
            let dump = |text: &str| {
                dumped(text, |at, pairs, shown| {
                    format!("{at:08x}  {}  |{shown}|\n", halves(pairs, " ", "  ", 49))
                })
            };
            dump(&format!("{head}{BODY}")) + "\n" + &dump(&format!("{ANSWER}{XML}"))
        }),
        ("xxd", Shows::All, {
            let dump = |text: &str| {
                dumped(text, |at, pairs, shown| {
                    let groups: Vec<String> = pairs.chunks(2).map(<[String]>::concat).collect();
                    format!("{at:08x}: {:<39}  {shown}\n", groups.join(" "))
                })
            };
            dump(&format!("{head}{BODY}")) + "\n" + &dump(&format!("{ANSWER}{XML}"))
        }),
        ("Netty", Shows::All, {
            let dump = |text: &str| {
                "         +-------------------------------------------------+\n         |  0  1  2  3  4  5  6  7  8  9  a  b  c  d  e  f |\n+--------+-------------------------------------------------+----------------+\n".to_owned()
                    + &dumped(text, |at, pairs, shown| format!("|{at:08x}| {:<48}|{shown:<16}|\n", pairs.join(" ")))
                    + "+--------+-------------------------------------------------+----------------+\n"
            };
            dump(&format!("{head}{BODY}")) + &dump(&format!("{ANSWER}{XML}"))
        }),
        ("the sockets of .NET's trace", Shows::All, {
            let dump = |text: &str| {
                dumped(text, |at, pairs, shown| {
                    format!(
                        "System.Net.Sockets Verbose: 0 : [11648] {at:08x} : {} : {shown}\n",
                        halves(pairs, " ", "-", 47)
                    )
                })
            };
            dump(&format!("{head}{BODY}")) + &dump(&format!("{ANSWER}{XML}"))
        }),
        (
            "docker compose",
            Shows::All,
            lines(&format!("{head}{BODY}\n{ANSWER}{XML}\n"), |_, line| {
                format!("app-1  | {line}\n")
            }),
        ),
    ]
}

/// What is made of a text with the secret of the request at hand.
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
        name: "input".into(),
        source: Source::File,
        bytes: Bytes::copy_from_slice(text.as_bytes()),
    });
    bench.work(Now {
        at: chrono::DateTime::UNIX_EPOCH,
        stated: false,
    })
}

#[test]
fn every_frame_around_one_request_leaves_the_same_request() {
    for (name, shows, text) in frames() {
        let work = work(&text);
        let case = &work.case;
        assert_eq!(case.requests.len(), 1, "{name}: {:#?}\n{text}", case.pieces);
        assert_eq!(method(case), "PUT", "{name}");
        let target = &case.requests[0].target;
        let path = super::text(case, target.path);
        let query = super::text(case, target.query.unwrap());
        assert_eq!(
            format!("{path}?{query}"),
            "/bkt/test%20%24file.text?x-id=PutObject",
            "{name}"
        );
        let got: Vec<String> = headers(case, 0)
            .iter()
            .map(|h| h.replacen("| ", "|", 1).replace("(host)", "Host"))
            .map(|h| h.trim_end().to_owned())
            .collect();
        let want: Vec<String> = HEAD
            .lines()
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| format!("{name}|{value}"))
            .collect();
        assert_eq!(got, want, "{name}");
        let whole = body(case, 0).map(|(body, _)| body);
        let want = (shows == Shows::All).then(|| BODY.to_owned());
        assert_eq!(whole, want, "{name}");
        let trace = work.analysis.trace.as_ref().unwrap();
        let stage = trace.stage(Role::CanonicalRequest).unwrap();
        let canonical = stage.output.public().unwrap();
        assert_eq!(String::from_utf8_lossy(canonical), CANONICAL, "{name}");
        let verdict = &work.analysis.diagnosis.verdict;
        assert_eq!(verdict.id, VerdictId::Match, "{name}: {}", verdict.sentence);
        if name != "pieces that a program joins" {
            let answers: Vec<_> = case
                .evidence
                .iter()
                .filter_map(|e| e.answer.as_ref())
                .collect();
            assert_eq!(answers.len(), 1, "{name}: {:#?}", case.evidence);
            assert_eq!(answers[0].status, Some(403), "{name}");
            assert_eq!(
                super::text(case, answers[0].code.unwrap()),
                "SignatureDoesNotMatch",
                "{name}"
            );
        }
        assert!(
            !ids(case).contains(&"unrecognised-rest"),
            "{name}: {:#?}",
            case.pieces
        );
    }
}

/// Every frame but that of `raw`, cut behind each byte of its request, is read without harm and gives no request that
/// was not there.
#[test]
fn a_frame_that_is_cut_anywhere_yields_one_request_at_most() {
    for (name, _, text) in frames() {
        let bytes = text.as_bytes();
        let step = (bytes.len() / 120).max(1);
        for end in (0..bytes.len()).step_by(step) {
            let case = read(&bytes[..end]);
            // Of a request that is printed twice, the second print is one of its own where it is cut.
            let prints = if name == "both of Java's logs" { 2 } else { 1 };
            assert!(case.requests.len() <= prints, "{name} cut at {end}");
            for request in &case.requests {
                assert!(
                    case.docs.whole(request.span.doc).contains(request.span),
                    "{name}"
                );
            }
        }
    }
}

#[test]
fn very_many_frames_take_no_longer_than_their_length() {
    for (name, _, text) in frames() {
        let many = text.repeat(600_000 / text.len());
        let started = std::time::Instant::now();
        let case = read(many.as_bytes());
        let took = started.elapsed();
        assert!(case.requests.len() >= 50, "{name}: {}", case.requests.len());
        assert!(
            took < std::time::Duration::from_secs(8),
            "{name} took {took:?}"
        );
    }
}

#[test]
fn a_body_that_a_trace_shows_with_dots_is_not_taken_for_what_was_sent() {
    let case = read(curl_trace(HEAD, "", rows).as_bytes());
    assert_eq!(body(&case, 0), None);
    assert!(ids(&case).contains(&"trace-dots"));
    // What the request says of its body proves that these dots are dots.
    let sent = "a.b";
    let hash = "2e7336dc8eba87ef472df568c35482abf2575dc3e5eac0c5c62b8ffaeac2c934";
    let head = format!(
        "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nX-Amz-Content-Sha256: {hash}\r\n\r\n"
    );
    let trace = chunk("", "=> Send header", &head, rows) + &chunk("", "=> Send data", sent, rows);
    let case = one(trace.as_bytes());
    assert_eq!(
        body(&case, 0),
        Some((sent.into(), false)),
        "{:?}",
        ids(&case)
    );
    assert!(!ids(&case).contains(&"trace-dots"));
}

#[test]
fn a_hidden_signature_is_no_mismatch_and_is_asked_for() {
    let hidden = HEAD.replace("AWS4-HMAC-SHA256 Credential", "XXXX Credential");
    let start = hidden.find("XXXX").unwrap() + 4;
    let end = start + hidden[start..].find('\r').unwrap();
    let hidden = format!("{}{}", &hidden[..start], &hidden[end..]);
    let log = format!(
        "2026/04/02 10:15:00 DEBUG : HTTP REQUEST (req 0xc00072fb00)\n2026/04/02 10:15:00 DEBUG : {hidden}2026/04/02 10:15:00 DEBUG : >>>>>>>>>>>>>>>>>>>>\n"
    );
    let work = work(&log);
    assert_eq!(work.analysis.diagnosis.verdict.id, VerdictId::Undecided);
    let said = work
        .analysis
        .diagnosis
        .findings
        .iter()
        .find(|f| f.id == "authorization-hidden")
        .unwrap();
    assert!(said.help.contains("--dump headers,auth"), "{}", said.help);
    let log = format!(
        "mc: <DEBUG> {}\n",
        HEAD.replace(
            "82de85966689d60ef4f2d6d8ee464d12a84aa663a0e7f6d5e8479468a1c0ead5",
            "**REDACTED**"
        )
        .replace("AKIAIOSFODNN7EXAMPLE", "**REDACTED**")
    );
    let work = self::work(&log);
    assert_eq!(work.analysis.diagnosis.verdict.id, VerdictId::Undecided);
}

#[test]
fn a_rule_of_dashes_ends_a_body_and_a_boundary_does_not() {
    let parts = "-----------------------------------------------------------7\r\nx\r\n-----------------------------------------------------------7--\r\n";
    let text =
        format!("POST / HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data\r\n\r\n{parts}");
    assert_eq!(body(&one(text.as_bytes()), 0).unwrap().0, parts);
}

#[test]
fn a_token_is_masked_however_its_frame_spells_it() {
    let token = "FwoGZXIvYXdzEPlantedSessionToken/ofTheLeakageTest+0123456789abcdefghij==";
    let head = HEAD.replace("Host:", &format!("X-Amz-Security-Token: {token}\r\nHost:"));
    for (name, _, text) in frames_of(&head) {
        let case = one(text.as_bytes());
        let header = case.requests[0]
            .headers
            .iter()
            .find(|h| super::text(&case, h.value).trim() == token)
            .unwrap_or_else(|| panic!("{name}: {:?}", headers(&case, 0)));
        let (doc, given) = case.docs.given().next().unwrap();
        let value = header.value.from(1);
        let value = value.until(token.len());
        let stands = case.docs.to_given(value);
        assert_eq!(stands.doc, doc, "{name}");
        let hidden = |at: usize| {
            given
                .masks()
                .iter()
                .any(|(mask, _)| mask.range().contains(&at))
        };
        for at in stands.range() {
            assert!(
                hidden(at),
                "{name}: {at} of {stands:?} in {:?}",
                given.masks()
            );
        }
        // Columns break it anywhere.
        for part in [&token[..16], &token[token.len() - 8..]] {
            for at in memchr::memmem::find_iter(given.bytes(), part.as_bytes()) {
                assert!(hidden(at), "{name}: {part} once more at {at}");
            }
        }
    }
}

/// What a line of a Java log makes, and whether it is told that it stands before the signature.
fn java(line: &str) -> (Case, bool) {
    let case = read(line.as_bytes());
    let told = ids(&case).contains(&"printed-before-signing");
    (case, told)
}

#[test]
fn what_the_sdks_for_java_print_before_they_sign_counts_where_nothing_else_does() {
    let first = "12:00:00 DEBUG com.amazonaws.request - Sending Request: PUT https://bkt.s3.amazonaws.com /a%20b.txt Parameters: ({\"x-id\":[\"Put Object\"]}) Headers: (Date: Thu, 02 Apr 2026 10:15:00 GMT, User-Agent: aws-sdk-java/1.12, OpenJDK, Content-Type: text/plain, ) \n";
    let (case, told) = java(first);
    assert!(told);
    assert_eq!(method(&case), "PUT");
    let target = &case.requests[0].target;
    assert_eq!(
        text(&case, target.authority.unwrap()),
        "bkt.s3.amazonaws.com"
    );
    assert_eq!(text(&case, target.path), "/a%20b.txt");
    assert_eq!(text(&case, target.query.unwrap()), "x-id=Put%20Object");
    assert_eq!(
        headers(&case, 0),
        [
            "(host)|bkt.s3.amazonaws.com",
            "Date| Thu, 02 Apr 2026 10:15:00 GMT",
            "User-Agent| aws-sdk-java/1.12, OpenJDK",
            "Content-Type| text/plain"
        ]
    );
    let second = "12:00:00 DEBUG software.amazon.awssdk.request - Sending Request: DefaultSdkHttpFullRequest(httpMethod=PUT, protocol=http, host=127.0.0.1, port=9123, encodedPath=/bkt/k, headers=[amz-sdk-invocation-id, User-Agent], queryParameters=[])\n";
    let (case, told) = java(second);
    assert!(told);
    assert_eq!(headers(&case, 0), ["(host)|127.0.0.1:9123"]);
    assert_eq!(text(&case, case.requests[0].target.path), "/bkt/k");
    // The wire tells all of it.
    for line in [first, second] {
        let (case, told) = java(&format!("{line}{}{}", wire(">>", HEAD), wire(">>", BODY)));
        assert!(!told);
        assert_eq!(case.requests.len(), 1);
        assert!(
            headers(&case, 0)
                .iter()
                .any(|h| h.starts_with("Authorization"))
        );
        assert!(
            !ids(&case).contains(&"unrecognised-rest"),
            "{:?}",
            case.findings
        );
    }
}

#[test]
fn headers_that_rust_does_not_show_are_no_values() {
    let log = "TRACE request=Request { method: POST, uri: https://ssm.us-east-1.amazonaws.com/, version: HTTP/1.1, headers: {\"host\": \"ssm.us-east-1.amazonaws.com\", \"authorization\": Sensitive, \"x-amz-date\": \"20260402T101500Z\"}, body: SdkBody(Once(Some(b\"{}\"))) }\n";
    let work = work(log);
    let found = &work.analysis.diagnosis;
    assert_eq!(found.verdict.id, VerdictId::Undecided);
    assert!(
        found
            .findings
            .iter()
            .any(|f| f.id == "authorization-hidden")
    );
    assert_eq!(body(&work.case, 0).unwrap().0, "{}");
}

#[test]
fn what_a_log_leaves_out_is_said() {
    let log = "DEBUG: signature-v4 headers: {'x-amz-date': u'20260402T101500Z', 'Authorization': u'AWS4-HMAC-SHA256 Credential=A/20260402/us-east-1/s3/aws4_request,SignedHeaders=host;x-amz-date,Signature=00'}\nDEBUG: get_hostname(b): b.s3.amazonaws.com\nDEBUG: format_uri(): /?prefix=a%2F\n";
    let case = one(log.as_bytes());
    assert_eq!(ids(&case), ["log-incomplete"]);
    assert_eq!(method(&case), "(GET)");
    assert_eq!(headers(&case, 0)[0], "(host)|b.s3.amazonaws.com");
    assert_eq!(
        text(&case, case.requests[0].target.query.unwrap()),
        "prefix=a%2F"
    );
    // The canonical request before tells the method.
    let case = one(format!("DEBUG: Canonical Request:\nPUT\n{log}").as_bytes());
    assert_eq!((method(&case).as_str(), ids(&case)), ("PUT", vec![]));
    // And, where nothing tells where it was sent, what it asked for.
    let signed = "DEBUG: Canonical Request:\nGET\n/k%20l\nversionId=1\nhost:b.s3.amazonaws.com\nx-amz-date:20260402T101500Z\n\nhost;x-amz-date\nUNSIGNED-PAYLOAD\n----------------------\n";
    let sent = log.replace("DEBUG: format_uri(): /?prefix=a%2F\n", "");
    let case = one(format!("{signed}{sent}").as_bytes());
    assert_eq!(
        (method(&case).as_str(), ids(&case)),
        ("GET", vec!["log-incomplete"])
    );
    let target = &case.requests[0].target;
    assert_eq!(text(&case, target.path), "/k%20l");
    assert_eq!(text(&case, target.query.unwrap()), "versionId=1");
    // What was sent is told by no one else where it is.
    let case = one(format!("{signed}{log}").as_bytes());
    assert_eq!(ids(&case), [""; 0]);
    assert_eq!(text(&case, case.requests[0].target.path), "/");
    let case = one(b"Request URL: https://b.s3.amazonaws.com/k\nRequest headers:\n x-amz-date: 20260402T101500Z\n");
    assert_eq!(ids(&case), ["method-not-told"]);
}

#[test]
fn a_panel_that_shows_the_source_of_its_headers_is_one_request() {
    let panel = |mark: &str| {
        format!(
            "{mark}General{mark}\n\nRemote Address:192.0.2.7:80\nRequest URL:http://examplebucket.s3.amazonaws.com/a\nRequest Method:PUT\nStatus Code:403 Forbidden\n\n{mark}Response Headers{mark}\n\nHTTP/1.1 403 Forbidden\nContent-Type: application/xml\nServer: AmazonS3\n\n{mark}Request Headers{mark}\n\nPUT /a HTTP/1.1\nHost: examplebucket.s3.amazonaws.com\nOrigin: http://localhost:9000\n\n"
        )
    };
    for mark in ["", "**", "## "] {
        let case = one(panel(mark).as_bytes());
        assert_eq!(method(&case), "PUT", "{mark}");
        assert_eq!(
            headers(&case, 0),
            [
                "Host| examplebucket.s3.amazonaws.com",
                "Origin| http://localhost:9000"
            ],
            "{mark}"
        );
        assert_eq!(case.evidence.len(), 1, "{mark}: {:#?}", case.pieces);
    }
}

#[test]
fn headers_of_an_answer_under_a_panel_s_first_lines_are_not_taken_for_the_request_s() {
    let panel = "Request URL: https://b.s3.amazonaws.com/k\nRequest Method: GET\nStatus Code: 403 Forbidden\nserver: AmazonS3\nx-amz-request-id: 4442587FB7D0A2F9\n";
    let case = one(panel.as_bytes());
    let names: Vec<String> = headers(&case, 0);
    assert!(names.iter().all(|h| !h.contains("AmazonS3")), "{names:?}");
}
