//! Helpers of the engine's tests.

use std::sync::Arc;

use bytes::Bytes;
use sigscope::engine::Analysis;
use sigscope::engine::correct::{Correction, When};
use sigscope::engine::document::{Documents, Source};
use sigscope::engine::intake::{Case, Input, read};
use sigscope::engine::scheme::{Now, Role, Settings, Trace, View};
use sigscope::engine::secret::{Keyring, Material, NamedSecret, Sensitive};
use sigscope::workbench::{Fixed, Work, Workbench};

/// A case that holds one raw HTTP request.
pub(crate) fn case_of(raw: &[u8]) -> Case {
    let input = Input {
        name: "request".to_owned(),
        source: Source::File,
        bytes: Bytes::copy_from_slice(raw),
    };
    let case = read(&[input], None);
    assert_eq!(case.requests.len(), 1, "{}", String::from_utf8_lossy(raw));
    case
}

/// A case of one paste, whatever it holds.
pub(crate) fn paste(text: &str) -> Case {
    let input = Input {
        name: "paste".to_owned(),
        source: Source::File,
        bytes: text.to_owned().into(),
    };
    read(&[input], None)
}

/// The work that the app and `check` do of a file with this text.
pub(crate) fn work_of(text: &str, keyring: Keyring, now: Now) -> Work {
    let mut bench = Workbench::new(Arc::new(Fixed(keyring)));
    bench.inputs.push(Input {
        name: "input".to_owned(),
        source: Source::File,
        bytes: Bytes::copy_from_slice(text.as_bytes()),
    });
    bench.work(now)
}

/// The secret of the examples in the AWS documentation.
pub(crate) const EXAMPLE_SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

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

/// What to send instead of the first request of `case`, with its own date.
pub(crate) fn corrected(case: &Case, keyring: &Keyring, settings: &Settings) -> Correction {
    let view = View {
        case,
        request: Some(0),
        keyring,
        settings,
        now: now(),
    };
    let schemes = sigscope::engine::scheme::all();
    let trace = sigscope::engine::analyse(schemes, &view).trace;
    sigscope::engine::correct(schemes, &view, &trace.expect("a trace"), When::Same)
        .expect("a correction")
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
