//! Headers: what SignedHeaders says against what is sent.

use std::collections::HashSet;

use super::facts::{Facts, Form, Part, listed, shown};
use super::table as t;
use super::{canonical, changing, misspelt};
use crate::engine::diagnose::{Finding, Severity};
use crate::engine::document::Peel;
use crate::engine::intake::SignedRequest;
use crate::engine::scheme::sigv4::header;
use crate::engine::scheme::sigv4::reading::TOKEN_HEADERS;
use crate::engine::scheme::{FieldKey, FieldKind};

pub(super) fn findings(facts: &Facts<'_>, out: &mut Vec<Finding>) {
    list(facts, out);
    absent(facts, out);
    changing::findings(facts, out);
    unsigned(facts, out);
    duplicates(facts, out);
    two_values(facts, out);
    misspelt::findings(facts, out);
    tabs(facts, out);
    supplied(facts, out);
}

/// A tab inside a signed value. AWS documents the folding of spaces alone; botocore and MinIO fold tabs too.
fn tabs(facts: &Facts<'_>, out: &mut Vec<Finding>) {
    for sent in facts.sent {
        let name = facts.header_name(sent);
        if !facts.is_signed(&name.text) || !header::holds_tab(facts.docs.bytes(sent.value)) {
            continue;
        }
        out.push(
            t::HEADER_TAB
                .found(
                    format!("The signed header {} holds a tab.", shown(&name.text)),
                    "Some signers fold a tab into one space and others sign it as it stands; both are \
                     tried, and --header-blanks chooses one. Send a space instead.",
                )
                .at(sent.value, "holds a tab")
                .about(header(&name.text)),
        );
    }
}

/// A signed header that the text does not state, because the program adds it by itself: where the signature differs, its
/// value is the one thing here that nobody wrote.
fn supplied(facts: &Facts<'_>, out: &mut Vec<Finding>) {
    if !facts.trace.is_some_and(|trace| trace.outcome.disagrees()) {
        return;
    }
    for sent in facts.sent {
        let name = facts.header_name(sent);
        let by_itself = facts.docs.peels(sent.value).contains(&Peel::ProgramDefault);
        let value = facts.docs.text(sent.value);
        // What curl sends as Accept is one and the same in every version.
        let constant = name.text.eq_ignore_ascii_case("accept");
        if !by_itself || constant || !facts.is_signed(&name.text) {
            continue;
        }
        if is_had(facts, &name.text, value.trim()) {
            continue;
        }
        out.push(
            t::HEADER_SUPPLIED
                .found(
                    format!(
                        "{} is signed, and the command does not state it: what the program adds by itself, “{}”, was \
                         taken for it.",
                        shown(&name.text),
                        shown(facts.docs.text(sent.value).trim())
                    ),
                    "This is the first thing to suspect: state the header in the command with the value that was signed.",
                )
                .at(facts.docs.to_given(sent.value), "adds it")
                .about(header(&name.text)),
        );
    }
}

/// Whether somebody's canonical request has the header with this very value.
fn is_had(facts: &Facts<'_>, name: &str, value: &str) -> bool {
    let line = format!("\n{}:{value}\n", name.to_ascii_lowercase());
    let evidence = facts.view.case.evidence.iter();
    let mut texts = evidence.filter_map(|evidence| evidence.canonical_request.as_ref()?.span());
    texts.any(|span| memchr::memmem::find(facts.docs.bytes(span), line.as_bytes()).is_some())
}

/// Places that one finding points at.
const MOST: usize = 16;

fn signed_headers() -> FieldKey {
    FieldKey::of(FieldKind::SIGNED_HEADERS)
}

fn header(name: &str) -> FieldKey {
    FieldKey::named(FieldKind::HEADER, name, 0)
}

/// The list itself: names in lower case, sorted, each once, host among them.
fn list(facts: &Facts<'_>, out: &mut Vec<Finding>) {
    let Some(whole) = &facts.signed_list else {
        return;
    };
    let odd = facts.signed.iter().find(|part| {
        part.text.is_empty()
            || part
                .text
                .bytes()
                .any(|b| b.is_ascii_whitespace() || b == b',')
    });
    if let Some(odd) = odd {
        let message = if odd.text.is_empty() {
            format!(
                "SignedHeaders is “{}”, with an empty name.",
                shown(&whole.text)
            )
        } else {
            format!(
                "SignedHeaders holds “{}”, which is no header's name.",
                shown(&odd.text)
            )
        };
        out.push(
            t::SIGNED_HEADERS_EMPTY
                .found(
                    message,
                    "Write names with one semicolon between two, and no blanks: host;x-amz-date.",
                )
                .at(odd.span, "no name")
                .about(signed_headers()),
        );
    }
    if is_encoded_again(facts) {
        out.push(
            t::SIGNED_HEADERS_ENCODED
                .found(
                    "The semicolons of X-Amz-SignedHeaders are written %253B: its value was percent-encoded twice, and a \
                     verifier reads one name in it, of a header that nobody sends.",
                    "Encode each value of the query once: %3B. Code that builds the query of values which are encoded \
                     already encodes them again.",
                )
                .at(whole.span, "encoded twice")
                .about(signed_headers()),
        );
    }
    if let Some(upper) = facts
        .signed
        .iter()
        .find(|part| part.text.bytes().any(|b| b.is_ascii_uppercase()))
    {
        out.push(
            t::SIGNED_HEADERS_CASE
                .found(
                    format!(
                        "SignedHeaders names {} with capital letters.",
                        shown(&upper.text)
                    ),
                    "Write the names in lower case, in the list and in the canonical request.",
                )
                .at(upper.span, "not in lower case")
                .about(signed_headers()),
        );
    }
    let unsorted = facts.signed.windows(2).find_map(|pair| match pair {
        [a, b] if a.text.to_ascii_lowercase() > b.text.to_ascii_lowercase() => Some((a, b)),
        _ => None,
    });
    if let Some((before, after)) = unsorted {
        out.push(
            t::SIGNED_HEADERS_ORDER
                .found(
                    format!("SignedHeaders has {} before {}.", shown(&before.text), shown(&after.text)),
                    "Sort the names by their bytes, in the list and in the canonical request: AWS takes \
                     the order listed, others sort.",
                )
                .at(after.span, "out of order")
                .about(signed_headers()),
        );
    }
    let mut names: Vec<&Part> = facts.signed.iter().filter(|p| !p.text.is_empty()).collect();
    names.sort_by_key(|part| part.text.to_ascii_lowercase());
    for pair in names.windows(2) {
        if let [a, b] = pair
            && a.text.eq_ignore_ascii_case(&b.text)
        {
            out.push(
                t::SIGNED_HEADERS_TWICE
                    .found(
                        format!("SignedHeaders names {} twice.", shown(&a.text)),
                        "Name each header once, however often it is sent: its values are joined.",
                    )
                    .at(b.span, "again")
                    .at(a.span, "the first")
                    .about(signed_headers()),
            );
            break;
        }
    }
    if !facts.is_signed("host") && !facts.is_signed(":authority") {
        out.push(
            t::HOST_NOT_SIGNED
                .found(
                    format!("SignedHeaders ({}) does not name host.", shown(&whole.text)),
                    "Add host to SignedHeaders and sign again; every verifier demands it.",
                )
                .at(whole.span, "host is missing")
                .about(signed_headers()),
        );
    }
}

/// Whether the list alone was percent-encoded twice: of a URL that was as a whole it is said where its credential is read.
fn is_encoded_again(facts: &Facts<'_>) -> bool {
    let credential = facts.credential_text.as_ref();
    facts.form == Form::Query
        && !credential.is_some_and(|text| text.text.contains('%'))
        && facts
            .signed_list
            .as_ref()
            .is_some_and(|list| memchr::memmem::find(facts.docs.bytes(list.span), b"%25").is_some())
}

/// Signed headers that are not in the request.
fn absent(facts: &Facts<'_>, out: &mut Vec<Finding>) {
    if facts.is_without_headers() {
        let names = to_send(facts);
        if !names.is_empty() && facts.form == Form::Query && !is_encoded_again(facts) {
            let span = facts.signed_list.as_ref().map_or(facts.place(), |l| l.span);
            out.push(
                t::HEADERS_TO_SEND
                    .found(
                        format!(
                            "Whoever uses this URL must also send {}, with the very values that were \
                             signed.",
                            listed(&names)
                        ),
                        "The verifier reads these headers from the request; left out or changed, they \
                         break the signature.",
                    )
                    .at(span, "signed headers")
                    .about(signed_headers()),
            );
        }
    }
    out.extend(left_out_by_call(facts));
    for part in &facts.signed {
        let name = part.text.to_ascii_lowercase();
        if name.is_empty() || is_sent(facts, &name) {
            continue;
        }
        if let Some(param) = facts.param_like(&name)
            && facts.form == Form::Query
        {
            out.push(
                t::SIGNED_HEADER_IN_QUERY
                    .at_most(
                        if facts.is_without_headers() { Severity::Warning } else { Severity::Error },
                        format!(
                            "SignedHeaders names {}, which stands in the query and not among the headers.",
                            shown(&name)
                        ),
                        "Either it is a parameter and not listed, or it is listed and sent as a header. \
                         S3 demands this; MinIO looks in the query too.",
                    )
                    .at(part.span, "listed as a header")
                    .at(param.span, "sent as a parameter")
                    .about(header(&name)),
            );
        } else if !facts.is_without_headers() {
            let help = if facts.form == Form::Query {
                "Send it with the URL, with the very value that was signed, or presign without it."
            } else {
                "Send it with the value that was signed, or sign without it. If the client did send it, \
                 it is missing from this paste."
            };
            out.push(
                t::SIGNED_HEADER_ABSENT
                    .found(
                        format!(
                            "SignedHeaders names {}, and the request has no such header{}.",
                            shown(&name),
                            if facts.is_taken_from_beside(&name) {
                                ""
                            } else {
                                ": it counts as empty"
                            }
                        ),
                        help,
                    )
                    .at(part.span, "not in the request")
                    .about(header(&name))
                    .of_paste(),
            );
        }
    }
}

/// The signed headers of a presigned URL that stand in its query, where the paste stops among the headers: what else was
/// sent is not known.
pub(super) fn listed_and_in_query(facts: &Facts<'_>, out: &mut Vec<Finding>) {
    if facts.form != Form::Query {
        return;
    }
    for part in &facts.signed {
        let name = part.text.to_ascii_lowercase();
        if name.is_empty() || is_sent(facts, &name) {
            continue;
        }
        if let Some(param) = facts.param_like(&name) {
            out.push(
                t::SIGNED_HEADER_IN_QUERY
                    .at_most(
                        Severity::Warning,
                        format!(
                            "SignedHeaders names {}, which stands in the query and not among the headers that are here.",
                            shown(&name)
                        ),
                        "Either it is a parameter and not listed, or it is listed and sent as a header. \
                         S3 demands this; MinIO looks in the query too.",
                    )
                    .at(part.span, "listed as a header")
                    .at(param.span, "sent as a parameter")
                    .about(header(&name)),
            );
        }
    }
}

/// Signed headers that the call beside a presigned URL leaves out, where there is one such URL and one such call.
fn left_out_by_call(facts: &Facts<'_>) -> Option<Finding> {
    let case = facts.view.case;
    let bare = |request: &&SignedRequest| request.is_without_headers();
    let alone = case.requests.iter().filter(bare).count() == 1;
    if facts.form != Form::Query || !facts.is_without_headers() || !alone {
        return None;
    }
    let method = facts.method();
    // Where the URL tells no method it was taken for GET.
    let told = method != "GET";
    let mut calls = case
        .url_calls
        .iter()
        .filter(|call| !told || call.method == method);
    let (Some(call), None) = (calls.next(), calls.next()) else {
        return None;
    };
    let names: Vec<String> = to_send(facts)
        .into_iter()
        .filter(|name| !call.headers.contains(name) && !call.sets.contains(&name.as_str()))
        .collect();
    if names.is_empty() {
        return None;
    }
    let span = facts.signed_list.as_ref().map_or(facts.place(), |l| l.span);
    Some(
        t::CALL_LACKS_HEADER
            .found(
                format!(
                    "The {} beside this URL does not send {}, which {} signed with it.",
                    call.program,
                    listed(&names),
                    if names.len() == 1 { "is" } else { "are" }
                ),
                "Send it with the very value that was given when the URL was made, or presign without it.",
            )
            .at(call.place, "not among its headers")
            .at(span, "signed headers")
            .about(signed_headers()),
    )
}

/// Whether the request has this header; the host may stand in the target.
fn is_sent(facts: &Facts<'_>, name: &str) -> bool {
    match name {
        // A host that is missing altogether is a finding of its own.
        "host" | ":authority" => true,
        _ => facts.headers(name).next().is_some(),
    }
}

/// The headers that a presigned URL's user must send: all signed ones but host.
pub(super) fn to_send(facts: &Facts<'_>) -> Vec<String> {
    let mut seen = HashSet::new();
    facts
        .signed
        .iter()
        .map(|part| part.text.to_ascii_lowercase())
        .filter(|name| {
            !name.is_empty()
                && !matches!(name.as_str(), "host" | ":authority")
                && facts.param_like(name).is_none()
                && seen.insert(name.clone())
        })
        .collect()
}

/// `x-amz-` headers that are sent and not signed.
fn unsigned(facts: &Facts<'_>, out: &mut Vec<Finding>) {
    if facts.signed_list.is_none() {
        return;
    }
    let mut names: Vec<Part> = Vec::new();
    let mut seen = HashSet::new();
    for sent in facts.sent {
        let name = facts.header_name(sent);
        let is_token = TOKEN_HEADERS.contains(&name.text.as_str());
        // A token that is not signed is a finding of its own in header form.
        if name.text.starts_with("x-amz-")
            && !facts.is_signed(&name.text)
            && !(is_token && facts.form == Form::Header)
            && seen.insert(name.text.clone())
        {
            names.push(name);
        }
    }
    let Some(first) = names.first() else { return };
    let list: Vec<&str> = names.iter().map(|n| n.text.as_str()).collect();
    let (severity, who) = if facts.is_s3() {
        (
            Severity::Error,
            "S3 refuses x-amz- headers that are not signed.",
        )
    } else {
        (
            Severity::Warning,
            "Services other than S3 demand x-amz-date at least, and some demand all x-amz- headers.",
        )
    };
    let mut finding = t::HEADER_UNSIGNED
        .at_most(
            severity,
            format!(
                "{} {} sent, and SignedHeaders does not name {}.",
                listed(&list),
                if list.len() == 1 { "is" } else { "are" },
                if list.len() == 1 { "it" } else { "them" }
            ),
            format!("Add to SignedHeaders what the client sets, and sign again. {who}"),
        )
        .about(header(&first.text));
    for name in names.iter().take(MOST) {
        finding = finding.at(name.span, "not signed");
    }
    out.push(finding);
}

fn duplicates(facts: &Facts<'_>, out: &mut Vec<Finding>) {
    let mut seen = HashSet::new();
    for part in &facts.signed {
        let name = part.text.to_ascii_lowercase();
        // Those two have findings of their own.
        if name == "host" || name == "x-amz-date" || !seen.insert(name.clone()) {
            continue;
        }
        let lines: Vec<_> = facts.headers(&name).map(|(line, _)| line).collect();
        if let [first, second, ..] = lines.as_slice() {
            out.push(
                t::HEADER_TWICE
                    .at_most(
                        Severity::Note,
                        format!("{} is signed and sent {} times.", shown(&name), lines.len()),
                        "The values are joined with a comma in the order sent: a proxy that reorders or \
                         merges them changes what is signed.",
                    )
                    .at(*second, "again")
                    .at(*first, "the first")
                    .about(header(&name)),
            );
        }
    }
}

/// Signed headers with two values in one line, that can have but one.
fn two_values(facts: &Facts<'_>, out: &mut Vec<Finding>) {
    for sent in facts.sent {
        let name = facts.header_name(sent);
        let value = facts.docs.bytes(sent.value);
        if !facts.is_signed(&name.text) || !canonical::has_two_values(&name.text, value) {
            continue;
        }
        out.push(
            t::HEADER_TWICE
                .found(
                    format!(
                        "{} holds two values and can have but one: “{}”.",
                        shown(&name.text),
                        shown(&facts.docs.text(sent.value))
                    ),
                    canonical::TWO_VALUES_HELP,
                )
                .at(sent.value, "two values")
                .about(header(&name.text)),
        );
    }
}
