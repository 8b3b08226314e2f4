//! Objects as programs print them: `{'a': b'c'}` of Python, `{ a: 'b' }` of JavaScript, `Name { a: "b" }` of Rust,
//! `{"a":"b"}` of JSON.
//!
//! Owns where the members of one object stand, and of which kind their values are. Must not know any name.

use std::ops::Range;

use crate::engine::intake::limits;
use crate::engine::intake::text::{Text, is_blank};
use crate::engine::intake::unescape::{Joint, Quoting, close, seam};

/// The longest object that is looked into, in bytes.
pub(super) const MOST: usize = 256 << 10;
/// How deep objects nest.
const DEEP: usize = 64;

/// How its literals hide a quote.
const QUOTING: Quoting = Quoting::Backslashes { depth: 1 };

/// A value, as offsets of the text.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Value {
    /// What stands inside the quotes of a literal; more than one where literals are joined.
    Literal(Vec<Range<usize>>),
    /// A word or a number.
    Bare(Range<usize>),
    /// Another object, a list or a call, its brackets included.
    Nested(Range<usize>),
}

impl Value {
    /// Where it stands.
    pub(super) fn place(&self) -> Range<usize> {
        match self {
            Self::Literal(parts) => {
                let start = parts.first().map_or(0, |part| part.start);
                let end = parts.last().map_or(start, |part| part.end);
                start..end
            }
            Self::Bare(range) | Self::Nested(range) => range.clone(),
        }
    }
}

/// A member of an object.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Member {
    /// Its name.
    pub(super) name: Value,
    /// Its value.
    pub(super) value: Value,
}

/// An object.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Object {
    /// Its members, in order.
    pub(super) members: Vec<Member>,
    /// Just past its closing bracket, or where the text ends that was looked at.
    pub(super) end: usize,
}

impl Object {
    /// The value of the member `name`.
    pub(super) fn get(&self, text: &Text, name: &str) -> Option<&Value> {
        let is = |member: &&Member| text.get(member.name.place()) == name.as_bytes();
        self.members.iter().find(is).map(|member| &member.value)
    }

    /// The member `name`, where it is an object itself.
    pub(super) fn object(&self, text: &Text, name: &str) -> Option<Self> {
        inside(text, self.get(text, name)?)
    }
}

/// The object that a value is, or that stands in it behind the name of its type.
pub(super) fn inside(text: &Text, value: &Value) -> Option<Object> {
    let Value::Nested(range) = value else {
        return None;
    };
    let bytes = text.get(range.clone());
    let open = bytes.iter().position(|b| matches!(b, b'{' | b'['))?;
    Some(read(text, range.start + open))
}

/// The first literal that stands in a value: `HeaderValue { _private: H0("gzip") }` is `gzip`.
pub(super) fn literal_in(text: &Text, value: &Value) -> Option<Value> {
    match value {
        Value::Literal(_) => Some(value.clone()),
        Value::Bare(_) => None,
        Value::Nested(range) => {
            let bytes = text.get(range.clone());
            let quote = bytes.iter().position(|b| matches!(b, b'"' | b'\''))?;
            Some(Cursor::new(text, range.start + quote).literal())
        }
    }
}

/// The literals of a list.
pub(super) fn literals(text: &Text, value: &Value) -> Vec<Value> {
    let Value::Nested(range) = value else {
        return Vec::new();
    };
    let mut cursor = Cursor::new(text, range.start);
    let mut out = Vec::new();
    while cursor.at < range.end && out.len() < limits::HEADERS {
        if matches!(cursor.peek(), Some(b'"' | b'\'')) {
            out.push(cursor.literal());
        } else {
            cursor.at += 1;
        }
    }
    out
}

/// Reads the object whose opening bracket stands at `open`.
pub(super) fn read(text: &Text, open: usize) -> Object {
    let mut cursor = Cursor::new(text, open + 1);
    let mut object = Object::default();
    while object.members.len() < limits::HEADERS {
        cursor.skip(|b| is_space(b) || matches!(b, b',' | b';'));
        match cursor.peek() {
            None => break,
            Some(b'}' | b')' | b']') => {
                cursor.at += 1;
                break;
            }
            Some(_) => {}
        }
        let before = cursor.at;
        let name = cursor.value(true);
        cursor.skip(is_blank);
        let separated = match cursor.peek() {
            Some(b'=') if cursor.text.at(cursor.at + 1) == Some(b'>') => 2,
            Some(b':' | b'=') => 1,
            _ => 0,
        };
        if separated > 0 {
            cursor.at += separated;
            cursor.skip(is_space);
            let value = cursor.value(false);
            object.members.push(Member { name, value });
        }
        cursor.at = cursor.at.max(before + 1);
    }
    object.end = cursor.at;
    object
}

fn is_space(byte: u8) -> bool {
    is_blank(byte) || matches!(byte, b'\r' | b'\n')
}

struct Cursor<'t> {
    text: &'t Text,
    at: usize,
    limit: usize,
}

impl<'t> Cursor<'t> {
    fn new(text: &'t Text, at: usize) -> Self {
        Self {
            text,
            at,
            limit: text.len().min(at.saturating_add(MOST)),
        }
    }

    fn peek(&self) -> Option<u8> {
        (self.at < self.limit).then(|| self.text.at(self.at))?
    }

    fn skip(&mut self, which: impl Fn(u8) -> bool) {
        while self.peek().is_some_and(&which) {
            self.at += 1;
        }
    }

    /// The value, or the name, that begins here.
    fn value(&mut self, is_name: bool) -> Value {
        // `b'…'`, `u'…'`.
        let prefix = matches!(self.peek(), Some(b'b' | b'u'))
            && matches!(self.text.at(self.at + 1), Some(b'\'' | b'"'));
        if prefix {
            self.at += 1;
        }
        match self.peek() {
            Some(b'"' | b'\'' | b'`') => self.literal(),
            _ => self.bare(is_name),
        }
    }

    fn literal(&mut self) -> Value {
        let mut parts = Vec::new();
        let mut start = self.at + 1;
        while let Some(quote) = self.text.at(start - 1) {
            let rest = self.text.get(start..self.limit.max(start));
            let end = start + close(rest, quote, QUOTING).unwrap_or(rest.len());
            parts.push(start..end);
            self.at = (end + 1).min(self.limit);
            let rest = self.text.get(end..self.limit);
            match seam(rest, Joint::Sum) {
                Some(len) => start = end + len,
                None => break,
            }
        }
        Value::Literal(parts)
    }

    /// A word, and what stands in brackets behind it.
    fn bare(&mut self, is_name: bool) -> Value {
        let start = self.at;
        let mut nested = false;
        while let Some(byte) = self.peek() {
            match byte {
                b'{' | b'[' | b'(' | b'<' => {
                    // `<` is a bracket where a word follows it: `<_io.BytesIO object at 0x7f>`.
                    nested = true;
                    if byte == b'<' {
                        self.at += 1;
                    } else {
                        self.group();
                    }
                }
                b',' | b'}' | b']' | b')' | b'\n' => break,
                b':' | b'=' if is_name => break,
                b'"' | b'\'' => {
                    self.literal();
                }
                _ => self.at += 1,
            }
        }
        let end = self.text.trim_end(start..self.at);
        if nested {
            Value::Nested(start..end)
        } else {
            Value::Bare(start..end)
        }
    }

    /// Steps over brackets with all that stands in them.
    fn group(&mut self) {
        let mut depth = 0;
        while let Some(byte) = self.peek() {
            match byte {
                b'{' | b'[' | b'(' => depth += 1,
                b'}' | b']' | b')' => depth -= 1,
                b'"' | b'\'' => {
                    self.literal();
                    continue;
                }
                _ => {}
            }
            self.at += 1;
            if depth == 0 || depth > DEEP {
                return;
            }
        }
    }
}
