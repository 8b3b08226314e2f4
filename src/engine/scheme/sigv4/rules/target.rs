//! The host and the path: whose they are, and whether they arrive as they were signed.

use super::facts::{Facts, Form, MOST_BYTES, Part, shown};
use super::table as t;
use crate::engine::diagnose::{Finding, Severity};
use crate::engine::document::visible;
use crate::engine::scheme::sigv4::encode;
use crate::engine::scheme::sigv4::holders::FORWARDED_HOST;
use crate::engine::scheme::sigv4::host::Style;
use crate::engine::scheme::{FieldKey, FieldKind, Role, StageBytes, Trace};

pub(super) fn findings(facts: &Facts<'_>, out: &mut Vec<Finding>) {
    hosts(facts, out);
    port(facts, out);
    private(facts, out);
    path(facts, out);
}

fn host_key() -> FieldKey {
    FieldKey::named(FieldKind::HEADER, "host", 0)
}

fn path_key() -> FieldKey {
    FieldKey::of(FieldKind::PATH)
}

fn hosts(facts: &Facts<'_>, out: &mut Vec<Finding>) {
    let all: Vec<(_, Part)> = facts.headers("host").collect();
    match all.as_slice() {
        [] if facts.host.is_none() => {
            let forwarded = facts.headers(FORWARDED_HOST).next();
            // What prints no headers leaves the host out, too: it was sent all the same.
            let unknown = facts.holds_unknown(facts.request.span);
            let (gravest, message) = if facts.is_without_headers() || unknown {
                (
                    Severity::Warning,
                    "This does not say for which host the request was sent.",
                )
            } else {
                (
                    Severity::Error,
                    "The request names no host, neither in a header nor in its target.",
                )
            };
            let finding = t::HOST_MISSING.at_most(
                gravest,
                message,
                "Paste the Host header, or :authority of HTTP/2, with the request: it is always signed. \
                 Behind a proxy, X-Forwarded-Host may hold what the client sent.",
            );
            let finding = match forwarded {
                Some((line, _)) => finding
                    .at(facts.request.target.whole, "no host")
                    .at(line, "what a proxy received"),
                None => finding.at(facts.request.target.whole, "no host"),
            };
            out.push(finding.about(host_key()));
        }
        [(first, _), (second, _), ..] => out.push(
            t::HOST_TWICE
                .found(
                    format!("The request has {} Host headers.", all.len()),
                    "Send one: servers refuse a request with two.",
                )
                .at(*second, "again")
                .at(*first, "the first")
                .about(host_key()),
        ),
        _ => {}
    }
    if let (Some((_, header)), Some(authority)) = (all.first(), facts.request.target.authority) {
        let target = facts.part(authority);
        let same = |a: &str, b: &str| {
            without_default_port(a).eq_ignore_ascii_case(without_default_port(b))
        };
        if header.span != target.span && !same(&header.text, &target.text) {
            out.push(
                t::HOST_OTHER
                    .found(
                        format!(
                            "The target names {}, and Host {}.",
                            shown(&target.text),
                            shown(&header.text)
                        ),
                        "A server goes by the target where it names a host; a proxy that sets Host anew \
                         changes what is signed.",
                    )
                    .at(header.span, "in the header")
                    .at(target.span, "in the target")
                    .about(host_key()),
            );
        }
    }
}

fn without_default_port(host: &str) -> &str {
    host.strip_suffix(":443")
        .or_else(|| host.strip_suffix(":80"))
        .unwrap_or(host)
}

fn port(facts: &Facts<'_>, out: &mut Vec<Finding>) {
    let Some(host) = &facts.host else { return };
    let scheme = facts
        .request
        .target
        .scheme
        .map(|span| facts.docs.text(span).to_ascii_lowercase());
    let Some((_, port @ ("443" | "80"))) = host.text.rsplit_once(':') else {
        return;
    };
    let is_default = match scheme.as_deref() {
        Some("https" | "wss") => port == "443",
        Some("http" | "ws") => port == "80",
        _ => true,
    };
    if is_default {
        out.push(
            t::HOST_PORT
                .found(
                    format!("The host is {}, with the default port.", shown(&host.text)),
                    "Sign and send it without the port: most clients drop it when sending, and then the \
                     verifier sees another host than was signed.",
                )
                .at(host.span, "holds the port")
                .about(host_key()),
        );
    }
}

fn private(facts: &Facts<'_>, out: &mut Vec<Finding>) {
    let Some(host) = &facts.host else { return };
    if facts.form == Form::Query && is_private(&host.text) {
        out.push(
            t::HOST_PRIVATE
                .found(
                    format!(
                        "The URL names {}, which is known only to machines inside.",
                        shown(&host.text)
                    ),
                    "Presign with the name that the URL's user will call: the host is signed, and cannot \
                     be replaced afterwards.",
                )
                .at(host.span, "not known outside")
                .about(host_key()),
        );
    }
}

/// Whether a host is one that only machines inside can reach: loopback, RFC 1918 and RFC 4193
/// addresses, names without a dot, and the suffixes set aside for private use.
fn is_private(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    if let Some(inside) = host.strip_prefix('[') {
        let address = inside.split(']').next().unwrap_or_default();
        return address == "::1"
            || ["fc", "fd", "fe80"]
                .iter()
                .any(|prefix| address.starts_with(prefix));
    }
    let name = host
        .split(':')
        .next()
        .unwrap_or_default()
        .trim_end_matches('.');
    if let Ok(address) = name.parse::<std::net::Ipv4Addr>() {
        return address.is_private() || address.is_loopback() || address.is_link_local();
    }
    !name.is_empty()
        && (!name.contains('.')
            || [
                ".local",
                ".localhost",
                ".internal",
                ".lan",
                ".corp",
                ".home",
                ".intranet",
                ".svc",
                ".cluster.local",
                ".home.arpa",
            ]
            .iter()
            .any(|suffix| name.ends_with(suffix)))
}

const UNENCODED: &str = "Each way in which signers take it is tried: encoded, encoded before it was sent, as it stands, a space as +. \
     Encode first, and sign what is sent.";
const SIGNED_RAW: &str = "It was signed without being encoded, and a verifier that encodes it comes to another signature: encode first, \
     a space as %20, and sign what is sent.";

/// Whether the path or the query of the canonical request holds what is never in one by the rules: a raw
/// character, or a `+`.
fn signs_raw(trace: &Trace) -> bool {
    let stage = trace.stage(Role::CanonicalRequest);
    let Some(StageBytes::Public(text)) = stage.map(|stage| &stage.output) else {
        return false;
    };
    let mut lines = text.split(|b| *b == b'\n').skip(1).take(2);
    lines.any(|line| line.iter().any(|b| *b == b'+' || encode::is_raw(*b)))
}

/// Characters that a target cannot hold as they are: somebody between the signer and the wire encodes them.
/// Raw characters that are looked at.
const MOST_RAW: usize = 256;

fn unencoded(facts: &Facts<'_>, out: &mut Vec<Finding>) {
    // What nobody sees is told by a finding of its own.
    let raw = |b: &u8| encode::is_raw(*b) && !b.is_ascii_control();
    let target = &facts.request.target;
    let places = [
        ("path", Some(target.path), path_key()),
        ("query", target.query, FieldKey::of(FieldKind::QUERY)),
    ];
    for (what, span, key) in places {
        let Some(span) = span.map(|span| span.until(MOST_BYTES)) else {
            continue;
        };
        let text = facts.docs.bytes(span);
        let unknown = |at: usize| facts.holds_unknown(span.part(at..at + 1));
        let mut raw = text
            .iter()
            .enumerate()
            .filter(|(_, b)| raw(b))
            .take(MOST_RAW);
        let Some((at, _)) = raw.find(|(at, _)| !unknown(*at)) else {
            continue;
        };
        let rest = text.get(at..).unwrap_or_default();
        let name = visible::name_first(rest);
        let width = match rest
            .utf8_chunks()
            .next()
            .and_then(|c| c.valid().chars().next())
        {
            Some(character) => character.len_utf8(),
            None => 1,
        };
        let agrees = facts.trace.filter(|trace| trace.outcome.agrees());
        let (severity, help) = match agrees {
            None => (Severity::Warning, UNENCODED),
            Some(trace) if signs_raw(trace) => (Severity::Warning, SIGNED_RAW),
            Some(_) => (Severity::Note, UNENCODED),
        };
        out.push(
            t::TARGET_UNENCODED
                .at_most(
                    severity,
                    format!(
                        "The {what} holds {name} as it is, and HTTP carries it percent-encoded."
                    ),
                    help,
                )
                .at(span.part(at..at + width), "not encoded")
                .about(key),
        );
    }
}

fn path(facts: &Facts<'_>, out: &mut Vec<Finding>) {
    let target = &facts.request.target;
    let path = facts.docs.text(target.path);
    let whole = facts.docs.text(target.whole);
    let lower = path.to_ascii_lowercase();
    if lower.contains("/s3:/") || lower.contains("/s3%3a/") || lower.contains("/s3%3a%2f") {
        out.push(
            t::PATH_S3_URI
                .found(
                    format!("The path is {}, with an s3:// address in it.", shown(&path)),
                    "Put bucket and key there, without s3://.",
                )
                .at(target.path, "holds s3:")
                .about(path_key()),
        );
    }
    if whole.contains('#') {
        out.push(
            t::FRAGMENT
                .found(
                    "The target holds a #: clients cut it off there, and send nothing behind it.",
                    "Write a # that belongs to the key or a value as %23, before signing.",
                )
                .at(target.whole, "holds #")
                .about(path_key()),
        );
    }
    unencoded(facts, out);
    let Some(implied) = &facts.implied else {
        return;
    };
    match &implied.style {
        Style::VirtualHosted { bucket } => {
            let first = path
                .trim_start_matches('/')
                .split('/')
                .next()
                .unwrap_or_default();
            if first == bucket {
                out.push(
                    t::PATH_BUCKET_TWICE
                        .found(
                            format!(
                                "The bucket {} stands in the host and again as the first segment of the \
                                 path.",
                                shown(bucket)
                            ),
                            "Leave it out of the path, unless the key really begins so.",
                        )
                        .at(target.path, "the bucket again")
                        .about(path_key()),
                );
            }
        }
        Style::Website => {
            if let Some(host) = &facts.host {
                out.push(
                    t::HOST_WEBSITE
                        .found(
                            format!(
                                "{} is a website endpoint, which takes no signatures.",
                                shown(&host.text)
                            ),
                            "Send signed requests to the bucket's REST endpoint.",
                        )
                        .at(host.span, "a website endpoint")
                        .about(host_key()),
                );
            }
        }
        Style::Plain | Style::Path | Style::AccessPoint => {}
    }
    if path.contains("//") {
        let help = if facts.is_s3() {
            "S3 keeps them: they are part of the key. A client or proxy that folds them changes what is \
             signed."
        } else {
            "All services but S3 fold them before signing; a signer that keeps them signs another path."
        };
        out.push(
            t::PATH_DOUBLE_SLASH
                .found(format!("The path {} holds //.", shown(&path)), help)
                .at(target.path, "holds //")
                .about(path_key()),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_that_nobody_outside_can_reach() {
        for host in [
            "localhost:9000",
            "127.0.0.1",
            "10.1.2.3:80",
            "192.168.0.9",
            "172.20.0.1",
            "minio:9000",
            "[::1]:9000",
            "[fd00::1]",
            "host.docker.internal",
            "minio.default.svc.cluster.local",
        ] {
            assert!(is_private(host), "{host}");
        }
        for host in [
            "s3.amazonaws.com",
            "8.8.8.8",
            "172.32.0.1",
            "[2600::1]",
            "example.com:9000",
            "minio.default.example.org",
            "",
        ] {
            assert!(!is_private(host), "{host}");
        }
    }
}
