//! What the server's answer says of clocks: skew, expiry, requests from the future.

use chrono::{NaiveTime, TimeDelta, Utc};

use super::answers::Answered;
use super::server::said;
use super::table as t;
use super::table::Check;
use crate::engine::diagnose::Finding;
use crate::engine::scheme::sigv4::date::{self, Instant};
use crate::engine::scheme::{FieldKey, FieldKind};

/// Everything a server says about time: skew, expiry, dates from the future.
pub(super) fn clock(answer: &Answered<'_>, code: &str, text: &str) -> Option<Finding> {
    let time = |name: &str| answer.detail(name).and_then(|part| date::read(&part.text));
    let has = |needle: &str| text.contains(needle);
    if code == "RequestTimeTooSkewed"
        || has("request time and the current time is too large")
        || has("request time and the server's time is too large")
    {
        let allowed = answer
            .detail("MaxAllowedSkewMilliseconds")
            .and_then(|part| part.text.parse::<i64>().ok())
            .and_then(TimeDelta::try_milliseconds);
        return Some(skew(
            answer,
            time("RequestTime"),
            time("ServerTime"),
            allowed,
            text,
        ));
    }
    if code == "RequestExpired" || has("signature is too far in the past and has expired") {
        return Some(expired(answer, text));
    }
    if has("Request has expired") {
        let expires = time("Expires");
        let server = time("ServerTime").or_else(|| of_clock(answer));
        let message = match expires.zip(server) {
            Some((expires, server)) => format!(
                "The presigned URL expired {} before the server saw it: it was valid until {}, and \
                 the server's clock stood at {}.",
                date::humane(server.at - expires.at),
                date::said(expires.at),
                date::said(server.at)
            ),
            None => "The server says that the presigned URL has expired.".to_owned(),
        };
        return Some(at_clock(
            answer,
            &t::SERVER_URL_EXPIRED,
            message,
            "Presign again. A URL signed \
            with temporary credentials also dies with its session token, however long X-Amz-Expires is.",
        ));
    }
    if has("Request is not yet valid") || has("Request is not valid yet") {
        let server = time("ServerTime").or_else(|| of_clock(answer));
        // S3 prints the request's time in milliseconds since 1970 here (minio/minio#2638).
        let signed = answer.detail("X-Amz-Date").and_then(|part| {
            let millis = part
                .text
                .parse()
                .ok()
                .and_then(chrono::DateTime::<Utc>::from_timestamp_millis);
            millis.or_else(|| date::read(&part.text).map(|i| i.at))
        });
        let message = match signed.zip(server) {
            Some((signed, server)) => format!(
                "The request was signed {} ahead of the server's clock ({} against {}).",
                date::humane(signed - server.at),
                date::said(signed),
                date::said(server.at)
            ),
            None => "The server says that the request is not yet valid.".to_owned(),
        };
        return Some(at_clock(
            answer,
            &t::SERVER_NOT_YET,
            message,
            "Set the signer's clock, by NTP if \
            it can be, and mind that the signing time is in UTC.",
        ));
    }
    // Signature expired: A is now earlier than B (C - 15 min.): A was signed, C is the server's clock. The first
    // words are missing from many a paste.
    let (from, sign) = if has(" is now earlier than ") {
        (" is now earlier than ", '-')
    } else if has(" is still later than ") {
        (" is still later than ", '+')
    } else {
        return None;
    };
    let signed = text
        .split_once(from)
        .and_then(|(before, _)| before.split_whitespace().next_back())
        .and_then(date::read);
    let inside = text.rsplit_once('(').map_or("", |(_, inside)| inside);
    let server = inside.split([' ', ')']).next().and_then(date::read);
    let allowed = inside
        .split_once(sign)
        .and_then(|(_, rest)| rest.trim().split(' ').next()?.parse().ok())
        .and_then(TimeDelta::try_minutes);
    Some(skew(answer, signed, server, allowed, text))
}

/// The query services' words, which are about any request: its time stamp, or the end that it states, is past
/// (Amazon EC2 API Reference, RequestExpired). Amazon MWS names the time stamp.
fn expired(answer: &Answered<'_>, text: &str) -> Finding {
    let stamp = text
        .split_once("Timestamp date:")
        .and_then(|(_, behind)| behind.split_whitespace().next())
        .and_then(date::read);
    let clock = of_clock(answer);
    let message = match (stamp, clock) {
        (Some(stamp), Some(clock)) => format!(
            "The server says that the request has expired: it bears the time {}, {} before the server's clock.",
            date::said(stamp.at),
            date::humane(clock.at - stamp.at)
        ),
        (Some(stamp), None) => format!(
            "The server says that the request has expired: it bears the time {}.",
            date::said(stamp.at)
        ),
        (None, _) => "The server says that the request has expired.".to_owned(),
    };
    at_clock(
        answer,
        &t::SERVER_EXPIRED,
        message,
        "Its time stamp lies too far back, or the end that it states is past: set the signer's clock, mind that the time \
         is in UTC, and sign each attempt anew, also those that wait in a queue or are sent again.",
    )
}

fn of_clock(answer: &Answered<'_>) -> Option<Instant> {
    answer.answer.clock.map(|(at, _)| Instant {
        at,
        form: date::DateForm::Http,
    })
}

fn at_clock(answer: &Answered<'_>, check: &Check, message: String, help: &str) -> Finding {
    check
        .found(message, help)
        .at(answer.place(), "the server's answer")
        .about(FieldKey::of(FieldKind::DATE))
}

fn skew(
    answer: &Answered<'_>,
    signed: Option<Instant>,
    server: Option<Instant>,
    allowed: Option<TimeDelta>,
    text: &str,
) -> Finding {
    let help = "Set the signer's clock, by NTP if it can be. If it is right, the request was held back \
                or sent again: sign each attempt anew.";
    let Some((signed, server)) = signed.zip(server.or_else(|| of_clock(answer))) else {
        return said(answer, &t::SERVER_CLOCK, text, help, Some(FieldKind::DATE));
    };
    let off = signed.at - server.at;
    let within = allowed.map_or_else(String::new, |allowed| {
        format!("; it allows {}", date::humane(allowed))
    });
    // One signing time in 86,400 is midnight to the second; each of those is that were made of a date alone.
    if signed.at.time() == NaiveTime::MIN {
        let side = if off < TimeDelta::zero() {
            "behind"
        } else {
            "ahead of"
        };
        let message = format!(
            "The signing time is {}, midnight to the second, and {} {side} the server's clock, which stood at {}{within}.",
            date::said(signed.at),
            date::humane(off),
            date::said(server.at)
        );
        return at_clock(
            answer,
            &t::SERVER_CLOCK,
            message,
            "So looks a time that was made of a date alone: print x-amz-date as it is made, with hours, minutes and seconds, \
             in UTC. If it was midnight indeed, set the signer's clock.",
        );
    }
    // Whatever was long under way, or was sent again, bears a date in the past.
    let (fault, help) = if off < TimeDelta::zero() {
        ("slow, or the request was that long under way: it", help)
    } else {
        (
            "fast, or the server's is that slow: the request",
            "Set the signer's clock, by NTP if it can be, and mind that the signing time is in UTC. If it is right, the \
             server's clock is not: that is for whoever runs the server.",
        )
    };
    let message = format!(
        "Your clock is {} {fault} was signed at {} and the server's clock stood at {}{within}.",
        date::humane(off),
        date::said(signed.at),
        date::said(server.at)
    );
    at_clock(answer, &t::SERVER_CLOCK, message, help)
}

/// The text between the first `from` and the next `to` behind it.
pub(super) fn between<'t>(text: &'t str, from: &str, to: &str) -> Option<&'t str> {
    let (_, rest) = text.split_once(from)?;
    let (inside, _) = rest.split_once(to)?;
    Some(inside.trim())
}
