//! One request in several places: what makes two requests one, what changed, and where it stops fitting.

use sigscope::engine::diagnose::{Observations, SeenBy, VerdictId};
use sigscope::workbench::Work;

use std::sync::Arc;

use sigscope::engine::document::Source;
use sigscope::engine::intake::Input;
use sigscope::engine::secret::Keyring;
use sigscope::workbench::{Fixed, Workbench};

use super::common::{keyring, now};

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

/// The work on a paste, with this request looked at.
fn looked_at(text: &str, secret: Option<&str>, request: usize) -> Work {
    let keyring = secret.map_or_else(Keyring::new, keyring);
    let mut bench = Workbench::new(Arc::new(Fixed(keyring)));
    bench.inputs.push(Input {
        name: "paste".to_owned(),
        source: Source::File,
        bytes: text.to_owned().into(),
    });
    bench.request = Some(request);
    bench.work(now())
}

/// Signed by botocore with the documentation's example secret.
const SENT: &str = "GET /report.csv HTTP/1.1\nHost: bkt.s3.us-east-1.amazonaws.com\nAccept-Encoding: identity\n\
    Range: bytes=0-99\nX-Amz-Date: 20260311T091544Z\n\
    X-Amz-Content-SHA256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n\
    Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260311/us-east-1/s3/aws4_request, \
    SignedHeaders=accept-encoding;host;range;x-amz-content-sha256;x-amz-date, \
    Signature=442eb512cbca127bda3cb48d1801becbfe3fe33f3ee671573f850547b74f35f9\n\n";

const SIGNATURE: &str = "442eb512cbca127bda3cb48d1801becbfe3fe33f3ee671573f850547b74f35f9";

fn arrived() -> String {
    SENT.replace("identity", "gzip")
        .replace("\nRange", "\nVia: 1.1 proxy\nRange")
}

fn seen(work: &Work) -> Option<&Observations> {
    work.analysis.diagnosis.observations.as_ref()
}

fn changed(work: &Work, hop: usize) -> Vec<String> {
    let seen = seen(work).unwrap();
    seen.hops[hop]
        .changed()
        .map(|row| row.key.to_string())
        .collect()
}

fn sentence(work: &Work) -> (VerdictId, &str) {
    let verdict = &work.analysis.diagnosis.verdict;
    (verdict.id, &verdict.sentence)
}

#[test]
fn what_fits_in_one_place_and_not_in_the_next_is_told_without_saying_which_was_sent() {
    let text = format!("{SENT}{}", arrived());
    for (at, id) in [(0, VerdictId::Rejected), (1, VerdictId::Explained)] {
        let work = looked_at(&text, Some(SECRET), at);
        assert_eq!(
            sentence(&work),
            (
                id,
                "Request 1 fits the signature, request 2 does not; they differ in: accept-encoding."
            )
        );
        assert_eq!(seen(&work).unwrap().stops, Some(0));
        assert_eq!(changed(&work, 0), ["accept-encoding"]);
        let explained = work.analysis.diagnosis.explanations.first();
        assert_eq!(explained.is_some(), at == 1);
    }
    // The other way round nothing stops fitting: it fits where it arrived.
    let work = looked_at(&format!("{}{SENT}", arrived()), Some(SECRET), 0);
    assert_eq!(seen(&work).unwrap().stops, None);
    assert_ne!(sentence(&work).0, VerdictId::Explained);
}

/// The canonical request of either.
fn canonical(encoding: &str) -> String {
    let hash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    format!(
        "GET\n/report.csv\n\naccept-encoding:{encoding}\nhost:bkt.s3.us-east-1.amazonaws.com\nrange:bytes=0-99\n\
         x-amz-content-sha256:{hash}\nx-amz-date:20260311T091544Z\n\n\
         accept-encoding;host;range;x-amz-content-sha256;x-amz-date\n{hash}"
    )
}

/// What the verifier answers that had this canonical request.
fn refusal(encoding: &str) -> String {
    format!(
        "HTTP/1.1 403 Forbidden\n\n<Error><Code>SignatureDoesNotMatch</Code><SignatureProvided>{SIGNATURE}</SignatureProvided><CanonicalRequest>{}</CanonicalRequest></Error>\n",
        canonical(encoding)
    )
}

#[test]
fn sent_and_arrived_are_said_where_a_sides_strings_or_a_shape_say_so() {
    let command = format!(
        "curl 'https://bkt.s3.us-east-1.amazonaws.com/report.csv' {}\n\n",
        SENT.lines()
            .skip(2)
            .filter(|line| !line.is_empty())
            .map(|line| format!("-H '{line}'"))
            .collect::<Vec<_>>()
            .join(" ")
    );
    let raw = SENT.to_owned();
    let log = format!(
        "DEBUG:botocore.auth:CanonicalRequest:\n{}\n\n",
        canonical("identity")
    );
    for (name, text, told) in [
        (
            "a command, and the server's strings",
            format!("{command}{}{}", arrived(), refusal("gzip")),
            "Valid as sent (request 1), changed before it arrived (request 2): accept-encoding.",
        ),
        (
            "the signer's strings, and the server's",
            format!("{log}{raw}{}{}", arrived(), refusal("gzip")),
            "Valid as sent (request 1), changed before it arrived (request 2): accept-encoding.",
        ),
        (
            "the server's strings alone",
            format!("{raw}{}{}", arrived(), refusal("gzip")),
            "Valid as signed (request 1), changed before it arrived (request 2): accept-encoding.",
        ),
        (
            "a command alone",
            format!("{command}{}", arrived()),
            "Valid as sent (request 1); request 2 does not fit the signature. They differ in: accept-encoding.",
        ),
    ] {
        let work = looked_at(&text, Some(SECRET), 0);
        assert_eq!(sentence(&work).1, told, "{name}");
    }
}

#[test]
fn of_three_places_the_step_is_told_and_all_that_changed_there() {
    let later = arrived().replace("bytes=0-99", "bytes=0-9");
    let text = format!(
        "{SENT}{}{later}",
        SENT.replace("\nRange", "\nX-Other: 1\nRange")
    );
    let work = looked_at(&text, Some(SECRET), 2);
    assert_eq!(changed(&work, 0), [""; 0]);
    assert_eq!(changed(&work, 1), ["accept-encoding", "range"]);
    assert_eq!(
        sentence(&work).1,
        "Request 2 fits the signature, request 3 does not; they differ in: accept-encoding, range."
    );
}

#[test]
fn without_a_secret_what_differs_is_told_and_nobody_is_said_to_be_right() {
    let work = looked_at(&format!("{SENT}{}", arrived()), None, 0);
    let all = seen(&work).unwrap();
    assert_eq!((all.by, all.stops), (SeenBy::Signature, None));
    assert_eq!(changed(&work, 0), ["accept-encoding"]);
    assert_eq!(sentence(&work).0, VerdictId::Undecided);
    let finding = work.analysis.diagnosis.findings.iter();
    let finding = finding
        .clone()
        .find(|f| f.id == "request-seen-twice")
        .unwrap();
    assert!(
        finding.help.starts_with("At most one of them"),
        "{}",
        finding.help
    );
}

#[test]
fn a_redacted_signature_is_known_by_key_id_and_time_and_two_whole_ones_are_two_requests() {
    let redacted = arrived().replace(SIGNATURE, "<REDACTED>");
    let work = looked_at(&format!("{SENT}{redacted}"), None, 0);
    assert_eq!(seen(&work).unwrap().by, SeenBy::KeyAndTime);
    assert_eq!(changed(&work, 0), ["accept-encoding"]);
    // Many are signed within one second by one key.
    let other = arrived().replace(SIGNATURE, &"0".repeat(64));
    assert!(seen(&looked_at(&format!("{SENT}{other}"), None, 0)).is_none());
    let later = redacted.replace("091544Z", "091545Z");
    assert!(seen(&looked_at(&format!("{SENT}{later}"), None, 0)).is_none());
}

#[test]
fn each_sides_own_strings_tell_which_of_the_places_it_had() {
    let text = format!("{SENT}{}{}", arrived(), refusal("gzip"));
    let work = looked_at(&text, None, 0);
    let places: Vec<_> = seen(&work)
        .unwrap()
        .seen
        .iter()
        .map(|s| s.strings_of)
        .collect();
    assert_eq!(places, [[None, None], [None, Some(0)]]);
}

#[test]
fn a_thousand_places_are_followed_in_part_and_counted() {
    let text = SENT.repeat(400);
    let work = looked_at(&text, Some(SECRET), 399);
    let all = seen(&work).unwrap();
    assert_eq!(all.seen.len() + all.more, 400);
    assert!(all.seen.iter().any(|place| place.request == 399));
    assert!(all.hops.iter().all(|hop| hop.changed().next().is_none()));
}

/// The places as a person names them, in any order.
#[test]
fn the_words_above_a_request_say_where_it_was_seen() {
    let headed = |heading: &str, request: &str| format!("{heading}\n\n{request}");
    let sent = headed("As the client sent it:", SENT);
    let arrived = headed("As the origin received it:", &arrived());
    let whole =
        "Valid as sent (request 1), changed before it arrived (request 2): accept-encoding.";
    let turned =
        "Valid as sent (request 2), changed before it arrived (request 1): accept-encoding.";
    for (text, at, told) in [
        (format!("{sent}{arrived}"), 0, whole),
        (format!("{arrived}{sent}"), 1, turned),
    ] {
        let work = looked_at(&text, Some(SECRET), at);
        assert_eq!(sentence(&work), (VerdictId::Rejected, told));
        // The request was right: what is to be set stands between, and signing anew helps nobody.
        let fixes = &work.analysis.diagnosis.fixes;
        assert!(!work.analysis.diagnosis.may_sign_anew());
        let who: Vec<_> = fixes.iter().map(|fix| fix.who).collect();
        assert_eq!(who, [sigscope::engine::diagnose::Who::Between]);
        assert!(fixes[0].title.contains("Accept-Encoding"), "{fixes:?}");
    }
    // Words that may say either say nothing.
    let either = format!(
        "between client and server\n\n{SENT}the same again:\n\n{}",
        self::arrived()
    );
    let work = looked_at(&either, Some(SECRET), 0);
    assert!(
        sentence(&work).1.starts_with("Request 1 fits"),
        "{:?}",
        sentence(&work)
    );
}

#[test]
fn the_place_where_it_stops_fitting_is_named_as_the_paste_names_it() {
    let nginx = SENT.replace("bytes=0-99", "bytes=0-9");
    let text = format!(
        "client:\n\n{SENT}\nproxy:\n\n{SENT}\norigin:\n\n{}",
        arrived()
    );
    let work = looked_at(&text, Some(SECRET), 0);
    assert_eq!(
        sentence(&work).1,
        "Valid as sent (request 1) and still in the next place (proxy, request 2), changed before it arrived (request 3): accept-encoding."
    );
    // Where the proxy has changed it already, it is before the proxy.
    let text = format!(
        "client:\n\n{SENT}\nnginx:\n\n{nginx}\norigin:\n\n{}",
        arrived()
    );
    let work = looked_at(&text, Some(SECRET), 0);
    assert_eq!(
        sentence(&work).1,
        "Valid as sent (request 1), changed before it reached nginx (request 2): range."
    );
}

/// Signed by botocore with the documentation's example secret.
const BLANK: &str = "GET /my%20report.csv HTTP/1.1\nHost: bkt.s3.us-east-1.amazonaws.com\nAccept-Encoding: identity\n\
    X-Amz-Date: 20260311T091544Z\n\
    X-Amz-Content-SHA256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n\
    Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260311/us-east-1/s3/aws4_request, \
    SignedHeaders=accept-encoding;host;x-amz-content-sha256;x-amz-date, \
    Signature=26ddb56a71d4fb7a18189881b42bd6559b0652e38bb7bfcf4beb55dcc69dc5b0\n\n";

#[test]
fn a_part_that_two_fitting_places_spell_otherwise_is_not_told_as_a_cause() {
    // A plus in a path is read as a blank where that reproduces the signature.
    let plus = BLANK.replace("my%20report", "my+report");
    let arrived = BLANK.replace("identity", "gzip");
    let work = looked_at(&format!("{BLANK}{plus}{arrived}"), Some(SECRET), 0);
    assert_eq!(changed(&work, 1), ["path", "accept-encoding"]);
    assert_eq!(
        sentence(&work).1,
        "Request 2 fits the signature, request 3 does not; they differ in: accept-encoding."
    );
    // Where no place that fits has it so, it is one.
    let other = arrived.replace("my%20report", "your%20report");
    let work = looked_at(&format!("{BLANK}{plus}{other}"), Some(SECRET), 0);
    assert!(
        sentence(&work)
            .1
            .ends_with("differ in: path, accept-encoding."),
        "{}",
        sentence(&work).1
    );
}

#[test]
fn a_proof_shows_the_received_signature_as_it_stands() {
    let shown = SIGNATURE.get(..20).unwrap();
    for hidden in [format!("{shown}..."), format!("{shown}****")] {
        // Of one place the end is hidden, of the other nothing.
        let text = format!("{}{}", SENT.replace(SIGNATURE, &hidden), arrived());
        let work = looked_at(&text, Some(SECRET), 0);
        let proof = &work.analysis.diagnosis.verdict.proof;
        let [(_, received), (_, computed), ..] = proof.as_slice() else {
            panic!("{proof:?}");
        };
        assert!(
            received.starts_with(shown) && received.len() < 64,
            "{proof:?}"
        );
        assert_eq!(received, computed);
        // The same of one place alone: what is shown agrees.
        let work = looked_at(&SENT.replace(SIGNATURE, &hidden), Some(SECRET), 0);
        assert_eq!(sentence(&work).0, VerdictId::Match);
        let report = sigscope::report::text(
            &work,
            sigscope::report::TextStyle {
                width: 100,
                colour: false,
            },
        );
        assert!(
            report.contains("= received part of the signature"),
            "{report}"
        );
        assert!(!report.contains("! received"), "{report}");
    }
}

#[test]
fn what_is_known_by_key_id_and_time_alone_is_not_proved() {
    let hidden = format!("{}...", SIGNATURE.get(..20).unwrap());
    let [sent, came] = [SENT.to_owned(), arrived()].map(|text| text.replace(SIGNATURE, &hidden));
    for request in [0, 1] {
        let work = looked_at(&format!("{sent}{came}"), Some(SECRET), request);
        let seen = seen(&work).unwrap();
        assert_eq!((seen.by, seen.stops), (SeenBy::KeyAndTime, Some(0)));
        let diagnosis = &work.analysis.diagnosis;
        let verdict = &diagnosis.verdict;
        assert!(
            verdict.sentence.starts_with("If they are one request"),
            "{verdict:?}"
        );
        assert!(
            !verdict.proved && diagnosis.explanations.is_empty(),
            "{verdict:?}"
        );
        let id = [VerdictId::Rejected, VerdictId::Mismatch][request];
        assert_eq!(verdict.id, id);
    }
}

#[test]
fn two_places_under_one_heading_are_told_apart_by_their_requests() {
    let nginx = SENT.replace("bytes=0-99", "bytes=0-9");
    let text = format!("client:\n\n{SENT}\nproxy:\n\n{SENT}\nproxy:\n\n{nginx}");
    let work = looked_at(&text, Some(SECRET), 0);
    assert_eq!(
        sentence(&work).1,
        "Valid as sent (request 2); request 3 does not fit the signature. They differ in: range."
    );
}
