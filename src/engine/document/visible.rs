//! Visible bytes: text as it may be drawn, with nothing hidden and nothing a terminal would obey.
//!
//! Terminal libraries drop control and zero-width characters without a word, and those are just the
//! bytes that break a signature. Every byte here becomes at least one column. Escapes are plain
//! ASCII words such as `\x1B` or `<U+200B>`, so that they survive any font; a reader tells them from
//! text by their [`GlyphKind`].

use std::borrow::Cow;
use std::fmt::Write as _;
use std::ops::Range;

use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory as _};
use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthStr as _;

/// What a glyph stands for, so that a theme can tell marks from text.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub enum GlyphKind {
    /// Text that shows itself.
    Text,
    /// A control character (Cc), DEL and C1 among them.
    Control,
    /// A line feed.
    LineFeed,
    /// A carriage return.
    CarriageReturn,
    /// A character with no ink of its own: zero-width, bidirectional, a blank that is not U+0020, an
    /// unassigned or private-use code point.
    Invisible,
    /// A byte that is not UTF-8.
    Invalid,
}

/// A few columns of a drawn line, and the bytes they stand for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Glyph<'a> {
    /// What to draw. Never empty, never a control character.
    pub text: Cow<'a, str>,
    /// Columns it takes on a terminal; at least 1.
    pub width: usize,
    /// The bytes it stands for, as offsets into the text that was asked for.
    pub bytes: Range<usize>,
    /// What those bytes are.
    pub kind: GlyphKind,
}

/// A cluster of more bytes than this is not a letter but a trick: its marks are spelled out.
const CLUSTER_LIMIT: usize = 32;

/// The glyphs of `bytes`, front to back. Their `bytes` ranges tile the input exactly.
pub fn glyphs(bytes: &[u8]) -> impl Iterator<Item = Glyph<'_>> {
    let mut at = 0;
    bytes.utf8_chunks().flat_map(move |chunk| {
        let valid = chunk.valid();
        let start = at;
        at += valid.len() + chunk.invalid().len();
        let invalid_start = start + valid.len();
        let text = valid
            .grapheme_indices(true)
            .flat_map(move |(offset, cluster)| cluster_glyphs(cluster, start + offset));
        let invalid = chunk.invalid().iter().enumerate().map(move |(i, byte)| {
            let text = format!("\\x{byte:02X}");
            let at = invalid_start + i;
            Glyph {
                width: text.len(),
                text: text.into(),
                bytes: at..at + 1,
                kind: GlyphKind::Invalid,
            }
        });
        text.chain(invalid)
    })
}

/// `bytes` as one string without anything hidden. For messages and reports.
pub fn to_string(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    if bytes.is_ascii() {
        // No byte of such a text joins its neighbour.
        for byte in bytes {
            match byte {
                b' '..=b'~' => out.push(char::from(*byte)),
                _ => out.push_str(&char_glyph(char::from(*byte), 0).text),
            }
        }
        return out;
    }
    for glyph in glyphs(bytes) {
        out.push_str(&glyph.text);
    }
    out
}

/// The glyphs of one grapheme cluster: itself where it is all ink, otherwise one for each character.
fn cluster_glyphs(cluster: &str, at: usize) -> impl Iterator<Item = Glyph<'_>> {
    let whole = is_ink(cluster).then(|| Glyph {
        text: Cow::Borrowed(cluster),
        width: cluster.width(),
        bytes: at..at + cluster.len(),
        kind: GlyphKind::Text,
    });
    let rest = if whole.is_some() { "" } else { cluster };
    whole
        .into_iter()
        .chain(rest.char_indices().map(move |(i, c)| char_glyph(c, at + i)))
}

/// Whether a cluster may be drawn as it is: it starts with a character that has ink, holds nothing
/// invisible, takes at least one column and is of a sane size.
fn is_ink(cluster: &str) -> bool {
    let mut chars = cluster.chars();
    let Some(first) = chars.next() else {
        return false;
    };
    if first.is_ascii() && cluster.len() == 1 {
        return !first.is_ascii_control();
    }
    cluster.len() <= CLUSTER_LIMIT
        && shows_itself(first)
        && first.general_category_group() != GeneralCategoryGroup::Mark
        && chars.all(shows_itself)
        && cluster.width() > 0
}

/// Whether a character draws something, or changes in plain sight what is drawn.
fn shows_itself(c: char) -> bool {
    match c.general_category_group() {
        // Cc, Cf, Co, Cn: controls, formats, private use, unassigned.
        GeneralCategoryGroup::Other => false,
        // Zs, Zl, Zp: only the one blank everybody means.
        GeneralCategoryGroup::Separator => c == ' ',
        // Variation selectors and the grapheme joiner are marks without ink; so are the Hangul and
        // Khmer fillers, which are letters or marks by category.
        _ => !matches!(
            c,
            '\u{034F}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'
                ..='\u{180F}' | '\u{2800}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FFA0}'
                | '\u{E0100}'..='\u{E01EF}'
        ),
    }
}

/// One character that cannot stand in its cluster as it is.
fn char_glyph(c: char, at: usize) -> Glyph<'static> {
    let bytes = at..at + c.len_utf8();
    let (text, kind) = match c {
        '\n' => (Cow::Borrowed("\\n"), GlyphKind::LineFeed),
        '\r' => (Cow::Borrowed("\\r"), GlyphKind::CarriageReturn),
        '\t' => (Cow::Borrowed("\\t"), GlyphKind::Control),
        c if c.is_ascii_control() => (
            Cow::Owned(format!("\\x{:02X}", u32::from(c))),
            GlyphKind::Control,
        ),
        c if c.is_control() => (Cow::Owned(code_point(c)), GlyphKind::Control),
        c if shows_itself(c) && is_ink(c.encode_utf8(&mut [0; 4])) => {
            (Cow::Owned(c.to_string()), GlyphKind::Text)
        }
        c => (Cow::Owned(code_point(c)), GlyphKind::Invisible),
    };
    let width = text.width().max(1);
    Glyph {
        text,
        width,
        bytes,
        kind,
    }
}

/// `text`, what is not ASCII in it spelled out as `<U+00E9>`: for terminals and fonts that have no more.
pub fn to_ascii(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() * 2);
    for c in text.chars() {
        if c.is_ascii() {
            out.push(c);
        } else {
            out.push_str(&code_point(c));
        }
    }
    Cow::Owned(out)
}

fn code_point(c: char) -> String {
    format!("<U+{:04X}>", u32::from(c))
}

/// The name of the byte or character at the start of `bytes`, for pointing at a difference:
/// `'a'`, `U+0020 SPACE`, `0x0D CR`, `U+200B`, `byte 0xFF (not UTF-8)`, `end of text`.
pub fn name_first(bytes: &[u8]) -> String {
    let Some(&byte) = bytes.first() else {
        return "end of text".to_owned();
    };
    // Percent-escapes are what people compare: name them whole.
    if let [b'%', a, b, ..] = bytes
        && a.is_ascii_hexdigit()
        && b.is_ascii_hexdigit()
    {
        return format!("%{}{}", char::from(*a), char::from(*b));
    }
    match byte {
        b' ' => "U+0020 SPACE".to_owned(),
        0..=0x1F | 0x7F => {
            let name = CONTROL_NAMES
                .get(usize::from(byte))
                .copied()
                .unwrap_or("DEL");
            format!("0x{byte:02X} {name}")
        }
        0x21..=0x7E => format!("'{}'", char::from(byte)),
        _ => {
            let Some(c) = bytes
                .utf8_chunks()
                .next()
                .and_then(|chunk| chunk.valid().chars().next())
            else {
                return format!("byte 0x{byte:02X} (not UTF-8)");
            };
            let mut out = format!("U+{:04X}", u32::from(c));
            if let Some(known) = character_name(c) {
                let _ = write!(out, " {known}");
            } else if is_ink(c.encode_utf8(&mut [0; 4])) {
                let _ = write!(out, " '{c}'");
            }
            out
        }
    }
}

const CONTROL_NAMES: [&str; 32] = [
    "NUL", "SOH", "STX", "ETX", "EOT", "ENQ", "ACK", "BEL", "BS", "TAB", "LF", "VT", "FF", "CR",
    "SO", "SI", "DLE", "DC1", "DC2", "DC3", "DC4", "NAK", "SYN", "ETB", "CAN", "EM", "SUB", "ESC",
    "FS", "GS", "RS", "US",
];

/// Whether a character cannot be seen for what it is: a control, a format character, or a blank that is not
/// U+0020.
pub fn is_hidden(c: char) -> bool {
    c.is_control() || !shows_itself(c)
}

/// The ASCII character that `c` is taken for at a glance: the full-width forms, dashes, quotes and slashes
/// that word processors put in, and the letters of other scripts with the very shape of a Latin one (a part
/// of Unicode's `confusables.txt`, UTS 39).
pub fn ascii_twin(c: char) -> Option<char> {
    Some(match c {
        '\u{FF01}'..='\u{FF5E}' => {
            return char::from_u32(u32::from(c) - 0xFF01 + 0x21);
        }
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE63}' => '-',
        '\u{2018}' | '\u{2019}' | '\u{201B}' | '\u{2032}' => '\'',
        '\u{201C}' | '\u{201D}' | '\u{201F}' | '\u{2033}' => '"',
        '\u{2044}' | '\u{2215}' | '\u{29F8}' => '/',
        '\u{2236}' | '\u{A789}' => ':',
        '\u{37E}' => ';',
        '\u{2024}' => '.',
        '\u{410}' | '\u{391}' => 'A',
        '\u{412}' | '\u{392}' => 'B',
        '\u{421}' => 'C',
        '\u{415}' | '\u{395}' => 'E',
        '\u{41D}' | '\u{397}' => 'H',
        '\u{406}' | '\u{399}' => 'I',
        '\u{408}' => 'J',
        '\u{41A}' | '\u{39A}' => 'K',
        '\u{41C}' | '\u{39C}' => 'M',
        '\u{39D}' => 'N',
        '\u{41E}' | '\u{39F}' => 'O',
        '\u{420}' | '\u{3A1}' => 'P',
        '\u{405}' => 'S',
        '\u{422}' | '\u{3A4}' => 'T',
        '\u{425}' | '\u{3A7}' => 'X',
        '\u{396}' => 'Z',
        '\u{430}' => 'a',
        '\u{441}' => 'c',
        '\u{435}' => 'e',
        '\u{456}' => 'i',
        '\u{458}' => 'j',
        '\u{43E}' | '\u{3BF}' => 'o',
        '\u{440}' => 'p',
        '\u{455}' => 's',
        '\u{445}' => 'x',
        '\u{443}' => 'y',
        _ => return None,
    })
}

/// Names of the characters that most often break a signature unseen (Unicode Character Database).
fn character_name(c: char) -> Option<&'static str> {
    Some(match c {
        '\u{85}' => "NEXT LINE",
        '\u{A0}' => "NO-BREAK SPACE",
        '\u{AD}' => "SOFT HYPHEN",
        '\u{61C}' => "ARABIC LETTER MARK",
        '\u{2002}' => "EN SPACE",
        '\u{2003}' => "EM SPACE",
        '\u{2007}' => "FIGURE SPACE",
        '\u{2009}' => "THIN SPACE",
        '\u{200A}' => "HAIR SPACE",
        '\u{200B}' => "ZERO WIDTH SPACE",
        '\u{200C}' => "ZERO WIDTH NON-JOINER",
        '\u{200D}' => "ZERO WIDTH JOINER",
        '\u{200E}' => "LEFT-TO-RIGHT MARK",
        '\u{200F}' => "RIGHT-TO-LEFT MARK",
        '\u{2010}' => "HYPHEN",
        '\u{2011}' => "NON-BREAKING HYPHEN",
        '\u{2012}' => "FIGURE DASH",
        '\u{2013}' => "EN DASH",
        '\u{2014}' => "EM DASH",
        '\u{2018}' => "LEFT SINGLE QUOTATION MARK",
        '\u{2019}' => "RIGHT SINGLE QUOTATION MARK",
        '\u{201C}' => "LEFT DOUBLE QUOTATION MARK",
        '\u{201D}' => "RIGHT DOUBLE QUOTATION MARK",
        '\u{2028}' => "LINE SEPARATOR",
        '\u{2029}' => "PARAGRAPH SEPARATOR",
        '\u{202A}' => "LEFT-TO-RIGHT EMBEDDING",
        '\u{202B}' => "RIGHT-TO-LEFT EMBEDDING",
        '\u{202C}' => "POP DIRECTIONAL FORMATTING",
        '\u{202D}' => "LEFT-TO-RIGHT OVERRIDE",
        '\u{202E}' => "RIGHT-TO-LEFT OVERRIDE",
        '\u{202F}' => "NARROW NO-BREAK SPACE",
        '\u{205F}' => "MEDIUM MATHEMATICAL SPACE",
        '\u{2060}' => "WORD JOINER",
        '\u{2066}' => "LEFT-TO-RIGHT ISOLATE",
        '\u{2067}' => "RIGHT-TO-LEFT ISOLATE",
        '\u{2068}' => "FIRST STRONG ISOLATE",
        '\u{2069}' => "POP DIRECTIONAL ISOLATE",
        '\u{2212}' => "MINUS SIGN",
        '\u{3000}' => "IDEOGRAPHIC SPACE",
        '\u{FEFF}' => "BYTE ORDER MARK",
        '\u{FF0F}' => "FULLWIDTH SOLIDUS",
        '\u{FF1A}' => "FULLWIDTH COLON",
        '\u{FF1B}' => "FULLWIDTH SEMICOLON",
        '\u{FF0D}' => "FULLWIDTH HYPHEN-MINUS",
        '\u{FF01}'..='\u{FF5E}' => "FULLWIDTH FORM",
        '\u{FFFD}' => "REPLACEMENT CHARACTER",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_text_of_ascii_is_drawn_as_its_glyphs_are() {
        for first in 0..=0x7F_u8 {
            for second in 0..=0x7F_u8 {
                let text = [first, second];
                let glyphs: String = glyphs(&text).map(|g| g.text.into_owned()).collect();
                assert_eq!(to_string(&text), glyphs);
            }
        }
    }

    #[test]
    fn nothing_hidden_stays_hidden() {
        assert_eq!(
            to_string(b"a\rb\tc\x1b[31md\x7fe"),
            r"a\rb\tc\x1B[31md\x7Fe"
        );
        assert_eq!(
            to_string("x\u{200b}y\u{202e}z\u{9b}".as_bytes()),
            "x<U+200B>y<U+202E>z<U+009B>"
        );
        assert_eq!(to_string("\u{feff}GET".as_bytes()), "<U+FEFF>GET");
        assert_eq!(to_string("a\u{a0}b".as_bytes()), "a<U+00A0>b");
        assert_eq!(to_string(b"ok\xff\xfe!"), r"ok\xFF\xFE!");
        assert_eq!(to_string(b"\0"), r"\x00");
    }

    #[test]
    fn letters_with_marks_stay_whole_and_marks_alone_are_named() {
        let cluster = "e\u{301}";
        let all: Vec<_> = glyphs(cluster.as_bytes()).collect();
        assert_eq!(all.len(), 1);
        assert_eq!(all[0].width, 1);
        assert_eq!(to_string("\u{301}".as_bytes()), "<U+0301>");
        let zalgo = format!("e{}", "\u{301}".repeat(40));
        assert!(to_string(zalgo.as_bytes()).starts_with("e<U+0301><U+0301>"));
    }

    #[test]
    fn wide_characters_take_two_columns() {
        assert_eq!(glyphs("漢".as_bytes()).next().map(|g| g.width), Some(2));
    }

    #[test]
    fn bytes_are_named_as_people_look_for_them() {
        assert_eq!(name_first(b" x"), "U+0020 SPACE");
        assert_eq!(name_first(b"\r"), "0x0D CR");
        assert_eq!(name_first(b"\x7f"), "0x7F DEL");
        assert_eq!(name_first(b"%2Bx"), "%2B");
        assert_eq!(name_first(b"%zz"), "'%'");
        assert_eq!(name_first(b"+"), "'+'");
        assert_eq!(name_first("é".as_bytes()), "U+00E9 'é'");
        assert_eq!(name_first("\u{200b}".as_bytes()), "U+200B ZERO WIDTH SPACE");
        assert_eq!(name_first(b"\xff"), "byte 0xFF (not UTF-8)");
        assert_eq!(name_first(b""), "end of text");
    }

    proptest! {
        /// Laws of the layer: the ranges tile the input, no glyph is empty, nothing a terminal obeys
        /// gets through, and each glyph is as wide as it says.
        #[test]
        fn glyphs_tile_any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            check_tiling(&bytes)?;
        }

        #[test]
        fn glyphs_tile_any_text(text in "\\PC{0,40}|(?s).{0,60}") {
            check_tiling(text.as_bytes())?;
        }
    }

    fn check_tiling(bytes: &[u8]) -> Result<(), TestCaseError> {
        let mut at = 0;
        for glyph in glyphs(bytes) {
            prop_assert_eq!(glyph.bytes.start, at);
            prop_assert!(glyph.bytes.end > at);
            at = glyph.bytes.end;
            prop_assert!(!glyph.text.is_empty());
            prop_assert!(glyph.width >= 1);
            prop_assert_eq!(glyph.text.width(), glyph.width);
            prop_assert!(glyph.text.chars().all(shows_itself));
            prop_assert!(!glyph.text.chars().any(char::is_control));
        }
        prop_assert_eq!(at, bytes.len());
        Ok(())
    }
}
