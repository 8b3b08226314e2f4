//! The shapes: one file for each.

mod credentials;
mod error_xml;
mod http_request;
mod http_response;
mod presigned_url;
pub(in crate::engine) mod vocabulary;

pub(super) use credentials::Credentials;
pub(super) use error_xml::ErrorXml;
pub(super) use http_request::{HttpRequest, body_behind};
pub(super) use http_response::{HttpResponse, SHAPE as RESPONSE};
pub(super) use presigned_url::PresignedUrl;
