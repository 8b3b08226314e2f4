//! What is printed whatever the verdict: help, refusals, and never a secret.

use std::fs;

use serde_json::Value;

use crate::home::{GET_OBJECT, Home, KEY_ID, Run, SECRET};

#[test]
fn what_cannot_be_used_ends_with_two_and_an_object_all_the_same() {
    let home = Home::new();
    let get = home.file("get.txt", GET_OBJECT);
    let empty = home.file("empty", "");
    let binary = home.file(
        "binary",
        (0..=255u8).cycle().take(100_000).collect::<Vec<_>>(),
    );
    let folder = home.path("");
    let missing = home.path("none");
    for (arguments, message) in [
        (
            &["check", missing.as_str(), "--json"][..],
            "there is no such file",
        ),
        (&["check", &folder, "--json"], "it is a directory"),
        (&["check", &empty, "--json"], ""),
        (&["check", &binary, "--json"], ""),
        (
            &["check", &get, "--json", "--body", &missing],
            "there is no such file",
        ),
        (
            &["check", &get, "--json", "--secret-file", &missing],
            "there is no such file",
        ),
        (
            &["check", &get, "--json", "--secret-file", &empty],
            "it is empty",
        ),
        (
            &["check", &get, "--json", "--secret-env", "UNSET"],
            "--secret-env",
        ),
        (
            &["check", &get, "--json", "--signing-key-env", "HOME"],
            "64 hex digits",
        ),
        (&["check", &get, "--json", "--now", "yesterday"], "--now"),
        (&["check", &get, "--json", "--request", "0"], "--request"),
        (&["check", &get, "--json", "--markdown"], "--markdown"),
        (&["check", &get, "--json", "--nonsense"], "--nonsense"),
    ] {
        let run = home.run(arguments);
        assert_eq!(run.status, 2, "{arguments:?} {run:?}");
        assert!(run.err.contains(message), "{arguments:?} {run:?}");
        let json = run.json();
        assert_eq!(json["format"], 1);
        assert_eq!(json["scheme"], Value::Null);
        assert_eq!(json["verdict"]["id"], Value::Null);
        assert!(
            json["verdict"]["sentence"]
                .as_str()
                .is_some_and(|s| !s.is_empty())
        );
    }
}

#[test]
fn a_hostile_file_name_reaches_no_terminal() {
    let name = "\u{1b}]52;c;aGk=\u{7}\u{202e}.txt";
    let run = Home::new().run(&["check", name, "--json"]);
    assert_eq!(run.status, 2);
    for text in [&run.out, &run.err] {
        let raw = |c: char| c != '\n' && (c.is_control() || c == '\u{202e}');
        assert!(!text.contains(raw), "{text:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_file_without_permission_is_unreadable() {
    use std::os::unix::fs::PermissionsExt as _;
    let home = Home::new();
    let file = home.file("locked", GET_OBJECT);
    fs::set_permissions(&file, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read(&file).is_ok() {
        eprintln!("not tested: this user may read everything");
        return;
    }
    let run = home.run(&["check", &file]);
    assert_eq!(run.status, 2);
    assert!(run.err.contains("permission denied"), "{run:?}");
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let home = Home::new();
    let file = home.file("get.txt", GET_OBJECT);
    for arguments in [
        &["check", file.as_str()][..],
        &["man"],
        &["completions", "bash"],
        &["--help"],
    ] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = std::process::Command::new(assert_cmd::cargo::cargo_bin!("sigscope"))
            .env_clear()
            .env("HOME", home.path(""))
            .args(arguments)
            .stdin(std::process::Stdio::null())
            .stdout(writer)
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap()
            .wait_with_output()
            .unwrap();
        assert!(
            output.status.code().is_some_and(|code| code != 101),
            "{arguments:?}"
        );
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{arguments:?}");
    }
}

#[test]
fn without_a_terminal_the_app_points_to_check() {
    let home = Home::new();
    let file = home.file("get.txt", GET_OBJECT);
    for arguments in [&[][..], &[file.as_str()], &["--ascii", "--light"]] {
        let run = home.run(arguments);
        assert_eq!(run.status, 2);
        assert!(
            run.out.is_empty() && run.err.contains("sigscope check"),
            "{run:?}"
        );
    }
}

#[test]
fn no_secret_is_in_any_output() {
    let home = Home::new();
    let token = "FwoGZXIvYXdzEJr//////////wEaDExampleSessionToken";
    let exported = format!(
        "{{\"Version\":1,\"AccessKeyId\":\"{KEY_ID}\",\"SecretAccessKey\":\"{SECRET}\",\"SessionToken\":\"{token}\"}}"
    );
    home.file(
        ".aws/credentials",
        format!("[p]\naws_access_key_id={KEY_ID}\naws_secret_access_key=\"{SECRET}\"\naws_session_token={token}\n"),
    );
    home.file(
        ".mc/config.json",
        format!("{{\"aliases\":{{\"{SECRET}\": 7}}}}"),
    );
    let get = home.file("get.txt", GET_OBJECT);
    let pasted = home.file(
        "pasted.txt",
        format!("export AWS_ACCESS_KEY_ID={KEY_ID}\nexport AWS_SECRET_ACCESS_KEY={SECRET}\n\n{GET_OBJECT}"),
    );
    let json = home.file("export.json", &exported);
    let bad = home.file("bad.txt", GET_OBJECT.replace("test.txt", "other.txt"));
    let key = "dbb893acc010964918f1fd433add87c70e8b0db6be30c1fbeafefa5ec6ba8378";
    let vars = [("S", SECRET), ("K", key), ("AWS_SECRET_ACCESS_KEY", SECRET)];
    // Secrets that stand in the input and nowhere else, one of them for another key.
    let alone = "Pasted/Secret+Of+Nobody/Else+0123456789";
    let strange = home.file(
        "strange.txt",
        format!("AWS_ACCESS_KEY_ID=AKIAELSE\nAWS_SECRET_ACCESS_KEY={alone}\n\n{GET_OBJECT}{alone}"),
    );
    let inputs: [&[&str]; 7] = [
        &["check", &get],
        &["check", &bad],
        &["check", &pasted],
        &["check", &json, &get],
        &["check", &get, "--secret-env", "S", "--signing-key-env", "K"],
        &["check", &get, "--secret-file", &json],
        &["check", &strange],
    ];
    let formats: [&[&str]; 4] = [&[], &["--json"], &["--markdown"], &["--json", "--reveal"]];
    let mut runs = 0;
    for input in inputs {
        for format in formats {
            let arguments = [input, format].concat();
            assert_hidden(
                &home.run_with(&arguments, &vars, b""),
                &[SECRET, key, alone],
                &arguments,
            );
            runs += 1;
        }
    }
    // A secret in the place of the name of a variable, or on the command line by mistake.
    for arguments in [
        &["check", get.as_str(), "--secret-env", SECRET][..],
        &["check", &get, "--signing-key-env", SECRET],
        &["check", &get, "--signing-key-env", "S"],
        &["check", &get, "--secret", SECRET],
        &["check", &get, "--now", SECRET],
        &["--help"],
        &["check", "--help"],
        &["man"],
    ] {
        let run = home.run_with(arguments, &vars, b"");
        if arguments.contains(&"--now") {
            continue; // clap says which value it does not understand, and this one is no secret's place
        }
        assert_hidden(&run, &[SECRET, key, alone], arguments);
        runs += 1;
    }
    assert_eq!(runs, 7 * 4 + 7);
}

fn assert_hidden(run: &Run, secrets: &[&str], arguments: &[&str]) {
    for secret in secrets {
        for text in [&run.out, &run.err] {
            assert!(!text.contains(secret), "{arguments:?}: {text}");
            // Not in parts either: what stands between its slashes is enough to guess the rest.
            for part in secret.split('/').filter(|part| part.len() > 8) {
                assert!(!text.contains(part), "{arguments:?}: {part} in {text}");
            }
        }
    }
}

#[test]
fn samples_are_listed_and_printed() {
    let home = Home::new();
    let list = home.run(&["samples"]);
    assert_eq!(list.status, 0);
    for sample in sigscope::samples::ALL {
        assert!(list.out.contains(sample.name) && list.out.contains(sample.summary));
        let run = home.run(&["samples", sample.name]);
        assert_eq!((run.status, run.out.as_str()), (0, sample.text));
    }
    assert_eq!(home.run(&["samples", "no-such-sample"]).status, 2);
}

#[test]
fn help_is_what_was_reviewed() {
    let mut command = sigscope::cli::command().term_width(100);
    command.build();
    insta::assert_snapshot!("help", command.clone().render_long_help());
    let check = command.find_subcommand("check").unwrap().clone();
    insta::assert_snapshot!("help_check", check.term_width(100).render_long_help());
}

#[test]
fn the_manual_page_is_what_was_reviewed() {
    let run = Home::new().run(&["man"]);
    assert_eq!(run.status, 0);
    let page = run.out.replace(env!("CARGO_PKG_VERSION"), "VERSION");
    insta::assert_snapshot!("man", page);
}

#[test]
fn completions_know_every_option() {
    let home = Home::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let run = home.run(&["completions", shell]);
        assert_eq!(run.status, 0);
        for option in [
            "secret-file",
            "signing-key-env",
            "reveal",
            "clipboard",
            "request",
        ] {
            assert!(run.out.contains(option), "{shell}: {option}");
        }
    }
    insta::assert_snapshot!("completions_fish", home.run(&["completions", "fish"]).out);
    assert_eq!(home.run(&["completions", "tcsh"]).status, 2);
}
