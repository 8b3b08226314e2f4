//! Reading what people paste: every shape of the input, and every way it is mangled.

// Marked as tests so that their helpers may unwrap.
#[cfg(test)]
mod answered;
#[cfg(test)]
mod bodies;
#[cfg(test)]
mod broken;
#[cfg(test)]
mod choosing;
#[cfg(test)]
mod console;
#[cfg(test)]
mod credentials;
#[cfg(test)]
mod curl;
#[cfg(test)]
mod diffs;
#[cfg(test)]
mod errors;
#[cfg(test)]
mod foreign;
#[cfg(test)]
mod growth;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod java;
#[cfg(test)]
mod large;
#[cfg(test)]
mod lines;
#[cfg(test)]
mod long_logs;
#[cfg(test)]
mod packets;
#[cfg(test)]
mod pairs;
#[cfg(test)]
mod places;
#[cfg(test)]
mod printed;
#[cfg(test)]
mod printed_errors;
#[cfg(test)]
mod printers;
#[cfg(test)]
mod quoted;
#[cfg(test)]
mod raw_http;
#[cfg(test)]
mod remarks;
#[cfg(test)]
mod repairs;
#[cfg(test)]
mod shapes;
#[cfg(test)]
mod siding;
#[cfg(test)]
mod tokens;
#[cfg(test)]
mod told;
#[cfg(test)]
mod tools;
#[cfg(test)]
mod traces;
#[cfg(test)]
mod urls;
use bytes::Bytes;
use sigscope::engine::document::{Peel, Source};
use sigscope::engine::intake::{self, Body, Case, Given, Input, Integrity};

fn read_from(source: Source, bytes: &[u8]) -> Case {
    let input = Input {
        name: "input".into(),
        source,
        bytes: Bytes::copy_from_slice(bytes),
    };
    intake::read(&[input], None)
}

fn read(bytes: &[u8]) -> Case {
    read_from(Source::File, bytes)
}

fn one(bytes: &[u8]) -> Case {
    let case = read(bytes);
    assert_eq!(case.requests.len(), 1, "{:#?}", case.pieces);
    case
}

fn text(case: &Case, span: sigscope::engine::document::Span) -> String {
    String::from_utf8_lossy(case.docs.bytes(span)).into_owned()
}

fn method(case: &Case) -> String {
    match case.requests[0].method {
        Given::Stated(span) => text(case, span),
        Given::Implied(method) => format!("({method})"),
    }
}

/// `name|value` for each header, implied names in brackets.
fn headers(case: &Case, request: usize) -> Vec<String> {
    case.requests[request]
        .headers
        .iter()
        .map(|h| {
            let name = match h.name {
                Given::Stated(span) => text(case, span),
                Given::Implied(name) => format!("({name})"),
            };
            format!("{name}|{}", text(case, h.value))
        })
        .collect()
}

fn body(case: &Case, request: usize) -> Option<(String, bool)> {
    match &case.requests[request].body {
        Body::Absent => None,
        Body::Held {
            span,
            newline_in_doubt,
        } => Some((text(case, *span), *newline_in_doubt)),
        Body::Streamed(facts) => Some((format!("streamed {}", facts.name), false)),
    }
}

fn ids(case: &Case) -> Vec<&'static str> {
    case.findings.iter().map(|f| f.id).collect()
}
