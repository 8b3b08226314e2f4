//! An Authorization header without the rest of its request, with what else is there: what is known is read, nothing is
//! computed of what is not, and what is missing is asked for.
//!
//! The request is the first example of the Amazon S3 API Reference, "Signature Calculations for the Authorization
//! Header".

use sigscope::engine::diagnose::VerdictId;
use sigscope::engine::intake::{Given, Pattern};
use sigscope::engine::scheme::{Now, Outcome, Reason};
use sigscope::workbench::Work;

use crate::common::{EXAMPLE_SECRET, keyring, work_of};

const CREDENTIAL: &str = "AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request";
const SIGNED: &str = "host;range;x-amz-content-sha256;x-amz-date";
const SIGNATURE: &str = "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41";
const URL: &str = "https://examplebucket.s3.amazonaws.com/test.txt";
const HASH: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

fn value() -> String {
    format!(
        "AWS4-HMAC-SHA256 Credential={CREDENTIAL}, SignedHeaders={SIGNED}, Signature={SIGNATURE}"
    )
}

fn work(text: &str) -> Work {
    let now = Now {
        at: chrono::DateTime::from_timestamp(1_369_353_600, 0).expect("it is a time"),
        stated: true,
    };
    work_of(text, keyring(EXAMPLE_SECRET), now)
}

fn ids(work: &Work) -> Vec<&'static str> {
    work.analysis
        .diagnosis
        .findings
        .iter()
        .map(|f| f.id)
        .collect()
}

fn outcome(work: &Work) -> Option<Outcome> {
    work.analysis.trace.as_ref().map(|trace| trace.outcome)
}

/// The names of the headers that were read, in lower case.
fn names(work: &Work) -> Vec<String> {
    let request = &work.case.requests[0];
    let name = |name: &Given<&'static str>| match name {
        Given::Stated(span) => work.case.docs.text(*span).to_ascii_lowercase(),
        Given::Implied(name) => (*name).to_owned(),
    };
    request.headers.iter().map(|h| name(&h.name)).collect()
}

#[test]
fn a_value_is_read_in_every_print_and_nothing_is_computed_of_it() {
    let v = value();
    let prints: [(&str, String, &[&str]); 9] = [
        ("the value", v.clone(), &["authorization"]),
        (
            "a header line",
            format!("Authorization: {v}\n"),
            &["authorization"],
        ),
        (
            "no algorithm",
            v.replacen("AWS4-HMAC-SHA256 ", "", 1),
            &["authorization"],
        ),
        (
            "over several lines, as documentation prints it",
            format!(
                "Authorization: AWS4-HMAC-SHA256 \nCredential={CREDENTIAL}, \nSignedHeaders={SIGNED},\nSignature={SIGNATURE}\n"
            ),
            &["authorization"],
        ),
        ("a literal", format!("auth = \"{v}\"\n"), &["authorization"]),
        (
            "a dictionary",
            format!(
                "{{'X-Amz-Date': '20130524T000000Z', 'Authorization': '{v}', 'Host': 'examplebucket.s3.amazonaws.com'}}"
            ),
            &["x-amz-date", "authorization", "host"],
        ),
        (
            "prose",
            format!(
                "My date is\nx-amz-date: 20130524T000000Z\n\nand I send\n\n{v}\n\nbut it fails"
            ),
            &["authorization", "x-amz-date"],
        ),
        (
            "lines of headers",
            format!(
                "Host: examplebucket.s3.amazonaws.com\nx-amz-date: 20130524T000000Z\nAuthorization: {v}\nRange: bytes=0-9\n"
            ),
            &["host", "x-amz-date", "authorization", "range"],
        ),
        (
            "without blanks behind the commas",
            v.replace(", ", ","),
            &["authorization"],
        ),
    ];
    for (name, print, wanted) in prints {
        let work = work(&print);
        assert_eq!(
            work.case.requests.len(),
            1,
            "{name}: {:?}",
            work.case.pieces
        );
        assert_eq!(names(&work), wanted, "{name}");
        let claim = &work
            .analysis
            .trace
            .as_ref()
            .expect("it claims a signature")
            .claim;
        let text = |span| work.case.docs.text(span).into_owned();
        let received = claim
            .received
            .as_ref()
            .and_then(Pattern::as_exact)
            .map(text);
        assert_eq!(received.as_deref(), Some(SIGNATURE), "{name}");
        assert_eq!(
            claim.key_id.map(text).as_deref(),
            Some("AKIAIOSFODNN7EXAMPLE"),
            "{name}"
        );
        assert_eq!(
            outcome(&work),
            Some(Outcome::NotCheckable(Reason::Incomplete)),
            "{name}"
        );
        assert_eq!(
            work.analysis.diagnosis.verdict.id,
            VerdictId::Undecided,
            "{name}"
        );
        assert_eq!(ids(&work), ["request-line-missing"], "{name}");
        let step = &work.analysis.diagnosis.next_steps[0];
        assert!(step.snippet.starts_with("GET /PATH"), "{name}: {step:?}");
    }
}

#[test]
fn with_its_url_and_headers_it_is_verified() {
    let lines = format!(
        "Host: examplebucket.s3.amazonaws.com\nAuthorization: {}\nRange: bytes=0-9\nx-amz-content-sha256: {HASH}\nx-amz-date: 20130524T000000Z\n",
        value()
    );
    for print in [
        format!("{URL}\n\n{lines}"),
        format!("{lines}\nGET {URL}\n"),
        format!("Request URL: {URL}\n\n{lines}"),
    ] {
        let work = work(&print);
        assert_eq!(work.case.requests.len(), 1, "{print}");
        assert_eq!(
            outcome(&work),
            Some(Outcome::Equal),
            "{print}\n{:?}",
            ids(&work)
        );
    }
}

#[test]
fn a_value_with_a_url_lacks_the_headers_that_are_signed() {
    let work = work(&format!(
        "{URL}\n\n{}\nx-amz-date: 20130524T000000Z\n",
        value()
    ));
    assert_eq!(
        outcome(&work),
        Some(Outcome::NotCheckable(Reason::NoHeaders))
    );
}

#[test]
fn what_is_wrong_with_the_value_itself_is_said_all_the_same() {
    let work = work(&value().replace("us-east-1/s3/aws4_request", "us-east-1/s3/aws4"));
    assert!(ids(&work).contains(&"scope-terminator"), "{:?}", ids(&work));
}

#[test]
fn headers_alone_are_said_to_be_so() {
    let work = work(&format!(
        "accept-encoding:gzip,gzip(gfe)\nhost:storage.googleapis.com\nx-amz-content-sha256:{HASH}\nx-amz-date:20230106T143135Z\n"
    ));
    assert_eq!(work.case.requests.len(), 1);
    assert_eq!(ids(&work), ["request-line-missing"]);
    let claim = work.analysis.trace;
    assert!(claim.is_none(), "there is no signature");
}

#[test]
fn what_belongs_to_a_request_is_no_fragment() {
    let raw = format!(
        "GET /test.txt HTTP/1.1\nHost: examplebucket.s3.amazonaws.com\nAuthorization: {}\nRange: bytes=0-9\nx-amz-content-sha256: {HASH}\nx-amz-date: 20130524T000000Z\n\n",
        value()
    );
    let work = work(&format!("{raw}\n{}\n", value()));
    assert_eq!(work.case.requests.len(), 1);
    assert_eq!(outcome(&work), Some(Outcome::Equal));
}

/// A request whose paste stops inside it lacks nothing, differs in nothing, and is refused by nobody that is known.
#[test]
fn a_paste_that_stops_inside_a_request_is_said_to() {
    let host = "Host: examplebucket.s3.amazonaws.com";
    let head = format!(
        "GET /test.txt HTTP/1.1\n{host}\nAuthorization: {}\n",
        value()
    );
    let query = format!(
        "{URL}?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={}&X-Amz-Date=20130524T000000Z",
        CREDENTIAL.replace('/', "%2F")
    );
    for print in [
        format!(
            "{head}Range: bytes=0-9\nx-amz-date: 20130524T000000Z\nx-amz-content-sha256: {}",
            HASH.get(..40).unwrap_or_default()
        ),
        format!("{head}Range: bytes=0-9\nx-amz-content-sha256: {HASH}\nx-amz-date: 20130524T00\n"),
        format!("{head}Content-Length: 1"),
        head.replace(SIGNATURE.get(58..).unwrap_or_default(), "")
            .trim_end()
            .to_owned(),
        format!(
            "GET /test.txt HTTP/1.1\n{host}\nx-amz-date: 20130524T000000Z\nAuthorization: AWS4-HMAC-SHA256 Credential={}",
            CREDENTIAL.get(..36).unwrap_or_default()
        ),
        format!("{query}&X-Amz-Expires=6"),
        format!("{query}&X-Amz-Expires=600&X-Amz-SignedHeaders=host&X-Amz-Signatu"),
    ] {
        let work = work(&print);
        let verdict = &work.analysis.diagnosis.verdict;
        assert_eq!(
            outcome(&work),
            Some(Outcome::NotCheckable(Reason::Stops)),
            "{print}\n{verdict:?}"
        );
        assert_eq!(verdict.id, VerdictId::Undecided, "{print}");
        assert_eq!(
            verdict.sentence,
            "This paste stops inside the request, so no signature can be computed of it."
        );
        assert!(!verdict.proved, "{print}");
        assert_eq!(ids(&work), ["request-cut"], "{print}");
    }
    // With a blank line behind it, or with a value that may be whole, it is the request that lacks something.
    for print in [
        format!("{head}Content-Length: 1\n\n"),
        format!("{query}&X-Amz-Expires=600&X-Amz-SignedHeaders=host"),
        format!("{head}Range: bytes=0-9\nx-amz-date: 20130524T000000Z"),
    ] {
        assert!(!ids(&work(&print)).contains(&"request-cut"), "{print}");
    }
}

/// A URL over whose parameters one word was put was not sent so.
#[test]
fn a_word_in_the_place_of_every_value_is_no_algorithm() {
    for word in ["blah", "***"] {
        let work = work(&format!(
            "{URL}?X-Amz-Algorithm={word}&X-Amz-Credential={word}&X-Amz-Date={word}&X-Amz-Signature={word}\n"
        ));
        assert_eq!(ids(&work), ["authorization-hidden"], "{word}");
    }
}

/// A list that is cut inside its only value holds no other kind of signature.
#[test]
fn a_cut_list_of_values_is_no_other_kind() {
    let signed = value();
    let half = signed.get(..signed.len() - 50).unwrap_or_default();
    let work = work(&format!(
        "[ERROR] {{\"method\":\"POST\",\"reqURI\":\"/b/k?uploads=\",\"header\":{{\"Authorization\":[\"{}\n",
        half.replace("AKIAIOSFODNN7EXAMPLE", "")
    ));
    assert!(
        !ids(&work).contains(&"algorithm-unsupported"),
        "{:?}",
        ids(&work)
    );
}

/// What closes the list, table or literal in which a value is printed is no part of its signature.
#[test]
fn what_is_printed_behind_a_signature_is_not_its() {
    for close in ["}", "]}", "]", " |", "\"", "',"] {
        let case = work(&format!("{{authorization={}{close}\n", value()))
            .case
            .clone();
        let held = case
            .docs
            .text(case.requests[0].headers[0].value)
            .into_owned();
        assert_eq!(held, value(), "{close}");
    }
}

#[test]
fn of_the_lists_of_a_har_entry_nothing_is_called_missing_but_its_front() {
    let lists = format!(
        "  \"queryString\": [ {{ \"name\": \"X-Amz-Algorithm\", \"value\": \"AWS4-HMAC-SHA256\" }}, {{ \"name\": \"X-Amz-Credential\", \"value\": \"{CREDENTIAL}\" }}, {{ \"name\": \"X-Amz-Date\", \"value\": \"20130524T000000Z\" }}, {{ \"name\": \"X-Amz-Sig"
    );
    let work = work(&lists);
    let ids = ids(&work);
    assert!(ids.contains(&"request-line-missing"), "{ids:?}");
    assert!(!ids.contains(&"auth-parameter-missing"), "{ids:?}");
    assert_eq!(
        outcome(&work),
        Some(Outcome::NotCheckable(Reason::Incomplete))
    );
}

/// The canonical request of the example, and its string to sign.
const STRINGS: &str = "GET\n/test.txt\n\nhost:examplebucket.s3.amazonaws.com\nrange:bytes=0-9\nx-amz-content-sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\nx-amz-date:20130524T000000Z\n\nhost;range;x-amz-content-sha256;x-amz-date\ne3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\nDEBUG: StringToSign:\nAWS4-HMAC-SHA256\n20130524T000000Z\n20130524/us-east-1/s3/aws4_request\n7344ae5b7ee6c3e7e6b0fe0640412a37625d1fbfff95c48bbb2dc43964946972\n";

/// What is read of this behind the strings, and what is said of the missing request line.
fn beside_strings(behind: &str) -> (Work, String) {
    let work = work(&format!(
        "DEBUG: CanonicalRequest:\n{STRINGS}DEBUG: Auth:\n{behind}"
    ));
    let findings = work.analysis.diagnosis.findings.iter();
    let mut findings = findings.filter(|f| f.id == "request-line-missing");
    let message = findings.next().map(|f| f.message.clone());
    (work, message.unwrap_or_default())
}

#[test]
fn lines_of_a_canonical_request_are_no_headers_of_a_request() {
    let (whole, said) = beside_strings(&value());
    assert_eq!(names(&whole), ["authorization"]);
    assert!(said.contains("is in the canonical request"), "{said}");
    let value = value();
    let (front, _) = value.split_once("ignature=").expect("it is signed");
    let (cut, _) = beside_strings(front);
    assert!(ids(&cut).contains(&"request-cut"), "{:?}", ids(&cut));
    for told in ["authorization-mangled", "auth-parameter-missing"] {
        assert!(!ids(&cut).contains(&told), "{told}");
    }
    // What lacks a parameter and is not cut says so all the same.
    let lacking = value.replace(", Signature=", ", ") + "\nthe end\n";
    let (lacking, _) = beside_strings(&lacking);
    assert!(ids(&lacking).contains(&"authorization-mangled"));
    // Headers elsewhere are taken up as before.
    let apart = work(&format!("x-amz-date: 20130524T000000Z\n\nAuth: {value}"));
    assert!(names(&apart).contains(&"x-amz-date".to_owned()));
}

/// A block of headers beside another request is a request of its own, unless it shows the same one again.
#[test]
fn a_block_of_headers_beside_another_request_is_read() {
    let other = value().replace(SIGNATURE, &SIGNATURE.replace('f', "0"));
    let block = |value: &str| {
        format!(
            "Host: examplebucket.s3.amazonaws.com\nX-Amz-Date: 20130524T000000Z\nAuthorization: {value}\n"
        )
    };
    let curl = format!(
        "curl {URL} -H 'Range: bytes=0-9' -H 'x-amz-date: 20130524T000000Z' -H 'x-amz-content-sha256: {HASH}' -H 'Authorization: {}'\n",
        value()
    );
    for text in [
        format!("{curl}\n{}", block(&other)),
        format!("{}\n{curl}", block(&other)),
        format!("{curl}\nand Postman sends\n\n{}\n", block(&other)),
    ] {
        let both = work(&text);
        assert_eq!(both.case.requests.len(), 2, "{text}");
        let block = &both.case.requests[1];
        assert_eq!(block.headers.len(), 3, "{text}");
        assert!(
            block.target.whole.is_empty(),
            "what stands beside it is the other's"
        );
        assert!(!ids(&both).contains(&"unrecognised-rest"), "{text}");
    }
    let again = work(&format!("{curl}\n{}", block(&value())));
    assert_eq!(again.case.requests.len(), 1);
    assert!(!ids(&again).contains(&"unrecognised-rest"));
    // A line of it is no block.
    let line = work(&format!("{curl}\nAuthorization: {other}\n"));
    assert_eq!(line.case.requests.len(), 1);
}

/// Two scopes that somebody compares, without a header around them.
#[test]
fn a_credential_alone_is_no_authorization_header() {
    let other = CREDENTIAL.replace("us-east-1", "eu-west-1");
    let text = format!("Result:\n`Credential={CREDENTIAL}`\n\nExpected:\n`Credential={other}`\n");
    let alone = work(&text);
    assert!(alone.case.requests.is_empty(), "{:?}", alone.case.pieces);
    assert!(!ids(&alone).contains(&"algorithm-unsupported"));
    // Its name in front, or another part behind, makes it one.
    for header in [
        format!("Authorization: Credential={CREDENTIAL}\n"),
        format!("Credential={CREDENTIAL}, SignedHeaders={SIGNED}\n"),
    ] {
        assert_eq!(work(&header).case.requests.len(), 1, "{header}");
    }
}

/// A value that a line of a log gives goes to the end of that line, whatever would close it in a list; one of a list
/// does not.
#[test]
fn a_value_on_a_line_of_its_own_goes_to_the_end_of_it() {
    let agent = "S3 Browser/11.5.7 (https://s3browser.example/; x)";
    let authorization = value().replace("host;range", "host;range;user-agent");
    let lines = format!(
        "2013/05/24 00:00:01 Got request: GET /test.txt HTTP/1.1\n\
         2013/05/24 00:00:01 Request headers:\n\
         2013/05/24 00:00:01 Host: examplebucket.s3.amazonaws.com\n\
         2013/05/24 00:00:01 User-Agent: {agent}\n\
         2013/05/24 00:00:01 Authorization: {authorization}\n\
         2013/05/24 00:00:01 X-Amz-Date: 20130524T000000Z\n"
    );
    let list = format!(
        "sent \"{authorization}\"\nand [Host: h.example, User-Agent: curl/8, Range: bytes=0-9]\n"
    );
    for (text, whole) in [(lines, agent), (list, "curl/8")] {
        let work = work(&text);
        let case = &work.case;
        let mut headers = case.requests.iter().flat_map(|request| &request.headers);
        let found = headers.find_map(|header| {
            let name = match header.name {
                Given::Stated(name) => case.docs.text(name).into_owned(),
                Given::Implied(name) => name.to_owned(),
            };
            name.eq_ignore_ascii_case("user-agent")
                .then(|| case.docs.text(header.value).into_owned())
        });
        assert_eq!(found.as_deref(), Some(whole), "{text}");
    }
}

#[test]
fn words_in_the_place_of_a_key_id_leave_the_rest_of_the_value_readable() {
    let key = "AKIAIOSFODNN7EXAMPLE";
    for words in ["{public key}", "<access key id>", "my key", "[KEY ID]"] {
        let text = format!("Authorization: {}\n", value().replace(key, words));
        let work = work(&text);
        let [request] = work.case.requests.as_slice() else {
            panic!("{words}: {:?}", work.case.requests);
        };
        assert_eq!(request.headers.len(), 1, "{words}");
        assert!(!ids(&work).contains(&"unrecognised-rest"), "{words}");
        assert!(work.case.scopes.is_empty(), "{words}");
    }
    // Brackets are a mark; a blank alone may have been sent.
    let blank = |words: &str| {
        let text = format!(
            "GET /test.txt HTTP/1.1\nHost: examplebucket.s3.amazonaws.com\nRange: bytes=0-9\nx-amz-content-sha256: {HASH}\nx-amz-date: 20130524T000000Z\nAuthorization: {}\n\n",
            value().replace(key, words)
        );
        ids(&work(&text)).contains(&"key-id-blank")
    };
    assert!(!blank("{public key}"));
    assert!(!blank("[KEY ID]"));
    assert!(blank("AKIAIOSFODNN7 EXAMPLE"));
}

#[test]
fn a_host_in_which_the_paste_stops_stands_in_no_line_to_be_sent() {
    let log = |host: &str| {
        format!(
            "{{\n  \"req\": {{\n    \"method\": \"GET\",\n    \"url\": \"/s3/my-bucket?list-type=2\",\n    \"headers\": {{\n      \"host\": \"{host}"
        )
    };
    let lines = |text: &str| -> String {
        let steps = work(text).analysis.diagnosis.next_steps;
        steps.into_iter().map(|step| step.snippet + "\n").collect()
    };
    let cut = lines(&log("storage.example.inter"));
    assert!(cut.contains("curl -sS -i 'URL'"), "{cut}");
    assert!(!cut.contains("inter"), "{cut}");
    let whole = lines(&(log("storage.example.internal") + "\",\n      \"accept\": \"text"));
    assert!(
        whole.contains("https://storage.example.internal/s3/my-bucket"),
        "{whole}"
    );
}

#[test]
fn a_cut_among_the_headers_does_not_hide_what_is_wrong_with_a_whole_url() {
    let url = |signed: &str| {
        format!(
            "https://s3.amazonaws.com/bucket/key?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=43200&X-Amz-Signature={SIGNATURE}&X-Amz-SignedHeaders={signed}&x-amz-server-side-encryption=AES256"
        )
    };
    let curl = |signed: &str, end: &str| {
        let text = format!(
            "curl '{}' -X PUT -H 'Accept: */*' -H 'User-Agent: Mozilla{end}",
            url(signed)
        );
        work(&text)
    };
    let listed = "host%3Bx-amz-server-side-encryption";
    for end in ["", "'\n"] {
        let work = curl(listed, end);
        assert!(
            ids(&work).contains(&"signed-header-in-query"),
            "{end:?} {:?}",
            ids(&work)
        );
    }
    assert!(!ids(&curl("host", "")).contains(&"signed-header-in-query"));
}

#[test]
fn headers_without_their_request_line_are_not_sent_to_a_path() {
    let text = format!(
        "Authorization: {}\nHost: search.example.com\nX-Amz-Date: 20130524T000000Z\nX-Amz-Security-Token: IQoJb3JpZ2lu",
        value()
    );
    let steps = work(&text).analysis.diagnosis.next_steps;
    assert!(
        steps
            .iter()
            .all(|step| !step.snippet.contains("search.example.com"))
    );
}

#[test]
fn of_whose_host_a_url_with_a_hidden_credential_is_tells_whether_its_body_is_signed() {
    let body = |host: &str| {
        let text = format!(
            "PUT https://{host}/bucket/key?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=<credential>&X-Amz-Date=20130524T000000Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=<signature>\n"
        );
        let steps = work(&text).analysis.diagnosis.next_steps;
        steps.iter().any(|step| step.party == "sigscope --body")
    };
    assert!(!body("abc.r2.cloudflarestorage.com"));
    assert!(!body("<account_id>.r2.cloudflarestorage.com"));
    assert!(body("files.example.com"));
    assert!(body("<account_id>.example.com"));
}
