//! The search for the layers over a text: every way to take one off, and on what comes out every way again, the most
//! promising first.
//!
//! Owns the order and the bounds of the search. Must not know what any way takes off.

use std::collections::{BinaryHeap, HashSet};

use bytes::Bytes;

use super::reading::{self, Reading, Yield, yields};
use super::ways::WAYS;
use super::{lines, standing};
use crate::engine::document::Peel;
use crate::engine::intake::limits;
use crate::engine::intake::shape::printed;
use crate::engine::intake::unescape::Unescaped;

/// What a search found.
pub(super) struct Best {
    /// What is made out.
    pub(super) found: Yield,
    /// Which of [`WAYS`] lead there, the outermost layer first.
    pub(super) ways: Vec<usize>,
    /// The same, as they were gone.
    pub(super) path: Vec<(Peel, Unescaped)>,
}

/// A text that came out of taking layers off; the first is the one that was given.
struct Node {
    text: Unescaped,
    peel: Peel,
    /// Which of [`WAYS`] led to it.
    way: usize,
    parent: usize,
    depth: usize,
    /// How often lines were joined on the way to it.
    joins: usize,
    /// How unsure the way to it is.
    cost: usize,
    /// How many of its lines look like those of the two texts.
    promise: usize,
}

/// A way that was not yet tried: from which text, and which of [`WAYS`].
#[derive(Copy, Clone, Debug)]
struct Open {
    from: usize,
    way: usize,
    /// How unsure what comes out of it is.
    cost: usize,
    /// What the text promises.
    promise: usize,
    /// The length of the text.
    len: usize,
}

/// How many lines of a text begin something that only a canonical request or a string to sign has.
fn promise(bytes: &[u8]) -> usize {
    let lines = lines::lines(bytes);
    let pairs = lines.iter().zip(lines.iter().skip(1));
    pairs
        .filter(|(before, line)| printed::begins(before.of(bytes), line.of(bytes)))
        .count()
}

/// The ways out of the text at `from`.
fn ways_from(nodes: &[Node], from: usize) -> impl Iterator<Item = Open> {
    let node = nodes.get(from).filter(|node| node.depth < limits::LAYERS);
    let told = node.map(|node| (node.cost, node.promise, node.text.bytes.len()));
    told.into_iter().flat_map(move |(cost, promise, len)| {
        let ways = WAYS.iter().enumerate();
        ways.map(move |(way, (sure, ..))| Open {
            from,
            way,
            cost: cost + sure.cost(),
            promise,
            len,
        })
    })
}

/// How early a way is tried, the first in one number: what its text promises, how short that is, how sure it is, and which
/// came first.
type Rank = (u128, usize);

/// The rank of the way at `place`. No text that is searched has as many bytes, lines or ways as fit into 32 bits.
fn rank(promise: usize, len: usize, cost: usize, place: usize) -> Rank {
    let most = |value: usize| u128::from(u32::try_from(value).unwrap_or(u32::MAX));
    let least = |value: usize| u128::from(u32::MAX) - most(value);
    let told = [most(promise), least(len), least(cost), least(place)];
    (told.iter().fold(0, |all, part| all << 32 | part), place)
}

/// The ways that are not tried yet.
#[derive(Default)]
struct Ways {
    all: Vec<Option<Open>>,
    /// By what the text promises, by how sure a way is alone, and by how short the text is.
    orders: [BinaryHeap<Rank>; 3],
}

impl Ways {
    fn add(&mut self, open: Open) {
        let place = self.all.len();
        let [promising, sure, short] = &mut self.orders;
        promising.push(rank(open.promise, 0, open.cost, place));
        sure.push(rank(0, 0, open.cost, place));
        short.push(rank(0, open.len, open.cost, place));
        self.all.push(Some(open));
    }

    /// The way to try next: in turn one from the text that promises most, the surest of all, and one from the shortest
    /// text. Each finds what the others come to late: a layer that shows nothing until it is off, and many layers over
    /// one another.
    fn next(&mut self, turn: usize) -> Option<Open> {
        let order = self.orders.get_mut(turn % 3)?;
        while let Some((_, place)) = order.pop() {
            if let Some(open) = self.all.get_mut(place).and_then(Option::take) {
                return Some(open);
            }
        }
        None
    }
}

/// The layers to take off `bytes`, outermost first; none where no reading makes out more than `plain`.
pub(super) fn search(bytes: &Bytes, as_it_is: Reading) -> Option<Best> {
    let plain = as_it_is.made(as_it_is.forms);
    let mut given = Unescaped::default();
    given.copy(bytes, 0..bytes.len());
    let mut nodes = vec![Node {
        promise: promise(bytes),
        text: given,
        peel: Peel::LineEnds,
        way: 0,
        parent: 0,
        depth: 0,
        joins: 0,
        cost: 0,
    }];
    let mut open = Ways::default();
    ways_from(&nodes, 0).for_each(|way| open.add(way));
    let mut seen: HashSet<Vec<u8>> = HashSet::from([bytes.to_vec()]);
    let mut best: Option<(Yield, usize)> = None;
    let mut budget = limits::LAYERS_TRIED;
    let mut spare = limits::LAYERS_WASTE;
    let sure = !standing::is_ambiguous(bytes);
    let mut turn = 0;
    let mut left = usize::MAX;
    let provable = reading::may_be_proved(bytes);
    while let Some(way) = open.next(turn) {
        let (Some(node), Some((.., undo))) = (nodes.get(way.from), WAYS.get(way.way)) else {
            continue;
        };
        let cost = node.text.bytes.len() + limits::LAYER_COST;
        if cost > budget || spare == 0 {
            break;
        }
        let Some((peel, undone)) = undo(&node.text.bytes) else {
            continue;
        };
        let joins = node.joins + usize::from(peel == Peel::LineBreaks);
        if joins > limits::JOINS || undone.bytes.is_empty() || !seen.insert(undone.bytes.clone()) {
            continue;
        }
        budget -= cost;
        turn += 1;
        let place = nodes.len();
        let depth = node.depth + 1;
        // What no hash can prove yet is gone on with unread: it took most of the time, and many layers over one another
        // are believed only where a hash proves what is under them.
        let reading = (depth == 1 || reading::holds_hash(&undone.bytes)).then(|| {
            let (reading, left) = yields(&undone.bytes, spare);
            spare = left;
            reading
        });
        let found = reading.map_or(plain, |reading| reading.made(as_it_is.forms));
        let stands = reading.is_some_and(|r| sure && r.open && r.stands(&undone.bytes));
        // Where no hash can prove anything, another layer is looked for under what showed more, and under a frame.
        let framed = matches!(peel, Peel::Colours | Peel::Frame | Peel::LogFrame);
        let goes_on = provable || framed || found > plain;
        nodes.push(Node {
            promise: promise(&undone.bytes),
            text: undone,
            peel,
            way: way.way,
            parent: way.from,
            depth,
            joins,
            cost: way.cost,
        });
        if found > best.map_or(plain, |(found, _)| found) && found.signed >= plain.signed {
            best = Some((found, place));
            if found.proved > plain.proved {
                break;
            }
            if plain.proved > 0 && found.has_request() {
                // Another way may read more of it, and no hash is left to tell so.
                left = left.min(limits::LAYERS_LEFT);
            }
        }
        if stands {
            left = left.min(limits::LAYERS_LEFT);
        } else if goes_on {
            ways_from(&nodes, place).for_each(|way| open.add(way));
        }
        if left == 0 {
            break;
        }
        left -= 1;
    }
    best.map(|(found, at)| path(nodes, found, at))
}

/// The layers that lead to the text at `at`.
fn path(mut nodes: Vec<Node>, found: Yield, at: usize) -> Best {
    let mut best = Best {
        found,
        ways: Vec::new(),
        path: Vec::new(),
    };
    let mut next = at;
    while let Some(node) = nodes.get_mut(next).filter(|node| node.depth > 0) {
        best.ways.push(node.way);
        best.path.push((node.peel, std::mem::take(&mut node.text)));
        next = node.parent;
    }
    best.ways.reverse();
    best.path.reverse();
    best
}
