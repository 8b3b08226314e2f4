//! A canonical request that lost or gained something on the way here is put right where its hash tells what it was,
//! and is called edited where it does not.

use sha2::{Digest as _, Sha256};
use sigscope::engine::intake::Evidence;

use super::*;

const HASH: &str = "7a0c438e8231b044cda691b708e54936c137bc281a7d687eb3d3fa1c0a1b2c3d";

/// The SHA-256 of nothing.
const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

fn canonical() -> String {
    format!(
        "PUT\n/a%2Fb%20c%3A\n\ncontent-type:text/plain; charset=\"utf-8\"\nhost:ex.org\nrange:\nx-amz-content-sha256:{HASH}\nx-amz-date:20260402T140310Z\n\ncontent-type;host;range;x-amz-content-sha256;x-amz-date\n{HASH}"
    )
}

fn to_sign(canonical: &str) -> String {
    format!(
        "AWS4-HMAC-SHA256\n20260402T140310Z\n20260402/eu-west-1/s3/aws4_request\n{}",
        hex::encode(Sha256::digest(canonical))
    )
}

/// The first bytes of a text.
fn front(text: &str, len: usize) -> &str {
    text.split_at(len).0
}

/// An answer that holds both, as they are given.
fn answer(c: &str, s: &str) -> String {
    format!(
        "<Error><Code>SignatureDoesNotMatch</Code><StringToSign>{s}</StringToSign><CanonicalRequest>{c}</CanonicalRequest></Error>\n"
    )
}

fn evidence(paste: &str) -> (Case, Evidence) {
    let case = read(paste.as_bytes());
    assert_eq!(case.evidence.len(), 1, "{paste}");
    let evidence = case.evidence[0].clone();
    (case, evidence)
}

/// The paste yields both strings exactly, with this repair among those named.
fn repaired(paste: &str, peel: Peel) {
    let (case, evidence) = evidence(paste);
    assert_eq!(
        evidence.integrity,
        Integrity::Repaired,
        "{paste}\n{:?}",
        ids(&case)
    );
    assert!(
        evidence.repairs.contains(&peel),
        "{paste}\n{:?}",
        evidence.repairs
    );
    let c = evidence.canonical_request.unwrap().bytes(&case.docs);
    assert_eq!(String::from_utf8(c).unwrap(), canonical(), "{paste}");
    let s = evidence.string_to_sign.unwrap().bytes(&case.docs);
    assert_eq!(
        String::from_utf8(s).unwrap(),
        to_sign(&canonical()),
        "{paste}"
    );
}

#[test]
fn line_ends_that_became_blanks_are_put_back() {
    let (c, s) = (canonical(), to_sign(&canonical()));
    let flat = |text: &str| text.replace('\n', " ");
    repaired(&answer(&flat(&c), &flat(&s)), Peel::LineBreaks);
    repaired(&answer(&flat(&c), &s), Peel::LineBreaks);
    repaired(
        &answer(&flat(&c).replace("  ", " "), &flat(&s)),
        Peel::LineBreaks,
    );
    repaired(
        &flat(&format!("Canonical request: {c} String to sign: {s}")),
        Peel::LineBreaks,
    );
    // A mail program breaks at blanks.
    let mail = flat(&c)
        .replace(" host:", "\nhost:")
        .replace(" {HASH}", "\n{HASH}");
    repaired(&answer(&mail, &flat(&s)), Peel::LineBreaks);
}

#[test]
fn empty_lines_and_blanks_that_were_lost_or_added_are_put_right() {
    let (c, s) = (canonical(), to_sign(&canonical()));
    repaired(&answer(&c.replace("\n\n", "\n"), &s), Peel::EmptyLines);
    repaired(&answer(&c.replacen("\n\n", "\n", 1), &s), Peel::EmptyLines);
    repaired(&answer(&c.replace('\n', "\n\n"), &s), Peel::EmptyLines);
    repaired(&answer(&c.replace('\n', "  \n"), &s), Peel::EmptyLines);
    repaired(
        &format!(
            "Canonical request:\n{}\nString to sign:\n{s}\n",
            c.replace("\n\n", "\n")
        ),
        Peel::EmptyLines,
    );
}

#[test]
fn quotes_and_blanks_of_word_processors_are_put_right() {
    let (c, s) = (canonical(), to_sign(&canonical()));
    repaired(&answer(&c.replace("; ", ";\u{A0}"), &s), Peel::Typography);
    repaired(
        &answer(&c.replace("\"utf-8\"", "“utf-8”"), &s),
        Peel::Typography,
    );
}

#[test]
fn what_printf_of_go_took_for_verbs_is_put_back() {
    let (c, s) = (canonical(), to_sign(&canonical()));
    let eaten = c
        .replace("%2F", "%!F(MISSING)")
        .replace("%20c", "%!c(MISSING)")
        .replace("%3A", "%!A(MISSING)");
    repaired(&answer(&eaten, &s), Peel::PrintfVerbs);
    let (case, evidence) = evidence(&answer(&eaten.replace("ex.org", "ex.com"), &s));
    assert_eq!(evidence.integrity, Integrity::Broken);
    assert!(!ids(&case).contains(&"evidence-repaired"));
}

#[test]
fn a_cut_end_is_completed_where_the_hash_proves_it() {
    let (c, s) = (canonical(), to_sign(&canonical()));
    let list = c.rfind("content-type;").unwrap();
    for cut in list + 4..c.len() {
        let paste = format!(
            "<Error><Code>SignatureDoesNotMatch</Code><StringToSign>{s}</StringToSign><CanonicalRequest>{}",
            front(&c, cut)
        );
        repaired(&paste, Peel::CutEnd);
    }
    repaired(
        &answer(&format!("{}...", front(&c, c.len() - 30)), &s),
        Peel::CutEnd,
    );
    // A header that is not there cannot be known.
    let cut = c.find("range:").unwrap();
    let paste = format!(
        "<Error><StringToSign>{s}</StringToSign><CanonicalRequest>{}",
        front(&c, cut)
    );
    let (_, evidence) = evidence(&paste);
    assert_eq!(evidence.integrity, Integrity::Unchecked);
}

#[test]
fn a_header_that_the_string_to_sign_or_the_body_tells_is_completed() {
    let c = canonical().replace(HASH, EMPTY);
    let s = to_sign(&c);
    let paste = |c: &str, s: &str| {
        format!(
            "<Error><Code>SignatureDoesNotMatch</Code><StringToSign>{s}</StringToSign><CanonicalRequest>{c}"
        )
    };
    let hash = c.find("x-amz-content-sha256:").unwrap() + 1;
    let list = c.find("\n\ncontent-type;").unwrap();
    for cut in hash..list {
        let (case, evidence) = evidence(&paste(front(&c, cut), &s));
        assert_eq!(evidence.integrity, Integrity::Repaired, "{cut}");
        assert!(evidence.repairs.contains(&Peel::CutEnd), "{cut}");
        let read = evidence.canonical_request.unwrap().bytes(&case.docs);
        assert_eq!(String::from_utf8(read).unwrap(), c, "{cut}");
        let told = case.findings.iter().find(|f| f.id == "evidence-repaired");
        assert!(told.unwrap().message.ends_with("(a cut end)."), "{cut}");
    }
    // Another time, a token behind the time, and a hash that nothing tells.
    let cut = c.find(":20260402T").unwrap() + 6;
    let other = s.replace("140310Z\n", "140311Z\n");
    let token = c.replace(
        "\n\ncontent-type;",
        "\nx-amz-security-token:t\n\ncontent-type;",
    );
    let own = canonical();
    let unknown = own.find(HASH).unwrap() + 9;
    for (c, s) in [
        (front(&c, cut), other),
        (front(&c, cut), to_sign(&token)),
        (front(&own, unknown), to_sign(&own)),
    ] {
        let (_, evidence) = evidence(&paste(c, &s));
        assert_eq!(evidence.integrity, Integrity::Unchecked, "{c}");
    }
}

#[test]
fn a_cut_hash_is_completed_by_the_canonical_request_it_is_of() {
    let (c, s) = (canonical(), to_sign(&canonical()));
    for left in 12..64 {
        let cut = s.len() - 64 + left;
        repaired(
            &format!(
                "<Error><Code>SignatureDoesNotMatch</Code><CanonicalRequest>{c}</CanonicalRequest><StringToSign>{}",
                front(&s, cut)
            ),
            Peel::CutEnd,
        );
    }
    // Another hash is no cut one.
    let other = format!(
        "{}0000{}...",
        front(&s, s.len() - 64),
        front(s.split_at(s.len() - 64).1, 20)
    );
    let (_, evidence) = evidence(&answer(&c, &other));
    assert_ne!(evidence.integrity, Integrity::Repaired);
}

#[test]
fn a_text_without_its_end_tag_that_only_lost_empty_lines_was_not_cut() {
    let c = canonical();
    let lost = c.replace("\n\n", "\n");
    let paste = format!(
        "<Error><Code>SignatureDoesNotMatch</Code><StringToSign>{}</StringToSign><CanonicalRequest>\n{lost}\n",
        to_sign(&c)
    );
    let (_, evidence) = evidence(&paste);
    assert_eq!(evidence.integrity, Integrity::Repaired);
    assert!(
        evidence.repairs.contains(&Peel::EmptyLines),
        "{:?}",
        evidence.repairs
    );
    assert!(
        !evidence.repairs.contains(&Peel::CutEnd),
        "{:?}",
        evidence.repairs
    );
}
