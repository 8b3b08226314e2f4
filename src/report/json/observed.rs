//! One request seen in several places, and the choices of a person, as scripts see them.

use serde_json::{Value, json};

use super::{Object, Writer};
use crate::engine::diagnose::{Hop, Observations};
use crate::engine::intake::{Part, Piece};
use crate::engine::scheme::Outcome;

impl Writer<'_> {
    /// `observations`: null where the request was seen once.
    pub(super) fn observations(&self) -> Value {
        let seen = &self.report.work.analysis.diagnosis.observations;
        seen.as_ref().map_or(Value::Null, |seen| self.seen(seen))
    }

    fn seen(&self, seen: &Observations) -> Value {
        let requests: Vec<Value> = seen
            .seen
            .iter()
            .map(|place| {
                json!({
                    "request": place.request + 1,
                    "fits": match place.outcome {
                        Outcome::Equal | Outcome::Verified => Some(true),
                        Outcome::Differs { .. } | Outcome::Failed => Some(false),
                        Outcome::NotCheckable(_) => None,
                    },
                    "client_strings": place.strings_of[0].map(|at| at + 1),
                    "server_strings": place.strings_of[1].map(|at| at + 1),
                })
            })
            .collect();
        let numbers: Vec<usize> = seen.seen.iter().map(|place| place.request + 1).collect();
        let hops: Vec<Value> = seen
            .hops
            .iter()
            .zip(numbers.iter().zip(numbers.iter().skip(1)))
            .map(|(hop, (from, to))| self.hop(hop, [*from, *to]))
            .collect();
        json!({
            "by": seen.by.id(),
            "requests": requests,
            "hops": hops,
            "stops": seen.stops,
            "more": seen.more,
        })
    }

    fn hop(&self, hop: &Hop, [from, to]: [usize; 2]) -> Value {
        let changed = hop.is_compared.then(|| {
            let rows = hop.changed().map(|row| {
                let mut object = Object::new();
                object.insert("field".into(), json!(row.key.kind.0));
                let name = row.key.name.as_ref().map(String::as_bytes);
                self.text(&mut object, "name", name);
                let values = row.values.each_ref().map(|value| value.as_deref());
                self.texts(&mut object, "values", Some(&values));
                Value::Object(object)
            });
            rows.collect::<Vec<_>>()
        });
        json!({"from": from, "to": to, "changed": changed})
    }

    /// `nearest`: the shapes that can be forced where nothing was recognised.
    pub(super) fn nearest(&self) -> Vec<Value> {
        let offers = self.report.work.offers();
        offers
            .iter()
            .map(|offer| {
                json!({
                    "as": offer.read_as.id(),
                    "why": offer.why,
                    "missing": match offer.missing {
                        "" => None,
                        missing => Some(missing),
                    },
                })
            })
            .collect()
    }

    /// The number of a part among its kind, as the command line takes it; the request that evidence belongs to; and
    /// whether a person said so, or said whose it is.
    pub(super) fn belonging(&self, piece: &Piece) -> [Value; 3] {
        let case = &self.report.work.case;
        match piece.part {
            Part::Request(at) | Part::Secret(at) => [json!(at + 1), Value::Null, json!(false)],
            Part::Evidence(at) => {
                let looked_at = self.report.work.analysis.request;
                let request = case.requests_of(at).and_then(|(requests, _)| {
                    let own = requests.iter().find(|request| looked_at == Some(**request));
                    own.or(requests.first()).copied()
                });
                let chosen = case.is_side_chosen(at) || case.chosen_pair(at).is_some();
                [
                    json!(at + 1),
                    json!(request.map(|request| request + 1)),
                    json!(chosen),
                ]
            }
        }
    }
}
