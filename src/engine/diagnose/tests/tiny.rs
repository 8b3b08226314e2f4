//! A scheme of three lines, and cases made by hand: diagnosis must not need to know any real scheme.

use bytes::Bytes;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

use crate::engine::Analysis;
use crate::engine::correct::{Correction, When};
use crate::engine::diagnose::{Finding, Holder, Piece};
use crate::engine::document::{Documents, Source, Span};
use crate::engine::intake::{
    Answer, Body, Case, Evidence, Given, Header, Integrity, Pattern, Shape, Side, SignedRequest,
    Target,
};
use crate::engine::scheme::{
    Attempt, Claim, Extent, Field, FieldKey, FieldKind, Now, OptionSpec, Outcome, Reason, Role,
    Rule, Scheme, SchemeId, Settings, Stage, StageBytes, StageId, Trace, View,
};
use crate::engine::secret::{Keyring, Material, NamedSecret, Sensitive};

pub(super) const SECRET: &str = "right-secret-right-secret";
pub(super) const REQUEST: &str = "GET /a%20b\nhost: h.example\nx-date: 2020\n";

const RULE: Rule = Rule {
    text: "A rule.",
    reference: "",
};

/// `METHOD\npath\nname:value\n…`, then `date\nhash`, then HMAC-SHA256 in lower hex.
pub(super) struct Tiny;

pub(super) fn canonical(request: &str) -> String {
    let mut lines = request.lines();
    let (method, path) = lines.next().unwrap().split_once(' ').unwrap();
    let mut out = format!("{method}\n{path}\n");
    for line in lines.filter(|line| !line.starts_with("x-signature")) {
        let (name, value) = line.split_once(':').unwrap();
        out.push_str(name);
        out.push(':');
        out.push_str(value.trim());
        out.push('\n');
    }
    out
}

pub(super) fn to_sign(canonical: &str) -> String {
    format!("2020\n{}", hex::encode(Sha256::digest(canonical)))
}

pub(super) fn sign(secret: &[u8], text: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).unwrap();
    mac.update(text);
    hex::encode(mac.finalize().into_bytes())
}

fn raw(keyring: &Keyring, place: usize) -> Option<Vec<u8>> {
    match &keyring.candidates.get(place)?.material {
        Material::Secret(secret) => Some(secret.expose().clone()),
        Material::DerivedKey(_) => None,
    }
}

fn stage(id: &'static str, role: Role, output: Option<String>) -> Stage {
    let output = output.map_or(StageBytes::Missing, |text| StageBytes::Public(text.into()));
    Stage {
        id: StageId(id),
        role,
        title: id,
        short: id,
        rule: RULE,
        fields: output
            .public()
            .map(|text| Tiny.dissect(role, text, Extent::Whole))
            .unwrap_or_default(),
        output,
        links: Vec::new(),
    }
}

impl Scheme for Tiny {
    fn ids(&self) -> &'static [SchemeId] {
        &[SchemeId("tiny")]
    }

    fn claim(&self, view: &View<'_>) -> Option<Claim> {
        let received = match view.request {
            Some(place) => view.case.requests[place]
                .headers
                .iter()
                .find(|h| matches!(&h.name, Given::Stated(n) if view.case.docs.bytes(*n) == b"x-signature"))
                .map(|h| Pattern::exact(h.value)),
            None => view.case.evidence.first()?.signature.clone(),
        };
        Some(Claim {
            scheme: SchemeId("tiny"),
            received,
            key_id: None,
            session_token: None,
            date: None,
            scope: None,
            signed_headers: Vec::new(),
        })
    }

    fn options(&self) -> &'static [OptionSpec] {
        &[]
    }

    fn trace(&self, view: &View<'_>, claim: &Claim) -> Trace {
        let docs = &view.case.docs;
        let text = view
            .request
            .map(|place| canonical(&docs.text(view.case.requests[place].span)));
        let signed = text.as_deref().map(to_sign);
        let received = claim.received.as_ref().map(|p| p.bytes(docs));
        let made = |place: usize| {
            let secret = raw(view.keyring, place)?;
            Some(sign(&secret, signed.as_ref()?.as_bytes()))
        };
        let attempts: Vec<Attempt> = view
            .keyring
            .candidates
            .iter()
            .enumerate()
            .map(|(candidate, secret)| Attempt {
                candidate,
                name: secret.name.clone(),
                near: false,
                outcome: match (&received, made(candidate)) {
                    (_, None) => Outcome::NotCheckable(Reason::NoRequest),
                    (None, _) => Outcome::NotCheckable(Reason::NothingReceived),
                    (Some(a), Some(b)) if a == b.as_bytes() => Outcome::Equal,
                    (Some(a), Some(b)) => Outcome::Differs {
                        at: a
                            .iter()
                            .zip(b.as_bytes())
                            .take_while(|(x, y)| x == y)
                            .count(),
                    },
                },
            })
            .collect();
        let best = attempts
            .iter()
            .find(|a| a.outcome.agrees())
            .or(attempts.first());
        let outcome = match (best, &received) {
            _ if view.request.is_none() => Outcome::NotCheckable(Reason::NoRequest),
            (_, None) => Outcome::NotCheckable(Reason::NothingReceived),
            (None, _) => Outcome::NotCheckable(Reason::NoSecret),
            (Some(best), _) => best.outcome,
        };
        let candidate = best.map(|a| a.candidate);
        let signature = candidate.and_then(made);
        Trace {
            scheme: claim.scheme,
            claim: claim.clone(),
            stages: vec![
                stage("request", Role::Request, None),
                stage("canonical-request", Role::CanonicalRequest, text),
                stage("string-to-sign", Role::StringToSign, signed),
                stage("key", Role::Key, None),
                stage("signature", Role::Signature, signature),
            ],
            attempts,
            candidate,
            body: None,
            body_verified: None,
            notes: Vec::new(),
            taken: Vec::new(),
            outcome,
        }
    }

    fn dissect(&self, role: Role, text: &[u8], _extent: Extent) -> Vec<Field> {
        let mut out = Vec::new();
        let mut at = 0;
        for (i, line) in text.split_inclusive(|b| *b == b'\n').enumerate() {
            let value = line.strip_suffix(b"\n").unwrap_or(line);
            let (key, skip) = match (role, i) {
                (Role::CanonicalRequest, 0) => (FieldKey::of(FieldKind::METHOD), 0),
                (Role::CanonicalRequest, 1) => (FieldKey::of(FieldKind::PATH), 0),
                (Role::CanonicalRequest, _) => {
                    let colon = value.iter().position(|b| *b == b':').unwrap_or(value.len());
                    let name = String::from_utf8_lossy(&value[..colon]).into_owned();
                    (
                        FieldKey::named(FieldKind::HEADER, name, 0),
                        (colon + 1).min(value.len()),
                    )
                }
                (Role::StringToSign, 0) => (FieldKey::of(FieldKind::DATE), 0),
                (Role::StringToSign, _) => (FieldKey::of(FieldKind::HASH), 0),
                (Role::Signature, _) => (FieldKey::of(FieldKind::SIGNATURE), 0),
                (Role::Request | Role::Key, _) => continue,
            };
            out.push(Field {
                key,
                range: at + skip..at + value.len(),
                runs: Vec::new(),
                rule: RULE,
            });
            at += line.len();
        }
        out
    }

    fn sign(
        &self,
        view: &View<'_>,
        _claim: &Claim,
        candidate: usize,
        text: &[u8],
    ) -> Option<Vec<u8>> {
        Some(sign(&raw(view.keyring, candidate)?, text).into_bytes())
    }

    fn holders(&self) -> &'static [&'static [Holder]] {
        const fn client(
            name: &'static str,
            marks: &'static [&'static str],
            piece: Piece,
        ) -> Holder {
            Holder {
                name,
                marks,
                piece,
                sentence: "Ask it.",
                snippet: "ask",
            }
        }
        const ALL: &[Holder] = &[
            client("other tiny client", &["other/"], Piece::ServerStrings),
            client("tiny client", &["tiny-client/2"], Piece::ServerStrings),
            client("tiny client", &["tiny-client/2"], Piece::Request),
        ];
        &[ALL]
    }

    fn silent_servers(&self) -> &'static [&'static str] {
        &["server: mute"]
    }

    fn findings(&self, _: &View<'_>, _: &Claim, _: &Trace) -> Vec<Finding> {
        Vec::new()
    }

    fn correct(&self, _: &View<'_>, _: &Claim, _: &Trace, _: When) -> Option<Correction> {
        None
    }
}

/// What somebody else printed.
#[derive(Clone, Debug, Default)]
pub(super) struct Said {
    pub(super) side: Option<Side>,
    pub(super) canonical: Option<String>,
    pub(super) to_sign: Option<String>,
    pub(super) signature: Option<String>,
    pub(super) code: Option<&'static str>,
    pub(super) integrity: Integrity,
    /// How its text begins.
    pub(super) head: &'static str,
}

impl Said {
    /// A server that refused, with the strings of `request`.
    pub(super) fn server(request: &str, signature: &str) -> Self {
        Self {
            side: Some(Side::Server),
            code: Some("SignatureDoesNotMatch"),
            ..Self::client(request, signature)
        }
    }

    /// A server that refused and says no more.
    pub(super) fn terse(code: &'static str) -> Self {
        Self {
            side: Some(Side::Server),
            code: Some(code),
            ..Self::default()
        }
    }

    /// A signer's log.
    pub(super) fn client(request: &str, signature: &str) -> Self {
        let text = canonical(request);
        Self {
            side: Some(Side::Client),
            to_sign: Some(to_sign(&text)),
            canonical: Some(text),
            signature: Some(signature.to_owned()),
            code: None,
            integrity: Integrity::Verified,
            head: "",
        }
    }
}

fn give(docs: &mut Documents, text: &str) -> Span {
    let id = docs.give(
        "test",
        Source::File,
        Bytes::copy_from_slice(text.as_bytes()),
    );
    docs.whole(id)
}

/// `request` with this signature.
pub(super) fn signed(request: &str, signature: &str) -> String {
    format!("{request}x-signature: {signature}\n")
}

/// A case of these parts.
pub(super) fn case(requests: &[String], said: &[Said]) -> Case {
    let mut case = Case::default();
    for text in requests {
        let whole = give(&mut case.docs, text);
        let mut headers = Vec::new();
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            let span = whole.part(at..at + line.len() - 1);
            if at > 0 {
                let colon = line.find(':').unwrap();
                headers.push(Header {
                    name: Given::Stated(span.until(colon)),
                    value: span.from(colon + 2),
                    line: span,
                });
            }
            at += line.len();
        }
        case.requests.push(SignedRequest {
            shape: Shape("tiny"),
            span: whole,
            method: Given::Implied("GET"),
            target: Target {
                whole: whole.until(0),
                scheme: None,
                authority: None,
                path: whole.until(0),
                query: None,
            },
            headers,
            body: Body::Absent,
        });
    }
    for said in said {
        let mut pattern = |text: &Option<String>| {
            text.as_ref()
                .map(|text| Pattern::exact(give(&mut case.docs, text)))
        };
        let canonical_request = pattern(&said.canonical);
        let string_to_sign = pattern(&said.to_sign);
        let signature = pattern(&said.signature);
        let code = said.code.map(|code| give(&mut case.docs, code));
        let span = give(&mut case.docs, said.head);
        case.evidence.push(Evidence {
            shape: Shape("s3-error-xml"),
            side: said.side,
            span,
            canonical_request,
            string_to_sign,
            signature,
            answer: code.map(|code| Answer {
                code: Some(code),
                ..Answer::default()
            }),
            integrity: said.integrity.clone(),
            repairs: Vec::new(),
        });
    }
    case
}

pub(super) fn ring(secrets: &[&str]) -> Keyring {
    let mut ring = Keyring::new();
    for secret in secrets {
        ring.push(NamedSecret {
            name: format!("place of {}", secret.len()),
            key_id: None,
            material: Material::Secret(Sensitive::new(secret.as_bytes().to_vec())),
            session_token: None,
        });
    }
    ring
}

/// Analyses the first request of the case, or its evidence alone.
pub(super) fn analyse(case: &Case, keyring: &Keyring) -> Analysis {
    let settings = Settings::new();
    let view = View {
        case,
        request: (!case.requests.is_empty()).then_some(0),
        keyring,
        settings: &settings,
        now: Now {
            at: chrono::DateTime::UNIX_EPOCH,
            stated: false,
        },
    };
    crate::engine::analyse(&[&Tiny], &view)
}
