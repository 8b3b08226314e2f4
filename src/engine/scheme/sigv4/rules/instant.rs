//! Signing times as they are written, and spans of time as people say them.

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};

use crate::engine::scheme::sigv4::date;
pub(super) use crate::engine::scheme::sigv4::date::basic;

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

/// Reads a moment in any spelling that clients send.
pub(super) fn read(text: &str) -> Option<Instant> {
    let text = text.trim();
    let form = if date::is_basic(text.as_bytes()) {
        DateForm::Basic
    } else if text.contains(' ') {
        DateForm::Http
    } else {
        DateForm::Iso
    };
    if let Some(at) = date::instant(text.as_bytes()) {
        return Some(Instant { at, form });
    }
    // Forms that no verifier takes, and whose meaning is plain.
    [
        "%Y%m%dT%H%M%S%.fZ",
        "%Y%m%dT%H%M%S",
        "%Y-%m-%dT%H:%M:%S%.f",
        "%Y-%m-%d %H:%M:%S",
    ]
    .iter()
    .filter(|_| text.len() <= 40)
    .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())
    .map(|at| Instant {
        at: at.and_utc(),
        form: DateForm::Iso,
    })
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
        two(days / 365, "y", days % 365, "d")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
            (86_400 * 365 * 13, "13 y"),
        ] {
            assert_eq!(humane(TimeDelta::seconds(seconds)), said);
        }
    }
}
