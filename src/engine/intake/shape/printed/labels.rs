//! What programs write in front of a canonical request or a string to sign, and whose text it then is.
//!
//! Owns the table. A text without any of these labels is read all the same; whose it is, the person says.

use super::grammar::Kind;
use crate::engine::intake::layers::colours;
use crate::engine::intake::{Shape, Side};

/// A kind of log or message that prints such texts.
#[derive(Debug)]
pub(super) struct Printer {
    /// The shape's name.
    pub(super) shape: Shape,
    /// What people call it.
    pub(super) called: &'static str,
    /// Who computes what it prints.
    pub(super) side: Side,
    /// What stands in front of a canonical request.
    canonical: &'static [&'static str],
    /// What stands in front of a string to sign.
    to_sign: &'static [&'static str],
}

/// Every printer that is known, the more particular labels first. Each label is spelled as the program's
/// source has it; where two programs differ by the case of letters alone, that tells them apart. A `%` stands
/// for a word that differs from line to line.
const PRINTERS: [Printer; 16] = [
    Printer {
        // botocore, auth.py, SigV4Auth.add_auth
        shape: Shape("botocore-log"),
        called: "botocore log",
        side: Side::Client,
        canonical: &["CanonicalRequest:\n", "CanonicalRequest:\r\n"],
        to_sign: &["StringToSign:\n", "StringToSign:\r\n"],
    },
    Printer {
        // aws-sdk-go v1 aws/signer/v4 and aws-sdk-go-v2 aws/signer/v4, LogSigning
        shape: Shape("go-sdk-log"),
        called: "Go SDK log",
        side: Side::Client,
        canonical: &["---[ CANONICAL STRING"],
        to_sign: &["---[ STRING TO SIGN"],
    },
    Printer {
        // aws-sdk-java AWS4Signer; aws-sdk-java-v2 AbstractAws4Signer
        shape: Shape("java-sdk-log"),
        called: "Java SDK log",
        side: Side::Client,
        canonical: &["AWS4 Canonical Request:"],
        to_sign: &["AWS4 String to Sign:", "AWS4 String to sign:"],
    },
    Printer {
        // Ceph, rgw_auth_s3.cc
        shape: Shape("ceph-log"),
        called: "Ceph RGW log",
        side: Side::Server,
        canonical: &["canonical request = "],
        to_sign: &["string to sign = ", "s3:% string_to_sign="],
    },
    Printer {
        // aws-sigv4, http_request/sign.rs
        shape: Shape("rust-sdk-log"),
        called: "Rust SDK log",
        side: Side::Client,
        canonical: &["canonical_request="],
        to_sign: &["string_to_sign="],
    },
    Printer {
        // aws-sdk-cpp, AWSAuthV4Signer
        shape: Shape("cpp-sdk-log"),
        called: "C++ SDK log",
        side: Side::Client,
        canonical: &["Canonical Request String:"],
        to_sign: &["Final String to sign:"],
    },
    Printer {
        // aws-c-auth, signing.c
        shape: Shape("crt-log"),
        called: "AWS CRT log",
        side: Side::Client,
        canonical: &["built canonical request for algorithm"],
        to_sign: &["built string-to-sign via algorithm"],
    },
    Printer {
        // curl, lib/http_aws_sigv4.c
        shape: Shape("curl-log"),
        called: "curl -v",
        side: Side::Client,
        canonical: &["aws_sigv4: Canonical request", "* Canonical request:"],
        to_sign: &["aws_sigv4: String to sign", "* String to sign:"],
    },
    Printer {
        // awscurl, awscurl.py
        shape: Shape("awscurl-log"),
        called: "awscurl -v",
        side: Side::Client,
        canonical: &["CANONICAL REQUEST = "],
        to_sign: &["STRING_TO_SIGN = "],
    },
    Printer {
        // s3cmd, S3/Crypto.py
        shape: Shape("s3cmd-log"),
        called: "s3cmd -d",
        side: Side::Client,
        canonical: &["DEBUG: Canonical Request:"],
        to_sign: &[],
    },
    Printer {
        // The text of the AWS Query and JSON services, as in their published error messages.
        shape: Shape("aws-error-text"),
        called: "AWS error text",
        side: Side::Server,
        canonical: &["Canonical String for this request should have been"],
        to_sign: &["String-to-Sign should have been"],
    },
    Printer {
        // s3backer, http_io.c
        shape: Shape("s3backer-log"),
        called: "s3backer log",
        side: Side::Client,
        canonical: &["auth: canonical request:"],
        to_sign: &["auth: string to sign:"],
    },
    Printer {
        // Envoy, source/extensions/common/aws/signer_base_impl.cc: it signs what it passes on.
        shape: Shape("envoy-log"),
        called: "Envoy log",
        side: Side::Client,
        canonical: &["Canonical request:\n", "Canonical request:\r\n"],
        to_sign: &["String to sign:\n", "String to sign:\r\n"],
    },
    Printer {
        // Garage, src/api/common/signature/payload.rs; the module stands in front of each line of its log.
        shape: Shape("garage-log"),
        called: "Garage log",
        side: Side::Server,
        canonical: &[
            "garage%: canonical request:\n",
            "garage%: canonical request (presigned url):\n",
        ],
        to_sign: &["garage%: string to sign:\n"],
    },
    Printer {
        // SeaweedFS, weed/s3api/auth_signature_v4.go, behind the file and line that glog prints
        shape: Shape("seaweedfs-log"),
        called: "SeaweedFS log",
        side: Side::Server,
        canonical: &["auth_signature_v4.go:% canonicalRequest: "],
        to_sign: &["auth_signature_v4.go:% stringToSign: "],
    },
    Printer {
        // The names of S3's elements, as exceptions and their printers keep them.
        shape: Shape("s3-error-fields"),
        called: "S3 error, as a program printed it",
        side: Side::Server,
        canonical: &["CanonicalRequest"],
        to_sign: &["StringToSign"],
    },
];

/// What the SDK for .NET logs of a call in one line, as text or JSON: what was signed is among it, under the names
/// of S3's elements (aws-sdk-net, Amazon.Runtime.Internal.Util.RequestMetrics).
const METRICS: Printer = Printer {
    shape: Shape("dotnet-sdk-log"),
    called: ".NET SDK log",
    side: Side::Client,
    canonical: &[],
    to_sign: &[],
};
/// How such a line begins, behind the front of a log.
const OF_METRICS: &[u8] = b"Request metrics: ";

/// How far before a text its label may end, in bytes: dashes and words that a program puts between.
const NEAR: usize = 96;
/// The longest label, and what may stand between it and its text.
pub(super) const WINDOW: usize = NEAR + 64;

/// The printer of a line that says by its beginning whose all is that stands in it.
pub(super) fn of_line(before: &[u8]) -> Option<&'static Printer> {
    memchr::memmem::find(before, OF_METRICS).map(|_| &METRICS)
}

/// The printer whose label stands nearest at the end of `before`.
pub(super) fn printer(kind: Kind, before: &[u8]) -> Option<&'static Printer> {
    // Loggers colour their own words, and leave the message plain.
    let bare = colours(before);
    let before = bare.as_ref().map_or(before, |text| &text.bytes);
    let mut best: Option<(usize, &Printer)> = None;
    for printer in &PRINTERS {
        let labels = match kind {
            Kind::Canonical => printer.canonical,
            Kind::ToSign => printer.to_sign,
        };
        let end = labels
            .iter()
            .filter_map(|label| end_of(label, before))
            .max();
        let Some(end) = end.filter(|end| before.len() - end <= NEAR) else {
            continue;
        };
        // Of two labels at one place the first printer's says more.
        if best.is_none_or(|(held, _)| end > held + 2) {
            best = Some((end, printer));
        }
    }
    best.map(|(_, printer)| printer)
}

/// What stands in front of the signature that the client sent. A gateway logs its own beside it.
pub(super) fn of_signature(shape: Shape) -> &'static str {
    match shape.0 {
        "ceph-log" => "client signature",
        _ => "ignature",
    }
}

/// Where the last `label` of `before` ends.
fn end_of(label: &str, before: &[u8]) -> Option<usize> {
    let (first, last) = label.split_once('%').unwrap_or(("", label));
    let at = memchr::memmem::rfind(before, last.as_bytes())?;
    let word = before.get(..at)?.rsplit(u8::is_ascii_whitespace).next()?;
    word.starts_with(first.as_bytes())
        .then_some(at + last.len())
}

/// What people call a shape of this table.
pub(in crate::engine::intake) fn called(shape: Shape) -> Option<&'static str> {
    PRINTERS
        .iter()
        .chain([&METRICS])
        .find(|printer| printer.shape == shape)
        .map(|printer| printer.called)
}
