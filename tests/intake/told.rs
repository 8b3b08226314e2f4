//! Requests as programs tell them: one signed request in the words of each, which verifies in all of them.
//!
//! Both requests were signed by botocore with the example key of the AWS documentation.

use std::sync::Arc;

use sigscope::engine::diagnose::VerdictId;
use sigscope::engine::scheme::{Now, Role};
use sigscope::engine::secret::{Keyring, Material, NamedSecret, Sensitive};
use sigscope::workbench::{Fixed, Work, Workbench};

use super::growth;
use super::*;

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

const HOST: &str = "search-demo.us-east-1.es.amazonaws.com";
const AUTH: &str = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260701/us-east-1/es/aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature=8df9f5f83bce286dcac8be81465b10a9e5c9520d6baa647741a51385348715e5";
pub(super) const CANONICAL: &str = "GET\n/logs/_search\nq=a%20b&size=5\ncontent-type:application/json\nhost:search-demo.us-east-1.es.amazonaws.com\nx-amz-date:20260701T120000Z\n\ncontent-type;host;x-amz-date\ne3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

const PRESIGNED: &str = "https://examplebucket.s3.eu-west-1.amazonaws.com/in/a%20b.txt?x-id=PutObject&tagging=k%3Dv&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20260701%2Feu-west-1%2Fs3%2Faws4_request&X-Amz-Date=20260701T120000Z&X-Amz-Expires=600&X-Amz-SignedHeaders=host&X-Amz-Signature=a65260ae911a26b024b62019a31000154c3a8bec8d7f8dd1802f863085a2b055";
const CANONICAL_PRESIGNED: &str = "PUT\n/in/a%20b.txt\nX-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20260701%2Feu-west-1%2Fs3%2Faws4_request&X-Amz-Date=20260701T120000Z&X-Amz-Expires=600&X-Amz-SignedHeaders=host&tagging=k%3Dv&x-id=PutObject\nhost:examplebucket.s3.eu-west-1.amazonaws.com\n\nhost\nUNSIGNED-PAYLOAD";

/// A template with the parts of the signed request put in.
pub(super) fn fill(template: &str) -> String {
    template
        .replace("ADDRESS", &format!("https://{HOST}TARGET"))
        .replace("TARGET", "/logs/_search?q=a%20b&size=5")
        .replace("HOST", HOST)
        .replace("DATE", "20260701T120000Z")
        .replace("AUTH", AUTH)
}

/// What each program prints of the request that is signed in its header.
const TOLD: &[(&str, &str)] = &[
    (
        "Firefox, headers and all",
        "{\n\t\"GET\": {\n\t\t\"scheme\": \"https\",\n\t\t\"host\": \"HOST\",\n\t\t\"filename\": \"/logs/_search\",\n\t\t\"query\": {\n\t\t\t\"q\": \"a b\",\n\t\t\t\"size\": \"5\"\n\t\t},\n\t\t\"remote\": {\n\t\t\t\"Address\": \"192.0.2.1:443\"\n\t\t}\n\t}\n}\n{\n\t\"Request Headers (512 B)\": {\n\t\t\"headers\": [\n\t\t\t{\n\t\t\t\t\"name\": \"Content-Type\",\n\t\t\t\t\"value\": \"application/json\"\n\t\t\t},\n\t\t\t{\n\t\t\t\t\"name\": \"X-Amz-Date\",\n\t\t\t\t\"value\": \"DATE\"\n\t\t\t},\n\t\t\t{\n\t\t\t\t\"name\": \"Authorization\",\n\t\t\t\t\"value\": \"AUTH\"\n\t\t\t}\n\t\t]\n\t}\n}\n",
    ),
    (
        "sh, what is set above the command",
        "#!/bin/sh\nexport BASE=https://HOST WHEN='DATE'\nTYPE=application/json\n$ WHERE=\"${BASE}/logs/_search?q=a%20b&size=5\"\nSIGNED=\"AUTH\"\n\ncurl -s \"${WHERE}\" \\\n  -H \"Content-Type: $TYPE\" -H \"X-Amz-Date: ${WHEN}\" \\\n  -H \"Authorization: $SIGNED\"\n",
    ),
    (
        "cmd",
        "set \"BASE=https://HOST\"\r\nset WHEN=DATE\r\ncurl \"%BASE%/logs/_search?q=a%20b&size=5\" ^\r\n  -H \"Content-Type: application/json\" -H \"X-Amz-Date: %when%\" ^\r\n  -H \"Authorization: AUTH\"\r\n",
    ),
    (
        "PowerShell",
        "$base = \"https://HOST\"\n$env:WHEN = 'DATE'\n$uri=\"$base/logs/_search?q=a%20b&size=5\"\ncurl.exe $uri `\n  -H \"Content-Type: application/json\" -H \"X-Amz-Date: $env:WHEN\" `\n  -H \"Authorization: AUTH\"\n",
    ),
    (
        "HTTPie and a variable",
        "DAY=DATE\nhttp GET 'ADDRESS' Content-Type:application/json X-Amz-Date:$DAY Authorization:\"AUTH\"\n",
    ),
    (
        "curl, HTTP/2",
        "* [HTTP/2] [1] OPENED stream for ADDRESS\n* [HTTP/2] [1] [:method: GET]\n* [HTTP/2] [1] [:scheme: https]\n* [HTTP/2] [1] [:authority: HOST]\n* [HTTP/2] [1] [:path: TARGET]\n* [HTTP/2] [1] [content-type: application/json]\n* [HTTP/2] [1] [x-amz-date: DATE]\n* [HTTP/2] [1] [authorization: AUTH]\n",
    ),
    (
        "Envoy",
        "[2026-07-01 12:00:00.000][15][debug][http] [source/common/http/conn_manager_impl.cc:1049] [C1][S2] request headers complete (end_stream=false):\n':authority', 'HOST'\n':path', 'TARGET'\n':method', 'GET'\n'content-type', 'application/json'\n'x-amz-date', 'DATE'\n'authorization', 'AUTH'\n\n",
    ),
    (
        "nginx",
        "2026/07/01 12:00:00 [debug] 7#7: *1 http request line: \"GET TARGET HTTP/1.1\"\n2026/07/01 12:00:00 [debug] 7#7: *1 http header: \"Host: HOST\"\n2026/07/01 12:00:00 [debug] 7#7: *1 http header: \"Content-Type: application/json\"\n2026/07/01 12:00:00 [debug] 7#7: *1 http header: \"X-Amz-Date: DATE\"\n2026/07/01 12:00:00 [debug] 7#7: *1 http header: \"Authorization: AUTH\"\n2026/07/01 12:00:00 [debug] 7#7: *1 http header done\n",
    ),
    (
        "HAProxy",
        "00000001:fe.clireq[000a:ffffffff]: GET TARGET HTTP/1.1\n00000001:fe.clihdr[000a:ffffffff]: host: HOST\n00000001:fe.clihdr[000a:ffffffff]: content-type: application/json\n00000001:fe.clihdr[000a:ffffffff]: x-amz-date: DATE\n00000001:fe.clihdr[000a:ffffffff]: authorization: AUTH\n",
    ),
    (
        "ngrep",
        "T 10.0.0.5:51234 -> 10.0.0.9:80 [AP]\n  GET TARGET HTTP/1.1.\n  Host: HOST.\n  Content-Type: application/json.\n  X-Amz-Date: DATE.\n  Authorization: AUTH.\n  .\n##\n",
    ),
    (
        "Wireshark's details of a packet",
        "Hypertext Transfer Protocol\n    GET TARGET HTTP/1.1\\r\\n\n        Request Method: GET\n        Request URI: TARGET\n        Request Version: HTTP/1.1\n    Host: HOST\\r\\n\n    Content-Type: application/json\\r\\n\n    X-Amz-Date: DATE\\r\\n\n    Authorization: AUTH\\r\\n\n    \\r\\n\n    [Full request URI: http://HOSTTARGET]\n    [HTTP request 1/1]\n",
    ),
    (
        "Java's HttpADDRESSConnection",
        "FINE: sun.net.www.MessageHeader@5b1d2887 6 pairs: {GET TARGET HTTP/1.1: null}{Content-Type: application/json}{X-Amz-Date: DATE}{Authorization: AUTH}{Host: HOST}\n",
    ),
    (
        "Terraform",
        "2026-07-01T12:00:00.000Z [DEBUG] provider.terraform-provider-aws_v5.20.0_x5: HTTP Request Sent: @caller=github.com/hashicorp/aws-sdk-go-base/v2@v2.0.0-beta.36/logging/tf_logger.go:45 aws.region=us-east-1 http.request.header.content_type=application/json net.peer.name=HOST @module=aws http.method=GET http.request.header.authorization=\"AUTH\" http.request.header.x_amz_date=DATE http.url=ADDRESS rpc.method=Bulk rpc.service=OpenSearch rpc.system=aws-api http.flavor=1.1 http.user_agent=\"APN/1.0 HashiCorp/1.0\" tf_aws.sdk=aws-sdk-go-v2 tf_mux_provider=\"*schema.GRPCProviderServer\" timestamp=2026-07-01T12:00:00.000Z\n",
    ),
    (
        "minio-java on one line",
        "ErrorResponse(code = SignatureDoesNotMatch, message = The request signature we calculated does not match the signature you provided. Check your key and signing method., bucketName = my-bucket, objectName = null, resource = /my-bucket, requestId = 17, hostId = 42) request={method=GET, url=ADDRESS, headers=Host: HOST Content-Type: application/json X-Amz-Date: DATE Authorization: AUTH } response={code=403, headers=Server: nginx }\n",
    ),
    (
        "dio of Dart",
        "*** Request ***\nuri: ADDRESS\nmethod: GET\nresponseType: ResponseType.json\nfollowRedirects: true\nheaders:\n content-type: application/json\n X-Amz-Date: DATE\n Authorization: AUTH\n\n*** DioError ***:\nuri: ADDRESS\nDioError [DioErrorType.response]: Http status error [403]\n",
    ),
    (
        "Ktor",
        "REQUEST: ADDRESS\nMETHOD: HttpMethod(value=GET)\nCOMMON HEADERS\n-> Accept: */*\n-> Accept-Charset: UTF-8\n-> Authorization: AUTH\n-> X-Amz-Date: DATE\nCONTENT HEADERS\n-> Content-Type: application/json\nRESPONSE: 403 Forbidden\n",
    ),
    (
        "Werkzeug",
        "<Request 'ADDRESS' [GET]>\nHost: HOST\nContent-Type: application/json\nX-Amz-Date: DATE\nAuthorization: AUTH\n",
    ),
    (
        "httpx",
        "<Request('GET', 'ADDRESS')> Headers({'host': 'HOST', 'content-type': 'application/json', 'x-amz-date': 'DATE', 'authorization': 'AUTH'})\n",
    ),
    (
        "aiohttp",
        "RequestInfo(url=URL('ADDRESS'), method='GET', headers=<CIMultiDictProxy('Host': 'HOST', 'Content-Type': 'application/json', 'X-Amz-Date': 'DATE', 'Authorization': 'AUTH', 'Accept': '*/*')>, real_url=URL('ADDRESS'))\n",
    ),
    (
        "a logger of Spring",
        "2026-07-01 12:00:00.000 DEBUG 1 --- [main] LoggingInterceptor : URI         : ADDRESS\n2026-07-01 12:00:00.000 DEBUG 1 --- [main] LoggingInterceptor : Method      : GET\n2026-07-01 12:00:00.000 DEBUG 1 --- [main] LoggingInterceptor : Headers     : [Accept:\"text/plain, */*\", Content-Type:\"application/json\", X-Amz-Date:\"DATE\", Authorization:\"AUTH\"]\n2026-07-01 12:00:00.000 DEBUG 1 --- [main] LoggingInterceptor : Request body: {\"a\":1}\n",
    ),
    (
        "REST Assured",
        "Request method:\tGET\nRequest URI:\tADDRESS\nProxy:\t\t\t<none>\nRequest params:\t<none>\nQuery params:\t<none>\nForm params:\t<none>\nPath params:\t<none>\nHeaders:\t\tAuthorization=AUTH\n\t\t\t\tX-Amz-Date=DATE\n\t\t\t\tAccept=*/*\n\t\t\t\tContent-Type=application/json\nCookies:\t\t<none>\nMultiparts:\t\t<none>\n",
    ),
    (
        "Swift",
        "▿ Optional(ADDRESS)\nOptional([\"Authorization\": \"AUTH\", \"X-Amz-Date\": \"DATE\", \"Content-Type\": \"application/json\", \"Host\": \"HOST\"])\nGET\n",
    ),
];

/// And of the one that is signed in its query.
const TOLD_PRESIGNED: &[(&str, &str)] = &[(
    "Firefox",
    "{\n\t\"PUT\": {\n\t\t\"scheme\": \"https\",\n\t\t\"host\": \"examplebucket.s3.eu-west-1.amazonaws.com\",\n\t\t\"filename\": \"/in/a%20b.txt\",\n\t\t\"query\": {\n\t\t\t\"x-id\": \"PutObject\",\n\t\t\t\"tagging\": \"k=v\",\n\t\t\t\"X-Amz-Algorithm\": \"AWS4-HMAC-SHA256\",\n\t\t\t\"X-Amz-Credential\": \"AKIDEXAMPLE/20260701/eu-west-1/s3/aws4_request\",\n\t\t\t\"X-Amz-Date\": \"20260701T120000Z\",\n\t\t\t\"X-Amz-Expires\": \"600\",\n\t\t\t\"X-Amz-SignedHeaders\": \"host\",\n\t\t\t\"X-Amz-Signature\": \"a65260ae911a26b024b62019a31000154c3a8bec8d7f8dd1802f863085a2b055\"\n\t\t}\n\t}\n}\n",
)];

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

/// Checks that `text` holds one request, and that its signature is proved with the canonical request `canonical`.
pub(super) fn verifies(name: &str, text: &str, canonical: &str) {
    let work = work(text);
    let case = &work.case;
    assert_eq!(case.requests.len(), 1, "{name}: {:#?}\n{text}", case.pieces);
    let diagnosis = &work.analysis.diagnosis;
    assert_eq!(
        diagnosis.verdict.id,
        VerdictId::Match,
        "{name}: {} {:#?}\n{text}",
        diagnosis.verdict.sentence,
        diagnosis.findings
    );
    let trace = work.analysis.trace.as_ref().unwrap();
    let stage = trace.stage(Role::CanonicalRequest).unwrap();
    let made = String::from_utf8_lossy(stage.output.public().unwrap()).into_owned();
    assert_eq!(made, canonical, "{name}");
}

#[test]
fn a_request_verifies_in_the_words_of_each_program() {
    for (name, template) in TOLD {
        verifies(name, &fill(template), CANONICAL);
    }
    for (name, text) in TOLD_PRESIGNED {
        verifies(name, text, CANONICAL_PRESIGNED);
    }
}

/// Cut anywhere, none of them says that a signature is right or wrong which is not whole.
#[test]
fn each_may_be_cut_anywhere() {
    let texts = TOLD.iter().map(|(name, text)| (name, fill(text)));
    let others = TOLD_PRESIGNED
        .iter()
        .map(|(name, text)| (name, (*text).to_owned()));
    for (name, text) in texts.chain(others) {
        for end in 0..text.len() {
            if let Some(cut) = text.get(..end) {
                let case = read(cut.as_bytes());
                assert!(case.requests.len() <= 2, "{name}: {cut}");
            }
        }
    }
}

#[test]
fn each_takes_no_more_time_than_its_length() {
    for (_, text) in TOLD {
        growth::check("", &fill(text));
    }
    for (_, text) in TOLD_PRESIGNED {
        growth::check("", text);
    }
}

/// A presigned URL in a variable is the URL of the command below it, and no request of its own.
#[test]
fn a_url_in_a_variable_is_that_of_the_command() {
    let text = format!("ADDRESS=\"{PRESIGNED}\"\ncurl -X PUT --upload-file a.txt \"$ADDRESS\"\n");
    verifies("sh", &text, CANONICAL_PRESIGNED);
    let case = read(text.as_bytes());
    assert_eq!(case.requests[0].shape.0, "curl-command");
}

/// What is set nowhere is not known; a parameter's name behind a dollar sign, and what single quotes hold, is as it is
/// written.
#[test]
fn a_variable_that_is_set_nowhere_is_not_known() {
    let command = |url: &str, date: &str| {
        fill(&format!(
            "curl \"{url}\" -H \"Content-Type: application/json\" -H {date} -H \"Authorization: AUTH\"\n"
        ))
    };
    let unset = command("ADDRESS", "\"X-Amz-Date: $WHEN\"");
    let said = work(&unset);
    let findings = &said.analysis.diagnosis.findings;
    assert!(
        findings.iter().any(|f| f.id == "value-not-here"),
        "{findings:#?}"
    );
    assert!(
        findings.iter().all(|f| f.id != "date-format"),
        "{findings:#?}"
    );
    for known in [
        command("https://HOST/x?$filter=a", "\"X-Amz-Date: DATE\""),
        command("ADDRESS", "'X-Amz-Date: $WHEN'"),
        fill("curl --aws-sigv4 aws:amz:r:es -u \"$KEY:$SECRET\" \"https://HOST/$INDEX\"\n"),
    ] {
        let case = read(known.as_bytes());
        assert!(case.unknown.is_empty(), "{known} {:#?}", case.findings);
    }
}
