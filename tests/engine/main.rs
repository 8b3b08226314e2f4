//! The engine against what others published and computed.

mod common;
mod suite;
