//! `GET /v1/reviews`

use actix_web::{get, web::Data};
use domain::ReviewId;
use serde::Deserialize;
use store::reviews::{self, Filter};
use web::{Caller, Cursor, Json, Limit, Page, Problem, Query};

use super::looker;
use super::view::{ReviewView, view};
use crate::http::{Api, problems};

/// Whose to take.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Those that the caller may take.
    #[default]
    Mine,
    /// Everybody's; for auditors and admins.
    All,
}

/// Which reviews.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Which {
    /// Whose to take.
    #[serde(default)]
    #[param(inline)]
    role: Role,
    /// Only those that are owed, or only those that are done.
    open: Option<bool>,
    /// The page after this one.
    cursor: Option<Cursor>,
    /// How many a page has, 1 to 200.
    #[serde(default)]
    limit: Limit,
}

/// Reviews, the newest first.
#[utoipa::path(tag = "reviews", params(Which),
    responses((status = 200, description = "A page of reviews.", body = Page<ReviewView>)))]
#[get("/v1/reviews")]
pub async fn list_reviews(
    api: Data<Api>,
    caller: Caller,
    which: Query<Which>,
) -> Result<Json<Page<ReviewView>>, Problem> {
    let which = which.into_inner();
    let mine = looker(&api, &caller).await?;
    if which.role == Role::All {
        caller.require_auditor_or_admin()?;
    }
    let before: Option<ReviewId> = Cursor::id_in(which.cursor.as_ref())?;
    let filter = Filter {
        looker: (which.role == Role::Mine).then_some(mine),
        open: which.open,
        before,
        limit: which.limit.rows(),
    };
    let mut tx = api.begin(caller.actor()).await?;
    let rows = reviews::list(tx.connection(), &filter).await.map_err(problems::store)?;
    let page = Page::by_id(rows, which.limit, |review| review.id);
    let items = view(&mut tx, page.items).await.map_err(problems::store)?;
    Ok(Json(Page { items, next: page.next }))
}
