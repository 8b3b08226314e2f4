//! Whether reading takes no more than time in the length of a text: of one text repeated, and of four times as many.

use std::time::{Duration, Instant};

use bytes::Bytes;
use sigscope::engine::document::Source;
use sigscope::engine::intake::{self, Case, Input};

/// The longer of the two texts, in bytes; the other is a quarter of it.
const LONG: usize = 100_000;
/// What takes less is too quick to be measured.
const MEASURABLE: Duration = Duration::from_millis(80);
/// Linear is 4, and quadratic 16.
const MOST: u32 = 10;
/// However slow the machine is.
const LONGEST: Duration = Duration::from_secs(8);

fn read(front: &str, unit: &str, size: usize) -> (Duration, Case) {
    let bytes = Bytes::from(format!("{front}{}", unit.repeat(size / unit.len())));
    let started = Instant::now();
    let input = Input {
        name: "input".into(),
        source: Source::File,
        bytes,
    };
    let case = intake::read(&[input], None);
    (started.elapsed(), case)
}

/// Checks `unit` repeated behind `front`.
pub(super) fn check(front: &str, unit: &str) {
    let (long, case) = read(front, unit, LONG);
    assert!(long < LONGEST, "{front:?} {unit:?} took {long:?}");
    let layers = case.docs.iter().filter(|(id, _)| id.index() > 0);
    let copied: usize = layers.map(|(_, d)| d.bytes().len()).sum();
    assert!(
        copied <= 20 << 20,
        "{front:?} {unit:?}: {copied} bytes of layers"
    );
    let pieces = case.pieces.len();
    assert!(pieces <= 24_500, "{front:?} {unit:?}: {pieces} pieces");
    if long < MEASURABLE {
        return;
    }
    // Beyond some lengths a text is read in another way, and that is a step and no growth: what grows too fast does so
    // from each length to the next.
    if grows(front, unit, LONG) && grows(front, unit, 4 * LONG) {
        let [short, long] = [LONG, 4 * LONG].map(|size| read(front, unit, size).0);
        panic!("{front:?} {unit:?}: {short:?}, and four times as much {long:?}");
    }
}

/// Whether a text of `size` bytes takes more time than is in keeping with that of a quarter of it.
fn grows(front: &str, unit: &str, size: usize) -> bool {
    // Another program may have held one of the two up.
    let (mut long, mut short) = (Duration::MAX, Duration::MAX);
    (0..4).all(|_| {
        short = short.min(read(front, unit, size / 4).0);
        long = long.min(read(front, unit, size).0);
        long > short * MOST
    })
}
