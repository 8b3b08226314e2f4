//! Whose a string is, by the words that a person or a program puts in front of it: "constructed by the library",
//! "AWS says", `$stringToSign =`.
//!
//! Owns where such words stand and how far they reach; which side they name is told by `sides`. Must not know any program:
//! what a known one prints is told by `labels`.

mod sides;

use std::ops::Range;

use sides::{CLIENT, Sides, holds, is_server, is_verifiers_name, sides};

use crate::engine::intake::Side;

/// What the words in front of a text say of it.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(super) enum Said {
    /// They say whose it is.
    Side(Side),
    /// A program's own name for the text: it prints or assigns what it has made itself.
    Named,
    /// A title: the text is named, and nobody.
    Titled,
    /// Nothing.
    Nothing,
}

/// How far before a text its words may begin, in bytes.
pub(super) const WINDOW: usize = 400;
/// Lines that are looked at: a name may stand below a heading.
const LINES: usize = 6;
/// The longest line of words, in bytes.
const LONGEST: usize = 240;

/// What names one of the two texts, as its words.
const NAMES: [&[&str]; 9] = [
    &["canonical"],
    &["canonicalrequest"],
    &["canonicalstring"],
    &["string", "to", "sign"],
    &["stringtosign"],
    &["string", "2", "sign"],
    &["tosign"],
    &["to", "sign"],
    &["creq"],
];

/// What `before`, the text in front of a string, says of it.
pub(super) fn said(before: &[u8]) -> Said {
    let from = before.len().saturating_sub(WINDOW);
    let before = before.get(from..).unwrap_or_default();
    let mut told = None;
    for line in before.rsplit(|b| *b == b'\n').take(LINES) {
        if is_of_a_text(line) || line.len() > LONGEST && told.is_none() {
            break;
        }
        let words = words(sentence(line));
        if words.is_empty() {
            continue;
        }
        let names = holds(&words, &NAMES);
        // A name or a heading, not a sentence about something else.
        if told.is_none() && !names && !is_heading(line) {
            break;
        }
        // Servers log so, and nothing tells which one it is.
        if is_glog(line) {
            return Said::Nothing;
        }
        // It speaks of this text and of the next one.
        if two(line).is_some() || one_of_two(line).is_some() {
            return Said::Nothing;
        }
        match sides(&words) {
            Sides::Server => return Said::Side(Side::Server),
            Sides::Client => return Said::Side(Side::Client),
            Sides::Either => return Said::Nothing,
            Sides::Neither => {}
        }
        if told.is_some() || names && !is_label(line) {
            break;
        }
        if names {
            told = Some(if is_identifier(line) {
                Said::Named
            } else {
                Said::Titled
            });
        }
    }
    told.unwrap_or(Said::Nothing)
}

/// How far behind a text a remark on it may reach, in bytes.
pub(super) const REMARK: usize = 64;

/// Whose a text is by the remark that somebody wrote behind it on its line, `"…" # actual`: one word or a few, all of them
/// behind the mark of a comment.
pub(super) fn remarked(behind: &[u8]) -> Option<Side> {
    const MARKS: [&[u8]; 6] = [b"//", b"--", b"/*", b"<-", b"#", "←".as_bytes()];
    const WORDS: usize = 5;
    let line = behind.split(|b| matches!(b, b'\n' | b'\r')).next()?;
    // Longer ones are sentences about something else as well.
    let line = Some(line).filter(|line| line.len() < REMARK)?;
    let closes = line
        .iter()
        .take_while(|b| b" \t\"'`,;)".contains(b))
        .count();
    let rest = line.get(closes..)?;
    let mark = MARKS.iter().find(|mark| rest.starts_with(mark))?;
    let words = words(rest.get(mark.len()..)?);
    let sides = sides(&words);
    match sides {
        _ if words.len() > WORDS => None,
        Sides::Server => Some(Side::Server),
        Sides::Client => Some(Side::Client),
        Sides::Either | Sides::Neither => None,
    }
}

/// What stands between the names of two texts in a sentence that compares them.
const COMPARED: [&[&str]; 6] = [
    &["compared", "to"],
    &["compared", "with"],
    &["compared", "against"],
    &["as", "opposed", "to"],
    &["vs"],
    &["versus"],
];

/// What says of two texts that they are unlike, or not: which stands first is not told by it.
const JUDGES: [&[&str]; 6] = [
    &["differ"],
    &["differs"],
    &["different"],
    &["same"],
    &["match"],
    &["between"],
];

/// Whose two texts are that follow one sentence, which names both: `mine compared to the server's`, `the first is … the
/// second …`. None where it tells of no two, or does not tell which is whose.
pub(super) fn of_two(before: &[u8]) -> Option<[Side; 2]> {
    let from = before.len().saturating_sub(WINDOW);
    let before = before.get(from..).unwrap_or_default();
    let mut lines = before.rsplit(|b| *b == b'\n').take(LINES);
    let line = lines.find(|line| !words(line).is_empty())?;
    if is_of_a_text(line) || line.len() > LONGEST {
        return None;
    }
    if let Some([first, second]) = one_of_two(line) {
        return Some([first?, second?]);
    }
    match two(line)? {
        [Sides::Server, Sides::Client | Sides::Neither] => Some([Side::Server, Side::Client]),
        [Sides::Client | Sides::Neither, Sides::Server] => Some([Side::Client, Side::Server]),
        _ => None,
    }
}

/// Whose two texts are where the last sentence of a line tells of one which it is, `Mine is the second one`: the other is the
/// server's where the line speaks of that as well. None where it tells of neither.
fn one_of_two(line: &[u8]) -> Option<[Option<Side>; 2]> {
    let (all, last) = (words(line), words(sentence(line)));
    let counts = |name: &&String| matches!(name.as_str(), "first" | "second");
    if all.iter().filter(counts).count() != 1 {
        return None;
    }
    let is_second = last.iter().find(counts)?.as_str() == "second";
    let (named, other) = match sides(&last) {
        Sides::Client => (Side::Client, is_server(&all).then_some(Side::Server)),
        Sides::Server => (Side::Server, holds(&all, &CLIENT).then_some(Side::Client)),
        Sides::Either | Sides::Neither => return None,
    };
    Some(if is_second {
        [other, Some(named)]
    } else {
        [Some(named), other]
    })
}

/// Which sides a line names for two texts; none where it speaks of one.
fn two(line: &[u8]) -> Option<[Sides; 2]> {
    let all = words(line);
    let place = |name: &str| all.iter().position(|word| word == name);
    if let (Some(first), Some(second)) = (place("first"), place("second"))
        && first < second
    {
        let between = all.get(first + 1..second).unwrap_or_default();
        let behind = all.get(second + 1..).unwrap_or_default();
        return Some(if behind.is_empty() {
            // `Mine first, theirs second:`
            [sides(all.get(..first).unwrap_or_default()), sides(between)]
        } else {
            [sides(between), sides(behind)]
        });
    }
    let last = words(sentence(line));
    let split = |at: usize, len: usize| {
        let halves = [last.get(..at)?, last.get(at + len..)?];
        halves
            .iter()
            .all(|half| !half.is_empty())
            .then(|| halves.map(sides))
    };
    for phrase in COMPARED {
        let mut near = last.windows(phrase.len());
        if let Some(at) = near.position(|near| near.iter().zip(phrase).all(|(a, b)| a == b)) {
            return split(at, phrase.len());
        }
    }
    // Without such a word both are to be named.
    let at = last.iter().position(|word| word == "and")?;
    let named = split(at, 1).filter(|_| !holds(&last, &JUDGES));
    named.filter(|named| {
        matches!(
            named,
            [Sides::Server, Sides::Client] | [Sides::Client, Sides::Server]
        )
    })
}

/// What stands before the name of whoever made a text.
const MAKERS: [&str; 3] = ["by", "from", "in"];

/// Words for what a person runs beside a signer, or for the person: whoever they name is no verifier.
const NO_VERIFIER: [&str; 16] = [
    "hand", "curl", "node", "python", "java", "go", "ruby", "php", "rust", "browser", "code",
    "another", "other", "boto", "example", "docs",
];

/// Whether the line above a text is the name of a service that verifies, and no more.
pub(super) fn names_a_verifier(before: &[u8]) -> bool {
    let from = before.len().saturating_sub(WINDOW);
    let before = before.get(from..).unwrap_or_default();
    let mut lines = before.rsplit(|b| *b == b'\n').map(words);
    let line = lines.find(|words| !words.is_empty());
    line.is_some_and(|words| is_verifiers_name(&words))
}

/// Whether the line above a text says by whom it is, and names neither the signer nor a program that signs: `And by
/// the gateway`.
pub(super) fn names_another(before: &[u8]) -> bool {
    let from = before.len().saturating_sub(WINDOW);
    let before = before.get(from..).unwrap_or_default();
    let mut lines = before
        .rsplit(|b| *b == b'\n')
        .map(|line| (line, words(sentence(line))));
    let Some((line, words)) = lines.find(|(_, words)| !words.is_empty()) else {
        return false;
    };
    let maker = words
        .iter()
        .position(|word| MAKERS.contains(&word.as_str()));
    let named = maker.and_then(|at| words.get(at + 1..)).unwrap_or_default();
    if is_verifiers_name(&words) {
        return !is_of_a_text(line);
    }
    is_heading(line)
        && !is_of_a_text(line)
        && !named.is_empty()
        && sides(&words) == Sides::Neither
        && !words
            .iter()
            .any(|word| NO_VERIFIER.contains(&word.as_str()))
}

/// Where in `before` the words stand that are nearest to the text behind it: what is left of its own line, or the
/// nearest line above it that holds a word. None where that belongs to another text.
pub(super) fn above(before: &[u8]) -> Option<Range<usize>> {
    let mut end = before.len();
    for line in before.rsplit(|b| *b == b'\n').take(LINES) {
        let start = end - line.len();
        if line.iter().any(u8::is_ascii_alphanumeric) {
            // The window may begin inside a line that is too long to be read.
            let whole = line.len() <= LONGEST && !is_of_a_text(line);
            let edge = |b: &u8| b.is_ascii_whitespace() || b"\"'`*#>=<|:".contains(b);
            let front = line.iter().take_while(|b| edge(b)).count();
            let back = line.iter().rev().take_while(|b| edge(b)).count();
            return whole.then(|| start + front..end - back);
        }
        end = start.checked_sub(1)?;
    }
    None
}

/// The words of the line that stands over a text, where that is a heading.
pub(super) fn heading(before: &[u8]) -> Option<Vec<String>> {
    let place = above(before)?;
    let start = before
        .get(..place.start)?
        .iter()
        .rposition(|b| *b == b'\n')
        .map_or(0, |at| at + 1);
    let line = before.get(start..)?.split(|b| *b == b'\n').next()?;
    // What is in brackets or quotes is a text of its own, as a body is.
    let is_text = matches!(line.trim_ascii().first(), Some(b'{' | b'[' | b'<' | b'"'));
    (is_heading(line) && !is_text).then(|| words(line))
}

/// Whether a line belongs to one of the two texts or to a request, so that nothing above it speaks of what is below.
fn is_of_a_text(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    let digits = line
        .iter()
        .rev()
        .take_while(|b| b.is_ascii_hexdigit())
        .count();
    let lower = line.to_ascii_lowercase();
    digits >= 32
        // The head of a hunk of a diff.
        || line.starts_with(b"@@ -")
        || memchr::memmem::find(line, b"_request").is_some_and(|at| at + 8 == line.len())
            && line.contains(&b'/')
        || [&b"x-amz-"[..], b"host:", b"unsigned-payload", b"content-"]
            .iter()
            .any(|front| lower.starts_with(front))
}

/// Whether a line that names a text is its label, and no sentence: what is printed or assigned follows its mark.
fn is_label(line: &[u8]) -> bool {
    const SHORT: usize = 48;
    let quotes = |b: &u8| b.is_ascii_whitespace() || b"\"'`[*#-_=<>\\(".contains(b);
    let behind = line.iter().rev().take_while(|b| quotes(b));
    let marked = behind.clone().any(|b| matches!(b, b'=' | b'('));
    let bare = line.len() - behind.count();
    marked
        || line.get(..bare).is_some_and(|line| line.ends_with(b":"))
        || line.trim_ascii().len() <= SHORT
}

/// Whether the name in a label is one word, as programs have it: `canonical_request:`, `$stringToSign = "`. The quoted
/// name of a member is no more than that.
fn is_identifier(line: &[u8]) -> bool {
    let own = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'$' | b'-');
    let mut start = 0;
    line.split(|b| !own(b)).any(|word| {
        let end = start + word.len();
        let behind = line.get(end..).unwrap_or_default();
        start = end + 1;
        let parts = words(word);
        let joined = parts.len() > 1 || word.first() == Some(&b'$');
        let behind = behind.trim_ascii_start();
        joined
            && holds(&parts, &NAMES)
            && (behind.is_empty() || matches!(behind.first(), Some(b':' | b'=' | b'(')))
    })
}

/// Whether a line has the front of Google's logging libraries: `I0524 00:00:00.069099 file.go:244 `.
fn is_glog(line: &[u8]) -> bool {
    let digits = line
        .get(1..5)
        .is_some_and(|day| day.iter().all(u8::is_ascii_digit));
    matches!(line.first(), Some(b'I' | b'W' | b'E' | b'F')) && digits && line.get(5) == Some(&b' ')
}

/// Whether a line stands over what follows it: it ends in a colon, is marked as a heading, or is a word or two.
fn is_heading(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    line.ends_with(b":") || line.starts_with(b"#") || line.starts_with(b"**") || line.len() <= 32
}

/// The last sentence of a line, or its last clause behind a colon: what stands before speaks of something else.
fn sentence(line: &[u8]) -> &[u8] {
    let end = line
        .iter()
        .rposition(u8::is_ascii_alphanumeric)
        .map_or(0, |at| at + 1);
    let inside = line.get(..end).unwrap_or_default();
    let starts = [&b". "[..], b"? ", b"! ", b"; "];
    let at = starts
        .iter()
        .filter_map(|stop| memchr::memmem::rfind(inside, stop))
        .max();
    inside.get(at.map_or(0, |at| at + 2)..).unwrap_or_default()
}

/// The words of a line in small letters; a name in one word is taken apart: `myStringToSign`.
fn words(line: &[u8]) -> Vec<String> {
    let mut out = Vec::new();
    let mut word = String::new();
    let mut last = 0_u8;
    for (place, byte) in line.iter().enumerate() {
        let next = line.get(place + 1).copied().unwrap_or_default();
        let hump = byte.is_ascii_uppercase()
            && (last.is_ascii_lowercase()
                || last.is_ascii_uppercase() && next.is_ascii_lowercase());
        if (hump || !byte.is_ascii_alphanumeric()) && !word.is_empty() {
            out.push(std::mem::take(&mut word));
        }
        if byte.is_ascii_alphanumeric() {
            word.push(char::from(byte.to_ascii_lowercase()));
        }
        last = *byte;
    }
    if !word.is_empty() {
        out.push(word);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLIENT: Said = Said::Side(Side::Client);
    const SERVER: Said = Said::Side(Side::Server);

    #[test]
    fn words_say_whose_a_text_is() {
        for (before, told) in [
            (
                "Here is the canonical request constructed by the library:\n",
                CLIENT,
            ),
            (
                "This is the canonical request constructed by the server:\n",
                SERVER,
            ),
            ("MinIO computed this canonical request:\n", SERVER),
            ("Azurite uses the string to sign:\n", SERVER),
            ("What Wasabi got as the canonical request:\n", SERVER),
            // A rule, as documentation has it.
            ("AWS uses this canonical request:\n", Said::Titled),
            ("I computed this canonical request for MinIO:\n", CLIENT),
            // Calls and pages that bear its name.
            ("Canonical request for the S3 get:\n", Said::Titled),
            ("S3 GET object, canonical request\n", Said::Titled),
            ("Canonical request, AWS get-object in Go:\n", Said::Titled),
            ("Canonical request (PHP, S3 got 403):\n", Said::Titled),
            (
                "Canonical request, built as AWS says in the docs:\n",
                Said::Titled,
            ),
            ("My canonical request:\n```\n", CLIENT),
            ("The canonical request I generate is\n\n", CLIENT),
            ("string to sign from the SDK: ", CLIENT),
            ("what AWS says it should be:\n", SERVER),
            ("expected canonical request:\n\n    ", SERVER),
            ("$serverStringToSign = \"", SERVER),
            ("const myCanonicalRequest = `", CLIENT),
            ("## Server\n\nCanonical request:\n", SERVER),
            ("Client:\ncanonical_request:\n", CLIENT),
            ("canonical_request: ", Said::Named),
            ("$stringToSign = \"", Said::Named),
            ("canonicalRequest = ", Said::Named),
            ("DEBUG: StringToSign = ", Said::Named),
            ("Canonical String (2): ", Said::Titled),
            ("canonical request:\n", Said::Titled),
            ("{\"string_to_sign\": \"", Said::Titled),
            // What might be either is nobody's: the other signer's, or that on another machine.
            ("theirs:\n", Said::Nothing),
            ("### Remote\n", Said::Nothing),
            ("the canonical request my server makes:\n", Said::Nothing),
            (
                "I0524 00:00:00.069099 own.go:244 canonicalRequest: ",
                Said::Nothing,
            ),
            ("The SDK and the server differ:\n", Said::Nothing),
            ("It says that the server is down. Then:\n", Said::Nothing),
            ("some words\n", Said::Nothing),
            ("", Said::Nothing),
        ] {
            assert_eq!(said(before.as_bytes()), told, "{before}");
        }
    }

    #[test]
    fn a_remark_behind_a_text_says_whose_it_is() {
        for (behind, told) in [
            ("\" # actual\n\"", Some(Side::Client)),
            ("\", // expected by the server\n", Some(Side::Server)),
            ("'  <-- mine", Some(Side::Client)),
            ("\"); /* what S3 says */\n", Some(Side::Server)),
            ("\"\n# actual\n", None),
            ("\" # 2\n", None),
            ("\" actual\n", None),
            ("\" # what I sign is what the server has\n", None),
            (
                "\" # see what my colleague told me of it in his mail\n",
                None,
            ),
            ("", None),
        ] {
            assert_eq!(remarked(behind.as_bytes()), told, "{behind}");
        }
    }

    #[test]
    fn a_sentence_may_name_the_makers_of_two_texts() {
        let (client, server) = (Side::Client, Side::Server);
        for (before, told) in [
            (
                "here is the request generated by OurLib compared to the canonical request returned in the error response:\n\n",
                Some([client, server]),
            ),
            (
                "What AWS says vs what I sign:\n```\n",
                Some([server, client]),
            ),
            (
                "The first is mine, the second is what AWS says.\n",
                Some([client, server]),
            ),
            (
                "The first is the server's. The second is from the SDK:\n",
                Some([server, client]),
            ),
            ("Mine first, the server's second:\n", Some([client, server])),
            (
                "My canonical request and the server's:\n",
                Some([client, server]),
            ),
            // Which of the two stands first is not told.
            ("The SDK and the server differ:\n", None),
            ("mine compared to that of python:\n", None),
            ("Mine first, theirs second:\n", None),
            ("Compared to the server's:\n", None),
            ("My canonical request:\n", None),
        ] {
            assert_eq!(of_two(before.as_bytes()), told, "{before}");
            if told.is_some() {
                assert_eq!(said(before.as_bytes()), Said::Nothing, "{before}");
            }
        }
        assert_eq!(said(b"Compared to the server's:\n"), SERVER);
        assert_eq!(said(b"This is v4 vs v2. My canonical request:\n"), CLIENT);
    }

    #[test]
    fn a_heading_may_name_somebody_who_is_not_the_signer() {
        for (before, another) in [
            ("And by the gateway\n```\n ", true),
            ("From Riak CS:\n", true),
            ("And by hand\n", false),
            ("And by rclone\n", false),
            ("from the Go SDK:\n", false),
            ("The other one\n", false),
            ("Canonical request:\n", false),
            ("", false),
        ] {
            assert_eq!(names_another(before.as_bytes()), another, "{before}");
        }
    }

    #[test]
    fn what_stands_over_another_text_says_nothing_of_this_one() {
        let hash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        let before = format!("by the server:\nAWS4-HMAC-SHA256\n{hash}\n\n");
        assert_eq!(said(before.as_bytes()), Said::Nothing);
    }
}
