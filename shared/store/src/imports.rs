//! What is taken over from another system: its sessions as grants, its past as records. Everything may be done again
//! and changes nothing the second time.

mod history;
mod people;

use domain::grant::GrantState;
use domain::rules::Severity;
use domain::{Fact, GrantId, RequestId, RuleId, Tuple};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

pub use history::{Filter, Record, list, record};
pub use people::{People, people};

use crate::tuple::{self, Adopting};
use crate::{StoreError, Tx, grants};

/// The only system that anything is taken over from so far.
pub const TEAM: &str = "team";

/// A session of another system.
#[derive(Debug, Clone)]
pub struct Adoption {
    /// The grant that it becomes.
    pub grant: GrantId,
    /// The request that the grant came from; that of its record.
    pub request: RequestId,
    /// The other system's id.
    pub external_id: String,
    /// How far that system had come; `None` where its start is still to come.
    pub adopting: Option<Adopting>,
    /// Who, where, what.
    pub tuple: Tuple,
    /// For people to read.
    pub account_name: String,
    /// For people to read.
    pub permission_set_name: String,
    /// The rule that allows it now, if one does.
    pub rule: Option<RuleId>,
    /// How long it was approved for, in minutes.
    pub minutes: i32,
    /// When it starts or started.
    pub start_at: Timestamp,
    /// The only deadline; one that is past is kept, so that it ends at once.
    pub deadline_at: Timestamp,
    /// Why.
    pub reason: String,
    /// The ticket.
    pub ticket: Option<String>,
    /// When it was asked.
    pub submitted_at: Timestamp,
}

/// Makes the grant with its request, unless that was done before. Returns whether it was made now.
///
/// # Errors
/// When Postgres is away or refuses.
pub async fn adopt(tx: &mut Tx, adoption: &Adoption) -> Result<bool, StoreError> {
    if !insert_request(tx, adoption).await? {
        return Ok(false);
    }
    match adoption.adopting {
        None => insert_grant(tx, adoption, GrantState::Scheduled, None).await?,
        Some(adopting) => {
            let hold = async |tx: &mut Tx, assignment: domain::AssignmentId| {
                insert_grant(tx, adoption, adopting.grant_state(), Some(assignment.uuid())).await
            };
            tuple::adopt(tx, &adoption.tuple, adopting, hold).await?;
        }
    }
    grants::keep_session_terms(tx, &[adoption.grant]).await?;
    tx.record(Fact::GrantAdopted {
        grant: adoption.grant,
        request: adoption.request,
        tuple: adoption.tuple.clone(),
        deadline_at: adoption.deadline_at,
        source: TEAM.to_owned(),
        external_id: adoption.external_id.clone(),
    });
    Ok(true)
}

/// The request as it was decided elsewhere; who decided it stands in its record.
async fn insert_request(tx: &mut Tx, a: &Adoption) -> Result<bool, StoreError> {
    let severity = Severity::default();
    let made = sqlx::query(
        "INSERT INTO requests (id, state, requester_id, beneficiary_id, reason, ticket, minutes, start_at, trace, submitted_at, \
             decide_by, decided_at, severity) \
         VALUES ($1, 'approved', $2, $2, $3, $4, $5, $6, '[]', $7, $7, $7, $8) ON CONFLICT (id) DO NOTHING",
    )
    .bind(a.request.uuid())
    .bind(a.tuple.principal.as_str())
    .bind(&a.reason)
    .bind(&a.ticket)
    .bind(a.minutes)
    .bind(a.start_at.to_sqlx())
    .bind(a.submitted_at.to_sqlx())
    .bind(severity.as_str())
    .execute(tx.connection())
    .await?;
    if made.rows_affected() == 0 {
        return Ok(false);
    }
    sqlx::query(
        "INSERT INTO request_items (request_id, ordinal, account_id, account_name, permission_set_arn, permission_set_name, \
             rule_id, rule_version, state) VALUES ($1, 0, $2, $3, $4, $5, $6, 1, 'approved')",
    )
    .bind(a.request.uuid())
    .bind(a.tuple.account.as_str())
    .bind(&a.account_name)
    .bind(a.tuple.permission_set.as_str())
    .bind(&a.permission_set_name)
    .bind(a.rule.map_or(Uuid::nil(), RuleId::uuid))
    .execute(tx.connection())
    .await?;
    Ok(true)
}

async fn insert_grant(
    tx: &mut Tx,
    a: &Adoption,
    state: GrantState,
    assignment: Option<Uuid>,
) -> Result<(), StoreError> {
    let started = (state != GrantState::Scheduled).then(|| a.start_at.to_sqlx());
    let active = (state == GrantState::Active).then(|| a.start_at.to_sqlx());
    sqlx::query(
        "INSERT INTO grants (id, request_id, ordinal, principal_id, account_id, permission_set_arn, assignment_id, state, \
             minutes, start_at, fixed_end, start_by, deadline_at, approved_at, started_at, active_at) \
         VALUES ($1, $2, 0, $3, $4, $5, $6, $7, $8, $9, $10, $10, $11, $12, $13, $14)",
    )
    .bind(a.grant.uuid())
    .bind(a.request.uuid())
    .bind(a.tuple.principal.as_str())
    .bind(a.tuple.account.as_str())
    .bind(a.tuple.permission_set.as_str())
    .bind(assignment)
    .bind(state.as_str())
    .bind(a.minutes)
    .bind(a.start_at.to_sqlx())
    .bind(a.deadline_at.to_sqlx())
    .bind(started.map(|_| a.deadline_at.to_sqlx()))
    .bind(a.submitted_at.to_sqlx())
    .bind(started)
    .bind(active)
    .execute(tx.connection())
    .await?;
    Ok(())
}
