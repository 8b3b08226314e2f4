//! What is signed and hidden by stars or letters, signatures of which too little is left, and two sides whose strings
//! differ: what may be said of them without a secret, and what may not.
//!
//! The request is the first example of the Amazon S3 API Reference, "Signature Calculations for the Authorization
//! Header", and the URL that of its page on query parameters.

use sigscope::engine::diagnose::VerdictId;
use sigscope::engine::scheme::{Outcome, Reason};
use sigscope::engine::secret::Keyring;
use sigscope::workbench::Work;

use crate::common::{EXAMPLE_SECRET, keyring, now, work_of};

const HASH: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const SIGNATURE: &str = "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41";
const URL: &str = "https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404";

fn request() -> String {
    format!(
        "GET /test.txt HTTP/1.1\nHost: examplebucket.s3.amazonaws.com\nRange: bytes=0-9\nx-amz-date: 20130524T000000Z\nx-amz-content-sha256: {HASH}\nAuthorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, Signature={SIGNATURE}\n\n"
    )
}

fn work(text: &str) -> Work {
    work_of(text, keyring(EXAMPLE_SECRET), now())
}

fn outcome(work: &Work) -> Option<Outcome> {
    work.analysis.trace.as_ref().map(|trace| trace.outcome)
}

fn verdict(work: &Work) -> (VerdictId, &str) {
    let verdict = &work.analysis.diagnosis.verdict;
    (verdict.id, &verdict.sentence)
}

#[test]
fn a_signed_part_under_stars_or_letters_is_not_checkable_and_is_in_no_correction() {
    let raw = request();
    let hidden = [
        (
            URL.replace("AKIAIOSFODNN7EXAMPLE", "AKIA****************"),
            "X-Amz-Credential",
        ),
        (
            URL.replace("AKIAIOSFODNN7EXAMPLE", "XXXXXXXXXXXXXXXXXXXX"),
            "X-Amz-Credential",
        ),
        (
            URL.replace("=20130524T000000Z", "=20130524TXXXXXXZ"),
            "X-Amz-Date",
        ),
        (raw.replace("/test.txt", "/a/****.txt"), "the path"),
        (raw.replace("bytes=0-9", "bytes=XXXX"), "range"),
        (
            raw.replace("20130524T000000Z", "2013XXXXTXXXXXXZ"),
            "x-amz-date",
        ),
    ];
    for (text, name) in hidden {
        let work = work(&text);
        assert_eq!(
            outcome(&work),
            Some(Outcome::NotCheckable(Reason::NoValue)),
            "{text}"
        );
        let told = format!(
            "What was signed of this request is hidden in this paste: {name}. Without it the signature cannot be checked."
        );
        assert_eq!(verdict(&work), (VerdictId::Undecided, told.as_str()));
        assert!(work.correction.is_none(), "{text}");
        let details = work.analysis.diagnosis.verdict.details.join(" ");
        assert!(!details.contains("with none of"), "{details}");
    }
    // The same without a mark, what is alike and is none, and another path altogether.
    for text in [raw.clone(), URL.to_owned()] {
        assert_eq!(outcome(&work(&text)), Some(Outcome::Equal));
    }
    for path in ["/a/x*y.txt", "/a/boxxx.txt", "/a/...txt", "/other.txt"] {
        let work = work(&raw.replace("/test.txt", path));
        assert_eq!(verdict(&work).0, VerdictId::Mismatch, "{path}");
    }
}

#[test]
fn the_key_id_of_a_header_is_not_signed_and_its_mark_is_in_no_correction() {
    let work = work(&request().replace("AKIAIOSFODNN7EXAMPLE", "AKIA************"));
    assert_eq!(outcome(&work), Some(Outcome::Equal));
    let corrected = work
        .correction
        .map(|correction| format!("{:?}", correction.headers));
    assert!(corrected.is_none_or(|text| !text.contains("AKIA***")));
}

#[test]
fn too_little_of_a_signature_is_neither_right_nor_another() {
    let cut = |digits: usize| request().replace(SIGNATURE, SIGNATURE.split_at(digits).0);
    for digits in [4, 10, 15] {
        let work = work(&cut(digits));
        assert_eq!(
            verdict(&work),
            (
                VerdictId::Undecided,
                "The received signature was cut, and too little of it is left to compare: what is left of it agrees with the computed one, which proves nothing."
            )
        );
        let other_work =
            self::work(&request().replace(SIGNATURE, "0a1b2c3d4e5f6a7b".split_at(digits).0));
        let (id, told) = verdict(&other_work);
        assert_eq!(id, VerdictId::Undecided);
        assert!(
            told.ends_with("the computed one begins otherwise, which proves little."),
            "{told}"
        );
    }
    for digits in [16, 24] {
        let work = work(&cut(digits));
        let missing = 64 - digits;
        let told = format!(
            "The received signature is the beginning of the right one: the last {missing} of its 64 characters are missing, in this paste or in what was sent."
        );
        assert_eq!(verdict(&work), (VerdictId::Mismatch, told.as_str()));
    }
    let other = work(&request().replace(SIGNATURE, "0a1b2c3d4e5f6a7b"));
    assert_eq!(verdict(&other).0, VerdictId::Mismatch);
}

fn canonical(host: &str, date: &str) -> String {
    format!(
        "GET\n/test.txt\n\nhost:{host}\nx-amz-content-sha256:{HASH}\nx-amz-date:{date}\n\nhost;x-amz-content-sha256;x-amz-date\n{HASH}"
    )
}

fn strings(side: &str, host: &str, date: &str) -> String {
    use sha2::{Digest as _, Sha256};
    let canonical = canonical(host, date);
    let hash = hex::encode(Sha256::digest(canonical.as_bytes()));
    format!(
        "{side} canonical request:\n{canonical}\n\n{side} string to sign:\nAWS4-HMAC-SHA256\n{date}\n20130524/us-east-1/s3/aws4_request\n{hash}\n\n"
    )
}

#[test]
fn where_both_sides_strings_differ_no_secret_is_needed_to_say_so() {
    let at = "20130524T000000Z";
    let own = strings("client", "a.s3.amazonaws.com", at);
    let both = |text: &str| {
        let work = work_of(text, Keyring::new(), now());
        let verdict = work.analysis.diagnosis.verdict;
        (verdict.id, verdict.proved, verdict.sentence)
    };
    let told = "The host header differs: the signer signed “a.s3.amazonaws.com”, and the server had “b.s3.amazonaws.com”.";
    let other = strings("server", "b.s3.amazonaws.com", at);
    assert_eq!(
        both(&format!("{own}{other}")),
        (VerdictId::Mismatch, true, told.to_owned())
    );
    // Without strings to sign no hash shows that they are as they were made.
    let bare =
        |side: &str, host: &str| format!("{side} canonical request:\n{}\n\n", canonical(host, at));
    let text = format!(
        "{}{}",
        bare("client", "a.s3.amazonaws.com"),
        bare("server", "b.s3.amazonaws.com")
    );
    assert_eq!(both(&text), (VerdictId::Mismatch, false, told.to_owned()));
    // Of one hash too it is one side only that is as it was made.
    let text = format!("{own}{}", bare("server", "b.s3.amazonaws.com"));
    assert_eq!(both(&text), (VerdictId::Mismatch, false, told.to_owned()));
    // Two moments may be two tries, and what is the same on both sides decides nothing.
    let later = strings("server", "b.s3.amazonaws.com", "20130524T000100Z");
    let (id, proved, _) = both(&format!("{own}{later}"));
    assert_eq!((id, proved), (VerdictId::Undecided, false));
    let same = strings("server", "a.s3.amazonaws.com", at);
    let (id, proved, _) = both(&format!("{own}{same}"));
    assert_eq!((id, proved), (VerdictId::Undecided, false));
}

/// Before what is hidden is put in no secret tells anything: that leads, and not that there is none.
#[test]
fn a_hidden_host_leads_where_there_is_no_secret_either() {
    let text = request().replace("Host: examplebucket", "Host: [REDACTED]");
    let work = work_of(&text, Keyring::new(), now());
    let (id, sentence) = verdict(&work);
    assert_eq!(id, VerdictId::Undecided);
    assert!(
        sentence.contains("hidden in this paste: host"),
        "{sentence}"
    );
    let steps = &work.analysis.diagnosis.next_steps;
    assert!(
        steps[0].sentence.contains("put in what was sent"),
        "{steps:?}"
    );
    assert!(steps.iter().all(|step| step.party != "sigscope"));
    // A host that is here leaves the secret to be asked for.
    let work = work_of(&request(), Keyring::new(), now());
    assert!(verdict(&work).1.contains("There is no secret for the key"));
    let steps = &work.analysis.diagnosis.next_steps;
    assert!(steps.iter().any(|step| step.party == "sigscope"));
}

/// Dots at the end of a part of the path or of a parameter are the end of a name, or stand for the rest of it.
#[test]
fn dots_at_the_end_of_a_value_are_taken_for_a_mark_where_the_signature_does_not_fit() {
    let signed = |path: &str, query: &str| {
        let canonical = format!(
            "GET\n{path}\n{query}\nhost:b.example\nx-amz-content-sha256:{HASH}\nx-amz-date:20260301T101500Z\n\n\
             host;x-amz-content-sha256;x-amz-date\n{HASH}"
        );
        let signature = super::readings::sign(&canonical, "s3");
        let target = if query.is_empty() {
            path.to_owned()
        } else {
            format!("{path}?{query}")
        };
        let request = format!(
            "GET {target} HTTP/1.1\nHost: b.example\nX-Amz-Date: 20260301T101500Z\nX-Amz-Content-SHA256: {HASH}\n\
             Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260301/us-east-1/s3/aws4_request, \
             SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature={signature}\n\n"
        );
        let to_sign = format!(
            "AWS4-HMAC-SHA256\n20260301T101500Z\n20260301/us-east-1/s3/aws4_request\n{}",
            hex::encode(<sha2::Sha256 as sha2::Digest>::digest(&canonical))
        );
        let answer = format!(
            "<Error><Code>SignatureDoesNotMatch</Code><Message>m</Message><StringToSign>{to_sign}</StringToSign>\
             <SignatureProvided>{signature}</SignatureProvided><CanonicalRequest>{}</CanonicalRequest></Error>\n",
            canonical.replace('&', "&amp;")
        );
        (request, answer)
    };
    let ring = || keyring(super::readings::SECRET);
    let of = |text: &str, keyring| {
        let work = work_of(text, keyring, now());
        let verdict = &work.analysis.diagnosis.verdict;
        (verdict.id, verdict.proved, verdict.sentence.clone())
    };
    let (request, answer) = signed("/photos/one/cat.jpg", "a=1&k=abcdef");
    for (from, to) in [
        ("cat.jpg", "..."),
        ("cat.jpg", "ca..."),
        ("one/cat.jpg", "…"),
        ("/one/", "/.../"),
        ("abcdef", "ab..."),
    ] {
        let short = request.replace(from, to);
        let (id, _, said) = of(&short, ring());
        assert_eq!(id, VerdictId::Undecided, "{to}: {said}");
        assert!(said.contains("dots end"), "{to}: {said}");
        // Without a secret nothing is known of them, and beside the server's string they are no difference.
        let (_, _, said) = of(&short, Keyring::new());
        assert!(said.contains("no secret"), "{to}: {said}");
        for keyring in [ring(), Keyring::new()] {
            let (id, proved, said) = of(&format!("{short}{answer}"), keyring);
            assert_eq!(id, VerdictId::Mismatch, "{to}: {said}");
            assert!(!said.contains("differs"), "{to}: {said} {proved}");
        }
        // Another part that differs is one.
        let other = short.replace("b.example", "c.example");
        let (_, _, said) = of(&format!("{other}{answer}"), Keyring::new());
        assert!(said.contains("host header differs"), "{to}: {said}");
    }
    // Sent so, they are a name's own; and two dots are no mark.
    for path in ["/photos/...", "/a.../b", "/…"] {
        let sent = path.replace('…', "%E2%80%A6");
        let (request, answer) = signed(&sent, "");
        assert_eq!(of(&request, ring()).0, VerdictId::Match, "{path}");
        assert_eq!(
            of(&format!("{request}{answer}"), ring()).0,
            VerdictId::Match
        );
    }
    let (request, _) = signed("/photos/..", "");
    let (id, _, said) = of(&request.replace("/photos/..", "/photo/.."), ring());
    assert_eq!(id, VerdictId::Mismatch, "{said}");
}
