//! The arguments: what `sigscope` takes, as data from which help, man page and completions come.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use chrono::{DateTime, Utc};
use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Arg, ArgAction, ArgMatches, Command, ValueHint, value_parser};

use crate::engine::intake::{Choices, ReadAs, Side, Which};
use crate::engine::scheme::{self, Choice, OptionSpec, Settings, Values};
use crate::samples;
use crate::tui::{AppOptions, ClipboardMode, ThemeName};

const APP_EXIT_STATUS: &str = "\
Exit status of the app:
  0  it was quit, whatever the verdict
  2  the input cannot be read, standard output is no terminal, or the command line is wrong

Exit status of check:
";

const EXIT_STATUS: &str =
    "  0  the received signature is right for this request, and no error stands
  1  the signature differs, or an error stands
  2  nothing was recognised, the input cannot be read, or the command line is wrong
  3  it could not be decided: a secret, the signature or a signed part is missing";

const ABOUT: &str = "Why does this request signature not match?";

const LONG_ABOUT: &str = "\
Why does this request signature not match?

Paste what you have (a raw request, a presigned URL, the server's error, or several at once) and see
each stage of AWS Signature Version 4, where the received signature parts from the computed one, and
why. Works offline; writes no secret anywhere.";

/// The whole command line.
pub fn command() -> Command {
    Command::new("sigscope")
        .version(clap::crate_version!())
        .about(ABOUT)
        .long_about(LONG_ABOUT)
        .after_help(format!("{APP_EXIT_STATUS}{EXIT_STATUS}"))
        .args_conflicts_with_subcommands(true)
        .disable_help_subcommand(true)
        .args(input())
        .args(secrets())
        .args(signing())
        .args(app())
        .subcommand(
            Command::new("check")
                .about("Print the analysis without a screen")
                .after_help(format!("Exit status:\n{EXIT_STATUS}"))
                .args(input())
                .args(check())
                .args(secrets())
                .args(signing()),
        )
        .subcommand(
            Command::new("samples")
                .about("List the bundled samples of real mistakes, or print one")
                .arg(
                    Arg::new("name")
                        .value_name("NAME")
                        .help("The sample to print")
                        .hide_possible_values(true)
                        .value_parser(PossibleValuesParser::new(
                            samples::ALL
                                .iter()
                                .map(|sample| PossibleValue::new(sample.name).help(sample.summary)),
                        )),
                ),
        )
        .subcommand(
            Command::new("completions")
                .about("Print a completion script for a shell")
                .arg(
                    Arg::new("shell")
                        .value_name("SHELL")
                        .help("The shell")
                        .required(true)
                        .value_parser(value_parser!(clap_complete::Shell)),
                ),
        )
        .subcommand(Command::new("man").about("Print the manual page"))
}

fn input() -> Vec<Arg> {
    vec![
        Arg::new("input")
            .value_name("FILE|-|URL")
            .num_args(0..)
            .value_parser(value_parser!(OsString))
            .value_hint(ValueHint::AnyPath)
            .help("What to look at: files, - for standard input, a presigned URL. Each adds to the case"),
        Arg::new("body")
            .long("body")
            .value_name("FILE")
            .value_parser(value_parser!(PathBuf))
            .value_hint(ValueHint::FilePath)
            .help("The request's body, of any size"),
        Arg::new("request")
            .long("request")
            .value_name("N")
            .value_parser(value_parser!(u64).range(1..))
            .help("Look at the N-th request, where there are several [default: the first one refused]"),
        Arg::new("side")
            .long("side")
            .value_name("N=WHOSE")
            .action(ArgAction::Append)
            .value_parser(side)
            .help("Whose the N-th piece of evidence is: client (the signer's), server or unknown [default: as recognised]"),
        Arg::new("pair")
            .long("pair")
            .value_name("N=M")
            .action(ArgAction::Append)
            .value_parser(pair)
            .help("Hold the N-th piece of evidence against the M-th request [default: as recognised]"),
        Arg::new("as")
            .long("as")
            .value_name("SHAPE")
            .value_parser(PossibleValuesParser::new(
                ReadAs::ALL.map(|shape| PossibleValue::new(shape.id()).help(shape.title())),
            ))
            .help("Read the input as this, where it was not recognised"),
        Arg::new("now")
            .long("now")
            .value_name("TIME")
            .value_parser(moment)
            .help("The verifier's clock, as in 2013-05-24T00:00:00Z (RFC 3339)"),
    ]
}

fn secrets() -> Vec<Arg> {
    let arg = |id: &'static str, value: &'static str, help: &'static str| {
        Arg::new(id)
            .long(id)
            .value_name(value)
            .help(help)
            .help_heading("Secrets (never given as an argument)")
    };
    vec![
        arg(
            "secret-env",
            "VAR",
            "Take the secret from the environment variable VAR",
        ),
        arg(
            "secret-file",
            "FILE",
            "Take the secret from FILE, or - for standard input: the secret alone (one line end at its end \
             is left out), or what `aws configure export-credentials` prints",
        )
        .value_parser(value_parser!(PathBuf))
        .value_hint(ValueHint::FilePath),
        arg(
            "signing-key-env",
            "VAR",
            "Take a derived signing key (64 hex digits) from the environment variable VAR",
        ),
        arg(
            "profile",
            "NAME",
            "Take the secret of this profile in the shared AWS credentials and config files",
        ),
    ]
}

/// A flag for each choice that a scheme of this build offers.
fn signing() -> Vec<Arg> {
    options()
        .map(|option| {
            let arg = Arg::new(option.id)
                .long(option.id)
                .help(option.help.trim_end_matches('.'))
                .help_heading("Signing (instead of what the request claims)");
            match option.values {
                Values::Choice(choices) => arg
                    .value_name("CHOICE")
                    .value_parser(PossibleValuesParser::new(choices.iter().map(choice))),
                Values::Text(name) => arg.value_name(name),
            }
        })
        .collect()
}

/// A value of a choice, with a word on it unless it says all by itself.
fn choice(choice: &Choice) -> PossibleValue {
    let value = PossibleValue::new(choice.id);
    if choice.title == choice.id {
        value
    } else {
        value.help(choice.title)
    }
}

/// Every option of every scheme, one for each name.
fn options() -> impl Iterator<Item = &'static OptionSpec> {
    let mut seen = Vec::new();
    scheme::all()
        .iter()
        .flat_map(|scheme| scheme.options())
        .filter(move |option| {
            let new = !seen.contains(&option.id);
            seen.push(option.id);
            new
        })
}

fn check() -> Vec<Arg> {
    let flag = |id: &'static str, help: &'static str| {
        Arg::new(id).long(id).action(ArgAction::SetTrue).help(help)
    };
    vec![
        flag("json", "Print one JSON object").conflicts_with("markdown"),
        flag("markdown", "Print Markdown, fit for a ticket"),
        flag(
            "reveal",
            "Show session tokens. Secrets, keys and other credentials are never shown",
        ),
    ]
}

fn app() -> Vec<Arg> {
    let arg = |id: &'static str, help: &'static str| {
        Arg::new(id).long(id).help(help).help_heading("The app")
    };
    vec![
        arg(
            "theme",
            "Colours [default: by the terminal; mono where NO_COLOR is set]",
        )
        .value_name("THEME")
        .value_parser(["dark", "light", "either", "mono"]),
        arg("light", "The same as --theme light")
            .action(ArgAction::SetTrue)
            .conflicts_with("theme"),
        arg("ascii", "Draw with ASCII alone").action(ArgAction::SetTrue),
        arg("mouse", "Take the mouse from the start").action(ArgAction::SetTrue),
        arg("clipboard", "The way to the clipboard")
            .value_name("ROUTE")
            .value_parser(["auto", "system", "osc52", "off"])
            .default_value("auto"),
    ]
}

/// A moment in RFC 3339.
fn moment(text: &str) -> Result<DateTime<Utc>, String> {
    DateTime::parse_from_rfc3339(text)
        .map(|moment| moment.to_utc())
        .map_err(|error| format!("{error}; write it as in 2013-05-24T00:00:00Z"))
}

/// A piece of evidence and whose it is: `2=server`.
fn side(text: &str) -> Result<(usize, Option<Side>), String> {
    let (number, side) = numbered(text)?;
    let side = match side {
        "client" | "signer" => Some(Side::Client),
        "server" => Some(Side::Server),
        "unknown" => None,
        _ => return Err("write whose it is as client, server or unknown".to_owned()),
    };
    Ok((number, side))
}

/// A piece of evidence and a request: `2=1`.
fn pair(text: &str) -> Result<(usize, usize), String> {
    let (evidence, request) = numbered(text)?;
    Ok((evidence, place(request)?))
}

fn numbered(text: &str) -> Result<(usize, &str), String> {
    let (number, value) = text
        .split_once('=')
        .ok_or_else(|| "write it as in 1=client".to_owned())?;
    Ok((place(number)?, value))
}

/// A number as people count, as a place from 0.
fn place(number: &str) -> Result<usize, String> {
    let number: usize = number
        .parse()
        .map_err(|_| format!("{number:?} is no number"))?;
    number
        .checked_sub(1)
        .ok_or_else(|| "the first is 1".to_owned())
}

/// The choices made over the parts of the input, but for what it is read as.
pub(super) fn choices(matches: &ArgMatches) -> Choices {
    let mut choices = Choices::default();
    for (at, side) in matches
        .get_many::<(usize, Option<Side>)>("side")
        .into_iter()
        .flatten()
    {
        choices.sides.insert(Which::Nth(*at), *side);
    }
    for (at, request) in matches
        .get_many::<(usize, usize)>("pair")
        .into_iter()
        .flatten()
    {
        choices.pairs.insert(Which::Nth(*at), Which::Nth(*request));
    }
    choices
}

/// The choices made over the claims of the request.
pub(super) fn settings(matches: &ArgMatches) -> Settings {
    let mut settings = Settings::new();
    for option in options() {
        settings.set(option.id, matches.get_one::<String>(option.id).cloned());
    }
    settings
}

/// The choices made for the app.
pub(super) fn app_options(matches: &ArgMatches) -> AppOptions {
    let text = |id: &str| matches.get_one::<String>(id).map(String::as_str);
    let theme = match text("theme") {
        Some("dark") => ThemeName::Dark,
        Some("light") => ThemeName::Light,
        Some("either") => ThemeName::Either,
        Some("mono") => ThemeName::Mono,
        _ if matches.get_flag("light") => ThemeName::Light,
        _ => usual_theme(
            std::env::var_os("NO_COLOR").as_deref(),
            std::env::var("COLORFGBG").ok().as_deref(),
        ),
    };
    let clipboard = match text("clipboard") {
        Some("system") => ClipboardMode::System,
        Some("osc52") => ClipboardMode::Osc52,
        Some("off") => ClipboardMode::Off,
        _ => ClipboardMode::Auto,
    };
    AppOptions {
        theme,
        clipboard,
        ascii: matches.get_flag("ascii"),
        mouse: matches.get_flag("mouse"),
        body: matches.get_one::<PathBuf>("body").cloned(),
        now: matches.get_one::<DateTime<Utc>>("now").copied(),
    }
}

/// The theme where none was chosen. `NO_COLOR` counts when it is set and not empty (no-color.org);
/// `COLORFGBG` ends in the number of the background colour, of which 7 and 15 are light. Most terminals do not
/// set it.
fn usual_theme(no_color: Option<&OsStr>, colorfgbg: Option<&str>) -> ThemeName {
    if no_color.is_some_and(|value| !value.is_empty()) {
        return ThemeName::Mono;
    }
    match colorfgbg.and_then(|colours| colours.rsplit(';').next()) {
        Some("7" | "15") => ThemeName::Light,
        Some(number) if number.parse::<u8>().is_ok() => ThemeName::Dark,
        Some(_) | None => ThemeName::Either,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        command().debug_assert();
    }

    #[test]
    fn the_terminal_says_which_theme_suits() {
        let theme = |no_color: Option<&str>, fgbg| usual_theme(no_color.map(OsStr::new), fgbg);
        assert_eq!(theme(Some("1"), Some("0;15")), ThemeName::Mono);
        assert_eq!(theme(Some(""), Some("0;15")), ThemeName::Light);
        assert_eq!(theme(None, Some("0;default;15")), ThemeName::Light);
        assert_eq!(theme(None, Some("15;0")), ThemeName::Dark);
        assert_eq!(theme(None, None), ThemeName::Either);
        assert_eq!(theme(None, Some("15;default")), ThemeName::Either);
    }

    #[test]
    fn now_takes_any_offset_and_nothing_without_one() {
        assert_eq!(
            moment("2013-05-24T02:00:00+02:00").unwrap(),
            moment("2013-05-24T00:00:00Z").unwrap()
        );
        assert!(moment("2013-05-24T00:00:00").is_err());
        assert!(moment("20130524T000000Z").is_err());
    }
}
