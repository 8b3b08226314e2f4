//! Where a verifier's message ends in what programs print around it, and what stands directly behind it. Every form is
//! the literal one of the program named, filled with values of our own.

use base64::Engine as _;
use sigscope::engine::diagnose::Diagnosis;
use sigscope::engine::scheme::View;
use sigscope::engine::secret::Keyring;

use crate::common::{now, paste, settings};

const SCOPE: &str = "Credential should be scoped to a valid region, not 'us-east-1'.";
const HASH: &str = "The provided 'x-amz-content-sha256' header does not match what was computed.";
const VERSION: &str =
    "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.";

fn diagnosis(text: &str) -> Diagnosis {
    let case = paste(text);
    let view = View {
        case: &case,
        request: (!case.requests.is_empty()).then_some(0),
        keyring: &Keyring::new(),
        settings: &settings(&[]),
        now: now(),
    };
    sigscope::engine::analyse(sigscope::engine::scheme::all(), &view).diagnosis
}

#[test]
fn a_message_ends_in_front_of_what_its_program_prints_behind_it() {
    for (text, message) in [
        // PHP, the line breaks of its trace lost, or the trace on the next line.
        (
            format!(
                "Exception: {SCOPE} Stack:#0 /srv/vendor/Exception.php(76): a->b('c', Array)\n"
            ),
            SCOPE,
        ),
        (
            format!(
                "PHP Fatal error:  Uncaught Exception: {SCOPE} Stack trace:\n#0 /srv/a.php(3): b()\n"
            ),
            SCOPE,
        ),
        // logfmt, as logrus prints it.
        (
            format!(
                "time=\"2026-11-22T10:00:00Z\" level=error msg=\"Error uploading\" error=\"rpc error: code = Unknown desc = {HASH}\" error.file=\"/go/src/store.go:253\" prefix=\n"
            ),
            HASH,
        ),
        // A cell of a table.
        (
            format!("| InvalidRequest | {VERSION} | 7971340917571523 |\n"),
            VERSION,
        ),
        // Quotes in quotes, of which none is escaped.
        (
            format!("Error: [fatal]: #0 UnknownError: '{SCOPE} '\n"),
            SCOPE,
        ),
    ] {
        let found = diagnosis(&text);
        let quoted = format!("“{}”", message.trim_end_matches('.'));
        assert!(
            found.verdict.sentence.contains(&quoted),
            "{text}: {}",
            found.verdict.sentence
        );
    }
}

#[test]
fn a_quote_that_opens_and_closes_in_front_of_a_message_does_not_end_it() {
    for text in [
        format!("file \"a.txt\": {SCOPE} See the \"regions\" page\n"),
        format!("level=error msg=\"upload\" {SCOPE} See the \"regions\" page\n"),
    ] {
        let sentence = diagnosis(&text).verdict.sentence;
        assert!(sentence.contains("See the \"regions\" page"), "{sentence}");
    }
}

#[test]
fn hashes_that_are_glued_to_their_message_are_its_details() {
    let sent = "06677765a9c45214819aeb294adba18fb2305a4c0188".to_owned() + "9bb15b6adb3a9cbc1288";
    let other = "7ad39df7a5e3e32165e9dcdf6ef40aacea3b94d90767421ca00a8093b0510e9d";
    let raw = hex::decode(&sent).expect("hex");
    let base64 = base64::engine::general_purpose::STANDARD.encode(raw);
    let code = "XAmzContentSHA256Mismatch";
    for (client, words) in [
        (base64.as_str(), "in base64"),
        (other, "The request was signed with the hash 7ad39df7"),
    ] {
        for text in [
            // The SDK for PHP prints the answer behind its message; a page ate the tags.
            format!(
                "AWS HTTP error: Client error: 400 {code} (client): {HASH} - \n{code}{HASH}{client}{sent}765F16E2ABC87A06eUes9BW1WFcU\n"
            ),
            format!("{code}{HASH}{client}{sent}765F16E2ABC87A06eUes9BW1WFcU\n"),
        ] {
            let found = diagnosis(&text);
            let said: Vec<&str> = found.findings.iter().map(|f| f.message.as_str()).collect();
            assert!(
                said.iter().any(|said| said.contains(words)),
                "{text}: {said:?}"
            );
            let helps = found.findings.iter().map(|f| f.help.as_str());
            let general = "Hash the very bytes that are sent.";
            assert!(helps.into_iter().all(|help| help != general), "{text}");
        }
    }
}

#[test]
fn a_header_that_an_answer_quotes_is_no_request() {
    let value = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261122/eu-west-3/s3/aws4_request, SignedHeaders=host;x-amz-date, Signature=vdchzint97uwyt3g%2fjehszrc8zpkbjsx4tfqacsqfow%3d";
    let quoted = |value: &str| {
        format!(
            "Code:InvalidArgument Message:Unsupported Authorization Type <ArgumentName>Authorization</ArgumentName> <ArgumentValue>{value}</ArgumentValue>\n"
        )
    };
    let text = quoted(&format!("Authorization: {value}"));
    assert!(paste(&text).requests.is_empty());
    let sentence = diagnosis(&text).verdict.sentence;
    assert!(
        sentence.contains("begins with the name of the header"),
        "{sentence}"
    );
    // A header on its own line below is what was sent.
    let beside = format!("{}Authorization: {value}\n", quoted("Bearer x"));
    assert_eq!(paste(&beside).requests.len(), 1);
}

#[test]
fn a_signing_time_of_midnight_is_called_so() {
    let at = |stamp: &str| {
        diagnosis(&format!(
            "Signature not yet current: {stamp} is still later than 20261122T041733Z (20261122T041233Z + 5 min.)\n"
        ))
        .verdict
        .sentence
    };
    let midnight = at("20261123T000000Z");
    assert!(midnight.contains("midnight to the second"), "{midnight}");
    assert!(!midnight.contains("Your clock"), "{midnight}");
    let second = at("20261123T000001Z");
    assert!(second.starts_with("Your clock is"), "{second}");
}

#[test]
fn what_is_wanted_of_another_scheme_is_the_side_that_is_not_here() {
    let string = "GET\n\n\n1795341600\n/examplebucket/cat.jpg";
    let help = |text: &str| {
        let found = diagnosis(text);
        let finding = found
            .findings
            .iter()
            .find(|f| f.id == "scheme-not-followed");
        finding.map(|f| f.help.clone()).unwrap_or_default()
    };
    let client = help(&format!("StringToSign on the client:\n{string}\n"));
    assert!(client.contains("paste what the server signed"), "{client}");
    let server = help(&format!(
        "<Error><Code>SignatureDoesNotMatch</Code><StringToSign>{string}</StringToSign></Error>"
    ));
    assert!(server.contains("paste what the client signed"), "{server}");
}

#[test]
fn strings_with_a_mark_in_their_place_are_hidden_and_not_absent() {
    let message = "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.";
    let hidden = diagnosis(&format!(
        "{{\"message\":\"{message}\n\nThe Canonical String for this request should have been\n<...>\n\"}}\n"
    ));
    let said = hidden.verdict.sentence;
    assert!(
        said.contains("strings are hidden or cut in this paste"),
        "{said}"
    );
    let absent = diagnosis(&format!("{{\"message\":\"{message}\"}}\n"));
    let said = absent.verdict.sentence;
    assert!(said.contains("strings are not in this paste"), "{said}");
}
