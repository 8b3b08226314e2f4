//! Where a difference between what was signed and what the server had can be set right, other than by
//! signing anew: the setting that leaves a field alone.
//!
//! Owns the sentences and the lines to set. It must not claim who changed the field.

use crate::engine::diagnose::{Fix, FixCopy, Who};
use crate::engine::scheme::{FieldKey, FieldKind};

/// What to set so that the field arrives as it was signed; none where no setting is known.
pub(super) fn between(field: &FieldKey) -> Option<Fix> {
    let (title, text, lines) = match (field.kind, field.name.as_deref()) {
        (FieldKind::HEADER, Some("host")) => (
            "keep the Host that was signed".to_owned(),
            "If a proxy passes the request on, let it send the Host it received.".to_owned(),
            // nginx, ngx_http_proxy_module, proxy_set_header: $http_host is the field as received, while
            // the default is $proxy_host. Apache httpd, mod_proxy, ProxyPreserveHost.
            "# nginx\nproxy_set_header Host $http_host;\n# Apache httpd\nProxyPreserveHost On\n"
                .to_owned(),
        ),
        (FieldKind::HEADER, Some(name)) if is_plain(name) => {
            let shown = spelled(name);
            (
                format!("pass {shown} on as it came"),
                format!(
                    "If a proxy passes the request on, let it neither drop nor rewrite {shown}."
                ),
                // nginx, ngx_http_core_module, $http_name: the field's name in lower case, dashes as
                // underscores.
                format!(
                    "# nginx\nproxy_set_header {shown} $http_{};\n",
                    name.replace('-', "_")
                ),
            )
        }
        (FieldKind::PATH, _) => (
            "pass the path on as it came".to_owned(),
            "If nginx passes the request on, give proxy_pass no path, not even a slash: with one, nginx \
             writes the path anew."
                .to_owned(),
            "# nginx\nproxy_pass http://UPSTREAM;\n".to_owned(),
        ),
        (FieldKind::QUERY, _) => (
            "pass the query on as it came".to_owned(),
            "If nginx passes the request on, hand on the target as it was received: $args and rewrite build \
             the query anew."
                .to_owned(),
            // nginx, ngx_http_core_module, $request_uri: the full original request URI, with arguments.
            "# nginx\nproxy_pass http://UPSTREAM$request_uri;\n".to_owned(),
        ),
        _ => return None,
    };
    Some(Fix {
        who: Who::Between,
        title,
        text,
        copy: FixCopy::Text(lines),
    })
}

/// What to set where the verifier is one's own; none where no setting is known.
pub(super) fn verifier(field: &FieldKey) -> Option<Fix> {
    let is_host = field.kind == FieldKind::HEADER && field.name.as_deref() == Some("host");
    is_host.then(|| Fix {
        who: Who::Verifier,
        title: "verify the Host that was signed".to_owned(),
        text: "If the verifier is your own and the proxy must set another Host, hand the received one on beside \
               it, and let the verifier take it for the canonical request; from that proxy alone, for anybody \
               can send this header."
            .to_owned(),
        copy: FixCopy::Text(
            "# nginx, in front of the verifier\n# take this header from that proxy alone: anybody can send it\n\
             proxy_set_header X-Forwarded-Host $http_host;\n".to_owned(),
        ),
    })
}

/// Whether a name can stand in a setting as it is.
fn is_plain(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// `accept-encoding` as `Accept-Encoding`.
fn spelled(name: &str) -> String {
    let part = |part: &str| {
        let mut chars = part.chars();
        chars.next().map_or_else(String::new, |first| {
            first.to_ascii_uppercase().to_string() + chars.as_str()
        })
    };
    name.split('-').map(part).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(kind: FieldKind, name: &str) -> Option<String> {
        match between(&FieldKey::named(kind, name, 0))?.copy {
            FixCopy::Text(text) => Some(text),
            FixCopy::Correction => None,
        }
    }

    #[test]
    fn a_header_is_passed_on_by_its_own_variable() {
        let lines = |name| lines(FieldKind::HEADER, name);
        assert_eq!(
            lines("accept-encoding").unwrap(),
            "# nginx\nproxy_set_header Accept-Encoding $http_accept_encoding;\n"
        );
        assert!(
            lines("host")
                .unwrap()
                .contains("proxy_set_header Host $http_host;")
        );
    }

    #[test]
    fn a_name_that_would_break_the_setting_gives_none() {
        for name in ["", "a b", "a;b", "x_y", "é"] {
            assert_eq!(lines(FieldKind::HEADER, name), None, "{name}");
        }
    }

    #[test]
    fn a_changed_query_and_a_changed_host_have_settings_of_their_own() {
        assert_eq!(
            lines(FieldKind::QUERY, "prefix").unwrap(),
            "# nginx\nproxy_pass http://UPSTREAM$request_uri;\n"
        );
        let host = verifier(&FieldKey::named(FieldKind::HEADER, "host", 0)).unwrap();
        assert_eq!(host.who, Who::Verifier);
        assert_eq!(
            verifier(&FieldKey::named(FieldKind::HEADER, "range", 0)),
            None
        );
        assert_eq!(verifier(&FieldKey::of(FieldKind::PATH)), None);
    }
}
