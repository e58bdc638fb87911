//! `GET /v1/imported-requests`: what another system handled before Curfew, the newest first.

use actix_web::get;
use actix_web::web::{Data, Json};
use domain::{AccountId, PermissionSetArn, UserId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::imports::{Filter, Record, list};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{Caller, Cursor, Limit, Page, Problem, Query};

use super::State;

/// Which of them, and which page.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Params {
    /// Only those of this person.
    #[param(value_type = Option<String>)]
    requester: Option<UserId>,
    /// Only those about this account.
    #[param(value_type = Option<String>)]
    account: Option<AccountId>,
    /// Only the one with this id in the other system.
    external_id: Option<String>,
    /// The `next` of the page before.
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor>,
    /// How many, 1 to 200.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    limit: Limit,
}

/// A request that another system handled, as that system kept it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportedRequest {
    /// Curfew's id; where it became a grant, that of the grant's request.
    id: Uuid,
    /// The other system's id.
    external_id: String,
    /// That system's word for where it stood.
    status: String,
    /// Who asked, where the directory knew them.
    #[schema(value_type = Option<String>)]
    requester: Option<UserId>,
    /// Their name then.
    requester_name: String,
    /// Their address then.
    requester_email: Option<String>,
    /// Where.
    #[schema(value_type = Option<String>)]
    account: Option<AccountId>,
    /// The account's name then.
    account_name: String,
    /// What.
    #[schema(value_type = Option<String>)]
    permission_set: Option<PermissionSetArn>,
    /// The permission set's name then.
    permission_set_name: String,
    /// From when.
    start_at: Option<Timestamp>,
    /// How long.
    minutes: Option<i64>,
    /// When it was taken away.
    ended_at: Option<Timestamp>,
    /// Why.
    reason: String,
    /// The ticket.
    ticket: Option<String>,
    /// Who decided, as it was written there.
    decided_by: Option<String>,
    /// What they said.
    decision_comment: Option<String>,
    /// Who took it away, as it was written there.
    revoked_by: Option<String>,
    /// What they said.
    revoke_comment: Option<String>,
    /// When it was asked.
    submitted_at: Option<Timestamp>,
    /// Everything that the other system kept of it.
    original: serde_json::Value,
}

impl From<Record> for ImportedRequest {
    fn from(record: Record) -> Self {
        Self {
            id: record.id.uuid(),
            external_id: record.external_id,
            status: record.status,
            requester: record.requester,
            requester_name: record.requester_name,
            requester_email: record.requester_email,
            account: record.account,
            account_name: record.account_name,
            permission_set: record.permission_set,
            permission_set_name: record.permission_set_name,
            start_at: record.start_at,
            minutes: record.minutes,
            ended_at: record.ended_at,
            reason: record.reason,
            ticket: record.ticket,
            decided_by: record.decided_by,
            decision_comment: record.decision_comment,
            revoked_by: record.revoked_by,
            revoke_comment: record.revoke_comment,
            submitted_at: record.submitted_at,
            original: record.original,
        }
    }
}

/// What another system handled before Curfew, for auditors and admins.
#[utoipa::path(
    tag = "trail",
    operation_id = "list_imported_requests",
    params(Params),
    responses(
        (status = 200, body = Page<ImportedRequest>),
        (status = "4XX", body = web::problem::ProblemBody, content_type = "application/problem+json"),
        (status = "5XX", body = web::problem::ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = []))
)]
#[get("/v1/imported-requests")]
pub async fn list_imported_requests(
    caller: Caller,
    params: Query<Params>,
    state: Data<State>,
) -> Result<Json<Page<ImportedRequest>>, Problem> {
    caller.require_auditor_or_admin()?;
    let Params { requester, account, external_id, cursor, limit } = params.into_inner();
    let before = Cursor::id_in(cursor.as_ref())?;
    let filter = Filter { requester, account, external_id, before, limit: limit.rows() };
    let mut connection = state.db.read().await?;
    let records = list(&mut connection, &filter).await?;
    Ok(Json(Page::by_id(records, limit, |record| record.id).map(ImportedRequest::from)))
}
