//! What a verifier quotes of an Authorization header that somebody hid, or left out of a paste.
//!
//! Owns putting it back into the request that the answer is about, and saying so. The verifier's canonical request repeats
//! SignedHeaders, its string to sign the scope, and its answer the key id and the signature: all four as they were sent to
//! it (IAM User Guide, Create a signed AWS API request, steps 1 to 4; Amazon S3 API Reference, error responses). Must not
//! know how anything is signed.

use std::ops::Range;

use super::marks::{is_filler, is_mark};
use super::shape::vocabulary::{SIGNATURES, TIME};
use super::unescape::Unescaped;
use super::{Case, Cut, Evidence, Given, Header, Integrity, Side, SignedRequest};
use crate::engine::diagnose::Finding;
use crate::engine::document::{Documents, Peel, Span};

/// The name of the header.
const NAME: &str = "authorization";
/// What its value begins with.
const ALGORITHM: &[u8] = b"AWS4-HMAC-SHA256";
/// Its parameters, in their order.
const PARAMETERS: [&[u8]; 3] = [b"Credential=", b"SignedHeaders=", b"Signature="];
/// The longest header that is looked at, in bytes, and the most requests and answers.
const LONGEST: usize = 8 << 10;
const MOST: usize = 64;

/// What of a header is hidden.
enum Hidden {
    /// There is none.
    LeftOut,
    /// These parts of the value of the header at that place; a part that is not hidden stands where it says.
    In(usize, [Option<Range<usize>>; 3]),
}

/// What a verifier quotes: key id, scope, SignedHeaders, signature.
struct Quote {
    key_id: Option<Span>,
    scope: Vec<u8>,
    signed_headers: Vec<u8>,
    signature: Option<Span>,
}

/// Puts into the requests of `case` what a verifier quotes of the headers that are hidden.
pub(super) fn put_back(case: &mut Case) {
    if case.requests.len() > MOST || case.evidence.len() > MOST {
        return;
    }
    for place in 0..case.requests.len() {
        let filled = case.requests.get(place).and_then(|request| {
            let hidden = hidden(&case.docs, request)?;
            let quote = quote(case, request)?;
            let text = value(&case.docs, request, &hidden, &quote)?;
            Some((hidden, text))
        });
        if let Some((hidden, text)) = filled {
            fill(case, place, &hidden, &text);
        }
    }
}

/// Puts `text` in the place of the header of the request at `place`.
fn fill(case: &mut Case, place: usize, hidden: &Hidden, text: &[u8]) {
    let Some(request) = case.requests.get(place) else {
        return;
    };
    let (parent, how) = match hidden {
        Hidden::LeftOut => (request.target.whole, "is not in this paste"),
        Hidden::In(at, ..) => match request.headers.get(*at) {
            Some(header) => (header.value, "is hidden in this paste"),
            None => return,
        },
    };
    let mut out = Unescaped::default();
    out.decode(text, 0, parent.len());
    let doc = case
        .docs
        .peel(parent, Peel::Quoted, out.bytes.into(), out.map);
    let new = case.docs.whole(doc);
    let given = case.docs.to_given(parent);
    if let Some(request) = case.requests.get_mut(place) {
        match hidden {
            Hidden::LeftOut => request.headers.push(Header {
                name: Given::Implied(NAME),
                value: new,
                line: request.target.whole,
            }),
            Hidden::In(at, ..) => {
                if let Some(header) = request.headers.get_mut(*at) {
                    header.value = new;
                }
            }
        }
    }
    case.find(
        Finding::note(
            "authorization-quoted",
            format!(
                "The Authorization header, or a part of it, {how}. What the server repeats of it stands in its place here: SignedHeaders and \
                 scope of its strings, and the key id and the signature that it names."
            ),
            "Request and answer were held to belong together by their signing time. Paste the header itself, if there \
             were several requests in that second.",
        )
        .at(given, "quoted by the server"),
    );
}

/// What is hidden of the Authorization header of `request`; none where it is there, or another one.
fn hidden(docs: &Documents, request: &SignedRequest) -> Option<Hidden> {
    let query = request.target.query.map_or(&b""[..], |q| docs.bytes(q));
    let signs = |name: &[u8]| {
        SIGNATURES
            .iter()
            .any(|known| known.as_bytes().eq_ignore_ascii_case(name))
    };
    let presigned = query
        .split(|b| *b == b'&')
        .any(|pair| signs(pair.split(|b| *b == b'=').next().unwrap_or_default()));
    if presigned || request.is_fragment() {
        return None;
    }
    let headers = request.headers.iter().enumerate();
    let mut own = headers.filter(|(_, header)| is_named(docs, header, NAME));
    let Some((at, header)) = own.next() else {
        return Some(Hidden::LeftOut);
    };
    if own.next().is_some() || header.value.len() > LONGEST {
        return None;
    }
    let value = docs.bytes(header.value);
    let text = value.trim_ascii();
    if is_mark(text) {
        return Some(Hidden::In(at, [None, None, None]));
    }
    let rest = text.strip_prefix(ALGORITHM)?;
    if is_hidden(rest) {
        return Some(Hidden::In(at, [None, None, None]));
    }
    let mut any = false;
    let parts = PARAMETERS.map(|name| {
        let start = memchr::memmem::find(value, name)? + name.len();
        let rest = value.get(start..).unwrap_or_default();
        let len = rest.iter().position(|b| *b == b',').unwrap_or(rest.len());
        let part = rest.get(..len).unwrap_or_default();
        let own = part.len() - part.trim_ascii_start().len();
        let stated = part.trim_ascii();
        // Of a credential the key id alone may be hidden.
        let id = stated.split(|b| *b == b'/').next().unwrap_or_default();
        if is_hidden(stated) || is_hidden(id) {
            any = true;
            return None;
        }
        Some(start + own..start + own + stated.len())
    });
    any.then_some(Hidden::In(at, parts))
}

/// Whether a part of the header is nothing but a mark.
fn is_hidden(text: &[u8]) -> bool {
    let text = text.trim_ascii();
    !text.is_empty() && (is_mark(text) || is_filler(text))
}

fn is_named(docs: &Documents, header: &Header, name: &str) -> bool {
    match header.name {
        Given::Stated(span) => docs
            .bytes(span)
            .trim_ascii()
            .eq_ignore_ascii_case(name.as_bytes()),
        Given::Implied(own) => own == name,
    }
}

/// The signing time that `request` states.
fn time<'d>(docs: &'d Documents, request: &SignedRequest) -> Option<&'d [u8]> {
    let header = request.headers.iter().find(|h| is_named(docs, h, TIME))?;
    Some(docs.bytes(header.value).trim_ascii())
}

/// What the one answer to `request` quotes of its header: the one whose strings are as they were printed, and were signed
/// at the time that this request states and no other.
fn quote(case: &Case, request: &SignedRequest) -> Option<Quote> {
    let docs = &case.docs;
    let signed = time(docs, request)?;
    let all = case.requests.iter();
    if all.filter(|one| time(docs, one) == Some(signed)).count() != 1 {
        return None;
    }
    let is_of_it = |evidence: &&Evidence| {
        let at = evidence.signing_time(docs).map(|span| docs.bytes(span));
        let proved = matches!(
            evidence.integrity,
            Integrity::Verified | Integrity::Repaired
        );
        evidence.side == Some(Side::Server) && proved && at == Some(signed)
    };
    let mut answers = case.evidence.iter().filter(is_of_it);
    let answer = answers.next().filter(|_| answers.next().is_none())?;
    let canonical = answer.canonical_request.as_ref()?.bytes(docs);
    let to_sign = answer.string_to_sign.as_ref()?.bytes(docs);
    let scope = to_sign.split(|b| *b == b'\n').nth(2)?;
    let signed_headers = canonical.rsplit(|b| *b == b'\n').nth(1)?;
    let is_plain =
        |text: &[u8]| !text.is_empty() && text.iter().all(|b| b.is_ascii_graphic() && *b != b',');
    // Whoever left out a header that was signed may have left out more than this one.
    let all_here = || {
        let names = signed_headers.split(|b| *b == b';').take(MOST);
        let names = names.map(String::from_utf8_lossy);
        let mut absent =
            names.filter(|name| !request.headers.iter().any(|h| is_named(docs, h, name)));
        absent.next().is_none()
    };
    (is_plain(scope) && is_plain(signed_headers) && all_here()).then(|| Quote {
        key_id: answer.key_id().filter(|id| is_plain(docs.bytes(*id))),
        scope: scope.to_vec(),
        signed_headers: signed_headers.to_vec(),
        signature: answer
            .signature
            .as_ref()
            .filter(|signature| signature.cut == Cut::Whole)
            .and_then(super::Pattern::as_exact)
            .filter(|span| docs.bytes(*span).iter().all(u8::is_ascii_hexdigit)),
    })
}

/// The value of the header, from what is not hidden of it and what is quoted; none where there is none and the server
/// names no key id or no signature.
fn value(
    docs: &Documents,
    request: &SignedRequest,
    hidden: &Hidden,
    quote: &Quote,
) -> Option<Vec<u8>> {
    let own = |part: usize| -> Option<&[u8]> {
        match hidden {
            Hidden::LeftOut => None,
            Hidden::In(at, parts) => {
                let header = request.headers.get(*at)?;
                let range = parts.get(part)?.clone()?;
                docs.bytes(header.value).get(range)
            }
        }
    };
    let quoted = [
        quote.key_id.map(|id| {
            let id = docs.bytes(id);
            [id, b"/", &quote.scope].concat()
        }),
        Some(quote.signed_headers.clone()),
        quote.signature.map(|span| docs.bytes(span).to_vec()),
    ];
    // A mark over what nobody quotes goes on to stand there.
    let marked = |place: usize| match (hidden, place) {
        (Hidden::LeftOut, _) => None,
        (Hidden::In(..), 0) => Some([b"***/", &*quote.scope].concat()),
        (Hidden::In(..), _) => Some(b"***".to_vec()),
    };
    let mut out = ALGORITHM.to_vec();
    for (place, (name, quoted)) in PARAMETERS.iter().zip(quoted).enumerate() {
        let part = match (own(place), quoted) {
            (Some(own), _) => own.to_vec(),
            (None, quoted) => quoted.or_else(|| marked(place))?,
        };
        out.extend_from_slice(if place == 0 { b" " } else { b", " });
        out.extend_from_slice(name);
        out.extend(part);
    }
    Some(out)
}
