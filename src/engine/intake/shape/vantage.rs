//! Where a request was seen, as the heading above it says: "as the client sent it", "nginx:", "received by the origin".
//!
//! Owns the table of those words. Must not know requests, nor what differs between two of them.

use super::printed;
use crate::engine::intake::Case;

/// Where a request was seen.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub struct Vantage {
    /// The part of the way.
    pub part: WayPart,
    /// The word that says so, as it is known: `nginx`, `origin`.
    pub word: &'static str,
}

/// A part of the way of a request.
#[derive(Copy, Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum WayPart {
    /// Where it was sent.
    Sent,
    /// Something between the two ends.
    Between,
    /// Where it arrived.
    Arrived,
}

/// Who sends requests.
const CLIENTS: [&str; 14] = [
    "client", "clients", "browser", "sdk", "sender", "signer", "postman", "app", "caller",
    "botocore", "boto3", "cli", "curl", "rclone",
];

/// What hands requests on.
const BETWEEN: [&str; 24] = [
    "nginx",
    "proxy",
    "haproxy",
    "envoy",
    "traefik",
    "cloudfront",
    "cloudflare",
    "cdn",
    "alb",
    "elb",
    "ingress",
    "gateway",
    "varnish",
    "caddy",
    "apache",
    "squid",
    "istio",
    "kong",
    "balancer",
    "akamai",
    "fastly",
    "waf",
    "apisix",
    "openresty",
];

/// Who verifies them.
const SERVERS: [&str; 11] = [
    "origin", "server", "backend", "upstream", "receiver", "verifier", "minio", "ceph", "rgw",
    "garage", "storage",
];

/// What a sender does.
const SENT: [&str; 5] = ["sent", "sends", "send", "sending", "outgoing"];

/// What something between does with a request: what is seen then is what comes out of it.
const PASSED: [&str; 6] = [
    "passed",
    "passes",
    "forwarded",
    "forwards",
    "proxied",
    "relayed",
];

/// What a receiver does.
const ARRIVED: [&str; 8] = [
    "received", "receives", "receive", "arrived", "arrives", "arriving", "incoming", "got",
];

impl Case {
    /// Where a request was seen, as a heading above it says; none where there is none or it may say either.
    pub fn vantage(&self, request: usize) -> Option<Vantage> {
        let span = self.requests.get(request)?.span;
        said(&printed::heading(&self.docs, self.docs.to_given(span))?)
    }
}

/// Words that turn the others round, or tell of something else than what was seen there.
const TURNING: [&str; 18] = [
    "without",
    "bypassing",
    "bypass",
    "bypassed",
    "not",
    "no",
    "instead",
    "before",
    "after",
    "behind",
    "example",
    "docs",
    "documentation",
    "edited",
    "expected",
    "skipping",
    "never",
    "if",
];

/// What the words of a heading say.
fn said(words: &[String]) -> Option<Vantage> {
    if words.iter().any(|word| TURNING.contains(&word.as_str())) {
        return None;
    }
    let find = |table: &[&'static str]| {
        let known = |word: &String| table.iter().copied().find(|known| known == word);
        words.iter().find_map(known)
    };
    let (client, between, server) = (find(&CLIENTS), find(&BETWEEN), find(&SERVERS));
    let (sent, arrived) = (find(&SENT), find(&ARRIVED));
    let handed_on = sent.or_else(|| find(&PASSED)).is_some();
    let (part, word) = match (client, between, server, sent, arrived) {
        // What it sends on is no longer what came to it; it came to the next, as `what nginx passed to the backend`.
        (None, Some(_), None, _, None) if handed_on => return None,
        (None, Some(between), Some(word), _, None) if handed_on => {
            // What the backend sends to nginx did not come to the backend.
            let place = |name: &str| words.iter().position(|word| word == name);
            (place(between)? < place(word)?).then_some((WayPart::Arrived, word))?
        }
        // `As nginx received it (origin)`: who stands before the verb received it.
        (None, Some(between), Some(server), None, Some(arrived)) => {
            let place = |name: &str| words.iter().position(|word| word == name);
            let verb = place(arrived)?;
            let nearest = [(WayPart::Between, between), (WayPart::Arrived, server)]
                .into_iter()
                .filter_map(|(part, name)| Some((place(name).filter(|at| *at < verb)?, part, name)))
                .max_by_key(|(at, ..)| *at);
            let (_, part, name) = nearest?;
            (part, name)
        }
        (None, Some(word), None, ..) => (WayPart::Between, word),
        // One party is named, and what it does is its own part, or not said; `sent to the server`, `as the client sent it to
        // the server`; or nobody is named.
        (Some(word), None, None, _, None)
        | (_, None, Some(_), Some(word), None)
        | (None, None, None, Some(word), None) => (WayPart::Sent, word),
        // The same, and `received from the client`.
        (None, None, Some(word), None, _)
        | (Some(_), None, _, None, Some(word))
        | (None, None, None, None, Some(word)) => (WayPart::Arrived, word),
        _ => return None,
    };
    Some(Vantage { part, word })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_says_on_which_part_of_the_way_a_request_was_seen() {
        let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        for (heading, part) in [
            ("as the client sent it", Some(WayPart::Sent)),
            ("client", Some(WayPart::Sent)),
            ("sent to the server", Some(WayPart::Sent)),
            ("outgoing", Some(WayPart::Sent)),
            ("nginx", Some(WayPart::Between)),
            ("as received by the proxy", Some(WayPart::Between)),
            ("origin", Some(WayPart::Arrived)),
            ("as the origin received it", Some(WayPart::Arrived)),
            ("received from the client", Some(WayPart::Arrived)),
            ("what arrived", Some(WayPart::Arrived)),
            // Either may be meant.
            ("from the client through nginx", None),
            ("between client and server", None),
            ("sent and received", None),
            ("the second one", None),
            ("bypassing nginx", None),
            ("without the proxy", None),
            ("what nginx sends upstream", Some(WayPart::Arrived)),
            ("what nginx passed to the backend", Some(WayPart::Arrived)),
            ("as nginx received it origin", Some(WayPart::Between)),
            (
                "what the backend received from nginx",
                Some(WayPart::Arrived),
            ),
            ("received by nginx in front of the server", None),
            ("what nginx sends on", None),
            ("what nginx passed on", None),
            ("forwarded", None),
            ("before the proxy", None),
            ("server example from the docs", None),
        ] {
            let told = said(&words(heading));
            assert_eq!(told.map(|vantage| vantage.part), part, "{heading}");
        }
    }
}
