//! Which evidence speaks of which request, and which body belongs to it.

use sigscope::engine::intake::{BodyHasher, PairedBy};

use super::*;

const SIGNATURE: &str = "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404";

fn request(signature: &str) -> String {
    format!(
        "GET / HTTP/1.1\nAuthorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/x, Signature={signature}\n\n"
    )
}

#[test]
fn evidence_goes_to_the_request_that_carries_its_signature() {
    let error = format!(
        "<Error><Code>SignatureDoesNotMatch</Code><SignatureProvided>{SIGNATURE}</SignatureProvided></Error>\n"
    );
    let given = format!("{}{}{error}", request(SIGNATURE), request(&"0".repeat(64)));
    let case = read(given.as_bytes());
    assert_eq!(case.evidence_for(0), [0]);
    assert_eq!(case.paired_by(0, 0), Some(PairedBy::Signature));
    assert!(case.evidence_for(1).is_empty());
    assert_eq!(case.first_refused(), Some(0));
}

#[test]
fn the_first_refused_request_is_chosen_first() {
    let given = "GET /1 HTTP/1.1\nHost: a\n\nHTTP/1.1 200 OK\n\nGET /2 HTTP/1.1\nHost: a\n\nHTTP/1.1 403 Forbidden\n\n";
    let case = read(given.as_bytes());
    assert_eq!(case.requests.len(), 2);
    assert_eq!(case.first_refused(), Some(1));
    assert_eq!(case.evidence_for(1), [1]);
    assert_eq!(read(b"").first_refused(), None);
}

/// s3cmd prints what it signs, then what it sends, and the next request right behind the answer.
#[test]
fn what_a_signer_prints_goes_to_the_request_that_is_sent_next() {
    let sent = |method: &str, path: &str| {
        format!(
            // Behind a prefix that a proxy takes off, so that the path does not tell.
            "DEBUG: Canonical Request:\n{method}\n/api{path}\n\nhost:a\n\nhost\nUNSIGNED-PAYLOAD\n----------------------\n\
             {method} {path} HTTP/1.1\nHost: a\n\nHTTP/1.1 403 Forbidden\nContent-Length: 0\n\n"
        )
    };
    let given = sent("GET", "/bkt/") + &sent("PUT", "/bkt/k");
    let case = read(given.as_bytes());
    assert_eq!(case.requests.len(), 2, "{:#?}", case.pieces);
    let strings = |e: &usize| case.evidence[*e].canonical_request.is_some();
    let signed: Vec<usize> = (0..case.evidence.len()).filter(strings).collect();
    for (request, evidence) in signed.iter().enumerate() {
        assert_eq!(case.paired_by(*evidence, request), Some(PairedBy::Place));
    }
    // What names another method than the request behind it belongs to the one before.
    let given = format!("{}{}", sent("GET", "/"), sent("PUT", "/k")).replace("\nPUT\n", "\nGET\n");
    let case = read(given.as_bytes());
    let last = (0..case.evidence.len())
        .rfind(|e| case.evidence[*e].canonical_request.is_some())
        .unwrap();
    assert_eq!(case.paired_by(last, 0), Some(PairedBy::Place));
}

#[test]
fn a_streamed_body_goes_to_the_request_it_fits() {
    let given = b"PUT /1 HTTP/1.1\nContent-Length: 9\n\nPUT /2 HTTP/1.1\nContent-Length: 4\n\n";
    let mut hasher = BodyHasher::new();
    hasher.update(b"four");
    let facts = hasher.finish("file");
    let input = Input {
        name: "i".into(),
        source: Source::File,
        bytes: Bytes::from_static(given),
    };
    let case = intake::read(&[input], Some(&facts));
    assert_eq!(body(&case, 0), None);
    assert_eq!(case.requests[1].body, Body::Streamed(facts.clone()));
    let nothing = Input {
        name: "i".into(),
        source: Source::File,
        bytes: Bytes::from_static(b"x"),
    };
    assert_eq!(
        ids(&intake::read(&[nothing], Some(&facts))),
        ["body-unused"]
    );
}

#[test]
fn once_the_body_is_streamed_nothing_is_said_of_an_input_that_is_not_it() {
    let inputs = ["PUT /1 HTTP/1.1\nHost: a\nContent-Length: 9\n\n", "no body"].map(|text| Input {
        name: "i".into(),
        source: Source::File,
        bytes: Bytes::from_static(text.as_bytes()),
    });
    let mut hasher = BodyHasher::new();
    hasher.update(b"nine byte");
    let facts = hasher.finish("file");
    let said = |body| {
        let ids = ids(&intake::read(&inputs, body));
        ids.into_iter().filter(|id| *id == "body-not-taken").count()
    };
    assert_eq!(said(None), 1);
    assert_eq!(said(Some(&facts)), 0);
}

/// A request of a time, and an answer that names it in its string to sign, on that line.
fn dated(time: &str) -> String {
    format!(
        "GET / HTTP/1.1\nX-Amz-Date: {time}\nAuthorization: AWS4-HMAC-SHA256 Credential=A/x, Signature=00\n\n"
    )
}

fn answer(more: &str) -> String {
    format!("<Error><Code>SignatureDoesNotMatch</Code><Message>m</Message>{more}</Error>\n\n")
}

#[test]
fn evidence_goes_to_the_request_of_its_time() {
    let (first, second) = ("20130524T000000Z", "20130524T000100Z");
    for before in ["AWS4-HMAC-SHA256\n", "GET\n\n", "GET\n\n\n"] {
        let error = answer(&format!(
            "<StringToSign>{before}{first}\nx\n</StringToSign>"
        ));
        let case = read(format!("{}{}{error}", dated(first), dated(second)).as_bytes());
        assert_eq!(case.paired_by(0, 0), Some(PairedBy::Date), "{before:?}");
        assert_eq!(case.paired_by(0, 1), None, "{before:?}");
    }
    // What is no time pairs nothing, though both have it: the request before it is its own.
    for no_time in ["20130524T000000X", "20130524_000000Z", "2013052AT000000Z"] {
        let error = answer(&format!("<StringToSign>A\n{no_time}\nx\n</StringToSign>"));
        let case = read(format!("{}{}{error}", dated(no_time), dated(second)).as_bytes());
        assert_eq!(case.paired_by(0, 1), Some(PairedBy::Place), "{no_time}");
    }
}

#[test]
fn what_is_too_short_to_be_a_sign_pairs_nothing() {
    let keyed = |id: &str| {
        format!(
            "GET /{id} HTTP/1.1\nAuthorization: AWS4-HMAC-SHA256 Credential={id}/x, Signature=00\n\n"
        )
    };
    for (id, by) in [("AKIA123", PairedBy::Place), ("AKIA1234", PairedBy::KeyId)] {
        let error = answer(&format!("<AWSAccessKeyId>{id}</AWSAccessKeyId>"));
        let case = read(format!("{}{}{error}", keyed(id), keyed("OTHERKEYID")).as_bytes());
        let request = usize::from(by == PairedBy::Place);
        assert_eq!(case.paired_by(0, request), Some(by), "{id}");
    }
}

#[test]
fn of_several_answers_the_surest_comes_first() {
    let sure = answer(&format!(
        "<SignatureProvided>{SIGNATURE}</SignatureProvided>"
    ));
    let case = read(format!("{}{}{sure}", request(SIGNATURE), answer("")).as_bytes());
    assert_eq!(case.paired_by(0, 0), Some(PairedBy::Place));
    assert_eq!(case.paired_by(1, 0), Some(PairedBy::Signature));
    assert_eq!(case.evidence_for(0), [1, 0]);
}

/// A request in header form, and its canonical request as a program may print it.
fn asked(method: &str, path: &str) -> (String, String) {
    (
        format!(
            "{method} {path} HTTP/1.1\nHost: a.example.com\nX-Amz-Date: 20260402T140310Z\nAuthorization: \
             AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260402/us-east-1/s3/aws4_request, \
             SignedHeaders=host;x-amz-date, Signature=fe5f\n\n"
        ),
        format!(
            "canonical request:\n{method}\n{path}\n\nhost:a.example.com\nx-amz-date:20260402T140310Z\n\n\
             host;x-amz-date\nUNSIGNED-PAYLOAD\n\n"
        ),
    )
}

#[test]
fn a_canonical_request_belongs_to_the_request_that_asks_for_the_same() {
    let (list, list_signed) = asked("GET", "/list");
    let (head, head_signed) = asked("HEAD", "/obj");
    for text_in in [
        format!("{list_signed}{list}{head_signed}{head}"),
        format!("{list}{list_signed}{head}{head_signed}"),
        format!("{list_signed}{head_signed}{list}{head}"),
    ] {
        let case = read(text_in.as_bytes());
        assert_eq!(case.evidence.len(), 2, "{text_in}");
        for at in [0, 1] {
            assert_eq!(case.paired_by(at, at), Some(PairedBy::Asked), "{text_in}");
            // A title is no log's: nobody says whose they are.
            assert_eq!(case.evidence[at].side, None);
            assert_eq!(case.evidence[at].shape.0, "canonical-request");
        }
    }
    // Of two tries it is the one beside it, and where no request asks for it, too.
    let case = read(format!("{list}{list}{list_signed}").as_bytes());
    assert_eq!(case.requests_of(0), Some((&[1][..], PairedBy::Place)));
    let case = read(format!("{list}{head}{}", asked("PUT", "/other").1).as_bytes());
    assert_eq!(case.requests_of(0), Some((&[1][..], PairedBy::Place)));
}

/// Two tries of one request carry one signature; a request that was taken is not the one that was refused.
#[test]
fn among_equals_an_answer_belongs_to_the_request_above_it() {
    let refusal = format!(
        "HTTP/1.1 403 Forbidden\n\n<Error><Code>SignatureDoesNotMatch</Code><SignatureProvided>{SIGNATURE}</SignatureProvided></Error>\n\n"
    );
    let taken = "HTTP/1.1 200 OK\nContent-Length: 0\n\n";
    let given = format!(
        "{}{taken}{}{}{refusal}",
        request(SIGNATURE),
        request(&"0".repeat(64)),
        request(SIGNATURE)
    );
    let case = read(given.as_bytes());
    assert_eq!(case.requests.len(), 3, "{:#?}", case.pieces);
    assert_eq!(case.paired_by(1, 0), None);
    assert_eq!(case.paired_by(1, 2), Some(PairedBy::Signature));
    assert_eq!(case.evidence_for(0), [0]);
    assert_eq!(case.first_refused(), Some(2));
    // Seen in two places and answered once, it is one request, and the answer speaks of both.
    let given = format!("{}{}{refusal}", request(SIGNATURE), request(SIGNATURE));
    let case = read(given.as_bytes());
    for place in [0, 1] {
        assert_eq!(case.paired_by(0, place), Some(PairedBy::Signature));
    }
    assert_eq!(case.first_refused(), Some(0));
}

/// What names the key id alone is about any request of that key: of answered ones, about the one above it.
#[test]
fn of_requests_with_one_key_each_answer_belongs_to_the_one_above_it() {
    let refusal = answer("<AWSAccessKeyId>AKIAIOSFODNN7EXAMPLE</AWSAccessKeyId>");
    let (first, second) = (request("00"), request("01"));
    let case = read(format!("{first}{refusal}{second}{refusal}").as_bytes());
    for place in [0, 1] {
        assert_eq!(case.paired_by(place, place), Some(PairedBy::KeyId));
        assert_eq!(case.paired_by(place, 1 - place), None);
    }
    // One without an answer of its own may be the one that is meant.
    let case = read(format!("{first}{second}{refusal}").as_bytes());
    for place in [0, 1] {
        assert_eq!(case.paired_by(0, place), Some(PairedBy::KeyId));
    }
}
