//! The best clock known: the server's own, else the one the person stated, else the local one.

use chrono::{DateTime, Utc};

use super::answers::{self, Answered};
use crate::engine::document::Span;
use crate::engine::scheme::View;
use crate::engine::scheme::sigv4::date;

/// Whose clock a moment was read from.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub enum ClockSource {
    /// The verifier's: it stands in its answer, here.
    Server(Span),
    /// The person stated it (`--now`).
    Stated,
    /// The clock of this machine, which the verifier never saw.
    Local,
}

impl ClockSource {
    /// Whether it counts as the verifier's clock.
    pub fn is_known(self) -> bool {
        match self {
            Self::Server(_) | Self::Stated => true,
            Self::Local => false,
        }
    }

    /// In words, as the end of a sentence: `by the server's clock`.
    pub(super) fn by(self) -> &'static str {
        match self {
            Self::Server(_) => "by the server's clock",
            Self::Stated => "by the time given with --now",
            Self::Local => "by this machine's clock",
        }
    }
}

/// The moment to judge age and skew by, and whose it is.
pub fn best_clock(view: &View<'_>) -> (DateTime<Utc>, ClockSource) {
    let server = answers::of(view).find_map(|answer| server_time(&answer));
    match server {
        Some((at, span)) => (at, ClockSource::Server(span)),
        None if view.now.stated => (view.now.at, ClockSource::Stated),
        None => (view.now.at, ClockSource::Local),
    }
}

/// The server's clock in one answer: its `Date`, its `ServerTime`, or the last time in the sentence
/// `Signature expired: A is now earlier than B (C - 15 min.)`.
fn server_time(answer: &Answered<'_>) -> Option<(DateTime<Utc>, Span)> {
    if let Some(clock) = answer.answer.clock {
        return Some(clock);
    }
    if let Some(part) = answer.detail("ServerTime")
        && let Some(time) = date::read(&part.text)
    {
        return Some((time.at, part.span));
    }
    let message = answer.message()?;
    let inside = message.text.rsplit_once('(')?.1;
    let time = date::read(inside.split([' ', ')']).next()?)?;
    Some((time.at, message.span))
}
