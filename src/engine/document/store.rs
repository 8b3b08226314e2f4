//! The documents of a case: what was pasted, and the layers unwrapped from it.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use bytes::Bytes;

use super::masks::Masks;
use super::{Change, DocId, Mask, OffsetMap, Peel, Span, Unshown, Unwrapped};

/// Where the bytes of a given document came from.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub enum Source {
    /// A file, byte for byte.
    File,
    /// Standard input, byte for byte.
    StandardInput,
    /// A command-line argument.
    Argument,
    /// Pasted into the terminal: line ends are as the terminal delivered them.
    Paste,
    /// A sample bundled with the program.
    Sample,
}

/// How a document came to be.
#[derive(Clone, Debug)]
pub enum Origin {
    /// Given by the person.
    Given {
        /// What to call it: a file name, `stdin`, `paste 2`.
        name: String,
        /// By which way.
        source: Source,
    },
    /// Unwrapped from a part of another document.
    Peeled {
        /// The part it was unwrapped from.
        parent: Span,
        /// How.
        peel: Peel,
        /// The way back.
        map: OffsetMap,
    },
}

/// Bytes with their origin. Its text is immutable once added.
#[derive(Clone)]
pub struct Document {
    bytes: Bytes,
    origin: Origin,
    masks: Masks,
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Document")
            .field("bytes", &Unshown(&self.bytes))
            .field("origin", &self.origin)
            .field("masks", &self.masks)
            .finish()
    }
}

impl Document {
    /// The whole text.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Where it came from.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The ranges that must not be shown, in order.
    pub fn masks(&self) -> &[(Span, Mask)] {
        self.masks.all()
    }

    /// Those of them that share a byte with `range`, without looking at all of them.
    pub fn masks_in(&self, range: Range<usize>) -> impl Iterator<Item = &(Span, Mask)> {
        self.masks.within(range)
    }
}

/// All documents of a case.
#[derive(Clone, Debug, Default)]
pub struct Documents {
    all: Vec<Document>,
}

impl Documents {
    /// No document yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds bytes that a person gave.
    pub fn give(&mut self, name: impl Into<String>, source: Source, bytes: Bytes) -> DocId {
        self.push(
            bytes,
            Origin::Given {
                name: name.into(),
                source,
            },
        )
    }

    /// Adds a layer unwrapped from `parent`; `map` leads from its bytes back to offsets in `parent`.
    pub fn peel(&mut self, parent: Span, peel: Peel, bytes: Bytes, map: OffsetMap) -> DocId {
        self.push(bytes, Origin::Peeled { parent, peel, map })
    }

    fn push(&mut self, bytes: Bytes, origin: Origin) -> DocId {
        let id = DocId(u32::try_from(self.all.len()).unwrap_or(u32::MAX));
        self.all.push(Document {
            bytes,
            origin,
            masks: Masks::default(),
        });
        id
    }

    /// Takes back what was added behind the first `len` documents.
    pub(crate) fn truncate(&mut self, len: usize) {
        self.all.truncate(len);
    }

    /// How many documents there are, peeled ones among them.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// The document `id`, if this store handed it out.
    pub fn get(&self, id: DocId) -> Option<&Document> {
        self.all.get(id.index())
    }

    /// Every document with its id, in the order they were added.
    pub fn iter(&self) -> impl Iterator<Item = (DocId, &Document)> {
        (0..).map(DocId).zip(&self.all)
    }

    /// The documents a person gave, leaving out unwrapped layers.
    pub fn given(&self) -> impl Iterator<Item = (DocId, &Document)> {
        self.iter()
            .filter(|(_, d)| matches!(d.origin, Origin::Given { .. }))
    }

    /// The span of a whole document.
    pub fn whole(&self, id: DocId) -> Span {
        Span::new(id, 0, self.get(id).map_or(0, |d| d.bytes.len()))
    }

    /// The bytes of `span`, cut to what exists.
    pub fn bytes(&self, span: Span) -> &[u8] {
        let Some(document) = self.get(span.doc) else {
            return &[];
        };
        let end = span.end.min(document.bytes.len());
        document.bytes.get(span.start.min(end)..end).unwrap_or(&[])
    }

    /// The bytes of `span` as a cheap, counted reference.
    pub fn shared(&self, span: Span) -> Bytes {
        let Some(document) = self.get(span.doc) else {
            return Bytes::new();
        };
        let end = span.end.min(document.bytes.len());
        document.bytes.slice(span.start.min(end)..end)
    }

    /// The text of `span`, with U+FFFD for what is not UTF-8. For messages, never for canonical text.
    pub fn text(&self, span: Span) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(self.bytes(span))
    }

    /// Where the given document `id` was read in another encoding: the layer that holds all of its text, and
    /// the way back.
    pub fn reread(&self, id: DocId) -> Option<(DocId, &OffsetMap)> {
        let whole = self.whole(id);
        self.iter()
            .find_map(|(layer, document)| match &document.origin {
                Origin::Peeled {
                    parent,
                    peel: Peel::Utf16,
                    map,
                } => (*parent == whole).then_some((layer, map)),
                _ => None,
            })
    }

    /// Follows `span` through the unwrapped layers back to the document a person gave.
    pub fn to_given(&self, span: Span) -> Span {
        let mut span = span;
        // Each step goes to an older document, so this ends.
        while let Some(Document {
            origin: Origin::Peeled { parent, map, .. },
            ..
        }) = self.get(span.doc)
        {
            if parent.doc >= span.doc {
                break;
            }
            let range = map.to_parent(span.range());
            span = parent.part(range);
        }
        span
    }

    /// The layers between `span` and what was given, innermost first.
    pub fn peels(&self, span: Span) -> Vec<Peel> {
        let mut peels = Vec::new();
        let mut doc = span.doc;
        while let Some(Document {
            origin: Origin::Peeled { parent, peel, .. },
            ..
        }) = self.get(doc)
        {
            if parent.doc >= doc {
                break;
            }
            peels.push(*peel);
            doc = parent.doc;
        }
        peels
    }

    /// What unwrapping changed in `span`, outermost layer first: layers that only copied it are left out. No
    /// more than `most` changes of a layer are told.
    pub fn unwrapped(&self, span: Span, most: usize) -> Vec<Unwrapped> {
        let mut layers = Vec::new();
        let mut span = span;
        while let Some(Document {
            origin: Origin::Peeled { parent, peel, map },
            ..
        }) = self.get(span.doc)
        {
            if parent.doc >= span.doc {
                break;
            }
            let pairs = map.pairs(span.range()).map(|(was, now)| Change {
                was: parent.part(was),
                now: Span::new(span.doc, now.start, now.end),
            });
            let changes: Vec<Change> = pairs
                .filter(|change| self.bytes(change.was) != self.bytes(change.now))
                .take(most)
                .collect();
            if !changes.is_empty() {
                let peel = *peel;
                layers.push(Unwrapped { peel, changes });
            }
            span = parent.part(map.to_parent(span.range()));
        }
        layers.reverse();
        layers
    }

    /// Marks all of `masks`, as [`Self::mask`] does, and sorts them once in each document: they may be very many.
    pub(crate) fn mask_all(&mut self, masks: Vec<(Span, Mask)>) {
        let mut added: BTreeMap<DocId, Vec<(Span, Mask)>> = BTreeMap::new();
        // Of masks of one place the last stands first.
        for (span, mask) in masks.into_iter().rev() {
            let mut next = Some(span);
            while let Some(span) = next {
                added.entry(span.doc).or_default().push((span, mask));
                next = match self.get(span.doc).map(|d| &d.origin) {
                    Some(Origin::Peeled { parent, map, .. }) if parent.doc < span.doc => {
                        Some(parent.part(map.to_parent(span.range())))
                    }
                    _ => None,
                };
            }
        }
        for (doc, masks) in added {
            if let Some(document) = self.all.get_mut(doc.index()) {
                document.masks.add_all(masks);
            }
        }
    }

    /// Whether something in `span` must not be shown.
    pub fn is_masked(&self, span: Span) -> bool {
        let document = self.get(span.doc);
        document.is_some_and(|document| document.masks_in(span.range()).next().is_some())
    }

    /// Marks `span` as not to be shown, in its own document and in all it was unwrapped from.
    pub fn mask(&mut self, span: Span, mask: Mask) {
        let mut span = span;
        loop {
            let next = match self.get(span.doc).map(|d| &d.origin) {
                Some(Origin::Peeled { parent, map, .. }) if parent.doc < span.doc => {
                    Some(parent.part(map.to_parent(span.range())))
                }
                _ => None,
            };
            if let Some(document) = self.all.get_mut(span.doc.index()) {
                document.masks.add(span, mask);
            }
            let Some(parent) = next else { return };
            span = parent;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peeled() -> (Documents, DocId, DocId) {
        let mut docs = Documents::new();
        let given = docs.give(
            "paste 1",
            Source::Paste,
            Bytes::from_static(b"see a&amp;b here"),
        );
        let mut map = OffsetMap::new();
        map.copied(0, 1);
        map.decoded(1, 1, 5);
        map.copied(6, 1);
        let child = docs.peel(
            Span::new(given, 4, 11),
            Peel::HtmlEntities,
            Bytes::from_static(b"a&b"),
            map,
        );
        (docs, given, child)
    }

    #[test]
    fn a_span_of_a_layer_leads_back_to_what_was_pasted() {
        let (docs, given, child) = peeled();
        let amp = Span::new(child, 1, 2);
        let back = docs.to_given(amp);
        assert_eq!(back, Span::new(given, 5, 10));
        assert_eq!(docs.bytes(back), b"&amp;");
        assert_eq!(docs.peels(amp), [Peel::HtmlEntities]);
    }

    #[test]
    fn what_was_read_otherwise_or_taken_out_is_told_of_the_stretch_it_touched() {
        let (docs, given, child) = peeled();
        assert_eq!(docs.unwrapped(Span::new(child, 0, 1), 9), []);
        assert_eq!(docs.unwrapped(Span::new(given, 0, 9), 9), []);
        let [layer] = &docs.unwrapped(Span::new(child, 0, 3), 9)[..] else {
            panic!("one layer");
        };
        assert_eq!(layer.peel, Peel::HtmlEntities);
        let [change] = layer.changes[..] else {
            panic!("one change");
        };
        assert_eq!(docs.bytes(change.was), b"&amp;");
        assert_eq!(docs.bytes(change.now), b"&");
        // A line break that was dropped, before an escape: the outer layer is told first.
        let (mut docs, _, child) = peeled();
        let mut map = OffsetMap::new();
        map.copied(0, 1);
        map.copied(2, 1);
        let inner = docs.peel(
            Span::new(child, 0, 3),
            Peel::LineBreaks,
            Bytes::from_static(b"ab"),
            map,
        );
        let layers = docs.unwrapped(Span::new(inner, 0, 2), 9);
        let peels: Vec<Peel> = layers.iter().map(|layer| layer.peel).collect();
        assert_eq!(peels, [Peel::HtmlEntities, Peel::LineBreaks]);
        let [out] = layers[1].changes[..] else {
            panic!("one change");
        };
        assert_eq!((docs.bytes(out.was), out.now.len()), (&b"&"[..], 0));
        assert_eq!(docs.unwrapped(Span::new(inner, 0, 1), 9), []);
    }

    #[test]
    fn slicing_past_the_end_gives_what_is_there() {
        let (docs, given, _) = peeled();
        assert_eq!(docs.bytes(Span::new(given, 12, 900)), b"here");
        assert_eq!(docs.bytes(Span::new(given, 900, 901)), b"");
        assert_eq!(docs.bytes(Span::new(DocId(77), 0, 3)), b"");
        assert_eq!(docs.shared(Span::new(given, 12, 900)).as_ref(), b"here");
    }

    #[test]
    fn the_masks_in_a_range_are_those_that_touch_it() {
        let (mut docs, given, _) = peeled();
        for (start, end) in [(0, 12), (2, 3), (4, 5), (9, 11)] {
            docs.mask(Span::new(given, start, end), Mask::Token);
        }
        let document = docs.get(given).unwrap();
        for start in 0..16 {
            for end in start..16 {
                let all = document.masks().iter();
                let touching: Vec<_> = all
                    .filter(|(span, _)| span.start < end && start < span.end)
                    .collect();
                assert_eq!(document.masks_in(start..end).collect::<Vec<_>>(), touching);
            }
        }
    }

    #[test]
    fn a_mask_reaches_every_layer() {
        let (mut docs, given, child) = peeled();
        docs.mask(Span::new(child, 1, 3), Mask::Secret);
        docs.mask(Span::new(child, 1, 3), Mask::Secret);
        let masks = |id| docs.get(id).unwrap().masks().to_vec();
        assert_eq!(masks(child), [(Span::new(child, 1, 3), Mask::Secret)]);
        assert_eq!(masks(given), [(Span::new(given, 5, 11), Mask::Secret)]);
    }
    /// A text with very many masks, and a layer of its beginning with as many.
    fn masks(each: usize) -> (Documents, DocId, Vec<(Span, Mask)>) {
        let mut docs = Documents::new();
        let text = vec![b'a'; 8 * each];
        let given = docs.give("paste 1", Source::Paste, text.clone().into());
        let mut map = OffsetMap::new();
        map.copied(0, 4 * each);
        let parent = Span::new(given, 0, 4 * each);
        let child = docs.peel(
            parent,
            Peel::LineEnds,
            text[..4 * each].to_vec().into(),
            map,
        );
        let spans = |doc, from: usize| {
            (0..each).map(move |at| Span::new(doc, from + 4 * at, from + 4 * at + 2))
        };
        let all = spans(given, 4 * each).chain(spans(child, 0));
        let masks = all.enumerate().map(|(at, span)| {
            let mask = if at % 3 == 0 {
                Mask::Secret
            } else {
                Mask::Token
            };
            (span, mask)
        });
        let masks = masks.collect();
        (docs, given, masks)
    }

    #[test]
    fn very_many_masks_are_those_that_are_added_one_by_one_and_take_no_longer_for_being_many() {
        let (mut one, given, masks_of) = masks(50);
        let mut all = one.clone();
        let twice = [masks_of.clone(), masks_of].concat();
        let before = (Span::new(given, 3, 6), Mask::Token);
        one.mask(before.0, before.1);
        all.mask(before.0, before.1);
        for (span, mask) in &twice {
            one.mask(*span, *mask);
        }
        all.mask_all(twice);
        for ((_, one), (_, all)) in one.iter().zip(all.iter()) {
            assert_eq!(one.masks(), all.masks());
            assert!(one.masks_in(9..11).eq(all.masks_in(9..11)));
        }
        let took = |each: usize| {
            let (mut docs, _, masks) = masks(each);
            let started = std::time::Instant::now();
            docs.mask_all(masks);
            started.elapsed()
        };
        let quick = std::time::Duration::from_millis(40);
        let fits = || took(40_000) < took(10_000).max(quick) * 8;
        assert!(
            (0..3).any(|_| fits()),
            "{:?}, {:?}",
            took(10_000),
            took(40_000)
        );
    }
}
