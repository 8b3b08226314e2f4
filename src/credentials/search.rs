//! One search: where to look, for which keys, and what was found so far.

use std::io;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::host::Host;
use super::ini;
use crate::engine::secret::{Keyring, Material, NamedSecret, Sensitive};
use crate::sources;

/// A search for the secrets of some keys.
pub(super) struct Search<'a> {
    pub(super) host: &'a dyn Host,
    /// The keys the case names.
    pub(super) key_ids: &'a [String],
    /// What was found.
    pub(super) ring: Keyring,
    home: Option<PathBuf>,
}

/// A file to look into.
pub(super) struct Place {
    pub(super) path: PathBuf,
    /// As shown: `~/.aws/credentials`.
    pub(super) name: String,
    /// Whether the person said that it is there, so that its absence is worth a word.
    promised: bool,
}

impl<'a> Search<'a> {
    pub(super) fn new(host: &'a dyn Host, key_ids: &'a [String]) -> Self {
        let home = ["HOME", "USERPROFILE"]
            .iter()
            .find_map(|name| path_in(host, name));
        Self {
            host,
            key_ids,
            ring: Keyring::new(),
            home,
        }
    }

    /// The value of an environment variable, where it is set and not empty.
    pub(super) fn var(&self, name: &str) -> Option<Zeroizing<Vec<u8>>> {
        self.host.var(name).filter(|value| !value.is_empty())
    }

    /// The path an environment variable holds, `~` being the home folder.
    pub(super) fn path_var(&self, name: &str) -> Option<PathBuf> {
        let path = path_in(self.host, name)?;
        match (path.strip_prefix("~"), &self.home) {
            (Ok(rest), Some(home)) => Some(home.join(rest)),
            _ => Some(path),
        }
    }

    /// A path under the home folder.
    pub(super) fn at_home(&self, path: &str) -> Option<PathBuf> {
        Some(self.home.as_ref()?.join(path))
    }

    /// The file that the variable names, else the one at its usual place under the home folder.
    pub(super) fn place(&self, variable: &str, usual: &str) -> Option<Place> {
        match self.path_var(variable) {
            Some(path) => Some(Place {
                promised: true,
                ..self.found(path)
            }),
            None => self.at_home(usual).map(|path| self.found(path)),
        }
    }

    /// A file that may be there.
    pub(super) fn found(&self, path: PathBuf) -> Place {
        let under_home = self
            .home
            .as_ref()
            .and_then(|home| path.strip_prefix(home).ok());
        let name = match under_home {
            Some(rest) => Path::new("~").join(rest).to_string_lossy().into_owned(),
            None => path.to_string_lossy().into_owned(),
        };
        Place {
            path,
            name,
            promised: false,
        }
    }

    /// The bytes of a file. One that cannot be read is set aside with the reason; one that merely is
    /// not there is passed over.
    pub(super) fn read(&mut self, place: &Place) -> Option<Zeroizing<Vec<u8>>> {
        match self.host.read(&place.path) {
            // What PowerShell's `>` writes; no tool reads credentials from it.
            Ok(bytes) if bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") => {
                self.ring.skip(&*place.name, "it is UTF-16, not UTF-8");
                None
            }
            Ok(bytes) => Some(bytes),
            Err(error) if error.kind() == io::ErrorKind::NotFound && !place.promised => None,
            Err(error) => {
                self.ring.skip(&*place.name, sources::reason(&error));
                None
            }
        }
    }

    /// The JSON files in a folder; none where there is no such folder.
    pub(super) fn json_files(&mut self, folder: PathBuf) -> Vec<Place> {
        let listed = self.host.list(&folder);
        let folder = self.found(folder);
        match listed {
            Ok(paths) => paths
                .into_iter()
                .filter(|path| path.extension().is_some_and(|e| e == "json"))
                .map(|path| self.found(path))
                .collect(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            Err(error) => {
                self.ring.skip(folder.name, sources::reason(&error));
                Vec::new()
            }
        }
    }

    /// Whether a key id is one of those looked for.
    pub(super) fn wanted(&self, key_id: &[u8]) -> bool {
        self.key_ids.iter().any(|id| id.as_bytes() == key_id)
    }

    /// Adds the secret found for a key, in every reading that tools disagree on.
    pub(super) fn admit(&mut self, name: &str, key_id: &[u8], secret: &[u8], token: Option<&[u8]>) {
        for (how, secret) in ini::readings(secret) {
            let secret = NamedSecret {
                name: format!("{name}{how}"),
                key_id: Some(String::from_utf8_lossy(key_id).into_owned()),
                material: Material::Secret(Sensitive::new(secret.to_vec())),
                session_token: token.map(|token| Sensitive::new(token.to_vec())),
            };
            self.ring.admit(secret, self.key_ids);
        }
    }
}

/// The path an environment variable holds; none where it is unset, empty or not UTF-8.
fn path_in(host: &dyn Host, name: &str) -> Option<PathBuf> {
    let value = host.var(name).filter(|value| !value.is_empty())?;
    Some(PathBuf::from(std::str::from_utf8(&value).ok()?))
}
