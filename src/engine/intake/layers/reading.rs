//! What a reading of a text makes out, so that two readings of one paste can be held against each other.
//!
//! Owns the measure and when it says that nothing more is to be made out. Must not know which layers were taken off.

use std::collections::HashSet;

use bytes::Bytes;
use memchr::memmem;

use super::standing;
use crate::engine::document::{Source, Span};
use crate::engine::intake::reader::{Mark, Reader};
use crate::engine::intake::shape::printed;
use crate::engine::intake::{Case, Cut, Given, Integrity, Pattern, SignedRequest, vocabulary};

/// The least that is left of a hash by which it is known as one, in hexadecimal digits.
const HASH_LEFT: usize = 32;

/// What a reading makes out, compared from the first field on.
#[derive(Copy, Clone, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct Yield {
    /// Canonical requests that a hash proves.
    pub(super) proved: usize,
    /// Requests with a whole signature and all the headers that it names.
    whole: usize,
    /// Requests that carry a signature.
    pub(super) signed: usize,
    /// Strings whose lines stand apart and whose end is there.
    strings: usize,
}

impl Yield {
    /// Whether a request was read whole.
    pub(super) fn has_request(self) -> bool {
        self.whole > 0
    }
}

/// How far apart two lines stand where a layer lies over both, in bytes.
const NEXT_LINE: usize = 64;

/// A reading, and what it leaves open.
#[derive(Copy, Clone, Debug)]
pub(super) struct Reading {
    pub(super) found: Yield,
    /// Whether strings were read that no hash proves.
    pub(super) open: bool,
    /// Whether each of those stands as it was printed.
    standing: bool,
    /// Strings to sign that were read.
    to_sign: usize,
    /// Whether a signature stands in more lines than its own.
    torn: bool,
    /// Forms with a signature among their fields. Where a layer makes that field a part of a header, nobody sent it so.
    pub(super) forms: usize,
}

impl Reading {
    /// What is made out, forms among it, as many as there are without a layer taken off: a reading that makes a part of a
    /// header of a form's signature is no better.
    pub(super) fn made(self, most: usize) -> Yield {
        let forms = self.forms.min(most);
        let mut found = self.found;
        found.signed = found.signed.max(forms);
        found.whole = found.whole.max(forms);
        found
    }

    /// Whether nothing more is to be made out of the text.
    pub(super) fn settled(self, bytes: &[u8]) -> bool {
        let has = |needle: &[u8]| memmem::find(bytes, needle).is_some();
        if self.open {
            return !printed::names_headers(bytes) || self.stands(bytes);
        }
        if self.found.proved > 0 {
            // A hash proves the server's strings, and nothing of the request that may stand above them under marks.
            return !self.lacks_signed(bytes);
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
    pub(super) fn stands(self, bytes: &[u8]) -> bool {
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
pub(super) fn since(case: &Case, before: &Mark) -> Reading {
    let mut reading = Reading {
        found: Yield::default(),
        open: false,
        standing: true,
        to_sign: 0,
        torn: false,
        forms: 0,
    };
    let mut in_part = false;
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
        // A side of a diff that is not here whole.
        let part = evidence.diff().is_some()
            && strings
                .iter()
                .any(|s| s.as_ref().is_some_and(Pattern::is_marked));
        in_part |= part;
        let whole = |pattern: &Pattern| {
            let text = pattern.bytes(&case.docs);
            let lines = memchr::memchr_iter(b'\n', &text).count();
            // A cut that falls into the hash at the end leaves every line.
            let last = text.rsplit(|b| *b == b'\n').next().unwrap_or_default();
            let hash = last.len() >= HASH_LEFT && last.iter().all(u8::is_ascii_hexdigit);
            !part && (pattern.cut == Cut::Whole || hash) && lines > 1
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
    // However many diffs it is taken for: one that is torn apart shows no more.
    reading.found.strings += usize::from(in_part);
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

/// What a reading of `bytes` makes out, in which no more than `spare` bytes are read in vain; what is left of them.
pub(super) fn yields(bytes: &[u8], spare: usize) -> (Reading, usize) {
    let mut case = Case::default();
    let given = Bytes::copy_from_slice(bytes);
    let doc = case.docs.give("", Source::File, given);
    let mut reader = Reader::sparing(&mut case, spare);
    let before = reader.mark();
    reader.document(doc);
    let left = reader.spare_waste();
    (since(&case, &before), left)
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

/// The least number of hexadecimal digits that stand together where lines were broken, or other marks were put between
/// them.
const TOGETHER: usize = 8;

/// How many hexadecimal digits stand together, one number for each place where any do.
fn hexadecimal(bytes: &[u8]) -> impl Iterator<Item = usize> {
    bytes
        .split(|b| !b.is_ascii_hexdigit())
        .map(<[u8]>::len)
        .filter(|len| *len > 0)
}

/// Whether the digits of a hash stand together in a text: without them it proves nothing.
pub(super) fn holds_hash(bytes: &[u8]) -> bool {
    hexadecimal(bytes).any(|len| len >= DIGITS)
}

/// Whether a hash may prove something in a text, whatever lies over it: a string to sign is left of it in some word, and
/// digits of a hash, be it in pieces or as a dump of bytes.
pub(super) fn may_be_proved(bytes: &[u8]) -> bool {
    let has = |needle: &[u8]| memmem::find(bytes, needle).is_some();
    let digits = || -> usize { hexadecimal(bytes).filter(|len| *len >= TOGETHER).sum() };
    let words: [&[u8]; 3] = [b"HMAC", b"SHA256", b"_request"];
    has(b"Bytes") || words.iter().any(|word| has(word)) && digits() >= DIGITS
}

#[cfg(test)]
mod tests {
    use super::*;

    const HASH: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    #[test]
    fn a_hash_may_prove_what_holds_its_digits_and_a_word_of_a_string_to_sign() {
        let to_sign = format!("AWS4-HMAC-SHA256\n20260402/eu-west-1/s3/aws4_request\n{HASH}");
        let broken = to_sign
            .replace("4_re", "4\n> _re")
            .replace("1c149a", "1c\n> 149a");
        let dumped = "<StringToSignBytes>41 57 53 34 2d</StringToSignBytes>";
        for text in [to_sign.as_str(), &broken, dumped] {
            assert!(may_be_proved(text.as_bytes()), "{text}");
        }
        let older = "GET\n\n\nTue, 27 Mar 2007 19:36:42 +0000\n/bucket/photo.jpg";
        let cut = to_sign.replace("afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "…");
        for text in [older, &cut, HASH, ""] {
            assert!(!may_be_proved(text.as_bytes()), "{text}");
        }
        assert!(holds_hash(to_sign.as_bytes()));
        assert!(!holds_hash(broken.as_bytes()));
    }
}
