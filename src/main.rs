//! The `sigscope` program.

fn main() {}
