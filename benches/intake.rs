//! How long it takes to understand a paste. Figures are reported, not asserted: `cargo bench --bench intake`.
//!
//! What they are held against: a typical paste within 1 ms, a debug log of 10 MB with 2,000 requests within 300 ms,
//! and the same time for each byte at 1, 4 and 16 MB, whatever the bytes are.

use std::fmt::Write as _;
use std::hint::black_box;

use bytes::Bytes;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use sha2::{Digest as _, Sha256};
use sigscope::engine::document::Source;
use sigscope::engine::intake::{self, Case, Input, Integrity};
use sigscope::samples;

const MB: usize = 1_000_000;

fn read(bytes: &Bytes) -> Case {
    let input = Input {
        name: "bench".to_owned(),
        source: Source::File,
        bytes: bytes.clone(),
    };
    intake::read(&[input], None)
}

/// One call as the AWS CLI logs it with `--debug`, of about 5 KB: what was signed, sent and answered.
fn call(log: &mut String, number: usize) {
    let front = |name: &str, level: &str| {
        format!(
            "2026-04-02 14:03:10,{:03} - MainThread - {name} - {level} - ",
            number % 1000
        )
    };
    let date = format!("20260402T14{:02}{:02}Z", number / 60 % 60, number % 60);
    let canonical = format!(
        "PUT\n/key-{number}\n\ncontent-type:text/plain\nhost:examplebucket.s3.eu-west-1.amazonaws.com\nx-amz-content-sha256:UNSIGNED-PAYLOAD\nx-amz-date:{date}\n\ncontent-type;host;x-amz-content-sha256;x-amz-date\nUNSIGNED-PAYLOAD"
    );
    let scope = "20260402/eu-west-1/s3/aws4_request";
    let hash = hex::encode(Sha256::digest(&canonical));
    let to_sign = format!("AWS4-HMAC-SHA256\n{date}\n{scope}\n{hash}");
    let signature = hex::encode(Sha256::digest(&to_sign));
    for event in 0..20 {
        let _ = writeln!(
            log,
            "{}Event before-parameter-build.s3.PutObject: calling handler <function handler_{event} at 0x7f3c5c0d{number:04x}>",
            front("botocore.hooks", "DEBUG")
        );
    }
    let auth = front("botocore.auth", "DEBUG");
    let _ = writeln!(log, "{auth}Calculating signature using v4 auth.");
    let _ = writeln!(log, "{auth}CanonicalRequest:\n{canonical}");
    let _ = writeln!(log, "{auth}StringToSign:\n{to_sign}");
    let _ = writeln!(log, "{auth}Signature:\n{signature}");
    let authorization = format!(
        "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/{scope}, SignedHeaders=content-type;host;x-amz-content-sha256;x-amz-date, Signature={signature}"
    );
    let _ = writeln!(
        log,
        "PUT /key-{number} HTTP/1.1\nHost: examplebucket.s3.eu-west-1.amazonaws.com\nContent-Type: text/plain\nX-Amz-Date: {date}\nX-Amz-Content-SHA256: UNSIGNED-PAYLOAD\nAuthorization: {authorization}\nContent-Length: 0\n"
    );
    let dump = |text: &str| {
        text.bytes().fold(String::new(), |mut out, b| {
            let _ = write!(out, "{b:02x} ");
            out
        })
    };
    let _ = writeln!(
        log,
        "{}Response body:\nb'<?xml version=\"1.0\" encoding=\"UTF-8\"?>\\n<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated does not match the signature you provided. Check your key and signing method.</Message><AWSAccessKeyId>AKIAIOSFODNN7EXAMPLE</AWSAccessKeyId><StringToSign>{}</StringToSign><SignatureProvided>{signature}</SignatureProvided><StringToSignBytes>{}</StringToSignBytes><CanonicalRequest>{}</CanonicalRequest></Error>'",
        front("botocore.parsers", "DEBUG"),
        to_sign.replace('\n', "\\n"),
        dump(&to_sign).trim_end(),
        canonical.replace('\n', "\\n"),
    );
}

/// A log of `calls` calls.
fn log(calls: usize) -> Bytes {
    let mut log = String::new();
    for number in 0..calls {
        call(&mut log, number);
    }
    log.into()
}

fn typical(c: &mut Criterion) {
    let mut group = c.benchmark_group("typical paste");
    for name in [
        "right-request",
        "host-changed",
        "expired-url",
        "private-host",
    ] {
        let text = samples::find(name).map_or("", |sample| sample.text);
        let bytes = Bytes::from_static(text.as_bytes());
        group.bench_function(name, |b| b.iter(|| black_box(read(&bytes))));
    }
    let one = log(1);
    group.bench_function("one call of a debug log", |b| {
        b.iter(|| black_box(read(&one)));
    });
    let quoted = String::from_utf8_lossy(&one).replace('\n', "\n> ");
    let quoted = Bytes::from(format!("> {quoted}"));
    group.bench_function("the same in a mail", |b| {
        b.iter(|| black_box(read(&quoted)));
    });
    let json = Bytes::from(serde_json::json!({ "log": String::from_utf8_lossy(&one) }).to_string());
    group.bench_function("the same in JSON", |b| b.iter(|| black_box(read(&json))));
    let wrapped: String = String::from_utf8_lossy(&one)
        .lines()
        .flat_map(|line| {
            line.as_bytes()
                .chunks(80)
                .map(|piece| String::from_utf8_lossy(piece).into_owned() + "\n")
                .collect::<Vec<_>>()
        })
        .collect();
    let wrapped = Bytes::from(wrapped);
    group.bench_function("the same, broken at 80", |b| {
        b.iter(|| black_box(read(&wrapped)));
    });
    let cut = String::from_utf8_lossy(&one).replace("UNSIGNED-PAYLOAD\n2026", "UNSI\n2026");
    let cut = Bytes::from(cut.replace("host;x-amz", "host;"));
    group.bench_function("the same, edited", |b| b.iter(|| black_box(read(&cut))));
    group.finish();
}

fn large(c: &mut Criterion) {
    let mut group = c.benchmark_group("debug log");
    group.sample_size(10);
    for (name, calls) in [
        ("1 MB", 200),
        ("4 MB", 800),
        ("2,000 calls", 2_000),
        ("16 MB", 3_200),
    ] {
        let bytes = log(calls);
        let case = read(&bytes);
        let proved =
            |integrity: &Integrity| matches!(integrity, Integrity::Verified | Integrity::Repaired);
        let sure = case
            .evidence
            .iter()
            .filter(|e| proved(&e.integrity))
            .count();
        println!(
            "{name}: {} kB, {} requests and {sure} proved pairs of strings of {calls} calls found",
            bytes.len() / 1000,
            case.requests.len(),
        );
        group.throughput(Throughput::Bytes(bytes.len() as u64));
        group.bench_function(name, |b| b.iter(|| black_box(read(&bytes))));
    }
    group.finish();
}

/// Texts that a careless reader would go over again and again.
fn hostile(c: &mut Criterion) {
    let mut group = c.benchmark_group("hostile");
    group.sample_size(10);
    let units = [
        ("escapes", "\\\\n\\u0026&amp;\\x41"),
        ("margins", "> > | 12:00 [x] \n"),
        ("methods", "GET\n/ "),
        ("algorithms", "AWS4-HMAC-SHA256\n20130524T000000Z\n"),
        ("labels", "CanonicalRequest:\nGET\n/\n\nhost:a\n"),
        ("colours", "\x1b[31mGET\x1b[0m\n/"),
    ];
    for (name, unit) in units {
        for size in [1, 4] {
            let bytes = Bytes::from(unit.repeat(size * MB / unit.len()));
            group.throughput(Throughput::Bytes(bytes.len() as u64));
            group.bench_function(format!("{name}, {size} MB"), |b| {
                b.iter(|| black_box(read(&bytes)));
            });
        }
    }
    group.finish();
}

criterion_group!(benches, typical, large, hostile);
criterion_main!(benches);
