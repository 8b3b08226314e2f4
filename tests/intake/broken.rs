//! Presigned URLs broken over lines, at any place, with the sentence around them.

use super::*;

const HOST: &str =
    "https://reports-archive.s3.eu-west-3.amazonaws.com/2024/q%C3%BC/sum%20of%20all.csv?";
const SIGNATURE: &str =
    "X-Amz-Signature=5d1f0a9ce3b7426688ffb0c4e92a71d35ce80f6b1a94d2e7738c0bd5f61ea492";
const ALGORITHM: &str = "X-Amz-Algorithm=AWS4-HMAC-SHA256";
const CREDENTIAL: &str =
    "X-Amz-Credential=ASIAQ7EXAMPLE5KTJ2W9%2F20240311%2Feu-west-3%2Fs3%2Faws4_request";
const DATE: &str = "X-Amz-Date=20240311T074512Z";
const EXPIRES: &str = "X-Amz-Expires=43200";
const NAMES: &str = "X-Amz-SignedHeaders=content-type%3Bhost";
const TOKEN: &str =
    "X-Amz-Security-Token=FwoGZXIvYXdzEJr%2F%2F%2F8aDGk2bWVyU0hPUlQ%2Bq7Zt1c9vK4%3D";

/// With the signature last, as most signers write it, and in other orders.
fn urls() -> [String; 5] {
    [
        [
            ALGORITHM, CREDENTIAL, DATE, EXPIRES, NAMES, TOKEN, SIGNATURE,
        ],
        [
            SIGNATURE, TOKEN, NAMES, ALGORITHM, CREDENTIAL, DATE, EXPIRES,
        ],
        [
            TOKEN, SIGNATURE, EXPIRES, DATE, ALGORITHM, CREDENTIAL, NAMES,
        ],
        [
            SIGNATURE, NAMES, EXPIRES, DATE, CREDENTIAL, ALGORITHM, TOKEN,
        ],
        [
            ALGORITHM,
            CREDENTIAL,
            DATE,
            EXPIRES,
            SIGNATURE,
            NAMES,
            "x-id=GetObject",
        ],
    ]
    .map(|parameters| format!("{HOST}{}", parameters.join("&")))
}

/// What people write behind a URL.
const TAILS: [&str; 22] = [
    "",
    "\n",
    ".\nThanks",
    "\nThanks",
    "\nThanks,\nBob",
    "\n\nThanks",
    " gives a 403.",
    " gives a 403.\nCould you look?",
    ". It says SignatureDoesNotMatch\nwhenever I open it",
    "\ndeadbeef",
    "\n4442587fb7d0a2f9",
    "\n2026-05-01",
    "\nreq-4711",
    "\nline2\n",
    "\na_b",
    "\ndeadbeef is what it printed",
    "\nSignatureDoesNotMatch\n",
    "\n403 Forbidden",
    "\nx=1 is not in it",
    "\nR&D asked for it",
    ",\nbut not always:\nsee above",
    "\r\nHost: example.org",
];

fn whole(given: &str) -> String {
    let case = one(given.as_bytes());
    let target = case.requests[0].target.whole;
    let span = case.requests[0].span;
    let pasted = text(&case, span);
    assert!(pasted.starts_with("https://reports"), "{given:?}");
    // Every byte of the target leads back to one that was pasted.
    for at in 0..target.len() {
        let byte = target.part(at..at + 1);
        let back = text(&case, case.docs.to_given(byte));
        assert!(
            back == text(&case, byte) || back.starts_with('='),
            "{back:?}"
        );
    }
    text(&case, target)
}

fn check(given: &str, url: &str) {
    assert_eq!(whole(given), url, "{given:?}");
}

#[test]
fn a_url_broken_once_is_whole_whatever_follows() {
    for url in urls() {
        let from = HOST.find("amazonaws").unwrap();
        for at in from..url.len() {
            let (front, back) = url.split_at(at);
            for tail in TAILS {
                check(&format!("see {front}\n{back}{tail}"), &url);
            }
        }
    }
}

#[test]
fn a_value_that_is_whole_takes_no_word_from_the_next_line() {
    let [_, _, url, ..] = urls();
    let words = [
        "4442587fb7d0a2f9",
        "X3WE8Q9XK2A7CDEF",
        "2026-05-01",
        "req-4711",
        "line2",
        "user_id",
        "report-2.csv",
        "a;b",
    ];
    for last in [
        "",
        "%3Bx-amz-date",
        "&versionId=abc123",
        "&response-content-disposition=attachment",
    ] {
        for word in words {
            for tail in ["", "\n", "\r\n\r\nThanks"] {
                let url = format!("{url}{last}");
                check(&format!("{url}\n{word}{tail}"), &url);
            }
        }
    }
}

#[test]
fn a_list_of_headers_broken_behind_the_host_is_whole() {
    let [_, _, url, ..] = urls();
    for name in ["x-amz-content-sha256", "x-amz-date"] {
        let url = format!("{url}%3B{name}");
        for at in url.len() - name.len()..url.len() {
            let (front, back) = url.split_at(at);
            check(&format!("{front}\n{back}\nreq-4711"), &url);
        }
    }
}

#[test]
fn a_url_broken_twice_is_whole_whatever_follows() {
    let [url, ..] = urls();
    for first in (40..url.len()).step_by(23) {
        for second in first + 1..url.len() {
            let (rest, c) = url.split_at(second);
            let (a, b) = rest.split_at(first);
            for tail in [".\nThanks", " gives a 403.", "\ndeadbeef"] {
                check(&format!("{a}\n{b}\n{c}{tail}"), &url);
            }
        }
    }
}

#[test]
fn a_url_broken_at_one_width_is_whole_behind_any_mark() {
    for url in urls() {
        for width in (20..110).step_by(3) {
            let lines: Vec<&str> = url
                .as_bytes()
                .chunks(width)
                .map(|line| std::str::from_utf8(line).unwrap())
                .collect();
            for glue in ["\n", "\r\n", "\n    ", " \n", "\\\n", "\n> ", "\r\n> > "] {
                let mark = glue.trim_start_matches(['\r', '\n', ' ', '\\']);
                for tail in [".", " gives a 403.", &format!(".{glue}Thanks")] {
                    let broken = lines.join(glue);
                    let given = format!("{mark}Hi,{glue}{glue}{broken}{tail}");
                    let case = one(given.as_bytes());
                    assert_eq!(text(&case, case.requests[0].target.whole), url, "{given}");
                }
            }
            check(&format!("<{}> is it", lines.join("\n")), &url);
            let twice = format!("{0}\n{0} and so on", lines.join("\n"));
            let case = read(twice.as_bytes());
            let both: Vec<String> = case
                .requests
                .iter()
                .map(|r| text(&case, r.target.whole))
                .collect();
            assert_eq!(both, [url.as_str(), url.as_str()], "{twice}");
        }
    }
}

#[test]
fn a_word_is_no_part_of_a_signature_that_is_cut() {
    let [url, ..] = urls();
    for missing in 1..64 {
        let (cut, _) = url.split_at(url.len() - missing);
        for tail in [
            "\nThanks",
            "\ndeadbee is a word",
            ".\nThanks",
            "\nadded later",
        ] {
            let digits = tail.trim_start_matches(['.', '\n']).bytes();
            if digits.take_while(u8::is_ascii_hexdigit).count() == missing {
                continue; // just as many as are missing
            }
            check(&format!("{cut}{tail}"), cut);
        }
    }
}

/// As a mail program encodes a text: each `=` escaped, and lines of at most 76 characters.
fn printable(url: &str, width: usize, end: &str) -> String {
    let mut out = String::new();
    let mut column = 0;
    for letter in url.chars() {
        let letter = if letter == '=' {
            "=3D".to_owned()
        } else {
            letter.to_string()
        };
        if column + letter.len() > width {
            out.push('=');
            out.push_str(end);
            column = 0;
        }
        column += letter.len();
        out.push_str(&letter);
    }
    out
}

#[test]
fn a_url_in_quoted_printable_is_read() {
    for url in urls() {
        for width in (20..100).step_by(3) {
            for end in ["\n", "\r\n", "  \n"] {
                let broken = printable(&url, width, end);
                for tail in [
                    "",
                    "\n\nThanks",
                    "\nThanks",
                    " gives a 403=\n.",
                    ".\nThanks",
                ] {
                    check(&format!("Hi,\n\n{broken}{tail}"), &url);
                }
            }
        }
        let quoted = format!("> {}\n>\n> Thanks", printable(&url, 75, "\n> "));
        let case = one(quoted.as_bytes());
        let target = case.requests[0].target.whole;
        assert_eq!(text(&case, target), url);
        assert_eq!(case.docs.peels(target)[0], Peel::QuotedPrintable);
    }
}

#[test]
fn an_equals_sign_at_the_end_of_a_line_is_no_soft_break() {
    for url in urls() {
        for (at, _) in url.match_indices('=') {
            let (front, back) = url.split_at(at + 1);
            let case = one(format!("{front}\n{back} gives a 403.").as_bytes());
            let target = case.requests[0].target.whole;
            assert_eq!(text(&case, target), url);
            assert_eq!(case.docs.peels(target), [Peel::LineBreaks]);
        }
    }
}
