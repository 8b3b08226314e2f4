//! The progress of a long read, on standard error.

use std::io::{IsTerminal as _, Write as _};
use std::time::{Duration, Instant};

/// Nothing is drawn for what is done sooner.
const PATIENCE: Duration = Duration::from_millis(300);

/// Time between two drawings.
const PACE: Duration = Duration::from_millis(100);

/// Columns of the bar itself.
const WIDTH: u64 = 30;

/// A bar that appears only when something takes long and somebody is watching.
pub(super) struct Bar {
    watched: bool,
    started: Instant,
    drawn: Option<Instant>,
}

impl Bar {
    /// A bar for something that starts now.
    pub(super) fn new() -> Self {
        Self {
            watched: std::io::stderr().is_terminal(),
            started: Instant::now(),
            drawn: None,
        }
    }

    /// `done` bytes are read, of `total` where that is known.
    pub(super) fn show(&mut self, done: u64, total: Option<u64>) {
        if !self.watched || self.started.elapsed() < PATIENCE {
            return;
        }
        if self.drawn.is_none_or(|at| at.elapsed() >= PACE) {
            self.drawn = Some(Instant::now());
            // Nothing is lost where it cannot be drawn.
            let _ = write!(std::io::stderr(), "\r{}\x1b[K", line(done, total));
        }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        if self.drawn.is_some() {
            let _ = write!(std::io::stderr(), "\r\x1b[K");
        }
    }
}

/// The line of a bar: `hashing the body [####      ]  40 %, 2.0 of 5.0 GB`.
fn line(done: u64, total: Option<u64>) -> String {
    let Some(total) = total.filter(|&total| total > 0) else {
        return format!("hashing the body: {}", size(done));
    };
    let done = done.min(total);
    let share = |of: u64| u128::from(done) * u128::from(of) / u128::from(total);
    let (full, percent) = (share(WIDTH), share(100));
    let bar: String = (0..u128::from(WIDTH))
        .map(|i| if i < full { '#' } else { ' ' })
        .collect();
    format!(
        "hashing the body [{bar}] {percent:>3} %, {} of {}",
        size(done),
        size(total)
    )
}

/// A number of bytes in decimal units, as disks count.
fn size(bytes: u64) -> String {
    let (unit, name) = match bytes {
        0..1_000_000 => (1_000, "kB"),
        1_000_000..1_000_000_000 => (1_000_000, "MB"),
        _ => (1_000_000_000, "GB"),
    };
    let tenths = u128::from(bytes) * 10 / unit;
    format!("{}.{} {name}", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_fills_from_the_left_and_never_overflows() {
        assert_eq!(
            line(2_000_000_000, Some(5_000_000_000)),
            "hashing the body [############                  ]  40 %, 2.0 GB of 5.0 GB"
        );
        assert!(line(7, Some(5)).contains("100 %"));
        assert_eq!(line(1_500_000, None), "hashing the body: 1.5 MB");
        assert_eq!(line(0, Some(0)), "hashing the body: 0.0 kB");
    }
}
