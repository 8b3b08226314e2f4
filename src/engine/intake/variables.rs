//! Variables of a shell that the pasted text itself sets above a command: `URL="…"`, `export DATE=…`, `set URL=…` of
//! cmd, `$url = "…"` of PowerShell.
//!
//! Owns finding such lines and putting the values in. What is set elsewhere is not known, and stays as it is written.
//! Must not know any command, nor how a shell quotes.

use std::ops::Range;

use super::piece::Piece;
use super::shell::{self, Command, Syntax, Variable};
use super::text::{Text, is_blank};
use super::unescape::Unescaped;
use crate::engine::document::Peel;

/// How far above a command its variables are looked for, in bytes and in lines.
const ABOVE: usize = 8 << 10;
const LINES: usize = 64;
/// The longest value, in bytes, and the longest word that values are put into.
const VALUE: usize = 16 << 10;
const WORD: usize = 64 << 10;

/// What came of the variables of a command.
#[derive(Default)]
pub(super) struct Filled {
    /// Those whose value is not here: their names, and where they stand in the command.
    pub(super) unknown: Vec<(String, Range<usize>)>,
    /// Where the values that were put in stand.
    pub(super) values: Vec<Range<usize>>,
}

/// A variable that is set, its own variables put in.
struct Set {
    name: Vec<u8>,
    value: Piece,
    /// What stands in it for values that are not here.
    unknown: Vec<String>,
}

/// Puts the values that are set above the command at `at` into its words.
pub(super) fn fill(text: &Text, at: usize, command: &mut Command) -> Filled {
    let mut filled = Filled::default();
    if command.variables.is_empty() {
        return filled;
    }
    let sets = sets(text, at, command.syntax);
    let variables = std::mem::take(&mut command.variables);
    for word in &mut command.words {
        let from = variables.partition_point(|v| v.place.start < word.start);
        let upto = variables.partition_point(|v| v.place.start < word.end);
        let own = variables.get(from..upto).unwrap_or_default();
        if !own.is_empty() {
            *word = put_in(text, word, own, command.syntax, &sets, &mut filled);
        }
    }
    command.variables = variables;
    filled
}

/// `word` with the values of its variables.
fn put_in(
    text: &Text,
    word: &Piece,
    variables: &[Variable],
    syntax: Syntax,
    sets: &[Set],
    filled: &mut Filled,
) -> Piece {
    let mut out = Unescaped::default();
    let mut at = 0;
    for variable in variables {
        let name = text.get(variable.name.clone());
        let written = || String::from_utf8_lossy(text.get(variable.place.clone())).into_owned();
        // What is set last holds.
        let Some(set) = sets.iter().rfind(|set| is_named(&set.name, name, syntax)) else {
            if is_unset(text, variable, syntax) {
                filled.unknown.push((written(), variable.place.clone()));
            }
            continue;
        };
        let offset = variable.place.start - word.start;
        let copied = word.text.map.segments().iter().find(|run| {
            run.child_len == run.parent_len
                && (run.parent..run.parent + run.parent_len).contains(&offset)
        });
        let Some(child) = copied.map(|run| run.child + (offset - run.parent)) else {
            continue;
        };
        if child < at || out.bytes.len() + set.value.bytes().len() > WORD {
            continue;
        }
        word.copy_into(&mut out, at..child, word.start);
        out.decode(set.value.bytes(), offset, variable.place.len());
        at = child + variable.place.len();
        filled.values.push(set.value.start..set.value.end);
        let unknown = set.unknown.iter().cloned();
        filled
            .unknown
            .extend(unknown.map(|name| (name, variable.place.clone())));
    }
    if at == 0 {
        return word.clone();
    }
    word.copy_into(&mut out, at..word.bytes().len(), word.start);
    Piece::new(out, word.start..word.end, Peel::Variables)
}

/// PowerShell and cmd take names in any case.
fn is_named(own: &[u8], name: &[u8], syntax: Syntax) -> bool {
    match syntax {
        Syntax::Posix => own == name,
        Syntax::Cmd | Syntax::PowerShell => own.eq_ignore_ascii_case(name),
    }
}

/// Whether what is set nowhere in the text is a variable all the same: in braces, a command, or in the capital letters
/// of an environment. `$filter` in a URL is a parameter's name far more often, and so is what stands between the
/// percent signs of escapes.
fn is_unset(text: &Text, variable: &Variable, syntax: Syntax) -> bool {
    let name = text.get(variable.name.clone());
    let capitals = name
        .iter()
        .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || *b == b'_');
    let plain = variable.name.end == variable.place.end;
    syntax != Syntax::Cmd && (name.is_empty() || !plain || capitals && name.len() > 1)
}

/// What is set above the command at `at`, in order.
fn sets(text: &Text, at: usize, syntax: Syntax) -> Vec<Set> {
    let mut sets: Vec<Set> = Vec::new();
    let floor = at.saturating_sub(ABOVE);
    // A line that begins before the floor is not whole.
    let mut start = if floor == 0 { 0 } else { text.line(floor).next };
    // What stands in front of the command on its own line may set something, too.
    let mut lines = Vec::new();
    while start < at {
        lines.push(start);
        start = text.line(start).next.max(start + 1);
    }
    let first = lines.len().saturating_sub(LINES);
    let mut past = 0;
    for line in lines.into_iter().skip(first) {
        if line >= past {
            past = set(text, line..at, syntax, &mut sets).unwrap_or(past);
        }
    }
    sets
}

/// What the line at the start of `place` sets; says where that ends.
fn set(text: &Text, place: Range<usize>, syntax: Syntax, sets: &mut Vec<Set>) -> Option<usize> {
    let line = text.line(place.start);
    let end = line.end.min(place.end);
    let bytes = text.get(place.start..end);
    let gap = bytes
        .iter()
        .take_while(|b| is_blank(**b) || matches!(b, b'$' | b'#' | b'>') && syntax == Syntax::Posix)
        .count();
    let at = place.start + gap;
    let front = text.get(at..end);
    match syntax {
        Syntax::Posix => {
            let word = [&b"export "[..], b"readonly ", b"local ", b"declare -x "]
                .into_iter()
                .find(|word| front.starts_with(word))
                .map_or(0, <[u8]>::len);
            name_len(front.get(word..)?, b"=")?;
            let most = VALUE.min(place.end - at);
            let mut command = shell::command_in(text, at + word, syntax, most);
            let variables = std::mem::take(&mut command.variables);
            for word in &command.words {
                let Some(len) = name_len(word.bytes(), b"=") else {
                    break;
                };
                let name = word.bytes().get(..len)?.to_vec();
                let own = variables
                    .iter()
                    .filter(|v| v.place.start >= word.start && v.place.end <= word.end);
                let own: Vec<Variable> = own.cloned().collect();
                add(text, name, word, len + 1, &own, syntax, sets);
            }
            Some(command.end.max(line.next))
        }
        Syntax::Cmd => {
            let rest = front
                .get(..4)
                .filter(|word| word.eq_ignore_ascii_case(b"set "))
                .and(front.get(4..))?;
            let quote = usize::from(rest.first() == Some(&b'"'));
            let len = name_len(rest.get(quote..)?, b"=")?;
            let name = rest.get(quote..quote + len)?.to_vec();
            let value = at + 4 + quote + len + 1;
            let end = text.trim_end(value..end);
            let end = if quote == 1 && text.at(end.saturating_sub(1)) == Some(b'"') {
                end - 1
            } else {
                end
            };
            let piece = Piece::standing(text, value..end.max(value));
            add(text, name, &piece, 0, &[], syntax, sets);
            Some(line.next)
        }
        Syntax::PowerShell => {
            let rest = front.strip_prefix(b"$")?;
            let env = rest
                .get(..4)
                .filter(|word| word.eq_ignore_ascii_case(b"env:"))
                .map_or(0, <[u8]>::len);
            let len =
                name_len(rest.get(env..)?, b" =").or_else(|| name_len(rest.get(env..)?, b"="))?;
            let name = rest.get(env..env + len)?.to_vec();
            let equals = memchr::memchr(b'=', rest)?;
            let value = text.skip_space_within(at + 1 + equals + 1..end);
            let most = VALUE.min(place.end.saturating_sub(value));
            let command = shell::command_in(text, value, syntax, most);
            let word = command.words.first()?;
            let own: Vec<Variable> = command
                .variables
                .iter()
                .filter(|v| v.place.end <= word.end)
                .cloned()
                .collect();
            add(text, name, word, 0, &own, syntax, sets);
            Some(word.end.max(line.next))
        }
    }
}

/// How long the name is at the front of `bytes`, behind which stands `behind`.
fn name_len(bytes: &[u8], behind: &[u8]) -> Option<usize> {
    let begins = bytes
        .first()
        .is_some_and(|b| b.is_ascii_alphabetic() || *b == b'_');
    let len = bytes
        .iter()
        .take_while(|b| b.is_ascii_alphanumeric() || **b == b'_')
        .count();
    (begins && bytes.get(len..)?.starts_with(behind)).then_some(len)
}

/// Adds the variable `name`, whose value is `word` without its first `skip` bytes.
fn add(
    text: &Text,
    name: Vec<u8>,
    word: &Piece,
    skip: usize,
    variables: &[Variable],
    syntax: Syntax,
    sets: &mut Vec<Set>,
) {
    let mut inner = Filled::default();
    let value = put_in(text, word, variables, syntax, sets, &mut inner);
    sets.push(Set {
        name,
        value: value.without(skip),
        unknown: inner.unknown.into_iter().map(|(name, _)| name).collect(),
    });
}
