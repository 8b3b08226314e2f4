//! Signing times: which spellings are understood, and the one that is signed.

use chrono::{DateTime, NaiveDateTime, Utc};

/// The form that is signed: basic ISO 8601 in UTC.
pub(super) const BASIC: &str = "%Y%m%dT%H%M%SZ";

/// The moment `text` names, in any spelling that servers take: basic and extended ISO 8601, and the
/// three forms of an HTTP date (RFC 9110 section 5.6.7).
pub(super) fn instant(text: &[u8]) -> Option<DateTime<Utc>> {
    let text = std::str::from_utf8(text).ok()?.trim();
    if text.len() > 40 {
        return None;
    }
    let naive = |text: &str, form| NaiveDateTime::parse_from_str(text, form).ok();
    if let Some(at) = naive(text, BASIC) {
        return Some(at.and_utc());
    }
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return Some(at.to_utc());
    }
    // SQS has been seen to take and echo 20190811T155553+0100.
    if let Ok(at) = DateTime::parse_from_str(text, "%Y%m%dT%H%M%S%z") {
        return Some(at.to_utc());
    }
    // The weekday says nothing that the date does not, and is often wrong in hand-made requests.
    let after_weekday = match text.split_once(',') {
        Some((_, rest)) => rest.trim(),
        None => text.split_once(' ')?.1.trim(),
    };
    let clock = after_weekday
        .strip_suffix("GMT")
        .or_else(|| after_weekday.strip_suffix("UTC"))
        .unwrap_or(after_weekday)
        .trim_end();
    [
        "%d %b %Y %H:%M:%S",
        "%d-%b-%y %H:%M:%S",
        "%b %e %H:%M:%S %Y",
    ]
    .into_iter()
    .find_map(|form| naive(clock, form))
    .map(|at| at.and_utc())
}

/// Whether `text` is already in the form that is signed.
pub(super) fn is_basic(text: &[u8]) -> bool {
    text.len() == 16
        && text.iter().enumerate().all(|(i, b)| match i {
            8 => *b == b'T',
            15 => *b == b'Z',
            _ => b.is_ascii_digit(),
        })
}

/// `at` in the form that is signed.
pub(super) fn basic(at: DateTime<Utc>) -> String {
    at.format(BASIC).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_names_the_same_moment() {
        for text in [
            "20150830T123600Z",
            "2015-08-30T12:36:00Z",
            "2015-08-30T14:36:00+02:00",
            "20150830T143600+0200",
            "Sun, 30 Aug 2015 12:36:00 GMT",
            "Mon, 30 Aug 2015 12:36:00 GMT", // wrong weekday
            "Sunday, 30-Aug-15 12:36:00 GMT",
            "Sun Aug 30 12:36:00 2015",
        ] {
            let at = instant(text.as_bytes()).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(basic(at), "20150830T123600Z", "{text}");
        }
        for text in ["", "20150830", "20151330T123600Z", "yesterday", "Sun, "] {
            assert_eq!(instant(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn only_the_basic_form_is_signed_as_it_stands() {
        assert!(is_basic(b"20150830T123600Z"));
        assert!(!is_basic(b"2015-08-30T12:36:00Z"));
        assert!(!is_basic(b"20150830T123600"));
    }
}
