//! The verdict over a play: by the simulator's own record of assignments and calls, and by the facts as they were committed;
//! our tables are asked only whether work was left in them.

mod alive;
mod evidence;
mod foreign;
mod intended;
mod outliving;
mod settled;

use std::collections::BTreeMap;

use domain::fact::Evidence;
use domain::{Fact, GrantId, Tuple};
use jiff::{SignedDuration, Timestamp};
use simulator::{FaultKind, Interval};

use crate::house::House;
use crate::plan::Plan;
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
    troubles: Vec<(Timestamp, Timestamp)>,
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

impl Case<'_> {
    /// By when something that is due at `at` must be done: as long as AWS needs for a creation under way and a deletion,
    /// and whatever was in the way meanwhile.
    pub fn settled_by(&self, at: Timestamp) -> Timestamp {
        let aws = self.plan.aws;
        let needs = 14.0 * aws.median_s + 2.0 * aws.linger_s + 2.0 * aws.lag_s;
        // A creation that nobody heard of is waited for, and what conflicts is tried again after up to eight seconds.
        let base = SignedDuration::from_millis(25_000) + SignedDuration::from_secs_f64(needs);
        let mut by = at + base;
        loop {
            let spells = self.plan.spells.iter().map(|spell| (spell.from, spell.until + after(&spell.fault)));
            let troubles = spells.chain(self.troubles.iter().copied());
            let next =
                troubles.filter(|(from, until)| *from <= by && *until + base > by).map(|(_, until)| until + base).max();
            match next {
                Some(later) => by = later,
                None => return by,
            }
        }
    }
}

/// How much longer than itself a fault may be felt: what hangs or is slow ends later, and who was refused for long waits
/// before the next try.
fn after(fault: &simulator::Fault) -> SignedDuration {
    let itself = SignedDuration::from_secs_f64(fault.seconds.unwrap_or(0.0));
    itself
        + match fault.kind {
            FaultKind::AccessDenied | FaultKind::Failed => SignedDuration::from_secs(310),
            FaultKind::Throttle => SignedDuration::from_secs(65),
            _ => SignedDuration::from_secs(15),
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
            Fact::GrantRevoking { grant, .. } => {
                if let Some(life) = lives.get_mut(grant) {
                    life.revoking = Some(*at);
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

/// Judges a play that is over.
pub async fn judge(house: &House, plan: &Plan, stage: &Stage) -> Verdict {
    let (record, intervals, calls) = {
        let mut state = stage.state();
        let calls: Vec<simulator::Call> = state.organization.calls().cloned().collect();
        let intervals: Vec<Span> = state
            .organization
            .intervals()
            .iter()
            .filter_map(Span::of)
            .filter(|span| house.tuples.contains(&span.tuple))
            .collect();
        (std::mem::take(&mut state.record), intervals, calls)
    };
    let hash = record.hash();
    let lives = lives(&record.told);
    let case = Case { plan, told: &record.told, lives, intervals, calls, troubles: record.troubles.clone() };
    let mut broken = record.broken.clone();
    broken.extend(outliving::check(&case));
    broken.extend(intended::check(&case));
    broken.extend(foreign::check(&case));
    broken.extend(alive::check(&case));
    broken.extend(evidence::check(&case));
    broken.extend(settled::check(&case, house).await);
    let (grants, calls, troubles) = (case.lives.len(), case.calls.len(), case.troubles.len());
    Verdict { seed: plan.seed, hash, turns: 0, lines: record.lines, broken, grants, calls, troubles }
}
