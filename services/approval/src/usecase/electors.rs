//! What has to be known before a vote is judged, gathered while nothing is locked: how the voter and those they stand
//! in for stand now, who may vote about each approval, and whether the rules still allow it.

use std::collections::BTreeMap;

use domain::approval::{Decision, Need, Vote};
use domain::{ApprovalId, RequestId, UserId};
use jiff::Timestamp;
use judge::{About, Judge, Roll};
use store::approvals::{Approval, ApprovalState, Progress};
use store::requests::{Item, Request};
use store::{Db, StoreError, approvals, delegations, directory, requests};

use super::recheck::{Rechecked, recheck};
use crate::fresh::{Fresh, Standing, Unknown};

/// What deciding goes by, besides a unit of work. Cheap to clone.
#[derive(Clone)]
pub struct Desk {
    /// The shared database.
    pub db: Db,
    /// The rules, and who is on duty.
    pub judge: Judge,
    /// How somebody stands now.
    pub fresh: Fresh,
}

/// What one approval is judged by.
#[derive(Debug, Clone)]
pub struct Paper {
    pub(super) roll: Roll,
    /// How many needs there were when the roll was made.
    needs: usize,
    pub(super) rechecked: Option<Rechecked>,
}

/// A voter, and everything that decides whether their word counts.
#[derive(Debug, Clone)]
pub struct Electors {
    /// The voter.
    pub voter: Standing,
    /// Those whom they stand in for now.
    pub absent: Vec<Standing>,
    papers: BTreeMap<ApprovalId, Paper>,
}

/// What a person's word would be in one need now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Word {
    /// It counts, for them or for whom they stand in for.
    Counts(Option<UserId>),
    /// They, or whom they stand in for, have spoken.
    Spoken,
    /// A stage before theirs waits.
    TooEarly,
    /// Nothing: nobody named them.
    Nothing,
}

/// Everything about a request that does not change by being looked at.
pub(super) struct Matter {
    pub request: Request,
    pub items: Vec<Item>,
    pub approvals: Vec<Approval>,
}

pub(super) async fn matter(db: &Db, id: RequestId) -> Result<Option<Matter>, StoreError> {
    let mut connection = db.read().await?;
    let Some(request) = requests::get(&mut connection, id).await? else { return Ok(None) };
    let items = requests::items(&mut connection, id).await?;
    let approvals = approvals::of_request(&mut connection, id).await?;
    Ok(Some(Matter { request, items, approvals }))
}

pub(super) fn about(request: &Request, items: &[Item], approval: &Approval) -> About {
    let mine = items.iter().filter(|item| approval.ordinals.contains(&item.ordinal));
    About {
        requester: request.requester.clone(),
        beneficiary: request.beneficiary.clone(),
        accounts: mine.map(|item| item.pair.account.clone()).collect(),
    }
}

impl Desk {
    /// Gathers what a vote about a request is judged by; none when there is no such request. AWS and on-call services
    /// are asked. With a yes in prospect the rules are asked again too.
    ///
    /// # Errors
    /// When nobody can say how the voter stands, or Postgres is away.
    pub async fn electors(
        &self,
        request: RequestId,
        voter: &UserId,
        prospect: Option<Decision>,
    ) -> Result<Option<Electors>, Unknown> {
        let Some(matter) = matter(&self.db, request).await? else { return Ok(None) };
        let now = self.db.clock().now();
        let mut again = BTreeMap::new();
        for approval in matter.approvals.iter().filter(|a| a.state == ApprovalState::Open) {
            if prospect == Some(Decision::Approve) {
                again.insert(approval.id, recheck(&self.db, &self.judge, &matter, approval, now).await?);
            }
        }
        let mut connection = self.db.read().await?;
        let book = self.judge.books.current(&mut connection).await?;
        let mut papers = BTreeMap::new();
        for approval in &matter.approvals {
            let rechecked = again.remove(&approval.id);
            let more = rechecked.iter().flat_map(|rechecked| rechecked.needs.iter().cloned());
            let needs: Vec<Need> = approval.needs.iter().cloned().chain(more).collect();
            let about = about(&matter.request, &matter.items, approval);
            let roll = self.judge.roll(&mut connection, &book, &about, &needs, now).await?;
            papers.insert(approval.id, (Paper { roll, needs: approval.needs.len(), rechecked }, needs));
        }
        let away = delegations::stood_in_for(&mut connection, voter, now).await?;
        drop(connection);
        let mut groups: Vec<_> = papers.values().flat_map(|(paper, needs)| paper.roll.groups(needs)).collect();
        groups.sort_unstable();
        groups.dedup();
        let takes_delegates = papers.values().any(|(_, needs)| needs.iter().any(|n| !n.policy.delegates.is_empty()));
        let voter = self.fresh.standing(&self.db, voter, &groups).await?;
        let mut absent = Vec::new();
        for user in away.iter().filter(|_| takes_delegates) {
            absent.push(self.fresh.standing(&self.db, user, &groups).await?);
        }
        let papers = papers.into_iter().map(|(id, (paper, _))| (id, paper)).collect();
        Ok(Some(Electors { voter, absent, papers }))
    }

    /// The same by the directory's copy, for looking at something and not deciding it.
    ///
    /// # Errors
    /// When Postgres is away.
    pub async fn onlooker(&self, request: RequestId, user: &UserId) -> Result<Option<Electors>, StoreError> {
        let Some(matter) = matter(&self.db, request).await? else { return Ok(None) };
        let abouts = matter.approvals.iter().map(|a| (a, about(&matter.request, &matter.items, a))).collect::<Vec<_>>();
        Ok(Some(self.onlooker_of(user, &abouts).await?))
    }

    /// The same for several approvals, of one request or of many.
    pub(super) async fn onlooker_of(
        &self,
        user: &UserId,
        approvals: &[(&Approval, About)],
    ) -> Result<Electors, StoreError> {
        let now = self.db.clock().now();
        let mut connection = self.db.read().await?;
        let book = self.judge.books.current(&mut connection).await?;
        let mut papers = BTreeMap::new();
        for (approval, about) in approvals {
            let roll = self.judge.roll(&mut connection, &book, about, &approval.needs, now).await?;
            papers.insert(approval.id, Paper { roll, needs: approval.needs.len(), rechecked: None });
        }
        let away = delegations::stood_in_for(&mut connection, user, now).await?;
        drop(connection);
        let mut absent = Vec::new();
        for away in &away {
            absent.push(by_copy(&self.db, away).await?);
        }
        Ok(Electors { voter: by_copy(&self.db, user).await?, absent, papers })
    }
}

async fn by_copy(db: &Db, user: &UserId) -> Result<Standing, StoreError> {
    let person = directory::person(&mut *db.read().await?, user).await?;
    let enabled = person.as_ref().is_some_and(|person| person.active);
    let groups = person.map(|person| person.group_ids()).unwrap_or_default();
    Ok(Standing { user: user.clone(), enabled, groups, by_copy_of: None })
}

impl Electors {
    /// The needs of an approval in which the voter's word would count now.
    ///
    /// # Errors
    /// When the approval changed since this was gathered.
    pub fn counting(&self, approval: &Approval, votes: &[Vote], now: Timestamp) -> Result<Vec<usize>, StoreError> {
        let roll = &self.paper(approval)?.roll;
        let needs = approval.needs.iter().zip(&approval.progress).enumerate();
        let counts =
            |place, need, progress| matches!(self.word(roll, place, need, progress, votes, now), Word::Counts(_));
        Ok(needs.filter(|(place, (need, progress))| counts(*place, need, progress)).map(|(place, _)| place).collect())
    }

    /// What an approval is judged by; an approval that changed since is to be looked at again.
    pub(super) fn paper(&self, approval: &Approval) -> Result<&Paper, StoreError> {
        let paper = self.papers.get(&approval.id).filter(|paper| paper.needs == approval.needs.len());
        paper.ok_or(StoreError::Raced { what: "the approval" })
    }

    /// The same while the approval is being changed here.
    pub(super) fn paper_of(&self, approval: &Approval) -> Result<&Paper, StoreError> {
        self.papers.get(&approval.id).ok_or(StoreError::Raced { what: "the approval" })
    }

    /// The age of the oldest copy that was gone by, where AWS could not be asked.
    #[must_use]
    pub fn by_copy_of(&self) -> Option<Timestamp> {
        std::iter::once(&self.voter).chain(&self.absent).filter_map(|who| who.by_copy_of).min()
    }

    /// Whether the voter may never decide about this: they asked, would have the access, or stand in for either.
    #[must_use]
    pub fn is_barred(&self) -> bool {
        self.papers.values().any(|paper| paper.roll.bars(&self.voter.user))
    }

    /// Why nobody knows who is on duty, where that is so.
    #[must_use]
    pub fn away(&self) -> Option<&str> {
        self.papers.values().find_map(|paper| paper.roll.away())
    }

    /// Whether any stage of the approval names the voter, or somebody whom they may stand in for.
    #[must_use]
    pub fn is_named(&self, approval: &Approval) -> bool {
        let Some(paper) = self.papers.get(&approval.id) else { return false };
        let names = |need: &Need, who: &Standing| {
            who.enabled && paper.roll.names(need, &paper.roll.voter(&who.user, &who.groups))
        };
        approval.needs.iter().any(|need| {
            names(need, &self.voter) || (self.may_stand_in(need) && self.absent.iter().any(|who| names(need, who)))
        })
    }

    fn may_stand_in(&self, need: &Need) -> bool {
        need.policy.delegates.name(&self.voter.user, &self.voter.groups)
    }

    /// What the voter's word would be in one need of an approval. Whoever is named speaks for themselves; else for one
    /// whom they stand in for, if the policy takes them.
    #[must_use]
    pub fn word(
        &self,
        roll: &Roll,
        place: usize,
        need: &Need,
        progress: &Progress,
        votes: &[Vote],
        now: Timestamp,
    ) -> Word {
        let here = || votes.iter().filter(move |vote| vote.need == place);
        let spoke = |user: &UserId| here().any(|vote| vote.voter == *user || vote.person() == user);
        let Some(current) = progress.stage else {
            return if spoke(&self.voter.user) { Word::Spoken } else { Word::Nothing };
        };
        if roll.bars(&self.voter.user) || !self.voter.enabled {
            return Word::Nothing;
        }
        let since = now.duration_since(progress.since).as_mins();
        let admits = |who: &Standing, stage: usize, since: i64| {
            let voter = roll.voter(&who.user, &who.groups);
            need.policy.stages.get(stage).is_some_and(|s| s.admits(&voter.facts(need.policy.owners), since))
        };
        let later = |who: &Standing| (current + 1..need.policy.stages.len()).any(|stage| admits(who, stage, 0));
        let may_stand_in = self.may_stand_in(need);
        let absent = || self.absent.iter().filter(move |who| may_stand_in && who.enabled && !roll.bars(&who.user));
        if spoke(&self.voter.user) {
            return Word::Spoken;
        }
        if admits(&self.voter, current, since) {
            return Word::Counts(None);
        }
        let mut theirs = absent().filter(|who| admits(who, current, since)).peekable();
        let stood_for = theirs.peek().is_some();
        if let Some(who) = theirs.find(|who| !spoke(&who.user)) {
            return Word::Counts(Some(who.user.clone()));
        }
        if stood_for {
            return Word::Spoken;
        }
        if later(&self.voter) || absent().any(later) { Word::TooEarly } else { Word::Nothing }
    }
}
