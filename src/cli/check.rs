//! `sigscope check`: the analysis as text, JSON or Markdown, and the exit status.

use std::io::{self, IsTerminal as _};
use std::path::PathBuf;

use chrono::{DateTime, Utc};
use clap::ArgMatches;

use super::gather::{For, gather};
use super::progress::Bar;
use super::{USAGE, output};
use crate::engine::intake::Which;
use crate::engine::scheme::Now;
use crate::report::{self, Report, ReportOptions, TextStyle};
use crate::sources;
use crate::workbench::Work;

/// Runs the command and says its exit status.
pub(super) fn run(matches: &ArgMatches) -> u8 {
    let json = matches.get_flag("json");
    let work = match work(matches) {
        Ok(work) => work,
        Err(problem) => {
            output::complain(&problem);
            if json {
                output::print(&refused(&problem));
            }
            return USAGE;
        }
    };
    let options = ReportOptions {
        reveal_tokens: matches.get_flag("reveal"),
        ..ReportOptions::default()
    };
    let report = Report::new(&work, options);
    output::print(&if json {
        report.json_text()
    } else if matches.get_flag("markdown") {
        report.markdown()
    } else {
        report.text(style())
    });
    work.analysis.diagnosis.verdict.id.exit_status()
}

/// The JSON object of a command that failed before there was anything to analyse.
pub(super) fn refused(problem: &str) -> String {
    report::json_text(&report::nothing_json(problem))
}

/// As wide as the terminal, and coloured where it is one and nobody objects (no-color.org).
fn style() -> TextStyle {
    let mut style = TextStyle::default();
    if io::stdout().is_terminal() {
        if let Ok((width, _)) = crossterm::terminal::size() {
            style.width = width.into();
        }
        let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        style.colour =
            !set("NO_COLOR") && std::env::var_os("TERM").is_none_or(|term| term != "dumb");
    }
    style
}

/// Reads everything and analyses it.
fn work(matches: &ArgMatches) -> Result<Work, String> {
    let mut workbench = gather(matches, For::Check)?;
    if let Some(path) = matches.get_one::<PathBuf>("body") {
        let mut bar = Bar::new();
        workbench.body = Some(sources::body(path, &mut |done, total| {
            bar.show(done, total);
        })?);
    }
    let stated = matches.get_one::<DateTime<Utc>>("now").copied();
    let work = workbench.work(Now {
        at: stated.unwrap_or_else(Utc::now),
        stated: stated.is_some(),
    });
    let asked = |flag: &str, at: usize, what: &str, there: usize| {
        format!(
            "{flag} asks for {what} {}, and there {} here",
            at + 1,
            match there {
                0 => "is none".to_owned(),
                1 => "is only 1".to_owned(),
                there => format!("are only {there}"),
            }
        )
    };
    let (evidence, requests) = (work.case.evidence.len(), work.case.requests.len());
    for which in workbench.choices.sides.keys() {
        if let Which::Nth(at) = which
            && *at >= evidence
        {
            return Err(asked("--side", *at, "evidence", evidence));
        }
    }
    for pair in &workbench.choices.pairs {
        match pair {
            (Which::Nth(at), _) if *at >= evidence => {
                return Err(asked("--pair", *at, "evidence", evidence));
            }
            (_, Which::Nth(at)) if *at >= requests => {
                return Err(asked("--pair", *at, "request", requests));
            }
            _ => {}
        }
    }
    match (workbench.request, work.case.requests.len()) {
        (Some(_), 0) => Err("--request asks for a request, and there is none here".to_owned()),
        (Some(asked), there) if asked >= there => Err(format!(
            "--request asks for request {}, and there {} only {there} here",
            asked + 1,
            if there == 1 { "is" } else { "are" }
        )),
        _ => Ok(work),
    }
}
