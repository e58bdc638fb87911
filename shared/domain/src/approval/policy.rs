//! What a policy says: who may vote in which order, how many of them must agree, and what happens while they
//! do not.

use serde::{Deserialize, Serialize};

use super::MailDecision;
use crate::rules::Subjects;
use crate::{GroupId, PolicyId, UserId};

/// A policy by its id.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Named {
    /// Which.
    pub policy: PolicyId,
}

/// Where a schedule is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ScheduleSource {
    /// In Curfew; its id is a UUID.
    Curfew,
    /// In `PagerDuty`; its id is `PagerDuty`'s.
    PagerDuty,
}

/// An on-call schedule.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ScheduleRef {
    /// Where it is kept.
    pub source: ScheduleSource,
    /// Its id there.
    pub id: String,
}

/// Groups and people.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct People {
    /// Members of these groups, as the groups are at the vote.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<GroupId>,
    /// These people.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub users: Vec<UserId>,
}

impl People {
    /// Whether nobody is named.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.groups.is_empty() && self.users.is_empty()
    }

    /// Whether this person, in these groups, is named.
    #[must_use]
    pub fn name(&self, user: &UserId, groups: &[GroupId]) -> bool {
        self.users.contains(user) || self.groups.iter().any(|g| groups.contains(g))
    }
}

/// The manager of whoever gets the access.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Manager {
    /// Who votes instead where no manager is known, or may not vote.
    #[serde(default, skip_serializing_if = "People::is_empty")]
    pub fallback: People,
}

/// Who may vote in a stage: whoever any of these names, at the moment of the vote.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Voters {
    /// Members of these groups.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<GroupId>,
    /// These people.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub users: Vec<UserId>,
    /// The manager of whoever gets the access.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manager: Option<Manager>,
    /// The owners of the account.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub owners: bool,
    /// Who is on duty by one of these schedules.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub on_call: Vec<ScheduleRef>,
}

impl Voters {
    /// Whether nobody is named.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.groups.is_empty()
            && self.users.is_empty()
            && self.manager.is_none()
            && !self.owners
            && self.on_call.is_empty()
    }
}

/// Further people who may vote when a stage takes too long.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Escalation {
    /// So many minutes after the stage began.
    pub after_minutes: u32,
    /// Who, beside the voters.
    pub to: People,
}

/// One stage of a policy.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Stage {
    /// Who may vote.
    pub voters: Voters,
    /// How many different people must say yes, 1 to 10.
    #[serde(default = "one")]
    pub votes: u8,
    /// They are reminded so many minutes after the stage began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remind_after_minutes: Option<u32>,
    /// Who may vote as well when it takes too long.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub escalation: Option<Escalation>,
}

/// Whether the pairs of one request that a policy is needed for are decided as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Pairs {
    /// One decision about all of them.
    #[default]
    Together,
    /// A decision about each.
    Apart,
}

/// Whose word counts where owners are bound at several levels above an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OwnerScope {
    /// Only those of the nearest binding: the account's, else its unit's, and so on up.
    #[default]
    Nearest,
    /// Those of every binding.
    All,
}

/// An approval policy without its identity.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PolicySpec {
    /// In this order, 1 to 5; nobody counts in two of them.
    pub stages: Vec<Stage>,
    /// How many different people must say no to end it, 1 to 10.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub rejections: u8,
    /// What a link in a mail may do.
    #[serde(default)]
    pub mail_decision: MailDecision,
    /// Whether several pairs are decided as one.
    #[serde(default)]
    pub pairs: Pairs,
    /// Whose owners count.
    #[serde(default)]
    pub owners: OwnerScope,
    /// Who may stand in for a voter who is away; nobody named means nobody.
    #[serde(default, skip_serializing_if = "Subjects::is_empty")]
    pub delegates: Subjects,
    /// How long it may take, in minutes; the setting where none is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pending_minutes: Option<u32>,
}

const fn one() -> u8 {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands in a reference")]
const fn is_one(value: &u8) -> bool {
    *value == 1
}

impl PolicySpec {
    /// One stage of groups and people, everything else as it is by default.
    #[must_use]
    pub fn of(groups: Vec<GroupId>, users: Vec<UserId>, votes: u8) -> Self {
        let voters = Voters { groups, users, ..Voters::default() };
        Self {
            stages: vec![Stage { voters, votes, remind_after_minutes: None, escalation: None }],
            rejections: 1,
            mail_decision: MailDecision::default(),
            pairs: Pairs::default(),
            owners: OwnerScope::default(),
            delegates: Subjects::default(),
            pending_minutes: None,
        }
    }

    /// How many yeses it needs in all.
    #[must_use]
    pub fn votes(&self) -> u32 {
        self.stages.iter().map(|stage| u32::from(stage.votes.max(1))).sum()
    }

    /// Every group and person that is written in it.
    pub fn named_people(&self) -> impl Iterator<Item = People> + '_ {
        self.stages.iter().flat_map(|stage| {
            let voters = People { groups: stage.voters.groups.clone(), users: stage.voters.users.clone() };
            let fallback = stage.voters.manager.as_ref().map(|m| m.fallback.clone());
            let further = stage.escalation.as_ref().map(|e| e.to.clone());
            [Some(voters), fallback, further].into_iter().flatten()
        })
    }
}

/// What is known about somebody who may vote, at that moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VoterFacts<'a> {
    /// Who.
    pub user: &'a UserId,
    /// Their groups.
    pub groups: &'a [GroupId],
    /// Whether they are the manager of whoever gets the access.
    pub is_manager: bool,
    /// Whether there is no manager who may vote.
    pub no_manager: bool,
    /// Whether they own the account, as the policy counts owners.
    pub is_owner: bool,
    /// The schedules by which they are on duty.
    pub on_call: &'a [ScheduleRef],
}

impl Stage {
    /// Whether this person may vote in the stage, `since` minutes after it began.
    #[must_use]
    pub fn admits(&self, voter: &VoterFacts<'_>, since_minutes: i64) -> bool {
        let voters = &self.voters;
        voters.users.contains(voter.user)
            || voters.groups.iter().any(|g| voter.groups.contains(g))
            || voters.manager.as_ref().is_some_and(|manager| {
                voter.is_manager || (voter.no_manager && manager.fallback.name(voter.user, voter.groups))
            })
            || (voters.owners && voter.is_owner)
            || voters.on_call.iter().any(|schedule| voter.on_call.contains(schedule))
            || self.escalation.as_ref().is_some_and(|escalation| {
                since_minutes >= i64::from(escalation.after_minutes) && escalation.to.name(voter.user, voter.groups)
            })
    }
}
