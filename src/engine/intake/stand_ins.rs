//! Words that stand where a value belongs: the verbs of a format string, and names that people put for their own values.
//!
//! Owns telling them from values. Marks over what was there are the business of `marks`; what follows for a request is
//! that of the scheme.

use super::vocabulary;

/// The longest of them, in bytes.
const LONGEST: usize = 64;

/// Whether `text` is a verb of a format string, whole: `%s`, `%08d`, `%1$s`, `%(name)s` of C, Go, Java, PHP and Python,
/// `{}`, `{0}`, `{name}`, `${name}` of the others, `$NAME` of shells, PHP and Perl. What a program fills in is not known.
pub fn is_verb(text: &[u8]) -> bool {
    let text = text.trim_ascii();
    is_percent_verb(text) || is_brace_verb(text) || is_variable(text)
}

/// Whether `text` is the name of a variable in code: `amzDate`, `this.date`, `headers.amz_date`.
pub(super) fn is_identifier(text: &[u8]) -> bool {
    let text = text.trim_ascii();
    let own = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'$');
    let begins = text
        .first()
        .is_some_and(|b| b.is_ascii_lowercase() || *b == b'_');
    text.len() < LONGEST
        && begins
        && text.iter().all(own)
        && !text.iter().all(u8::is_ascii_hexdigit)
}

/// The name of a variable behind a dollar sign (POSIX, Shell Command Language, section 2.6; PHP, Variables).
fn is_variable(text: &[u8]) -> bool {
    let Some((first, rest)) = text.strip_prefix(b"$").and_then(<[u8]>::split_first) else {
        return false;
    };
    let begins = first.is_ascii_alphabetic() || *first == b'_';
    let goes_on = |b: &u8| b.is_ascii_alphanumeric() || *b == b'_';
    text.len() < LONGEST && begins && rest.iter().all(goes_on)
}

/// The verbs that begin with a percent sign (ISO C, fprintf; Go, package fmt; PHP, sprintf; Python, printf-style
/// formatting).
fn is_percent_verb(text: &[u8]) -> bool {
    let Some((last, rest)) = text.split_last() else {
        return false;
    };
    let Some(rest) = rest.strip_prefix(b"%") else {
        return false;
    };
    let named = rest.starts_with(b"(") && rest.ends_with(b")");
    let flags = || {
        rest.iter()
            .all(|b| b.is_ascii_digit() || b"$.-+# *lhzjt".contains(b))
    };
    // `%@` is that of Objective-C.
    text.len() < LONGEST && b"sdiuvqxXfc@S".contains(last) && (named || flags())
}

/// The verbs in braces.
fn is_brace_verb(text: &[u8]) -> bool {
    let inner = text
        .strip_prefix(b"{")
        .or_else(|| text.strip_prefix(b"${"))
        .or_else(|| text.strip_prefix(b"#{"))
        .and_then(|rest| rest.strip_suffix(b"}"));
    text.len() < LONGEST
        && inner.is_some_and(|inner| {
            inner
                .iter()
                .all(|b| b.is_ascii_alphanumeric() || b"_.:".contains(b))
        })
}

/// Where the first verb with a percent sign is that is all of a part of a path between slashes.
pub(super) fn verb_in_path(path: &[u8]) -> bool {
    path.split(|b| *b == b'/').any(is_percent_verb)
}

/// Letters of the shortest word.
const WORD: usize = 4;

/// What a program writes for a value that it does not have: these were sent so.
const UNSET: [&[u8]; 6] = [
    b"undefined",
    b"null",
    b"none",
    b"nil",
    b"nan",
    b"[object Object]",
];

/// Whether what stands in the place of a signature is a word that somebody put there: a verb, or letters alone of
/// which one is no digit in hexadecimal, as `MySignature`, `YOUR_SIGNATURE`. No signature looks so.
pub fn is_signature_stand_in(text: &[u8]) -> bool {
    let text = text.trim_ascii();
    let word = |b: &u8| b.is_ascii_alphabetic() || b"_-".contains(b);
    let beyond = |b: &u8| b.is_ascii_alphabetic() && !b.is_ascii_hexdigit();
    let unset = UNSET.iter().any(|own| text.eq_ignore_ascii_case(own));
    is_verb(text)
        || (WORD..LONGEST).contains(&text.len())
            && !unset
            && text.iter().all(word)
            && text.iter().any(beyond)
}

/// Whether a value is one that a person put in the place of their own: `MyCredentials`, `YOUR_KEY_ID`, `example`.
pub fn is_own_word(text: &[u8]) -> bool {
    let text = text.trim_ascii();
    let lower = text.to_ascii_lowercase();
    let word = |b: &u8| b.is_ascii_alphabetic() || b"_-".contains(b);
    let follows = |at: usize| {
        let behind = text.get(at);
        behind.is_some_and(|b| b.is_ascii_uppercase() || b"_-".contains(b))
    };
    let mine = lower.starts_with(b"my") && follows(2);
    let yours = lower.starts_with(b"your") && follows(4);
    let example = lower.starts_with(b"example") || lower.ends_with(b"example");
    text.len() < LONGEST && text.iter().all(word) && (mine || yours || example)
}

/// Words of which the names of secrets are made.
const SECRET_WORDS: [&str; 15] = [
    "SECRETACCESSKEY",
    "SECRETKEY",
    "SECRET",
    "PASSWORD",
    "ACCESSKEY",
    "ACCESS",
    "KEY",
    "IAM",
    "API",
    "YOUR",
    "MY",
    "THE",
    "ID",
    "TOKEN",
    "HERE",
];

/// Whether a value is the name of a secret, which a person put in the place of their own: `SECRET_KEY` in capitals, as
/// constants and variables are named, and `your-secret-key`. In small letters alone it may be one: people choose
/// `my-secret-key` for their own servers.
pub(super) fn is_name_of_secret(text: &[u8]) -> bool {
    let text = text.trim_ascii();
    let parts = || {
        let parts = text.split(|b| matches!(b, b'_' | b'-' | b' ' | b'.'));
        parts.filter(|part| !part.is_empty())
    };
    let known = |part: &[u8]| {
        let mut words = SECRET_WORDS.iter().chain(&vocabulary::OWNERS);
        words.any(|word| part.eq_ignore_ascii_case(word.as_bytes()))
    };
    let capitals =
        !text.iter().any(u8::is_ascii_lowercase) && text.iter().any(u8::is_ascii_uppercase);
    let yours = parts()
        .next()
        .is_some_and(|part| part.eq_ignore_ascii_case(b"your"))
        && parts().nth(1).is_some();
    (capitals || yours) && text.len() < LONGEST && parts().all(known)
        // `yourSecretKey`
        || is_own_word(text)
            && text.get(..4).is_some_and(|front| front.eq_ignore_ascii_case(b"your"))
            && text.get(3).is_some_and(u8::is_ascii_lowercase)
            && text.get(4).is_some_and(u8::is_ascii_uppercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_secret_is_none() {
        for name in [
            "SECRET_KEY",
            "SECRETKEY",
            "AWS_SECRET_ACCESS_KEY",
            "YOUR_SECRET_KEY",
            "MY-SECRET-KEY",
            "your-secret-key",
            "your secret access key",
            "yourSecretKey",
        ] {
            assert!(is_name_of_secret(name.as_bytes()), "{name}");
        }
        for secret in [
            "secret-key",
            "my-secret-key",
            "secretkey",
            "verySecretKey1",
            "minio123",
            "minioadmin",
            "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            "SECRET_KEY_42",
            "YOURSELF",
            "yourself!",
            "A7F0C2D49B1E",
            "",
        ] {
            assert!(!is_name_of_secret(secret.as_bytes()), "{secret}");
        }
    }

    #[test]
    fn a_verb_is_all_of_a_value() {
        for verb in [
            "%s",
            "%d",
            "%v",
            "%1$s",
            "%08x",
            "%.*s",
            "%(date)s",
            "{}",
            "{0}",
            "{date}",
            "${date}",
            "$DATE",
            "$amz_date",
        ] {
            assert!(is_verb(verb.as_bytes()), "{verb}");
        }
        for other in [
            "%20",
            "%2Fs",
            "s",
            "%",
            "",
            "%s!",
            "{\"a\":1}",
            "{a b}",
            "100%d x",
            "$",
            "$1",
            "$A-B",
            "a$B",
        ] {
            assert!(!is_verb(other.as_bytes()), "{other}");
        }
        assert!(verb_in_path(b"/a/%s"));
        assert!(!verb_in_path(b"/a/%sb"));
    }

    #[test]
    fn a_word_is_no_signature() {
        for word in [
            "MySignature",
            "YOUR_SIGNATURE",
            "SIGNATURE",
            "signature",
            "%s",
        ] {
            assert!(is_signature_stand_in(word.as_bytes()), "{word}");
        }
        for other in ["undefined", "NULL", "", "deadbeef", "Zm9vYmFyMTIz", "b8d2="] {
            assert!(!is_signature_stand_in(other.as_bytes()), "{other}");
        }
    }

    #[test]
    fn an_own_word_begins_so() {
        for word in ["MyCredentials", "YOUR_ACCESS_KEY", "my-key", "EXAMPLEKEY"] {
            assert!(is_own_word(word.as_bytes()), "{word}");
        }
        for other in [
            "mysql",
            "AKIDEXAMPLE1",
            "AKIAIOSFODNN7EXAMPLE",
            "yourself",
            "undefined",
        ] {
            assert!(!is_own_word(other.as_bytes()), "{other}");
        }
    }
}
