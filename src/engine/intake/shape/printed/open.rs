//! How far one of the two texts goes in an element that was never closed: to the end of its own lines, for what a
//! person wrote behind it stands in the element as well.
//!
//! Owns where such a text ends at the latest. Must not know where it stood; whether it is all here is told by others.

use super::grammar::{ALGORITHMS, Fed, Grammar, Kind};
use crate::engine::intake::marks;
use crate::engine::intake::shape::vocabulary::METHODS;

/// How much of `text`, which begins with its first line, is of the text that this line begins; none where it begins
/// neither. A last line that is not all here is of it.
pub(in crate::engine::intake) fn own_len(text: &[u8]) -> Option<usize> {
    let first = text.split(|b| *b == b'\n').next()?.trim_ascii();
    let algorithm = ALGORITHMS.iter().any(|name| name.as_bytes() == first);
    let kind = match METHODS.contains(&first) {
        _ if algorithm => Kind::ToSign,
        true => Kind::Canonical,
        false => return None,
    };
    let last = text.trim_ascii_end().len();
    let mut grammar = Grammar::new(kind);
    let (mut at, mut sure) = (0, 0);
    for line in text.split_inclusive(|b| *b == b'\n') {
        let start = at + line.len() - line.trim_ascii_start().len();
        let own = line.trim_ascii();
        at += line.len();
        if at > line.len() && !own.is_empty() && !may_be_of(kind, own) {
            return Some(sure);
        }
        match grammar.feed(own) {
            Fed::More => sure = start + own.len(),
            Fed::Done(len) => return Some(start + len),
            // Pages add empty lines.
            Fed::Foreign if own.is_empty() => {}
            Fed::Foreign if at >= last && !own.contains(&b' ') => return Some(last),
            Fed::Foreign => return Some(sure),
        }
    }
    Some(sure.min(last))
}

/// Whether a line behind the first may be of such a text, or what is left of one, by its letters: those of a string to
/// sign are a time, a scope and hashes, and headers stand in small letters (Create a signed AWS API request, steps 1 and
/// 3).
fn may_be_of(kind: Kind, line: &[u8]) -> bool {
    if line.starts_with(b"```") {
        return false;
    }
    match kind {
        Kind::ToSign => {
            let prose = |b: &u8| b" \t:,;!?'\"`".contains(b);
            let digits = line.iter().any(u8::is_ascii_digit)
                || line.iter().all(u8::is_ascii_hexdigit)
                || marks::is_redacted(line)
                || marks::is_filler(line);
            marks::is_mark(line) || digits && !line.iter().any(prose)
        }
        Kind::Canonical => {
            let colon = memchr::memchr(b':', line).filter(|_| line.first() != Some(&b'/'));
            let name = colon.and_then(|at| line.get(..at)).unwrap_or_default();
            // A query has its names in any letters.
            name.contains(&b'=') || !name.iter().any(u8::is_ascii_uppercase)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::own_len;

    const SCOPE: &str = "20130524T000000Z\n20130524/us-east-1/s3/aws4_request";

    #[test]
    fn words_behind_an_open_text_are_not_of_it() {
        let hash = "7344ae5b7ee6c3e7e6b0fe0640412a37625d1fbfff95c48bbb2dc43964946972";
        for (own, behind) in [
            ("AWS4-HMAC-SHA256", "\n\nI get this error. What now?\n"),
            ("AWS4-HMAC-SHA256", "\nRegards,\n"),
            ("AWS4-HMAC-SHA256", "\nsee https://example.com/issues/12\n"),
            (
                "AWS4-HMAC-SHA256\n20130524T000000Z",
                "\n```\nand *do* help\n",
            ),
            (
                &format!("AWS4-HMAC-SHA256\n{SCOPE}"),
                "\n\nIt works with curl 7/8.\n",
            ),
            (
                &format!("AWS4-HMAC-SHA256\n{SCOPE}\n{hash}"),
                "\nIt works with curl.\n",
            ),
            (
                "GET\n/a\n\nhost:h\nx-amz-date:20130524T000000Z",
                "\nNote: it is cut.\n",
            ),
            (
                &format!("GET\n/a\n\nhost:h\n\nhost\n{hash}"),
                "\nhost:other\n",
            ),
        ] {
            let text = format!("{own}{behind}");
            assert_eq!(own_len(text.as_bytes()), Some(own.len()), "{text}");
        }
    }

    #[test]
    fn what_is_left_of_a_last_line_and_what_hides_one_is_of_it() {
        for own in [
            "AWS4-HMAC-SHA256\n2013",
            "AWS4-HMAC-SHA256\n** REDACTED **\n20130524/us-east-1/s3/aws4_request\n7344ae",
            &format!("AWS4-HMAC-SHA256\n{SCOPE}\n73"),
            "PUT\n/a b:C\nX-Amz-Expires=1&a=b:c\nhost:h\nx-amz-da",
            "GET\n\n/a\n\n\n\nhost:h\n\n\n\nhost\n7344",
        ] {
            assert_eq!(
                own_len(format!("{own}\n").as_bytes()),
                Some(own.len()),
                "{own}"
            );
        }
        assert_eq!(own_len(b"Thu, 24 May\n"), None);
    }
}
