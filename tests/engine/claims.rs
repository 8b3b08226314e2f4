//! What a request, damaged or not, or evidence alone, says of its signature.

use sigscope::engine::document::{Documents, Source, Span};
use sigscope::engine::intake::{Case, Input, read};
use sigscope::engine::scheme::{Claim, Outcome, Reason, Role, StageBytes, Step, View, all};
use sigscope::engine::secret::Keyring;
use sigscope::report::{self, TextStyle};
use sigscope::workbench::Work;

use crate::common::{analyse, case_of, keyring, now, settings, text, work_of};

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

fn claim(case: &Case) -> Option<Claim> {
    let settings = settings(&[]);
    let view = View {
        case,
        request: Some(0),
        keyring: &Keyring::new(),
        settings: &settings,
        now: now(),
    };
    all().iter().find_map(|scheme| scheme.claim(&view))
}

fn shown(docs: &Documents, span: Option<Span>) -> String {
    span.map_or("-".to_owned(), |span| {
        String::from_utf8_lossy(docs.bytes(span)).into_owned()
    })
}

/// Key id, scope, signed headers and signature of an Authorization header, as read.
fn header(value: &str) -> Option<[String; 4]> {
    let raw = format!("GET / HTTP/1.1\nHost: example.com\nAuthorization: {value}\n\n");
    let case = case_of(raw.as_bytes());
    let claim = claim(&case)?;
    let docs = &case.docs;
    let names: Vec<String> = claim
        .signed_headers
        .iter()
        .map(|s| shown(docs, Some(*s)))
        .collect();
    Some([
        shown(docs, claim.key_id),
        shown(docs, claim.scope),
        names.join(";"),
        shown(docs, claim.received.and_then(|p| p.span())),
    ])
}

#[test]
fn separators_and_order_of_the_header_do_not_matter() {
    let want = Some(
        [
            "AKID",
            "20260301/r/s/aws4_request",
            "host;x-amz-date",
            "abc",
        ]
        .map(str::to_owned),
    );
    let credential = "Credential=AKID/20260301/r/s/aws4_request";
    let signed = "SignedHeaders=host;x-amz-date";
    for value in [
        format!("AWS4-HMAC-SHA256 {credential}, {signed}, Signature=abc"),
        format!("AWS4-HMAC-SHA256 {credential},{signed},Signature=abc"),
        format!("AWS4-HMAC-SHA256   Signature=abc ,\t{signed}  {credential}"),
        format!("AWS4-HMAC-SHA256 {credential},\n  {signed},\n\tSignature=abc"),
        format!("{credential}, {signed}, Signature=abc"), // the algorithm was lost
        format!("aws4-hmac-sha256 {credential}, {signed}, signature=abc,"),
    ] {
        assert_eq!(header(&value), want, "{value}");
    }
}

#[test]
fn a_damaged_header_yields_what_is_there() {
    let read = |value| header(value).unwrap().map(|s| s.clone());
    assert_eq!(
        read("AWS4-HMAC-SHA256 Credential=AKID"),
        ["AKID", "-", "", "-"]
    );
    assert_eq!(
        read("AWS4-HMAC-SHA256 Credential=AKID/20260301/r/s, Signature="),
        ["AKID", "20260301/r/s", "", ""]
    );
    assert_eq!(read("AWS4-HMAC-SHA256"), ["-", "-", "", "-"]);
    for not_ours in [
        "Bearer x",
        "AWS AKID:sig",
        "AWS4-ECDSA-P256-SHA256 Credential=A/1/s/aws4_request",
    ] {
        assert_eq!(header(not_ours), None, "{not_ours}");
    }
}

/// Key ids of hosts other than AWS may hold `/` and `:`; the scope never does.
#[test]
fn the_credential_is_read_from_the_right() {
    let read = header(
        "AWS4-HMAC-SHA256 Credential=tenant/a:b/20260301/r/s3/aws4_request, SignedHeaders=host, \
         Signature=abc",
    );
    assert_eq!(
        read.unwrap()[..2],
        ["tenant/a:b", "20260301/r/s3/aws4_request"].map(str::to_owned)
    );
}

#[test]
fn a_request_that_only_means_to_be_signed_is_not_claimed() {
    let case = case_of(b"GET / HTTP/1.1\nHost: example.com\nX-Amz-Date: 20260301T101500Z\n\n");
    assert_eq!(claim(&case), None);
}

/// A header named as signed that stands nowhere is an empty value, and it is said.
#[test]
fn an_absent_signed_header_is_empty_and_marked() {
    let case = case_of(
        b"GET / HTTP/1.1\nHost: example.com\nX-Amz-Date: 20260301T101500Z\nAuthorization: \
          AWS4-HMAC-SHA256 Credential=AKID/20260301/r/s3/aws4_request, \
          SignedHeaders=x-gone;x-amz-date;host;host, Signature=abc\n\n",
    );
    let trace = analyse(&case, &Keyring::new(), &settings(&[]))
        .trace
        .unwrap();
    let canonical = text(&trace, Role::CanonicalRequest);
    // As listed: order and duplicates too.
    assert!(
        canonical.contains(
            "\nx-gone:\nx-amz-date:20260301T101500Z\nhost:example.com\nhost:example.com\n\n\
             x-gone;x-amz-date;host;host\n"
        ),
        "{canonical}"
    );
    let stage = trace.stage(Role::CanonicalRequest).unwrap();
    let gone = stage
        .fields
        .iter()
        .find(|f| f.key.name.as_deref() == Some("x-gone"))
        .unwrap();
    assert_eq!(gone.runs[0].steps, [Step::Missing]);
}

/// Example of the S3 documents (GET Object), in ways in which a received signature is damaged.
#[test]
fn a_damaged_signature_is_told_from_a_wrong_one() {
    let right = "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41";
    let outcome = |signature: &str| {
        let raw = format!(
            "GET /test.txt HTTP/1.1\nHost: examplebucket.s3.amazonaws.com\nRange: bytes=0-9\n\
             x-amz-content-sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n\
             x-amz-date: 20130524T000000Z\nAuthorization: AWS4-HMAC-SHA256 Credential=\
             AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, \
             SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, Signature={signature}\n\n"
        );
        analyse(&case_of(raw.as_bytes()), &keyring(SECRET), &settings(&[]))
            .trace
            .unwrap()
            .outcome
    };
    assert_eq!(outcome(right), Outcome::Equal);
    assert_eq!(outcome(&right.to_uppercase()), Outcome::Differs { at: 0 });
    assert_eq!(outcome(right.split_at(60).0), Outcome::Differs { at: 60 });
    assert_eq!(outcome(&format!("{right}0")), Outcome::Differs { at: 64 });
    assert_eq!(
        outcome(&format!("{}...", right.split_at(32).0)),
        Outcome::Verified
    );
    assert_eq!(
        outcome(&format!("{}...", right.split_at(4).0)),
        Outcome::NotCheckable(Reason::TooShort)
    );
    assert_eq!(outcome("****"), Outcome::NotCheckable(Reason::Redacted));
}

/// Several candidates for one key id are all tried, by name, and the right one is shown.
#[test]
fn every_candidate_is_tried() {
    let raw = "GET / HTTP/1.1\nHost:example.amazonaws.com\nX-Amz-Date:20150830T123600Z\n\
               Authorization:AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/\
               aws4_request, SignedHeaders=host;x-amz-date, \
               Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31\n\n";
    let mut ring = keyring("wrong");
    ring.candidates
        .extend(keyring("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY").candidates);
    ring.candidates.extend(keyring("wrong too").candidates);
    let trace = analyse(&case_of(raw.as_bytes()), &ring, &settings(&[]))
        .trace
        .unwrap();
    assert_eq!(trace.candidate, Some(1));
    let agrees: Vec<bool> = trace.attempts.iter().map(|a| a.outcome.agrees()).collect();
    assert_eq!(agrees, [false, true, false]);
    let StageBytes::Sensitive(_) = trace.stage(Role::Key).unwrap().output else {
        panic!("the key is not public");
    };
}

fn work(input: &str, keyring: Keyring) -> Work {
    work_of(input, keyring, now())
}

/// A server's error without the request: scope, date and key id are read from it.
#[test]
fn evidence_alone_is_claimed_and_its_key_derived() {
    let error = "<?xml version=\"1.0\"?><Error><Code>SignatureDoesNotMatch</Code><Message>The request \
        signature we calculated does not match the signature you provided. Check your key and signing \
        method.</Message><AWSAccessKeyId>AKIAIOSFODNN7EXAMPLE</AWSAccessKeyId><StringToSign>AWS4-HMAC-\
        SHA256\n20130524T000000Z\n20130524/us-east-1/s3/aws4_request\n7344ae5b7ee6c3e7e6b0fe0640412a37\
        625d1fbfff95c48bbb2dc43964946972</StringToSign><SignatureProvided>f0e8bdb87c964420e857bd35b5d6\
        ed310bd44f0170aba48dd91039c6036bdb41</SignatureProvided></Error>";
    let work = work(error, keyring(SECRET));
    let trace = work.analysis.trace.as_ref().unwrap();
    let docs = &work.case.docs;
    assert_eq!(shown(docs, trace.claim.key_id), "AKIAIOSFODNN7EXAMPLE");
    assert_eq!(
        shown(docs, trace.claim.scope),
        "20130524/us-east-1/s3/aws4_request"
    );
    assert_eq!(shown(docs, trace.claim.date), "20130524T000000Z");
    assert_eq!(trace.outcome, Outcome::NotCheckable(Reason::NoRequest));
    // The string the server gives, signed with the key, is the signature of the S3 documents.
    let view = work.view();
    let string = work.case.evidence[0]
        .string_to_sign
        .as_ref()
        .unwrap()
        .bytes(docs);
    let signature = all()[0].sign(&view, &trace.claim, 0, &string).unwrap();
    assert_eq!(
        signature,
        b"f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
    );
}

/// The evidence of other schemes is left to them.
#[test]
fn evidence_of_an_older_scheme_is_not_claimed() {
    let input = Input {
        name: "paste".to_owned(),
        source: Source::Paste,
        bytes:
            "<Error><Code>SignatureDoesNotMatch</Code><Message>m</Message><StringToSign>GET\n\n\n\
                Tue, 27 Mar 2007 19:36:42 +0000\n/johnsmith/photos/puppy.jpg</StringToSign></Error>"
                .into(),
    };
    let case = read(&[input], None);
    let settings = settings(&[]);
    let view = View {
        case: &case,
        request: None,
        keyring: &Keyring::new(),
        settings: &settings,
        now: now(),
    };
    assert!(all().iter().all(|scheme| scheme.claim(&view).is_none()));
}

/// Region and service chosen by the person change key and string to sign, visibly, and nothing else.
#[test]
fn a_chosen_region_shows_in_the_string_to_sign() {
    let case = case_of(
        b"GET / HTTP/1.1\nHost: example.com\nX-Amz-Date: 20260301T101500Z\nAuthorization: \
          AWS4-HMAC-SHA256 Credential=AKID/20260301/r/s3/aws4_request, SignedHeaders=host, \
          Signature=abc\n\n",
    );
    let chosen = settings(&[("region", "eu-west-3")]);
    let trace = analyse(&case, &keyring(SECRET), &chosen).trace.unwrap();
    assert!(text(&trace, Role::StringToSign).contains("\n20260301/eu-west-3/s3/aws4_request\n"));
    let stage = trace.stage(Role::StringToSign).unwrap();
    let overridden = stage
        .fields
        .iter()
        .flat_map(|f| &f.runs)
        .any(|r| r.steps == [Step::Overridden]);
    assert!(overridden);
    assert_eq!(
        &trace.stage(Role::Key).unwrap().links[1].input[..],
        b"eu-west-3"
    );
}

/// A secret proves nothing of what is not verified, and is said to.
#[test]
fn a_secret_is_asked_for_only_where_a_signature_is_followed() {
    for (text, words) in [
        (
            "GET /cat.jpg HTTP/1.1\nHost: b.s3.amazonaws.com\nDate: Tue, 27 Mar 2007 19:36:42 +0000\n\
             Authorization: AWS AKIDEXAMPLE:bWq2s1WEIj+Ydj0vQ697zp+IXMU=\n\n",
            "nothing: ",
        ),
        (
            "<Error><Code>SignatureDoesNotMatch</Code><StringToSign>GET\n\n\nTue, 27 Mar 2007 19:36:42 +0000\n/b/cat.jpg</StringToSign></Error>",
            "nothing: ",
        ),
        (
            "GET / HTTP/1.1\nHost: b.s3.amazonaws.com\nX-Amz-Date: 20260301T101500Z\nAuthorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260301/us-east-1/s3/aws4_request, SignedHeaders=host;x-amz-date, Signature=4ed9a838c4c151dd004ed9a838c4c151dd004ed9a838c4c151dd004ed9a838c4\n\n",
            "whether it is signed right",
        ),
    ] {
        let work = work_of(text, Keyring::new(), now());
        let mut held = work.analysis.diagnosis.holdings.iter();
        let secret = held.find(|holding| holding.id == "secret").unwrap();
        assert!(
            secret.proves.starts_with(words),
            "{text}: {}",
            secret.proves
        );
    }
}

/// `Authorization: SharedKey <account>:…`: the name of the way to get in is no secret.
#[test]
fn a_scheme_s_name_in_front_of_a_mark_is_shown() {
    let text = "PUT /c/x.jpg HTTP/1.1\nHost: acct.blob.core.windows.net\nx-ms-version: 2009-09-19\n\
                Authorization: SharedKey <storageAccount>:<computed hash>\n\n";
    let case = case_of(text.as_bytes());
    let (_, document) = case.docs.given().next().unwrap();
    let mut masked = document.masks().iter();
    let name = text.find("SharedKey").unwrap();
    assert!(masked.all(|(place, _)| place.start > name || place.end <= name));
}

/// One byte of a secret is one too many: where two hidden values part is not shown.
#[test]
fn where_hidden_values_part_no_byte_is_shown() {
    let canonical = |token: &str| {
        format!(
            "GET\n/\n\nhost:b.s3.amazonaws.com\nx-amz-date:20260301T101500Z\nx-amz-security-token:{token}\n\n\
             host;x-amz-date;x-amz-security-token\nUNSIGNED-PAYLOAD"
        )
    };
    let token = "FwoGZXIvYXdzEBYaDHh5enpZ9876543210abcdefghQ==";
    let text = format!(
        "client's canonical request:\n{}\n\nserver's canonical request:\n{}\n",
        canonical(token),
        canonical(&token.replace("hQ==", "hZ=="))
    );
    let work = work_of(&text, Keyring::new(), now());
    let style = TextStyle::default();
    for shown in [report::text(&work, style), report::markdown(&work)] {
        assert!(shown.contains("in what is hidden here"), "{shown}");
        assert!(!shown.contains("'Q'") && !shown.contains("'Z'"), "{shown}");
    }
}
