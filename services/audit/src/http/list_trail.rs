//! `GET /v1/trail`: every change, the newest first.

use actix_web::get;
use actix_web::web::{Data, Json};
use domain::{Actor, RequestId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::trail::{Entry, Filter, list};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{Caller, Cursor, Limit, Page, Problem, Query};

use super::State;

/// Which entries, and which page of them.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Params {
    /// Only what belongs to this request.
    #[param(value_type = Option<Uuid>)]
    request: Option<RequestId>,
    /// Only what is about this request, grant, assignment, rule or webhook.
    subject: Option<Uuid>,
    /// Only this action, for example `request.approved.v1`.
    action: Option<String>,
    /// The `next` of the page before.
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor>,
    /// How many, 1 to 200.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    limit: Limit,
}

/// One change.
#[derive(Debug, Serialize, ToSchema)]
pub struct TrailEntry {
    /// The fact's id, the same in webhooks.
    id: Uuid,
    /// When it was committed.
    at: Timestamp,
    /// Whose doing it was.
    actor: Actor,
    /// The versioned name of what happened.
    action: String,
    /// What it is about.
    subject: Subject,
    /// The request that it belongs to.
    request: Option<Uuid>,
    /// The fact's own data.
    data: serde_json::Value,
}

/// What an entry is about.
#[derive(Debug, Serialize, ToSchema)]
pub struct Subject {
    /// `request`, `grant`, `assignment`, `rule` or `webhook`.
    kind: String,
    /// Which.
    id: Uuid,
}

impl From<Entry> for TrailEntry {
    fn from(entry: Entry) -> Self {
        Self {
            id: entry.id,
            at: entry.at,
            actor: entry.actor,
            action: entry.action,
            subject: Subject { kind: entry.subject_kind, id: entry.subject_id },
            request: entry.request_id,
            data: entry.data,
        }
    }
}

/// The trail, for auditors and admins.
#[utoipa::path(
    tag = "trail",
    operation_id = "list_trail",
    params(Params),
    responses(
        (status = 200, body = Page<TrailEntry>),
        (status = "4XX", body = web::problem::ProblemBody, content_type = "application/problem+json"),
        (status = "5XX", body = web::problem::ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = []))
)]
#[get("/v1/trail")]
pub async fn list_trail(
    caller: Caller,
    params: Query<Params>,
    state: Data<State>,
) -> Result<Json<Page<TrailEntry>>, Problem> {
    caller.require_auditor_or_admin()?;
    let Params { request, subject, action, cursor, limit } = params.into_inner();
    let before = Cursor::id_in(cursor.as_ref())?;
    let filter = Filter { request: request.map(RequestId::uuid), subject, action, before, limit: limit.rows() };
    let entries = list(&state.db, &filter).await?;
    Ok(Json(Page::by_id(entries, limit, |entry| entry.id).map(TrailEntry::from)))
}
