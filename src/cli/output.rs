//! Standard output, whose reader may go at any time.

use std::io::{self, Write as _};

use crate::engine::document::visible;

/// Prints `text` to standard output. A reader that has gone (`| head`) is no error.
pub(super) fn print(text: &str) {
    let mut out = io::stdout().lock();
    quietly(out.write_all(text.as_bytes()).and_then(|()| out.flush()));
}

/// Says on standard error why a command failed. A file name may hold what a terminal obeys, so the text
/// is made visible first.
pub(super) fn complain(problem: &str) {
    let line = visible::to_string(problem.as_bytes());
    // Where standard error has gone too there is nobody left to tell.
    let _ = writeln!(io::stderr(), "sigscope: {line}");
}

/// Says on standard error what could not be written, unless the reader has merely gone.
pub(super) fn quietly(result: io::Result<()>) {
    if let Err(error) = result
        && error.kind() != io::ErrorKind::BrokenPipe
    {
        complain(&format!("cannot write: {error}"));
    }
}
