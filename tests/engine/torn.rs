//! Pastes that stop inside a value, and values that a person typed a mark over: what is not here is called neither
//! missing nor wrong.
//!
//! The requests are the examples of the Amazon S3 API Reference, "Signature Calculations for the Authorization Header" and
//! "Authenticating Requests: Using Query Parameters".

use sigscope::engine::diagnose::VerdictId;
use sigscope::engine::intake::Integrity;
use sigscope::engine::scheme::{Outcome, Reason};
use sigscope::engine::secret::Keyring;
use sigscope::workbench::Work;

use crate::common::{keyring, now, work_of};

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const HOST: &str = "examplebucket.s3.amazonaws.com";
const HASH: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const VALUE: &str = "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41";
const URL: &str = "https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404";

fn work(text: &str) -> Work {
    work_of(text, keyring(SECRET), now())
}

fn alone(text: &str) -> Work {
    work_of(text, Keyring::new(), now())
}

fn ids(work: &Work) -> Vec<&'static str> {
    let findings = &work.analysis.diagnosis.findings;
    findings.iter().map(|f| f.id).collect()
}

fn outcome(work: &Work) -> Option<Outcome> {
    work.analysis.trace.as_ref().map(|trace| trace.outcome)
}

fn message(work: &Work, id: &str) -> String {
    let mut findings = work.analysis.diagnosis.findings.iter();
    let found = findings.find(|finding| finding.id == id);
    found
        .map(|finding| finding.message.clone())
        .unwrap_or_default()
}

/// That the request stops here and nothing else is held against it.
fn assert_stops(text: &str) -> Work {
    let work = alone(text);
    let verdict = &work.analysis.diagnosis.verdict;
    assert_eq!(verdict.id, VerdictId::Undecided, "{text}");
    // Of the first letter of a value nothing tells yet that it is a signature.
    let stops = outcome(&work).is_none_or(|o| o == Outcome::NotCheckable(Reason::Stops));
    assert!(stops, "{text}\n{:?}", ids(&work));
    assert!(
        !verdict.sentence.contains("verifier"),
        "{}",
        verdict.sentence
    );
    let told = ids(&work);
    let told = told
        .iter()
        .filter(|id| !["request-from-the-future", "request-too-old"].contains(id));
    assert_eq!(told.collect::<Vec<_>>(), [&"request-cut"], "{text}");
    assert!(work.analysis.diagnosis.divergences.is_empty(), "{text}");
    work
}

#[test]
fn a_url_whose_quote_is_still_open_stops_where_the_paste_does() {
    let at = URL.find("Signature=aeee").expect("it is there") + "Signature=".len() + 32;
    let half = URL.get(..at).unwrap_or_default();
    for quote in ["\"", "'"] {
        for end in ["", "\n", "\r\n"] {
            let work = assert_stops(&format!("> curl {quote}{half}{end}"));
            assert_eq!(
                message(&work, "request-cut"),
                "This paste stops inside the signature of the URL: 32 of its 64 digits are here."
            );
        }
    }
    let token = format!(
        "{}&X-Amz-Security-Token=IQoJb3JpZ2luX2VjEDcaCXVzLXdlc3QtMiJHMEUCIQDQl17z9nEZypd5QpWg0",
        half.replace("&X-Amz-SignedHeaders=host&X-Amz-Signature=", "&x=")
    );
    let work = assert_stops(&format!("curl -X PUT '{token}"));
    let said = message(&work, "request-cut");
    assert!(
        said.ends_with("in the value of X-Amz-Security-Token."),
        "{said}"
    );
    assert!(!said.contains("QpWg0"), "{said}");
    // One whose closing quote alone is missing is whole, and a short signature that is closed came so.
    assert_eq!(
        outcome(&work_of(&format!("curl '{URL}\n"), keyring(SECRET), now())),
        Some(Outcome::Equal)
    );
    let closed = alone(&format!("curl '{half}'\n"));
    assert!(
        ids(&closed).contains(&"signature-shape"),
        "{:?}",
        ids(&closed)
    );
    assert!(!ids(&closed).contains(&"request-cut"));
}

/// The lines of `s3cmd -d`, whose dictionary of headers a mail program broke over several.
#[test]
fn a_dictionary_that_stops_in_its_authorization_is_compared_with_nothing() {
    let log = |authorization: &str| {
        format!(
            "DEBUG: Canonical Request:\nGET\n/test.txt\n\nhost:{HOST}\nrange:bytes=0-9\nx-amz-content-sha256:{HASH}\n\
             x-amz-date:20130524T000000Z\n\nhost;range;x-amz-content-sha256;x-amz-date\n{HASH}\n----------------------\n\
             DEBUG: signature-v4 headers: {{'x-amz-content-sha256':\n'{HASH}',\n'range': 'bytes=0-9',\n'x-amz-date':\n\
             '20130524T000000Z', 'Authorization': '{authorization}"
        )
    };
    for len in [1, 6, 16, 60, 130, VALUE.len() - 20] {
        assert_stops(&log(VALUE.get(..len).unwrap_or_default()));
    }
    // In the name of the next header, and between two.
    let whole = log(VALUE);
    for stop in [
        "'x-amz-content-s",
        "'x-amz-content-sha256'",
        "'range': 'bytes=0-9',",
        "'x-amz-da",
    ] {
        let dictionary = whole.find("headers: {").expect("it is there");
        let at = dictionary
            + whole
                .get(dictionary..)
                .and_then(|d| d.find(stop))
                .expect("it is there");
        let text = whole.get(..at + stop.len()).unwrap_or_default();
        assert_stops(text);
        assert!(!ids(&work(text)).contains(&"signature-missing"), "{stop}");
    }
    // Closed, it is one that was sent so.
    let closed = alone(&log("AWS4-H'}\n"));
    assert!(!ids(&closed).contains(&"request-cut"), "{:?}", ids(&closed));
    let whole = alone(&log(&format!("{VALUE}'}}\n")));
    assert!(!ids(&whole).contains(&"request-cut"), "{:?}", ids(&whole));
}

/// A value alone on the last line, with the signer's strings above it.
#[test]
fn a_bare_authorization_that_stops_lacks_neither_its_signature_nor_its_request_line() {
    let log = |authorization: &str| {
        format!(
            "DEBUG: CanonicalRequest:\nGET\n/test.txt\n\nhost:{HOST}\nrange:bytes=0-9\nx-amz-content-sha256:{HASH}\n\
             x-amz-date:20130524T000000Z\n\nhost;range;x-amz-content-sha256;x-amz-date\n{HASH}\nDEBUG: StringToSign:\n\
             AWS4-HMAC-SHA256\n20130524T000000Z\n20130524/us-east-1/s3/aws4_request\n\
             7344ae5b7ee6c3e7e6b0fe0640412a37625d1fbfff95c48bbb2dc43964946972\nDEBUG: Auth:\n{authorization}"
        )
    };
    let end = VALUE.find("ignature=").expect("it is there");
    assert_stops(&log(VALUE.get(..end).unwrap_or_default()));
    let whole = work(&log(&format!("{VALUE}\n")));
    assert!(!ids(&whole).contains(&"request-cut"), "{:?}", ids(&whole));
}

/// A request of the SDK for JavaScript, its secret parts typed over with letters.
#[test]
fn letters_typed_over_a_value_are_no_value() {
    let request = |key: &str, hash: &str, signature: &str| {
        format!(
            "GET /test.txt HTTP/1.1\nHost: {HOST}\nx-amz-content-sha256: {hash}\nx-amz-date: 20130524T000000Z\n\
             Authorization: AWS4-HMAC-SHA256 Credential={key}/20130524/us-east-1/s3/aws4_request, \
             SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature={signature}\n\n"
        )
    };
    let told = ["signature-shape", "content-sha256-invalid", "key-id-shape"];
    let work_hidden = alone(&request("xx", "zz", "yy"));
    for id in told {
        assert!(!ids(&work_hidden).contains(&id), "{:?}", ids(&work_hidden));
    }
    let verdict = &work_hidden.analysis.diagnosis.verdict;
    assert_eq!(verdict.id, VerdictId::Undecided);
    assert_eq!(
        verdict.sentence,
        "The received signature is redacted, so it cannot be compared."
    );
    assert_eq!(
        message(&work_hidden, "value-not-here"),
        "What was signed of this request is hidden in this paste: x-amz-content-sha256."
    );
    // Other letters were sent so.
    let sent = alone(&request("xy", "zy", "yx"));
    for id in told {
        assert!(ids(&sent).contains(&id), "{id}: {:?}", ids(&sent));
    }
}

/// The digits that are left of a hidden hash are compared with the hash of the body, and nothing else of it is.
#[test]
fn what_is_left_of_a_hidden_hash_is_compared() {
    let command = |hash: &str| {
        format!(
            "curl -X POST 'https://{HOST}/a' -H 'X-Amz-Content-Sha256: {hash}' -H 'X-Amz-Date: 20130524T000000Z' \
             -H 'Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, \
             SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=REDACTED' --data-raw '{{}}'\n"
        )
    };
    let wrong = |hash: &str| {
        let work = alone(&command(hash));
        assert!(
            !ids(&work).contains(&"content-sha256-invalid"),
            "{hash}: {:?}",
            ids(&work)
        );
        let verdict = &work.analysis.diagnosis.verdict;
        assert_eq!(verdict.id, VerdictId::Undecided, "{hash}");
        ids(&work).contains(&"content-sha256-mismatch")
    };
    // SHA-256 of `{}`: 44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a.
    for hash in [
        "44136faREDACTEDcaaff8a",
        "44136fa...",
        "REDACTED",
        "xx",
        "<hash>",
        "44REDACTED",
    ] {
        assert!(!wrong(hash), "{hash}");
    }
    for hash in [
        "beaead3REDACTEDbf0eba3",
        "44136faREDACTEDbf0eba3",
        "[redacted]caaff8b",
    ] {
        assert!(wrong(hash), "{hash}");
    }
}

/// A name in brackets where a hash stood is a redaction: the strings are not cut.
#[test]
fn a_name_in_brackets_is_no_end() {
    let answer = |hash: &str| {
        format!(
            "{{\"message\":\"The request signature we calculated does not match the signature you provided. Check your \
             AWS Secret Access Key and signing method. Consult the service documentation for details.\n\n\
             The Canonical String for this request should have been\n'GET\n/dev\n\nhost:example.org\n\
             x-amz-date:20130524T000000Z\nx-amz-security-token:<token>\n\nhost;x-amz-date;x-amz-security-token\n{hash}'\n\n\
             The String-to-Sign should have been\n'AWS4-HMAC-SHA256\n20130524T000000Z\n\
             20130524/us-east-1/es/aws4_request\n{hash}'\n\"}}\n"
        )
    };
    for hash in ["<hash>", "<my hash>"] {
        let work = alone(&answer(hash));
        assert!(
            !ids(&work).contains(&"evidence-cut"),
            "{hash}: {:?}",
            ids(&work)
        );
        assert!(
            !ids(&work).contains(&"evidence-broken"),
            "{hash}: {:?}",
            ids(&work)
        );
        assert_eq!(
            work.case.evidence[0].integrity,
            Integrity::Redacted,
            "{hash}"
        );
    }
    // Half of a hash is one that was cut.
    let cut = answer(HASH.get(..20).unwrap_or_default());
    let end = cut.len() - "'\n\"}\n".len();
    let cut = alone(cut.get(..end).unwrap_or_default());
    assert!(ids(&cut).contains(&"evidence-cut"), "{:?}", ids(&cut));
}

/// The wire log of Apache HttpClient 4, as the AWS SDK for Java writes it: each line with its end written out.
#[test]
fn a_wire_log_that_has_no_blank_line_stops_inside_its_request() {
    const FRONT: &str = "10:01:02.038 [main] DEBUG org.apache.http.wire - http-outgoing-0 >> ";
    let authorization = format!("Authorization: {VALUE}");
    let lines = [
        "GET /test.txt?prefix=+a HTTP/1.1",
        "Host: examplebucket.s3.amazonaws.com",
        &authorization,
    ];
    let log = lines
        .map(|line| format!("{FRONT}\"{line}[\\r][\\n]\"\n"))
        .concat();
    // In what stands in front of the next line, and between two lines; in a fence as well.
    for end in ["10:01:02.039 [main] DEBUG org.apache.http.wire - http-", ""] {
        for fence in ["", "```\n"] {
            let text = format!("{fence}{log}{end}");
            let text = if fence.is_empty() {
                text
            } else {
                format!("{}\n```\n", text.trim_end())
            };
            let work = alone(&text);
            let told = ids(&work);
            assert!(told.contains(&"request-cut"), "{text}\n{told:?}");
            assert!(!told.contains(&"signed-header-absent"), "{text}\n{told:?}");
            assert!(!told.contains(&"date-missing"), "{text}\n{told:?}");
            // Its query is here, all of it.
            assert!(told.contains(&"raw-plus-in-query"), "{text}\n{told:?}");
            let verdict = &work.analysis.diagnosis.verdict.sentence;
            assert!(!verdict.contains("verifier"), "{verdict}");
        }
    }
    // With its blank line the headers are all that was sent.
    let whole = alone(&format!("{log}{FRONT}\"[\\r][\\n]\"\n"));
    assert!(!ids(&whole).contains(&"request-cut"), "{:?}", ids(&whole));
    assert!(
        ids(&whole).contains(&"signed-header-absent"),
        "{:?}",
        ids(&whole)
    );
}

/// Signers that sort the parameters (of Ruby, of Go) write the list of signed headers behind the signature.
#[test]
fn a_sorted_url_that_stops_in_its_list_of_signed_headers_lacks_nothing() {
    let sorted = URL.replace("&X-Amz-SignedHeaders=host", "");
    for end in [
        "&X-Amz-SignedH",
        "&X-Amz-SignedHeaders",
        "&X-Amz-SignedHeaders=",
        "&X-Amz-SignedHeaders=content-type%3Bh",
        "&X-Amz-SignedHeaders=content-type;ho",
    ] {
        for fence in ["", "\n```\n"] {
            assert_stops(&format!("The URL:\n{sorted}{end}{fence}"));
        }
    }
    // A list that is come past `host` came so, and so did a parameter behind which something else stands.
    for end in [
        "&X-Amz-SignedHeaders=range",
        "&X-Amz-SignedH is the URL",
        "&X-Amz-SignedHeaders=host",
    ] {
        let work = alone(&format!("{sorted}{end}\n"));
        assert!(
            !ids(&work).contains(&"request-cut"),
            "{end}: {:?}",
            ids(&work)
        );
    }
    let other = alone(&format!("{URL}&X-Amz-SignedH\n"));
    assert!(!ids(&other).contains(&"request-cut"), "{:?}", ids(&other));
}

/// A sorted URL that stops in its signature: the list of signed headers stands behind that.
#[test]
fn a_sorted_url_that_stops_in_its_signature_lacks_nothing() {
    let sorted = URL.replace("&X-Amz-SignedHeaders=host", "");
    for lost in [1, 4, 40, 64] {
        let cut = sorted.split_at(sorted.len() - lost).0;
        for fence in ["", "\n", "\n```\n"] {
            assert_stops(&format!("The URL:\n{cut}{fence}"));
        }
    }
    // One that is whole lacks the list, and so does one behind which words stand; one that has the list is compared.
    let short = sorted.split_at(sorted.len() - 4).0;
    for text in [format!("{sorted}\n"), format!("{short} is the URL\n")] {
        let told = alone(&text);
        assert!(ids(&told).contains(&"auth-parameter-missing"), "{text}");
    }
    let listed = work(URL.split_at(URL.len() - 4).0);
    assert_eq!(outcome(&listed), Some(Outcome::Differs { at: 60 }));
}

/// A header whose last parameter somebody hid together with a part of its name.
#[test]
fn a_mark_in_the_place_of_the_last_parameter_hides_it() {
    let request = |end: &str| {
        let front = VALUE.split(", Signature=").next().unwrap_or_default();
        format!(
            "GET /test.txt HTTP/1.1\nHost: {HOST}\nRange: bytes=0-9\nx-amz-content-sha256: {HASH}\n\
             x-amz-date: 20130524T000000Z\nAuthorization: {front}{end}\nAccept: */*\n\n"
        )
    };
    for end in [
        ", S*",
        ", S...",
        ", Sig…",
        ", Signature...",
        ", Signature***",
        ", ***",
        ", [redacted]",
        ", REDACTED",
        ",S****",
    ] {
        let work = alone(&request(end));
        let told = ids(&work);
        assert!(!told.contains(&"authorization-mangled"), "{end}: {told:?}");
        assert!(!told.contains(&"auth-parameter-missing"), "{end}: {told:?}");
        let sentence = &work.analysis.diagnosis.verdict.sentence;
        assert!(
            !sentence.contains("carries no signature"),
            "{end}: {sentence}"
        );
        assert!(!sentence.contains("verifier"), "{end}: {sentence}");
    }
    let both = VALUE.split(", SignedHeaders=").next().unwrap_or_default();
    let hidden = alone(&request("").replace(VALUE.split(", Signature=").next().unwrap(), both));
    assert!(ids(&hidden).contains(&"auth-parameter-missing"));
    // What is no mark, or no beginning of a name, was sent so.
    for end in [", S", ", Token***", ", Signature", ", sent by me", ""] {
        let told = ids(&alone(&request(end)));
        assert!(told.contains(&"auth-parameter-missing"), "{end}: {told:?}");
    }
}

/// A command whose last word has an open quote: what is signed of it may be longer, and more may stand behind it.
#[test]
fn a_command_whose_last_quote_is_open_is_cut_where_that_word_is_signed() {
    let url = URL.replace("SignedHeaders=host", "SignedHeaders=host%3Bx-amz-acl");
    for value in ["x-amz-acl: public-", "x-other: a"] {
        assert_stops(&format!("curl -X PUT \"{url}\" -H \"{value}"));
    }
    let closed = alone(&format!(
        "curl \"{url}\" --upload-file a.png -H \"x-amz-acl: public-read\"\n"
    ));
    assert!(!ids(&closed).contains(&"request-cut"), "{:?}", ids(&closed));
    // What is not signed changes nothing.
    let other = alone(&format!("curl \"{URL}\" -H \"x-other: a"));
    assert!(!ids(&other).contains(&"request-cut"), "{:?}", ids(&other));

    let command = |hash: &str, body: &str| {
        format!(
            "curl -X POST 'https://{HOST}/a' -H 'X-Amz-Content-Sha256: {hash}' -H 'X-Amz-Date: 20130524T000000Z' \
             -H 'Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, \
             SignedHeaders=host;x-amz-content-sha256;x-amz-date, \
             Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404' --data-raw '{body}"
        )
    };
    assert_stops(&command(HASH, "{\"a\":"));
    // SHA-256 of `{}`: the quote alone is not here.
    let whole = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
    for text in [command(whole, "{}"), command(HASH, "{\"a\":'\n")] {
        let work = alone(&text);
        assert!(
            !ids(&work).contains(&"request-cut"),
            "{text}\n{:?}",
            ids(&work)
        );
    }
}

/// Key id and signature taken out of a paste, as people do it: what is left was sent as it stands.
#[test]
fn a_signature_that_was_taken_out_is_no_fault_of_the_request() {
    let request = |key: &str, signature: &str| {
        format!(
            "GET /test.txt HTTP/1.1\nHost: {HOST}\nx-amz-content-sha256: {HASH}\nx-amz-date: 20130524T000000Z\n\
             Authorization: AWS4-HMAC-SHA256 Credential={key}/20130524/us-east-1/s3/aws4_request, \
             SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature={signature}\nAccept: */*\n\n"
        )
    };
    let url = |key: &str, signature: &str| {
        let whole = URL.split("&X-Amz-Signature=").next().unwrap_or_default();
        let url = whole.replace("AKIAIOSFODNN7EXAMPLE", key);
        format!("The URL {url}&X-Amz-Signature={signature} is refused.\n")
    };
    for key in ["AKIAIOSFODNN7EXAMPLE", ""] {
        for signature in ["...", "…", "", "f0e8bd..."] {
            for text in [request(key, signature), url(key, signature)] {
                let work = alone(&text);
                let diagnosis = &work.analysis.diagnosis;
                let sentence = &diagnosis.verdict.sentence;
                assert_eq!(diagnosis.verdict.id, VerdictId::Undecided, "{text}");
                assert!(!sentence.contains("verifier"), "{text}\n{sentence}");
                assert!(!sentence.contains("key  here"), "{text}\n{sentence}");
                assert!(!ids(&work).contains(&"credential-shape"), "{text}");
            }
        }
    }
    // A whole signature without a key id was sent so.
    let sent = alone(&request("", &"f0e8bd87".repeat(8)));
    assert!(ids(&sent).contains(&"credential-shape"), "{:?}", ids(&sent));
}

#[test]
fn strings_that_agree_as_far_as_the_servers_go_are_said_to() {
    let scope = "20130524/us-east-1/sqs/aws4_request";
    let canonical = format!(
        "POST\n/\n\ncontent-type:application/x-www-form-urlencoded\nhost:us-east-1.queue.amazonaws.com\nx-amz-date:20130524T000000Z\n\ncontent-type;host;x-amz-date\n{HASH}"
    );
    let log = format!(
        "2013-05-24 00:00:00,885 botocore.auth [DEBUG] CanonicalRequest:\n{canonical}\n2013-05-24 00:00:00,885 botocore.auth [DEBUG] StringToSign:\nAWS4-HMAC-SHA256\n20130524T000000Z\n{scope}\n"
    );
    let server = |text: &str| {
        format!("{log}\n\nThe Canonical String for this request should have been\n'{text}")
    };
    let cut = canonical.find("T000000Z").unwrap();
    let front = canonical.get(..cut).unwrap();
    let work = alone(&server(front));
    let diagnosis = &work.analysis.diagnosis;
    assert_eq!(diagnosis.verdict.id, VerdictId::Mismatch);
    let sentence = &diagnosis.verdict.sentence;
    assert!(
        sentence.contains("is the same") && sentence.contains("the secret differs"),
        "{sentence}"
    );
    let same = &diagnosis.ruled_out;
    for name in ["method", "path", "header content-type", "header host"] {
        assert!(same.iter().any(|own| own == name), "{same:?}");
    }
    assert!(!same.iter().any(|own| own.contains("date")), "{same:?}");
    // Where a header differs, it leads, and no header is told to agree.
    let other = front.replace("us-east-1.queue", "us-west-2.queue");
    let work = alone(&server(&other));
    let sentence = &work.analysis.diagnosis.verdict.sentence;
    assert!(sentence.contains("host"), "{sentence}");
    assert!(!sentence.contains("is the same"), "{sentence}");
}

#[test]
fn of_a_url_that_dots_cut_nothing_is_missing() {
    let (front, _) = URL.split_once("&X-Amz-Date").unwrap();
    let (algorithm, _) = URL.split_once("&X-Amz-Credential").unwrap();
    for text in [
        format!("{front}..."),
        format!("{algorithm}&X-Amz-Credential=..."),
        format!("{algorithm}&X-Amz-Credential=AKIA…"),
        format!("{algorithm}&X-Amz-Cred..."),
        format!("{algorithm}&..."),
        format!("{front}&X-Amz-Date=20130524T000000Z[...]\nwas working yesterday"),
        format!("{algorithm}&...&X-Amz-Signature={HASH}"),
    ] {
        let work = alone(&text);
        assert_eq!(ids(&work), ["request-cut"], "{text}");
        assert!(
            message(&work, "request-cut").contains("Dots stand"),
            "{text}"
        );
    }
    // What lacks them without dots lacks them, and dots behind a whole URL are a sentence's.
    assert!(ids(&alone(&format!("{front}\n"))).contains(&"auth-parameter-missing"));
    let whole = work(&format!("It is {URL}..."));
    assert_eq!(outcome(&whole), Some(Outcome::Equal));
}

#[test]
fn marks_in_an_authorization_header_are_no_values() {
    let request = |value: &str| {
        format!(
            "GET /test.txt HTTP/1.1\nHost: {HOST}\nRange: bytes=0-9\nx-amz-content-sha256: {HASH}\nx-amz-date: 20130524T000000Z\nAuthorization: AWS4-HMAC-SHA256 {value}\n\n"
        )
    };
    for hidden in [
        "Credential=***, SignedHeaders=***, Signature=***",
        "Credential=<redacted>, SignedHeaders=<redacted>, Signature=<redacted>",
        "Credential=..., SignedHeaders=..., Signature=...",
        "...",
        "[REDACTED]",
    ] {
        let work = alone(&request(hidden));
        assert_eq!(ids(&work), ["authorization-hidden"], "{hidden}");
    }
    let list = "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date";
    let own = alone(&request(&format!("Credential=***, {list}, Signature=***")));
    assert!(!ids(&own).contains(&"credential-shape"));
    // A word is a value.
    let short = alone(&request(&format!(
        "Credential=AKIAIOSFODNN7EXAMPLE, {list}, Signature={HASH}"
    )));
    assert!(ids(&short).contains(&"credential-shape"));
    let unsigned = alone(&request(
        "Credential=***, SignedHeaders=range, Signature=***",
    ));
    assert!(ids(&unsigned).contains(&"host-not-signed"));
}

#[test]
fn a_hidden_signature_is_proved_as_the_server_quotes_it() {
    let canonical = format!(
        "GET\n/test.txt\n\nhost:cdn.example.org\nrange:bytes=0-9\nx-amz-content-sha256:{HASH}\nx-amz-date:20130524T000000Z\n\nhost;range;x-amz-content-sha256;x-amz-date\n{HASH}"
    );
    let hash = hex::encode(<sha2::Sha256 as sha2::Digest>::digest(&canonical));
    let signature = VALUE.rsplit('=').next().unwrap();
    let answer = format!(
        "<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated does not match the signature you provided. Check your key and signing method.</Message><AWSAccessKeyId>AKIAIOSFODNN7EXAMPLE</AWSAccessKeyId><StringToSign>AWS4-HMAC-SHA256\n20130524T000000Z\n20130524/us-east-1/s3/aws4_request\n{hash}</StringToSign><SignatureProvided>{signature}</SignatureProvided><CanonicalRequest>{canonical}</CanonicalRequest></Error>\n"
    );
    for header in [
        "",
        "Authorization: ***\n",
        "Authorization: AWS4-HMAC-SHA256 Credential=***, SignedHeaders=***, Signature=***\n",
    ] {
        let text = format!(
            "GET /test.txt HTTP/1.1\nHost: {HOST}\nRange: bytes=0-9\nx-amz-content-sha256: {HASH}\nx-amz-date: 20130524T000000Z\n{header}\n{answer}"
        );
        let work = work(&text);
        assert_eq!(outcome(&work), Some(Outcome::Equal), "{header}");
        let sentence = &work.analysis.diagnosis.verdict.sentence;
        assert!(
            sentence.contains("cdn.example.org") && sentence.contains("host"),
            "{sentence}"
        );
        let findings = ids(&work);
        assert!(!findings.contains(&"signature-missing") && !findings.contains(&"host-not-signed"));
    }
}
