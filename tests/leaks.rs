//! Planted secrets of every kind, and every way out of the program: none of them comes out.
//!
//! Each secret is distinctive, and is looked for as it stands, in parts, percent-encoded, with JSON's escapes, in
//! hexadecimal and in base64; and behind the spelling of UTF-16.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may stop")]
#![expect(clippy::string_slice, reason = "all planted text is ASCII")]
#![expect(clippy::format_collect, reason = "a few lines, once a test")]

use std::sync::Arc;

use assert_cmd::Command;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use chrono::DateTime;
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use hmac::{Hmac, KeyInit as _, Mac as _};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Cell;
use sha2::{Digest as _, Sha256};
use sigscope::credentials::{self, Named, Nowhere};
use sigscope::engine::correct::{CopyItem, When};
use sigscope::engine::document::Source;
use sigscope::engine::intake::{Input, ReadAs};
use sigscope::engine::scheme::Now;
use sigscope::engine::secret::{Keyring, Material, NamedSecret, Sensitive};
use sigscope::report::{self, TextStyle};
use sigscope::tui::keymap::{Action, KEYS, Key};
use sigscope::tui::{App, AppOptions, CopyRequest, Effect, Msg};
use sigscope::workbench::{Finder, Fixed, Work, Workbench};

const KEY_ID: &str = "AKIAPLANTEDKEYID0001";
/// As long as AWS's, with the letters that spellings differ in.
const SECRET: &str = "pLaNt3d/SeCrEt+kEy/0f/tHe/LeAkAgE+tEsT01";
const TOKEN: &str = "FwoGZXIvYXdzEPlantedSessionToken/ofTheLeakageTest+0123456789abcdefghij==";
const DATE: &str = "20260311T091500Z";

fn hmac(key: &[u8], text: &[u8]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(text);
    mac.finalize().into_bytes().to_vec()
}

/// The four keys of the derivation, from the date's to the one that signs.
fn derived() -> [Vec<u8>; 4] {
    let date = hmac(format!("AWS4{SECRET}").as_bytes(), &DATE.as_bytes()[..8]);
    let region = hmac(&date, b"eu-central-1");
    let service = hmac(&region, b"s3");
    let signing = hmac(&service, b"aws4_request");
    [date, region, service, signing]
}

/// A request that is signed with the secret; `path` is what is sent, `/a.txt` what was signed.
fn request(path: &str) -> String {
    let headers = [
        ("host", "bucket.s3.eu-central-1.amazonaws.com"),
        ("x-amz-content-sha256", "UNSIGNED-PAYLOAD"),
        ("x-amz-date", DATE),
        ("x-amz-security-token", TOKEN),
    ];
    let names = headers.map(|(name, _)| name).join(";");
    let lines: String = headers.iter().map(|(n, v)| format!("{n}:{v}\n")).collect();
    let canonical = format!("GET\n/a.txt\n\n{lines}\n{names}\nUNSIGNED-PAYLOAD");
    let scope = format!("{}/eu-central-1/s3/aws4_request", &DATE[..8]);
    let hash = hex::encode(Sha256::digest(canonical.as_bytes()));
    let to_sign = format!("AWS4-HMAC-SHA256\n{DATE}\n{scope}\n{hash}");
    let signature = hex::encode(hmac(&derived()[3], to_sign.as_bytes()));
    let sent: String = headers
        .iter()
        .map(|(n, v)| format!("{n}: {v}\r\n"))
        .collect();
    format!(
        "GET {path} HTTP/1.1\r\n{sent}Authorization: AWS4-HMAC-SHA256 Credential={KEY_ID}/{scope}, \
         SignedHeaders={names}, Signature={signature}\r\n\r\n"
    )
}

/// The ways a secret is written where people paste from.
fn spellings() -> Vec<String> {
    let slashes = SECRET.replace('/', "\\/");
    let encoded = SECRET.replace('/', "%2F").replace('+', "%2B");
    vec![
        format!(
            "export AWS_ACCESS_KEY_ID={KEY_ID}\nexport AWS_SECRET_ACCESS_KEY={SECRET}\nexport AWS_SESSION_TOKEN={TOKEN}\n"
        ),
        format!("[default]\naws_access_key_id = {KEY_ID}\naws_secret_access_key = {SECRET}\n"),
        format!(
            "{{\"AccessKeyId\": \"{KEY_ID}\", \"SecretAccessKey\": \"{slashes}\", \"SessionToken\": \"{TOKEN}\"}}\n"
        ),
        format!("accessKeyId: '{KEY_ID}'\nsecretAccessKey: '{SECRET}'\n"),
        format!("$Env:AWS_ACCESS_KEY_ID=\"{KEY_ID}\"\n$Env:AWS_SECRET_ACCESS_KEY=\"{SECRET}\"\n"),
        format!("set -x AWS_ACCESS_KEY_ID {KEY_ID}\nset -x AWS_SECRET_ACCESS_KEY {SECRET}\n"),
        format!("<AccessKeyId>{KEY_ID}</AccessKeyId><SecretAccessKey>{SECRET}</SecretAccessKey>\n"),
        format!("curl --user \"{KEY_ID}:{SECRET}\" https://example.com/\n"),
        format!("aws_access_key_id={KEY_ID}&aws_secret_access_key={encoded}&x=1\n"),
        format!("\u{feff}Access key ID,Secret access key\r\n{KEY_ID},{SECRET}\r\n"),
        format!("MINIO_ROOT_USER={KEY_ID}\nMINIO_ROOT_PASSWORD={SECRET}\n"),
        format!("Secret access key\n{SECRET}\n"),
        format!("http -A aws4 -a {KEY_ID}:{SECRET} https://example.com/ x-amz-date:1\n"),
        format!(
            "{{\"request\": {{\"method\": \"GET\", \"url\": \"https://example.com/\", \"header\": [], \"auth\": {{\"type\": \"awsv4\", \"awsv4\": [{{\"key\": \"secretKey\", \"value\": \"{SECRET}\"}}, {{\"key\": \"accessKey\", \"value\": \"{KEY_ID}\"}}]}}}}}}\n"
        ),
        format!(
            "get {{\n  url: https://example.com/\n  auth: awsv4\n}}\n\nauth:awsv4 {{\n  accessKeyId: {KEY_ID}\n  secretAccessKey: {SECRET}\n}}\n"
        ),
        format!(
            "auth = AWS4Auth('{KEY_ID}', '{SECRET}', 'eu-central-1', 's3')\nrequests.get('https://s3.example.com/x-amz-', auth=auth)\n"
        ),
        format!("{KEY_ID}:{SECRET}\n"),
        format!("export AWS_SECRET_ACCESS_KEY={SECRET}\n{}", gateway_log()),
        format!(
            "iam-1 | I0805 auth_signature_v4.go:196 identity: &{{power 0x5e0ad40 [0xc00059da60] [Admin]}}, foundCred: &{{{KEY_ID} {SECRET}}}\niam-1 | I0805 auth_signature_v4.go:250 signingKey: {}\n",
            hex::encode(&derived()[3])
        ),
        format!("cred={{AccessKey:{KEY_ID} SecretKey:{SECRET}}}\n"),
        format!(
            "aws.Credentials{{AccessKeyID: {KEY_ID}, SecretAccessKey: {SECRET}, SessionToken: {TOKEN}, Source: env}}\n"
        ),
        format!(
            "credentials: {{{KEY_ID} {SECRET} {TOKEN} EnvProvider}}\nkSigning = {}\n",
            hex::encode(&derived()[3])
        ),
    ]
}

/// What Ceph's gateway logs of the derivation.
fn gateway_log() -> String {
    let names = ["date_k   ", "region_k ", "service_k", "signing_k"];
    let lines = names.iter().zip(derived()).map(|(name, key)| {
        let key = hex::encode(key);
        format!("2026-03-11T09:15:00.621+0000 7f43f67bc6c0 10 req 11 0.004s {name} = {key}\n")
    });
    lines.collect()
}

/// What must never come out, each with its name.
fn forbidden() -> Vec<(String, Vec<u8>)> {
    let mut out = Vec::new();
    let mut add = |name: &str, raw: &[u8]| {
        out.push((format!("{name}, raw"), raw.to_vec()));
        out.push((format!("{name}, in hex"), hex::encode(raw).into_bytes()));
        out.push((
            format!("{name}, in base64"),
            BASE64.encode(raw).into_bytes(),
        ));
    };
    add("the secret", SECRET.as_bytes());
    add(
        "the secret with its prefix",
        format!("AWS4{SECRET}").as_bytes(),
    );
    for (key, name) in derived()
        .iter()
        .zip(["date", "region", "service", "signing"])
    {
        add(&format!("the {name} key"), key);
    }
    for (name, text) in [
        (
            "percent-encoded",
            SECRET.replace('/', "%2F").replace('+', "%2B"),
        ),
        ("with escaped slashes", SECRET.replace('/', "\\/")),
        ("with blanks for plus", SECRET.replace('+', " ")),
    ] {
        out.push((format!("the secret {name}"), text.into_bytes()));
    }
    // A third of it is enough to find the rest by.
    for at in 0..SECRET.len() - 13 {
        let part = SECRET.as_bytes()[at..at + 13].to_vec();
        out.push(("a part of the secret".to_owned(), part));
    }
    out
}

/// The token, where it must not stand.
fn tokens() -> Vec<(String, Vec<u8>)> {
    let encoded = TOKEN
        .replace('/', "%2F")
        .replace('+', "%2B")
        .replace('=', "%3D");
    vec![
        ("the token".to_owned(), TOKEN.as_bytes()[8..40].to_vec()),
        (
            "the token, encoded".to_owned(),
            encoded.as_bytes()[8..40].to_vec(),
        ),
        (
            "the token, in hex".to_owned(),
            hex::encode(&TOKEN[8..40]).into_bytes(),
        ),
    ]
}

#[track_caller]
fn silent(what: &str, text: &[u8], needles: &[(String, Vec<u8>)]) {
    // A wrapped line does not hide what stands in it.
    let solid: Vec<u8> = text
        .iter()
        .copied()
        .filter(|b| !b.is_ascii_whitespace())
        .collect();
    let hex: Vec<u8> = text.to_ascii_lowercase();
    for (name, needle) in needles {
        let found = [text, &solid, &hex]
            .iter()
            .any(|text| memchr::memmem::find(text, needle).is_some());
        assert!(
            !found,
            "{name} is told by {what}:\n{}",
            String::from_utf8_lossy(text)
        );
    }
}

fn both() -> Vec<(String, Vec<u8>)> {
    [forbidden(), tokens()].concat()
}

fn now() -> Now {
    Now {
        at: DateTime::from_timestamp(1_773_220_800, 0).unwrap(),
        stated: false,
    }
}

fn input(name: &str, source: Source, text: &str) -> Input {
    Input {
        name: name.to_owned(),
        source,
        bytes: text.as_bytes().to_vec().into(),
    }
}

/// Finds what stands in the paste, and nothing else.
fn nowhere() -> Arc<dyn Finder> {
    let finder = credentials::Finder::new(&Named::default(), Arc::new(Nowhere));
    Arc::new(finder.unwrap())
}

fn candidate(material: Material) -> Keyring {
    let mut ring = Keyring::new();
    ring.push(NamedSecret {
        name: "the environment".to_owned(),
        key_id: Some(KEY_ID.to_owned()),
        material,
        session_token: Some(Sensitive::new(TOKEN.as_bytes().to_vec())),
    });
    ring
}

/// Workbenches that hold the secret in one way each.
fn benches() -> Vec<(String, Workbench)> {
    let secret = || Material::Secret(Sensitive::new(SECRET.as_bytes().to_vec()));
    let signing = || Material::DerivedKey(Sensitive::new(derived()[3].clone()));
    let mut out = Vec::new();
    for (way, material) in [
        ("a secret", secret as fn() -> Material),
        ("a signing key", signing),
    ] {
        for path in ["/a.txt", "/b.txt"] {
            let mut bench = Workbench::new(Arc::new(Fixed(candidate(material()))));
            bench.inputs = vec![input("request", Source::File, &request(path))];
            out.push((format!("{way}, {path}"), bench));
        }
    }
    let mut entered = Workbench::new(nowhere());
    entered.inputs = vec![input("request", Source::File, &request("/a.txt"))];
    entered.entered = candidate(secret());
    out.push(("entered".to_owned(), entered));
    // A hex signing key that stands in the text of the request as well.
    let mut quoted = Workbench::new(Arc::new(Fixed(candidate(signing()))));
    let key = hex::encode(&derived()[3]);
    let text = request("/a.txt").replace("/a.txt", &format!("/{key}?k={key}"));
    quoted.inputs = vec![input("request", Source::File, &text)];
    out.push(("a signing key in the request".to_owned(), quoted));
    for (at, spelling) in spellings().into_iter().enumerate() {
        for source in [Source::Paste, Source::File] {
            let mut bench = Workbench::new(nowhere());
            let text = format!("{spelling}\n{}", request("/b.txt"));
            bench.inputs = vec![input("paste 1", source, &text)];
            out.push((format!("spelling {at}, {source:?}"), bench));
        }
    }
    out
}

fn works() -> Vec<(String, Work)> {
    let work = |(name, bench): (String, Workbench)| (name, bench.work(now()));
    benches().into_iter().map(work).collect()
}

#[test]
fn no_report_tells_a_secret() {
    for (name, work) in works() {
        assert!(
            work.keyring
                .candidates
                .iter()
                .any(|c| c.key_id.as_deref().is_none_or(|id| id == KEY_ID))
                || name.contains("spelling 8"),
            "{name}: the planted secret was not even found"
        );
        for (form, text) in [
            ("text", report::text(&work, TextStyle::default())),
            ("Markdown", report::markdown(&work)),
        ] {
            silent(&format!("{form} of {name}"), text.as_bytes(), &both());
        }
        let mut json = report::json(&work);
        silent(
            &format!("JSON of {name}"),
            report::json_text(&json).as_bytes(),
            &forbidden(),
        );
        // Corrections work only with the token whole.
        let object = json.as_object_mut().unwrap();
        object.remove("correction");
        object.remove("correction_now");
        silent(
            &format!("JSON of {name}"),
            report::json_text(&json).as_bytes(),
            &both(),
        );
    }
}

#[test]
fn nothing_that_is_copied_tells_a_secret() {
    for (name, bench) in benches() {
        let work = bench.work(now());
        for item in CopyItem::ALL {
            for when in [When::Same, When::Fresh(now().at)] {
                // What the request itself asks for by name stays in what is sent instead of it.
                if name.ends_with("in the request") && item.is_dated() {
                    continue;
                }
                let Ok(text) = work.copy(bench.schemes, item, when) else {
                    continue;
                };
                let needles = match item {
                    CopyItem::CanonicalRequest | CopyItem::StringToSign | CopyItem::Report => {
                        both()
                    }
                    _ => forbidden(),
                };
                silent(&format!("{item:?} of {name}"), &text, &needles);
            }
        }
    }
}

/// What stands in a message of a panic or of a test that failed is written by `Debug`.
#[test]
fn no_debug_form_tells_a_secret() {
    for (name, bench) in benches() {
        let work = bench.work(now());
        let forms = [
            ("the inputs", format!("{:?}", bench.inputs)),
            ("the case", format!("{:?}", work.case)),
            (
                "the keyring",
                format!("{:?} {:?}", work.keyring, bench.entered),
            ),
            ("the correction", format!("{:?}", work.correction)),
            ("the trace", format!("{:#?}", work.analysis.trace)),
            ("the diagnosis", format!("{:?}", work.analysis.diagnosis)),
            ("the redactor", format!("{:?}", work.redactor)),
            ("all of it", format!("{work:?}")),
        ];
        for (what, text) in forms {
            silent(&format!("{what} of {name}"), text.as_bytes(), &both());
        }
    }
}

/// An app, its edge played by the test.
struct Driver {
    app: App,
    asked: Vec<Effect>,
}

impl Driver {
    fn new(bench: Workbench) -> Self {
        let (app, effects) = App::new(bench, AppOptions::default());
        let mut driver = Self {
            app,
            asked: Vec::new(),
        };
        driver.perform(effects);
        driver
    }

    fn perform(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            let answer = match effect {
                Effect::Work(number, bench) => Msg::Worked(number, Arc::new(bench.work(now()))),
                Effect::Search(number, search) => {
                    Msg::Searched(number, search.run(&mut |_, _| true))
                }
                _ => {
                    self.asked.push(effect);
                    continue;
                }
            };
            let effects = self.app.update(answer);
            self.perform(effects);
        }
    }

    fn press(&mut self, key: Key) {
        let effects = self
            .app
            .update(Msg::Key(KeyEvent::new(key.code, key.modifiers)));
        self.perform(effects);
    }

    fn char(&mut self, c: char) {
        let event = KeyEvent::new(KeyCode::Char(c), KeyModifiers::NONE);
        let effects = self.app.update(Msg::Key(event));
        self.perform(effects);
    }

    fn screen(&mut self, width: u16, height: u16) -> String {
        let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        terminal.draw(|frame| self.app.draw(frame)).unwrap();
        let buffer = terminal.backend().buffer();
        let lines = buffer.content.chunks(usize::from(width));
        lines
            .map(|line| line.iter().map(Cell::symbol).collect::<String>() + "\n")
            .collect()
    }

    /// What was asked to be copied as it is, and the last words.
    fn said(&self) -> Vec<u8> {
        let mut out = self.app.farewell().unwrap_or_default().into_bytes();
        for effect in &self.asked {
            if let Effect::Copy(CopyRequest::Text { what, text }, _) = effect {
                out.extend_from_slice(what.as_bytes());
                out.extend_from_slice(text);
                out.push(b'\n');
            }
        }
        out
    }
}

/// At each place each key of the table, at several sizes; and what is then copied by `y`.
#[test]
fn no_screen_tells_a_secret_whatever_key_is_pressed() {
    let keys: Vec<(Action, Key)> = KEYS
        .iter()
        .flat_map(|row| row.keys.iter().map(|key| (row.action, *key)))
        .collect();
    let all = benches();
    let (secret, token) = (forbidden(), tokens());
    let [first, .., last] = all.as_slice() else {
        panic!("no benches")
    };
    for (name, bench) in [first, last] {
        for place in ['0', '1', '2', '3', '4', '5', '6', 'v'] {
            for (action, key) in &keys {
                let mut driver = Driver::new(bench.clone());
                driver.char(place);
                driver.press(*key);
                let what = format!("{name}: {place} {}", key.name());
                let (width, height) = [(80, 24), (120, 36), (200, 60)][key.name().len() % 3];
                let screen = driver.screen(width, height);
                silent(&what, screen.as_bytes(), &token);
                // Derived keys are shown where they were asked for, and only there.
                if *action != Action::Reveal {
                    silent(&what, screen.as_bytes(), &secret);
                }
                driver.char('y');
                silent(&format!("the copy of {what}"), &driver.said(), &secret);
                silent(&format!("the copy of {what}"), &driver.said(), &token);
            }
        }
    }
    for (name, bench) in &all {
        let mut driver = Driver::new(bench.clone());
        for key in "1G2x3axa4x5y6v0c".chars() {
            driver.char(key);
            for (width, height) in [(40, 12), (80, 24), (160, 50)] {
                let screen = driver.screen(width, height);
                silent(&format!("{name}: {key}"), screen.as_bytes(), &secret);
                silent(&format!("{name}: {key}"), screen.as_bytes(), &token);
            }
        }
        silent(&format!("{name}: what is left"), &driver.said(), &secret);
    }
}

/// Headers as browsers, tables and archives of requests have them, and prose.
#[test]
fn no_way_out_tells_a_token_that_stands_apart_from_its_name() {
    let long = format!("IQoJb3JpZ2luX2VjPlanted9{}", "LongSession7Token".repeat(60));
    for token in [
        TOKEN,
        "FwoGZXIvYXdzEPlanted1ShortSessionTokenOfTheTest",
        &long,
    ] {
        tells_no_token(token);
    }
}

fn tells_no_token(token: &str) {
    let stated = format!("x-amz-security-token: {TOKEN}");
    let signed = request("/a.txt");
    let needles = [("the token".to_owned(), token.as_bytes()[12..30].to_vec())];
    for said in [
        format!("X-Amz-Security-Token = {token}"),
        format!("X-Amz-Security-Token\r\n{token}"),
        format!("X-Amz-Security-Token:\r\n{token}"),
        format!("X-Amz-Security-Token\t{token}"),
        format!("X-Amz-Security-Token {token}"),
        format!("{{\"name\":\"x-amz-security-token\",\"value\":\"{token}\"}}"),
        format!("my session token is {token}"),
    ] {
        for text in [
            signed.replace(&stated, &said),
            format!("{said}\r\n{signed}"),
            signed.replace(&stated, &said.replace("\r\n", "\n")),
        ] {
            let mut bench = Workbench::new(Arc::new(Fixed(Keyring::new())));
            bench.inputs = vec![input("paste 1", Source::Paste, &text)];
            let work = bench.work(now());
            let text = report::text(&work, TextStyle::default());
            silent(&format!("the text of {said}"), text.as_bytes(), &needles);
            let markdown = report::markdown(&work);
            silent(
                &format!("the Markdown of {said}"),
                markdown.as_bytes(),
                &needles,
            );
            let json = report::json_text(&report::json(&work));
            silent(&format!("the JSON of {said}"), json.as_bytes(), &needles);
            let mut driver = Driver::new(bench);
            for key in "01jjjjjx2a3v".chars() {
                driver.char(key);
                let screen = driver.screen(200, 60);
                silent(&format!("{key} of {said}"), screen.as_bytes(), &needles);
            }
            silent("the last words", &driver.said(), &needles);
        }
    }
}

/// A paste that stops inside the value: its end is no part of any other text that is known.
#[test]
fn no_way_out_tells_the_end_of_a_token_that_the_paste_stops_in() {
    let token = "IQoJb3JpZ2luX2VjPlanted7HalfASessionTokenOfTheTestThatStopsHereAndNowhere";
    let needles = [
        ("its end".to_owned(), b"StopsHereAndNowhere".to_vec()),
        ("its middle".to_owned(), b"Planted7Half".to_vec()),
    ];
    for name in ["x-amz-security-token", "authorization"] {
        let value = if name == "authorization" {
            format!("Bearer {token}")
        } else {
            token.to_owned()
        };
        let text = format!(
            "{{\n  \"method\": \"PUT\",\n  \"url\": \"https://b.s3.amazonaws.com/k\",\n  \"headers\": {{\n    \"x-amz-date\": \"20130524T000000Z\",\n    \"{name}\": \"{value}"
        );
        let mut bench = Workbench::new(Arc::new(Fixed(Keyring::new())));
        bench.inputs = vec![input("paste 1", Source::Paste, &text)];
        let work = bench.work(now());
        let said = report::text(&work, TextStyle::default());
        silent(&format!("the text of {name}"), said.as_bytes(), &needles);
        silent(
            &format!("the Markdown of {name}"),
            report::markdown(&work).as_bytes(),
            &needles,
        );
        let json = report::json_text(&report::json(&work));
        silent(&format!("the JSON of {name}"), json.as_bytes(), &needles);
        let mut driver = Driver::new(bench);
        for key in "01jjjjjx2a3v".chars() {
            driver.char(key);
            let screen = driver.screen(200, 60);
            silent(&format!("{key} of {name}"), screen.as_bytes(), &needles);
        }
    }
}

/// A token that a snippet joins from pieces, in a text that is read as what a person says it is.
#[test]
fn no_forced_reading_tells_a_token_in_pieces() {
    let token = format!("IQoJb3JpZ2luX2VjPlanted9{}", "Zk9q".repeat(40));
    let pieces = [&token[..60], &token[60..120], &token[120..]].join("\" + \"");
    let signed = "AWS4-HMAC-SHA256 Credential=ASIAIOSFODNN7EXAMPLE/20260402/eu-west-1/s3/aws4_request, \
                  SignedHeaders=host;x-amz-date;x-amz-security-token, Signature=";
    let text = format!(
        "t = \"{pieces}\"\nimport requests\nrequests.get(\"https://b.example/k\", \
         headers={{\"X-Amz-Security-Token\": t, \"X-Amz-Date\":\"20260402T140310Z\",\
         \"Authorization\":\"{signed}{}\"}})\n",
        "a".repeat(64)
    );
    let needles = [("the token".to_owned(), b"Zk9qZk9qZk9q".to_vec())];
    let read_as = ReadAs::ALL.into_iter().map(Some).chain([None]);
    for read_as in read_as {
        let mut bench = Workbench::new(Arc::new(Fixed(Keyring::new())));
        bench.inputs = vec![input("paste 1", Source::Paste, &text)];
        bench.choices.read_as = read_as.map(|read_as| (0, read_as)).into_iter().collect();
        let work = bench.work(now());
        for told in [
            report::text(&work, TextStyle::default()),
            report::markdown(&work),
            report::json_text(&report::json(&work)),
        ] {
            silent(&format!("{read_as:?}"), told.as_bytes(), &needles);
        }
        let mut driver = Driver::new(bench);
        for key in "01jjjjjx2a3v".chars() {
            driver.char(key);
            let screen = driver.screen(200, 60);
            silent(&format!("{key}, {read_as:?}"), screen.as_bytes(), &needles);
        }
    }
}

/// Files of PowerShell that hold a secret which is known from elsewhere: read, too large to be read, and cut.
#[test]
fn no_way_out_tells_a_secret_in_utf_16() {
    let secret = Material::Secret(Sensitive::new(SECRET.as_bytes().to_vec()));
    let prose = format!("{SECRET} is my key\r\n");
    let large = format!("{prose}{}", "and so on\r\n".repeat(30_000));
    let asked = request(&format!("/b.txt?note={SECRET}&token={TOKEN}"));
    for text in [&prose, &large, &asked] {
        for bytes in [u16::to_le_bytes, u16::to_be_bytes] {
            let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
            let wide: Vec<u8> = units.flat_map(bytes).collect();
            for cut in [0, 1] {
                let mut bench = Workbench::new(Arc::new(Fixed(candidate(secret.clone()))));
                bench.inputs = vec![Input {
                    name: "wide.txt".to_owned(),
                    source: Source::File,
                    bytes: wide[..wide.len() - cut].to_vec().into(),
                }];
                let work = bench.work(now());
                let mut said = vec![
                    report::text(&work, TextStyle::default()),
                    report::markdown(&work),
                    report::json_text(&report::json(&work)),
                ];
                let mut driver = Driver::new(bench);
                for key in "01x0v".chars() {
                    driver.char(key);
                    said.push(driver.screen(160, 50));
                }
                for said in said {
                    // The other byte of each letter hides nothing.
                    let narrow = [
                        "\\\\x00", "\\x00", "\\u0000", "\\0", "\0", "\u{2400}", "\u{fffd}",
                    ]
                    .iter()
                    .fold(said, |said, nul| said.replace(nul, ""));
                    silent("a file in UTF-16", narrow.as_bytes(), &forbidden());
                }
            }
        }
    }
}

/// Revealed on the screen is not revealed to the clipboard.
#[test]
fn a_revealed_key_is_not_copied() {
    let (_, bench) = benches().swap_remove(0);
    let mut driver = Driver::new(bench);
    driver.char('5');
    driver.char('r');
    let screen = driver.screen(160, 50).replace(['\n', ' ', '│'], "");
    let key = hex::encode(&derived()[0]);
    assert!(
        screen.contains(&key[..16]),
        "the key is shown when asked for:\n{screen}"
    );
    for _ in 0..8 {
        driver.char('y');
        driver.char('j');
    }
    silent("the copies", &driver.said(), &both());
}

struct Run {
    what: String,
    text: Vec<u8>,
}

/// The program, in a home folder of its own.
fn run(home: &std::path::Path, arguments: &[&str], vars: &[(&str, &str)], stdin: &str) -> Run {
    let output = Command::new(assert_cmd::cargo::cargo_bin!("sigscope"))
        .env_clear()
        .env("HOME", home)
        .env("RUST_BACKTRACE", "1")
        .envs(vars.iter().copied())
        .args(arguments)
        .write_stdin(stdin)
        .output()
        .unwrap();
    Run {
        what: format!("sigscope {}", arguments.join(" ")),
        text: [output.stdout, b"\n".to_vec(), output.stderr].concat(),
    }
}

#[test]
fn no_command_tells_a_secret_however_it_is_given() {
    let home = tempfile::tempdir().unwrap();
    let path = |name: &str| home.path().join(name).to_string_lossy().into_owned();
    let write = |name: &str, text: &str| {
        std::fs::write(home.path().join(name), text).unwrap();
        path(name)
    };
    std::fs::create_dir(home.path().join(".aws")).unwrap();
    let (good, bad) = (
        write("good", &request("/a.txt")),
        write("bad", &request("/b.txt")),
    );
    let (secret, ini) = (write("secret", SECRET), write("ini", &spellings()[1]));
    let hex_key = hex::encode(&derived()[3]);
    let env = [("S", SECRET), ("K", hex_key.as_str())];
    let standard = [
        ("AWS_ACCESS_KEY_ID", KEY_ID),
        ("AWS_SECRET_ACCESS_KEY", SECRET),
        ("AWS_SESSION_TOKEN", TOKEN),
    ];
    let mut runs = Vec::new();
    for file in [&good, &bad] {
        for form in [&[][..], &["--json"], &["--markdown"]] {
            let with = |more: &[&'static str], vars: &[(&str, &str)]| {
                let arguments = [&["check", file.as_str()], form, more].concat();
                run(home.path(), &arguments, vars, "")
            };
            runs.push(with(&["--secret-env", "S"], &env));
            runs.push(with(&["--signing-key-env", "K"], &env));
            runs.push(with(&[], &standard));
            for secret in [&secret, &ini] {
                let arguments = [
                    &["check", file.as_str(), "--secret-file", secret.as_str()],
                    form,
                ]
                .concat();
                runs.push(run(home.path(), &arguments, &[], ""));
            }
            std::fs::write(home.path().join(".aws/credentials"), &spellings()[1]).unwrap();
            runs.push(with(&[], &[]));
            std::fs::remove_file(home.path().join(".aws/credentials")).unwrap();
            for spelling in spellings() {
                let text = format!("{spelling}\n{}", request("/b.txt"));
                runs.push(run(
                    home.path(),
                    &[&["check", "-"], form].concat(),
                    &[],
                    &text,
                ));
            }
        }
    }
    let found = runs
        .iter()
        .filter(|run| !run.text.starts_with(b"\n"))
        .count();
    assert_eq!(found, runs.len());
    for run in runs {
        silent(&run.what, &run.text, &forbidden());
        if !run.what.contains("--json") {
            silent(&run.what, &run.text, &tokens());
        }
    }
}

/// A secret on the command line is a mistake, but need not get into a log by way of an answer as well.
#[test]
fn no_complaint_repeats_a_secret_that_was_given_by_mistake() {
    let home = tempfile::tempdir().unwrap();
    let good = home.path().join("good").to_string_lossy().into_owned();
    std::fs::write(&good, request("/a.txt")).unwrap();
    let hex_key = hex::encode(&derived()[3]);
    let equals = format!("--secret={SECRET}");
    for secret in [SECRET, hex_key.as_str()] {
        for arguments in [
            &["check", secret][..],
            &["check", "--json", secret],
            &["check", &good, secret],
            &["check", &good, "--body", secret],
            &["check", &good, "--secret-file", secret],
            &["check", &good, "--secret-env", secret],
            &["check", &good, "--signing-key-env", secret],
            &["check", &good, "--secret", secret],
            &["check", &good, "--now", secret],
            &["check", &good, "--request", secret],
            &["check", &good, "--profile", secret],
            &["check", &good, &equals],
            &["samples", secret],
            &["completions", secret],
            &[secret],
            &["--theme", secret],
        ] {
            let run = run(home.path(), arguments, &[], "");
            let program = String::from_utf8_lossy(&run.text).into_owned();
            assert!(!program.trim().is_empty(), "{arguments:?} says nothing");
            silent("a complaint", &run.text, &forbidden());
        }
    }
    for arguments in [
        &["--help"][..],
        &["check", "--help"],
        &["man"],
        &["samples"],
    ] {
        let vars = [("AWS_SECRET_ACCESS_KEY", SECRET), ("S", SECRET)];
        silent(
            "help",
            &run(home.path(), arguments, &vars, "").text,
            &forbidden(),
        );
    }
}

/// A file whose name holds the signing key is read, and its name is hidden where it would be told.
#[test]
fn the_name_of_a_file_does_not_tell_a_key_that_is_known() {
    let key = hex::encode(&derived()[3]);
    for secret in [SECRET.replace('/', "_"), key.clone()] {
        let mut ring = candidate(Material::Secret(Sensitive::new(
            secret.clone().into_bytes(),
        )));
        ring.push(
            candidate(Material::DerivedKey(Sensitive::new(derived()[3].clone())))
                .candidates
                .remove(0),
        );
        let mut bench = Workbench::new(Arc::new(Fixed(ring)));
        bench.inputs = vec![input(
            &format!("{secret}.txt"),
            Source::File,
            &request("/b.txt"),
        )];
        let needle = vec![("the name".to_owned(), secret.clone().into_bytes())];
        let work = bench.work(now());
        silent(
            "text",
            report::text(&work, TextStyle::default()).as_bytes(),
            &needle,
        );
        silent("Markdown", report::markdown(&work).as_bytes(), &needle);
        silent(
            "JSON",
            report::json_text(&report::json(&work)).as_bytes(),
            &needle,
        );
        let mut driver = Driver::new(bench);
        for key in "01234563xv0".chars() {
            driver.char(key);
            silent("the screen", driver.screen(200, 50).as_bytes(), &needle);
        }
        silent("the last words", &driver.said(), &needle);
    }
}

/// The key of a customer's own (SSE-C) is sent with each request; only its MD5 may be told.
#[test]
fn no_way_out_tells_a_customer_s_encryption_key() {
    let key = "MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI=";
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("request.txt");
    for front in ["", "copy-source-"] {
        let name = format!("x-amz-{front}server-side-encryption-customer-key");
        let request = format!(
            "PUT /k HTTP/1.1\nHost: b.s3.amazonaws.com\n{name}: {key}\n{name}-MD5: c29tZS1kaWdlc3Q=\nx-amz-date: 20260311T091544Z\nx-amz-content-sha256: UNSIGNED-PAYLOAD\nAuthorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260311/us-east-1/s3/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date;{name}, Signature=fe5f80f77d5fa3beca038a248ff027d0445342fe2855ddc963176630326f1024\n\n"
        );
        std::fs::write(&path, request).unwrap();
        for form in ["--reveal", "--json", "--markdown"] {
            let out = std::process::Command::new(env!("CARGO_BIN_EXE_sigscope"))
                .args(["check", form])
                .arg(&path)
                .env_clear()
                .env("HOME", home.path())
                .output()
                .unwrap();
            let said = [out.stdout, out.stderr].concat();
            let said = String::from_utf8_lossy(&said);
            assert!(!said.contains("MTIzNDU2"), "{name} {form}: {said}");
            assert!(said.contains("AKIAIOSFODNN7EXAMPLE"), "{form}: {said}");
        }
    }
}

/// A header that lets somebody in is hidden however a program prints it, in a request and beside one.
#[test]
fn no_way_out_tells_a_credential_in_any_notation() {
    const KEY: &str = "MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI=";
    let printed = |name: &str| {
        [
            format!("{name}: {KEY}"),
            format!("\"{name}\": \"{KEY}\""),
            format!("'{name}': '{KEY}'"),
            format!("'{name}': b'{KEY}'"),
            format!("\"{name}\": [\"{KEY}\"]"),
            format!("{name}:[{KEY}]"),
            format!("{name}={KEY}"),
            format!("{name}=\"{KEY}\""),
            format!("'{name}'='{KEY}'"),
            format!("\"{name}\" => \"{KEY}\""),
            format!("\"{name}\" \"{KEY}\""),
            format!("(\"{name}\", \"{KEY}\")"),
            format!("{{\"{name}\", \"{KEY}\"}}"),
            format!("\\\"{name}\\\": \\\"{KEY}\\\""),
            format!("<{name}>{KEY}</{name}>"),
        ]
    };
    let names = [
        "x-api-key",
        "cookie",
        "x-vault-token",
        "proxy-authorization",
        "authorization",
        "x-amz-server-side-encryption-customer-key",
        "SSECustomerKey",
    ];
    for line in names.into_iter().flat_map(printed) {
        let beside = format!("log: x-amz-date 1 {line} \n");
        let inside = format!(
            "GET /k HTTP/1.1\nhost: a\nx-log: {line}\nAuthorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, SignedHeaders=host;x-log, Signature={}\n\n",
            "a".repeat(64)
        );
        for pasted in [beside, inside] {
            let mut bench = Workbench::new(nowhere());
            bench.inputs = vec![input("paste", Source::Paste, &pasted)];
            let needle = vec![("the credential".to_owned(), KEY.as_bytes()[..12].to_vec())];
            let work = bench.work(now());
            silent(
                &line,
                report::text(&work, TextStyle::default()).as_bytes(),
                &needle,
            );
            silent(&line, report::markdown(&work).as_bytes(), &needle);
            silent(
                &line,
                report::json_text(&report::json(&work)).as_bytes(),
                &needle,
            );
        }
    }
    // A list of names is no pair, and a signature no credential.
    let mut bench = Workbench::new(nowhere());
    let case = "headers: [\"authorization\", \"x-amz-date-of-it\", \"host\"] {\"Authorization\": \"AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=00\"} X-Amz-\n";
    bench.inputs = vec![input("paste", Source::Paste, case)];
    let work = bench.work(now());
    let told = report::json_text(&report::json(&work));
    assert!(!told.contains("redacted"), "{told}");
}

#[test]
fn no_ticket_holds_a_request_that_would_be_taken() {
    let signature = "6c68ec971218fa14b309a18f2fe94278753dd8b78c2a77ce2e571851e6ba976a";
    let request = format!(
        "GET /k HTTP/1.1\nHost: h.example\nX-Amz-Date: {DATE}\nAuthorization: AWS4-HMAC-SHA256 \
         Credential={KEY_ID}/20260311/us-east-1/s3/aws4_request, SignedHeaders=host;x-amz-date, Signature={signature}\n\n\
         HTTP/1.1 403 Forbidden\n\n<Error><Code>SignatureDoesNotMatch</Code></Error>"
    );
    let form = format!(
        r#"{{"url": "https://b.s3.amazonaws.com/", "fields": {{"key": "k", "AWSAccessKeyId": "{KEY_ID}", "policy": "eyJjb25kaXRpb25zIjogW119", "x-amz-signature": "{signature}"}}}}"#
    );
    for (text, sent) in [
        (request, format!("Signature={signature}'")),
        (form, format!("'x-amz-signature={signature}'")),
    ] {
        let mut bench = Workbench::new(nowhere());
        bench.inputs = vec![input("request", Source::Paste, &text)];
        let work = bench.work(Now {
            at: DateTime::parse_from_rfc3339("2026-03-11T09:20:00Z")
                .unwrap()
                .into(),
            stated: false,
        });
        // Who asks has the line, and the ticket has one that is refused.
        let own = report::text(
            &work,
            TextStyle {
                width: 400,
                colour: false,
            },
        );
        assert!(own.contains(&sent), "{own}");
        let ticket = report::markdown(&work);
        assert!(!ticket.contains(&sent), "{ticket}");
        assert!(ticket.contains("curl -sS -i"), "{ticket}");
    }
}
