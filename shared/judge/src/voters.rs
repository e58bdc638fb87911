//! Who may vote about some pairs: their accounts' owners, the beneficiary's manager, who is on duty, and whom the
//! policies name. What other systems have to be asked for is gathered first, as a [`Roll`]; from then on nothing is
//! read, so that a vote can be judged while rows are locked.

mod shortage;

use std::collections::{BTreeMap, BTreeSet};

use domain::approval::{Manager, Need, OwnerScope, People, ScheduleRef, ScheduleSource, Stage, VoterFacts};
use domain::rules::{Book, owners_of};
use domain::{AccountId, GroupId, UserId};
use jiff::{SignedDuration, Timestamp};
use store::approvals::Progress;
use store::{PgConnection, StoreError, delegations, directory};

use crate::{Judge, OnDuty};

pub use shortage::Shortage;

/// What is to be decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// Who asked.
    pub requester: UserId,
    /// Who would have the access.
    pub beneficiary: UserId,
    /// Where. An owner votes only who owns all of these.
    pub accounts: Vec<AccountId>,
}

/// Whom a new approval asks, and where there are too few of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// Whom the first stages ask: `user:ID`, `group:ID`, `schedule:SOURCE:ID`, and `duty:ID` of who is on duty.
    pub asks: Vec<String>,
    /// The first reminder or escalation.
    pub attend_at: Option<Timestamp>,
    /// The stages that nobody could meet.
    pub shortages: Vec<Shortage>,
}

/// Whom an approval asks where it stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asking {
    /// Whom its current stages ask, as in [`Opening::asks`].
    pub asks: Vec<String>,
    /// The next reminder or escalation.
    pub attend_at: Option<Timestamp>,
}

/// Everything that decides who may vote about some pairs, but for the voter's own groups.
#[derive(Debug, Clone, Default)]
pub struct Roll {
    /// The beneficiary's manager, where there is one who may vote.
    manager: Option<UserId>,
    nearest: Owners,
    all: Owners,
    duty: BTreeMap<ScheduleRef, OnDuty>,
    barred: BTreeSet<UserId>,
}

#[derive(Debug, Clone, Default)]
struct Owners {
    /// Of each account.
    of_each: Vec<People>,
    /// Of all of them together.
    of_all: People,
}

/// Somebody who may vote, with what is known about them now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Voter {
    /// Who.
    pub user: UserId,
    /// Their groups.
    pub groups: Vec<GroupId>,
    is_manager: bool,
    no_manager: bool,
    owns: (bool, bool),
    on_call: Vec<ScheduleRef>,
}

impl Voter {
    /// As a stage of a policy asks for it.
    #[must_use]
    pub fn facts(&self, scope: OwnerScope) -> VoterFacts<'_> {
        VoterFacts {
            user: &self.user,
            groups: &self.groups,
            is_manager: self.is_manager,
            no_manager: self.no_manager,
            is_owner: match scope {
                OwnerScope::Nearest => self.owns.0,
                OwnerScope::All => self.owns.1,
            },
            on_call: &self.on_call,
        }
    }
}

impl Judge {
    /// Whom the first stages of these needs ask, when they are to be reminded, and whether they can be met at all.
    /// May ask other systems: to be called before anything is locked.
    ///
    /// # Errors
    /// When Postgres is away.
    pub async fn opening(
        &self,
        connection: &mut PgConnection,
        book: &Book,
        about: &About,
        needs: &[Need],
        now: Timestamp,
    ) -> Result<Opening, StoreError> {
        let roll = self.roll(connection, book, about, needs, now).await?;
        let progress: Vec<Progress> =
            needs.iter().map(|_| Progress { stage: Some(0), since: now, reminded: false, escalated: false }).collect();
        let Asking { asks, attend_at } = roll.asks(needs, &progress, now);
        let shortages = shortage::shortages(connection, &roll, needs).await?;
        Ok(Opening { asks, attend_at, shortages })
    }

    /// Whom these needs ask where they stand. May ask other systems.
    ///
    /// # Errors
    /// When Postgres is away.
    pub async fn asks_of(
        &self,
        connection: &mut PgConnection,
        book: &Book,
        about: &About,
        needs: &[Need],
        progress: &[Progress],
        now: Timestamp,
    ) -> Result<Asking, StoreError> {
        Ok(self.roll(connection, book, about, needs, now).await?.asks(needs, progress, now))
    }

    /// What has to be known about everybody who may vote in any stage of these needs. May ask other systems.
    ///
    /// # Errors
    /// When Postgres is away. An on-call service that is away is remembered in the answer.
    pub async fn roll(
        &self,
        connection: &mut PgConnection,
        book: &Book,
        about: &About,
        needs: &[Need],
        now: Timestamp,
    ) -> Result<Roll, StoreError> {
        let stages = || needs.iter().flat_map(|need| &need.policy.stages);
        let concerned = [about.requester.clone(), about.beneficiary.clone()];
        let mut barred: BTreeSet<UserId> =
            delegations::delegates_of(connection, &concerned, now).await?.into_iter().collect();
        barred.extend(concerned);
        let mut roll = Roll { barred, ..Roll::default() };
        for schedule in stages().flat_map(|stage| &stage.voters.on_call) {
            if !roll.duty.contains_key(schedule) {
                let on_duty = self.on_duty(connection, book, schedule, now).await?;
                roll.duty.insert(schedule.clone(), known(connection, on_duty).await?);
            }
        }
        if stages().any(|stage| stage.voters.manager.is_some())
            && let Some(manager) = directory::manager_of(connection, &about.beneficiary).await?
            && !roll.barred.contains(&manager)
        {
            roll.manager = directory::active_among(connection, &[], &[manager], &[]).await?.pop();
        }
        if stages().any(|stage| stage.voters.owners) {
            roll.nearest = owners(connection, book, about, OwnerScope::Nearest).await?;
            roll.all = owners(connection, book, about, OwnerScope::All).await?;
        }
        Ok(roll)
    }
}

/// Those of the people on duty who are there.
async fn known(connection: &mut PgConnection, on_duty: OnDuty) -> Result<OnDuty, StoreError> {
    let Ok(people) = on_duty else { return Ok(on_duty) };
    let people: Vec<UserId> = people.into_iter().collect();
    Ok(Ok(directory::active_among(connection, &[], &people, &[]).await?.into_iter().collect()))
}

async fn owners(
    connection: &mut PgConnection,
    book: &Book,
    about: &About,
    scope: OwnerScope,
) -> Result<Owners, StoreError> {
    let of = |account: &AccountId| {
        let units = book.account(account).map(|facts| facts.units.as_slice()).unwrap_or_default();
        owners_of(book.owners(), account, units, scope)
    };
    let of_each: Vec<People> = about.accounts.iter().map(of).collect();
    let mut different = of_each.iter();
    let first = different.next().cloned().unwrap_or_default();
    if different.all(|people| *people == first) {
        return Ok(Owners { of_each, of_all: first });
    }
    // Whoever owns each of them, person by person: a group that owns one may share members with a group that owns another.
    let mut everywhere: Option<BTreeSet<UserId>> = None;
    for people in &of_each {
        let here = directory::active_among(connection, &people.groups, &people.users, &[]).await?.into_iter().collect();
        everywhere = Some(everywhere.map_or_else(|| BTreeSet::clone(&here), |before| &before & &here));
    }
    let users = everywhere.unwrap_or_default().into_iter().collect();
    Ok(Owners { of_each, of_all: People { groups: Vec::new(), users } })
}

impl Roll {
    /// Whether this person may never vote about it, named or not: who asked, who would have it, and who stands in for
    /// either.
    #[must_use]
    pub fn bars(&self, user: &UserId) -> bool {
        self.barred.contains(user)
    }

    /// Why nobody knows who is on duty, where that is so.
    #[must_use]
    pub fn away(&self) -> Option<&str> {
        self.duty.values().find_map(|on_duty| on_duty.as_ref().err().map(String::as_str))
    }

    /// Somebody with these groups, as the policies ask about them.
    #[must_use]
    pub fn voter(&self, user: &UserId, groups: &[GroupId]) -> Voter {
        let owns = |owners: &Owners| {
            !owners.of_each.is_empty() && owners.of_each.iter().all(|people| people.name(user, groups))
        };
        let on_call = self.duty.iter().filter(|(_, on)| on.as_ref().is_ok_and(|people| people.contains(user)));
        Voter {
            user: user.clone(),
            groups: groups.to_vec(),
            is_manager: self.manager.as_ref() == Some(user),
            no_manager: self.manager.is_none(),
            owns: (owns(&self.nearest), owns(&self.all)),
            on_call: on_call.map(|(schedule, _)| schedule.clone()).collect(),
        }
    }

    /// Whether any stage of this need names somebody, sooner or later.
    #[must_use]
    pub fn names(&self, need: &Need, voter: &Voter) -> bool {
        let facts = voter.facts(need.policy.owners);
        !self.bars(&voter.user) && need.policy.stages.iter().any(|stage| stage.admits(&facts, i64::MAX))
    }

    /// The active people who may vote in the current stage of this need.
    ///
    /// # Errors
    /// When Postgres is away.
    pub async fn candidates(
        &self,
        connection: &mut PgConnection,
        need: &Need,
        progress: &Progress,
        now: Timestamp,
    ) -> Result<Vec<UserId>, StoreError> {
        let Some(stage) = progress.stage.and_then(|at| need.policy.stages.get(at)) else { return Ok(Vec::new()) };
        let (mut people, schedules) = self.people(stage, need.policy.owners, is_escalated(stage, progress, now));
        let on_duty = schedules.iter().filter_map(|schedule| self.duty.get(schedule)?.as_ref().ok());
        people.users.extend(on_duty.flatten().cloned());
        let barred: Vec<UserId> = self.barred.iter().cloned().collect();
        directory::active_among(connection, &people.groups, &people.users, &barred).await
    }

    /// Every group on which it depends whether somebody may vote in these needs, or stand in for somebody.
    #[must_use]
    pub fn groups(&self, needs: &[Need]) -> Vec<GroupId> {
        let named = needs.iter().flat_map(|need| need.policy.named_people().flat_map(|people| people.groups));
        let delegates = needs.iter().flat_map(|need| need.policy.delegates.groups.iter().cloned());
        let owners = self.nearest.of_each.iter().chain(&self.all.of_each).flat_map(|people| people.groups.clone());
        let all: BTreeSet<GroupId> = named.chain(delegates).chain(owners).collect();
        all.into_iter().collect()
    }

    /// Whom these needs ask where they stand, and when somebody is to be reminded.
    #[must_use]
    pub fn asks(&self, needs: &[Need], progress: &[Progress], now: Timestamp) -> Asking {
        let mut asks = BTreeSet::new();
        let mut attend_at: Option<Timestamp> = None;
        for (need, progress) in needs.iter().zip(progress) {
            let Some(stage) = progress.stage.and_then(|at| need.policy.stages.get(at)) else { continue };
            let (people, schedules) = self.people(stage, need.policy.owners, is_escalated(stage, progress, now));
            asks.extend(people.groups.iter().map(|group| format!("group:{group}")));
            asks.extend(people.users.iter().filter(|user| !self.bars(user)).map(|user| format!("user:{user}")));
            for schedule in schedules {
                asks.insert(schedule_token(schedule));
                let on_duty = self.duty.get(schedule).and_then(|on| on.as_ref().ok()).into_iter().flatten();
                asks.extend(on_duty.filter(|user| !self.bars(user)).map(|user| format!("duty:{user}")));
            }
            let next = [reminder(stage, progress), escalation(stage, progress)].into_iter().flatten().min();
            attend_at = [attend_at, next].into_iter().flatten().min();
        }
        Asking { asks: asks.into_iter().collect(), attend_at }
    }

    /// Groups, people and schedules of a stage, with the manager and the owners put in their places.
    fn people<'s>(&self, stage: &'s Stage, scope: OwnerScope, escalated: bool) -> (People, &'s [ScheduleRef]) {
        let voters = &stage.voters;
        let mut people = People { groups: voters.groups.clone(), users: voters.users.clone() };
        let mut add = |more: &People| {
            people.groups.extend(more.groups.iter().cloned());
            people.users.extend(more.users.iter().cloned());
        };
        if let Some(Manager { fallback }) = &voters.manager {
            match &self.manager {
                Some(manager) => add(&People { groups: Vec::new(), users: vec![manager.clone()] }),
                None => add(fallback),
            }
        }
        if voters.owners {
            add(match scope {
                OwnerScope::Nearest => &self.nearest.of_all,
                OwnerScope::All => &self.all.of_all,
            });
        }
        if let Some(further) = stage.escalation.as_ref().filter(|_| escalated) {
            add(&further.to);
        }
        (people, &voters.on_call)
    }
}

fn after(since: Timestamp, minutes: u32) -> Timestamp {
    since.checked_add(SignedDuration::from_mins(i64::from(minutes))).unwrap_or(Timestamp::MAX)
}

fn reminder(stage: &Stage, progress: &Progress) -> Option<Timestamp> {
    stage.remind_after_minutes.filter(|_| !progress.reminded).map(|minutes| after(progress.since, minutes))
}

fn escalation(stage: &Stage, progress: &Progress) -> Option<Timestamp> {
    stage.escalation.as_ref().filter(|_| !progress.escalated).map(|e| after(progress.since, e.after_minutes))
}

/// Whether the stage's voters are to be reminded now.
#[must_use]
pub fn reminds(stage: &Stage, progress: &Progress, now: Timestamp) -> bool {
    reminder(stage, progress).is_some_and(|at| at <= now)
}

/// Whether further people are to be asked now.
#[must_use]
pub fn escalates(stage: &Stage, progress: &Progress, now: Timestamp) -> bool {
    escalation(stage, progress).is_some_and(|at| at <= now)
}

fn is_escalated(stage: &Stage, progress: &Progress, now: Timestamp) -> bool {
    progress.escalated || escalates(stage, progress, now)
}

/// How an approval asks whoever is on duty by a schedule: `schedule:SOURCE:ID`.
#[must_use]
pub fn schedule_token(schedule: &ScheduleRef) -> String {
    let source = match schedule.source {
        ScheduleSource::Curfew => "curfew",
        ScheduleSource::PagerDuty => "pagerduty",
    };
    format!("schedule:{source}:{}", schedule.id)
}

/// The schedule that a token asks.
#[must_use]
pub fn schedule_of(token: &str) -> Option<ScheduleRef> {
    let (source, id) = token.strip_prefix("schedule:")?.split_once(':')?;
    let source = match source {
        "curfew" => ScheduleSource::Curfew,
        "pagerduty" => ScheduleSource::PagerDuty,
        _ => return None,
    };
    Some(ScheduleRef { source, id: id.to_owned() })
}
