//! Choosing among the parts of a case, putting it away, and following one request through several places.

use super::screens::{CANONICAL, ODD, SEEN_TWICE, pasted, tried};
use super::*;
use crate::engine::diagnose::VerdictId;
use crate::engine::intake::{PairedBy, Part, ReadAs, Side};
use crate::tui::app::{Overlay, Screen};

fn work(driver: &Driver) -> Arc<crate::workbench::Work> {
    Arc::clone(driver.app.work.as_ref().unwrap())
}

fn refused(number: usize) -> String {
    format!(
        "GET /{number} HTTP/1.1\nHost: h\nAuthorization: x\n\nHTTP/1.1 403 Forbidden\n\n<Error><Code>AccessDenied</Code></Error>\n"
    )
}

#[test]
fn the_first_refused_is_looked_at_and_enter_in_the_list_takes_another() {
    let mut driver = tried(ThemeName::Dark);
    assert_eq!(work(&driver).analysis.request, Some(1));
    driver.keys("p G Up Enter");
    assert!(driver.app.overlay.is_none());
    assert_eq!(driver.app.screen, Screen::Answer);
    assert_eq!(work(&driver).analysis.request, Some(2));
    // Of evidence it is the request that it belongs to.
    driver.keys("p g Down Enter");
    assert_eq!(work(&driver).analysis.request, Some(0));
    // A choice survives whatever is pasted behind it.
    driver.tell(Msg::Pasted(refused(9).into()));
    assert_eq!(work(&driver).case.requests.len(), 4);
    assert_eq!(work(&driver).analysis.request, Some(0));
    driver.keys("u");
    assert_eq!(work(&driver).analysis.request, Some(0));
}

#[test]
fn a_side_is_switched_with_a_key_and_undone_with_another() {
    let mut driver = pasted(CANONICAL, ThemeName::Dark);
    let screen = plain(&driver.draw(120, 36));
    assert!(
        screen.contains("Say whose this canonical request is"),
        "{screen}"
    );
    let side = |driver: &Driver| work(driver).case.evidence[0].side;
    assert_eq!(side(&driver), None);
    driver.keys("t");
    assert_eq!(side(&driver), Some(Side::Client));
    let screen = plain(&driver.draw(120, 36));
    assert!(
        screen.contains("evidence 1 is the signer's, chosen by you"),
        "{screen}"
    );
    driver.keys("t");
    assert_eq!(side(&driver), Some(Side::Server));
    driver.tell(Msg::Pasted(
        "GET / HTTP/1.1\nHost: h\nAuthorization: x\n\n".into(),
    ));
    assert_eq!(side(&driver), Some(Side::Server), "it stays with its part");
    driver.keys("p g Delete");
    assert_eq!(side(&driver), None);
    assert!(driver.app.bench.choices.is_empty());
    driver.keys("Right");
    driver.keys("Left");
    assert_eq!(side(&driver), None);
    assert!(
        driver.app.bench.choices.is_empty(),
        "as recognised is no choice"
    );
}

#[test]
fn enter_on_the_step_that_asks_whose_it_is_says_it() {
    let mut driver = pasted(CANONICAL, ThemeName::Dark);
    driver.keys("Enter");
    assert_eq!(work(&driver).case.evidence[0].side, Some(Side::Client));
    assert!(driver.asked.is_empty(), "nothing is copied");
}

#[test]
fn another_pair_is_chosen_and_taken_back() {
    let mut driver = tried(ThemeName::Dark);
    // The 404 that answers the third is held against the second.
    driver.keys("p G p");
    let case = |driver: &Driver| {
        work(driver)
            .case
            .requests_of(2)
            .map(|(r, by)| (r.to_vec(), by))
    };
    assert_eq!(case(&driver), Some((vec![1], PairedBy::Chosen)));
    assert_eq!(work(&driver).analysis.request, Some(1));
    let screen = plain(&driver.draw(120, 36));
    assert!(
        screen.contains("answers request 2: chosen by you"),
        "{screen}"
    );
    driver.keys("p");
    assert_eq!(case(&driver), Some((vec![2], PairedBy::Place)));
}

#[test]
fn strings_that_name_another_signature_are_held_against_the_request_where_a_person_says_so() {
    let text = samples::find("host-changed").unwrap().text;
    let other = text.replace("SignatureProvided>", "SignatureProvided>0");
    assert_ne!(text, other);
    let mut driver = pasted(&other, ThemeName::Dark);
    assert!(work(&driver).analysis.diagnosis.divergences.is_empty());
    driver.keys("p G");
    while !matches!(driver.app.listed_part(), Some(Part::Evidence(_))) {
        driver.keys("Up");
    }
    driver.keys("p");
    let work = work(&driver);
    assert!(!work.analysis.diagnosis.divergences.is_empty());
    let details = work.analysis.diagnosis.verdict.details.join(" ");
    assert!(details.contains("names another signature"), "{details}");
    assert!(details.contains("because you chose so"), "{details}");
}

#[test]
fn two_thousand_parts_are_listed_found_and_drawn_at_once() {
    let text: String = (0..500).map(refused).collect();
    let mut driver = pasted(&text, ThemeName::Dark);
    driver.keys("p");
    assert_eq!(driver.app.listed().len(), 1000);
    driver.keys("G");
    let screen = plain(&driver.draw(80, 24));
    assert!(screen.contains("evidence 500"), "{screen}");
    assert!(screen.contains("of 1000"), "{screen}");
    driver.keys("/");
    driver.type_text("/417");
    let screen = plain(&driver.draw(80, 24));
    assert!(screen.contains("Parts: 1 of 1000"), "{screen}");
    driver.keys("Enter Enter");
    assert_eq!(work(&driver).analysis.request, Some(417));
    driver.keys("p /");
    driver.type_text("no such thing");
    let screen = plain(&driver.draw(80, 24));
    assert!(screen.contains("no part holds this"), "{screen}");
    driver.keys("Esc");
    assert_eq!(driver.app.listed().len(), 1000);
}

#[test]
fn a_case_is_put_away_for_the_next_and_brought_back() {
    let mut driver = Driver::sample("host-changed").with_secret();
    driver.keys("p g Esc");
    driver.press(KeyCode::Char('n'), KeyModifiers::CONTROL);
    assert_eq!(driver.app.screen, Screen::Input);
    assert!(driver.app.bench.inputs.is_empty());
    assert!(
        !driver.app.bench.entered.candidates.is_empty(),
        "the secret stays"
    );
    driver.tell(Msg::Pasted(refused(1).into()));
    assert_eq!(driver.app.bench.inputs.len(), 1);
    // One step back is the paste, the next one the case.
    driver.keys("u");
    assert!(driver.app.bench.inputs.is_empty());
    driver.keys("u");
    assert_eq!(driver.app.bench.inputs.len(), 1);
    assert_eq!(
        work(&driver).analysis.diagnosis.verdict.id,
        VerdictId::Rejected
    );
    driver.keys("u u");
    assert!(driver.app.bench.inputs.is_empty());
}

#[test]
fn a_request_that_was_changed_on_the_way_is_told_with_the_step() {
    let mut driver = pasted(SEEN_TWICE, ThemeName::Dark);
    assert_eq!(
        work(&driver).analysis.diagnosis.verdict.id,
        VerdictId::Undecided
    );
    driver.keys("s");
    driver.tell(Msg::Pasted(SECRET.into()));
    driver.keys("Enter");
    let told = work(&driver);
    assert_eq!(
        told.analysis.diagnosis.verdict.sentence,
        "Request 1 fits the signature, request 2 does not; they differ in: accept-encoding."
    );
    assert_eq!(told.analysis.diagnosis.verdict.id, VerdictId::Rejected);
    driver.keys("]");
    let told = work(&driver);
    assert_eq!(told.analysis.diagnosis.verdict.id, VerdictId::Explained);
    driver.keys("b");
    assert!(matches!(
        driver.app.overlay,
        Some(Overlay::Observations { hop: 0, .. })
    ));
    let screen = plain(&driver.draw(80, 24));
    assert!(
        screen.contains("request 2 (raw request): does not fit"),
        "{screen}"
    );
}

#[test]
fn what_was_not_recognised_is_read_as_what_is_chosen_and_back() {
    let mut driver = pasted(ODD, ThemeName::Dark);
    assert!(work(&driver).case.requests.is_empty());
    driver.keys("f Enter");
    assert_eq!(
        driver.app.bench.choices.read_as.get(&0),
        Some(&ReadAs::Headers)
    );
    assert_eq!(work(&driver).case.requests.len(), 1);
    assert_eq!(driver.app.screen, Screen::Answer);
    driver.keys("f Enter");
    assert!(work(&driver).case.requests.is_empty());
    assert_eq!(driver.app.bench.inputs[0].bytes.as_ref(), ODD.as_bytes());
}

/// A log of 2,000 calls, with what was signed and what was answered of each.
fn long_log() -> String {
    use std::fmt::Write as _;
    let mut log = String::new();
    for number in 0..2_000 {
        let date = format!(
            "20260402T{:02}{:02}{:02}Z",
            number / 3600,
            number / 60 % 60,
            number % 60
        );
        let signature = format!("{:064x}", 0xabcd_0000_u64 + number);
        let scope = "20260402/eu-west-1/s3/aws4_request";
        let to_sign = format!("AWS4-HMAC-SHA256\n{date}\n{scope}\n{:064x}", number + 1);
        let _ = write!(
            log,
            "2026-04-02 14:03:10,000 - botocore.auth - DEBUG - StringToSign:\n{to_sign}\n2026-04-02 14:03:10,001 - botocore.auth - DEBUG - Signature:\n{signature}\nGET /key-{number} HTTP/1.1\nHost: ex.org\nX-Amz-Date: {date}\nAuthorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/{scope}, SignedHeaders=host;x-amz-date, Signature={signature}\n\n<Error><Code>SignatureDoesNotMatch</Code><StringToSign>{to_sign}</StringToSign><SignatureProvided>{signature}</SignatureProvided></Error>\n"
        );
    }
    log
}

#[test]
fn thousands_of_parts_are_put_in_words_once_however_much_is_typed() {
    let mut driver = pasted(&long_log(), ThemeName::Dark);
    let case = &work(&driver).case;
    assert_eq!((case.requests.len(), case.evidence.len()), (2_000, 4_000));
    driver.keys("p /");
    let typed = |driver: &mut Driver, text: &str| {
        let started = std::time::Instant::now();
        driver.type_text(text);
        started.elapsed()
    };
    let first = typed(&mut driver, "k");
    let Some(Overlay::Parts(state)) = &driver.app.overlay else {
        panic!("the list is closed");
    };
    let kept = state.searched.clone().unwrap();
    let more = typed(&mut driver, "ey-1999");
    eprintln!("6,000 parts: the first letter took {first:?}, seven more {more:?}");
    let Some(Overlay::Parts(state)) = &driver.app.overlay else {
        panic!("the list is closed");
    };
    assert_eq!(state.matching.as_ref().map(Vec::len), Some(1));
    assert!(std::rc::Rc::ptr_eq(&kept, state.searched.as_ref().unwrap()));
    assert!(more < std::time::Duration::from_secs(4), "{more:?}");
}

/// What was only assumed is told so wherever it stands, and a key switches it to the other side and says it for certain.
#[test]
fn an_assumed_side_is_told_as_such_and_switched_with_a_key() {
    let other = CANONICAL.replace("GET\n/", "GET\n/bkt/");
    let text = format!(
        "Here is what botocore computed:\n```\n{CANONICAL}\n```\nAnd by the appliance\n```\n{other}\n```\n"
    );
    let mut driver = pasted(&text, ThemeName::Dark);
    let side = |driver: &Driver| work(driver).case.evidence[1].side;
    assert_eq!(side(&driver), Some(Side::Server));
    let screen = plain(&driver.draw(120, 50));
    assert!(
        screen.contains("If the strings behind “And by the appliance”"),
        "{screen}"
    );
    assert!(screen.contains("server?"), "{screen}");
    // The picture of who saw what would tell it as known.
    assert!(!screen.contains("verifier"), "{screen}");
    driver.keys("p Down");
    let screen = plain(&driver.draw(120, 36));
    assert!(screen.contains("assumed: Space switches"), "{screen}");
    assert!(screen.contains("taken for the server's"), "{screen}");
    driver.keys("Esc t");
    assert_eq!(side(&driver), Some(Side::Client));
    driver.keys("t");
    assert_eq!(side(&driver), Some(Side::Server));
    let screen = plain(&driver.draw(120, 50));
    assert!(!screen.contains("If the strings"), "{screen}");
    assert!(!screen.contains("server?"), "{screen}");
}

/// Canonical requests of nobody knows whom: a path with a slash more, and a hash with a digit more.
fn two_unnamed() -> String {
    let canonical = |path: &str, hash: &str| {
        format!(
            "canonical request:\nGET\n{path}\n\nhost:bkt.s3.us-east-1.amazonaws.com\nx-amz-content-sha256:{hash}\nx-amz-date:20260311T091544Z\n\nhost;x-amz-content-sha256;x-amz-date\nUNSIGNED-PAYLOAD\n\n"
        )
    };
    let hash = "0e07cf830957701d43c183f1515f63e6b68027e528f43ef52b1527a520ddbbbb";
    let longer = hash.replace("ddbbbb", "dddbbbb");
    canonical("/photos/cat.jpg", &longer) + &canonical("/photos//cat.jpg", hash)
}

#[test]
fn what_one_side_has_more_is_marked_there_and_a_gap_at_the_other() {
    let mut driver = pasted(&two_unnamed(), ThemeName::Dark);
    driver.keys("2");
    let screen = marked(&driver.draw(120, 36));
    let line = |text: &str| screen.lines().find(|line| line.contains(text)).unwrap();
    // Neither the name nor its end is marked where only a slash was put in.
    assert!(
        line("/photos/cat.jpg").contains("/photos/cat.jpg"),
        "{screen}"
    );
    assert!(
        line("/{/}cat.jpg").contains("/photos/{Red bold underlined}/{/}cat.jpg"),
        "{screen}"
    );
    let told = plain(&driver.draw(120, 36));
    assert!(told.contains("^ nothing here"), "{told}");
    assert!(told.contains("^ 65 digits"), "{told}");
    assert!(told.contains("^ nothing here, 64 digits"), "{told}");
    // Where there is no room behind it, it stands in front.
    let told = plain(&driver.draw(80, 24));
    assert!(told.contains("65 digits ^"), "{told}");
    // One name for each on all screens, which the command line takes, too.
    driver.keys("1");
    let told = plain(&driver.draw(120, 36));
    for words in [
        "the first has",
        "the second has",
        "    one  ",
        "    other  ",
    ] {
        assert!(!told.contains(words), "{words}: {told}");
    }
    assert!(
        told.contains("evidence 1 has \u{201c}/photos/cat.jpg\u{201d}"),
        "{told}"
    );
}

#[test]
fn the_list_tells_where_each_of_several_observations_was_made() {
    let request = |encoding: &str| {
        format!(
            "GET /a HTTP/1.1\nHost: bkt.s3.us-east-1.amazonaws.com\nAccept-Encoding: {encoding}\nX-Amz-Date: 20260311T091544Z\nAuthorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260311/us-east-1/s3/aws4_request, SignedHeaders=accept-encoding;host;x-amz-date, Signature={}\n\n",
            "ab".repeat(32)
        )
    };
    let paste = format!(
        "What the client sent:\n\n{}\nWhat arrived at nginx:\n\n{}",
        request("gzip"),
        request("identity")
    );
    let mut driver = pasted(&paste, ThemeName::Dark);
    driver.keys("p");
    let screen = plain(&driver.draw(80, 24));
    let line = |name: &str| screen.lines().find(|line| line.contains(name)).unwrap();
    assert!(line("request 1 ").contains("client"), "{screen}");
    assert!(line("request 2 ").contains("nginx"), "{screen}");
}

#[test]
fn what_a_text_can_be_read_as_is_listed_once() {
    for (width, height) in [(80, 24), (120, 36)] {
        let mut driver = pasted(ODD, ThemeName::Dark);
        driver.keys("f Down");
        let screen = plain(&driver.draw(width, height));
        assert_eq!(
            screen
                .matches("it holds \u{201c}UNSIGNED-PAYLOAD\u{201d}")
                .count(),
            1,
            "{screen}"
        );
        assert!(screen.contains("\u{25b8} a canonical request"), "{screen}");
        assert!(screen.contains("Enter read it so"), "{screen}");
    }
}
