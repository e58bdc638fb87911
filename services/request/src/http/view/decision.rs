//! How a request is decided, as callers see it.

use std::collections::BTreeMap;

use domain::approval::{Decision, MailDecision, Need, Pairs, People, ScheduleRef, Stage};
use domain::{ApprovalId, GroupId, PolicyId, ScheduleId};
use jiff::Timestamp;
use serde::Serialize;
use store::approvals::{self, Approval, ApprovalState, Progress};
use store::{StoreError, Tx, directory, documents};

use super::{Names, PersonView};
use crate::http::directory::groups::GroupView;

/// People and groups with their names.
#[derive(Debug, Clone, Default, Serialize, utoipa::ToSchema)]
pub struct PeopleView {
    /// Members of these groups, as the groups are when they vote.
    pub groups: Vec<GroupView>,
    /// These people.
    pub users: Vec<PersonView>,
}

/// An on-call schedule.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ScheduleView {
    /// Where it is kept, and its id there.
    #[serde(flatten)]
    pub schedule: ScheduleRef,
    /// Its name, where it is kept in Curfew.
    pub name: Option<String>,
}

/// One stage of a policy.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct StageView {
    /// How many different people must say yes.
    pub votes: u8,
    /// Whoever of these votes.
    #[serde(flatten)]
    pub people: PeopleView,
    /// Whether the manager of whoever gets the access may vote.
    pub manager: bool,
    /// Who votes instead where there is no manager.
    pub fallback: PeopleView,
    /// Whether the owners of the account may vote.
    pub owners: bool,
    /// Whoever is on duty by one of these may vote.
    pub on_call: Vec<ScheduleView>,
    /// When the voters are reminded, in minutes from the stage's beginning.
    pub remind_after_minutes: Option<u32>,
    /// When further people may vote, in minutes from the stage's beginning.
    pub escalates_after_minutes: Option<u32>,
    /// Those further people.
    pub further: PeopleView,
}

/// A policy with a name, at a version.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct NamedView {
    /// Which.
    pub id: PolicyId,
    /// Its version when it was asked.
    pub version: i64,
    /// Its name then.
    pub name: String,
}

/// A policy that must be met.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct NeedView {
    /// What demands it: the names of rules and guardrails.
    pub because: String,
    /// The policy, where it has a name.
    pub policy: Option<NamedView>,
    /// In this order.
    pub stages: Vec<StageView>,
    /// How many different people must say no to end it.
    pub rejections: u8,
    /// What a link in a mail may do.
    pub mail_decision: MailDecision,
    /// Whether several pairs are decided as one.
    pub pairs: Pairs,
    /// The stage it is in, from 0; none where it is met, and before it is asked for.
    pub stage: Option<usize>,
    /// Since when.
    pub since: Option<Timestamp>,
    /// Whether the stage's voters were reminded.
    pub reminded: bool,
    /// Whether further people may vote.
    pub escalated: bool,
}

/// One person's word about one policy.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct VoteView {
    /// Who.
    pub voter: PersonView,
    /// For whom, where they stood in for somebody.
    pub stands_for: Option<PersonView>,
    /// What.
    pub decision: Decision,
    /// About which of the policies, by its place from 0.
    pub need: usize,
    /// In which of its stages, by its place from 0.
    pub stage: usize,
    /// How long they allowed, in minutes, where that is less than was asked for.
    pub minutes: Option<i32>,
    /// From when, where that is later.
    pub start_at: Option<Timestamp>,
    /// How it came: `signed_in`, `link_signed_in` or `link_alone`.
    pub channel: String,
    /// What they said.
    pub comment: Option<String>,
    /// When.
    pub voted_at: Timestamp,
}

/// One decision about some pairs of a request.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ApprovalView {
    /// Which.
    pub id: ApprovalId,
    /// `open`, `approved`, `rejected`, or `closed` without a decision.
    #[schema(value_type = String)]
    pub state: ApprovalState,
    /// The pairs that it is about, by their places in the request from 0.
    pub items: Vec<i16>,
    /// The policies that must each be met.
    pub needs: Vec<NeedView>,
    /// The votes so far.
    pub votes: Vec<VoteView>,
}

/// Approvals with names, in a few questions for all of them.
pub async fn approvals(tx: &mut Tx, found: Vec<Approval>) -> Result<Vec<ApprovalView>, StoreError> {
    let ids: Vec<_> = found.iter().map(|approval| approval.id.uuid()).collect();
    let mut votes: BTreeMap<ApprovalId, Vec<VoteView>> = BTreeMap::new();
    let cast = approvals::votes_of(tx.connection(), &ids).await?;
    let voters = cast.iter().flat_map(|(_, v)| [Some(v.vote.voter.clone()), v.vote.stands_for.clone()]);
    let names = Names::of(tx, voters.flatten().collect::<Vec<_>>()).await?;
    for (approval, cast) in cast {
        votes.entry(approval).or_default().push(VoteView {
            voter: names.person(&cast.vote.voter),
            stands_for: cast.vote.stands_for.as_ref().map(|id| names.person(id)),
            decision: cast.vote.decision,
            need: cast.vote.need,
            stage: cast.vote.stage,
            minutes: cast.narrowed.map(|(minutes, _)| minutes),
            start_at: cast.narrowed.and_then(|(_, start_at)| start_at),
            channel: cast.channel,
            comment: cast.comment,
            voted_at: cast.voted_at,
        });
    }
    let all: Vec<&Need> = found.iter().flat_map(|approval| &approval.needs).collect();
    let mut needs = needs(tx, &all).await?.into_iter();
    Ok(found
        .iter()
        .map(|approval| ApprovalView {
            id: approval.id,
            state: approval.state,
            items: approval.ordinals.clone(),
            needs: needs.by_ref().take(approval.needs.len()).zip(&approval.progress).map(at).collect(),
            votes: votes.remove(&approval.id).unwrap_or_default(),
        })
        .collect())
}

fn at((need, progress): (NeedView, &Progress)) -> NeedView {
    let Progress { stage, since, reminded, escalated } = progress;
    NeedView { stage: *stage, since: Some(*since), reminded: *reminded, escalated: *escalated, ..need }
}

/// Policies with names, in their order.
pub async fn needs(tx: &mut Tx, needs: &[&Need]) -> Result<Vec<NeedView>, StoreError> {
    let named = || needs.iter().flat_map(|need| need.policy.named_people());
    let groups: Vec<GroupId> = named().flat_map(|people| people.groups).collect();
    let known = Known {
        groups: directory::group_names(tx.connection(), &groups).await?,
        names: Names::of(tx, named().flat_map(|people| people.users).collect::<Vec<_>>()).await?,
        schedules: schedules(tx, needs).await?,
    };
    Ok(needs.iter().map(|need| known.need(need)).collect())
}

/// What schedules kept in Curfew are called; nothing is read where none is asked.
async fn schedules(tx: &mut Tx, needs: &[&Need]) -> Result<BTreeMap<ScheduleId, String>, StoreError> {
    let asked = needs.iter().flat_map(|need| &need.policy.stages).any(|stage| !stage.voters.on_call.is_empty());
    if !asked {
        return Ok(BTreeMap::new());
    }
    let kept = documents::of_kind(tx.connection(), domain::rules::Kind::Schedule).await?;
    Ok(kept.into_iter().map(|document| (ScheduleId(document.id), document.body.name().to_owned())).collect())
}

struct Known {
    groups: BTreeMap<GroupId, String>,
    names: Names,
    schedules: BTreeMap<ScheduleId, String>,
}

impl Known {
    fn people(&self, people: &People) -> PeopleView {
        let group = |id: &GroupId| GroupView {
            id: id.to_string(),
            name: self.groups.get(id).map_or_else(|| id.to_string(), Clone::clone),
        };
        PeopleView {
            groups: people.groups.iter().map(group).collect(),
            users: people.users.iter().map(|id| self.names.person(id)).collect(),
        }
    }

    fn schedule(&self, schedule: &ScheduleRef) -> ScheduleView {
        let name = schedule.id.parse::<ScheduleId>().ok().and_then(|id| self.schedules.get(&id)).cloned();
        ScheduleView { schedule: schedule.clone(), name }
    }

    fn stage(&self, stage: &Stage) -> StageView {
        let voters = &stage.voters;
        StageView {
            votes: stage.votes.max(1),
            people: self.people(&People { groups: voters.groups.clone(), users: voters.users.clone() }),
            manager: voters.manager.is_some(),
            fallback: voters.manager.as_ref().map(|m| self.people(&m.fallback)).unwrap_or_default(),
            owners: voters.owners,
            on_call: voters.on_call.iter().map(|schedule| self.schedule(schedule)).collect(),
            remind_after_minutes: stage.remind_after_minutes,
            escalates_after_minutes: stage.escalation.as_ref().map(|e| e.after_minutes),
            further: stage.escalation.as_ref().map(|e| self.people(&e.to)).unwrap_or_default(),
        }
    }

    fn need(&self, need: &Need) -> NeedView {
        let policy = &need.policy;
        let named = need.named.clone();
        NeedView {
            because: need.because.clone(),
            policy: named.map(|named| NamedView { id: named.id, version: named.version, name: named.name }),
            stages: policy.stages.iter().map(|stage| self.stage(stage)).collect(),
            rejections: policy.rejections.max(1),
            mail_decision: policy.mail_decision,
            pairs: policy.pairs,
            stage: None,
            since: None,
            reminded: false,
            escalated: false,
        }
    }
}
