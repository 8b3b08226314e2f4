//! The shapes: one file for each.

mod credentials;
mod curl;
mod error_xml;
mod http_request;
mod http_response;
mod presigned_url;
pub(super) mod printed;
mod printed_error;
mod trace;
pub(in crate::engine) mod vocabulary;

pub(super) use credentials::Credentials;
pub(super) use curl::Curl;
pub(super) use error_xml::{ErrorXml, SHAPE as ERROR_XML};
pub(super) use http_request::{HttpRequest, body_behind};
pub(super) use http_response::{HttpResponse, SHAPE as RESPONSE};
pub(super) use presigned_url::PresignedUrl;
pub(super) use printed::PrintedStrings;
pub(super) use printed_error::PrintedError;
pub(super) use trace::{
    AdminTrace, CurlTrace, DotNet, Frames, HexDumps, JavaRequest, Labelled, Literals, Margins,
    Objects, OkHttp, S3cmd,
};
