//! Credentials: finding secrets in the environment, credential files, caches and at a prompt.
//!
//! Owns every place a secret may come from, the order in which they are asked, and the name by which
//! each is shown. It must not know how to sign. Nothing is ever written, run or sent; what cannot be
//! read or understood is set aside with the reason, never an error. Only what a person names on the
//! command line must be there.

mod aws;
mod entered;
mod host;
mod ini;
mod search;
#[cfg(test)]
mod tests;
mod tools;

use std::path::PathBuf;
use std::sync::Arc;

use zeroize::Zeroizing;

pub use entered::{ENTERED, entered};
pub use host::{Host, Nowhere, System};

use crate::engine::intake::Case;
use crate::engine::secret::{Keyring, Material, NamedSecret};
use crate::sources;
use crate::workbench;
use search::Search;

/// What a person named on the command line.
#[derive(Clone, Debug, Default)]
pub struct Named {
    /// An environment variable that holds the secret (`--secret-env`).
    pub secret_env: Option<String>,
    /// A file that holds it (`--secret-file`); `-` is standard input.
    pub secret_file: Option<PathBuf>,
    /// An environment variable that holds a derived signing key in hex (`--signing-key-env`).
    pub signing_key_env: Option<String>,
    /// A profile of the shared AWS files (`--profile`).
    pub profile: Option<String>,
}

/// Looks for secrets in the order of the list in [`workbench::Finder::find`].
pub struct Finder {
    /// Read once: standard input cannot be read again.
    named: Vec<NamedSecret>,
    profile: Option<String>,
    host: Arc<dyn Host>,
}

impl Finder {
    /// A finder over `host` that has read what was named. The error is a sentence; it never quotes what
    /// was given, for that may be the secret itself.
    pub fn new(named: &Named, host: Arc<dyn Host>) -> Result<Self, String> {
        let mut found = Vec::new();
        let var = |flag: &str, name: &str| {
            host.var(name)
                .filter(|value| !value.is_empty())
                .ok_or_else(|| {
                    format!("{flag} takes the name of an environment variable that is set")
                })
        };
        if let Some(name) = &named.secret_env {
            let value = var("--secret-env", name)?;
            found.push(entered::plain(format!("{name} (--secret-env)"), &value));
        }
        if let Some(path) = &named.secret_file {
            let (name, bytes) = if path.as_os_str() == "-" {
                ("standard input".to_owned(), host.standard_input())
            } else {
                (path.to_string_lossy().into_owned(), host.named_file(path))
            };
            let bytes: Zeroizing<Vec<u8>> = bytes.map_err(|e| sources::unreadable(&name, &e))?;
            let candidates = entered::candidates(&format!("{name} (--secret-file)"), &bytes);
            if candidates.is_empty() {
                return Err(format!("{name} holds no secret: it is empty"));
            }
            found.extend(candidates);
        }
        let profile = named.profile.as_deref();
        if profile.and_then(sources::secret_in).is_some() {
            return Err("--profile takes the name of a profile of the shared AWS files".to_owned());
        }
        if let Some(name) = &named.signing_key_env {
            let value = var("--signing-key-env", name)?;
            let key = entered::derived_key(value.trim_ascii()).ok_or(
                "--signing-key-env takes a variable that holds a signing key: 64 hex digits",
            )?;
            found.push(NamedSecret {
                name: format!("{name} (--signing-key-env)"),
                key_id: None,
                material: Material::DerivedKey(key),
                session_token: None,
            });
        }
        Ok(Self {
            named: found,
            profile: named.profile.clone(),
            host,
        })
    }
}

impl workbench::Finder for Finder {
    /// In this order: what was named on the command line (variable, file, signing key, profile); what
    /// stands in the paste; `AWS_SECRET_ACCESS_KEY`; the shared AWS files; the caches of the AWS CLI;
    /// mc, rclone and s3cmd. All but the first three are looked up by key id.
    fn find(&self, case: &Case, key_ids: &[String]) -> Keyring {
        let mut search = Search::new(self.host.as_ref(), key_ids);
        for secret in &self.named {
            search.ring.admit(secret.clone(), key_ids);
        }
        if case.docs.is_empty() {
            // Nothing was given yet: nothing to look for.
            return search.ring;
        }
        let shared = aws::SharedFiles::read(&mut search);
        if let Some(profile) = &self.profile {
            shared.profile(&mut search, profile);
        }
        for (written_as, mut secret) in entered::pasted(case) {
            secret.name = format!("the paste ({written_as})");
            search.ring.admit(secret, key_ids);
        }
        aws::environment(&mut search);
        if !key_ids.is_empty() {
            shared.by_key_id(&mut search);
            aws::caches(&mut search);
            tools::mc(&mut search);
            tools::rclone(&mut search);
            tools::s3cmd(&mut search);
        }
        search.ring
    }
}
