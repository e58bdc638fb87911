//! The verdict over a play: by the simulator's own record of assignments and calls, and by the facts as they were committed;
//! our tables are asked only whether work was left in them.

mod alive;
mod bound;
mod covered;
mod cut_short;
mod drift;
mod evidence;
mod foreign;
mod intended;
mod once;
mod outliving;
mod paused;
mod places;
mod read_back;
mod sessions;
mod settled;

use std::collections::BTreeMap;

use domain::fact::Evidence;
use domain::grant::EndReason;
use domain::{Fact, GrantId, Tuple, UserId};
use jiff::Timestamp;
use simulator::Interval;

use crate::house::{House, UNKNOWN};
use crate::plan::Plan;
use crate::process::Kind;
use crate::record::Told;
use crate::stage::Stage;

/// What a play came to.
#[derive(Debug)]
pub struct Verdict {
    pub seed: u64,
    /// Of everything that happened: equal for equal plays.
    pub hash: u64,
    pub turns: usize,
    pub lines: Vec<String>,
    /// What must never happen, and did.
    pub broken: Vec<String>,
    /// How much was played.
    pub grants: usize,
    pub calls: usize,
    pub troubles: usize,
}

/// A grant's life, by its committed facts.
#[derive(Debug, Clone)]
pub struct Life {
    pub grant: GrantId,
    pub tuple: Tuple,
    pub started: Timestamp,
    pub active: Option<Timestamp>,
    pub deadline: Timestamp,
    pub revoking: Option<Timestamp>,
    /// Why it ended, where anything was taken away.
    pub reason: Option<EndReason>,
    pub ended: Option<(Timestamp, Evidence)>,
}

impl Life {
    /// When it was told that it shall be over, or its deadline came.
    pub fn over(&self) -> Timestamp {
        self.told_over().map_or(self.deadline, |told| told.min(self.deadline))
    }

    /// When it was told that it shall be over.
    pub fn told_over(&self) -> Option<Timestamp> {
        self.revoking.or(self.ended.as_ref().map(|(at, _)| *at))
    }
}

/// Everything that a verdict goes by.
pub struct Case<'a> {
    pub plan: &'a Plan,
    pub told: &'a [Told],
    pub lives: BTreeMap<GrantId, Life>,
    pub intervals: Vec<Span>,
    pub calls: Vec<simulator::Call>,
    /// What our role made and no grant is about.
    pub unknown: Vec<Span>,
    /// Creations and deletions as they really went, those of ours alone.
    pub operations: Vec<simulator::Operation>,
    /// Who left, and when.
    pub left: Vec<(Timestamp, UserId)>,
    /// Schedules that are there in the end.
    pub schedules: usize,
    /// When the play was over.
    pub end: Timestamp,
    troubles: Vec<(Timestamp, Timestamp)>,
    /// The same, with whose process it was.
    of_process: Vec<(Kind, Timestamp, Timestamp)>,
}

/// A stretch of time in which an assignment truly existed.
#[derive(Debug, Clone)]
pub struct Span {
    pub tuple: Tuple,
    pub from: Timestamp,
    pub until: Option<Timestamp>,
    pub is_ours: bool,
    pub removed_by_us: bool,
}

impl Span {
    fn of(interval: &Interval) -> Option<Self> {
        let at = |millis: simulator::Millis| Timestamp::from_millisecond(millis.0).ok();
        let tuple = &interval.tuple;
        Some(Self {
            tuple: Tuple {
                principal: domain::UserId::parse(tuple.principal_id.clone()).ok()?,
                account: domain::AccountId::parse(tuple.account_id.clone()).ok()?,
                permission_set: domain::PermissionSetArn::parse(tuple.permission_set_arn.clone()).ok()?,
            },
            from: at(interval.from)?,
            until: match interval.until {
                Some(until) => Some(at(until)?),
                None => None,
            },
            is_ours: interval.created_by.starts_with("arn:"),
            removed_by_us: interval.removed_by.as_ref().is_some_and(|by| by.starts_with("arn:")),
        })
    }

    pub fn covers(&self, at: Timestamp) -> bool {
        self.from <= at && self.until.is_none_or(|until| at < until)
    }
}

fn lives(told: &[Told]) -> BTreeMap<GrantId, Life> {
    let mut lives: BTreeMap<GrantId, Life> = BTreeMap::new();
    for Told { at, occurred } in told {
        match &occurred.fact {
            Fact::GrantStarted { grant, tuple, deadline_at, .. } => {
                let life = Life {
                    grant: *grant,
                    tuple: tuple.clone(),
                    started: *at,
                    active: None,
                    deadline: *deadline_at,
                    revoking: None,
                    reason: None,
                    ended: None,
                };
                lives.insert(*grant, life);
            }
            Fact::GrantActivated { grant, deadline_at, .. } => {
                if let Some(life) = lives.get_mut(grant) {
                    life.active = Some(*at);
                    life.deadline = *deadline_at;
                }
            }
            Fact::GrantExtended { grant, deadline_at, .. } => {
                if let Some(life) = lives.get_mut(grant) {
                    life.deadline = *deadline_at;
                }
            }
            Fact::GrantRevoking { grant, reason, .. } => {
                if let Some(life) = lives.get_mut(grant) {
                    life.revoking = Some(*at);
                    life.reason = Some(*reason);
                }
            }
            Fact::GrantEnded { grant, evidence, .. } => {
                if let Some(life) = lives.get_mut(grant) {
                    life.ended = Some((*at, evidence.clone()));
                }
            }
            _ => {}
        }
    }
    lives
}

/// When it was called.
fn at(call: &simulator::Call) -> Timestamp {
    Timestamp::from_millisecond(call.at.0).unwrap_or(Timestamp::MIN)
}

/// AWS's log and record count milliseconds.
fn floor(at: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at)
}

/// Judges a play that is over.
pub async fn judge(house: &House, plan: &Plan, stage: &Stage) -> Verdict {
    let (record, (unknown, intervals), calls, operations, schedules, end) = {
        let mut state = stage.state();
        let calls: Vec<simulator::Call> = state.organization.calls().cloned().collect();
        let (unknown, intervals): (Vec<Span>, Vec<Span>) = state
            .organization
            .intervals()
            .iter()
            .filter_map(Span::of)
            .filter(|span| house.tuples.contains(&span.tuple))
            .partition(|span| span.tuple == house.tuples[UNKNOWN]);
        let schedules = state.organization.schedules();
        // What AWS calls by itself, when a schedule fires, needs none of our places.
        let role = format!(":assumed-role/{}/", crate::play::BACKSTOP_ROLE);
        let ours = |one: &&simulator::Operation| !one.caller.contains(&role);
        let operations: Vec<simulator::Operation> = state.organization.operations().filter(ours).cloned().collect();
        (std::mem::take(&mut state.record), (unknown, intervals), calls, operations, schedules, state.now)
    };
    let hash = record.hash();
    let lives = lives(&record.told);
    let (troubles, of_process) = (record.troubles.clone(), record.of_process.clone());
    let (told, left) = (&record.told, record.left.clone());
    let case =
        Case { plan, told, lives, intervals, unknown, calls, operations, left, schedules, end, troubles, of_process };
    let mut broken = record.broken.clone();
    broken.extend(outliving::check(&case));
    broken.extend(intended::check(&case));
    broken.extend(foreign::check(&case));
    broken.extend(alive::check(&case));
    broken.extend(evidence::check(&case));
    broken.extend(read_back::check(&case));
    broken.extend(once::check(&case));
    broken.extend(paused::check(&case));
    broken.extend(cut_short::check(&case));
    broken.extend(places::check(&case));
    broken.extend(covered::check(&case));
    broken.extend(drift::check(&case));
    broken.extend(sessions::check(&case, &stage.state().organization));
    broken.extend(settled::check(&case, house).await);
    let (grants, calls, troubles) = (case.lives.len(), case.calls.len(), case.troubles.len());
    Verdict { seed: plan.seed, hash, turns: 0, lines: record.lines, broken, grants, calls, troubles }
}
