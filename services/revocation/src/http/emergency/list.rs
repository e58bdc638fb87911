//! `GET /v1/emergency`

use actix_web::{get, web::Data};
use domain::EmergencyId;
use serde::{Deserialize, Serialize};
use store::{emergencies, pauses};
use utoipa::ToSchema;
use web::{Caller, Cursor, Json, Limit, Page, Problem, ProblemType, Query};

use super::view::{EmergencyView, PauseView};
use crate::http::State;

/// Which page.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct WhichEmergencies {
    /// The page after this one.
    cursor: Option<Cursor>,
    /// How many a page has, 1 to 200.
    #[serde(default)]
    limit: Limit,
}

/// Whether new access may begin, and every use of the button.
#[derive(Debug, Serialize, ToSchema)]
pub struct Emergencies {
    /// Why no access begins just now; empty while it does.
    pauses: Vec<PauseView>,
    /// The newest first.
    items: Vec<EmergencyView>,
    /// The cursor of the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// Whether new access may begin just now, and the uses of the emergency button, the newest first.
#[utoipa::path(tag = "emergency", params(WhichEmergencies),
    responses((status = 200, description = "The pauses in force, and a page of emergencies.", body = Emergencies)))]
#[get("/v1/emergency")]
pub async fn list_emergencies(
    state: Data<State>,
    caller: Caller,
    which: Query<WhichEmergencies>,
) -> Result<Json<Emergencies>, Problem> {
    caller.require_auditor_or_admin()?;
    let WhichEmergencies { cursor, limit } = which.into_inner();
    let before: Option<EmergencyId> = match cursor {
        None => None,
        Some(cursor) => Some(cursor.id.parse().map_err(|_| Problem::new(ProblemType::InvalidCursor))?),
    };
    let mut connection = state.db.read().await?;
    let pauses = pauses::all(&mut connection).await?.into_iter().map(PauseView::from).collect();
    let rows = emergencies::list(&mut connection, before, limit.rows()).await?;
    let page = Page::of(rows, limit, |emergency| Cursor::after("", emergency.id)).map(EmergencyView::from);
    Ok(Json(Emergencies { pauses, items: page.items, next: page.next }))
}
