//! A tolerant look at XML: which elements stand where.
//!
//! Owns element names and the raw ranges of their content. Decodes nothing (that is `unescape`) and
//! must not know what any element means. Tags that do not match, stray ampersands and an end in the
//! middle are all read as far as they go.

use std::ops::Range;

use quick_xml::Reader;
use quick_xml::events::Event;

use super::limits;

/// An element without elements inside.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Leaf {
    /// Its name as spelled.
    pub(super) name: Range<usize>,
    /// Its content, escapes and all.
    pub(super) content: Range<usize>,
    /// Whether its end tag is there.
    pub(super) closed: bool,
    /// Whether its content is marked as verbatim (CDATA), so that no escape stands in it.
    pub(super) verbatim: bool,
}

/// A tree flattened to its leaves.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Outline {
    /// In order.
    pub(super) leaves: Vec<Leaf>,
    /// Just past what was read.
    pub(super) end: usize,
    /// Whether the outermost element was closed.
    pub(super) closed: bool,
}

/// An element that is open.
struct Open {
    name: Range<usize>,
    content: usize,
    parent: bool,
    cdata: Option<Range<usize>>,
}

/// Reads the leaves of `bytes` up to the end of the element named `root`, or to the end where there is
/// none. A second element named `root` inside ends the first: it is another answer.
pub(super) fn leaves(bytes: &[u8], root: &[u8]) -> Outline {
    let mut out = Outline::default();
    let mut open: Vec<Open> = Vec::new();
    let mut base = 0;
    let mut events = 0;
    let mut restarts = 0;
    'restart: loop {
        let mut reader = Reader::from_reader(bytes.get(base..).unwrap_or_default());
        let config = reader.config_mut();
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        config.allow_dangling_amp = true;
        let place = |reader: &Reader<&[u8]>| {
            base + usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX)
        };
        loop {
            let before = place(&reader);
            events += 1;
            if out.leaves.len() >= limits::ELEMENTS || events > limits::XML {
                out.end = before;
                break 'restart;
            }
            let event = reader.read_event();
            let after = place(&reader).min(bytes.len());
            let event = match event {
                // `<<` and `< 5` in somebody's words: a name begins with a letter (XML 1.0 §2.3).
                Ok(Event::Start(tag) | Event::Empty(tag)) if !is_name(tag.name().as_ref()) => {
                    Err(before)
                }
                Ok(event) => Ok(event),
                Err(_) => Err(base
                    + usize::try_from(reader.error_position())
                        .unwrap_or(usize::MAX)
                        .max(1)),
            };
            match event {
                Ok(Event::Start(tag)) => {
                    let name = before + 1..before + 1 + tag.name().as_ref().len();
                    let again = bytes.get(name.clone()) == Some(root)
                        && !out.leaves.is_empty()
                        && !open.is_empty();
                    if again || open.len() >= limits::NESTING {
                        out.end = before;
                        break 'restart;
                    }
                    if let Some(parent) = open.last_mut() {
                        parent.parent = true;
                    }
                    open.push(Open {
                        name,
                        content: after,
                        parent: false,
                        cdata: None,
                    });
                }
                Ok(Event::Empty(tag)) => {
                    if let Some(parent) = open.last_mut() {
                        parent.parent = true;
                    }
                    let name = before + 1..before + 1 + tag.name().as_ref().len();
                    out.leaves.push(Leaf {
                        name,
                        content: after..after,
                        closed: true,
                        verbatim: false,
                    });
                }
                Ok(Event::End(tag)) => {
                    let wanted = tag.name().as_ref().to_vec();
                    let matching = open
                        .iter()
                        .rposition(|o| bytes.get(o.name.clone()) == Some(wanted.as_slice()));
                    // An end tag without a start belongs to what was cut off before.
                    let Some(place) = matching else { continue };
                    while open.len() > place {
                        let Some(element) = open.pop() else { break };
                        let closed = open.len() == place;
                        close(&mut out, element, before, closed);
                    }
                    out.end = after;
                    if open.is_empty() && wanted == root {
                        out.closed = true;
                        break 'restart;
                    }
                }
                Ok(Event::CData(data)) => {
                    if let Some(element) = open.last_mut()
                        && element.content == before
                    {
                        let start = before + b"<![CDATA[".len();
                        element.cdata = Some(start..start + data.len());
                    }
                }
                Ok(Event::Eof) => {
                    out.end = bytes.len();
                    break 'restart;
                }
                Ok(_) => {}
                Err(error) => {
                    // Not a tag after all (a `<` in prose): go on behind it.
                    let next = error.max(before + 1).min(bytes.len());
                    restarts += 1;
                    let more = memchr::memchr(b'<', bytes.get(next..).unwrap_or_default());
                    if more.is_none() || restarts > limits::XML_RESTARTS {
                        out.end = bytes.len();
                        break 'restart;
                    }
                    base = next;
                    continue 'restart;
                }
            }
        }
    }
    let end = out.end;
    while let Some(element) = open.pop() {
        close(&mut out, element, end, false);
    }
    out
}

/// Whether a name of an element begins as one does.
fn is_name(name: &[u8]) -> bool {
    // Amazon S3 writes `expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request"` into a message; shown by a
    // program its brackets are no longer escaped.
    name != b"YOUR-AKID"
        && name
            .first()
            .is_some_and(|b| b.is_ascii_alphabetic() || matches!(b, b'_' | b':') || !b.is_ascii())
}

fn close(out: &mut Outline, element: Open, end: usize, closed: bool) {
    if element.parent {
        return;
    }
    let (content, verbatim) = match element.cdata {
        Some(range) => (range, true),
        None => (element.content..end.max(element.content), false),
    };
    out.leaves.push(Leaf {
        name: element.name,
        content,
        closed,
        verbatim,
    });
}
