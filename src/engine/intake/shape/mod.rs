//! The shapes: one file for each.

mod access_log;
mod beside;
pub(super) mod bodiless;
mod bruno;
pub(super) mod client_error;
mod console;
mod credentials;
mod curl;
mod diff;
mod error_xml;
mod excon;
mod exported;
pub(super) mod forced;
pub(super) mod foreign;
pub(super) mod fragment;
mod http_file;
mod http_request;
mod http_response;
mod httpie;
pub(super) mod nearness;
pub(super) mod not_reached;
mod older;
pub(super) mod other_blocks;
mod post_form;
mod presigned_url;
pub(super) mod printed;
mod printed_error;
pub(super) mod sas;
pub(super) mod scope;
mod signature_pair;
mod snippet;
mod trace;
pub(super) mod vantage;
pub(in crate::engine) mod vocabulary;
mod wget;

pub(super) use access_log::{AccessLog, SHAPE as LOG_LINE, unsigned};
pub(super) use bodiless::Bodiless;
pub(super) use bruno::Bruno;
pub(super) use client_error::ClientError;
pub(super) use console::Console;
pub(super) use credentials::Credentials;
pub(super) use curl::Curl;
pub(super) use diff::Diffs;
pub(super) use error_xml::{ErrorXml, SHAPE as ERROR_XML};
pub(super) use exported::{Exported, Insomnia};
pub(super) use http_file::HttpFile;
pub(super) use http_request::{HttpRequest, body_behind};
pub(super) use http_response::{HttpResponse, SHAPE as RESPONSE, body_begun, http_date};
pub(super) use httpie::Httpie;
pub(super) use not_reached::NotReached;
pub(super) use older::{OlderStrings, straight};
pub(super) use post_form::{FIELD as FORM_FIELD, PostForms, in_bodies as forms_in_bodies};
pub(super) use presigned_url::{PresignedUrl, SHAPE as PRESIGNED_URL};
pub(super) use printed::PrintedStrings;
pub(super) use printed_error::{PrintedError, is_known_message, mentioned};
pub(super) use sas::SasStrings;
pub(super) use signature_pair::SignaturePair;
pub(super) use snippet::{JavaScript, PowerShell, Python};
pub(super) use trace::{
    AdminTrace, BracedRequests, ByteRows, Connected, CurlTrace, Decorated, DotNet, DotNetJson,
    Frames, HeaderMaps, Headings, HexDumps, JavaRequest, Kotlin, Labelled, Literals, Margins,
    Objects, OkHttp, S3cmd, Soto, Tcpdump, Terraform,
};
pub(super) use wget::Wget;

use super::Shape;

/// Whether what is of this shape never has the headers of a request in it.
pub(super) fn prints_no_headers(shape: Shape) -> bool {
    [access_log::SHAPE, console::SHAPE, fragment::SHAPE].contains(&shape)
}
