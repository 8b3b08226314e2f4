//! The search over a fake machine: what is found where, in which order, and by which name.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use zeroize::Zeroizing;

use super::{Finder, Host, Named};
use crate::engine::document::Source;
use crate::engine::intake::{self, Case, Input};
use crate::engine::secret::{Keyring, Material};
use crate::workbench::Finder as _;

const ID: &str = "AKIAIOSFODNN7EXAMPLE";

/// A machine with the variables and files a test gives it.
#[derive(Clone, Debug, Default)]
struct Fake {
    vars: BTreeMap<String, Vec<u8>>,
    files: BTreeMap<PathBuf, Result<Vec<u8>, io::ErrorKind>>,
    stdin: Vec<u8>,
}

impl Fake {
    fn at_home() -> Self {
        Self::default().var("HOME", "/home/me")
    }

    fn var(mut self, name: &str, value: &str) -> Self {
        self.vars.insert(name.to_owned(), value.into());
        self
    }

    fn file(mut self, path: &str, text: impl AsRef<[u8]>) -> Self {
        self.files.insert(path.into(), Ok(text.as_ref().to_vec()));
        self
    }

    fn broken(mut self, path: &str, kind: io::ErrorKind) -> Self {
        self.files.insert(path.into(), Err(kind));
        self
    }
}

impl Host for Fake {
    fn var(&self, name: &str) -> Option<Zeroizing<Vec<u8>>> {
        self.vars.get(name).cloned().map(Zeroizing::new)
    }

    fn names(&self, prefix: &str) -> Vec<String> {
        self.vars
            .keys()
            .filter(|name| name.starts_with(prefix))
            .cloned()
            .collect()
    }

    fn read(&self, path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
        match self.files.get(path) {
            Some(Ok(bytes)) => Ok(Zeroizing::new(bytes.clone())),
            Some(Err(kind)) => Err((*kind).into()),
            None => Err(io::ErrorKind::NotFound.into()),
        }
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<PathBuf>> {
        let inside: Vec<_> = self
            .files
            .keys()
            .filter(|path| path.parent() == Some(folder))
            .cloned()
            .collect();
        match self.files.get(folder) {
            Some(Err(kind)) => Err((*kind).into()),
            _ if inside.is_empty() => Err(io::ErrorKind::NotFound.into()),
            _ => Ok(inside),
        }
    }

    fn named_file(&self, path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
        self.read(path)
    }

    fn standard_input(&self) -> io::Result<Zeroizing<Vec<u8>>> {
        Ok(Zeroizing::new(self.stdin.clone()))
    }
}

fn case_of(text: &str) -> Case {
    let input = Input {
        name: "t".to_owned(),
        source: Source::File,
        bytes: Bytes::copy_from_slice(text.as_bytes()),
    };
    intake::read(&[input], None)
}

fn some_case() -> Case {
    case_of("GET / HTTP/1.1\n\n")
}

fn search(host: &Fake, named: &Named, key_ids: &[&str]) -> Keyring {
    let key_ids: Vec<String> = key_ids.iter().map(|&id| id.to_owned()).collect();
    Finder::new(named, Arc::new(host.clone()))
        .unwrap()
        .find(&some_case(), &key_ids)
}

/// Name, secret and token of each candidate.
fn tried(ring: &Keyring) -> Vec<(&str, String, Option<String>)> {
    ring.candidates
        .iter()
        .map(|candidate| {
            let secret = match &candidate.material {
                Material::Secret(secret) => String::from_utf8(secret.expose().clone()).unwrap(),
                Material::DerivedKey(key) => format!("hex {}", hex::encode(key.expose())),
            };
            let token = candidate
                .session_token
                .as_ref()
                .map(|token| String::from_utf8(token.expose().clone()).unwrap());
            (candidate.name.as_str(), secret, token)
        })
        .collect()
}

fn names(ring: &Keyring) -> Vec<&str> {
    ring.candidates.iter().map(|c| c.name.as_str()).collect()
}

fn skipped(ring: &Keyring) -> Vec<(&str, &str)> {
    ring.skipped
        .iter()
        .map(|s| (s.name.as_str(), s.reason.as_str()))
        .collect()
}

fn profile(name: &str, secret: &str) -> String {
    format!("[{name}]\naws_access_key_id = {ID}\naws_secret_access_key = {secret}\n")
}

fn keys(secret: &str, token: &str) -> String {
    format!(r#"{{"AccessKeyId":"{ID}","SecretAccessKey":"{secret}","SessionToken":"{token}"}}"#)
}

/// Every place holds a secret of its own.
fn everywhere() -> Fake {
    let cached = format!(
        r#"{{"ProviderType":"sso","Credentials":{}}}"#,
        keys("s8", "t8")
    );
    let login = r#"{"accessToken":{"accessKeyId":"AKIAIOSFODNN7EXAMPLE","secretAccessKey":"s9",
        "sessionToken":"t9","accountId":"1"},"tokenType":"aws_sigv4"}"#;
    let mc = r#"{"version":"10","aliases":{"play":{"url":"https://play.min.io",
        "accessKey":"AKIAIOSFODNN7EXAMPLE","secretKey":"s11","api":"S3v4","path":"auto"},
        "gcs":{"url":"u","accessKey":"other","secretKey":"none"}}}"#;
    Fake::at_home()
        .var("MY_SECRET", "s1")
        .file("/tmp/secret", "s2\n")
        .var("MY_KEY", &"0A".repeat(32))
        .var("AWS_ACCESS_KEY_ID", ID)
        .var("AWS_SECRET_ACCESS_KEY", "s5")
        .var("AWS_SESSION_TOKEN", "t5")
        .file(
            "/home/me/.aws/credentials",
            profile("staging", "s6") + &profile("named", "s4") + &profile("again", "s6b"),
        )
        .file("/home/me/.aws/config", profile("profile work", "s7"))
        .file("/home/me/.aws/cli/cache/0a1b.json", cached)
        .file("/home/me/.aws/login/cache/0a1b.json", login)
        .var(
            "MC_HOST_local",
            &format!("http://{ID}:s10:t10@127.0.0.1:9000"),
        )
        .file("/home/me/.mc/config.json", mc)
        .var("RCLONE_CONFIG_R_ACCESS_KEY_ID", ID)
        .var("RCLONE_CONFIG_R_SECRET_ACCESS_KEY", "s12")
        .file(
            "/home/me/.config/rclone/rclone.conf",
            format!("[minio]\ntype = s3\naccess_key_id = {ID}\nsecret_access_key = s13\n"),
        )
        .file(
            "/home/me/.s3cfg",
            format!("[default]\naccess_key = {ID}\nsecret_key = s14\naccess_token = t14\n"),
        )
}

#[test]
fn every_place_is_asked_in_order_and_each_secret_has_its_name() {
    let named = Named {
        secret_env: Some("MY_SECRET".to_owned()),
        secret_file: Some("/tmp/secret".into()),
        signing_key_env: Some("MY_KEY".to_owned()),
        profile: Some("named".to_owned()),
    };
    let ring = search(&everywhere(), &named, &[ID]);
    let row = |name, secret: &str, token: Option<&str>| {
        (name, secret.to_owned(), token.map(str::to_owned))
    };
    assert_eq!(
        tried(&ring),
        [
            row("MY_SECRET (--secret-env)", "s1", None),
            row("/tmp/secret (--secret-file)", "s2", None),
            row(
                "MY_KEY (--signing-key-env)",
                &format!("hex {}", "0a".repeat(32)),
                None
            ),
            row("profile named in ~/.aws/credentials", "s4", None),
            row("AWS_SECRET_ACCESS_KEY in the environment", "s5", Some("t5")),
            row("profile staging in ~/.aws/credentials", "s6", None),
            row("profile again in ~/.aws/credentials", "s6b", None),
            row("profile work in ~/.aws/config", "s7", None),
            row(
                "the cached credentials in ~/.aws/cli/cache/0a1b.json",
                "s8",
                Some("t8")
            ),
            row(
                "the cached credentials in ~/.aws/login/cache/0a1b.json",
                "s9",
                Some("t9")
            ),
            row("MC_HOST_local in the environment", "s10", Some("t10")),
            row("mc alias play in ~/.mc/config.json", "s11", None),
            row(
                "RCLONE_CONFIG_R_SECRET_ACCESS_KEY in the environment",
                "s12",
                None
            ),
            row(
                "rclone remote minio in ~/.config/rclone/rclone.conf",
                "s13",
                None
            ),
            row("s3cmd's ~/.s3cfg", "s14", Some("t14")),
        ]
    );
    assert!(ring.skipped.is_empty());
}

#[test]
fn a_secret_in_the_paste_comes_behind_those_named_and_before_all_others() {
    let case = case_of(&format!(
        "export AWS_ACCESS_KEY_ID={ID}\nexport AWS_SECRET_ACCESS_KEY=in-the-paste\n\nGET / HTTP/1.1\n\n"
    ));
    let named = Named {
        secret_env: Some("MY_SECRET".to_owned()),
        ..Named::default()
    };
    let finder = Finder::new(&named, Arc::new(everywhere())).unwrap();
    let ring = finder.find(&case, &[ID.to_owned()]);
    assert_eq!(
        names(&ring)[..3],
        [
            "MY_SECRET (--secret-env)",
            "the paste (AWS_SECRET_ACCESS_KEY=)",
            "AWS_SECRET_ACCESS_KEY in the environment",
        ]
    );
    assert_eq!(tried(&ring)[1].1, "in-the-paste");
    let ring = finder.find(&case, &["AKIAOTHER".to_owned()]);
    assert_eq!(
        skipped(&ring)[0],
        (
            "the paste (AWS_SECRET_ACCESS_KEY=)",
            "it belongs to AKIAIOSFODNN7EXAMPLE, not AKIAOTHER"
        )
    );
}

#[test]
fn secrets_of_other_keys_are_left_alone() {
    let ring = search(&everywhere(), &Named::default(), &["AKIAOTHER"]);
    assert_eq!(names(&ring), Vec::<&str>::new());
    assert_eq!(
        skipped(&ring),
        [(
            "AWS_SECRET_ACCESS_KEY in the environment",
            "it belongs to AKIAIOSFODNN7EXAMPLE, not AKIAOTHER"
        )]
    );
}

#[test]
fn the_environment_secret_serves_if_it_belongs_to_nobody_in_particular() {
    let secret = Fake::default().var("AWS_SECRET_ACCESS_KEY", "s");
    let several = [ID, "AKIAOTHER"];
    for (key_id, wanted, serves) in [
        (None, &[ID][..], true),
        (None, &[], true),
        (Some(""), &[ID], true),
        (Some(ID), &[ID], true),
        (Some("AKIAOTHER"), &several, true),
        (Some("AKIAOTHER"), &[ID], false),
        (Some("AKIATHIRD"), &several, false),
        (Some(ID), &[], false),
    ] {
        let host = match key_id {
            Some(id) => secret.clone().var("AWS_ACCESS_KEY_ID", id),
            None => secret.clone(),
        };
        let ring = search(&host, &Named::default(), wanted);
        assert_eq!(
            ring.candidates.len(),
            usize::from(serves),
            "{key_id:?} {wanted:?}"
        );
        assert_eq!(
            ring.skipped.len(),
            usize::from(!serves),
            "{key_id:?} {wanted:?}"
        );
    }
}

#[test]
fn paths_follow_the_variables_that_move_them() {
    let host = Fake::default()
        .var("USERPROFILE", "/users/me")
        .var("AWS_SHARED_CREDENTIALS_FILE", "~/keys")
        .var("AWS_CONFIG_FILE", "/etc/aws/config")
        .var("MC_CONFIG_DIR", "/etc/mc")
        .var("RCLONE_CONFIG", "/etc/rclone.conf")
        .var("S3CMD_CONFIG", "/etc/s3cfg")
        .file("/users/me/keys", profile("a", "s1"))
        .file("/etc/aws/config", profile("default", "s2"))
        .file(
            "/etc/mc/config.json",
            format!(r#"{{"version":"9","hosts":{{"m":{{"accessKey":"{ID}","secretKey":"s3"}}}}}}"#),
        )
        .file(
            "/etc/rclone.conf",
            format!("[r]\naccess_key_id = {ID}\nsecret_access_key = s4\n"),
        )
        .file(
            "/etc/s3cfg",
            format!("[default]\naccess_key = {ID}\nsecret_key = s5\n"),
        );
    assert_eq!(
        names(&search(&host, &Named::default(), &[ID])),
        [
            "profile a in ~/keys",
            "profile default in /etc/aws/config",
            "mc alias m in /etc/mc/config.json",
            "rclone remote r in /etc/rclone.conf",
            "s3cmd's /etc/s3cfg",
        ]
    );
}

#[test]
fn what_cannot_be_read_is_set_aside_with_the_reason() {
    let host = Fake::at_home()
        .broken("/home/me/.aws/credentials", io::ErrorKind::PermissionDenied)
        .var("AWS_CONFIG_FILE", "/nowhere")
        .broken("/home/me/.aws/cli/cache", io::ErrorKind::PermissionDenied)
        .file(
            "/home/me/.aws/login/cache/x.json",
            "{\"accessToken\":\"s3cr3t\"}",
        )
        .file(
            "/home/me/.mc/config.json",
            "{\"aliases\":{\"a\":\"s3cr3t\"}}",
        )
        .file(
            "/home/me/.config/rclone/rclone.conf",
            "# Encrypted rclone configuration File\n\nRCLONE_ENCRYPT_V0:\nAAAA",
        )
        .file("/home/me/.s3cfg", b"\xFF\xFE[\0d\0");
    let ring = search(&host, &Named::default(), &[ID]);
    assert!(ring.is_empty());
    assert_eq!(
        skipped(&ring),
        [
            ("~/.aws/credentials", "permission denied"),
            ("/nowhere", "there is no such file"),
            ("~/.aws/cli/cache", "permission denied"),
            ("~/.aws/login/cache/x.json", "it is not a credential cache"),
            ("~/.mc/config.json", "it is not a configuration of mc"),
            ("~/.config/rclone/rclone.conf", "it is encrypted"),
            ("~/.s3cfg", "it is UTF-16, not UTF-8"),
        ]
    );
    assert!(!format!("{ring:?}").contains("s3cr3t"));
}

#[test]
fn a_named_profile_without_a_secret_says_where_its_credentials_come_from() {
    let host = Fake::at_home().file(
        "/home/me/.aws/config",
        "[profile sso]\nsso_session = corp\n[profile \"two words\"]\nregion = x\n",
    );
    let reason = |profile: &str| {
        let named = Named {
            profile: Some(profile.to_owned()),
            ..Named::default()
        };
        let ring = search(&host, &named, &[ID]);
        assert!(ring.is_empty());
        format!("{}: {}", ring.skipped[0].name, ring.skipped[0].reason)
    };
    assert_eq!(
        reason("sso"),
        "profile sso in ~/.aws/config: it gets its credentials from IAM Identity Center; pipe in what \
         `aws configure export-credentials --profile sso` prints, with --secret-file -"
    );
    assert_eq!(
        reason("two words"),
        "profile two words in ~/.aws/config: it has no aws_secret_access_key"
    );
    assert_eq!(
        reason("none"),
        "profile none: there is no such profile in the shared AWS files"
    );
}

#[test]
fn a_named_profile_of_another_key_is_set_aside() {
    let host = Fake::at_home().file("/home/me/.aws/credentials", profile("p", "s"));
    let named = Named {
        profile: Some("p".to_owned()),
        ..Named::default()
    };
    assert_eq!(
        skipped(&search(&host, &named, &["AKIAOTHER"])),
        [(
            "profile p in ~/.aws/credentials",
            "it belongs to AKIAIOSFODNN7EXAMPLE, not AKIAOTHER"
        )]
    );
    assert_eq!(names(&search(&host, &named, &[])).len(), 1);
}

#[test]
fn readings_that_tools_disagree_on_are_all_tried() {
    let host = Fake::at_home().file("/home/me/.aws/credentials", profile("p", "\"s/e+c=\""));
    let ring = search(&host, &Named::default(), &[ID]);
    let found: Vec<_> = tried(&ring).into_iter().map(|(n, s, _)| (n, s)).collect();
    assert_eq!(
        found,
        [
            ("profile p in ~/.aws/credentials", "\"s/e+c=\"".to_owned()),
            (
                "profile p in ~/.aws/credentials, without its quotes",
                "s/e+c=".to_owned()
            ),
        ]
    );
}

#[test]
fn what_is_named_must_be_there_and_is_never_quoted() {
    let host = Fake::at_home().var("SHORT", "abcd").var("EMPTY", "");
    let refused = |named: Named| {
        Finder::new(&named, Arc::new(host.clone()))
            .err()
            .expect("it is refused")
    };
    for env in ["wJalrXUtnFEMI/K7MDENG", "EMPTY"] {
        let problem = refused(Named {
            secret_env: Some(env.to_owned()),
            ..Named::default()
        });
        assert_eq!(
            problem,
            "--secret-env takes the name of an environment variable that is set"
        );
    }
    let problem = refused(Named {
        signing_key_env: Some("SHORT".to_owned()),
        ..Named::default()
    });
    assert!(
        problem.ends_with("64 hex digits") && !problem.contains("abcd"),
        "{problem}"
    );
    let problem = refused(Named {
        secret_file: Some("/nowhere".into()),
        ..Named::default()
    });
    assert_eq!(problem, "cannot read /nowhere: there is no such file");
    let problem = refused(Named {
        secret_file: Some("-".into()),
        ..Named::default()
    });
    assert_eq!(problem, "standard input holds no secret: it is empty");
}

#[test]
fn before_anything_is_given_nothing_is_looked_for() {
    let finder = Finder::new(&Named::default(), Arc::new(everywhere())).unwrap();
    let ring = finder.find(&Case::default(), &[ID.to_owned()]);
    assert!(ring.is_empty() && ring.skipped.is_empty());
}

#[test]
fn secrets_of_one_name_are_told_apart_by_their_lines() {
    let text = "AWS_SECRET_ACCESS_KEY=firstOfTheTwoSecrets01\n\
                AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE\n\
                AWS_SECRET_ACCESS_KEY=secondOfTheTwoSecrets2\n";
    let input = Input {
        name: "paste 1".into(),
        source: Source::Paste,
        bytes: text.into(),
    };
    let case = intake::read(&[input], None);
    let pasted = super::entered::pasted(&case);
    let names: Vec<&str> = pasted.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        [
            "AWS_SECRET_ACCESS_KEY=, line 1",
            "AWS_SECRET_ACCESS_KEY=, line 3"
        ]
    );
}
