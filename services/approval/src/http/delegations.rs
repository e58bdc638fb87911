//! `/v1/delegations`: who stands in for whom while they are away.

use actix_web::web::{Data, Json as Reply};
use actix_web::{HttpResponse, get, post};
use domain::{DelegationId, UserId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::delegations::{self as rows, Delegation};
use utoipa::{IntoParams, ToSchema};
use web::{Caller, Cursor, Json, Limit, Page, Path, Problem, ProblemType, Query};

use super::State;
use super::problems;
use crate::usecase::delegations::{self as usecase, DelegationError, Make};

/// Who shall stand in for whom.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DelegationBody {
    /// Who stands in.
    pub to: UserId,
    /// Who is away; the caller where nothing is said. Only an admin names somebody else.
    pub from: Option<UserId>,
    /// From when; now where nothing is said.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub starts_at: Option<Timestamp>,
    /// Until when, at most 90 days later.
    #[schema(value_type = String, format = DateTime)]
    pub ends_at: Timestamp,
    /// Why, at most 4,000 characters.
    pub reason: Option<String>,
}

/// Somebody standing in for somebody.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Delegation)]
pub struct DelegationView {
    /// Which.
    pub id: DelegationId,
    /// Who is away.
    pub from: UserId,
    /// Who stands in. Only policies that name them take their word.
    pub to: UserId,
    /// From when.
    pub starts_at: Timestamp,
    /// Until when.
    pub ends_at: Timestamp,
    /// When it was ended before its time.
    pub ended_at: Option<Timestamp>,
    /// Whether it counts now.
    pub counts: bool,
    /// Why.
    pub reason: Option<String>,
    /// Who made it.
    pub made_by: domain::Actor,
    /// When.
    pub made_at: Timestamp,
}

impl DelegationView {
    fn of(delegation: Delegation, now: Timestamp) -> Self {
        Self {
            counts: delegation.counts(now),
            id: delegation.id,
            from: delegation.from,
            to: delegation.to,
            starts_at: delegation.starts_at,
            ends_at: delegation.ends_at,
            ended_at: delegation.ended_at,
            reason: delegation.reason,
            made_by: delegation.made_by,
            made_at: delegation.made_at,
        }
    }
}

fn refused(error: DelegationError) -> Problem {
    let said = problems::sentence(&error.to_string());
    match error {
        DelegationError::ToOneself => Problem::because(ProblemType::DelegationToOneself, said).with("path", "to"),
        DelegationError::UnknownPerson(who) | DelegationError::DisabledPerson(who) => {
            Problem::because(ProblemType::UnknownPerson, said).with("person", who.as_str())
        }
        DelegationError::BadTime => Problem::because(ProblemType::InvalidValue, said).with("path", "ends_at"),
        DelegationError::Circle(people) => Problem::because(ProblemType::DelegationCircle, said)
            .with("people", people.into_iter().map(String::from).collect::<Vec<_>>()),
        DelegationError::Overlaps(other) => {
            Problem::because(ProblemType::DelegationOverlaps, said).with("delegation", other.id.to_string())
        }
        DelegationError::UnknownDelegation => Problem::not_found("delegation"),
        DelegationError::Over(_) => Problem::conflict("end", "counting", "over"),
        DelegationError::Store(error) => error.into(),
    }
}

/// Lets somebody stand in for the caller, or, to an admin, for anybody, for a time.
#[utoipa::path(
    tag = "delegations", operation_id = "create_delegation", request_body = DelegationBody, responses(
        (status = 201, body = DelegationView),
        (status = "4XX", body = web::problem::ProblemBody, content_type = "application/problem+json"),
        (status = "5XX", body = web::problem::ProblemBody, content_type = "application/problem+json"),
    ), security(("bearer" = []))
)]
#[post("/v1/delegations")]
pub async fn create_delegation(
    caller: Caller,
    body: Json<DelegationBody>,
    state: Data<State>,
) -> Result<HttpResponse, Problem> {
    let me = caller.require_user()?;
    let DelegationBody { to, from, starts_at, ends_at, reason } = body.into_inner();
    let from = from.unwrap_or_else(|| me.id.clone());
    if !usecase::may_make_for(&caller.actor(), caller.personas().admin, &from) {
        return Err(Problem::because(ProblemType::AdminRequired, "Only an admin lets somebody stand in for others."));
    }
    let command = Make { from, to, starts_at, ends_at, reason: problems::optional(reason, "reason")? };
    let mut tx = state.desk.db.begin(caller.actor()).await?;
    let made = usecase::make(&mut tx, command).await.map_err(refused)?;
    let now = tx.now();
    tx.commit().await?;
    Ok(HttpResponse::Created().json(DelegationView::of(made, now)))
}

/// Which page.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Params {
    /// The `next` of the page before.
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor>,
    /// How many, 1 to 200.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    limit: Limit,
}

/// The caller's delegations in both directions, the newest first; to admins and auditors everybody's.
#[utoipa::path(tag = "delegations", operation_id = "list_delegations", params(Params), responses(
        (status = 200, body = Page<DelegationView>),
        (status = "4XX", body = web::problem::ProblemBody, content_type = "application/problem+json"),
        (status = "5XX", body = web::problem::ProblemBody, content_type = "application/problem+json"),
    ), security(("bearer" = [])))]
#[get("/v1/delegations")]
pub async fn list_delegations(
    caller: Caller,
    params: Query<Params>,
    state: Data<State>,
) -> Result<Reply<Page<DelegationView>>, Problem> {
    let me = caller.require_user()?;
    let Params { cursor, limit } = params.into_inner();
    let before = Cursor::id_in(cursor.as_ref())?;
    let person = if caller.require_auditor_or_admin().is_ok() { None } else { Some(&me.id) };
    let now = state.desk.db.clock().now();
    let found = rows::list(&mut *state.desk.db.read().await?, person, before, limit.rows()).await?;
    let page = Page::by_id(found, limit, |delegation| delegation.id);
    Ok(Reply(page.map(|delegation| DelegationView::of(delegation, now))))
}

/// Ends a delegation before its time: whoever is away, whoever stands in, or an admin.
#[utoipa::path(
    tag = "delegations", operation_id = "end_delegation",
    params(("id" = DelegationId, Path, description = "The delegation")), responses(
        (status = 200, body = DelegationView),
        (status = "4XX", body = web::problem::ProblemBody, content_type = "application/problem+json"),
        (status = "5XX", body = web::problem::ProblemBody, content_type = "application/problem+json"),
    ), security(("bearer" = []))
)]
#[post("/v1/delegations/{id}/end")]
pub async fn end_delegation(
    caller: Caller,
    id: Path<DelegationId>,
    state: Data<State>,
) -> Result<Reply<DelegationView>, Problem> {
    let me = caller.require_user()?;
    let mut tx = state.desk.db.begin(caller.actor()).await?;
    let ended = usecase::end(&mut tx, id.into_inner(), &me.id, caller.personas().admin).await.map_err(refused)?;
    let now = tx.now();
    tx.commit().await?;
    Ok(Reply(DelegationView::of(ended, now)))
}
