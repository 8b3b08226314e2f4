//! Dates: whether there is one, how it is written, and how old the request is.

use chrono::TimeDelta;

use super::clock::ClockSource;
use super::facts::{Facts, Form, Part, shown};
use super::table as t;
use crate::engine::diagnose::{Finding, Severity};
use crate::engine::intake::is_verb;
use crate::engine::scheme::sigv4::date::{self, DateForm, Instant};
use crate::engine::scheme::{FieldKey, FieldKind};

/// Seven days: the longest a presigned URL may live.
const LONGEST: i64 = 604_800;

pub(super) fn findings(facts: &Facts<'_>, out: &mut Vec<Finding>) {
    stated(facts, out);
    duplicates(facts, out);
    let expires = expires(facts, out);
    // A server that spoke of time itself is handed on elsewhere, in its own words and exact.
    let told = out
        .iter()
        .any(|f| f.id.starts_with("server-") && f.field == Some(FieldKey::of(FieldKind::DATE)));
    if !told {
        let compared = out.iter().any(|f| f.id == t::SERVER_RULES_OUT.id);
        age(facts, expires, compared, out);
    }
}

/// What is said of an age where the verifier compared signatures all the same.
const COMPARED: &str = "The server compared signatures, and said nothing of the time: in Amazon S3 that comes behind its \
     look at the signing time, so this is not why it refused. To send the request again, sign it anew.";

/// Presence and spelling.
fn stated(facts: &Facts<'_>, out: &mut Vec<Finding>) {
    let date = FieldKey::of(FieldKind::DATE);
    let Some(part) = &facts.date else {
        // A missing parameter of a query is said with the other parameters.
        let untold = facts.is_without_headers() && facts.is_signed("x-amz-date");
        if facts.form == Form::Header && !facts.is_print_short() && !untold {
            let (gravest, message) = if facts.request.may_lack_headers() {
                (
                    Severity::Warning,
                    "No signing time stands beside this Authorization header, in neither an x-amz-date nor a Date header.",
                )
            } else {
                (
                    Severity::Error,
                    "The request has neither an x-amz-date nor a Date header.",
                )
            };
            out.push(
                t::DATE_MISSING
                    .at_most(
                        gravest,
                        message,
                        "Send x-amz-date in the form 20150830T123600Z, in UTC, and sign it.",
                    )
                    .at(facts.place(), "signed without a date")
                    .about(date),
            );
        }
        return;
    };
    let what = match facts.form {
        Form::Query => "X-Amz-Date",
        Form::Header if facts.header("x-amz-date").is_some() => "x-amz-date",
        Form::Header => "Date",
    };
    let written = shown(&part.text);
    let help = "Write it as 20150830T123600Z: in UTC, without dashes, colons or fractions.";
    let finding = match facts.instant {
        None if facts.holds_unknown(part.span) || is_verb(part.text.as_bytes()) => return,
        None => t::DATE_FORMAT.found(format!("{what} is “{written}”, which is no date."), help),
        Some(Instant {
            form: DateForm::Basic,
            ..
        }) => return,
        // A Date header is an HTTP date by rights; services other than S3 want ISO 8601 even there.
        Some(Instant {
            form: DateForm::Http,
            ..
        }) if what == "Date" => return,
        // Verifiers of AWS read the extended form too; S3 and most of its kin do not.
        Some(Instant {
            form: DateForm::Iso,
            ..
        }) if facts.form == Form::Header => t::DATE_FORMAT.at_most(
            if facts.is_s3() && what != "Date" {
                Severity::Error
            } else {
                Severity::Warning
            },
            format!("{what} is “{written}”, which is not ISO 8601 in basic form."),
            help,
        ),
        Some(_) => t::DATE_FORMAT.found(
            format!("{what} is “{written}”, which is not ISO 8601 in basic form."),
            help,
        ),
    };
    out.push(finding.at(part.span, "the signing time").about(date));
}

fn duplicates(facts: &Facts<'_>, out: &mut Vec<Finding>) {
    let all: Vec<(_, Part)> = facts.headers("x-amz-date").collect();
    if let [(first, _), (second, _), ..] = all.as_slice() {
        out.push(
            t::DATE_TWICE
                .found(
                    format!("x-amz-date is sent {} times.", all.len()),
                    "Send it once: verifiers differ in which they take.",
                )
                .at(*second, "again")
                .at(*first, "the first")
                .about(FieldKey::named(FieldKind::HEADER, "x-amz-date", 0)),
        );
    }
}

/// The lifetime a presigned URL states, in seconds, where it is one.
fn expires(facts: &Facts<'_>, out: &mut Vec<Finding>) -> Option<TimeDelta> {
    if facts.form != Form::Query {
        return None;
    }
    let param = facts.param("X-Amz-Expires")?;
    let written = shown(&param.value.text);
    let place = FieldKey::named(FieldKind::QUERY, "X-Amz-Expires", 0);
    let help = "X-Amz-Expires is a whole number of seconds, from 1 to 604800 (seven days).";
    let bad = |message: String| {
        t::EXPIRES_RANGE
            .found(message, help)
            .at(param.span, "out of range")
            .about(place.clone())
    };
    let Ok(seconds) = param.value.text.parse::<i64>() else {
        out.push(bad(format!(
            "X-Amz-Expires is “{written}”, which is not a number of seconds."
        )));
        return None;
    };
    if seconds < 0 {
        out.push(bad(format!(
            "X-Amz-Expires is {seconds}, which is negative."
        )));
        return None;
    }
    let lifetime = TimeDelta::try_seconds(seconds);
    if seconds > LONGEST {
        let said = lifetime.map_or_else(String::new, |l| format!(" ({})", date::humane(l)));
        out.push(bad(format!(
            "X-Amz-Expires is {seconds} seconds{said}, and a URL may live {LONGEST} at the most."
        )));
    } else if seconds == 0 {
        out.push(bad(
            "X-Amz-Expires is 0: the URL expires the moment it is signed.".to_owned(),
        ));
    }
    lifetime
}

/// Age and skew by the best clock known: an error only where that clock is the verifier's. Where the verifier
/// `compared` signatures it took the signing time, whatever moment a person states afterwards.
fn age(facts: &Facts<'_>, expires: Option<TimeDelta>, compared: bool, out: &mut Vec<Finding>) {
    let (Some(signed), Some(part)) = (facts.instant, &facts.date) else {
        return;
    };
    // A verifier that compared signatures did not refuse for this.
    let may_refuse = |finding: Finding| {
        if compared {
            finding
        } else {
            finding.refusing()
        }
    };
    let excused = compared && !matches!(facts.clock, ClockSource::Server(_));
    let gravest = if facts.clock.is_known() && !excused {
        Severity::Error
    } else {
        Severity::Warning
    };
    let help = |otherwise: &'static str| if excused { COMPARED } else { otherwise };
    let by = facts.clock.by();
    let (limit, tight) = (TimeDelta::minutes(15), TimeDelta::minutes(5));
    let elapsed = facts.now.signed_duration_since(signed.at);
    let at = date::said(signed.at);
    let ago = date::humane(elapsed);
    let finding = if elapsed < -limit {
        may_refuse(t::REQUEST_FUTURE.at_most(
            gravest,
            format!("The request was signed at {at}, {ago} in the future {by}."),
            help("Set the signer's clock, and mind that the signing time is in UTC, not in local time."),
        ))
    } else if facts.form == Form::Query {
        let Some(end) = expires.and_then(|lifetime| signed.at.checked_add_signed(lifetime)) else {
            return;
        };
        let over = facts.now.signed_duration_since(end);
        if over <= TimeDelta::zero() {
            return;
        }
        may_refuse(t::URL_EXPIRED.at_most(
            gravest,
            format!(
                "The URL expired {} ago {by}: it was valid until {}.",
                date::humane(over),
                date::said(end)
            ),
            help("Presign again. A URL signed with temporary credentials also dies with its session token."),
        ))
    } else if elapsed > limit {
        let old = may_refuse(t::REQUEST_OLD.at_most(
            gravest,
            format!("The request was signed at {at}, {ago} ago {by}; verifiers allow 15 m at the most."),
            help(
                "Sign each attempt anew, and set the signer's clock. Corrected headers with a fresh date \
                 are for sending, those with the same date for comparing.",
            ),
        ));
        // What was sent was fresh then, for all that is known: it is the paste that has grown old.
        if facts.clock.is_known() {
            old
        } else {
            old.of_paste()
        }
    } else if elapsed.abs() > tight && facts.clock.is_known() {
        let way = if elapsed > TimeDelta::zero() {
            "behind"
        } else {
            "ahead of"
        };
        t::CLOCK_DRIFT.found(
            format!("The signing time is {ago} {way} the verifier's clock."),
            "Most services allow 15 m; some have been seen to allow no more than 5 m.",
        )
    } else {
        return;
    };
    out.push(
        finding
            .at(part.span, "the signing time")
            .about(FieldKey::of(FieldKind::DATE)),
    );
}
