//! How long an analysis takes. Figures are reported, not asserted: `cargo bench --bench analysis`.
//!
//! What they are held against: a typical request within 100 µs, a 10 MB file within 60 ms, and a body
//! at 90 % or more of what SHA-256 alone does in the same run.

use std::hint::black_box;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use chrono::DateTime;
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use sha2::{Digest as _, Sha256};
use sigscope::credentials::{Finder, Named, Nowhere};
use sigscope::engine::document::Source;
use sigscope::engine::intake::{BodyHasher, Input};
use sigscope::engine::scheme::Now;
use sigscope::report::{self, TextStyle};
use sigscope::workbench::Workbench;
use sigscope::{samples, sources};

const MB: usize = 1_000_000;

fn now() -> Now {
    Now {
        at: DateTime::from_timestamp(1_780_000_000, 0).unwrap_or_default(),
        stated: true,
    }
}

fn workbench(bytes: Bytes) -> Workbench {
    let finder = Finder::new(&Named::default(), Arc::new(Nowhere)).expect("nothing was named");
    let mut workbench = Workbench::new(Arc::new(finder));
    workbench.inputs.push(Input {
        name: "bench".to_owned(),
        source: Source::File,
        bytes,
    });
    workbench
}

fn sample(name: &str) -> Workbench {
    let text = samples::find(name).map_or("", |sample| sample.text);
    workbench(Bytes::from_static(text.as_bytes()))
}

/// A request with a body of `size` bytes and the secret in front of it.
fn with_body(size: usize) -> Bytes {
    let body: Vec<u8> = (0..=250).cycle().take(size).collect();
    let text = samples::find("header-unsigned").map_or("", |sample| sample.text);
    let head = text.split_once("\n\n").and_then(|(secret, rest)| {
        let (head, _) = rest.split_once("\n\n")?;
        let head = head.replace("Content-Length: 30", &format!("Content-Length: {size}"));
        Some(format!("{secret}\n\n{head}\n\n"))
    });
    [head.unwrap_or_default().as_bytes(), &body].concat().into()
}

fn typical(c: &mut Criterion) {
    let mut group = c.benchmark_group("typical");
    for name in [
        "right-request",
        "host-changed",
        "expired-url",
        "private-host",
    ] {
        let workbench = sample(name);
        group.bench_function(name, |b| b.iter(|| black_box(workbench.work(now()))));
    }
    group.finish();
}

fn large(c: &mut Criterion) {
    let mut group = c.benchmark_group("10 MB");
    group.sample_size(20);
    let body = with_body(10 * MB);
    let prose = Bytes::from(b"nothing to be seen here, and a line of it\n".repeat(10 * MB / 42));
    let log = Bytes::from(
        samples::find("host-changed")
            .map_or("", |sample| sample.text)
            .repeat(10 * MB / 2920)
            .into_bytes(),
    );
    for (name, bytes) in [
        ("request with a body", body),
        ("prose", prose),
        ("thousands of failures", log),
    ] {
        group.throughput(Throughput::Bytes(bytes.len() as u64));
        let workbench = workbench(bytes);
        group.bench_function(name, |b| b.iter(|| black_box(workbench.work(now()))));
    }
    group.finish();
}

fn reports(c: &mut Criterion) {
    let mut group = c.benchmark_group("report");
    let work = sample("host-changed").work(now());
    group.bench_function("text", |b| {
        b.iter(|| black_box(report::text(&work, TextStyle::default())));
    });
    group.bench_function("json", |b| {
        b.iter(|| black_box(report::json_text(&report::json(&work))));
    });
    group.bench_function("markdown", |b| {
        b.iter(|| black_box(report::markdown(&work)));
    });
    group.finish();
}

/// `--body`: SHA-256 alone over memory, the hasher over memory, and a file streamed past.
fn body(c: &mut Criterion) {
    let bytes = vec![0x5A_u8; 128 * MB];
    let mut group = c.benchmark_group("body");
    group.sample_size(10);
    group.throughput(Throughput::Bytes(bytes.len() as u64));
    group.bench_function("sha2 alone", |b| {
        b.iter(|| black_box(Sha256::digest(&bytes)));
    });
    group.bench_function("hasher", |b| {
        b.iter_batched(
            BodyHasher::new,
            |mut hasher| {
                for piece in bytes.chunks(1 << 20) {
                    hasher.update(piece);
                }
                black_box(hasher.finish("body"))
            },
            BatchSize::PerIteration,
        );
    });
    let path = std::env::temp_dir().join(format!("sigscope-bench-{}", std::process::id()));
    let written = std::fs::File::create(&path).and_then(|mut file| file.write_all(&bytes));
    if written.is_ok() {
        println!(
            "body: the file at {:.0} % of sha2 alone",
            100.0 * ratio(&bytes, &path)
        );
        group.bench_function("file", |b| {
            b.iter(|| black_box(sources::body(&path, &mut |_, _| {})));
        });
    }
    // The file is only this run's: leaving it behind harms nothing.
    let _ = std::fs::remove_file(&path);
    group.finish();
}

/// The speed of a streamed file against that of SHA-256 alone, both measured in turns so that what else the
/// machine does slows both: the best of each counts.
fn ratio(bytes: &[u8], path: &Path) -> f64 {
    let mut best = [f64::INFINITY; 2];
    for _ in 0..15 {
        let started = Instant::now();
        black_box(Sha256::digest(bytes));
        let alone = started.elapsed().as_secs_f64();
        let started = Instant::now();
        let _ = black_box(sources::body(path, &mut |_, _| {}));
        let streamed = started.elapsed().as_secs_f64();
        best = [best[0].min(alone), best[1].min(streamed)];
    }
    best[0] / best[1]
}

criterion_group!(benches, typical, large, reports, body);
criterion_main!(benches);
