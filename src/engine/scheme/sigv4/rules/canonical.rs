//! What the canonical requests of others show by themselves: headers that had two values, paths that are not encoded or
//! hold empty segments, and payload hashes of nothing or of a text that everybody knows.
//!
//! Owns what can be said of one such text with nothing beside it. It must not compare it with anything: that is the
//! business of the comparison.

use std::ops::Range;

use super::facts::{Part, listed, shown};
use super::known::{self, Visible};
use super::table as t;
use crate::engine::diagnose::{Finding, Severity};
use crate::engine::document::Span;
use crate::engine::intake::{Atom, Cut, Evidence, Side, is_redacted};
use crate::engine::scheme::sigv4::dissect;
use crate::engine::scheme::{Extent, Field, FieldKey, FieldKind, Role, View};

/// The longest canonical request that is looked at, in bytes.
const LONGEST: usize = 64 << 10;

/// Headers that have one value by their definition, and one in which no comma stands.
const SINGLE: [&str; 8] = [
    "host",
    "content-type",
    "content-length",
    "content-md5",
    "x-amz-date",
    "x-amz-content-sha256",
    "x-amz-security-token",
    "x-amz-target",
];

/// A canonical request of somebody else, taken apart.
struct Canonical<'a> {
    evidence: &'a Evidence,
    span: Span,
    bytes: &'a [u8],
    fields: Vec<Field>,
    /// Whether its end is here.
    whole: bool,
}

impl Canonical<'_> {
    fn place(&self, range: &Range<usize>) -> Span {
        self.span.part(range.clone())
    }

    fn text(&self, range: &Range<usize>) -> &[u8] {
        self.bytes.get(range.clone()).unwrap_or_default()
    }

    fn of(&self, kind: FieldKind) -> impl Iterator<Item = &Field> {
        self.fields
            .iter()
            .filter(move |field| field.key.kind == kind)
    }

    fn header(&self, name: &str) -> Option<&Field> {
        self.of(FieldKind::HEADER)
            .find(|field| field.key.name.as_deref() == Some(name))
    }

    /// Whose it is, as the subject of a sentence about the text.
    fn owner(&self) -> &'static str {
        match self.evidence.side {
            Some(Side::Server) => "The server's canonical request",
            Some(Side::Client) => "The signer's canonical request",
            None => "The canonical request",
        }
    }

    /// Whether `range` reaches to where the text was cut.
    fn is_torn(&self, range: &Range<usize>) -> bool {
        !self.whole && range.end >= self.bytes.trim_ascii_end().len()
    }
}

/// Every remark on the canonical requests of a case.
pub(super) fn findings(view: &View<'_>, out: &mut Vec<Finding>) {
    for evidence in &view.case.evidence {
        let Some(canonical) = read(view, evidence) else {
            continue;
        };
        out.extend(two_values(&canonical));
        out.extend(payload_hash(&canonical));
        // Of a request that is here the rules for requests say the same.
        if view.request.is_none() {
            out.extend(raw_path(&canonical));
            out.extend(raw_query(&canonical));
            out.extend(default_port(&canonical));
            out.extend(double_slash(&canonical));
        }
    }
}

/// A path in which characters stand that a canonical one has encoded: all but letters, digits and `-._~/`. No verifier
/// makes such a one.
fn raw_path(canonical: &Canonical<'_>) -> Option<Finding> {
    if canonical.evidence.side == Some(Side::Server) {
        return None;
    }
    let field = canonical.of(FieldKind::PATH).next()?;
    let path = canonical.text(&field.range);
    // Of brackets and asterisks nobody knows whether they are marks of a redaction.
    if is_redacted(path) || !path.starts_with(b"/") {
        return None;
    }
    let mut raw: Vec<u8> = path
        .iter()
        .copied()
        .filter(|b| b"()!',:;@&=+$".contains(b))
        .collect();
    raw.sort_unstable();
    raw.dedup();
    let each = |spell: fn(u8) -> String| {
        let all: Vec<String> = raw.iter().map(|b| spell(*b)).collect();
        listed(&all)
    };
    (!raw.is_empty()).then(|| {
        t::CANONICAL_RAW_PATH
            .found(
                format!(
                    "{} has {} in its path as it stands.",
                    canonical.owner(),
                    each(|b| char::from(b).to_string())
                ),
                format!(
                    "A verifier writes {} there, as it encodes all but letters, digits and - . _ ~ /, and then the \
                     hashes differ: look which function encodes the path before it is signed.",
                    each(|b| format!("%{b:02X}"))
                ),
            )
            .at(canonical.place(&field.range), "not encoded")
            .about(FieldKey::of(FieldKind::PATH))
    })
}

/// A query in which characters stand that a canonical one has encoded: all but letters, digits and `-._~`, and the `=`
/// and `&` between. No verifier makes such a one.
fn raw_query(canonical: &Canonical<'_>) -> Option<Finding> {
    if canonical.evidence.side == Some(Side::Server) {
        return None;
    }
    let lines = canonical.bytes.split(|b| *b == b'\n');
    let query = lines.clone().nth(2)?;
    let start: usize = lines.take(2).map(|line| line.len() + 1).sum();
    let first = |b: &u8| b",:/@()!'$;[]+".contains(b);
    let at = query.iter().position(first)?;
    // Of brackets and asterisks nobody knows whether they are marks of a redaction; and a line with a colon in front
    // of every equals sign is a header.
    if is_redacted(query) || !query.get(..at)?.contains(&b'=') {
        return None;
    }
    let raw = *query.get(at)?;
    Some(
        t::CANONICAL_RAW_QUERY
            .found(
                format!("{} has “{}” in its query as it stands.", canonical.owner(), char::from(raw)),
                format!(
                    "A verifier writes %{raw:02X} there, as it encodes all but letters, digits and - . _ ~ in names and \
                     values, and then the hashes differ: look which function encodes the query before it is signed."
                ),
            )
            .at(canonical.place(&(start + at..start + at + 1)), "not encoded")
            .about(FieldKey::of(FieldKind::QUERY)),
    )
}

/// A host with the port that its scheme implies, which one side writes out and the other does not.
fn default_port(canonical: &Canonical<'_>) -> Option<Finding> {
    let field = canonical.header("host")?;
    let host = String::from_utf8_lossy(canonical.text(&field.range)).into_owned();
    let (name, port @ ("443" | "80")) = host.rsplit_once(':')? else {
        return None;
    };
    let (name, host) = (shown(name), shown(&host));
    let help = match canonical.evidence.side {
        Some(Side::Server) => format!(
            "So it came in the Host header. Most clients leave port {port} out of what they sign, and then the two differ: \
             either sign {host}, or have the client, or the proxy that writes the port out, send {name}."
        ),
        Some(Side::Client) | None => format!(
            "Most clients leave port {port} out of the Host header that they send, and then the server computes with \
             {name}: sign and send the same."
        ),
    };
    Some(
        t::CANONICAL_PORT
            .found(
                format!(
                    "{} has the host {host}, with the default port.",
                    canonical.owner()
                ),
                help,
            )
            .at(canonical.place(&field.range), "holds the port")
            .about(FieldKey::named(FieldKind::HEADER, "host", 0)),
    )
}

/// That the canonical request beside headers without their request line is not of the headers that are signed in them.
pub(super) fn of_other_headers(view: &View<'_>, signed: &[Part]) -> Option<Finding> {
    let lower = |text: &str| text.trim().to_ascii_lowercase();
    let own: Vec<String> = signed.iter().map(|part| lower(&part.text)).collect();
    let whole = view
        .case
        .evidence
        .iter()
        .filter_map(|evidence| read(view, evidence));
    let mut lists = whole.filter_map(|canonical| {
        let field = canonical.of(FieldKind::SIGNED_HEADERS).next()?.clone();
        let text = String::from_utf8_lossy(canonical.text(&field.range)).into_owned();
        let there: Vec<String> = text.split(';').map(lower).collect();
        let is_list = !canonical.is_torn(&field.range) && there.iter().any(|name| name == "host");
        is_list.then_some((canonical.place(&field.range), there))
    });
    // Where several stand in a paste, another may be of other tries.
    let (place, there) = lists.next().filter(|_| lists.next().is_none())?;
    let lacking: Vec<String> = own
        .iter()
        .filter(|name| !there.contains(name))
        .cloned()
        .collect();
    let more: Vec<String> = there
        .iter()
        .filter(|name| !own.contains(name))
        .cloned()
        .collect();
    if own.is_empty() || lacking.is_empty() && more.is_empty() {
        return None;
    }
    let mut says = Vec::new();
    if !lacking.is_empty() {
        says.push(format!(
            "has no {}, which the Authorization header names as signed",
            listed(&lacking)
        ));
    }
    if !more.is_empty() {
        says.push(format!(
            "has {}, which the Authorization header does not name",
            listed(&more)
        ));
    }
    let list = signed.first()?.span;
    Some(
        t::CANONICAL_OTHER
            .found(
                format!("The canonical request {}.", says.join(", and ")),
                "So it is not what the signature in that header was made of: it is of another try, or it is what a server \
                 computed that takes other headers than SignedHeaders names. A verifier takes exactly those.",
            )
            .at(place, "of these headers")
            .at(list, "signed")
            .about(FieldKey::of(FieldKind::SIGNED_HEADERS)),
    )
}

/// A path with `//` in it.
fn double_slash(canonical: &Canonical<'_>) -> Option<Finding> {
    let field = canonical.of(FieldKind::PATH).next()?;
    let path = canonical.text(&field.range);
    memchr::memmem::find(path, b"//")?;
    Some(
        t::CANONICAL_DOUBLE_SLASH
            .found(
                format!(
                    "{} has // in its path: {}.",
                    canonical.owner(),
                    shown(&String::from_utf8_lossy(path))
                ),
                "For S3 an empty segment is a part of the key, and all other services fold it before they sign. A client or \
                 a proxy that treats it otherwise signs, or sends, another path: look for a slash at the end of the one \
                 part that the path is made of and at the front of the next.",
            )
            .at(canonical.place(&field.range), "holds //")
            .about(FieldKey::of(FieldKind::PATH)),
    )
}

fn read<'a>(view: &'a View<'_>, evidence: &'a Evidence) -> Option<Canonical<'a>> {
    let pattern = evidence.canonical_request.as_ref()?;
    let span = pattern.span()?;
    let bytes = view.case.docs.bytes(span);
    // Of parts that do not lie side by side no range of the text is one of the paste.
    let joined: usize = pattern
        .atoms
        .iter()
        .map(|atom| match atom {
            Atom::Exact(span) | Atom::Wild { mark: span, .. } => span.len(),
        })
        .sum();
    if bytes.len() > LONGEST || joined != bytes.len() {
        return None;
    }
    let extent = match pattern.as_exact() {
        Some(_) => Extent::Whole,
        None => Extent::Partial,
    };
    Some(Canonical {
        evidence,
        span,
        bytes,
        fields: dissect::dissect(Role::CanonicalRequest, bytes, extent),
        whole: pattern.cut == Cut::Whole,
    })
}

/// Headers that can have one value only, and have two: a verifier joins the values of a header that came twice with a
/// comma.
fn two_values(canonical: &Canonical<'_>) -> Option<Finding> {
    let twice: Vec<&Field> = canonical
        .of(FieldKind::HEADER)
        .filter(|field| {
            let name = field.key.name.as_deref().unwrap_or_default();
            has_two_values(name, canonical.text(&field.range))
        })
        .collect();
    let names: Vec<&str> = twice
        .iter()
        .filter_map(|field| field.key.name.as_deref())
        .collect();
    let first = twice.first()?;
    let each = if names.len() == 1 { "" } else { " each" };
    let mut finding = t::CANONICAL_TWO_VALUES
        .found(
            format!(
                "{} has two values{each} for {}, which can have but one: “{}”.",
                canonical.owner(),
                listed(&names),
                shown(&String::from_utf8_lossy(canonical.text(&first.range)))
            ),
            TWO_VALUES_HELP,
        )
        .about(FieldKey::named(
            FieldKind::HEADER,
            names.first().copied().unwrap_or_default(),
            0,
        ));
    for field in twice {
        finding = finding.at(canonical.place(&field.range), "two values");
    }
    Some(finding)
}

/// What to do about a header that has two values.
pub(super) const TWO_VALUES_HELP: &str = "A verifier joins the values of a header that comes twice with a comma. That \
    happens where code sets a header that its HTTP library or its signer sends as well: send each once, and sign it so.";

/// Whether this is the value of a header that can have but one, and holds two: parted by a comma, none of them empty.
pub(super) fn has_two_values(name: &str, value: &[u8]) -> bool {
    if !SINGLE.contains(&name) || is_redacted(value) {
        return false;
    }
    // A parameter of a media type may be quoted, and hold anything.
    let quoted = value.contains(&b'"');
    let mut parts = value.split(|b| *b == b',').map(<[u8]>::trim_ascii);
    !quoted && value.contains(&b',') && parts.all(|part| !part.is_empty() && is_one(name, part))
}

/// Whether `part` is a value of its own, and not a piece of one.
fn is_one(name: &str, part: &[u8]) -> bool {
    match name {
        "content-type" => part.contains(&b'/'),
        _ => !part.contains(&b' '),
    }
}

/// A payload hash that is known: of nothing beside a length, or of a text that a program makes of nothing.
fn payload_hash(canonical: &Canonical<'_>) -> Option<Finding> {
    let field = canonical
        .of(FieldKind::PAYLOAD_HASH)
        .find(|field| !field.range.is_empty())
        .or_else(|| canonical.header("x-amz-content-sha256"))?;
    let text = String::from_utf8_lossy(canonical.text(&field.range)).into_owned();
    let place = canonical.place(&field.range);
    let seen = if canonical.is_torn(&field.range) {
        Visible::front(&text)
    } else {
        Visible::of(&text)
    };
    let method = canonical.of(FieldKind::METHOD).next();
    let method = method.map(|field| String::from_utf8_lossy(canonical.text(&field.range)));
    let method = method.as_deref().unwrap_or_default();
    let length = canonical
        .header("content-length")
        .filter(|field| !canonical.is_torn(&field.range));
    if let Some(length) = length
        && seen.is_nothing()
    {
        let stated = String::from_utf8_lossy(canonical.text(&length.range)).into_owned();
        let stated = stated.trim().parse::<u64>().ok().filter(|len| *len > 0)?;
        return Some(
            t::PAYLOAD_OF_NOTHING
                .at_most(
                    Severity::Warning,
                    format!(
                        "{} has the payload hash of an empty body, and a content-length of {stated}.",
                        canonical.owner()
                    ),
                    known::NOTHING_HELP,
                )
                .at(place, "the hash of nothing")
                .at(canonical.place(&length.range), "the length of something")
                .about(FieldKey::of(FieldKind::PAYLOAD_HASH)),
        );
    }
    known::known_text(method, &seen).map(|finding| {
        finding
            .at(place, "this hash")
            .about(FieldKey::of(FieldKind::PAYLOAD_HASH))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_values_are_told_from_one_with_a_comma() {
        for (name, value) in [
            ("host", "a.example, a.example"),
            ("host", "a.example,b.example:9000"),
            ("content-type", "text/plain, text/plain"),
            (
                "content-type",
                "application/json;charset=UTF-8,application/json",
            ),
            ("x-amz-date", "20150830T123600Z,20150830T123600Z"),
            ("content-length", "4, 4"),
        ] {
            assert!(has_two_values(name, value.as_bytes()), "{name}: {value}");
        }
        for (name, value) in [
            ("host", "a.example"),
            ("host", "a.example,"),
            ("content-type", "text/plain; profile=a,b"),
            ("content-type", "multipart/form-data; boundary=\"a/b, c/d\""),
            ("content-type", ""),
            ("accept-encoding", "gzip, gzip"),
            ("x-forwarded-for", "10.0.0.1, 10.0.0.1"),
            ("date", "Sun, 30 Aug 2015 12:36:00 GMT"),
            ("x-amz-meta-tags", "a, a"),
        ] {
            assert!(!has_two_values(name, value.as_bytes()), "{name}: {value}");
        }
    }
}
