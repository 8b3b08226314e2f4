//! What `tcpdump` prints: a line for each packet, and below it what was in the packet, as text (`-A`) or as rows of bytes
//! (`-x`, `-X`, `-XX`).
//!
//! Owns those lines, and putting together the packets of one message; what is said of a message that is not whole stands in
//! `message`. Must not know what a message means.

mod message;

use std::ops::Range;

use super::byte_rows::{Dumped, begins_message};
use super::packet;
use crate::engine::document::Peel;
use crate::engine::intake::reader::Reader;
use crate::engine::intake::recogniser::{Hit, Recogniser, Start};
use crate::engine::intake::scan::Scan;
use crate::engine::intake::shape::vocabulary::METHODS;
use crate::engine::intake::text::{Line, Text};
use crate::engine::intake::unescape::Unescaped;
use message::{is_whole, say_not_shown, say_not_whole, settle_body};

/// Recognises what it prints.
pub(in crate::engine::intake) struct Tcpdump;

/// Behind the two addresses, with or without `-q`.
const FLAGS: &str = ": Flags [";
const QUIET: &str = ": tcp ";
/// The line that `-v` prints above that of the addresses.
const VERBOSE: [&[u8]; 2] = [b" IP (tos ", b" IP6 ("];
/// The longest line of a packet, in bytes.
const LONGEST: usize = 16 << 10;
/// The longest text of a packet, in bytes.
const MOST: usize = 256 << 10;
/// How many packets of one message are looked for.
const PACKETS: usize = 64;
/// The longest headers of IP and TCP, in bytes.
const HEADERS: usize = 40 + 60;

/// The line of a packet.
struct Head {
    /// `10.0.0.5.51544 > 192.0.2.1.80`.
    flow: Range<usize>,
    /// The sequence number of its first byte and that behind its last one.
    carries: Option<(u64, u64)>,
    /// The length of the headers of IP and TCP, where the line tells.
    headers: Option<usize>,
}

/// What is printed of one packet.
struct Packet {
    head: Head,
    /// What it carries; none where that is not printed, or nothing.
    payload: Option<Payload>,
    /// Whether its contents are printed.
    shown: bool,
    end: usize,
}

enum Payload {
    /// As rows, and which of their bytes.
    Rows(Dumped, Range<usize>),
    /// As text behind the bytes of the headers, which are printed as text, too.
    Text(Range<usize>),
    /// The head of a message as `-v` reads it, a tab in front of each line.
    Tabbed(Range<usize>),
}

impl Recogniser for Tcpdump {
    fn anchors(&self) -> &'static [&'static str] {
        &[FLAGS, QUIET]
    }

    fn once_a_line(&self) -> bool {
        true
    }

    fn start(&self, text: &Text, hit: Hit, from: usize) -> Option<Start> {
        (hit.line.start >= from && head(text, hit.line).is_some()).then_some(Start {
            at: hit.line.start,
            boundary: true,
        })
    }

    fn read(&self, reader: &mut Reader<'_>, pass: &mut Scan<'_>, start: Start) -> Option<usize> {
        let text = pass.text;
        let packet = packet_at(text, text.line(start.at))?;
        if !packet.shown {
            let line = text.line(start.at);
            if memchr::memmem::find(text.get(line.range()), b": HTTP: ").is_some() {
                say_not_shown(reader, text, line);
            }
            reader.understand(text.span(line.range()));
            return Some(line.end);
        }
        let Some((place, as_rows)) = message_in(text, &packet) else {
            // What is acknowledged carries nothing; what carries a part of something is read as it stands.
            let carries = packet.head.carries.is_some_and(|(from, to)| from != to);
            return (!carries && packet.payload.is_none()).then_some(packet.end);
        };
        let mut message = Unescaped::default();
        add(&mut message, text, &packet, place, start.at);
        let mut end = packet.end;
        let mut last = packet.head.carries;
        let first = last.map(|(from, _)| from);
        let mut at = packet.end;
        let mut missing = None;
        for _ in 0..PACKETS {
            if is_whole(&message.bytes) {
                missing = None;
                break;
            }
            if message.bytes.len() > MOST {
                break;
            }
            let Some(next) = next_packet(text, at) else {
                break;
            };
            let from = std::mem::replace(&mut at, next.end);
            let same = text.get(next.head.flow.clone()) == text.get(packet.head.flow.clone());
            let follows = last
                .zip(next.head.carries)
                .is_some_and(|((from, end), (start, _))| {
                    // Behind the first packet that it saw of a connection it counts from that one on.
                    end == start || end.checked_sub(first.unwrap_or(from)) == Some(start)
                });
            let place = continued(text, &next).filter(|_| same && follows);
            let Some(place) = place else {
                if same && !follows && is_further(last, first, next.head.carries) {
                    missing.get_or_insert(next.head.flow.clone());
                }
                reader.waste(next.end - from);
                continue;
            };
            add(&mut message, text, &next, place, start.at);
            last = next.head.carries;
            end = next.end;
        }
        say_not_whole(
            reader,
            text,
            (start.at..end, missing),
            as_rows,
            &message.bytes,
        );
        if !as_rows {
            settle_body(reader, text, start.at..end, &mut message);
        }
        let peel = if as_rows {
            Peel::HexDump
        } else {
            Peel::LogFrame
        };
        reader.dumped_at(pass, start.at, &(start.at..end), peel, message)
    }
}

/// The line of a packet.
fn head(text: &Text, line: Line) -> Option<Head> {
    const ARROW: &[u8] = b" > ";
    let bytes = text.get(line.start..line.end.min(line.start + LONGEST));
    let marks = [FLAGS, QUIET].into_iter();
    let colon = marks
        .filter_map(|mark| memchr::memmem::find(bytes, mark.as_bytes()))
        .min()?;
    // With `-e` the addresses of the link stand in front.
    let arrow = memchr::memmem::rfind(bytes.get(..colon)?, ARROW)?;
    let word = memchr::memrchr(b' ', bytes.get(..arrow)?).map_or(0, |at| at + 1);
    let address = |range: Range<usize>| {
        bytes
            .get(range)
            .is_some_and(|word| word.contains(&b'.') && !word.contains(&b' '))
    };
    if !address(word..arrow) || !address(arrow + ARROW.len()..colon) {
        return None;
    }
    let rest = bytes.get(colon..)?;
    let number = |at: usize| -> Option<(u64, usize)> {
        let digits = rest.get(at..)?;
        let len = digits.iter().take_while(|b| b.is_ascii_digit()).count();
        let value = std::str::from_utf8(digits.get(..len)?).ok()?.parse().ok()?;
        Some((value, at + len))
    };
    let carries = || {
        const SEQUENCE: &[u8] = b", seq ";
        let at = memchr::memmem::find(rest, SEQUENCE)? + SEQUENCE.len();
        let (from, end) = number(at)?;
        if rest.get(end) != Some(&b':') {
            return Some((from, from));
        }
        Some((from, number(end + 1)?.0))
    };
    // TCP's own header has 20 bytes, and twelve more where it carries the time alone.
    let options = memchr::memmem::find(rest, b", options [").and_then(|at| rest.get(at..));
    let tcp = match options {
        None => (!rest.starts_with(QUIET.as_bytes())).then_some(20),
        Some(options) => options
            .starts_with(b", options [nop,nop,TS val ")
            .then_some(32),
    };
    let is_v6 = bytes
        .get(word..arrow)
        .is_some_and(|word| word.contains(&b':'));
    Some(Head {
        flow: line.start + word..line.start + colon,
        carries: carries(),
        headers: tcp.map(|tcp| tcp + if is_v6 { 40 } else { 20 }),
    })
}

/// The packet whose line this is, with what is printed below.
fn packet_at(text: &Text, line: Line) -> Option<Packet> {
    let head = head(text, line)?;
    if line.next >= text.len() {
        return Some(Packet {
            head,
            payload: None,
            shown: false,
            end: line.end,
        });
    }
    let tabbed = line.next..behind_tabs(text, line.next);
    if let Some(rows) = Dumped::at(text, tabbed.end).filter(|rows| rows.first == 0) {
        let end = rows.end;
        let range = packet::payload(&rows.bytes());
        return Some(Packet {
            head,
            payload: range.map(|range| Payload::Rows(rows, range)),
            shown: true,
            end,
        });
    }
    let mut at = tabbed.end;
    while at < text.len() && at - tabbed.end < MOST {
        let next = text.line(at);
        let bytes = text.get(next.start..next.end.min(next.start + LONGEST));
        if VERBOSE
            .iter()
            .any(|mark| memchr::memmem::find(bytes, mark).is_some())
            || self::head(text, next).is_some()
        {
            break;
        }
        at = next.next.max(at + 1);
    }
    let place = tabbed.end..at.min(text.len());
    let end = place.end;
    let is_text = !text.get(place.clone()).trim_ascii().is_empty();
    let payload = if is_text {
        Some(Payload::Text(place))
    } else {
        (!tabbed.is_empty()).then_some(Payload::Tabbed(tabbed))
    };
    Some(Packet {
        head,
        end,
        shown: payload.is_some(),
        payload,
    })
}

/// Where the lines end from `at` on that begin with a tab and are no rows.
fn behind_tabs(text: &Text, at: usize) -> usize {
    let mut at = at;
    let from = at;
    while at < text.len() && at - from < MOST {
        let line = text.line(at);
        if text.at(line.start) != Some(b'\t') || Dumped::at_line(text, line) {
            break;
        }
        at = line.next;
    }
    at
}

/// The first packet from `at` on, with at most the line of `-v` in front.
fn next_packet(text: &Text, at: usize) -> Option<Packet> {
    let mut line = text.line(at);
    for _ in 0..4 {
        if line.start >= text.len() {
            return None;
        }
        if let Some(packet) = packet_at(text, line) {
            return Some(packet);
        }
        line = text.line(line.next.max(line.start + 1));
    }
    None
}

/// Where in what a packet carries a message of HTTP begins, and whether that is printed as rows.
fn message_in(text: &Text, packet: &Packet) -> Option<(Range<usize>, bool)> {
    match packet.payload.as_ref()? {
        Payload::Rows(rows, range) => {
            let bytes = rows.bytes();
            let own = bytes.get(range.clone()).is_some_and(begins_message);
            own.then(|| (range.clone(), true))
        }
        Payload::Text(place) => {
            let bytes = text.get(place.clone());
            let near = bytes.get(..bytes.len().min(LONGEST))?;
            let version = memchr::memmem::find(near, b"HTTP/1.")?;
            let from = memchr::memrchr(b'\n', near.get(..version)?).map_or(0, |at| at + 1);
            let front = near.get(from..version)?;
            // The bytes in front are those of headers, which may look like anything.
            let method = METHODS.iter().filter_map(|method| {
                let found = [&b" /"[..], b" h"]
                    .into_iter()
                    .filter_map(|target| memchr::memmem::rfind(front, &[*method, target].concat()));
                found.max()
            });
            let start = match method.max() {
                Some(at) => from + at,
                None if front.last() != Some(&b' ') => version,
                None => return None,
            };
            (start <= HEADERS).then(|| (place.start + start..place.end, false))
        }
        Payload::Tabbed(place) => {
            let own = begins_message(text.get(place.start + 1..place.end));
            own.then(|| (place.clone(), false))
        }
    }
}

/// What a packet carries that goes on with a message.
fn continued(text: &Text, packet: &Packet) -> Option<Range<usize>> {
    match packet.payload.as_ref()? {
        Payload::Tabbed(_) => None,
        Payload::Rows(_, range) => Some(range.clone()),
        Payload::Text(place) => {
            let start = place.start + packet.head.headers?;
            // A carriage return in front of a line feed is not printed.
            (start < place.end
                && memchr::memmem::find(text.get(place.start..start), b"\r").is_none())
            .then_some(start..place.end)
        }
    }
}

/// Adds a part of what a packet carries.
fn add(out: &mut Unescaped, text: &Text, packet: &Packet, place: Range<usize>, base: usize) {
    match &packet.payload {
        Some(Payload::Rows(rows, _)) => out.append(&rows.part(&place, base), 0),
        Some(Payload::Text(_)) => {
            // A line end that is not the packet's stands behind it.
            let bytes = text.get(place.clone());
            let own = bytes.strip_suffix(b"\n").unwrap_or(bytes);
            out.copy_at(own, place.start - base);
        }
        Some(Payload::Tabbed(_)) => {
            let mut at = place.start;
            while at < place.end {
                let next = text.line(at).next.min(place.end);
                let own = at + usize::from(text.at(at) == Some(b'\t'));
                out.copy_at(text.get(own..next), own - base);
                at = next.max(at + 1);
            }
        }
        None => {}
    }
}

/// Whether a packet carries what stands further behind the bytes `last` than the next ones do. `first` is the number of the
/// first byte of the message, from which tcpdump may count anew.
fn is_further(last: Option<(u64, u64)>, first: Option<u64>, next: Option<(u64, u64)>) -> bool {
    let (Some((_, end)), Some(first), Some((start, stop))) = (last, first, next) else {
        return false;
    };
    let end = if start < first {
        end.saturating_sub(first)
    } else {
        end
    };
    stop > start && start > end
}
