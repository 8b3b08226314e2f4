//! From the start of the program to its first frame on a real terminal. Figures are reported, not
//! asserted: `cargo bench --bench start`.
//!
//! What it is held against: 20 ms. The clock runs from before the process is made until the PTY has
//! delivered a frame that holds text; the answer must be in it, not a screen that precedes it.

#[cfg(unix)]
mod unix {
    use std::io::{Read as _, Write as _};
    use std::time::{Duration, Instant};

    use criterion::Criterion;
    use portable_pty::{CommandBuilder, PtySize, native_pty_system};

    /// One start and one end of the program. `file` is what it is given, and `text` must be on the first
    /// frame.
    fn start(file: &str, text: &[u8]) -> std::io::Result<Duration> {
        let size = PtySize {
            rows: 36,
            cols: 120,
            pixel_width: 0,
            pixel_height: 0,
        };
        let pty = native_pty_system()
            .openpty(size)
            .map_err(std::io::Error::other)?;
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_sigscope"));
        command.arg(file);
        command.env_clear();
        command.env("TERM", "xterm-256color");
        command.env("HOME", "/nonexistent");
        // Else it would be started in its home.
        command.cwd(std::env::temp_dir());
        let mut output = pty
            .master
            .try_clone_reader()
            .map_err(std::io::Error::other)?;
        let mut keyboard = pty.master.take_writer().map_err(std::io::Error::other)?;

        let begun = Instant::now();
        let mut program = pty
            .slave
            .spawn_command(command)
            .map_err(std::io::Error::other)?;
        drop(pty.slave);
        let mut seen = Vec::new();
        let mut piece = vec![0; 1 << 16];
        while memchr::memmem::find(&seen, text).is_none() {
            let read = output.read(&mut piece)?;
            seen.extend_from_slice(piece.get(..read).unwrap_or_default());
        }
        let took = begun.elapsed();

        keyboard.write_all(b"q")?;
        while output.read(&mut piece).is_ok_and(|read| read > 0) {}
        program.wait()?;
        Ok(took)
    }

    pub(crate) fn bench(criterion: &mut Criterion) {
        let file = std::env::temp_dir().join(format!("sigscope-start-{}", std::process::id()));
        let Some(sample) = sigscope::samples::ALL.first() else {
            return;
        };
        if std::fs::write(&file, sample.text).is_err() {
            return;
        }
        let path = file.to_string_lossy();
        criterion.bench_function("start to first frame", |bencher| {
            bencher.iter_custom(|times| {
                (0..times)
                    .map(|_| start(&path, b"sigscope").expect("the program starts"))
                    .sum()
            });
        });
        let _ = std::fs::remove_file(&file);
    }
}

#[cfg(unix)]
criterion::criterion_group! {
    name = benches;
    config = criterion::Criterion::default().sample_size(20);
    targets = unix::bench
}

#[cfg(unix)]
criterion::criterion_main!(benches);

#[cfg(not(unix))]
fn main() {
    println!("this bench needs a Unix terminal");
}
