//! Memory of the whole program on large input, as the kernel counts it (Linux only).

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fs::File;
use std::io::{Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

const MB: u64 = 1_000_000;

/// A small signed request without a body: the header example of the S3 documentation.
const REQUEST: &str = "\
PUT /test.txt HTTP/1.1\r
Host: examplebucket.s3.amazonaws.com\r
Authorization: AWS4-HMAC-SHA256 \
Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,\
SignedHeaders=host;x-amz-content-sha256;x-amz-date,\
Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41\r
x-amz-content-sha256:UNSIGNED-PAYLOAD\r
x-amz-date: 20130524T000000Z\r
";

/// Runs `sigscope` with nothing of the environment and says the peak of its resident memory in bytes,
/// its exit status, and how long it took. None off Linux, where nothing is measured.
fn peak(home: &Path, arguments: &[&str]) -> Option<(u64, i32, Duration)> {
    if !cfg!(target_os = "linux") {
        eprintln!("NOT TESTED: memory is measured on Linux only");
        return None;
    }
    let started = Instant::now();
    let mut child = Command::new(assert_cmd::cargo::cargo_bin!("sigscope"))
        .env_clear()
        .env("HOME", home)
        .env("SECRET", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    // The kernel keeps the highest mark itself; it is gone once the process is.
    let status_file = format!("/proc/{}/status", child.id());
    let mut highest = 0;
    let status = loop {
        if let Some(mark) = high_water_mark(&status_file) {
            highest = highest.max(mark);
        }
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        thread::sleep(Duration::from_millis(1));
    };
    assert!(highest > 0, "no mark was read");
    Some((highest, status.code().unwrap(), started.elapsed()))
}

/// The peak of resident memory in bytes.
fn high_water_mark(status_file: &str) -> Option<u64> {
    let status = std::fs::read_to_string(status_file).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kibibytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kibibytes * 1024)
}

#[test]
fn a_streamed_body_takes_no_memory() {
    // The size that matters is tested where SIGSCOPE_LARGE is set; any size shows a leak of it.
    let size = if std::env::var_os("SIGSCOPE_LARGE").is_some() {
        5_000 * MB
    } else {
        512 * MB
    };
    let home = tempfile::tempdir().unwrap();
    let body = home.path().join("body");
    File::create(&body).unwrap().set_len(size).unwrap();
    let request = home.path().join("request.txt");
    std::fs::write(&request, format!("{REQUEST}\r\n")).unwrap();
    let arguments = [
        "check",
        "--json",
        "--body",
        body.to_str().unwrap(),
        request.to_str().unwrap(),
    ];
    let Some((peak, status, took)) = peak(home.path(), &arguments) else {
        return;
    };
    eprintln!(
        "{} MB streamed in {took:?} within {} MB",
        size / MB,
        peak / MB
    );
    assert!([0, 1, 2, 3].contains(&status));
    assert!(peak < 60 * MB, "{} MB", peak / MB);
}

/// A request whose head alone is about `size` bytes, of every shape that was ever found to cost more.
fn hostile(size: usize) -> Vec<(&'static str, String)> {
    let start = |target: &str| {
        format!("GET {target} HTTP/1.1\r\nHost: a\r\nX-Amz-Date: 20260301T101500Z\r\n")
    };
    let authorization = |credential: &str, names: &str| {
        format!(
            "Authorization: AWS4-HMAC-SHA256 Credential={credential}AKIAIOSFODNN7EXAMPLE/20260301/us-east-1/s3/\
             aws4_request, SignedHeaders={names}, Signature={:064}\r\n",
            1
        )
    };
    let signed = |names: &str| authorization("", names);
    let url = "/?X-Amz-Algorithm=AWS4-HMAC-SHA256&";
    let numbered = |size: usize| {
        let names: Vec<String> = (0..size / 8).map(|i| format!("h{i:06}")).collect();
        names.join(";")
    };
    let refusal = |query: &str| {
        format!(
            "<Error><Code>SignatureDoesNotMatch</Code><CanonicalRequest>GET\n/\n{query}\nhost:a\n\nhost\n\
             {:064}</CanonicalRequest></Error>",
            1
        )
    };
    let followed = format!(
        "{}X-Big: {}\r\n{}",
        start(&format!(
            "/{}?{}",
            "a!".repeat(100_000),
            "a=!b!&".repeat(4_000)
        )),
        "v  ".repeat(30_000),
        signed(&format!("host{}", ";x-big".repeat(10))),
    );
    let big = "v".repeat(size.min(200_000));
    vec![
        (
            "parameters",
            start(&format!("{url}{}", "a=b&".repeat(size / 4))),
        ),
        (
            "the signature behind them",
            start(&format!("/?{}X-Amz-Signature=a", "a=b&".repeat(size / 4))),
        ),
        (
            "names that are empty",
            start("/") + &signed(&";".repeat(size)),
        ),
        ("names", start("/") + &signed(&numbered(size))),
        (
            "one name again and again",
            start("/") + &signed(&"te;".repeat(size / 3)),
        ),
        (
            "one value again and again",
            format!(
                "{}X-Big: {big}\r\n{}",
                start("/"),
                signed(&"x-big;".repeat(4_000))
            ),
        ),
        (
            "parts of the header",
            start("/") + &authorization(&",".repeat(size), "host"),
        ),
        (
            "parts of the credential",
            start("/") + &authorization(&"/".repeat(size), "host"),
        ),
        (
            "a path",
            start(&format!("/{}", "a!".repeat(size / 2))) + &signed("host"),
        ),
        (
            "a value",
            format!(
                "{}X-Big: {}\r\n{}",
                start("/"),
                "v  ".repeat(size / 3),
                signed("host;x-big")
            ),
        ),
        (
            "evidence",
            start("/")
                + &signed("host")
                + "\r\n"
                + &refusal(&"a&amp;".repeat(500_000)).repeat(size / 3_000_000),
        ),
        // Below every bound, so that all of it is traced.
        ("as much as is followed", followed.clone()),
        (
            "as much as is followed, and a body",
            format!(
                "{followed}Content-Length: {size}\r\n\r\n{}",
                "b".repeat(size)
            ),
        ),
    ]
}

/// Text of `size` bytes in the letters of base64 that does not repeat.
fn letters(size: usize) -> String {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut state = 1_u64;
    let letter = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        char::from(alphabet[usize::try_from(state >> 58).unwrap()])
    };
    std::iter::repeat_with(letter).take(size).collect()
}

/// What is hidden wherever it turns up, of about `size` bytes: in one piece, and in very many.
fn hidden(size: usize) -> Vec<(&'static str, String)> {
    let value = letters(size);
    let start = |target: &str| format!("GET {target} HTTP/1.1\r\nHost: a\r\n");
    let signed = |names: &str, signature: &str| {
        format!(
            "X-Amz-Date: 20260301T101500Z\r\nAuthorization: AWS4-HMAC-SHA256 \
             Credential=ASIAIOSFODNN7EXAMPLE/20260301/us-east-1/s3/aws4_request, \
             SignedHeaders={names}, Signature={signature}\r\n"
        )
    };
    let plain = signed("host", &"0".repeat(64));
    let tokens = |len: usize| -> String {
        let line = |token: &[u8]| [b"aws_session_token = ", token, b"\n"].concat();
        let tokens = value.as_bytes().chunks(len);
        // With their names they are of that size, not without.
        let lines = tokens
            .take(size / line(&[]).len().saturating_add(len))
            .flat_map(line);
        String::from_utf8(lines.collect()).unwrap()
    };
    vec![
        (
            "a session token",
            format!(
                "{}X-Amz-Security-Token: {value}\r\n{}",
                start("/"),
                signed("host;x-amz-security-token", &"0".repeat(64))
            ),
        ),
        (
            "a session token in the query",
            start(&format!(
                "/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=00&X-Amz-Security-Token={value}"
            )),
        ),
        (
            "a session token of one letter",
            format!(
                "{}X-Amz-Security-Token: {}\r\n{plain}",
                start("/"),
                "A".repeat(size)
            ),
        ),
        (
            "a secret",
            format!("AWS_SECRET_ACCESS_KEY={value}\n\n{}{plain}", start("/")),
        ),
        ("a signature", start("/") + &signed("host", &value)),
        (
            "another Authorization",
            format!("{}Authorization: Bearer {value}\r\n", start("/")),
        ),
        ("a parameter", start(&format!("/?a={value}")) + &plain),
        (
            "a string to sign",
            format!(
                "{}{plain}\r\n<Error><Code>SignatureDoesNotMatch</Code>\
                 <StringToSign>AWS4-HMAC-SHA256\n{value}</StringToSign></Error>",
                start("/")
            ),
        ),
        ("tokens", tokens(500) + "\n" + &start("/") + &plain),
        ("short tokens", tokens(100) + "\n" + &start("/") + &plain),
    ]
}

#[test]
fn no_shape_of_a_request_takes_more_than_its_size_and_a_little() {
    stays_small(hostile);
}

#[test]
fn what_is_hidden_takes_no_more_than_other_text() {
    stays_small(hidden);
}

/// Checks what `shapes` makes of a size in bytes.
fn stays_small(shapes: impl Fn(usize) -> Vec<(&'static str, String)>) {
    let size = if std::env::var_os("SIGSCOPE_LARGE").is_some() {
        50 * MB
    } else {
        4 * MB
    };
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("request.txt");
    // The pages of the program itself count among it, and a build for debugging has very many.
    std::fs::write(&path, REQUEST.to_owned() + "\r\n").unwrap();
    let small = [
        "check",
        "--json",
        "--secret-env",
        "SECRET",
        path.to_str().unwrap(),
    ];
    let Some((own, ..)) = peak(home.path(), &small) else {
        return;
    };
    eprintln!("a small request: {} MB", own / MB);
    for (shape, text) in shapes(usize::try_from(size).unwrap()) {
        std::fs::write(&path, text + "\r\n").unwrap();
        for format in ["--json", "--markdown"] {
            let file = path.to_str().unwrap();
            let arguments = ["check", format, "--secret-env", "SECRET", file];
            let Some((peak, status, took)) = peak(home.path(), &arguments) else {
                return;
            };
            eprintln!(
                "{shape}, {format}: {took:?}, {} MB, exit {status}",
                peak / MB
            );
            assert!([0, 1, 2, 3].contains(&status), "{shape}: {status}");
            assert!(
                peak < own + size + 33 * MB,
                "{shape}, {format}: {} MB",
                peak / MB
            );
        }
    }
}

#[test]
fn a_large_file_is_held_once() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("request.txt");
    let size = 50 * MB;
    let mut file = File::create(&path).unwrap();
    write!(file, "{REQUEST}Content-Length: {size}\r\n\r\n").unwrap();
    // Zeros to the end: a body like any other.
    let head = file.seek(SeekFrom::End(0)).unwrap();
    file.set_len(head + size).unwrap();
    drop(file);
    for format in ["--json", "--markdown"] {
        let arguments = [
            "check",
            format,
            "--secret-env",
            "SECRET",
            path.to_str().unwrap(),
        ];
        let Some((peak, status, took)) = peak(home.path(), &arguments) else {
            return;
        };
        eprintln!(
            "{} MB checked in {took:?} within {} MB",
            size / MB,
            peak / MB
        );
        assert!([0, 1, 2, 3].contains(&status));
        assert!(peak < 100 * MB, "{format}: {} MB", peak / MB);
    }
}

#[test]
fn hostile_repetition_stays_within_its_memory() {
    // The size that matters is tested where SIGSCOPE_LARGE is set; layers and what is read in vain take up to 50 MB of any,
    // and the pages of a debug binary up to 6.
    let (size, most) = if std::env::var_os("SIGSCOPE_LARGE").is_some() {
        (50_000_000, 100 * MB)
    } else {
        (10_000_000, 64 * MB)
    };
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("hostile.txt");
    for unit in [
        "> GET / HTTP/1.1\n",
        "> GET ",
        "&lt;Error&gt;",
        "\n",
        "<",
        "&",
        "http",
        "http://",
    ] {
        std::fs::write(&path, unit.repeat(size / unit.len())).unwrap();
        let arguments = ["check", "--json", path.to_str().unwrap()];
        let Some((peak, status, took)) = peak(home.path(), &arguments) else {
            return;
        };
        eprintln!("{unit:?} read in {took:?} within {} MB", peak / MB);
        assert!([2, 3].contains(&status), "{unit:?}: exit status {status}");
        assert!(peak < most, "{unit:?}: {} MB", peak / MB);
    }
}
