//! The map of headers in which the value of an Authorization header stands: `{name: value}` in any notation, the
//! `toString` of a Java map, Go's `map[Name:[value] Name:[value]]`, and lists of pairs.
//!
//! Owns where its names and values stand. Must not know what any header means but that one.

use std::ops::Range;

use super::map;
use crate::engine::diagnose::Finding;
use crate::engine::intake::limits;
use crate::engine::intake::notation::printed::{self, Member, Object, Value};
use crate::engine::intake::reader::Reader;
use crate::engine::intake::text::{Text, is_method, is_token};

/// A map of headers.
pub(in crate::engine::intake) struct Headers {
    /// Where it opens and ends.
    pub(in crate::engine::intake) place: Range<usize>,
    /// Their names and values, in order.
    pub(in crate::engine::intake) members: Vec<Member>,
    /// The values of which the print does not tell where they end.
    pub(in crate::engine::intake) doubtful: Vec<Range<usize>>,
}

/// What opens a map of Go.
const GO: &[u8] = b"map[";
/// How far before a value its map may open, in bytes.
const NEAR: usize = 8 << 10;
/// How many braces a value may stand in.
const DEEP: usize = 3;
/// The longest value of a map of Go, in bytes.
const LONGEST: usize = 16 << 10;

/// The map of headers in which `own`, the value of an Authorization header, stands; none where it stands in none.
pub(in crate::engine::intake) fn headers_around(
    text: &Text,
    own: &Range<usize>,
) -> Option<Headers> {
    let holds = |map: &Headers| {
        map.members.iter().any(|member| {
            let name = text.get(member.name.place());
            let value = member.value.place();
            value.contains(&own.start) && name.eq_ignore_ascii_case(b"authorization")
        })
    };
    if let Some(map) = go(text, own).filter(&holds) {
        return Some(map);
    }
    if let Some(list) = tuples(text, own).filter(&holds) {
        return Some(list);
    }
    // The value itself may stand in braces: `[]string{"…"}`.
    let mut inner = own.start;
    for _ in 0..DEEP {
        inner = map::around(text, inner, 0)?;
        let map = braces(text, inner);
        if holds(&map) {
            return Some(map);
        }
    }
    None
}

/// The map in braces that opens at `open`.
fn braces(text: &Text, open: usize) -> Headers {
    let map = settled(text, map::read(text, open));
    let members = map.members.into_iter().map(|Member { name, value }| {
        let value = printed::literal_in(text, &value).unwrap_or(value);
        Member { name, value }
    });
    Headers {
        place: open..map.end,
        members: members.collect(),
        doubtful: map.doubtful,
    }
}

/// A map of headers with each value as its program meant it: a list of one in brackets without its brackets, what a
/// property list of Apple closes with a semicolon without that, and what a map of Java prints of an Authorization
/// header in one piece, for no quotes keep its commas from those between members.
pub(super) fn settled(text: &Text, mut map: Object) -> Object {
    let mut members: Vec<Member> = Vec::with_capacity(map.members.len());
    for Member { name, value } in std::mem::take(&mut map.members) {
        let spelled = text.get(name.place());
        if matches!(spelled, b"SignedHeaders" | b"Signature")
            && let Some(last) = members.last_mut()
            && let Value::Bare(held) = &last.value
            && text
                .get(last.name.place())
                .eq_ignore_ascii_case(b"authorization")
        {
            last.value = Value::Bare(held.start..value.place().end);
            continue;
        }
        let value = match value {
            Value::Nested(range) if !has_quote(text.get(range.clone())) => {
                Value::Bare(bracketed(text, range))
            }
            Value::Bare(range) if text.get(range.clone()).ends_with(b";") => {
                Value::Bare(range.start..range.end - 1)
            }
            Value::Nested(_) | Value::Bare(_) | Value::Literal(_) => value,
        };
        members.push(Member { name, value });
    }
    Object { members, ..map }
}

fn has_quote(bytes: &[u8]) -> bool {
    memchr::memchr2(b'"', b'\'', bytes).is_some()
}

/// What stands in the brackets of a list of one value.
fn bracketed(text: &Text, range: Range<usize>) -> Range<usize> {
    let bytes = text.get(range.clone());
    if bytes.starts_with(b"[") && bytes.ends_with(b"]") && bytes.len() > 1 {
        range.start + 1..range.end - 1
    } else {
        range
    }
}

/// A list of pairs as Elixir and Erlang print it, and Python: `[{"name", "value"}, …]`, `[('name', 'value'), …]`.
fn tuples(text: &Text, own: &Range<usize>) -> Option<Headers> {
    let floor = own.start.saturating_sub(NEAR);
    let front = text.get(floor..own.start);
    let fits = |at: &usize| {
        let pair = text.skip_space(floor + at + 1);
        let name = text.skip_space(pair + 1);
        let is_quote = |b| matches!(b, b'"' | b'\'' | b'b' | b'u' | b'\\');
        matches!(text.at(pair), Some(b'{' | b'(')) && text.at(name).is_some_and(is_quote)
    };
    let open = floor + memchr::memrchr_iter(b'[', front).find(fits)?;
    let mut members = Vec::new();
    let mut at = open + 1;
    while members.len() < limits::HEADERS {
        let pair = text.skip_space(at);
        let close = match text.at(pair) {
            Some(b'{') => b'}',
            Some(b'(') => b')',
            _ => break,
        };
        let name = text.skip_space(pair + 1);
        let Some(name) = printed::literal_at(text, name) else {
            break;
        };
        let comma = text.skip_space(name.end());
        if text.at(comma) != Some(b',') {
            break;
        }
        let start = text.skip_space(comma + 1);
        let value = printed::literal_at(text, start).unwrap_or_else(|| {
            // A number.
            let rest = text.get(start..start + LONGEST);
            let len = rest.iter().take_while(|b| b.is_ascii_digit()).count();
            Value::Bare(start..start + len)
        });
        let behind = value.end();
        members.push(Member { name, value });
        let end = text.skip_space(behind.min(text.len()));
        if text.at(end) != Some(close) {
            at = end;
            break;
        }
        let next = text.skip_space(end + 1);
        at = end + 1;
        if text.at(next) != Some(b',') {
            break;
        }
        at = next + 1;
    }
    (!members.is_empty()).then(|| Headers {
        place: open..(at + 1).min(text.len()),
        members,
        doubtful: Vec::new(),
    })
}

/// What Go prints of a request around the map of its headers, as offsets of the text.
pub(in crate::engine::intake) struct GoRequest {
    pub(in crate::engine::intake) method: Range<usize>,
    pub(in crate::engine::intake) target: Range<usize>,
    pub(in crate::engine::intake) host: Option<Range<usize>>,
}

/// The request in whose print the map at `map` stands: `%v` of Go's `http.Request` prints the values of its fields in
/// the order in which `net/http` declares them, `{Method URL Proto ProtoMajor ProtoMinor Header Body GetBody
/// ContentLength TransferEncoding Close Host Form …`.
pub(in crate::engine::intake) fn go_request_around(
    text: &Text,
    map: &Range<usize>,
) -> Option<GoRequest> {
    /// The length of what stands between the two maps, and of a method, in bytes.
    const FIELDS: usize = 1 << 10;
    const METHOD: usize = 16;
    let floor = map.start.saturating_sub(LONGEST);
    let front = text.get(floor..map.start);
    let open = memchr::memrchr(b'{', front)?;
    let mut words = front.get(open + 1..)?.split(|b| *b == b' ');
    let (method, target, proto) = (words.next()?, words.next()?, words.next()?);
    let numbers = |word: &[u8]| !word.is_empty() && word.iter().all(u8::is_ascii_digit);
    let told = method.len() <= METHOD
        && is_method(method)
        && !target.is_empty()
        && proto.starts_with(b"HTTP/")
        && words.next().is_some_and(numbers)
        && words.next().is_some_and(numbers)
        && words.next().is_some_and(<[u8]>::is_empty)
        && words.next().is_none();
    if !told {
        return None;
    }
    let start = floor + open + 1;
    let method = start..start + method.len();
    let target = method.end + 1..method.end + 1 + target.len();
    // Behind the list of transfer encodings stand whether to close, the host, and the map of the form.
    let behind = text.get(map.end..map.end + FIELDS);
    let closes = [&b"] true "[..], b"] false "]
        .into_iter()
        .filter_map(|close| {
            let at = memchr::memmem::find(behind, close)? + close.len();
            let rest = behind.get(at..)?;
            let len = rest.iter().position(|b| *b == b' ')?;
            let is_host = len > 0 && rest.get(len..)?.starts_with(b" map[");
            is_host.then(|| map.end + at..map.end + at + len)
        });
    Some(GoRequest {
        method,
        target,
        host: closes.min_by_key(|host| host.start),
    })
}

/// A map of Go, as its `%v` prints it: a name, a colon, and a list in brackets, with blanks between.
fn go(text: &Text, own: &Range<usize>) -> Option<Headers> {
    let floor = own.start.saturating_sub(NEAR);
    let open = floor + memchr::memmem::rfind(text.get(floor..own.start), GO)?;
    let mut members = Vec::new();
    let mut at = open + GO.len();
    while members.len() < limits::HEADERS {
        let rest = text.get(at..at + LONGEST);
        let len = rest.iter().take_while(|b| is_token(**b)).count();
        if len == 0 || !rest.get(len..)?.starts_with(b":[") {
            break;
        }
        let start = at + len + 2;
        let rest = text.get(start..start + LONGEST);
        let closes =
            |i: &usize| matches!(rest.get(i + 1), None | Some(b' ' | b']' | b'\n' | b'\r'));
        let end = memchr::memchr_iter(b']', rest).find(closes);
        let value = start..start + end.unwrap_or(rest.len());
        members.push(Member {
            name: Value::Bare(at..at + len),
            value: Value::Bare(value.clone()),
        });
        at = (value.end + 1).min(text.len());
        if text.at(at) != Some(b' ') {
            break;
        }
        at += 1;
    }
    (!members.is_empty()).then(|| Headers {
        place: open..(at + 1).min(text.len()),
        members,
        doubtful: Vec::new(),
    })
}

/// Says that the print does not tell where the values at `doubtful` end.
pub(in crate::engine::intake) fn doubt(
    reader: &mut Reader<'_>,
    text: &Text,
    doubtful: Vec<Range<usize>>,
) {
    let Some(first) = doubtful.first() else {
        return;
    };
    let finding = Finding::note(
        "value-end-not-told",
        "The headers are printed without quotes here: a comma may stand in this value or before another header, and \
         nothing tells which.",
        "Print each header on a line of its own.",
    )
    .at(reader.case.docs.to_given(text.span(first.clone())), "ends where?");
    reader.find(finding);
    let spans = doubtful.into_iter().map(|place| text.span(place));
    reader.case.doubtful.extend(spans);
}
