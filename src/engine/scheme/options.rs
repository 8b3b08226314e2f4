//! What a person may choose over the claims of a request.
//!
//! Each scheme lists its choices as data; the command-line flags and the options panel both come from
//! that list.

use std::collections::BTreeMap;

/// One value of a choice.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub struct Choice {
    /// As given on the command line.
    pub id: &'static str,
    /// In words.
    pub title: &'static str,
}

/// What values an option takes.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub enum Values {
    /// One of these.
    Choice(&'static [Choice]),
    /// Any text; the string says what is meant, as in `NAME`.
    Text(&'static str),
}

/// An option of a scheme.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub struct OptionSpec {
    /// Its long flag, without the dashes.
    pub id: &'static str,
    /// Its name in the options panel.
    pub title: &'static str,
    /// What it does and what holds when it is not given, in one sentence.
    pub help: &'static str,
    /// What it takes.
    pub values: Values,
}

/// The choices made, by option. What is not here is as the request claims.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Settings {
    chosen: BTreeMap<String, String>,
}

impl Settings {
    /// No choice made.
    pub fn new() -> Self {
        Self::default()
    }

    /// The value chosen for the option `id`.
    pub fn get(&self, id: &str) -> Option<&str> {
        self.chosen.get(id).map(String::as_str)
    }

    /// Chooses `value` for `id`; none goes back to the request's claim.
    pub fn set(&mut self, id: impl Into<String>, value: Option<String>) {
        match value {
            Some(value) => self.chosen.insert(id.into(), value),
            None => self.chosen.remove(&id.into()),
        };
    }

    /// Every choice, by option.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.chosen.iter().map(|(k, v)| (k.as_str(), v.as_str()))
    }
}
