//! Signing times: which spellings are understood, the one that is signed, and lengths of time as people
//! say them.

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};

/// The form that is signed: basic ISO 8601 in UTC.
pub(super) const BASIC: &str = "%Y%m%dT%H%M%SZ";

/// Longer texts are no dates.
const LONGEST: usize = 40;

/// A moment, and how it was written.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(super) struct Instant {
    pub(super) at: DateTime<Utc>,
    pub(super) form: DateForm,
}

/// How a moment was written.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(super) enum DateForm {
    /// `20150830T123600Z`: the one form that is signed.
    Basic,
    /// Any other ISO 8601.
    Iso,
    /// A date of HTTP (RFC 9110 section 5.6.7).
    Http,
}

/// Reads a moment in any spelling that clients send: those that servers take, and some that none takes
/// and whose meaning is plain.
pub(super) fn read(text: &str) -> Option<Instant> {
    let text = text.trim();
    let form = if is_basic(text.as_bytes()) {
        DateForm::Basic
    } else if text.contains(' ') {
        DateForm::Http
    } else {
        DateForm::Iso
    };
    if let Some(at) = instant(text.as_bytes()) {
        return Some(Instant { at, form });
    }
    [
        "%Y%m%dT%H%M%S%.fZ",
        "%Y%m%dT%H%M%S",
        "%Y-%m-%dT%H:%M:%S%.f",
        "%Y-%m-%d %H:%M:%S",
    ]
    .iter()
    .filter(|_| text.len() <= LONGEST)
    .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())
    .map(|at| Instant {
        at: at.and_utc(),
        form: DateForm::Iso,
    })
}

/// The moment `text` names, in any spelling that servers take: basic and extended ISO 8601, and the
/// three forms of an HTTP date (RFC 9110 section 5.6.7).
pub(super) fn instant(text: &[u8]) -> Option<DateTime<Utc>> {
    let text = std::str::from_utf8(text).ok()?.trim();
    if text.len() > LONGEST {
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

/// `at` as a sentence says it: `2013-05-24 00:00:00 UTC`.
pub(super) fn said(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%d %H:%M:%S UTC").to_string()
}

/// A length of time as people say it, without its sign: `42 s`, `4 h 12 m`, `5 d 3 h`.
pub(super) fn humane(span: TimeDelta) -> String {
    let seconds = span.num_seconds().unsigned_abs();
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400);
    let two = |a: u64, a_unit: &str, b: u64, b_unit: &str| {
        if b == 0 {
            format!("{a} {a_unit}")
        } else {
            format!("{a} {a_unit} {b} {b_unit}")
        }
    };
    if minutes == 0 {
        format!("{seconds} s")
    } else if hours == 0 {
        two(minutes, "m", seconds % 60, "s")
    } else if hours < 72 {
        two(hours, "h", minutes % 60, "m")
    } else if days < 730 {
        two(days, "d", hours % 24, "h")
    } else {
        // The mean year of the Gregorian calendar has 365.2425 days; no day more or less is told by it.
        let years = (days * 10_000 + 5_000) / 3_652_425;
        let whole = (years * 3_652_425 + 5_000) / 10_000;
        two(years, "y", days.saturating_sub(whole), "d")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_server_takes_is_not_signed() {
        for text in [
            "20150830T123600",
            "2015-08-30 12:36:00",
            "20150830",
            "yesterday",
            "Sun, ",
        ] {
            assert_eq!(instant(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn only_the_basic_form_is_signed_as_it_stands() {
        assert!(is_basic(b"20150830T123600Z"));
        assert!(!is_basic(b"2015-08-30T12:36:00Z"));
        assert!(!is_basic(b"20150830T123600"));
    }

    #[test]
    fn every_spelling_names_the_same_moment() {
        for (text, form) in [
            ("20150830T123600Z", DateForm::Basic),
            ("2015-08-30T12:36:00Z", DateForm::Iso),
            ("2015-08-30T14:36:00+02:00", DateForm::Iso),
            ("20150830T143600+0200", DateForm::Iso),
            ("20150830T123600.000Z", DateForm::Iso),
            ("20150830T123600", DateForm::Iso),
            ("Sun, 30 Aug 2015 12:36:00 GMT", DateForm::Http),
            ("Mon, 30 Aug 2015 12:36:00 GMT", DateForm::Http),
            ("2015-08-30 12:36:00", DateForm::Iso),
            ("Sunday, 30-Aug-15 12:36:00 GMT", DateForm::Http),
            ("Sun Aug 30 12:36:00 2015", DateForm::Http),
        ] {
            let found = read(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(
                (basic(found.at).as_str(), found.form),
                ("20150830T123600Z", form),
                "{text}"
            );
        }
        for text in [
            "",
            "20150830",
            "20151330T123600Z",
            "1440938160",
            "yesterday",
            "Sun, ",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn time_as_people_say_it() {
        for (seconds, said) in [
            (0, "0 s"),
            (42, "42 s"),
            (-61, "1 m 1 s"),
            (900, "15 m"),
            (15_120, "4 h 12 m"),
            (172_080, "47 h 48 m"),
            (86_400 * 5 + 3600 * 3, "5 d 3 h"),
            // From 2013-11-23 to 2026-11-23, and to the day before and behind.
            (86_400 * 4_748, "13 y"),
            (86_400 * 4_747, "12 y 364 d"),
            (86_400 * 4_749, "13 y 1 d"),
        ] {
            assert_eq!(humane(TimeDelta::seconds(seconds)), said);
        }
    }
}
