//! Diagnosis as a whole, over cases made by hand and a scheme of three lines.

mod comparing;
mod contract;
mod rows;
mod ruled_out;
mod steps;
mod tiny;
mod verdicts;

use std::fmt::Write as _;

use tiny::{REQUEST, SECRET, Said, analyse, canonical, case, ring, sign, signed, to_sign};

use super::{Diagnosis, Finding, Mark, Party, RowState, VerdictId};
use crate::engine::Analysis;
use crate::engine::intake::{Atom, Case, Cut, Integrity, Pattern};
use crate::engine::scheme::{FieldKind, Role, StageId};

const OTHER_HOST: &str = "GET /a%20b\nhost: proxy:8080\nx-date: 2020\n";
const WRONG: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

fn right(request: &str) -> String {
    sign(SECRET.as_bytes(), to_sign(&canonical(request)).as_bytes())
}

fn diagnosis(case: &Case, secrets: &[&str]) -> Diagnosis {
    analyse(case, &ring(secrets)).diagnosis
}

fn mark(analysis: &Analysis, stage: &'static str) -> Mark {
    let marks = &analysis.diagnosis.marks;
    marks
        .iter()
        .find(|(id, _)| *id == StageId(stage))
        .unwrap()
        .1
}

/// Whether the sentence says all of these.
fn says(diagnosis: &Diagnosis, parts: &[&str]) {
    for part in parts {
        assert!(
            diagnosis.verdict.sentence.contains(part),
            "{part:?} is not in {:?}",
            diagnosis.verdict.sentence
        );
    }
}

#[derive(Copy, Clone, Debug, Eq, PartialEq)]
enum Req {
    None,
    Unsigned,
    Right,
    Wrong,
}

#[derive(Copy, Clone, Debug, Eq, PartialEq)]
enum Server {
    None,
    Terse,
    Clock,
    Same,
    OtherHost,
    NoHost,
    Broken,
    Unnamed,
    Another,
}

#[derive(Copy, Clone, Debug, Eq, PartialEq)]
enum Client {
    None,
    Same,
    OtherHost,
}

fn build(request: Req, server: Server, client: Client) -> Case {
    let named = match request {
        Req::Wrong => WRONG.to_owned(),
        Req::None | Req::Unsigned | Req::Right => right(REQUEST),
    };
    let requests = match request {
        Req::None => vec![],
        Req::Unsigned => vec![REQUEST.to_owned()],
        Req::Right | Req::Wrong => vec![signed(REQUEST, &named)],
    };
    let mut said = Vec::new();
    said.extend(match server {
        Server::None => None,
        Server::Terse => Some(Said::terse("SignatureDoesNotMatch")),
        Server::Clock => Some(Said::terse("RequestTimeTooSkewed")),
        Server::Same => Some(Said::server(REQUEST, &named)),
        Server::OtherHost => Some(Said::server(OTHER_HOST, &named)),
        Server::NoHost => Some(Said::server("GET /a%20b\nhost: \nx-date: 2020\n", &named)),
        Server::Broken => Some(Said {
            integrity: Integrity::Broken,
            ..Said::server(OTHER_HOST, &named)
        }),
        Server::Unnamed => Some(Said {
            signature: None,
            ..Said::server(OTHER_HOST, "")
        }),
        Server::Another => Some(Said::server(OTHER_HOST, &right(OTHER_HOST))),
    });
    said.extend(match client {
        Client::None => None,
        Client::Same => Some(Said::client(REQUEST, &named)),
        Client::OtherHost => Some(Said::client(OTHER_HOST, &named)),
    });
    case(&requests, &said)
}
