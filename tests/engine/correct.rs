//! Corrections: what is sent instead is right by the true rules, and the request itself stays.

use chrono::{DateTime, Utc};
use sigscope::engine::correct::{BodyToSend, CopyItem, Correction, When, text as copy};
use sigscope::engine::intake::{Answer, Case, Evidence, Integrity, Shape, Side};
use sigscope::engine::scheme::{Now, Outcome, Role, View, all};
use sigscope::engine::secret::{Keyring, Material, Sensitive};

use crate::common::{analyse, case_of, keyring, settings, text};

pub(super) const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

pub(super) fn later() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).unwrap()
}

pub(super) fn correct(
    case: &Case,
    keyring: &Keyring,
    options: &[(&str, &str)],
    when: When,
) -> Option<Correction> {
    let settings = settings(options);
    let view = View {
        case,
        request: Some(0),
        keyring,
        settings: &settings,
        now: Now {
            at: later(),
            stated: false,
        },
    };
    let analysis = sigscope::engine::analyse(all(), &view);
    sigscope::engine::correct(all(), &view, &analysis.trace?, when)
}

/// The correction as the raw request it describes.
fn raw_of(correction: &Correction) -> Vec<u8> {
    let after_host = correction.url.splitn(4, '/').nth(3).unwrap();
    let mut raw = format!("{} /{after_host} HTTP/1.1\n", correction.method).into_bytes();
    raw.extend(copy(CopyItem::Headers, correction).unwrap());
    raw.push(b'\n');
    if let BodyToSend::Here(body) = &correction.body {
        raw.extend_from_slice(body);
    }
    raw
}

/// A corrected request is itself a request: analysed anew, its signature is right.
#[track_caller]
pub(super) fn holds(correction: &Correction, options: &[(&str, &str)]) {
    let case = case_of(&raw_of(correction));
    let trace = analyse(&case, &keyring(SECRET), &settings(options))
        .trace
        .unwrap();
    assert_eq!(
        trace.outcome,
        Outcome::Equal,
        "{}",
        text(&trace, Role::CanonicalRequest)
    );
    assert_eq!(trace.notes, [""; 0]);
    assert_eq!(trace.taken, []);
    assert_eq!(
        text(&trace, Role::CanonicalRequest).as_bytes(),
        correction.canonical_request
    );
    assert_eq!(
        text(&trace, Role::StringToSign).as_bytes(),
        correction.string_to_sign
    );
}

fn put(signed: &str, headers: &str, body: &str) -> Case {
    case_of(
        format!(
            "PUT /bkt/a b.txt HTTP/1.1\nHost: s3.eu-central-1.amazonaws.com\n\
             x-amz-date: 20260301T101500Z\n{headers}\
             Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260301/eu-central-1/\
             s3/aws4_request, SignedHeaders={signed}, Signature=0000000000000000000000000000000000000000000000000000000000000000\n\n{body}"
        )
        .as_bytes(),
    )
}

#[test]
fn a_wrong_request_is_corrected_and_the_correction_is_right() {
    let case = put(
        "connection;content-type;gone;host;x-amz-date",
        "Connection: close\nContent-Type: text/plain\nX-Amz-Meta-A: 1   2\nUser-Agent: x\n",
        "it's",
    );
    for when in [When::Same, When::Fresh(later())] {
        let correction = correct(&case, &keyring(SECRET), &[], when).unwrap();
        let (_, authorization) = correction.authorization.clone().unwrap();
        assert!(
            authorization.contains(
                "SignedHeaders=content-type;host;x-amz-content-sha256;x-amz-date;x-amz-meta-a,"
            ),
            "{authorization}"
        );
        let dropped: Vec<&str> = correction.dropped.iter().map(|(n, _)| n.as_str()).collect();
        assert_eq!(dropped, ["Connection", "gone"]);
        assert_eq!(
            correction.url,
            "https://s3.eu-central-1.amazonaws.com/bkt/a%20b.txt"
        );
        holds(&correction, &[]);
    }
    let fresh = correct(&case, &keyring(SECRET), &[], When::Fresh(later())).unwrap();
    assert_eq!(fresh.date, "20270115T080000Z");
    // The request stays what it was.
    let trace = analyse(&case, &keyring(SECRET), &settings(&[]))
        .trace
        .unwrap();
    assert_eq!(trace.outcome, Outcome::Differs { at: 0 });
}

#[test]
fn a_stated_hash_that_is_not_the_bodys_is_replaced_by_the_bodys() {
    let wrong = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let case = put(
        "host;x-amz-content-sha256;x-amz-date",
        &format!("x-amz-content-sha256: {wrong}\n"),
        "body",
    );
    let trace = analyse(&case, &keyring(SECRET), &settings(&[]))
        .trace
        .unwrap();
    assert_eq!(trace.body_verified, Some(false));
    let correction = correct(&case, &keyring(SECRET), &[], When::Same).unwrap();
    assert!(
        !String::from_utf8(raw_of(&correction))
            .unwrap()
            .contains(wrong)
    );
    assert_eq!(
        correction.because,
        ["x-amz-content-sha256: the hash of the body that is here"]
    );
    holds(&correction, &[]);
}

#[test]
fn the_servers_own_words_choose_the_region() {
    let mut case = put("host;x-amz-date", "", "body");
    let answer = b"AuthorizationHeaderMalformed|the region 'x' is wrong; expecting 'eu-west-3'";
    let doc = case.docs.give(
        "answer",
        sigscope::engine::document::Source::Paste,
        bytes::Bytes::from_static(answer),
    );
    let whole = case.docs.whole(doc);
    case.evidence.push(Evidence {
        shape: Shape("s3-error-xml"),
        side: Some(Side::Server),
        span: whole,
        canonical_request: None,
        string_to_sign: None,
        signature: None,
        answer: Some(Answer {
            code: Some(whole.until(28)),
            message: Some(whole.from(29)),
            ..Answer::default()
        }),
        integrity: Integrity::Unchecked,
        repairs: Vec::new(),
    });
    let correction = correct(&case, &keyring(SECRET), &[], When::Same).unwrap();
    assert_eq!(
        correction.because,
        ["region eu-west-3: the server's own words"]
    );
    holds(&correction, &[]);
}

#[test]
fn the_host_chooses_where_the_claim_contradicts_it() {
    let case = case_of(
        b"GET / HTTP/1.1\nHost: email.eu-west-1.amazonaws.com\nX-Amz-Date: 20260301T101500Z\n\
          Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260301/us-east-1/email/\
          aws4_request, SignedHeaders=host;x-amz-date, Signature=00\n\n",
    );
    let correction = correct(&case, &keyring(SECRET), &[], When::Same).unwrap();
    assert_eq!(
        correction.because,
        [
            "region eu-west-1: what the host name implies",
            "service ses: what the host name implies"
        ]
    );
    holds(&correction, &[]);
}

#[test]
fn a_presigned_url_is_signed_anew_with_its_parameters_and_token() {
    let case = case_of(
        b"GET /bkt/k?response-content-type=text%2fplain&X-Amz-Algorithm=AWS4-HMAC-SHA256&\
          X-Amz-Credential=ASIAIOSFODNN7EXAMPLE%2F20260301%2Fus-east-1%2Fs3%2Faws4_request&\
          X-Amz-Date=20260301T101500Z&X-Amz-Expires=9999999&X-Amz-Security-Token=To%2Bken%2F1234%3D&\
          X-Amz-SignedHeaders=host&X-Amz-Signature=00 HTTP/1.1\nHost: s3.amazonaws.com\n\n",
    );
    let correction = correct(&case, &keyring(SECRET), &[], When::Same).unwrap();
    assert!(correction.holds_token);
    assert!(correction.authorization.is_none());
    assert!(
        correction
            .url
            .contains("X-Amz-Security-Token=To%2Bken%2F1234%3D"),
        "{}",
        correction.url
    );
    assert!(
        correction.url.contains("X-Amz-Expires=604800"),
        "{}",
        correction.url
    );
    assert!(
        correction
            .url
            .contains("?response-content-type=text%2Fplain&"),
        "{}",
        correction.url
    );
    assert_eq!(copy(CopyItem::Authorization, &correction), None);
    holds(&correction, &[]);
    let appended = [("session-token", "appended")];
    let correction = correct(&case, &keyring(SECRET), &appended, When::Same).unwrap();
    assert!(
        !String::from_utf8(correction.canonical_request.clone())
            .unwrap()
            .contains("Token")
    );
    holds(&correction, &appended);
}

#[test]
fn an_entry_tells_of_the_token_where_its_text_holds_it() {
    const TOKEN: &str = "To+ken/1234=";
    let header = put(
        "host;x-amz-content-sha256;x-amz-date;x-amz-meta-kept",
        &format!("X-Amz-Security-Token: {TOKEN}\nx-amz-meta-kept: 1\n"),
        "body",
    );
    let query = case_of(
        b"https://b.s3.eu-central-1.amazonaws.com/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=\
          ASIAIOSFODNN7EXAMPLE%2F20260301%2Feu-central-1%2Fs3%2Faws4_request&X-Amz-Date=20260301T101500Z&\
          X-Amz-Expires=900&X-Amz-Security-Token=To%2Bken%2F1234%3D&X-Amz-SignedHeaders=host&\
          X-Amz-Signature=00",
    );
    for (case, whole) in [
        (header, [CopyItem::Headers, CopyItem::Curl]),
        (query, [CopyItem::Url, CopyItem::Curl]),
    ] {
        let correction = correct(&case, &keyring(SECRET), &[], When::Fresh(later())).unwrap();
        for item in CopyItem::ALL {
            let text = copy(item, &correction).unwrap_or_default();
            let text = String::from_utf8(text).unwrap();
            // A canonical request is redacted before anybody copies it.
            let dated = item.is_dated();
            let holds = dated && (text.contains(TOKEN) || text.contains("To%2Bken%2F1234%3D"));
            assert_eq!(item.holds_token(&correction), holds, "{item:?}: {text}");
            assert_eq!(holds, whole.contains(&item), "{item:?}: {text}");
        }
    }
}

#[test]
fn what_an_authorization_header_is_worthless_without_is_named() {
    let beside = |case: &Case| {
        let correction = correct(case, &keyring(SECRET), &[], When::Fresh(later())).unwrap();
        let signed =
            String::from_utf8(copy(CopyItem::Authorization, &correction).unwrap()).unwrap();
        for name in &correction.beside {
            let (_, list) = signed.split_once("SignedHeaders=").unwrap();
            let list = list.split(',').next().unwrap();
            let name = name.to_ascii_lowercase();
            assert!(list.split(';').any(|own| own == name), "{name}: {signed}");
        }
        correction.beside
    };
    // What the client sends as it is anyhow (x-amz-meta-kept) is not new.
    let case = put(
        "host;x-amz-date",
        "X-Amz-Security-Token: token\nx-amz-meta-kept: 1\n",
        "body",
    );
    assert_eq!(
        beside(&case),
        ["X-Amz-Date", "X-Amz-Content-Sha256", "X-Amz-Security-Token"]
    );
    // A service that neither asks for the hash nor got one.
    let case = case_of(
        b"GET / HTTP/1.1\nHost: sts.us-east-1.amazonaws.com\nX-Amz-Date: 20260301T101500Z\nAuthorization: \
          AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260301/us-east-1/sts/aws4_request, \
          SignedHeaders=host;x-amz-date, Signature=00\n\n",
    );
    assert_eq!(beside(&case), ["X-Amz-Date"]);
    // A value that has to change is new too.
    let case = put(
        "content-length;host;x-amz-date",
        "Content-Length: 99\n",
        "body",
    );
    assert_eq!(
        beside(&case),
        ["X-Amz-Date", "Content-Length", "X-Amz-Content-Sha256"]
    );
}

#[test]
fn a_plus_in_the_path_is_sent_as_what_it_was_signed_for() {
    // Signed right but for the region: what the + stands for is not known.
    let raw = |signature: &str| {
        format!(
            "GET /bkt/a+b HTTP/1.1\nHost: s3.eu-central-1.amazonaws.com\nx-amz-date: 20260301T101500Z\n\
             x-amz-content-sha256: UNSIGNED-PAYLOAD\nAuthorization: AWS4-HMAC-SHA256 \
             Credential=AKIAIOSFODNN7EXAMPLE/20260301/eu-central-1/s3/aws4_request, \
             SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature={signature}\n\n"
        )
    };
    let corrected = |text: &str, options: &[(&str, &str)]| {
        let case = case_of(text.as_bytes());
        let correction = correct(&case, &keyring(SECRET), options, When::Same).unwrap();
        holds(&correction, options);
        let path = correction.url.split('/').next_back().unwrap().to_owned();
        (path, correction.because.join("; "), correction.signature)
    };
    let (path, because, _) = corrected(&raw("00"), &[]);
    assert_eq!(path, "a%2Bb");
    assert!(because.contains("--plus-in-path space"), "{because}");
    let (path, because, as_space) = corrected(&raw("00"), &[("plus-in-path", "space")]);
    assert_eq!(path, "a%20b");
    assert!(!because.contains("plus-in-path"), "{because}");
    // The signature that was received tells.
    let (path, because, _) = corrected(&raw(&as_space), &[]);
    assert_eq!(path, "a%20b");
    assert!(because.contains("was signed as a space"), "{because}");
}

#[test]
fn a_header_is_sent_with_the_blanks_it_has() {
    let disposition = "attachment; filename=\"a  b.txt\"";
    let case = put(
        "content-disposition;host;x-amz-date;x-amz-meta-t",
        &format!(
            "Content-Disposition: {disposition}\nX-Amz-Meta-T:  one   two \nX-Amz-Meta-F: a  b\n  c\n"
        ),
        "body",
    );
    let correction = correct(&case, &keyring(SECRET), &[], When::Same).unwrap();
    let sent = |name: &str| {
        let (_, value) = correction.headers.iter().find(|(n, _)| n == name).unwrap();
        String::from_utf8(value.clone()).unwrap()
    };
    assert_eq!(sent("Content-Disposition"), disposition);
    assert_eq!(sent("X-Amz-Meta-T"), "one   two");
    // Lines cannot be sent folded.
    assert_eq!(sent("X-Amz-Meta-F"), "a  b c");
    let canonical = String::from_utf8(correction.canonical_request.clone()).unwrap();
    for line in [
        "content-disposition:attachment; filename=\"a b.txt\"",
        "x-amz-meta-f:a b c",
        "x-amz-meta-t:one two",
    ] {
        assert!(canonical.lines().any(|l| l == line), "{canonical}");
    }
    holds(&correction, &[]);
    let beside = &correction.beside;
    assert!(
        !beside.iter().any(|name| name == "Content-Disposition"),
        "{beside:?}"
    );
}

#[test]
fn a_derived_key_corrects_within_its_own_scope_only() {
    let case = put("host;x-amz-date", "", "");
    let mut ring = keyring(SECRET);
    ring.candidates[0].material = Material::DerivedKey(Sensitive::new(vec![7; 32]));
    assert!(correct(&case, &ring, &[], When::Same).is_some());
    assert!(correct(&case, &ring, &[], When::Fresh(later())).is_none());
}

#[test]
fn without_a_secret_there_is_no_correction() {
    let case = put("host;x-amz-date", "", "");
    assert!(correct(&case, &Keyring::new(), &[], When::Same).is_none());
}

/// Runs the command in a shell in which curl prints its arguments, one by one.
fn arguments(command: &[u8]) -> Vec<String> {
    let mut script = b"curl() { for a in \"$@\"; do printf '%s\\0' \"$a\"; done; }\n".to_vec();
    script.extend_from_slice(command);
    let out = std::process::Command::new("sh")
        .arg("-c")
        .arg(String::from_utf8(script).unwrap())
        .output();
    let out = String::from_utf8(out.unwrap().stdout).unwrap();
    out.split_terminator('\0').map(str::to_owned).collect()
}

#[cfg(unix)]
#[test]
fn a_shell_reads_the_curl_command_as_it_is_meant() {
    let case = put(
        "host;x-amz-date;x-amz-meta-a;x-amz-meta-b",
        "x-amz-meta-a: it's \"$HOME\" `id` \\ !\nx-amz-meta-b:\n",
        "a 'body'\n$(id)\n",
    );
    let correction = correct(&case, &keyring(SECRET), &[], When::Same).unwrap();
    let command = copy(CopyItem::Curl, &correction).unwrap();
    assert!(!String::from_utf8_lossy(&command).contains(SECRET));
    let arguments = arguments(&command);
    let (_, authorization) = correction.authorization.clone().unwrap();
    let hash = correction
        .canonical_request
        .split(|b| *b == b'\n')
        .next_back()
        .unwrap();
    assert_eq!(
        arguments,
        [
            "-X",
            "PUT",
            "https://s3.eu-central-1.amazonaws.com/bkt/a%20b.txt",
            "-H",
            "x-amz-meta-a: it's \"$HOME\" `id` \\ !",
            "-H",
            "x-amz-meta-b;",
            "-H",
            "X-Amz-Date: 20260301T101500Z",
            "-H",
            &format!("X-Amz-Content-Sha256: {}", String::from_utf8_lossy(hash)),
            "-H",
            &format!("Authorization: {authorization}"),
            "-H",
            "Content-Type:",
            "--data-binary",
            "a 'body'\n$(id)\n",
        ]
    );
}

/// A bundled sample: what was sent beside the server's own strings, both made by a signer that shares no
/// line with this project (`tests/corpus/make_samples.py`).
pub(super) fn sample(name: &str) -> Case {
    case_of(sigscope::samples::find(name).unwrap().text.as_bytes())
}

/// The string to sign of the server, as it printed it.
fn servers_string(case: &Case) -> Vec<u8> {
    let text = case.evidence.iter().find_map(|e| e.string_to_sign.as_ref());
    text.unwrap().bytes(&case.docs)
}

#[test]
fn what_the_server_will_see_is_signed_so_that_its_own_string_comes_out() {
    for (name, header, value) in [
        ("host-changed", "Host", "s3.us-east-1.amazonaws.com"),
        ("content-type-browser", "Content-Type", "image/png"),
    ] {
        let case = sample(name);
        let before = analyse(&case, &keyring(SECRET), &settings(&[]))
            .trace
            .unwrap();
        let same = correct(&case, &keyring(SECRET), &[], When::Same).unwrap();
        // The date is in it, so this is the very string the server will compute once more.
        if header == "Host" {
            assert_eq!(same.string_to_sign, servers_string(&case), "{name}");
        }
        let fresh = correct(&case, &keyring(SECRET), &[], When::Fresh(later())).unwrap();
        for correction in [&same, &fresh] {
            let sent: Vec<&[u8]> = correction
                .headers
                .iter()
                .filter(|(n, _)| n.eq_ignore_ascii_case(header))
                .map(|(_, v)| v.as_slice())
                .collect();
            assert_eq!(sent, [value.as_bytes()], "{name}");
            let why = correction.because.join("\n");
            assert!(
                why.to_lowercase().contains(&format!(
                    "{} {value}: what the server had",
                    header.to_lowercase()
                )) || why.contains(&format!("{header} “{value}”: what the server had")),
                "{name}: {why}"
            );
            holds(correction, &[]);
        }
        // What was received is verified as it was, before and after.
        let trace = analyse(&case, &keyring(SECRET), &settings(&[]))
            .trace
            .unwrap();
        assert_eq!(trace.outcome, before.outcome);
        assert!(
            text(&trace, Role::CanonicalRequest) == text(&before, Role::CanonicalRequest)
                && !text(&trace, Role::CanonicalRequest).contains(value),
            "{name}"
        );
    }
}

#[test]
fn a_header_that_does_not_arrive_is_sent_unsigned_and_the_reason_said() {
    for (name, header, reason) in [
        ("range-stripped", "Range", "the server had no value for it"),
        (
            "accept-encoding-rewritten",
            "Accept-Encoding",
            "changed by proxies",
        ),
    ] {
        let case = sample(name);
        let correction = correct(&case, &keyring(SECRET), &[], When::Same).unwrap();
        let (_, authorization) = correction.authorization.clone().unwrap();
        assert!(
            authorization.contains("SignedHeaders=host;x-amz-content-sha256;x-amz-date,"),
            "{authorization}"
        );
        let dropped = correction.dropped.iter().find(|(n, _)| n == header);
        let (_, why) = dropped.unwrap();
        assert!(why.contains(reason), "{why}");
        holds(&correction, &[]);
    }
    // The range that was asked for is still asked for.
    let correction = correct(&sample("range-stripped"), &keyring(SECRET), &[], When::Same).unwrap();
    assert!(
        correction
            .headers
            .contains(&("Range".to_owned(), b"bytes=0-8388607".to_vec()))
    );
}

#[test]
fn strings_that_prove_nothing_about_this_request_change_nothing_in_its_correction() {
    let whole = sigscope::samples::find("host-changed").unwrap().text;
    // Edited after it was printed, with no second copy in bytes beside it; and about another signature.
    let (head, tail) = whole.split_once("<CanonicalRequestBytes>").unwrap();
    let (_, tail) = tail.split_once("</CanonicalRequestBytes>").unwrap();
    let edited = format!("{head}{tail}").replace("host:s3.us-east-1", "host:s3.us-west-1");
    let other = whole.replace("Signature=c8418e7e", "Signature=d8418e7e");
    assert!(edited != whole && other != whole);
    for text in [edited, other] {
        let case = case_of(text.as_bytes());
        let correction = correct(&case, &keyring(SECRET), &[], When::Same).unwrap();
        assert!(
            correction
                .headers
                .contains(&("Host".to_owned(), b"nginx.local:8080".to_vec())),
            "{:?}",
            correction.headers
        );
    }
}

#[test]
fn a_path_that_the_rules_give_back_as_the_server_had_it_is_not_remarked() {
    let case = sample("path-encoded-twice");
    let same = correct(&case, &keyring(SECRET), &[], When::Same).unwrap();
    assert!(!same.because.iter().any(|b| b.starts_with("path")));
    assert_eq!(same.string_to_sign, servers_string(&case));
}

#[test]
fn the_method_the_server_had_is_signed_and_its_path_and_query_are_only_told() {
    let canonical = "GET\n/other/key\nlist=1\nhost:h.example.com\nx-amz-date:20260301T101500Z\n\n\
                     host;x-amz-date\nUNSIGNED-PAYLOAD";
    let hash = hex::encode(<sha2::Sha256 as sha2::Digest>::digest(canonical));
    let scope = "20260301/eu-central-1/s3/aws4_request";
    let text = format!(
        "HEAD /bkt/key HTTP/1.1\nHost: h.example.com\nx-amz-date: 20260301T101500Z\n\
         x-amz-content-sha256: UNSIGNED-PAYLOAD\nAuthorization: AWS4-HMAC-SHA256 Credential=\
         AKIAIOSFODNN7EXAMPLE/{scope}, SignedHeaders=host;x-amz-date, Signature={0}\n\n\
         HTTP/1.1 403 Forbidden\n\n<Error><Code>SignatureDoesNotMatch</Code><StringToSign>\
         AWS4-HMAC-SHA256\n20260301T101500Z\n{scope}\n{hash}</StringToSign><SignatureProvided>{0}\
         </SignatureProvided><CanonicalRequest>{canonical}</CanonicalRequest></Error>\n",
        "0".repeat(64)
    );
    let case = case_of(text.as_bytes());
    assert_eq!(
        case.evidence.first().unwrap().integrity,
        Integrity::Verified
    );
    let same = correct(&case, &keyring(SECRET), &[], When::Same).unwrap();
    assert_eq!(same.method, "GET");
    assert!(same.url.ends_with("/bkt/key"), "{}", same.url);
    for said in [
        "method GET: what the server had, not HEAD",
        "path “/bkt/key”: as in the request; the server had “/other/key”",
        "query: as in the request",
    ] {
        assert!(
            same.because.iter().any(|b| b.starts_with(said)),
            "{said}: {:?}",
            same.because
        );
    }
    holds(&same, &[]);
}

/// The handshake of a WebSocket is a request like any other, and its URL stays one of a WebSocket.
#[test]
fn a_websocket_is_corrected_as_one() {
    for (scheme, options) in [
        ("wss", [].as_slice()),
        ("ws", &[]),
        ("ws", &[("url-scheme", "http")]),
    ] {
        let url = format!(
            "{scheme}://a-ats.iot.us-east-1.amazonaws.com/mqtt?X-Amz-Algorithm=AWS4-HMAC-SHA256&\
             X-Amz-Credential=ASIAIOSFODNN7EXAMPLE%2F20260301%2Fus-east-1%2Fiotdevicegateway%2Faws4_request&\
             X-Amz-Date=20260301T101500Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature={:064}&\
             X-Amz-Security-Token=To%2Bken%2F1234%3D",
            0
        );
        let case = case_of(url.as_bytes());
        let correction = correct(&case, &keyring(SECRET), options, When::Same).unwrap();
        let start = format!("{scheme}://a-ats.iot.us-east-1.amazonaws.com/mqtt?");
        assert!(correction.url.starts_with(&start), "{}", correction.url);
        holds(&correction, &[]);
    }
}

#[test]
fn a_body_that_is_not_here_is_asked_for_by_the_command() {
    let head =
        "x-amz-content-sha256: 4e6356271afae32c880b045f7280e479cc0b2533d68729cad1cca65ed4887d44\n";
    let request = |method: &str, target: &str, head: &str| {
        let text = format!(
            "{method} {target} HTTP/1.1\nHost: b.s3.eu-central-1.amazonaws.com\n{head}X-Amz-Date: 20260301T101500Z\n\
             Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260301/eu-central-1/s3/aws4_request, \
             SignedHeaders=host;x-amz-date, Signature=00\n\n"
        );
        let correction =
            correct(&case_of(text.as_bytes()), &keyring(SECRET), &[], When::Same).unwrap();
        let caution = CopyItem::Curl.caution(&correction);
        let command = String::from_utf8(copy(CopyItem::Curl, &correction).unwrap()).unwrap();
        assert_eq!(caution.is_some(), command.contains("FILE"), "{command}");
        command
    };
    let command = request("PUT", "/k", &format!("Content-Length: 31\n{head}"));
    assert!(
        command.starts_with("# give the body (31 bytes): put the name of its file for FILE\ncurl "),
        "{command}"
    );
    assert!(command.ends_with("-T FILE\n"), "{command}");
    let command = request("POST", "/", head);
    assert!(command.ends_with("--data-binary @FILE\n"), "{command}");
    for (method, head) in [
        ("GET", ""),
        ("DELETE", ""),
        ("PUT", "Content-Length: 0\n"),
        (
            "PUT",
            "x-amz-content-sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n",
        ),
    ] {
        let command = request(method, "/k", head);
        assert!(!command.contains("FILE"), "{method} {head}: {command}");
    }
}

#[test]
fn a_url_without_its_signature_is_told_to_be_one() {
    let case = put("host;x-amz-date", "", "");
    let correction = correct(&case, &keyring(SECRET), &[], When::Same).unwrap();
    let told = CopyItem::Url.caution(&correction).unwrap();
    assert!(told.contains("not signed"), "{told}");
}
