//! Who can be asked for a missing piece, how to tell that they are at hand, and what to type.
//!
//! Owns those that speak HTTP whatever the scheme; a scheme brings its own clients and servers
//! ([`Scheme::holders`](crate::engine::scheme::Scheme::holders)). What a holder gives must be of a shape that
//! intake reads: a log in a shape that is not read is no holder. No line here puts a secret into an argument
//! or a file. What each prints is what its documentation or source says: `curl`'s manual, nginx's
//! `log_format`.

/// A piece that may be missing.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub enum Piece {
    /// The server's canonical request and string to sign.
    ServerStrings,
    /// The request as it was sent.
    Request,
}

/// Somebody who has a piece.
#[derive(Copy, Clone, Debug)]
pub struct Holder {
    /// Who.
    pub name: &'static str,
    /// Lower-case marks in a User-Agent or at the head of an answer that tell of it.
    pub marks: &'static [&'static str],
    /// What it has.
    pub piece: Piece,
    /// What to do, in one sentence.
    pub sentence: &'static str,
    /// The lines.
    pub snippet: &'static str,
}

/// Those of no one scheme.
pub(super) const HOLDERS: &[Holder] = &[
    Holder {
        name: "curl",
        marks: &["curl/"],
        piece: Piece::ServerStrings,
        sentence: "Show the server's whole answer, headers and body, and paste it here.",
        snippet: r"curl -sS -i 'URL' -H 'NAME: value'   # every header as it was sent",
    },
    Holder {
        name: "browser",
        marks: &["mozilla/"],
        piece: Piece::ServerStrings,
        sentence: "The browser keeps the server's answer although a page may not show it: copy it and paste it here.",
        snippet: r"DevTools > Network > the failed request > Response",
    },
    Holder {
        name: "curl",
        marks: &["curl/"],
        piece: Piece::Request,
        sentence: "Show the request as it is sent, and the answer, and paste all of it here.",
        snippet: r"curl -sS -v 'URL' -H 'NAME: value' 2>&1   # every header as it was sent",
    },
    Holder {
        name: "browser",
        marks: &["mozilla/"],
        piece: Piece::Request,
        sentence: "Copy the request's headers (in Firefox) and paste them here.",
        snippet: r"DevTools > Network > right-click the failed request > Copy Value > Copy Request Headers",
    },
    Holder {
        name: "nginx",
        marks: &["server: nginx", "server: openresty"],
        piece: Piece::Request,
        sentence: "Let nginx log the request as the client sent it, before nginx changed it.",
        snippet: r"# in http { }; add a line for each signed header
log_format seen escape=none '$request_method $request_uri HTTP/1.1\nHost: $http_host\nAuthorization: $http_authorization\n';
access_log /var/log/nginx/seen.log seen;",
    },
];
