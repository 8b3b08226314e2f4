//! The manual page: one for the program and its commands.

use std::io;

use clap::{ArgAction, Command};
use clap_mangen::Man;
use clap_mangen::roff::{Inline, Roff, bold, italic, roman};

/// Writes the page in roff.
pub(super) fn render(out: &mut Vec<u8>) -> io::Result<()> {
    let mut command = super::command();
    command.build();
    let extra = command.get_after_help().map(ToString::to_string);
    let man = Man::new(command.clone());
    man.render_title(out)?;
    man.render_name_section(out)?;
    man.render_synopsis_section(out)?;
    man.render_description_section(out)?;
    man.render_options_section(out)?;
    let mut page = Roff::new();
    page.control("SH", ["COMMANDS"]);
    for sub in command.get_subcommands() {
        describe(&mut page, &command, sub);
    }
    let parts = extra.iter().flat_map(|text| text.split("\n\n"));
    for (title, lines) in parts.filter_map(|part| part.split_once(":\n")) {
        page.control("SH", [title.to_uppercase().as_str()]);
        for line in lines.lines() {
            let (status, meaning) = line.trim().split_once("  ").unwrap_or((line, ""));
            page.control("TP", []);
            page.text([bold(status)]);
            page.text([roman(meaning)]);
        }
    }
    page.to_writer(out)
}

/// A command: how it is called, what it does, and the options it does not share with the program.
fn describe(page: &mut Roff, program: &Command, command: &Command) {
    let usage = command.clone().render_usage().to_string();
    let usage = usage.trim_start_matches("Usage: ");
    page.control("SS", [usage]);
    if let Some(about) = command.get_about() {
        page.text([roman(about.to_string())]);
    }
    let shared = |id: &clap::Id| program.get_arguments().any(|arg| arg.get_id() == id);
    for arg in command.get_arguments().filter(|arg| !shared(arg.get_id())) {
        let mut name: Vec<Inline> = match arg.get_long() {
            Some(long) => vec![bold(format!("--{long}"))],
            None => vec![italic(arg.get_value_names().unwrap_or_default().join(" "))],
        };
        if arg.get_long().is_some() && matches!(arg.get_action(), ArgAction::Set) {
            let value = arg.get_value_names().unwrap_or_default().join(" ");
            name.extend([roman(" "), italic(value)]);
        }
        page.control("TP", []);
        page.text(name);
        page.text([roman(
            arg.get_help().map(ToString::to_string).unwrap_or_default(),
        )]);
    }
    if command.get_arguments().any(|arg| arg.get_id() == "input") {
        page.control("PP", []);
        page.text([roman(
            "Takes the program's own options too, but for those of the app.",
        )]);
    }
}
