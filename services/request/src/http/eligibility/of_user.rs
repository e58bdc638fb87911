//! `GET /v1/users/{id}/eligibility`

use actix_web::{get, web::Data};
use domain::UserId;
use store::directory;
use web::{Caller, Json, Path, Problem};

use super::show::{Eligibility, told};
use crate::http::{Api, problems};

/// What may this person ask for? Nothing where they are disabled. For auditors and admins.
#[utoipa::path(tag = "eligibility", params(("id" = UserId, Path, description = "The person.")),
    responses((status = 200, description = "What each rule offers them.", body = Eligibility)))]
#[get("/v1/users/{id}/eligibility")]
pub async fn show_users_eligibility(
    api: Data<Api>,
    caller: Caller,
    id: Path<UserId>,
) -> Result<Json<Eligibility>, Problem> {
    caller.require_auditor_or_admin()?;
    let mut tx = api.begin(caller.actor()).await?;
    let person = directory::person(tx.connection(), &id.into_inner()).await.map_err(problems::store)?;
    let person = person.ok_or_else(|| Problem::not_found("user"))?;
    let book = api.judge.books.current(tx.connection()).await.map_err(problems::store)?;
    let offers = if person.active { book.offers(&person.id, &person.group_ids(), tx.now()) } else { Vec::new() };
    let most = api.settings.requests.max_minutes;
    Ok(Json(told(&mut tx, &book, &offers, most).await.map_err(problems::store)?))
}
