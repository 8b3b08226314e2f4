//! What a browser's console says of a request that failed: its line with the status, and the messages about CORS,
//! which hide the server's answer.
//!
//! Owns those texts (of Chrome, Firefox, Safari and older ones of Microsoft). The URL inside them is read as any other. Must not know what a
//! URL's parameters mean.

use super::PresignedUrl;
use crate::engine::diagnose::{Finding, Label};
use crate::engine::intake::reader::Reader;
use crate::engine::intake::recogniser::{Hit, Recogniser, Start};
use crate::engine::intake::scan::Scan;
use crate::engine::intake::text::{Text, is_token};
use crate::engine::intake::{Answer, Evidence, Given, Integrity, Shape, Side};

/// The shape's name.
pub(in crate::engine::intake) const SHAPE: Shape = Shape("browser-console");
/// The id of the finding about CORS.
pub(in crate::engine) const HIDDEN: &str = "browser-hides-answer";

/// How the line of a failed request begins.
const REQUESTS: [&str; 5] = [
    "GET http",
    "PUT http",
    "POST http",
    "HEAD http",
    "DELETE http",
];
/// Words of the messages about CORS, and what browser writes them.
const MESSAGES: [&str; 16] = [
    // Chrome
    "has been blocked by CORS policy",
    // Chrome, where the line is quoted without its front, and before version 67
    "doesn't pass access control check",
    "No 'Access-Control-Allow-Origin' header is present on the requested resource",
    " is not allowed by Access-Control-Allow-Methods",
    " is not allowed by Access-Control-Allow-Headers",
    // Chrome before version 79
    "Response for preflight has invalid HTTP status code",
    "Response for preflight is invalid",
    "which is disallowed for cross-origin requests that require preflight",
    // Firefox
    "Cross-Origin Request Blocked: ",
    // Safari
    " is not allowed by Access-Control-Allow-Origin",
    " due to access control checks",
    "Preflight response is not successful",
    // Internet Explorer and Edge before version 79
    " not found in Access-Control-Allow-Origin header",
    " in the Access-Control-Allow-Origin response header for cross-origin",
    " was not present in the Access-Control-Allow-Headers list",
    " was not present in the Access-Control-Allow-Methods list",
];
/// Words of the messages about headers that a page may not set, and whether the name stands in quotes behind them.
const UNSAFE: [(&str, bool); 2] = [
    // Chrome, Safari
    ("Refused to set unsafe header ", true),
    // Firefox
    ("Attempt to set a forbidden header was denied: ", false),
];
/// The id of the finding about them. Its places are the names of the headers.
pub(in crate::engine) const REFUSED: &str = "browser-refused-header";
/// The longest line that is looked at, in bytes.
const LONGEST: usize = 64 << 10;

/// Recognises both.
pub(in crate::engine::intake) struct Console;

impl Recogniser for Console {
    fn anchors(&self) -> &'static [&'static str] {
        const ANCHORS: [&str; 23] = {
            let [a, b, c, d, e] = REQUESTS;
            let [f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u] = MESSAGES;
            let [(v, _), (w, _)] = UNSAFE;
            [
                a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w,
            ]
        };
        &ANCHORS
    }

    fn once_a_line(&self) -> bool {
        false
    }

    fn ending_bodies(&self) -> usize {
        0
    }

    fn start(&self, text: &Text, hit: Hit, from: usize) -> Option<Start> {
        let here = MESSAGES
            .iter()
            .any(|m| text.get(hit.at..hit.at + m.len()) == m.as_bytes())
            || not_set(text, hit.at).is_some();
        let line = hit.line;
        let failed = line.end - line.start <= LONGEST && failed(text, hit.at, line.end).is_some();
        let before = hit.at.checked_sub(1).and_then(|i| text.at(i));
        let word = before.is_none_or(|b| b.is_ascii_whitespace());
        (hit.at >= from && (here || failed && word)).then_some(Start {
            at: hit.at,
            boundary: false,
        })
    }

    fn read(&self, reader: &mut Reader<'_>, pass: &mut Scan<'_>, start: Start) -> Option<usize> {
        let text = pass.text;
        if let Some(name) = not_set(text, start.at) {
            let end = name.end;
            say_not_set(reader, text, name);
            return Some(end);
        }
        if let Some(words) = MESSAGES
            .iter()
            .find(|m| text.get(start.at..start.at + m.len()) == m.as_bytes())
        {
            blocked(reader, text, start.at, words.len());
            return Some(start.at + words.len());
        }
        let line = text.line(text.line_start(start.at, start.at.saturating_sub(LONGEST)));
        let failure = failed(text, start.at, line.end)?;
        let before = reader.case.requests.len();
        let url = Start {
            at: failure.url,
            boundary: false,
        };
        PresignedUrl.read(reader, pass, url)?;
        let method = text.span(start.at..failure.method);
        if let Some(request) = reader.case.requests.get_mut(before) {
            request.method = Given::Stated(method);
            request.shape = SHAPE;
        }
        if let Some((status, place)) = failure.status {
            let span = reader.case.docs.to_given(text.span(place));
            reader.add_evidence(Evidence {
                shape: SHAPE,
                side: Some(Side::Server),
                span,
                canonical_request: None,
                string_to_sign: None,
                signature: None,
                answer: Some(Answer {
                    status: Some(status),
                    ..Answer::default()
                }),
                integrity: Integrity::Unchecked,
                repairs: Vec::new(),
            });
        }
        Some(line.end)
    }
}

/// The name of the header that a message at `at` says was not set.
fn not_set(text: &Text, at: usize) -> Option<std::ops::Range<usize>> {
    const LONGEST: usize = 128;
    let (words, quoted) = UNSAFE
        .into_iter()
        .find(|(words, _)| text.get(at..at + words.len()) == words.as_bytes())?;
    let start = at + words.len() + usize::from(quoted);
    let rest = text.get(start..start + LONGEST);
    let len = rest.iter().take_while(|b| is_token(**b)).count();
    let opened = !quoted || matches!(text.at(start - 1), Some(b'"' | b'\''));
    (opened && len > 0).then_some(start..start + len)
}

/// Says that the browser did not set a header. All of them are one finding.
fn say_not_set(reader: &mut Reader<'_>, text: &Text, name: std::ops::Range<usize>) {
    const MOST: usize = 8;
    const LABEL: &str = "not set by the page";
    let place = reader.case.docs.to_given(text.span(name));
    let mut findings = reader.case.findings.iter_mut();
    let Some(known) = findings.find(|finding| finding.id == REFUSED) else {
        reader.find(
            Finding::note(
                REFUSED,
                "The browser refused to set headers that belong to it.",
                "A page can set neither Host nor Content-Length nor any other forbidden header: the browser sends its own. \
                 Leave them to it, and sign none of them but host.",
            )
            .at(place, LABEL),
        );
        return;
    };
    let told = known.labels.iter().any(|label| label.span == place);
    if !told && known.labels.len() < MOST {
        known.labels.push(Label {
            span: place,
            text: LABEL.to_owned(),
        });
    }
}

/// The line of a request that failed, as offsets of the text.
struct Failed {
    /// Where the method ends.
    method: usize,
    /// Where the URL begins.
    url: usize,
    status: Option<(u16, std::ops::Range<usize>)>,
}

/// Reads `PUT https://… 403 (Forbidden)` and `PUT https://… net::ERR_FAILED 403 (Forbidden)` from `at` up to `end`.
fn failed(text: &Text, at: usize, end: usize) -> Option<Failed> {
    let bytes = text.get(at..end);
    let method = memchr::memchr(b' ', bytes)?;
    let url = method + 1;
    let gap = url + memchr::memchr(b' ', bytes.get(url..)?)?;
    let rest = bytes.get(gap..)?;
    let words = rest.trim_ascii_start();
    let error = words.starts_with(b"net::ERR_");
    let skipped = if error {
        memchr::memchr(b' ', words).unwrap_or(words.len())
    } else {
        0
    };
    let number = words.get(skipped..)?.trim_ascii_start();
    let status = number
        .get(..3)
        .and_then(|digits| std::str::from_utf8(digits).ok()?.parse::<u16>().ok())
        .filter(|status| (100..600).contains(status) && number.get(3..5) == Some(b" ("));
    let place = at + bytes.len() - number.len();
    (error || status.is_some()).then(|| Failed {
        method: at + method,
        url: at + url,
        status: status.map(|status| (status, place..place + 3)),
    })
}

/// The method or header that the answer to a preflight does not allow, in words.
fn refused(line: &[u8]) -> Option<String> {
    const LONGEST: usize = 128;
    [
        (
            "ethod ",
            "method",
            " is not allowed by Access-Control-Allow-Methods",
        ),
        (
            "equest header field ",
            "header",
            " is not allowed by Access-Control-Allow-Headers",
        ),
        (
            "equest method ",
            "method",
            " was not present in the Access-Control-Allow-Methods list",
        ),
        (
            "equest header ",
            "header",
            " was not present in the Access-Control-Allow-Headers list",
        ),
    ]
    .into_iter()
    .find_map(|(before, what, behind)| {
        let end = memchr::memmem::find(line, behind.as_bytes())?;
        let front = line.get(end.saturating_sub(LONGEST)..end)?;
        let start = memchr::memmem::rfind(front, before.as_bytes())? + before.len();
        let name = front.get(start..)?;
        let token = !name.is_empty() && name.iter().all(|b| is_token(*b));
        token.then(|| format!("{what} {}", String::from_utf8_lossy(name)))
    })
}

/// Says what a message about CORS means.
fn blocked(reader: &mut Reader<'_>, text: &Text, at: usize, len: usize) {
    let line = text.line(text.line_start(at, at.saturating_sub(LONGEST)));
    let window = text.get(line.start..line.end.min(at + LONGEST));
    let refused = refused(window);
    // Only the answer to a preflight names methods and headers.
    let preflight = memchr::memmem::find(window, b"reflight").is_some() || refused.is_some();
    let message = match (preflight, refused) {
        (_, Some(refused)) => format!(
            "The browser says that the preflight, the OPTIONS request that it sends by itself before this one, allows no \
             {refused}."
        ),
        (true, None) => {
            "The browser says that the preflight failed: the OPTIONS request that it sends by itself before this one."
                .to_owned()
        }
        (false, None) => {
            "The browser says that CORS kept it from reading the answer, and shows nothing of it.".to_owned()
        }
    };
    let help = if preflight {
        "OPTIONS is never signed, so this says nothing of the signature: the CORS rules of the bucket must allow this \
         origin, this method and these headers. To see what the server says of the signature, open Network, copy the \
         failed request as cURL (not its preflight), run that with -i, and paste what it answers."
    } else {
        "Without CORS headers a browser hides the answer, a refusal of the signature too, and its network panel may show \
         nothing of it: open Network, copy the failed request as cURL, run that with -i, and paste what it answers. OPTIONS is never signed; \
         the CORS rules of the bucket must allow this origin, this method and these headers all the same."
    };
    let already = reader
        .case
        .findings
        .iter()
        .any(|finding| finding.id == HIDDEN && finding.message == message);
    if !already {
        let place = reader.case.docs.to_given(text.span(at..at + len));
        reader.find(Finding::warning(HIDDEN, message, help).at(place, "the browser's own words"));
    }
}
