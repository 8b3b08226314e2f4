//! Messages of the program's own: wrapped, fitted, and in the letters that the terminal has.

use std::borrow::Cow;

use unicode_width::UnicodeWidthStr as _;

use crate::engine::document::visible;
use crate::tui::theme::Letters;

/// A message in as many lines of `width` columns as it needs. Words are kept whole where they fit.
pub(crate) fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(1);
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        let mut line = String::new();
        let mut used = 0;
        for word in paragraph.split(' ').filter(|w| !w.is_empty()) {
            let wide = word.width();
            if used > 0 && used + 1 + wide > width {
                lines.push(std::mem::take(&mut line));
                used = 0;
            }
            if used > 0 {
                line.push(' ');
                used += 1;
            }
            if wide <= width {
                line.push_str(word);
                used += wide;
                continue;
            }
            for c in word.chars() {
                let w = unicode_width::UnicodeWidthChar::width(c).unwrap_or(0);
                if used + w > width {
                    lines.push(std::mem::take(&mut line));
                    used = 0;
                }
                line.push(c);
                used += w;
            }
        }
        lines.push(line);
    }
    lines
}

/// A message of the program's own on one line: nothing in it is hidden or obeyed.
pub(crate) fn shown(text: &str, letters: Letters) -> String {
    let text = visible::to_string(text.as_bytes());
    match plain(&text, letters) {
        Cow::Owned(plain) => plain,
        Cow::Borrowed(_) => text,
    }
}

/// Bytes of a paste on one line: nothing in it is hidden or obeyed.
pub(crate) fn pasted(bytes: &[u8], letters: Letters) -> String {
    let text = visible::to_string(bytes);
    match letters {
        Letters::All => text,
        Letters::Ascii => visible::to_ascii(&text).into_owned(),
    }
}

/// What is drawn of a text of the program's own. In ASCII its quotes and dashes become their plain
/// counterparts, and what it hands on of a paste is spelled out.
pub(crate) fn plain(text: &str, letters: Letters) -> Cow<'_, str> {
    match letters {
        Letters::All => return Cow::Borrowed(text),
        Letters::Ascii if text.is_ascii() => return Cow::Borrowed(text),
        Letters::Ascii => {}
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '“' | '”' => out.push('"'),
            '‘' | '’' => out.push('\''),
            '–' | '—' | '·' => out.push('-'),
            '…' => out.push_str("..."),
            '→' => out.push_str("->"),
            '×' => out.push('x'),
            c => out.push_str(&visible::to_ascii(c.encode_utf8(&mut [0; 4]))),
        }
    }
    Cow::Owned(out)
}

/// `text` cut to `width` columns, with an ellipsis where something was cut.
pub(crate) fn fit(text: &str, width: usize, ellipsis: &str) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let room = width.saturating_sub(ellipsis.width());
    let mut out = String::new();
    let mut used = 0;
    for c in text.chars() {
        let w = unicode_width::UnicodeWidthChar::width(c).unwrap_or(0);
        if used + w > room {
            break;
        }
        out.push(c);
        used += w;
    }
    if width >= ellipsis.width() {
        out.push_str(ellipsis);
    }
    out
}

/// A path in so many columns: its middle gives way, its file name last of all.
pub(crate) fn fit_path(path: &str, width: usize, ellipsis: &str) -> String {
    if path.width() <= width {
        return path.to_owned();
    }
    let room = width.saturating_sub(ellipsis.width());
    let file = path.rfind(['/', '\\']).map_or(0, |at| at + 1);
    let name = path.get(file..).unwrap_or(path);
    // With the separator before it, so that it reads as a path.
    let named = path.get(file.saturating_sub(1)..).unwrap_or(path);
    let tail = if named.width() <= room {
        named
    } else if name.width() <= room {
        name
    } else {
        ending(name, room - room / 3)
    };
    let head = beginning(
        path.strip_suffix(tail).unwrap_or_default(),
        room.saturating_sub(tail.width()),
    );
    if head.width() + ellipsis.width() + tail.width() > width {
        return fit(name, width, ellipsis);
    }
    format!("{head}{ellipsis}{tail}")
}

/// The longest beginning of a text that takes no more columns than that.
fn beginning(text: &str, width: usize) -> &str {
    let ends = text.char_indices().map(|(at, c)| at + c.len_utf8());
    let mut fitting = ends.filter_map(|end| text.get(..end).filter(|t| t.width() <= width));
    fitting.next_back().unwrap_or_default()
}

/// The longest end of a text that takes no more columns than that.
fn ending(text: &str, width: usize) -> &str {
    let mut starts = text.char_indices().map(|(at, _)| at);
    starts
        .find_map(|start| text.get(start..).filter(|t| t.width() <= width))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_path_keeps_its_file_name() {
        let path = "/home/somebody/work/incidents/2026-07/upload/request.txt";
        assert_eq!(fit_path(path, 80, "…"), path);
        assert_eq!(fit_path(path, 24, "…"), "/home/someb…/request.txt");
        assert_eq!(fit_path(path, 12, "…"), "…request.txt");
        assert_eq!(fit_path(path, 9, "…"), "/h…st.txt");
        assert_eq!(fit_path("C:\\logs\\a\\b.txt", 12, "..."), "C:\\...\\b.txt");
        for width in 0..60 {
            assert!(
                fit_path(path, width, "…").width() <= width.max(1),
                "{width}"
            );
        }
    }

    proptest! {
        #[test]
        fn wrapping_keeps_every_word(words in "[a-z ]{0,60}", width in 1usize..20) {
            let lines = wrap(&words, width);
            prop_assert!(lines.iter().all(|l| l.width() <= width));
            let joined: String = lines.concat().split_whitespace().collect();
            prop_assert_eq!(joined, words.split_whitespace().collect::<String>());
        }
    }
}
