//! `/control/desk`: setting who is on call, how tickets stand, and how the systems behave.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{self, Data, Json, Path, ServiceConfig};
use serde_json::{Map, Value, json};

use super::pagerduty::Schedule;
use super::{System, Ticket};
use crate::host::{Host, lock};
use crate::sink::Behaviour;

/// Below `/control`.
pub fn routes(app: &mut ServiceConfig) {
    app.route("/desk", web::get().to(show))
        .route("/desk/schedules/{schedule}", web::put().to(put_schedule))
        .route("/desk/schedules/{schedule}", web::delete().to(delete_schedule))
        .route("/desk/tickets/{system}/{number}", web::put().to(put_ticket))
        .route("/desk/tickets/{system}/{number}", web::delete().to(delete_ticket))
        .route("/desk/{system}/behaviour", web::put().to(behave))
        .route("/desk/{system}/requests", web::get().to(requests))
        .route("/desk/{system}/requests", web::delete().to(forget));
}

/// `GET /control/desk`.
async fn show(host: Data<Host>) -> HttpResponse {
    let state = lock(&host.desk.state);
    let of = |wanted: System| -> Map<String, Value> {
        let tickets = state.tickets.iter().filter(|((system, _), _)| *system == wanted);
        tickets.map(|((_, number), ticket)| (number.clone(), json!(ticket))).collect()
    };
    HttpResponse::Ok().json(json!({
        "schedules": state.schedules,
        "tickets": {"jira": of(System::Jira), "servicenow": of(System::ServiceNow)},
        "behaviour": state.lines.iter().map(|(system, line)| json!({"system": system, "behaviour": line.behaviour})).collect::<Vec<_>>(),
    }))
}

/// `PUT /control/desk/schedules/{schedule}`: makes it, or puts others on call.
async fn put_schedule(host: Data<Host>, id: Path<String>, schedule: Json<Schedule>) -> HttpResponse {
    let schedule = schedule.into_inner();
    lock(&host.desk.state).schedules.insert(id.into_inner(), schedule.clone());
    HttpResponse::Ok().json(schedule)
}

/// `DELETE /control/desk/schedules/{schedule}`.
async fn delete_schedule(host: Data<Host>, id: Path<String>) -> HttpResponse {
    lock(&host.desk.state).schedules.remove(&id.into_inner());
    HttpResponse::NoContent().finish()
}

/// `PUT /control/desk/tickets/{system}/{number}`: makes it, or changes all of it.
async fn put_ticket(host: Data<Host>, path: Path<(System, String)>, ticket: Json<Ticket>) -> HttpResponse {
    let (system, number) = path.into_inner();
    if system == System::PagerDuty {
        return HttpResponse::BadRequest().json(json!({"error": "tickets are in jira and servicenow"}));
    }
    let ticket = ticket.into_inner();
    lock(&host.desk.state).tickets.insert((system, number), ticket.clone());
    HttpResponse::Ok().json(ticket)
}

/// `DELETE /control/desk/tickets/{system}/{number}`.
async fn delete_ticket(host: Data<Host>, path: Path<(System, String)>) -> HttpResponse {
    lock(&host.desk.state).tickets.remove(&path.into_inner());
    HttpResponse::NoContent().finish()
}

/// `PUT /control/desk/{system}/behaviour`: as with webhooks; 200 is as usual.
async fn behave(host: Data<Host>, system: Path<System>, behaviour: Json<Behaviour>) -> HttpResponse {
    let behaviour = behaviour.into_inner();
    if StatusCode::from_u16(behaviour.status).is_err() {
        return HttpResponse::BadRequest().json(json!({"error": "status must be an HTTP status"}));
    }
    lock(&host.desk.state).lines.entry(system.into_inner()).or_default().behaviour = behaviour.clone();
    HttpResponse::Ok().json(behaviour)
}

/// `GET /control/desk/{system}/requests`: how often it was asked, and what.
async fn requests(host: Data<Host>, system: Path<System>) -> HttpResponse {
    let mut state = lock(&host.desk.state);
    let line = state.lines.entry(system.into_inner()).or_default();
    HttpResponse::Ok().json(json!({"count": line.count, "requests": line.kept}))
}

/// `DELETE /control/desk/{system}/requests`.
async fn forget(host: Data<Host>, system: Path<System>) -> HttpResponse {
    let mut state = lock(&host.desk.state);
    let line = state.lines.entry(system.into_inner()).or_default();
    (line.count, line.kept) = (0, std::collections::VecDeque::new());
    HttpResponse::NoContent().finish()
}
