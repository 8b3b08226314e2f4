//! Where a verifier's message ends: with its literal, its line, its cell or its element, and in front of what programs
//! print behind it.
//!
//! Owns what programs put behind a message. Must not know any message, nor what one means.

use std::ops::Range;

use super::{glued, words, wrapped};
use crate::engine::intake::text::{Text, is_blank};
use crate::engine::intake::{fields, in_words};

/// The longest message, in bytes.
const MESSAGE: usize = 4 << 10;
/// The longest with a string to sign inside, in bytes.
const QUOTING: usize = 8 << 10;
/// How far back a line is followed to its start, in bytes.
const BEFORE: usize = 1 << 10;

/// Where the message that begins at `at` ends: with its literal, its line, or its element; and whether its own
/// sentence was broken into several lines.
pub(super) fn message_end(text: &Text, at: usize) -> (usize, bool) {
    let quote = at
        .checked_sub(1)
        .and_then(|i| text.at(i))
        .filter(|b| matches!(b, b'"' | b'\''));
    // A literal that is not closed was cut with its paste.
    let closed = quote.map(|quote| closing(text, at, quote));
    let limit = closed
        .filter(|end| *end > at)
        .unwrap_or_else(|| at.saturating_add(QUOTING).min(text.len()));
    let bytes = text.get(at..limit.min(at.saturating_add(MESSAGE)));
    let raw = (0..bytes.len()).find(|i| ends_line(bytes.get(*i..).unwrap_or_default()));
    // Whoever prints the answer behind the message parts the two.
    let raw = raw.map(|end| match bytes.get(..end) {
        Some(front) if front.ends_with(b" - ") && bytes.get(end) == Some(&b'<') => end - 3,
        Some(_) | None => end,
    });
    let mut end = raw.unwrap_or(bytes.len());
    for stop in [
        "\\n",
        "\\r",
        "\\\"",
        " (Service:",
        " (AWS::",
        " (Aws::",
        "\"}",
        "\",\"",
        // The SDK for Go, its line break lost.
        " status code: ",
        "\tstatus code: ",
        // Alibaba Cloud's SDK for Go.
        ", RequestId=",
        ", request={",
        ", request = {",
        // minio-java, older and newer; minio-py.
        ", bucketName = ",
        ", bucketName=",
        ", resource: ",
        ", request_id: ",
        // The data of an exception of Clojure.
        " {:",
        // The SDK for PHP, with the answer of a JSON service behind it.
        " - {\"",
        " - {\\\"",
        // The same in a page, and what closes a literal there.
        " - {&quot;",
        "&quot;}",
        "&quot;,",
        // What Go prints of an error that no other is behind.
        " <nil>",
        // MinIO until 2016.
        " Type:*",
        // Guzzle's summary of an answer, cut there (its `BodySummarizer`).
        " (truncated...)",
        // PHP, its line break lost or not.
        " Stack:#",
        " Stack trace:",
    ] {
        let front = bytes.get(..end).unwrap_or_default();
        end = memchr::memmem::find(front, stop.as_bytes()).unwrap_or(end);
    }
    end = before_code(text, at, bytes.get(..end).unwrap_or_default());
    for mark in [b'`', b'"'] {
        end = before_mark(text, at, bytes.get(..end).unwrap_or_default(), mark);
    }
    end = before_cell(text, at, bytes.get(..end).unwrap_or_default());
    end = glued::before(bytes.get(..end).unwrap_or_default());
    end = before_php_place(bytes.get(..end).unwrap_or_default());
    end = before_bracket(bytes.get(..end).unwrap_or_default());
    let line = end;
    let own_lines = in_words::ends_message(bytes.get(..end).unwrap_or_default());
    if quote.is_none() && Some(end) == raw && !own_lines {
        end = wrapped::unframed(bytes.get(..end).unwrap_or_default());
        end = wrapped::end(text, at, at + end) - at;
    }
    let broken = line < end;
    // Some quote the string that they signed, line breaks and all.
    let near = text.get(at..limit.min(at.saturating_add(QUOTING)));
    let lead = if quote.is_some() { near.len() } else { end };
    if let Some(quoted) = in_words::end(near, lead) {
        end = end.max(quoted);
    }
    (text.trim_end(at..at + end).max(at + 1), broken)
}

/// Whether a message ends in front of `rest`: a line end or a tag. A word in angle brackets may stand for a value
/// that somebody took out.
fn ends_line(rest: &[u8]) -> bool {
    const TAGS: [&[u8]; 8] = [
        b"</",
        b"<?",
        b"<!",
        b"<Error",
        b"<Argument",
        b"<br",
        b"<b>",
        b"<p>",
    ];
    match rest.first() {
        Some(b'\n' | b'\r') => true,
        Some(b'<') => TAGS.iter().any(|tag| rest.starts_with(tag)),
        Some(_) | None => false,
    }
}

/// What the SDK for PHP prints between a message and the whole answer.
const DASH: &[u8] = b" - ";

/// Where a message ends behind which the whole answer is printed once more: where its tags were lost, that begins with its
/// code, on its own line or not.
fn before_code(text: &Text, at: usize, line: &[u8]) -> usize {
    const BREAK: usize = 8;
    let is_code = |dash: &usize| {
        let behind = at + dash + DASH.len();
        let near = text.get(behind..behind + BREAK);
        let gap = near.len() - near.trim_ascii_start().len();
        words::code(text, behind + gap).is_some()
    };
    let end = memchr::memmem::find_iter(line, DASH).find(is_code);
    end.unwrap_or(line.len())
}

/// The answer whose message is at `place`, where it stands once more behind that, its tags lost: its code and its message,
/// with a blank between them or none. Its message, and where its line ends.
pub(super) fn again(text: &Text, place: Range<usize>) -> Option<(Range<usize>, usize)> {
    const ALIKE: usize = 24;
    let dash = DASH.trim_ascii_end();
    let behind = text.get(place.end..place.end + ALIKE);
    let rest = behind.strip_prefix(dash)?;
    let front = behind.len() - rest.trim_ascii_start().len();
    let code = place.end + front;
    let message = code + words::code(text, code)?;
    let message = message + usize::from(text.at(message) == Some(b' '));
    let same = place.len() >= ALIKE
        && text.get(message..message + ALIKE) == text.get(place.start..place.start + ALIKE);
    same.then(|| {
        let (end, _) = message_end(text, message);
        (message..end, text.line(message).end)
    })
}

/// Where a message ends that began inside Markdown's backticks or a literal, with a code or other words in front of it: at
/// the one that closes them.
fn before_mark(text: &Text, at: usize, line: &[u8], mark: u8) -> usize {
    let start = text.line_start(at, at.saturating_sub(BEFORE));
    let whole = start == 0 || text.at(start - 1) == Some(b'\n');
    let before = text.get(start..at);
    let escaped = |i: usize| i.checked_sub(1).and_then(|i| before.get(i)) == Some(&b'\\');
    let marks = memchr::memchr_iter(mark, before).filter(|i| !escaped(*i));
    if !whole || marks.count() % 2 == 0 {
        return line.len();
    }
    (closing(text, at, mark) - at).min(line.len())
}

/// Where the literal ends that `quote` opened in front of `at`. Some programs escape nothing: a quote behind a blank and in
/// front of a letter opens a word inside it, and the next one closes that.
fn closing(text: &Text, at: usize, quote: u8) -> usize {
    const WORDS: usize = 8;
    let opens = |end: usize| {
        let before = end.checked_sub(1).and_then(|i| text.at(i));
        let behind = text.at(end + 1);
        text.at(end) == Some(quote)
            && before.is_some_and(is_blank)
            && behind.is_some_and(|b| b.is_ascii_alphanumeric())
    };
    let mut end = fields::literal_end(text, at, quote);
    for _ in 0..WORDS {
        if end <= at || !opens(end) {
            break;
        }
        let inner = fields::literal_end(text, end + 1, quote);
        if text.at(inner) != Some(quote) {
            break;
        }
        end = fields::literal_end(text, inner + 1, quote);
    }
    end
}

/// Where a message ends that is a cell of a table: where the next one begins.
fn before_cell(text: &Text, at: usize, line: &[u8]) -> usize {
    let start = text.line_start(at, at.saturating_sub(BEFORE));
    let front = text.get(start..at).trim_ascii_start();
    let Some(side) = wrapped::side_of(front) else {
        return line.len();
    };
    let next = memchr::memmem::find_iter(line, side).find(|i| {
        let before = i.checked_sub(1).and_then(|i| line.get(i));
        before == Some(&b' ') && line.get(i + side.len()) == Some(&b' ')
    });
    next.unwrap_or(line.len())
}

/// Where a message ends that Node prints inside `[CODE: MESSAGE.]`: the bracket that nothing in it opens is not its.
fn before_bracket(line: &[u8]) -> usize {
    let close = memchr::memmem::find(line, b".]").map(|at| at + 1);
    let opened = |close: &usize| memchr::memchr(b'[', line).is_some_and(|open| open < *close);
    close.filter(|at| !opened(at)).unwrap_or(line.len())
}

/// Where a line of PHP's log ends that says ` in FILE on line N` at its end, without these words.
fn before_php_place(line: &[u8]) -> usize {
    let place = || {
        let number = memchr::memmem::rfind(line, b" on line ")?;
        let digits = line.get(number + b" on line ".len()..)?.trim_ascii_end();
        let file = memchr::memmem::rfind(line.get(..number)?, b" in ")?;
        let path = line.get(file..number)?.iter().any(|b| b"/\\".contains(b));
        (path && !digits.is_empty() && digits.iter().all(u8::is_ascii_digit)).then_some(file)
    };
    place().unwrap_or(line.len())
}
