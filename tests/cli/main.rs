//! The command line as scripts see it: exit status, standard output, standard error.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod causes;
mod choosing;
mod home;
mod output;
mod verdicts;
