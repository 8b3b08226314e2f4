//! A command line as a shell reads it: its words, quotes and escapes undone, each with the way back.
//!
//! Owns the quoting of sh and bash, of Windows' cmd, and of PowerShell. Must not know any command. Nothing is
//! expanded: a variable stays as it is written.

use super::piece::Piece;
use super::text::{Text, is_blank};
use super::unescape::{Dialect, Unescaped};
use crate::engine::document::Peel;

/// Words of one command, and bytes of one that is read.
const WORDS: usize = 4_096;
const COMMAND: usize = 4 << 20;

/// Whose quoting a command is written in.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(super) enum Syntax {
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
    let mut reader = Reader {
        bytes: text.get(at..at.saturating_add(COMMAND)),
        base: at,
        at: 0,
        syntax: syntax(text, at),
    };
    let mut command = Command::default();
    while command.words.len() < WORDS {
        reader.skip_blanks();
        if reader.ends() {
            break;
        }
        command.words.push(reader.word());
    }
    command.end = at + reader.at;
    command.endless = command.words.len() >= WORDS || reader.peek(0).is_none();
    command
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
}

impl Reader<'_> {
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
            None | Some(b'\n' | b'\r' | b'|' | b';' | b')' | b'>' | b'<') => true,
            Some(b'&') => self.syntax != Syntax::PowerShell || self.peek(1) == Some(b'&'),
            Some(b'#') => self.syntax != Syntax::Cmd,
            Some(b'`') => self.syntax == Syntax::Posix,
            _ => false,
        }
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
            match byte {
                _ if is_blank(byte) => break,
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

    /// `"…"`, with the escapes of the syntax.
    fn double(&mut self, text: &mut Unescaped, start: usize) {
        self.at += 1;
        while let Some(byte) = self.peek(0) {
            if self.is_last_line_end() {
                self.at = self.bytes.len();
                return;
            }
            let at = self.at - start;
            let next = self.peek(1);
            match (self.syntax, byte, next) {
                // `^\^"` is a quotation mark in the value; `^"` ends it.
                (Syntax::Cmd, b'^', Some(b'\\'))
                    if self.peek(2) == Some(b'^') && self.peek(3) == Some(b'"') =>
                {
                    text.decode(b"\"", at, 4);
                    self.at += 4;
                }
                (Syntax::Cmd, b'^', Some(b'"')) => {
                    self.at += 2;
                    return;
                }
                (Syntax::Cmd | Syntax::PowerShell, b'"', Some(b'"'))
                | (Syntax::Cmd, b'\\', Some(b'"')) => {
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
