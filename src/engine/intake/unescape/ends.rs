//! Where a string literal ends, and where another goes on with it.
//!
//! Owns the ways in which a quote inside a literal is told from the one that closes it, and what programs write
//! between two literals that are one text. Must not know what stands in them.

use crate::engine::intake::text::is_blank;

/// How a quote is written inside of a literal that it would close.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(in crate::engine::intake) enum Quoting {
    /// Behind a backslash. In a literal inside of literals each level doubles them: `depth` is how many begin an escape.
    Backslashes {
        /// One where the literal is in no other.
        depth: usize,
    },
    /// The same, or as it is unless it stands three times: Python's `"""…"""`.
    Triple,
    /// Behind a backtick, or twice: `"…"` of PowerShell.
    Backtick,
    /// Twice: `'…'` of PowerShell.
    Doubled,
}

/// The most backslashes before a quote that are looked over: four literals, one inside of the other, and a quote in them.
pub(in crate::engine::intake) const DEEPEST: usize = 15;

/// Where the text of a literal ends whose opening `quote` stands just before `bytes`: before the escape that closes it,
/// where that is one. None where it is not closed.
pub(in crate::engine::intake) fn close(bytes: &[u8], quote: u8, quoting: Quoting) -> Option<usize> {
    let mark = match quoting {
        Quoting::Backslashes { .. } | Quoting::Triple => b'\\',
        Quoting::Backtick => b'`',
        Quoting::Doubled => quote,
    };
    let mut at = 0;
    loop {
        at += memchr::memchr2(mark, quote, bytes.get(at..)?)?;
        let rest = bytes.get(at..)?;
        let twice = rest.get(1) == Some(&quote);
        at += match quoting {
            Quoting::Backslashes { depth } => {
                let run = rest.iter().take_while(|b| **b == b'\\').count();
                // Backslashes of the text come in even numbers of those that begin an escape; with fewer left over than
                // begin one, the quote is of this level, or of one around it.
                let own = run % (2 * depth.max(1));
                if rest.get(run) == Some(&quote) && own < depth.max(1) {
                    return Some(at + run - own);
                }
                run + 1
            }
            Quoting::Triple if rest.starts_with(&[quote; 3]) => return Some(at),
            Quoting::Triple if rest.first() == Some(&quote) => 1,
            Quoting::Backtick | Quoting::Doubled if rest.first() == Some(&quote) => {
                if !twice {
                    return Some(at);
                }
                2
            }
            Quoting::Triple | Quoting::Backtick | Quoting::Doubled => 2,
        };
    }
}

/// What shows that two literals are one text: what stands between them, and a line break in it.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(in crate::engine::intake) enum Joint {
    /// What joins texts: nothing, `+`, `.`, `&`, a continued line.
    Sum,
    /// The same, or a comma: the lines of a text are printed as a list.
    List,
    /// The same, where the line break may have become a blank.
    Flattened,
}

/// The longest gap between two literals that are one text, in bytes.
const SEAM: usize = 128;

/// The length of what stands between two literals that are one text, the closing quote of one at the front of `bytes`
/// and the opening quote of the other included.
pub(in crate::engine::intake) fn seam(bytes: &[u8], joint: Joint) -> Option<usize> {
    let window = bytes.get(..bytes.len().min(SEAM))?;
    let behind = window.get(1..)?;
    let gap = behind
        .iter()
        .take_while(|b| match b {
            b'\r' | b'\n' | b'+' | b'.' | b'&' | b'\\' => true,
            b',' => joint != Joint::Sum,
            b => is_blank(**b),
        })
        .count();
    let between = behind.get(..gap)?;
    let broken = between.contains(&b'\n') || joint == Joint::Flattened && gap > 0;
    let prefix = usize::from(matches!(behind.get(gap), Some(b'b' | b'u' | b'r')));
    // Python's pprint chooses the quote of each piece by what stands in it.
    let opens = behind.get(gap + prefix)?;
    // Backticks are of Node alone, which joins its pieces by a sign.
    let ticks = [window.first()?, opens].contains(&&b'`');
    let put_together = !ticks || between.contains(&b'+');
    let literal = matches!(opens, b'"' | b'\'' | b'`');
    let len = gap + prefix + 2;
    // Behind a comma a name may begin: the next pair of an object, and no line of a list.
    let pair = || between.contains(&b',') && is_name(bytes.get(len..).unwrap_or_default(), *opens);
    (broken && put_together && literal && !pair()).then_some(len)
}

/// The longest name of a pair that is looked over, in bytes.
const NAME: usize = 128;

/// Whether the literal whose opening `quote` stands just before `bytes` is the name of a pair: `'host': `, `"host" => `.
fn is_name(bytes: &[u8], quote: u8) -> bool {
    let window = bytes.get(..bytes.len().min(NAME)).unwrap_or_default();
    let Some(end) = close(window, quote, Quoting::Backslashes { depth: 1 }) else {
        return false;
    };
    let behind = window.get(end + 1..).unwrap_or_default();
    let blanks = behind.iter().take_while(|b| is_blank(**b)).count();
    let rest = behind.get(blanks..).unwrap_or_default();
    rest.starts_with(b":") || rest.starts_with(b"=>")
}
