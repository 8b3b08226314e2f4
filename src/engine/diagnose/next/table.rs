//! Who can be asked for a missing piece, how to tell that they are at hand, and what to type.
//!
//! No line here puts a secret into an argument. What each client prints is checked against its
//! documentation or source; the reference of an entry says where.

/// A piece that may be missing.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(super) enum Piece {
    /// The server's canonical request and string to sign.
    ServerStrings,
    /// The signer's canonical request and string to sign.
    SignerStrings,
    /// The request as it was sent.
    Request,
}

/// Somebody who has a piece.
#[derive(Copy, Clone, Debug)]
pub(super) struct Party {
    /// Who.
    pub(super) name: &'static str,
    /// Lower-case marks in a User-Agent or at the head of an answer that tell of it.
    pub(super) marks: &'static [&'static str],
    /// What it has.
    pub(super) piece: Piece,
    /// What to do, in one sentence.
    pub(super) sentence: &'static str,
    /// The lines.
    pub(super) snippet: &'static str,
}

/// Everybody, those met most often first.
pub(super) const PARTIES: &[Party] = &[Party {
    name: "boto3",
    marks: &["boto3/"],
    piece: Piece::ServerStrings,
    sentence: "boto3 already holds the server's strings. Print them and paste the output here.",
    snippet: "except botocore.exceptions.ClientError as e:\n    print(e.response[\"Error\"])",
}];
