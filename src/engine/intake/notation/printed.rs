//! Objects as programs print them: `{'a': b'c'}` of Python, `{ a: 'b' }` of JavaScript, `Name { a: "b" }` of Rust,
//! `{"a"=>"b"}` of Ruby, `Name(a=b)` of Java, `{"a":"b"}` of JSON, and the same inside a string.
//!
//! Owns where the members of one object stand, and of which kind their values are. Must not know any name. It is no
//! dialect of [`super::value`], which reads what is written to be read again: what is printed has values without quotes,
//! which go on over blanks and brackets of any kind up to the next comma (`url=https://host/a?b`,
//! `<_io.BytesIO object at 0x7f>`), members of no name, and ends anywhere. So it is read level by level, as deep as
//! somebody asks, and what cannot be read is stepped over, where `value` gives up.

use std::ops::Range;

use super::Literal;
use crate::engine::intake::limits;
use crate::engine::intake::piece::Piece;
use crate::engine::intake::text::{Text, is_blank};

/// The longest object that is looked into, in bytes.
pub(in crate::engine::intake) const MOST: usize = 256 << 10;
/// How deep objects nest.
const DEEP: usize = 64;

/// A value, as offsets of the text.
#[derive(Clone, Debug)]
pub(in crate::engine::intake) enum Value {
    /// A literal; more than one where literals are joined.
    Literal(Vec<Literal>),
    /// A word or a number.
    Bare(Range<usize>),
    /// Another object, a list or a call, its brackets included.
    Nested(Range<usize>),
}

impl Value {
    /// Where it stands, the quotes around it left out.
    pub(in crate::engine::intake) fn place(&self) -> Range<usize> {
        match self {
            Self::Literal(parts) => {
                let start = parts.first().map_or(0, |part| part.inner.start);
                let end = parts.last().map_or(start, |part| part.inner.end);
                start..end
            }
            Self::Bare(range) | Self::Nested(range) => range.clone(),
        }
    }

    /// Where it ends, the quotes around it included.
    pub(in crate::engine::intake) fn end(&self) -> usize {
        match self {
            Self::Literal(parts) => parts.last().map_or(0, |part| part.place.end),
            Self::Bare(range) | Self::Nested(range) => range.end,
        }
    }

    /// Whether it is a literal whose end is there: then all of it is known.
    pub(in crate::engine::intake) fn is_closed(&self) -> bool {
        match self {
            Self::Literal(parts) => parts.last().is_some_and(|part| part.closed),
            Self::Bare(_) | Self::Nested(_) => false,
        }
    }

    /// Its text, the escapes of literals undone.
    pub(in crate::engine::intake) fn piece(&self, text: &Text) -> Piece {
        let standing = || Piece::standing(text, self.place());
        match self {
            Self::Literal(parts) => {
                let parts: Vec<Piece> = parts.iter().map(|part| part.piece(text)).collect();
                let parts: Vec<&Piece> = parts.iter().collect();
                Piece::joined(&parts, b"").unwrap_or_else(standing)
            }
            Self::Bare(_) | Self::Nested(_) => standing(),
        }
    }
}

/// A member of an object.
#[derive(Clone, Debug)]
pub(in crate::engine::intake) struct Member {
    /// Its name.
    pub(in crate::engine::intake) name: Value,
    /// Its value.
    pub(in crate::engine::intake) value: Value,
}

/// An object.
#[derive(Clone, Debug, Default)]
pub(in crate::engine::intake) struct Object {
    /// Its members, in order.
    pub(in crate::engine::intake) members: Vec<Member>,
    /// Just past its closing bracket, or where the text ends that was looked at.
    pub(in crate::engine::intake) end: usize,
    /// The values of which the print does not tell where they end: a comma in them may begin another member.
    pub(in crate::engine::intake) doubtful: Vec<Range<usize>>,
}

impl Object {
    /// The value of the member `name`.
    pub(in crate::engine::intake) fn get(&self, text: &Text, name: &str) -> Option<&Value> {
        let is = |member: &&Member| text.get(member.name.place()) == name.as_bytes();
        self.members.iter().find(is).map(|member| &member.value)
    }

    /// The member `name`, where it is an object itself.
    pub(in crate::engine::intake) fn object(&self, text: &Text, name: &str) -> Option<Self> {
        inside(text, self.get(text, name)?)
    }
}

/// The object that a value is, or that stands in it behind the name of its type.
pub(in crate::engine::intake) fn inside(text: &Text, value: &Value) -> Option<Object> {
    let Value::Nested(range) = value else {
        return None;
    };
    let bytes = text.get(range.clone());
    let open = bytes.iter().position(|b| matches!(b, b'{' | b'['))?;
    Some(read(text, range.start + open))
}

/// The first literal that stands in a value: `HeaderValue { _private: H0("gzip") }` is `gzip`.
pub(in crate::engine::intake) fn literal_in(text: &Text, value: &Value) -> Option<Value> {
    match value {
        Value::Literal(_) => Some(value.clone()),
        Value::Bare(_) => None,
        Value::Nested(range) => {
            let bytes = text.get(range.clone());
            let quote = bytes.iter().position(|b| matches!(b, b'"' | b'\''))?;
            Cursor::new(text, range.start + quote).literal()
        }
    }
}

/// The literal at `at`, and those that go on with it.
pub(in crate::engine::intake) fn literal_at(text: &Text, at: usize) -> Option<Value> {
    Cursor::new(text, at).literal()
}

/// The literals of a list.
pub(in crate::engine::intake) fn literals(text: &Text, value: &Value) -> Vec<Value> {
    let Value::Nested(range) = value else {
        return Vec::new();
    };
    let mut cursor = Cursor::new(text, range.start);
    let mut out = Vec::new();
    while cursor.at < range.end && out.len() < limits::HEADERS {
        match cursor.quoted() {
            Some(literal) => out.push(literal),
            None => cursor.at += 1,
        }
    }
    out
}

/// Reads the object whose opening bracket stands at `open`.
pub(in crate::engine::intake) fn read(text: &Text, open: usize) -> Object {
    let mut members = Members(Cursor::new(text, open + 1));
    Object {
        members: members.by_ref().take(limits::HEADERS).collect(),
        end: members.0.at,
        doubtful: Vec::new(),
    }
}

/// The members of an object that holds no others, within its first `most` bytes: brackets end it.
pub(in crate::engine::intake) fn flat(text: &Text, open: usize, most: usize) -> Members<'_> {
    let cursor = Cursor::new(text, open + 1);
    Members(Cursor {
        limit: cursor.limit.min(open.saturating_add(most)),
        flat: true,
        ..cursor
    })
}

/// The members of an object, one after the other.
pub(in crate::engine::intake) struct Members<'t>(Cursor<'t>);

impl Iterator for Members<'_> {
    type Item = Member;

    fn next(&mut self) -> Option<Member> {
        let cursor = &mut self.0;
        loop {
            cursor.skip(|b| is_space(b) || matches!(b, b',' | b';'));
            if matches!(cursor.peek()?, b'}' | b')' | b']') {
                cursor.at += 1;
                cursor.limit = cursor.at;
                return None;
            }
            let before = cursor.at;
            cursor.symbol();
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
                if separated == 2 {
                    cursor.symbol();
                }
                let value = cursor.value(false);
                return Some(Member { name, value });
            }
            if cursor.flat {
                return None;
            }
            // What is no member is stepped over.
            cursor.at = cursor.at.max(before + 1);
        }
    }
}

fn is_space(byte: u8) -> bool {
    is_blank(byte) || matches!(byte, b'\r' | b'\n')
}

struct Cursor<'t> {
    text: &'t Text,
    at: usize,
    limit: usize,
    /// Whether a bracket, or a quote inside a word, ends what is read.
    flat: bool,
}

impl<'t> Cursor<'t> {
    fn new(text: &'t Text, at: usize) -> Self {
        Self {
            text,
            at,
            limit: text.len().min(at.saturating_add(MOST)),
            flat: false,
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

    /// Steps over the colon of a symbol of Ruby: `:path=>"/"`.
    fn symbol(&mut self) {
        let begins = |b: u8| b.is_ascii_alphabetic() || b == b'"';
        if self.peek() == Some(b':') && self.text.at(self.at + 1).is_some_and(begins) {
            self.at += 1;
        }
    }

    /// The value, or the name, that begins here.
    fn value(&mut self, is_name: bool) -> Value {
        self.literal().unwrap_or_else(|| self.bare(is_name))
    }

    /// The literal that begins here, with those that go on with it.
    fn literal(&mut self) -> Option<Value> {
        let bytes = self.text.get(self.at..self.limit);
        let mut parts = vec![Literal::printed(bytes, self.at)?];
        while let Some(next) = parts.last()?.goes_on(self.text, self.limit) {
            parts.push(next);
        }
        self.at = parts.last()?.place.end;
        Some(Value::Literal(parts))
    }

    /// The same in the middle of something else, where a quote of code is none, nor an apostrophe in a word: `it's`. In
    /// what stands in a literal itself, the backslashes of its quote begin it: without them it would end with that.
    fn quoted(&mut self) -> Option<Value> {
        let begins = matches!(self.peek(), Some(b'"' | b'\'' | b'\\'));
        let before = self.text.get(self.at.saturating_sub(2)..self.at);
        let in_word = before.len() == 2 && before.iter().all(u8::is_ascii_alphanumeric);
        (begins && !in_word).then(|| self.literal())?
    }

    /// Steps over the literal that begins here, or over its quote where none does.
    fn skip_quoted(&mut self) {
        if self.quoted().is_none() {
            self.at += 1;
        }
    }

    /// A word, and what stands in brackets behind it.
    fn bare(&mut self, is_name: bool) -> Value {
        let start = self.at;
        let mut nested = false;
        while let Some(byte) = self.peek() {
            match byte {
                b'{' | b'[' | b'(' | b'<' | b'"' | b'\'' if self.flat => break,
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
                b'"' | b'\'' | b'\\' => self.skip_quoted(),
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
                b'"' | b'\'' | b'\\' => {
                    self.skip_quoted();
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::document::{Documents, Source};

    fn text(print: &str) -> Text {
        let mut docs = Documents::default();
        let doc = docs.give("", Source::File, print.as_bytes().to_vec().into());
        Text::new(&docs, doc)
    }

    /// The members of the object in `print`, each value as text.
    fn members(print: &str) -> Vec<(String, String)> {
        let text = text(print);
        let open = print.find(['{', '(']).unwrap();
        let object = read(&text, open);
        let shown = |value: &Value| String::from_utf8(value.piece(&text).text.bytes).unwrap();
        let both = |member: &Member| (shown(&member.name), shown(&member.value));
        object.members.iter().map(both).collect()
    }

    #[test]
    fn the_same_object_is_read_as_every_language_prints_it() {
        for print in [
            r#"{"a": "b\\", "c\td": "it's"}"#,
            r#"{'a': 'b\\', 'c\td': "it's"}"#,
            r#"{b'a': b'b\\', b'c\td': b"it's"}"#,
            r#"{u'a': u'b\\', u'c\td': u"it's"}"#,
            "{\n  a: 'b\\\\',\n  'c\\td': \"it's\"\n}",
            r#"{"a"=>"b\\", "c\td"=>"it's"}"#,
            r#"Name { a: "b\\", "c\td": "it's" }"#,
            r#"Name(a="b\\", "c\td"="it's")"#,
            r#"{\"a\": \"b\\\\\", \"c\\td\": \"it's\"}"#,
            r#"{\\\"a\\\": \\\"b\\\\\\\\\\\", \\\"c\\\\td\\\": \\\"it's\\\"}"#,
        ] {
            let want = [("a", r"b\"), ("c\td", "it's")];
            let want = want.map(|(name, value)| (name.to_owned(), value.to_owned()));
            assert_eq!(members(print), want, "{print}");
        }
    }

    #[test]
    fn a_character_is_told_from_a_byte_by_what_is_a_text() {
        let one = |print: &str| members(print)[0].1.clone();
        // Python's repr of a no-break space; Ruby's of the bytes of one, and Go's of an e with an accent.
        assert_eq!(one(r"{'a': 'b\xa0c'}"), "b\u{a0}c");
        assert_eq!(one(r#"{"a"=>"b\xC2\xA0c"}"#), "b\u{a0}c");
        assert_eq!(one(r#"{"a": "\u00e9\U0001f600"}"#), "é😀");
        assert_eq!(one(r#"Name { a: "\u{e9}\u{1f600}" }"#), "é😀");
        let text = text(r"{a: b'b\xa0c'}");
        let object = read(&text, 0);
        assert_eq!(object.members[0].value.piece(&text).bytes(), b"b\xa0c");
    }

    #[test]
    fn literals_that_a_printer_breaks_are_one() {
        let one = |print: &str| members(print)[0].1.clone();
        assert_eq!(
            one("{'a': 'b'\n      \"c'd\"\n      'e', 'f': 'g'}"),
            "bc'de"
        );
        assert_eq!(one("{'a': b'b'\n      b'c'}"), "bc");
        assert_eq!(one("{ a: 'b' +\n    'c' }"), "bc");
        assert_eq!(one("{'a': 'b', 'c': 'd'}"), "b");
    }

    #[test]
    fn a_value_without_quotes_goes_on_to_the_next_comma() {
        let print =
            "<Sent method=PUT, url=https://host:443/a?b=(c), body=<_io.BytesIO object at 0x7f>>";
        let text = text(print);
        let object = read(&text, 5);
        let shown = |member: &Member| text.get(member.value.place()).to_vec();
        let values: Vec<_> = object.members.iter().map(shown).collect();
        let want: [&[u8]; 3] = [
            b"PUT",
            b"https://host:443/a?b=(c)",
            b"<_io.BytesIO object at 0x7f>>",
        ];
        assert_eq!(values, want);
    }
}
