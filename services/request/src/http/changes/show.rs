//! `GET /v1/changes/{id}`

use actix_web::{get, web::Data};
use domain::ChangeId;
use store::changes::{self, ChangeState};
use web::{Caller, Json, Path, Problem};

use super::view::ChangeView;
use crate::http::{Api, documents, problems};
use crate::usecase::documents::{Why, weigh_now};

/// One change; of one that waits, what it would mean as things are now.
#[utoipa::path(tag = "changes", params(("id" = ChangeId, Path, description = "The change.")),
    responses((status = 200, description = "The change.", body = ChangeView)))]
#[get("/v1/changes/{id}")]
pub async fn show_change(api: Data<Api>, caller: Caller, id: Path<ChangeId>) -> Result<Json<ChangeView>, Problem> {
    caller.require_auditor_or_admin()?;
    let mut tx = api.begin(caller.actor()).await?;
    let change = changes::get(tx.connection(), id.into_inner()).await.map_err(problems::store)?;
    let change = change.ok_or_else(|| Problem::not_found("change"))?;
    if change.state != ChangeState::Waiting {
        return Ok(Json(ChangeView::as_proposed(change)));
    }
    match weigh_now(&mut tx, &api.desk(), &change).await {
        Ok((weighed, revision)) => Ok(Json(ChangeView::new(change, weighed).at(revision))),
        Err(refused) => match refused.why {
            Why::Store(error) => Err(problems::store(error)),
            why => {
                let said = problems::sentence(&why);
                Ok(Json(ChangeView::as_proposed(change).hindered(said, documents::problems::slug(why))))
            }
        },
    }
}
