//! Intake: turning whatever was pasted into a [`Case`].
//!
//! Owns the shapes (one file for each), detection, unwrapping, and the integrity check of evidence.
//! It must not know how to sign.

mod body;
mod case;
mod evidence;
mod input;
mod pattern;
mod request;

pub use body::{Body, BodyFacts, BodyHasher, BodyVariant, final_newline_len};
pub use case::{Case, Part, PastedSecret, Piece, Shape};
pub use evidence::{Answer, Evidence, Integrity, Side};
pub use input::{Input, read};
pub use pattern::{Atom, Cut, Pattern};
pub use request::{Given, Header, SignedRequest, Target};
