//! One secret and one session token, both with `+`, `/` and `=`, at every position of a paste: no reader
//! tells them in any spelling.

use percent_encoding::{NON_ALPHANUMERIC, percent_decode, utf8_percent_encode};

use super::*;
use crate::engine::correct::{CopyItem, When};
use crate::engine::document::Source;
use crate::engine::secret::{Keyring, Material, NamedSecret};
use crate::report::{self, Report, ReportOptions, TextStyle};
use crate::workbench::Work;

const SECRET_VALUE: &str = "wJal+XUtnFEMI/K7MDENG=bPxRfi+YEXAMPLE/EY";
const TOKEN: &str = "FwoGZXIvYXdzEBYaDHTO+KENxTOKE/Nabc+def09876zyxwvUTSRQ/ponmlkjihgfed+cba==";
const SCREENS: [&str; 8] = ["1", "2", "3", "3 x", "4", "6", "v", "c"];

/// A signed request with more lines in its head, and a query.
fn request(query: &str, head: &str, body: &str) -> String {
    format!(
        "POST /a{query} HTTP/1.1\nHost: b.s3.amazonaws.com\n{head}X-Amz-Date: 20260301T101500Z\n\
         Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260301/us-east-1/s3/aws4_request, \
         SignedHeaders=host;x-amz-date;x-amz-security-token, Signature={}\n\n{body}",
        "a".repeat(64)
    )
}

fn encoded(value: &str) -> String {
    utf8_percent_encode(value, NON_ALPHANUMERIC).to_string()
}

fn dump(text: &str, group: usize) -> String {
    let bytes: Vec<String> = text.as_bytes().chunks(group).map(hex::encode).collect();
    bytes.join(" ")
}

fn answer(inside: &str) -> String {
    format!("<Error><Code>SignatureDoesNotMatch</Code><Message>m</Message>{inside}</Error>\n")
}

/// The value where a name says what it is. `name` is the name in the style of a header.
fn named_positions(name: &str, value: &str) -> Vec<(&'static str, String)> {
    let (first, rest) = value.split_at(value.len() / 2);
    let under = name.replace('-', "_");
    let camel = name.replace('-', "");
    let once = encoded(value);
    let url = format!("https://b/a?{name}={once}&x=1");
    let canonical = format!("POST\n/a\n\nhost:b\n{name}:{value}\n\nhost\nUNSIGNED-PAYLOAD");
    let plain = request("", "", "");
    vec![
        ("header", request("", &format!("{name}: {value}\n"), "")),
        (
            "folded header",
            request("", &format!("{name}: {first}\n  {rest}\n"), ""),
        ),
        (
            "header with a blank",
            request("", &format!("{name} : {value}\n"), ""),
        ),
        ("near miss", request("", &format!("{under}: {value}\n"), "")),
        ("query", request(&format!("?{name}={once}"), "", "")),
        (
            "query in lower case",
            request(&format!("?{name}={}", lower_escapes(&once)), "", ""),
        ),
        (
            "query left raw",
            request(&format!("?x=1&{name}={value}&y=2"), "", ""),
        ),
        (
            "redirect",
            request(&format!("?u={}", encoded(&url)), "", ""),
        ),
        (
            "redirect twice",
            request(&format!("?u={}", encoded(&encoded(&url))), "", ""),
        ),
        ("referer", request("", &format!("Referer: {url}\n"), "")),
        (
            "form",
            request(
                "",
                "Content-Type: application/x-www-form-urlencoded\n",
                &format!("a=1&{name}={once}&b=2"),
            ),
        ),
        (
            "xml body",
            request("", "", &format!("<A><{camel}>{value}</{camel}></A>")),
        ),
        (
            "json body",
            request("", "", &format!("{{\"{camel}\":\"{value}\"}}")),
        ),
        (
            "json escaped",
            format!(
                "{{\"{camel}\":\"{}\"}}\n{plain}",
                value.replace('/', "\\/").replace('=', "\\u003d")
            ),
        ),
        (
            "variable",
            format!("AWS_{}={value}\n{plain}", under.to_uppercase()),
        ),
        ("file", format!("[default]\n{under} = {value}\n{plain}")),
        (
            "kwargs",
            format!("boto3.client('s3', aws_{under}='{value}')\n{plain}"),
        ),
        ("setter", format!("b.{camel}(\"{value}\")\n{plain}")),
        (
            "element of an answer",
            answer(&format!("<{camel}>{value}</{camel}>")),
        ),
        (
            "canonical request",
            answer(&format!("<CanonicalRequest>{canonical}</CanonicalRequest>")),
        ),
        (
            "dump",
            answer(&format!(
                "<CanonicalRequest>{canonical}</CanonicalRequest><CanonicalRequestBytes>{}</CanonicalRequestBytes>",
                dump(&canonical, 1)
            )),
        ),
        (
            "dump of pairs",
            answer(&format!(
                "<CanonicalRequest>{canonical}</CanonicalRequest><CanonicalRequestBytes>{}</CanonicalRequestBytes>",
                dump(&canonical, 2)
            )),
        ),
    ]
}

fn lower_escapes(text: &str) -> String {
    let mut out = String::new();
    let mut left = 0;
    for c in text.chars() {
        if c == '%' {
            left = 3;
        }
        out.push(if left > 0 { c.to_ascii_lowercase() } else { c });
        left = i32::max(left - 1, 0);
    }
    out
}

/// The value where nothing but itself says what it is.
fn bare_positions(value: &str) -> Vec<(&'static str, String)> {
    let once = encoded(value);
    vec![
        ("path", request(&format!("/{once}/b"), "", "")),
        (
            "unnamed header",
            request("", &format!("X-Note: {value}\n"), ""),
        ),
        (
            "unnamed parameter",
            request(&format!("?note={once}"), "", ""),
        ),
        ("raw parameter", request(&format!("?note={value}"), "", "")),
        ("body", request("", "", &format!("it is {value} here"))),
        ("message", answer(&format!("<Why>not {value}</Why>"))),
        (
            "prose",
            format!("I use {value} here\n{}", request("", "", "")),
        ),
        (
            "bearer",
            request("", &format!("Proxy-Authorization: Bearer {value}\n"), ""),
        ),
        (
            "cookie",
            request("", &format!("Cookie: a=1; t={value}\n"), ""),
        ),
    ]
}

/// The spellings of a text in which a value is looked for.
fn spellings(text: &str) -> Vec<String> {
    let mut decoded = text.replace("\\u000a", " ").into_bytes();
    loop {
        let again: Vec<u8> = percent_decode(&decoded).collect();
        if again == decoded {
            break;
        }
        decoded = again;
    }
    let decoded = String::from_utf8_lossy(&decoded).into_owned();
    let solid = |text: &str| text.replace([' ', '+', '\n', '\\', '│', '·'], "");
    let digits = text.to_lowercase().replace([' ', '\n', ':'], "");
    vec![solid(text), solid(&decoded), digits]
}

/// Whether a part of the value long enough to know it by is told by `text`.
fn tells(text: &str, value: &str) -> bool {
    let solid = value.replace('+', "");
    let hex = hex::encode(value);
    let parts = |whole: &str, len: usize| -> Vec<String> {
        (0..=whole.len() - len)
            .map(|i| whole.get(i..i + len).unwrap().to_owned())
            .collect()
    };
    let needles = [parts(&solid, 12), parts(&hex, 24)].concat();
    spellings(text)
        .iter()
        .any(|text| needles.iter().any(|needle| text.contains(needle.as_str())))
}

/// The outputs that hold no correction, each with its name.
fn outputs(driver: &mut Driver, work: &Work) -> Vec<(String, String)> {
    let mut json = report::json(work);
    without_corrections(&mut json);
    let mut out = vec![
        ("text".to_owned(), report::text(work, TextStyle::default())),
        ("json".to_owned(), report::json_text(&json)),
        ("markdown".to_owned(), report::markdown(work)),
    ];
    for item in [
        CopyItem::CanonicalRequest,
        CopyItem::StringToSign,
        CopyItem::Report,
    ] {
        if let Ok(text) = work.copy(crate::engine::scheme::all(), item, When::Same) {
            out.push((
                format!("{item:?}"),
                String::from_utf8_lossy(&text).into_owned(),
            ));
        }
    }
    for keys in SCREENS {
        driver.keys(keys);
        out.push((format!("screen {keys}"), plain(&driver.draw(220, 60))));
        driver.keys("Esc");
    }
    out
}

fn without_corrections(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::Object(object) => {
            object.retain(|key, _| !key.starts_with("correction"));
            object.values_mut().for_each(without_corrections);
        }
        serde_json::Value::Array(all) => all.iter_mut().for_each(without_corrections),
        _ => {}
    }
}

pub(super) fn opened(paste: &str, keyring: &Keyring) -> (Driver, Arc<Work>) {
    let driver = opened_in(paste, keyring, ThemeName::Dark);
    let work = Arc::clone(driver.app.work.as_ref().unwrap());
    (driver, work)
}

/// The app over a paste, with these keys at hand, in a theme.
pub(super) fn opened_in(paste: &str, keyring: &Keyring, theme: ThemeName) -> Driver {
    let mut bench = Workbench::new(Arc::new(Fixed(keyring.clone())));
    bench.inputs = vec![Input {
        name: "paste 1".into(),
        source: Source::Paste,
        bytes: paste.to_owned().into(),
    }];
    let options = AppOptions {
        theme,
        ascii: theme == ThemeName::Mono,
        ..AppOptions::default()
    };
    let (app, effects) = App::new(bench, options);
    Driver::over(app, effects)
}

fn told(positions: Vec<(&'static str, String)>, value: &str, keyring: &Keyring) -> Vec<String> {
    let mut leaks = Vec::new();
    for (position, paste) in positions {
        let (mut driver, work) = opened(&paste, keyring);
        for (reader, text) in outputs(&mut driver, &work) {
            if tells(&text, value) {
                leaks.push(format!("{position}: {reader}"));
            }
        }
    }
    leaks
}

pub(super) fn ring(secret: &str) -> Keyring {
    let mut ring = Keyring::new();
    ring.push(NamedSecret {
        name: "a file".into(),
        key_id: None,
        material: Material::Secret(secret.as_bytes().to_vec().into()),
        session_token: None,
    });
    ring
}

#[test]
fn the_check_sees_a_value_in_every_spelling() {
    for text in [
        SECRET_VALUE.to_owned(),
        encoded(SECRET_VALUE),
        encoded(&encoded(SECRET_VALUE)),
        SECRET_VALUE.replace('+', "%20"),
        dump(SECRET_VALUE, 1),
        dump(SECRET_VALUE, 2),
    ] {
        assert!(tells(&text, SECRET_VALUE), "{text}");
    }
    assert!(!tells("POST\n/a\n\nhost:b", SECRET_VALUE));
}

#[test]
fn a_known_secret_is_told_from_no_position() {
    let mut positions = bare_positions(SECRET_VALUE);
    positions.extend(named_positions("Secret-Access-Key", SECRET_VALUE));
    positions.push((
        "userinfo",
        format!("https://AKIAIOSFODNN7EXAMPLE:{SECRET_VALUE}@b/a\n"),
    ));
    let leaks = told(positions, SECRET_VALUE, &ring(SECRET_VALUE));
    assert!(leaks.is_empty(), "{leaks:#?}");
}

#[test]
fn a_secret_that_its_name_gives_away_is_told_from_no_position() {
    let positions = named_positions("Secret-Access-Key", SECRET_VALUE);
    let leaks = told(positions, SECRET_VALUE, &Keyring::new());
    assert!(leaks.is_empty(), "{leaks:#?}");
}

#[test]
fn a_session_token_is_told_from_no_position() {
    let mut positions = bare_positions(TOKEN);
    positions.extend(named_positions("X-Amz-Security-Token", TOKEN));
    positions.extend(named_positions("Session-Token", TOKEN));
    let leaks = told(positions, TOKEN, &ring(SECRET_VALUE));
    assert!(leaks.is_empty(), "{leaks:#?}");
}

#[test]
fn a_session_token_stands_whole_where_it_must_work_and_when_revealed() {
    let paste = request("", &format!("X-Amz-Security-Token: {TOKEN}\n"), "");
    let (_, work) = opened(&paste, &ring(SECRET_VALUE));
    for item in [CopyItem::Headers, CopyItem::Curl] {
        let text = work
            .copy(crate::engine::scheme::all(), item, When::Same)
            .unwrap();
        assert!(String::from_utf8_lossy(&text).contains(TOKEN), "{item:?}");
    }
    let reveal = ReportOptions {
        reveal_tokens: true,
        ..ReportOptions::default()
    };
    let report = Report::new(&work, reveal);
    let json = report::json_text(&report.json());
    for text in [report.text(TextStyle::default()), json, report.markdown()] {
        assert!(tells(&text, TOKEN), "{text}");
        assert!(!tells(&text, SECRET_VALUE), "{text}");
    }
}

#[test]
fn revealing_shows_session_tokens_and_no_other_credential() {
    let others = [
        ("Cookie", "session=averysecretcookievalue123456"),
        ("Proxy-Authorization", "Bearer abcdefghijklmnopqrstu"),
        ("X-Api-Key", "hunter2hunter2hunter2"),
    ];
    let lines = others
        .map(|(name, value)| format!("{name}: {value}\n"))
        .concat();
    let paste = request("", &format!("{lines}X-Amz-Security-Token: {TOKEN}\n"), "");
    let paste = paste.replace(
        "SignedHeaders=host;",
        "SignedHeaders=cookie;host;proxy-authorization;x-api-key;",
    );
    let (_, work) = opened(&paste, &ring(SECRET_VALUE));
    let reveal = ReportOptions {
        reveal_tokens: true,
        ..ReportOptions::default()
    };
    let report = Report::new(&work, reveal);
    let mut json = report.json();
    without_corrections(&mut json);
    let json = report::json_text(&json);
    for text in [report.text(TextStyle::default()), json, report.markdown()] {
        assert!(tells(&text, TOKEN), "{text}");
        for (name, value) in others {
            let (_, secret) = value.split_at(value.len() - 14);
            assert!(!text.contains(secret), "{name}: {text}");
        }
    }
}
