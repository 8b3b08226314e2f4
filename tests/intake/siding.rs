//! Whose strings are, as the words and names in front of them say; and what the hash of the other side proves of them.

use sha2::{Digest as _, Sha256};
use sigscope::engine::intake::{Case, Evidence, Integrity, Side};

use super::*;

const CANONICAL: &str = "GET\n/photos/a%20b.txt\n\nhost:examplebucket.s3.eu-west-1.amazonaws.com\nx-amz-content-sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\nx-amz-date:20260402T140310Z\n\nhost;x-amz-content-sha256;x-amz-date\ne3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

fn to_sign(canonical: &str) -> String {
    format!(
        "AWS4-HMAC-SHA256\n20260402T140310Z\n20260402/eu-west-1/s3/aws4_request\n{}",
        hex::encode(Sha256::digest(canonical))
    )
}

fn quoted(text: &str) -> String {
    text.lines()
        .map(|line| format!("> {line}").trim_end().to_owned() + "\n")
        .collect()
}

/// What a person's own script prints of both strings.
fn own_prints() -> Vec<(&'static str, String)> {
    let (c, s) = (CANONICAL, &to_sign(CANONICAL));
    let (cl, sl) = (c.len(), s.len());
    let escaped = |text: &str| text.replace('\n', "\\n");
    let breaks = |text: &str| text.replace('\n', "<br>");
    vec![
        (
            "print() of Python",
            format!("canonical_request: {c}\nstring_to_sign: {s}\n"),
        ),
        (
            "titles",
            format!("Canonical request:\n{c}\n\nString to sign:\n{s}\n"),
        ),
        (
            "repr() of Python",
            format!(
                "canonical_request = '{}'\nstring_to_sign = '{}'\n",
                escaped(c),
                escaped(s)
            ),
        ),
        (
            "declare of bash",
            format!("declare -- canonical_request=\"{c}\"\ndeclare -- string_to_sign=\"{s}\"\n"),
        ),
        (
            "Console.WriteLine",
            format!("CanonicalRequest: {c}\r\nStringToSign: {s}\r\n")
                .replace('\n', "\r\n")
                .replace("\r\r", "\r"),
        ),
        (
            "var_dump of an array",
            format!(
                "array(2) {{\n  [\"canonicalRequest\"]=>\n  string({cl}) \"{c}\"\n  [\"stringToSign\"]=>\n  string({sl}) \"{s}\"\n}}\n"
            ),
        ),
        (
            "print_r",
            format!("Array\n(\n    [canonical_request] => {c}\n    [string_to_sign] => {s}\n)\n"),
        ),
        (
            "puts with rules",
            format!("=== Canonical request ===\n{c}\n=== String to sign ===\n{s}\n"),
        ),
        (
            "a log of its own",
            format!(
                "2026-04-02 14:03:10 DEBUG: CanonicalRequest = {c}\n2026-04-02 14:03:10 DEBUG: StringToSign = {s}\n"
            ),
        ),
        (
            "log.Printf of Go",
            format!(
                "2026/04/02 14:03:10 canonicalRequest={c:?}\n2026/04/02 14:03:10 stringToSign={s:?}\n"
            ),
        ),
        (
            "quoted in mail",
            format!(
                "My canonical request:\n\n{}\nMy string to sign:\n\n{}\n",
                quoted(c),
                quoted(s)
            ),
        ),
        (
            "a table of Markdown",
            format!(
                "| step | value |\n| --- | --- |\n| canonical request | {} |\n| string to sign | {} |\n",
                breaks(c),
                breaks(s)
            ),
        ),
        (
            "source of JavaScript",
            format!("const canonicalRequest = `{c}`;\nconst stringToSign = `{s}`;\n"),
        ),
        (
            "dbg! of Rust",
            format!(
                "[src/main.rs:40:5] &canonical_request = {c:?}\n[src/main.rs:44:5] &string_to_sign = {s:?}\n"
            ),
        ),
        (
            "the string to sign first",
            format!("my string to sign:\n{s}\n\nmy canonical request:\n{c}\n"),
        ),
    ]
}

#[test]
fn what_a_script_prints_of_its_own_strings_is_the_signers() {
    for (name, print) in own_prints() {
        let case = read(print.as_bytes());
        assert_eq!(case.evidence.len(), 1, "{name}: {:#?}", case.pieces);
        let evidence = &case.evidence[0];
        assert_eq!(evidence.side, Some(Side::Client), "{name}");
        is_exact(&case, evidence, name);
    }
}

#[test]
fn words_in_front_say_whose_strings_are() {
    let other = CANONICAL.replace("%20", "%2520");
    for (own, servers) in [
        (
            "the canonical request constructed by the library:",
            "the canonical request constructed by the server:",
        ),
        ("My canonical request:", "What AWS says it should be:"),
        (
            "I generate this canonical request",
            "expected canonical request:",
        ),
        (
            "### client\n\ncanonical request",
            "### server\n\ncanonical request",
        ),
        ("SDK:", "Server:"),
    ] {
        for turned in [false, true] {
            let (a, b) = (
                format!("{own}\n\n{other}\n\n"),
                format!("{servers}\n\n{CANONICAL}\n\n"),
            );
            let paste = if turned { b + &a } else { a + &b };
            let case = read(paste.as_bytes());
            let told: Vec<_> = case.evidence.iter().map(|e| e.side).collect();
            let mut right = [Some(Side::Client), Some(Side::Server)];
            if turned {
                right.reverse();
            }
            assert_eq!(told, right, "{paste}");
        }
    }
}

#[test]
fn what_nobody_names_stays_nobodys() {
    let other = CANONICAL.replace("%20", "%2520");
    for paste in [
        CANONICAL.to_owned(),
        format!("```\n{CANONICAL}\n{}\n```\n", to_sign(CANONICAL)),
        format!("the canonical request my server makes:\n{CANONICAL}\n"),
        // One name for two texts of one moment.
        format!("canonical_request: {CANONICAL}\n\ncanonical_request: {other}\n"),
    ] {
        let case = read(paste.as_bytes());
        assert!(case.evidence.iter().all(|e| e.side.is_none()), "{paste}");
    }
}

#[test]
fn strings_beside_those_of_the_answer_are_the_signers() {
    let other = CANONICAL.replace("%20", "%2520");
    let paste = format!(
        "{other}\n\nThe Canonical String for this request should have been\n'{CANONICAL}'\n\nThe String-to-Sign should have been\n'{}'\n",
        to_sign(CANONICAL)
    );
    let case = read(paste.as_bytes());
    let told: Vec<_> = case.evidence.iter().map(|e| e.side).collect();
    assert_eq!(told, [Some(Side::Client), Some(Side::Server)]);
}

#[test]
fn a_signers_next_canonical_request_is_not_that_of_the_string_before_it() {
    let next = CANONICAL.replace("GET\n", "PUT\n");
    let front = "[DEBUG] 2026-04-02 14:03:10 AWSAuthV4Signer [140202735622208]";
    let paste = format!(
        "{front} Final String to sign: {}\n{front} Canonical Request String: {next}\n",
        to_sign(CANONICAL)
    );
    let case = read(paste.as_bytes());
    assert_eq!(case.evidence.len(), 2, "{:#?}", case.evidence);
    assert!(!ids(&case).contains(&"evidence-broken"));
}

/// The server's words, with the hash of `canonical` and no more.
fn servers_hash(canonical: &str, digits: usize) -> String {
    let to_sign = to_sign(canonical);
    let end = to_sign.len() - 64 + digits;
    format!(
        "\n\nThe String-to-Sign should have been\n'{}",
        to_sign.get(..end).unwrap()
    )
}

#[test]
fn a_fault_of_form_is_proved_by_the_servers_hash() {
    let no_lines = CANONICAL.replace("\n\n", "\n");
    let blanks = CANONICAL.replace('\n', " \n");
    for (fault, own) in [
        (
            "the empty line in the place of the query is missing and the empty line behind",
            no_lines.clone(),
        ),
        ("lines end in blanks", blanks),
        (
            "values of headers begin with blanks",
            CANONICAL
                .replace("host:", "host: ")
                .replace("date:", "date: "),
        ),
        (
            "names of headers have capitals",
            CANONICAL.replace("x-amz-date:", "X-Amz-Date:"),
        ),
    ] {
        for digits in [64, 40] {
            let paste = format!(
                "$canonicalRequest = \"{own}\";\n{}'\n",
                servers_hash(CANONICAL, digits)
            );
            let case = read(paste.as_bytes());
            let finding = case
                .findings
                .iter()
                .find(|f| f.id == "canonical-request-malformed");
            let finding =
                finding.unwrap_or_else(|| panic!("{fault}: {:?} {:#?}", ids(&case), case.evidence));
            assert!(finding.message.contains(fault), "{}", finding.message);
            assert!(
                !finding.message.contains("was signed"),
                "{}",
                finding.message
            );
        }
    }
    // With the hash that the signer made of it beside it.
    let paste = format!(
        "$canonicalRequest = \"{no_lines}\";\n// {}\n{}'\n",
        hex::encode(Sha256::digest(&no_lines)),
        servers_hash(CANONICAL, 64)
    );
    let case = read(paste.as_bytes());
    let finding = case
        .findings
        .iter()
        .find(|f| f.id == "canonical-request-malformed")
        .unwrap();
    assert!(
        finding.message.contains("which is here, too"),
        "{}",
        finding.message
    );
    // And one of another request is nobody's fault.
    let paste = format!(
        "$canonicalRequest = \"{no_lines}\";\n{}'\n",
        servers_hash(&CANONICAL.replace("photos", "films"), 64)
    );
    assert!(!ids(&read(paste.as_bytes())).contains(&"canonical-request-malformed"));
}

#[test]
fn one_canonical_request_on_both_sides_is_told_by_its_hash() {
    let paste = format!(
        "$canonicalRequest = \"{CANONICAL}\";\n{}'\n",
        servers_hash(CANONICAL, 64)
    );
    assert!(ids(&read(paste.as_bytes())).contains(&"canonical-request-same"));
}

/// A server's answer as `pprint` prints it: behind the hash that ends a string stands a key that begins with a digit
/// of one.
fn printed_answer() -> String {
    let by_lines = |text: &str, indent: &str| {
        let text = text.replace('\n', "\\n");
        let lines: Vec<String> = text
            .split_inclusive("\\n")
            .map(|line| format!("'{line}'"))
            .collect();
        lines.join(&format!("\n{indent}"))
    };
    format!(
        "{{'AWSAccessKeyId': 'AKIDEXAMPLE',\n 'CanonicalRequest': {},\n 'Code': 'SignatureDoesNotMatch',\n 'StringToSign': {}}}\n",
        by_lines(CANONICAL, "                     "),
        by_lines(&to_sign(CANONICAL), "                 ")
    )
}

#[test]
fn a_hash_ends_with_its_64th_digit_whatever_key_stands_behind_it() {
    let print = printed_answer();
    {
        let case = read(print.as_bytes());
        let evidence = case
            .evidence
            .iter()
            .find(|e| e.canonical_request.is_some())
            .unwrap_or_else(|| panic!("{print}"));
        is_exact(&case, evidence, &print);
    }
}

#[test]
fn who_is_named_beside_the_signers_strings_is_the_other_side() {
    let other = CANONICAL.replace("/photos/", "/examplebucket/photos/");
    let sides = |between: &str, other: &str| {
        let paste = format!(
            "This is the canonical request computed by botocore:\n```\n{CANONICAL}\n```\n\n{between}\n```\n{other}\n```\n"
        );
        let case = read(paste.as_bytes());
        case.evidence.iter().map(|e| e.side).collect::<Vec<_>>()
    };
    let both = [Some(Side::Client), Some(Side::Server)];
    assert_eq!(sides("And by the gateway", &other), both);
    assert_eq!(sides("And from Riak CS:", &other), both);
    // One of another host, one by another program that signs, and one of nobody.
    let host = other.replace("examplebucket.s3", "another.s3");
    for (between, other) in [
        ("And by the gateway", &host),
        ("And by curl", &other),
        ("And another one", &other),
    ] {
        let sides = sides(between, other);
        assert!(!sides.contains(&Some(Side::Server)), "{between}: {sides:?}");
    }
}

#[test]
fn every_signed_header_beside_a_value_alone_is_taken_up() {
    const VALUE: &str = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260402/eu-west-1/s3/aws4_request, SignedHeaders=host;x-amz-checksum-crc32;x-amz-date, Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7";
    let log = |name: &str| {
        format!(
            "2026/04/02 14:03:10 [debug] 7#7: *5 http proxy header: \"{name}: NjowIA==\"\n2026/04/02 14:03:10 [debug] 7#7: *5 http proxy header: \"x-amz-date: 20260402T140310Z\"\n2026/04/02 14:03:10 [debug] 7#7: *5 http proxy header: \"Authorization: {VALUE}\"\n"
        )
    };
    let named = |name: &str| {
        let case = read(log(name).as_bytes());
        headers(&case, 0).iter().any(|header| {
            header
                .to_ascii_lowercase()
                .starts_with("x-amz-checksum-crc32")
        })
    };
    assert!(named("x-amz-checksum-crc32"));
    // The end of another name is none.
    assert!(!named("old-x-amz-checksum-crc32"));
}

#[test]
fn a_side_that_nothing_names_is_told_as_assumed_and_a_persons_word_makes_it_certain() {
    use sigscope::engine::intake::{Assumption, Choices, SidedBy, Which, read_with};
    let other = CANONICAL.replace("/photos/", "/examplebucket/photos/");
    let answer = format!(
        "<Error><Code>SignatureDoesNotMatch</Code><StringToSign>{}</StringToSign><CanonicalRequest>{other}</CanonicalRequest></Error>\n\n",
        to_sign(&other)
    );
    let another = |named: &str| {
        format!(
            "The canonical request computed by botocore:\n```\n{CANONICAL}\n```\n\n{named}\n```\n{other}\n```\n"
        )
    };
    let titled = format!(
        "Canonical request:\n{CANONICAL}\n\nString to sign:\n{}\n",
        to_sign(CANONICAL)
    );
    let told = Some(SidedBy::Told);
    let assumed = |assumption| Some(SidedBy::Assumed(assumption));
    for (paste, by, above) in [
        (
            another("And by the gateway"),
            assumed(Assumption::AnotherNamed),
            "And by the gateway",
        ),
        (
            format!("{answer}{CANONICAL}\n"),
            assumed(Assumption::BesideAnswer),
            "",
        ),
        (titled, assumed(Assumption::BothTitled), "Canonical request"),
        (another("And by the server:"), told, "And by the server"),
    ] {
        let inputs = [Input {
            name: "paste".to_owned(),
            source: Source::Paste,
            bytes: paste.clone().into(),
        }];
        let case = intake::read(&inputs, None);
        let last = case.evidence.len() - 1;
        assert_eq!(case.sided_by(last), by, "{paste}");
        let words = case.words_above(last).map(|span| case.docs.text(span));
        if !above.is_empty() {
            assert_eq!(words.as_deref(), Some(above), "{paste}");
        }
        let mut choices = Choices::default();
        choices
            .sides
            .insert(Which::Nth(last), case.evidence[last].side);
        let chosen = read_with(&inputs, None, &choices);
        let certain = if by == told {
            told
        } else {
            Some(SidedBy::Chosen)
        };
        assert_eq!(chosen.sided_by(last), certain, "{paste}");
    }
}

/// The evidence holds the canonical request of these tests, and its hash proves it.
fn is_exact(case: &Case, evidence: &Evidence, print: &str) {
    let proved = matches!(
        evidence.integrity,
        Integrity::Verified | Integrity::Repaired
    );
    assert!(proved, "{print}: {:?}", evidence.integrity);
    let canonical = evidence.canonical_request.as_ref().unwrap();
    let text = String::from_utf8(canonical.bytes(&case.docs)).unwrap();
    assert_eq!(text, CANONICAL, "{print}");
}

#[test]
fn a_remark_behind_a_string_says_whose_it_is_and_words_in_front_of_it_name_no_member() {
    const DATE: &str = "Tue, 27 Mar 2007 19:36:42 +0000";
    let answer = format!(
        "<Error><Code>SignatureDoesNotMatch</Code><StringToSign>GET\n\n\n{DATE}\n/photos/puppy.jpg</StringToSign>\
         <RequestId>79CBAC67C2524EED</RequestId></Error>"
    );
    let own = format!("GET\\n\\n\\n{DATE}\\n/johnsmith/photos/puppy.jpg");
    let theirs = format!("GET\\n\\n\\n{DATE}\\n/photos/puppy.jpg");
    let sides = |text: &str| {
        let case = read(format!("{answer}\n{text}").as_bytes());
        let all = case.evidence.iter().skip(1);
        all.map(|e| (e.side, e.shape.0)).collect::<Vec<_>>()
    };
    let (client, server) = (Some(Side::Client), Some(Side::Server));
    let words = "It does not match the \"StringToSign\" from the above error.\n\n";
    for (text, told) in [
        (
            format!("{words}\"{own}\" # actual\n\"{theirs}\" # expected\n"),
            vec![(client, "printed-strings"), (server, "printed-strings")],
        ),
        (
            format!("{words}'{theirs}', // what S3 says\n'{own}' // mine\n"),
            vec![(server, "printed-strings"), (client, "printed-strings")],
        ),
        // A sentence in front of it is no name of a member; a name is.
        (
            format!("{words}\"{own}\"\n"),
            vec![(client, "older-string-to-sign")],
        ),
        (
            format!("\"StringToSign\" => \"{theirs}\"\n"),
            vec![(server, "s3-error-fields")],
        ),
        (
            format!("StringToSign:\n   '{theirs}' # actual\n"),
            vec![(server, "s3-error-fields")],
        ),
    ] {
        assert_eq!(sides(&text), told, "{text}");
    }
}
