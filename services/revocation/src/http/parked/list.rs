//! `GET /v1/parked`

use actix_web::{get, web::Data};
use domain::parked::ParkedKind;
use jiff::Timestamp;
use serde::Deserialize;
use store::parked;
use uuid::Uuid;
use web::{Caller, Cursor, Json, Limit, Page, Problem, ProblemType, Query};

use super::view::ParkedView;
use crate::http::State;

/// Which page, and of what.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct WhichParked {
    /// Only things of this kind.
    kind: Option<ParkedKind>,
    /// The page after this one.
    cursor: Option<Cursor>,
    /// How many a page has, 1 to 200.
    #[serde(default)]
    limit: Limit,
}

/// Everything that cannot go on by itself, the longest parked first: assignments that AWS refuses to make or to remove,
/// access that could not be given and still may be, messages that nobody could take, deliveries that were given up, facts
/// that the broker does not take. Nothing of it is ever dropped.
#[utoipa::path(tag = "operations", params(WhichParked),
    responses((status = 200, description = "A page of parked things.", body = Page<ParkedView>)))]
#[get("/v1/parked")]
pub async fn list_parked(
    state: Data<State>,
    caller: Caller,
    which: Query<WhichParked>,
) -> Result<Json<Page<ParkedView>>, Problem> {
    caller.require_auditor_or_admin()?;
    let WhichParked { kind, cursor, limit } = which.into_inner();
    let after = cursor.map(|cursor| place(&cursor)).transpose()?;
    let mut connection = state.db.read().await?;
    let now = state.db.clock().now();
    let rows = parked::list(&mut connection, now, kind, after, limit.rows()).await?;
    Ok(Json(Page::of(rows, limit, |parked| Cursor::after(parked.since, parked.id)).map(ParkedView::from)))
}

fn place(cursor: &Cursor) -> Result<(Timestamp, Uuid), Problem> {
    let bad = || Problem::new(ProblemType::InvalidCursor);
    Ok((cursor.key.parse().map_err(|_| bad())?, cursor.id.parse().map_err(|_| bad())?))
}
