//! A change as callers see it.

use domain::rules::{Edit, Impact};
use domain::{Actor, ChangeId};
use jiff::Timestamp;
use serde::Serialize;
use store::changes::Change;
use utoipa::ToSchema;

use crate::usecase::documents::{Affected, LongSessions, Weighed};

/// A change of rules, policies, guardrails, freezes, owners or schedules.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Change)]
pub struct ChangeView {
    /// Which.
    id: ChangeId,
    /// `waiting` for a second admin; `applied`, `refused` or `withdrawn`; `stale` where a document that it is about
    /// has moved on; `alone` where there was no second admin to ask.
    #[schema(example = "waiting")]
    state: &'static str,
    /// The revision of all documents that the impact is about; sent along with the yes, it makes sure that nothing
    /// moved since.
    revision: i64,
    /// What it does.
    edits: Vec<Edit>,
    /// What it makes easier to get, and whether it does at all.
    impact: Impact,
    /// Access that would not be allowed any more. None of it is ended; `POST /v1/grants/revoke` ends it.
    affected: Vec<Affected>,
    /// Permission sets of its rules whose sessions last longer than an hour.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    long_sessions: Vec<LongSessions>,
    /// Why, in the words of whoever proposed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// Who proposed it.
    proposed_by: Actor,
    /// When.
    proposed_at: Timestamp,
    /// Who decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    decided_by: Option<Actor>,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    decided_at: Option<Timestamp>,
    /// Why it could not be applied as things are now.
    #[serde(skip_serializing_if = "Option::is_none")]
    obstacle: Option<String>,
    /// The last word of the problem's `type` that applying it would be answered with.
    #[serde(skip_serializing_if = "Option::is_none")]
    obstacle_as: Option<&'static str>,
}

impl ChangeView {
    /// A change with what it means.
    pub fn new(change: Change, Weighed { impact, affected, long_sessions }: Weighed) -> Self {
        Self {
            id: change.id,
            state: change.state.as_str(),
            revision: change.revision,
            edits: change.edits,
            impact,
            affected,
            long_sessions,
            reason: change.reason,
            proposed_by: change.proposed_by,
            proposed_at: change.proposed_at,
            decided_by: change.decided_by,
            decided_at: change.decided_at,
            obstacle: None,
            obstacle_as: None,
        }
    }

    /// A change with what it meant when it was proposed.
    pub fn as_proposed(change: Change) -> Self {
        let weighed = serde_json::from_value(change.impact.clone()).unwrap_or_default();
        Self::new(change, weighed)
    }

    /// As things are at this revision.
    pub const fn at(mut self, revision: i64) -> Self {
        self.revision = revision;
        self
    }

    /// Nobody could apply it now.
    pub fn hindered(mut self, by: String, slug: &'static str) -> Self {
        self.obstacle = Some(by);
        self.obstacle_as = Some(slug);
        self
    }
}
