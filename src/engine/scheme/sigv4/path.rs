//! The canonical path.

use std::ops::Range;

use super::encode::{self, Encoding};
use super::quirks::{PathEncoding, PathNormalization, PlusInPath, RawInTarget};
use crate::engine::document::Span;
use crate::engine::scheme::{Sink, Step};

/// Writes the canonical form of the path `bytes`, which stand at `span`.
pub(super) fn write<S: Sink>(
    sink: &mut S,
    bytes: &[u8],
    span: Span,
    encoding: PathEncoding,
    normalization: PathNormalization,
    plus: PlusInPath,
    raw: RawInTarget,
) {
    let how = match encoding {
        PathEncoding::Once => Encoding::PathOnce(plus),
        PathEncoding::Twice => Encoding::PathTwice(plus),
    };
    if bytes.is_empty() {
        sink.replace(b"/", span, Step::EmptyPathMadeRoot);
        return;
    }
    match normalization {
        PathNormalization::Keep => {
            if !bytes.starts_with(b"/") {
                absolute(sink);
            }
            encode::encode_raw(sink, bytes, span, how, raw);
        }
        PathNormalization::Normalize => normalized(sink, bytes, span, how, raw),
    }
}

/// The target `*`, or a path cut at its front: the canonical path is absolute.
fn absolute<S: Sink>(sink: &mut S) {
    sink.literal(b"/");
}

/// Resolves `.`, `..` and empty segments (RFC 3986 section 5.2.4, and `//` is `/`), then encodes.
fn normalized<S: Sink>(sink: &mut S, bytes: &[u8], span: Span, how: Encoding, raw: RawInTarget) {
    let mut kept: Vec<Range<usize>> = Vec::new();
    let mut start = 0;
    let mut last: &[u8] = b"";
    for end in memchr::memchr_iter(b'/', bytes).chain([bytes.len()]) {
        last = bytes.get(start..end).unwrap_or_default();
        match last {
            b"" | b"." => {}
            b".." => {
                kept.pop();
            }
            _ => kept.push(start..end),
        }
        start = end + 1;
    }
    if kept.first().is_some_and(|first| first.start == 0) {
        absolute(sink);
    }
    let mut done = 0; // end of the input that is accounted for
    for segment in kept {
        if segment.start > done {
            slash(sink, bytes, span, done..segment.start);
        }
        let text = bytes.get(segment.clone()).unwrap_or_default();
        encode::encode_raw(sink, text, span.part(segment.clone()), how, raw);
        done = segment.end;
    }
    let ends_in_slash = matches!(last, b"" | b"." | b"..");
    if ends_in_slash {
        slash(sink, bytes, span, done..bytes.len());
    }
}

/// Writes the one `/` that stands for `range` of the input.
fn slash<S: Sink>(sink: &mut S, bytes: &[u8], span: Span, range: Range<usize>) {
    if bytes.get(range.clone()) == Some(b"/") {
        sink.copy(b"/", span.part(range));
    } else {
        sink.replace(b"/", span.part(range), Step::PathNormalised);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::document::{Documents, Source};

    fn canonical(path: &str, normalization: PathNormalization) -> String {
        let mut docs = Documents::new();
        let doc = docs.give("t", Source::File, path.to_owned().into_bytes().into());
        let mut out = Vec::new();
        write(
            &mut out,
            path.as_bytes(),
            docs.whole(doc),
            PathEncoding::Once,
            normalization,
            PlusInPath::Literal,
            RawInTarget::Encoded,
        );
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn dots_and_empty_segments_are_resolved() {
        let normal = |path| canonical(path, PathNormalization::Normalize);
        for (path, want) in [
            ("", "/"),
            ("/", "/"),
            ("//", "/"),
            ("/./", "/"),
            ("/./foo", "/foo"),
            ("/foo/..", "/"),
            ("/foo/bar/..", "/foo/"),
            ("/foo/bar/../..", "/"),
            ("/..", "/"),
            ("/../a", "/a"),
            ("//foo//", "/foo/"),
            ("/foo/bar/.", "/foo/bar/"),
            ("/a/./b/../c", "/a/c"),
            ("/.hidden/..data", "/.hidden/..data"),
            ("a", "/a"),
            (".", "/"),
            ("..", "/"),
            ("a/..", "/"),
            ("a/../b", "/b"),
            ("./a/", "/a/"),
        ] {
            assert_eq!(normal(path), want, "{path}");
        }
    }

    #[test]
    fn kept_paths_are_kept() {
        let keep = |path| canonical(path, PathNormalization::Keep);
        for path in ["/", "//", "/./a/../b//", "/.."] {
            assert_eq!(keep(path), path);
        }
        assert_eq!(keep(""), "/");
    }
}
