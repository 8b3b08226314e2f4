//! Recognisers: what a shape must be able to do, and the list of all of them.
//!
//! A new shape is one file under `shape/` and one line in [`all`].

use super::reader::Reader;
use super::scan::Scan;
use super::shape::nearness::Near;
use super::shape::{
    AccessLog, AdminTrace, Bodiless, BracedRequests, Bruno, ByteRows, ClientError, Connected,
    Console, Credentials, Curl, CurlTrace, Decorated, Diffs, DotNet, DotNetJson, ErrorXml,
    Exported, Frames, HeaderMaps, Headings, HexDumps, HttpFile, HttpRequest, HttpResponse, Httpie,
    Insomnia, JavaRequest, JavaScript, Kotlin, Labelled, Literals, Margins, NotReached, Objects,
    OkHttp, OlderStrings, PostForms, PowerShell, PresignedUrl, PrintedError, PrintedStrings,
    Python, S3cmd, SasStrings, SignaturePair, Soto, Tcpdump, Terraform, Wget,
};
use super::text::{Line, Text};

/// Where something may begin.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(super) struct Start {
    /// Offset of its first byte.
    pub(super) at: usize,
    /// Whether it is plain enough to end a body that stands before it.
    pub(super) boundary: bool,
}

impl Start {
    /// At the anchor itself, which stands in a text of something else: it ends no body.
    pub(super) fn within(hit: Hit, from: usize) -> Option<Self> {
        (hit.at >= from).then_some(Self {
            at: hit.at,
            boundary: false,
        })
    }
}

/// An anchor of a recogniser that was found in a text.
#[derive(Copy, Clone, Debug)]
pub(super) struct Hit {
    /// Offset of the anchor.
    pub(super) at: usize,
    /// The line it stands in, as far as it is not yet read.
    pub(super) line: Line,
}

/// Recognises one shape.
///
/// The reader looks for the anchors in one pass and asks [`Recogniser::start`] at each; a recogniser
/// never searches the whole text itself. That keeps reading linear whatever the text.
pub(super) trait Recogniser: Sync {
    /// Texts at which something of this shape may stand.
    fn anchors(&self) -> &'static [&'static str];

    /// Whether one look at a line is enough, however many anchors it holds.
    fn once_a_line(&self) -> bool;

    /// How many of its anchors, from the first on, may end a body that stands before them. A body is not searched
    /// for the others.
    fn ending_bodies(&self) -> usize {
        usize::MAX
    }

    /// Where the thing at `hit` would begin, at `from` or behind it; none where it is nothing. Looks at
    /// the line and a bounded distance around it.
    fn start(&self, text: &Text, hit: Hit, from: usize) -> Option<Start>;

    /// Reads what begins at `start` into the case and says where it ends; none where it turned out to
    /// be nothing.
    fn read(&self, reader: &mut Reader<'_>, pass: &mut Scan<'_>, start: Start) -> Option<usize>;

    /// What speaks for a text being of this shape where nothing was recognised: for each shape as which a person may
    /// then have it read.
    fn near(&self) -> &'static [Near] {
        &[]
    }
}

/// Every text at which something may begin, of all recognisers: what hostile input is made of.
pub fn anchors() -> impl Iterator<Item = &'static str> {
    all().iter().flat_map(|r| r.anchors().iter().copied())
}

/// Every recogniser. Where two begin at one place the earlier one is asked first.
pub(super) fn all() -> &'static [&'static dyn Recogniser] {
    &[
        &Curl,
        &Console,
        &AccessLog,
        &CurlTrace,
        &Connected,
        &Tcpdump,
        &AdminTrace,
        &Decorated,
        &Terraform,
        &Diffs,
        &Margins,
        &Literals,
        &Frames,
        &Httpie,
        &Wget,
        &Exported,
        &Insomnia,
        &JavaScript,
        &Python,
        &PowerShell,
        &Bruno,
        &HttpFile,
        &Objects,
        &DotNetJson,
        &HeaderMaps,
        &S3cmd,
        &JavaRequest,
        &OkHttp,
        &Soto,
        &DotNet,
        &Kotlin,
        &Labelled,
        &Headings,
        &HexDumps,
        &ByteRows,
        &HttpRequest,
        &HttpResponse,
        &ErrorXml,
        &BracedRequests,
        &PostForms,
        &ClientError,
        &NotReached,
        &PresignedUrl,
        &Credentials,
        &PrintedStrings,
        &OlderStrings,
        &SasStrings,
        &SignaturePair,
        &Bodiless,
        &PrintedError,
    ]
}
