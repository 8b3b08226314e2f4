//! The error of an HTTP client that names a URL and the status of its answer, and of the request nothing else: httpx,
//! requests and aiohttp of Python, Java's `HttpURLConnection` and Feign, Guzzle of PHP, and the clients of Elasticsearch and
//! OpenSearch for Java and JavaScript.
//!
//! Owns the words in which they do so. The server's own words stand behind them, and are read as any others. A URL that
//! carries a signature is a request, and read as one.

use std::ops::Range;

use super::beside;
use super::presigned_url::is_presigned;
use super::trace::REQUEST_LINES_MISSING;
use crate::engine::diagnose::Finding;
use crate::engine::document::visible;
use crate::engine::intake::Unread;
use crate::engine::intake::reader::{Reader, Response};
use crate::engine::intake::recogniser::{Hit, Recogniser, Start};
use crate::engine::intake::scan::Scan;
use crate::engine::intake::target;
use crate::engine::intake::text::Text;

/// Recognises such errors.
pub(in crate::engine::intake) struct ClientError;

/// The id of the remark.
pub(super) const ID: &str = "request-only-named";
/// That of another about its query.
const ALONE: &str = "query-name-alone";

/// `Client error '403 Forbidden' for url 'https://…'` (httpx), `403 Client Error: Forbidden for url: https://…`
/// (requests), `403, message='Forbidden', url=URL('https://…')` (aiohttp), `HTTP Request: GET https://… "HTTP/1.1 403
/// Forbidden"` (httpx's log), `Server returned HTTP response code: 403 for URL: https://…` (Java), `[403 Forbidden]
/// during [GET] to [https://…]` (Feign), `` `GET https://…` resulted in a `403 Forbidden` response `` (Guzzle).
const ANCHORS: [&str; 11] = [
    "' for url '",
    " for url: ",
    ", url=URL('",
    "HTTP Request: ",
    "HTTP response code: ",
    "] during [",
    "` resulted in a `",
    DISPLAY,
    STATUS_LINE,
    CONSOLE.0,
    CONSOLE.1,
];
/// `xhr.js:81 PUT https://… 403 (Forbidden)` (the console of Chrome; the lines whose URL carries a signature are read as
/// requests).
const CONSOLE: (&str, &str) = (" 403 (Forbidden)", " 400 (Bad Request)");
/// `status: 403, displayName: 'AuthorizationException', … path: '/_bulk'` (elasticsearch-js before version 8).
const DISPLAY: &str = "displayName: '";

/// `method [GET], host [https://h:443], URI [/_search], status line [HTTP/1.1 403 Forbidden]` (the low-level REST clients for
/// Java; people leave the front out).
const STATUS_LINE: &str = "], status line [HTTP/";

/// Quotes as pages write them.
const QUOTES: [&[u8]; 4] = [b"&quot;", b"&#34;", b"&#39;", b"&apos;"];

/// How far around its words the parts of such an error may stand, in bytes.
const FRONT: usize = 320;
const BEHIND: usize = 8 << 10;
/// How many URLs of its line are looked at.
const URLS: usize = 4;
/// How much of a URL is told.
const TOLD: usize = 200;

/// Takes the remarks back where the request itself, or what was signed of it, stands in the input after all.
pub(in crate::engine::intake) fn settle(reader: &mut Reader<'_>) {
    let case = &mut *reader.case;
    let mut strings = case.evidence.iter();
    let strings = strings.any(|e| e.canonical_request.is_some() || e.string_to_sign.is_some());
    if strings || !case.requests.is_empty() {
        case.findings
            .retain(|finding| ![ID, ALONE].contains(&finding.id));
    }
    if !case.pieces.is_empty() {
        case.findings
            .retain(|finding| finding.id != REQUEST_LINES_MISSING);
    }
}

impl Recogniser for ClientError {
    fn anchors(&self) -> &'static [&'static str] {
        &ANCHORS
    }

    fn once_a_line(&self) -> bool {
        true
    }

    fn ending_bodies(&self) -> usize {
        0
    }

    fn start(&self, _: &Text, hit: Hit, from: usize) -> Option<Start> {
        Start::within(hit, from)
    }

    fn read(&self, reader: &mut Reader<'_>, pass: &mut Scan<'_>, start: Start) -> Option<usize> {
        let text = pass.text;
        let is = |anchor: &str| text.get(start.at..start.at + anchor.len()) == anchor.as_bytes();
        let in_brackets = is(STATUS_LINE);
        let in_console = is(CONSOLE.0) || is(CONSOLE.1);
        let told = if is(DISPLAY) {
            by_members(text, start.at)
        } else if in_brackets {
            by_brackets(text, start.at)
        } else if in_console {
            on_console(text, start.at)
        } else {
            on_line(text, start.at)
        };
        let (status, place, url) = told?;
        let code: u16 = std::str::from_utf8(text.get(status.clone()))
            .ok()?
            .parse()
            .ok()?;
        if is_presigned(text.get(url.clone())) {
            return None;
        }
        let given = |range: Range<usize>| reader.case.docs.to_given(text.span(range));
        let method = if in_brackets {
            bracketed(text, place.clone(), "method [")
        } else {
            beside::method_of(text, &url)
        };
        let host = bracketed(text, place.clone(), "host [").filter(|_| in_brackets);
        let host = host.map_or(String::new(), |host| visible::to_string(text.get(host)));
        let alone = name_alone(text, &url);
        let more = if is(DISPLAY) {
            members_behind(text, url.end)
        } else {
            String::new()
        };
        let method = method.map(|method| visible::to_string(text.get(method)));
        let span = given(place.clone());
        let at = given(url.clone());
        let url = text.get(url.start..url.end.min(url.start + TOLD));
        let finding = Finding::note(
            ID,
            format!(
                "Of this request no more is told than {}{host}{},{more} and that it was answered with {code}.",
                method.as_ref().map_or("its address, ".to_owned(), |method| {
                    format!("its method and address, {method} ")
                }),
                visible::to_string(url)
            ),
            if in_console {
                "The console shows no more of a request than this. Open Network in the developer tools and choose the \
                 request: its Response names the cause, and its Headers are what was sent. Paste both."
                    .to_owned()
            } else {
                format!(
                    "Its {}headers and its Authorization are not here: paste the request as it was sent.",
                    if method.is_some() { "" } else { "method, its " }
                )
            },
        )
        .at(at, "the request");
        reader.find(finding);
        if let Some((name, place)) = alone {
            let place = reader.case.docs.to_given(text.span(place));
            reader.find(
                Finding::note(
                    ALONE,
                    format!("In the query of this request {name} stands without =."),
                    format!(
                        "It is signed as {name}=, and all parameters in the order of their names: a signer that leaves the \
                         = out, or their order as it is, signs another query than the verifier."
                    ),
                )
                .at(place, "a name alone"),
            );
        }
        reader.add_response(Response {
            status: code,
            span,
            clock: None,
            compressed: false,
            expects_body: false,
            code: None,
            unread: Unread::Nothing,
        });
        Some(place.end)
    }
}

/// The status, the whole, and the URL of an error on one line.
fn on_line(text: &Text, at: usize) -> Option<(Range<usize>, Range<usize>, Range<usize>)> {
    let floor = text.line_start(at, at.saturating_sub(FRONT));
    let end = text.line(at).end.min(at + BEHIND);
    let line = text.get(floor..end);
    let stop =
        |b: &u8| b.is_ascii_whitespace() || matches!(b, b'"' | b'\'' | b'`' | b'<' | b'>' | b']');
    let mut urls = memchr::memmem::find_iter(line, b"://")
        .take(URLS)
        .filter_map(|colon| {
            let url = colon - target::scheme_before(line.get(..colon)?)?;
            let rest = line.get(url..)?;
            let len = rest.iter().position(stop).unwrap_or(rest.len());
            // A quote of a page is none of a URL's letters.
            let quote = QUOTES
                .iter()
                .filter_map(|quote| memchr::memmem::find(rest.get(..len)?, quote));
            Some(floor + url..floor + url + quote.min().unwrap_or(len))
        });
    let first = urls.next()?;
    // Guzzle's stands behind the words of the SDK, with its method.
    let with_method = |url: &Range<usize>| {
        text.get(url.clone()) == text.get(first.clone()) && beside::method_of(text, url).is_some()
    };
    let url = urls.find(with_method).filter(|_| !with_method(&first));
    let url = url.unwrap_or(first);
    let status = status(text, floor..url.start).or_else(|| status(text, url.end..end))?;
    let first = status.start.min(url.start).min(at);
    let last = status.end.max(url.end);
    Some((status, first..last, url))
}

/// The same of a line of a browser's console: method, URL and status, one behind the other, and between the last two at
/// most the error of the network.
fn on_console(text: &Text, at: usize) -> Option<(Range<usize>, Range<usize>, Range<usize>)> {
    let floor = text.line_start(at, at.saturating_sub(BEHIND));
    let front = text.get(floor..at);
    let last = |front: &[u8]| memchr::memrchr(b' ', front).map_or(0, |blank| blank + 1);
    let mut end = front.len();
    let mut url = last(front);
    if front.get(url..)?.starts_with(b"net::ERR_") {
        end = url.checked_sub(1)?;
        url = last(front.get(..end)?);
    }
    target::absolute(front.get(url..end)?)?;
    let url = floor + url..floor + end;
    let method = beside::method_of(text, &url)?;
    let status = at + 1..at + 4;
    (method.end + 1 == url.start).then(|| (status, method.start..at + 4, url))
}

/// A number of three digits that is the status of a refusal.
fn status(text: &Text, range: Range<usize>) -> Option<Range<usize>> {
    let bytes = text.get(range.clone());
    let is_part = |b: Option<&u8>| b.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'.');
    (0..bytes.len().saturating_sub(2)).find_map(|at| {
        let digits = bytes.get(at..at + 3)?;
        let own = matches!(digits.first(), Some(b'4' | b'5'))
            && digits.iter().all(u8::is_ascii_digit)
            && !is_part(at.checked_sub(1).and_then(|at| bytes.get(at)))
            && !is_part(bytes.get(at + 3));
        own.then_some(range.start + at..range.start + at + 3)
    })
}

/// The same of an error whose members stand on lines of their own.
fn by_members(text: &Text, at: usize) -> Option<(Range<usize>, Range<usize>, Range<usize>)> {
    const STATUS: &[u8] = b"status: ";
    const PATH: &[u8] = b"path: '";
    let floor = at.saturating_sub(FRONT);
    let before = floor + memchr::memmem::rfind(text.get(floor..at), STATUS)?;
    let status = status(text, before..before + STATUS.len() + 4)?;
    let behind = text.get(at..at + FRONT);
    let path = at + memchr::memmem::find(behind, PATH)? + PATH.len();
    let rest = text.get(path..path + BEHIND);
    let len = rest.iter().position(|b| matches!(b, b'\'' | b'\n'))?;
    Some((status.clone(), status.start..path + len, path..path + len))
}

/// What of the request stands on the lines behind its path: its query, its body.
fn members_behind(text: &Text, at: usize) -> String {
    const LONGEST: usize = 160;
    const LINES: usize = 4;
    let mut out = String::new();
    let mut line = text.line(text.line(at).next);
    for _ in 0..LINES {
        let own = text.trim(line.range());
        let bytes = text.get(own.start..own.end.min(own.start + LONGEST));
        if let Some(query) = bytes
            .strip_prefix(b"query: ")
            .filter(|_| own.len() <= LONGEST)
        {
            let query = query.strip_suffix(b",").unwrap_or(query);
            out += " its query, ";
            out += &visible::to_string(query);
            out += ",";
        } else if bytes.starts_with(b"body: '") {
            out += " its body,";
        }
        line = text.line(line.next.max(line.start + 1));
    }
    out
}

/// The same of an error whose parts stand in brackets.
fn by_brackets(text: &Text, at: usize) -> Option<(Range<usize>, Range<usize>, Range<usize>)> {
    const TARGET: &[u8] = b"URI [";
    let floor = text.line_start(at, at.saturating_sub(BEHIND));
    let front = text.get(floor..at);
    let target = floor + memchr::memmem::rfind(front, TARGET)? + TARGET.len();
    let end = text.line(at).end.min(at + STATUS_LINE.len() + 64);
    let status = status(text, at + STATUS_LINE.len()..end)?;
    let method = memchr::memmem::rfind(front, b"method [").map(|at| floor + at);
    let first = method.unwrap_or(target - TARGET.len());
    (first < target).then(|| (status.clone(), first..status.end, target..at))
}

/// What stands in brackets behind `name` in `place`.
fn bracketed(text: &Text, place: Range<usize>, name: &str) -> Option<Range<usize>> {
    let bytes = text.get(place.start..place.end.min(place.start + FRONT));
    let start = memchr::memmem::find(bytes, name.as_bytes())? + name.len();
    let len = memchr::memchr(b']', bytes.get(start..)?)?;
    Some(place.start + start..place.start + start + len)
}

/// The first parameter of a query that is a name alone.
fn name_alone(text: &Text, url: &Range<usize>) -> Option<(String, Range<usize>)> {
    const LONGEST: usize = 64;
    let bytes = text.get(url.clone());
    let mut at = memchr::memchr(b'?', bytes)? + 1;
    for parameter in bytes.get(at..)?.split(|b| *b == b'&') {
        let name = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.');
        if !parameter.is_empty() && parameter.len() <= LONGEST && parameter.iter().all(name) {
            let place = url.start + at..url.start + at + parameter.len();
            return Some((visible::to_string(parameter), place));
        }
        at += parameter.len() + 1;
    }
    None
}
