//! Where mc, rclone and s3cmd keep credentials.

use std::collections::BTreeMap;

use serde::Deserialize;
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::ini;
use super::search::Search;

/// The configuration of mc. Up to format 9 the aliases were called hosts.
#[derive(Deserialize)]
struct McConfig {
    #[serde(alias = "hosts", default)]
    aliases: BTreeMap<String, McAlias>,
}

#[derive(Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(rename_all = "camelCase")]
struct McAlias {
    #[serde(default)]
    access_key: String,
    #[serde(default)]
    secret_key: String,
    session_token: Option<String>,
}

/// The MinIO client: `MC_HOST_<alias>`, and `config.json` in `MC_CONFIG_DIR` or the home folder. Some
/// distributions call the program `mcli`; on Windows the folder has no dot.
pub(super) fn mc(search: &mut Search<'_>) {
    for variable in search.host.names("MC_HOST_") {
        let Some(url) = search.var(&variable) else {
            continue;
        };
        if let Some((key_id, secret, token)) = credentials_of_url(&url)
            && search.wanted(key_id)
        {
            search.admit(
                &format!("{variable} in the environment"),
                key_id,
                secret,
                token,
            );
        }
    }
    let folders = match search.path_var("MC_CONFIG_DIR") {
        Some(folder) => vec![folder],
        None => [".mc", ".mcli", "mc"]
            .iter()
            .filter_map(|folder| search.at_home(folder))
            .collect(),
    };
    for folder in folders {
        let place = search.found(folder.join("config.json"));
        let Some(bytes) = search.read(&place) else {
            continue;
        };
        // The message of the parser may quote a value, so it is not passed on.
        let Ok(config) = serde_json::from_slice::<McConfig>(&bytes) else {
            search
                .ring
                .skip(place.name, "it is not a configuration of mc");
            continue;
        };
        for (alias, keys) in &config.aliases {
            if search.wanted(keys.access_key.as_bytes()) && !keys.secret_key.is_empty() {
                search.admit(
                    &format!("mc alias {alias} in {}", place.name),
                    keys.access_key.as_bytes(),
                    keys.secret_key.as_bytes(),
                    keys.session_token.as_deref().map(str::as_bytes),
                );
            }
        }
    }
}

/// Key id, secret and session token.
type Keys<'a> = (&'a [u8], &'a [u8], Option<&'a [u8]>);

/// The credentials in `https://KEYID:SECRET@host` or `https://KEYID:SECRET:TOKEN@host`. Nothing is
/// percent-decoded, and the last `@` ends them, as mc has it.
fn credentials_of_url(url: &[u8]) -> Option<Keys<'_>> {
    let rest = url
        .strip_prefix(b"https://")
        .or_else(|| url.strip_prefix(b"http://"))?;
    let rest = rest.get(..rest.iter().rposition(|&byte| byte == b'@')?)?;
    let mut parts = rest.splitn(3, |&byte| byte == b':');
    let (key_id, secret) = (parts.next()?, parts.next()?);
    (!secret.is_empty()).then_some((key_id, secret, parts.next()))
}

/// rclone: `RCLONE_CONFIG_<REMOTE>_…`, and the file `RCLONE_CONFIG` names or `rclone.conf` at one of its
/// usual places. The keys of an S3 remote stand in it plainly; only passwords are obscured.
pub(super) fn rclone(search: &mut Search<'_>) {
    for variable in search.host.names("RCLONE_CONFIG_") {
        let Some(remote) = variable.strip_suffix("_SECRET_ACCESS_KEY") else {
            continue;
        };
        let (Some(secret), Some(key_id)) = (
            search.var(&variable),
            search.var(&format!("{remote}_ACCESS_KEY_ID")),
        ) else {
            continue;
        };
        if search.wanted(&key_id) {
            let token = search.var(&format!("{remote}_SESSION_TOKEN"));
            search.admit(
                &format!("{variable} in the environment"),
                &key_id,
                &secret,
                token.as_ref().map(|token| token.as_slice()),
            );
        }
    }
    let mut places: Vec<_> = search
        .place("RCLONE_CONFIG", ".config/rclone/rclone.conf")
        .into_iter()
        .collect();
    if search.path_var("RCLONE_CONFIG").is_none() {
        let others = [
            search
                .path_var("XDG_CONFIG_HOME")
                .map(|folder| folder.join("rclone/rclone.conf")),
            search
                .path_var("APPDATA")
                .map(|folder| folder.join("rclone/rclone.conf")),
            search.at_home(".rclone.conf"),
        ];
        for path in others.into_iter().flatten() {
            if places.iter().all(|place| place.path != path) {
                places.push(search.found(path));
            }
        }
    }
    for place in places {
        let Some(bytes) = search.read(&place) else {
            continue;
        };
        if bytes
            .windows(15)
            .take(400)
            .any(|window| window == b"RCLONE_ENCRYPT_")
        {
            search.ring.skip(place.name, "it is encrypted");
            continue;
        }
        for remote in ini::sections(&bytes) {
            if let (Some(key_id), Some(secret)) = (
                remote.get(&["access_key_id"]),
                remote.get(&["secret_access_key"]),
            ) && search.wanted(key_id)
            {
                search.admit(
                    &format!("rclone remote {} in {}", remote.name, place.name),
                    key_id,
                    secret,
                    remote.get(&["session_token"]),
                );
            }
        }
    }
}

/// s3cmd: the file `S3CMD_CONFIG` names, or `.s3cfg` in the home folder (`s3cmd.ini` on Windows).
pub(super) fn s3cmd(search: &mut Search<'_>) {
    let mut places: Vec<_> = search.place("S3CMD_CONFIG", ".s3cfg").into_iter().collect();
    if search.path_var("S3CMD_CONFIG").is_none()
        && let Some(folder) = search.path_var("APPDATA")
    {
        places.push(search.found(folder.join("s3cmd.ini")));
    }
    for place in places {
        let Some(bytes) = search.read(&place) else {
            continue;
        };
        for section in ini::sections(&bytes) {
            if let (Some(key_id), Some(secret)) =
                (section.get(&["access_key"]), section.get(&["secret_key"]))
                && search.wanted(key_id)
            {
                search.admit(
                    &format!("s3cmd's {}", place.name),
                    key_id,
                    secret,
                    section.get(&["access_token"]),
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_mc_host_may_hold_a_token_and_an_at_sign() {
        let keys = |url: &'static str| credentials_of_url(url.as_bytes());
        assert_eq!(
            keys("https://id:se/cr@et@play.min.io"),
            Some((&b"id"[..], &b"se/cr@et"[..], None))
        );
        assert_eq!(
            keys("http://id:secret:to:ken@127.0.0.1:9000"),
            Some((&b"id"[..], &b"secret"[..], Some(&b"to:ken"[..])))
        );
        assert_eq!(keys("https://play.min.io"), None);
        assert_eq!(keys("id:secret@host"), None);
    }
}
