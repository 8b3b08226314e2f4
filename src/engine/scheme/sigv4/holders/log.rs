//! Who has the strings that the server made, in its own log.

use super::CEPH_ID;
use crate::engine::diagnose::{Holder, Piece};

/// Servers.
pub(super) const HOLDERS: &[Holder] = &[
    Holder {
        name: "Ceph RGW",
        marks: &["server: ceph", CEPH_ID],
        piece: Piece::ServerLog,
        sentence: "The gateway logs its canonical request, its string to sign and both signatures: paste the lines of the failed request.",
        snippet: r"ceph config set client.rgw debug_rgw 15   # afterwards: 1/5
awk '/^20..-/ {p = /canonical request =|string.to.sign|signature ?=/} p' LOG",
    },
    Holder {
        name: "Garage",
        // Its own words, src/api/common/signature/error.rs and payload.rs.
        marks: &[
            "server: garage",
            "garage_api",
            "forbidden: invalid signature",
            "malformed, unexpected scope:",
        ],
        piece: Piece::ServerLog,
        sentence: "Garage logs its canonical request and its string to sign: paste the lines of the failed request.",
        snippet: r"RUST_LOG=garage=info,garage_api=trace garage server 2> garage.log",
    },
];
