//! The command line: arguments, sources of input, exit status.
//!
//! Owns what `sigscope` takes and prints outside the app, and the clock. It must not know how to sign,
//! nor how a report is laid out.

mod args;
mod check;
mod gather;
mod man;
mod output;
mod progress;

use std::ffi::OsString;
use std::fmt::Write as _;
use std::io::{self, IsTerminal as _, Write as _};
use std::process::ExitCode;

use clap::ArgMatches;
use clap::error::ErrorKind;

pub use args::command;

use crate::tui::{self, SERVE};
use crate::{panics, samples, sources};
use gather::{For, gather};

/// The exit status of a usage error and of input that cannot be read.
const USAGE: u8 = 2;

/// Runs the program with the arguments it was started with.
pub fn main() -> ExitCode {
    panics::install();
    let arguments: Vec<OsString> = std::env::args_os().collect();
    if arguments.get(1).is_some_and(|argument| argument == SERVE) {
        return tui::serve();
    }
    let matches = match command().try_get_matches_from(&arguments) {
        Ok(matches) => matches,
        Err(error) => return ExitCode::from(refuse(&arguments, &error)),
    };
    match matches.subcommand() {
        Some(("check", matches)) => ExitCode::from(check::run(matches)),
        Some(("samples", matches)) => ExitCode::from(samples(matches)),
        Some(("completions", matches)) => ExitCode::from(completions(matches)),
        Some(("man", _)) => ExitCode::from(man()),
        _ => app(&matches),
    }
}

/// Says why the arguments cannot be used, or prints the help or version they ask for.
fn refuse(arguments: &[OsString], error: &clap::Error) -> u8 {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            output::quietly(error.print());
            0
        }
        _ => {
            let mut problem = error.render().to_string();
            let secrets = arguments
                .iter()
                .filter_map(|a| sources::secret_in(a.to_str()?));
            let secrets: Vec<&str> = secrets.collect();
            if secrets.is_empty() {
                output::quietly(error.print());
            } else {
                for secret in secrets {
                    problem = problem.replace(secret, "[looks like a secret]");
                }
                output::quietly(io::stderr().write_all(problem.as_bytes()));
            }
            let mut words = arguments.iter().skip(1).take_while(|a| *a != "--");
            if words.clone().any(|a| a == "check") && words.any(|a| a == "--json") {
                output::print(&check::refused("The command line was not understood."));
            }
            USAGE
        }
    }
}

/// `sigscope samples [NAME]`.
fn samples(matches: &ArgMatches) -> u8 {
    if let Some(sample) = matches
        .get_one::<String>("name")
        .and_then(|name| samples::find(name))
    {
        output::print(sample.text);
        return 0;
    }
    let widest = samples::ALL.iter().map(|sample| sample.name.len()).max();
    let mut list = String::new();
    for sample in samples::ALL {
        let width = widest.unwrap_or_default();
        // Writing to a String cannot fail.
        let _ = writeln!(list, "{:width$}  {}", sample.name, sample.summary);
    }
    list.push_str("\nTry one: sigscope samples NAME | sigscope check -\n");
    output::print(&list);
    0
}

/// `sigscope completions SHELL`.
fn completions(matches: &ArgMatches) -> u8 {
    let Some(shell) = matches.get_one::<clap_complete::Shell>("shell") else {
        return USAGE;
    };
    let mut script = Vec::new();
    clap_complete::generate(*shell, &mut command(), "sigscope", &mut script);
    output::quietly(io::stdout().write_all(&script));
    0
}

/// `sigscope man`.
fn man() -> u8 {
    let mut page = Vec::new();
    output::quietly(man::render(&mut page));
    output::quietly(io::stdout().write_all(&page));
    0
}

/// `sigscope [FILE | - | URL]`.
fn app(matches: &ArgMatches) -> ExitCode {
    let started = if io::stdout().is_terminal() {
        gather(matches, For::App).and_then(|workbench| {
            tui::run(workbench, args::app_options(matches))
                .map_err(|error| format!("the terminal failed: {}", sources::reason(&error)))
        })
    } else {
        Err(
            "the app needs a terminal and standard output is none; `sigscope check` prints the same \
             analysis"
                .to_owned(),
        )
    };
    started.unwrap_or_else(|problem| {
        output::complain(&problem);
        ExitCode::from(USAGE)
    })
}
