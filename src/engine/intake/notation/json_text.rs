//! The JSON that a program makes of a value when it sends it: `JSON.stringify`, `json.dumps`.
//!
//! Owns the separators and escapes of both. What it cannot know for certain it does not make.

use super::{Language, Names, Value};
use crate::engine::document::Peel;
use crate::engine::intake::piece::Piece;
use crate::engine::intake::text::Text;
use crate::engine::intake::unescape::Unescaped;

/// The JSON of `value`; none where what a program would write is in doubt.
pub(in crate::engine::intake) fn of(names: &mut Names<'_>, value: &Value) -> Option<Piece> {
    let mut writer = Writer {
        python: names.language == Language::Python,
        names,
        text: Unescaped::default(),
        pieces: Vec::new(),
        place: None,
        depth: 0,
        left: VALUES,
    };
    writer.value(value)?;
    Some(writer.done())
}

struct Writer<'n, 't> {
    /// Whether Python writes it, which puts a blank behind each separator and escapes all that is not ASCII.
    python: bool,
    names: &'n mut Names<'t>,
    text: Unescaped,
    /// What is written so far: literals with where they stand, and punctuation.
    pieces: Vec<(Vec<u8>, usize, usize)>,
    place: Option<(usize, usize)>,
    /// How many values it is inside of, and how many it may still write: names may stand for each other.
    depth: usize,
    left: usize,
}

/// How deep values nest, and how many one text is made of.
const DEPTH: usize = 64;
const VALUES: usize = 20_000;

impl Writer<'_, '_> {
    fn mark(&mut self, bytes: &[u8]) {
        let at = self.place.map_or(0, |(_, end)| end);
        self.pieces.push((bytes.to_vec(), at, at));
    }

    fn write(&mut self, bytes: Vec<u8>, start: usize, end: usize) {
        let (first, last) = self.place.unwrap_or((start, end));
        self.place = Some((first.min(start), last.max(end)));
        self.pieces.push((bytes, start, end));
    }

    fn value(&mut self, value: &Value) -> Option<()> {
        self.left = self.left.checked_sub(1)?;
        if self.depth >= DEPTH {
            return None;
        }
        self.depth += 1;
        let written = self.one(value);
        self.depth -= 1;
        written
    }

    fn one(&mut self, value: &Value) -> Option<()> {
        // ECMA-262 §25.5.2 writes no blanks.
        let python = self.python;
        let (comma, colon): (&[u8], &[u8]) = if python { (b", ", b": ") } else { (b",", b":") };
        match value {
            Value::Text(_) | Value::Sum(_) => {
                let unknown = self.names.unknown.len();
                let piece = self.names.piece(value)?;
                if self.names.unknown.len() > unknown {
                    return None;
                }
                let text = std::str::from_utf8(piece.bytes()).ok()?;
                self.write(quoted(text, python), piece.start, piece.end);
            }
            Value::Name(range) => {
                let word = self.names.text.get(range.clone()).to_vec();
                let written: &[u8] = match word.as_slice() {
                    b"true" | b"True" => b"true",
                    b"false" | b"False" => b"false",
                    b"null" | b"None" => b"null",
                    number if number.len() < 16 && is_plain_number(number) => number,
                    _ => {
                        let followed = self.names.follow(value);
                        if matches!(followed, Value::Name(_)) {
                            return None;
                        }
                        return self.value(&followed);
                    }
                };
                self.write(written.to_vec(), range.start, range.end);
            }
            Value::Map(members) => {
                self.mark(b"{");
                for (place, (name, value)) in members.iter().enumerate() {
                    if place > 0 {
                        self.mark(comma);
                    }
                    match name {
                        Value::Name(range) if !python => {
                            let word = self.names.text.get(range.clone());
                            let word = std::str::from_utf8(word).ok()?.to_owned();
                            // Names that are numbers come first, in their order.
                            if word.starts_with(|c: char| c.is_ascii_digit()) {
                                return None;
                            }
                            self.write(quoted(&word, false), range.start, range.end);
                        }
                        Value::Text(literal) => {
                            let digit = literal
                                .raw(self.names.text)
                                .first()
                                .is_some_and(u8::is_ascii_digit);
                            if digit && !python {
                                return None;
                            }
                            self.value(name)?;
                        }
                        _ => return None,
                    }
                    self.mark(colon);
                    self.value(value)?;
                }
                self.mark(b"}");
            }
            Value::List(items) => {
                self.mark(b"[");
                for (place, item) in items.iter().enumerate() {
                    if place > 0 {
                        self.mark(comma);
                    }
                    self.value(item)?;
                }
                self.mark(b"]");
            }
            Value::Call(..) => return None,
        }
        Some(())
    }

    fn done(mut self) -> Piece {
        let (start, end) = self.place.unwrap_or((self.names.at, self.names.at));
        for (bytes, from, upto) in &self.pieces {
            let from = (*from).max(start);
            let upto = (*upto).max(from);
            self.text.decode(bytes, from - start, upto - from);
        }
        let mut piece = Piece::new(self.text, start..end, Peel::Serialised);
        piece.plain = None;
        piece
    }
}

/// JSON as Python writes it again after it has read `piece`; none where that is in doubt.
pub(in crate::engine::intake) fn rewritten(text: &Text, piece: &Piece) -> Option<Vec<u8>> {
    let at = piece.plain?;
    let parsed = super::value(text, at, Language::JavaScript)?;
    let end = at + piece.bytes().len();
    if !parsed.whole || text.trim_end(parsed.end..end) > parsed.end {
        return None;
    }
    let mut names = Names::new(text, Language::JavaScript, at);
    let mut writer = Writer {
        python: true,
        names: &mut names,
        text: Unescaped::default(),
        pieces: Vec::new(),
        place: None,
        depth: 0,
        left: VALUES,
    };
    writer.value(&parsed.value)?;
    Some(writer.done().text.bytes)
}

/// A whole number that every program writes as it stands.
fn is_plain_number(word: &[u8]) -> bool {
    let digits = word.strip_prefix(b"-").unwrap_or(word);
    let leading = digits.len() > 1 && digits.first() == Some(&b'0');
    !digits.is_empty() && digits.iter().all(u8::is_ascii_digit) && !leading && word != b"-0"
}

/// `text` as a string of JSON: Python escapes all that is not ASCII.
pub(in crate::engine::intake) fn quoted(text: &str, ascii: bool) -> Vec<u8> {
    let mut out = vec![b'"'];
    for c in text.chars() {
        match c {
            '"' => out.extend(b"\\\""),
            '\\' => out.extend(b"\\\\"),
            '\n' => out.extend(b"\\n"),
            '\r' => out.extend(b"\\r"),
            '\t' => out.extend(b"\\t"),
            '\u{8}' => out.extend(b"\\b"),
            '\u{c}' => out.extend(b"\\f"),
            c if c < ' ' || ascii && !(' '..='~').contains(&c) => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    out.extend(format!("\\u{unit:04x}").bytes());
                }
            }
            c => out.extend(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    out.push(b'"');
    out
}
