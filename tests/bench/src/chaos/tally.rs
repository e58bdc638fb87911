//! What a scenario came to.

use std::collections::HashMap;

use jiff::Timestamp;

use super::fault::Scenario;
use super::outage::{Outage, during};
use crate::figures::{Figures, number, round};
use crate::kill::{Kill, Verdict};
use crate::lives::Life;
use crate::oracle::{Call, Interval, Oracle, Tuple};

/// Counts of one scenario, or of all.
#[derive(Debug, Default)]
pub struct Tally {
    pub lives: usize,
    pub went_wrong: usize,
    pub ended_right: usize,
    pub outlived: usize,
    /// How late the latest of those was.
    pub outlived_max_s: Option<f64>,
    pub unapproved: usize,
    pub lost_facts: usize,
    pub duplicate_effects: usize,
    pub complaints: usize,
    /// From the deadline to the real end, of the latest.
    late_max_s: Option<f64>,
    outage: Outage,
}

impl Tally {
    pub async fn of(
        lives: usize,
        wrong: &[String],
        verdict: &Verdict,
        lived: &[Life],
        faults: &[Kill],
        oracle: &Oracle,
    ) -> anyhow::Result<Self> {
        let intervals = oracle.assignments().await?;
        let creations = oracle.calls("CreateAccountAssignment", Timestamp::UNIX_EPOCH).await?;
        let deletions = oracle.calls("DeleteAccountAssignment", Timestamp::UNIX_EPOCH).await?;
        Ok(Self {
            lives,
            went_wrong: wrong.len(),
            ended_right: verdict.ended_right,
            outlived: verdict.outlived,
            outlived_max_s: Some(verdict.outlived_by.unwrap_or_default()),
            unapproved: verdict.unapproved,
            lost_facts: verdict.lost_facts,
            duplicate_effects: duplicates(&intervals, &creations, &deletions),
            complaints: verdict.complaints.len(),
            late_max_s: verdict.latest,
            outage: during(lived, faults, &intervals),
        })
    }

    pub fn add(&mut self, other: &Self) {
        let latest = |a: Option<f64>, b: Option<f64>| a.into_iter().chain(b).reduce(f64::max);
        self.lives += other.lives;
        self.went_wrong += other.went_wrong;
        self.ended_right += other.ended_right;
        self.outlived += other.outlived;
        self.outlived_max_s = latest(self.outlived_max_s, other.outlived_max_s);
        self.unapproved += other.unapproved;
        self.lost_facts += other.lost_facts;
        self.duplicate_effects += other.duplicate_effects;
        self.complaints += other.complaints;
    }

    pub const fn is_clean(&self) -> bool {
        self.ended_right == self.lives && self.complaints == 0 && self.duplicate_effects == 0
    }

    pub fn note(&self, scenario: Scenario, figures: &mut Figures) {
        let name = scenario.name();
        let mut row = |key: &str, value: Option<f64>| figures.add(format!("{name}_{key}"), value, "", None);
        row("lives", Some(number(self.lives)));
        row("ended_right", Some(number(self.ended_right)));
        row("went_wrong", Some(number(self.went_wrong)));
        row("outlived", Some(number(self.outlived)));
        row("lost_facts", Some(number(self.lost_facts)));
        row("duplicate_effects", Some(number(self.duplicate_effects)));
        row("late_max_s", self.late_max_s.map(round));
        row("due_during_fault", Some(number(self.outage.due)));
        row("removed_during_fault", Some(number(self.outage.removed)));
        row("late_during_fault_max_s", self.outage.late_max_s.map(round));
    }
}

/// Writes that AWS accepted although the same had been done already: more creations than stretches that began, more
/// deletions than stretches that ended.
fn duplicates(intervals: &[Interval], creations: &[Call], deletions: &[Call]) -> usize {
    let count = |calls: &[Call]| {
        let mut accepted: HashMap<Tuple, usize> = HashMap::new();
        for call in calls.iter().filter(|call| call.outcome == "ok") {
            *accepted.entry(call.tuple.clone()).or_default() += 1;
        }
        accepted
    };
    let surplus = |accepted: HashMap<Tuple, usize>, is_one: &dyn Fn(&Interval) -> bool| -> usize {
        let of = |tuple: &Tuple| intervals.iter().filter(|i| i.tuple == *tuple && is_one(i)).count();
        accepted.iter().map(|(tuple, calls)| calls.saturating_sub(of(tuple))).sum()
    };
    surplus(count(creations), &|_| true) + surplus(count(deletions), &|interval| interval.until.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_accepted_write_without_its_own_stretch_is_a_duplicate() {
        let at = |second: i64| Timestamp::from_second(1_772_442_000 + second).unwrap();
        let tuple = || Tuple { principal: "p".to_owned(), account: "a".to_owned(), permission_set: "s".to_owned() };
        let calls = |outcomes: &[&str]| -> Vec<Call> {
            outcomes.iter().map(|o| Call { at: at(0), outcome: (*o).to_owned(), tuple: tuple() }).collect()
        };
        let ended = [Interval { tuple: tuple(), from: at(1), until: Some(at(2)) }];
        let lasting = [Interval { tuple: tuple(), from: at(1), until: None }];
        for (intervals, creations, deletions, expected) in [
            (&ended, vec!["ok"], vec!["ok"], 0),
            (&ended, vec!["ThrottlingException", "ok"], vec!["ok", "ResourceNotFoundException"], 0),
            (&ended, vec!["ok", "ok"], vec!["ok"], 1),
            (&ended, vec!["ok"], vec!["ok", "ok", "ok"], 2),
            (&lasting, vec!["ok"], vec!["ok"], 1),
        ] {
            assert_eq!(duplicates(intervals, &calls(&creations), &calls(&deletions)), expected);
        }
    }
}
