//! Method and target of a request whose headers stand apart from them, in the words of whoever printed them: on one
//! line, as a request line, or each behind a label.
//!
//! Owns which of the URLs and words near the headers are theirs. Must not know what a header means; what is doubtful
//! is left out.

use std::ops::Range;

use super::vocabulary::METHODS;
use crate::engine::intake::target;
use crate::engine::intake::text::Text;

/// The longest URL, and the longest line in front of one, in bytes.
const LONGEST: usize = 8 << 10;
/// How far behind its label a method may stand, in bytes.
const LABELLED: usize = 48;

/// The method and the target that stand in `near` outside `place`, where the headers stand; `host` is what they name as
/// theirs.
pub(super) fn target_beside(
    text: &Text,
    place: Range<usize>,
    near: Range<usize>,
    host: Option<&[u8]>,
) -> (Option<Range<usize>>, Option<Range<usize>>) {
    if let Some((method, url)) = line_beside(text, place.clone(), near.clone()) {
        return (Some(method), Some(url));
    }
    if let Some((method, target)) = request_line(text, &place, &near) {
        return (Some(method), Some(target));
    }
    let found: Vec<Range<usize>> = urls(text, place.clone(), near.clone()).collect();
    let labelled = found.iter().find(|url| {
        let line = text.line_start(url.start, url.start.saturating_sub(LONGEST));
        let lead = text.get(line..url.start).trim_ascii();
        lead.is_empty() || is_label(lead)
    });
    // One that goes to the very host the headers name is theirs, whatever stands in front of it.
    let theirs = || {
        let host = host?;
        found
            .iter()
            .find(|url| authority(text.get((*url).clone())).eq_ignore_ascii_case(host))
    };
    let Some(url) = labelled.or_else(theirs) else {
        return (None, None);
    };
    let method = around_url(text, url).or_else(|| labelled_method(text, &place, &near));
    (method, Some(url.clone()))
}

/// The authority of a URL.
fn authority(url: &[u8]) -> &[u8] {
    let behind = memchr::memmem::find(url, b"://").map_or(0, |at| at + 3);
    let rest = url.get(behind..).unwrap_or_default();
    let end = memchr::memchr3(b'/', b'?', b'#', rest).unwrap_or(rest.len());
    rest.get(..end).unwrap_or_default()
}

/// Method and target of a request line that stands in other text: `http request line: "GET /k HTTP/1.1"`.
fn request_line(
    text: &Text,
    place: &Range<usize>,
    near: &Range<usize>,
) -> Option<(Range<usize>, Range<usize>)> {
    const VERSION: &[u8] = b" HTTP/";
    let windows = [near.start..place.start, place.end.min(near.end)..near.end];
    windows.into_iter().find_map(|window| {
        let bytes = text.get(window.clone());
        memchr::memmem::find_iter(bytes, VERSION).find_map(|at| {
            let front = bytes.get(..at)?;
            let blank = memchr::memrchr(b' ', front)?;
            let target = front.get(blank + 1..).filter(|t| t.starts_with(b"/"))?;
            let method = METHODS.iter().find(|method| {
                front.get(..blank).is_some_and(|front| {
                    front.strip_suffix(**method).is_some_and(|before| {
                        before.last().is_none_or(|b| !b.is_ascii_alphanumeric())
                    })
                })
            })?;
            let end = window.start + blank;
            Some((end - method.len()..end, end + 1..end + 1 + target.len()))
        })
    })
}

/// The method right in front of a URL or behind it, with nothing but quotes, brackets and commas between:
/// `<Request('GET', 'https://…')>`, `<Request 'https://…' [GET]>`; or alone on the line below.
fn around_url(text: &Text, url: &Range<usize>) -> Option<Range<usize>> {
    /// The longest method, and what may stand between the two.
    const WORD: usize = 16;
    let is_between = |b: &u8| matches!(b, b'\'' | b'"' | b',' | b' ' | b'[' | b']' | b'(' | b'<');
    let floor = url.start.saturating_sub(WORD);
    let front = text.get(floor..url.start);
    let gap = front.iter().rev().take_while(|b| is_between(b)).count();
    let word = front.get(..front.len() - gap).unwrap_or_default();
    let len = word
        .iter()
        .rev()
        .take_while(|b| b.is_ascii_alphabetic())
        .count();
    let end = floor + word.len();
    let before = end - len..end;
    if gap > 0 && METHODS.contains(&text.get(before.clone())) {
        return Some(before);
    }
    let behind = text.get(url.end..url.end + WORD);
    let gap = behind.iter().take_while(|b| is_between(b)).count();
    let rest = behind.get(gap..).unwrap_or_default();
    let len = rest.iter().take_while(|b| b.is_ascii_alphabetic()).count();
    let after = url.end + gap..url.end + gap + len;
    (gap > 0 && METHODS.contains(&text.get(after.clone()))).then_some(after)
}

/// The method behind a label, on the same line (`Method      : GET`, `METHOD: HttpMethod(value=GET)`), or alone on a
/// line.
fn labelled_method(text: &Text, place: &Range<usize>, near: &Range<usize>) -> Option<Range<usize>> {
    let windows = [near.start..place.start, place.end.min(near.end)..near.end];
    let by_label = windows.iter().find_map(|window| {
        let bytes = text.get(window.clone());
        let label = |word: &'static [u8]| memchr::memmem::find_iter(bytes, word);
        let mut places = label(b"ethod").chain(label(b"ETHOD"));
        places.find_map(|at| {
            let start = window.start + at + b"ethod".len();
            let line = text.get(start..text.line(start).end.min(start + LABELLED));
            let mut from = 0;
            loop {
                let rest = line.get(from..)?;
                from += rest.iter().position(u8::is_ascii_alphabetic)?;
                let len = line
                    .get(from..)?
                    .iter()
                    .take_while(|b| b.is_ascii_alphabetic())
                    .count();
                let word = start + from..start + from + len;
                if METHODS.contains(&text.get(word.clone())) {
                    return Some(word);
                }
                from += len;
            }
        })
    });
    by_label.or_else(|| {
        windows.iter().find_map(|window| {
            let mut line = text.line(window.start);
            while line.start < window.end {
                let own = text.trim(line.range());
                if METHODS.contains(&text.get(own.clone())) {
                    return Some(own);
                }
                line = text.line(line.next.max(line.start + 1));
            }
            None
        })
    })
}

/// The method and the URL that stand on one line of `near` outside `place`, as in `for GET https://…`: what is above
/// comes first.
pub(super) fn line_beside(
    text: &Text,
    place: Range<usize>,
    near: Range<usize>,
) -> Option<(Range<usize>, Range<usize>)> {
    urls(text, place, near).find_map(|url| {
        const LONGEST_METHOD: usize = 8;
        let front = url.start.saturating_sub(LONGEST_METHOD)..url.start;
        let lead = text.get(front);
        let word = lead.strip_suffix(b" ")?;
        let method = METHODS.iter().find(|method| {
            word.strip_suffix(**method)
                .is_some_and(|before| before.last().is_none_or(|b| !b.is_ascii_alphanumeric()))
        })?;
        let end = url.start - 1;
        Some((end - method.len()..end, url))
    })
}

/// The URLs of `near` outside `place`, those above first.
fn urls(
    text: &Text,
    place: Range<usize>,
    near: Range<usize>,
) -> impl Iterator<Item = Range<usize>> {
    let windows = [near.start..place.start, place.end.min(near.end)..near.end];
    windows.into_iter().flat_map(move |window| {
        memchr::memmem::find_iter(text.get(window.clone()), b"://")
            .filter_map(|colon| {
                let colon = window.start + colon;
                let len = target::scheme_before(text.get(window.start..colon))?;
                let start = colon - len;
                let stop =
                    |b: &u8| b.is_ascii_whitespace() || matches!(b, b'"' | b'\'' | b'<' | b'>');
                let rest = text.get(start..start + LONGEST);
                let len = rest.iter().position(stop).unwrap_or(rest.len());
                let url = rest.get(..len)?;
                // The bracket that closes what the URL stands in.
                let closes = url.ends_with(b")") && !url.contains(&b'(');
                Some(start..start + len - usize::from(closes))
            })
            .collect::<Vec<_>>()
    })
}

/// Whether a line calls what follows a URL: `URL: `, `url = "`, `"url": "`, `uri: `, `url=URL('`, `REQUEST: `.
fn is_label(lead: &[u8]) -> bool {
    let quote = |b: &u8| matches!(b, b'"' | b'\'' | b'`');
    let lead = match lead.split_last() {
        Some((last, rest)) if quote(last) => rest.trim_ascii_end(),
        _ => lead,
    };
    // `URL('…')` of Python's yarl, and `Optional(…)` of Swift.
    let lead = lead.strip_suffix(b"URL(").unwrap_or(lead);
    if lead.ends_with(b"Optional(") {
        return true;
    }
    let Some((b':' | b'=', name)) = lead.trim_ascii_end().split_last() else {
        return false;
    };
    let name = name.trim_ascii_end();
    if name == b"REQUEST" {
        return true;
    }
    let name = match name.split_last() {
        Some((last, rest)) if quote(last) => rest,
        _ => name,
    };
    let last = name.len().checked_sub(3).and_then(|at| name.get(at..));
    let is_url = last
        .is_some_and(|end| end.eq_ignore_ascii_case(b"url") || end.eq_ignore_ascii_case(b"uri"));
    let before = name.len().checked_sub(4).and_then(|at| name.get(at));
    is_url && before.is_none_or(|b| !b.is_ascii_alphanumeric() || b.is_ascii_lowercase())
}
