//! What each language prints is read back to the same bytes, and every byte leads back.

use std::fmt::Write as _;
use std::ops::Range;

use proptest::prelude::*;

use super::*;

const PRINTED: Dialect = Dialect::Printed(Unit::Byte);
const PRINTED_TEXT: Dialect = Dialect::Printed(Unit::Character);
const PYTHON: Dialect = Dialect::Python(Unit::Character);
const PYTHON_BYTES: Dialect = Dialect::Python(Unit::Byte);

/// Literals as the printers of several languages wrote them (`tests/corpus/make_literals.py`).
const LITERALS: &str = include_str!("../../../../tests/corpus/literals.tsv");

/// The dialects that are to read what a printer writes.
fn dialects(printer: &str) -> &'static [Dialect] {
    match printer {
        "python-text" | "python-ascii" => &[PYTHON, PRINTED_TEXT],
        "python-bytes" => &[PYTHON_BYTES, PRINTED],
        "json" => &[Dialect::Json, Dialect::JavaScript, PRINTED, PRINTED_TEXT],
        "node" => &[Dialect::JavaScript, PRINTED_TEXT],
        "ruby" | "go" | "rust" => &[PRINTED],
        "bash" => &[Dialect::AnsiC],
        other => panic!("a printer that is not listed: {other}"),
    }
}

/// Where the text of a literal stands in it.
fn inside(literal: &str) -> Range<usize> {
    let open = literal.find(['"', '\'', '`']).unwrap();
    let quote = literal.as_bytes()[open];
    let rest = &literal.as_bytes()[open + 1..];
    let len = close(rest, quote, Quoting::Backslashes { depth: 1 }).unwrap();
    assert_eq!(open + len + 2, literal.len(), "{literal}");
    open + 1..open + 1 + len
}

/// Reads a literal and asserts that every byte of what it spells leads back to it, and every byte of it is led to.
fn read_back(literal: &[u8], dialect: Dialect) -> Vec<u8> {
    let got = super::literal(literal, dialect);
    assert_eq!(got.map.child_len(), got.bytes.len());
    let mut at = 0;
    for run in got.map.segments() {
        assert_eq!(run.parent, at, "{literal:?}");
        if run.child_len == run.parent_len {
            let (child, parent) = (
                run.child..run.child + run.child_len,
                at..at + run.parent_len,
            );
            assert_eq!(got.bytes[child], literal[parent]);
        } else {
            assert_eq!(literal[at], b'\\', "only escapes are decoded");
        }
        at += run.parent_len;
    }
    assert_eq!(at, literal.len());
    got.bytes
}

#[test]
fn what_each_language_prints_is_read_back_to_the_same_bytes() {
    let mut read = 0;
    for row in LITERALS.lines() {
        let [printer, bytes, literal] = row.split('\t').collect::<Vec<_>>()[..] else {
            panic!("{row}");
        };
        let inner = &literal.as_bytes()[inside(literal)];
        let bytes = hex::decode(bytes).unwrap();
        for dialect in dialects(printer) {
            assert_eq!(read_back(inner, *dialect), bytes, "{dialect:?} {row}");
            read += 1;
        }
    }
    assert!(read > 400, "{read}");
}

/// `bytes` as the `repr` of Python's bytes writes them (`bytes_repr` of `bytesobject.c`).
fn python_bytes(bytes: &[u8]) -> String {
    let quote = if bytes.contains(&b'\'') && !bytes.contains(&b'"') {
        '"'
    } else {
        '\''
    };
    let mut out = format!("b{quote}");
    for byte in bytes {
        match byte {
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            _ if char::from(*byte) == quote => out.extend(['\\', quote]),
            b' '..=b'~' => out.push(char::from(*byte)),
            _ => write!(out, "\\x{byte:02x}").unwrap(),
        }
    }
    out.push(quote);
    out
}

/// A text with each character written in one of the ways that a language has, as `choices` say.
fn spelled(text: &str, choices: &[u8], dialect: Dialect) -> Vec<u8> {
    let mut out = Vec::new();
    for (place, c) in text.chars().enumerate() {
        let code = u32::from(c);
        let choice = choices.get(place).copied().unwrap_or(0) % 6;
        let utf16 = || {
            let mut out = String::new();
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(out, "\\u{unit:04x}").unwrap();
            }
            out
        };
        let next = text.chars().nth(place + 1);
        let octal = code < 0o400 && !next.is_some_and(|c| c.is_digit(8));
        let one = match (dialect, choice) {
            (_, 1) => utf16(),
            (Dialect::JavaScript, 2) => format!("\\u{{{code:x}}}"),
            (Dialect::JavaScript | PYTHON, 3) if code < 256 => format!("\\x{code:02X}"),
            (Dialect::JavaScript | PYTHON, 4) if octal => format!("\\{code:o}"),
            (PYTHON, 2) => format!("\\U{code:08x}"),
            (Dialect::JavaScript | PYTHON, 5) => format!("\\\n{}", utf16()),
            _ if matches!(c, '\\' | '"' | '\n' | '\r') => utf16(),
            _ => c.to_string(),
        };
        out.extend(one.bytes());
    }
    out
}

proptest! {
    #[test]
    fn json_is_read_back(text in ".*") {
        let literal = serde_json::to_string(&text).unwrap();
        let inner = &literal.as_bytes()[inside(&literal)];
        for dialect in dialects("json") {
            prop_assert_eq!(read_back(inner, *dialect), text.as_bytes());
        }
    }

    #[test]
    fn bytes_of_python_are_read_back(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
        let literal = python_bytes(&bytes);
        let inner = &literal.as_bytes()[inside(&literal)];
        for dialect in dialects("python-bytes") {
            prop_assert_eq!(read_back(inner, *dialect), bytes.clone());
        }
    }

    #[test]
    fn every_spelling_of_a_character_is_read(
        text in "[ -~\n\r\té中😀]*",
        choices in proptest::collection::vec(any::<u8>(), 0..32),
    ) {
        for dialect in [Dialect::Json, Dialect::JavaScript, PYTHON] {
            let got = literal(&spelled(&text, &choices, dialect), dialect);
            prop_assert_eq!(got.bytes, text.as_bytes());
            prop_assert_eq!(got.map.child_len(), text.len());
        }
    }

    #[test]
    fn no_bytes_are_too_odd(
        bytes in proptest::collection::vec(prop_oneof![Just(b'\\'), Just(b'u'), Just(b'x'), Just(b'{'), any::<u8>()], 0..64),
    ) {
        for dialect in ALL {
            let got = literal(&bytes, dialect);
            prop_assert_eq!(got.map.child_len(), got.bytes.len());
        }
    }
}

/// Every dialect.
const ALL: [Dialect; 8] = [
    Dialect::Json,
    Dialect::JavaScript,
    PYTHON,
    PYTHON_BYTES,
    PRINTED,
    PRINTED_TEXT,
    Dialect::AnsiC,
    Dialect::PowerShell,
];

/// What an escape means in each dialect, in the order of [`ALL`] without PowerShell; none where it is none.
type Row = (&'static [u8], [Option<&'static [u8]>; 7]);

#[test]
fn an_escape_means_what_its_language_says() {
    const E: Option<&[u8]> = Some("é".as_bytes());
    const BYTE: Option<&[u8]> = Some(b"\xe9");
    const SMILE: Option<&[u8]> = Some("😀".as_bytes());
    const NONE: Option<&[u8]> = Some(b"");
    const NUL: Option<&[u8]> = Some(b"\0");
    const ESC: Option<&[u8]> = Some(b"\x1b");
    let one = |byte: &'static [u8]| Some(byte);
    let rows: [Row; 27] = [
        (br"\n", [one(b"\n"); 7]),
        (br"\\", [one(b"\\"); 7]),
        (br#"\""#, [one(b"\""); 7]),
        (
            br"\/",
            [one(b"/"), one(b"/"), None, None, one(b"/"), one(b"/"), None],
        ),
        (
            br"\$",
            [one(b"$"), one(b"$"), None, None, one(b"$"), one(b"$"), None],
        ),
        (
            br"\a",
            [
                None,
                one(b"a"),
                one(b"\x07"),
                one(b"\x07"),
                one(b"\x07"),
                one(b"\x07"),
                one(b"\x07"),
            ],
        ),
        (
            br"\v",
            [
                None,
                one(b"\x0b"),
                one(b"\x0b"),
                one(b"\x0b"),
                one(b"\x0b"),
                one(b"\x0b"),
                one(b"\x0b"),
            ],
        ),
        (br"\e", [None, one(b"e"), None, None, ESC, ESC, ESC]),
        (br"\q", [None, one(b"q"), None, None, None, None, None]),
        (br"\xe9", [None, E, E, BYTE, BYTE, E, BYTE]),
        (br"\351", [None, E, E, BYTE, BYTE, BYTE, BYTE]),
        (br"\0", [None, NUL, NUL, NUL, NUL, NUL, NUL]),
        (br"\33", [None, ESC, ESC, ESC, None, None, ESC]),
        (
            br"\777",
            [
                None,
                Some(b"?7"),
                Some("\u{1ff}".as_bytes()),
                Some(b"\xff"),
                None,
                None,
                Some(b"\xff"),
            ],
        ),
        (br"\u00e9", [E, E, E, None, E, E, E]),
        (br"\U000000e9", [None, Some(b"U000000e9"), E, None, E, E, E]),
        (br"\u{e9}", [None, E, None, None, E, E, None]),
        (br"\u{1f600}", [None, SMILE, None, None, SMILE, SMILE, None]),
        (
            br"\ud83d\ude00",
            [SMILE, SMILE, SMILE, None, SMILE, SMILE, None],
        ),
        (br"\ud83d", [None; 7]),
        (br"\x+f", [None; 7]),
        (br"\u+0e9", [None; 7]),
        (br"\ud83d\u+e00", [None; 7]),
        (br"\u{+e9}", [None; 7]),
        (b"\\\n", [None, NONE, NONE, NONE, None, None, None]),
        (b"\\\r\n", [None, NONE, NONE, NONE, None, None, None]),
        ("\\é".as_bytes(), [None, E, None, None, None, None, None]),
    ];
    for (spelling, meant) in rows {
        for (dialect, meant) in ALL.into_iter().zip(meant) {
            let got = literal(spelling, dialect);
            let shown = String::from_utf8_lossy(spelling);
            assert_eq!(got.bytes, meant.unwrap_or(spelling), "{dialect:?} {shown}");
        }
    }
}

#[test]
fn a_shell_takes_as_few_digits_as_there_are() {
    let got = literal(br"\x9g\u9g\101\1z\cA\cz\?\'", Dialect::AnsiC);
    assert_eq!(got.bytes, b"\tg\tgA\x01z\x01\x1a?'");
}

#[test]
fn powershell_escapes_with_a_backtick() {
    let read = |text: &[u8]| {
        let escape = escape(text, Dialect::PowerShell)?;
        Some((escape.bytes().to_vec(), escape.len))
    };
    assert_eq!(read(b"`n"), Some((b"\n".to_vec(), 2)));
    assert_eq!(read(b"`0"), Some((b"\0".to_vec(), 2)));
    assert_eq!(read(b"`e["), Some((b"\x1b".to_vec(), 2)));
    assert_eq!(read(b"`$x"), Some((b"$".to_vec(), 2)));
    assert_eq!(read(b"`u{1F600}"), Some(("😀".as_bytes().to_vec(), 9)));
    assert_eq!(read(b"`ux"), Some((b"u".to_vec(), 2)));
    assert_eq!(read("`é".as_bytes()), Some((Vec::new(), 1)));
    assert_eq!(read(b"\\n"), None);
}

#[test]
fn a_literal_inside_of_literals_doubles_its_backslashes() {
    let read = |text: &[u8], depth| {
        let escape = escape_inside(text, depth, PRINTED)?;
        Some((escape.bytes().to_vec(), escape.len))
    };
    assert_eq!(read(br"\\n", 2), Some((b"\n".to_vec(), 3)));
    assert_eq!(read(br"\\\\n", 2), Some((b"\\".to_vec(), 4)));
    assert_eq!(read(br"\\\n", 2), None);
    assert_eq!(read(br"\\\\u00e9", 4), Some(("é".as_bytes().to_vec(), 9)));
    assert_eq!(
        read(br"\\ud83d\\ude00", 2),
        Some(("😀".as_bytes().to_vec(), 14))
    );
    assert_eq!(read(br"\\ud83d\ude00", 2), None);
    assert_eq!(read(br"\n", 2), None);
}

#[test]
fn a_literal_ends_at_the_quote_that_nothing_escapes() {
    let end = |text: &str, quoting| close(text.as_bytes(), b'"', quoting);
    let plain = |depth| Quoting::Backslashes { depth };
    assert_eq!(end(r#"a"b"#, plain(1)), Some(1));
    assert_eq!(end(r#"a\"b"c"#, plain(1)), Some(4));
    // A text that ends in a backslash.
    assert_eq!(end(r#"C:\\","b"#, plain(1)), Some(4));
    assert_eq!(end(r#"a\\\"b"c"#, plain(1)), Some(6));
    assert_eq!(end(r"a\", plain(1)), None);
    // In a string of JSON.
    assert_eq!(end(r#"a\",\"b"#, plain(2)), Some(1));
    assert_eq!(end(r#"a\\\"b\"c"#, plain(2)), Some(6));
    assert_eq!(end(r#"C:\\\\\",\"b"#, plain(2)), Some(6));
    // The string around it ends: this one was cut.
    assert_eq!(end(r#"ab" c"#, plain(2)), Some(2));
    assert_eq!(end(r#"a\\\",\\\"b"#, plain(4)), Some(1));
    assert_eq!(end(r#"a"b\"""c""""#, Quoting::Triple), Some(8));
    assert_eq!(end(r#"a""b`"c"d"#, Quoting::Backtick), Some(7));
    assert_eq!(close(b"it''s'", b'\'', Quoting::Doubled), Some(5));
}

#[test]
fn literals_go_on_behind_what_joins_them() {
    let len = |text: &[u8]| seam(text, Joint::Sum);
    assert_eq!(len(b"'\n 'b"), Some(4));
    assert_eq!(len(b"'\n b\"b"), Some(5));
    assert_eq!(len(b"' +\r\n  \"b"), Some(8));
    assert_eq!(len(b"\" \\\n \"b"), Some(6));
    // Two values on one line, or of a list, are two.
    assert_eq!(len(b"' 'b"), None);
    assert_eq!(len(b"',\n 'b"), None);
    assert_eq!(len(b"'\n b'"), Some(5));
    assert_eq!(len(b"'\n name: 'b"), None);
    assert_eq!(seam(b"',\n 'b", Joint::List), Some(5));
    assert_eq!(seam(b"',\n 'b'", Joint::List), Some(5));
    // The next pair of an object is no line of a list.
    assert_eq!(seam(b"',\n 'x-amz-date': 'v'", Joint::List), None);
    assert_eq!(seam(b"\",\n \"x-amz-date\" => \"v\"", Joint::List), None);
    assert_eq!(seam(b"',\n 'host:v',", Joint::List), Some(5));
    assert_eq!(seam(b"' 'b", Joint::List), None);
    assert_eq!(seam(b"' 'b", Joint::Flattened), Some(3));
    assert_eq!(seam(b"''b", Joint::Flattened), None);
}

#[test]
fn every_spelling_of_a_character_reference_is_read() {
    let got = xml(b"a&amp;b&#38;c&#x26;d&#X0D;&#10;e&lt;&gt;&quot;&apos;").unwrap();
    assert_eq!(got.bytes, b"a&b&c&d\r\ne<>\"'");
    assert_eq!(got.map.to_parent(1..2), 1..6);
    assert_eq!(got.map.child_len(), got.bytes.len());
}

#[test]
fn what_is_no_reference_stays() {
    assert_eq!(
        xml(b"a&b & &; &#xD800; &nosuch;\r").unwrap().bytes,
        b"a&b & &; &#xD800; &nosuch;\n"
    );
    assert_eq!(xml(b"plain\ntext"), None);
}

#[test]
fn a_line_end_of_xml_is_one_lf_however_it_was_typed() {
    assert_eq!(xml(b"a\r\nb\rc\n\r").unwrap().bytes, b"a\nb\nc\n\n");
}

#[test]
fn string_literals_are_read_as_json_and_markdown_write_them() {
    let got = backslashes(br"\u003cA\u003e\n\/x\\y\<\uD83D\uDE00\q").unwrap();
    assert_eq!(got.bytes, "<A>\n/x\\y<\u{1F600}\\q".as_bytes());
    assert_eq!(got.map.to_parent(0..1), 0..6);
    assert_eq!(got.map.child_len(), got.bytes.len());
}

#[test]
fn a_sign_is_no_digit_of_an_escape() {
    for text in [&br"\u+041"[..], br"\u004-", br"\ud83d\u+e00"] {
        assert_eq!(backslashes(text).unwrap().bytes, text);
        assert_eq!(literal(text, PRINTED).bytes, text);
    }
    let text = b"&#x+26; &#+38;";
    assert_eq!(xml(text).unwrap().bytes, text);
}

#[test]
fn the_bytes_of_a_literal_are_read_as_python_and_ruby_write_them() {
    let got = literal(br#"a\r\nb\xffc\"d\'\x0\0\e\\n"#, PRINTED);
    assert_eq!(got.bytes, b"a\r\nb\xffc\"d'\\x0\0\x1b\\n");
    assert_eq!(got.map.to_parent(4..5), 6..10);
    assert_eq!(got.map.child_len(), got.bytes.len());
}

#[test]
fn a_raw_line_break_in_a_literal_is_of_whoever_broke_the_line() {
    assert_eq!(backslashes(b"a\\nb\nc\r\nd").unwrap().bytes, b"a\nbcd");
    assert_eq!(backslashes(b"\\<a\\>\nb").unwrap().bytes, b"<a>\nb");
}

#[test]
fn dumps_are_read_in_any_grouping() {
    for text in ["41 57 53 0a", "4157 530A ", "4157530a", "41\n57\t53 0A"] {
        let (got, whole) = dump(text.as_bytes());
        assert_eq!(
            (got.bytes.as_slice(), whole),
            (&b"AWS\n"[..], true),
            "{text}"
        );
    }
    let (got, whole) = dump(b"41 57 5");
    assert_eq!((got.bytes.as_slice(), whole), (&b"AW"[..], false));
    assert!(!dump(b"41 zz").1);
}
