//! Compares two observations. A difference is either in the table, with both values as they are today, or it is a failure; and so
//! is a row of the table that no longer tells what is seen.

use std::collections::BTreeSet;

use crate::observation::Observation;

/// What a fact is said to be where the side has no such fact.
pub const ABSENT: &str = "absent";

/// Who does what AWS's documentation says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Follows {
    Simulator,
    Moto,
    /// The documentation allows both.
    Both,
}

/// Differences in one case that have one reason.
#[derive(Clone, Copy, Debug)]
pub struct Group {
    pub case: &'static str,
    pub follows: Follows,
    /// One sentence with the source.
    pub why: &'static str,
    /// The fact, what the simulator says, what moto says.
    pub rows: &'static [(&'static str, &'static str, &'static str)],
}

impl Group {
    /// Its differences one by one.
    pub fn differences(&self) -> impl Iterator<Item = Difference> {
        let Self { case, follows, why, rows } = *self;
        rows.iter().map(move |&(fact, simulator, moto)| Difference { case, fact, simulator, moto, follows, why })
    }
}

/// A difference that is known.
#[derive(Clone, Copy, Debug)]
pub struct Difference {
    pub case: &'static str,
    pub fact: &'static str,
    pub simulator: &'static str,
    pub moto: &'static str,
    pub follows: Follows,
    pub why: &'static str,
}

/// What the comparison found.
#[derive(Debug, Default)]
pub struct Verdict {
    /// Facts that were held against each other.
    pub compared: usize,
    /// Differences that the table does not have.
    pub unlisted: Vec<String>,
    /// Rows of the table that are not seen any more, or not as they say.
    pub stale: Vec<String>,
}

/// Holds both sides against each other and against the table.
pub fn compare(simulator: &Observation, moto: &Observation, listed: &[Difference]) -> Verdict {
    let mut verdict = Verdict::default();
    let mut used = BTreeSet::new();
    let only_moto = moto.facts().iter().filter(|fact| simulator.value(&fact.case, &fact.name).is_none());
    for fact in simulator.facts().iter().chain(only_moto) {
        verdict.compared += 1;
        let ours = simulator.value(&fact.case, &fact.name).unwrap_or(ABSENT);
        let theirs = moto.value(&fact.case, &fact.name).unwrap_or(ABSENT);
        if ours == theirs {
            continue;
        }
        if implied(simulator, moto, &fact.case, &fact.name) {
            verdict.compared -= 1;
            continue;
        }
        let row = listed.iter().position(|row| row.case == fact.case && row.fact == fact.name);
        let as_listed =
            |index: &usize| listed.get(*index).is_some_and(|row| row.simulator == ours && row.moto == theirs);
        match row.filter(as_listed) {
            Some(index) => {
                used.insert(index);
            }
            None => verdict
                .unlisted
                .push(format!("{} / {}\n    simulator: {ours}\n    moto:      {theirs}", fact.case, fact.name)),
        }
    }
    let unused = listed.iter().enumerate().filter(|(index, _)| !used.contains(index));
    verdict.stale = unused
        .map(|(_, row)| {
            format!("{} / {}\n    simulator: {}\n    moto:      {}", row.case, row.fact, row.simulator, row.moto)
        })
        .collect();
    verdict
}

/// Whether only one side has this fact since the call that it is about ended differently: that is the difference, and is judged.
/// Such a fact is named `call: what`, the call's own `call`.
fn implied(simulator: &Observation, moto: &Observation, case: &str, name: &str) -> bool {
    if simulator.value(case, name).is_some() && moto.value(case, name).is_some() {
        return false;
    }
    name.match_indices(": ").filter_map(|(at, _)| name.get(..at)).any(|call| {
        let (ours, theirs) = (simulator.value(case, call), moto.value(case, call));
        ours.is_some() && theirs.is_some() && ours != theirs
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(value: &str) -> Observation {
        let mut seen = Observation::default();
        seen.add("case", "same", "1");
        seen.add("case", "fact", value);
        seen
    }

    const ROW: Difference =
        Difference { case: "case", fact: "fact", simulator: "a", moto: "b", follows: Follows::Both, why: "because" };

    #[test]
    fn equal_sides_need_no_table() {
        let verdict = compare(&seen("a"), &seen("a"), &[]);
        assert_eq!((verdict.compared, verdict.unlisted.len(), verdict.stale.len()), (2, 0, 0));
    }

    #[test]
    fn an_unlisted_difference_is_found() {
        let verdict = compare(&seen("a"), &seen("b"), &[]);
        assert_eq!((verdict.unlisted.len(), verdict.stale.len()), (1, 0));
    }

    #[test]
    fn a_listed_difference_is_accepted_as_it_is_listed_only() {
        let verdict = compare(&seen("a"), &seen("b"), &[ROW]);
        assert_eq!((verdict.unlisted.len(), verdict.stale.len()), (0, 0));
        let verdict = compare(&seen("a"), &seen("c"), &[ROW]);
        assert_eq!((verdict.unlisted.len(), verdict.stale.len()), (1, 1));
    }

    #[test]
    fn a_listed_difference_that_has_gone_is_found() {
        let verdict = compare(&seen("a"), &seen("a"), &[ROW]);
        assert_eq!((verdict.unlisted.len(), verdict.stale.len()), (0, 1));
    }

    #[test]
    fn a_row_that_stands_twice_is_found() {
        assert_eq!(compare(&seen("a"), &seen("b"), &[ROW, ROW]).stale.len(), 1);
    }

    #[test]
    fn a_fact_that_one_side_does_not_have_is_a_difference() {
        let mut more = seen("a");
        more.add("case", "further", "x");
        assert_eq!(compare(&more, &seen("a"), &[]).unlisted.len(), 1);
        assert_eq!(compare(&seen("a"), &more, &[]).unlisted.len(), 1);
    }

    #[test]
    fn what_only_an_answered_call_can_tell_is_part_of_the_calls_difference() {
        let (mut answered, mut refused) = (Observation::default(), Observation::default());
        answered.add("case", "ask", "ok");
        answered.add("case", "ask: status", "new");
        refused.add("case", "ask", "denied");
        let verdict = compare(&answered, &refused, &[]);
        assert_eq!((verdict.compared, verdict.unlisted.len()), (1, 1));
        refused.add("case", "ask: status", "old");
        assert_eq!(compare(&answered, &refused, &[]).unlisted.len(), 2, "both have it, so it counts");
        let other = seen("a");
        assert_eq!(
            compare(&answered, &other, &[]).unlisted.len(),
            4,
            "a call that one side never made excuses nothing"
        );
    }
}
