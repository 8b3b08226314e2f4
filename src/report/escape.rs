//! JSON text without a raw control or format character.
//!
//! JSON itself demands escapes only below U+0020. Format characters (bidirectional overrides, zero-width
//! marks) and C1 controls would reach a terminal raw, so they are escaped too.

use std::io;

use serde::Serialize;
use serde_json::ser::{CharEscape, Formatter, PrettyFormatter, Serializer};
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory as _};

/// `value` as indented JSON with a line feed at its end. Control and format characters (general
/// categories Cc, Cf) and the separators Zl and Zp stand as `\uXXXX`, beyond U+FFFF as a surrogate pair.
pub fn to_string(value: &impl Serialize) -> String {
    let mut out = Vec::new();
    let mut serializer = Serializer::with_formatter(&mut out, Escaping::default());
    // Writing to memory fails only if a map key is not a string, and every key here is one.
    let written = value.serialize(&mut serializer);
    debug_assert!(written.is_ok());
    out.push(b'\n');
    String::from_utf8_lossy(&out).into_owned()
}

/// The usual indented form, with more characters escaped.
#[derive(Default)]
struct Escaping {
    pretty: PrettyFormatter<'static>,
}

fn must_escape(c: char) -> bool {
    matches!(
        c.general_category(),
        GeneralCategory::Control
            | GeneralCategory::Format
            | GeneralCategory::LineSeparator
            | GeneralCategory::ParagraphSeparator
    )
}

fn write_escaped<W: ?Sized + io::Write>(writer: &mut W, c: char) -> io::Result<()> {
    for unit in c.encode_utf16(&mut [0; 2]) {
        write!(writer, "\\u{unit:04x}")?;
    }
    Ok(())
}

impl Formatter for Escaping {
    fn write_string_fragment<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut plain = 0;
        for (at, c) in fragment.char_indices() {
            if !c.is_ascii() && must_escape(c) || c == '\x7f' {
                writer.write_all(fragment.get(plain..at).unwrap_or_default().as_bytes())?;
                write_escaped(writer, c)?;
                plain = at + c.len_utf8();
            }
        }
        writer.write_all(fragment.get(plain..).unwrap_or_default().as_bytes())
    }

    fn write_char_escape<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        escape: CharEscape,
    ) -> io::Result<()> {
        let c = match escape {
            CharEscape::Quote => return writer.write_all(b"\\\""),
            CharEscape::ReverseSolidus => return writer.write_all(b"\\\\"),
            CharEscape::Solidus => return writer.write_all(b"/"),
            CharEscape::Backspace => '\u{8}',
            CharEscape::FormFeed => '\u{c}',
            CharEscape::LineFeed => '\n',
            CharEscape::CarriageReturn => '\r',
            CharEscape::Tab => '\t',
            CharEscape::AsciiControl(byte) => char::from(byte),
        };
        write_escaped(writer, c)
    }

    fn begin_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.pretty.begin_array(writer)
    }

    fn end_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.pretty.end_array(writer)
    }

    fn begin_array_value<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.pretty.begin_array_value(writer, first)
    }

    fn end_array_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.pretty.end_array_value(writer)
    }

    fn begin_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.pretty.begin_object(writer)
    }

    fn end_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.pretty.end_object(writer)
    }

    fn begin_object_key<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.pretty.begin_object_key(writer, first)
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.pretty.begin_object_value(writer)
    }

    fn end_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.pretty.end_object_value(writer)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn control_and_format_characters_are_spelled_out() {
        let text = to_string(
            &json!({"a": "x\n\t\u{0}\u{1b}[31m\u{7f}\u{9b}\u{202e}\u{200b}\u{e0041}\"\\é漢"}),
        );
        assert_eq!(
            text,
            "{\n  \"a\": \"x\\u000a\\u0009\\u0000\\u001b[31m\\u007f\\u009b\\u202e\\u200b\\udb40\\udc41\\\"\\\\é漢\"\n}\n"
        );
    }

    proptest! {
        #[test]
        fn any_text_comes_back_and_nothing_raw_gets_out(key in any::<String>(), text in any::<String>()) {
            let value = json!({key: [text, 1, null, {}]});
            let written = to_string(&value);
            prop_assert!(!written.chars().any(|c| c != '\n' && must_escape(c)), "{written:?}");
            prop_assert_eq!(serde_json::from_str::<Value>(&written).unwrap(), value);
        }
    }
}
