//! A URL taken out of what it was pasted in: quotes, escapes, broken lines, a sentence.
//!
//! Owns where its text goes on and ends, and the way back to what was pasted. Must not know what becomes of
//! the URL; whether a line break belongs to it is judged in `breaks`.

use std::ops::Range;

use super::breaks::{self, Break};
use super::printable;
use crate::engine::document::{OffsetMap, Peel};
use crate::engine::intake::limits;
use crate::engine::intake::target;
use crate::engine::intake::text::{Text, is_blank};
use crate::engine::intake::unescape::{DEEPEST, number};

/// A URL freed from what it was wrapped in.
#[derive(Default)]
pub(super) struct Unwrapped {
    /// Its text.
    pub(super) bytes: Vec<u8>,
    /// The way back to the text it stood in, from where it starts.
    pub(super) map: OffsetMap,
    /// Just past it in the text.
    pub(super) end: usize,
    undone: Undone,
    /// Whether it was broken over lines.
    broken: bool,
    /// Whether it goes on behind what is read of one.
    pub(super) cut: bool,
    /// Where `<PLACEHOLDER>` stands in the text for a value that is not here.
    pub(super) unknown: Vec<Range<usize>>,
}

/// The escapes that were undone.
#[derive(Copy, Clone, Debug, Default)]
struct Undone {
    printable: bool,
    entities: bool,
    backslashes: bool,
}

impl Unwrapped {
    /// What was undone, the most telling first.
    pub(super) fn peel(&self) -> Option<Peel> {
        if self.undone.printable {
            Some(Peel::QuotedPrintable)
        } else if self.undone.entities {
            Some(Peel::HtmlEntities)
        } else if self.undone.backslashes {
            Some(Peel::BackslashEscapes)
        } else if self.broken {
            Some(Peel::LineBreaks)
        } else {
            None
        }
    }

    /// The URL at `place` as it stands.
    pub(super) fn standing(text: &Text, place: Range<usize>) -> Self {
        let mut out = Self {
            end: place.end,
            ..Self::default()
        };
        out.copy(text, place.start, place.start, place.len());
        out
    }

    fn copy(&mut self, text: &Text, start: usize, at: usize, len: usize) {
        self.bytes.extend_from_slice(text.get(at..at + len));
        self.map.copied(at - start, len);
        self.end = at + len;
    }

    fn decode(&mut self, byte: u8, offset: usize, len: usize, end: usize) {
        self.bytes.push(byte);
        self.map.decoded(1, offset, len);
        self.end = end;
    }

    /// Cut to its first `len` bytes.
    fn truncate(&mut self, start: usize, len: usize) {
        if len < self.bytes.len() {
            self.end = start + self.map.to_parent(0..len).end;
            self.bytes.truncate(len);
            self.map.truncate(len);
        }
    }
}

/// Lines of one URL that may hold `://` behind its front. Each may be read once more as the start of another.
const NESTED: usize = 4;

/// The URL that starts at `start`.
pub(super) fn taken_out(text: &Text, start: usize) -> Unwrapped {
    let closer = match start.checked_sub(1).and_then(|i| text.at(i)) {
        Some(b'"') => Some(b'"'),
        Some(b'\'') => Some(b'\''),
        Some(b'<') => Some(b'>'),
        Some(b'`') => Some(b'`'),
        _ => None,
    };
    let mut url = Unwrapped {
        end: start,
        ..Unwrapped::default()
    };
    url.undone.printable = printable::is_used(text, start);
    let mut at = start;
    let mut lines = Lines::of(text, start);
    // Where the closing quote stands, once a raw blank made it worth looking.
    let mut closes_at = 0;
    // Up to where it is known that its query goes on.
    let mut goes_on = 0;
    let mut in_query = false;
    // Whether a whole signature stands in it, however far back.
    let mut signed = false;
    while let Some(byte) = text.at(at) {
        if Some(byte) == closer {
            break;
        }
        if url.bytes.len() >= limits::URL {
            url.cut = !byte.is_ascii_whitespace();
            break;
        }
        match byte {
            b'=' if url.undone.printable => match printable::escape(text.from(at)) {
                Some(Escape::Byte(byte, len)) => {
                    url.decode(byte, at - start, len, at + len);
                    at += len;
                }
                Some(Escape::LineEnd(len)) => at += len,
                None => break,
            },
            // Where long lines are broken softly, any other line end is one of the text.
            b'\r' | b'\n' if url.undone.printable => break,
            b'\r' | b'\n' => match lines.next(text, at, &url, closer) {
                Some(next) => at = next,
                None => break,
            },
            b' ' | b'\t' => {
                // Blanks at the end of a wrapped line, or raw ones inside quotes.
                let next = at + text.from(at).iter().take_while(|b| is_blank(**b)).count();
                match text.at(next) {
                    Some(b'\r' | b'\n') => at = next,
                    Some(_) if closer.is_some() => {
                        if closes_at < next {
                            closes_at = closing_on_line(text, next, closer).unwrap_or(0);
                        }
                        if closes_at < next {
                            break;
                        }
                        url.copy(text, start, at, next - at);
                        at = next;
                    }
                    Some(_) => match breaks::remark(text, next, &url.bytes) {
                        Some(end) => at = end,
                        None => break,
                    },
                    None => break,
                }
            }
            b'&' => {
                signed |= breaks::is_signed_off(&url.bytes);
                if let Some(len) = entity(text.from(at)) {
                    url.decode(b'&', at - start, len, at + len);
                    url.undone.entities = true;
                    at += len;
                } else {
                    url.copy(text, start, at, 1);
                    at += 1;
                }
            }
            b'\\' => match backslash(text.from(at), closer) {
                Some(Escape::Byte(byte, len)) => {
                    url.decode(byte, at - start, len, at + len);
                    url.undone.backslashes = true;
                    at += len;
                }
                Some(Escape::LineEnd(len)) => at += len,
                None => break,
            },
            b'<' => match placeholder(text.from(at), &url.bytes) {
                Some(len) => {
                    url.unknown.push(at..at + len);
                    url.copy(text, start, at, len);
                    at += len;
                }
                None => break,
            },
            // `[https://…](https://…)`: a link of Markdown, and its text.
            b']' if text.from(at).starts_with(b"](http") => break,
            b'"' | b'>' | b'`' | 0..0x20 | 0x7F => break,
            0x80.. => {
                let (neighbour, len) = neighbour(text.from(at));
                // Behind its digits nothing of a signature follows, and where a parameter still does,
                // a raw character belongs to what stands before it.
                if breaks::is_signed_off(&url.bytes) || neighbour && signed {
                    break;
                }
                if neighbour && in_query && goes_on <= at {
                    match more_of_query(text.from(at + len)) {
                        Some(more) => goes_on = at + len + more,
                        None => break,
                    }
                }
                url.copy(text, start, at, len);
                at += len;
            }
            _ => {
                in_query |= byte == b'?';
                url.copy(text, start, at, 1);
                at += 1;
            }
        }
    }
    // The closing quote of a literal inside of literals stands behind the backslashes that escape it.
    let escapes = text.from(at).iter().take(DEEPEST);
    let escapes = escapes.take_while(|b| **b == b'\\').count();
    let inside = closer.is_some() && text.at(at + escapes) == closer;
    if !inside {
        lines.give_back(&mut url, start, is_alone(text, at));
    }
    url.broken = !lines.breaks.is_empty();
    if !(inside && url.end == at) {
        trim_punctuation(&mut url, start);
    }
    url
}

/// The length of `<MY-BUCKET>`, `<Signature>` and their like at the front of `bytes`: what people put over a part of
/// the URL before it. A tag of HTML is none: it stands behind a URL that is whole, or closes what one stands in.
fn placeholder(bytes: &[u8], before: &[u8]) -> Option<usize> {
    const LONGEST: usize = 64;
    let name = bytes.get(1..bytes.len().min(LONGEST))?;
    let word = |b: &&u8| b.is_ascii_alphanumeric() || b"_- .*".contains(b);
    let len = name.iter().take_while(word).count();
    let opens = before.last().is_some_and(|b| b"/=.:-_@".contains(b)) || before.ends_with(b"%2F");
    let breaks = [&b"br"[..], b"wbr", b"hr", b"p", b"b"].contains(&name.get(..len)?);
    let closed = name.get(len) == Some(&b'>');
    (opens && closed && len > 0 && !breaks && !name.starts_with(b" ")).then_some(len + 2)
}

/// The end of the word that `at` stands in.
pub(super) fn word_end(text: &Text, at: usize) -> usize {
    let rest = text.from(at);
    let end = |b: &u8| b.is_ascii_whitespace() || b"\"<>`".contains(b);
    at + rest.iter().position(end).unwrap_or(rest.len())
}

/// `url` without its second percent-encoding (`%252F` for `%2F`), and the way back to it. None where its
/// credential does not show that there is one: no verifier finds the slashes of such a credential.
pub(in crate::engine::intake) fn encoded_once(url: &[u8]) -> Option<(Vec<u8>, OffsetMap)> {
    let name = b"X-Amz-Credential=";
    let value = url.get(memchr::memmem::find(url, name)? + name.len()..)?;
    let end = memchr::memchr(b'&', value).unwrap_or(value.len());
    let value = value.get(..end)?.to_ascii_lowercase();
    let slash = |text: &[u8]| memchr::memmem::find(&value, text).is_some();
    if !slash(b"%252f") || slash(b"/") || slash(b"%2f") {
        return None;
    }
    let (mut bytes, mut map) = (Vec::with_capacity(url.len()), OffsetMap::default());
    let mut from = 0;
    for at in memchr::memmem::find_iter(url, b"%25") {
        bytes.extend_from_slice(url.get(from..at)?);
        map.copied(from, at - from);
        bytes.push(b'%');
        map.decoded(1, at, 3);
        from = at + 3;
    }
    bytes.extend_from_slice(url.get(from..)?);
    map.copied(from, url.len() - from);
    Some((bytes, map))
}

/// Whether nothing but blanks stands between `at` and the end of its line.
fn is_alone(text: &Text, at: usize) -> bool {
    let blanks = text.from(at).iter().take_while(|b| is_blank(**b)).count();
    matches!(text.at(at + blanks), None | Some(b'\r' | b'\n'))
}

/// The lines that a URL was broken over: taken one after the other as long as they may be its own, and given
/// back where nothing behind shows that they are.
struct Lines {
    /// Where the line that is read starts.
    start: usize,
    breaks: Vec<Break>,
    /// The escapes that were undone before each of the breaks.
    undone: Vec<Undone>,
    /// Lines with `://` in them.
    nested: usize,
    /// Where the URL starts.
    url: usize,
}

impl Lines {
    fn of(text: &Text, url: usize) -> Self {
        Self {
            start: text.line_start(url, url.saturating_sub(breaks::WIDEST)),
            breaks: Vec::new(),
            undone: Vec::new(),
            nested: 0,
            url,
        }
    }

    /// Where the URL may go on behind the line end at `at`.
    fn next(
        &mut self,
        text: &Text,
        at: usize,
        url: &Unwrapped,
        closer: Option<u8>,
    ) -> Option<usize> {
        if self.breaks.len() >= limits::URL_LINES {
            return None;
        }
        let mut line = at + 1;
        if text.at(at) == Some(b'\r') && text.at(line) == Some(b'\n') {
            line += 1;
        }
        let next = line + text.from(line).iter().take_while(|b| is_blank(**b)).count();
        let rest = text.from(next);
        let rest = rest.get(..rest.len().min(limits::URL)).unwrap_or_default();
        let stop = |b: &u8| matches!(b, b' ' | b'\t' | b'\r' | b'\n' | b'"' | b'<' | b'>' | b'`');
        let len = rest.iter().position(stop).unwrap_or(rest.len());
        let word = rest.get(..len)?;
        if word.is_empty() || target::absolute(word).is_some() {
            return None;
        }
        if let Some(colon) = memchr::memmem::find(word, b"://") {
            let in_value = word.get(..colon).is_some_and(|w| w.contains(&b'='));
            self.nested += 1;
            if !in_value || self.nested > NESTED {
                return None;
            }
        }
        if breaks::is_signed_off(&url.bytes) {
            // Only another parameter can follow.
            if !(word.starts_with(b"&") || word.starts_with(b"\\&")) {
                return None;
            }
        } else if breaks::is_signed_off(without_punctuation(&url.bytes)) {
            return None;
        }
        let is_header = word.contains(&b':') && !word.iter().any(|b| b"?&=%".contains(b));
        if is_header && closer.is_none() {
            return None;
        }
        self.breaks.push(Break {
            at: url.bytes.len(),
            width: at - self.start,
            own: at - self.start.max(self.url),
        });
        self.undone.push(url.undone);
        self.start = line;
        Some(next)
    }

    /// Takes from `url`, which starts at `start`, the lines that are not its own. `alone`: whether the last of
    /// them holds nothing else.
    fn give_back(&mut self, url: &mut Unwrapped, start: usize, alone: bool) {
        let kept = breaks::kept(&url.bytes, &self.breaks, alone);
        if let (Some(first), Some(undone)) = (self.breaks.get(kept), self.undone.get(kept)) {
            url.truncate(start, first.at);
            url.undone = *undone;
        }
        self.breaks.truncate(kept);
    }
}

/// Where the closing quote stands on the line that holds `at`.
fn closing_on_line(text: &Text, at: usize, closer: Option<u8>) -> Option<usize> {
    let rest = text.from(at);
    let rest = rest.get(..rest.len().min(4096)).unwrap_or_default();
    let end = |b: &u8| matches!(b, b'\r' | b'\n') || Some(*b) == closer;
    let i = rest.iter().position(end)?;
    (rest.get(i).copied() == closer).then_some(at + i)
}

/// Whether `bytes` begin with a character that surrounds a URL rather than stands in it: a mark, a quote, a
/// blank, or nothing that is seen; and how long it is. A letter of any script may stand in it raw.
fn neighbour(bytes: &[u8]) -> (bool, usize) {
    let near = bytes.get(..bytes.len().min(4)).unwrap_or_default();
    let chunk = near.utf8_chunks().next();
    match chunk.and_then(|chunk| chunk.valid().chars().next()) {
        Some(character) => (!character.is_alphanumeric(), character.len_utf8()),
        None => (false, 1),
    }
}

/// How far ahead a part of a query begins, where one does before the word ends.
fn more_of_query(bytes: &[u8]) -> Option<usize> {
    let near = bytes.get(..bytes.len().min(limits::URL))?;
    let end = |b: &u8| b.is_ascii_whitespace() || b"?&=\"<>`".contains(b);
    let at = near.iter().position(end)?;
    near.get(at)
        .is_some_and(|b| b"?&=".contains(b))
        .then_some(at)
}

/// The length of an escaped ampersand.
fn entity(bytes: &[u8]) -> Option<usize> {
    let mut len = ["&amp;", "&#38;", "&#x26;", "&AMP;", "&#X26;"]
        .iter()
        .find(|e| bytes.starts_with(e.as_bytes()))
        .map(|e| e.len())?;
    // Escaped again and again, each time its own ampersand.
    while bytes
        .get(len..)
        .is_some_and(|rest| rest.starts_with(b"amp;"))
    {
        len += 4;
    }
    Some(len)
}

pub(super) enum Escape {
    /// This byte, spelled with so many.
    Byte(u8, usize),
    /// So many bytes say that the line goes on on the next one.
    LineEnd(usize),
}

/// The escape that begins with the backslashes at the front of `bytes`: of a shell, of JSON, of Markdown, behind as many
/// as the literals have doubled it. None where they are no part of a URL: they escape the quote that closes the literal
/// it stands in (RFC 8259 section 7), or a line break of that; none stands raw in a URL (RFC 3986 section 2).
fn backslash(bytes: &[u8], closer: Option<u8>) -> Option<Escape> {
    let near = bytes.get(..bytes.len().min(DEEPEST + 1))?;
    let run = near.iter().take_while(|b| **b == b'\\').count();
    let byte = *near.get(run)?;
    match byte {
        b'u' => {
            let code = u8::try_from(number(bytes.get(run + 1..run + 5)?, 16)?).ok()?;
            ((0x21..0x7F).contains(&code) && code != b'"').then_some(Escape::Byte(code, run + 5))
        }
        b'\r' | b'\n' if run == 1 => Some(Escape::LineEnd(1)),
        b'"' => None,
        _ if Some(byte) == closer => None,
        _ if byte.is_ascii_punctuation() => Some(Escape::Byte(byte, run + 1)),
        _ => None,
    }
}

/// Takes punctuation of the sentence around the URL off its end.
fn trim_punctuation(url: &mut Unwrapped, start: usize) {
    let kept = without_punctuation(&url.bytes).len();
    url.truncate(start, kept);
}

/// `url` without the punctuation of the sentence around it.
fn without_punctuation(url: &[u8]) -> &[u8] {
    let value =
        memchr::memrchr2(b'=', b'/', url).map_or(url, |at| url.get(at + 1..).unwrap_or_default());
    // What stands in the place of the last value is a part of it: `***`, `[REDACTED]`, `{signature}`.
    let hides = value.len() >= 3
        && (value.iter().all(|b| *b == b'*')
            || matches!(
                (value.first(), value.last()),
                (Some(b'['), Some(b']')) | (Some(b'{'), Some(b'}'))
            ));
    if hides && url.contains(&b'=') {
        return url;
    }
    target::without_marks(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_is_no_digit_of_an_escape() {
        let read = |bytes| backslash(bytes, None);
        assert!(matches!(read(br"\u0026"), Some(Escape::Byte(b'&', 6))));
        assert!(read(br"\u+026").is_none());
    }
}
