//! The surroundings in which secrets are looked for: environment variables and files.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::sources;

/// A credential file that is larger than this many bytes is none.
const LARGEST: u64 = 4 << 20;

/// Environment and files, so that tests can bring their own.
pub trait Host: Send + Sync {
    /// The value of an environment variable, byte for byte; none where it is unset.
    fn var(&self, name: &str) -> Option<Zeroizing<Vec<u8>>>;

    /// The names of all environment variables that start with `prefix`, in order.
    fn names(&self, prefix: &str) -> Vec<String>;

    /// All bytes of a regular file.
    fn read(&self, path: &Path) -> io::Result<Zeroizing<Vec<u8>>>;

    /// What lies in a folder, in order.
    fn list(&self, folder: &Path) -> io::Result<Vec<PathBuf>>;

    /// All bytes of a file that a person named: a pipe will do.
    fn named_file(&self, path: &Path) -> io::Result<Zeroizing<Vec<u8>>>;

    /// All bytes of standard input.
    fn standard_input(&self) -> io::Result<Zeroizing<Vec<u8>>>;
}

/// No environment and no files: what stands in a paste is all there is. For tests and benchmarks.
#[derive(Copy, Clone, Debug, Default)]
pub struct Nowhere;

impl Host for Nowhere {
    fn var(&self, _: &str) -> Option<Zeroizing<Vec<u8>>> {
        None
    }

    fn names(&self, _: &str) -> Vec<String> {
        Vec::new()
    }

    fn read(&self, _: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
        Err(io::ErrorKind::NotFound.into())
    }

    fn list(&self, _: &Path) -> io::Result<Vec<PathBuf>> {
        Err(io::ErrorKind::NotFound.into())
    }

    fn named_file(&self, _: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
        Err(io::ErrorKind::NotFound.into())
    }

    fn standard_input(&self) -> io::Result<Zeroizing<Vec<u8>>> {
        Err(io::ErrorKind::NotFound.into())
    }
}

/// The machine sigscope runs on.
#[derive(Copy, Clone, Debug, Default)]
pub struct System;

impl Host for System {
    fn var(&self, name: &str) -> Option<Zeroizing<Vec<u8>>> {
        std::env::var_os(name).map(|value| Zeroizing::new(value.into_encoded_bytes()))
    }

    fn names(&self, prefix: &str) -> Vec<String> {
        let mut names: Vec<String> = std::env::vars_os()
            .filter_map(|(name, _)| name.into_string().ok())
            .filter(|name| name.starts_with(prefix))
            .collect();
        names.sort();
        names
    }

    fn read(&self, path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
        // Looked at before it is opened: opening a pipe would wait for its writer.
        let metadata = fs::metadata(path)?;
        if metadata.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        if !metadata.is_file() {
            return Err(io::Error::other("it is not a regular file"));
        }
        if metadata.len() > LARGEST {
            return Err(io::Error::other("it is too large for a credential file"));
        }
        read_secret(File::open(path)?, metadata.len())
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<PathBuf>> {
        let mut paths = fs::read_dir(folder)?
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<io::Result<Vec<_>>>()?;
        paths.sort();
        Ok(paths)
    }

    fn named_file(&self, path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
        let file = File::open(path)?;
        let expected = file.metadata()?.len();
        read_secret(file, expected)
    }

    fn standard_input(&self) -> io::Result<Zeroizing<Vec<u8>>> {
        read_secret(sources::standard_input_as_file()?, 0)
    }
}

/// Reads a secret, of `expected` bytes or so, into a buffer that is zeroed when it goes. The buffer is
/// made large enough beforehand: one that grows leaves copies behind.
fn read_secret(file: File, expected: u64) -> io::Result<Zeroizing<Vec<u8>>> {
    let room = usize::try_from(expected.clamp(1 << 16, LARGEST)).unwrap_or(1 << 16);
    let mut bytes = Zeroizing::new(Vec::with_capacity(room + 1));
    file.take(LARGEST).read_to_end(&mut bytes)?;
    Ok(bytes)
}
