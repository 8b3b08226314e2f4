//! A line of text being typed: plain for names and searches, zeroed for secrets.

use unicode_segmentation::UnicodeSegmentation as _;
use zeroize::Zeroizing;

/// A line of ordinary text with a cursor.
#[derive(Clone, Debug, Default)]
pub(crate) struct Line {
    text: String,
    /// Offset of the cursor in bytes, always between two clusters.
    cursor: usize,
}

impl Line {
    /// A line that holds `text`, the cursor behind it.
    pub(crate) fn with(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            cursor: text.len(),
        }
    }

    /// The text.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The text before the cursor, and behind it.
    pub(crate) fn halves(&self) -> (&str, &str) {
        self.text
            .split_at_checked(self.cursor)
            .unwrap_or((&self.text, ""))
    }

    /// Puts text in at the cursor. Line ends become blanks: it is one line.
    pub(crate) fn insert(&mut self, text: &str) {
        let clean: String = text
            .chars()
            .map(|c| if matches!(c, '\r' | '\n') { ' ' } else { c })
            .collect();
        self.text.insert_str(self.cursor, &clean);
        self.cursor += clean.len();
    }

    /// Removes the cluster before the cursor.
    pub(crate) fn erase_back(&mut self) {
        let start = self.before();
        self.text.replace_range(start..self.cursor, "");
        self.cursor = start;
    }

    /// Removes the cluster behind the cursor.
    pub(crate) fn erase_forward(&mut self) {
        let end = self.behind();
        self.text.replace_range(self.cursor..end, "");
    }

    /// Removes everything.
    pub(crate) fn clear(&mut self) {
        self.text.clear();
        self.cursor = 0;
    }

    /// One cluster to the left.
    pub(crate) fn left(&mut self) {
        self.cursor = self.before();
    }

    /// One cluster to the right.
    pub(crate) fn right(&mut self) {
        self.cursor = self.behind();
    }

    /// To the start.
    pub(crate) fn home(&mut self) {
        self.cursor = 0;
    }

    /// To the end.
    pub(crate) fn end(&mut self) {
        self.cursor = self.text.len();
    }

    fn before(&self) -> usize {
        let (head, _) = self.halves();
        head.grapheme_indices(true)
            .next_back()
            .map_or(0, |(at, _)| at)
    }

    fn behind(&self) -> usize {
        let (head, tail) = self.halves();
        head.len() + tail.graphemes(true).next().map_or(0, str::len)
    }
}

/// A secret being typed or pasted: only its length is ever shown, and every copy is zeroed.
#[derive(Clone, Default)]
pub(crate) struct SecretLine(Zeroizing<Vec<u8>>);

impl SecretLine {
    /// The bytes so far.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// How many characters.
    pub(crate) fn chars(&self) -> usize {
        String::from_utf8_lossy(&self.0).chars().count()
    }

    /// Whether nothing was typed.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds bytes at the end. Grows by moving into a new buffer, so that the old one is zeroed.
    pub(crate) fn insert(&mut self, bytes: &[u8]) {
        if self.0.len() + bytes.len() > self.0.capacity() {
            let mut grown = Zeroizing::new(Vec::with_capacity(
                (self.0.len() + bytes.len()).next_power_of_two().max(4096),
            ));
            grown.extend_from_slice(&self.0);
            self.0 = grown;
        }
        self.0.extend_from_slice(bytes);
    }

    /// Removes the last character.
    pub(crate) fn erase_back(&mut self) {
        while let Some(byte) = self.0.pop() {
            if byte & 0xC0 != 0x80 {
                break;
            }
        }
    }

    /// Removes everything.
    pub(crate) fn clear(&mut self) {
        self.0 = Zeroizing::default();
    }
}

impl std::fmt::Debug for SecretLine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretLine(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cursor_steps_over_whole_clusters() {
        let mut line = Line::with("ae\u{301}漢");
        line.left();
        line.left();
        assert_eq!(line.halves(), ("a", "e\u{301}漢"));
        line.erase_forward();
        assert_eq!(line.text(), "a漢");
        line.end();
        line.erase_back();
        line.insert("x\ny");
        assert_eq!(line.text(), "ax y");
        line.home();
        line.erase_back();
        line.right();
        assert_eq!(line.halves(), ("a", "x y"));
    }

    #[test]
    fn a_secret_line_shows_nothing_and_erases_characters() {
        let mut line = SecretLine::default();
        line.insert("sé".as_bytes());
        assert_eq!(
            (line.chars(), format!("{line:?}").as_str()),
            (2, "SecretLine(…)")
        );
        line.erase_back();
        assert_eq!(line.bytes(), b"s");
    }
}
