//! How host, path and query are spelled where signers and verifiers are known to read the same spelling in two ways.
//!
//! Owns remarks that say what the canonical form has in such a place, and no more: which of the two a signer took is
//! shown by its own strings or by a secret. None is made of a request whose signature fits.

use super::facts::{Facts, Form, MOST_BYTES, listed, shown};
use super::parse::Param;
use super::table as t;
use crate::engine::diagnose::{Finding, Severity};
use crate::engine::document::Span;
use crate::engine::intake::Evidence;
use crate::engine::scheme::sigv4::encode::{is_raw, is_unreserved, unescape};
use crate::engine::scheme::sigv4::holders::FORWARDED_HOST;
use crate::engine::scheme::{FieldKey, FieldKind};

pub(super) fn findings(facts: &Facts<'_>, out: &mut Vec<Finding>) {
    if facts.trace.is_some_and(|trace| trace.outcome.agrees()) {
        return;
    }
    out.extend(proxied(facts));
    out.extend(plus(facts));
    out.extend(tracker(facts));
    // The canonical request of somebody else shows how it was signed.
    let told = |evidence: &Evidence| evidence.canonical_request.is_some();
    if facts.view.case.evidence.iter().any(told) {
        return;
    }
    let path = facts.request.target.path.until(MOST_BYTES);
    out.extend(twice(facts, path));
    out.extend(reserved(facts, path));
    out.extend(lower(facts, path));
}

fn path_key() -> FieldKey {
    FieldKey::of(FieldKind::PATH)
}

/// A proxy that says under which host it was called, which is not the one that the request names now.
fn proxied(facts: &Facts<'_>) -> Option<Finding> {
    let (_, forwarded) = facts.headers(FORWARDED_HOST).next()?;
    let host = facts.host.as_ref()?;
    // The client's own is the first of a list.
    let named = forwarded.text.split(',').next().unwrap_or_default().trim();
    let signed = facts.is_signed("host") && !facts.is_signed(FORWARDED_HOST);
    let other = !named.is_empty() && !named.eq_ignore_ascii_case(&host.text);
    (signed && other && !facts.holds_unknown(forwarded.span)).then(|| {
        t::HOST_PROXIED
            .found(
                format!(
                    "X-Forwarded-Host is {}, and the request names {} as its host.",
                    shown(named),
                    shown(&host.text)
                ),
                "A proxy writes there the host it was called as, and a client signs the host that it calls. Let the proxy hand on Host as it came, port included (nginx: \
                 proxy_set_header Host $http_host), or sign for the name that the server sees.",
            )
            .at(host.span, "what the verifier sees")
            .at(forwarded.span, "what a proxy was called")
            .about(FieldKey::named(FieldKind::HEADER, "host", 0))
    })
}

/// Parameters of a signature in which a `+` is a letter of base64 or of a key id, and never a blank.
const OF_SIGNATURES: [&str; 3] = [
    "x-amz-security-token",
    "x-amz-credential",
    "x-amz-signature",
];

/// A `+` that stands in a query as it is.
fn plus(facts: &Facts<'_>) -> Vec<Finding> {
    let raw = |param: &&Param| facts.docs.bytes(param.span).contains(&b'+');
    let with: Vec<&Param> = facts.query.iter().filter(raw).collect();
    let (own, others): (Vec<&Param>, Vec<&Param>) = with.into_iter().partition(|param| {
        let name = param.name.text.to_ascii_lowercase();
        OF_SIGNATURES.contains(&name.as_str())
    });
    [(own, true), (others, false)]
        .into_iter()
        .filter_map(|(params, own)| raw_plus(facts, &params, own))
        .collect()
}

fn raw_plus(facts: &Facts<'_>, params: &[&Param], own: bool) -> Option<Finding> {
    const MOST: usize = 8;
    let first = params.first()?;
    let names: Vec<&str> = params
        .iter()
        .take(MOST)
        .map(|param| param.name.text.as_str())
        .collect();
    let holds = if names.len() == 1 { "holds" } else { "hold" };
    let (severity, help) = if own {
        (
            Severity::Warning,
            "Servers read it as a blank, and then it is another token, key id or signature. Percent-encode what is put \
             into a URL: a + as %2B.",
        )
    } else {
        (
            Severity::Note,
            "Most servers read it as a blank, %20 in the canonical form, and some signers as a plus, %2B. Write the one \
             that is meant before signing.",
        )
    };
    let mut finding = t::RAW_PLUS
        .at_most(
            severity,
            format!("{} {holds} a + as it is.", listed(&names)),
            help,
        )
        .about(FieldKey::named(
            FieldKind::QUERY,
            shown(&first.name.text),
            0,
        ));
    for param in params.iter().take(MOST) {
        let at = memchr::memchr(b'+', facts.docs.bytes(param.span))?;
        finding = finding.at(param.span.part(at..at + 1), "a + as it is");
    }
    Some(finding)
}

/// Parameters that programs add to links after those were made: of Google, Meta, Microsoft, Mailchimp, Yandex.
const TRACKERS: [&str; 11] = [
    "fbclid", "gclid", "gclsrc", "dclid", "gbraid", "wbraid", "msclkid", "mc_cid", "mc_eid",
    "yclid", "igshid",
];

/// A parameter in a presigned URL that is not the signer's.
fn tracker(facts: &Facts<'_>) -> Option<Finding> {
    if facts.form != Form::Query {
        return None;
    }
    let is_one = |param: &&Param| {
        let name = param.name.text.as_str();
        name.starts_with("utm_") || TRACKERS.contains(&name)
    };
    let params: Vec<&Param> = facts.query.iter().filter(is_one).take(8).collect();
    let names: Vec<&str> = params
        .iter()
        .map(|param| param.name.text.as_str())
        .collect();
    let first = params.first()?;
    let mut finding = t::PARAM_ADDED
        .found(
            format!("The URL holds {}, as trackers add to links.", listed(&names)),
            "Every parameter is signed: one that was added afterwards breaks the signature. Try the URL without.",
        )
        .about(FieldKey::named(
            FieldKind::QUERY,
            shown(&first.name.text),
            0,
        ));
    for param in params {
        finding = finding.at(param.span, "added to links");
    }
    Some(finding)
}

/// An escape of an escape in the path: `%2520`.
fn twice(facts: &Facts<'_>, path: Span) -> Option<Finding> {
    let text = facts.docs.bytes(path);
    let at = memchr::memmem::find_iter(text, b"%25").find(|at| {
        let behind = text.get(at + 3..at + 5).unwrap_or_default();
        behind.len() == 2 && behind.iter().all(u8::is_ascii_hexdigit)
    })?;
    let seen = facts.docs.text(path.part(at..at + 5)).into_owned();
    let inner = format!("%{}", seen.get(3..).unwrap_or_default());
    Some(
        t::PATH_TWICE
            .found(
                format!("The path holds {seen}, an escape that is escaped: decoded once it is {inner}."),
                "If the name does not hold that text, the path was encoded before it was given to a client that encodes \
                 it: give it the plain name.",
            )
            .at(path.part(at..at + 5), "escaped twice")
            .about(path_key()),
    )
}

/// Characters that a path may hold as they are, and the canonical path holds encoded.
fn reserved(facts: &Facts<'_>, path: Span) -> Option<Finding> {
    let text = facts.docs.bytes(path);
    // What a URL cannot hold at all, and a `+`, are told by findings of their own.
    let is_one = |b: &u8| {
        !is_unreserved(*b) && !is_raw(*b) && !matches!(b, b'/' | b'%' | b'+' | b'#' | b'?')
    };
    let mut seen: Vec<u8> = Vec::new();
    let mut first = None;
    for (at, byte) in text.iter().enumerate().filter(|(_, b)| is_one(b)) {
        if facts.holds_unknown(path.part(at..at + 1)) {
            return None;
        }
        first.get_or_insert(at);
        if !seen.contains(byte) {
            seen.push(*byte);
        }
    }
    let first = first?;
    let plain: Vec<String> = seen.iter().map(|b| char::from(*b).to_string()).collect();
    let coded: Vec<String> = seen.iter().map(|b| format!("%{b:02X}")).collect();
    Some(
        t::PATH_RESERVED
            .found(
                format!(
                    "The path holds {}, which the canonical path has as {}.",
                    listed(&plain),
                    listed(&coded)
                ),
                "Libraries leave some of these as they are (encodeURIComponent !'()*, others @:=+$&,;), and a signer that \
                 takes its path from one signs another. Its own canonical request shows which it took.",
            )
            .at(path.part(first..first + 1), "signed encoded")
            .about(path_key()),
    )
}

/// An escape with small letters, which the canonical form writes in capitals.
fn lower(facts: &Facts<'_>, path: Span) -> Option<Finding> {
    let query = facts.request.target.query;
    let places = [Some(path), query.map(|query| query.until(MOST_BYTES))];
    places.into_iter().flatten().find_map(|place| {
        let text = facts.docs.bytes(place);
        let at = memchr::memchr_iter(b'%', text).find(|at| {
            let escape = text.get(*at..*at + 3).unwrap_or_default();
            unescape(escape).is_some() && escape.iter().any(u8::is_ascii_lowercase)
        })?;
        let seen = facts.docs.text(place.part(at..at + 3)).into_owned();
        let key = if place == path {
            path_key()
        } else {
            FieldKey::of(FieldKind::QUERY)
        };
        Some(
            t::ESCAPE_LOWER
                .found(
                    format!(
                        "The {} holds {seen}, which the canonical form has as {}.",
                        if place == path { "path" } else { "query" },
                        seen.to_ascii_uppercase()
                    ),
                    "Write percent-escapes with capital digits: a signer that copies the URL as it stands signs the small \
                     ones.",
                )
                .at(place.part(at..at + 3), "small letters")
                .about(key),
        )
    })
}
