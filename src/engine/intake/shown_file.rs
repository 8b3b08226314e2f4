//! A file that a terminal shows beside the command which sends it: `cat k.json`, with what it holds below, or a here-document
//! that writes it.
//!
//! Owns finding what the file holds. Must not know which request it is of, nor decide whether it is its body.

use std::ops::Range;

/// What stands in front of a command where a terminal shows it.
const PROMPTS: [&[u8]; 5] = [b"$ ", b"# ", b"% ", b"> ", b"PS> "];
/// What prints a file: the shells' and those of Windows.
const PRINTS: [&[u8]; 4] = [b"cat ", b"type ", b"Get-Content ", b"gc "];
/// Lines that are looked at, and the largest file, in bytes.
const LINES: usize = 20_000;
const LARGEST: usize = 1 << 20;

/// Where what the file `name` holds stands in `bytes`: up to the next prompt, or to the end of the here-document.
pub(super) fn contents(bytes: &[u8], name: &str) -> Option<Range<usize>> {
    let mut at = 0;
    for line in bytes.split_inclusive(|b| *b == b'\n').take(LINES) {
        at += line.len();
        let command = line.trim_ascii();
        let prompt = PROMPTS.iter().find(|prompt| command.starts_with(prompt));
        let command = command.get(prompt.map_or(0, |prompt| prompt.len())..)?;
        let rest = PRINTS.iter().find_map(|print| command.strip_prefix(*print));
        let Some(rest) = rest.map(<[u8]>::trim_ascii) else {
            continue;
        };
        if unquoted(rest) == name.as_bytes() {
            return below(bytes, at, prompt.copied());
        }
        if let Some(word) = here(rest, name) {
            return document(bytes, at, word);
        }
    }
    None
}

fn unquoted(word: &[u8]) -> &[u8] {
    let quoted = |quote: u8| word.strip_prefix(&[quote])?.strip_suffix(&[quote]);
    quoted(b'"').or_else(|| quoted(b'\'')).unwrap_or(word)
}

/// The lines below, up to the next command: where the one that prints the file has no prompt, an empty line or the mark of a
/// block of Markdown ends it, too.
fn below(bytes: &[u8], start: usize, prompt: Option<&[u8]>) -> Option<Range<usize>> {
    let mut end = start;
    for line in bytes.get(start..)?.split_inclusive(|b| *b == b'\n') {
        let own = line.trim_ascii();
        let ends = own.starts_with(b"```")
            || match prompt {
                Some(prompt) => line.starts_with(prompt),
                None => own.is_empty() || PROMPTS.iter().any(|prompt| line.starts_with(prompt)),
            };
        if ends || end - start > LARGEST {
            break;
        }
        end += line.len();
    }
    (end > start && end - start <= LARGEST).then_some(start..end)
}

/// The word that ends the here-document of `cat > NAME <<'EOF'` or `cat <<EOF > NAME`.
fn here<'c>(rest: &'c [u8], name: &str) -> Option<&'c [u8]> {
    let into = memchr::memchr(b'>', rest)?;
    let marks = memchr::memmem::find(rest, b"<<")?;
    let word = |at: usize| {
        let rest = rest.get(at..)?.trim_ascii_start();
        rest.split(|b| b.is_ascii_whitespace() || matches!(b, b'<' | b'>'))
            .next()
    };
    let own = word(into + 1)?;
    let end = unquoted(word(marks + 2)?);
    (unquoted(own) == name.as_bytes() && !end.is_empty()).then_some(end)
}

/// The lines up to the one that is `word`.
fn document(bytes: &[u8], start: usize, word: &[u8]) -> Option<Range<usize>> {
    let mut end = start;
    for line in bytes.get(start..)?.split_inclusive(|b| *b == b'\n') {
        if line.trim_ascii() == word {
            return Some(start..end);
        }
        end += line.len();
        if end - start > LARGEST {
            return None;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(text: &str, name: &str) -> Option<String> {
        let place = contents(text.as_bytes(), name)?;
        text.get(place).map(str::to_owned)
    }

    #[test]
    fn what_a_terminal_shows_is_the_file() {
        assert_eq!(
            held("$ curl x\n\n$ cat k.json\n{\n\n}\n$ ls\n", "k.json").as_deref(),
            Some("{\n\n}\n")
        );
        assert_eq!(
            held("cat 'k.json'\n{}\n\nand so on", "k.json").as_deref(),
            Some("{}\n")
        );
        assert_eq!(
            held("cat > k.json <<'EOF'\n{}\nEOF\ncurl x", "k.json").as_deref(),
            Some("{}\n")
        );
        assert_eq!(
            held("cat <<EOF >k.json\n{}\nEOF\n", "k.json").as_deref(),
            Some("{}\n")
        );
    }

    #[test]
    fn another_file_is_none() {
        for text in [
            "$ cat other.json\n{}\n",
            "$ cat k.json | jq .\n{}\n",
            "cat k.json",
            "cat > k.json <<EOF\n{}\n",
            "the cat k.json\n{}\n",
        ] {
            assert_eq!(held(text, "k.json"), None, "{text}");
        }
    }
}
