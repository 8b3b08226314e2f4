//! A canonical request that its signer built wrongly, where the server's hash shows what is wrong: put right, it has that
//! very hash.
//!
//! Owns the small set of such faults of form, each tried against every hash that a server's string to sign in the same
//! input names. Must not know how a request is made canonical, only how the lines of the text stand (IAM User Guide, Create a
//! signed AWS API request, step 1); an equality of hashes decides.

use super::integrity::{LINES_ASSUMED, digest};
use super::pattern::Cut;
use super::text::is_token;
use super::{Case, Evidence, Integrity, Pattern, Side};
use crate::engine::diagnose::Finding;
use crate::engine::document::Span;

/// The id of the finding that names such faults.
const MENDED: &str = "canonical-request-malformed";
/// The id of the finding that both sides' canonical requests have one hash.
const SAME: &str = "canonical-request-same";

/// The fewest digits of a hash that was cut by which it is known: so many are no coincidence.
const DIGITS: usize = 16;
/// The longest canonical request that is looked at, in bytes.
const LONGEST: usize = 16 << 10;
/// How many canonical requests of an input, and how many hashes of servers.
const MOST: usize = 8;

/// A fault of form; the text says it behind "your canonical request".
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
enum Fault {
    Query,
    Gap,
    Blanks,
    Carriage,
    Values,
    Names,
    Order,
}

impl Fault {
    const ALL: [Self; 7] = [
        Self::Query,
        Self::Gap,
        Self::Blanks,
        Self::Carriage,
        Self::Values,
        Self::Names,
        Self::Order,
    ];

    fn words(self) -> &'static str {
        match self {
            Self::Query => "the empty line in the place of the query is missing",
            Self::Gap => "the empty line behind the headers is missing",
            Self::Blanks => "lines end in blanks",
            Self::Carriage => "lines end in CRLF",
            Self::Values => "values of headers begin with blanks",
            Self::Names => "names of headers have capitals",
            Self::Order => "the headers are not in the order of their names",
        }
    }
}

/// Adds what the hashes of servers prove of the canonical requests of signers.
pub(super) fn add(case: &mut Case) {
    let servers: Vec<Stated> = case
        .evidence
        .iter()
        .filter(|e| e.side == Some(Side::Server))
        .filter_map(|e| stated(case, e))
        .take(MOST)
        .collect();
    if servers.is_empty() {
        return;
    }
    let own = case
        .evidence
        .iter()
        .filter(|e| e.side != Some(Side::Server) && e.integrity != Integrity::Redacted);
    let findings: Vec<Finding> = own
        .take(MOST)
        .filter_map(|evidence| look(case, evidence, &servers))
        .collect();
    // What was assumed of its lines is proved now.
    let proved: Vec<Span> = findings
        .iter()
        .filter_map(|finding| Some(finding.labels.first()?.span))
        .collect();
    let case_findings = &mut case.findings;
    case_findings.retain(|finding| {
        let told = finding.labels.iter().any(|l| proved.contains(&l.span));
        finding.id != LINES_ASSUMED || !told
    });
    case_findings.extend(findings);
}

/// The hash at the end of a string to sign, in small hexadecimal digits, and where it stands; its end may be missing.
struct Stated {
    digits: Vec<u8>,
    place: Span,
}

fn stated(case: &Case, evidence: &Evidence) -> Option<Stated> {
    let span = evidence.string_to_sign.as_ref()?.span()?;
    let text = case.docs.bytes(span);
    let lines = memchr::memchr_iter(b'\n', text).count();
    let last = memchr::memrchr(b'\n', text)? + 1;
    let line = text.get(last..)?;
    let len = line.iter().take_while(|b| b.is_ascii_hexdigit()).count();
    let digits = line.get(..len)?.to_ascii_lowercase();
    (lines == 3 && (DIGITS..=64).contains(&len)).then(|| Stated {
        digits,
        place: case.docs.to_given(span.part(last..last + len)),
    })
}

/// What the hashes prove of one canonical request.
fn look(case: &Case, evidence: &Evidence, servers: &[Stated]) -> Option<Finding> {
    let pattern = evidence.canonical_request.as_ref()?;
    let span = pattern.as_exact().filter(|_| pattern.cut == Cut::Whole)?;
    let given = case.docs.to_given(span);
    if given.len() > LONGEST || span.len() > LONGEST {
        return None;
    }
    let read = case.docs.bytes(span);
    // Where a layer was taken off, the fault may be what it took.
    let mut prints = vec![read];
    if given != span {
        prints.push(case.docs.bytes(given));
    }
    let own = evidence.string_to_sign.as_ref().and_then(Pattern::as_exact);
    let own = own.and_then(|span| super::integrity::stated_hash(case.docs.bytes(span)));
    for print in prints.iter().rev() {
        let Some(parts) = parts(print) else {
            continue;
        };
        let faults = parts.faults();
        // The fewest changes first.
        let mut sets: Vec<u32> = (0..1_u32 << faults.len()).collect();
        sets.sort_by_key(|set| (set.count_ones(), *set));
        for set in sets {
            let mended: Vec<Fault> = faults
                .iter()
                .enumerate()
                .filter(|(place, _)| set & (1 << place) != 0)
                .map(|(_, fault)| *fault)
                .collect();
            let text = parts.without(&mended);
            let hash = hex::encode(digest(&text));
            let Some(server) = servers
                .iter()
                .find(|s| hash.as_bytes().starts_with(&s.digits))
            else {
                continue;
            };
            if mended.is_empty() {
                // Whatever stands beside it, this is what the server had.
                return own.is_none().then(|| same(given, server));
            }
            let stands = signed(case, print, own, given);
            return Some(finding(
                evidence.side,
                &mended,
                &hash,
                server,
                given,
                stands.as_deref(),
            ));
        }
    }
    None
}

/// Where the signer's own hash of the text as it stands is found: in its string to sign, or anywhere in the input. What
/// is printed seldom shows whether a line end stood behind it.
fn signed(case: &Case, print: &[u8], own: Option<[u8; 32]>, given: Span) -> Option<String> {
    let ended = [print, b"\n"].concat();
    [print, ended.as_slice()].into_iter().find_map(|text| {
        let hash = digest(text);
        let hex = hex::encode(hash);
        let whole = case.docs.whole(given.doc);
        let stands = || memchr::memmem::find(case.docs.bytes(whole), hex.as_bytes()).is_some();
        (own == Some(hash) || stands()).then_some(hex)
    })
}

fn finding(
    side: Option<Side>,
    mended: &[Fault],
    hash: &str,
    server: &Stated,
    given: Span,
    signed: Option<&str>,
) -> Finding {
    let words: Vec<&str> = mended.iter().map(|fault| fault.words()).collect();
    let words = match words.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, front)) => format!("{} and {last}", front.join(", ")),
        None => String::new(),
    };
    let front = hash.get(..16).unwrap_or(hash);
    let subject = match side {
        Some(Side::Client) => "The signer's canonical request",
        Some(Side::Server) | None => "This canonical request",
    };
    let built = match signed {
        Some(own) => {
            let own = own.get(..16).unwrap_or(own);
            format!(
                "{subject} is not built as the server builds it: {words}. As it stands its hash is {own}…, which is here, too; \
                 mended it is {front}…, the server's."
            )
        }
        None => format!(
            "{subject} as it stands here is not built as the server builds it: {words}. Mended, its hash is {front}…, \
             the server's."
        ),
    };
    let help = if signed.is_some() {
        "Proved by the two hashes: nothing else of it differs. Build it so, each line ended by one line feed and none behind \
         the last."
    } else {
        "Proved by the hash: nothing else of it differs. If it was copied from the signer byte for byte, build it so; each \
         line is ended by one line feed, and none stands behind the last."
    };
    Finding::error(MENDED, built, help)
        .at(given, "not built as the server builds it")
        .at(server.place, "the hash of the mended text")
}

/// That both sides have one canonical request.
fn same(given: Span, server: &Stated) -> Finding {
    Finding::note(
        SAME,
        "The hash of this canonical request is the one in the server's string to sign: both sides have the same canonical \
         request.",
        "What is left is the rest of the string to sign (its time, its scope) and the secret.",
    )
    .at(given, "the same on both sides")
    .at(server.place, "its hash")
}

/// A header line: its name, and all behind the colon.
type Named<'t> = (&'t [u8], &'t [u8]);

/// The lines of a canonical request as they were printed, without their ends.
struct Parts<'t> {
    method: &'t [u8],
    path: &'t [u8],
    query: Option<&'t [u8]>,
    headers: Vec<Named<'t>>,
    gap: bool,
    list: &'t [u8],
    payload: &'t [u8],
    carriage: bool,
}

/// Tells the lines apart; none where they are not in order.
fn parts(text: &[u8]) -> Option<Parts<'_>> {
    let carriage = memchr::memmem::find(text, b"\r\n").is_some();
    let mut lines: Vec<&[u8]> = text
        .split(|b| *b == b'\n')
        .map(|line| line.strip_suffix(b"\r").unwrap_or(line))
        .collect();
    let payload = lines.pop()?;
    let list = lines.pop()?;
    let mut gap = false;
    while lines
        .last()
        .is_some_and(|line| line.trim_ascii().is_empty())
    {
        lines.pop();
        gap = true;
    }
    let mut lines = lines.into_iter();
    let method = lines.next()?;
    let path = lines.next().filter(|path| path.starts_with(b"/"))?;
    let mut rest = lines.collect::<Vec<_>>();
    let query = rest.first().copied().filter(|line| split(line).is_none());
    if query.is_some() {
        rest.remove(0);
    }
    let headers: Option<Vec<Named<'_>>> = rest.into_iter().map(split).collect();
    let headers = headers.filter(|headers| !headers.is_empty())?;
    let names = |b: &u8| is_token(*b) || *b == b';';
    list.trim_ascii().iter().all(names).then_some(Parts {
        method,
        path,
        query,
        headers,
        gap,
        list,
        payload,
        carriage,
    })
}

/// Name and value of a header line.
fn split(line: &[u8]) -> Option<Named<'_>> {
    let at = memchr::memchr(b':', line)?;
    let (name, value) = line.split_at(at);
    let named = !name.is_empty() && name.iter().all(|b| is_token(*b));
    named.then(|| (name, value.get(1..).unwrap_or_default()))
}

impl Parts<'_> {
    /// The faults that the text can be seen to have.
    fn faults(&self) -> Vec<Fault> {
        let lines = [self.method, self.path, self.list, self.payload];
        let values = self.headers.iter().map(|(_, value)| *value);
        let mut ends = lines.into_iter().chain(self.query).chain(values.clone());
        let blanks = ends.any(|line| line.trim_ascii_end().len() < line.len());
        let front = |value: &[u8]| value.trim_ascii_start().len() < value.len();
        let lower: Vec<Vec<u8>> = self
            .headers
            .iter()
            .map(|(name, _)| name.to_ascii_lowercase())
            .collect();
        let capitals = self.headers.iter().zip(&lower).any(|((n, _), l)| n != l);
        Fault::ALL
            .into_iter()
            .filter(|fault| match fault {
                Fault::Query => self.query.is_none(),
                Fault::Gap => !self.gap,
                Fault::Blanks => blanks,
                Fault::Carriage => self.carriage,
                Fault::Values => values.clone().any(front),
                Fault::Names => capitals || self.list.iter().any(u8::is_ascii_uppercase),
                Fault::Order => !lower.is_sorted(),
            })
            .collect()
    }

    /// The text without `mended` of its faults.
    fn without(&self, mended: &[Fault]) -> Vec<u8> {
        let has = |fault: Fault| mended.contains(&fault);
        let end: &[u8] = if self.carriage && !has(Fault::Carriage) {
            b"\r\n"
        } else {
            b"\n"
        };
        let trimmed = |line: &[u8]| {
            let line = if has(Fault::Blanks) {
                line.trim_ascii_end()
            } else {
                line
            };
            line.to_vec()
        };
        let lowered = |text: &[u8]| {
            if has(Fault::Names) {
                text.to_ascii_lowercase()
            } else {
                text.to_vec()
            }
        };
        let mut lines = vec![trimmed(self.method), trimmed(self.path)];
        match self.query {
            Some(query) => lines.push(trimmed(query)),
            None if has(Fault::Query) => lines.push(Vec::new()),
            None => {}
        }
        let mut headers: Vec<(Vec<u8>, Vec<u8>)> = self
            .headers
            .iter()
            .map(|(name, value)| {
                let value = if has(Fault::Values) {
                    value.trim_ascii_start()
                } else {
                    value
                };
                (lowered(name), trimmed(value))
            })
            .collect();
        let mut list = lowered(&trimmed(self.list));
        if has(Fault::Order) {
            headers.sort_by(|a, b| a.0.cmp(&b.0));
            let mut names: Vec<&[u8]> = list.split(|b| *b == b';').collect();
            names.sort_unstable();
            list = names.join(&b';');
        }
        lines.extend(
            headers
                .into_iter()
                .map(|(n, v)| [&n[..], b":", &v].concat()),
        );
        if self.gap || has(Fault::Gap) {
            lines.push(Vec::new());
        }
        lines.push(list);
        lines.push(trimmed(self.payload));
        lines.join(end)
    }
}
