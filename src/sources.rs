//! Sources: reading what a person names, whole or streamed past.
//!
//! Owns the way from a path or standard input to bytes. Files are read once, byte for byte, without a
//! second copy. It must not know what the bytes mean. Errors are sentences fit for the screen.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::mpsc;
use std::thread;

use bytes::Bytes;

use crate::engine::intake::{BodyFacts, BodyHasher};

/// A body is read in pieces of this many bytes.
const PIECE: usize = 1 << 20;

/// So many pieces are on their way at once: one is hashed while the next is read.
const PIECES: usize = 3;

/// The bytes of the file at `path`.
pub fn file(path: &Path) -> Result<Bytes, String> {
    File::open(path)
        .and_then(read_whole)
        .map_err(|error| unreadable(&path.to_string_lossy(), &error))
}

/// The bytes of standard input, to its end.
pub fn standard_input() -> Result<Bytes, String> {
    standard_input_as_file()
        .and_then(read_whole)
        .map_err(|error| unreadable("standard input", &error))
}

/// What is known of the body in the file at `path`, after streaming past all of it. `progress` hears
/// of the bytes hashed so far, and of all there are where that is known. Memory is constant.
pub fn body(path: &Path, progress: &mut dyn FnMut(u64, Option<u64>)) -> Result<BodyFacts, String> {
    let name = path.to_string_lossy();
    let mut hash = || -> io::Result<BodyHasher> {
        let file = File::open(path)?;
        let metadata = file.metadata()?;
        let total = metadata.is_file().then_some(metadata.len());
        hash(file, &mut |done| progress(done, total))
    };
    hash()
        .map(|hasher| hasher.finish(name.clone()))
        .map_err(|error| unreadable(&name, &error))
}

/// Hashes all of `reader`, reading the next pieces while one is hashed: hashing alone sets the pace.
fn hash(mut reader: impl Read + Send, progress: &mut dyn FnMut(u64)) -> io::Result<BodyHasher> {
    let mut hasher = BodyHasher::new();
    let (full, filled) = mpsc::sync_channel::<io::Result<(Vec<u8>, usize)>>(PIECES);
    let (free, empty) = mpsc::channel();
    for _ in 0..PIECES {
        // The receiver lives until the reading thread has gone.
        let _ = free.send(vec![0; PIECE]);
    }
    thread::scope(|scope| {
        let free = free; // goes first, so that the reading thread ends whatever happens here
        scope.spawn(move || {
            for mut piece in empty {
                let read = fill(&mut reader, &mut piece);
                let last = !matches!(read, Ok(n) if n > 0);
                if full.send(read.map(|len| (piece, len))).is_err() || last {
                    break;
                }
            }
        });
        for piece in filled {
            let (piece, len) = piece?;
            hasher.update(piece.get(..len).unwrap_or_default());
            progress(hasher.len());
            let _ = free.send(piece);
        }
        Ok(hasher)
    })
}

/// Reads until `piece` is full or nothing comes any more; answers with how many bytes there are in it.
fn fill(reader: &mut impl Read, piece: &mut [u8]) -> io::Result<usize> {
    let mut len = 0;
    while let Some(rest) = piece.get_mut(len..).filter(|rest| !rest.is_empty()) {
        match reader.read(rest) {
            Ok(0) => break,
            Ok(read) => len += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(len)
}

/// Reads to the end into a buffer of the right size, where the size is known beforehand.
fn read_whole(mut file: File) -> io::Result<Bytes> {
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(Bytes::from(bytes))
}

/// Standard input without a buffer in between, so that a redirected file is read at its known size.
#[cfg(unix)]
pub(crate) fn standard_input_as_file() -> io::Result<File> {
    use std::os::fd::AsFd as _;
    Ok(File::from(io::stdin().as_fd().try_clone_to_owned()?))
}

/// Standard input without a buffer in between, so that a redirected file is read at its known size.
#[cfg(windows)]
pub(crate) fn standard_input_as_file() -> io::Result<File> {
    use std::os::windows::io::AsHandle as _;
    Ok(File::from(io::stdin().as_handle().try_clone_to_owned()?))
}

/// Why something cannot be read, in words. A secret in the place of a name is not repeated.
pub(crate) fn unreadable(what: &str, error: &io::Error) -> String {
    let reason = reason(error);
    match secret_in(what) {
        None => format!("cannot read {what}: {reason}"),
        Some(_) => format!("cannot read a file whose name looks like a secret: {reason}"),
    }
}

/// What of an argument looks like a secret that was given where something else belongs: 40 characters of
/// base64 as AWS issues them, or a key in hexadecimal.
pub(crate) fn secret_in(argument: &str) -> Option<&str> {
    let value = match argument.split_once('=') {
        Some((flag, value)) if flag.starts_with('-') => value,
        _ => argument,
    };
    let all = |is: fn(&u8) -> bool| value.bytes().all(|b| is(&b));
    let any = |is: fn(&u8) -> bool| value.bytes().any(|b| is(&b));
    let issued = value.len() == 40
        && all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/'))
        && any(u8::is_ascii_uppercase)
        && any(u8::is_ascii_lowercase);
    let key = value.len() == 64 && all(u8::is_ascii_hexdigit);
    (issued || key).then_some(value)
}

/// An I/O error in words, without the number of the operating system.
pub(crate) fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        io::ErrorKind::IsADirectory => "it is a directory".to_owned(),
        _ => {
            let text = error.to_string();
            match text.find(" (os error") {
                Some(at) => text.split_at(at).0.to_lowercase(),
                None => text,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_hashed_in_order_whatever_a_read_returns() {
        /// Gives odd-sized bits, as a pipe does.
        struct Bits(usize, usize);
        impl Read for Bits {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                let n = buffer.len().min(70_001).min(self.1 - self.0);
                for byte in &mut buffer[..n] {
                    *byte = u8::try_from(self.0 % 251).unwrap();
                    self.0 += 1;
                }
                Ok(n)
            }
        }
        let len = 5 * PIECE / 2 + 13;
        let mut last = 0;
        let facts = hash(Bits(0, len), &mut |done| last = done)
            .unwrap()
            .finish("bits");
        let mut whole = BodyHasher::new();
        let mut bytes = Vec::new();
        Bits(0, len).read_to_end(&mut bytes).unwrap();
        whole.update(&bytes);
        assert_eq!(facts, whole.finish("bits"));
        assert_eq!((facts.len, last), (len as u64, len as u64));
    }

    #[test]
    fn an_error_while_streaming_is_not_taken_for_the_end() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("the disk is gone"))
            }
        }
        let after_some = io::repeat(b'x').take(3 * PIECE as u64 + 1).chain(Broken);
        let error = hash(after_some, &mut |_| ()).unwrap_err();
        assert_eq!(error.to_string(), "the disk is gone");
    }

    #[test]
    fn a_file_is_held_without_spare_capacity() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("f");
        std::fs::write(&path, vec![b'x'; 100_003]).unwrap();
        let mut vec = Vec::new();
        File::open(&path).unwrap().read_to_end(&mut vec).unwrap();
        assert_eq!(vec.capacity(), vec.len());
        assert_eq!(file(&path).unwrap().len(), 100_003);
    }

    #[test]
    fn a_secret_is_told_from_a_name() {
        let secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
        assert_eq!(secret_in(secret), Some(secret));
        let flag = format!("--secret={secret}");
        assert_eq!(secret_in(&flag), Some(secret));
        assert!(secret_in(&"0f".repeat(32)).is_some());
        for name in [
            "requests/2026/March/failed-upload-1.http",
            "0123456789012345678901234567890123456789",
            "AKIAIOSFODNN7EXAMPLE",
            "https://b.s3.amazonaws.com/k?X-Amz-Date=",
            "--now=2026-03-11T09:20:00Z",
        ] {
            assert_eq!(secret_in(name), None, "{name}");
        }
    }

    #[test]
    fn reasons_are_words() {
        let dir = tempfile::tempdir().unwrap();
        let missing = dir.path().join("none");
        assert!(
            file(&missing)
                .unwrap_err()
                .ends_with(": there is no such file")
        );
        assert!(
            file(dir.path())
                .unwrap_err()
                .ends_with(": it is a directory")
        );
        assert!(
            body(dir.path(), &mut |_, _| ())
                .unwrap_err()
                .ends_with(": it is a directory")
        );
    }
}
