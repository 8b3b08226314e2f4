//! The host that a client connects to, where its Host header names another.
//!
//! Owns telling the two apart in the map of a request, and the remark. Must not know which of the two was signed.

use std::ops::Range;

use crate::engine::diagnose::Finding;
use crate::engine::document::{Documents, visible};
use crate::engine::intake::notation::printed::{Object, Value};
use crate::engine::intake::text::Text;

/// The remark that the host at the first of `places` is not the one at the second.
pub(super) fn another_host(
    docs: &Documents,
    text: &Text,
    (host, named): (Range<usize>, Range<usize>),
) -> Finding {
    let given = |place: &Range<usize>| docs.to_given(text.span(place.clone()));
    let shown = |place: &Range<usize>| visible::to_string(text.get(place.clone()));
    Finding::warning(
        "sent-to-another-host",
        format!(
            "The request is sent to {}, and its Host header names {}.",
            shown(&host),
            shown(&named)
        ),
        "A verifier takes the Host header, which is signed; with a bucket in the host's name it says which bucket is asked \
         for. Let the header be that of the URL, or sign for what is sent.",
    )
    .at(given(&host), "sent to")
    .at(given(&named), "the Host header")
}

/// The host `own` that a request is sent to, and the value of its Host header, where the two are not the same name.
pub(super) fn sent_to(
    text: &Text,
    own: Option<&Value>,
    map: &Object,
) -> Option<(Range<usize>, Range<usize>)> {
    let own = own.filter(|own| matches!(own, Value::Literal(_)))?.place();
    let is_host = |name: &Value| text.get(name.place()).eq_ignore_ascii_case(b"host");
    let member = map.members.iter().find(|member| is_host(&member.name))?;
    let named = matches!(member.value, Value::Literal(_)).then(|| member.value.place())?;
    // A port stands behind the one and not behind the other.
    let name = |place: &Range<usize>| {
        let host = text.get(place.clone());
        let end = memchr::memchr(b':', host).unwrap_or(host.len());
        host.get(..end).unwrap_or_default().to_ascii_lowercase()
    };
    let (a, b) = (name(&own), name(&named));
    let plain = |host: &[u8]| {
        let part = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-');
        !host.is_empty() && host.iter().all(part)
    };
    (plain(&a) && plain(&b) && a != b).then_some((own, named))
}
