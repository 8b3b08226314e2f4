//! From arguments to a workbench: reading the inputs and the secrets a person named.

use std::ffi::{OsStr, OsString};
use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use clap::ArgMatches;

use super::args;
use crate::credentials::{Finder, Named, System};
use crate::engine::document::Source;
use crate::engine::intake::{self, Input, ReadAs};
use crate::sources;
use crate::workbench::Workbench;

/// Who asks.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(super) enum For {
    /// `sigscope check`: without any input it reads standard input.
    Check,
    /// The app: without any input it starts empty, unless something is piped in.
    App,
}

/// The workbench with all inputs and named secrets read. The body (`--body`) is not. The error is a
/// sentence.
pub(super) fn gather(matches: &ArgMatches, whom: For) -> Result<Workbench, String> {
    let secret_file = matches.get_one::<PathBuf>("secret-file");
    let secret_piped = secret_file.is_some_and(|path| path == Path::new("-"));
    let mut named: Vec<OsString> = matches
        .get_many::<OsString>("input")
        .map(|values| values.cloned().collect())
        .unwrap_or_default();
    if named.is_empty() && !secret_piped && !io::stdin().is_terminal() {
        named.push("-".into());
    }
    let piped = named.iter().filter(|name| *name == "-").count();
    if piped > 0 && secret_piped {
        return Err("standard input cannot be both the input and the secret".to_owned());
    }
    if piped > 1 {
        return Err("standard input can be read only once".to_owned());
    }
    if named.is_empty() && whom == For::Check {
        return Err(
            "nothing to check: give a file, a presigned URL, or - for standard input".to_owned(),
        );
    }
    let named_secrets = Named {
        secret_env: matches.get_one("secret-env").cloned(),
        secret_file: secret_file.cloned(),
        signing_key_env: matches.get_one("signing-key-env").cloned(),
        profile: matches.get_one("profile").cloned(),
    };
    let finder = Finder::new(&named_secrets, Arc::new(System))?;
    let mut workbench = Workbench::new(Arc::new(finder));
    workbench.settings = args::settings(matches);
    workbench.request = matches
        .get_one::<u64>("request")
        .and_then(|n| usize::try_from(n - 1).ok());
    for name in named {
        workbench.inputs.push(read(&name)?);
    }
    workbench.choices = args::choices(matches);
    if let Some(read_as) = matches
        .get_one::<String>("as")
        .and_then(|id| ReadAs::of(id))
    {
        let inputs = forced(&workbench.inputs);
        workbench.choices.read_as = inputs.into_iter().map(|at| (at, read_as)).collect();
    }
    Ok(workbench)
}

/// The inputs that `--as` is about: the only one, or those in which nothing is recognised.
fn forced(inputs: &[Input]) -> Vec<usize> {
    if inputs.len() == 1 {
        return vec![0];
    }
    let case = intake::read(inputs, None);
    let is_read = |at: &usize| {
        let mut pieces = case.pieces.iter();
        pieces.any(|piece| piece.span.doc.index() == *at)
    };
    (0..inputs.len()).filter(|at| !is_read(at)).collect()
}

/// One input: standard input, a URL, or a file.
fn read(name: &OsStr) -> Result<Input, String> {
    let (source, label, bytes) = if name == "-" {
        (
            Source::StandardInput,
            "stdin".to_owned(),
            sources::standard_input()?,
        )
    } else if let Some(url) = name.to_str().filter(|text| is_url(text)) {
        let bytes = Bytes::copy_from_slice(url.as_bytes());
        (Source::Argument, "argument".to_owned(), bytes)
    } else {
        let path = Path::new(name);
        (
            Source::File,
            name.to_string_lossy().into_owned(),
            sources::file(path)?,
        )
    };
    Ok(Input {
        name: label,
        source,
        bytes,
    })
}

/// Whether an argument is a URL rather than a file: a scheme, perhaps behind a quote that came along.
fn is_url(text: &str) -> bool {
    let bare = text.trim_start_matches(|c: char| c.is_whitespace() || "<\"'`(".contains(c));
    ["http://", "https://", "ws://", "wss://"]
        .iter()
        .any(|scheme| {
            bare.get(..scheme.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_known_by_its_scheme() {
        for url in [
            "https://b.s3.amazonaws.com/k?X",
            "HTTP://h/",
            "<https://h/>",
            "wss://h-ats.iot.us-east-1.amazonaws.com/mqtt?X",
            "ws://h/",
            " \"http://h/",
        ] {
            assert!(is_url(url), "{url}");
        }
        for file in ["http:", "./https", "C:\\req.txt", "req.txt", "", "é"] {
            assert!(!is_url(file), "{file}");
        }
    }
}
