//! Incidents: while one is open, rules may let its responders in without asking.

pub mod close;
pub mod list;
pub mod open;
pub mod show;

use domain::rules::Severity;
use domain::{AccountId, Actor, IncidentId};
use jiff::Timestamp;
use serde::Serialize;
use store::incidents::Incident;
use web::{Caller, Problem};

/// An incident.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct IncidentView {
    /// Which.
    pub id: IncidentId,
    /// What people call it.
    pub title: String,
    /// How urgent.
    pub severity: Severity,
    /// The accounts that it is about; none means all.
    pub accounts: Vec<AccountId>,
    /// Its id in the system that it comes from.
    pub reference: Option<String>,
    /// Who opened it.
    pub opened_by: Actor,
    /// When.
    pub opened_at: Timestamp,
    /// Who closed it; none while it is open.
    pub closed_by: Option<Actor>,
    /// When.
    pub closed_at: Option<Timestamp>,
}

fn view(incident: Incident) -> IncidentView {
    let (closed_by, closed_at) = incident.closed.unzip();
    IncidentView {
        id: incident.id,
        title: incident.title,
        severity: incident.severity,
        accounts: incident.accounts,
        reference: incident.reference,
        opened_by: incident.opened_by,
        opened_at: incident.opened_at,
        closed_by,
        closed_at,
    }
}

/// Admins say what is an incident, and machines that watch for them.
fn may_write(caller: &Caller) -> Result<(), Problem> {
    match caller {
        Caller::User { .. } => caller.require_admin().map(|_| ()),
        Caller::Machine { .. } => caller.require_scope("incidents:write"),
    }
}

/// Everybody who is signed in may know, and machines that may read or write them.
fn may_read(caller: &Caller) -> Result<(), Problem> {
    caller.require_scope("incidents:write").or_else(|_| caller.require_scope("incidents:read"))
}
