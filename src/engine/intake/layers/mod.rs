//! Layers that lie over a whole paste: what a terminal, a log, a mail or a printer did to every line of it.
//!
//! A paste that reads as it stands is left alone. Of any other, every way to take off one layer is tried, and on
//! what comes out every way again, from the most promising text on: that stops at the first reading in which a hash proves
//! what was read, so that no order of layers has to be known. Where no hash proves anything, the reading that makes out most
//! is taken, and nothing is called proved.
//!
//! Owns the ways, their order and the bounds of the search. Must not know any shape but printed strings (`shape::printed`), whose
//! hash tells when the search is over and whose grammar tells which lines begin anew.

mod breaks;
mod letters;
mod lines;
mod markup;
mod records;
mod samples;
mod skipped;
mod standing;

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashSet};

use bytes::Bytes;
use memchr::memmem;

use super::reader::{Mark, Reader};
use super::shape::printed;
use super::unescape::{self, Unescaped, Unit};
use super::{Case, Given, Integrity, Pattern, SignedRequest, limits, vocabulary};
use crate::engine::document::{DocId, Peel, Source, Span};

use breaks::Width;
pub(super) use letters::colours;
use lines::Reach;

/// Takes one layer off a text; none where there is none.
type Undo = fn(&[u8]) -> Option<(Peel, Unescaped)>;

/// How sure it is that a text which can be read so was written so: what is less sure is tried later.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
enum Sure {
    /// It shows marks that little else has.
    Marked,
    /// Much text looks so by itself.
    Likely,
    /// It is one of several guesses.
    Guessed,
}

impl Sure {
    /// What a step is counted for; the way of the least sum is gone on with first.
    fn cost(self) -> usize {
        match self {
            Self::Marked => 2,
            Self::Likely => 3,
            Self::Guessed => 6,
        }
    }
}

/// What a way undoes.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
enum On {
    /// How letters are written.
    Letters,
    /// What stands around lines, and where they end.
    Lines,
}

/// Every way to take off a layer, the surest first.
const WAYS: [(Sure, On, Undo); 24] = [
    (Sure::Marked, On::Letters, |b| {
        Some((Peel::Colours, colours(b)?))
    }),
    (Sure::Marked, On::Lines, |b| {
        Some((Peel::Frame, lines::frame(b)?))
    }),
    (Sure::Marked, On::Lines, |b| {
        Some((Peel::LogFrame, records::joined(b)?))
    }),
    (Sure::Marked, On::Lines, |b| {
        Some((Peel::LogFrame, skipped::skipped(b)?))
    }),
    (Sure::Likely, On::Lines, |b| lines::margins(b, Reach::Whole)),
    (Sure::Likely, On::Lines, |b| {
        Some((Peel::LineBreaks, breaks::joined(b, Width::OrMore(0))?))
    }),
    (Sure::Marked, On::Letters, |b| {
        Some((Peel::HtmlEntities, unescape::references(b)?))
    }),
    (Sure::Marked, On::Letters, |b| {
        Some((Peel::BackslashEscapes, letters::literal(b, Unit::Byte)?))
    }),
    (Sure::Likely, On::Letters, |b| {
        let text = letters::literal(b, Unit::Character)?;
        Some((Peel::BackslashEscapes, text))
    }),
    (Sure::Marked, On::Letters, |b| {
        Some((Peel::QuotePrefix, markup::code(b)?))
    }),
    (Sure::Likely, On::Letters, |b| {
        Some((Peel::BackslashEscapes, markup::marks(b)?))
    }),
    (Sure::Likely, On::Letters, |b| {
        Some((Peel::HtmlEntities, markup::breaks(b)?))
    }),
    (Sure::Likely, On::Letters, |b| {
        Some((Peel::ShellQuotes, letters::shell(b)?))
    }),
    (Sure::Likely, On::Lines, |b| {
        Some((Peel::LineEnds, unescape::line_ends(b)?))
    }),
    (Sure::Marked, On::Letters, |b| {
        Some((Peel::QuotedPrintable, letters::quoted_printable(b)?))
    }),
    (Sure::Likely, On::Letters, blanks),
    (Sure::Guessed, On::Letters, quotes),
    (Sure::Guessed, On::Lines, |b| {
        Some((Peel::LineBreaks, breaks::joined(b, Width::OrMore(1))?))
    }),
    (Sure::Guessed, On::Lines, |b| {
        Some((Peel::LineBreaks, breaks::joined(b, Width::OrMore(2))?))
    }),
    (Sure::Guessed, On::Lines, |b| {
        Some((Peel::LineBreaks, breaks::joined(b, Width::Just(1))?))
    }),
    (Sure::Guessed, On::Lines, |b| {
        Some((Peel::LineBreaks, breaks::filled(b)?))
    }),
    (Sure::Likely, On::Lines, unfolded),
    (Sure::Guessed, On::Lines, |b| {
        lines::margins(b, Reach::Quote)
    }),
    (Sure::Guessed, On::Letters, |b| {
        Some((Peel::BackslashEscapes, markup::pipes(b)?))
    }),
];

/// The least that is left of a hash by which it is known as one, in hexadecimal digits.
const HASH_LEFT: usize = 32;

/// A text with plain blanks in it.
pub(super) fn blanks(bytes: &[u8]) -> Option<(Peel, Unescaped)> {
    Some((Peel::Typography, letters::blanks(bytes)?))
}

/// A text with plain quotes in it.
pub(super) fn quotes(bytes: &[u8]) -> Option<(Peel, Unescaped)> {
    Some((Peel::Typography, letters::quotes(bytes)?))
}

/// A text in which a canonical request and a string to sign stand line by line again.
pub(super) fn unfolded(bytes: &[u8]) -> Option<(Peel, Unescaped)> {
    Some((Peel::LineBreaks, printed::unfolded(bytes)?))
}

/// What a reading makes out, compared from the first field on.
#[derive(Copy, Clone, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
struct Yield {
    /// Canonical requests that a hash proves.
    proved: usize,
    /// Requests with a whole signature and all the headers that it names.
    whole: usize,
    /// Requests that carry a signature.
    signed: usize,
    /// Strings whose lines stand apart and whose end is there.
    strings: usize,
}

/// Reads `doc` into the case, through the layers that lie over it.
pub(super) fn read(reader: &mut Reader<'_>, doc: DocId) {
    let before = reader.mark();
    reader.document(doc);
    let bytes = reader.case.docs.shared(reader.case.docs.whole(doc));
    let plain = since(reader.case, &before);
    if plain.settled(&bytes) && !is_unread(reader.case, &before, doc) {
        return;
    }
    let path = if bytes.len() > limits::LAYERED {
        samples::path(&bytes, plain)
    } else {
        search(&bytes, plain).map(|found| found.path)
    };
    let Some(path) = path else {
        return;
    };
    reader.back_to(&before);
    let mut layer = doc;
    for (peel, text) in path {
        let parent = reader.case.docs.whole(layer);
        match reader.peel(parent, peel, text.bytes.into(), text.map) {
            Some(next) => layer = next,
            None => break,
        }
    }
    reader.document(layer);
}

/// How far apart two lines stand where a layer lies over both, in bytes.
const NEXT_LINE: usize = 64;

/// A reading, and what it leaves open.
#[derive(Copy, Clone, Debug)]
struct Reading {
    found: Yield,
    /// Whether strings were read that no hash proves.
    open: bool,
    /// Whether each of those stands as it was printed.
    standing: bool,
    /// Strings to sign that were read.
    to_sign: usize,
    /// Whether a signature stands in more lines than its own.
    torn: bool,
    /// Forms with a signature among their fields. Where a layer makes that field a part of a header, nobody sent it so.
    forms: usize,
}

impl Reading {
    /// What is made out, forms among it, as many as there are without a layer taken off: a reading that makes a part of a
    /// header of a form's signature is no better.
    fn made(self, most: usize) -> Yield {
        let forms = self.forms.min(most);
        let mut found = self.found;
        found.signed = found.signed.max(forms);
        found.whole = found.whole.max(forms);
        found
    }

    /// Whether nothing more is to be made out of the text.
    fn settled(self, bytes: &[u8]) -> bool {
        let has = |needle: &[u8]| memmem::find(bytes, needle).is_some();
        if self.open {
            return !printed::names_headers(bytes) || self.stands(bytes);
        }
        if self.found.proved > 0 {
            return true;
        }
        // Colours may stand in the middle of any word.
        let strings = has(b"\x1b[") || has(b"[0m") || printed::is_named(bytes);
        !self.lacks_signed(bytes) && (!strings || self.found.signed > 0)
    }

    /// Whether a text names a signature, and no request with one was read.
    fn lacks_signed(self, bytes: &[u8]) -> bool {
        let has = |needle: &[u8]| memmem::find(bytes, needle).is_some();
        self.found.signed + self.forms == 0 && (has(b"Signature=") || has(b"Signature%3D"))
    }

    /// Whether all strings of a text that no hash proves stand in it as they were printed: they were edited, or cut, and
    /// that no layer did.
    fn stands(self, bytes: &[u8]) -> bool {
        let has = |needle: &[u8]| memmem::find(bytes, needle).is_some();
        // Of a string to sign that was broken into pieces, one of these words is left.
        let hashed = self.to_sign == 0 && (has(b"HMAC") || has(b"_request"));
        self.standing
            && !self.torn
            && !hashed
            && !has(b"\x1b")
            && !self.lacks_signed(bytes)
            && standing::begins(bytes, NEXT_LINE).count() <= self.to_sign
    }
}

/// What was read since `before`.
fn since(case: &Case, before: &Mark) -> Reading {
    let mut reading = Reading {
        found: Yield::default(),
        open: false,
        standing: true,
        to_sign: 0,
        torn: false,
        forms: 0,
    };
    for evidence in case.evidence.get(before.evidence..).unwrap_or_default() {
        let proved = matches!(
            evidence.integrity,
            Integrity::Verified | Integrity::Repaired
        );
        // The hash says nothing of the lines before it: they are words without blanks and without escapes.
        let plain = |b: &u8| b.is_ascii_graphic() && *b != b'\\' || *b == b'\n';
        let to_sign = evidence.string_to_sign.as_ref();
        let clean = to_sign.is_some_and(|s| s.bytes(&case.docs).iter().all(plain));
        let proved = proved && clean;
        reading.found.proved += usize::from(proved);
        let strings = [&evidence.canonical_request, &evidence.string_to_sign];
        let whole = |pattern: &Pattern| {
            let text = pattern.bytes(&case.docs);
            let lines = memchr::memchr_iter(b'\n', &text).count();
            // A cut that falls into the hash at the end leaves every line.
            let last = text.rsplit(|b| *b == b'\n').next().unwrap_or_default();
            let hash = last.len() >= HASH_LEFT && last.iter().all(u8::is_ascii_hexdigit);
            (pattern.cut == super::Cut::Whole || hash) && lines > 1
        };
        reading.found.strings += strings
            .iter()
            .filter_map(|s| s.as_ref())
            .filter(|s| whole(s))
            .count();
        reading.open |= strings.iter().any(|s| s.is_some()) && !proved;
        reading.standing = reading.standing && (proved || standing::stand(&case.docs, evidence));
        reading.to_sign += usize::from(to_sign.is_some());
    }
    for request in case.requests.get(before.requests..).unwrap_or_default() {
        let headers = request
            .headers
            .iter()
            .filter_map(|header| match header.name {
                Given::Stated(name) => Some((Some(name), header.value)),
                Given::Implied(_) => None,
            });
        let values = headers.chain(request.target.query.map(|query| (None, query)));
        let signatures: Vec<(Option<Span>, &[u8])> = values
            .map(|(name, value)| (name, case.docs.bytes(value)))
            .filter(|(_, value)| memmem::find(value, SIGNATURE).is_some())
            .collect();
        reading.found.signed += usize::from(!signatures.is_empty());
        let own = |name: &Option<Span>| {
            name.is_none_or(|name| case.docs.bytes(name).eq_ignore_ascii_case(b"authorization"))
        };
        let mut own = signatures.iter().filter(|(name, _)| own(name));
        reading.torn |= own.clone().any(|(_, value)| is_torn(value));
        let whole = own.any(|(_, value)| is_whole(case, request, value));
        reading.found.whole += usize::from(whole);
    }
    reading.forms = case.forms.len().saturating_sub(before.forms);
    reading
}

/// Whether the first line of a string to sign stands in `doc`, and in none of the evidence that was read since `before`:
/// whoever put something in front of every line of a log cut its strings apart, and the rest may be read all the same.
fn is_unread(case: &Case, before: &Mark, doc: DocId) -> bool {
    let whole = case.docs.whole(doc);
    let read = case.evidence.get(before.evidence..).unwrap_or_default();
    printed::algorithms(case.docs.bytes(whole)).any(|at| {
        let place = case.docs.to_given(Span::new(doc, at, at + 1));
        !read.iter().any(|evidence| evidence.span.contains(place))
    })
}

/// What stands in front of a signature.
const SIGNATURE: &[u8] = b"Signature=";

/// Digits of a signature in hexadecimal.
const DIGITS: usize = 64;

/// What stands behind the last name of a signature in `value`.
fn digits(value: &[u8]) -> impl Iterator<Item = &u8> {
    let at = memmem::rfind(value, SIGNATURE).map_or(0, |at| at + SIGNATURE.len());
    value.iter().skip(at)
}

/// Whether `value` ends in the middle of its signature.
fn is_torn(value: &[u8]) -> bool {
    digits(value).all(u8::is_ascii_hexdigit) && digits(value).count() < DIGITS
}

/// Whether `value`, which holds a signature, holds all of its digits and names no header that `request` lacks, and
/// nothing stands in it, nor in the session token, that does not belong there: marks of lines that were joined.
fn is_whole(case: &Case, request: &SignedRequest, value: &[u8]) -> bool {
    // Of a list of this length nobody knows whether it is whole, and it would be copied name by name.
    const LONGEST: usize = 16 << 10;
    if value.len() > LONGEST {
        return false;
    }
    let digits = digits(value).take_while(|b| b.is_ascii_hexdigit());
    let own = |b: &u8| b.is_ascii_alphanumeric() || b"/=;,._ -+:@%&~*\t".contains(b);
    let token = request.headers.iter().filter(|header| match header.name {
        Given::Stated(own) => case
            .docs
            .bytes(own)
            .eq_ignore_ascii_case(vocabulary::TOKEN_HEADER.as_bytes()),
        Given::Implied(own) => own == vocabulary::TOKEN_HEADER,
    });
    let mut texts = token
        .map(|header| case.docs.bytes(header.value))
        .chain([value]);
    let clean = texts.all(|text| text.iter().all(own));
    if digits.count() != DIGITS || !clean {
        return false;
    }
    let has: HashSet<Vec<u8>> = request
        .headers
        .iter()
        .map(|header| match header.name {
            Given::Stated(own) => case.docs.bytes(own).to_ascii_lowercase(),
            Given::Implied(own) => own.into(),
        })
        .collect();
    let names = vocabulary::signed_names(value);
    !names.is_empty() && names.iter().all(|name| has.contains(name.as_bytes()))
}

/// What a search found.
struct Best {
    /// What is made out.
    found: Yield,
    /// Which of [`WAYS`] lead there, the outermost layer first.
    ways: Vec<usize>,
    /// The same, as they were gone.
    path: Vec<(Peel, Unescaped)>,
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

/// How early a way is tried: what its text promises, how short that is, how sure it is, and which came first.
type Rank = (
    usize,
    Reverse<usize>,
    Reverse<usize>,
    Reverse<usize>,
    Reverse<usize>,
);

/// The ways that are not tried yet.
#[derive(Default)]
struct Ways {
    all: Vec<Option<Open>>,
    /// By what the text promises, by how sure a way is alone, and by how short the text is.
    orders: [BinaryHeap<Rank>; 3],
}

impl Ways {
    fn add(&mut self, open: Open) {
        let place = Reverse(self.all.len());
        let (cost, from) = (Reverse(open.cost), Reverse(open.from));
        let [promising, sure, short] = &mut self.orders;
        promising.push((open.promise, Reverse(0), cost, from, place));
        sure.push((0, Reverse(0), cost, from, place));
        short.push((0, Reverse(open.len), cost, from, place));
        self.all.push(Some(open));
    }

    /// The way to try next: in turn one from the text that promises most, the surest of all, and one from the shortest
    /// text. Each finds what the others come to late: a layer that shows nothing until it is off, and many layers over
    /// one another.
    fn next(&mut self, turn: usize) -> Option<Open> {
        let order = self.orders.get_mut(turn % 3)?;
        while let Some((.., Reverse(place))) = order.pop() {
            if let Some(open) = self.all.get_mut(place).and_then(Option::take) {
                return Some(open);
            }
        }
        None
    }
}

/// The layers to take off `bytes`, outermost first; none where no reading makes out more than `plain`.
fn search(bytes: &Bytes, as_it_is: Reading) -> Option<Best> {
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
    let sure = !standing::is_ambiguous(bytes);
    let mut turn = 0;
    let mut left = usize::MAX;
    while let Some(way) = open.next(turn) {
        let (Some(node), Some((.., undo))) = (nodes.get(way.from), WAYS.get(way.way)) else {
            continue;
        };
        let cost = node.text.bytes.len() + limits::LAYER_COST;
        if cost > budget {
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
        let reading = yields(&undone.bytes);
        let found = reading.made(as_it_is.forms);
        let stands = sure && reading.open && reading.stands(&undone.bytes);
        nodes.push(Node {
            promise: promise(&undone.bytes),
            text: undone,
            peel,
            way: way.way,
            parent: way.from,
            depth: node.depth + 1,
            joins,
            cost: way.cost,
        });
        if found > best.map_or(plain, |(found, _)| found) && found.signed >= plain.signed {
            best = Some((found, place));
            if found.proved > plain.proved {
                break;
            }
        }
        if stands {
            left = left.min(limits::LAYERS_LEFT);
        } else {
            ways_from(&nodes, place).for_each(|way| open.add(way));
        }
        if left == 0 {
            break;
        }
        left -= 1;
    }
    best.map(|(found, at)| path(nodes, found, at))
}

/// What a reading of `bytes` makes out.
fn yields(bytes: &[u8]) -> Reading {
    let mut case = Case::default();
    let given = Bytes::copy_from_slice(bytes);
    let doc = case.docs.give("", Source::File, given);
    let mut reader = Reader::new(&mut case);
    let before = reader.mark();
    reader.document(doc);
    since(&case, &before)
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
