//! Draws the README's picture: runs the real program in a pseudo-terminal, types into it, and writes what
//! the screen shows as an SVG.
//!
//! ```text
//! cargo run --release --example picture -- assets/screen.svg            writes it
//! cargo run --release --example picture -- --check assets/screen.svg    fails if it is out of date
//! ```
//!
//! The sample, its clock and the size of the screen are fixed, so the picture changes only with the program.

use std::error::Error;
use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::num::NonZeroU16;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use portable_pty::{CommandBuilder, PtySize, native_pty_system};

const COLUMNS: u16 = 100;
const ROWS: u16 = 32;
/// The sample in the picture.
const SAMPLE: &str = "host-changed";
/// A few minutes after the sample was signed, so that its age is not what the eye meets.
const NOW: &str = "2026-03-11T09:20:00Z";
/// How long the screen must stay as it is before it counts as drawn.
const SETTLED: Duration = Duration::from_millis(700);

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let check = arguments.first().is_some_and(|a| a == "--check");
    if check {
        arguments.remove(0);
    }
    let path = PathBuf::from(arguments.first().ok_or("which file?")?);
    let svg = draw(&screen(&program()?)?);
    if !check {
        std::fs::write(&path, svg)?;
    } else if std::fs::read_to_string(&path)? != svg {
        return Err(format!("{} is out of date: draw it again", path.display()).into());
    }
    Ok(())
}

/// The program, built in the profile this example was built in.
fn program() -> Result<PathBuf, Box<dyn Error>> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let mut build = Command::new(cargo);
    build.args(["build", "--quiet", "--bin", "sigscope"]);
    if !cfg!(debug_assertions) {
        build.arg("--release");
    }
    if !build.status()?.success() {
        return Err("the program does not build".into());
    }
    let here = std::env::current_exe()?;
    let folder = here
        .parent()
        .and_then(Path::parent)
        .ok_or("no target folder")?;
    Ok(folder.join(format!("sigscope{}", std::env::consts::EXE_SUFFIX)))
}

/// Runs the program on the sample until its screen stands still, then quits it.
fn screen(program: &Path) -> Result<vt100::Screen, Box<dyn Error>> {
    let sample = Command::new(program).args(["samples", SAMPLE]).output()?;
    if !sample.status.success() {
        return Err(format!("there is no sample {SAMPLE}").into());
    }
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("paste.txt");
    std::fs::write(&file, sample.stdout)?;

    let size = PtySize {
        rows: ROWS,
        cols: COLUMNS,
        pixel_width: 0,
        pixel_height: 0,
    };
    let pty = native_pty_system().openpty(size)?;
    let mut command = CommandBuilder::new(program);
    command.args(["--now", NOW]);
    command.arg("paste.txt");
    command.cwd(folder.path());
    command.env_clear();
    command.env("TERM", "xterm-256color");
    command.env("HOME", folder.path());
    let mut child = pty.slave.spawn_command(command)?;
    drop(pty.slave);

    let mut reader = pty.master.try_clone_reader()?;
    let mut writer = pty.master.take_writer()?;
    let (send, receive) = mpsc::channel();
    std::thread::spawn(move || {
        let mut buffer = [0; 8192];
        while let Ok(read @ 1..) = reader.read(&mut buffer) {
            if send.send(buffer[..read].to_vec()).is_err() {
                break;
            }
        }
    });
    let (rows, columns) = (NonZeroU16::new(ROWS), NonZeroU16::new(COLUMNS));
    let mut parser = vt100::Parser::new(rows.ok_or("no rows")?, columns.ok_or("no columns")?, 0);
    let mut last = Instant::now();
    while last.elapsed() < SETTLED {
        if let Ok(bytes) = receive.recv_timeout(SETTLED) {
            parser.process(&bytes);
            last = Instant::now();
        }
    }
    let screen = parser.screen().clone();
    writer.write_all(b"q")?;
    child.wait()?;
    Ok(screen)
}

const CELL: (f32, f32) = (8.4, 18.0);
const MARGIN: f32 = 14.0;
const GROUND: &str = "#16181d";
const INK: &str = "#d4d4d4";

/// The screen as an SVG: one rectangle a run of background, one text a run of like cells.
fn draw(screen: &vt100::Screen) -> String {
    let (width, height) = (
        f32::from(COLUMNS) * CELL.0 + 2.0 * MARGIN,
        f32::from(ROWS) * CELL.1 + 2.0 * MARGIN,
    );
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" \
         viewBox=\"0 0 {width:.0} {height:.0}\" font-family=\"ui-monospace, Menlo, Consolas, \
         'DejaVu Sans Mono', monospace\" font-size=\"14\">\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{GROUND}\"/>\n"
    );
    for row in 0..ROWS {
        let mut column = 0;
        while column < COLUMNS {
            let Some(cell) = screen.cell(row, column) else {
                break;
            };
            let look = Look::of(cell);
            let (start, mut text) = (column, String::new());
            while let Some(cell) = screen
                .cell(row, column)
                .filter(|cell| Look::of(cell) == look)
            {
                if !cell.is_wide_continuation() {
                    text.push_str(if cell.has_contents() {
                        cell.contents()
                    } else {
                        " "
                    });
                }
                column += 1;
            }
            run(&mut svg, row, start, column - start, &look, &text);
        }
    }
    svg.push_str("</svg>\n");
    svg
}

#[derive(PartialEq)]
struct Look {
    ink: String,
    ground: String,
    bold: bool,
    underline: bool,
}

impl Look {
    fn of(cell: &vt100::Cell) -> Self {
        let mut ink = colour(cell.fgcolor(), INK);
        let mut ground = colour(cell.bgcolor(), GROUND);
        if cell.inverse() {
            std::mem::swap(&mut ink, &mut ground);
        }
        if cell.dim() {
            "#767c88".clone_into(&mut ink);
        }
        Self {
            ink,
            ground,
            bold: cell.bold(),
            underline: cell.underline(),
        }
    }
}

fn run(svg: &mut String, row: u16, column: u16, cells: u16, look: &Look, text: &str) {
    let x = MARGIN + f32::from(column) * CELL.0;
    let y = MARGIN + f32::from(row) * CELL.1;
    let width = f32::from(cells) * CELL.0;
    if look.ground != GROUND {
        let _ = writeln!(
            svg,
            "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{}\" fill=\"{}\"/>",
            CELL.1, look.ground
        );
    }
    if text.trim().is_empty() {
        return;
    }
    let bold = if look.bold {
        " font-weight=\"bold\""
    } else {
        ""
    };
    let underline = if look.underline {
        " text-decoration=\"underline\""
    } else {
        ""
    };
    let text = text
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    let _ = writeln!(
        svg,
        "<text x=\"{x:.1}\" y=\"{:.1}\" textLength=\"{width:.1}\" xml:space=\"preserve\" \
         fill=\"{}\"{bold}{underline}>{text}</text>",
        y + 13.5,
        look.ink
    );
}

/// The colour of a terminal with a dark ground; what is not one of the sixteen is as the terminal has it.
fn colour(colour: vt100::Color, otherwise: &str) -> String {
    const SIXTEEN: [&str; 16] = [
        "#2b2f36", "#e0565b", "#6fb35f", "#d3a04a", "#5c8fd6", "#b57edc", "#4fb3bf", "#c8ccd4",
        "#767c88", "#ff7a80", "#9adf86", "#ffd479", "#8ab8ff", "#dcb0ff", "#86e1ea", "#ffffff",
    ];
    match colour {
        vt100::Color::Idx(i) => SIXTEEN
            .get(usize::from(i))
            .copied()
            .unwrap_or(otherwise)
            .to_owned(),
        vt100::Color::Default => otherwise.to_owned(),
        vt100::Color::Rgb(r, g, b) => format!("#{r:02x}{g:02x}{b:02x}"),
    }
}
