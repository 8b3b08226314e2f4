//! Strings to sign of Azure Storage's shared access signatures, behind a label: in the log of Azurite, and as people
//! quote them.
//!
//! Owns telling such a string by its fields, one a line (Microsoft, Create an account SAS; Create a service SAS), with
//! the names that they have as parameters of the URL. Must not know how it is signed.

use std::ops::Range;

use super::printed;
use crate::engine::document::Peel;
use crate::engine::intake::reader::Reader;
use crate::engine::intake::recogniser::{Hit, Recogniser, Start};
use crate::engine::intake::scan::Scan;
use crate::engine::intake::text::Text;
use crate::engine::intake::{Evidence, Integrity, Pattern, Shape, fields, unescape};

/// The shape's name.
pub(in crate::engine::intake) const SHAPE: Shape = Shape("sas-string-to-sign");

/// The longest such string, in bytes of its spelling.
const LONGEST: usize = 4 << 10;
/// How far behind its label it may begin, in bytes.
const NEAR: usize = 48;

/// What the lines of an account's signature are called in the URL, in order; the first is the account.
const ACCOUNT: [&str; 10] = [
    "account", "sp", "ss", "srt", "st", "se", "sip", "spr", "sv", "ses",
];
/// The same of a service's: what is asked for stands without a name of its own.
const SERVICE: [&str; 13] = [
    "sp", "st", "se", "resource", "si", "sip", "spr", "sv", "sr", "snapshot", "ses", "rscc", "rscd",
];

/// The lines of a service's signature behind its version, by the service that the resource names and the first version that
/// has them (Microsoft, Create a service SAS, Construct the signature string).
const BLOB: [(&[u8], &[&str]); 3] = [
    (
        b"2020-12-06",
        &[
            "sr", "snapshot", "ses", "rscc", "rscd", "rsce", "rscl", "rsct",
        ],
    ),
    (
        b"2018-11-09",
        &["sr", "snapshot", "rscc", "rscd", "rsce", "rscl", "rsct"],
    ),
    (b"2015-04-05", &["rscc", "rscd", "rsce", "rscl", "rsct"]),
];

/// Every line of such a string with its name, the empty ones, too, as places in `bytes`: where each line is known by the
/// version that the string names. None where it is not.
pub(in crate::engine) fn lines(bytes: &[u8]) -> Option<Vec<(&'static str, Range<usize>)>> {
    let sas = read(bytes).filter(|sas| !sas.flat)?;
    let mut at = 0;
    let places: Vec<Range<usize>> = bytes
        .split(|b| *b == b'\n')
        .map(|line| {
            let place = at..at + line.len();
            at = place.end + 1;
            place
        })
        .collect();
    let line = |place: usize| bytes.get(places.get(place)?.clone());
    let mut names: Vec<&'static str> = if sas.account {
        ACCOUNT.to_vec()
    } else {
        SERVICE.get(..8)?.to_vec()
    };
    let version = names.iter().position(|name| *name == "sv")?;
    let version = line(version).filter(|version| version.len() == 10)?;
    if !sas.account && !line(3)?.starts_with(b"/") {
        return None;
    }
    if !sas.account && line(3)?.starts_with(b"/blob/") {
        let (_, behind) = BLOB.iter().find(|(since, _)| version >= *since)?;
        names.extend_from_slice(behind);
    }
    // Empty lines at its end may be lost where it was copied.
    let filled = places.iter().rposition(|place| !place.is_empty())?;
    if filled >= names.len() {
        return None;
    }
    Some(names.into_iter().zip(places).collect())
}

/// A string to sign by its fields.
pub(in crate::engine::intake) struct Sas {
    /// Whether it is an account's signature; else a service's.
    pub(in crate::engine::intake) account: bool,
    /// Whether blanks stand where its lines ended: an empty field cannot be told then.
    pub(in crate::engine::intake) flat: bool,
    /// Names and values of the fields that are not empty; none of those whose place is not known.
    pub(in crate::engine::intake) fields: Vec<(&'static str, Range<usize>)>,
}

/// The fields of `bytes`, where these are such a string, as lines or with blanks in the place of their ends.
pub(in crate::engine::intake) fn read(bytes: &[u8]) -> Option<Sas> {
    if bytes.len() > LONGEST {
        return None;
    }
    let flat = !bytes.contains(&b'\n');
    let parting = |b: &u8| if flat { *b == b' ' } else { *b == b'\n' };
    let mut at = 0;
    let mut parts: Vec<Range<usize>> = Vec::new();
    for part in bytes.split(parting) {
        let own = part.trim_ascii_end();
        if !(flat && own.is_empty()) {
            parts.push(at..at + own.len());
        }
        at += part.len() + 1;
    }
    let get = |place: usize| parts.get(place).and_then(|part| bytes.get(part.clone()));
    let account = is_account(get);
    if !account && !is_service(get) {
        return None;
    }
    let names = if account { &ACCOUNT[..] } else { &SERVICE[..] };
    let pairs = || names.iter().zip(&parts);
    let known = pairs().all(|(name, part)| fits(name, bytes.get(part.clone()).unwrap_or_default()));
    // Behind a field that may be missing no place is sure in a flat one, nor where the version has other fields.
    let sure = if flat || !known { 4 } else { names.len() };
    let pairs = pairs().take(sure);
    let fields = pairs
        .filter(|(_, part)| !part.is_empty())
        .map(|(name, part)| (*name, part.clone()))
        .collect();
    Some(Sas {
        account,
        flat,
        fields,
    })
}

/// Whether a value may be that of a field, by the fields that have a form of their own; a beginning of one may, too.
fn fits(name: &str, value: &[u8]) -> bool {
    let of = |letters: &[u8]| {
        value
            .iter()
            .all(|b| b.is_ascii_digit() || letters.contains(b))
    };
    match name {
        "sv" => !value.is_empty() && value.len() <= 10 && of(b"-"),
        "spr" => b"https,http".starts_with(value),
        "sip" => of(b".-"),
        _ => true,
    }
}

/// Whether `bytes` are such a string, its line ends written as they are or as `\n`.
pub(in crate::engine::intake) fn is_one(bytes: &[u8]) -> bool {
    if bytes.contains(&b'\n') {
        return read(bytes).is_some();
    }
    let undone = bytes
        .get(..bytes.len().min(LONGEST))
        .and_then(unescape::backslashes);
    undone.is_some_and(|undone| undone.bytes.contains(&b'\n') && read(&undone.bytes).is_some())
}

/// An account, permissions, services and types of resources.
fn is_account<'b>(get: impl Fn(usize) -> Option<&'b [u8]>) -> bool {
    let of = |place: usize, letters: &[u8]| {
        get(place).is_some_and(|part| {
            !part.is_empty()
                && part.len() <= letters.len()
                && part.iter().all(|b| letters.contains(b))
        })
    };
    let name = get(0).is_some_and(|name| {
        let plain = |b: &u8| b.is_ascii_lowercase() || b.is_ascii_digit();
        (3..=24).contains(&name.len()) && name.iter().all(plain)
    });
    name && of(1, b"rwdxylacuptfi") && of(2, b"bqtf") && of(3, b"sco")
}

/// Permissions, one or two times, and what is asked for behind the name of its service.
fn is_service<'b>(get: impl Fn(usize) -> Option<&'b [u8]>) -> bool {
    const SERVICES: [&[u8]; 4] = [b"/blob/", b"/queue/", b"/table/", b"/file/"];
    let permitted = get(0).is_some_and(|part| {
        part.len() <= 16 && part.iter().all(|b| b"racwdxyltmeopiu".contains(b))
    });
    let named = |place: usize| {
        get(place).is_some_and(|part| SERVICES.iter().any(|service| part.starts_with(service)))
    };
    let times = |places: Range<usize>| {
        places.clone().all(|place| get(place).is_some_and(is_time))
            && places
                .into_iter()
                .any(|place| get(place).is_some_and(|part| !part.is_empty()))
    };
    permitted && (times(1..3) && named(3) || times(1..2) && named(2))
}

/// A time in the extended form of ISO 8601, or nothing.
fn is_time(part: &[u8]) -> bool {
    let digits = part.iter().filter(|b| b.is_ascii_digit()).count();
    let form = |b: &u8| b.is_ascii_digit() || b"-:TZ.+".contains(b);
    part.is_empty() || digits >= 8 && part.len() <= 32 && part.iter().all(form)
}

/// Lines of such a string in front of what is asked for: permissions and two times, of which one may be left out.
const IN_FRONT: usize = 3;

/// Where a service's string begins whose resource stands at `at`, at the start of a line or behind a `\n`; none where none does.
fn begin(text: &Text, at: usize, from: usize) -> Option<usize> {
    const FRONT: usize = 128;
    let floor = at.saturating_sub(FRONT).max(from);
    let before = text.get(floor..at);
    if before.ends_with(b"\\n") {
        let own = |b: &u8| b.is_ascii_alphanumeric() || b":-.+\\".contains(b);
        let len = before.iter().rev().take_while(|b| own(b)).count();
        return Some(at - len);
    }
    if !before.ends_with(b"\n") {
        return None;
    }
    let mut start = at;
    let mut starts = Vec::new();
    for _ in 0..IN_FRONT {
        let Some(end) = start.checked_sub(1).filter(|end| *end > floor) else {
            break;
        };
        start = text.line_start(end, floor);
        starts.push(start);
    }
    let rest = |start: usize| text.get(start..end(text, start));
    starts.into_iter().rev().find(|start| is_one(rest(*start)))
}

/// Where a string ends that begins at `at` and stands in no quotes: at a blank where its line ends are written, else behind its
/// last line, each a word or empty.
fn end(text: &Text, at: usize) -> usize {
    let line = text.line(at);
    let own = text.get(at..line.end.min(at + LONGEST));
    if memchr::memmem::find(own, b"\\n").is_some() {
        let stop = |b: &u8| b.is_ascii_whitespace() || b"\"'`<".contains(b);
        return at + own.iter().position(stop).unwrap_or(own.len());
    }
    let mut end = at;
    let mut next = at;
    for _ in 0..SERVICE.len() {
        let line = text.line(next);
        let own = text.get(line.range()).trim_ascii_end();
        let is_word = |b: &u8| !b.is_ascii_whitespace() && !b"<\"'`".contains(b);
        if next >= text.len() || own.len() > LONGEST || !own.iter().all(is_word) {
            break;
        }
        if !own.is_empty() {
            end = line.start + own.len();
        }
        next = line.next;
    }
    end
}

/// Recognises such strings, behind a label or by themselves.
pub(in crate::engine::intake) struct SasStrings;

impl Recogniser for SasStrings {
    fn anchors(&self) -> &'static [&'static str] {
        &[
            "tring to sign",
            "tringToSign",
            "tringTosign",
            "TRING TO SIGN",
            // What stands for itself, in a service's.
            "/blob/",
            "/queue/",
            "/table/",
            "/file/",
        ]
    }

    fn once_a_line(&self) -> bool {
        false
    }

    fn ending_bodies(&self) -> usize {
        0
    }

    fn start(&self, text: &Text, hit: Hit, from: usize) -> Option<Start> {
        if text.at(hit.at) == Some(b'/') {
            let at = begin(text, hit.at, from)?;
            return Some(Start {
                at,
                boundary: false,
            });
        }
        let line = text.get(hit.at..hit.line.end.min(hit.at + NEAR));
        let quote = line.iter().position(|b| matches!(b, b'"' | b'\'' | b'`'))?;
        let at = hit.at + quote + 1;
        (at >= from).then_some(Start {
            at,
            boundary: false,
        })
    }

    fn read(&self, reader: &mut Reader<'_>, pass: &mut Scan<'_>, start: Start) -> Option<usize> {
        let text = pass.text;
        let at = start.at;
        let quote = at.checked_sub(1).and_then(|before| text.at(before));
        let quote = quote.filter(|quote| matches!(quote, b'"' | b'\'' | b'`'));
        let (place, end) = if let Some(quote) = quote {
            let end = fields::literal_end(text, at, quote).min(at + LONGEST);
            (at..text.trim_end(at..end), end)
        } else {
            let end = end(text, at);
            (at..end, end)
        };
        // The last fields of most are empty, and lost where people quote them.
        let own = text.get(place.clone());
        let mut len = own.len();
        while let Some(rest) = own.get(..len).and_then(|own| own.strip_suffix(b"\\n")) {
            len = rest.len();
        }
        let place = place.start..place.start + len;
        if !is_one(text.get(place.clone())) {
            return None;
        }
        let span = text.span(place.clone());
        let string = match unescape::backslashes(text.get(place)) {
            Some(undone) => {
                let peel = Peel::BackslashEscapes;
                let layer = reader.peel(span, peel, undone.bytes.into(), undone.map)?;
                reader.case.docs.whole(layer)
            }
            None => span,
        };
        let given = reader.case.docs.to_given(span);
        let repairs = reader.case.docs.peels(string);
        reader.add_printed(Evidence {
            shape: SHAPE,
            side: printed::side_in_words(&reader.case.docs, given),
            span: given,
            canonical_request: None,
            string_to_sign: Some(Pattern::exact(string)),
            signature: None,
            answer: None,
            integrity: Integrity::Unchecked,
            repairs,
        });
        Some(end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Option<(bool, Vec<(&'static str, &str)>)> {
        let sas = read(text.as_bytes())?;
        let fields = sas.fields.into_iter();
        let fields = fields.map(|(name, place)| (name, text.get(place).unwrap()));
        Some((sas.account, fields.collect()))
    }

    #[test]
    fn the_fields_of_both_kinds_are_told_by_their_lines() {
        let account = "devaccount\nrwdlc\nb\nsco\n\n2026-11-22T10:00Z\n\nhttps\n2022-11-02\n\n";
        let (is_account, fields) = told(account).unwrap();
        assert!(is_account);
        assert!(
            fields.contains(&("se", "2026-11-22T10:00Z")) && fields.contains(&("sv", "2022-11-02"))
        );
        assert!(
            !fields
                .iter()
                .any(|(name, _)| *name == "st" || *name == "sip")
        );
        let service = "r\n2026-11-22T10:00:00Z\n2026-11-23T10:00:00Z\n/blob/acct/cont\n\n\n\n2021-06-08\nc\n\n";
        let (is_account, fields) = told(service).unwrap();
        assert!(!is_account && fields.contains(&("resource", "/blob/acct/cont")));
        assert!(fields.contains(&("sr", "c")));
        let flat = service.replace('\n', " ");
        let (_, fields) = told(flat.trim()).unwrap();
        assert_eq!(fields.len(), 4, "{fields:?}");
    }

    #[test]
    fn every_line_is_named_by_the_version_of_the_string() {
        let told = |text: &str| -> Option<Vec<(&'static str, String)>> {
            let lines = lines(text.as_bytes())?.into_iter();
            Some(
                lines
                    .map(|(name, place)| (name, text.get(place).unwrap().to_owned()))
                    .collect(),
            )
        };
        let front = "r\n2026-11-22T10:00Z\n2026-11-23T10:00Z\n/blob/acct/cont/p\n\n\nhttps\n";
        let newest = told(&format!("{front}2022-11-02\nb\n\n\n\n\n\n\nimage/png")).unwrap();
        assert_eq!(newest.len(), 16);
        assert_eq!(newest[8], ("sr", "b".to_owned()));
        assert_eq!(newest[15], ("rsct", "image/png".to_owned()));
        let older = told(&format!("{front}2019-12-12\nb\n\n\n\n\n\nimage/png")).unwrap();
        assert_eq!(older[14], ("rsct", "image/png".to_owned()));
        let oldest = told(&format!("{front}2015-04-05\n\n\n\n\nimage/png")).unwrap();
        assert_eq!(oldest[12], ("rsct", "image/png".to_owned()));
        // More lines than the version has: another kind of signature, and no name is sure.
        assert!(told(&format!("{front}2015-04-05\n\n\n\n\n\n\nimage/png")).is_none());
        assert!(told(&format!("{front}2014-02-14\n\n\n\n\nimage/png")).is_none());
        assert!(told(&front.replace('\n', " ")).is_none());
    }

    #[test]
    fn other_texts_are_none() {
        for text in [
            "GET\n\n\n1624537054\n/b/k",
            "read\nthe\nstring\nto",
            "devaccount\nrwdlc\nb",
            "acct rw bq words of a sentence",
            "",
        ] {
            assert!(told(text).is_none(), "{text}");
        }
    }
}
