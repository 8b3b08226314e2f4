//! Requests and answers inside the traces, dumps and logs of programs.
//!
//! Owns taking the frame off: what is printed in front of lines, columns of offsets and hexadecimal digits, string
//! literals. What is left is raw HTTP, which is read as it is anywhere else; where each of its bytes stands in
//! what was pasted is kept. Where a program prints the pieces of a message apart (an object, a list of names and
//! values), they are put together as raw HTTP first. One file for each kind of frame or program.

mod around;
mod bare;
mod byte_rows;
mod connected;
mod curl_trace;
mod decorated;
mod dotnet;
mod dotnet_json;
mod dump;
mod frames;
mod heading;
mod hexdump;
mod in_literals;
mod java;
pub(super) mod kotlin;
mod labelled;
mod listed;
mod map;
mod margin;
mod mc_trace;
mod minio_java;
mod objects;
mod okhttp;
mod packet;
mod s3cmd;
mod sent_to;
mod soto;
mod tcpdump;
mod terraform;

pub(in crate::engine::intake) use around::{doubt, go_request_around, headers_around};
pub(in crate::engine::intake) use bare::is_request_header;
pub(in crate::engine::intake) use byte_rows::ByteRows;
pub(in crate::engine::intake) use connected::{Connected, ID as REQUEST_LINES_MISSING};
pub(in crate::engine::intake) use curl_trace::CurlTrace;
pub(in crate::engine::intake) use decorated::{Decorated, is_marked};
pub(in crate::engine::intake) use dotnet::{DotNet, is_told_apart};
pub(in crate::engine::intake) use dotnet_json::DotNetJson;
pub(in crate::engine::intake) use frames::Frames;
pub(in crate::engine::intake) use heading::Headings;
pub(in crate::engine::intake) use hexdump::HexDumps;
pub(in crate::engine::intake) use in_literals::{Literals, wire};
pub(in crate::engine::intake) use java::JavaRequest;
pub(in crate::engine::intake) use kotlin::Kotlin;
pub(in crate::engine::intake) use labelled::Labelled;
pub(in crate::engine::intake) use map::HeaderMaps;
pub(in crate::engine::intake) use margin::{Margins, framed};
pub(in crate::engine::intake) use mc_trace::AdminTrace;
pub(in crate::engine::intake) use minio_java::BracedRequests;
pub(in crate::engine::intake) use objects::Objects;
pub(in crate::engine::intake) use okhttp::OkHttp;
pub(in crate::engine::intake) use s3cmd::S3cmd;
pub(in crate::engine::intake) use soto::Soto;
pub(in crate::engine::intake) use tcpdump::Tcpdump;
pub(in crate::engine::intake) use terraform::Terraform;
