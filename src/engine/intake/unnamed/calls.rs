//! Secrets that are arguments of a call, in their place and without a name: `new MinioClient(host, id, "secret")`.
//!
//! Owns the calls and which of their arguments is the secret. Must not know what else holds secrets.

use std::ops::Range;

use super::{CALL, Found, LONGEST, SHORTEST, found, part, places};
use crate::engine::intake::stand_ins::is_name_of_secret;
use crate::engine::intake::text::Text;

/// A call that takes key id and secret side by side.
struct Call {
    /// The end of its name, or its beginning.
    name: &'static [u8],
    /// Arguments before the key id.
    before: usize,
    /// Whether only a key id that stands there as text, too, tells that the one behind it is a secret.
    with_id: bool,
}

/// Calls by words of their names. Credentials of every SDK (`BasicAWSCredentials`, `NewStaticCredentialsProvider`,
/// `AwsBasicCredentials.create`, `.credentials(…)` of minio-java, `NewStaticV4` of minio-go), and clients that take them
/// themselves: minio-dotnet, minio-java, minio-py and minio-go before version 7, the AWS SDK for .NET, boto 2 and 3,
/// requests-aws4auth, python-requests-aws, tinys3, Donovan Schönknecht's class S3 of PHP.
const CALLS: [Call; 17] = [
    call(b"redential", 0, true),
    call(b"StaticV", 0, true),
    call(b"BasicAWSCredentials", 0, false),
    call(b"BasicSessionCredentials", 0, false),
    call(b"AwsBasicCredentials", 0, false),
    call(b"NewStaticCredentials", 0, false),
    call(b"MinioClient", 1, false),
    call(b"Minio", 1, false),
    call(b"minio.New", 1, true),
    call(b"AmazonS3Client", 0, false),
    // Behind service, region, version, use_ssl, verify and endpoint_url.
    call(b"boto3.client", 6, false),
    call(b"boto3.resource", 6, false),
    call(b"boto3.Session", 0, false),
    call(b"S3Connection", 0, false),
    call(b"connect_s3", 0, false),
    call(b"AWS4Auth", 0, false),
    call(b"new S3", 0, true),
];

const fn call(name: &'static [u8], before: usize, with_id: bool) -> Call {
    Call {
        name,
        before,
        with_id,
    }
}

/// The secrets of every such call in `text`.
pub(super) fn calls(text: &Text) -> Vec<Found> {
    let mut out = Vec::new();
    for call in &CALLS {
        for at in places(text, call.name) {
            let near = text.get(at..at + LONGEST);
            // Of the general words the name goes on.
            let name = near
                .iter()
                .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b':'))
                .count();
            let whole = call.name.first().is_some_and(u8::is_ascii_lowercase)
                || near.get(..name).is_none_or(|rest| {
                    rest.is_empty() || rest.starts_with(b".") || rest.starts_with(b"Provider")
                });
            if !whole || near.get(name) != Some(&b'(') {
                continue;
            }
            let arguments = arguments(near, at, name + 1, call.before + 3);
            let Some([id, secret, rest @ ..]) = arguments.get(call.before..) else {
                continue;
            };
            match (id, secret) {
                (Some(id), Some(secret)) => {
                    let token = rest.first().cloned().flatten();
                    let words: Vec<Range<usize>> = [id.clone(), secret.clone()]
                        .into_iter()
                        .chain(token.filter(|_| call.before == 0 && call.with_id))
                        .collect();
                    out.extend(found(&words, text, CALL));
                }
                (None, Some(secret)) if !call.with_id && is_secret(text.get(secret.clone())) => {
                    out.push([Some(part(secret.clone(), CALL)), None, None]);
                }
                (_, None) | (None, Some(_)) => {}
            }
        }
    }
    out
}

/// Whether a text in the place of a secret is none of a variable's marks.
fn is_secret(text: &[u8]) -> bool {
    let placeholder = matches!(text.first(), Some(b'$' | b'<' | b'%' | b'{' | b'*' | b'['))
        || is_name_of_secret(text);
    text.len() >= SHORTEST && !placeholder
}

/// The arguments from `open` of `near` on, up to `most`: where each stands that is a literal, none for another.
fn arguments(near: &[u8], base: usize, open: usize, most: usize) -> Vec<Option<Range<usize>>> {
    let mut out = Vec::new();
    let mut at = open;
    while out.len() < most {
        let rest = near.get(at..).unwrap_or_default();
        let gap = rest
            .iter()
            .take_while(|b| b.is_ascii_whitespace() || **b == b',')
            .count();
        match rest.get(gap) {
            Some(quote @ (b'"' | b'\'' | b'`')) => {
                let inside = rest.get(gap + 1..).unwrap_or_default();
                let Some(end) = memchr::memchr(*quote, inside) else {
                    break;
                };
                let start = at + gap + 1;
                out.push(Some(base + start..base + start + end));
                at = start + end + 1;
            }
            // A name, perhaps of a member or an element, or with what names it in front: `accessKey: id`.
            Some(b) if b.is_ascii_alphabetic() || matches!(b, b'_' | b'$' | b'@') => {
                let name = |b: &u8| b.is_ascii_alphanumeric() || b"_$@.[]-> ".contains(b);
                let word = rest.get(gap..).unwrap_or_default();
                let len = word.iter().take_while(|b| name(b)).count();
                if word.get(len) != Some(&b',') {
                    break;
                }
                out.push(None);
                at += gap + len;
            }
            Some(_) | None => break,
        }
    }
    out
}
