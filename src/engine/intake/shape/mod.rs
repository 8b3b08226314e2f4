//! The shapes: one file for each.

mod bruno;
mod credentials;
mod curl;
mod error_xml;
mod exported;
mod http_file;
mod http_request;
mod http_response;
mod httpie;
mod presigned_url;
pub(super) mod printed;
mod printed_error;
mod snippet;
pub(in crate::engine) mod vocabulary;
mod wget;

pub(super) use bruno::Bruno;
pub(super) use credentials::Credentials;
pub(super) use curl::Curl;
pub(super) use error_xml::{ErrorXml, SHAPE as ERROR_XML};
pub(super) use exported::{Exported, Insomnia};
pub(super) use http_file::HttpFile;
pub(super) use http_request::{HttpRequest, body_behind};
pub(super) use http_response::{HttpResponse, SHAPE as RESPONSE, http_date};
pub(super) use httpie::Httpie;
pub(super) use presigned_url::{PresignedUrl, SHAPE as PRESIGNED_URL};
pub(super) use printed::PrintedStrings;
pub(super) use printed_error::PrintedError;
pub(super) use snippet::{JavaScript, PowerShell, Python};
pub(super) use wget::Wget;
