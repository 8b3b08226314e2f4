//! Which side words name: the verifier, the signer, either.
//!
//! Owns the tables of those words. Must not know where in a text they stand.

/// Words for the verifier, each a sequence of words in small letters.
const SERVER: [&[&str]; 15] = [
    &["server"],
    &["servers"],
    &["serverside"],
    &["amazon"],
    &["by", "aws"],
    &["from", "aws"],
    &["s", "aws"],
    &["should", "have", "been"],
    &["expected"],
    &["the", "service"],
    &["verifier"],
    &["backend"],
    &["response"],
    &["the", "error"],
    &["error", "message"],
];

/// What a verifier did with a text, behind its name. Not what names a call of it, too: `S3 get`, `S3 makes`.
const DOES: [&str; 18] = [
    "say",
    "says",
    "tells",
    "told",
    "expects",
    "expected",
    "computes",
    "computed",
    "calculates",
    "calculated",
    "returns",
    "returned",
    "wants",
    "wanted",
    "got",
    "built",
    "saw",
    "used",
];

/// The same, where a sentence about AWS itself would tell a rule.
const DOES_OFTEN: [&str; 2] = ["use", "uses"];

/// Words that take it back: as the documentation has it, and what a server says of another thing.
const NOT_OF_A_TEXT: [&str; 7] = [
    "docs",
    "documentation",
    "example",
    "403",
    "400",
    "denied",
    "forbidden",
];

/// Words for the signer.
pub(super) const CLIENT: [&[&str]; 48] = [
    &["client"],
    &["clients"],
    &["clientside"],
    &["library"],
    &["lib"],
    &["sdk"],
    &["cli"],
    &["botocore"],
    &["boto3"],
    &["s3cmd"],
    &["rclone"],
    &["awscurl"],
    &["signer"],
    &["mine"],
    &["my"],
    &["our"],
    &["ours"],
    &["me"],
    &["script"],
    &["program"],
    &["postman"],
    &["local"],
    &["locally"],
    &["actual"],
    &["i", "get"],
    &["i", "got"],
    &["i", "am", "getting"],
    &["i", "have"],
    &["i", "make"],
    &["i", "made"],
    &["i", "build"],
    &["i", "built"],
    &["i", "create"],
    &["i", "created"],
    &["i", "compute"],
    &["i", "computed"],
    &["i", "calculate"],
    &["i", "calculated"],
    &["i", "generate"],
    &["i", "generated"],
    &["i", "am", "generating"],
    &["i", "use"],
    &["i", "used"],
    &["i", "sign"],
    &["i", "signed"],
    &["i", "send"],
    &["i", "sent"],
    &["i", "m", "using"],
];

/// Words for what may be either: the server of a person may be what signs.
const EITHER: [&[&str]; 7] = [
    &["my", "server"],
    &["our", "server"],
    &["my", "backend"],
    &["our", "backend"],
    &["server", "side", "code"],
    &["client", "server"],
    &["local", "server"],
];

/// Names of services that verify, which stand alone over a text or name its file (`## AWS`, `+++ aws.txt`), or in front of
/// what they do.
const VERIFIERS: [&str; 17] = [
    "aws",
    "amazon",
    "s3",
    "minio",
    "ceph",
    "garage",
    "gateway",
    "r2",
    "azure",
    "azurite",
    "b2",
    "backblaze",
    "localstack",
    "oss",
    "rgw",
    "swift",
    "wasabi",
];
/// Those of AWS.
const OF_AWS: [&str; 3] = ["aws", "amazon", "s3"];

/// Whether a verifier is said to have made a text: its name and what it does, side by side. A name with a capital inside,
/// as MinIO, is two words here.
fn does(words: &[String]) -> bool {
    let verb = |name: &str, verb: &String| {
        let often = DOES_OFTEN.contains(&verb.as_str()) && !OF_AWS.contains(&name);
        VERIFIERS.contains(&name) && (DOES.contains(&verb.as_str()) || often)
    };
    if words
        .iter()
        .any(|word| NOT_OF_A_TEXT.contains(&word.as_str()))
    {
        return false;
    }
    // `As AWS says` is what somebody goes by.
    let quoted = |at: usize| {
        at.checked_sub(1)
            .and_then(|at| words.get(at))
            .is_some_and(|word| word == "as")
    };
    let named = |at: usize, len: usize| {
        let name = words.get(at..at + len)?.concat();
        words
            .get(at + len)
            .map(|does| !quoted(at) && verb(&name, does))
    };
    (0..words.len()).any(|at| named(at, 1) == Some(true) || named(at, 2) == Some(true))
}

pub(super) fn is_verifiers_name(words: &[String]) -> bool {
    let known = |name: &String| VERIFIERS.contains(&name.as_str());
    match words {
        [name] => known(name),
        [name, ending] => known(name) && matches!(ending.as_str(), "txt" | "log" | "out"),
        _ => false,
    }
}

/// Which of the two sides words name.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(super) enum Sides {
    Server,
    Client,
    /// Both, or what may be either.
    Either,
    Neither,
}

/// Verbs behind which a person is who is told.
const TELLS: [&str; 6] = ["tells", "told", "gives", "gave", "shows", "showed"];

pub(super) fn sides(words: &[String]) -> Sides {
    // `AWS tells me`.
    let told = words.windows(2).position(
        |near| matches!(near, [verb, me] if me == "me" && TELLS.contains(&verb.as_str())),
    );
    if let Some(at) = told {
        let mut rest = words.to_vec();
        rest.remove(at + 1);
        return sides(&rest);
    }
    if holds(words, &EITHER) {
        return Sides::Either;
    }
    match (is_server(words), holds(words, &CLIENT)) {
        (true, true) => Sides::Either,
        (true, false) => Sides::Server,
        (false, true) => Sides::Client,
        (false, false) => Sides::Neither,
    }
}

/// Whether words name the verifier.
pub(super) fn is_server(words: &[String]) -> bool {
    holds(words, &SERVER) || does(words)
}

pub(super) fn holds(words: &[String], table: &[&[&str]]) -> bool {
    table.iter().any(|phrase| {
        words
            .windows(phrase.len())
            .any(|near| near.iter().zip(*phrase).all(|(a, b)| a == b))
    })
}
