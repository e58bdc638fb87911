//! `GET /v1/drift/brake`, `POST /v1/drift/brake/release`

use actix_web::{get, post, web::Data};
use jiff::Timestamp;
use serde::Serialize;
use store::{PgConnection, StoreError, drift};
use web::{Caller, Json, Problem};

use super::super::State;

/// How the comparison of AWS with what is known stands, and whether its repairs wait for an admin.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct BrakeView {
    /// Whether repairs wait. Deadlines, ends and revocations never do.
    on: bool,
    /// Since when.
    since: Option<Timestamp>,
    /// Assignments that Curfew made, that nothing is known of, and that are not being removed yet.
    orphans: usize,
    /// When everything was last compared.
    compared_at: Option<Timestamp>,
}

impl BrakeView {
    async fn read(connection: &mut PgConnection) -> Result<Self, StoreError> {
        let (run, orphans) = (drift::status(connection).await?, drift::orphans(connection).await?.len());
        Ok(Self { on: run.braked_at.is_some(), since: run.braked_at, orphans, compared_at: run.finished_at })
    }
}

/// Whether the removal of orphans waits for an admin, since they are more than is usual.
#[utoipa::path(
    tag = "drift",
    operation_id = "show_drift_brake",
    responses(
        (status = 200, body = BrakeView),
        (status = "4XX", body = web::problem::ProblemBody, content_type = "application/problem+json"),
        (status = "5XX", body = web::problem::ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = []))
)]
#[get("/v1/drift/brake")]
pub async fn show_drift_brake(state: Data<State>, caller: Caller) -> Result<Json<BrakeView>, Problem> {
    caller.require_auditor_or_admin()?;
    let mut connection = state.db.read().await?;
    Ok(Json(BrakeView::read(&mut connection).await?))
}

/// Lets the orphans be removed: everything is compared once more at once, and what is an orphan then goes. Nothing
/// happens where the brake is not on.
#[utoipa::path(
    tag = "drift",
    operation_id = "release_drift_brake",
    responses(
        (status = 200, body = BrakeView),
        (status = "4XX", body = web::problem::ProblemBody, content_type = "application/problem+json"),
        (status = "5XX", body = web::problem::ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = []))
)]
#[post("/v1/drift/brake/release")]
pub async fn release_drift_brake(state: Data<State>, caller: Caller) -> Result<Json<BrakeView>, Problem> {
    let person = caller.require_admin()?;
    let mut tx = state.db.begin(caller.actor()).await?;
    drift::release(&mut tx, person.id.as_str()).await?;
    let brake = BrakeView::read(tx.connection()).await?;
    tx.commit().await?;
    Ok(Json(brake))
}
