//! Jira's `GET issue`: REST version 3 as the cloud has it, version 2 as a data center has it.
//!
//! Like the cloud, version 3 takes a caller with a wrong API token for a stranger, who finds no issue; only a header tells.

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::web::{self, Data, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::seed::{JIRA_BEARER, JIRA_TOKEN, JIRA_USER};
use super::{System, authorization, gate, parameters, who};
use crate::host::Host;

/// The custom fields of a change window.
const WINDOW_START: &str = "customfield_10060";
const WINDOW_END: &str = "customfield_10061";
const HIDDEN: &str = "Issue does not exist or you do not have permission to see it.";

pub fn routes(app: &mut ServiceConfig) {
    app.route("/jira/rest/api/{version:2|3}/issue/{key}", web::get().to(issue))
        .route("/jira/{path:.*}", web::route().to(nothing));
}

async fn nothing(request: HttpRequest, host: Data<Host>) -> HttpResponse {
    if let Some(answer) = gate(&request, &host, System::Jira).await {
        return answer;
    }
    HttpResponse::NotFound()
        .content_type("text/html")
        .body("<html><title>Oops, you've found a dead link.</title></html>")
}

async fn issue(request: HttpRequest, host: Data<Host>, path: Path<(String, String)>) -> HttpResponse {
    if let Some(answer) = gate(&request, &host, System::Jira).await {
        return answer;
    }
    let (version, key) = path.into_inner();
    let basic = format!("Basic {}", STANDARD.encode(format!("{JIRA_USER}:{JIRA_TOKEN}")));
    let given = authorization(&request);
    if given != basic && given != format!("Bearer {JIRA_BEARER}") {
        if version == "2" {
            return System::Jira.refuse(StatusCode::UNAUTHORIZED, "You are not authenticated");
        }
        let mut answer = System::Jira.refuse(StatusCode::NOT_FOUND, HIDDEN);
        let reason = HeaderValue::from_static("AUTHENTICATED_FAILED");
        answer.headers_mut().insert(HeaderName::from_static("x-seraph-loginreason"), reason);
        return answer;
    }
    let Some((key, ticket)) = host.desk.ticket(System::Jira, &key) else {
        return System::Jira.refuse(StatusCode::NOT_FOUND, HIDDEN);
    };
    let category = match (ticket.open, ticket.state.as_str()) {
        (false, _) => ("done", "Done", 3),
        (true, "To Do") => ("new", "To Do", 2),
        (true, _) => ("indeterminate", "In Progress", 4),
    };
    let assignee = ticket.assignee.as_deref().map(|named| {
        let (name, email) = who(&host.world(), named);
        let mut person = json!({"accountId": format!("712020:{name}"), "displayName": name, "active": true});
        if !ticket.address_hidden
            && let Some(fields) = person.as_object_mut()
        {
            fields.insert("emailAddress".to_owned(), json!(email));
        }
        person
    });
    let time = |at: Option<jiff::Timestamp>| at.map(|at| at.strftime("%Y-%m-%dT%H:%M:%S.000+0000").to_string());
    let all = [
        (
            "status",
            json!({"name": ticket.state, "id": "3",
            "statusCategory": {"id": category.2, "key": category.0, "name": category.1}}),
        ),
        ("assignee", json!(assignee)),
        (WINDOW_START, json!(time(ticket.window_start))),
        (WINDOW_END, json!(time(ticket.window_end))),
    ];
    let query = parameters(&request);
    let wanted =
        query.iter().find(|(name, _)| name == "fields").map(|(_, fields)| fields.split(',').collect::<Vec<_>>());
    let fields: Map<String, Value> = all
        .into_iter()
        .filter(|(name, _)| wanted.as_ref().is_none_or(|wanted| wanted.contains(name) || wanted.contains(&"*all")))
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    let link = format!("{}/jira/rest/api/{version}/issue/10001", host.http);
    HttpResponse::Ok().json(json!({"id": "10001", "key": key, "self": link, "fields": fields}))
}
