//! A packet of TCP/IP as bytes: where the headers end and what it carries begins.
//!
//! Owns those headers (RFC 791 section 3.1, RFC 8200 section 3, RFC 9293 section 3.1) and those of the links that captures
//! are made on. Must not know how a program prints a packet.

use std::ops::Range;

/// How long the header of a link may be, in bytes: none, the loopback of BSD, Ethernet, Linux's “any” of both versions,
/// and Ethernet with a tag.
const LINKS: [usize; 6] = [0, 4, 14, 16, 18, 20];
const TCP: u8 = 6;

/// What the packet carries; none where it is none of TCP, or carries nothing. The packet may be cut.
pub(super) fn payload(bytes: &[u8]) -> Option<Range<usize>> {
    LINKS.iter().find_map(|link| {
        let ip = bytes.get(*link..)?;
        let (header, whole) = of_ip(ip)?;
        let tcp = ip.get(header..)?;
        let words = usize::from(tcp.get(12)? >> 4);
        let start = header + words * 4;
        let whole = whole.min(ip.len());
        (words >= 5 && start < whole).then_some(link + start..link + whole)
    })
}

/// The length of the header of a packet of TCP, and that of the whole packet.
fn of_ip(ip: &[u8]) -> Option<(usize, usize)> {
    let number = |at: usize| {
        Some(usize::from(u16::from_be_bytes([
            *ip.get(at)?,
            *ip.get(at + 1)?,
        ])))
    };
    match ip.first()? >> 4 {
        4 => {
            let words = usize::from(ip.first()? & 0xf);
            // A capture on the sending side may have no length: the card fills it in.
            let whole = number(2)?;
            let whole = if whole == 0 { ip.len() } else { whole };
            let is_one = words >= 5 && *ip.get(9)? == TCP && whole >= words * 4;
            is_one.then_some((words * 4, whole))
        }
        6 => {
            const HEADER: usize = 40;
            (*ip.get(6)? == TCP).then_some((HEADER, HEADER + number(4)?))
        }
        _ => None,
    }
}
