//! What must not be shown of a stretch: as little of the text is searched for it as the columns need.

use std::ops::Range;

use unicode_width::UnicodeWidthStr as _;

use crate::engine::document::Document;
use crate::engine::secret::{Hidden, Near, Redactor, joined};

/// Bytes one column may stand for at most: the longest cluster that is drawn as it is.
const BYTES_A_COLUMN: usize = 32;

/// What is hidden of as much of `range` as `width` columns can show, and what `masks` says is hidden there
/// whatever the redactor knows.
pub(super) fn near(
    redactor: &Redactor,
    bytes: &[u8],
    range: Range<usize>,
    width: usize,
    masks: impl Fn(Range<usize>) -> Vec<Hidden>,
) -> Near {
    /// After so many looks that did not fill the columns, as much is looked at as could ever be needed.
    const LOOKS: usize = 4;
    let most = range.end.min(range.start.saturating_add(window(width)));
    let wanted = width + 2;
    let mut upto = most.min(range.start.saturating_add(wanted));
    let mut looks = 1;
    loop {
        let mut near = redactor.near(bytes, range.start..upto);
        let known = range.start..near.until.min(range.end);
        near.hidden = joined([near.hidden, masks(known.clone())].concat());
        if upto >= most || known.end >= most {
            return near;
        }
        upto = match columns(bytes, &near.hidden, known.clone()) {
            Some(columns) if columns >= wanted => return near,
            Some(columns) if looks < LOOKS => most.min(known.end + wanted - columns),
            _ => most,
        };
        looks += 1;
    }
}

/// What is hidden of all of `range`: for many short lines that stand together.
pub(crate) fn stretch(redactor: &Redactor, document: &Document, range: Range<usize>) -> Near {
    let near = redactor.near(document.bytes(), range.clone());
    let masks = masks(document, range.clone());
    Near {
        hidden: joined([near.hidden, masks].concat()),
        until: range.end.min(near.until),
    }
}

/// What the document itself hides of `range`.
pub(super) fn masks(document: &Document, range: Range<usize>) -> Vec<Hidden> {
    let masks = document.masks_in(range);
    masks
        .map(|(span, mask)| {
            let spelled = document.bytes().get(span.range()).unwrap_or_default();
            Hidden::of(span.range(), *mask, spelled)
        })
        .collect()
}

/// The columns that `range` takes at least, where all of it that is not hidden is ASCII: a byte of that
/// takes a column or more.
fn columns(bytes: &[u8], hidden: &[Hidden], range: Range<usize>) -> Option<usize> {
    let mut columns = 0;
    let mut at = range.start;
    let shown = |from: usize, to: usize| {
        let shown = bytes.get(from..to.max(from)).unwrap_or_default();
        shown.is_ascii().then_some(shown.len())
    };
    for hidden in hidden.iter().filter(|h| h.range.end > range.start) {
        columns += shown(at, hidden.range.start.min(range.end))?;
        columns += crate::engine::secret::label(hidden.mask, hidden.size).width();
        at = at.max(hidden.range.end);
    }
    Some(columns + shown(at.min(range.end), range.end)?)
}

/// Bytes that can matter for `width` columns: what is behind them need not be looked at.
pub(super) fn window(width: usize) -> usize {
    (width + 2).saturating_mul(BYTES_A_COLUMN)
}

/// The start of the character that the byte `at` belongs to.
pub(super) fn char_start(bytes: &[u8], at: usize) -> usize {
    (0..4)
        .filter_map(|back| at.checked_sub(back))
        .find(|&i| bytes.get(i).is_none_or(|b| b & 0xC0 != 0x80))
        .unwrap_or(at)
}
