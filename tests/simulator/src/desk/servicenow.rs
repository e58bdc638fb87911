//! `ServiceNow`'s Table API and token endpoint. Encoded queries work as there, injections too: `^`, `^OR` and `^NQ` have
//! their meaning, and a part that is not understood is ignored.

use actix_web::http::StatusCode;
use actix_web::web::{self, Bytes, Data, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::seed::{SERVICENOW_CLIENT, SERVICENOW_CLIENT_SECRET, SERVICENOW_PASSWORD, SERVICENOW_USER};
use super::{System, Ticket, authorization, gate, parameters, who};
use crate::host::{Host, lock};
use crate::world::World;

/// What the token endpoint hands out.
const ACCESS_TOKEN: &str = "servicenow-access-token";
const TABLES: [&str; 2] = ["change_request", "incident"];

pub fn routes(app: &mut ServiceConfig) {
    app.route("/servicenow/api/now/table/{table}", web::get().to(records))
        .route("/servicenow/oauth_token.do", web::post().to(token))
        .route("/servicenow/{path:.*}", web::route().to(nothing));
}

async fn nothing(request: HttpRequest, host: Data<Host>) -> HttpResponse {
    if let Some(answer) = gate(&request, &host, System::ServiceNow).await {
        return answer;
    }
    let words = "Requested URI does not represent any resource";
    System::ServiceNow.refuse(StatusCode::BAD_REQUEST, words)
}

async fn token(request: HttpRequest, host: Data<Host>, body: Bytes) -> HttpResponse {
    if let Some(answer) = gate(&request, &host, System::ServiceNow).await {
        return answer;
    }
    let form: Vec<(String, String)> = url::form_urlencoded::parse(&body).into_owned().collect();
    let is = |name: &str, value: &str| form.iter().any(|(key, given)| key == name && given == value);
    if is("grant_type", "client_credentials")
        && is("client_id", SERVICENOW_CLIENT)
        && is("client_secret", SERVICENOW_CLIENT_SECRET)
    {
        return HttpResponse::Ok().json(json!({
            "access_token": ACCESS_TOKEN, "scope": "useraccount", "token_type": "Bearer", "expires_in": 1799,
        }));
    }
    HttpResponse::Unauthorized().json(json!({"error": "access_denied", "error_description": "access_denied"}))
}

async fn records(request: HttpRequest, host: Data<Host>, table: Path<String>) -> HttpResponse {
    if let Some(answer) = gate(&request, &host, System::ServiceNow).await {
        return answer;
    }
    let basic = format!("Basic {}", STANDARD.encode(format!("{SERVICENOW_USER}:{SERVICENOW_PASSWORD}")));
    let given = authorization(&request);
    if given != basic && given != format!("Bearer {ACCESS_TOKEN}") {
        return System::ServiceNow.refuse(StatusCode::UNAUTHORIZED, "User Not Authenticated");
    }
    let table = table.into_inner();
    if !TABLES.contains(&table.as_str()) {
        return System::ServiceNow.refuse(StatusCode::BAD_REQUEST, &format!("Invalid table {table}"));
    }
    let query = parameters(&request);
    let one = |name: &str| query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let limit = one("sysparm_limit").and_then(|text| text.parse().ok()).unwrap_or(10_000);
    let fields: Option<Vec<&str>> = one("sysparm_fields").map(|fields| fields.split(',').collect());
    let form = one("sysparm_display_value").unwrap_or("false");
    let world = host.world();
    let state = lock(&host.desk.state);
    let found = state
        .tickets
        .iter()
        .filter(|((system, _), ticket)| *system == System::ServiceNow && ticket.table == table)
        .map(|((_, number), ticket)| row(&world, number, ticket))
        .filter(|row| matches(row, one("sysparm_query").unwrap_or_default()))
        .take(limit);
    let result: Vec<Value> = found.map(|row| shown(&row, fields.as_deref(), form)).collect();
    HttpResponse::Ok().json(json!({"result": result}))
}

/// Field, value, display value.
type Row = Vec<(&'static str, String, String)>;

fn row(world: &World, number: &str, ticket: &Ticket) -> Row {
    let same = |name: &'static str, text: String| (name, text.clone(), text);
    let (name, email) = ticket.assignee.as_deref().map(|named| who(world, named)).unwrap_or_default();
    let id = if name.is_empty() { String::new() } else { crate::seed::hex_of("sys_user", &email, 32) };
    let states = [("New", "-5"), ("Scheduled", "-2"), ("Implement", "-1"), ("In Progress", "2"), ("Closed", "3")];
    let state = states.iter().find(|(words, _)| *words == ticket.state).map_or(ticket.state.as_str(), |(_, code)| code);
    // What people see is in their own zone: two hours ahead, so that nobody takes it for the value.
    let time = |at: Option<jiff::Timestamp>, hours: i64| {
        let at = at.map(|at| at.saturating_add(jiff::SignedDuration::from_hours(hours)).unwrap_or(at));
        at.map_or_else(String::new, |at| at.strftime("%Y-%m-%d %H:%M:%S").to_string())
    };
    vec![
        same("number", number.to_owned()),
        ("state", state.to_owned(), ticket.state.clone()),
        same("active", ticket.open.to_string()),
        ("assigned_to", id, name),
        same("assigned_to.email", if ticket.address_hidden { String::new() } else { email }),
        ("start_date", time(ticket.window_start, 0), time(ticket.window_start, 2)),
        ("end_date", time(ticket.window_end, 0), time(ticket.window_end, 2)),
    ]
}

/// Whether an encoded query takes the row.
fn matches(row: &Row, query: &str) -> bool {
    query.split("^NQ").any(|part| {
        let mut terms: Vec<Vec<&str>> = Vec::new();
        for condition in part.split('^').filter(|condition| !condition.is_empty()) {
            match (condition.strip_prefix("OR"), terms.last_mut()) {
                (Some(other), Some(last)) => last.push(other),
                _ => terms.push(vec![condition]),
            }
        }
        terms.iter().all(|any| any.iter().any(|condition| holds(row, condition)))
    })
}

/// A condition that is not understood holds, as in an instance that is set up the usual way.
fn holds(row: &Row, condition: &str) -> bool {
    let Some((field, wanted)) = condition.split_once('=') else { return true };
    row.iter().find(|(name, ..)| *name == field).is_none_or(|(_, value, _)| value.eq_ignore_ascii_case(wanted))
}

fn shown(row: &Row, fields: Option<&[&str]>, form: &str) -> Value {
    let wanted = row.iter().filter(|(name, ..)| fields.is_none_or(|fields| fields.contains(name)));
    let shown = wanted.map(|(name, value, display)| {
        let value = match form {
            "all" => json!({"display_value": display, "value": value}),
            "true" => json!(display),
            _ => json!(value),
        };
        ((*name).to_owned(), value)
    });
    Value::Object(shown.collect::<Map<_, _>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encoded_queries_are_as_dangerous_as_the_real_ones() {
        let row: Row = vec![("number", "CHG1".to_owned(), String::new()), ("active", "true".to_owned(), String::new())];
        for (query, taken) in [
            ("number=CHG1", true),
            ("number=chg1^active=true", true),
            ("number=CHG2", false),
            ("number=CHG1^active=false", false),
            ("number=CHG2^ORnumber=CHG1", true),
            ("number=CHG2^NQactive=true", true),
            ("nonsense", true),
            ("number=CHG2^nonsense", false),
            ("", true),
        ] {
            assert_eq!(matches(&row, query), taken, "{query}");
        }
    }
}
