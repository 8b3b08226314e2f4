//! `sigscope check`: the analysis as text, JSON or Markdown, and the exit status.

use std::path::PathBuf;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use clap::ArgMatches;

use super::gather::{For, gather};
use super::progress::Bar;
use super::{USAGE, output};
use crate::engine::diagnose::{Verdict, VerdictId};
use crate::engine::scheme::Now;
use crate::report;
use crate::sources;
use crate::workbench::{Fixed, Work, Workbench};

/// Runs the command and says its exit status.
pub(super) fn run(matches: &ArgMatches) -> u8 {
    let json = matches.get_flag("json");
    let mut work = match work(matches) {
        Ok(work) => work,
        Err(problem) => {
            eprintln!("sigscope: {problem}");
            if json {
                output::print(&refused(&problem));
            }
            return USAGE;
        }
    };
    work.redactor = std::mem::take(&mut work.redactor).revealing_tokens(matches.get_flag("reveal"));
    output::print(&if json {
        as_json(&work)
    } else if matches.get_flag("markdown") {
        report::markdown(&work)
    } else {
        as_text(&work)
    });
    work.analysis.diagnosis.verdict.id.exit_status()
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
    Ok(workbench.work(Now {
        at: stated.unwrap_or_else(Utc::now),
        stated: stated.is_some(),
    }))
}

/// The JSON object of a command that failed before there was anything to analyse.
pub(super) fn refused(problem: &str) -> String {
    let workbench = Workbench::new(Arc::new(Fixed::default()));
    let mut work = workbench.work(Now {
        at: Utc::now(),
        stated: false,
    });
    work.analysis.diagnosis.verdict = Verdict {
        id: VerdictId::Nothing,
        sentence: problem.to_owned(),
        details: Vec::new(),
        proved: false,
        proof: Vec::new(),
    };
    as_json(&work)
}

/// The analysis as the contract's JSON object.
fn as_json(work: &Work) -> String {
    let verdict = &work.analysis.diagnosis.verdict;
    let sentence = work.redactor.text(&verdict.sentence);
    let object = serde_json::json!({
        "format": 1,
        "scheme": work.analysis.trace.as_ref().map(|trace| trace.scheme.0),
        "verdict": {"id": verdict.id.id(), "sentence": sentence},
    });
    format!("{object}\n")
}

/// The analysis for a person.
fn as_text(work: &Work) -> String {
    let sentence = &work.analysis.diagnosis.verdict.sentence;
    format!("{}\n", work.redactor.text(sentence))
}
