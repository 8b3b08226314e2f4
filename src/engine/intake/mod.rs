//! Intake: turning whatever was pasted into a [`Case`].
//!
//! Owns the shapes (one file for each), detection, unwrapping, and the integrity check of evidence.
//! It must not know how to sign.

mod anchors;
mod answered;
mod attach;
mod body;
mod case;
mod choices;
mod compose;
mod covered;
mod derived;
mod dumped;
mod edited;
mod evidence;
mod fields;
mod fill;
mod form;
mod head;
mod hidden;
mod in_words;
mod input;
mod integrity;
mod layers;
mod limits;
mod line_marks;
mod loose;
mod marks;
mod mended;
mod named_body;
mod not_here;
mod notation;
mod pairing;
mod pattern;
mod piece;
mod quoted;
mod reader;
mod recogniser;
mod remarks;
mod request;
mod rewrap;
mod scan;
mod secret_table;
mod secrets;
mod sentence;
mod shape;
mod shell;
mod shown_file;
mod sided;
mod siding;
mod stand_ins;
mod strings;
mod target;
mod text;
mod tidy;
mod tokens;
mod unescape;
mod unnamed;
mod unset;
mod url_call;
mod variables;
mod xml;
mod yaml;

pub use body::{
    Body, BodyFacts, BodyHasher, BodyVariant, LENGTH_DIFFERS, final_newline_len, is_bodiless,
};
pub use case::{Case, Part, PastedSecret, Piece, Shape};
pub use choices::{Choices, Chosen, Place, Which};
pub use edited::Edited;
pub use evidence::{Answer, Evidence, Integrity, Side, Stringless, Unproved, Unread};
pub use form::{FormField, PostForm};
pub use input::{Input, read, read_with};
pub use marks::{MISSING_LINE, is_filler, is_mark, is_redacted, received_signature};
pub use named_body::NamedBody;
pub use pairing::{PairedBy, Pairs, Taken, is_basic_time};
pub use pattern::{Atom, Cut, Pattern};
pub use recogniser::anchors;
pub use request::{Given, Header, SignedRequest, Target};
pub use shape::forced::{Offer, ReadAs, nearest};
pub(in crate::engine) use shape::sas::lines as sas_lines;
pub use shape::vantage::{Vantage, WayPart};
pub(in crate::engine) use shape::vocabulary;
pub use sided::{Assumption, SidedBy};
pub use stand_ins::{is_own_word, is_signature_stand_in, is_verb};
pub(in crate::engine) use tokens::without as without_credentials;
pub use url_call::UrlCall;
