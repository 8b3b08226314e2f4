//! The lines of a string to sign of the schemes before Signature Version 4: shown and compared part by part, never made.
//!
//! Owns telling them apart. Must not know how any of these schemes signs.

use std::ops::Range;

use super::{Field, FieldKey, FieldKind, Role, Rule};
use crate::engine::intake::sas_lines;

/// The bucket and the object that are asked for, with the parameters that name a part of them.
const RESOURCE: FieldKind = FieldKind("resource");
/// Where the lines are laid down; Google's version 2 and Alibaba's version 1 have the same.
const SOURCE: &str =
    "Amazon S3 Developer Guide, Signing and authenticating REST requests (Signature Version 2)";

const METHOD: Rule = Rule {
    text: "The method, on the first line.",
    reference: SOURCE,
};
const SUM: Rule = Rule {
    text: "The value of Content-MD5; the line is empty where it is not sent.",
    reference: SOURCE,
};
const TYPE: Rule = Rule {
    text: "The value of Content-Type as it is sent; the line is empty where it is not.",
    reference: SOURCE,
};
const DATE: Rule = Rule {
    text: "The value of Date, or the second in which a signed URL ends; empty where the vendor's own date header is signed.",
    reference: SOURCE,
};
const HEADER: Rule = Rule {
    text: "Every header of the vendor that is sent, its name in lower case, in the order of the names.",
    reference: SOURCE,
};
const PLACE: Rule = Rule {
    text: "The bucket, the path as it is sent, and the parameters that name a part of the object, such as `?acl`.",
    reference: SOURCE,
};

/// Where the lines of the query services are laid down.
const QUERIES: &str = "AWS General Reference, Signature Version 2 signing process";
const HOST: Rule = Rule {
    text: "The host in lower case, on the second line.",
    reference: QUERIES,
};
const PATH: Rule = Rule {
    text: "The path, `/` where there is none.",
    reference: QUERIES,
};
const PARAMETER: Rule = Rule {
    text: "Every parameter but Signature, encoded, in the order of the names as bytes.",
    reference: QUERIES,
};

/// A line of a shared access signature.
const ACCESS: Rule = Rule {
    text: "A line for each parameter, decoded as it stands in the URL; the line is empty where it is not there.",
    reference: "Microsoft Learn, Azure Storage, Create a service SAS",
};

/// The parts of a string to sign, where it has all the lines of these schemes; none of any other text.
pub fn dissect(role: Role, text: &[u8]) -> Vec<Field> {
    match role {
        Role::StringToSign => parts(text)
            .or_else(|| of_query(text))
            .or_else(|| of_access(text))
            .unwrap_or_default(),
        Role::Request | Role::CanonicalRequest | Role::Key | Role::Signature => Vec::new(),
    }
}

fn parts(text: &[u8]) -> Option<Vec<Field>> {
    const LONGEST: usize = 16 << 10;
    let text = text.get(..text.len().min(LONGEST + 1))?;
    if text.len() > LONGEST {
        return None;
    }
    let mut start = 0;
    let mut lines = text.split(|b| *b == b'\n').map(|line| {
        let range = start..start + line.len();
        start = range.end + 1;
        (range, line)
    });
    let (method, verb) = lines.next()?;
    let upper = (3..=7).contains(&verb.len()) && verb.iter().all(u8::is_ascii_uppercase);
    let (sum, md5) = lines.next()?;
    let (kind, media) = lines.next()?;
    let (date, time) = lines.next()?;
    // In hexadecimal it is wrong, and is that line all the same.
    let hex = md5.len() == 32 && md5.iter().all(u8::is_ascii_hexdigit);
    let sum_fits = md5.is_empty() || md5.len() == 24 && md5.ends_with(b"==") || hex;
    let kind_fits = media.is_empty() || media.contains(&b'/') && !media.starts_with(b"/");
    let time_fits = time.is_empty() || time.iter().any(u8::is_ascii_digit);
    if !upper || !sum_fits || !kind_fits || !time_fits {
        return None;
    }
    let mut fields = vec![
        field(FieldKey::of(FieldKind::METHOD), method, METHOD),
        field(named("content-md5"), sum, SUM),
        field(named("content-type"), kind, TYPE),
        field(FieldKey::of(FieldKind::DATE), date, DATE),
    ];
    let mut resource = None;
    for (range, line) in lines {
        if resource.is_some() {
            return None;
        }
        if line.starts_with(b"/") {
            resource = Some(range);
            continue;
        }
        let colon = memchr::memchr(b':', line).filter(|_| line.starts_with(b"x-"))?;
        let name = String::from_utf8_lossy(line.get(..colon)?).into_owned();
        let nth = fields
            .iter()
            .filter(|field| field.key.name.as_ref() == Some(&name))
            .count();
        fields.push(field(
            FieldKey::named(FieldKind::HEADER, name, nth),
            range.start + colon + 1..range.end,
            HEADER,
        ));
    }
    fields.push(field(FieldKey::of(RESOURCE), resource?, PLACE));
    Some(fields)
}

/// The four lines of a request of the query services.
fn of_query(text: &[u8]) -> Option<Vec<Field>> {
    const MOST: usize = 200;
    let mut start = 0;
    let mut lines = text.split(|b| *b == b'\n').map(|line| {
        let range = start..start + line.len();
        start = range.end + 1;
        (range, line)
    });
    let (method, verb) = lines.next()?;
    let (host, name) = lines.next()?;
    let (path, slash) = lines.next()?;
    let (query, params) = lines.next()?;
    let fits = verb.iter().all(u8::is_ascii_uppercase)
        && (3..=7).contains(&verb.len())
        && !name.is_empty()
        && name
            .iter()
            .all(|b| b.is_ascii_alphanumeric() || b".-:_".contains(b))
        && slash.starts_with(b"/")
        && memchr::memmem::find(params, b"AWSAccessKeyId=").is_some();
    if !fits || lines.next().is_some() {
        return None;
    }
    let mut fields = vec![
        field(FieldKey::of(FieldKind::METHOD), method, METHOD),
        field(named("host"), host, HOST),
        field(FieldKey::of(FieldKind::PATH), path, PATH),
    ];
    let mut at = query.start;
    for pair in params.split(|b| *b == b'&').take(MOST) {
        let equals = memchr::memchr(b'=', pair).unwrap_or(pair.len());
        let name = String::from_utf8_lossy(pair.get(..equals)?).into_owned();
        let same = |field: &&Field| field.key.name.as_ref() == Some(&name);
        let nth = fields.iter().filter(same).count();
        let key = FieldKey::named(FieldKind::QUERY, name, nth);
        let value = (equals + 1).min(pair.len());
        fields.push(field(key, at + value..at + pair.len(), PARAMETER));
        at += pair.len() + 1;
    }
    Some(fields)
}

/// The lines of a shared access signature of Azure Storage: each is a parameter of its URL, but for what is asked for.
fn of_access(text: &[u8]) -> Option<Vec<Field>> {
    let lines = sas_lines(text)?.into_iter();
    let fields = lines.map(|(name, place)| {
        let key = match name {
            "resource" => FieldKey::of(RESOURCE),
            name => FieldKey::named(FieldKind::QUERY, name, 0),
        };
        field(key, place, ACCESS)
    });
    Some(fields.collect())
}

fn named(name: &str) -> FieldKey {
    FieldKey::named(FieldKind::HEADER, name, 0)
}

fn field(key: FieldKey, range: Range<usize>, rule: Rule) -> Field {
    Field {
        key,
        range,
        runs: Vec::new(),
        rule,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(String, &str)> {
        dissect(Role::StringToSign, text.as_bytes())
            .into_iter()
            .map(|field| (field.key.to_string(), text.get(field.range).unwrap()))
            .collect()
    }

    #[test]
    fn each_line_is_a_field() {
        let text =
            "PUT\n\nimage/png\nTue, 15 Sep 2015 17:45:58 GMT\nx-amz-acl:private\n/b/p.jpg?acl";
        let told = read(text);
        let names: Vec<&str> = told.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(
            names,
            [
                "method",
                "content-md5",
                "content-type",
                "date",
                "x-amz-acl",
                "resource"
            ]
        );
        assert_eq!(told[3].1, "Tue, 15 Sep 2015 17:45:58 GMT");
        assert_eq!(told[4].1, "private");
        assert_eq!(told[5].1, "/b/p.jpg?acl");
    }

    #[test]
    fn each_parameter_of_a_query_is_a_field() {
        let text =
            "GET\nsqs.us-east-1.amazonaws.com\n/\nAWSAccessKeyId=AKIDEXAMPLE&SignatureVersion=2";
        let told = read(text);
        assert_eq!(told[1], ("host".to_owned(), "sqs.us-east-1.amazonaws.com"));
        assert_eq!(told[2], ("path".to_owned(), "/"));
        assert_eq!(told[4], ("?SignatureVersion".to_owned(), "2"));
    }

    #[test]
    fn each_line_of_a_shared_access_signature_is_a_field() {
        let text = "r\n2026-11-22T10:00Z\n2026-11-23T10:00Z\n/blob/acct/cont/p\n\n\nhttps\n2022-11-02\nb\n\n\n\n\n\n\n";
        let told = read(text);
        assert_eq!(told.len(), 16);
        assert_eq!(told[0], ("?sp".to_owned(), "r"));
        assert_eq!(told[3], ("resource".to_owned(), "/blob/acct/cont/p"));
        assert_eq!(told[7], ("?sv".to_owned(), "2022-11-02"));
        assert_eq!(told[15], ("?rsct".to_owned(), ""));
    }

    #[test]
    fn other_texts_are_not_split() {
        for text in [
            "GET\n\n\n1624537054",
            "GET\n\n\n\n\n\n\n\n\nx-ms-date:a\n/account/b",
            "GET\nlocalhost:5000\n/\nAction=a",
            "AWS4-HMAC-SHA256\n20260402T140310Z\n20260402/eu-west-1/s3/aws4_request\nab",
            "get\n\n\n\n/b",
        ] {
            assert_eq!(read(text), [], "{text}");
        }
    }
}
