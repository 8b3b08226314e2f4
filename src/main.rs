//! The `sigscope` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    sigscope::cli::main()
}
