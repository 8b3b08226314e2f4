//! Hosts in which stands what a program writes for a value that it does not have.
//!
//! Owns finding them in what was given. Must not know what any host is for.

use super::{Case, vocabulary};
use crate::engine::diagnose::Finding;
use crate::engine::document::{DocId, Span};

/// The id of the remark.
const ID: &str = "host-of-unset-value";
/// What programs write for such a value: JavaScript, Java and PHP, Python, Go and Ruby.
const WORDS: [&[u8]; 4] = [b"undefined", b"null", b"None", b"nil"];
/// The longest host, in bytes (RFC 1035 section 2.3.4).
const LONGEST: usize = 253;
/// URLs that are looked at.
const MOST: usize = 4_096;
/// The word that is no name of a host anywhere. The others are names, too: there they count in the hosts of storage and of its
/// regions alone, whose labels programs put in.
const NO_NAME: &[u8] = b"undefined";
/// Labels of a domain that nobody's program chooses.
const DOMAIN: usize = 2;

/// Adds a remark on the first such host.
pub(super) fn add(case: &mut Case) {
    let given: Vec<DocId> = case.docs.given().map(|(doc, _)| doc).collect();
    let found = given.into_iter().find_map(|doc| {
        let whole = case.docs.whole(doc);
        let bytes = case.docs.bytes(whole);
        let urls = memchr::memmem::find_iter(bytes, b"://").take(MOST);
        urls.map(|at| at + 3).find_map(|at| {
            let near = bytes.get(at..bytes.len().min(at + LONGEST))?;
            let own = |b: &&u8| b.is_ascii_alphanumeric() || b"-._".contains(b);
            let host = near.get(..near.iter().take_while(own).count())?;
            let labels: Vec<&[u8]> = host.split(|b| *b == b'.').collect();
            let of_storage = vocabulary::STORAGE_HOSTS
                .iter()
                .any(|end| host.ends_with(end.as_bytes()));
            let is_unset =
                |label: &&&[u8]| **label == NO_NAME || of_storage && WORDS.contains(label);
            let names = match labels.as_slice() {
                [one] => std::slice::from_ref(one),
                several => several.get(..several.len().checked_sub(DOMAIN)?)?,
            };
            let word = names.iter().find(is_unset)?;
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            Some((whole.part(at..at + host.len()), text(host), text(word)))
        })
    });
    let Some((place, host, word)): Option<(Span, String, String)> = found else {
        return;
    };
    case.find(
        Finding::warning(
            ID,
            format!("A URL here goes to {host}: “{word}” is what a program writes for a value that it does not have."),
            "Look where the program makes this URL: a bucket, region or endpoint that it puts in was not set. Nothing that \
             is signed for another host is right here.",
        )
        .at(place, "the host"),
    );
}
