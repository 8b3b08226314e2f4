//! The command line: arguments, sources of input, exit status.
