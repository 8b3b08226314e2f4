//! Lines of an access log whose target carries no signature: the request was signed in its headers, which no such log
//! has.
//!
//! Owns what two lines tell by themselves: that a server redirected a request, and that the one behind it, which was
//! refused, has another path. Must not know what a signature is made of.

use std::ops::Range;

use super::Entry;
use super::line::quoted;
use crate::engine::diagnose::Finding;
use crate::engine::document::visible;
use crate::engine::intake::Unread;
use crate::engine::intake::reader::{Reader, Response};
use crate::engine::intake::shape::client_error::ID as ONLY_NAMED;
use crate::engine::intake::text::{Line, Text};

/// The id of the remark about a redirect.
const REDIRECTED: &str = "redirected-to-another-path";
/// The statuses by which a server sends a client elsewhere (RFC 9110 §15.4).
const ELSEWHERE: [u16; 4] = [301, 302, 307, 308];
/// Those by which a verifier refuses (RFC 9110 §15.5).
const REFUSED: [u16; 3] = [400, 401, 403];
/// How many lines behind a redirect the request that follows it is looked for: others may come between.
const LINES: usize = 4;
/// How many of one kind are told.
const MOST: usize = 3;
/// How much of a target is told, in bytes.
const TOLD: usize = 200;

/// What a line tells of a request whose target carries no signature.
pub(super) struct Unsigned {
    entry: Entry,
    status: u16,
    /// The refused request behind a redirect.
    next: Option<Entry>,
    /// Where the last line ends that is read.
    end: usize,
}

/// Reads the line with the anchor at `at`; none where it is neither a redirect that a refused request follows nor refused
/// itself.
pub(super) fn read(text: &Text, at: usize, line: Line) -> Option<Unsigned> {
    // A client's own pool of connections logs what it sends in the same form.
    let by_client = memchr::memmem::find(text.get(line.start..at), b"connectionpool").is_some();
    let entry = in_quotes(text, at, line).filter(|_| !by_client)?;
    let (status, _) = entry.status.clone()?;
    if REFUSED.contains(&status) {
        return Some(Unsigned {
            entry,
            status,
            next: None,
            end: line.end,
        });
    }
    if !ELSEWHERE.contains(&status) {
        return None;
    }
    let (next, end) = follower(text, &entry, line.next)?;
    Some(Unsigned {
        entry,
        status,
        next: Some(next),
        end,
    })
}

/// The label of a status by which a request was refused.
const REFUSAL: &str = "refused";

/// Whether a remark is one of those that are made here.
fn is_own(finding: &Finding) -> bool {
    [ONLY_NAMED, REDIRECTED].contains(&finding.id)
        && finding.labels.iter().any(|label| label.text == REFUSAL)
}

/// Takes the refusal that such a line tells of for the answer, where nothing else was read: beside a request it may be
/// that of any other.
pub(in crate::engine::intake) fn settle(reader: &mut Reader<'_>) {
    if !reader.case.pieces.is_empty() {
        return;
    }
    let labels = reader.case.findings.iter().filter(|f| is_own(f));
    let mut labels = labels.flat_map(|finding| finding.labels.iter());
    let Some(span) = labels
        .find(|label| label.text == REFUSAL)
        .map(|label| label.span)
    else {
        return;
    };
    let word = std::str::from_utf8(reader.case.docs.bytes(span)).unwrap_or_default();
    let Ok(status) = word.parse() else {
        return;
    };
    reader.add_response(Response {
        status,
        span,
        clock: None,
        compressed: false,
        expects_body: false,
        code: None,
        unread: Unread::Nothing,
    });
    reader.flush();
}

/// Says what was read, and where it ends.
pub(super) fn tell(reader: &mut Reader<'_>, text: &Text, told: &Unsigned) -> Option<usize> {
    let Unsigned {
        entry,
        status,
        next,
        end,
    } = told;
    let given = |reader: &Reader<'_>, place: &Range<usize>| {
        reader.case.docs.to_given(text.span(place.clone()))
    };
    let shown = |entry: &Entry| {
        let target = entry.target.first().cloned().unwrap_or_default();
        let target = text.get(target.start..target.end.min(target.start + TOLD));
        visible::to_string(target)
    };
    let method = visible::to_string(text.get(entry.method.clone()));
    let place = given(reader, entry.target.first()?);
    reader.understand(text.span(entry.method.start..*end));
    let known = reader.case.findings.iter().filter(|f| is_own(f)).count();
    let finding = match next {
        Some(next) => {
            let (refused, at) = next.status.clone()?;
            Finding::warning(
                REDIRECTED,
                format!(
                    "{method} {} was answered with {status}, and {method} {} behind it with {refused}: the two have \
                     different paths, and a signature that was made for the one does not fit the other.",
                    shown(entry),
                    shown(next)
                ),
                "If the client sent the headers of the first again, as many do that follow a redirect by themselves, this \
                 is why it was refused. Let what answered with the redirect hand the request on as it came (in nginx a \
                 location without a slash at its end), or sign for the path that it wants.",
            )
            .at(place, "sent elsewhere")
            .at(given(reader, next.target.first()?), "the request behind it")
            .at(given(reader, &at), REFUSAL)
        }
        None if known >= MOST => return Some(*end),
        None => Finding::note(
            ONLY_NAMED,
            format!(
                "Of this request no more is told than its method and target, {method} {}, and that it was answered with \
                 {status}.",
                shown(entry)
            ),
            "Its headers and its Authorization are not here: paste the request as it was sent.",
        )
        .at(place, "the request")
        .at(given(reader, &entry.status.clone()?.1), REFUSAL),
    };
    reader.find(finding);
    Some(*end)
}

/// The refused request that follows the redirect of `entry`: the same but for a slash at the end of its path.
fn follower(text: &Text, entry: &Entry, from: usize) -> Option<(Entry, usize)> {
    let mut line = text.line(from);
    for _ in 0..LINES {
        if line.start >= text.len() {
            return None;
        }
        let bytes = text.get(line.range());
        let quotes = memchr::memchr_iter(b'"', bytes);
        let next = quotes
            .take(LINES)
            .find_map(|quote| in_quotes(text, line.start + quote, line));
        if let Some(next) = next.filter(|next| {
            next.status
                .as_ref()
                .is_some_and(|(s, _)| REFUSED.contains(s))
                && text.get(next.method.clone()) == text.get(entry.method.clone())
                && differs_in_slash(target(text, entry), target(text, next))
        }) {
            return Some((next, line.end));
        }
        line = text.line(line.next.max(line.start + 1));
    }
    None
}

/// The line whose quoted request line begins at `at`, where it has its version and a target that begins with a slash.
fn in_quotes(text: &Text, at: usize, line: Line) -> Option<Entry> {
    const VERSION: &[u8] = b" HTTP/";
    let entry = (text.at(at) == Some(b'"'))
        .then(|| quoted(text, at, line))
        .flatten()?;
    let end = entry.target.first()?.end;
    let versioned = text.get(end..end + VERSION.len()) == VERSION;
    let own = target(text, &entry).starts_with(b"/");
    (versioned && own && !entry.escaped).then_some(entry)
}

fn target<'t>(text: &'t Text, entry: &Entry) -> &'t [u8] {
    entry
        .target
        .first()
        .map_or(&[][..], |place| text.get(place.clone()))
}

/// Whether two targets have one query, and paths that differ in a slash at the end.
fn differs_in_slash(a: &[u8], b: &[u8]) -> bool {
    let split = |target: &[u8]| memchr::memchr(b'?', target).unwrap_or(target.len());
    let ((path, query), (other, behind)) = (a.split_at(split(a)), b.split_at(split(b)));
    query == behind
        && (other.strip_suffix(b"/") == Some(path) || path.strip_suffix(b"/") == Some(other))
}
