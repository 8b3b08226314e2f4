//! Requests in captures of packets and in dumps of bytes: one signed request in the forms of tcpdump, Wireshark, xxd, od,
//! hexdump and curl, which verifies in all of them. The forms were compared with what tcpdump 4.99 printed of these packets.

use super::told::{CANONICAL, fill, verifies};
use super::*;
use super::{growth, read};

const TIME: &str = "12:00:00.000000 IP ";
const OUT: &str = "10.0.0.5.51544 > 192.0.2.1.80";
const BACK: &str = "192.0.2.1.80 > 10.0.0.5.51544";
const OPTIONS: &str = "options [nop,nop,TS val 1247505533 ecr 287454020], ";

fn request() -> String {
    fill(
        "GET TARGET HTTP/1.1\r\nHost: HOST\r\nContent-Type: application/json\r\nX-Amz-Date: DATE\r\nAuthorization: AUTH\r\n\r\n",
    )
}

/// A packet of IPv4 and TCP, whose headers hold a line feed and dots.
fn packet(carries: &[u8]) -> Vec<u8> {
    let length = u16::try_from(52 + carries.len()).unwrap().to_be_bytes();
    let mut out = vec![
        0x45, 0, length[0], length[1], 0x7a, 0x5e, 0x40, 0, 64, 6, 0x1f, 0x2e,
    ];
    out.extend([
        10, 0, 0, 5, 192, 0, 2, 1, 0xc9, 0x58, 0, 80, 0, 0, 0, 1, 0, 0, 0, 1,
    ]);
    out.extend([0x80, 0x18, 0, 229, 0x12, 0x34, 0, 0, 1, 1, 8, 10]);
    out.extend([0x4a, 0x5b, 0x6c, 0x7d, 0x11, 0x22, 0x33, 0x44]);
    out.extend(carries);
    out
}

fn ethernet(packet: &[u8]) -> Vec<u8> {
    let link = [10, 27, 44, 61, 78, 95, 10, 27, 44, 61, 78, 96, 8, 0];
    [&link[..], packet].concat()
}

/// As `-A` prints a packet: no carriage return in front of a line feed, a dot for what is no printable ASCII.
fn ascii(bytes: &[u8]) -> String {
    let mut out = String::new();
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'\r' if bytes.get(at + 1) == Some(&b'\n') => {}
            b'\n' | b'\t' | b' '..=b'~' => out.push(char::from(*byte)),
            _ => out.push('.'),
        }
    }
    out + "\n"
}

fn shown(row: &[u8], blank: char) -> String {
    let one = |b: &u8| match b {
        b' ' => blank,
        b'!'..=b'~' => char::from(*b),
        _ => '.',
    };
    row.iter().map(one).collect()
}

/// Rows of sixteen bytes in groups of `group`.
fn rows(bytes: &[u8], group: usize, row: impl Fn(usize, String, &[u8]) -> String) -> String {
    let rows = bytes.chunks(16).enumerate().map(|(at, bytes)| {
        let groups: Vec<String> = bytes.chunks(group).map(hex::encode).collect();
        row(at * 16, groups.join(" "), bytes)
    });
    rows.collect()
}

fn tcpdump_rows(bytes: &[u8]) -> String {
    rows(bytes, 2, |at, hex, row| {
        format!("\t0x{at:04x}:  {hex:<39}  {}\n", shown(row, '.'))
    })
}

fn head(flow: &str, seq: std::ops::Range<usize>, behind: &str) -> String {
    format!(
        "{TIME}{flow}: Flags [P.], seq {}:{}, ack 1, win 229, {OPTIONS}length {}{behind}\n",
        seq.start,
        seq.end,
        seq.len()
    )
}

/// What each program prints of the request.
fn forms() -> Vec<(&'static str, String)> {
    let request = request();
    let bytes = request.as_bytes();
    let whole = packet(bytes);
    let line = request.lines().next().unwrap();
    let first = head(OUT, 1..bytes.len() + 1, &format!(": HTTP: {line}"));
    let acknowledged = format!(
        "{TIME}{BACK}: Flags [.], ack 365, win 229, {OPTIONS}length 0\n{}",
        ascii(&packet(b""))
    );
    let tabbed = format!("\t{}\n", request.replace("\r\n", "\n\t"));
    let (one, two) = bytes.split_at(200);
    let (one, two) = (packet(one), packet(two));
    let verbose = format!(
        "{TIME}(tos 0x0, ttl 64, id 31326, offset 0, flags [DF], proto TCP (6), length 416)\n    "
    );
    let behind_verbose = first
        .strip_prefix(TIME)
        .unwrap()
        .replace(&format!(": {line}"), ", length: 364");
    // The first numbers of a connection whose start was not seen are as they are, and the next ones count from there.
    let split = |print: fn(&[u8]) -> String| {
        head(OUT, 7001..7201, &format!(": HTTP: {line}"))
            + &print(&one)
            + &acknowledged
            + &head(OUT, 200..bytes.len(), ": HTTP")
            + &print(&two)
    };
    vec![
        ("-A", format!("{first}{}{acknowledged}", ascii(&whole))),
        ("-A, quiet", format!("{TIME}{OUT}: tcp {}\n{}", bytes.len(), ascii(&whole))),
        ("-A, in a fence", format!("```\n{first}{}```\n", ascii(&whole))),
        ("-eA", format!("{}{}", first.replace(TIME, "2026-07-01 12:00:00.000000 0a:1b:2c:3d:4e:60 > 0a:1b:2c:3d:4e:5f, ethertype IPv4 (0x0800), length 430: "), ascii(&whole))),
        ("-v", format!("{verbose}{behind_verbose}{tabbed}")),
        ("-vA", format!("{verbose}{behind_verbose}{tabbed}{}", ascii(&whole))),
        ("-vX", format!("{verbose}{behind_verbose}{tabbed}{}", tcpdump_rows(&whole))),
        ("-X", format!("{acknowledged}{first}{}", tcpdump_rows(&whole))),
        ("-XX", format!("{first}{}", tcpdump_rows(&ethernet(&whole)))),
        ("-x", format!("{first}{}", rows(&whole, 2, |at, hex, _| format!("\t0x{at:04x}:  {hex}\n")))),
        ("-A, two packets", split(ascii)),
        ("-X, two packets", split(tcpdump_rows)),
        ("rows of -X alone", tcpdump_rows(&whole)),
        ("Wireshark", rows(&ethernet(&whole), 1, |at, hex, row| format!("{at:04x}   {hex:<47}   {}\n", shown(row, ' ')))),
        ("tshark -x", rows(&ethernet(&whole), 1, |at, hex, row| format!("{at:04x}  {hex:<47}   {}\n", shown(row, ' ')))),
        ("curl's rows", rows(bytes, 1, |at, hex, row| format!("{at:04x}: {hex:<47} {}\n", shown(row, ' ')))),
        ("xxd", rows(bytes, 2, |at, hex, row| format!("{at:08x}: {hex:<39}  {}\n", shown(row, ' ')))),
        ("od -A x -t x1z", rows(bytes, 1, |at, hex, row| format!("{at:06x} {hex:<47}  >{}<\n", shown(row, ' ')))),
        ("od -t x1", rows(bytes, 1, |at, hex, _| format!("{at:07o} {hex}\n"))),
        ("hexdump", {
            let turned: Vec<u8> = bytes.chunks(2).flat_map(|pair| pair.iter().rev().copied()).collect();
            rows(&turned, 2, |at, hex, _| format!("{at:07x} {hex}\n"))
        }),
    ]
}

#[test]
fn a_request_verifies_in_each_capture_and_dump() {
    for (name, text) in forms() {
        verifies(name, &text, CANONICAL);
    }
}

#[test]
fn each_may_be_cut_anywhere_and_takes_no_more_time_than_its_length() {
    for (name, text) in forms() {
        for end in (0..text.len()).step_by(29) {
            if let Some(cut) = text.get(..end) {
                let case = read(cut.as_bytes());
                assert!(case.requests.len() <= 2, "{name}: {cut}");
            }
        }
        growth::check("", &text);
    }
    growth::check("", &head(OUT, 1..2, ": HTTP: GET / HTTP/1.1"));
    growth::check(
        "",
        &format!("{}E..\nGET / HTTP/1.1\nHost: a\n", head(OUT, 1..2, "")),
    );
    growth::check(
        "",
        "0000: 47 45 54 20 2f 20 48 54 54 50 2f 31 2e 31 0d 0a\n",
    );
    growth::check(
        "",
        "0420: 47 45 54 20 2f 20 48 54 54 50 2f 31 2e 31 0d 0a\n0430: ",
    );
    // One dump without end.
    let bytes = "aws-signature-x ".repeat(2_000);
    growth::check("", &tcpdump_rows(bytes.as_bytes()));
}

/// Each byte of a row leads back to the row.
#[test]
fn a_row_leads_back_as_a_whole() {
    let text = tcpdump_rows(&packet(request().as_bytes()));
    let case = one(text.as_bytes());
    let target = case.docs.to_given(case.requests[0].target.whole);
    let place = text.find("0x0030").unwrap();
    assert_eq!(target.start, place);
    let peels = case.docs.peels(case.requests[0].target.whole);
    assert!(peels.contains(&Peel::HexDump), "{peels:?}");
}

fn finding(text: &str, id: &str) -> Option<String> {
    let case = read(text.as_bytes());
    let found = case.findings.iter().find(|finding| finding.id == id);
    found.map(|finding| finding.message.clone())
}

/// Of a dump that begins in the middle it is said what is in it.
#[test]
fn a_part_of_a_dump_is_told() {
    let bytes = b"cUlh%3D%3D&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=20260701T120000Z&X-Amz-SignedHeaders=hos";
    let part = rows(bytes, 1, |at, hex, row| {
        format!("{:04x}: {hex:<47} {}\n", at + 0x420, shown(row, ' '))
    });
    let told = finding(&part, "dump-of-a-part").unwrap();
    assert!(
        told.contains("X-Amz-Algorithm, X-Amz-Date, X-Amz-SignedHeaders in it"),
        "{told}"
    );
    assert!(told.contains("at the offset 0x420"), "{told}");
    assert_eq!(finding(&part, "unrecognised-rest"), None);
    // What has nothing to do with signatures is nobody's business.
    let other = rows(&b"GARBAGE ".repeat(12), 1, |at, hex, _| {
        format!("{:04x}: {hex}\n", at + 0x420)
    });
    assert_eq!(finding(&other, "dump-of-a-part"), None);
}

/// A list of packets holds nothing of the request, and is none.
#[test]
fn a_list_of_packets_is_no_request() {
    let line = "GET /logs/_search?q=a%20b&size=5 HTTP/1.1";
    let list = head(OUT, 1..365, &format!(": HTTP: {line}"))
        + &head(BACK, 1..200, ": HTTP: HTTP/1.1 403 Forbidden");
    let case = read(list.as_bytes());
    assert_eq!(case.requests.len(), 0);
    assert!(
        finding(&list, "request-lines-missing")
            .is_some_and(|told| told.contains("list of packets"))
    );
}

/// A dot may stand for any byte of a body, and a body that has the stated hash has none of these.
#[test]
fn a_body_with_dots_is_not_taken() {
    let post = |body: &str, hash: &str| {
        let sent = format!(
            "POST / HTTP/1.1\r\nHost: sqs.us-east-1.amazonaws.com\r\nX-Amz-Date: 20260701T120000Z\r\n{hash}Content-Length: {}\r\n\r\n{body}",
            body.len()
        );
        head(OUT, 1..2, "") + &ascii(&packet(sent.as_bytes()))
    };
    let body = |text: &str| matches!(one(text.as_bytes()).requests[0].body, Body::Held { .. });
    let dotted = post("a.b", "");
    assert!(!body(&dotted));
    assert!(finding(&dotted, "trace-dots").is_some());
    assert!(body(&post("Action=ListQueues", "")));
    let known = "X-Amz-Content-Sha256: 2a8a7b6b5d1bb50f0ac0bbc4d3b6d8b9\r\n";
    assert!(!body(&post("a.b", known)));
}

/// A body in chunks, and one of which a packet is missing, are not here; what is all here needs no word.
#[test]
fn what_is_missing_of_a_body_is_said() {
    let put = |length: &str| {
        fill(&format!(
            "PUT TARGET HTTP/1.1\r\nHost: HOST\r\n{length}\r\nX-Amz-Date: DATE\r\nAuthorization: AUTH\r\n\r\n"
        ))
    };
    let packets = |parts: &[(&str, usize)], print: fn(&[u8]) -> String| {
        let mut out = String::new();
        let mut at = 1;
        for (carries, skipped) in parts {
            at += skipped;
            let end = at + carries.len();
            out += &(head(OUT, at..end, "") + &print(&packet(carries.as_bytes())));
            at = end;
        }
        out
    };
    let stated = put("Content-Length: 11");
    let chunked = put("Transfer-Encoding: chunked");
    let chunks = "b\r\nhello world\r\n0\r\n\r\n";
    for print in [ascii, tcpdump_rows] {
        let told = |parts: &[(&str, usize)]| {
            let text = packets(parts, print);
            let case = one(text.as_bytes());
            let held = matches!(case.requests[0].body, Body::Held { .. });
            let ids = ["packet-missing", "trace-body"];
            (held, ids.map(|id| finding(&text, id).is_some()))
        };
        let rows = print(b"x").contains("0x0000");
        assert_eq!(
            told(&[(&stated, 0), ("hello world", 0)]),
            (true, [false; 2])
        );
        assert_eq!(
            told(&[(&stated, 0), ("hello", 0), (" world", 0)]),
            (true, [false; 2])
        );
        // What was sent once more is no gap.
        let (front, back) = stated.split_at(120);
        let again = head(OUT, 1..121, "") + &print(&packet(front.as_bytes()));
        let text = packets(&[(front, 0)], print)
            + &again
            + &{
                let end = stated.len() + 1;
                head(OUT, 121..end, "") + &print(&packet(back.as_bytes()))
            };
        assert!(finding(&text, "packet-missing").is_none(), "{text}");
        assert_eq!(told(&[(&stated, 0), (" world", 5)]), (false, [true, false]));
        // Of rows every byte is known.
        assert_eq!(told(&[(&chunked, 0), (chunks, 0)]).1, [false, !rows]);
        assert_eq!(told(&[(&chunked, 0), ("b\r\nhello", 0)]).1, [false, true]);
    }
}

#[test]
fn a_body_of_which_only_the_first_rows_are_read_is_no_body() {
    const ROWS: usize = 64 << 10;
    let head = fill(
        "PUT TARGET HTTP/1.1\r\nHost: HOST\r\nContent-Length: LENGTH\r\nX-Amz-Date: DATE\r\nAuthorization: AUTH\r\n\r\n",
    );
    for (more, cut) in [(0, false), (1, true), (40_000, true)] {
        let len = ROWS * 16 + more - head.len();
        let mut bytes = head.replace("LENGTH", &len.to_string()).into_bytes();
        bytes.resize(ROWS * 16 + more, b'x');
        for width in [7, 8] {
            let dump = rows(&bytes, 2, |at, hex, row| {
                format!("{at:0width$x}: {hex:<39}  {}\n", shown(row, ' '))
            });
            let case = read(dump.as_bytes());
            let [request] = case.requests.as_slice() else {
                panic!("{:?}", case.findings);
            };
            assert_eq!(request.body == Body::Absent, cut, "{more} {width}");
            let said = case.findings.iter().any(|f| f.id == "input-cut");
            assert_eq!(said, cut, "{more} {width}: {:?}", case.findings);
        }
    }
}

/// Packets between other texts: what is read in vain in each of many readings is counted over all of them, and a text that holds very many
/// hashes is not looked at again from each.
#[test]
fn packets_among_other_texts_take_no_more_than_their_length() {
    let flow = "10.0.0.1.4000 > 10.0.0.2.80: Flags [P.], seq 1:100, ack 1, win 1, length 99";
    let hash = "a".repeat(64);
    let scope = "AKIDEXAMPLE/20261122/us-east-1/s3/aws4_request";
    let map = format!(
        "{{host:h, authorization:AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host;x-amz-date, Signature={hash}, x-amz-date:20261122T100000Z}}\n"
    );
    let to_sign =
        format!("AWS4-HMAC-SHA256\n20261122T100000Z\n20261122/us-east-1/s3/aws4_request\n{hash}\n");
    let waits = "E..x....P....GET /k HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999\r\n\r\n";
    for unit in [
        format!("{TIME}{flow}: HTTP: GET / HTTP/1.1\n{map}"),
        format!("{TIME}{flow}\n{waits}{to_sign}"),
    ] {
        growth::check("", &unit);
    }
}
