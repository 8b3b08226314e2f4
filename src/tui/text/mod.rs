//! Bytes onto the screen: the one way raw text becomes spans.
//!
//! Everything passes `document::visible`, so nothing is dropped and nothing is obeyed by the terminal; hidden
//! ranges are replaced; only as many bytes are looked at as there are columns for.

mod hidden;
mod paint;
mod words;

pub(crate) use hidden::stretch;
pub(crate) use paint::Paint;
pub(crate) use words::{fit, fit_path, pasted, plain, shown, wrap};
