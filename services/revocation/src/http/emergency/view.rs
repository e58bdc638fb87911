//! An emergency as callers see it.

use domain::emergency::{Scope, Switch};
use domain::{Actor, EmergencyId};
use jiff::Timestamp;
use serde::Serialize;
use store::emergencies::Emergency;
use store::pauses::Pause;
use utoipa::ToSchema;

/// A use of the emergency button.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Emergency)]
pub struct EmergencyView {
    /// Which.
    pub id: EmergencyId,
    /// `waiting` for a second admin; `running` while what it ends is being ended; `done`; `refused` or `withdrawn`.
    #[schema(example = "running")]
    pub state: &'static str,
    /// Whose or where access ends; none where it ends nothing.
    pub ends: Option<Scope>,
    /// Whether it stops access from beginning, or lets it begin again.
    pub new_access: Option<Switch>,
    /// Why.
    pub reason: String,
    /// Who pressed it.
    pub proposed_by: Actor,
    /// When.
    pub proposed_at: Timestamp,
    /// The second person, where one was asked.
    pub decided_by: Option<Actor>,
    /// When they decided.
    pub decided_at: Option<Timestamp>,
    /// Whether one admin did it where two should have been asked, and there was no second one.
    pub alone: bool,
    /// Since when it is in force. What was asked for until then ends.
    pub begun_at: Option<Timestamp>,
    /// How many accesses it has ended so far.
    pub ended_grants: i64,
    /// How many undecided requests it has closed so far.
    pub closed_requests: i64,
    /// When there was nothing left of it.
    pub finished_at: Option<Timestamp>,
}

impl From<Emergency> for EmergencyView {
    fn from(emergency: Emergency) -> Self {
        Self {
            id: emergency.id,
            state: emergency.state.as_str(),
            ends: emergency.order.ends,
            new_access: emergency.order.switch,
            reason: emergency.order.reason,
            proposed_by: emergency.proposed_by,
            proposed_at: emergency.proposed_at,
            decided_by: emergency.decided_by,
            decided_at: emergency.decided_at,
            alone: emergency.alone,
            begun_at: emergency.begun_at,
            ended_grants: emergency.ended_grants,
            closed_requests: emergency.closed_requests,
            finished_at: emergency
                .grants_done_at
                .zip(emergency.requests_done_at)
                .map(|(grants, requests)| grants.max(requests)),
        }
    }
}

/// Why no access begins just now.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Pause)]
pub struct PauseView {
    /// What paused it: `operators`, or a part of Curfew.
    pub source: String,
    /// Since when.
    pub since: Timestamp,
    /// Who.
    pub by: Actor,
    /// Why.
    pub reason: String,
    /// The emergency that it belongs to.
    pub emergency: Option<EmergencyId>,
}

impl From<Pause> for PauseView {
    fn from(pause: Pause) -> Self {
        Self {
            source: pause.source,
            since: pause.since,
            by: pause.by,
            reason: pause.reason,
            emergency: pause.emergency,
        }
    }
}
