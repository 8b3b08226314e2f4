//! Putting a request together from its parts, so that the one canonicaliser signs what is to be sent
//! just as it reads what was received.

use std::ops::Range;

use crate::engine::document::{Documents, Source, Span};
use crate::engine::intake::{Body, BodyFacts, Given, Header, Shape, SignedRequest, Target};

/// A request to be.
#[derive(Clone, Debug, Default)]
pub(super) struct Draft {
    pub(super) method: Vec<u8>,
    /// As it goes on the wire.
    pub(super) path: Vec<u8>,
    /// As it goes on the wire.
    pub(super) query: Vec<u8>,
    pub(super) headers: Vec<(String, Vec<u8>)>,
    /// Raw SHA-256 of the body; none where there is none.
    pub(super) body: Option<[u8; 32]>,
}

/// A request with the document its spans lie in.
pub(super) struct Assembled {
    pub(super) docs: Documents,
    pub(super) request: SignedRequest,
}

impl Draft {
    pub(super) fn assemble(&self) -> Assembled {
        let mut text = Vec::new();
        let mut put = |bytes: &[u8]| {
            let start = text.len();
            text.extend_from_slice(bytes);
            start..text.len()
        };
        let method = put(&self.method);
        let path = put(&self.path);
        let query = put(&self.query);
        let headers: Vec<(Range<usize>, Range<usize>)> = self
            .headers
            .iter()
            .map(|(name, value)| (put(name.as_bytes()), put(value)))
            .collect();
        let mut docs = Documents::new();
        let doc = docs.give("correction", Source::Argument, text.into());
        let span = |range: &Range<usize>| Span::new(doc, range.start, range.end);
        let request = SignedRequest {
            shape: Shape("correction"),
            span: docs.whole(doc),
            method: Given::Stated(span(&method)),
            target: Target {
                whole: Span::new(doc, path.start, query.end),
                scheme: None,
                authority: None,
                path: span(&path),
                query: (!self.query.is_empty()).then(|| span(&query)),
            },
            headers: headers
                .iter()
                .map(|(name, value)| Header {
                    name: Given::Stated(span(name)),
                    value: span(value),
                    line: Span::new(doc, name.start, value.end),
                })
                .collect(),
            body: match self.body {
                None => Body::Absent,
                Some(sha256) => Body::Streamed(BodyFacts {
                    name: String::new(),
                    len: 0,
                    sha256,
                    without_final_newline: None,
                }),
            },
        };
        Assembled { docs, request }
    }
}
