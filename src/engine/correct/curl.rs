//! A request as a command for curl, quoted for a POSIX shell. It holds no secret.

use super::{BodyToSend, Correction};

/// What is sent.
#[derive(Clone, Copy, Debug)]
pub struct ToSend<'a> {
    /// The method.
    pub method: &'a str,
    /// The URL, as it goes on the wire.
    pub url: &'a str,
    /// Names and raw values, in their order.
    pub headers: &'a [(String, Vec<u8>)],
    /// The body.
    pub body: &'a BodyToSend,
}

impl<'a> From<&'a Correction> for ToSend<'a> {
    fn from(correction: &'a Correction) -> Self {
        Self {
            method: &correction.method,
            url: &correction.url,
            headers: &correction.headers,
            body: &correction.body,
        }
    }
}

/// A body up to this size that is plain text stands in the command itself.
const INLINE: usize = 4096;

/// The command, with further options in front. Where the body does not fit into it, a comment above it says how to
/// give it.
pub fn command(sent: &ToSend<'_>, options: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let data = data(sent, &mut out);
    let path = sent.url.split(['?', '#']).next().unwrap_or_default();
    if let BodyToSend::FileStart(name, len) = sent.body {
        out.extend_from_slice(format!("head -c {len} ").as_bytes());
        if name.starts_with('-') {
            out.extend_from_slice(b"./"); // else it is taken for an option
        }
        quote(&mut out, name.as_bytes());
        out.extend_from_slice(b" | ");
    }
    out.extend_from_slice(b"curl");
    if !options.is_empty() {
        out.push(b' ');
        out.extend_from_slice(options.as_bytes());
    }
    match (sent.method, sent.body) {
        // With -X HEAD curl would wait for a body that never comes.
        ("HEAD", _) => out.extend_from_slice(b" --head"),
        ("GET", BodyToSend::None) => {}
        (method, _) => {
            out.extend_from_slice(b" -X ");
            quote(&mut out, method.as_bytes());
        }
    }
    if path.contains("/.") || path.contains("/%2E") {
        // curl resolves dot segments itself, and so would change what was signed.
        out.extend_from_slice(b" --path-as-is");
    }
    if sent.url.contains(['[', ']', '{', '}']) {
        out.extend_from_slice(b" --globoff");
    }
    out.push(b' ');
    quote(&mut out, sent.url.as_bytes());
    for (name, value) in sent.headers {
        if name.eq_ignore_ascii_case("host") || name.eq_ignore_ascii_case("content-length") {
            continue; // curl writes them itself, from the URL and the body
        }
        let mut line = name.clone().into_bytes();
        if value.is_empty() {
            line.push(b';'); // curl drops `Name:`, and sends `Name;` as an empty header
        } else {
            line.extend_from_slice(b": ");
            line.extend_from_slice(value);
        }
        option(&mut out, b"-H", &line);
    }
    if let Some(data) = data {
        let typed = |(name, _): &(String, Vec<u8>)| name.eq_ignore_ascii_case("content-type");
        if !sent.headers.iter().any(typed) {
            // Else curl adds the type of a form.
            option(&mut out, b"-H", b"Content-Type:");
        }
        option(&mut out, b"--data-binary", &data);
    }
    if let BodyToSend::Missing(_) = *sent.body {
        missing(sent, path, &mut out);
    }
    out.push(b'\n');
    out
}

/// The argument of `--data-binary`, with a comment in `out` where the person must do something.
fn data(sent: &ToSend<'_>, out: &mut Vec<u8>) -> Option<Vec<u8>> {
    match sent.body {
        BodyToSend::None => None,
        BodyToSend::Missing(len) => {
            let len = len.map_or_else(String::new, |len| format!(" ({len} bytes)"));
            let note = format!("# give the body{len}: put the name of its file for FILE\n");
            out.extend_from_slice(note.as_bytes());
            None
        }
        BodyToSend::File(name) => {
            let mut argument = b"@".to_vec();
            argument.extend_from_slice(name.as_bytes());
            Some(argument)
        }
        BodyToSend::FileStart(..) => Some(b"@-".to_vec()),
        BodyToSend::Here(bytes) => {
            let text = std::str::from_utf8(bytes).is_ok_and(|text| {
                text.chars()
                    .all(|c| !c.is_control() || matches!(c, '\n' | '\t'))
            });
            // A leading @ would name a file.
            if text && bytes.len() <= INLINE && !bytes.starts_with(b"@") {
                return Some(bytes.to_vec());
            }
            let note = format!(
                "# give the body ({} bytes) on standard input\n",
                bytes.len()
            );
            out.extend_from_slice(note.as_bytes());
            Some(b"@-".to_vec())
        }
    }
}

/// The option that sends a file the person has yet to name. Without the file curl's `-T` sends nothing,
/// while `--data-binary` sent an empty body before curl 7.83; but to a URL that ends in a slash `-T` adds
/// the file's name.
fn missing(sent: &ToSend<'_>, path: &str, out: &mut Vec<u8>) {
    if path.ends_with('/') {
        let typed = |(name, _): &(String, Vec<u8>)| name.eq_ignore_ascii_case("content-type");
        if !sent.headers.iter().any(typed) {
            option(out, b"-H", b"Content-Type:");
        }
        option(out, b"--data-binary", b"@FILE");
    } else {
        option(out, b"-T", b"FILE");
    }
}

fn option(out: &mut Vec<u8>, name: &[u8], value: &[u8]) {
    out.extend_from_slice(b" \\\n  ");
    out.extend_from_slice(name);
    out.push(b' ');
    quote(out, value);
}

/// Quotes for a POSIX shell: within single quotes every byte but the quote itself stands for itself.
fn quote(out: &mut Vec<u8>, text: &[u8]) {
    let plain = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'/' | b'@');
    if !text.is_empty() && text.iter().all(plain) {
        out.extend_from_slice(text);
        return;
    }
    out.push(b'\'');
    for byte in text {
        match byte {
            b'\'' => out.extend_from_slice(b"'\\''"),
            _ => out.push(*byte),
        }
    }
    out.push(b'\'');
}
