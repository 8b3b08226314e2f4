//! Who can be asked for a missing piece, how to tell that they are at hand, and what to type.
//!
//! Owns those that speak HTTP whatever the scheme; a scheme brings its own clients and servers
//! ([`Scheme::holders`](crate::engine::scheme::Scheme::holders)). What a holder gives must be of a shape that
//! intake reads: a log in a shape that is not read is no holder. No line here puts a secret into an argument
//! or a file.

use std::borrow::Cow;

/// A piece that may be missing.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub enum Piece {
    /// The server's canonical request and string to sign, in its answer.
    ServerStrings,
    /// The same in the server's own log: of those servers that never give them in an answer.
    ServerLog,
    /// The request as it was sent.
    Request,
    /// The request as it arrived, behind whatever lies between.
    Arrived,
    /// The canonical request and string to sign that the client signed.
    ClientStrings,
}

/// Somebody who has a piece.
#[derive(Copy, Clone, Debug)]
pub struct Holder {
    /// Who.
    pub name: &'static str,
    /// Lower-case marks in a User-Agent, in an answer or in the words of an error or a log that tell of it.
    pub marks: &'static [&'static str],
    /// What it has.
    pub piece: Piece,
    /// What to do, in one sentence.
    pub sentence: &'static str,
    /// The lines. One with `{name}` or `{variable}` stands for as many as there are signed headers:
    /// [`Holder::lines`].
    pub snippet: &'static str,
}

/// What stands for a header in such a line where none is known.
const UNKNOWN: [&str; 1] = ["NAME"];

impl Holder {
    /// The lines, with one for each signed header where the snippet has a line for them: `{name}` is its
    /// name, `{variable}` the same with underscores. Host and Authorization have lines of their own.
    #[must_use]
    pub fn lines(&self, signed: &[&str]) -> Cow<'static, str> {
        if !self.snippet.contains("{name}") {
            return Cow::Borrowed(self.snippet);
        }
        let names = if signed.is_empty() { &UNKNOWN } else { signed };
        let own = ["host", "authorization", ":authority"];
        let mut lines = Vec::new();
        for line in self.snippet.lines() {
            if !line.contains("{name}") {
                lines.push(line.to_owned());
                continue;
            }
            for name in names.iter().filter(|name| !own.contains(name)) {
                let variable = name.replace('-', "_");
                let line = line.replace("{name}", name);
                lines.push(line.replace("{variable}", &variable));
            }
        }
        Cow::Owned(lines.join("\n"))
    }
}

/// Those of no one scheme.
pub const EVERYBODY: &[Holder] = &[
    Holder {
        name: "curl",
        marks: &["curl/"],
        piece: Piece::ServerStrings,
        sentence: "Show the server's whole answer, headers and body, and paste it here.",
        snippet: r"curl -sS -i 'URL' -H 'NAME: value'   # every header as it was sent",
    },
    Holder {
        name: "browser",
        marks: &[
            "mozilla/",
            "cors policy",
            "cross-origin request blocked",
            "access control check",
            " by access-control-allow-",
        ],
        piece: Piece::ServerStrings,
        sentence: "The browser's network panel has the server's answer, in Firefox even where CORS hides it from the page; in Chromium copy the request then, which curl may send, and paste it with what is answered.",
        snippet: r"DevTools > Network > the failed request > Response
# empty there: right-click the request > Copy > Copy as cURL, run it with -i",
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
        sentence: "Copy the request as a curl command and paste it here.",
        snippet: r"DevTools > Network > right-click the failed request > Copy > Copy as cURL",
    },
    Holder {
        name: "nginx",
        marks: &["server: nginx", "server: openresty"],
        piece: Piece::Arrived,
        sentence: "Let nginx log the request as it reaches nginx, and paste the failed one here.",
        snippet: r"# in http { }
log_format seen escape=none '$request_method $request_uri HTTP/1.1\n'
  'Host: $http_host\nAuthorization: $http_authorization\n'
  '{name}: $http_{variable}\n'
  '\n';
access_log /var/log/nginx/seen.log seen;",
    },
    Holder {
        name: "HAProxy",
        marks: &["via: haproxy", "haproxy["],
        piece: Piece::Arrived,
        sentence: "Let HAProxy log the request as it reaches HAProxy, and paste the failed one here.",
        snippet: r#"# in the frontend
log stdout format raw local0
http-request set-var(txn.seen) req.hdrs
log-format "%HM %HU %HV\n%[var(txn.seen)]""#,
    },
    Holder {
        name: "Envoy",
        marks: &["server: envoy", "server: istio-envoy", "x-envoy-"],
        piece: Piece::Arrived,
        sentence: "Let Envoy log the request as it reaches Envoy, and paste the failed one here.",
        snippet: r#"# in the HttpConnectionManager
access_log:
- name: envoy.access_loggers.stdout
  typed_config:
    "@type": type.googleapis.com/envoy.extensions.access_loggers.stream.v3.StdoutAccessLog
    log_format:
      text_format_source:
        inline_string: |
          %REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% HTTP/1.1
          Host: %REQ(X-ENVOY-ORIGINAL-HOST?:AUTHORITY)%
          Authorization: %REQ(AUTHORIZATION)%
          {name}: %REQ({name})%"#,
    },
    Holder {
        name: "a listener",
        marks: &[],
        piece: Piece::Arrived,
        sentence: "Let what lies between pass one request to a listener in the server's place: it prints the request as it arrives.",
        snippet: r"nc -l 9000   # some builds: nc -l -p 9000",
    },
];
