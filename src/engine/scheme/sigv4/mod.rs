//! AWS Signature Version 4.

pub mod host;
