//! What signers do against the rules, tried: where no reading by the rules gives the received signature, each departure
//! that can show in the request, and each two of them at once.
//!
//! Owns which are tried together and how large a request may be for it. What gives the signature is proved by it; what
//! departs is said in `departures`.

use super::hints::departures;
use super::kernel::SigV4Kernel;
use super::quirks::Quirks;
use super::reading::Reading;
use super::received::Target;
use crate::engine::intake::{Body, SignedRequest};
use crate::engine::scheme::kernel::{KeyEdit, first_hit, prepared};
use crate::engine::scheme::{Claim, Settings, Taken, View};

/// The largest body that is hashed once more for each of them, in bytes.
const LARGEST: u64 = 1 << 20;

/// The digits of a signature.
const DIGITS: usize = 64;

/// The options that say what is true, and not how something is read.
const STATEMENTS: [&str; 4] = ["service", "region", "method", "url-scheme"];

/// Whether they are tried for this request.
pub(super) fn are_made(view: &View<'_>, reading: &Reading, request: &SignedRequest) -> bool {
    // Of a signature that is not here whole, or of nobody's, none is tried.
    let received = Target::of(&view.case.docs, reading.signature.as_ref());
    let named = reading
        .credential
        .as_ref()
        .is_some_and(|credential| credential.key_id.is_some());
    if !named || !matches!(received, Target::Exact(digits) if digits.len() == DIGITS) {
        return false;
    }
    let small = match &request.body {
        Body::Held { span, .. } => span.len() as u64 <= LARGEST,
        // Its hash is known.
        Body::Absent | Body::Streamed(_) => true,
    };
    // Around a reading that a person chose nothing is searched.
    let mut chosen = view.settings.iter();
    let stated = chosen.all(|(option, _)| STATEMENTS.contains(&option));
    small && stated && !view.case.holds_unknown(request)
}

/// The departures that give the received signature together, each alone before two at once; and the settings of `view`
/// with them.
pub(super) fn reproducing(
    view: &View<'_>,
    claim: &Claim,
    reading: &Reading,
    request: &SignedRequest,
) -> Option<(Settings, Vec<Taken>)> {
    if !are_made(view, reading, request) {
        return None;
    }
    let docs = &view.case.docs;
    let Target::Exact(target) = Target::of(docs, claim.received.as_ref()) else {
        return None;
    };
    let key_id = reading.credential.as_ref()?.key_id.as_ref()?.string();
    let keys: Vec<Vec<KeyEdit>> = view
        .keyring
        .for_key_id(Some(&key_id))
        .map(|(place, _)| vec![KeyEdit::Candidate(place)])
        .collect();
    let all = departures(view, reading, request);
    let alone = all.iter().map(|one| vec![*one]);
    let two = all.iter().enumerate().flat_map(|(at, one)| {
        let others = all
            .iter()
            .skip(at + 1)
            .filter(|(option, _)| *option != one.0);
        others.map(|other| vec![*one, *other])
    });
    for tried in alone.chain(two) {
        let mut settings = view.settings.clone();
        for (option, value) in &tried {
            settings.set(*option, Some((*value).to_owned()));
        }
        let quirks = Quirks::resolve(&settings, &reading.service());
        let kernel = SigV4Kernel::of(view, reading, request, &quirks);
        let messages = prepared(&kernel, &kernel.messages());
        if first_hit(&kernel, &messages, &keys, &target).0.is_some() {
            let taken = tried
                .into_iter()
                .map(|(option, value)| Taken {
                    option,
                    value,
                    note: "the signer departed from the rules",
                })
                .collect();
            return Some((settings, taken));
        }
    }
    None
}
