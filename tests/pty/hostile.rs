//! Hostile input: nothing of it may reach the terminal as something to obey.

use crate::terminal::Terminal;
use crate::{SECRET, started_in};

/// Sequences that would do harm, in every place of a request.
const HOSTILE: &str = "GET /\x1b]0;title\x07a?b=\x1b[2Jc HTTP/1.1\r\nHost:\x1b]52;c;cHduZWQ=\x07example.com\r\n\
X-Amz-Date:20150830T123600Z\x1b[?1049l\r\nX-\u{9b}31m: \u{90}q\u{9c}\u{202e}\r\n\
Authorization: AWS4-HMAC-SHA256 Credential=AKID\x1b[31mEXAMPLE/20150830/us-east-1/service/aws4_request, \
SignedHeaders=host;x-amz-date, Signature=6fa00fa3\x1bc\r\n\r\nbody\x1b]0;title\x07\x0e\x0f\x1b(0";

#[test]
fn nothing_in_the_input_is_obeyed_by_the_terminal() {
    let terminal = Terminal::with_env(&[("AWS_SECRET_ACCESS_KEY", SECRET)]);
    let mut bytes = HOSTILE.as_bytes().to_vec();
    bytes.extend_from_slice(b" \x9b31m \xff");
    std::fs::write(terminal.path("hostile"), &bytes).unwrap();
    let mut terminal = started_in(terminal, "hostile");
    terminal.paste(HOSTILE.replace('\x1b', "\x1b "));
    terminal.shows("added paste 1");
    // Every screen, and what lies over it.
    for key in ["v", "d", "1", "2", "x", "3", "4", "5", "6", "a", "v", "i"] {
        terminal.keys(key);
    }
    terminal.keys("?");
    terminal.shows("Here and now");
    terminal.keys("qq");
    terminal.ended();
    terminal.is_as_before();

    let raw = terminal.raw();
    for marked in ["]0;", "]52", "[2Jc", "[31mEXAMPLE", "c\r\n\r\nbody", "(0"] {
        let sequence = [b"\x1b", marked.as_bytes()].concat();
        assert!(
            memchr::memmem::find(&raw, &sequence).is_none(),
            "the terminal was sent ESC {marked}"
        );
    }
    let text = String::from_utf8(raw).expect("the terminal is sent nothing but UTF-8");
    let obeyed = |c: char| c.is_control() && !"\r\n\t\x08\x07\x1b".contains(c);
    assert_eq!(text.find(obeyed), None, "a control character was sent");
    assert!(
        !text.contains('\u{202e}'),
        "a bidirectional override was sent"
    );
    for sequence in text.split('\x1b').skip(1) {
        let first = sequence.chars().next();
        assert!(
            matches!(first, Some('[' | '(' | '>' | '=' | '7' | '8')),
            "the terminal was sent ESC {:?}",
            sequence.chars().take(12).collect::<String>()
        );
    }
}
