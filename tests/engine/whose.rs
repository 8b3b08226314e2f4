//! Strings of which nothing says whose they are: what is assumed is told as such, and where they differ from the others.

use std::sync::Arc;

use sha2::{Digest as _, Sha256};
use sigscope::engine::diagnose::VerdictId;
use sigscope::engine::document::Source;
use sigscope::engine::intake::{Input, Side, Which};
use sigscope::engine::scheme::Outcome;
use sigscope::engine::secret::Keyring;
use sigscope::workbench::{Fixed, Work, Workbench};

use super::common::{EXAMPLE_SECRET, keyring, now};

const HASH: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// The signature that botocore made of [`canonical`]`("identity", TIME)` with the documentation's example secret.
const SIGNATURE: &str = "26ddb56a71d4fb7a18189881b42bd6559b0652e38bb7bfcf4beb55dcc69dc5b0";

const TIME: &str = "20260311T091544Z";

fn canonical(encoding: &str, time: &str) -> String {
    format!(
        "GET\n/my%20report.csv\n\naccept-encoding:{encoding}\nhost:bkt.s3.us-east-1.amazonaws.com\n\
         x-amz-content-sha256:{HASH}\nx-amz-date:{time}\n\naccept-encoding;host;x-amz-content-sha256;x-amz-date\n{HASH}"
    )
}

fn to_sign(canonical: &str, time: &str) -> String {
    format!(
        "AWS4-HMAC-SHA256\n{time}\n20260311/us-east-1/s3/aws4_request\n{}",
        hex::encode(Sha256::digest(canonical))
    )
}

fn request(signature: &str) -> String {
    format!(
        "GET /my%20report.csv HTTP/1.1\nHost: bkt.s3.us-east-1.amazonaws.com\nAccept-Encoding: identity\n\
         X-Amz-Date: {TIME}\nX-Amz-Content-SHA256: {HASH}\n\
         Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260311/us-east-1/s3/aws4_request, \
         SignedHeaders=accept-encoding;host;x-amz-content-sha256;x-amz-date, Signature={signature}\n\n"
    )
}

/// What botocore logs of it.
fn log() -> String {
    let text = canonical("identity", TIME);
    format!(
        "DEBUG:botocore.auth:CanonicalRequest:\n{text}\nDEBUG:botocore.auth:StringToSign:\n{}\nDEBUG:botocore.auth:Signature:\n{SIGNATURE}\n\n",
        to_sign(&text, TIME)
    )
}

fn work(text: &str, secret: bool, side: Option<(usize, Side)>) -> Work {
    let keyring = if secret {
        keyring(EXAMPLE_SECRET)
    } else {
        Keyring::new()
    };
    let mut bench = Workbench::new(Arc::new(Fixed(keyring)));
    bench.inputs.push(Input {
        name: "paste".to_owned(),
        source: Source::File,
        bytes: text.to_owned().into(),
    });
    if let Some((at, side)) = side {
        bench.choices.sides.insert(Which::Nth(at), Some(side));
    }
    bench.work(now())
}

fn verdict(work: &Work) -> (VerdictId, &str, bool) {
    let verdict = &work.analysis.diagnosis.verdict;
    (verdict.id, &verdict.sentence, verdict.proved)
}

const DIFFERS: &str =
    "The accept-encoding header differs: the first has “identity”, and the second has “gzip”.";

#[test]
fn a_verdict_on_an_assumed_side_says_if() {
    let text = format!(
        "This is what botocore computed:\n```\n{}\n```\nAnd by the appliance\n```\n{}\n```\n",
        canonical("identity", TIME),
        canonical("gzip", TIME)
    );
    let assumed = work(&text, false, None);
    assert_eq!(
        verdict(&assumed),
        (
            VerdictId::Undecided,
            "If the strings behind “And by the appliance” are the server's, the accept-encoding header differs: the signer signed “identity”, and the server had “gzip”.",
            false
        )
    );
    let told = &assumed.analysis.diagnosis.verdict.details;
    assert!(
        told.iter().any(|text| text.contains("--side 2=client")),
        "{told:?}"
    );
    // A person's word makes it certain, and so does a name that is known.
    for (text, side) in [
        (text.clone(), Some((1, Side::Server))),
        (text.replace("the appliance", "the server"), None),
    ] {
        let certain = work(&text, false, side);
        let (id, sentence, _) = verdict(&certain);
        assert_eq!(id, VerdictId::Mismatch);
        assert!(
            sentence.starts_with("The accept-encoding header differs: the signer"),
            "{sentence}"
        );
        let details = &certain.analysis.diagnosis.verdict.details;
        assert!(
            !details.iter().any(|text| text.contains("taken for")),
            "{details:?}"
        );
    }
}

#[test]
fn two_unnamed_strings_are_held_against_each_other() {
    let (one, other) = (canonical("identity", TIME), canonical("gzip", TIME));
    let whole = |text: &str| format!("{text}\n\n{}\n", to_sign(text, TIME));
    for text in [
        format!("{one}\n\n\n{other}\n"),
        format!("{}\n\n{}", whole(&one), whole(&other)),
    ] {
        let work = work(&text, false, None);
        let (id, sentence, proved) = verdict(&work);
        assert_eq!((id, proved), (VerdictId::Undecided, false));
        assert_eq!(
            sentence,
            format!("Two strings stand here of which nothing says whose they are. {DIFFERS}")
        );
        let steps = &work.analysis.diagnosis.next_steps;
        assert_eq!(steps[0].party, "whose it is");
    }
    // Of two moments they may be two tries.
    let later = canonical("gzip", "20260311T091545Z");
    let work = work(&format!("{one}\n\n\n{later}\n"), false, None);
    let details = &work.analysis.diagnosis.verdict.details;
    assert!(
        details.iter().any(|text| text.contains("two tries")),
        "{details:?}"
    );
}

#[test]
fn no_bare_match_stands_beside_unnamed_strings_that_differ() {
    let other = |encoding: &str, time: &str| {
        let text = canonical(encoding, time);
        format!(
            "and this is what the appliance computed\n\n{text}\n\n{}\n",
            to_sign(&text, time)
        )
    };
    let told = "Nothing says whose the strings behind “and this is what the appliance computed” are. The accept-encoding header differs: this request has “identity”, and they have “gzip”. If they are the server's, that is why it refuses the signature.";
    for text in [
        format!("{}{}{}", log(), request(SIGNATURE), other("gzip", TIME)),
        format!("{}{}", request(SIGNATURE), other("gzip", TIME)),
    ] {
        let secret = work(&text, true, None);
        let (id, sentence, _) = verdict(&secret);
        assert_eq!(id, VerdictId::Match);
        assert_eq!(
            sentence,
            format!("The signature is right for this request. {told}")
        );
        let without = work(&text, false, None);
        let (id, sentence, _) = verdict(&without);
        assert_eq!(id, VerdictId::Undecided);
        assert!(sentence.starts_with(told), "{sentence}");
        // Said to be the server's, they are the cause.
        let at = secret.case.evidence.len() - 1;
        let named = work(&text, true, Some((at, Side::Server)));
        assert_eq!(verdict(&named).0, VerdictId::Rejected);
    }
    // The same strings once more, and those of another try, say nothing of this.
    for text in [other("identity", TIME), other("gzip", "20260311T091559Z")] {
        let work = work(
            &format!("{}{}{text}", log(), request(SIGNATURE)),
            true,
            None,
        );
        let (id, sentence, proved) = verdict(&work);
        assert_eq!((id, proved), (VerdictId::Match, true));
        assert!(!sentence.contains("whose"), "{sentence}");
    }
}

#[test]
fn a_signature_whose_middle_is_hidden_is_compared_at_both_ends() {
    let shown = |front: usize, back: usize, mark: &str| {
        let (front, back) = (SIGNATURE.split_at(front).0, SIGNATURE.split_at(64 - back).1);
        format!("{front}{mark}{back}")
    };
    let outcome = |signature: &str| {
        work(&request(signature), true, None)
            .analysis
            .trace
            .unwrap()
            .outcome
    };
    for signature in [
        shown(8, 8, "..."),
        shown(10, 10, "****"),
        shown(16, 4, "<redacted>"),
        shown(20, 0, &"*".repeat(44)),
    ] {
        assert_eq!(outcome(&signature), Outcome::Verified, "{signature}");
    }
    // Too little, and it is hidden, not cut.
    for signature in [shown(6, 6, "..."), shown(8, 0, &"*".repeat(56))] {
        let work = work(&request(&signature), true, None);
        let (id, sentence, _) = verdict(&work);
        assert_eq!(id, VerdictId::Undecided);
        assert!(
            sentence.starts_with("The received signature is hidden in part, and too little of it is left to compare: what is left of it agrees"),
            "{sentence}"
        );
    }
    // An end that is another's differs.
    let other = format!("{}...0123456789", SIGNATURE.split_at(10).0);
    assert!(outcome(&other).disagrees());
}

#[test]
fn a_mark_in_a_host_differs_from_no_host() {
    let server = |host: &str| {
        let text = canonical("gzip", TIME).replace("bkt.s3.us-east-1.amazonaws.com", host);
        format!(
            "HTTP/1.1 403 Forbidden\n\n<Error><Code>SignatureDoesNotMatch</Code><StringToSign>{}</StringToSign><SignatureProvided>{SIGNATURE}</SignatureProvided><CanonicalRequest>{text}</CanonicalRequest></Error>\n",
            to_sign(&text, TIME)
        )
    };
    let host = "bkt.s3.us-east-1.amazonaws.com";
    let parts = |text: &str| -> Vec<String> {
        let work = work(text, false, None);
        let divergences = work.analysis.diagnosis.divergences.iter();
        divergences.map(|part| part.field.to_string()).collect()
    };
    let hidden = request(SIGNATURE).replace("Host: bkt", "Host: <redacted 3 chars>");
    assert_eq!(
        parts(&format!("{hidden}{}", server(host))),
        ["accept-encoding"]
    );
    // What is not hidden is compared as ever.
    let shown = request(SIGNATURE);
    assert_eq!(
        parts(&format!("{shown}{}", server("other.example"))),
        ["accept-encoding", "host", "hash"]
    );
}

#[test]
fn the_secret_of_a_command_that_signs_is_tried_on_the_servers_string() {
    let text = canonical("identity", TIME);
    let answer = |signature: &str| {
        format!(
            "curl --aws-sigv4 'aws:amz:us-east-1:s3' -u 'AKIDEXAMPLE:{EXAMPLE_SECRET}' 'https://bkt.s3.us-east-1.amazonaws.com/my%20report.csv'\n\
             <Error><Code>SignatureDoesNotMatch</Code><AWSAccessKeyId>AKIDEXAMPLE</AWSAccessKeyId><StringToSign>{}</StringToSign><SignatureProvided>{signature}</SignatureProvided><CanonicalRequest>{text}</CanonicalRequest></Error>\n",
            to_sign(&text, TIME)
        )
    };
    let right = work(&answer(SIGNATURE), true, None);
    assert!(
        verdict(&right)
            .1
            .starts_with("The received signature is right for the server's own string to sign"),
        "{}",
        verdict(&right).1
    );
    let wrong = work(&answer(&"0".repeat(64)), true, None);
    assert!(
        verdict(&wrong)
            .1
            .contains("the received signature is not that of the server's own string to sign"),
        "{}",
        verdict(&wrong).1
    );
}

#[test]
fn unnamed_strings_are_told_apart_in_the_list_of_parts() {
    let text = format!(
        "the first\n\n{}\n\nand another\n\n{}\n",
        canonical("identity", TIME),
        canonical("gzip", TIME)
    );
    let work = work(&text, false, None);
    let schemes = sigscope::engine::scheme::all();
    let rows: Vec<_> = work
        .parts()
        .into_iter()
        .map(|part| work.row(schemes, part))
        .collect();
    let told: Vec<_> = rows
        .iter()
        .map(|row| (row.what.as_str(), row.above.as_deref()))
        .collect();
    assert_eq!(
        told,
        [
            (
                "canonical request, accept-encoding: identity",
                Some("the first")
            ),
            (
                "canonical request, accept-encoding: gzip",
                Some("and another")
            ),
        ]
    );
}

#[test]
fn a_mark_in_the_place_of_a_key_id_names_no_key() {
    let text = request(SIGNATURE).replace("AKIDEXAMPLE", "REDACTED");
    let work = work(&text, false, None);
    assert!(
        !verdict(&work).1.contains("REDACTED"),
        "{}",
        verdict(&work).1
    );
}
