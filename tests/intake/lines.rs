//! Lines that somebody else broke, filled or put into records: what they held is read as it was printed.

use super::*;

/// A signed request, one header a line.
const REQUEST: &str = "\
GET /reports/2026/summary.csv?versionId=v1 HTTP/1.1
Host: examplebucket.s3.eu-west-1.amazonaws.com
X-Amz-Date: 20260311T091544Z
X-Amz-Content-Sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
X-Amz-Security-Token: AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuwthAx7mSEI/qkPpKPi/kMcGd
Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260311/eu-west-1/s3/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token, Signature=fe5f80f77d5fa3beca038a248ff027d0445342fe2855ddc963176630326f1024
User-Agent: example-client/1.0
";

/// Fills lines as Python's `textwrap.fill` does, at blanks and behind hyphens, words that are too long cut or not.
fn filled(text: &str, width: usize, cut: bool) -> Vec<String> {
    let mut out = Vec::new();
    for line in text.lines() {
        let mut chunks: Vec<String> = Vec::new();
        for (place, word) in line.split(' ').enumerate() {
            if place > 0 {
                chunks.push(" ".to_owned());
            }
            let letters: Vec<char> = word.chars().collect();
            let mut chunk = String::new();
            for (at, c) in letters.iter().enumerate() {
                chunk.push(*c);
                let letter = |at: Option<usize>| {
                    let c = at.and_then(|at| letters.get(at));
                    c.is_some_and(|c| c.is_alphabetic())
                };
                if *c == '-' && letter(at.checked_sub(1)) && letter(Some(at + 1)) {
                    chunks.push(std::mem::take(&mut chunk));
                }
            }
            chunks.push(chunk);
        }
        let mut now = String::new();
        for chunk in chunks {
            let mut rest = chunk.as_str();
            while cut && rest.len() > width {
                let room = width - now.len();
                let (fits, left) = rest.split_at(room);
                now.push_str(fits);
                rest = left;
                out.push(std::mem::take(&mut now));
            }
            if now.len() + rest.len() > width && !now.is_empty() {
                out.push(now.trim_end().to_owned());
                now.clear();
            }
            if !(now.is_empty() && rest == " ") {
                now.push_str(rest);
            }
        }
        out.push(now.trim_end().to_owned());
    }
    out
}

/// Whether `text_in` holds the request as it stands by itself.
fn same(text_in: &str) {
    let plain = one(REQUEST.as_bytes());
    let case = one(text_in.as_bytes());
    // A blank behind a comma of the Authorization header is of no meaning.
    let told = |case: &Case| headers(case, 0).join("\n").replace(", ", ",");
    assert_eq!(told(&case), told(&plain), "{text_in}");
    assert_eq!(method(&case), method(&plain));
    let target = |case: &Case| text(case, case.requests[0].target.whole);
    assert_eq!(target(&case), target(&plain), "{text_in}");
}

#[test]
fn lines_that_were_filled_with_words_are_joined_with_what_stood_there() {
    for width in [56, 70, 76, 100] {
        for cut in [true, false] {
            let lines = filled(REQUEST, width, cut);
            same(&(lines.join("\n") + "\n\nAny idea?\n"));
            let mail: Vec<String> = lines.iter().map(|line| format!("> > {line}")).collect();
            same(&format!(
                "On Monday Ann wrote:\n> I get this:\n>\n{}\n> >\n\nAny idea?\n",
                mail.join("\n")
            ));
            let widest = lines.iter().map(String::len).max().unwrap();
            let panel: Vec<String> = lines
                .iter()
                .map(|line| format!("│ {line:widest$} │"))
                .collect();
            let rule = "─".repeat(widest + 2);
            same(&format!("╭{rule}╮\n{}\n╰{rule}╯\n", panel.join("\n")));
        }
    }
}

#[test]
fn a_line_that_had_room_for_the_next_word_ends_where_it_ends() {
    // Not one of these lines was broken, and the last header is a value of its own.
    let text_in = "GET /k HTTP/1.1\nHost: a.example.com\nX-Amz-Date: 20260311T091544Z\n\
                   Authorization: AWS4-HMAC-SHA256\nCredential=AKIDEXAMPLE/20260311/us-east-1/s3/aws4_request, \
                   SignedHeaders=host;x-amz-date;x-amz-meta-a,\nSignature=fe5f\n";
    let case = read(text_in.as_bytes());
    let signed = headers(&case, 0)
        .iter()
        .any(|header| header.contains("Signature="));
    assert!(!signed, "{:?}", headers(&case, 0));
}

fn json(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

#[test]
fn a_log_of_records_is_read_as_the_lines_that_were_logged() {
    let lines = || REQUEST.split_inclusive('\n').chain(["\n"]);
    let docker: Vec<String> = lines()
        .map(|line| {
            let log = json(line);
            format!("{{\"log\":{log},\"stream\":\"stderr\",\"time\":\"2026-03-11T09:15:44.1Z\"}}\n")
        })
        .collect();
    let docker = docker.concat();
    same(&docker);
    // What Docker breaks at 16 KiB goes on in the next record.
    let (front, back) = REQUEST.split_at(300);
    let broken: Vec<String> = [front, back]
        .iter()
        .map(|part| format!("{{\"log\":{},\"stream\":\"stdout\",\"attrs\":{{\"tag\":\"a\"}},\"time\":\"2026-03-11T09:15:44.1Z\"}}\n", json(part)))
        .collect();
    same(&broken.concat());
    let journal: Vec<String> = lines()
        .map(|line| {
            let message = json(line.trim_end());
            format!("{{\"PRIORITY\":\"6\",\"MESSAGE\":{message},\"_PID\":\"71\"}}\n")
        })
        .collect();
    same(&journal.concat());
    let case = read(docker.as_bytes());
    let method = match case.requests[0].method {
        Given::Stated(span) => case.docs.to_given(span),
        Given::Implied(_) => panic!("{:?}", case.requests[0].method),
    };
    assert_eq!(method.range(), 8..11);
}

#[test]
fn records_that_hold_no_line_of_a_request_are_left_as_they_are() {
    let records = "{\"log\":\"started\\n\",\"stream\":\"stderr\",\"time\":\"1\"}\n\
                   {\"log\":\"Signature=no\\n\",\"stream\":\"stderr\",\"time\":\"2\"}\n";
    let case = read(records.as_bytes());
    assert!(case.requests.is_empty() && case.evidence.is_empty());
}

const MESSAGE: &str = "The request signature we calculated does not match the signature you provided. Check \
                       your key and signing method.";

#[test]
fn a_refusal_that_was_broken_at_a_blank_is_read_whole() {
    let error = format!(
        "botocore.exceptions.ClientError: An error occurred (SignatureDoesNotMatch) when calling the PutObject \
         operation: {MESSAGE}"
    );
    for (at, _) in error.match_indices(' ') {
        let (first, second) = error.split_at(at);
        let second = second.trim_start();
        for text_in in [
            format!("an error:\n{first}\n{second}\n"),
            format!("> > an error:\n> > {first}\n> > {second}\n"),
            format!("│ {first:180} │\n│ {second:180} │\n"),
            format!("  {first}\r\n  {second}\r\n"),
        ] {
            let case = read(text_in.as_bytes());
            assert_eq!(ids(&case), [""; 0], "{text_in}");
            assert_eq!(case.evidence.len(), 1, "{text_in}");
            let answer = case.evidence[0].answer.as_ref().unwrap();
            let message = answer.message.map(|span| text(&case, span)).unwrap();
            // What stands behind a period may be a sentence of somebody else.
            let least = MESSAGE.find(" Check").unwrap();
            assert!(
                MESSAGE.starts_with(&message) && message.len() >= least,
                "{message} in {text_in}"
            );
        }
    }
}

#[test]
fn what_stands_below_a_refusal_is_no_rest_of_it() {
    for behind in [
        "    at throwDefaultError (/app/node_modules/x.js:1:2)",
        "at throwDefaultError (/app/node_modules/x.js:1:2)",
        "\tstatus code: 403, request id: 71",
        "status code: 403, request id: 71",
        "Traceback",
        "",
    ] {
        let refusal = "SignatureDoesNotMatch: The request signature we calculated does not match the signature";
        let case = read(format!("{refusal}\n{behind}\n").as_bytes());
        let answer = case.evidence[0].answer.as_ref().unwrap();
        let message = text(&case, answer.message.unwrap());
        assert!(refusal.ends_with(&message), "{message}");
    }
}

#[test]
fn what_something_was_made_of_is_never_told_as_unread() {
    // The bytes of a string whose text is here, cut as a log cuts them.
    let printed = format!(
        "{{'Error': {{'Code': 'SignatureDoesNotMatch',\n           'Message': '{MESSAGE}',\n           \
         'StringToSignBytes': '41 57 …'}}}}\n"
    );
    assert_eq!(ids(&read(printed.as_bytes())), [""; 0]);
    // What nothing was made of is.
    let rest = format!("{printed}\nx-amz-date of yesterday\n");
    assert_eq!(ids(&read(rest.as_bytes())), ["unrecognised-rest"]);
}

#[test]
fn a_body_that_wget_says_it_skips_is_read_without_its_words() {
    use sha2::Digest as _;
    let canonical = "GET\n/reports/summary.csv\n\nhost:examplebucket.s3.eu-west-1.amazonaws.com\n\nhost\nUNSIGNED-PAYLOAD";
    let hash = hex::encode(sha2::Sha256::digest(canonical));
    let to_sign =
        format!("AWS4-HMAC-SHA256\n20260311T091544Z\n20260311/eu-west-1/s3/aws4_request\n{hash}");
    let body = format!(
        "<?xml version=\"1.0\"?>\n<Error><Code>SignatureDoesNotMatch</Code><Message>{MESSAGE}</Message><StringToSign>{to_sign}</StringToSign><CanonicalRequest>{canonical}</CanonicalRequest><HostId>{}</HostId></Error>",
        "h".repeat(900)
    );
    let mut skipped = Vec::new();
    let mut left = body.as_str();
    while !left.is_empty() {
        let (now, behind) = left.split_at(left.len().min(512));
        skipped.push(format!("Skipping {} bytes of body: [{now}", left.len()));
        left = behind;
    }
    let skipped = skipped.concat();
    let log = format!(
        "---response begin---\nHTTP/1.1 403 Forbidden\nContent-Length: {}\n\n---response end---\n403 Forbidden\n{skipped}] done.\n2026-03-11 09:15:44 ERROR 403: Forbidden.\n",
        body.len()
    );
    let case = read(log.as_bytes());
    let strings: Vec<String> = case
        .evidence
        .iter()
        .filter_map(|evidence| evidence.canonical_request.as_ref())
        .map(|pattern| String::from_utf8(pattern.bytes(&case.docs)).unwrap())
        .collect();
    assert_eq!(strings, [canonical], "{log}");
    let exact = |evidence: &intake::Evidence| {
        matches!(
            evidence.integrity,
            Integrity::Verified | Integrity::Repaired
        )
    };
    assert!(case.evidence.iter().any(exact));
}
