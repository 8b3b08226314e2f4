//! The verdict, and the exit status that follows it.

use serde_json::Value;

use crate::home::{GET_OBJECT, Home, KEY_ID, Run, SECRET};

/// The presigned URL of the same page.
const PRESIGNED: &str = "https://examplebucket.s3.amazonaws.com/test.txt\
?X-Amz-Algorithm=AWS4-HMAC-SHA256\
&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request\
&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host\
&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404";

/// A moment at which both are fresh.
const THEN: &str = "2013-05-24T00:01:00Z";

const WITH_SECRET: &[(&str, &str)] = &[("TEST_SECRET", SECRET)];

impl Run {
    /// The verdict of a `--json` run.
    fn verdict(&self) -> String {
        let json = self.json();
        json["verdict"]["id"].as_str().unwrap_or("null").to_owned()
    }
}

#[test]
fn the_exit_status_follows_the_verdict() {
    let home = Home::new();
    let get = home.file("get.txt", GET_OBJECT);
    let wrong = home.file("wrong.txt", GET_OBJECT.replace("bytes=0-9", "bytes=0-10"));
    let prose = home.file("prose.txt", "It is a truth universally acknowledged.\n");
    let secret = ["--secret-env", "TEST_SECRET"];
    for (file, options, verdict, status) in [
        (&get, &[secret[0], secret[1], "--now", THEN][..], "match", 0),
        // Age is judged by a stated clock only.
        (&get, &secret[..], "match", 0),
        (
            &get,
            &[secret[0], secret[1], "--now", "2013-05-24T01:00:00Z"],
            "rejected",
            1,
        ),
        (&wrong, &secret[..], "mismatch", 1),
        (&get, &[], "undecided", 3),
        (&prose, &secret[..], "null", 2),
    ] {
        let check = |format: &[&str]| {
            let arguments = [&["check", file.as_str()], options, format].concat();
            let run = home.run_with(&arguments, WITH_SECRET, b"");
            assert_eq!(run.status, status, "{arguments:?} {run:?}");
            assert!(
                !run.out.is_empty() && run.err.is_empty(),
                "{arguments:?} {run:?}"
            );
            run
        };
        assert_eq!(check(&["--json"]).verdict(), verdict, "{options:?}");
        check(&[]);
        check(&["--markdown"]);
    }
}

#[test]
fn server_evidence_without_a_secret_is_a_mismatch() {
    let home = Home::new();
    let request = "GET\n/\n\nhost:b.example\n\nhost\nUNSIGNED-PAYLOAD";
    // sha256 of the canonical request above, so that the evidence is intact.
    let hash = sha256(request.as_bytes());
    let error = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>SignatureDoesNotMatch</Code>\
         <Message>The request signature we calculated does not match the signature you provided.</Message>\
         <AWSAccessKeyId>{KEY_ID}</AWSAccessKeyId><StringToSign>AWS4-HMAC-SHA256\n20130524T000000Z\n\
         20130524/us-east-1/s3/aws4_request\n{hash}</StringToSign><SignatureProvided>{}</SignatureProvided>\
         <CanonicalRequest>{request}</CanonicalRequest></Error>",
        "ab".repeat(32)
    );
    let file = home.file("error.xml", error);
    let run = home.run(&["check", &file, "--json"]);
    assert_eq!(
        (run.verdict().as_str(), run.status),
        ("mismatch", 1),
        "{run:?}"
    );
}

#[test]
fn input_comes_from_a_file_standard_input_or_an_argument() {
    let home = Home::new();
    let file = home.file("get.txt", GET_OBJECT);
    let options = ["--secret-env", "TEST_SECRET", "--json"];
    let run = |input: &[&str], stdin: &[u8]| {
        let mut arguments = vec!["check"];
        arguments.extend(input);
        arguments.extend(options);
        let run = home.run_with(&arguments, WITH_SECRET, stdin);
        assert_eq!(run.status, 0, "{input:?} {run:?}");
        let json = run.json();
        let names: Vec<_> = json["documents"]
            .as_array()
            .unwrap()
            .iter()
            .map(|d| d["name"].clone())
            .collect();
        (names, json["scheme"].clone())
    };
    let piped = run(&["-"], GET_OBJECT.as_bytes());
    assert_eq!(piped, (vec!["stdin".into()], "sigv4-header".into()));
    assert_eq!(run(&[], GET_OBJECT.as_bytes()), piped);
    assert_eq!(
        run(&[&file], b""),
        (vec![file.clone().into()], "sigv4-header".into())
    );
    assert_eq!(
        run(&[PRESIGNED], b""),
        (vec!["argument".into()], "sigv4-query".into())
    );
    let several = run(&[&file, "-"], b"some words of mine\n");
    assert_eq!(several.0, [Value::from(file.as_str()), "stdin".into()]);
}

#[test]
fn standard_input_serves_one_purpose() {
    let home = Home::new();
    let file = home.file("get.txt", GET_OBJECT);
    for arguments in [
        &["check", "-", "--secret-file", "-"][..],
        &["check", "-", "-"],
        &["check", "--secret-file", "-"],
        &["-", "--secret-file", "-"],
    ] {
        let run = home.run_with(arguments, &[], SECRET.as_bytes());
        assert_eq!(run.status, 2, "{arguments:?}");
        assert!(
            run.out.is_empty() && run.err.starts_with("sigscope: "),
            "{run:?}"
        );
    }
    let run = home.run_with(
        &["check", &file, "--secret-file", "-", "--json"],
        &[],
        format!("{SECRET}\n").as_bytes(),
    );
    assert_eq!(
        (run.verdict().as_str(), run.status),
        ("match", 0),
        "{run:?}"
    );
}

/// What it is, variables, files, options, and the exit status.
type Case<'a> = (
    &'a str,
    &'a [(&'a str, &'a str)],
    &'a [(&'a str, String)],
    &'a [&'a str],
    i32,
);

#[test]
fn a_secret_is_found_by_the_key_id_in_the_request() {
    let profile = |key_id: &str| {
        format!(
            "[other]\naws_access_key_id=AKIAOTHER\naws_secret_access_key=x\n[staging]\r\n\
                 aws_access_key_id = {key_id}\r\naws_secret_access_key = {SECRET}\r\n"
        )
    };
    let cases: [Case<'_>; 10] = [
        ("nothing", &[], &[], &[], 3),
        (
            "credentials",
            &[],
            &[(".aws/credentials", profile(KEY_ID))],
            &[],
            0,
        ),
        (
            "another key",
            &[],
            &[(".aws/credentials", profile("AKIAELSE"))],
            &[],
            3,
        ),
        (
            "named profile",
            &[],
            &[(".aws/credentials", profile(KEY_ID))],
            &["--profile", "staging"],
            0,
        ),
        (
            "s3cmd",
            &[],
            &[(
                ".s3cfg",
                format!("[default]\naccess_key = {KEY_ID}\nsecret_key = {SECRET}\n"),
            )],
            &[],
            0,
        ),
        (
            "environment",
            &[("AWS_SECRET_ACCESS_KEY", SECRET)],
            &[],
            &[],
            0,
        ),
        (
            "environment of this key",
            &[
                ("AWS_SECRET_ACCESS_KEY", SECRET),
                ("AWS_ACCESS_KEY_ID", KEY_ID),
            ],
            &[],
            &[],
            0,
        ),
        (
            "environment of another key",
            &[
                ("AWS_SECRET_ACCESS_KEY", SECRET),
                ("AWS_ACCESS_KEY_ID", "AKIAELSE"),
            ],
            &[],
            &[],
            3,
        ),
        (
            "several, one of them right",
            &[("AWS_SECRET_ACCESS_KEY", "wrong-but-plausible")],
            &[(".aws/credentials", profile(KEY_ID))],
            &[],
            0,
        ),
        (
            // The signing key of the documented examples, derived from the secret above.
            "signing key",
            &[(
                "KEY",
                "dbb893acc010964918f1fd433add87c70e8b0db6be30c1fbeafefa5ec6ba8378",
            )],
            &[],
            &["--signing-key-env", "KEY"],
            0,
        ),
    ];
    for (what, vars, files, options, status) in cases {
        let home = Home::new();
        for (name, text) in files {
            home.file(name, text);
        }
        let get = home.file("get.txt", GET_OBJECT);
        let mut arguments = vec!["check", get.as_str()];
        arguments.extend(options);
        let run = home.run_with(&arguments, vars, b"");
        assert_eq!(run.status, status, "{what}: {run:?}");
    }
}

#[test]
fn a_secret_in_the_paste_is_used_and_named() {
    let home = Home::new();
    let pasted = home.file(
        "pasted.txt",
        format!("AWS_ACCESS_KEY_ID={KEY_ID}\nAWS_SECRET_ACCESS_KEY={SECRET}\n\n{GET_OBJECT}"),
    );
    let run = home.run(&["check", &pasted]);
    assert_eq!(run.status, 0, "{run:?}");
    assert!(
        run.out.contains("the paste (AWS_SECRET_ACCESS_KEY=)"),
        "{}",
        run.out
    );
    assert!(!run.out.contains(SECRET));
}

#[test]
fn a_streamed_body_is_the_body_of_the_request() {
    let home = Home::new();
    // "PUT Object" of the same page.
    let put = home.file(
        "put.txt",
        "PUT /test%24file.text HTTP/1.1\r\nHost: examplebucket.s3.amazonaws.com\r\n\
         Date: Fri, 24 May 2013 00:00:00 GMT\r\n\
         Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,\
         SignedHeaders=date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class,\
         Signature=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd\r\n\
         x-amz-date: 20130524T000000Z\r\nx-amz-storage-class: REDUCED_REDUNDANCY\r\n\
         x-amz-content-sha256: 44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072\r\n\r\n",
    );
    let right = home.file("right", "Welcome to Amazon S3.");
    let wrong = home.file("wrong", "Welcome to Amazon S3!");
    let check = |body: &str| {
        home.run_with(
            &[
                "check",
                &put,
                "--secret-env",
                "TEST_SECRET",
                "--json",
                "--body",
                body,
            ],
            WITH_SECRET,
            b"",
        )
    };
    let run = check(&right);
    assert_eq!(
        (run.verdict().as_str(), run.status),
        ("match", 0),
        "{run:?}"
    );
    assert!(run.err.is_empty(), "no bar where nobody watches: {run:?}");
    let run = check(&wrong);
    assert_eq!(run.status, 1, "{run:?}");
}

fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest as _;
    hex::encode(sha2::Sha256::digest(bytes))
}

#[test]
fn an_option_that_explains_the_signature_ends_with_one() {
    let home = Home::new();
    let sample = home.run(&["samples", "path-encoded-twice"]);
    // Only with the option: it is not searched around what a person chose.
    let file = home.file("sample.txt", sample.out.clone());
    let check = |options: &[&str]| {
        let arguments = [&["check", file.as_str(), "--json"], options].concat();
        let run = home.run(&arguments);
        (run.verdict(), run.status)
    };
    assert_eq!(
        check(&["--plus-in-path", "plus"]),
        ("mismatch".to_owned(), 1)
    );
    for options in [&[][..], &["--path-encoding", "twice"]] {
        assert_eq!(check(options), ("explained".to_owned(), 1));
    }
}

/// A cookie and a bearer token let somebody in, and are no session tokens: they stay hidden.
#[test]
fn reveal_shows_session_tokens_and_nothing_else() {
    let home = Home::new();
    let token = "IQoJb3JpZ2luX2VjEXAMPLEabcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOP";
    let request = GET_OBJECT.replace(
        "Range:",
        &format!(
            "Cookie: session=crumbs-of-a-cookie\nProxy-Authorization: Bearer bear-with-me-please\n\
             X-Access-Token: ya29.access-in-a-header\nX-Vault-Token: hvs.open-the-vault\nX-Amz-Meta-Note: {token}\nRange:"
        ),
    );
    let request =
        format!("{request}\n\nhttps://example.com/k?access_token=ya29.access-in-a-query&x=1\n");
    let file = home.file("request.txt", request);
    for format in [&[][..], &["--json"], &["--markdown"]] {
        let arguments = [&["check", file.as_str(), "--reveal"], format].concat();
        let run = home.run(&arguments);
        for hidden in [
            "crumbs-of-a-cookie",
            "bear-with-me-please",
            "access-in-a-header",
            "open-the-vault",
            "access-in-a-query",
        ] {
            assert!(!run.out.contains(hidden), "{format:?} {}", run.out);
        }
    }
}
