//! A presigned URL in a line of an access log: the line of each server yields the request, its host where the format
//! has one, the status and the server's clock; and the signature is the same as in the URL itself.
//!
//! The URL is the example of the Amazon S3 API Reference ("Authenticating Requests: Using Query Parameters").

use sigscope::engine::diagnose::VerdictId;
use sigscope::engine::intake::Given;
use sigscope::engine::scheme::{Outcome, Reason};
use sigscope::workbench::Work;

use crate::common::{EXAMPLE_SECRET, keyring, now, work_of};

const HOST: &str = "examplebucket.s3.amazonaws.com";
const TARGET: &str = "/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404";

fn work(text: &str) -> Work {
    work_of(text, keyring(EXAMPLE_SECRET), now())
}

/// A line: the server, its text, whether it has the host, status, clock.
type Log = (
    &'static str,
    String,
    bool,
    Option<u16>,
    Option<&'static str>,
);

fn logs() -> Vec<Log> {
    let (path, query) = TARGET.split_once('?').expect("it has a query");
    let clock = Some("2013-05-24T10:00:00+00:00");
    vec![
        (
            "nginx, combined",
            format!(
                "192.0.2.1 - - [24/May/2013:12:00:00 +0200] \"GET {TARGET} HTTP/1.1\" 403 243 \"-\" \"curl/8.5.0\""
            ),
            false,
            Some(403),
            clock,
        ),
        (
            "nginx, with the host as its last field",
            format!(
                "192.0.2.1 - - [24/May/2013:12:00:00 +0200] \"GET {TARGET} HTTP/1.1\" 403 243 \"-\" \"curl/8.5.0\" \"{HOST}\""
            ),
            true,
            Some(403),
            clock,
        ),
        (
            "nginx, with an address as its last field",
            format!(
                "192.0.2.1 - - [24/May/2013:12:00:00 +0200] \"GET {TARGET} HTTP/1.1\" 403 243 \"-\" \"curl/8.5.0\" \"198.51.100.7\""
            ),
            false,
            Some(403),
            clock,
        ),
        (
            "Apache, vhost_combined",
            format!(
                "{HOST}:443 192.0.2.1 - - [24/May/2013:12:00:00 +0200] \"GET {TARGET} HTTP/1.1\" 403 243 \"-\" \"curl/8.5.0\""
            ),
            true,
            Some(403),
            clock,
        ),
        (
            "nginx with names",
            format!(
                "time=\"24/May/2013:12:00:00 +0200\" host=\"{HOST}\" request=\"GET {TARGET} HTTP/2.0\" 403"
            ),
            true,
            Some(403),
            None,
        ),
        (
            "Amazon S3",
            format!(
                "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be examplebucket [24/May/2013:10:00:00 +0000] 192.0.2.3 - 3E57427F3EXAMPLE REST.GET.OBJECT test.txt \"GET {TARGET} HTTP/1.1\" 403 SignatureDoesNotMatch 243 - 7 - \"-\" \"curl/8.5.0\" - s9lzHYrFp76ZVxRcpX9+5cjAnEH2ROuNkd2BHfIa6UkFVdtjf5mKR3/eTPFvsiP/XV/VLi31234= SigV4 ECDHE-RSA-AES128-GCM-SHA256 QueryString {HOST} TLSV1.2 - -"
            ),
            true,
            Some(403),
            clock,
        ),
        (
            "an AWS load balancer",
            format!(
                "https 2013-05-24T10:00:00.000000Z app/my-loadbalancer/50dc6c495c0c9188 192.0.2.1:2817 10.0.0.1:80 0.086 0.048 0.037 403 403 0 57 \"GET https://{HOST}{TARGET} HTTP/1.1\" \"curl/7.46.0\" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2"
            ),
            true,
            Some(403),
            clock,
        ),
        (
            "CloudFront",
            format!(
                "2013-05-24\t10:00:00\tLHR62-C2\t243\t192.0.2.1\tGET\td111111abcdef8.cloudfront.net\t{path}\t403\t-\tcurl/8.5.0\t{}\t-\tError\tid==\t{HOST}\thttps\t323\t0.001\t-\tTLSv1.3\tTLS_AES_128_GCM_SHA256\tError\tHTTP/2.0",
                query.replace('%', "%25")
            ),
            true,
            Some(403),
            clock,
        ),
        (
            "HAProxy",
            format!(
                "May 24 12:00:00 lb haproxy[14389]: 192.0.2.1:33317 [24/May/2013:12:00:00.655] http-in static/srv1 10/0/30/69/109 403 2750 - - ---- 1/1/1/1/0 0/0 {{{HOST}|curl}} {{}} \"GET {TARGET} HTTP/1.1\""
            ),
            true,
            Some(403),
            None,
        ),
        (
            "Envoy",
            format!(
                "[2013-05-24T10:00:00.310Z] \"GET {TARGET} HTTP/2\" 403 - 0 243 226 100 \"192.0.2.1\" \"curl/8.5.0\" \"cc21d9b0-cf5c-432b-8c7e-98aeb7988cd2\" \"{HOST}\" \"tcp://10.0.2.1:80\""
            ),
            true,
            Some(403),
            clock,
        ),
        (
            "Traefik",
            format!(
                "{{\"ClientAddr\":\"192.0.2.1:5\",\"DownstreamStatus\":403,\"RequestHost\":\"{HOST}\",\"RequestMethod\":\"GET\",\"RequestPath\":\"{}\",\"StartUTC\":\"2013-05-24T10:00:00.1Z\",\"level\":\"info\"}}",
                TARGET.replace('&', "\\u0026")
            ),
            true,
            Some(403),
            clock,
        ),
        (
            "Caddy",
            format!(
                "{{\"level\":\"info\",\"ts\":1369389600.12,\"request\":{{\"remote_ip\":\"192.0.2.1\",\"proto\":\"HTTP/2.0\",\"method\":\"GET\",\"host\":\"{HOST}\",\"uri\":\"{}\",\"headers\":{{}}}},\"status\":403,\"size\":243}}",
                TARGET.replace('&', "\\u0026")
            ),
            true,
            Some(403),
            clock,
        ),
        (
            "Garage",
            format!(
                "2013-05-24T10:00:00.657651Z INFO garage_api::generic_server 192.0.2.1 (via [::1]:50102) GET {TARGET}\n\
                 2013-05-24T10:00:00.690001Z INFO garage_api::generic_server Response: error 403 Forbidden, Forbidden: Invalid signature"
            ),
            false,
            Some(403),
            clock,
        ),
    ]
}

#[test]
fn the_line_of_every_server_yields_what_it_holds() {
    for (name, line, has_host, status, clock) in logs() {
        let work = work(&format!("{line}\n"));
        assert_eq!(
            work.case.requests.len(),
            1,
            "{name}: {:?}",
            work.case.pieces
        );
        let request = &work.case.requests[0];
        assert_eq!(request.shape.0, "access-log", "{name}");
        let Given::Stated(method) = request.method else {
            panic!("{name}: the method stands in the line");
        };
        assert_eq!(work.case.docs.text(method), "GET", "{name}");
        let host = request
            .headers
            .first()
            .map(|h| work.case.docs.text(h.value).into_owned());
        assert_eq!(host.as_deref(), has_host.then_some(HOST), "{name}");
        assert_eq!(work.case.evidence.len(), 1, "{name}");
        let answer = work.case.evidence[0]
            .answer
            .as_ref()
            .expect("it is an answer");
        assert_eq!(answer.status, status, "{name}");
        let seconds = answer
            .clock
            .map(|(at, _)| at.format("%Y-%m-%dT%H:%M:%S+00:00").to_string());
        assert_eq!(seconds.as_deref(), clock, "{name}");
        assert_eq!(work.case.evidence_for(0), [0], "{name}");
        let outcome = work.analysis.trace.as_ref().map(|trace| trace.outcome);
        if has_host {
            assert_eq!(outcome, Some(Outcome::Equal), "{name}");
        } else {
            assert_eq!(
                outcome,
                Some(Outcome::NotCheckable(Reason::NoHeaders)),
                "{name}: a log without the host proves nothing"
            );
            let steps = &work.analysis.diagnosis.next_steps;
            assert!(steps[0].snippet.starts_with("Host: "), "{name}: {steps:?}");
        }
    }
}

/// nginx and Apache write bytes that are no plain text as `\xC3`, load balancers as they are.
#[test]
fn bytes_that_a_log_escapes_are_those_of_the_request() {
    // Presigned by botocore.
    let query = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=af8f6fd514e0e880d3dcc3a76a7c6ec3432058e64fd623afa98d9fb215d66cce";
    for path in [
        r"/r\xC3\xA9sum\xC3\xA9.txt",
        r"/r\xc3\xa9sum\xc3\xa9.txt",
        "/résumé.txt",
    ] {
        let line = format!(
            "{HOST}:443 192.0.2.1 - - [24/May/2013:12:00:00 +0200] \"GET {path}?{query} HTTP/1.1\" 403 243 \"-\" \"curl/8.5.0\"\n"
        );
        let work = work(&line);
        let request = &work.case.requests[0];
        assert_eq!(work.case.docs.text(request.target.path), "/résumé.txt");
        let outcome = work.analysis.trace.as_ref().map(|trace| trace.outcome);
        assert_eq!(outcome, Some(Outcome::Equal), "{path}");
    }
}

#[test]
fn the_code_in_a_line_of_s3_is_the_refusal() {
    let (_, line, ..) = &logs()[3];
    // The server names the signature, and it is right: it holds another secret, or saw another request.
    assert_eq!(work(line).analysis.diagnosis.verdict.id, VerdictId::Match);
    let wrong = line.replace("f604d404", "f604d405");
    assert_eq!(
        work(&wrong).analysis.diagnosis.verdict.id,
        VerdictId::Mismatch
    );
}

#[test]
fn many_lines_are_many_requests() {
    let (_, line, ..) = &logs()[0];
    let work = work(&format!("{line}\n").repeat(40));
    assert_eq!(work.case.requests.len(), 40);
    assert_eq!(work.case.evidence.len(), 40);
    assert_eq!(work.case.evidence_for(7), [7]);
}

#[test]
fn other_lines_are_none() {
    for line in [
        "192.0.2.1 - - [24/May/2013:12:00:00 +0200] \"GET /test.txt?a=b HTTP/1.1\" 403 243 \"-\" \"curl/8.5.0\"",
        "he said \"GET / X-Amz-Signature=1\" and left",
        "{\"path\":\"/a\",\"note\":\"X-Amz-Signature=1\"}",
        "a\tb\tX-Amz-Signature=1",
    ] {
        assert!(work(line).case.requests.is_empty(), "{line}");
    }
}

#[test]
fn headers_that_a_log_does_not_have_are_not_said_to_be_missing() {
    let (_, line, ..) = &logs()[1];
    let work = work(&line.replace("SignedHeaders=host&", "SignedHeaders=host%3Bx-amz-acl&"));
    let ids: Vec<_> = work
        .analysis
        .diagnosis
        .findings
        .iter()
        .map(|f| f.id)
        .collect();
    assert!(!ids.contains(&"signed-header-absent"), "{ids:?}");
    let Some(Outcome::NotCheckable(_)) = work.analysis.trace.as_ref().map(|t| t.outcome) else {
        panic!("what was signed is not all here");
    };
}
