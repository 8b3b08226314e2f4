//! What names stand for in a snippet: the values that are assigned to them above.
//!
//! Owns finding an assignment and following names to texts. Must not know what any name means.

use std::ops::Range;

use super::{Language, Parsed, Value, is_word, json_text, value};
use crate::engine::intake::fill::{self, Filled, Values};
use crate::engine::intake::piece::Piece;
use crate::engine::intake::text::{Text, is_blank};

/// How far above its use a name is looked for, in bytes, and how many mentions of it are looked at.
const ABOVE: usize = 32 << 10;
const MENTIONS: usize = 64;
/// How many names are followed to a value.
const STEPS: usize = 8;
/// What all texts together may take, in bytes, and what each takes besides its own: a sum of names that are sums
/// grows with every step.
const BUDGET: usize = 4 << 20;
const COST: usize = 64;

/// The names that a snippet may use.
pub(in crate::engine::intake) struct Names<'t> {
    pub(in crate::engine::intake) text: &'t Text,
    pub(in crate::engine::intake) language: Language,
    /// Where they are used: what stands behind it assigns nothing to them.
    pub(in crate::engine::intake) at: usize,
    /// The first byte of everything that was followed.
    pub(in crate::engine::intake) first: usize,
    /// Where values stand that are not here.
    pub(in crate::engine::intake) unknown: Vec<Range<usize>>,
    left: usize,
}

impl<'t> Names<'t> {
    /// Names used at `at`.
    pub(in crate::engine::intake) fn new(text: &'t Text, language: Language, at: usize) -> Self {
        Self {
            text,
            language,
            at,
            first: at,
            unknown: Vec::new(),
            left: BUDGET,
        }
    }

    /// `value`, or what is assigned to it where it is a name.
    pub(in crate::engine::intake) fn follow(&mut self, given: &Value) -> Value {
        let mut given = given.clone();
        for _ in 0..STEPS {
            let Value::Name(range) = &given else { break };
            let name = self.text.get(range.clone()).to_vec();
            let Some((at, parsed)) = self.assigned(&name) else {
                break;
            };
            self.first = self.first.min(at);
            given = parsed.value;
        }
        given
    }

    /// The last assignment to `name` above its use: where it begins, and the value.
    pub(in crate::engine::intake) fn assigned(&self, name: &[u8]) -> Option<(usize, Parsed)> {
        if name.is_empty() || name.first().is_some_and(u8::is_ascii_digit) {
            return None;
        }
        let floor = self.at.saturating_sub(ABOVE);
        let above = self.text.get(floor..self.at);
        memchr::memmem::rfind_iter(above, name)
            .take(MENTIONS)
            .find_map(|found| {
                let start = floor + found;
                let line = self.text.line_start(start, floor);
                let front = self.text.get(line..start).trim_ascii();
                let declared = front.is_empty()
                    || [&b"const"[..], b"let", b"var", b"$", b"await"].contains(&front);
                let mut at = start + name.len();
                while self.text.at(at).is_some_and(is_blank) {
                    at += 1;
                }
                let assigns = self.text.at(at) == Some(b'=')
                    && !matches!(self.text.at(at + 1), Some(b'=' | b'>' | b'~'));
                if !declared || !assigns {
                    return None;
                }
                let parsed = value(self.text, at + 1, self.language)?;
                Some((line, parsed))
            })
    }

    /// Calls of `name.method(…)` for one of `methods` between the assignment of `name` and its use, in order.
    pub(in crate::engine::intake) fn calls(
        &mut self,
        name: &Range<usize>,
        methods: &[&str],
    ) -> Vec<Vec<Value>> {
        let name = self.text.get(name.clone()).to_vec();
        let Some((from, parsed)) = self.assigned(&name) else {
            return Vec::new();
        };
        self.first = self.first.min(from);
        let mut calls = Vec::new();
        let mut at = parsed.end;
        while let Some(found) = memchr::memmem::find(self.text.get(at..self.at), &name) {
            let start = at + found;
            at = start + name.len();
            if start > 0 && self.text.at(start - 1).is_some_and(is_word) {
                continue;
            }
            let rest = self.text.get(at..self.at);
            let method = methods.iter().find(|method| {
                rest.strip_prefix(b".")
                    .and_then(|rest| rest.strip_prefix(method.as_bytes()))
                    .is_some_and(|rest| rest.starts_with(b"("))
            });
            if let Some(method) = method {
                let open = at + 1 + method.len();
                let (arguments, end, _) = super::arguments(self.text, open, self.language);
                at = end.max(at);
                calls.push(arguments.into_iter().map(|a| a.value).collect());
            }
        }
        calls
    }

    /// The text that `value` is. What of it is not here is kept in [`Self::unknown`] and stands as it is written.
    pub(in crate::engine::intake) fn piece(&mut self, given: &Value) -> Option<Piece> {
        self.piece_within(given, STEPS)
    }

    fn piece_within(&mut self, given: &Value, steps: usize) -> Option<Piece> {
        let steps = steps.checked_sub(1)?;
        self.left = self.left.checked_sub(COST)?;
        let piece = self.piece_of(given, steps)?;
        self.left = self.left.checked_sub(piece.bytes().len())?;
        Some(piece)
    }

    fn piece_of(&mut self, given: &Value, steps: usize) -> Option<Piece> {
        match given {
            Value::Text(literal) => {
                let piece = literal.piece(self.text);
                let Some(braces) = literal.holes else {
                    return Some(piece);
                };
                let mut value = |name: &[u8]| {
                    let (line, parsed) = self.assigned(name)?;
                    self.first = self.first.min(line);
                    let piece = self.piece_within(&parsed.value, steps)?;
                    Some(piece.text.bytes)
                };
                let Filled { piece, unknown } =
                    fill::fill(&piece, braces, &mut Values::plain(&mut value));
                self.unknown.extend(unknown);
                Some(piece)
            }
            Value::Sum(parts) => {
                let pieces: Vec<Piece> = parts
                    .iter()
                    .map(|part| self.piece_within(part, steps))
                    .collect::<Option<_>>()?;
                let pieces: Vec<&Piece> = pieces.iter().collect();
                Piece::joined(&pieces, b"")
            }
            Value::Name(range) => {
                let word = self.text.get(range.clone()).to_vec();
                // `payload.encode(…)` is a call; a number stands for itself.
                if word.iter().all(u8::is_ascii_digit) {
                    return Some(Piece::standing(self.text, range.clone()));
                }
                if let Some((line, parsed)) = self.assigned(&word) {
                    self.first = self.first.min(line);
                    return self.piece_within(&parsed.value, steps);
                }
                self.unknown.push(range.clone());
                Some(Piece::standing(self.text, range.clone()))
            }
            Value::Call(range, arguments) => {
                let name = self.text.get(range.clone()).to_vec();
                if let Some(receiver) = name
                    .strip_suffix(b".encode")
                    .or_else(|| name.strip_suffix(b".toString"))
                {
                    let receiver = range.start..range.start + receiver.len();
                    return self.piece_within(&Value::Name(receiver), steps);
                }
                let first = arguments.first().map(|argument| &argument.value);
                if matches!(name.as_slice(), b"JSON.stringify" | b"json.dumps")
                    && arguments.len() == 1
                {
                    let value = self.follow(first?);
                    return json_text::of(self, &value);
                }
                if matches!(
                    name.as_slice(),
                    b"String" | b"str" | b"Buffer.from" | b"bytes"
                ) {
                    return self.piece_within(first?, steps);
                }
                self.unknown.push(range.clone());
                Some(Piece::standing(self.text, range.clone()))
            }
            Value::Map(_) | Value::List(_) => None,
        }
    }
}
