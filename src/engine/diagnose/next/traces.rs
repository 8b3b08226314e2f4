//! Where clients and servers leave traces of who they are.
//!
//! Owns collecting the texts, and finding marks in them. Must not know any mark.

use crate::engine::diagnose::facts::Facts;
use crate::engine::document::Documents;
use crate::engine::intake::{Evidence, Given, SignedRequest};

/// How much of each input is looked at for traces, in bytes.
const LOOKED_AT: usize = 65_536;

/// How many requests and pieces of evidence are looked at for traces.
const MOST_LOOKED_AT: usize = 64;

/// Where clients and servers leave traces of who they are, in lower case: their headers, their answers, and
/// the words of errors and logs.
pub(super) struct Traces(Vec<Vec<u8>>);

impl Traces {
    /// Those of a case.
    pub(super) fn of(facts: &Facts<'_>) -> Self {
        Self(texts(facts))
    }

    /// Whether one of `marks` is among them. A `?` in a mark stands for a hex digit.
    pub(super) fn holds(&self, marks: &[&str]) -> bool {
        marks
            .iter()
            .any(|mark| self.0.iter().any(|text| is_in(text, mark.as_bytes())))
    }
}

fn is_in(text: &[u8], mark: &[u8]) -> bool {
    let digits = mark.iter().position(|b| *b == b'?');
    let (front, rest) = mark.split_at(digits.unwrap_or(mark.len()));
    let is_rest = |at: usize| {
        let near = text.get(at + front.len()..).unwrap_or_default();
        let one = |(a, b): (&u8, &u8)| a == b || *b == b'?' && a.is_ascii_hexdigit();
        near.len() >= rest.len() && near.iter().zip(rest).all(one)
    };
    memchr::memmem::find_iter(text, front).any(is_rest)
}

fn texts(facts: &Facts<'_>) -> Vec<Vec<u8>> {
    let case = facts.view.case;
    let mut texts: Vec<Vec<u8>> = Vec::new();
    for request in case.requests.iter().take(MOST_LOOKED_AT) {
        texts.extend(header(request, &case.docs, "user-agent"));
    }
    for evidence in case.evidence.iter().take(MOST_LOOKED_AT) {
        texts.push(squeezed(head(evidence, &case.docs)));
    }
    for (id, _) in case.docs.given().take(MOST_LOOKED_AT) {
        let text = case.docs.bytes(case.docs.whole(id).until(LOOKED_AT));
        texts.push(squeezed(text));
    }
    texts
}

/// `text` in lower case, as if a line began in front of it, and without the blanks between elements: servers and people
/// indent them.
fn squeezed(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + 1);
    out.push(b'\n');
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        out.push(byte.to_ascii_lowercase());
        at += 1;
        if *byte == b'>' {
            let rest = text.get(at..).unwrap_or_default();
            let gap = rest.iter().take_while(|b| b.is_ascii_whitespace()).count();
            if rest.get(gap) == Some(&b'<') {
                at += gap;
            }
        }
    }
    out
}

/// The values of a header, in lower case.
fn header(request: &SignedRequest, docs: &Documents, name: &str) -> Vec<Vec<u8>> {
    request
        .headers
        .iter()
        .filter(|header| {
            let spelled = match &header.name {
                Given::Stated(span) => docs.bytes(*span),
                Given::Implied(name) => name.as_bytes(),
            };
            spelled.eq_ignore_ascii_case(name.as_bytes())
        })
        .map(|header| docs.bytes(header.value).to_ascii_lowercase())
        .collect()
}

/// The beginning of a piece of evidence: a status line, headers and the first elements.
fn head<'a>(evidence: &Evidence, docs: &'a Documents) -> &'a [u8] {
    docs.bytes(evidence.span.until(2048))
}
