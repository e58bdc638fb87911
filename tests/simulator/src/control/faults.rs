//! Ordering faults.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Json};
use serde_json::json;

use super::{done, refuse};
use crate::host::Host;
use crate::world::faults::Fault;

/// `GET /control/faults`: what is still ordered.
pub async fn list(host: Data<Host>) -> HttpResponse {
    done(json!({"faults": host.world().faults.ordered()}))
}

/// `POST /control/faults`.
pub async fn order(host: Data<Host>, fault: Json<Fault>) -> HttpResponse {
    let fault = fault.into_inner();
    if fault.probability.is_some_and(|p| !(0.0..=1.0).contains(&p)) {
        return refuse(StatusCode::BAD_REQUEST, "probability must be from 0 to 1");
    }
    if fault.seconds.is_some_and(|seconds| !seconds.is_finite() || seconds < 0.0) {
        return refuse(StatusCode::BAD_REQUEST, "seconds must not be negative");
    }
    if fault.lasts.is_some_and(|seconds| !seconds.is_finite() || seconds < 0.0) {
        return refuse(StatusCode::BAD_REQUEST, "lasts must not be negative");
    }
    if let Some(unknown) = fault.operations.iter().flatten().find(|operation| !crate::aws::simulates(operation)) {
        return refuse(StatusCode::BAD_REQUEST, &format!("{unknown} is not an operation that is simulated"));
    }
    if fault.count == Some(0) {
        return refuse(StatusCode::BAD_REQUEST, "count must be at least 1");
    }
    let mut world = host.world();
    let now = world.time();
    world.settle(now);
    world.faults.order(fault.clone(), now);
    HttpResponse::Created().json(fault)
}

/// `DELETE /control/faults`: takes all orders back.
pub async fn clear(host: Data<Host>) -> HttpResponse {
    host.world().faults.clear();
    HttpResponse::NoContent().finish()
}
