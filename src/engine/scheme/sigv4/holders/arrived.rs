//! Who has the request as it arrived: servers of this scheme. Proxies of any scheme stand with those of none.

use crate::engine::diagnose::{Holder, Piece};

/// Servers.
pub(super) const HOLDERS: &[Holder] = &[Holder {
    name: "MinIO",
    // Its answers name the bucket and the resource (cmd/api-response.go); blanks between elements are not looked at.
    marks: &["server: minio", "</bucketname><resource>", "x-minio-"],
    piece: Piece::Arrived,
    sentence: "MinIO shows each request as it arrives, with its headers: start the trace, fail once more, and paste that request.",
    snippet: r"mc admin trace -v ALIAS",
}];
