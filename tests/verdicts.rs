//! What is said of real mistakes, the whole way from the pasted text to the verdict.

use std::sync::Arc;

use bytes::Bytes;
use sigscope::engine::diagnose::{Mark, RowState, VerdictId};
use sigscope::engine::document::Source;
use sigscope::engine::intake::Input;
use sigscope::engine::scheme::{Now, StageId};
use sigscope::engine::secret::{Keyring, Material, NamedSecret, Sensitive};
use sigscope::samples;
use sigscope::workbench::{Fixed, Work, Workbench};

/// The example key of the AWS documentation, with which the samples are signed.
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

fn work(text: &str, secrets: &[&str]) -> Work {
    let mut ring = Keyring::new();
    for secret in secrets {
        ring.push(NamedSecret {
            name: "the test".to_owned(),
            key_id: None,
            material: Material::Secret(Sensitive::new(secret.as_bytes().to_vec())),
            session_token: None,
        });
    }
    let mut bench = Workbench::new(Arc::new(Fixed(ring)));
    bench.inputs.push(Input {
        name: "input".to_owned(),
        source: Source::File,
        bytes: Bytes::copy_from_slice(text.as_bytes()),
    });
    bench.work(Now {
        at: chrono::DateTime::UNIX_EPOCH,
        stated: false,
    })
}

fn sample(name: &str) -> &'static str {
    samples::find(name).expect("the sample is bundled").text
}

/// The server's answer of a sample, alone.
fn answer(name: &str) -> &'static str {
    let text = sample(name);
    let at = text.find("HTTP/1.1 4").expect("there is an answer");
    text.get(at..).unwrap_or_default()
}

#[track_caller]
fn says(work: &Work, id: VerdictId, parts: &[&str]) {
    let verdict = &work.analysis.diagnosis.verdict;
    assert_eq!(verdict.id, id, "{}", verdict.sentence);
    for part in parts {
        assert!(
            verdict.sentence.contains(part),
            "{part:?} is not in {:?}",
            verdict.sentence
        );
    }
}

fn mark(work: &Work, stage: &'static str) -> Mark {
    let marks = &work.analysis.diagnosis.marks;
    marks
        .iter()
        .find(|(id, _)| *id == StageId(stage))
        .expect("every stage has a mark")
        .1
}

#[test]
fn without_the_secret_the_servers_strings_name_the_field() {
    for (name, parts) in [
        (
            "host-changed",
            &[
                "The header host differs",
                "“nginx.local:8080”",
                "“s3.us-east-1.amazonaws.com”",
            ][..],
        ),
        (
            "content-type-browser",
            &[
                "The header content-type differs",
                "“application/octet-stream”",
                "“image/png”",
            ],
        ),
        (
            "accept-encoding-rewritten",
            &[
                "The header accept-encoding differs",
                "“gzip”",
                "“gzip,gzip(gfe)”",
            ],
        ),
        (
            "range-stripped",
            &[
                "The server had no value for the header range",
                "“bytes=0-8388607”",
            ],
        ),
    ] {
        let work = work(sample(name), &[]);
        says(&work, VerdictId::Mismatch, parts);
        assert!(work.analysis.diagnosis.verdict.proved, "{name}");
        assert_eq!(mark(&work, "canonical-request"), Mark::Differs, "{name}");
        assert_eq!(mark(&work, "string-to-sign"), Mark::Follows, "{name}");
        assert_eq!(mark(&work, "signature"), Mark::NeedsSecret, "{name}");
        let roots = work.analysis.diagnosis.divergences.iter();
        assert_eq!(roots.filter(|d| !d.follows).count(), 1, "{name}");
    }
}

#[test]
fn with_the_secret_it_is_proved_that_the_server_saw_something_else() {
    for (name, parts) in [
        (
            "host-changed",
            &[
                "The server verified another header host",
                "“nginx.local:8080” was signed",
            ][..],
        ),
        (
            "content-type-browser",
            &["The server verified another header content-type"],
        ),
        (
            "accept-encoding-rewritten",
            &["The server verified another header accept-encoding"],
        ),
        (
            "range-stripped",
            &[
                "The signature is right for this request",
                "no value for the header range",
            ],
        ),
    ] {
        let work = work(sample(name), &[SECRET]);
        says(&work, VerdictId::Rejected, parts);
        assert_eq!(mark(&work, "key"), Mark::Same, "{name}");
        assert_eq!(mark(&work, "signature"), Mark::Same, "{name}");
        let ruled_out = &work.analysis.diagnosis.ruled_out;
        for group in ["your secret", "method", "path", "date", "scope"] {
            assert!(
                ruled_out.iter().any(|o| o == group),
                "{name}: {ruled_out:?}"
            );
        }
        assert!(!ruled_out.iter().any(|o| o == "headers"), "{name}");
    }
}

#[test]
fn equal_strings_leave_the_key_or_the_signers_own_string() {
    for name in ["path-encoded-twice", "secret-newline"] {
        let without = work(sample(name), &[]);
        says(&without, VerdictId::Mismatch, &["very same string to sign"]);
        assert_eq!(mark(&without, "canonical-request"), Mark::Same);
        let with = work(sample(name), &[SECRET]);
        says(
            &with,
            VerdictId::Mismatch,
            &["the key differs", "unless the signer signed"],
        );
        assert_eq!(mark(&with, "signature"), Mark::Differs);
    }
    // With the newline that the signer's key had, the signature is right: the server's key is another.
    let work = work(sample("secret-newline"), &[SECRET, &format!("{SECRET}\n")]);
    says(
        &work,
        VerdictId::Match,
        &["very same string to sign", "another secret"],
    );
}

#[test]
fn a_refusal_for_another_reason_is_told_with_or_without_the_secret() {
    for (name, part) in [
        ("expired-url", "expired"),
        ("wrong-region", "eu-central-1"),
        ("header-unsigned", "x-amz-acl"),
    ] {
        says(
            &work(sample(name), &[]),
            VerdictId::Undecided,
            &["no secret", part],
        );
        let with = work(sample(name), &[SECRET]);
        says(
            &with,
            VerdictId::Rejected,
            &["is right for this request", part],
        );
    }
}

#[test]
fn a_right_request_is_said_to_be_right() {
    for name in ["right-request", "private-host"] {
        says(
            &work(sample(name), &[]),
            VerdictId::Undecided,
            &["no secret for the key"],
        );
        let with = work(sample(name), &[SECRET]);
        says(
            &with,
            VerdictId::Match,
            &["The signature is right for this request"],
        );
        assert!(with.analysis.diagnosis.verdict.proof.len() >= 2);
        assert!(with.analysis.diagnosis.next_steps.is_empty());
    }
}

#[test]
fn an_answer_alone_says_what_it_can() {
    let without = work(answer("host-changed"), &[]);
    says(
        &without,
        VerdictId::Mismatch,
        &["The server refused the signature"],
    );
    let diagnosis = &without.analysis.diagnosis;
    assert_eq!(diagnosis.comparisons[0].columns.len(), 1);
    let rows = &diagnosis.comparisons[0].rows;
    assert!(rows.iter().all(|row| row.state == RowState::Alone));
    assert!(!diagnosis.next_steps.is_empty());
    // The signer signed another host: the server's own string does not give its signature.
    let with = work(answer("host-changed"), &[SECRET]);
    says(
        &with,
        VerdictId::Mismatch,
        &["not that of the server's own string to sign"],
    );
    // The signer's true secret gives the signature from the server's own string: the server has another.
    let right = work(answer("secret-newline"), &[&format!("{SECRET}\n")]);
    says(
        &right,
        VerdictId::Match,
        &[
            "right for the server's own string to sign",
            "the server holds another one",
        ],
    );
}

#[test]
fn the_answer_to_another_request_is_not_held_against_this_one() {
    // The right request, beside an answer that names another signature.
    let text = format!(
        "{}\n\n{}",
        sample("right-request").trim(),
        answer("host-changed")
    );
    let work = work(&text, &[SECRET]);
    // Years lie between the two, which is all that is said against the request.
    says(&work, VerdictId::Rejected, &["12 y", "server's clock"]);
    let details = &work.analysis.diagnosis.verdict.details;
    assert!(
        details
            .iter()
            .any(|d| d.contains("names another signature")),
        "{details:?}"
    );
}

/// Pastes from public threads, where they are at hand: whatever they hold, what is said of them is a
/// sentence, and nothing is called proved without what proves it.
#[test]
fn whatever_people_paste_yields_a_sentence() {
    let Ok(folder) = std::fs::read_dir("../shared/evidence") else {
        return;
    };
    for file in folder {
        let path = file.unwrap().path();
        let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
        for secrets in [&[][..], &[SECRET][..]] {
            let work = work(&text, secrets);
            let verdict = &work.analysis.diagnosis.verdict;
            let shown = format!("{}: {}", path.display(), verdict.sentence);
            assert!(verdict.sentence.ends_with(['.', '!', '?']), "{shown}");
            assert!(verdict.sentence.chars().count() < 600, "{shown}");
            assert!(!verdict.proved || verdict.proof.len() >= 2, "{shown}");
            assert!(!matches!(verdict.id, VerdictId::Match), "{shown}");
        }
    }
}
