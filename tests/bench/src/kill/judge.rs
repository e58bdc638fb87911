//! Whether every life ended right, by what was really assigned and what was really told.

use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

use super::killer::Kill;
use crate::lives::{Life, Post};
use crate::oracle::{Interval, Oracle, Tuple};
use crate::people::People;
use crate::system::System;

/// How long after its end, or after the fault's end, an access may last: what a lease takes to be found again.
const ALLOWANCE: SignedDuration = SignedDuration::from_secs(10);
/// How long the last facts may take to be told.
const DRAIN: Duration = Duration::from_secs(60);
/// Steps between two conclusions: they stand in the trail and are told to nobody.
const NOT_TOLD: [&str; 6] = [
    "approval.voted.v1",
    "grant.started.v1",
    "assignment.changed.v1",
    "backstop.changed.v1",
    "drift.resolved.v1",
    "receipt.made.v1",
];
/// The processes that an access needs in order to end.
const ENDING: [&str; 2] = ["grant", "revocation"];

/// What was found.
#[derive(Debug, Default)]
pub struct Verdict {
    pub ended_right: usize,
    pub outlived: usize,
    /// Seconds over its due end, or over the fault's, of the one that outlived it longest.
    pub outlived_by: Option<f64>,
    pub unapproved: usize,
    pub lost_facts: usize,
    pub facts: usize,
    pub repetitions: u64,
    /// Seconds from the due end to the real one, of the latest.
    pub latest: Option<f64>,
    pub complaints: Vec<String>,
}

impl Verdict {
    /// Waits until all is told, and judges.
    pub async fn reach(
        system: &System,
        oracle: &Oracle,
        (people, post): (&People, &Post),
        lives: &[Life],
        kills: &[Kill],
    ) -> anyhow::Result<Self> {
        let mut verdict = Self::default();
        let lost = lost_facts(system, post, &mut verdict).await?;
        verdict.lost_facts = lost.len();
        verdict.complaints.extend(lost.iter().map(|(id, name)| format!("the fact {name} {id} was told to nobody")));
        verdict.judge(lives, &people.decisions(), kills, &oracle.assignments().await?);
        let given_up = system.database.given_up().await?;
        if given_up > 0 {
            verdict.complaints.push(format!("{given_up} messages were given up or parked"));
        }
        Ok(verdict)
    }

    fn judge(&mut self, lives: &[Life], decisions: &[(Tuple, Timestamp)], kills: &[Kill], intervals: &[Interval]) {
        let mut of_tuple: HashMap<&Tuple, Vec<&Interval>> = HashMap::new();
        for interval in intervals {
            of_tuple.entry(&interval.tuple).or_default().push(interval);
        }
        let mut explained: HashSet<*const Interval> = HashSet::new();
        for life in lives {
            let theirs = of_tuple.get(&life.tuple).map(Vec::as_slice).unwrap_or_default();
            // From the approval to the end that was told; a tuple may be asked for again later.
            let theirs: Vec<&&Interval> =
                theirs.iter().filter(|i| i.from >= cut(life.decided_after) && i.from <= life.ended_at).collect();
            explained.extend(theirs.iter().map(|interval| std::ptr::from_ref(**interval)));
            if self.ended_right(life, kills, &theirs) {
                self.ended_right += 1;
            }
        }
        // A life that went wrong was approved all the same; what it holds is its own fault, and told as such.
        let ended: HashSet<&Tuple> = lives.iter().map(|life| &life.tuple).collect();
        let of_wrong = |interval: &Interval| {
            !ended.contains(&interval.tuple)
                && decisions.iter().any(|(tuple, at)| *tuple == interval.tuple && interval.from >= cut(*at))
        };
        for interval in intervals.iter().filter(|interval| !explained.contains(&std::ptr::from_ref(*interval))) {
            if of_wrong(interval) {
                continue;
            }
            self.unapproved += 1;
            self.complaints.push(format!("assigned without an approval: {interval:?}"));
        }
    }

    fn ended_right(&mut self, life: &Life, kills: &[Kill], intervals: &[&&Interval]) -> bool {
        let request = life.request;
        let Some(last) = intervals.iter().max_by_key(|interval| interval.until.unwrap_or(Timestamp::MAX)) else {
            self.complaints.push(format!("request {request}: active without ever being assigned"));
            return false;
        };
        let Some(until) = last.until else {
            self.outlived += 1;
            self.complaints.push(format!("request {request}: told as ended, and still assigned"));
            return false;
        };
        // A kill after the access was due and before it ended has put the end off.
        let faults = kills.iter().filter(|kill| ENDING.contains(&kill.process.as_str()) && kill.at <= until);
        let fault_end = faults.map(|kill| kill.ready_at).max().unwrap_or(life.end_at);
        let late = until.duration_since(life.end_at).as_secs_f64();
        self.latest = Some(self.latest.unwrap_or(late).max(late));
        if until > life.end_at.max(fault_end) + ALLOWANCE {
            self.outlived += 1;
            let by = until.duration_since(life.end_at.max(fault_end)).as_secs_f64();
            self.outlived_by = Some(self.outlived_by.unwrap_or(by).max(by));
            self.complaints.push(format!("request {request}: ended at {until}, was due at {}", life.end_at));
            return false;
        }
        let too_early = life.reason == "deadline" && until < cut(life.deadline_at);
        if too_early {
            self.complaints
                .push(format!("request {request}: cut off at {until}, before its deadline {}", life.deadline_at));
        }
        !too_early
    }
}

/// The oracle's times are cut to the millisecond.
fn cut(at: Timestamp) -> Timestamp {
    at - SignedDuration::from_millis(1)
}

async fn lost_facts(system: &System, post: &Post, verdict: &mut Verdict) -> anyhow::Result<Vec<(uuid::Uuid, String)>> {
    let began = Instant::now();
    loop {
        let facts = system.database.facts_of_lives().await?;
        let told = post.ids();
        let published: Vec<_> = facts.into_iter().filter(|(_, name)| !NOT_TOLD.contains(&name.as_str())).collect();
        verdict.facts = published.len();
        let lost: Vec<_> = published.into_iter().filter(|(id, _)| !told.contains(id)).collect();
        if lost.is_empty() || began.elapsed() > DRAIN {
            verdict.repetitions = post.arrived() - told.len() as u64;
            return Ok(lost);
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_772_442_000 + second).unwrap()
    }

    fn tuple(account: &str) -> Tuple {
        Tuple { principal: "p".to_owned(), account: account.to_owned(), permission_set: "s".to_owned() }
    }

    /// Approved at 10, active at 12, ended by the requester at 20, told as ended at 60.
    fn life() -> Life {
        Life {
            request: uuid::Uuid::from_u128(1),
            tuple: tuple("a"),
            submit: Duration::ZERO,
            approve: Duration::ZERO,
            decided_after: at(10),
            approved_at: at(10),
            activated_at: at(12),
            deadline_at: at(1_000),
            end_at: at(20),
            end: None,
            revoking_at: at(20),
            ended_at: at(60),
            told: vec![],
            reason: "ended_by_requester".to_owned(),
        }
    }

    fn judged(life: Life, kills: &[Kill], intervals: &[(&str, i64, Option<i64>)]) -> (usize, usize, usize) {
        let intervals: Vec<Interval> = intervals
            .iter()
            .map(|(account, from, until)| Interval { tuple: tuple(account), from: at(*from), until: until.map(at) })
            .collect();
        let mut verdict = Verdict::default();
        let decisions = [(tuple("c"), at(10))];
        verdict.judge(&[life], &decisions, kills, &intervals);
        (verdict.ended_right, verdict.outlived, verdict.unapproved)
    }

    #[test]
    fn the_oracle_decides_whether_a_life_ended_right() {
        let kill = |process: &str, from: i64, until: i64| {
            [Kill { process: process.to_owned(), at: at(from), ready_at: at(until) }]
        };
        let late = [("a", 11, Some(45))];
        for (what, kills, intervals, expected) in [
            ("in time", vec![], vec![("a", 11, Some(21))], (1, 0, 0)),
            ("late", vec![], late.to_vec(), (0, 1, 0)),
            ("late after a kill that put it off", kill("revocation", 19, 40).to_vec(), late.to_vec(), (1, 0, 0)),
            (
                "late, and a process died that it did not need",
                kill("portal", 19, 40).to_vec(),
                late.to_vec(),
                (0, 1, 0),
            ),
            ("late, and the kill came afterwards", kill("revocation", 46, 47).to_vec(), late.to_vec(), (0, 1, 0)),
            ("never ended", vec![], vec![("a", 11, None)], (0, 1, 0)),
            ("never assigned", vec![], vec![], (0, 0, 0)),
            ("assigned before the approval", vec![], vec![("a", 5, Some(21))], (0, 0, 1)),
            ("assigned to somebody else", vec![], vec![("a", 11, Some(21)), ("b", 11, Some(21))], (1, 0, 1)),
            (
                "assigned to a life that was approved and went wrong",
                vec![],
                vec![("a", 11, Some(21)), ("c", 11, None)],
                (1, 0, 0),
            ),
            ("assigned to one that was not approved yet", vec![], vec![("a", 11, Some(21)), ("c", 9, None)], (1, 0, 1)),
            ("assigned again after the end", vec![], vec![("a", 11, Some(21)), ("a", 61, Some(62))], (1, 0, 1)),
        ] {
            assert_eq!(judged(life(), &kills, &intervals), expected, "{what}");
        }
    }

    #[test]
    fn an_access_that_was_cut_before_its_deadline_did_not_end_right() {
        let life = Life { reason: "deadline".to_owned(), end_at: at(1_000), ended_at: at(1_002), ..life() };
        assert_eq!(judged(life.clone(), &[], &[("a", 11, Some(900))]), (0, 0, 0));
        assert_eq!(judged(life, &[], &[("a", 11, Some(1_001))]), (1, 0, 0));
    }
}
