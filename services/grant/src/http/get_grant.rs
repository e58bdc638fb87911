//! `GET /v1/grants/{id}`

use actix_web::{get, web::Data};
use domain::GrantId;
use domain::receipt::NeverCut;
use store::{grants, receipts, requests, say};
use web::{Caller, Json, Path, Problem};

use super::State;
use super::view::{GrantDetail, GrantView};

/// One grant: to those who asked or have it, their approvers, auditors and admins.
#[utoipa::path(
    tag = "grants",
    operation_id = "get_grant",
    params(("id" = GrantId, Path, description = "The grant")),
    responses(
        (status = 200, body = GrantDetail),
        (status = "4XX", body = web::problem::ProblemBody, content_type = "application/problem+json"),
        (status = "5XX", body = web::problem::ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = []))
)]
#[get("/v1/grants/{id}")]
pub async fn get_grant(state: Data<State>, caller: Caller, id: Path<GrantId>) -> Result<Json<GrantDetail>, Problem> {
    caller.require_scope("requests:read")?;
    let mut connection = state.db.read().await?;
    let found = grants::get(&mut connection, id.into_inner()).await?;
    let grant = found.ok_or_else(|| Problem::not_found("grant"))?;
    if let Some(person) = caller.person() {
        let personas = caller.personas();
        let request = requests::get(&mut connection, grant.request).await?;
        let groups: Vec<_> = person.groups.iter().map(|(id, _)| id.clone()).collect();
        let own = grant.tuple.principal == person.id || request.is_some_and(|r| r.requester == person.id);
        let approver = say::has_a_say(&mut connection, grant.request, &person.id, &groups).await?;
        if !(own || approver || personas.admin || personas.auditor) {
            return Err(Problem::not_found("grant"));
        }
    }
    let remaining_access = receipts::remaining(&mut connection, &grant, grant.evidence.as_ref()).await?;
    let seen = GrantView::of(&state, &mut connection, vec![grant]).await?;
    let grant = seen.into_iter().next().ok_or_else(|| Problem::not_found("grant"))?;
    Ok(Json(GrantDetail { grant, remaining_access, never_cut: NeverCut::ALL.to_vec() }))
}
