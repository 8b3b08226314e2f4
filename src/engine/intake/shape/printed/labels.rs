//! What programs write in front of a canonical request or a string to sign, and whose text it then is.
//!
//! Owns the table. A text without any of these labels is read all the same; whose it is, the person says.

use std::ops::Range;

use super::grammar::Kind;
use super::words::{self, Said};
use crate::engine::intake::layers::colours;
use crate::engine::intake::text::Text;
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
    /// Where anybody writes its labels: what one of these must stand near, that the program is told by it.
    told_by: Told,
}

/// By what a program is told whose labels alone do not tell it.
#[derive(Debug)]
enum Told {
    /// Its labels are its own.
    Labels,
    /// One of these stands in front of the label.
    Front(&'static [&'static str]),
    /// A number stands in front of the label on its line: that of a log.
    Numbered,
    /// One of these stands near, as a name and not as a tag; or the text is the value of a member, `name: 'text'`.
    Member(&'static [&'static str]),
}

/// What the AWS Query and JSON services say of their strings in the message by which they refuse a signature.
pub(in crate::engine::intake) const SERVICE_TEXT: Shape = Shape("aws-error-text");

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
        told_by: Told::Front(&["botocore", "boto", "awscli"]),
    },
    Printer {
        // aws-sdk-go v1 aws/signer/v4 and aws-sdk-go-v2 aws/signer/v4, LogSigning
        shape: Shape("go-sdk-log"),
        called: "Go SDK log",
        side: Side::Client,
        canonical: &["---[ CANONICAL STRING"],
        to_sign: &["---[ STRING TO SIGN"],
        told_by: Told::Labels,
    },
    Printer {
        // aws-sdk-java AWS4Signer; aws-sdk-java-v2 AbstractAws4Signer
        shape: Shape("java-sdk-log"),
        called: "Java SDK log",
        side: Side::Client,
        canonical: &["AWS4 Canonical Request:"],
        to_sign: &["AWS4 String to Sign:", "AWS4 String to sign:"],
        told_by: Told::Labels,
    },
    Printer {
        // Ceph, rgw_auth_s3.cc
        shape: Shape("ceph-log"),
        called: "Ceph RGW log",
        side: Side::Server,
        canonical: &["canonical request = "],
        to_sign: &["string to sign = ", "s3:% string_to_sign="],
        told_by: Told::Numbered,
    },
    Printer {
        // aws-sigv4, http_request/sign.rs
        shape: Shape("rust-sdk-log"),
        called: "Rust SDK log",
        side: Side::Client,
        canonical: &["canonical_request="],
        to_sign: &["string_to_sign="],
        told_by: Told::Front(&["signing", "aws_sigv4"]),
    },
    Printer {
        // aws-sdk-cpp, AWSAuthV4Signer
        shape: Shape("cpp-sdk-log"),
        called: "C++ SDK log",
        side: Side::Client,
        canonical: &["Canonical Request String:"],
        to_sign: &["Final String to sign:"],
        told_by: Told::Labels,
    },
    Printer {
        // aws-c-auth, signing.c
        shape: Shape("crt-log"),
        called: "AWS CRT log",
        side: Side::Client,
        canonical: &["built canonical request for algorithm"],
        to_sign: &["built string-to-sign via algorithm"],
        told_by: Told::Labels,
    },
    Printer {
        // curl, lib/http_aws_sigv4.c
        shape: Shape("curl-log"),
        called: "curl -v",
        side: Side::Client,
        canonical: &["aws_sigv4: Canonical request", "* Canonical request:"],
        to_sign: &["aws_sigv4: String to sign", "* String to sign:"],
        told_by: Told::Labels,
    },
    Printer {
        // awscurl, awscurl.py
        shape: Shape("awscurl-log"),
        called: "awscurl -v",
        side: Side::Client,
        canonical: &["CANONICAL REQUEST = "],
        to_sign: &["STRING_TO_SIGN = "],
        told_by: Told::Labels,
    },
    Printer {
        // s3cmd, S3/Crypto.py
        shape: Shape("s3cmd-log"),
        called: "s3cmd -d",
        side: Side::Client,
        canonical: &["DEBUG: Canonical Request:"],
        to_sign: &[],
        told_by: Told::Labels,
    },
    Printer {
        // The text of the AWS Query and JSON services, as in their published error messages.
        shape: SERVICE_TEXT,
        called: "AWS error text",
        side: Side::Server,
        canonical: &["Canonical String for this request should have been"],
        to_sign: &["String-to-Sign should have been"],
        told_by: Told::Labels,
    },
    Printer {
        // s3backer, http_io.c
        shape: Shape("s3backer-log"),
        called: "s3backer log",
        side: Side::Client,
        canonical: &["auth: canonical request:"],
        to_sign: &["auth: string to sign:"],
        told_by: Told::Labels,
    },
    Printer {
        // Envoy, source/extensions/common/aws/signer_base_impl.cc: it signs what it passes on.
        shape: Shape("envoy-log"),
        called: "Envoy log",
        side: Side::Client,
        canonical: &["Canonical request:\n", "Canonical request:\r\n"],
        to_sign: &["String to sign:\n", "String to sign:\r\n"],
        told_by: Told::Front(&["[aws]", "envoy", "source/"]),
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
        told_by: Told::Labels,
    },
    Printer {
        // SeaweedFS, weed/s3api/auth_signature_v4.go, behind the file and line that glog prints
        shape: Shape("seaweedfs-log"),
        called: "SeaweedFS log",
        side: Side::Server,
        canonical: &["auth_signature_v4.go:% canonicalRequest: "],
        to_sign: &["auth_signature_v4.go:% stringToSign: "],
        told_by: Told::Labels,
    },
    Printer {
        // The names of S3's elements, as exceptions and their printers keep them.
        shape: Shape("s3-error-fields"),
        called: "S3 error, as a program printed it",
        side: Side::Server,
        canonical: &["CanonicalRequest"],
        to_sign: &["StringToSign"],
        told_by: Told::Member(&COMPANY),
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
    told_by: Told::Labels,
};

/// What a program prints where none is known by its labels.
const OWN: Shape = Shape("printed-strings");
/// What people call that.
const OWN_CALLED: &str = "labelled strings";

/// Names of an S3 error's other elements, which a program prints with its strings (Amazon S3 API Reference, error
/// responses).
const COMPANY: [&str; 7] = [
    "SignatureProvided",
    "StringToSignBytes",
    "CanonicalRequestBytes",
    "AWSAccessKeyId",
    "OSSAccessKeyId",
    "HostId",
    "RequestId",
];
/// How far around a string they are looked for, in bytes.
const AROUND: usize = 2048;

/// The longest that stands between the name of a member and its value, in bytes.
const MEMBER: usize = 16;

/// How such a line begins, behind the front of a log.
const OF_METRICS: &[u8] = b"Request metrics: ";

/// How far before a text its label may end, in bytes: dashes and words that a program puts between.
const NEAR: usize = 96;
/// The longest label, and what may stand between it and its text.
const WINDOW: usize = NEAR + 64;
/// How far before a label its program may name itself, in bytes.
const FRONT: usize = 120;

/// The printer of a line that says by its beginning whose all is that stands in it.
pub(super) fn of_line(before: &[u8]) -> Option<&'static Printer> {
    memchr::memmem::find(before, OF_METRICS).map(|_| &METRICS)
}

/// Who printed the text of this kind at `place`, and whose it is, as what stands in front of it tells.
pub(super) fn told(kind: Kind, text: &Text, place: &Range<usize>) -> Option<(Shape, Option<Side>)> {
    let before = |len: usize| text.get(place.start.saturating_sub(len)..place.start);
    if let Some(printer) = printer(kind, text, place) {
        return Some((printer.shape, Some(printer.side)));
    }
    // What somebody wrote behind it.
    let remark = || words::remarked(text.get(place.end..place.end + words::REMARK));
    let side = match words::said(before(words::WINDOW)) {
        Said::Side(side) => Some(side),
        Said::Named => remark().or(Some(Side::Client)),
        Said::Titled | Said::Nothing => remark(),
    };
    side.map(|side| (OWN, Some(side)))
}

/// The printer whose label stands nearest in front of `place`.
fn printer(kind: Kind, text: &Text, place: &Range<usize>) -> Option<&'static Printer> {
    let before = text.get(place.start.saturating_sub(WINDOW)..place.start);
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
        if !is_told(printer, text, place, before.get(end..).unwrap_or_default()) {
            continue;
        }
        // Of two labels at one place the first printer's says more.
        if best.is_none_or(|(held, _)| end > held + 2) {
            best = Some((end, printer));
        }
    }
    best.map(|(_, printer)| printer)
}

/// Whether what stands around the text at `place` tells the program, and not its label alone, behind which `gap` stands.
fn is_told(printer: &Printer, text: &Text, place: &Range<usize>, gap: &[u8]) -> bool {
    let before = |len: usize| text.get(place.start.saturating_sub(len)..place.start);
    match printer.told_by {
        Told::Labels => true,
        Told::Front(names) => {
            let front = before(WINDOW + FRONT);
            names
                .iter()
                .any(|name| memchr::memmem::find(front, name.as_bytes()).is_some())
        }
        Told::Numbered => {
            let line = text.line_start(place.start, place.start.saturating_sub(WINDOW + FRONT));
            let front = text.get(line..place.start);
            front.iter().take(24).any(u8::is_ascii_digit)
        }
        Told::Member(names) => {
            let front = before(MEMBER);
            let opens = |b: &u8| b" \t\"'`[>:=bu\\".contains(b);
            let open = front.iter().rev().take_while(|b| opens(b)).count();
            let between = front.get(front.len() - open..).unwrap_or_default();
            let quoted = between
                .last()
                .is_some_and(|b| matches!(b, b'"' | b'\'' | b'`' | b'>'));
            let assigned = between.contains(&b'=') && !between.contains(&b'>');
            // What a line calls an error prints is the error's.
            let line = text.line_start(place.start, place.start.saturating_sub(AROUND));
            let error = memchr::memmem::find(text.get(line..place.start), b"Error: ").is_some();
            // Words between a name and a text are a sentence: that names no member.
            let letters = gap
                .windows(2)
                .any(|two| two.iter().all(u8::is_ascii_alphabetic));
            if quoted && !assigned && !letters || error {
                return true;
            }
            let near = text.get(place.start.saturating_sub(AROUND)..place.end + AROUND);
            names.iter().any(|name| {
                memchr::memmem::find_iter(near, name.as_bytes()).any(|at| {
                    let tag = at.checked_sub(1).and_then(|at| near.get(at));
                    !matches!(tag, Some(b'<' | b'/' | b';'))
                })
            })
        }
    }
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

/// Whether no program is known by what stands in front of strings of this shape.
pub(super) fn is_own(shape: Shape) -> bool {
    shape == OWN
}

/// The words by which a service says in its message what the two texts should have been.
pub(super) fn of_service() -> impl Iterator<Item = &'static str> {
    let own = PRINTERS.iter().filter(|p| p.shape == SERVICE_TEXT);
    own.flat_map(|p| p.canonical.iter().chain(p.to_sign).copied())
}

/// What people call a shape of this table.
pub(in crate::engine::intake) fn called(shape: Shape) -> Option<&'static str> {
    PRINTERS
        .iter()
        .chain([&METRICS])
        .find(|printer| printer.shape == shape)
        .map(|printer| printer.called)
        .or((shape == OWN).then_some(OWN_CALLED))
}
