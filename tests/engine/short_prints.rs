//! What programs print of a request or of its answer where they print little of it: a command whose host is a name, an
//! answer in two copies of which one is cut, a status alone, lines of a log and of a console. Each form is the literal
//! one of the program named, with values of our own, and beside each stands what looks like it and is none.

use sigscope::engine::diagnose::VerdictId;
use sigscope::workbench::Work;

use crate::common::{keyring, now, work_of};

const SECRET: &str = crate::common::EXAMPLE_SECRET;
const AUTHORIZATION: &str = "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260402/eu-west-1/es/aws4_request, SignedHeaders=host;x-amz-date, Signature=2fd1570a90a6b1a4f1e3a4c5d3b8f0e1c2d3e4f5061728394a5b6c7d8e9f0a1b";

fn work(text: &str) -> Work {
    work_of(text, keyring(SECRET), now())
}

/// Method and target of the first request, as they stand.
fn line(work: &Work) -> Option<String> {
    let request = work.case.requests.first()?;
    let docs = &work.case.docs;
    let method = match request.method {
        sigscope::engine::intake::Given::Stated(span) => docs.text(span).to_string(),
        sigscope::engine::intake::Given::Implied(method) => method.to_owned(),
    };
    Some(format!("{method} {}", docs.text(request.target.whole)))
}

fn ids(work: &Work) -> Vec<&'static str> {
    let findings = work.analysis.diagnosis.findings.iter();
    findings.map(|finding| finding.id).collect()
}

fn message<'w>(work: &'w Work, id: &str) -> &'w str {
    let mut findings = work.analysis.diagnosis.findings.iter();
    let found = findings.find(|finding| finding.id == id);
    found.map_or("", |finding| &finding.message)
}

fn sentence(work: &Work) -> &str {
    &work.analysis.diagnosis.verdict.sentence
}

#[test]
fn a_curl_command_names_its_host_by_a_name_alone() {
    let printed = "Note: Unnecessary use of -X or --request, POST is already inferred.\n\
        * Host es:443 was resolved.\n* IPv6: (none)\n*   Trying 192.0.2.1:443...\n";
    for host in [
        "<ES_HOST>",
        "{host}",
        "{{host}}",
        "ES_HOST",
        "search:9200",
        "<host>:9200",
    ] {
        for behind in ["", printed] {
            let text = format!(
                "curl -v -XPOST {host}/logs/_doc/ -H 'X-Amz-Date:20260402T101500Z' -H 'Authorization:{AUTHORIZATION}' -d '{{\"a\":\"b\"}}'\n{behind}"
            );
            let work = work(&text);
            let want = format!("POST {host}/logs/_doc/");
            assert_eq!(line(&work).as_deref(), Some(want.as_str()), "{text}");
            assert!(!ids(&work).contains(&"method-unknown"), "{text}");
        }
    }
    // The URL that has a scheme or a dot is the address, and words of a sentence are none.
    for (words, want) in [
        (
            "ES_HOST/logs https://es.example/k",
            Some("https://es.example/k"),
        ),
        ("ES_HOST/logs es.example/k", Some("es.example/k")),
        ("resolved.", None),
        ("inferred.*", None),
        ("and/or", None),
        ("./file", None),
    ] {
        let text = format!("curl -v -H 'Authorization: {AUTHORIZATION}' {words}\n");
        let got = work(&text);
        let target = got
            .case
            .requests
            .iter()
            .find(|r| r.shape.0 == "curl-command");
        let target = target.map(|r| got.case.docs.text(r.target.whole).to_string());
        assert_eq!(target.as_deref(), want, "{text}");
    }
}

const LATE: &str = "Signature expired: 20260402T075732Z is now earlier than 20260402T105409Z (20260402T105909Z - 5 min.)";

/// What the SDK for PHP says of an answer: Guzzle's summary of it, cut there, its own words, and the answer itself.
fn php(summary: &str, message: &str) -> String {
    format!(
        "Error executing \"SearchFacesByImage\" on \"https://rekognition.us-east-2.amazonaws.com\"; AWS HTTP error: Client error: `POST https://rekognition.us-east-2.amazonaws.com` resulted in a `400 Bad Request` response:\n\
         {{\"__type\":\"InvalidSignatureException\",\"message\":\"{summary}\n \
         InvalidSignatureException (client): {message} - {{\"__type\":\"InvalidSignatureException\",\"message\":\"{message}\"}}"
    )
}

#[test]
fn the_summary_that_guzzle_cut_gives_way_to_the_whole_message() {
    let cut = format!("{} (truncated...)", LATE.get(..74).unwrap());
    let plain = php(&cut, LATE);
    for text in [plain.clone(), plain.replace('"', "&quot;")] {
        let work = work(&text);
        assert!(
            sentence(&work).starts_with("Your clock is 3 h 1 m slow"),
            "{text}: {}",
            sentence(&work)
        );
        let skew = ids(&work)
            .iter()
            .filter(|id| **id == "server-clock-skew")
            .count();
        assert_eq!(skew, 1, "{text}: {:?}", ids(&work));
        let named = message(&work, "request-only-named");
        assert!(
            named.contains("POST https://rekognition.us-east-2.amazonaws.com, and"),
            "{named}"
        );
    }
    // Where no more than the summary is here, it is told that it is cut.
    let alone = plain.split("\n Invalid").next().unwrap();
    let work = work(alone);
    assert!(
        sentence(&work).contains("was cut in this paste"),
        "{}",
        sentence(&work)
    );
    assert!(
        !sentence(&work).contains("truncated"),
        "{}",
        sentence(&work)
    );
}

#[test]
fn an_answer_that_is_whole_and_has_no_strings_is_not_asked_for_once_more() {
    let said = "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.";
    let asks = |text: &str| {
        let work = work(text);
        let steps = &work.analysis.diagnosis.next_steps;
        assert!(!steps.is_empty(), "{text}");
        steps.iter().any(|step| {
            step.sentence.contains("server's answer")
                || step.sentence.contains("server's whole answer")
        })
    };
    assert!(!asks(&php(
        &said.replace("provided", "pr (truncated...)"),
        said
    )));
    assert!(!asks(&format!("[403] {{\\\"message\\\":\\\"{said}\\\"}}")));
    // Behind a sentence that nothing closes the strings may have stood.
    assert!(asks(&format!("InvalidSignatureException: {said}\n")));
    assert!(asks(&format!(
        "{{\"message\":\"{}\"}}",
        said.replace(" Consult the service documentation for details.", "")
    )));
}

/// What Excon prints of an answer to a request with this method, as far as `last`.
fn excon(method: &str, body: &str, last: &str) -> String {
    let whole = format!(
        "Excon::Error::Forbidden (Expected(200) <=> Actual(403 Forbidden)\nexcon.error.response\n  :body              => \"{body}\"\n  :cookies           => [\n  ]\n  :headers           => {{\n    \"Content-Type\"      => \"application/xml\"\n    \"Server\"            => \"AmazonS3\"\n  }}\n  :host              => \"examplebucket.s3.amazonaws.com\"\n  :method            => \"{method}\"\n  :omit_default_port => true\n  :path              => \"/a.txt\"\n  :reason_phrase     => \"Forbidden\"\n  :status            => 403\n  :status_line       => \"HTTP/1.1 403 Forbidden\\r\\n\"\n"
    );
    let end = whole.find(last).unwrap();
    whole.get(..end).unwrap().to_owned()
}

#[test]
fn a_head_that_excon_prints_is_known_to_have_no_body() {
    let head = work(&excon("HEAD", "", ":omit"));
    assert!(
        sentence(&head).contains("as no answer to HEAD has one"),
        "{}",
        sentence(&head)
    );
    assert_eq!(head.case.evidence.len(), 1);
    let get = work(&excon("GET", "", ":omit"));
    assert!(
        sentence(&get).contains("found no reason in its answer"),
        "{}",
        sentence(&get)
    );
    // Cut before its body it has a status, and of a reason nothing is said.
    let cut = work(&excon("GET", "", "  :body"));
    assert!(
        !ids(&cut).contains(&"server-gave-no-reason"),
        "{:?}",
        ids(&cut)
    );
    assert_eq!(
        cut.case.evidence[0].answer.as_ref().unwrap().status,
        Some(403)
    );
    // What says its cause says it.
    let xml = "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>";
    let told = work(&excon("GET", xml, ":omit"));
    assert!(
        !ids(&told).contains(&"server-gave-no-reason"),
        "{:?}",
        ids(&told)
    );
    assert_eq!(told.case.evidence.len(), 1);
}

#[test]
fn a_hash_of_ruby_that_stops_behind_a_value_has_it_whole() {
    let hash = "Excon::Errors::Forbidden: Expected(200) <=> Actual(403 Forbidden)\n  request => {:expects=>200, :port=>\"443\", :path=>\"/\", :headers=>{\"Authorization\"=>\"AWS AKIAIOSFODNN7EXAMPLE:frJIUN8DYpKDtOLCwo//yllqDzg=\", \"Date\"=>\"Wed, 26 Oct 2011 13:43:03 +0000\"";
    let work_cut = work(hash);
    assert!(
        sentence(&work_cut).contains("Signature Version 2"),
        "{}",
        sentence(&work_cut)
    );
    assert!(
        message(&work_cut, "request-cut").contains("behind its header date"),
        "{}",
        message(&work_cut, "request-cut")
    );
    assert_eq!(
        work_cut.case.evidence[0].answer.as_ref().unwrap().status,
        Some(403)
    );
    // Inside the value it is cut there.
    let half = work(hash.strip_suffix(":43:03 +0000\"").unwrap());
    assert!(
        message(&half, "request-cut").contains("in the value of its header date"),
        "{}",
        message(&half, "request-cut")
    );
}

#[test]
fn a_line_of_a_console_names_a_request_that_carries_no_signature_in_its_url() {
    let url = "https://examplebucket.s3.eu-central-1.amazonaws.com/a%20%281%29.jpg";
    for line in [
        format!("xhr.js:81 PUT {url} 403 (Forbidden)"),
        format!("`PUT {url} 403 (Forbidden)`"),
        format!("PUT {url} net::ERR_ABORTED 403 (Forbidden)"),
        format!("app.js:1 PUT {url} 400 (Bad Request)"),
    ] {
        let work = work(&line);
        let said = message(&work, "request-only-named");
        assert!(
            said.contains(&format!("PUT {url}, and that it was answered with 40")),
            "{line}: {said}"
        );
        assert_eq!(
            work.analysis.diagnosis.verdict.id,
            VerdictId::Undecided,
            "{line}"
        );
    }
    for line in [
        format!("I sent {url} and got 403 (Forbidden)"),
        format!("PUT {url} 200 (OK)"),
        "Failed to load resource: the server responded with a status of 403 (Forbidden)".to_owned(),
    ] {
        assert!(!ids(&work(&line)).contains(&"request-only-named"), "{line}");
    }
}

#[test]
fn a_log_shows_that_a_redirect_changed_the_path() {
    let log = |first: &str, status: u16, second: &str, refused: u16| {
        format!(
            "192.0.2.1 - - [02/Apr/2026:10:15:00 +0000] \"GET {first} HTTP/1.1\" {status} 185 \"-\" \"MinIO\"\n192.0.2.1 - - [02/Apr/2026:10:15:00 +0000] \"GET {second} HTTP/1.1\" {refused} 348 \"-\" \"MinIO\"\n"
        )
    };
    let bare =
        "\"GET /bkt?location= HTTP/1.1\" 301 185 \"\n\"GET /bkt/?location= HTTP/1.1\" 403 348 \"\n";
    for text in [
        bare.to_owned(),
        log("/bkt?location=", 301, "/bkt/?location=", 403),
        log("/bkt/", 308, "/bkt", 403),
    ] {
        let work = work(&text);
        assert_eq!(
            work.analysis.diagnosis.verdict.id,
            VerdictId::Undecided,
            "{text}"
        );
        assert!(
            sentence(&work).contains("have different paths"),
            "{text}: {}",
            sentence(&work)
        );
    }
    for text in [
        log("/bkt?location=", 200, "/bkt/?location=", 403),
        log("/bkt?location=", 301, "/bkt/?location=", 200),
        log("/bkt?location=", 301, "/other/?location=", 403),
        log("/bkt?location=", 301, "/bkt/?uploads=", 403),
    ] {
        assert!(
            !ids(&work(&text)).contains(&"redirected-to-another-path"),
            "{text}"
        );
    }
    // A refused line by itself is named; one that was taken, and what a client's own pool logs, are not.
    let one = work(&log("/bkt/a", 200, "/bkt/b", 403));
    assert!(
        message(&one, "request-only-named")
            .contains("GET /bkt/b, and that it was answered with 403")
    );
    let pool = "urllib3.connectionpool - DEBUG - \"PUT / HTTP/1.1\" 403 None\n";
    assert!(!ids(&work(pool)).contains(&"request-only-named"));
}

#[test]
fn a_print_of_minio_java_that_stops_in_its_address_names_the_request() {
    let error = "ErrorResponse(code=SignatureDoesNotMatch, message=The request signature we calculated does not match the signature you provided. Check your key and signing method., bucketName=null, objectName=null, resource=/debug, requestId=3L137, hostId=3L137)\n";
    let request = "request={method=GET, url=http://192.0.2.1:9000/debug?marker=a%20b";
    let cut = work(&format!("{error}{request}"));
    assert!(
        message(&cut, "request-only-named")
            .contains("GET http://192.0.2.1:9000/debug?marker=a%20b"),
        "{:?}",
        ids(&cut)
    );
    let closed = work(&format!("{error}{request}}}\n"));
    assert!(
        !ids(&closed).contains(&"request-only-named"),
        "{:?}",
        ids(&closed)
    );
    let whole = work(&format!(
        "{error}{request}, headers=Host: 192.0.2.1:9000\nX-Amz-Date: 20260402T101500Z\nAuthorization: {AUTHORIZATION}\n}}\n"
    ));
    assert_eq!(
        line(&whole).as_deref(),
        Some("GET http://192.0.2.1:9000/debug?marker=a%20b")
    );
    assert!(!ids(&whole).contains(&"request-only-named"));
}
