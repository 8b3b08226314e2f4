//! The variables that a file gives for the requests in it: of Postman's collections and folders, and of Insomnia's
//! environments.
//!
//! Owns where they stand and for which requests they hold. What refers to them is the business of `fill`.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::ops::Range;
use std::rc::Rc;

use crate::engine::document::{DocId, Document, Origin};
use crate::engine::intake::notation::{self, Language, Value};
use crate::engine::intake::reader::Reader;
use crate::engine::intake::text::Text;
use crate::engine::intake::yaml::{self, Field};

/// Values by name; none where a name has several and nothing tells which of them was used.
type Named = HashMap<Vec<u8>, Option<Vec<u8>>>;

/// Objects inside objects. Folders of a collection stand in each other.
const DEPTH: usize = 64;
/// Mappings inside an environment.
const NESTED: usize = 4;

/// A string, a number or a truth value as it is filled in.
fn scalar(text: &Text, value: &Value) -> Option<Vec<u8>> {
    match value {
        Value::Text(literal) => Some(literal.piece(text).text.bytes),
        Value::Name(range) if text.get(range.clone()) != b"null" => {
            Some(text.get(range.clone()).to_vec())
        }
        Value::Name(_) | Value::Map(_) | Value::List(_) | Value::Call(..) | Value::Sum(_) => None,
    }
}

/// The lists named `variable` of a Postman collection and its folders (Collection Format 2.1, `variable-list`).
pub(super) struct Lists {
    /// In the order in which the objects begin that have one: they stand in each other, or apart.
    all: Vec<List>,
}

struct List {
    /// The object that has it.
    holds: Range<usize>,
    /// The list of the object around that one, as a place.
    outer: Option<usize>,
    values: Named,
}

/// An object or a list that is open.
struct Open {
    at: usize,
    /// The name of the member that it is.
    member: Option<Range<usize>>,
    values: Option<Named>,
}

impl Lists {
    /// Those of a text. The list of a URL is none: it holds the parts of a path that are written `:name`.
    pub(super) fn of(text: &Text) -> Self {
        let mut all: Vec<List> = Vec::new();
        let mut open: Vec<Open> = Vec::new();
        let mut close = |closed: Open, end: usize| {
            all.extend(closed.values.map(|values| List {
                holds: closed.at..end,
                outer: None,
                values,
            }));
        };
        let mut string: Option<Range<usize>> = None;
        let mut member: Option<Range<usize>> = None;
        let mut at = 0;
        while let Some(byte) = text.at(at) {
            let mut next = at + 1;
            match byte {
                b'"' => {
                    next = string_end(text, at);
                    string = Some(at + 1..next.saturating_sub(1).max(at + 1));
                }
                b':' => member = string.take(),
                b'{' | b'[' => {
                    if open.len() >= DEPTH {
                        break;
                    }
                    let named = |range: &Option<Range<usize>>, name: &[u8]| {
                        let range = range.clone();
                        range.is_some_and(|range| text.get(range) == name)
                    };
                    if byte == b'['
                        && named(&member, b"variable")
                        && let Some(object) = open.last_mut()
                        && !named(&object.member, b"url")
                    {
                        object.values = Some(listed(text, at));
                    }
                    open.push(Open {
                        at,
                        member: member.take(),
                        values: None,
                    });
                }
                b'}' | b']' => {
                    if let Some(closed) = open.pop() {
                        close(closed, next);
                    }
                }
                b',' => (string, member) = (None, None),
                _ => {}
            }
            at = next;
        }
        while let Some(closed) = open.pop() {
            close(closed, text.len());
        }
        all.sort_by_key(|list| list.holds.start);
        let mut around: Vec<usize> = Vec::new();
        let ends: Vec<usize> = all.iter().map(|list| list.holds.end).collect();
        for (place, list) in all.iter_mut().enumerate() {
            let past = |outer: &&usize| ends.get(**outer).is_some_and(|e| *e <= list.holds.start);
            while around.last().as_ref().is_some_and(past) {
                around.pop();
            }
            list.outer = around.last().copied();
            around.push(place);
        }
        Self { all }
    }

    /// The value of `name` for a request at `at`: that of the innermost object around it which gives one.
    pub(super) fn value(&self, name: &[u8], at: usize) -> Option<Vec<u8>> {
        let behind = self.all.partition_point(|list| list.holds.start <= at);
        let mut place = behind.checked_sub(1);
        while let Some(list) = place.and_then(|place| self.all.get(place)) {
            if list.holds.contains(&at)
                && let Some(value) = list.values.get(name)
            {
                return value.clone();
            }
            place = list.outer;
        }
        None
    }
}

/// Just past the string whose quote stands at `at`. It ends with its line at the latest.
fn string_end(text: &Text, at: usize) -> usize {
    let mut at = at + 1;
    while let Some(found) = memchr::memchr3(b'"', b'\\', b'\n', text.from(at)) {
        at += found + 1;
        match text.at(at - 1) {
            Some(b'\\') => at += 1,
            _ => return at,
        }
    }
    text.len()
}

/// The values of the list at `at`. Of two of one name the last counts; what is switched off does not.
fn listed(text: &Text, at: usize) -> Named {
    let list = notation::value(text, at, Language::JavaScript);
    let items = list.as_ref().map_or(&[][..], |list| list.value.items());
    let off = |item: &Value| {
        let off = item.get(text, &["disabled"]);
        off.is_some_and(|off| off.is(text, "true"))
    };
    items
        .iter()
        .filter(|item| !off(item))
        .filter_map(|item| {
            let name = scalar(text, item.get(text, &["key", "id"])?)?;
            Some((name, Some(scalar(text, item.get(text, &["value"])?)?)))
        })
        .collect()
}

/// What Insomnia's environments give, all of them together: an export does not say which of them was in force, nor in
/// which folder a request stood.
#[derive(Default)]
pub(super) struct Environments(Named);

impl Environments {
    /// Those of a text, in JSON or in YAML.
    pub(super) fn of(text: &Text) -> Self {
        let mut all = Self::default();
        all.json(text);
        all.yaml(text);
        all
    }

    /// Those of `doc`, and of what it was unwrapped from: requests that are indented are a layer of their own.
    pub(super) fn around(reader: &mut Reader<'_>, doc: DocId) -> Vec<Rc<Self>> {
        let mut all = vec![reader.once(doc, Self::of)];
        let mut doc = doc;
        while let Some(Origin::Peeled { parent, .. }) =
            reader.case.docs.get(doc).map(Document::origin)
            && parent.doc < doc
        {
            doc = parent.doc;
            all.push(reader.once(doc, Self::of));
        }
        all
    }

    /// The value of `name`, which newer versions write `_.name`; none inside where it has several.
    pub(super) fn value(&self, name: &[u8]) -> Option<&Option<Vec<u8>>> {
        let name = name.strip_prefix(b"_.").unwrap_or(name);
        self.0.get(name)
    }

    fn add(&mut self, name: Vec<u8>, value: Option<Vec<u8>>) {
        match self.0.entry(name) {
            Entry::Vacant(entry) => {
                entry.insert(value);
            }
            Entry::Occupied(mut entry) => {
                if *entry.get() != value {
                    entry.insert(None);
                }
            }
        }
    }

    /// Resources of the export of format 4 that are environments, and folders that have one.
    fn json(&mut self, text: &Text) {
        let mut past = 0;
        for at in memchr::memmem::find_iter(text.from(0), super::RESOURCE) {
            let Some(brace) = super::resource(text, at, past, &["env_", "fld_"]) else {
                continue;
            };
            let Some(parsed) = notation::value(text, brace, Language::JavaScript) else {
                continue;
            };
            past = parsed.end;
            if let Some(data) = parsed.value.get(text, &["data", "environment"]) {
                self.members(text, data, b"", NESTED);
            }
        }
    }

    fn members(&mut self, text: &Text, value: &Value, front: &[u8], depth: usize) {
        let Value::Map(members) = value else { return };
        for (name, value) in members {
            let Some(name) = scalar(text, name) else {
                continue;
            };
            let name = [front, &name].concat();
            if matches!(value, Value::Map(_)) && depth > 0 {
                self.members(text, value, &[&name, &b"."[..]].concat(), depth - 1);
            } else {
                self.add(name, scalar(text, value));
            }
        }
    }

    /// The environments of the export of format 5, and those of its folders.
    fn yaml(&mut self, text: &Text) {
        let mut past = 0;
        for at in memchr::memmem::find_iter(text.from(0), "environment") {
            let line = text.line_start(at, past.min(at));
            let bare = text.get(line..at).iter().all(|b| *b == b' ');
            if at < past || !bare {
                continue;
            }
            let Some(field) = yaml::alone(text, at) else {
                continue;
            };
            let own = field.fields(text);
            past = field.end();
            if field.name(text) == b"environment" {
                self.fields(text, &own, b"", NESTED);
            } else if field.name(text) == b"environments" {
                let others = yaml::get(text, &own, "subEnvironments");
                let others = others.map_or_else(Vec::new, |others| others.items(text));
                for environment in others.iter().chain([&own]) {
                    if let Some(data) = yaml::get(text, environment, "data") {
                        self.fields(text, &data.fields(text), b"", NESTED);
                    }
                }
            }
        }
    }

    fn fields(&mut self, text: &Text, fields: &[Field], front: &[u8], depth: usize) {
        for field in fields {
            let name = [front, field.name(text)].concat();
            let inner = field.fields(text);
            if inner.is_empty() || depth == 0 {
                let value = field.scalar(text).filter(|_| field.is_said());
                self.add(name, value.map(|piece| piece.text.bytes));
            } else {
                self.fields(text, &inner, &[&name, &b"."[..]].concat(), depth - 1);
            }
        }
    }
}
