//! A form for an upload as a command sends it: `curl -F name=value`, `http --multipart name=value`.
//!
//! Owns telling such a command from others by its fields. Must not know how the command spells them.

use std::ops::Range;

use super::{has, has_signature, hide};
use crate::engine::intake::compose::Composer;
use crate::engine::intake::piece::Piece;
use crate::engine::intake::{FormField, PostForm, Shape};

/// Adds the form that a command of this shape sends to `url`, where its fields are those of a signed one. `file`: how
/// many fields stand before the one for the file, and where that stands.
pub(in crate::engine::intake) fn add(
    composer: &mut Composer<'_, '_, '_>,
    shape: Shape,
    url: &Piece,
    fields: &[(Piece, Piece)],
    file: Option<(usize, Range<usize>)>,
) -> Option<()> {
    let names: Vec<&[u8]> = fields.iter().map(|(name, _)| name.bytes()).collect();
    // Its own name is enough for a signature that no other request has among its fields.
    if !has_signature(&names) && !has(&names, "x-amz-signature") {
        return None;
    }
    let url = composer.placed(url)?.whole();
    let fields: Vec<FormField> = fields
        .iter()
        .filter_map(|(name, value)| {
            Some(FormField {
                name: composer.placed(name)?.whole(),
                value: composer.placed(value)?.whole(),
            })
        })
        .collect();
    hide(&mut composer.reader.case.docs, &fields);
    let place = composer.place.clone();
    let span = composer.text.span(place.clone());
    let cut = place.end >= composer.text.len() && stops_inside(composer, &place);
    composer.reader.add_form(PostForm {
        shape,
        span: composer.reader.case.docs.to_given(span),
        url: Some(url),
        fields,
        file: file.map(|(at, place)| (at, composer.text.span(place))),
        cut,
    });
    Some(())
}

/// Whether the last line of a command stops inside a quoted word.
fn stops_inside(composer: &Composer<'_, '_, '_>, place: &Range<usize>) -> bool {
    const LONGEST: usize = 16 << 10;
    let start = place.start.max(place.end.saturating_sub(LONGEST));
    let mut open = None;
    for byte in composer.text.get(start..place.end) {
        match (open, *byte) {
            (None, quote @ (b'"' | b'\'')) => open = Some(quote),
            (Some(quote), byte) if quote == byte => open = None,
            _ => {}
        }
    }
    open.is_some()
}
