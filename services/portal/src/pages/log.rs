//! `GET /log`: the audit log as a plain list, for those who may read everything.

use std::collections::HashMap;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Query;
use askama::Template;
use client::{TrailEntry, TrailFilter};
use serde::Deserialize;
use uuid::Uuid;

use super::frame::{Frame, page};
use super::visit::{SignedIn, Visit, answer};
use crate::parts::Moment;
use crate::texts::Texts;

/// Rows on a page.
const ROWS: u16 = 50;

#[derive(Template)]
#[template(path = "log.html")]
struct Log {
    frame: Frame,
    t: Texts,
    action: String,
    request: Option<Uuid>,
    rows: Result<Vec<Row>, String>,
    next: Option<String>,
}

struct Row {
    when: Moment,
    /// To the second, in UTC.
    time: String,
    action: String,
    actor: String,
    about: String,
    page: Option<String>,
    data: String,
}

#[derive(Deserialize)]
pub(super) struct Params {
    #[serde(default)]
    action: String,
    #[serde(default)]
    request: String,
    cursor: Option<String>,
}

pub(super) async fn show(visit: Visit, params: Query<Params>) -> HttpResponse {
    answer(async {
        let me = visit.signed_in().await?;
        me.must_read_all()?;
        let Params { action, request, cursor } = params.into_inner();
        let action = action.trim().to_owned();
        let filter = TrailFilter {
            request: request.parse().ok(),
            action: Some(action.clone()).filter(|action| !action.is_empty()),
            cursor,
            limit: Some(ROWS),
            ..TrailFilter::default()
        };
        let found = me.api.trail(&filter).await;
        let next = found.as_ref().ok().and_then(|page| page.next.clone());
        let next =
            next.map(|cursor| super::query("/log", &[("action", &action), ("request", &request), ("cursor", &cursor)]));
        let rows = match found {
            Ok(page) => {
                let ids = page.items.iter().filter_map(|entry| word(entry, "id"));
                let names = me.site().people.names(&me.api, ids).await;
                Ok(page.items.into_iter().map(|entry| row(&me, entry, &names)).collect())
            }
            Err(error) => Err(me.why(&error)),
        };
        let request = filter.request;
        Ok(page(StatusCode::OK, &Log { frame: me.frame(), t: me.t(), action, request, rows, next }))
    })
    .await
}

/// What an entry says of whoever did it.
fn word(entry: &TrailEntry, name: &str) -> Option<String> {
    entry.actor.get(name).and_then(|value| value.as_str()).map(str::to_owned)
}

fn row(me: &SignedIn, entry: TrailEntry, names: &HashMap<String, String>) -> Row {
    let person = word(&entry, "id").map(|id| names.get(&id).cloned().unwrap_or(id));
    let other = ["name", "client", "service"].into_iter().find_map(|name| word(&entry, name));
    let actor = person.or(other).or_else(|| word(&entry, "kind")).unwrap_or_default();
    Row {
        time: entry.at.strftime("%H:%M:%S").to_string(),
        when: Moment::new(entry.at, me.look()),
        action: entry.action,
        actor,
        about: format!("{} {}", entry.subject.kind, entry.subject.id),
        page: entry.request.map(|id| format!("/requests/{id}")),
        data: serde_json::to_string_pretty(&entry.data).unwrap_or_default(),
    }
}
