//! Maps as Clojure prints them: `{:uri "/k", :headers {"host" "h"}}` (the extensible data notation, EDN).
//!
//! Owns where the members of one map stand. Names are given without their colon. Must not know any name.

use super::Literal;
use super::printed::{MOST, Member, Object, Value};
use crate::engine::intake::limits;
use crate::engine::intake::text::Text;

/// Reads the map whose opening bracket stands at `open`.
pub(in crate::engine::intake) fn read(text: &Text, open: usize) -> Object {
    let limit = text.len().min(open.saturating_add(MOST));
    let mut object = Object::default();
    let mut at = open + 1;
    while object.members.len() < limits::HEADERS {
        at = space(text, at, limit);
        if at >= limit || matches!(text.at(at), Some(b'}')) {
            at = (at + 1).min(limit);
            break;
        }
        let (name, behind) = value(text, at, limit);
        let behind = space(text, behind, limit);
        if behind >= limit || matches!(text.at(behind), Some(b'}')) {
            at = behind.max(at + 1);
            continue;
        }
        let (value, end) = value(text, behind, limit);
        object.members.push(Member { name, value });
        at = end.max(at + 1);
    }
    object.end = at.min(limit);
    object
}

/// Past blanks, line ends and commas, which are blanks in EDN.
fn space(text: &Text, at: usize, limit: usize) -> usize {
    let rest = text.get(at..limit);
    let blank = |b: &&u8| b.is_ascii_whitespace() || **b == b',';
    at + rest.iter().take_while(blank).count()
}

/// The value at `at`, and where it ends: a string, a word, or what stands in brackets, behind a tag or without one.
fn value(text: &Text, at: usize, limit: usize) -> (Value, usize) {
    match text.at(at) {
        Some(b'"') => match Literal::printed(text.get(at..limit), at) {
            Some(literal) => {
                let end = literal.place.end;
                (Value::Literal(vec![literal]), end)
            }
            None => (Value::Bare(at..at + 1), at + 1),
        },
        Some(b'{' | b'[' | b'(') => {
            let end = group(text, at, limit);
            (Value::Nested(at..end), end)
        }
        // A tag: `#uuid "…"`, `#object[…]`.
        Some(b'#') => {
            let word = word(text, at + 1, limit);
            let behind = space(text, word, limit);
            let nested = matches!(text.at(behind), Some(b'{' | b'[' | b'(' | b'"'));
            let end = match text.at(behind) {
                Some(b'"') => string_end(text, behind, limit),
                _ if nested => group(text, behind, limit),
                _ => word,
            };
            (Value::Nested(at..end), end)
        }
        Some(b':') => {
            let end = word(text, at + 1, limit);
            (Value::Bare(at + 1..end), end)
        }
        _ => {
            let end = word(text, at, limit);
            (Value::Bare(at..end), end)
        }
    }
}

/// Where the string at `at` ends, its quotes included.
fn string_end(text: &Text, at: usize, limit: usize) -> usize {
    let literal = Literal::printed(text.get(at..limit), at);
    literal.map_or(at + 1, |literal| literal.place.end)
}

fn word(text: &Text, at: usize, limit: usize) -> usize {
    let ends = |b: &u8| b.is_ascii_whitespace() || b",{}[]()\"".contains(b);
    let rest = text.get(at..limit);
    at + rest.iter().position(ends).unwrap_or(rest.len())
}

/// Where the brackets that open at `at` close.
fn group(text: &Text, at: usize, limit: usize) -> usize {
    let mut depth = 0usize;
    let mut at = at;
    while at < limit {
        match text.at(at) {
            Some(b'{' | b'[' | b'(') => depth += 1,
            Some(b'}' | b']' | b')') => depth = depth.saturating_sub(1),
            Some(b'"') => {
                at = string_end(text, at, limit);
                continue;
            }
            _ => {}
        }
        at += 1;
        if depth == 0 {
            break;
        }
    }
    at.min(limit)
}
