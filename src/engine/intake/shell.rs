//! A command line as a shell reads it: its words, quotes and escapes undone, each with the way back.
//!
//! Owns the quoting of sh and bash, of Windows' cmd, and of PowerShell, and where a shell would put in the value of a
//! variable. Must not know any command, nor any value: `variables` puts in those that the text itself sets.

use std::ops::Range;

use super::piece::Piece;
use super::text::{Text, is_blank};
use super::unescape::{Dialect, Unescaped};
use crate::engine::document::Peel;

/// Words of one command, and bytes of one that is read.
const WORDS: usize = 4_096;
const COMMAND: usize = 4 << 20;

/// Whose quoting a command is written in.
#[derive(Copy, Clone, Debug, Default, Eq, PartialEq)]
pub(super) enum Syntax {
    #[default]
    /// sh, bash, zsh (POSIX.1 Shell Command Language §2.2; `$'…'` of bash).
    Posix,
    /// Windows' cmd.
    Cmd,
    /// PowerShell.
    PowerShell,
}

/// A word of a command.
pub(super) type Word = Piece;

/// A command.
#[derive(Clone, Debug, Default)]
pub(super) struct Command {
    /// Its words, the program's name first.
    pub(super) words: Vec<Word>,
    /// Just past it.
    pub(super) end: usize,
    /// Whether it goes on to the end of the text, or further than is read.
    pub(super) endless: bool,
    /// Where its shell puts in the values of variables, in order.
    pub(super) variables: Vec<Variable>,
    /// Whose quoting it is written in.
    pub(super) syntax: Syntax,
}

/// Where a shell puts in a value, as offsets of the text.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Variable {
    /// All of it, with its `$` and its braces.
    pub(super) place: Range<usize>,
    /// Its name; empty where it is what a command prints: `$(date)`.
    pub(super) name: Range<usize>,
}

/// Where a program is called by its name at an anchor.
pub(super) struct Called {
    /// Where its first argument stands.
    pub(super) argument: usize,
    /// Whether nothing but a prompt stands before it on its line.
    pub(super) at_prompt: bool,
    /// Whether nothing at all stands there.
    pub(super) alone: bool,
}

/// Whether `program` is called at `at` of the line that starts at `line`: no part of a longer word, and blanks behind.
pub(super) fn called(text: &Text, at: usize, line: usize, program: &[u8]) -> Option<Called> {
    /// Blanks and continued lines before the first argument.
    const FRONT: usize = 256;
    let before = text.get(line..at);
    let part = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    if before.last().is_some_and(part) {
        return None;
    }
    let front = text.get(at..at + FRONT);
    let rest = front.strip_prefix(program)?;
    let rest = rest.strip_prefix(b".exe").unwrap_or(rest);
    let gap = rest
        .iter()
        .take_while(|b| is_blank(**b) || matches!(b, b'\\' | b'^' | b'`' | b'\r' | b'\n'))
        .count();
    let prompt = before.trim_ascii();
    is_blank(*rest.first()?).then(|| Called {
        argument: at + front.len() - rest.len() + gap,
        at_prompt: prompt.is_empty() || matches!(prompt.last(), Some(b'$' | b'#' | b'%')),
        alone: prompt.is_empty(),
    })
}

/// Reads the command that starts at `at`.
pub(super) fn command(text: &Text, at: usize) -> Command {
    command_in(text, at, syntax(text, at), COMMAND)
}

/// Reads the command that starts at `at`, written in `syntax`, no further than `most` bytes.
pub(super) fn command_in(text: &Text, at: usize, syntax: Syntax, most: usize) -> Command {
    let mut reader = Reader {
        bytes: text.get(at..at.saturating_add(most)),
        base: at,
        at: 0,
        syntax,
        variables: Vec::new(),
    };
    let mut command = Command {
        syntax,
        ..Command::default()
    };
    while command.words.len() < WORDS {
        reader.skip_blanks();
        if reader.ends() {
            break;
        }
        command.words.push(reader.word());
    }
    command.end = at + reader.at;
    command.endless = command.words.len() >= WORDS || reader.peek(0).is_none();
    command.variables = reader.variables;
    command
}

/// The longest name of a variable, and the longest command inside a word, in bytes.
const NAME: usize = 64;
const INNER: usize = 512;

/// How long what stands for a value at the front of `bytes` is, and where its name stands in it: `$name`, `${name}`,
/// `$env:name`, `$(command)`; `%name%` in cmd.
fn variable(bytes: &[u8], syntax: Syntax) -> Option<(usize, Range<usize>)> {
    let word = |from: usize| {
        let rest = bytes.get(from..).unwrap_or_default();
        let begins = rest
            .first()
            .is_some_and(|b| b.is_ascii_alphabetic() || *b == b'_');
        let is_part = |b: &&u8| b.is_ascii_alphanumeric() || **b == b'_';
        let len = rest.iter().take(NAME).take_while(is_part).count();
        (begins && len < NAME).then_some(from..from + len)
    };
    if syntax == Syntax::Cmd {
        let name = word(bytes.first().filter(|b| **b == b'%').map(|_| 1)?)?;
        return (bytes.get(name.end) == Some(&b'%')).then_some((name.end + 1, name));
    }
    if bytes.first() != Some(&b'$') {
        return None;
    }
    if bytes.get(1) == Some(&b'(') {
        let mut depth = 0usize;
        for (at, byte) in bytes.iter().enumerate().take(INNER).skip(1) {
            match byte {
                b'(' => depth += 1,
                b')' if depth == 1 => return Some((at + 1, 0..0)),
                b')' => depth -= 1,
                b'\n' => return None,
                _ => {}
            }
        }
        return None;
    }
    let braced = bytes.get(1) == Some(&b'{');
    let from = 1 + usize::from(braced);
    let env = b"env:";
    let is_env = syntax == Syntax::PowerShell
        && bytes
            .get(from..from + env.len())
            .is_some_and(|front| front.eq_ignore_ascii_case(env));
    let name = word(if is_env { from + env.len() } else { from })?;
    match (braced, bytes.get(name.end)) {
        (true, Some(b'}')) => Some((name.end + 1, name)),
        (true, _) => None,
        (false, _) => Some((name.end, name)),
    }
}

/// The syntax of the command at `at`, told by how its lines are continued and its quotes escaped.
fn syntax(text: &Text, at: usize) -> Syntax {
    let front = text.get(at..at.saturating_add(64 << 10));
    let has = |needle: &[u8]| memchr::memmem::find(front, needle).is_some();
    let until = |needle: &[u8]| memchr::memmem::find(front, needle).unwrap_or(usize::MAX);
    let posix = until(b"\\\n").min(until(b"\\\r\n"));
    if until(b"^\n").min(until(b"^\r\n")).min(until(b"^\"")) < posix {
        Syntax::Cmd
    } else if until(b"`\n").min(until(b"`\r\n")) < posix || has(b"curl.exe") && has(b"`\"") {
        Syntax::PowerShell
    } else {
        Syntax::Posix
    }
}

struct Reader<'t> {
    bytes: &'t [u8],
    base: usize,
    at: usize,
    syntax: Syntax,
    variables: Vec<Variable>,
}

impl Reader<'_> {
    /// Takes what stands for a value here as it is written, and keeps where it stands.
    fn variable(&mut self, text: &mut Unescaped, start: usize) -> bool {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let Some((len, name)) = variable(rest, self.syntax) else {
            return false;
        };
        let at = self.base + self.at;
        self.variables.push(Variable {
            place: at..at + len,
            name: at + name.start..at + name.end,
        });
        text.copy_at(rest.get(..len).unwrap_or_default(), self.at - start);
        self.at += len;
        true
    }

    fn peek(&self, ahead: usize) -> Option<u8> {
        self.bytes.get(self.at + ahead).copied()
    }

    /// What lets a line go on in the next one, and escapes outside quotes.
    fn escape(&self) -> u8 {
        match self.syntax {
            Syntax::Posix => b'\\',
            Syntax::Cmd => b'^',
            Syntax::PowerShell => b'`',
        }
    }

    /// Length of a continued line end here.
    fn continuation(&self) -> Option<usize> {
        if self.peek(0) != Some(self.escape()) {
            return None;
        }
        // Blanks behind it are what pages and chats add.
        let blanks = self
            .bytes
            .get(self.at + 1..)?
            .iter()
            .take_while(|b| is_blank(**b))
            .count();
        let end = 1 + blanks;
        match (self.peek(end), self.peek(end + 1)) {
            (Some(b'\n'), _) => Some(end + 1),
            (Some(b'\r'), Some(b'\n')) => Some(end + 2),
            _ => None,
        }
    }

    fn skip_blanks(&mut self) {
        loop {
            if let Some(len) = self.continuation() {
                self.at += len;
            } else if self.peek(0).is_some_and(is_blank) {
                self.at += 1;
            } else {
                return;
            }
        }
    }

    /// Whether the command ends here: with its line, or before another command.
    fn ends(&self) -> bool {
        match self.peek(0) {
            Some(b'<') => !self.begins_word(),
            None | Some(b'\n' | b'\r' | b'|' | b';' | b')' | b'>') => true,
            Some(b'&') => self.syntax != Syntax::PowerShell || self.peek(1) == Some(b'&'),
            Some(b'#') => self.syntax != Syntax::Cmd,
            Some(b'`') => self.syntax == Syntax::Posix,
            _ => false,
        }
    }

    /// The length of `<account>` here: a name in angle brackets, without a blank.
    fn placeholder(&self) -> Option<usize> {
        const LONGEST: usize = 48;
        let rest = self.bytes.get(self.at..)?.strip_prefix(b"<")?;
        let part = |b: &&u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b'*');
        let len = rest.iter().take(LONGEST).take_while(part).count();
        (len > 0 && rest.get(len) == Some(&b'>')).then_some(len + 2)
    }

    /// Whether `<id>:` and its like begin a word here: what stands directly behind the bracket can be no name of a file.
    fn begins_word(&self) -> bool {
        let behind = self.placeholder().and_then(|len| self.peek(len));
        behind.is_some_and(|b| b":./@".contains(&b))
    }

    fn word(&mut self) -> Word {
        let start = self.at;
        let mut text = Unescaped::default();
        loop {
            let from = self.at;
            if let Some(len) = self.continuation() {
                self.at += len;
                continue;
            }
            let Some(byte) = self.peek(0) else { break };
            if matches!(byte, b'$' | b'%') && self.variable(&mut text, start) {
                continue;
            }
            match byte {
                _ if is_blank(byte) => break,
                // Shells take what follows for the name of a file; people put such a name over a part of a value.
                b'<' if self.at > start && self.placeholder().is_some() || self.begins_word() => {
                    let len = self.placeholder().unwrap_or(1);
                    let name = self.bytes.get(from..from + len).unwrap_or_default();
                    text.copy_at(name, from - start);
                    self.at += len;
                }
                b'\n' | b'\r' | b'|' | b';' | b'>' | b'<' => break,
                // The end of a code span, far more often than a command inside the command.
                b'`' if self.syntax == Syntax::Posix => break,
                // An ampersand inside a word that nobody quoted is a part of a URL far more often than the end of
                // a command: shells end it there, and say nothing.
                b'&' if self.peek(1).is_none_or(|b| is_blank(b) || b == b'&') => break,
                b'\'' if self.syntax != Syntax::Cmd => self.single(&mut text, start),
                b'$' if self.peek(1) == Some(b'\'') && self.syntax == Syntax::Posix => {
                    self.ansi(&mut text, start);
                }
                b'"' => self.double(&mut text, start),
                b'^' if self.peek(1) == Some(b'"') && self.syntax == Syntax::Cmd => {
                    self.at += 1;
                    self.double(&mut text, start);
                }
                _ if byte == self.escape() && self.peek(1).is_some() => {
                    text.copy_at(
                        self.bytes.get(from + 1..from + 2).unwrap_or_default(),
                        from + 1 - start,
                    );
                    self.at += 2;
                }
                _ => {
                    text.copy_at(&[byte], from - start);
                    self.at += 1;
                }
            }
        }
        let place = self.base + start..self.base + self.at;
        Word::new(text, place, Peel::ShellQuotes)
    }

    /// `'…'`: nothing is escaped; two of them are one in PowerShell.
    fn single(&mut self, text: &mut Unescaped, start: usize) {
        self.at += 1;
        loop {
            let rest = self.bytes.get(self.at..).unwrap_or_default();
            let len = memchr::memchr(b'\'', rest).unwrap_or(rest.len());
            let inner = rest.get(..len).unwrap_or_default();
            let inner = if len == rest.len() {
                without_line_end(inner)
            } else {
                inner
            };
            text.copy_at(inner, self.at - start);
            self.at += len;
            if self.syntax == Syntax::PowerShell && self.peek(1) == Some(b'\'') {
                text.decode(b"'", self.at - start, 2);
                self.at += 2;
                continue;
            }
            self.at = (self.at + 1).min(self.bytes.len());
            return;
        }
    }

    /// Reads the backslashes in front of a quotation mark as a program of Windows does, once cmd has taken its carets
    /// away (`\^"` and `^\^"` are `\"`): two of them are one, and one more makes the mark a part of the value
    /// (Microsoft, "Parsing C command-line arguments"). False where none stand here.
    fn runtime_quote(&mut self, text: &mut Unescaped, start: usize) -> bool {
        let careted = |at: usize| at + usize::from(self.peek(at) == Some(b'^'));
        let (mut len, mut backslashes) = (0, 0);
        while self.peek(careted(len)) == Some(b'\\') {
            len = careted(len) + 1;
            backslashes += 1;
        }
        let mark = careted(len);
        if backslashes == 0 || self.peek(mark) != Some(b'"') {
            return false;
        }
        let mut value = vec![b'\\'; backslashes / 2];
        if backslashes % 2 == 1 {
            value.push(b'"');
            len = mark + 1;
        }
        text.decode(&value, self.at - start, len);
        self.at += len;
        true
    }

    /// `"…"`, with the escapes of the syntax.
    fn double(&mut self, text: &mut Unescaped, start: usize) {
        self.at += 1;
        while let Some(byte) = self.peek(0) {
            if self.is_last_line_end() {
                self.at = self.bytes.len();
                return;
            }
            if matches!(byte, b'$' | b'%') && self.variable(text, start) {
                continue;
            }
            let at = self.at - start;
            let next = self.peek(1);
            match (self.syntax, byte, next) {
                (Syntax::Cmd, b'^' | b'\\', Some(_)) if self.runtime_quote(text, start) => {}
                (Syntax::Cmd, b'^', Some(b'"')) => {
                    self.at += 2;
                    return;
                }
                (Syntax::Cmd | Syntax::PowerShell, b'"', Some(b'"')) => {
                    text.decode(b"\"", at, 2);
                    self.at += 2;
                }
                (_, b'"', _) => {
                    self.at += 1;
                    return;
                }
                // Browsers write a percent sign as `^%`, and `^%^` before a letter: cmd would expand a variable.
                (Syntax::Cmd, b'^', Some(b'%')) => {
                    let letter = self
                        .peek(3)
                        .is_some_and(|b| b.is_ascii_alphanumeric() || b == b'_');
                    let len = if self.peek(2) == Some(b'^') && letter {
                        3
                    } else {
                        2
                    };
                    text.decode(b"%", at, len);
                    self.at += len;
                }
                (Syntax::Cmd, b'^', Some(b'\n' | b'\r')) => {
                    self.at += self.continuation().unwrap_or(2);
                }
                (Syntax::PowerShell, b'`', Some(_)) => {
                    let rest = self.bytes.get(self.at..).unwrap_or_default();
                    self.at += text.escape(rest, at, 1, Dialect::PowerShell);
                }
                (Syntax::Posix, b'\\', Some(b'\n')) => self.at += 2,
                (Syntax::Cmd, b'^', Some(c))
                | (Syntax::Posix, b'\\', Some(c @ (b'"' | b'\\' | b'$' | b'`'))) => {
                    text.decode(&[c], at, 2);
                    self.at += 2;
                }
                _ => {
                    text.copy_at(&[byte], at);
                    self.at += 1;
                }
            }
        }
    }

    /// Whether nothing but one line end is left: where a quote was not closed before it, the paste stops inside the
    /// word, and the line end is that of the paste.
    fn is_last_line_end(&self) -> bool {
        matches!(self.bytes.get(self.at..), Some(b"\n" | b"\r\n" | b"\r"))
    }

    /// `$'…'` of bash: the escapes of C.
    fn ansi(&mut self, text: &mut Unescaped, start: usize) {
        self.at += 2;
        while let Some(byte) = self.peek(0) {
            let at = self.at - start;
            match byte {
                b'\'' => {
                    self.at += 1;
                    return;
                }
                b'\\' => {
                    let rest = self.bytes.get(self.at..).unwrap_or_default();
                    self.at += text.escape(rest, at, 1, Dialect::AnsiC);
                }
                _ => {
                    text.copy_at(&[byte], at);
                    self.at += 1;
                }
            }
        }
    }
}

/// A text without one line end behind it.
fn without_line_end(text: &[u8]) -> &[u8] {
    let text = text.strip_suffix(b"\n").unwrap_or(text);
    text.strip_suffix(b"\r").unwrap_or(text)
}
