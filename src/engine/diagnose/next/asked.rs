//! What was asked for, as far as it is known: for the lines of a command that sends it again.
//!
//! Owns putting method and URL into such lines, and a form's address and fields. Must not know who is asked, nor any
//! scheme's signature: of a URL that carries one, what stands behind its path is not repeated, and no value whose name tells
//! of a secret (`secret::names`).

use crate::engine::diagnose::Party;
use crate::engine::diagnose::facts::Facts;
use crate::engine::document::Documents;
use crate::engine::intake::{Given, PostForm, SignedRequest, is_mark};
use crate::engine::scheme::{FieldKind, Role};
use crate::engine::secret::{is_secret, is_secret_parameter, is_signature};

/// What stands for a URL where none is known, and for the method.
const URL: &str = "'URL'";
/// See [`URL`].
const METHOD: &str = "-X METHOD ";
/// The longest URL that is put in, in bytes.
const LONGEST: usize = 400;

/// A method and a URL.
pub(super) struct Asked {
    method: String,
    url: String,
    /// Whether the URL carries a signature, which is left out of it.
    presigned: bool,
}

impl Asked {
    /// The lines that send a presigned URL, whose end only the person has; `wrong` with another signature. None where
    /// the signature stands in a header.
    pub(super) fn presigned(&self, wrong: bool) -> Option<String> {
        let Self { method, url, .. } = self;
        let note = if wrong {
            "# the whole URL, the last character of its signature changed"
        } else {
            "# the whole URL, as it was sent"
        };
        let method = option(method);
        self.presigned
            .then(|| format!("{note}\ncurl -sS -i {method}'{url}?…'"))
    }
}

/// What states a method to curl.
fn option(method: &str) -> String {
    match method {
        "GET" => String::new(),
        "HEAD" => "-I ".to_owned(),
        method => format!("-X {method} "),
    }
}

/// What the signer's own canonical request, or the server's, names: the signer's is what was sent; none where a part of it is hidden, or where it may
/// not be repeated as it stands.
pub(super) fn asked(facts: &Facts<'_>) -> Option<Asked> {
    let case = facts.view.case;
    let request = facts.view.request.and_then(|at| case.requests.get(at));
    let own = || request.and_then(|request| of_request(&case.docs, request));
    let parties = || {
        let mut parties = [Party::Client, Party::Server].into_iter();
        parties.find_map(|party| asked_by(facts, party))
    };
    // A method that no request states stands in what was signed.
    if request.is_some_and(|request| matches!(request.method, Given::Stated(_))) {
        own().or_else(parties)
    } else {
        parties().or_else(own)
    }
}

/// The same, of the request itself, where it is whole enough to be sent again.
fn of_request(docs: &Documents, request: &SignedRequest) -> Option<Asked> {
    let text = |span| {
        std::str::from_utf8(docs.bytes(span))
            .ok()
            .map(str::trim)
            .filter(|text| is_plain(text))
    };
    let method = match request.method {
        Given::Stated(method) => text(method)?,
        Given::Implied(method) => method,
    };
    let host = request.headers.iter().find_map(|header| {
        let name = match &header.name {
            Given::Stated(name) => docs.bytes(*name),
            Given::Implied(name) => name.as_bytes(),
        };
        let is_host = [&b"host"[..], b":authority"].contains(&&*name.to_ascii_lowercase());
        text(header.value).filter(|_| is_host)
    });
    let host = match host {
        Some(host) => host,
        None => text(request.target.authority?)?,
    };
    let path = match docs.bytes(request.target.path) {
        b"" => "/",
        _ => text(request.target.path)?,
    };
    let query = request.target.query.map(|query| docs.text(query));
    let names = query.as_deref().unwrap_or_default().split('&');
    let mut names = names.filter_map(|one| one.split('=').next());
    let presigned = names.clone().any(is_signature);
    // Of headers without their request line nobody knows what they ask for.
    if request.target.whole.is_empty() {
        return None;
    }
    let hidden = docs.is_masked(request.target.path)
        || !presigned && request.target.query.is_some_and(|q| docs.is_masked(q));
    if hidden || !presigned && names.any(|name| !name.is_empty() && is_signing(name)) {
        return None;
    }
    let stated = request.target.scheme.and_then(text);
    // The handshake of a WebSocket is a request of HTTP.
    let scheme = match stated.map(str::to_ascii_lowercase).as_deref() {
        Some("https" | "wss") => "https",
        Some("http" | "ws") => "http",
        _ if is_told_secure(docs, host) => "https",
        _ => scheme_of(host),
    };
    let mut url = format!("{scheme}://{host}{path}");
    if let Some(query) = query
        .as_deref()
        .filter(|query| !presigned && !query.is_empty())
    {
        let query = is_plain(query).then_some(query)?;
        url = format!("{url}?{query}");
    }
    let method = method.to_ascii_uppercase();
    is_sendable(&method, host, path, &url).then_some(Asked {
        method,
        url,
        presigned,
    })
}

/// Whether method, host and path are ones, and a line can hold the URL.
fn is_sendable(method: &str, host: &str, path: &str, url: &str) -> bool {
    path.starts_with('/')
        && !method.is_empty()
        && method.bytes().all(|b| b.is_ascii_uppercase())
        && host.contains(['.', ':'])
        && !is_mark(host.as_bytes())
        && url.len() <= LONGEST
}

/// Whether a URL of this very host, port and all, stands in what was pasted, and is one of TLS.
fn is_told_secure(docs: &Documents, host: &str) -> bool {
    let url = format!("https://{host}");
    docs.given().any(|(_, document)| {
        let bytes = document.bytes();
        memchr::memmem::find_iter(bytes, url.as_bytes()).any(|at| {
            let next = bytes.get(at + url.len());
            next.is_none_or(|b| !b.is_ascii_alphanumeric() && !matches!(b, b':' | b'-'))
        })
    })
}

/// By which scheme a host is asked that states none.
fn scheme_of(host: &str) -> &'static str {
    let bare = host.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let port = host.rsplit_once(':').map(|(_, port)| port);
    if port.is_some_and(|port| port != "443") || bare {
        "http"
    } else {
        "https"
    }
}

/// The same, of one party.
fn asked_by(facts: &Facts<'_>, party: Party) -> Option<Asked> {
    let compared = &facts.stage(Role::CanonicalRequest)?.comparison;
    let column = compared.columns.iter().position(|c| c.party == party)?;
    let mut rows = compared.rows.iter().filter_map(|row| {
        let value = row.values.get(column)?.as_ref()?;
        Some((&row.key, value.bytes.as_ref()))
    });
    let (mut method, mut path, mut host) = (None, None, None);
    let mut parameters = Vec::new();
    for (key, value) in rows.by_ref() {
        let text = std::str::from_utf8(value)
            .ok()
            .filter(|text| is_plain(text));
        match (key.kind, key.name.as_deref()) {
            (FieldKind::METHOD, _) => method = text,
            (FieldKind::PATH, _) => path = text,
            (FieldKind::HEADER, Some("host")) => host = text,
            // A signature in the query is made anew, and a token in it is nobody's to repeat.
            (FieldKind::QUERY, Some(name)) if is_signing(name) => return None,
            (FieldKind::QUERY, Some(name)) => {
                parameters.push(format!("{name}={}", text.unwrap_or_default()));
            }
            (FieldKind::QUERY, None) if !value.is_empty() => return None,
            _ => {}
        }
    }
    let (method, path, host) = (method?, path?, host?);
    let mut url = format!("{}://{host}{path}", scheme_of(host));
    if !parameters.is_empty() {
        url = format!("{url}?{}", parameters.join("&"));
    }
    // A path that was encoded twice for its signature was sent otherwise.
    let sent = !path.contains("%25") && host.contains('.');
    (sent && is_sendable(method, host, path, &url)).then(|| Asked {
        method: method.to_owned(),
        url,
        presigned: false,
    })
}

/// Whether a parameter of this name is one of a signature, or a secret.
fn is_signing(name: &str) -> bool {
    let of_signer = name.to_ascii_lowercase().contains("credential");
    of_signer || is_signature(name) || is_secret_parameter(name) || !is_plain(name)
}

/// Whether a text stands for itself between single quotes, and hides nothing.
fn is_plain(text: &str) -> bool {
    let plain = |b: u8| {
        b.is_ascii_graphic() && !matches!(b, b'\'' | b'<' | b'>' | b'*' | b'[' | b']' | b'{' | b'}')
    };
    !text.is_empty() && text.bytes().all(plain) && !text.contains("...")
}

/// `lines` with method and URL in the places that are kept for them.
pub(super) fn filled(lines: &str, asked: Option<&Asked>) -> String {
    let Some(Asked {
        method,
        url,
        presigned,
    }) = asked
    else {
        return lines.to_owned();
    };
    let stated = option(method);
    let query = if *presigned { "?…" } else { "" };
    let url = format!("'{url}{query}'");
    if lines.contains(METHOD) {
        lines.replace(METHOD, &stated).replace(URL, &url)
    } else {
        lines.replace(URL, &format!("{stated}{url}"))
    }
}

/// The lines that send a form: its fields as they stand, but for what must not be shown, which is read from the environment; and
/// `whole` only with its policy and signature. Where a value cannot stand in a line, or the address is not here, a word
/// stands in its place.
pub(super) fn of_form(docs: &Documents, form: &PostForm, whole: bool) -> String {
    let url = form.url.filter(|url| !docs.is_masked(*url));
    let url = url.map(|url| docs.text(url).into_owned());
    let url = url.filter(|url| is_plain(url)).map(|url| {
        let (path, query) = url.split_once('?').unwrap_or((&url, ""));
        let mut names = query.split('&').filter_map(|one| one.split('=').next());
        if names.any(|name| !name.is_empty() && is_signing(name)) {
            format!("'{path}?…'")
        } else {
            format!("'{url}'")
        }
    });
    let mut lines = vec![format!("curl -sS -i {}", url.as_deref().unwrap_or(URL))];
    for field in &form.fields {
        let (name, value) = (docs.text(field.name), docs.text(field.value));
        if !is_name(&name) {
            continue;
        }
        let signs = name.eq_ignore_ascii_case("policy") || is_signature(&name);
        lines.push(
            if is_secret(&name) || docs.is_masked(field.value) || signs && !whole {
                format!("  --form-string \"{name}=${}\"", variable(&name))
            } else if value.contains('\'')
                || value.chars().any(char::is_control)
                || is_mark(value.as_bytes())
            {
                format!("  --form-string '{name}=VALUE'")
            } else {
                format!("  --form-string '{name}={value}'")
            },
        );
    }
    lines.push("  -F 'file=@FILE'".to_owned());
    lines.join(" \\\n")
}

/// The variable of the environment from which the value of a field is read: `PASSWORD`.
fn variable(name: &str) -> String {
    let name = name.to_ascii_uppercase();
    if name.contains("TOKEN") {
        return "SESSION_TOKEN".to_owned();
    }
    let name = name.trim_start_matches("X-").replace(['-', '.'], "_");
    // A name begins with a letter.
    let first = name.starts_with(|c: char| c.is_ascii_digit());
    format!("{}{name}", if first { "F_" } else { "" })
}

/// Whether a line may hold this name of a field.
fn is_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    !name.is_empty() && bytes.all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
}
