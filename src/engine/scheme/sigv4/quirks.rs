//! What differs from service to service and from signer to signer, each as an enum. The options by
//! which a person may choose stand in `choices`.

use crate::engine::scheme::Settings;

/// How often the path is percent-encoded.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(super) enum PathEncoding {
    /// Once: the S3 family.
    Once,
    /// The path of the wire, once more: all other services.
    Twice,
}

/// Whether dot segments and empty segments of the path are resolved.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(super) enum PathNormalization {
    /// Kept: the S3 family, where they are part of the key.
    Keep,
    /// Resolved (RFC 3986 section 5.2.4), and `//` becomes `/`: all other services.
    Normalize,
}

/// Which runs of blanks inside a header's value become one.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(super) enum HeaderBlanks {
    /// Spaces only, as the AWS documents have it.
    Spaces,
    /// Tabs as well, as botocore and MinIO have it.
    All,
    /// Spaces only, and none between quotation marks, as older AWS documents had it.
    Unquoted,
}

impl HeaderBlanks {
    /// Its name as a choice.
    pub(super) fn id(self) -> &'static str {
        match self {
            Self::Spaces => "spaces",
            Self::All => "all",
            Self::Unquoted => "unquoted",
        }
    }
}

/// What becomes of a character of the target that must be percent-encoded and is not.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(super) enum RawInTarget {
    /// It is encoded, as the rules say of what stands there.
    Encoded,
    /// It is taken as its escape, which the wire had: where a path is encoded twice, that is encoded again.
    Escaped,
    /// It stays as it stands.
    Kept,
    /// As `Kept`, a space as `+`.
    Plus,
}

impl RawInTarget {
    /// Its name as a choice.
    pub(super) fn id(self) -> &'static str {
        match self {
            Self::Encoded => "encoded",
            Self::Escaped => "escaped",
            Self::Kept => "kept",
            Self::Plus => "plus",
        }
    }
}

/// What `+` in the query stands for.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(super) enum PlusInQuery {
    /// A space, as in forms.
    Blank,
    /// Itself.
    Literal,
}

/// What `+` in the path stands for. Verifiers differ: the documents let it stand for itself, and some
/// (scratchstack) read a space.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(super) enum PlusInPath {
    /// A space.
    Blank,
    /// Itself.
    Literal,
}

impl PlusInPath {
    /// Its name as a choice.
    pub(super) fn id(self) -> &'static str {
        match self {
            Self::Blank => "space",
            Self::Literal => "plus",
        }
    }
}

/// What becomes of nothing between two `&`.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(super) enum EmptyParameters {
    /// It is left out.
    Drop,
    /// It is a parameter without name and value, written `=`.
    Keep,
}

/// What stands in the line of the payload hash.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(super) enum Payload {
    /// What the service's rules say.
    Auto,
    /// `UNSIGNED-PAYLOAD`.
    Unsigned,
    /// The hash of the body that is here.
    Hash,
    /// What the request states.
    Stated,
}

/// Whether the session token of a query is part of what is signed.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(super) enum SessionToken {
    /// It is signed.
    Signed,
    /// It was appended after signing.
    Appended,
}

impl SessionToken {
    /// Its name as a choice.
    pub(super) fn id(self) -> &'static str {
        match self {
            Self::Signed => "signed",
            Self::Appended => "appended",
        }
    }

    /// The other one.
    pub(super) fn other(self) -> Self {
        match self {
            Self::Signed => Self::Appended,
            Self::Appended => Self::Signed,
        }
    }
}

/// How the host's value is written.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(super) enum HostValue {
    /// In lower case, without a default port.
    Canonical,
    /// As it was received.
    AsReceived,
    /// In lower case, without any port: of signers that take the name alone from the URL.
    WithoutPort,
    /// In lower case, with the default port of https.
    Port443,
    /// In lower case, with the default port of http.
    Port80,
    /// In lower case, with the port of the request's URL.
    UrlPort,
}

impl HostValue {
    /// Its name as a choice.
    pub(super) fn id(self) -> &'static str {
        match self {
            Self::Canonical => "canonical",
            Self::AsReceived => "as-received",
            Self::WithoutPort => "no-port",
            Self::Port443 => "port-443",
            Self::Port80 => "port-80",
            Self::UrlPort => "url-port",
        }
    }

    /// The other one.
    pub(super) fn other(self) -> Self {
        match self {
            Self::Canonical => Self::AsReceived,
            Self::AsReceived | Self::WithoutPort | Self::Port443 | Self::Port80 | Self::UrlPort => {
                Self::Canonical
            }
        }
    }
}

/// Which ports are the default.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(super) enum UrlScheme {
    /// 80.
    Http,
    /// 443.
    Https,
    /// It is not said: both count.
    Unknown,
}

/// The quirks in force for one request.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Quirks {
    pub(super) path_encoding: PathEncoding,
    pub(super) path_normalization: PathNormalization,
    pub(super) header_blanks: HeaderBlanks,
    /// Tried too; none where one was chosen.
    pub(super) header_blanks_otherwise: &'static [HeaderBlanks],
    pub(super) raw_in_target: RawInTarget,
    /// Tried too; none where one was chosen.
    pub(super) raw_in_target_otherwise: &'static [RawInTarget],
    pub(super) plus_in_path: PlusInPath,
    /// Tried too; none where one was chosen.
    pub(super) plus_in_path_otherwise: Option<PlusInPath>,
    pub(super) plus_in_query: PlusInQuery,
    pub(super) empty_parameters: EmptyParameters,
    pub(super) payload: Payload,
    /// The placement to start from, and whether it was chosen (then the other is not tried).
    pub(super) session_token: SessionToken,
    pub(super) session_token_chosen: bool,
    /// As above, for the host's value.
    pub(super) host_value: HostValue,
    pub(super) host_value_chosen: bool,
    /// None where the request's own word counts.
    pub(super) url_scheme: Option<UrlScheme>,
    /// In upper case; none where the request's own counts.
    pub(super) method: Option<String>,
    /// Chosen over the scope's.
    pub(super) service: Option<String>,
    /// Chosen over the scope's.
    pub(super) region: Option<String>,
    /// Whether the path rules were chosen rather than taken from the service.
    pub(super) path_chosen: bool,
}

/// The signing names whose path is encoded once and kept as it is. Botocore's endpoint rules switch
/// double encoding off for exactly these.
const S3_FAMILY: [&str; 4] = ["s3", "s3-outposts", "s3-object-lambda", "s3express"];

/// Whether `service`, a signing name, is of the S3 family.
pub(super) fn is_s3_family(service: &str) -> bool {
    S3_FAMILY.contains(&service)
}

impl Quirks {
    /// The value in force for each option, where one follows from the claim: `service`, `region` and
    /// `method` are those of the claim.
    pub(super) fn in_force(
        self,
        service: String,
        region: String,
        method: String,
    ) -> Vec<(&'static str, String)> {
        let encoding = match self.path_encoding {
            PathEncoding::Once => "once",
            PathEncoding::Twice => "twice",
        };
        let normalization = match self.path_normalization {
            PathNormalization::Keep => "keep",
            PathNormalization::Normalize => "normalize",
        };
        let plus = match self.plus_in_query {
            PlusInQuery::Blank => "space",
            PlusInQuery::Literal => "plus",
        };
        let empty = match self.empty_parameters {
            EmptyParameters::Drop => "drop",
            EmptyParameters::Keep => "keep",
        };
        let payload = match self.payload {
            Payload::Auto => "auto",
            Payload::Unsigned => "unsigned",
            Payload::Hash => "hash",
            Payload::Stated => "stated",
        };
        let mut out = vec![
            ("path-encoding", encoding.to_owned()),
            ("path-normalization", normalization.to_owned()),
            ("header-blanks", self.header_blanks.id().to_owned()),
            ("plus-in-path", self.plus_in_path.id().to_owned()),
            ("raw-in-target", self.raw_in_target.id().to_owned()),
            ("plus-in-query", plus.to_owned()),
            ("empty-parameters", empty.to_owned()),
            ("payload", payload.to_owned()),
            ("session-token", self.session_token.id().to_owned()),
            ("host-value", self.host_value.id().to_owned()),
        ];
        let texts = [
            ("service", self.service.unwrap_or(service)),
            ("region", self.region.unwrap_or(region)),
            ("method", self.method.unwrap_or(method)),
        ];
        out.extend(texts.into_iter().filter(|(_, text)| !text.is_empty()));
        match self.url_scheme {
            Some(UrlScheme::Http) => out.push(("url-scheme", "http".to_owned())),
            Some(UrlScheme::Https) => out.push(("url-scheme", "https".to_owned())),
            Some(UrlScheme::Unknown) | None => {}
        }
        out
    }

    /// The quirks for a request whose scope names `service`, under these settings. A value that an
    /// option does not know is as if it were not given.
    pub(super) fn resolve(settings: &Settings, service: &str) -> Self {
        let chosen_service = settings.get("service").map(str::to_owned);
        let service = chosen_service.as_deref().unwrap_or(service);
        let s3 = is_s3_family(service);
        let encoding = settings.get("path-encoding").and_then(|v| match v {
            "once" => Some(PathEncoding::Once),
            "twice" => Some(PathEncoding::Twice),
            _ => None,
        });
        let normalization = settings.get("path-normalization").and_then(|v| match v {
            "keep" => Some(PathNormalization::Keep),
            "normalize" => Some(PathNormalization::Normalize),
            _ => None,
        });
        let token = settings.get("session-token").and_then(|v| match v {
            "signed" => Some(SessionToken::Signed),
            "appended" => Some(SessionToken::Appended),
            _ => None,
        });
        let host = settings.get("host-value").and_then(|v| match v {
            "canonical" => Some(HostValue::Canonical),
            "as-received" => Some(HostValue::AsReceived),
            "no-port" => Some(HostValue::WithoutPort),
            "port-443" => Some(HostValue::Port443),
            "port-80" => Some(HostValue::Port80),
            "url-port" => Some(HostValue::UrlPort),
            _ => None,
        });
        let plus_in_path = settings.get("plus-in-path").and_then(|v| match v {
            "space" => Some(PlusInPath::Blank),
            "plus" => Some(PlusInPath::Literal),
            _ => None,
        });
        Self {
            path_chosen: encoding.is_some() || normalization.is_some(),
            path_encoding: encoding.unwrap_or(if s3 {
                PathEncoding::Once
            } else {
                PathEncoding::Twice
            }),
            path_normalization: normalization.unwrap_or(if s3 {
                PathNormalization::Keep
            } else {
                PathNormalization::Normalize
            }),
            header_blanks: match settings.get("header-blanks") {
                Some("all") => HeaderBlanks::All,
                Some("unquoted") => HeaderBlanks::Unquoted,
                _ => HeaderBlanks::Spaces,
            },
            header_blanks_otherwise: match settings.get("header-blanks") {
                Some(_) => &[],
                None => &[HeaderBlanks::All, HeaderBlanks::Unquoted],
            },
            raw_in_target: match settings.get("raw-in-target") {
                Some("escaped") => RawInTarget::Escaped,
                Some("kept") => RawInTarget::Kept,
                Some("plus") => RawInTarget::Plus,
                _ => RawInTarget::Encoded,
            },
            raw_in_target_otherwise: match settings.get("raw-in-target") {
                Some(_) => &[],
                None => &[RawInTarget::Escaped, RawInTarget::Kept, RawInTarget::Plus],
            },
            plus_in_path: plus_in_path.unwrap_or(PlusInPath::Literal),
            plus_in_path_otherwise: match plus_in_path {
                Some(_) => None,
                None => Some(PlusInPath::Blank),
            },
            plus_in_query: match settings.get("plus-in-query") {
                Some("plus") => PlusInQuery::Literal,
                _ => PlusInQuery::Blank,
            },
            empty_parameters: match settings.get("empty-parameters") {
                Some("keep") => EmptyParameters::Keep,
                _ => EmptyParameters::Drop,
            },
            payload: match settings.get("payload") {
                Some("unsigned") => Payload::Unsigned,
                Some("hash") => Payload::Hash,
                Some("stated") => Payload::Stated,
                _ => Payload::Auto,
            },
            // AWS IoT's gateway is the one service known to want the token behind the signature
            // (aws/aws-sdk-js-v3#3417).
            session_token: token.unwrap_or(if service == "iotdevicegateway" {
                SessionToken::Appended
            } else {
                SessionToken::Signed
            }),
            session_token_chosen: token.is_some(),
            host_value: host.unwrap_or(HostValue::Canonical),
            host_value_chosen: host.is_some(),
            url_scheme: settings.get("url-scheme").and_then(|v| match v {
                "http" => Some(UrlScheme::Http),
                "https" => Some(UrlScheme::Https),
                _ => None,
            }),
            method: settings
                .get("method")
                .filter(|method| !method.is_empty())
                .map(str::to_ascii_uppercase),
            region: settings.get("region").map(str::to_owned),
            service: chosen_service,
        }
    }
}
