//! The header lines of an HTTP message, as they stand.
//!
//! Owns folding, blank lines and what counts as a header line. Must not know what any header means.

use std::ops::Range;

use super::limits;
use super::text::{Line, Text, is_blank, is_token};

/// A header, as offsets of the text.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct RawHeader {
    /// The name as spelled.
    pub(super) name: Range<usize>,
    /// Behind the colon, folded lines and blanks included, without the last line end.
    pub(super) value: Range<usize>,
    /// All of it, with the last line end.
    pub(super) line: Range<usize>,
}

/// A header section.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Head {
    /// The headers, in order.
    pub(super) headers: Vec<RawHeader>,
    /// Just past the section and its empty line.
    pub(super) end: usize,
    /// Whether the empty line that ends it is there.
    pub(super) terminated: bool,
    /// Whether there were more lines than are kept.
    pub(super) cut: bool,
}

impl Head {
    /// The headers named `name`, in any case.
    pub(super) fn named<'a>(
        &'a self,
        text: &'a Text,
        name: &'a str,
    ) -> impl Iterator<Item = &'a RawHeader> {
        self.headers.iter().filter(move |h| {
            text.get(h.name.clone())
                .eq_ignore_ascii_case(name.as_bytes())
        })
    }

    /// The value of the first header named `name`, without the blanks around it.
    pub(super) fn value<'a>(&'a self, text: &'a Text, name: &'a str) -> Option<&'a [u8]> {
        let header = self.named(text, name).next()?;
        Some(text.get(text.trim(header.value.clone())))
    }
}

/// The name and the start of the value of a header line; none where it is not one. HTTP/2
/// pseudo-headers count, and so does a name with blanks before its colon (verifiers differ on those).
pub(super) fn split(text: &Text, line: Line) -> Option<(Range<usize>, usize)> {
    let bytes = text.get(line.range());
    let pseudo = usize::from(bytes.first() == Some(&b':'));
    let name = bytes
        .iter()
        .skip(pseudo)
        .take_while(|b| is_token(**b))
        .count();
    if name == 0 || name > 256 {
        return None;
    }
    let name_end = pseudo + name;
    let blanks = bytes
        .iter()
        .skip(name_end)
        .take_while(|b| is_blank(**b))
        .count();
    let colon = name_end + blanks;
    if bytes.get(colon) != Some(&b':') {
        return None;
    }
    // `https://…` and `C:\…` are no headers; a value may well begin with one slash.
    if bytes.get(colon + 1..colon + 3) == Some(b"//") {
        return None;
    }
    Some((line.start..line.start + name_end, line.start + colon + 1))
}

/// Reads header lines from `at`, the start of a line, up to an empty line, a line that is no header,
/// or the end.
pub(super) fn read(text: &Text, at: usize) -> Head {
    let mut headers: Vec<RawHeader> = Vec::new();
    let mut at = at;
    let mut cut = false;
    while at < text.len() {
        let line = text.line(at);
        if text.is_blank(line) {
            return Head {
                headers,
                end: line.next,
                terminated: true,
                cut,
            };
        }
        let folded = text.at(at).is_some_and(is_blank);
        if let (true, Some(last)) = (folded, headers.last_mut()) {
            last.value.end = line.end;
            last.line.end = line.next;
        } else if let Some((name, value)) = split(text, line) {
            if headers.len() < limits::HEADERS {
                headers.push(RawHeader {
                    name,
                    value: value..line.end,
                    line: at..line.next,
                });
            } else {
                cut = true;
            }
        } else {
            break;
        }
        at = line.next;
    }
    Head {
        headers,
        end: at,
        terminated: false,
        cut,
    }
}
