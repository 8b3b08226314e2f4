//! Values as programs write them: objects, lists, literals and calls of JSON, JavaScript, Python and PowerShell.
//!
//! Owns a tolerant reading of them with their places: what cannot be read ends what holds it. Must not know what any
//! name means. Nothing is decoded before it is asked for, so that large literals cost nothing.

pub(super) mod edn;
pub(super) mod json_text;
mod literal;
mod names;
pub(super) mod printed;

pub(super) use literal::Literal;
pub(super) use names::Names;

use std::ops::Range;

use super::text::Text;

/// Values inside values, parts of one value, and bytes of one.
const DEPTH: usize = 48;
const NODES: usize = 20_000;
const VALUE: usize = 16 << 20;

/// Whose notation a value is written in. JSON is read as JavaScript, of which it is a part.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(super) enum Language {
    JavaScript,
    Python,
    PowerShell,
}

/// A value.
#[derive(Clone, Debug)]
pub(super) enum Value {
    /// A string.
    Text(Literal),
    /// Names with their values.
    Map(Vec<(Value, Value)>),
    /// Values.
    List(Vec<Value>),
    /// A name, a number, or a path of names: `a.b.c`.
    Name(Range<usize>),
    /// A call of what has this name.
    Call(Range<usize>, Vec<Argument>),
    /// Strings that are put together.
    Sum(Vec<Value>),
}

/// An argument of a call.
#[derive(Clone, Debug)]
pub(super) struct Argument {
    /// Its name, where it is given by name.
    pub(super) name: Option<Range<usize>>,
    /// Its value.
    pub(super) value: Value,
}

/// A value that was read, and where.
#[derive(Clone, Debug)]
pub(super) struct Parsed {
    pub(super) value: Value,
    /// Just past it.
    pub(super) end: usize,
    /// Whether it was read to its end: what is cut, or is not understood, is not.
    pub(super) whole: bool,
}

/// Reads the value at `at`, blanks before it left out. None where there is none.
pub(super) fn value(text: &Text, at: usize, language: Language) -> Option<Parsed> {
    let mut parser = Parser::new(text, at, language);
    let value = parser.expression()?;
    Some(Parsed {
        value,
        end: at + parser.at,
        whole: parser.whole,
    })
}

/// Reads the arguments of a call whose `(` stands at `at`.
pub(super) fn arguments(
    text: &Text,
    at: usize,
    language: Language,
) -> (Vec<Argument>, usize, bool) {
    let mut parser = Parser::new(text, at, language);
    let arguments = parser.arguments();
    (arguments, at + parser.at, parser.whole)
}

impl Value {
    /// The value of the first member named one of `names`, in any case.
    pub(super) fn get(&self, text: &Text, names: &[&str]) -> Option<&Self> {
        let Self::Map(members) = self else {
            return None;
        };
        members.iter().find_map(|(name, value)| {
            let name = name.word(text)?;
            names
                .iter()
                .any(|n| n.as_bytes().eq_ignore_ascii_case(name))
                .then_some(value)
        })
    }

    /// A string or a name as it is spelled.
    pub(super) fn word<'t>(&self, text: &'t Text) -> Option<&'t [u8]> {
        match self {
            Self::Text(literal) => Some(literal.raw(text)),
            Self::Name(range) => Some(text.get(range.clone())),
            Self::Map(_) | Self::List(_) | Self::Call(..) | Self::Sum(_) => None,
        }
    }

    /// Whether it is the word `word`: `true`, `null`.
    pub(super) fn is(&self, text: &Text, word: &str) -> bool {
        matches!(self, Self::Name(range) if text.get(range.clone()) == word.as_bytes())
    }

    /// The elements of a list.
    pub(super) fn items(&self) -> &[Self] {
        match self {
            Self::List(items) => items,
            Self::Text(_) | Self::Map(_) | Self::Name(_) | Self::Call(..) | Self::Sum(_) => &[],
        }
    }
}

struct Parser<'t> {
    bytes: &'t [u8],
    base: usize,
    at: usize,
    depth: usize,
    nodes: usize,
    language: Language,
    whole: bool,
}

impl<'t> Parser<'t> {
    fn new(text: &'t Text, at: usize, language: Language) -> Self {
        Self {
            bytes: text.get(at..at.saturating_add(VALUE)),
            base: at,
            at: 0,
            depth: 0,
            nodes: 0,
            language,
            whole: true,
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn rest(&self) -> &'t [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    /// Past blanks, line ends and comments.
    fn space(&mut self) {
        loop {
            let rest = self.rest();
            let line = |rest: &[u8]| memchr::memchr(b'\n', rest).unwrap_or(rest.len());
            match (rest.first(), rest.get(1)) {
                (Some(b), _) if b.is_ascii_whitespace() => self.at += 1,
                (Some(b'/'), Some(b'/')) if self.language == Language::JavaScript => {
                    self.at += line(rest);
                }
                (Some(b'/'), Some(b'*')) if self.language == Language::JavaScript => {
                    let end = memchr::memmem::find(rest, b"*/");
                    self.at += end.map_or(rest.len(), |end| end + 2);
                }
                (Some(b'#'), _) if self.language != Language::JavaScript => self.at += line(rest),
                (Some(b'\\'), Some(b'\n' | b'\r')) if self.language == Language::Python => {
                    self.at += 1;
                }
                (Some(b'`'), Some(b'\n' | b'\r')) if self.language == Language::PowerShell => {
                    self.at += 1;
                }
                _ => return,
            }
        }
    }

    fn take(&mut self, byte: u8) -> bool {
        self.space();
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    /// Gives up: what is read so far is all that is read.
    fn give_up<T>(&mut self) -> Option<T> {
        self.whole = false;
        None
    }

    fn expression(&mut self) -> Option<Value> {
        self.nodes += 1;
        if self.depth >= DEPTH || self.nodes >= NODES || !self.whole {
            return self.give_up();
        }
        self.depth += 1;
        let first = self.operand();
        let mut parts = Vec::new();
        let mut last = first?;
        loop {
            let before = self.at;
            let adjacent = self.language == Language::Python && matches!(last, Value::Text(_));
            let plus = self.take(b'+');
            let next = if plus {
                self.operand()
            } else if adjacent {
                self.space();
                self.literal()
            } else {
                None
            };
            let Some(next) = next else {
                self.at = before;
                break;
            };
            parts.push(std::mem::replace(&mut last, next));
        }
        self.depth -= 1;
        if parts.is_empty() {
            return Some(last);
        }
        parts.push(last);
        Some(Value::Sum(parts))
    }

    fn literal(&mut self) -> Option<Value> {
        let literal = Literal::read(self.rest(), self.base + self.at, self.language)?;
        self.at = literal.place.end - self.base;
        self.whole &= literal.closed;
        Some(Value::Text(literal))
    }

    /// One value, and what is called on it.
    fn operand(&mut self) -> Option<Value> {
        self.space();
        if let Some(literal) = self.literal() {
            self.called_on();
            return Some(literal);
        }
        match self.peek() {
            Some(b'{') => {
                self.at += 1;
                Some(self.members(b':'))
            }
            Some(b'@') if self.rest().starts_with(b"@{") => {
                self.at += 2;
                Some(self.members(b'='))
            }
            Some(b'[') => {
                self.at += 1;
                Some(Value::List(self.list(b']')))
            }
            Some(b'(') => {
                self.at += 1;
                let mut items = self.list(b')');
                self.called_on();
                // Brackets around one value are only brackets.
                if items.len() == 1 {
                    items.pop()
                } else {
                    Some(Value::List(items))
                }
            }
            Some(b) if is_word(b) || b == b'-' => Some(self.name()),
            _ => self.give_up(),
        }
    }

    /// `.encode("utf-8")` behind a string: it is that string still.
    fn called_on(&mut self) {
        while self.peek() == Some(b'.') {
            self.at += 1;
            self.at += self.rest().iter().take_while(|b| is_word(**b)).count();
            if self.peek() == Some(b'(') {
                self.arguments();
            }
        }
    }

    fn name(&mut self) -> Value {
        let path = |b: &&u8| is_word(**b) || **b == b'.';
        let mut start;
        loop {
            start = self.at;
            self.at += 1;
            self.at += self.rest().iter().take_while(path).count();
            let word = self.bytes.get(start..self.at).unwrap_or_default();
            if !matches!(word, b"new" | b"await") || self.peek() != Some(b' ') {
                break;
            }
            self.space();
            if !self.peek().is_some_and(is_word) {
                break;
            }
        }
        // `environ["X"]` and `list[0]` are names whose value is not here.
        while self.peek() == Some(b'[') && self.language != Language::PowerShell {
            self.at += 1;
            self.list(b']');
            self.at += self.rest().iter().take_while(path).count();
        }
        let range = self.base + start..self.base + self.at;
        if self.peek() != Some(b'(') {
            return Value::Name(range);
        }
        let arguments = self.arguments();
        self.called_on();
        Value::Call(range, arguments)
    }

    fn arguments(&mut self) -> Vec<Argument> {
        let mut arguments = Vec::new();
        self.at += 1;
        loop {
            if self.take(b')') {
                return arguments;
            }
            let before = self.at;
            let len = self.rest().iter().take_while(|b| is_word(**b)).count();
            self.at += len;
            self.space();
            let equals = self.peek() == Some(b'=') && self.bytes.get(self.at + 1) != Some(&b'=');
            let named = self.language == Language::Python && len > 0 && equals;
            let name = named.then(|| self.base + before..self.base + before + len);
            self.at = if named { self.at + 1 } else { before };
            let Some(value) = self.expression() else {
                self.whole = false;
                return arguments;
            };
            arguments.push(Argument { name, value });
            if !self.take(b',') && self.peek() != Some(b')') {
                self.whole = false;
                return arguments;
            }
        }
    }

    fn list(&mut self, close: u8) -> Vec<Value> {
        let mut items = Vec::new();
        loop {
            if self.take(close) {
                return items;
            }
            let Some(value) = self.expression() else {
                return items;
            };
            items.push(value);
            if !self.take(b',') && self.peek() != Some(close) {
                self.whole = false;
                return items;
            }
        }
    }

    /// The members of an object, whose names and values `separator` keeps apart.
    fn members(&mut self, separator: u8) -> Value {
        let mut members = Vec::new();
        loop {
            if self.take(b'}') {
                break;
            }
            if self.rest().starts_with(b"...") {
                self.at += 3;
                if self.expression().is_none() {
                    break;
                }
            } else {
                self.nodes += 1;
                let name = match self.literal() {
                    Some(name) => Some(name),
                    None => self.bare(),
                };
                let Some(name) = name else {
                    self.whole = false;
                    break;
                };
                if self.take(separator) {
                    let Some(value) = self.expression() else {
                        break;
                    };
                    members.push((name, value));
                } else if let Value::Name(_) = name {
                    members.push((name.clone(), name));
                }
            }
            let semicolon = self.language == Language::PowerShell;
            let parted = self.take(b',') || semicolon;
            while semicolon && self.take(b';') {}
            if !self.whole || !parted && self.peek() != Some(b'}') {
                self.whole = false;
                break;
            }
        }
        Value::Map(members)
    }

    /// A name without quotes.
    fn bare(&mut self) -> Option<Value> {
        let len = self
            .rest()
            .iter()
            .take_while(|b| is_word(**b) || **b == b'-')
            .count();
        let range = self.base + self.at..self.base + self.at + len;
        self.at += len;
        (len > 0).then_some(Value::Name(range))
    }
}

/// A character of a name or a number.
pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$') || !byte.is_ascii()
}
