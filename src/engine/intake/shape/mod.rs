//! The shapes: one file for each.

mod access_log;
mod console;
mod credentials;
mod curl;
mod error_xml;
pub(super) mod foreign;
pub(super) mod fragment;
mod http_request;
mod http_response;
mod java_request;
mod older;
mod post_form;
mod presigned_url;
pub(super) mod printed;
mod printed_error;
mod signature_pair;
pub(in crate::engine) mod vocabulary;

pub(super) use access_log::AccessLog;
pub(super) use console::Console;
pub(super) use credentials::Credentials;
pub(super) use curl::Curl;
pub(super) use error_xml::{ErrorXml, SHAPE as ERROR_XML};
pub(super) use http_request::{HttpRequest, body_behind};
pub(super) use http_response::{HttpResponse, SHAPE as RESPONSE};
pub(super) use java_request::JavaRequest;
pub(super) use older::OlderStrings;
pub(super) use post_form::{FIELD as FORM_FIELD, PostForms};
pub(super) use presigned_url::PresignedUrl;
pub(super) use printed::PrintedStrings;
pub(super) use printed_error::PrintedError;
pub(super) use signature_pair::SignaturePair;

use super::Shape;

/// Whether what is of this shape never has the headers of a request in it.
pub(super) fn prints_no_headers(shape: Shape) -> bool {
    [access_log::SHAPE, console::SHAPE, fragment::SHAPE].contains(&shape)
}
