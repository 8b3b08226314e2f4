//! Where the AWS tools keep credentials: environment, shared files, caches.
//!
//! Places and names are those of the AWS SDKs and Tools Reference Guide ("Shared config and credentials
//! files", "Environment variables", "Login credentials provider").

use serde::Deserialize;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::ini::{self, Section};
use super::search::{Place, Search};

const KEY_ID: &[&str] = &["aws_access_key_id"];
const SECRET: &[&str] = &["aws_secret_access_key"];
/// The second is boto's old name.
const TOKEN: &[&str] = &["aws_session_token", "aws_security_token"];

/// Settings of a profile that gets its credentials elsewhere, with what that is called.
const ELSEWHERE: &[(&str, &str)] = &[
    ("credential_process", "a credential process"),
    ("sso_session", "IAM Identity Center"),
    ("sso_start_url", "IAM Identity Center"),
    ("login_session", "aws login"),
    ("role_arn", "a role"),
];

/// `AWS_SECRET_ACCESS_KEY`, unless `AWS_ACCESS_KEY_ID` says that it belongs to another key.
pub(super) fn environment(search: &mut Search<'_>) {
    const NAME: &str = "AWS_SECRET_ACCESS_KEY in the environment";
    let Some(secret) = search.var("AWS_SECRET_ACCESS_KEY") else {
        return;
    };
    let token = search
        .var("AWS_SESSION_TOKEN")
        .or_else(|| search.var("AWS_SECURITY_TOKEN"));
    let key_id = search.var("AWS_ACCESS_KEY_ID");
    let mut found = super::entered::plain(NAME.to_owned(), &secret);
    found.session_token = token.map(|token| token.to_vec().into());
    match key_id {
        // It says whose it is, and nothing here says whose is wanted.
        Some(id) if search.key_ids.is_empty() => {
            let id = String::from_utf8_lossy(&id);
            let reason = format!("it belongs to {id}, and nothing here names a key");
            search.ring.set_aside(found, reason);
        }
        key_id => {
            found.key_id = key_id.map(|id| String::from_utf8_lossy(&id).into_owned());
            search.ring.admit(found, search.key_ids);
        }
    }
}

/// The shared credentials and config files, as far as they could be read.
pub(super) struct SharedFiles {
    files: Vec<(Place, Zeroizing<Vec<u8>>)>,
}

impl SharedFiles {
    pub(super) fn read(search: &mut Search<'_>) -> Self {
        let places = [
            search.place("AWS_SHARED_CREDENTIALS_FILE", ".aws/credentials"),
            search.place("AWS_CONFIG_FILE", ".aws/config"),
        ];
        let files = places
            .into_iter()
            .flatten()
            .filter_map(|place| {
                let bytes = search.read(&place)?;
                Some((place, bytes))
            })
            .collect();
        Self { files }
    }

    /// Every profile, with the name it is shown by.
    fn profiles(&self) -> impl Iterator<Item = (String, String, Section<'_>)> {
        self.files.iter().flat_map(|(place, bytes)| {
            ini::sections(bytes).into_iter().map(|section| {
                let profile = profile_name(&section.name);
                let name = format!("profile {profile} in {}", place.name);
                (profile, name, section)
            })
        })
    }

    /// The profile a person named.
    pub(super) fn profile(&self, search: &mut Search<'_>, wanted: &str) {
        let mut seen = None;
        let mut found = false;
        for (profile, name, section) in self.profiles() {
            if profile != wanted {
                continue;
            }
            if let Some(secret) = section.get(SECRET) {
                found = true;
                let key_id = section.get(KEY_ID).unwrap_or_default();
                search.admit(&name, key_id, secret, section.get(TOKEN));
            } else {
                let elsewhere = ELSEWHERE
                    .iter()
                    .find(|(key, _)| section.get(&[key]).is_some());
                seen = seen.or(Some((name, elsewhere)));
            }
        }
        if found {
            return;
        }
        let (name, reason) = match seen {
            Some((name, Some((_, source)))) => (
                name,
                format!(
                    "it gets its credentials from {source}; pipe in what `aws configure \
                     export-credentials --profile {wanted}` prints, with --secret-file -"
                ),
            ),
            Some((name, None)) => (name, "it has no aws_secret_access_key".to_owned()),
            None => (
                format!("profile {wanted}"),
                "there is no such profile in the shared AWS files".to_owned(),
            ),
        };
        search.ring.skip(name, reason);
    }

    /// Every profile that holds one of the keys looked for.
    pub(super) fn by_key_id(&self, search: &mut Search<'_>) {
        for (_, name, section) in self.profiles() {
            let Some(key_id) = section.get(KEY_ID).filter(|id| search.wanted(id)) else {
                continue;
            };
            match section.get(SECRET) {
                Some(secret) => search.admit(&name, key_id, secret, section.get(TOKEN)),
                None => search.ring.skip(name, "it has no aws_secret_access_key"),
            }
        }
    }
}

/// The profile a section is about: the config file writes `[profile staging]`, or in quotes where the
/// name holds blanks.
fn profile_name(section: &str) -> String {
    let name = match section.split_once(|c: char| c.is_ascii_whitespace()) {
        Some(("profile", name)) => name.trim(),
        _ => section,
    };
    name.trim_matches(['"', '\'']).to_owned()
}

/// A file in which the AWS CLI keeps temporary credentials.
#[derive(Deserialize)]
struct Cache {
    /// `~/.aws/cli/cache`: roles and IAM Identity Center.
    #[serde(rename = "Credentials")]
    credentials: Option<CachedKeys>,
    /// `~/.aws/login/cache`: `aws login`.
    #[serde(rename = "accessToken")]
    login: Option<CachedKeys>,
}

#[derive(Deserialize, Zeroize, ZeroizeOnDrop)]
struct CachedKeys {
    #[serde(rename = "AccessKeyId", alias = "accessKeyId")]
    key_id: String,
    #[serde(rename = "SecretAccessKey", alias = "secretAccessKey")]
    secret: String,
    #[serde(rename = "SessionToken", alias = "sessionToken")]
    token: Option<String>,
}

/// The caches of temporary credentials. What lies in `~/.aws/sso/cache` are sign-in tokens, not keys:
/// there is nothing to look for.
pub(super) fn caches(search: &mut Search<'_>) {
    let login = search
        .path_var("AWS_LOGIN_CACHE_DIRECTORY")
        .or_else(|| search.at_home(".aws/login/cache"));
    let folders = [
        search.at_home(".aws/cli/cache"),
        search.at_home(".aws/boto/cache"),
        login,
    ];
    for folder in folders.into_iter().flatten() {
        for place in search.json_files(folder) {
            let Some(bytes) = search.read(&place) else {
                continue;
            };
            // The message of the parser may quote a value, so it is not passed on.
            let Ok(cache) = serde_json::from_slice::<Cache>(&bytes) else {
                search.ring.skip(place.name, "it is not a credential cache");
                continue;
            };
            for keys in [cache.credentials, cache.login].into_iter().flatten() {
                if search.wanted(keys.key_id.as_bytes()) {
                    search.admit(
                        &format!("the cached credentials in {}", place.name),
                        keys.key_id.as_bytes(),
                        keys.secret.as_bytes(),
                        keys.token.as_deref().map(str::as_bytes),
                    );
                }
            }
        }
    }
}
