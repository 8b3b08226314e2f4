//! Serving the clipboard after the app has gone.
//!
//! On X11 and Wayland a clipboard holds no text, it names the program to ask for it. So the program is
//! started once more, as a process that does nothing but answer until something else is copied, as
//! `xclip` and `wl-copy` do. The text goes to it through a pipe, never through an argument.

#[cfg(all(unix, not(target_os = "macos")))]
use std::io;
use std::process::ExitCode;

/// The argument that makes the program serve. Not a command for people.
pub const SERVE: &str = "__serve-clipboard";

/// Starts the process that serves `text`, and waits until it does.
#[cfg(all(unix, not(target_os = "macos")))]
pub(super) fn leave_behind(text: &str) -> Result<(), String> {
    use std::io::{Read as _, Write as _};
    use std::os::unix::process::CommandExt as _;
    use std::process::{Command, Stdio};
    use std::sync::mpsc;
    use std::thread;
    use std::time::Duration;

    let start = || -> io::Result<_> {
        let mut child = Command::new(std::env::current_exe()?)
            .arg(SERVE)
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            // Ctrl-C and the end of the terminal's job are not meant for it.
            .process_group(0)
            .spawn()?;
        if let Some(mut stdin) = child.stdin.take() {
            stdin.write_all(text.as_bytes())?;
        }
        child.stdout.take().ok_or(io::ErrorKind::BrokenPipe.into())
    };
    let mut ready = start().map_err(|_| "no process could be started to serve it".to_owned())?;
    let (send, receive) = mpsc::channel();
    thread::spawn(move || {
        let _ = send.send(ready.read_exact(&mut [0]).is_ok());
    });
    match receive.recv_timeout(Duration::from_secs(1)) {
        Ok(true) => Ok(()),
        Ok(false) | Err(_) => Err("the process that should serve it could not".to_owned()),
    }
}

/// Elsewhere the system itself keeps the text.
#[cfg(not(all(unix, not(target_os = "macos"))))]
pub(super) fn leave_behind(_text: &str) -> Result<(), String> {
    Ok(())
}

/// Serves the text on standard input until something else is copied. One byte on standard output says
/// that it is being served.
#[cfg(all(unix, not(target_os = "macos")))]
pub fn serve() -> ExitCode {
    use std::io::Write as _;

    use arboard::{Clipboard, SetExtLinux as _};

    let serve = || -> Option<()> {
        let text = io::read_to_string(io::stdin()).ok()?;
        let mut clipboard = Clipboard::new().ok()?;
        clipboard.set_text(text.as_str()).ok()?;
        // The app that waits for this byte may have gone.
        let _ = io::stdout()
            .write_all(b".")
            .and_then(|()| io::stdout().flush());
        clipboard.set().wait().text(text).ok()
    };
    match serve() {
        Some(()) => ExitCode::SUCCESS,
        None => ExitCode::FAILURE,
    }
}

/// Elsewhere the system itself keeps the text.
#[cfg(not(all(unix, not(target_os = "macos"))))]
pub fn serve() -> ExitCode {
    ExitCode::FAILURE
}
