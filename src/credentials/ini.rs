//! Sections and keys of a credential file, as slices of its bytes.
//!
//! Written here rather than taken from a library for two reasons: parsers of INI files hand out copies
//! of every value that nobody zeroes, and one line they do not like costs them the whole file. The
//! dialects of the AWS tools, rclone and s3cmd agree on what is read: `[section]`, `key = value` with
//! the first `=` (AWS also takes `:`), and whole-line comments behind `#` or `;`. What they do not agree
//! on, quotes and comments behind a value, is left to [`readings`].

use std::borrow::Cow;

/// A section with its keys and values, trimmed of blanks and otherwise as they stand.
#[derive(Debug)]
pub(super) struct Section<'a> {
    /// What stands between the brackets.
    pub(super) name: Cow<'a, str>,
    entries: Vec<(&'a [u8], &'a [u8])>,
}

impl<'a> Section<'a> {
    /// The value of the first of `keys` that has one which is not empty. Names are compared without
    /// regard to case, and a later line wins over an earlier one.
    pub(super) fn get(&self, keys: &[&str]) -> Option<&'a [u8]> {
        keys.iter().find_map(|key| {
            self.entries
                .iter()
                .rev()
                .find(|(name, _)| name.eq_ignore_ascii_case(key.as_bytes()))
                .map(|(_, value)| *value)
                .filter(|value| !value.is_empty())
        })
    }
}

/// The sections of a file. Sections of one name are one, as for the AWS SDKs.
pub(super) fn sections(text: &[u8]) -> Vec<Section<'_>> {
    let text = text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text);
    let mut sections: Vec<Section<'_>> = Vec::new();
    let mut current = None;
    // Behind `s3 =` stand indented settings of their own, which are no keys of the profile.
    let mut nested = false;
    for raw in text.split(|&byte| byte == b'\n') {
        let line = raw.trim_ascii();
        if line.is_empty() || matches!(line.first(), Some(b'#' | b';')) {
            continue;
        }
        if let Some(rest) = line.strip_prefix(b"[") {
            let end = rest.iter().position(|&byte| byte == b']');
            let name = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
            let name = String::from_utf8_lossy(name.trim_ascii());
            let place = sections.iter().position(|section| section.name == name);
            current = Some(place.unwrap_or(sections.len()));
            if place.is_none() {
                sections.push(Section {
                    name,
                    entries: Vec::new(),
                });
            }
            nested = false;
            continue;
        }
        let indented = raw.first().is_some_and(u8::is_ascii_whitespace);
        if nested && indented {
            continue;
        }
        let at = line.iter().position(|&byte| byte == b'=' || byte == b':');
        let Some((key, value)) = at.and_then(|at| Some((line.get(..at)?, line.get(at + 1..)?)))
        else {
            continue;
        };
        let value = value.trim_ascii();
        nested = value.is_empty();
        if let Some(section) = current.and_then(|place| sections.get_mut(place)) {
            section.entries.push((key.trim_ascii(), value));
        }
    }
    sections
}

/// The readings of a value that tools disagree on, each with what it is called: as it stands (the AWS
/// CLI), without quotes around it (s3cmd, rclone), without a comment behind it (several AWS SDKs).
pub(super) fn readings(value: &[u8]) -> Vec<(&'static str, &[u8])> {
    let mut readings = vec![("", value)];
    if let [first @ (b'"' | b'\'' | b'`'), inner @ .., last] = value
        && first == last
        && !inner.is_empty()
    {
        readings.push((", without its quotes", inner));
    }
    let comment = value
        .windows(2)
        .position(|pair| matches!(pair, [b' ' | b'\t', b'#' | b';']));
    if let Some(at) = comment {
        let bare = value.get(..at).unwrap_or_default().trim_ascii_end();
        readings.push((", without the comment behind it", bare));
    }
    readings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &[u8], section: &str, key: &str) -> Option<String> {
        sections(text)
            .iter()
            .find(|s| s.name == section)
            .and_then(|s| s.get(&[key]))
            .map(|v| String::from_utf8(v.to_vec()).unwrap())
    }

    #[test]
    fn secrets_keep_every_byte() {
        for secret in [
            "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
            "ends=with==",
            "has#hash;and%percent%%",
            "has:colon=and equals",
            "a # b ; c",
            "\"quoted\"",
            "[bracketed]",
            "`tick`",
            "\u{e9}\u{a0}",
        ] {
            for line in [
                format!("[p]\naws_secret_access_key = {secret}\n"),
                format!("[p]\r\naws_secret_access_key={secret}\r\n"),
                format!("\u{feff}[p]\n\taws_secret_access_key\t=\t{secret}  "),
            ] {
                assert_eq!(
                    value(line.as_bytes(), "p", "aws_secret_access_key").as_deref(),
                    Some(secret),
                    "{line:?}"
                );
            }
        }
    }

    #[test]
    fn nested_settings_comments_and_odd_lines_are_no_keys() {
        let text = b"stray = 1\n[default]\n# aws_secret_access_key = commented\n; x = y\n\
            s3 =\n  aws_secret_access_key = nested\n  max_queue_size = 10\n\
            nonsense without equals\n[broken\n[two words]\nK: v\n[default]\nAWS_Secret_Access_Key = real\n";
        assert_eq!(
            value(text, "default", "aws_secret_access_key").as_deref(),
            Some("real")
        );
        assert_eq!(value(text, "default", "x"), None);
        assert_eq!(value(text, "two words", "k").as_deref(), Some("v"));
        assert_eq!(sections(text).len(), 3);
    }

    #[test]
    fn an_indented_profile_is_read() {
        let text = b"  [p]\n  aws_access_key_id = AKIA\n  aws_secret_access_key = s\n";
        assert_eq!(
            value(text, "p", "aws_secret_access_key").as_deref(),
            Some("s")
        );
    }

    #[test]
    fn tools_disagree_on_quotes_and_comments() {
        let names = |value: &[u8]| -> Vec<String> {
            readings(value)
                .iter()
                .map(|(_, v)| String::from_utf8(v.to_vec()).unwrap())
                .collect()
        };
        assert_eq!(names(b"plain#x"), ["plain#x"]);
        assert_eq!(names(b"\"s\""), ["\"s\"", "s"]);
        assert_eq!(names(b"s # mine"), ["s # mine", "s"]);
        assert_eq!(names(b"\""), ["\""]);
        assert_eq!(names(b"\"\""), ["\"\""]);
        assert_eq!(names(b""), [""]);
    }
}
