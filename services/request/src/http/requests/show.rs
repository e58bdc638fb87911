//! `GET /v1/requests/{id}`

use actix_web::{get, web::Data};
use domain::{GroupId, RequestId};
use store::requests::{self, Request};
use store::{Tx, approvals};
use web::{Caller, Json, Path, Problem};

use crate::http::view::{RequestDetail, detail};
use crate::http::{Api, problems};

/// One request with its decision, its access and its trace.
#[utoipa::path(tag = "requests", params(("id" = RequestId, Path, description = "The request.")),
    responses((status = 200, description = "The request.", body = RequestDetail)))]
#[get("/v1/requests/{id}")]
pub async fn show_request(api: Data<Api>, caller: Caller, id: Path<RequestId>) -> Result<Json<RequestDetail>, Problem> {
    let mut tx = api.begin(caller.actor()).await?;
    let request = requests::get(tx.connection(), id.into_inner()).await.map_err(problems::store)?;
    let request = request.ok_or_else(|| Problem::not_found("request"))?;
    if !may_see(&mut tx, &caller, &request).await? {
        return Err(Problem::not_found("request"));
    }
    Ok(Json(detail(&mut tx, request).await.map_err(problems::store)?))
}

/// Those whom it is about, those who decide or decided, and those who may read everything.
async fn may_see(tx: &mut Tx, caller: &Caller, request: &Request) -> Result<bool, Problem> {
    let Caller::User { person, personas } = caller else {
        return Ok(caller.require_scope("requests:read").is_ok());
    };
    if personas.admin || personas.auditor || person.id == request.requester || person.id == request.beneficiary {
        return Ok(true);
    }
    let approval = approvals::of_request(tx.connection(), request.id).await.map_err(problems::store)?;
    let Some(approval) = approval else { return Ok(false) };
    let groups: Vec<GroupId> = person.groups.iter().map(|(id, _)| id.clone()).collect();
    if approval.needs.iter().any(|policy| policy.names(&person.id, &groups)) {
        return Ok(true);
    }
    let votes = approvals::votes(tx.connection(), approval.id).await.map_err(problems::store)?;
    Ok(votes.iter().any(|v| v.vote.voter == person.id))
}
