//! Where a canonicaliser writes: one piece of code, two kinds of sink.
//!
//! The tracked sink keeps the origin of every byte; the plain ones (`Vec<u8>`, SHA-256) keep nothing
//! and compile down to copying. There is no second canonicaliser that could drift.

use sha2::{Digest as _, Sha256};

use super::{Field, FieldKey, Rule, Run};
use crate::engine::document::Span;

/// One named thing done to bytes on their way into a stage.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Step {
    /// Upper-case letters became lower-case.
    LowerCased,
    /// Lower-case letters became upper-case.
    UpperCased,
    /// Blanks around the value were dropped.
    Trimmed,
    /// A run of blanks became one.
    BlanksFolded,
    /// A line break and the blanks behind it became one blank.
    Unfolded,
    /// Bytes became `%XX`.
    PercentEncoded,
    /// `%XX` became bytes.
    PercentDecoded,
    /// The hex digits of an escape became upper-case.
    EscapeUpperCased,
    /// `+` was read as a blank.
    PlusReadAsBlank,
    /// A blank was written as `+`.
    BlankWrittenAsPlus,
    /// An encoded text was encoded once more.
    EncodedAgain,
    /// Moved when its kind was sorted; places count from 1.
    Sorted {
        /// Its place as received.
        from: usize,
        /// Its place in the canonical order.
        to: usize,
    },
    /// Put behind an earlier value of the same name with a comma.
    Joined,
    /// `=` was added behind a name that had no value.
    EqualsAdded,
    /// `.`, `..` or empty segments were resolved.
    PathNormalised,
    /// An empty path became `/`.
    EmptyPathMadeRoot,
    /// The default port was dropped.
    DefaultPortDropped,
    /// A port was dropped that is no default.
    PortDropped,
    /// A port was added that is not in the Host header.
    PortAdded,
    /// Left out here, as the scheme demands: the signature itself, a token appended later.
    LeftOut,
    /// It is named as signed but stands nowhere: an empty value.
    Missing,
    /// The bytes were hashed; the output is lower hex.
    Hashed,
    /// It is the hash, in lower hex, of something that is not a range of what was given; this is what, in words.
    HashOf(&'static str),
    /// It stands nowhere; of the usual ones this is the one with which the signature is right.
    FoundByTrying,
    /// It stands nowhere in the request; this is what the server had.
    HadByServer,
    /// It stands nowhere, and nothing tells it: this is the usual one.
    Assumed,
    /// A final line end was left out before hashing.
    FinalNewlineLeftOut,
    /// A date in another form was rewritten.
    DateRewritten,
    /// Chosen by the person over what the request claims.
    Overridden,
    /// Taken as the request states it, and not verified.
    TakenUnverified,
    /// It is signed, and neither here nor told of: taken as empty.
    TakenAsEmpty,
    /// It is signed and not in the request: what stands beside the secret was taken.
    TakenFromBeside,
}

impl Step {
    /// The step in a few words, for the screen.
    pub fn label(&self) -> String {
        match self {
            Self::LowerCased => "lower-cased".into(),
            Self::UpperCased => "upper-cased".into(),
            Self::Trimmed => "trimmed".into(),
            Self::BlanksFolded => "spaces folded".into(),
            Self::Unfolded => "folded line joined".into(),
            Self::PercentEncoded => "percent-encoded".into(),
            Self::PercentDecoded => "percent-decoded".into(),
            Self::EscapeUpperCased => "escape upper-cased".into(),
            Self::PlusReadAsBlank => "+ read as a space".into(),
            Self::BlankWrittenAsPlus => "space written as +".into(),
            Self::EncodedAgain => "encoded a second time".into(),
            Self::Sorted { from, to } => format!("sorted from place {from} to {to}"),
            Self::Joined => "joined with a comma".into(),
            Self::EqualsAdded => "= added".into(),
            Self::PathNormalised => "path normalised".into(),
            Self::EmptyPathMadeRoot => "empty path became /".into(),
            Self::DefaultPortDropped => "default port dropped".into(),
            Self::PortDropped => "port dropped".into(),
            Self::PortAdded => "port added".into(),
            Self::LeftOut => "left out".into(),
            Self::Missing => "not in the request: empty".into(),
            Self::Hashed => "SHA-256, lower hex".into(),
            Self::HashOf(what) => format!("SHA-256 of {what}, lower hex"),
            Self::FoundByTrying => {
                "tried one after the other: with this one the signature is right".into()
            }
            Self::HadByServer => "taken from the server's text".into(),
            Self::Assumed => "the usual one".into(),
            Self::FinalNewlineLeftOut => "final newline left out".into(),
            Self::DateRewritten => "rewritten to basic ISO 8601".into(),
            Self::Overridden => "chosen in options".into(),
            Self::TakenUnverified => "taken as stated, not verified".into(),
            Self::TakenAsEmpty => "not here: taken as empty".into(),
            Self::TakenFromBeside => "not in the request: as it stands beside the secret".into(),
        }
    }
}

/// What a canonicaliser writes into.
pub trait Sink {
    /// Starts a field; what is written until [`Sink::end`] is its value.
    fn begin(&mut self, _key: impl FnOnce() -> FieldKey, _rule: Rule) {}

    /// Ends the field.
    fn end(&mut self) {}

    /// Something done to the whole of the current field, whatever its bytes (sorting, say).
    fn step(&mut self, _step: impl FnOnce() -> Step) {}

    /// Writes bytes that stand in the input as they are.
    fn copy(&mut self, bytes: &[u8], from: Span);

    /// Writes bytes that came from `from` by `step`. `bytes` may be empty: something was dropped.
    fn replace(&mut self, bytes: &[u8], from: Span, step: Step);

    /// Writes bytes that the scheme itself supplies.
    fn literal(&mut self, bytes: &[u8]);
}

impl Sink for Vec<u8> {
    fn copy(&mut self, bytes: &[u8], _from: Span) {
        self.extend_from_slice(bytes);
    }

    fn replace(&mut self, bytes: &[u8], _from: Span, _step: Step) {
        self.extend_from_slice(bytes);
    }

    fn literal(&mut self, bytes: &[u8]) {
        self.extend_from_slice(bytes);
    }
}

impl Sink for Sha256 {
    fn copy(&mut self, bytes: &[u8], _from: Span) {
        self.update(bytes);
    }

    fn replace(&mut self, bytes: &[u8], _from: Span, _step: Step) {
        self.update(bytes);
    }

    fn literal(&mut self, bytes: &[u8]) {
        self.update(bytes);
    }
}

/// Runs with a history of their own in one text. A run takes about a hundred times the memory of a byte,
/// and a text where every other byte is escaped has half as many runs as bytes. A field beyond this many
/// is told as a whole: all its bytes, all they came from, all that was done to any of them.
const RUNS: usize = 16_384;

/// Keeps the bytes, the fields, and the origin and history of every byte.
#[derive(Clone, Debug, Default)]
pub struct Tracked {
    bytes: Vec<u8>,
    fields: Vec<Field>,
    open: Option<(Field, Vec<Step>)>,
    /// Runs in the fields that are done.
    runs: usize,
}

impl Tracked {
    /// Nothing written yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Bytes written so far.
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether nothing was written yet.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// The text and its fields.
    pub fn finish(mut self) -> (Vec<u8>, Vec<Field>) {
        self.end();
        (self.bytes, self.fields)
    }

    fn write(&mut self, bytes: &[u8], from: Option<Span>, step: Option<Step>) {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(bytes);
        let Some((field, _)) = &mut self.open else {
            return;
        };
        let steps: Vec<Step> = step.into_iter().collect();
        // A run that goes on where the last one stopped, with the same history, is one run.
        if let Some(last) = field.runs.last_mut()
            && last.steps == steps
            && last.out.end == start
        {
            match (last.from, from) {
                (None, None) => {
                    last.out.end = self.bytes.len();
                    return;
                }
                (Some(a), Some(b)) if a.doc == b.doc && a.end == b.start => {
                    last.from = a.cover(b);
                    last.out.end = self.bytes.len();
                    return;
                }
                _ => {}
            }
        }
        field.runs.push(Run {
            out: start..self.bytes.len(),
            from,
            steps,
        });
        if self.runs + field.runs.len() > RUNS {
            merge(&mut field.runs);
        }
    }
}

/// Makes all runs one: it tells of them together what each told of its part.
fn merge(runs: &mut Vec<Run>) {
    let mut rest = runs.drain(..);
    let Some(mut whole) = rest.next() else { return };
    for run in rest {
        whole.out.end = run.out.end;
        whole.from = match (whole.from, run.from) {
            (Some(a), Some(b)) => a.cover(b).or(Some(a)),
            (a, b) => a.or(b),
        };
        for step in run.steps {
            if !whole.steps.contains(&step) {
                whole.steps.push(step);
            }
        }
    }
    runs.push(whole);
}

impl Sink for Tracked {
    fn begin(&mut self, key: impl FnOnce() -> FieldKey, rule: Rule) {
        self.end();
        let at = self.bytes.len();
        self.open = Some((
            Field {
                key: key(),
                range: at..at,
                runs: Vec::new(),
                rule,
            },
            Vec::new(),
        ));
    }

    fn end(&mut self) {
        let Some((mut field, steps)) = self.open.take() else {
            return;
        };
        field.range.end = self.bytes.len();
        for run in &mut field.runs {
            run.steps.extend(steps.iter().cloned());
        }
        if field.runs.is_empty() && !steps.is_empty() {
            field.runs.push(Run {
                out: field.range.clone(),
                from: None,
                steps,
            });
        }
        self.runs += field.runs.len();
        self.fields.push(field);
    }

    fn step(&mut self, step: impl FnOnce() -> Step) {
        if let Some((_, steps)) = &mut self.open {
            steps.push(step());
        }
    }

    fn copy(&mut self, bytes: &[u8], from: Span) {
        self.write(bytes, Some(from), None);
    }

    fn replace(&mut self, bytes: &[u8], from: Span, step: Step) {
        self.write(bytes, Some(from), Some(step));
    }

    fn literal(&mut self, bytes: &[u8]) {
        self.write(bytes, None, None);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::document::{DocId, Documents, Source};
    use crate::engine::scheme::FieldKind;

    const RULE: Rule = Rule {
        text: "",
        reference: "",
    };

    fn canonical(sink: &mut impl Sink, doc: DocId) {
        sink.literal(b"host:");
        sink.begin(|| FieldKey::named(FieldKind::HEADER, "host", 0), RULE);
        sink.replace(b"", Span::new(doc, 5, 6), Step::Trimmed);
        sink.replace(b"e", Span::new(doc, 6, 7), Step::LowerCased);
        sink.replace(b"x", Span::new(doc, 7, 8), Step::LowerCased);
        sink.step(|| Step::Sorted { from: 2, to: 1 });
        sink.end();
        sink.literal(b"\n");
    }

    #[test]
    fn a_field_of_too_many_runs_is_told_as_a_whole_and_keeps_its_bytes() {
        let text = "a!".repeat(RUNS);
        let mut docs = Documents::new();
        let doc = docs.give("t", Source::File, text.clone().into());
        let mut sink = Tracked::new();
        sink.begin(|| FieldKey::of(FieldKind::PATH), RULE);
        for at in (0..text.len()).step_by(2) {
            sink.copy(b"a", Span::new(doc, at, at + 1));
            sink.replace(b"%21", Span::new(doc, at + 1, at + 2), Step::PercentEncoded);
        }
        sink.end();
        let (bytes, fields) = sink.finish();
        assert_eq!(bytes, text.replace('!', "%21").as_bytes());
        let runs = &fields[0].runs;
        assert!(runs.len() <= RUNS, "{}", runs.len());
        assert_eq!(runs[0].out.start, 0);
        assert!(
            runs.windows(2)
                .all(|two| two[0].out.end == two[1].out.start)
        );
        assert_eq!(runs[runs.len() - 1].out.end, bytes.len());
        assert_eq!(runs[0].from.unwrap().start, 0);
        assert!(runs[0].steps.contains(&Step::PercentEncoded));
    }

    #[test]
    fn every_sink_holds_the_same_bytes_and_the_runs_tile_the_field() {
        let mut docs = Documents::new();
        let doc = docs.give("t", Source::File, bytes::Bytes::from_static(b"Host: EX "));
        let (mut tracked, mut plain, mut hash) = (Tracked::new(), Vec::new(), Sha256::new());
        canonical(&mut tracked, doc);
        canonical(&mut plain, doc);
        canonical(&mut hash, doc);
        let (bytes, fields) = tracked.finish();
        assert_eq!(bytes, plain);
        assert_eq!(hash.finalize(), Sha256::digest(&plain));
        assert_eq!(fields.len(), 1);
        assert_eq!(&bytes[fields[0].range.clone()], b"ex");
        let runs = &fields[0].runs;
        assert_eq!(runs.len(), 2, "{runs:?}");
        assert_eq!(runs[1].out, 5..7);
        assert_eq!(runs[1].from, Some(Span::new(doc, 6, 8)));
        assert_eq!(
            runs[1].steps,
            [Step::LowerCased, Step::Sorted { from: 2, to: 1 }]
        );
    }
}
