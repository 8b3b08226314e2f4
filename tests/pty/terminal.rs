//! A terminal for tests: a real PTY with a job-control shell in it, read through a terminal emulator.

use std::fmt::Write as _;
use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use rustix::process::{Pid, Signal, kill_process};
use vt100::{MouseProtocolMode, Screen};

/// The machine may be slow: only a hang takes this long.
const PATIENCE: Duration = Duration::from_secs(60);

/// The shell's prompt, unlike anything the app shows.
const PROMPT: &str = "prompt>";

/// What stands before an exit status.
const STATUS: &str = "exit.status.";

/// All that came out of the PTY.
struct Output {
    emulator: vt100::Parser<Clipboard>,
    raw: Vec<u8>,
    closed: bool,
}

/// The terminal's clipboard, as OSC 52 fills it: base64.
#[derive(Default)]
struct Clipboard(Vec<String>);

impl vt100::Callbacks for Clipboard {
    fn copy_to_clipboard(&mut self, _: &mut Screen, kind: &[u8], data: &[u8]) {
        assert_eq!(kind, b"c");
        self.0.push(String::from_utf8(data.to_vec()).unwrap());
    }
}

/// The terminal, with a shell at its prompt.
pub(crate) struct Terminal {
    output: Arc<(Mutex<Output>, Condvar)>,
    keyboard: Box<dyn Write + Send>,
    master: Box<dyn MasterPty + Send>,
    shell: Box<dyn Child + Send + Sync>,
    home: tempfile::TempDir,
    /// How many exit statuses had been printed when the last command was started.
    marks: usize,
}

fn size(rows: u16, cols: u16) -> PtySize {
    PtySize {
        rows,
        cols,
        pixel_width: 0,
        pixel_height: 0,
    }
}

impl Terminal {
    /// 24 rows of 80 columns.
    pub(crate) fn new() -> Self {
        Self::with_env(&[])
    }

    /// With more variables in the environment, which is otherwise almost empty: the person's own must not
    /// decide what a test sees.
    pub(crate) fn with_env(env: &[(&str, &str)]) -> Self {
        let home = tempfile::tempdir().unwrap();
        // A shell with line editing would switch bracketed paste on itself.
        let inputrc = home.path().join("inputrc");
        std::fs::write(&inputrc, "set enable-bracketed-paste off\n").unwrap();
        let pty = native_pty_system().openpty(size(24, 80)).unwrap();
        let mut command = CommandBuilder::new("sh");
        command.arg("-i");
        command.env_clear();
        command.env("PATH", std::env::var_os("PATH").unwrap());
        command.env("HOME", home.path());
        command.env("INPUTRC", &inputrc);
        command.env("PS1", format!("{PROMPT} "));
        command.env("TERM", "xterm-256color");
        command.env("LC_ALL", "C.UTF-8");
        for (name, value) in env {
            command.env(name, value);
        }
        command.cwd(home.path());
        let shell = pty.slave.spawn_command(command).unwrap();
        drop(pty.slave);
        let rows = |n| NonZeroU16::new(n).unwrap();
        let output = Arc::new((
            Mutex::new(Output {
                emulator: vt100::Parser::new_with_callbacks(
                    rows(24),
                    rows(80),
                    0,
                    Clipboard::default(),
                ),
                raw: Vec::new(),
                closed: false,
            }),
            Condvar::new(),
        ));
        let reader = pty.master.try_clone_reader().unwrap();
        let writer = Arc::clone(&output);
        thread::spawn(move || collect(reader, &writer));
        let keyboard = pty.master.take_writer().unwrap();
        let mut terminal = Self {
            output,
            keyboard,
            master: pty.master,
            shell,
            home,
            marks: 0,
        };
        terminal.until("the first prompt", at_prompt);
        terminal.shell_run("stty -a > before");
        terminal
    }

    /// Where a file of the shell's directory is.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// Sends bytes as the keyboard would.
    pub(crate) fn keys(&mut self, keys: impl AsRef<[u8]>) {
        self.keyboard.write_all(keys.as_ref()).unwrap();
        self.keyboard.flush().unwrap();
    }

    /// Pastes as a terminal that brackets pastes does.
    pub(crate) fn paste(&mut self, text: impl AsRef<[u8]>) {
        self.keys([b"\x1b[200~", text.as_ref(), b"\x1b[201~"].concat());
    }

    /// Runs a command in the shell to its end.
    pub(crate) fn shell_run(&mut self, command: &str) {
        // The mark is put together by the shell: the echo of the command must not be taken for it.
        let count = self.count(b"ran.to.its.end");
        self.keys(format!("{command}; echo ran.to.'its'.end\r"));
        self.until_raw("the command's end", |raw| {
            occurrences(raw, b"ran.to.its.end") > count
        });
        self.until("the prompt", at_prompt);
    }

    /// Starts a command in the shell; its exit status is printed when it ends: see [`Self::ended`].
    pub(crate) fn start(&mut self, command: &str) {
        self.marks = self.count(STATUS.as_bytes());
        // A line feed ends the line even where a stopped program has left the line in raw mode.
        self.keys(format!("{command}; echo exit.'status'.$?\n"));
    }

    /// Waits until the command that was started has ended, and gives its exit status.
    pub(crate) fn ended(&self) -> u8 {
        self.wait("the exit status", |output| {
            occurrences(&output.raw, STATUS.as_bytes()) > self.marks
                && at_prompt(output.emulator.screen())
        });
        let contents = self.contents();
        let after = contents.rsplit(STATUS).next().unwrap();
        let digits: String = after.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().unwrap()
    }

    /// Waits until the screen is as `seen` wants it.
    pub(crate) fn until(&self, what: &str, seen: impl Fn(&Screen) -> bool) {
        self.wait(what, |output| seen(output.emulator.screen()));
    }

    /// Waits until the screen shows a text.
    pub(crate) fn shows(&self, text: &str) {
        self.until(text, |screen| screen.contents().contains(text));
    }

    /// Waits until all output so far is as `seen` wants it.
    pub(crate) fn until_raw(&self, what: &str, seen: impl Fn(&[u8]) -> bool) {
        self.wait(what, |output| seen(&output.raw));
    }

    fn wait(&self, what: &str, seen: impl Fn(&Output) -> bool) {
        let (lock, changed) = &*self.output;
        let deadline = Instant::now() + PATIENCE;
        let mut output = lock.lock().unwrap_or_else(PoisonError::into_inner);
        while !seen(&output) {
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(
                !left.is_zero() && !output.closed,
                "waited in vain for {what}; on screen:\n{}",
                framed(output.emulator.screen())
            );
            output = changed.wait_timeout(output, left).unwrap().0;
        }
    }

    /// The screen's text.
    pub(crate) fn contents(&self) -> String {
        self.look(Screen::contents)
    }

    /// Looks at the screen as it stands.
    pub(crate) fn look<T>(&self, look: impl FnOnce(&Screen) -> T) -> T {
        look(
            self.output
                .0
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .emulator
                .screen(),
        )
    }

    /// All output so far, byte for byte.
    pub(crate) fn raw(&self) -> Vec<u8> {
        self.output
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .raw
            .clone()
    }

    fn count(&self, needle: &[u8]) -> usize {
        occurrences(
            &self
                .output
                .0
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .raw,
            needle,
        )
    }

    /// Waits for the next text on the terminal's clipboard, the `n`th from 0, and decodes it.
    pub(crate) fn copied(&self, n: usize) -> String {
        self.wait("a copy", |output| output.emulator.callbacks().0.len() > n);
        let output = self.output.0.lock().unwrap_or_else(PoisonError::into_inner);
        let text = unbase64(&output.emulator.callbacks().0[n]);
        String::from_utf8(text).unwrap()
    }

    /// Gives the terminal another size.
    pub(crate) fn resize(&mut self, rows: u16, cols: u16) {
        let n = |n| NonZeroU16::new(n).unwrap();
        let mut output = self.output.0.lock().unwrap_or_else(PoisonError::into_inner);
        output.emulator.screen_mut().set_size(n(rows), n(cols));
        drop(output);
        self.master.resize(size(rows, cols)).unwrap();
    }

    /// Whatever runs in the foreground.
    pub(crate) fn foreground(&self) -> Pid {
        Pid::from_raw(self.master.process_group_leader().unwrap()).unwrap()
    }

    /// Sends a signal.
    #[expect(
        clippy::unused_self,
        reason = "reads as something done in this terminal"
    )]
    pub(crate) fn kill(&self, process: Pid, signal: Signal) {
        kill_process(process, signal).unwrap();
    }

    /// Asserts that nothing is left of what the app switched on, as the terminal and as `stty` see it.
    pub(crate) fn is_as_before(&mut self) {
        self.look(|screen| {
            assert!(!screen.alternate_screen(), "the alternate screen stays on");
            assert!(!screen.bracketed_paste(), "bracketed paste stays on");
            assert!(!screen.hide_cursor(), "the cursor stays hidden");
            assert_eq!(screen.mouse_protocol_mode(), MouseProtocolMode::None);
        });
        self.shell_run("stty -a > after");
        let modes = |name: &str| settings(&self.path(name));
        assert_eq!(modes("before"), modes("after"), "the line's modes differ");
        // What was switched on must have been switched off as often, for terminals that count.
        let raw = self.raw();
        for mode in [
            "?1049", "?2004", "?1000", "?1002", "?1003", "?1006", "?1015",
        ] {
            let on = occurrences(&raw, format!("\x1b[{mode}h").as_bytes());
            let off = occurrences(&raw, format!("\x1b[{mode}l").as_bytes());
            assert_eq!(on, off, "mode {mode} was switched on and off");
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.shell.kill();
        let _ = self.shell.wait();
    }
}

/// The line's modes without its size.
fn settings(path: &Path) -> String {
    let text = std::fs::read_to_string(path).unwrap();
    assert!(text.contains("icanon"), "{text}");
    let words = text.split(';').map(str::trim);
    let kept: Vec<&str> = words
        .filter(|word| !word.starts_with("rows") && !word.starts_with("columns"))
        .collect();
    kept.join("; ")
}

/// Whether the shell waits for a command.
pub(crate) fn at_prompt(screen: &Screen) -> bool {
    let contents = screen.contents();
    let last = contents.trim_end().lines().last().unwrap_or_default();
    !screen.alternate_screen() && last.trim_end() == PROMPT
}

fn collect(mut reader: Box<dyn Read + Send>, output: &(Mutex<Output>, Condvar)) {
    let mut piece = vec![0; 1 << 16];
    loop {
        // A PTY whose other side has gone gives an error on some systems, the end on others.
        let read = reader.read(&mut piece).unwrap_or(0);
        let mut output_now = output.0.lock().unwrap_or_else(PoisonError::into_inner);
        output_now.raw.extend_from_slice(&piece[..read]);
        output_now.emulator.process(&piece[..read]);
        output_now.closed = read == 0;
        drop(output_now);
        output.1.notify_all();
        if read == 0 {
            return;
        }
    }
}

/// How often `needle` stands in `text`.
pub(crate) fn occurrences(text: &[u8], needle: &[u8]) -> usize {
    memchr::memmem::find_iter(text, needle).count()
}

/// A screen for a failure's message.
fn framed(screen: &Screen) -> String {
    let mut text = String::new();
    for row in screen.contents().lines() {
        let _ = writeln!(text, "| {row}");
    }
    text
}

fn unbase64(text: &str) -> Vec<u8> {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = Vec::new();
    for group in text.trim_end_matches('=').as_bytes().chunks(4) {
        let mut bits: u32 = 0;
        for byte in group {
            let six = ALPHABET.iter().position(|a| a == byte).unwrap();
            bits = bits << 6 | u32::try_from(six).unwrap();
        }
        bits <<= 6 * (4 - group.len());
        out.extend_from_slice(&bits.to_be_bytes()[1..group.len()]);
    }
    out
}
