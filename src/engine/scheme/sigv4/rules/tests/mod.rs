//! Every finding has a request that must bring it up and a look-alike that must not.

use bytes::Bytes;
use chrono::{DateTime, TimeZone as _, Utc};

use super::*;
use crate::engine::diagnose::Severity;
use crate::engine::document::{Documents, Source, Span};
use crate::engine::intake::{
    Answer, Body, Case, Evidence, Given, Header, Integrity, Shape, Side, SignedRequest, Target,
};
use crate::engine::scheme::sigv4::SigV4;
use crate::engine::scheme::{Now, Scheme as _, Settings};
use crate::engine::secret::{Keyring, Material, NamedSecret, Sensitive};

mod pairs;
mod words;

/// The documentation's S3 GET: signed for real (S3 API Reference, Authorization header examples).
const S3: &str = "GET /test.txt HTTP/1.1\n\
Host: examplebucket.s3.amazonaws.com\n\
Range: bytes=0-9\n\
x-amz-content-sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n\
x-amz-date: 20130524T000000Z\n\
Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,\
SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,\
Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41\n\n";

/// The same of the URL (S3 API Reference, query parameters).
const URL: &str = "https://examplebucket.s3.amazonaws.com/test.txt\
?X-Amz-Algorithm=AWS4-HMAC-SHA256\
&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request\
&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host\
&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404";

/// The IAM User Guide's request to IAM.
const IAM: &str = "GET /?Action=ListUsers&Version=2010-05-08 HTTP/1.1\n\
Host: iam.amazonaws.com\n\
Content-Type: application/x-www-form-urlencoded; charset=utf-8\n\
X-Amz-Date: 20150830T123600Z\n\
Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, \
SignedHeaders=content-type;host;x-amz-date, \
Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7\n\n";

/// What a test looks at.
#[derive(Clone, Debug)]
enum Input {
    /// A raw request.
    Raw(String),
    /// A URL alone.
    Url(String),
    /// An answer alone: code, message, details.
    Answer(
        &'static str,
        &'static str,
        &'static [(&'static str, &'static str)],
    ),
}

/// `base` with each first text, which must stand there, replaced by the second.
fn with(base: &str, changes: &[(&str, &str)]) -> String {
    let mut out = base.to_owned();
    for (from, to) in changes {
        assert!(out.contains(from), "{from:?} is not in the request");
        out = out.replacen(from, to, 1);
    }
    out
}

fn raw(base: &str, changes: &[(&str, &str)]) -> Input {
    Input::Raw(with(base, changes))
}

fn url(changes: &[(&str, &str)]) -> Input {
    Input::Url(with(URL, changes))
}

/// Reads by the plainest means: the tests of rules do not depend on how pastes are recognised.
fn case_of(input: &Input) -> Case {
    let mut docs = Documents::new();
    match input {
        Input::Raw(text) => {
            let request = request(&mut docs, text);
            Case {
                docs,
                requests: vec![request],
                ..Case::default()
            }
        }
        Input::Url(text) => {
            let doc = docs.give("url", Source::Argument, Bytes::from(text.clone()));
            let whole = docs.whole(doc);
            let at = |from: &str| text.find(from).unwrap_or(text.len());
            let authority = at("://") + 3;
            let path = text
                .match_indices('/')
                .map(|(at, _)| at)
                .find(|at| *at > authority)
                .unwrap();
            let authority = whole.part(authority..path);
            let request = SignedRequest {
                shape: Shape("presigned-url"),
                span: whole,
                method: Given::Implied("GET"),
                target: Target {
                    whole,
                    scheme: Some(whole.until(at("://"))),
                    authority: Some(authority),
                    path: whole.part(path..at("?")),
                    query: text.contains('?').then(|| whole.from(at("?") + 1)),
                },
                headers: vec![Header {
                    name: Given::Implied("host"),
                    value: authority,
                    line: authority,
                }],
                body: Body::Absent,
            };
            Case {
                docs,
                requests: vec![request],
                ..Case::default()
            }
        }
        Input::Answer(code, message, details) => {
            let evidence = answer(&mut docs, code, message, details);
            Case {
                docs,
                evidence: vec![evidence],
                ..Case::default()
            }
        }
    }
}

fn request(docs: &mut Documents, text: &str) -> SignedRequest {
    let doc = docs.give("request", Source::File, Bytes::from(text.to_owned()));
    let whole = docs.whole(doc);
    let head = text.find("\n\n").unwrap_or(text.len());
    let mut lines = Vec::new();
    let mut start = 0;
    for line in text.split('\n') {
        if start >= head {
            break;
        }
        lines.push(whole.part(start..start + line.len()));
        start += line.len() + 1;
    }
    let first = lines[0];
    let line = docs.text(first).into_owned();
    let method = line.find(' ').unwrap();
    let target = first.part(method + 1..line.rfind(" HTTP/").unwrap());
    let inside = docs.text(target).into_owned();
    let query = inside.find('?');
    let headers = lines[1..]
        .iter()
        .map(|line| {
            let text = docs.text(*line);
            // A pseudo-header begins with a colon.
            let colon = text.match_indices(':').map(|(at, _)| at).find(|at| *at > 0);
            let colon = colon.unwrap();
            Header {
                name: Given::Stated(line.until(colon)),
                value: line.from(colon + 1),
                line: *line,
            }
        })
        .collect();
    SignedRequest {
        shape: Shape("http-request"),
        span: whole,
        method: Given::Stated(first.until(method)),
        target: Target {
            whole: target,
            scheme: None,
            authority: None,
            path: target.until(query.unwrap_or(inside.len())),
            query: query.map(|q| target.from(q + 1)),
        },
        headers,
        body: if head == text.len() {
            Body::Absent
        } else {
            Body::Held {
                span: whole.from(head + 2),
                newline_in_doubt: false,
            }
        },
    }
}

fn answer(docs: &mut Documents, code: &str, message: &str, details: &[(&str, &str)]) -> Evidence {
    let mut text = String::new();
    let mut places = Vec::new();
    for part in [code, message]
        .into_iter()
        .chain(details.iter().map(|d| d.1))
    {
        places.push((text.len(), text.len() + part.len()));
        text.push_str(part);
        text.push('\n');
    }
    let doc = docs.give("answer", Source::File, Bytes::from(text));
    let span = |at: usize| Span::new(doc, places[at].0, places[at].1);
    let details = details
        .iter()
        .enumerate()
        .map(|(at, (name, _))| ((*name).to_owned(), span(at + 2)))
        .collect();
    Evidence {
        shape: Shape("s3-error-xml"),
        side: Some(Side::Server),
        span: docs.whole(doc),
        canonical_request: None,
        string_to_sign: None,
        signature: None,
        answer: Some(Answer {
            status: Some(403),
            code: Some(span(0)),
            message: Some(span(1)),
            details,
            ..Answer::default()
        }),
        integrity: Integrity::Unchecked,
        repairs: Vec::new(),
    }
}

/// The moment the S3 examples were signed, stated.
fn then() -> Now {
    stated("2013-05-24T00:00:00Z")
}

fn stated(at: &str) -> Now {
    Now {
        at: at.parse::<DateTime<Utc>>().unwrap(),
        stated: true,
    }
}

fn example_key(secret: &str) -> Keyring {
    let mut keyring = Keyring::new();
    keyring.push(NamedSecret {
        name: "the environment".to_owned(),
        key_id: None,
        material: Material::Secret(Sensitive::new(secret.as_bytes().to_vec())),
        session_token: None,
    });
    keyring
}

fn judge(case: &Case, keyring: &Keyring, now: Now) -> Vec<Finding> {
    let settings = Settings::new();
    let view = View {
        case,
        request: (!case.requests.is_empty()).then_some(0),
        keyring,
        settings: &settings,
        now,
    };
    if view.request.is_some() && SigV4.claim(&view).is_none() {
        return SigV4.unclaimed(&view);
    }
    let claim = SigV4.claim(&view).unwrap_or_else(|| Claim {
        scheme: crate::engine::scheme::sigv4::HEADER,
        received: None,
        key_id: None,
        session_token: None,
        date: None,
        scope: None,
        signed_headers: Vec::new(),
    });
    let trace = SigV4.trace(&view, &claim);
    findings(&view, &claim, &trace)
}

/// The findings on `input` when it was signed at the time of the S3 examples and judged then.
fn of(input: &Input) -> Vec<Finding> {
    judge(&case_of(input), &Keyring::new(), then())
}

fn find<'f>(found: &'f [Finding], id: &str) -> Option<&'f Finding> {
    found.iter().find(|finding| finding.id == id)
}

#[test]
fn what_the_documentation_signed_is_without_blemish() {
    let at_iam = stated("2015-08-30T12:36:05Z");
    for (input, now) in [
        (raw(S3, &[]), then()),
        (url(&[]), then()),
        (raw(IAM, &[]), at_iam),
    ] {
        let found = judge(&case_of(&input), &Keyring::new(), now);
        assert!(found.is_empty(), "{found:#?}");
    }
}

#[test]
fn names_are_stable_words_and_each_stands_once() {
    let mut ids: Vec<&str> = ALL.iter().map(|check| check.id).collect();
    for check in ALL {
        assert!(
            check
                .id
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'),
            "{}",
            check.id
        );
        assert!(
            !check.title.is_empty() && !check.reference.is_empty(),
            "{}",
            check.id
        );
    }
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), ALL.len());
}

#[test]
fn a_clock_that_nobody_stated_warns_and_the_servers_own_decides() {
    let local = |at: &str| Now {
        stated: false,
        ..stated(at)
    };
    let case = case_of(&raw(S3, &[]));
    let ring = Keyring::new();
    let old = judge(&case, &ring, local("2013-05-24T04:12:00Z"));
    let old = find(&old, "request-too-old").unwrap();
    assert_eq!(old.severity, Severity::Warning);
    assert!(
        old.message.contains("4 h 12 m ago by this machine's clock"),
        "{}",
        old.message
    );
    let old = judge(&case, &ring, stated("2013-05-24T04:12:00Z"));
    assert_eq!(
        find(&old, "request-too-old").unwrap().severity,
        Severity::Error
    );
    // The server's Date says that it came at once, whatever this machine's clock says.
    let mut case = case_of(&raw(S3, &[]));
    let mut evidence = answer(&mut case.docs, "SignatureDoesNotMatch", "", &[]);
    let span = evidence.span;
    let server = Utc.with_ymd_and_hms(2013, 5, 24, 0, 0, 3).unwrap();
    evidence.answer.as_mut().unwrap().clock = Some((server, span));
    case.evidence.push(evidence);
    let found = judge(&case, &ring, local("2026-01-01T00:00:00Z"));
    assert!(find(&found, "request-too-old").is_none(), "{found:#?}");
}

#[test]
fn an_answer_belongs_to_the_request_it_stands_behind() {
    use crate::engine::intake::{Part, Piece};
    let mut docs = Documents::new();
    let one = request(&mut docs, S3);
    let first = answer(
        &mut docs,
        "ExpiredToken",
        "The provided token has expired.",
        &[],
    );
    let two = request(&mut docs, IAM);
    let second = answer(
        &mut docs,
        "InvalidAccessKeyId",
        "The AWS Access Key Id you provided does not exist in our records.",
        &[("AWSAccessKeyId", "AKIAOTHER")],
    );
    let piece = |span, part| Piece {
        shape: Shape("t"),
        span,
        part,
    };
    let pieces = vec![
        piece(one.span, Part::Request(0)),
        piece(first.span, Part::Evidence(0)),
        piece(two.span, Part::Request(1)),
        piece(second.span, Part::Evidence(1)),
    ];
    let case = Case {
        docs,
        pieces,
        requests: vec![one, two],
        evidence: vec![first, second],
        ..Case::default()
    };
    let found = judge(&case, &Keyring::new(), then());
    assert!(find(&found, "server-token-expired").is_some());
    assert!(find(&found, "server-unknown-key").is_none());
}

#[test]
fn headers_to_send_with_a_url_are_all_signed_ones_but_host() {
    let settings = Settings::new();
    let ring = Keyring::new();
    let list = |input: &Input| {
        let case = case_of(input);
        let view = View {
            case: &case,
            request: Some(0),
            keyring: &ring,
            settings: &settings,
            now: then(),
        };
        let claim = SigV4.claim(&view).unwrap();
        required_headers(&view, &claim)
    };
    assert_eq!(
        list(&url(&[("=host&", "=content-type%3Bhost%3Bx-amz-acl&")])),
        ["content-type", "x-amz-acl"]
    );
    assert!(list(&url(&[])).is_empty());
    assert!(list(&raw(S3, &[])).is_empty());
}

#[test]
fn as_much_as_is_followed_is_judged_in_no_time() {
    let many = 4_000;
    let repeat = |one: &dyn Fn(usize) -> String| (0..many).map(one).collect::<Vec<_>>().concat();
    let names = repeat(&|n| format!("h{n};"));
    let headers = repeat(&|n| {
        format!(
            "x-amz-h{n}: 1
"
        )
    });
    let params = repeat(&|n| format!("&p{n}=1"));
    let input = raw(
        S3,
        &[
            ("/test.txt", &format!("/test.txt?a{params}")),
            ("Range: bytes=0-9\n", &headers),
            ("=host;", &format!("={names}host;")),
        ],
    );
    let case = case_of(&input);
    let settings = Settings::new();
    let ring = Keyring::new();
    let view = View {
        case: &case,
        request: Some(0),
        keyring: &ring,
        settings: &settings,
        now: then(),
    };
    let claim = SigV4.claim(&view).unwrap();
    let start = std::time::Instant::now();
    let facts = Facts::read(&view, &claim, None).unwrap();
    let mut out = Vec::new();
    headers::findings(&facts, &mut out);
    assert!(
        start.elapsed() < std::time::Duration::from_secs(2),
        "{:?}",
        start.elapsed()
    );
}
