//! Canonical headers: finding each listed name, and writing its value.

use std::collections::BTreeMap;
use std::ops::Range;

use super::quirks::{HeaderBlanks, HostValue, UrlScheme};
use super::reading::{self, Part};
use crate::engine::document::{Documents, Span};
use crate::engine::intake::{Given, SignedRequest};
use crate::engine::scheme::{Sink, Step};

/// The values of a request's headers by lower-case name, in the order received.
pub(super) struct HeaderIndex {
    by_name: BTreeMap<Vec<u8>, Vec<Value>>,
}

/// A value, and its place among all headers.
#[derive(Copy, Clone, Debug)]
pub(super) struct Value {
    pub(super) span: Span,
    pub(super) place: usize,
}

impl HeaderIndex {
    /// Indexes the headers of `request`. A request without a Host header gets it from the target.
    pub(super) fn of(docs: &Documents, request: &SignedRequest) -> Self {
        let mut by_name: BTreeMap<Vec<u8>, Vec<Value>> = BTreeMap::new();
        for (place, header) in request.headers.iter().enumerate() {
            let name = reading::header_name(docs, header).to_ascii_lowercase();
            let name = if name == b":authority" {
                b"host".to_vec()
            } else {
                name
            };
            let values = by_name.entry(name).or_default();
            // A host read from the URL stands back behind one that was sent.
            if matches!(header.name, Given::Implied("host")) && !values.is_empty() {
                continue;
            }
            values.push(Value {
                span: header.value,
                place,
            });
        }
        if let Some(authority) = request.target.authority {
            by_name.entry(b"host".to_vec()).or_insert_with(|| {
                let bytes = docs.bytes(authority);
                let user = memchr::memrchr(b'@', bytes).map_or(0, |at| at + 1);
                vec![Value {
                    span: authority.from(user),
                    place: 0,
                }]
            });
        }
        Self { by_name }
    }

    /// The values of a header; none where it stands nowhere.
    pub(super) fn get(&self, name: &[u8]) -> &[Value] {
        let name: &[u8] = if name == b":authority" { b"host" } else { name };
        self.by_name.get(name).map_or(&[], Vec::as_slice)
    }
}

/// For each listed name, its place in the order received and in the list, both from 1; none where the
/// header stands nowhere or the two are the same.
pub(super) fn moves(names: &[Part], index: &HeaderIndex) -> Vec<Option<(usize, usize)>> {
    let mut received: Vec<(usize, usize)> = names
        .iter()
        .enumerate()
        .filter_map(|(listed, name)| {
            let name = lower_name(&name.text);
            Some((index.get(&name).first()?.place, listed))
        })
        .collect();
    let mut places: Vec<usize> = received.iter().map(|(_, listed)| *listed).collect();
    received.sort_unstable();
    places.sort_unstable();
    let mut out = vec![None; names.len()];
    for (from, (_, listed)) in received.iter().enumerate() {
        let to = places.partition_point(|place| place < listed);
        if from != to
            && let Some(slot) = out.get_mut(*listed)
        {
            *slot = Some((from + 1, to + 1));
        }
    }
    out
}

/// A listed name as it is looked up and written.
pub(super) fn lower_name(name: &[u8]) -> Vec<u8> {
    name.trim_ascii().to_ascii_lowercase()
}

/// Writes a value: blanks around it dropped, folded lines joined, runs of blanks made one.
pub(super) fn write_value<S: Sink>(
    sink: &mut S,
    bytes: &[u8],
    span: Span,
    blanks: HeaderBlanks,
    letters: Letters,
) {
    let inner = inner(bytes);
    // One space behind the colon is how headers are written; only what is beyond it is worth saying.
    if !matches!(bytes.get(..inner.start), Some(b"" | b" ")) {
        sink.replace(b"", span.until(inner.start), Step::Trimmed);
    }
    let mut kept = inner.start;
    let mut at = inner.start;
    let mut quotes = match blanks {
        HeaderBlanks::Unquoted => true,
        HeaderBlanks::Spaces | HeaderBlanks::All => false,
    };
    while at < inner.end {
        let rest = bytes.get(at..inner.end).unwrap_or_default();
        if quotes && rest.first() == Some(&b'"') {
            let len = quoted_string(rest);
            // Without its end the first is none, and so is any behind it.
            quotes = len > 0;
            at += len;
            continue;
        }
        let run = blank_run(rest, blanks);
        if run.len == 0 {
            let upper = rest.first().is_some_and(u8::is_ascii_uppercase);
            if upper && letters == Letters::Lower {
                let len = rest.iter().take_while(|b| b.is_ascii_uppercase()).count();
                keep(sink, bytes, span, kept..at);
                let lower = rest.get(..len).unwrap_or_default().to_ascii_lowercase();
                sink.replace(&lower, span.part(at..at + len), Step::LowerCased);
                at += len;
                kept = at;
            } else {
                at += 1;
            }
            continue;
        }
        if run.len > 1 || rest.first() != Some(&b' ') {
            keep(sink, bytes, span, kept..at);
            let step = if run.folded {
                Step::Unfolded
            } else {
                Step::BlanksFolded
            };
            sink.replace(b" ", span.part(at..at + run.len), step);
            kept = at + run.len;
        }
        at += run.len;
    }
    keep(sink, bytes, span, kept..inner.end);
    if inner.end < bytes.len() {
        sink.replace(b"", span.from(inner.end), Step::Trimmed);
    }
}

/// A value as it can be sent: without the blanks around it, and each line end inside it, with the blanks at its
/// sides, as one space (RFC 9112 section 5.2). All else stays as it is.
pub(super) fn unfolded(bytes: &[u8]) -> Vec<u8> {
    let value = bytes.get(inner(bytes)).unwrap_or_default();
    let mut out = Vec::with_capacity(value.len());
    let mut rest = value;
    while let Some((&byte, behind)) = rest.split_first() {
        let line_end = fold(rest);
        if line_end == 0 {
            out.push(byte);
            rest = behind;
            continue;
        }
        while let Some(b' ' | b'\t') = out.last() {
            out.pop();
        }
        out.push(b' ');
        let next = rest.get(line_end..).unwrap_or_default();
        let blanks = next.iter().take_while(|b| matches!(b, b' ' | b'\t'));
        rest = next.get(blanks.count()..).unwrap_or_default();
    }
    out
}

/// The length of the line end at the start of `bytes`, where the line behind it goes on with the value; else 0.
fn fold(bytes: &[u8]) -> usize {
    match bytes {
        [b'\r', b'\n', b' ' | b'\t', ..] => 2,
        [b'\n', b' ' | b'\t', ..] => 1,
        _ => 0,
    }
}

/// Whether letters of a value are written in lower case (host names) or stay.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(super) enum Letters {
    Keep,
    Lower,
}

fn keep<S: Sink>(sink: &mut S, bytes: &[u8], span: Span, range: Range<usize>) {
    if let Some(run) = bytes.get(range.clone()).filter(|run| !run.is_empty()) {
        sink.copy(run, span.part(range));
    }
}

/// The range of a value without the blanks around it.
fn inner(bytes: &[u8]) -> Range<usize> {
    let blank = |b: &u8| matches!(b, b' ' | b'\t' | b'\r' | b'\n');
    let start = bytes.iter().take_while(|b| blank(b)).count();
    let tail = bytes.iter().rev().take_while(|b| blank(b)).count();
    start..bytes.len().saturating_sub(tail).max(start)
}

/// Whether a tab stands inside a value.
pub(super) fn holds_tab(value: &[u8]) -> bool {
    memchr::memchr(b'\t', value.trim_ascii()).is_some()
}

/// Whether more than one blank in a row, or a tab, stands between quotation marks in a value.
pub(super) fn holds_quoted_blanks(value: &[u8]) -> bool {
    let mut at = 0;
    while let Some(found) = memchr::memchr(b'"', value.get(at..).unwrap_or_default()) {
        at += found;
        let rest = value.get(at..).unwrap_or_default();
        let len = quoted_string(rest);
        let quoted = rest.get(..len).unwrap_or_default();
        if quoted.contains(&b'\t') || quoted.windows(2).any(|pair| pair == b"  ") {
            return true;
        }
        if len == 0 {
            return false;
        }
        at += len;
    }
    false
}

/// The length of the quoted string at the start of `bytes` (RFC 9110 section 5.6.4), on one line; 0 where none
/// stands there.
fn quoted_string(bytes: &[u8]) -> usize {
    if bytes.first() != Some(&b'"') {
        return 0;
    }
    let mut at = 1;
    while let Some(found) = memchr::memchr3(b'"', b'\\', b'\n', bytes.get(at..).unwrap_or_default())
    {
        at += found + 1;
        match bytes.get(at - 1) {
            Some(b'"') => return at,
            Some(b'\\') => at += 1,
            _ => return 0,
        }
    }
    0
}

struct BlankRun {
    len: usize,
    folded: bool,
}

/// The run of blanks at the start of `bytes` that becomes one space.
fn blank_run(bytes: &[u8], blanks: HeaderBlanks) -> BlankRun {
    let mut run = BlankRun {
        len: 0,
        folded: false,
    };
    loop {
        let rest = bytes.get(run.len..).unwrap_or_default();
        let line_end = fold(rest);
        let tabs = match blanks {
            HeaderBlanks::All => true,
            HeaderBlanks::Spaces | HeaderBlanks::Unquoted => run.folded,
        };
        run.len += match rest.first() {
            _ if line_end > 0 => {
                run.folded = true;
                line_end
            }
            Some(b' ') => 1,
            Some(b'\t') if tabs => 1,
            Some(_) | None => return run,
        };
    }
}

/// Why a header should not be signed, as a sentence about `it`; none where it may. `name` is in lower
/// case. Findings warn of these, and corrections leave them out.
///
/// RFC 9110 section 7.6.1 for hop-by-hop headers; the others are those that clients, proxies, load
/// balancers and tracing rewrite, and that the signers of the AWS SDKs skip for that reason.
pub(super) fn unstable(name: &[u8]) -> Option<&'static str> {
    let edited = Some("it is added to or rewritten by proxies and load balancers");
    match name {
        b"connection"
        | b"keep-alive"
        | b"proxy-authenticate"
        | b"proxy-authorization"
        | b"proxy-connection"
        | b"te"
        | b"trailer"
        | b"transfer-encoding"
        | b"upgrade" => Some("it belongs to one connection only, and each proxy sets its own"),
        b"expect" => Some("it is answered by the first proxy, which need not send it on"),
        b"user-agent" | b"accept-encoding" => {
            Some("it is set by HTTP clients after signing, or changed by proxies")
        }
        b"traceparent"
        | b"tracestate"
        | b"baggage"
        | b"x-amzn-trace-id"
        | b"b3"
        | b"x-cloud-trace-context" => Some("it is set anew by tracing on the way"),
        b"via"
        | b"forwarded"
        | b"x-real-ip"
        | b"x-request-id"
        | b"x-envoy-external-address"
        | b"cdn-loop"
        | b"cf-connecting-ip"
        | b"cf-ray"
        | b"true-client-ip" => edited,
        _ if name.starts_with(b"x-forwarded-") || name.starts_with(b"x-b3-") => edited,
        _ => None,
    }
}

/// Writes the host's value.
pub(super) fn write_host<S: Sink>(
    sink: &mut S,
    bytes: &[u8],
    span: Span,
    blanks: HeaderBlanks,
    form: HostValue,
    scheme: UrlScheme,
    url_port: Option<&[u8]>,
) {
    let added: Option<&[u8]> = match form {
        HostValue::Port443 => Some(b":443"),
        HostValue::Port80 => Some(b":80"),
        HostValue::UrlPort => url_port,
        HostValue::Canonical | HostValue::AsReceived | HostValue::WithoutPort => None,
    };
    match form {
        HostValue::AsReceived => write_value(sink, bytes, span, blanks, Letters::Keep),
        HostValue::Canonical => {
            let end = default_port(bytes, scheme).unwrap_or(bytes.len());
            let host = bytes.get(..end).unwrap_or_default();
            write_value(sink, host, span.until(end), blanks, Letters::Lower);
            if end < bytes.len() {
                sink.replace(b"", span.from(end), Step::DefaultPortDropped);
            }
        }
        HostValue::WithoutPort => {
            let end = port(bytes).unwrap_or(bytes.len());
            let host = bytes.get(..end).unwrap_or_default();
            write_value(sink, host, span.until(end), blanks, Letters::Lower);
            if end < bytes.len() {
                sink.replace(b"", span.from(end), Step::PortDropped);
            }
        }
        HostValue::Port443 | HostValue::Port80 | HostValue::UrlPort => {
            write_value(sink, bytes, span, blanks, Letters::Lower);
            if let Some(added) = added.filter(|_| port(bytes).is_none()) {
                sink.replace(added, span.from(bytes.len()), Step::PortAdded);
            }
        }
    }
}

/// Where the port begins, its colon included; none where there is none. An IPv6 address without brackets has no port.
pub(super) fn port(host: &[u8]) -> Option<usize> {
    let text = host.trim_ascii_end();
    let colon = memchr::memrchr(b':', text)?;
    let (before, digits) = (text.get(..colon)?, text.get(colon + 1..)?);
    let is_address = memchr::memchr(b':', before).is_some() && !before.ends_with(b"]");
    (!is_address && !digits.is_empty() && digits.iter().all(u8::is_ascii_digit)).then_some(colon)
}

/// Where the default port of `scheme` begins, its colon included; none where no such port is stated.
pub(super) fn default_port(host: &[u8], scheme: UrlScheme) -> Option<usize> {
    let colon = port(host)?;
    let is_default = match (host.trim_ascii_end().get(colon + 1..)?, scheme) {
        (b"80", UrlScheme::Http | UrlScheme::Unknown)
        | (b"443", UrlScheme::Https | UrlScheme::Unknown) => true,
        (_, UrlScheme::Http | UrlScheme::Https | UrlScheme::Unknown) => false,
    };
    is_default.then_some(colon)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::document::Source;

    fn value(text: &str, blanks: HeaderBlanks) -> String {
        let mut docs = Documents::new();
        let doc = docs.give("t", Source::File, text.to_owned().into_bytes().into());
        let mut out = Vec::new();
        write_value(
            &mut out,
            text.as_bytes(),
            docs.whole(doc),
            blanks,
            Letters::Keep,
        );
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn blanks_fold_by_rule() {
        let spaces = |text| value(text, HeaderBlanks::Spaces);
        assert_eq!(spaces("  a   b  c \t"), "a b c");
        assert_eq!(spaces("a\t\tb"), "a\t\tb");
        assert_eq!(spaces("\"a   b\""), "\"a b\"");
        assert_eq!(spaces("a \r\n \t b\n c"), "a b c");
        assert_eq!(spaces("a\rb"), "a\rb");
        assert_eq!(value("a\t \tb", HeaderBlanks::All), "a b");
        let unquoted = |text| value(text, HeaderBlanks::Unquoted);
        assert_eq!(unquoted(" a  \"b  \\\"  c\"  d  "), "a \"b  \\\"  c\" d");
        assert_eq!(unquoted("\"a  b"), "\"a b");
        assert_eq!(spaces(" \t "), "");
    }

    #[test]
    fn a_value_that_is_sent_loses_its_line_ends_alone() {
        let sent = |text: &str| String::from_utf8(unfolded(text.as_bytes())).unwrap();
        assert_eq!(sent("  a   \"b   c\"\td \t"), "a   \"b   c\"\td");
        assert_eq!(sent("a  b \r\n \t c\t\n d  e\nf"), "a  b c d  e\nf");
        assert_eq!(sent("a\n \n b"), "a b");
        assert_eq!(sent(" \r\n \t "), "");
    }

    #[test]
    fn only_the_default_port_of_the_scheme_goes() {
        let host = |text: &str, scheme| {
            let mut docs = Documents::new();
            let doc = docs.give("t", Source::File, text.to_owned().into_bytes().into());
            let mut out = Vec::new();
            write_host(
                &mut out,
                text.as_bytes(),
                docs.whole(doc),
                HeaderBlanks::Spaces,
                HostValue::Canonical,
                scheme,
                None,
            );
            String::from_utf8(out).unwrap()
        };
        assert_eq!(host("Example.COM:443", UrlScheme::Https), "example.com");
        assert_eq!(host("example.com:443", UrlScheme::Http), "example.com:443");
        assert_eq!(host("example.com:80", UrlScheme::Http), "example.com");
        assert_eq!(host("example.com:80", UrlScheme::Unknown), "example.com");
        assert_eq!(host("localhost:9000", UrlScheme::Http), "localhost:9000");
        assert_eq!(host("[::1]:80", UrlScheme::Http), "[::1]");
        assert_eq!(host("[::80]", UrlScheme::Http), "[::80]");
        assert_eq!(host("::80", UrlScheme::Http), "::80");
    }
}
