//! The XML errors of S3-compatible servers: strings, their dumps, how far they can be trusted.

use super::*;

#[test]
fn a_literal_with_a_declaration_in_front_is_read_as_a_literal() {
    let canonical = "GET\n/\n\nhost:a\n\nhost\ne3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let error = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>SignatureDoesNotMatch</Code><CanonicalRequest>{canonical}</CanonicalRequest></Error>"
    );
    for prefix in ["b", "u", ""] {
        let print = format!("{prefix}'{}'", error.replace('\n', "\\n"));
        let case = read(print.as_bytes());
        assert_eq!(case.evidence.len(), 1, "{print}");
        let read = case.evidence[0].canonical_request.as_ref().unwrap();
        assert_eq!(read.bytes(&case.docs), canonical.as_bytes(), "{print}");
    }
}

const CANONICAL: &str = "GET\n/a%20b\nx=1&y=2\nhost:ex.org\n\nhost\ne3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

fn to_sign() -> String {
    use sha2::Digest as _;
    let hash = hex::encode(sha2::Sha256::digest(CANONICAL));
    format!("AWS4-HMAC-SHA256\n20130524T000000Z\n20130524/us-east-1/s3/aws4_request\n{hash}")
}

fn spaced(text: &str) -> String {
    let bytes: Vec<String> = text.bytes().map(|b| format!("{b:02x}")).collect();
    bytes.join(" ")
}

fn error(canonical: &str, to_sign: &str, bytes: bool) -> String {
    let twin = |name: &str, value: &str| {
        if bytes {
            format!("<{name}>{}</{name}>", spaced(value))
        } else {
            String::new()
        }
    };
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>SignatureDoesNotMatch</Code><Message>No match.</Message><AWSAccessKeyId>AKIAIOSFODNN7EXAMPLE</AWSAccessKeyId><StringToSign>{to_sign}</StringToSign><SignatureProvided>aeeed9bb</SignatureProvided>{}<CanonicalRequest>{canonical}</CanonicalRequest>{}<RequestId>R</RequestId></Error>",
        twin("StringToSignBytes", &self::to_sign()),
        twin("CanonicalRequestBytes", CANONICAL),
    )
}

fn evidence(given: &str) -> Case {
    let case = read(given.as_bytes());
    assert_eq!(case.evidence.len(), 1, "{given}");
    case
}

fn canonical(case: &Case) -> String {
    let pattern = case.evidence[0].canonical_request.as_ref();
    let bytes = pattern.map(|p| p.bytes(&case.docs)).unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

#[test]
fn the_strings_come_out_exactly() {
    let escaped = CANONICAL.replace('&', "&amp;");
    for bytes in [false, true] {
        let case = evidence(&error(&escaped, &to_sign(), bytes));
        let found = &case.evidence[0];
        assert_eq!(canonical(&case), CANONICAL);
        assert_eq!(
            found.string_to_sign.as_ref().unwrap().bytes(&case.docs),
            to_sign().as_bytes()
        );
        assert_eq!(found.integrity, Integrity::Verified);
        assert_eq!(
            text(&case, found.signature.as_ref().unwrap().as_exact().unwrap()),
            "aeeed9bb"
        );
        let answer = found.answer.as_ref().unwrap();
        assert_eq!(text(&case, answer.code.unwrap()), "SignatureDoesNotMatch");
        assert_eq!(text(&case, answer.message.unwrap()), "No match.");
        let names: Vec<&str> = answer.details.iter().map(|(n, _)| n.as_str()).collect();
        assert_eq!(names, ["AWSAccessKeyId", "RequestId"]);
        assert!(ids(&case).is_empty());
    }
}

#[test]
fn every_way_of_escaping_gives_the_same_bytes() {
    let amp = CANONICAL.replace('&', "&amp;");
    for variant in [
        amp.replace('\n', "&#10;"),
        amp.replace('\n', "&#xA;"),
        amp.replace('\n', "&#x0a;"),
        amp.replace('\n', "\r\n"),
        amp.replace('\n', "\r"),
        CANONICAL.replace('&', "&#38;"),
        format!("<![CDATA[{CANONICAL}]]>"),
        format!("\n{amp}\n"),
    ] {
        let case = evidence(&error(&variant, &to_sign(), false));
        assert_eq!(canonical(&case), CANONICAL, "{variant:?}");
        assert_eq!(
            case.evidence[0].integrity,
            Integrity::Verified,
            "{variant:?}"
        );
    }
}

#[test]
fn a_carriage_return_that_was_signed_stays() {
    let case = evidence(&error("GET\n/\n\nx:a&#13;b", "AWS4\nx", false));
    assert_eq!(canonical(&case), "GET\n/\n\nx:a\rb");
}

#[test]
fn bytes_win_over_an_edited_text() {
    let edited = CANONICAL.replace("ex.org", "other").replace('&', "&amp;");
    let case = evidence(&error(&edited, &to_sign(), true));
    assert_eq!(canonical(&case), CANONICAL);
    assert_eq!(case.evidence[0].integrity, Integrity::Repaired);
    assert_eq!(case.evidence[0].repairs, [Peel::HexDump]);
    assert_eq!(ids(&case), ["bytes-disagree"]);
}

#[test]
fn dumps_in_any_grouping_are_read() {
    let dump = spaced(CANONICAL);
    for variant in [
        dump.to_uppercase(),
        dump.replace(' ', ""),
        format!("{dump} \n"),
        dump.split(' ')
            .collect::<Vec<_>>()
            .chunks(2)
            .map(<[_]>::concat)
            .collect::<Vec<_>>()
            .join(" "),
    ] {
        let given = error("edited", &to_sign(), true).replace(&dump, &variant);
        assert_eq!(canonical(&evidence(&given)), CANONICAL);
    }
}

#[test]
fn an_edited_text_without_bytes_is_broken() {
    let case = evidence(&error(
        &CANONICAL.replace("ex.org", "other"),
        &to_sign(),
        false,
    ));
    assert_eq!(case.evidence[0].integrity, Integrity::Broken);
    assert_eq!(ids(&case), ["evidence-broken"]);
}

#[test]
fn a_redacted_text_is_not_broken() {
    let given = error(&CANONICAL.replace("ex.org", "XXXXXX"), &to_sign(), false);
    let case = evidence(&given.replace("x=1&y", "x=1&amp;y"));
    let found = &case.evidence[0];
    assert_eq!(found.integrity, Integrity::Redacted);
    assert_eq!(found.canonical_request.as_ref().unwrap().atoms.len(), 3);
    assert!(ids(&case).is_empty());
}

#[test]
fn an_indented_text_is_repaired_by_its_hash() {
    let given = error(&CANONICAL.replace('&', "&amp;"), &to_sign(), false).replace('\n', "\n   ");
    let case = evidence(&given);
    assert_eq!(case.evidence[0].integrity, Integrity::Repaired);
    assert_eq!(canonical(&case), CANONICAL);
}

#[test]
fn what_a_log_indents_is_not_of_the_strings() {
    let pattern_text = |case: &Case, canonical: bool| {
        let found = &case.evidence[0];
        let pattern = if canonical {
            &found.canonical_request
        } else {
            &found.string_to_sign
        };
        let bytes = pattern.as_ref().map(|p| p.bytes(&case.docs));
        String::from_utf8(bytes.unwrap_or_default()).unwrap()
    };
    let margin = " ".repeat(14);
    let whole = error(&CANONICAL.replace('&', "&amp;"), &to_sign(), true);
    let whole = format!("  ERROR: refused\n{whole}").replace('\n', &format!("\n{margin}"));
    // Cut behind the string to sign, in its dump, and in the canonical request.
    for (stop, has_canonical) in [
        ("</StringToSign>", false),
        ("36 0a 32 30", false),
        ("host:ex", true),
        ("GET\n              /a%20b", true),
    ] {
        let at = whole.find(stop).unwrap();
        let case = evidence(whole.get(..at + stop.len()).unwrap());
        assert_eq!(pattern_text(&case, false), to_sign(), "{stop}");
        if has_canonical {
            let read = pattern_text(&case, true);
            assert!(CANONICAL.starts_with(&read), "{stop}: {read}");
            assert!(read.contains("\n/a%20b"), "{stop}: {read}");
        }
    }
    // Without a hash that fits, and of other widths in each line.
    let other = to_sign().replace("20130524/us", "20130525/us");
    let uneven = other.replacen('\n', "\n  ", 1).replace("Z\n", "Z\n\t");
    let uneven = uneven.replace("_request\n", "_request\n     ");
    let case = evidence(&error("DELETE\n    /a\n    \n    host:b", &uneven, false));
    assert_eq!(pattern_text(&case, false), other);
    assert_eq!(
        pattern_text(&case, true),
        "DELETE\n/a\n    \nhost:b".replace("    ", "")
    );
    // A blank in front of one line alone is of the text.
    let folded = "GET\n/\n\nx-amz-meta-a:b\n  c\nhost:d";
    let case = evidence(&error(folded, &to_sign(), false));
    assert_eq!(pattern_text(&case, true), folded);
}

#[test]
fn what_is_cut_off_still_yields_what_is_there() {
    let whole = error(&CANONICAL.replace('&', "&amp;"), &to_sign(), true);
    for len in (0..whole.len()).filter(|l| whole.is_char_boundary(*l)) {
        let case = read(&whole.as_bytes()[..len]);
        if len > 130 {
            assert_eq!(case.evidence.len(), 1, "{len}");
            assert_ne!(case.evidence[0].integrity, Integrity::Broken, "{len}");
        }
    }
    let front_missing = whole.split_once("your").map_or(whole.as_str(), |(_, b)| b);
    let tail = front_missing.split_once("<StringToSign>").unwrap().1;
    let case = evidence(&format!("gibberish<StringToSign>{tail}"));
    assert_eq!(case.evidence[0].integrity, Integrity::Verified);
}

#[test]
fn an_error_in_another_root_or_escaped_as_a_whole_is_read() {
    let plain = error(&CANONICAL.replace('&', "&amp;"), &to_sign(), false);
    let (_, inner) = plain.split_once("?>\n").unwrap();
    for (given, integrity) in [
        (
            format!("<ErrorResponse xmlns=\"x\">{inner}<RequestId>Q</RequestId></ErrorResponse>"),
            Integrity::Verified,
        ),
        (
            plain
                .replace('&', "&amp;")
                .replace('<', "&lt;")
                .replace('>', "&gt;"),
            Integrity::Repaired,
        ),
        (
            plain
                .replace('"', "\\\"")
                .replace('/', "\\/")
                .replace('\n', "\\n"),
            Integrity::Repaired,
        ),
        (
            plain
                .replace('<', "\\u003c")
                .replace('>', "\\u003e")
                .replace('\n', "\\n"),
            Integrity::Repaired,
        ),
        (
            plain
                .replace('<', "\\<")
                .replace('>', "\\>")
                .replace('\n', "\n> "),
            Integrity::Repaired,
        ),
    ] {
        let case = evidence(&given);
        assert_eq!(case.evidence[0].integrity, integrity, "{given}");
        assert_eq!(canonical(&case), CANONICAL);
    }
}

#[test]
fn every_other_element_is_kept_by_name() {
    let case = evidence(
        "<Error>\n <Code>RequestTimeTooSkewed</Code>\n <RequestTime>20191102T153031Z</RequestTime><ServerTime>2019-11-02T16:30:31Z</ServerTime><MaxAllowedSkewMilliseconds>900000</MaxAllowedSkewMilliseconds><X-Amz-Expires>60</X-Amz-Expires></Error>",
    );
    let answer = case.evidence[0].answer.as_ref().unwrap();
    let details: Vec<String> = answer
        .details
        .iter()
        .map(|(n, s)| format!("{n}={}", text(&case, *s)))
        .collect();
    assert_eq!(
        details,
        [
            "RequestTime=20191102T153031Z",
            "ServerTime=2019-11-02T16:30:31Z",
            "MaxAllowedSkewMilliseconds=900000",
            "X-Amz-Expires=60"
        ]
    );
    assert_eq!(answer.clock.unwrap().0.timestamp(), 1_572_712_231);
}

#[test]
fn other_xml_is_not_an_error() {
    assert!(
        read(b"<Errors><Code>x</Code></Errors><ErrorCode>1</ErrorCode><Error/>")
            .evidence
            .is_empty()
    );
}

/// What is one character over and over was typed over what stood there.
#[test]
fn a_string_that_was_typed_over_is_none() {
    for mark in ["xxx", "***", "XX"] {
        let case = read(
            format!(
                "<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated does not match the signature you provided.</Message><StringToSign>{mark}</StringToSign></Error>"
            )
            .as_bytes(),
        );
        assert_eq!(case.evidence.len(), 1, "{mark}");
        assert_eq!(case.evidence[0].string_to_sign, None, "{mark}");
    }
}

#[test]
fn tags_with_a_dash_put_into_them_are_tags() {
    let dashed = error(&CANONICAL.replace('&', "&amp;"), &to_sign(), true)
        .replace("</", "<-/")
        .replace("<C", "<-C")
        .replace("<E", "<-E")
        .replace("<S", "<-S");
    let (_, dashed) = dashed.split_once("?>").expect("it has a declaration");
    let case = evidence(dashed);
    assert_eq!(canonical(&case), CANONICAL);
    let answer = case.evidence[0].answer.as_ref().expect("it is one");
    assert_eq!(
        text(&case, answer.code.expect("it has one")),
        "SignatureDoesNotMatch"
    );
    // What a dash begins otherwise stays as it was.
    assert!(read(b"<-Errors>a<-/Errors> x <- y").evidence.is_empty());
}

#[test]
fn a_dump_among_the_fields_of_an_exception_is_held_against_its_string() {
    let (c, s) = (CANONICAL, to_sign());
    let literal = |text: &str| {
        text.replace('\\', "\\\\")
            .replace('\'', "\\'")
            .replace('\n', "\\n")
    };
    let fields = |c: &str, quote: &str| {
        format!(
            "{{'Error': {{'Code': 'SignatureDoesNotMatch', 'StringToSign': '{}', 'SignatureProvided': 'aeeed9bb', 'StringToSignBytes': '{}{quote}, 'CanonicalRequest': '{}', 'CanonicalRequestBytes': '{}{quote}}}}}\n",
            literal(&s),
            spaced(&s),
            literal(c),
            spaced(CANONICAL)
        )
    };
    // A program for people's texts bends quotes.
    for quote in ["'", " ‘"] {
        let case = evidence(&fields(c, quote));
        assert_ne!(case.evidence[0].integrity, Integrity::Broken, "{quote}");
        assert!(
            !case.evidence[0].repairs.contains(&Peel::HexDump),
            "{quote}"
        );
        assert_eq!(canonical(&case), CANONICAL, "{quote}");
        assert!(ids(&case).is_empty(), "{quote}: {:?}", ids(&case));
        // The bytes tell what the text hides.
        let hidden = c.replace("ex.org", "*****");
        let case = evidence(&fields(&hidden, quote));
        assert_eq!(canonical(&case), CANONICAL, "{quote}");
        assert!(case.evidence[0].repairs.contains(&Peel::HexDump), "{quote}");
        assert_eq!(ids(&case), ["bytes-disagree"], "{quote}");
    }
}

/// Whoever shortens a dump leaves its first bytes, dots, and perhaps its last: what is here agrees with the text.
#[test]
fn a_dump_that_was_elided_contradicts_no_text() {
    let to_sign = "PUT\n\ntext/plain\nWed, 28 Mar 2007 01:29:59 +0000\n/awsexamplebucket1/a";
    let answer = |dump: &str| {
        format!(
            "{{\n \"Code\": \"SignatureDoesNotMatch\",\n \"StringToSign\": \"{}\",\n \"StringToSignBytes\": \"{dump}\"\n}}\n",
            to_sign.replace('\n', "\\n")
        )
    };
    for dump in [
        "50 55 54 0a 0a 74 65 ..... 61",
        "50 55 54 0a 0a 74 65 ...",
        "50 55 54 0a 0a 74 65 [...] 61",
        "50 55 54 0a 0a 74 65…",
        "50 55 54 0a 0a 74 65 *****",
        // A log that limits its values ends the longest of them anywhere.
        "50 55 54 0a 0a 74 65",
    ] {
        let case = evidence(&answer(dump));
        assert!(
            !ids(&case).contains(&"bytes-disagree"),
            "{dump}: {:?}",
            ids(&case)
        );
        let text = case.evidence[0]
            .string_to_sign
            .as_ref()
            .expect("it is read");
        assert_eq!(text.bytes(&case.docs), to_sign.as_bytes(), "{dump}");
    }
    // One of other bytes is of another text.
    for dump in ["50 55 54 0a 0a 75 65", "50 55 54 0a 0a 75 65 ..... 61"] {
        let case = evidence(&answer(dump));
        assert!(
            ids(&case).contains(&"bytes-disagree"),
            "{dump}: {:?}",
            ids(&case)
        );
    }
}

/// The hash in the string to sign says which of the two printings is the text.
#[test]
fn of_text_and_bytes_the_one_is_taken_that_has_the_stated_hash() {
    let whole = hex::encode(CANONICAL);
    let front = hex::encode(CANONICAL.split_at(30).0);
    let answer = |text: &str, dump: &str| {
        format!(
            "{{\n  Code: 'SignatureDoesNotMatch',\n  StringToSign: '{}',\n  CanonicalRequest: '{}',\n  CanonicalRequestBytes: '{dump}',\n  RequestId: '7F3A'\n}}\n",
            to_sign().replace('\n', "\\n"),
            text.replace('\n', "\\n"),
        )
    };
    for dump in [
        // Cut, with the mark of util.inspect and without.
        front.clone(),
        format!("{front}'... 400 more characters, x: '"),
        // Mangled: the text has the hash.
        whole.replacen("65", "66", 1),
    ] {
        let case = evidence(&answer(CANONICAL, &dump));
        assert_eq!(canonical(&case), CANONICAL, "{dump}");
        assert_eq!(ids(&case), [""; 0], "{dump}");
        assert!(
            matches!(
                case.evidence[0].integrity,
                Integrity::Verified | Integrity::Repaired
            ),
            "{dump}"
        );
    }
    // The other way round the bytes have it, and the text goes on behind them.
    let case = evidence(&answer(&format!("{CANONICAL}0123"), &whole));
    assert_eq!(canonical(&case), CANONICAL);
    assert!(case.evidence[0].repairs.contains(&Peel::HexDump));
}

#[test]
fn an_error_whose_markup_was_escaped_inside_a_literal_agrees_with_its_bytes() {
    let plain = error(&CANONICAL.replace('&', "&amp;"), &to_sign(), true);
    let escaped = plain
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('\n', "\\n");
    let logged = format!("{{\"level\":\"error\",\"msg\":\"upload failed: {escaped}\",\"ts\":1}}\n");
    let case = evidence(&logged);
    assert_eq!(canonical(&case), CANONICAL);
    assert_eq!(ids(&case), [""; 0]);
    // A text that was edited besides is none of it.
    let edited = logged.replace("host:ex.org", "host:other");
    assert_eq!(ids(&evidence(&edited)), ["bytes-disagree"]);
}

#[test]
fn a_blank_in_a_signature_in_base64_was_a_plus() {
    let answer = |signature: &str| {
        read(format!("<Error><Code>SignatureDoesNotMatch</Code><Message>m</Message><SignatureProvided>{signature}</SignatureProvided><StringToSign>GET\n\n\n1596699696\n/bucket/key</StringToSign></Error>").as_bytes())
    };
    // SHA-1 and SHA-256, of which `+` and `/` are digits.
    for signature in [
        "6jyvZH mGD80nDscjtdZPnjhHm0=",
        "n4bQgYhMfWWaL qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=",
    ] {
        let case = answer(signature);
        assert!(ids(&case).contains(&"plus-became-space"), "{signature}");
    }
    for signature in [
        "6jyvZH+mGD80nDscjtdZPnjhHm0=",
        "no signature at all",
        "AKIA nothing =",
    ] {
        let case = answer(signature);
        assert!(!ids(&case).contains(&"plus-became-space"), "{signature}");
    }
}

#[test]
fn a_canonical_request_that_stops_in_its_path_is_read_behind_its_label() {
    let message = "The Canonical String for this request should have been\n'GET\n/identitypools/eu-west-1%3Ac361";
    let case = read(message.as_bytes());
    let canonical = case.evidence[0].canonical_request.as_ref().unwrap();
    assert_eq!(
        canonical.bytes(&case.docs),
        b"GET\n/identitypools/eu-west-1%3Ac361"
    );
    assert_ne!(canonical.cut, intake::Cut::Whole);
    // Without the label it is two words.
    assert!(
        read(b"It was GET\n/identitypools/eu-west-1%3Ac361")
            .evidence
            .is_empty()
    );
}

#[test]
fn words_behind_an_element_that_was_never_closed_are_not_of_its_text() {
    const V2: &str = "GET\n\n\nTue, 27 Mar 2007 19:36:42 +0000\n/johnsmith/photos/puppy.jpg";
    let to_sign = to_sign();
    let lines: Vec<&str> = to_sign.split('\n').collect();
    let prose =
        "I use curl to store objects. It *often* works, and then it is this: 403.\nNote: thanks!\n";
    let mut texts: Vec<String> = (1..=lines.len()).map(|n| lines[..n].join("\n")).collect();
    texts.extend([
        V2.to_owned(),
        "GET\n\n\nTue, 27 Mar 2007 19:36:42 +0000".to_owned(),
    ]);
    for text in texts {
        for gap in ["\n\n", "\n", "\r\n\r\n"] {
            let paste = format!(
                "<Error><Code>SignatureDoesNotMatch</Code><AWSAccessKeyId>AKIDEXAMPLE</AWSAccessKeyId>\
                 <StringToSign>{text}{gap}{prose}"
            );
            let case = read(paste.as_bytes());
            let evidence = &case.evidence[0];
            let string = evidence.string_to_sign.as_ref().unwrap();
            let read = String::from_utf8(string.bytes(&case.docs)).unwrap();
            assert_eq!(read, text, "{paste}");
            assert_eq!(string.cut, intake::Cut::Truncated, "{paste}");
            let behind = paste.find("I use curl").unwrap();
            assert!(evidence.span.end < behind, "{paste}");
        }
    }
    // Each line may be indented, with the empty ones among them.
    let margin = " ".repeat(80);
    let indented = V2.replace('\n', &format!("\n{margin}"));
    let case = read(format!("<Error><Code>A</Code><StringToSign>{indented}\n\n{prose}").as_bytes());
    let string = case.evidence[0].string_to_sign.as_ref().unwrap();
    assert_eq!(
        String::from_utf8(string.bytes(&case.docs))
            .unwrap()
            .lines()
            .last(),
        V2.lines().last()
    );
    // What is left of a last line is of it, and so is any line of a closed element.
    for (text, end) in [
        ("AWS4-HMAC-SHA256\n20130524T000000Z\n2013", ""),
        (
            "AWS4-HMAC-SHA256\n20130524T000000Z\n** REDACTED **\n7344",
            "\n",
        ),
        (
            "AWS4-HMAC-SHA256\nmy own words\n",
            "</StringToSign></Error>",
        ),
        ("GET\n\n\nTue, 27 Mar 2007 19:", ""),
        ("GET\n\n\n117502420", ""),
    ] {
        let case = read(format!("<Error><Code>A</Code><StringToSign>{text}{end}").as_bytes());
        let string = case.evidence[0].string_to_sign.as_ref().unwrap();
        let span = case.docs.to_given(case.evidence[0].span);
        assert!(span.len() >= "<Error><Code>A</Code><StringToSign>".len() + text.trim_end().len());
        assert!(!string.bytes(&case.docs).is_empty(), "{text}");
    }
}

/// A refusal of Signature Version 2 with `text` as its string to sign and `bytes` behind it, all in one literal.
fn older_error(text: &str, bytes: &str) -> String {
    format!(
        "<Error><Code>SignatureDoesNotMatch</Code><Message>m</Message><StringToSign>{text}</StringToSign>\
         <SignatureProvided>vXnYgv6Ji5j+YkNxTH2tO6jW5u0=</SignatureProvided><StringToSignBytes>{bytes}"
    )
}

const OLDER: &str =
    "PUT\n\n\nTue, 15 Sep 2015 17:45:58 GMT\nx-amz-acl:private\n/examplebucket/profile.jpg";

#[test]
fn the_bytes_beside_a_string_of_version_2_check_it() {
    let end = "</StringToSignBytes></Error>\n";
    let dump = spaced(OLDER);
    let case = evidence(&(older_error(OLDER, &dump) + end));
    assert_eq!(case.evidence[0].integrity, Integrity::Attested);
    assert_eq!(ids(&case), ["scheme-not-followed"]);
    // Bytes that are cut check what they hold, and no more.
    let half: String = dump.chars().take(dump.len() / 2).collect();
    let cut = evidence(&older_error(OLDER, &half));
    assert_eq!(cut.evidence[0].integrity, Integrity::Unchecked);
    assert!(!ids(&cut).contains(&"bytes-disagree"));
    // A text without them stands alone.
    let alone = evidence(&older_error(OLDER, "").replace("<StringToSignBytes>", "</Error>"));
    assert_eq!(alone.evidence[0].integrity, Integrity::Unchecked);
}

#[test]
fn the_bytes_beside_a_text_that_was_wrapped_in_its_literal_are_the_text() {
    let literal = OLDER.replace('\n', "\\n").replace("Tue,", "\n    Tue,");
    let literal = literal.replace("x-amz-acl:pri", "x-amz-acl:pri\n    ");
    let end = "</StringToSignBytes></Error>\n";
    let case = evidence(&(older_error(&literal, &spaced(OLDER)) + end));
    assert_eq!(case.evidence[0].integrity, Integrity::Attested);
    let said = case.findings.iter().find(|f| f.id == "bytes-disagree");
    let said = said.map(|f| f.message.as_str()).unwrap_or_default();
    assert!(said.starts_with("Blanks or line breaks"), "{said}");
    // What says something else does so, cut or not.
    let other = spaced(&OLDER.replace("private", "public-"));
    let begun: String = other.chars().take(other.len() - 9).collect();
    for bytes in [other + end, begun] {
        let case = evidence(&older_error(&literal, &bytes));
        let said = case.findings.iter().find(|f| f.id == "bytes-disagree");
        let said = said.map(|f| f.message.as_str()).unwrap_or_default();
        assert!(said.starts_with("The string to sign as text"), "{said}");
        assert_ne!(case.evidence[0].integrity, Integrity::Attested);
    }
}
