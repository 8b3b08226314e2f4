//! How much of a hostile or enormous input is kept. Everything given stays in its document; these bound
//! what is built on top of it, so that memory and time follow the size of the input and no more.

/// Bytes of unwrapped layers (text and the way back) in one case.
pub(super) const PEELED: usize = 13 << 20;
/// Layers inside layers.
pub(super) const DEPTH: usize = 4;
/// Recognised parts in one case.
pub(super) const PARTS: usize = 24_000;
/// Places in one document that looked like something and were nothing.
pub(super) const FAILURES: usize = 20_000;
/// Header lines of one message.
pub(super) const HEADERS: usize = 4_096;
/// Elements of one XML answer, and how deep they nest.
pub(super) const ELEMENTS: usize = 1_024;
/// Depth of XML elements.
pub(super) const NESTING: usize = 32;
/// Bytes of one XML answer. S3 refuses request heads of more than 8 KiB; a dump of one in hexadecimal
/// stays far below.
pub(super) const XML: usize = 4 << 20;
/// Places in one XML answer that look like a tag and are none.
pub(super) const XML_RESTARTS: usize = 16;
/// Bytes that may be read in vain in one case.
pub(super) const WASTE: usize = 64 << 20;
/// Bytes of a dump in hexadecimal that are decoded.
pub(super) const DUMP: usize = 512 << 10;
/// Code units of a text in UTF-16 that is decoded.
pub(super) const WIDE: usize = 200_000;
/// Bytes of one URL.
pub(super) const URL: usize = 256 << 10;
/// Line breaks inside one URL.
pub(super) const URL_LINES: usize = 256;
/// Findings about the input.
pub(super) const FINDINGS: usize = 200;
/// Bytes of a text of which every way to take layers off is tried.
pub(super) const LAYERED: usize = 256 << 10;
/// Bytes that a text longer than that may take without its colours, with the way back.
pub(super) const UNCOLOURED: usize = 26 << 20;
/// Bytes of a longer text, of which those layers are taken off that parts of it have.
pub(super) const SAMPLED: usize = 10 << 20;
/// Layers over one text, one over the other.
pub(super) const LAYERS: usize = 6;
/// Bytes of all texts that are tried, and what each is counted for besides its length.
pub(super) const LAYERS_TRIED: usize = 2 << 20;
/// Bytes that all of those may read in vain: what takes long is not read again and again.
pub(super) const LAYERS_WASTE: usize = 16 << 20;
/// What trying a text of no length is counted for.
pub(super) const LAYER_COST: usize = 4 << 10;
/// How many texts are tried behind one whose strings stand as they were printed.
pub(super) const LAYERS_LEFT: usize = 48;
/// How often lines are joined on the way to one text: where a terminal broke them, where a mail program did, and where a browser did.
pub(super) const JOINS: usize = 3;
