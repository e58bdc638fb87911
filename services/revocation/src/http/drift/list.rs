//! `GET /v1/drift`

use actix_web::{get, web::Data};
use domain::DriftId;
use domain::drift::DriftKind;
use serde::Deserialize;
use store::drift::{self, Filter};
use web::{Caller, Cursor, Json, Limit, Page, Problem, ProblemType, Query};

use super::super::State;
use super::view::DriftView;

/// Which differences.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListDrift {
    /// Only this kind.
    kind: Option<DriftKind>,
    /// Only what is there and acknowledged by nobody, or only the rest.
    open: Option<bool>,
    /// The `next` of the page before.
    cursor: Option<Cursor>,
    /// Items on a page, 1 to 200.
    #[serde(default)]
    limit: Limit,
}

/// Where AWS and what is known differ, the newest first.
#[utoipa::path(
    tag = "drift",
    operation_id = "list_drift",
    params(ListDrift),
    responses(
        (status = 200, body = Page<DriftView>),
        (status = "4XX", body = web::problem::ProblemBody, content_type = "application/problem+json"),
        (status = "5XX", body = web::problem::ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = []))
)]
#[get("/v1/drift")]
pub async fn list_drift(
    state: Data<State>,
    caller: Caller,
    query: Query<ListDrift>,
) -> Result<Json<Page<DriftView>>, Problem> {
    caller.require_auditor_or_admin()?;
    let query = query.into_inner();
    let before = match &query.cursor {
        Some(cursor) => Some(cursor.id.parse::<DriftId>().map_err(|_| Problem::new(ProblemType::InvalidCursor))?),
        None => None,
    };
    let filter = Filter { kind: query.kind, open: query.open, before, limit: query.limit.rows() };
    let mut connection = state.db.read().await?;
    let rows: Vec<DriftView> = drift::list(&mut connection, &filter).await?.into_iter().map(Into::into).collect();
    Ok(Json(Page::of(rows, query.limit, |drift| Cursor::after("", drift.id()))))
}
