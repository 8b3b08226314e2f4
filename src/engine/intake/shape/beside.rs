//! Method and target of a request whose headers stand apart from them, in the words of whoever printed them: on one
//! line, as a request line, or each behind a label.
//!
//! Owns which of the URLs and words near the headers are theirs. Must not know what a header means; what is doubtful
//! is left out.

use std::ops::Range;

use super::vocabulary::METHODS;
use crate::engine::intake::text::{Text, is_method};
use crate::engine::intake::{fields, target};

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

/// The method of the request to a URL, where whoever printed the URL tells it: right in front of it, with nothing between
/// but quotes, brackets and the words of a sentence (`PUT https://…`, `[GET] to [https://…`, `POST request to https://…`), or
/// behind a label on the line above or below a URL that has a label itself. Where two are named none is told, and OPTIONS
/// is what a browser asks before the request.
pub(super) fn method_of(text: &Text, url: &Range<usize>) -> Option<Range<usize>> {
    let front = method_in_front(text, url.start);
    let labelled = || {
        let line = text.line_start(url.start, url.start.saturating_sub(LABELLED));
        is_label(text.get(line..url.start).trim_ascii())
            .then(|| method_beside(text, url, url))
            .flatten()
    };
    front
        .or_else(labelled)
        .filter(|method| METHODS.contains(&text.get(method.clone())))
        .filter(|method| text.get(method.clone()) != b"OPTIONS")
}

/// Whether a program put the method of [`method_of`] there, and not a sentence: it stands in quotes or brackets, behind a
/// label, or at the front of its line with no word before the URL at `url`.
pub(super) fn is_printed(text: &Text, method: &Range<usize>, url: usize) -> bool {
    let start = text.line_start(method.start, method.start.saturating_sub(LABELLED));
    let words = || {
        text.get(method.end..url)
            .iter()
            .any(u8::is_ascii_alphabetic)
    };
    match text.get(start..method.start).trim_ascii_end().last() {
        Some(last) => b"'\"`*[({<:=,|>".contains(last),
        None => !words(),
    }
}

/// See [`method_of`].
fn method_in_front(text: &Text, at: usize) -> Option<Range<usize>> {
    /// Words between a method and its URL.
    const BETWEEN: [&[u8]; 9] = [
        b"to", b"on", b"at", b"for", b"URL", b"url", b"Url", b"request", b"Request",
    ];
    const MOST: usize = 5;
    let start = text.line_start(at, at.saturating_sub(LABELLED));
    let gap = |b: &u8| b"'\"`,:=*[]()<>- \t".contains(b);
    // The word in front of `end`, as an offset and a length from `start`.
    let word = |end: usize| {
        let front = text.get(start..end);
        let end = end - front.iter().rev().take_while(|b| gap(b)).count();
        let front = text.get(start..end);
        let len = front
            .iter()
            .rev()
            .take_while(|b| b.is_ascii_alphabetic())
            .count();
        (len > 0).then_some(end - len..end)
    };
    let is_method = |word: &Range<usize>| METHODS.contains(&text.get(word.clone()));
    let mut end = at;
    for _ in 0..MOST {
        let found = word(end)?;
        if !is_method(&found) {
            end = found.start;
            BETWEEN.contains(&text.get(found)).then_some(())?;
            continue;
        }
        let before = found.start.checked_sub(1).and_then(|at| text.at(at));
        let of_word =
            |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'/' | b'|' | b'.');
        if found.end == at || before.is_some_and(of_word) {
            return None;
        }
        // `GET or PUT https://…`.
        let next = word(found.start);
        let other = next.clone().and_then(|next| {
            let joins = [&b"or"[..], b"and"].contains(&text.get(next.clone()));
            if joins { word(next.start) } else { Some(next) }
        });
        return (!other.is_some_and(|other| is_method(&other))).then_some(found);
    }
    None
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

/// The method and the URL that `near` tells outside `place`: on one line, as in `for GET https://…`, or each behind its
/// name, as in `method=GET, url=https://…`. What is above comes first.
pub(super) fn line_beside(
    text: &Text,
    place: Range<usize>,
    near: Range<usize>,
) -> Option<(Range<usize>, Range<usize>)> {
    let on_a_line = urls(text, place.clone(), near.clone()).find_map(|url| {
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
    });
    on_a_line.or_else(|| {
        urls(text, place.clone(), near).find_map(|url| {
            let line = text.line_start(url.start, url.start.saturating_sub(LONGEST));
            let is_named = is_label(text.get(line..url.start).trim_ascii());
            let method = is_named.then(|| method_beside(text, &place, &url))??;
            Some((method, url))
        })
    })
}

/// The method that stands behind its own name beside a URL behind its name, outside `place`: on the same line, or on
/// the one above or below, where that names no other URL.
fn method_beside(text: &Text, place: &Range<usize>, url: &Range<usize>) -> Option<Range<usize>> {
    /// The names of a method in objects and lists.
    const NAMES: [&str; 6] = [
        "method",
        "Method",
        "METHOD",
        "httpMethod",
        "http_method",
        "verb",
    ];
    /// How far from the URL a method may stand, in bytes.
    const FAR: usize = 512;
    let named = |window: Range<usize>| {
        let window = if window.end <= place.start || window.start >= place.end {
            window
        } else if window.start < place.start {
            window.start..place.start
        } else {
            place.end.min(window.end)..window.end
        };
        NAMES.iter().find_map(|name| {
            let method = fields::value(text, name, window.clone())?;
            is_method(text.get(method.clone())).then_some(method)
        })
    };
    let own = text.line(text.line_start(url.start, url.start.saturating_sub(FAR)));
    let behind = url.end..own.end.min(url.end + FAR).max(url.end);
    let apart = |line: &Range<usize>| {
        line.len() <= FAR && memchr::memmem::find(text.get(line.clone()), b"://").is_none()
    };
    let above = || {
        let end = own.start.checked_sub(1)?;
        let start = text.line_start(end, end.saturating_sub(FAR));
        Some(start..end).filter(apart).and_then(named)
    };
    let below = || {
        let line = text.line(own.next);
        Some(line.range()).filter(apart).and_then(named)
    };
    named(own.start..url.start)
        .or_else(|| named(behind))
        .or_else(above)
        .or_else(below)
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
                Some(start..target::url_end(text, start, LONGEST))
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
