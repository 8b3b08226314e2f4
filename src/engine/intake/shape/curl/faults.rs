//! What curl's own signing (`--aws-sigv4`) is known to do otherwise than services do, by the form it shows in and the
//! version that mended it.
//!
//! Source: the history of curl's `lib/http_aws_sigv4.c`, the commits and issues named below. Owns telling the forms in a
//! command. Nothing is said of a form that is not there, nor where the paste names a version that has the mend.

use std::ops::Range;

use super::Said;
use crate::engine::diagnose::Finding;
use crate::engine::document::Span;
use crate::engine::intake::Target;
use crate::engine::intake::compose::Composer;
use crate::engine::intake::text::Text;

/// The id of the remark.
const FAULT: &str = "curl-signs-otherwise";

/// A version of curl: major, minor.
type Version = (u32, u32);

/// Says each of curl's known faults whose form is in the command.
pub(super) fn add(composer: &mut Composer<'_, '_, '_>, said: &Said, target: &Target) {
    let Some(sign) = &said.sign else { return };
    let service = sign.bytes().rsplit(|b| *b == b':').next();
    let is_s3 = service == Some(b"s3");
    form(composer, said, is_s3);
    let runs = version(composer.text, &composer.place);
    let mut found = Vec::new();
    path(composer, target, is_s3, &mut found);
    query(composer, target, &mut found);
    port(composer, target, &mut found);
    headers(composer, said, &mut found);
    for fault in found {
        if runs.is_none_or(|runs| runs < fault.mended) {
            composer.reader.find(fault.finding());
        }
    }
    if is_s3 && !states_hash(said) && runs.is_none_or(|runs| runs < (8, 0)) {
        composer.find(
            Finding::note(
                FAULT,
                "curl before 8.0 sends no x-amz-content-sha256, which S3 demands.",
                "Where curl --version says 7.87 or 7.88, add -H 'x-amz-content-sha256: UNSIGNED-PAYLOAD'; one before that signs \
                 no such header: take a newer curl.",
            ),
            sign.start..sign.end,
            "signs for S3",
        );
    }
}

/// A form in which versions of curl sign otherwise.
struct Fault {
    /// What curl does and what services do, behind "curl before 8.9".
    says: String,
    /// What to write instead, as a sentence; may be empty.
    instead: &'static str,
    /// The first version that has the mend.
    mended: Version,
    place: Span,
    label: &'static str,
}

impl Fault {
    fn finding(self) -> Finding {
        let (major, minor) = self.mended;
        let help = format!(
            "Where curl --version says so, take a newer curl.{} With -v, curl 8.14 and later print what they signed.",
            self.instead
        );
        Finding::warning(
            FAULT,
            format!("curl before {major}.{minor} {}", self.says),
            help,
        )
        .at(self.place, self.label)
    }
}

/// A form of `-F` is signed as if it had no body (curl's KNOWN_BUGS; curl/curl#13351). For S3 it signs
/// UNSIGNED-PAYLOAD, and a hash that the command states is taken.
fn form(composer: &mut Composer<'_, '_, '_>, said: &Said, is_s3: bool) {
    let hashed = !states_hash(said) && !is_s3;
    if let Some(form) = said.forms.first().filter(|_| hashed) {
        composer.find(
            Finding::warning(
                FAULT,
                "curl signs a form of -F as if it had no body, so that its signature does not match.",
                "Make the body first and send it with --data-binary @FILE and its Content-Type, boundary included, or \
                 sign with another client.",
            ),
            form.start..form.end,
            "not in what is signed",
        );
    }
}

fn states_hash(said: &Said) -> bool {
    said.headers
        .iter()
        .any(|header| name(header.bytes()) == b"x-amz-content-sha256")
}

/// The name of a header as it is given, in small letters.
fn name(header: &[u8]) -> Vec<u8> {
    let end = header.iter().position(|b| matches!(b, b':' | b';'));
    header
        .get(..end.unwrap_or(header.len()))
        .unwrap_or_default()
        .to_ascii_lowercase()
}

fn is_unreserved(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~')
}

/// The path was signed as it stands until 8.9 (curl/curl#13754, commit 768909d89c), and escapes in it were not encoded
/// again for services other than S3 until 8.14 (curl/curl#16927, commit c19465ca55).
fn path(composer: &Composer<'_, '_, '_>, target: &Target, is_s3: bool, out: &mut Vec<Fault>) {
    let docs = &composer.reader.case.docs;
    let text = docs.bytes(target.path);
    let plain = |b: u8| is_unreserved(b) || matches!(b, b'/' | b'%') || !b.is_ascii();
    if let Some(at) = text.iter().position(|b| !plain(*b) && b.is_ascii_graphic()) {
        let byte = text.get(at).copied().unwrap_or_default();
        out.push(Fault {
            says: format!(
                "signs the {} of this path as it stands, where services sign %{byte:02X}.",
                char::from(byte)
            ),
            instead: "",
            mended: (8, 9),
            place: docs.to_given(target.path.part(at..at + 1)),
            label: "signed as it stands",
        });
    }
    let escape = memchr::memchr_iter(b'%', text).find(|at| {
        let digits = text.get(at + 1..at + 3).unwrap_or_default();
        digits.len() == 2 && digits.iter().all(u8::is_ascii_hexdigit)
    });
    if let Some(at) = escape.filter(|_| !is_s3) {
        let seen = docs.text(target.path.part(at..at + 3)).into_owned();
        out.push(Fault {
            says: format!(
                "signs the {seen} of this path as it stands, where services other than S3 sign %25{}.",
                seen.get(1..).unwrap_or_default()
            ),
            instead: "",
            mended: (8, 14),
            place: docs.to_given(target.path.part(at..at + 3)),
            label: "signed as it stands",
        });
    }
}

/// The query was signed as it stands, unsorted and not encoded, until 8.3 (curl/curl#9717 and #11794, commit
/// fc76a24c53); a name without a value without its `=` until 8.5 (curl/curl#8107 and #10129, commit bbba69dada); and `%2B`
/// was taken for a blank until 8.19 (curl/curl#20543, commit ee3a4dff1a).
fn query(composer: &Composer<'_, '_, '_>, target: &Target, out: &mut Vec<Fault>) {
    let docs = &composer.reader.case.docs;
    let Some(query) = target.query else { return };
    let text = docs.bytes(query);
    let pairs: Vec<&[u8]> = text.split(|b| *b == b'&').collect();
    let place = |at: usize, len: usize| docs.to_given(query.part(at..at + len));
    let mut start = 0;
    for pair in &pairs {
        if !pair.is_empty() && !pair.contains(&b'=') {
            out.push(Fault {
                says: format!(
                    "signs {0} without a =, where services sign {0}=.",
                    String::from_utf8_lossy(pair)
                ),
                instead: " Any version signs it right where the URL has the = itself.",
                mended: (8, 5),
                place: place(start, pair.len()),
                label: "no = behind it",
            });
            break;
        }
        start += pair.len() + 1;
    }
    let key = |pair: &&[u8]| {
        let end = memchr::memchr(b'=', pair).unwrap_or(pair.len());
        pair.get(..end).unwrap_or_default().to_vec()
    };
    let sorted = pairs.windows(2).all(|two| match two {
        [one, other] => key(one) <= key(other),
        _ => true,
    });
    let raw = |b: u8| !is_unreserved(b) && !matches!(b, b'%' | b'=' | b'&') && b.is_ascii_graphic();
    let raw = text.iter().position(|b| raw(*b));
    if !sorted {
        out.push(Fault {
            says: "signs the parameters of this query in the order they stand in, where services sort them.".to_owned(),
            instead: " Any version signs them right where the URL has them sorted by name.",
            mended: (8, 3),
            place: docs.to_given(query),
            label: "not sorted",
        });
    } else if let Some(at) = raw {
        let byte = text.get(at).copied().unwrap_or_default();
        let coded = if byte == b'+' {
            "%20".to_owned()
        } else {
            format!("%{byte:02X}")
        };
        out.push(Fault {
            says: format!(
                "signs the {} of this query as it stands, where services sign {coded}.",
                char::from(byte)
            ),
            instead: " Any version signs it right where the URL has it percent-encoded.",
            mended: (8, 3),
            place: place(at, 1),
            label: "signed as it stands",
        });
    }
    let lower = text.to_ascii_lowercase();
    if let Some(at) = memchr::memmem::find(&lower, b"%2b") {
        out.push(Fault {
            says: "takes the %2B of this query for a blank from 8.14 on.".to_owned(),
            instead: "",
            mended: (8, 19),
            place: place(at, 3),
            label: "a plus",
        });
    }
}

/// The host was signed without its port until 7.86 (curl/curl#7966, commit 29c4aa00a1).
fn port(composer: &Composer<'_, '_, '_>, target: &Target, out: &mut Vec<Fault>) {
    let docs = &composer.reader.case.docs;
    let Some(authority) = target.authority else {
        return;
    };
    let text = docs.bytes(authority);
    let Some(colon) = memchr::memrchr(b':', text) else {
        return;
    };
    let port = text.get(colon + 1..).unwrap_or_default();
    let other = !port.is_empty() && port.iter().all(u8::is_ascii_digit);
    if other && !matches!(port, b"443" | b"80") {
        out.push(Fault {
            says: "signs this host without its port, and sends it with the port.".to_owned(),
            instead: "",
            mended: (7, 86),
            place: docs.to_given(authority),
            label: "signed without the port",
        });
    }
}

/// A header that is given twice was signed as two lines until 8.13 (commit 3978bd4498).
fn headers(composer: &Composer<'_, '_, '_>, said: &Said, out: &mut Vec<Fault>) {
    let names: Vec<Vec<u8>> = said
        .headers
        .iter()
        .map(|header| name(header.bytes()))
        .collect();
    let again = names.iter().enumerate().find(|(at, name)| {
        let before = names.get(..*at).unwrap_or_default();
        !name.is_empty() && before.contains(name)
    });
    let Some((place, name)) = again else { return };
    let Some(word) = said.headers.get(place) else {
        return;
    };
    out.push(Fault {
        says: format!(
            "signs {}, which this command gives twice, as two lines, where services join its values in one.",
            String::from_utf8_lossy(name)
        ),
        instead: " Any version signs it right where it is given once.",
        mended: (8, 13),
        place: composer.reader.case.docs.to_given(composer.text.span(word.start..word.end)),
        label: "again",
    });
}

/// The version of curl that the paste names near the command: `User-Agent: curl/7.88.1`, or the first line of
/// `curl --version`.
fn version(text: &Text, command: &Range<usize>) -> Option<Version> {
    const AROUND: usize = 8 << 10;
    let window = text.get(command.start.saturating_sub(AROUND)..command.end.saturating_add(AROUND));
    memchr::memmem::find_iter(window, b"curl").find_map(|at| {
        let rest = window.get(at + 4..)?;
        let rest = rest
            .strip_prefix(b"/")
            .or_else(|| rest.strip_prefix(b" "))?;
        let (major, rest) = number(rest)?;
        let (minor, rest) = number(rest.strip_prefix(b".")?)?;
        let (_, rest) = number(rest.strip_prefix(b".")?)?;
        // No number of a network address.
        (major < 100 && !rest.starts_with(b".")).then_some((major, minor))
    })
}

fn number(text: &[u8]) -> Option<(u32, &[u8])> {
    let digits = text
        .iter()
        .take(4)
        .take_while(|b| b.is_ascii_digit())
        .count();
    let (front, rest) = text.split_at_checked(digits)?;
    Some((std::str::from_utf8(front).ok()?.parse().ok()?, rest))
}
