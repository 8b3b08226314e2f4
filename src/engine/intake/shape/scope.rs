//! Credential scopes that stand alone: in a log line, a `Credential=` that is compared with another, prose. Of the
//! request that they are of nothing is here.
//!
//! Owns finding them where nothing else was read. Must not know what a part of one should be.

use super::vocabulary::SCOPE_END;
use crate::engine::intake::Case;
use crate::engine::intake::text::Text;

/// Scopes of one text.
const MOST: usize = 16;
/// The longest one, in bytes.
const LONGEST: usize = 256;
/// Digits of its date.
const DATE: usize = 8;

/// Adds the scopes of `texts` to a case in which nothing was recognised.
pub(in crate::engine::intake) fn add(case: &mut Case, texts: &[Text]) {
    if !case.pieces.is_empty() {
        return;
    }
    for text in texts {
        let bytes = text.from(0);
        let mut ends = memchr::memmem::find_iter(bytes, SCOPE_END);
        while case.scopes.len() < MOST
            && let Some(at) = ends.next()
        {
            let end = at + SCOPE_END.len();
            if let Some(start) = start(text, at)
                && !is_of_url(text, start)
                && text.get(end..end + 1).iter().all(|b| !is_part(*b))
            {
                case.scopes.push(case.docs.to_given(text.span(start..end)));
            }
        }
    }
}

/// Whether a credential is the value of a parameter: then the URL that it is of is here, whatever could be read of it.
fn is_of_url(text: &Text, start: usize) -> bool {
    const NAME: &[u8] = b"X-Amz-Credential=";
    let before = text.get(start.saturating_sub(NAME.len())..start);
    before.eq_ignore_ascii_case(NAME)
}

/// Where the credential begins whose scope ends at `end`: in front of its date stands the key id, or nothing.
fn start(text: &Text, end: usize) -> Option<usize> {
    let floor = end.saturating_sub(LONGEST);
    let before = text.get(floor..end);
    let own = before
        .iter()
        .rev()
        .take_while(|b| is_part(**b) || **b == b'/')
        .count();
    let start = floor + before.len() - own;
    // Date, region, service.
    let mut parts = text.get(start..end).rsplit(|b| *b == b'/').skip(2);
    let date = parts.next()?;
    (date.len() == DATE && date.iter().all(u8::is_ascii_digit)).then_some(start)
}

/// Whether a byte may stand in a part of a credential, or in what somebody put in its place.
fn is_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_.*[]+".contains(&byte)
}
