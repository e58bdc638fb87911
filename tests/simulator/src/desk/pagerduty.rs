//! `PagerDuty`'s REST API, version 2, as far as it tells who is on call.

use actix_web::http::StatusCode;
use actix_web::web::{self, Data, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::seed::PAGERDUTY_TOKEN;
use super::{System, authorization, gate, parameters, who};
use crate::clock::Millis;
use crate::host::{Host, lock};
use crate::seed::hex_of;
use crate::world::World;

/// A schedule.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Schedule {
    #[serde(default)]
    pub name: String,
    pub people: Vec<Person>,
    /// How many escalation policies it stands in; with none, `/oncalls` has nothing of it.
    #[serde(default = "one")]
    pub policies: usize,
}

const fn one() -> usize {
    1
}

/// Somebody's turn.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// A user name or an address.
    pub user: String,
    /// Since ever, if absent.
    #[serde(default)]
    pub from: Option<Timestamp>,
    /// For ever, if absent.
    #[serde(default)]
    pub until: Option<Timestamp>,
}

impl Person {
    /// Whether their turn touches the time from `since` to `until`.
    fn is_on(&self, since: Timestamp, until: Timestamp) -> bool {
        self.from.is_none_or(|from| from <= until) && self.until.is_none_or(|end| end > since)
    }
}

pub fn routes(app: &mut ServiceConfig) {
    app.route("/pagerduty/oncalls", web::get().to(on_calls))
        .route("/pagerduty/schedules/{schedule}/users", web::get().to(users))
        .route("/pagerduty/{path:.*}", web::route().to(nothing));
}

/// The refusal of wrong credentials or another version.
fn refusal(request: &HttpRequest) -> Option<HttpResponse> {
    let accepts = request.headers().get("accept").and_then(|value| value.to_str().ok()).unwrap_or_default();
    if authorization(request) != format!("Token token={PAGERDUTY_TOKEN}") {
        return Some(System::PagerDuty.refuse(StatusCode::UNAUTHORIZED, "Invalid API key"));
    }
    let wrong = accepts != "application/vnd.pagerduty+json;version=2";
    wrong.then(|| System::PagerDuty.refuse(StatusCode::NOT_ACCEPTABLE, "Version 2 must be accepted"))
}

async fn nothing(request: HttpRequest, host: Data<Host>) -> HttpResponse {
    if let Some(answer) = gate(&request, &host, System::PagerDuty).await {
        return answer;
    }
    System::PagerDuty.refuse(StatusCode::NOT_FOUND, "Not Found")
}

/// `GET /oncalls`.
async fn on_calls(request: HttpRequest, host: Data<Host>) -> HttpResponse {
    if let Some(answer) = gate(&request, &host, System::PagerDuty).await {
        return answer;
    }
    if let Some(refusal) = refusal(&request) {
        return refusal;
    }
    let query = parameters(&request);
    let one = |name: &str| query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let number = |name: &str, usual: usize| one(name).and_then(|text| text.parse().ok()).unwrap_or(usual);
    let now = Timestamp::from_millisecond(Millis::now().0).unwrap_or_default();
    let time = |name: &str| one(name).and_then(|text| text.parse::<Timestamp>().ok()).unwrap_or(now);
    let (since, until) = (time("since"), time("until"));
    if until < since {
        return System::PagerDuty.refuse(StatusCode::BAD_REQUEST, "Invalid Input Provided");
    }
    let wanted: Vec<&str> =
        query.iter().filter(|(key, _)| key == "schedule_ids[]").map(|(_, value)| value.as_str()).collect();
    let (limit, offset) = (number("limit", 25).clamp(1, 100), number("offset", 0));
    let whole = query.iter().any(|(key, what)| key == "include[]" && what == "users");
    let earliest = one("earliest") == Some("true");
    let world = host.world();
    let state = lock(&host.desk.state);
    let mut entries = Vec::new();
    for (id, schedule) in state.schedules.iter().filter(|(id, _)| wanted.is_empty() || wanted.contains(&id.as_str())) {
        for policy in 0..schedule.policies {
            let mut seen: Vec<&str> = Vec::new();
            for person in schedule.people.iter().filter(|person| person.is_on(since, until)) {
                if earliest && seen.contains(&person.user.as_str()) {
                    continue;
                }
                seen.push(&person.user);
                entries.push(json!({
                    "user": user(&world, &person.user, whole),
                    "schedule": reference("schedule", id, &schedule.name),
                    "escalation_policy": reference("escalation_policy", &format!("PPOLICY{policy}"), "Policy"),
                    "escalation_level": 1,
                    "start": person.from,
                    "end": person.until,
                }));
            }
        }
    }
    let more = entries.len() > offset.saturating_add(limit);
    let page: Vec<Value> = entries.into_iter().skip(offset).take(limit).collect();
    HttpResponse::Ok().json(json!({"oncalls": page, "limit": limit, "offset": offset, "more": more, "total": null}))
}

/// `GET /schedules/{id}/users`.
async fn users(request: HttpRequest, host: Data<Host>, id: Path<String>) -> HttpResponse {
    if let Some(answer) = gate(&request, &host, System::PagerDuty).await {
        return answer;
    }
    if let Some(refusal) = refusal(&request) {
        return refusal;
    }
    let query = parameters(&request);
    let time = |name: &str| query.iter().find(|(key, _)| key == name).and_then(|(_, text)| text.parse().ok());
    let (Some(since), Some(until)) = (time("since"), time("until")) else {
        return System::PagerDuty.refuse(StatusCode::BAD_REQUEST, "Invalid Input Provided");
    };
    let world = host.world();
    let state = lock(&host.desk.state);
    let Some(schedule) = state.schedules.get(&id.into_inner()) else {
        return System::PagerDuty.refuse(StatusCode::NOT_FOUND, "Not Found");
    };
    let people = schedule.people.iter().filter(|person| person.is_on(since, until));
    HttpResponse::Ok().json(json!({"users": people.map(|p| user(&world, &p.user, true)).collect::<Vec<_>>()}))
}

fn reference(kind: &str, id: &str, summary: &str) -> Value {
    json!({
        "id": id, "type": format!("{kind}_reference"), "summary": summary,
        "self": format!("https://api.pagerduty.com/{kind}s/{id}"), "html_url": null,
    })
}

fn user(world: &World, named: &str, whole: bool) -> Value {
    let (name, email) = who(world, named);
    let id = format!("P{}", hex_of("pagerduty-user", &email, 6).to_uppercase());
    let mut user = reference("user", &id, &name);
    if whole && let Some(fields) = user.as_object_mut() {
        let more =
            [("type", "user"), ("name", &name), ("email", &email), ("time_zone", "Europe/Berlin"), ("role", "user")];
        fields.extend(more.into_iter().map(|(key, value)| (key.to_owned(), json!(value))));
    }
    user
}
