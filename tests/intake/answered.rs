//! A request under marks, with the answer to it below, and answers that quote their strings in a message.

use super::*;
use sha2::{Digest, Sha256};

const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const SIGNATURE: &str = "9f1c2d3e4a5b60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f9";

fn hash(text: &str) -> String {
    hex::encode(Sha256::digest(text.as_bytes()))
}

/// The canonical request of a call of a service of the query protocol, and its string to sign.
fn strings() -> [String; 2] {
    let canonical = format!(
        "POST\n/\n\ncontent-type:application/x-www-form-urlencoded\nhost:sqs.eu-west-1.amazonaws.com\nx-amz-date:20260311T091544Z\n\ncontent-type;host;x-amz-date\n{EMPTY}"
    );
    let to_sign = format!(
        "AWS4-HMAC-SHA256\n20260311T091544Z\n20260311/eu-west-1/sqs/aws4_request\n{}",
        hash(&canonical)
    );
    [canonical, to_sign]
}

/// The message of such a refusal.
fn message() -> String {
    let [canonical, to_sign] = strings();
    format!(
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.\n\nThe Canonical String for this request should have been\n'{canonical}'\n\nThe String-to-Sign should have been\n'{to_sign}'\n"
    )
}

#[test]
fn the_message_of_a_query_service_quotes_its_strings() {
    let wraps = [
        "<ErrorResponse xmlns=\"https://sqs.amazonaws.com/doc/2012-11-05/\">\n  <Error>\n    <Type>Sender</Type>\n    <Code>SignatureDoesNotMatch</Code>\n    <Message>{}</Message>\n  </Error>\n  <RequestId>1</RequestId>\n</ErrorResponse>\n",
        "<ErrorResponse><Error><Type>Sender</Type><Code>SignatureDoesNotMatch</Code><Message><![CDATA[{}]]></Message></Error></ErrorResponse>",
        "<?xml version=\"1.0\"?>\n<Response><Errors><Error><Code>SignatureDoesNotMatch</Code><Message>{}</Message></Error></Errors><RequestID>1</RequestID></Response>",
    ];
    let plain = message();
    let spelled = [
        plain.clone(),
        plain.replace('\'', "&#39;"),
        plain.replace('\'', "&apos;"),
        plain.replace('\'', "&#39;").replace('\n', "&#xA;"),
        plain.replace('\n', "\r\n"),
    ];
    let [canonical, to_sign] = strings();
    for wrap in wraps {
        for message in &spelled {
            if wrap.contains("CDATA") && message.contains('&') {
                continue;
            }
            let answer = wrap.replace("{}", message);
            let case = read(answer.as_bytes());
            assert_eq!(case.evidence.len(), 1, "{answer}");
            let evidence = &case.evidence[0];
            assert_eq!(evidence.side, Some(intake::Side::Server));
            let of = |pattern: &Option<intake::Pattern>| {
                let text = pattern.as_ref().map(|p| p.bytes(&case.docs));
                text.map(|text| String::from_utf8(text).unwrap())
            };
            assert_eq!(
                of(&evidence.canonical_request),
                Some(canonical.clone()),
                "{answer}"
            );
            assert_eq!(
                of(&evidence.string_to_sign),
                Some(to_sign.clone()),
                "{answer}"
            );
            let proved = [Integrity::Verified, Integrity::Repaired];
            assert!(proved.contains(&evidence.integrity), "{answer}");
            assert!(evidence.answer.as_ref().unwrap().code.is_some());
        }
    }
}

/// Words of the program's own say nothing of what the service computed.
#[test]
fn a_message_without_the_words_of_a_service_quotes_nothing() {
    let [canonical, _] = strings();
    for message in [
        "The request signature we calculated does not match the signature you provided.".to_owned(),
        format!("An example of what is signed:\n'{canonical}'\n"),
        "The Canonical String for this request should have been".to_owned(),
        "The Canonical String for this request should have been\n'POST".to_owned(),
        "The Canonical String for this request should have been \u{e9}POST\n/".to_owned(),
    ] {
        let answer = format!(
            "<ErrorResponse><Error><Code>SignatureDoesNotMatch</Code><Message>{message}</Message></Error></ErrorResponse>"
        );
        let case = read(answer.as_bytes());
        let none = |e: &intake::Evidence| {
            e.shape != case.evidence[0].shape
                || e.canonical_request.is_none() && e.string_to_sign.is_none()
        };
        assert!(case.evidence.iter().all(none), "{answer}");
    }
}

#[test]
fn a_message_that_is_cut_anywhere_is_read() {
    let answer = format!(
        "<ErrorResponse><Error><Code>SignatureDoesNotMatch</Code><Message>{}</Message></Error></ErrorResponse>",
        message()
    );
    for end in 0..answer.len() {
        read(&answer.as_bytes()[..end]);
    }
}

/// The XML of S3 for a GET of `path`, its strings over lines of their own.
fn xml(path: &str) -> String {
    let host = "examplebucket.s3.eu-west-1.amazonaws.com";
    let canonical = format!(
        "GET\n{path}\n\nhost:{host}\nx-amz-content-sha256:{EMPTY}\nx-amz-date:20260311T091544Z\n\nhost;x-amz-content-sha256;x-amz-date\n{EMPTY}"
    );
    let to_sign = format!(
        "AWS4-HMAC-SHA256\n20260311T091544Z\n20260311/eu-west-1/s3/aws4_request\n{}",
        hash(&canonical)
    );
    let dump = |text: &str| {
        let pairs: Vec<String> = text.bytes().map(|b| format!("{b:02x}")).collect();
        pairs.join(" ")
    };
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated does not match the signature you provided. Check your key and signing method.</Message><AWSAccessKeyId>AKIDEXAMPLE</AWSAccessKeyId><StringToSign>{to_sign}</StringToSign><SignatureProvided>{SIGNATURE}</SignatureProvided><StringToSignBytes>{}</StringToSignBytes><CanonicalRequest>{canonical}</CanonicalRequest><CanonicalRequestBytes>{}</CanonicalRequestBytes><RequestId>4442587FB7D0A2F9</RequestId><HostId>vSwKu2hK=</HostId></Error>\n",
        dump(&to_sign),
        dump(&canonical)
    )
}

/// Whether the request and the answer to it are read, each with its own.
fn both(paste: &str, path: &str) {
    let case = one(paste.as_bytes());
    let whole = text(&case, case.requests[0].target.whole);
    assert!(whole.ends_with(path), "{whole}: {paste}");
    let own = headers(&case, 0);
    let authorization = own
        .iter()
        .find(|header| header.starts_with("Authorization|"));
    let signed = authorization.is_some_and(|header| header.contains(SIGNATURE));
    assert!(signed, "{own:?}: {paste}");
    let strings = case.evidence.iter().find(|e| e.canonical_request.is_some());
    let proved = [Integrity::Verified, Integrity::Repaired];
    assert!(proved.contains(&strings.unwrap().integrity), "{paste}");
}

/// bash, zsh and PowerShell put a prompt of their own before each line that goes on a command.
#[test]
fn a_command_behind_prompts_stands_above_the_answer_to_it() {
    let answer = xml("/reports/b.csv");
    let url = "https://examplebucket.s3.eu-west-1.amazonaws.com/reports/a.csv";
    let authorization = format!(
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260311/eu-west-1/s3/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature={SIGNATURE}"
    );
    for (first, next, on) in [
        ("$ curl", "> ", "\\"),
        ("$ curl -s", ">   ", "\\"),
        ("me@host:~$ curl -i", "> ", "\\"),
        ("PS C:\\work> curl.exe", ">> ", "`"),
    ] {
        let command = format!(
            "{first} \"{url}\" {on}\n{next}-H \"x-amz-date: 20260311T091544Z\" {on}\n{next}-H \"x-amz-content-sha256: {EMPTY}\" {on}\n{next}-H \"Authorization: {authorization}\"\n"
        );
        both(&format!("{command}{answer}"), "/reports/a.csv");
        let whole = format!("{command}{answer}");
        let mail = format!("> {}\n", whole.trim_end().replace('\n', "\n> "));
        both(&mail, "/reports/a.csv");
    }
}

/// A quoted request, its lines filled up to a width, with the answer to it below.
#[test]
fn a_quoted_request_that_a_mail_broke_stands_above_the_answer_to_it() {
    let request = format!(
        "GET /reports/a.csv HTTP/1.1\nhost: examplebucket.s3.eu-west-1.amazonaws.com\nx-amz-date: 20260311T091544Z\nx-amz-content-sha256: {EMPTY}\nAuthorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260311/eu-west-1/s3/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature={SIGNATURE}\n\n\n"
    );
    let answer = xml("/reports/b.csv");
    for width in [68, 70, 74] {
        for mark in ["> ", ">> ", "> > "] {
            for quoted in [true, false] {
                let mut lines: Vec<String> = filled(&request, width);
                for line in &mut lines {
                    line.insert_str(0, mark);
                }
                let mut below = filled(&answer, width);
                if quoted {
                    for line in &mut below {
                        line.insert_str(0, mark);
                    }
                } else {
                    below = vec![answer.clone()];
                }
                let paste = format!("Zoe wrote:\n{}\n{}\n", lines.join("\n"), below.join("\n"));
                both(&paste, "/reports/a.csv");
            }
        }
    }
}

/// Lines of `text`, each broken at blanks where it is wider than `width`; no word is.
fn filled(text: &str, width: usize) -> Vec<String> {
    let mut out = Vec::new();
    for line in text.lines() {
        let mut now = String::new();
        for word in line.split(' ') {
            if !now.is_empty() && now.len() + 1 + word.len() > width {
                out.push(std::mem::take(&mut now));
            }
            if !now.is_empty() {
                now.push(' ');
            }
            now.push_str(word);
        }
        out.push(now);
    }
    out
}
