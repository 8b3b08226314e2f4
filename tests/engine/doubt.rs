//! What is damaged, doubled or in doubt: which reading is taken, and that it is said.
//!
//! The signatures are not sigscope's own: they were made with Python's hmac over canonical requests written
//! by hand.

use std::fmt::Write as _;

use sigscope::engine::Analysis;
use sigscope::engine::correct::{self, CopyItem, When};
use sigscope::engine::diagnose::{Mark, VerdictId};
use sigscope::engine::document::Source;
use sigscope::engine::intake::{Body, BodyHasher, Input, read};
use sigscope::engine::scheme::{Outcome, Reason, Role, StageId, View};

use crate::common::{analyse, case_of, corrected, keyring, now, paste, settings, text};

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEZ";

/// The signature of [`get`].
const RIGHT: &str = "3143e68083676aa73a59ea1549df17f3ad0c7ebec4c8785b55e5faa208b9e351";

fn get(signature: &str) -> String {
    format!(
        "GET /a HTTP/1.1\n\
         Host: b.s3.amazonaws.com\n\
         X-Amz-Date: 20260301T101500Z\n\
         X-Amz-Content-Sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n\
         Authorization: AWS4-HMAC-SHA256 \
         Credential=AKIAIOSFODNN7EXAMPLE/20260301/us-east-1/s3/aws4_request, \
         SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature={signature}\n\n"
    )
}

fn checked(text: &str) -> Analysis {
    analyse(&paste(text), &keyring(SECRET), &settings(&[]))
}

/// All that the verdict says.
fn said(analysis: &Analysis) -> String {
    let verdict = &analysis.diagnosis.verdict;
    let mut out = verdict.sentence.clone();
    for detail in &verdict.details {
        write!(out, "\n{detail}").expect("a string takes all");
    }
    out
}

fn found<'a>(analysis: &'a Analysis, id: &str) -> Option<&'a str> {
    let findings = &analysis.diagnosis.findings;
    findings
        .iter()
        .find(|finding| finding.id == id)
        .map(|finding| finding.message.as_str())
}

fn verdict(analysis: &Analysis) -> VerdictId {
    analysis.diagnosis.verdict.id
}

#[test]
fn a_cut_signature_proves_only_what_is_left_of_it() {
    for left in [0, 1, 10, 15] {
        let cut = checked(&get(&format!("{}...", RIGHT.split_at(left).0)));
        assert_eq!(
            verdict(&cut),
            VerdictId::Undecided,
            "{left}: {}",
            said(&cut)
        );
        assert_eq!(
            cut.trace.as_ref().map(|trace| trace.outcome),
            Some(Outcome::NotCheckable(if left > 0 {
                Reason::TooShort
            } else {
                Reason::Redacted
            }))
        );
        if left > 0 {
            assert!(
                said(&cut).contains("too little of it is left"),
                "{}",
                said(&cut)
            );
        }
    }
    for left in [16, 63] {
        let cut = checked(&get(&format!("{}...", RIGHT.split_at(left).0)));
        assert_eq!(verdict(&cut), VerdictId::Match, "{left}: {}", said(&cut));
        assert!(said(&cut).contains("was cut"), "{}", said(&cut));
    }
    let other = checked(&get("3143e68084..."));
    assert_eq!(verdict(&other), VerdictId::Undecided);
    let other = checked(&get("3143e680840a1b2c..."));
    assert_eq!(verdict(&other), VerdictId::Mismatch);
}

#[test]
fn the_beginning_of_a_signature_is_known_only_where_it_is_long_enough() {
    let (short, long) = (RIGHT.split_at(15).0, RIGHT.split_at(16).0);
    let told = said(&checked(&get(long)));
    assert!(told.contains("the last 48 of its 64 characters"), "{told}");
    let told = said(&checked(&get(short)));
    assert!(!told.contains("beginning of the right one"), "{told}");
    let told = said(&checked(&get(&format!("{RIGHT}00"))));
    assert!(told.contains("2 characters too many"), "{told}");
}

#[test]
fn a_server_that_gave_no_strings_is_said_to_have_given_none() {
    let request = get(&"0".repeat(64));
    let answer = "<Error><Code>SignatureDoesNotMatch</Code><Message>m</Message></Error>";
    let words = "The server gave no strings of its own";
    let answered = said(&checked(&format!("{request}{answer}")));
    assert!(answered.contains(words), "{answered}");
    let alone = said(&checked(&request));
    assert!(!alone.contains(words), "{alone}");
}

#[test]
fn a_refusal_that_nobody_spoke_is_not_told_as_one() {
    let temporary = get(RIGHT).replace("AKIA", "ASIA");
    let alone = checked(&temporary);
    assert_eq!(verdict(&alone), VerdictId::Rejected);
    assert!(
        said(&alone).contains("a verifier will refuse it"),
        "{}",
        said(&alone)
    );
    let answered = checked(&format!(
        "{temporary}<Error><Code>AccessDenied</Code><Message>no</Message></Error>"
    ));
    assert!(
        said(&answered).contains("it is refused"),
        "{}",
        said(&answered)
    );
}

#[test]
fn the_servers_key_differs_only_if_its_answer_is_about_this_signature() {
    let request = get(RIGHT);
    let right = checked(&request);
    let trace = right.trace.as_ref().expect("a trace");
    let (canonical, to_sign) = (
        text(trace, Role::CanonicalRequest),
        text(trace, Role::StringToSign),
    );
    for (provided, hedged) in [
        (String::new(), true),
        (
            format!("<SignatureProvided>{RIGHT}</SignatureProvided>"),
            false,
        ),
    ] {
        let answered = checked(&format!(
            "{request}<Error><Code>SignatureDoesNotMatch</Code><Message>m</Message>{provided}\
             <StringToSign>{to_sign}</StringToSign>\
             <CanonicalRequest>{canonical}</CanonicalRequest></Error>"
        ));
        let said = said(&answered);
        assert!(said.contains("very same string to sign"), "{said}");
        assert!(said.contains("another secret"), "{said}");
        assert_eq!(said.contains("names no signature. If"), hedged, "{said}");
    }
}

#[test]
fn of_doubled_parameters_the_last_counts_in_a_header_and_the_first_in_a_query() {
    let zeros = "0".repeat(64);
    for (signatures, right) in [
        (format!("{zeros}, Signature={RIGHT}"), true),
        (format!("{RIGHT}, Signature={zeros}"), false),
        // Another spelling stands back, wherever it is.
        (format!("{RIGHT}, signature={zeros}"), true),
    ] {
        let analysis = checked(&get(&signatures));
        let outcome = analysis.trace.as_ref().map(|trace| trace.outcome.agrees());
        assert_eq!(outcome, Some(right), "{signatures}");
        assert_eq!(found(&analysis, "signature-shape"), None, "{signatures}");
        let doubled = signatures.contains("Signature=");
        assert_eq!(
            found(&analysis, "auth-parameter-duplicate").is_some(),
            doubled
        );
    }
}

#[test]
fn what_is_only_like_the_signature_is_signed() {
    let analysis = checked(
        "https://b.s3.amazonaws.com/a?x-amz-signature=zz&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20260301%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20260301T101500Z&X-Amz-Expires=900&X-Amz-SignedHeaders=host&X-Amz-Signature=567026cad8dd3678b3d22c714bb6a2050bcdbcd04973d8c5ed34e279209490c1",
    );
    let trace = analysis.trace.as_ref().expect("a trace");
    let canonical = text(trace, Role::CanonicalRequest);
    assert!(canonical.contains("&x-amz-signature=zz\n"), "{canonical}");
    assert!(!canonical.contains("X-Amz-Signature="), "{canonical}");
    // The one that is read has the right shape.
    assert_eq!(found(&analysis, "signature-shape"), None);
}

/// Signed over `hello` without a line end.
fn sqs(head: &str, body: &str) -> String {
    format!(
        "POST / HTTP/1.1\n\
         Host: sqs.us-east-1.amazonaws.com\n\
         X-Amz-Date: 20260301T101500Z\n\
         Content-Type: x\n\
         {head}Authorization: AWS4-HMAC-SHA256 \
         Credential=AKIAIOSFODNN7EXAMPLE/20260301/us-east-1/sqs/aws4_request, \
         SignedHeaders=host;x-amz-date, \
         Signature=616b5b8adb6313d469bcce60ef81d56a6cbd385df0184078e5a362a37f908097\n\n{body}"
    )
}

#[test]
fn a_line_end_that_may_not_have_been_signed_is_named_where_the_signature_differs() {
    for (head, body, what) in [
        ("Content-Length: 6\n", "hello\n", "a line end"),
        ("Content-Length: 7\n", "hello\n\n", "2 line ends"),
    ] {
        let analysis = checked(&sqs(head, body));
        assert_eq!(verdict(&analysis), VerdictId::Mismatch);
        let message = found(&analysis, "body-final-newline").expect("it is named");
        assert!(message.contains(what), "{message}");
    }
    // Where the signature is right, and where the body ends in none, there is nothing to say.
    for (head, body) in [
        ("Content-Length: 5\n", "hello"),
        ("", "hello\n"),
        ("", "hallo"),
    ] {
        let analysis = checked(&sqs(head, body));
        assert_eq!(found(&analysis, "body-final-newline"), None, "{head}{body}");
    }
}

#[test]
fn a_body_taken_without_its_newline_is_said_to_be_once() {
    for text in [sqs("", "hello\n"), put("hello\n")] {
        let analysis = checked(&text);
        assert_eq!(verdict(&analysis), VerdictId::Match);
        let said = said(&analysis);
        assert_eq!(
            said.matches("without the newline at its end").count(),
            1,
            "{said}"
        );
    }
    let whole = checked(&put("hello"));
    assert_eq!(verdict(&whole), VerdictId::Match);
    assert!(!said(&whole).contains("newline"), "{}", said(&whole));
}

/// States the hash of `hello` without a line end.
fn put(body: &str) -> String {
    format!(
        "PUT /a HTTP/1.1\n\
Host: b.s3.amazonaws.com\n\
X-Amz-Date: 20260301T101500Z\n\
X-Amz-Content-Sha256: 2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824\n\
Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260301/us-east-1/s3/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=97b1723c9777ee175e28878286c62b2042354bc168e3dd44c0711ba3bff59da4\n\n\
{body}"
    )
}

#[test]
fn the_command_sends_the_bytes_that_it_signs() {
    let mut case = case_of(put("").as_bytes());
    let mut hasher = BodyHasher::new();
    hasher.update(b"hello\n");
    for (name, argument) in [("my body", "'my body'"), ("-c", "./-c")] {
        case.requests[0].body = Body::Streamed(hasher.clone().finish(name));
        let correction = corrected(&case, &keyring(SECRET), &settings(&[]));
        let command = correct::text(CopyItem::Curl, &correction).expect("a command");
        let command = String::from_utf8_lossy(&command);
        assert!(
            command.starts_with(&format!("head -c 5 {argument} | curl")),
            "{command}"
        );
        assert!(command.contains("--data-binary @-"), "{command}");
    }
}

#[test]
fn a_tab_in_a_signed_value_is_tried_both_ways() {
    let tab = "GET /a HTTP/1.1\n\
Host: b.s3.amazonaws.com\n\
X-Amz-Date: 20260301T101500Z\n\
X-Amz-Content-Sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n\
X-Amz-Meta-A: a\t\tb\n\
Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260301/us-east-1/s3/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-meta-a, Signature=3299c6947997b3d232887737e76ea0ad052033c63c3de8eb74ad9ecfc4675958\n\n\
";
    let analysis = checked(tab);
    assert_eq!(verdict(&analysis), VerdictId::Match, "{}", said(&analysis));
    assert!(
        said(&analysis).contains("--header-blanks all"),
        "{}",
        said(&analysis)
    );
    assert!(found(&analysis, "signed-header-tab").is_some());
    // Chosen, it is not tried otherwise.
    let chosen = analyse(
        &paste(tab),
        &keyring(SECRET),
        &settings(&[("header-blanks", "spaces")]),
    );
    assert_eq!(verdict(&chosen), VerdictId::Mismatch);
}

#[test]
fn a_key_that_no_signature_confirms_is_left_open() {
    let analysis = checked(&get(&"0".repeat(64)));
    let marks = &analysis.diagnosis.marks;
    let key = marks.iter().find(|(id, _)| *id == StageId("key"));
    assert_eq!(key.map(|(_, mark)| *mark), Some(Mark::NeedsSecret));
}

#[test]
fn a_body_that_is_not_signed_proves_nothing() {
    let with = |hash: &str, body: &str| {
        let head = get(RIGHT).replace(
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            hash,
        );
        let analysis = checked(&format!("{}{body}", head.replace("GET", "PUT")));
        let holdings = &analysis.diagnosis.holdings;
        let body = holdings.iter().find(|held| held.id == "body");
        body.expect("the body has a line").proves.clone()
    };
    let word = "UNSIGNED-PAYLOAD";
    assert_eq!(with(word, "a body"), "nothing: UNSIGNED-PAYLOAD is signed");
    assert_eq!(with(word, ""), with(word, "a body"));
    let hash = "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff";
    assert_eq!(with(hash, "a body"), "whether its hash is true");
}

/// A paste of a body that is too short, and the rule of the scheme that would say the same once more.
#[test]
fn a_length_that_does_not_fit_is_said_once() {
    let request = get(RIGHT)
        .replace("GET", "PUT")
        .replace("Host:", "Content-Length: 9\nHost:");
    let case = paste(&format!("{request}abc"));
    let analysis = analyse(&case, &keyring(SECRET), &settings(&[]));
    let lengths = |analysis: &Analysis| -> Vec<&'static str> {
        let findings = analysis.diagnosis.findings.iter();
        findings
            .filter(|finding| finding.message.contains("Content-Length"))
            .map(|finding| finding.id)
            .collect()
    };
    assert_eq!(lengths(&analysis), ["content-length-differs"]);
    // The body that was sent is given beside it: nothing is wrong any more, or it is said of that one.
    let given = |bytes: &[u8]| {
        let mut hasher = BodyHasher::default();
        hasher.update(bytes);
        let input = Input {
            name: "paste".to_owned(),
            source: Source::File,
            bytes: format!("{request}abc").into(),
        };
        let case = read(&[input], Some(&hasher.finish("body".to_owned())));
        lengths(&analyse(&case, &keyring(SECRET), &settings(&[])))
    };
    assert!(given(b"abcdefghi").is_empty());
    assert_eq!(given(b"abcd"), ["content-length-mismatch"]);
}

#[test]
fn a_carriage_return_that_was_sent_is_named() {
    let analysis = checked(&get(RIGHT).replace(".com\n", ".com\r\r\n"));
    let message = found(&analysis, "unseen-character");
    assert_eq!(message, Some("The signed header host holds 0x0D CR."));
}

#[test]
fn a_request_without_a_date_is_asked_for_one() {
    let bare = get(RIGHT)
        .replace("X-Amz-Date: 20260301T101500Z\n", "")
        .replace(
            "X-Amz-Content-Sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n",
            "",
        )
        .replace(";x-amz-content-sha256;x-amz-date", "");
    let analysis = checked(&bare);
    let findings = &analysis.diagnosis.findings;
    let missing = findings.iter().find(|finding| finding.id == "date-missing");
    let missing = missing.expect("the date is missing");
    assert!(missing.help.contains("x-amz-date"), "{missing:?}");
    assert!(found(&checked(&get(RIGHT)), "date-missing").is_none());
}

/// A log that ends in the middle of the message: what is left of it is not told as the whole.
#[test]
fn a_message_that_was_cut_is_told_as_a_beginning() {
    let answer = |end: &str| {
        said(&checked(&format!(
            "{}HTTP/1.1 400 Bad Request\n\n\
             <Error><Code>AuthorizationHeaderMalformed</Code><Message>The authorization{end}",
            get(RIGHT)
        )))
    };
    let cut = answer("\n");
    assert!(
        cut.contains("its message begins “The authorization …”"),
        "{cut}"
    );
    let whole = answer(" header is malformed.</Message></Error>");
    assert!(
        whole.contains("says: “The authorization header is malformed”"),
        "{whole}"
    );
    assert!(!whole.contains("was cut"), "{whole}");
}

#[test]
fn a_redirect_means_another_endpoint() {
    let refused = |elements: &str| {
        said(&checked(&format!(
            "{}HTTP/1.1 301 Moved Permanently\n\n<Error><Code>PermanentRedirect</Code><Message>The bucket you \
             are attempting to access must be addressed using the specified endpoint.</Message>{elements}</Error>",
            get(RIGHT)
        )))
    };
    let named = refused("<Endpoint>b.s3-eu-west-1.amazonaws.com</Endpoint>");
    assert!(
        named.contains("wants the request at b.s3-eu-west-1.amazonaws.com")
            && named.contains("sign for its host and region"),
        "{named}"
    );
    assert!(refused("").contains("addressed using the specified endpoint"));
}

#[test]
fn a_correction_sends_no_tab() {
    let case = case_of(
        get(RIGHT)
            .replace("Host:", "X-Amz-Meta-A: one\t two\t\tthree  four\nHost:")
            .as_bytes(),
    );
    let ring = keyring(SECRET);
    for blanks in [&[][..], &[("header-blanks", "spaces")]] {
        let settings = settings(blanks);
        let view = View {
            case: &case,
            request: Some(0),
            keyring: &ring,
            settings: &settings,
            now: now(),
        };
        let trace = analyse(&case, &ring, &settings).trace.expect("a trace");
        let corrected =
            sigscope::engine::correct(sigscope::engine::scheme::all(), &view, &trace, When::Same)
                .expect("a correction");
        let sent = corrected
            .headers
            .iter()
            .find(|(name, _)| name == "X-Amz-Meta-A");
        assert_eq!(
            sent.map(|(_, value)| String::from_utf8_lossy(value).into_owned()),
            Some("one two three  four".to_owned())
        );
        assert!(
            corrected.because.iter().any(|b| b.contains("tab")),
            "{:?}",
            corrected.because
        );
    }
}
