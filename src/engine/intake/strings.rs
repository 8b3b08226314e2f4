//! A text that a verifier printed twice: as text, and as a dump of its bytes.
//!
//! Owns choosing between the two and saying where they disagree. The dump wins: text is what mail, chat,
//! terminals and people change.

use super::edited::DISAGREE;
use super::pattern::Cut;
use super::reader::Reader;
use super::{Edited, Pattern};
use super::{integrity, unescape};
use crate::engine::diagnose::Finding;
use crate::engine::document::{Peel, Span};

/// One printing of a text.
#[derive(Copy, Clone, Debug)]
pub(super) struct Printed {
    /// Its bytes, escapes undone.
    pub(super) span: Span,
    /// Whether its end is there.
    pub(super) whole: bool,
}

/// What a text is, from its two printings.
#[derive(Clone, Debug)]
pub(super) struct Read {
    /// The text.
    pub(super) pattern: Pattern,
    /// What was undone beyond the escapes of the format it stands in.
    pub(super) repair: Option<Peel>,
}

/// Reads a text from its printing `text` and the dump `twin` of its bytes, named `what` in findings. Where its hash was
/// `stated`, the printing that has it is the text.
pub(super) fn reconcile(
    reader: &mut Reader<'_>,
    what: &'static str,
    text: Option<Printed>,
    twin: Option<Printed>,
    stated: Option<[u8; 32]>,
) -> Option<Read> {
    let text = text.filter(|t| !t.span.is_empty());
    let twin = twin.and_then(|t| dumped(reader, t));
    let (text, twin) = match (text, twin) {
        (None, None) => return None,
        (Some(text), None) => return Some(read(text, None)),
        (None, Some(twin)) => return Some(read(twin, Some(Peel::HexDump))),
        (Some(text), Some(twin)) => (text, twin),
    };
    let docs = &reader.case.docs;
    let (printed, dumped) = (docs.bytes(text.span), docs.bytes(twin.span));
    if printed == dumped {
        if twin.whole {
            reader.case.attested.push(text.span);
        }
        return Some(read(
            Printed {
                whole: true,
                ..text
            },
            None,
        ));
    }
    // A program that shortens long values cuts the dump first, which is three times as long: the text is whole by its hash.
    if stated.is_some_and(|hash| integrity::digest(printed) == hash) {
        return Some(read(
            Printed {
                whole: true,
                ..text
            },
            None,
        ));
    }
    let is_stated = stated.is_some_and(|hash| integrity::digest(dumped) == hash);
    // What only lacks the end was cut, whatever stands behind it.
    let begins = printed
        .strip_prefix(dumped)
        .is_some_and(|rest| !rest.trim_ascii().is_empty());
    if begins && !is_stated {
        return Some(read(text, None));
    }
    // The escapes of a literal that was escaped once more stand in the text alone: a dump has none.
    if let Some(undone) = unescape::backslashes(printed).filter(|undone| undone.bytes == dumped) {
        let layer = reader.peel(
            text.span,
            Peel::BackslashEscapes,
            undone.bytes.into(),
            undone.map,
        );
        if let Some(layer) = layer {
            let span = reader.case.docs.whole(layer);
            if twin.whole {
                reader.case.attested.push(span);
            }
            let text = Printed { span, whole: true };
            return Some(read(text, Some(Peel::BackslashEscapes)));
        }
        return Some(read(twin, Some(Peel::HexDump)));
    }
    if !twin.whole && printed.starts_with(dumped) || !text.whole && dumped.len() < printed.len() {
        return Some(read(text, None));
    }
    if !text.whole && dumped.starts_with(printed) {
        return Some(read(twin, Some(Peel::HexDump)));
    }
    let words = |bytes: &[u8]| -> Vec<u8> {
        bytes
            .iter()
            .copied()
            .filter(|b| !b.is_ascii_whitespace())
            .collect()
    };
    let words_dumped = words(dumped);
    let same = |printed: &[u8]| {
        let words_printed = words(printed);
        words_printed == words_dumped
            || !twin.whole && words_printed.starts_with(&words_dumped)
            || !text.whole && words_dumped.starts_with(&words_printed)
    };
    // What broke the lines of a text anew left the escapes of its literal as they were.
    let undone = unescape::backslashes(printed).filter(|undone| same(&undone.bytes));
    let plain = same(printed);
    let only_blanks = plain || undone.is_some();
    if only_blanks && !twin.whole {
        // The dump shows that the text lost its line breaks, but not all of what they were.
        let undone = undone.filter(|_| !plain);
        let layer = undone.and_then(|undone| {
            let bytes = undone.bytes.into();
            reader.peel(text.span, Peel::BackslashEscapes, bytes, undone.map)
        });
        return Some(match layer {
            Some(layer) => {
                let span = reader.case.docs.whole(layer);
                read(Printed { span, ..text }, Some(Peel::BackslashEscapes))
            }
            None => read(text, None),
        });
    }
    let help = "The bytes are taken: they survive mail, chat and terminals.";
    let finding = if only_blanks {
        Finding::note(
            DISAGREE,
            format!("Blanks or line breaks of the {what} changed on the way here."),
            help,
        )
    } else {
        Finding::warning(
            DISAGREE,
            format!("The {what} as text is not the one dumped as bytes beside it."),
            format!(
                "{help} Somebody edited the text, or the server printed two different strings."
            ),
        )
    };
    // Of a canonical request the hash tells that the bytes are what was computed; of a string to sign nothing has to.
    let is_whole = text.whole && twin.whole && !only_blanks && (is_stated || stated.is_none());
    if is_whole {
        reader.case.edited.push(Edited {
            text: text.span,
            bytes: twin.span,
        });
    }
    let docs = &reader.case.docs;
    let places = (docs.to_given(text.span), docs.to_given(twin.span));
    reader.find(finding.at(places.0, "as text").at(places.1, "as bytes"));
    if only_blanks {
        reader.case.attested.push(twin.span);
    }
    Some(read(twin, Some(Peel::HexDump)))
}

fn read(printed: Printed, repair: Option<Peel>) -> Read {
    let mut pattern = Pattern::exact(printed.span);
    if !printed.whole {
        pattern.cut = Cut::Truncated;
    }
    Read { pattern, repair }
}

/// The bytes of a dump as a layer of their own.
fn dumped(reader: &mut Reader<'_>, twin: Printed) -> Option<Printed> {
    if twin.span.len() > super::limits::DUMP {
        return None;
    }
    let (bytes, whole) = unescape::dump(reader.case.docs.bytes(twin.span));
    if bytes.bytes.is_empty() {
        return None;
    }
    let layer = reader.peel(twin.span, Peel::HexDump, bytes.bytes.into(), bytes.map)?;
    Some(Printed {
        span: reader.case.docs.whole(layer),
        whole: whole && twin.whole,
    })
}
