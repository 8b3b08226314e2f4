//! `Invoke-WebRequest` and `Invoke-RestMethod`, as browsers copy a request as PowerShell.

use std::ops::Range;

use super::{Payload, Program, Said, pairs, stands_free};
use crate::engine::intake::Shape;
use crate::engine::intake::notation::{self, Language, Names, Value};
use crate::engine::intake::piece::Piece;
use crate::engine::intake::reader::Reader;
use crate::engine::intake::recogniser::{Hit, Recogniser, Start};
use crate::engine::intake::scan::Scan;
use crate::engine::intake::text::{Text, is_blank};

/// Recognises requests in PowerShell.
pub(in crate::engine::intake) struct PowerShell;

pub(in crate::engine::intake) const SHAPE: Shape = Shape("powershell");

const PROGRAM: Program = Program {
    shape: SHAPE,
    name: "PowerShell",
    tidier: None,
    latin1: false,
    always: &[],
};

/// Longest name of a parameter, and parameters that are followed.
const NAME: usize = 64;
const PARAMETERS: usize = 64;

impl Recogniser for PowerShell {
    fn anchors(&self) -> &'static [&'static str] {
        &["Invoke-WebRequest", "Invoke-RestMethod"]
    }

    fn once_a_line(&self) -> bool {
        false
    }

    /// Code in a body is that body's.
    fn ending_bodies(&self) -> usize {
        0
    }

    fn start(&self, text: &Text, hit: Hit, from: usize) -> Option<Start> {
        let free = stands_free(text.get(hit.at.saturating_sub(1).max(hit.line.start)..hit.at));
        let rest = text.get(hit.at + "Invoke-WebRequest".len()..hit.at + 64);
        let followed = rest.first().is_some_and(|b| is_blank(*b));
        (hit.at >= from && free && followed).then_some(Start {
            at: hit.at,
            boundary: false,
        })
    }

    fn read(&self, reader: &mut Reader<'_>, pass: &mut Scan<'_>, start: Start) -> Option<usize> {
        let text = pass.text;
        if !reader.may_waste() {
            return None;
        }
        let mut names = Names::new(text, Language::PowerShell, start.at);
        let command = Command::read(text, start.at + "Invoke-WebRequest".len());
        let said = said(&mut names, &command, start.at);
        let Some(said) = said.filter(Said::may_be_signed) else {
            reader.waste(command.end - start.at);
            return None;
        };
        said.compose(reader, names, &PROGRAM)
    }
}

/// The parameters of a command with their values; those that stand alone have none, and a value without a name is
/// the URL's.
struct Command {
    parameters: Vec<(Range<usize>, Option<Value>)>,
    bare: Option<Value>,
    end: usize,
    whole: bool,
}

impl Command {
    fn read(text: &Text, from: usize) -> Self {
        let mut command = Self {
            parameters: Vec::new(),
            bare: None,
            end: from,
            whole: true,
        };
        while command.parameters.len() < PARAMETERS {
            let at = continued(text, command.end);
            match text.at(at) {
                Some(b'-') => {
                    let rest = text.get(at + 1..at + NAME);
                    let len = rest.iter().take_while(|b| b.is_ascii_alphabetic()).count();
                    let name = at + 1..at + 1 + len;
                    let value = continued(text, name.end);
                    command.end = name.end;
                    let parsed = match text.at(value) {
                        None | Some(b'-' | b'\n' | b'\r' | b'|' | b';' | b')') => None,
                        Some(_) => argument(text, value),
                    };
                    if let Some((_, end, whole)) = &parsed {
                        command.end = *end;
                        command.whole &= whole;
                    }
                    let value = parsed.map(|(value, ..)| value);
                    command.parameters.push((name, value));
                }
                Some(b'"' | b'\'' | b'$' | b'h') if command.bare.is_none() => {
                    let Some((value, end, whole)) = argument(text, at) else {
                        break;
                    };
                    command.bare = Some(value);
                    command.end = end;
                    command.whole &= whole;
                }
                _ => break,
            }
            if !command.whole {
                break;
            }
        }
        command
    }

    /// The value of a parameter, whose name may be shortened.
    fn get(&self, text: &Text, name: &str) -> Option<&Value> {
        self.parameters.iter().find_map(|(own, value)| {
            let own = text.get(own.clone());
            let front = name.as_bytes().get(..own.len())?;
            let named = own.len() >= 3 && front.eq_ignore_ascii_case(own);
            named.then_some(value.as_ref()?)
        })
    }
}

/// Past blanks, and line ends behind a backtick.
fn continued(text: &Text, at: usize) -> usize {
    let mut at = at;
    loop {
        match (text.at(at), text.at(at + 1), text.at(at + 2)) {
            (Some(b' ' | b'\t'), ..) => at += 1,
            (Some(b'`'), Some(b'\n'), _) => at += 2,
            (Some(b'`'), Some(b'\r'), Some(b'\n')) => at += 3,
            _ => return at,
        }
    }
}

/// An argument: a value, a bare word, or `([System.Text.Encoding]::UTF8.GetBytes("…"))`.
fn argument(text: &Text, at: usize) -> Option<(Value, usize, bool)> {
    const ENCODED: &[u8] = b"([System.Text.Encoding]::UTF8.GetBytes(";
    if text
        .get(at..at + ENCODED.len())
        .eq_ignore_ascii_case(ENCODED)
    {
        let inner = notation::value(text, at + ENCODED.len(), Language::PowerShell)?;
        let close = text.get(inner.end..inner.end + 2) == b"))";
        return Some((inner.value, inner.end + if close { 2 } else { 0 }, close));
    }
    if matches!(text.at(at)?, b'"' | b'\'' | b'@' | b'$') {
        let parsed = notation::value(text, at, Language::PowerShell)?;
        return Some((parsed.value, parsed.end, parsed.whole));
    }
    if text.at(at) == Some(b'(') {
        return None;
    }
    let rest = text.get(at..at.saturating_add(8 << 10));
    let stop = |b: &u8| b.is_ascii_whitespace() || matches!(b, b'|' | b';');
    let len = rest.iter().position(stop).unwrap_or(rest.len());
    Some((Value::Name(at..at + len), at + len, true))
}

fn said(names: &mut Names<'_>, command: &Command, at: usize) -> Option<Said> {
    let text = names.text;
    let url = command.get(text, "Uri").or(command.bare.as_ref())?;
    let url = word(names, url)?;
    let method = command.get(text, "Method");
    let method = method.and_then(|value| word(names, value)).map(upper);
    let mut headers: Vec<(Piece, Piece)> = Vec::new();
    // Chromium lists the pseudo-headers of HTTP/2 without their colon.
    let pseudo = [&b"authority"[..], b"method", b"path", b"scheme"];
    if let Some(value) = command.get(text, "Headers") {
        for (name, value) in pairs(names, value) {
            if name.bytes() == b"authority" {
                let host = Piece::spelled(b"host", name.start..name.end, name.peel);
                headers.push((host, value));
            } else if !pseudo.contains(&name.bytes()) {
                headers.push((name, value));
            }
        }
    }
    for (parameter, name) in [("ContentType", "content-type"), ("UserAgent", "user-agent")] {
        if let Some(value) = command.get(text, parameter)
            && let Some(piece) = word(names, value)
        {
            let name = Piece::spelled(
                name.as_bytes(),
                piece.start..piece.start,
                crate::engine::document::Peel::ProgramDefault,
            );
            headers.push((name, piece));
        }
    }
    let payload = match command.get(text, "Body") {
        None if command.get(text, "InFile").is_some() => Payload::Elsewhere(at..command.end),
        None => Payload::None,
        Some(value) => match names.follow(value) {
            Value::Text(_) | Value::Sum(_) => names
                .piece(value)
                .map_or(Payload::Elsewhere(at..command.end), Payload::Text),
            Value::Map(_) | Value::List(_) | Value::Name(_) | Value::Call(..) => {
                Payload::Elsewhere(at..command.end)
            }
        },
    };
    Some(Said {
        method,
        implied: "GET",
        url,
        headers,
        cookies: cookies(names, at),
        payload,
        call: at..command.end,
        whole: command.whole,
        all_headers: false,
    })
}

/// A method in capitals: PowerShell has names for them.
fn upper(method: Piece) -> Piece {
    if method.bytes().iter().any(u8::is_ascii_lowercase) {
        method.respelled(|b| b.is_ascii_lowercase().then(|| vec![b.to_ascii_uppercase()]))
    } else {
        method
    }
}

/// A value, or a word that stands bare.
fn word(names: &mut Names<'_>, value: &Value) -> Option<Piece> {
    match value {
        Value::Name(range) if names.text.at(range.start) != Some(b'$') => {
            Some(Piece::standing(names.text, range.clone()))
        }
        Value::Name(_) | Value::Text(_) | Value::Sum(_) => names.piece(value),
        Value::Map(_) | Value::List(_) | Value::Call(..) => None,
    }
}

/// The values of the cookies that are put into the session above.
fn cookies(names: &Names<'_>, at: usize) -> Vec<Piece> {
    const ABOVE: usize = 32 << 10;
    const MOST: usize = 256;
    let text = names.text;
    let floor = at.saturating_sub(ABOVE);
    let above = text.get(floor..at);
    let call = b"System.Net.Cookie(";
    memchr::memmem::find_iter(above, call)
        .take(MOST)
        .filter_map(|found| {
            let open = floor + found + call.len() - 1;
            let (arguments, ..) = notation::arguments(text, open, Language::PowerShell);
            match &arguments.get(1)?.value {
                Value::Text(literal) => Some(literal.piece(text)),
                Value::Map(_)
                | Value::List(_)
                | Value::Name(_)
                | Value::Call(..)
                | Value::Sum(_) => None,
            }
        })
        .collect()
}
