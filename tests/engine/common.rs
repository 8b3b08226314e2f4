//! Helpers of the engine's tests.

use bytes::Bytes;
use sigscope::engine::Analysis;
use sigscope::engine::document::{Documents, Source, Span};
use sigscope::engine::intake::{Body, Case, Given, Header, Shape, SignedRequest, Target};
use sigscope::engine::scheme::{Now, Role, Settings, Trace, View};
use sigscope::engine::secret::{Keyring, Material, NamedSecret, Sensitive};

/// A case that holds one raw HTTP request, read by the plainest means: the tests of signing do not
/// depend on how requests are recognised in pastes. `body` none takes what stands behind the head.
pub(crate) fn case_of(raw: &[u8]) -> Case {
    let mut docs = Documents::new();
    let doc = docs.give("request", Source::File, Bytes::copy_from_slice(raw));
    let whole = docs.whole(doc);
    let head_end = raw.windows(2).position(|w| w == b"\n\n");
    let head = &raw[..head_end.map_or(raw.len(), |at| at + 1)];
    let body = whole.from(head_end.map_or(raw.len(), |at| at + 2));
    let at = |start: usize, end: usize| Span::new(doc, start, end);

    let mut lines: Vec<(usize, usize)> = Vec::new();
    let mut start = 0;
    for (end, _) in head.iter().enumerate().filter(|(_, b)| **b == b'\n') {
        // A folded line belongs to the one before it.
        match lines.last_mut() {
            Some(last) if lines_fold(raw, start) => last.1 = end,
            _ => lines.push((start, end)),
        }
        start = end + 1;
    }
    if start < head.len() {
        match lines.last_mut() {
            Some(last) if lines_fold(raw, start) => last.1 = head.len(),
            _ => lines.push((start, head.len())),
        }
    }
    let (first, first_end) = lines[0];
    let line = &raw[first..first_end];
    let method = first + line.iter().position(|b| *b == b' ').unwrap();
    let version = find_last(line, b" HTTP/").map_or(first_end, |i| first + i);
    let target = at(method + 1, version);
    let text = docs.bytes(target);
    let query = text.iter().position(|b| *b == b'?');
    let headers = lines[1..]
        .iter()
        .map(|&(start, end)| {
            let colon = start + raw[start..end].iter().position(|b| *b == b':').unwrap();
            Header {
                name: Given::Stated(at(start, colon)),
                value: at(colon + 1, end),
                line: at(start, end),
            }
        })
        .collect();
    let request = SignedRequest {
        shape: Shape("http-request"),
        span: whole,
        method: Given::Stated(at(first, method)),
        target: Target {
            whole: target,
            scheme: None,
            authority: None,
            path: target.until(query.unwrap_or(text.len())),
            query: query.map(|q| target.from(q + 1)),
        },
        headers,
        body: Body::Held {
            span: body,
            newline_in_doubt: false,
        },
    };
    Case {
        docs,
        requests: vec![request],
        ..Case::default()
    }
}

fn lines_fold(raw: &[u8], start: usize) -> bool {
    start > 0 && matches!(raw.get(start), Some(b' ' | b'\t'))
}

fn find_last(hay: &[u8], needle: &[u8]) -> Option<usize> {
    hay.windows(needle.len()).rposition(|w| w == needle)
}

/// A moment for tests that do not care.
pub(crate) fn now() -> Now {
    Now {
        at: chrono::DateTime::UNIX_EPOCH,
        stated: false,
    }
}

/// A keyring with one secret for any key id.
pub(crate) fn keyring(secret: &str) -> Keyring {
    let mut keyring = Keyring::new();
    keyring.push(NamedSecret {
        name: "test".to_owned(),
        key_id: None,
        material: Material::Secret(Sensitive::new(secret.as_bytes().to_vec())),
        session_token: None,
    });
    keyring
}

/// Settings from pairs.
pub(crate) fn settings(pairs: &[(&str, &str)]) -> Settings {
    let mut settings = Settings::new();
    for (id, value) in pairs {
        settings.set(*id, Some((*value).to_owned()));
    }
    settings
}

/// Analyses the first request of `case` with all schemes.
pub(crate) fn analyse(case: &Case, keyring: &Keyring, settings: &Settings) -> Analysis {
    let view = View {
        case,
        request: Some(0),
        keyring,
        settings,
        now: now(),
    };
    sigscope::engine::analyse(sigscope::engine::scheme::all(), &view)
}

/// The public text of the stage with that role.
pub(crate) fn text(trace: &Trace, role: Role) -> String {
    let stage = trace.stage(role).expect("the stage is there");
    String::from_utf8_lossy(stage.output.public().unwrap_or_default()).into_owned()
}

/// The runs of every field of every stage tile the field, and what a run without a step says it copied
/// stands in the input exactly so.
pub(crate) fn check_provenance(trace: &Trace, which: &str) {
    for stage in &trace.stages {
        for field in &stage.fields {
            let mut at = field.range.start;
            for run in &field.runs {
                assert_eq!(run.out.start, at, "{which}: {} {field:?}", stage.id.0);
                at = run.out.end;
            }
            assert_eq!(at, field.range.end, "{which}: {} {field:?}", stage.id.0);
        }
    }
}

/// As above, and every run that claims to be a copy is one.
pub(crate) fn check_copies(trace: &Trace, docs: &Documents, which: &str) {
    check_provenance(trace, which);
    for stage in &trace.stages {
        for run in stage.fields.iter().flat_map(|f| &f.runs) {
            use sigscope::engine::scheme::Step;
            let untouched = run.steps.iter().all(|s| {
                matches!(
                    s,
                    Step::Sorted { .. } | Step::TakenUnverified | Step::Overridden
                )
            });
            if let (Some(from), true) = (run.from, untouched) {
                assert_eq!(
                    docs.bytes(from),
                    stage.value(&run.out),
                    "{which}: {}",
                    stage.id.0
                );
            }
        }
    }
}

/// Where the sources of a package of this build are, found through cargo's own metadata.
pub(crate) fn package_dir(name: &str) -> std::path::PathBuf {
    // Only the packages of this platform are sure to be downloaded.
    let rustc = std::process::Command::new("rustc")
        .arg("-vV")
        .output()
        .expect("rustc runs");
    let about = String::from_utf8(rustc.stdout).expect("rustc speaks UTF-8");
    let host = about
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .expect("a host");
    let metadata = cargo_metadata::MetadataCommand::new()
        .manifest_path(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
        .other_options(["--offline", "--filter-platform", host].map(str::to_owned))
        .exec()
        .expect("cargo metadata runs");
    let package = metadata
        .packages
        .iter()
        .find(|p| p.name.as_str() == name)
        .expect("a dependency");
    package.manifest_path.parent().expect("a folder").into()
}
