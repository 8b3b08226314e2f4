//! The body that is here in other spellings: other blanks in its JSON, other line ends, quotes that a shell took off.
//!
//! Owns the list of spellings that programs are known to make of one and the same body, and proving one by a hash that
//! somebody stated. A spelling that no hash proves is not spoken of. Must not know which signature follows from it.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::ops::Range;

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::facts::Facts;
use super::payload::hash_key;
use super::table as t;
use crate::engine::diagnose::Finding;
use crate::engine::document::Span;
use crate::engine::intake::{Body, Pattern, Side};

/// The largest body that is spelled anew, in bytes.
const LARGEST: usize = 256 << 10;

/// A stated hash that is not that of the body as it stands: whose it is, as the subject of a sentence, its digits in
/// lower case, and its place.
struct Stated {
    whose: &'static str,
    hash: String,
    place: Span,
}

/// Hashes that somebody stated and that the body has in another spelling.
pub(super) fn findings(facts: &Facts<'_>, out: &mut Vec<Finding>) {
    let Body::Held { span, .. } = facts.request.body else {
        return;
    };
    let body = facts.docs.bytes(span);
    if body.is_empty() || body.len() > LARGEST {
        return;
    }
    let own = sha256(body);
    let mut open = stated(facts);
    open.retain(|stated| stated.hash != own);
    if open.is_empty() {
        return;
    }
    for (how, text) in spellings(body) {
        let hash = sha256(&text);
        let Some(at) = open.iter().position(|stated| stated.hash == hash) else {
            continue;
        };
        let stated = open.swap_remove(at);
        out.push(
            t::BODY_RESPELLED
                .found(
                    format!("{} is that of this body {how}: the SHA-256 is the same.", stated.whose),
                    "One body was hashed and another is here. Hash the very bytes that are sent: make the text once, sign \
                     it, and hand that same text to what sends it.",
                )
                .at(stated.place, "this hash")
                .at(span, "the body")
                .about(hash_key()),
        );
    }
}

fn sha256(text: &[u8]) -> String {
    hex::encode(Sha256::digest(text))
}

/// Every hash of the body that the request and the strings of others state.
fn stated(facts: &Facts<'_>) -> Vec<Stated> {
    let mut out = Vec::new();
    let is_hash = |text: &str| text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit());
    if let Some(part) = facts.header("x-amz-content-sha256") {
        out.push(Stated {
            whose: "The hash that x-amz-content-sha256 states",
            hash: part.text.to_ascii_lowercase(),
            place: part.span,
        });
    }
    for evidence in &facts.view.case.evidence {
        let whose = match evidence.side {
            Some(Side::Server) => "The payload hash in the server's canonical request",
            Some(Side::Client) => "The payload hash in the signer's canonical request",
            None => "The payload hash of the canonical request",
        };
        let Some(span) = evidence
            .canonical_request
            .as_ref()
            .and_then(Pattern::as_exact)
        else {
            continue;
        };
        let text = facts.docs.bytes(span).trim_ascii_end();
        let start = memchr::memrchr(b'\n', text).map_or(0, |at| at + 1);
        let place = span.part(start..text.len());
        out.push(Stated {
            whose,
            hash: facts.docs.text(place).to_ascii_lowercase(),
            place,
        });
    }
    let mut seen = HashSet::new();
    out.retain(|stated| is_hash(&stated.hash) && seen.insert(stated.hash.clone()));
    out
}

/// How blanks stand between the tokens of JSON.
#[derive(Copy, Clone, Debug)]
enum Blanks {
    /// None.
    None,
    /// One behind each `,` and `:`, as Python's `json.dumps` has it.
    Behind,
    /// A line for each member, indented by so many.
    Lines(usize),
}

/// The texts that programs may have made of `body`, with how each is told.
fn spellings(body: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut out: Vec<(String, Vec<u8>)> = Vec::new();
    let mut add = |how: &str, text: Vec<u8>| out.push((how.to_owned(), text));
    let trimmed = body.trim_ascii_end();
    add("without the line end behind it", trimmed.to_vec());
    add("with a line end behind it", [trimmed, b"\n"].concat());
    add(
        "with a line end of Windows behind it",
        [trimmed, b"\r\n"].concat(),
    );
    let lines = replaced(body, b"\r\n", b"\n");
    add("with line feeds alone as line ends", lines.clone());
    add(
        "with line ends of Windows",
        replaced(&lines, b"\n", b"\r\n"),
    );
    // Windows PowerShell 5 takes a backslash before a quote off when it calls a program, or leaves it there.
    let plain = replaced(body, b"\\\"", b"\"");
    add("without the backslashes before its quotes", plain);
    if let Some(rest) = body.strip_prefix("\u{FEFF}".as_bytes()) {
        add("without its byte order mark", rest.to_vec());
    }
    out.extend(json(trimmed));
    out
}

/// The spellings of a text of JSON; none where it is none.
fn json(text: &[u8]) -> Vec<(String, Vec<u8>)> {
    const STYLES: [(Blanks, &str); 5] = [
        (Blanks::None, "as JSON without blanks between its tokens"),
        (
            Blanks::Behind,
            "as JSON with a blank behind each comma and colon, as json.dumps of Python writes it",
        ),
        (Blanks::Lines(2), "as JSON in lines that are indented by 2"),
        (Blanks::Lines(4), "as JSON in lines that are indented by 4"),
        (Blanks::Lines(1), "as JSON in lines that are indented by 1"),
    ];
    // A string or a number alone has no other spelling that matters here.
    let holds = matches!(text.trim_ascii_start().first(), Some(b'{' | b'['));
    let Some(mut value) = holds
        .then(|| serde_json::from_slice::<Value>(text).ok())
        .flatten()
    else {
        return Vec::new();
    };
    value.sort_all_objects();
    let sorted = value.to_string().into_bytes();
    let orders = [(text.to_vec(), ""), (sorted, ", its names sorted")];
    let mut out = Vec::new();
    for (source, order) in orders {
        for (blanks, how) in STYLES {
            let spaced = written(&source, blanks);
            let slashes = replaced(&spaced, b"/", b"\\/");
            let ascii = escaped(&spaced);
            let how = format!("{how}{order}");
            if slashes != spaced {
                let both = replaced(&ascii, b"/", b"\\/");
                out.push((format!("{how}, each slash escaped"), slashes));
                out.push((
                    format!("{how}, each slash and all but ASCII escaped, as PHP writes it"),
                    both,
                ));
            }
            if ascii != spaced {
                out.push((format!("{how}, all but ASCII escaped"), ascii));
            }
            let mut ended = spaced.clone();
            ended.push(b'\n');
            out.push((how.clone(), spaced));
            out.push((format!("{how}, and a line end behind it"), ended));
        }
    }
    out
}

/// JSON with other blanks between its tokens. Strings and numbers stay as they are spelled.
fn written(text: &[u8], blanks: Blanks) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut depth = 0_usize;
    let mut tokens = tokens(text).into_iter().peekable();
    let line = |out: &mut Vec<u8>, depth: usize| {
        if let Blanks::Lines(indent) = blanks {
            out.push(b'\n');
            out.extend(std::iter::repeat_n(b' ', indent * depth));
        }
    };
    while let Some(token) = tokens.next() {
        let token = text.get(token).unwrap_or_default();
        match token {
            b"{" | b"[" => {
                out.extend_from_slice(token);
                let next = tokens.peek().and_then(|next| text.get(next.clone()));
                // What is empty stays on its line.
                if matches!(next, Some(b"}" | b"]")) {
                    out.extend_from_slice(next.unwrap_or_default());
                    tokens.next();
                } else {
                    depth += 1;
                    line(&mut out, depth);
                }
            }
            b"}" | b"]" => {
                depth = depth.saturating_sub(1);
                line(&mut out, depth);
                out.extend_from_slice(token);
            }
            b"," => {
                out.push(b',');
                if matches!(blanks, Blanks::Behind) {
                    out.push(b' ');
                }
                line(&mut out, depth);
            }
            b":" => {
                out.push(b':');
                if !matches!(blanks, Blanks::None) {
                    out.push(b' ');
                }
            }
            _ => out.extend_from_slice(token),
        }
    }
    out
}

/// The tokens of a text that is JSON.
fn tokens(text: &[u8]) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        let rest = text.get(at..).unwrap_or_default();
        let len = match byte {
            b' ' | b'\t' | b'\n' | b'\r' => {
                at += 1;
                continue;
            }
            b'{' | b'}' | b'[' | b']' | b',' | b':' => 1,
            b'"' => string(rest),
            _ => rest
                .iter()
                .take_while(|b| {
                    !matches!(b, b' ' | b'\t' | b'\n' | b'\r' | b',' | b']' | b'}' | b':')
                })
                .count()
                .max(1),
        };
        out.push(at..at + len);
        at += len;
    }
    out
}

/// How long the string is that `text` begins with, its quotes included.
fn string(text: &[u8]) -> usize {
    let mut at = 1;
    while let Some(found) = memchr::memchr2(b'"', b'\\', text.get(at..).unwrap_or_default()) {
        at += found + 1;
        if text.get(at - 1) == Some(&b'"') {
            return at;
        }
        at += 1;
    }
    text.len()
}

/// JSON with every character that is not ASCII as an escape.
fn escaped(text: &[u8]) -> Vec<u8> {
    let Ok(text) = std::str::from_utf8(text) else {
        return text.to_vec();
    };
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii() {
            out.push(c);
        } else {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                // A String takes whatever is written to it.
                let _ = write!(out, "\\u{unit:04x}");
            }
        }
    }
    out.into_bytes()
}

/// `text` with each `from` as `to`.
fn replaced(text: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut kept = 0;
    for at in memchr::memmem::find_iter(text, from) {
        out.extend_from_slice(text.get(kept..at).unwrap_or_default());
        out.extend_from_slice(to);
        kept = at + from.len();
    }
    out.extend_from_slice(text.get(kept..).unwrap_or_default());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each text was written by the program that is named: Python's json module, JSON.stringify of Node and
    /// json_encode of PHP.
    #[test]
    fn what_programs_make_of_one_document_is_among_its_spellings() {
        let body = "{\n   \"b\" : \"é/\",\"a\":[1, 2.50, {}] , \"c\":[]}\n".as_bytes();
        let all = spellings(body);
        for (text, how) in [
            (r#"{"b":"é/","a":[1,2.50,{}],"c":[]}"#, "without blanks"),
            (r#"{"b": "é/", "a": [1, 2.50, {}], "c": []}"#, "json.dumps"),
            (r#"{"b":"\u00e9/","a":[1,2.50,{}],"c":[]}"#, "all but ASCII"),
            (r#"{"b":"\u00e9\/","a":[1,2.50,{}],"c":[]}"#, "PHP"),
            (r#"{"a": [1, 2.5, {}], "b": "é/", "c": []}"#, "sorted"),
            (
                "{\n  \"b\": \"é/\",\n  \"a\": [\n    1,\n    2.50,\n    {}\n  ],\n  \"c\": []\n}",
                "indented by 2",
            ),
        ] {
            let found = all.iter().find(|(_, own)| own == text.as_bytes());
            let found = found.map(|(found, _)| found.as_str()).unwrap_or_default();
            assert!(found.contains(how), "{text}: {found}");
        }
    }

    #[test]
    fn a_string_with_signs_of_json_in_it_is_one_token() {
        let text = br#"{ "a\\\"}, b" : "c" }"#;
        assert_eq!(written(text, Blanks::None), br#"{"a\\\"}, b":"c"}"#);
        assert_eq!(string(br#""open"#), 5);
    }
}
