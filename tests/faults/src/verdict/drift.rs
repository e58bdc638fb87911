//! What our own role made and the ledger knows nothing of is found and removed, unless a brake holds the repairs; what
//! others made stays, which `foreign` says.

use domain::Fact;
use jiff::{SignedDuration, Timestamp};

use super::{Case, Span};
use crate::more::COMPARED_EVERY;
use crate::process::Kind;

/// How long a comparison of everything may take, one that begins anew included.
const COMPARED: SignedDuration = SignedDuration::from_mins(12);

/// How long a piece is somebody's.
const PIECES_LEASE: SignedDuration = SignedDuration::from_mins(5);

pub fn check(case: &Case<'_>) -> Vec<String> {
    case.unknown.iter().filter_map(|span| stands(case, span)).collect()
}

fn stands(case: &Case<'_>, span: &Span) -> Option<String> {
    let at = |wanted: fn(&Fact) -> bool| {
        let told = case.told.iter().filter(move |told| told.at >= span.from && wanted(&told.occurred.fact));
        told.map(|told| told.at).min()
    };
    let braked = at(|fact| matches!(fact, Fact::DriftBraked { .. }));
    let released = at(|fact| matches!(fact, Fact::DriftBrakeReleased { .. }));
    // From when on it may be repaired, and when that is seen to at the latest.
    let (from, looked) = match (case.plan.more.brakes, braked, released) {
        (false, _, _) => (span.from, span.from + COMPARED_EVERY + COMPARED),
        (true, _, Some(released)) => (released, released + COMPARED),
        (true, _, None) => (Timestamp::MAX, Timestamp::MAX),
    };
    if span.until.is_some_and(|until| until < from && span.removed_by_us) {
        return Some(format!("removed although the brake is on since {braked:?}: {span:?}"));
    }
    if looked > case.end {
        return None;
    }
    // What a comparison has in hand when it is in trouble is compared again when its lease is over.
    let spells = case.plan.spells.iter().filter(|spell| spell.from < looked && spell.until > from).count();
    let lost = case.troubles_of(Kind::Comparer, from, case.settled_by(looked)) + spells;
    let by = case.settled_by(looked + PIECES_LEASE * i32::try_from(lost).unwrap_or(i32::MAX));
    (by < case.end && span.until.is_none_or(|until| until > by))
        .then(|| format!("made by us, known to nobody, and there after {by}: {span:?}"))
}
