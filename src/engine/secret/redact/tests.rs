//! Values hidden in every spelling, and nothing else.

use proptest::prelude::*;

use super::*;

/// Spells a value once more.
type Spelling = fn(&[u8]) -> Vec<u8>;

fn each(text: &[u8], spell: impl Fn(u8) -> String) -> Vec<u8> {
    text.iter().flat_map(|b| spell(*b).into_bytes()).collect()
}

/// Letters and digits as they are, the rest otherwise.
fn marks(text: &[u8], spell: impl Fn(u8) -> String) -> Vec<u8> {
    each(text, |b| {
        if b.is_ascii_alphanumeric() {
            char::from(b).to_string()
        } else {
            spell(b)
        }
    })
}

fn folded(text: &[u8], width: usize, fold: &[u8]) -> Vec<u8> {
    text.chunks(width).collect::<Vec<_>>().join(fold)
}

/// Any of these may follow any other.
const ESCAPES: [(&str, Spelling); 13] = [
    ("percent", |v| marks(v, |b| format!("%{b:02X}"))),
    ("lower percent", |v| marks(v, |b| format!("%{b:02x}"))),
    ("every byte percent", |v| each(v, |b| format!("%{b:02X}"))),
    ("old script", |v| marks(v, |b| format!("%u{b:04X}"))),
    ("blank for plus", |v| {
        v.iter()
            .copied()
            .map(|b| if b == b'+' { b' ' } else { b })
            .collect()
    }),
    ("JSON", |v| marks(v, |b| format!("\\u{b:04x}"))),
    ("slashes of JSON", |v| {
        each(v, |b| match b {
            b'/' | b'"' | b'\\' => format!("\\{}", char::from(b)),
            _ => char::from(b).to_string(),
        })
    }),
    ("a string literal", |v| marks(v, |b| format!("\\x{b:02x}"))),
    ("XML", |v| {
        each(v, |b| match b {
            b'&' => "&amp;".to_owned(),
            b'"' => "&quot;".to_owned(),
            b'<' => "&lt;".to_owned(),
            b'>' => "&gt;".to_owned(),
            _ => char::from(b).to_string(),
        })
    }),
    ("numbers of XML", |v| marks(v, |b| format!("&#{b};"))),
    ("numbers with zeros", |v| marks(v, |b| format!("&#{b:03};"))),
    ("hexadecimal numbers of XML", |v| {
        marks(v, |b| format!("&#x{b:04X};"))
    }),
    ("names of HTML", |v| {
        each(v, |b| match b {
            b'+' => "&plus;".to_owned(),
            b'/' => "&sol;".to_owned(),
            b'=' => "&equals;".to_owned(),
            _ => char::from(b).to_string(),
        })
    }),
];

/// How a text is broken into lines, which comes last: what is escaped holds no line ends.
const BREAKS: [(&str, Spelling); 2] = [
    ("folded", |v| folded(v, 60, b"\r\n  ")),
    ("continued", |v| {
        // An escaped backslash at the end of a line would be another text.
        let mut lines: Vec<Vec<u8>> = vec![Vec::new()];
        for byte in v {
            match lines.last_mut() {
                Some(line) if line.len() < 40 || line.ends_with(b"\\") => line.push(*byte),
                _ => lines.push(vec![*byte]),
            }
        }
        lines.join(b"\\\n".as_slice())
    }),
];

/// One of these may stand between the escapes.
const DUMPS: [Spelling; 6] = [
    |v| hex::encode(v).into_bytes(),
    |v| hex::encode_upper(v).into_bytes(),
    |v| each(v, |b| format!("{b:02X} ")),
    |v| each(v, |b| format!("{b:02x}:")),
    |v| each(v, |b| format!("0x{b:02x}, ")),
    |v| folded(&each(v, |b| format!("{b:02x}")), 32, b"\n"),
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn no_spelling_of_a_value_survives(
        value in "[A-Za-z0-9]{4}([A-Za-z0-9/+=]|[A-Za-z0-9]{3}){8,30}[A-Za-z0-9]{4}|[A-Za-z0-9][A-Za-z0-9/+]{0,30}[A-Za-z0-9]{12}[A-Za-z0-9/=+]{100,500}[A-Za-z0-9]",
        before in proptest::collection::vec(proptest::sample::select(&ESCAPES[..]), 0..3),
        dump in proptest::option::weighted(0.3, (proptest::sample::select(&DUMPS[..]), proptest::option::of(proptest::sample::select(&ESCAPES[..])))),
        behind in proptest::option::of(proptest::sample::select(&BREAKS[..])),
        front in "[a-z]{0,9}[=:\"> ]",
        back in "[\"<& ,\n][a-z]{0,9}",
        secret in any::<bool>(),
    ) {
        let mask = if secret { Mask::Secret } else { Mask::Token };
        let mut redactor = Redactor::new();
        redactor.hide(value.as_bytes(), mask);
        let mut spelled = value.clone().into_bytes();
        for (_, spell) in &before {
            spelled = spell(&spelled);
        }
        let mut names: Vec<_> = before.iter().map(|(name, _)| *name).collect();
        if let Some((dump, escape)) = dump {
            spelled = dump(&spelled);
            names.push("a dump");
            // A dump of what was escaped twice is long enough as it is.
            if let Some((name, escape)) = escape.filter(|_| before.len() < 2) {
                spelled = escape(&spelled);
                names.push(name);
            }
        }
        if let Some((name, lines)) = behind {
            spelled = lines(&spelled);
            names.push(name);
        }
        let text = [front.as_bytes(), &spelled, back.as_bytes()].concat();
        let found = redactor.find(&text);
        // What stands before and behind each byte of a dump stands at its ends too.
        let spare = if dump.is_some() { 24 } else { 0 };
        let end = front.len() + spelled.trim_ascii_end().len() - spare;
        let shown = String::from_utf8_lossy(&text).into_owned();
        prop_assert_eq!(found.len(), 1, "{:?}: {:?} in {}", names, found, shown);
        let hidden = &found[0];
        prop_assert!(hidden.range.start <= front.len() + spare && hidden.range.end >= end, "{names:?}: {hidden:?} of {} in {shown}", text.len());
        prop_assert_eq!(hidden.mask, mask);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn no_value_survives_in_utf_16(
        value in "[A-Za-z0-9]{4}([A-Za-z0-9/+=]|[A-Za-z0-9]{3}){2,30}[A-Za-z0-9]{4}|[A-Za-z0-9]{12}[A-Za-z0-9/=+]{200,500}[A-Za-z0-9]",
        before in proptest::collection::vec(proptest::sample::select(&ESCAPES[..]), 0..2),
        dumped in any::<bool>(),
        big_endian in any::<bool>(),
    ) {
        let mut redactor = Redactor::new();
        redactor.hide(value.as_bytes(), Mask::Secret);
        let mut spelled = value.into_bytes();
        for (_, spell) in &before {
            spelled = spell(&spelled);
        }
        let front = "my key is ";
        let text = [front.as_bytes(), &spelled, b" as told\r\n"].concat();
        let wide = |b: &u8| if big_endian { [0, *b] } else { [*b, 0] };
        let wide: Vec<u8> = text.iter().flat_map(wide).collect();
        let scale = if dumped { 4 } else { 2 };
        let text = if dumped { hex::encode(&wide).into_bytes() } else { wide };
        let found = redactor.find(&text);
        prop_assert_eq!(found.len(), 1, "{:?} in {}", found, String::from_utf8_lossy(&text));
        let start = front.len() * scale;
        let end = start + spelled.trim_ascii_end().len() * scale;
        // The NUL beside the first or last letter may be left.
        prop_assert!(found[0].range.start <= start + scale / 2, "{found:?}");
        prop_assert!(found[0].range.end >= end - scale / 2, "{found:?}");
    }
}

#[test]
fn a_value_across_every_border_of_what_is_searched_at_once_is_hidden() {
    let value: String = (0..60)
        .flat_map(|n| ["T".to_owned(), n.to_string(), "/".to_owned()])
        .collect();
    let mut redactor = Redactor::new();
    redactor.hide(value.as_bytes(), Mask::Token);
    redactor.hide(b"short/secret", Mask::Secret);
    let percent = |v: &str| v.replace('/', "%252F");
    let dump = |v: &str| String::from_utf8(each(v.as_bytes(), |b| format!("{b:02X} "))).unwrap();
    for spelled in [
        value.clone(),
        percent(&value),
        dump(&value),
        dump(&percent(&value)),
        "short/secret".to_owned(),
        percent("short/secret"),
        dump("short/secret"),
    ] {
        for back in (0..spelled.len() + 2).step_by(37) {
            for fill in ["zz", "z "] {
                let front = fill.repeat(CHUNK / 2);
                let front = front.get(back..).unwrap();
                let text = format!("{front}{spelled}{}", fill.repeat(CHUNK));
                let found = redactor.find(text.as_bytes());
                assert_eq!(found.len(), 1, "{back} before the border");
                let end = front.len() + spelled.trim_end().len();
                assert_eq!(found[0].range, front.len()..end, "{back} before the border");
            }
        }
    }
}

#[test]
fn a_neighbourhood_holds_values_whole_and_says_how_far_it_knows() {
    let value = "T0ken/".repeat(2_000);
    let mut redactor = Redactor::new();
    redactor.hide(value.as_bytes(), Mask::Token);
    let text = format!("{}{value}!end{}", "x".repeat(300), "y".repeat(9_000));
    for at in [0, 299, 300, 5_000, 12_299] {
        let near = redactor.near(text.as_bytes(), at..at + 20);
        if at + 20 > 300 {
            assert_eq!(near.hidden[0].range, 300..12_300, "{at}");
        }
        assert!(near.until >= at + 20);
    }
    let huge = "h0ge/".repeat(100_000);
    redactor.hide(huge.as_bytes(), Mask::Token);
    let near = redactor.near(huge.as_bytes(), 250_000..250_020);
    assert!(near.hidden[0].range.start < 200_000);
    assert!(near.hidden[0].range.end >= near.until && near.until < 400_000);
}

#[test]
fn a_part_of_a_long_value_is_hidden_too() {
    let value: String = (0..400)
        .flat_map(|n| [n.to_string(), "T".to_owned()])
        .collect();
    let mut redactor = Redactor::new();
    redactor.hide(value.as_bytes(), Mask::Token);
    let cut = value.get(..600).unwrap();
    let shown = redactor.text(&format!("<{cut}...>"));
    assert!(!shown.contains("100T101T"), "{shown}");
}

#[test]
fn a_token_is_hidden_in_every_spelling() {
    let mut redactor = Redactor::new();
    redactor.hide(b"FwoG/token+value==", Mask::Token);
    for text in [
        "x-amz-security-token:FwoG/token+value==\n".to_owned(),
        "?X-Amz-Security-Token=FwoG%2Ftoken%2Bvalue%3D%3D&x=1".to_owned(),
        format!("<b>{}</b>", hex::encode("FwoG/token+value==")),
        "46 77 6F 47 2F 74 6F 6B 65 6E 2B 76 61 6C 75 65 3D 3D 0A".to_owned(),
        "4677 6F47 2F74 6F6B 656E 2B76 616C 7565 3D3D 0A".to_owned(),
        "46:77:6f:47:2f:74:6f:6b:65:6e:2b:76:61:6c:75:65:3d:3d".to_owned(),
        "a=FwoG%2ftoken%20value%3d%3d".to_owned(),
        "a=FwoG%25252Ftoken%25252Bvalue%25253D%25253D".to_owned(),
        "x-amz-security-token:FwoG/to\r\n  ken+value==".to_owned(),
        "\"FwoG\\/token\\u002bvalue\\u003d=\"".to_owned(),
    ] {
        let out = redactor.apply(text.as_bytes());
        assert!(out.sha256.is_some(), "{text}");
        let shown = String::from_utf8(out.bytes).unwrap();
        assert!(shown.contains("[redacted, "), "{shown}");
        assert!(
            ["/token", "46 77", "4677", "46:77", "FwoG"]
                .iter()
                .all(|part| !shown.contains(part)),
            "{shown}"
        );
    }
}

#[test]
fn overlapping_values_leave_no_tail_and_many_hits_take_no_quadratic_time() {
    let mut redactor = Redactor::new();
    redactor.hide(b"abcdefghij", Mask::Token);
    redactor.hide(b"ghijklmnop", Mask::Secret);
    assert_eq!(redactor.text("-abcdefghijklmnop-"), "-[secret redacted]-");
    let many = b"abcdefghij ".repeat(200_000);
    assert_eq!(redactor.find(&many).len(), 200_000);
}

#[test]
fn revealing_shows_tokens_but_never_secrets() {
    let mut redactor = Redactor::new().revealing_tokens(true);
    redactor.hide(b"token-token-token", Mask::Token);
    redactor.hide(b"secret-secret-secret", Mask::Secret);
    assert_eq!(
        redactor.text("a token-token-token b secret-secret-secret c"),
        "a token-token-token b [secret redacted] c"
    );
}

#[test]
fn blanks_around_a_value_are_no_part_of_it() {
    let mut redactor = Redactor::new();
    redactor.hide(b"  secret-secret \n", Mask::Secret);
    assert_eq!(redactor.text("a=secret-secret;"), "a=[secret redacted];");
}

#[test]
fn a_token_that_is_a_secret_too_stays_hidden_where_tokens_are_shown() {
    for masks in [[Mask::Token, Mask::Secret], [Mask::Secret, Mask::Token]] {
        let mut redactor = Redactor::new().revealing_tokens(true);
        for mask in masks {
            redactor.hide(b"both-at-once-0123", mask);
        }
        assert_eq!(redactor.text("both-at-once-0123"), "[secret redacted]");
    }
}

#[test]
fn values_side_by_side_are_told_apart() {
    let mut redactor = Redactor::new();
    redactor.hide(b"abcdefghij", Mask::Token);
    redactor.hide(b"KLMNOPQRST", Mask::Token);
    let shown = redactor.text("abcdefghijKLMNOPQRST");
    assert_eq!(shown, "[redacted, 10 bytes][redacted, 10 bytes]");
}

#[test]
fn a_dump_of_a_folded_value_is_hidden_as_it_is_signed() {
    let mut redactor = Redactor::new();
    redactor.hide(b"FwoG/token\r\n  value==", Mask::Token);
    for signed in ["FwoG/token value==", "FwoG/token\r\n  value=="] {
        let shown = redactor.text(&hex::encode(signed));
        assert!(shown.starts_with("[redacted, "), "{shown}");
    }
}

#[test]
fn plain_text_passes_untouched() {
    let out = Redactor::new().apply(b"GET\n/\n");
    assert_eq!(
        out,
        Redacted {
            bytes: b"GET\n/\n".to_vec(),
            sha256: None
        }
    );
}
