//! `GET /changes/{id}`: a change that waits for a second admin: what it does, what it means now, and the word about it.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use askama::Template;
use client::Change;
use domain::rules::Kind;
use serde_json::{Value, json};
use uuid::Uuid;

use super::meaning::{Meaning, of_weighed};
use super::{Tab, kinds, tabs, words};
use crate::pages::frame::{Frame, page};
use crate::pages::visit::{SignedIn, Visit, answer};
use crate::pages::{actors, not_found, problems, rules};
use crate::parts::Moment;
use crate::texts::Texts;

#[derive(Template)]
#[template(path = "policy_change.html")]
struct ChangePage {
    frame: Frame,
    t: Texts,
    tabs: Vec<Tab>,
    id: Uuid,
    by: String,
    at: Option<Moment>,
    reason: Option<String>,
    edits: Vec<Edit>,
    waits: bool,
    mine: bool,
    /// Of the forms, for admins while it waits.
    code: Option<String>,
    obstacle: Option<String>,
    meaning: Meaning,
}

/// One edit in words.
pub(in crate::pages) struct Edit {
    pub verb: &'static str,
    pub kind: &'static str,
    pub name: String,
    /// Where it is as long as it is in force.
    pub page: Option<String>,
    pub says: String,
    pub yaml: String,
}

pub(in crate::pages) async fn show(visit: Visit, id: Path<String>) -> HttpResponse {
    answer(async {
        let Ok(id) = id.parse::<Uuid>() else { return Err(not_found::not_found(visit).await) };
        let me = visit.signed_in().await?;
        me.must_read_all()?;
        let t = me.t();
        let change = me.api.proposed(id).await.map_err(|error| me.refused(t.changes_title(), &error))?;
        let names = actors::names(&me, std::iter::once(&change.proposed_by)).await;
        let weighed = json!({ "impact": change.impact, "affected": change.affected });
        let waits = change.state == "waiting";
        let shown = ChangePage {
            frame: me.frame(),
            t,
            tabs: tabs(None, t),
            id,
            by: actors::name(&change.proposed_by, &names).unwrap_or_default(),
            at: change.proposed_at.map(|at| Moment::new(at, me.look())),
            edits: edits(&me, &change).await,
            waits,
            mine: actors::id_of(&change.proposed_by).is_some_and(|by| by == me.id),
            code: if waits && me.admin { Some(me.code(rules::WHAT)?) } else { None },
            reason: change.reason,
            obstacle: change.obstacle.map(|why| problems::of_slug(change.obstacle_as.as_deref(), &why, t)),
            meaning: of_weighed(&me, weighed, true).await,
        };
        Ok(page(StatusCode::OK, &shown))
    })
    .await
}

/// What a change does, edit by edit.
pub(in crate::pages) async fn edits(me: &SignedIn, change: &Change) -> Vec<Edit> {
    let mut told = Vec::new();
    for edit in &change.edits {
        told.extend(one(me, edit).await);
    }
    told
}

async fn one(me: &SignedIn, edit: &Value) -> Option<Edit> {
    let t = me.t();
    let text = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
    let document = edit.get("document");
    let kind = Kind::from_name(&document.and_then(|d| text(d, "kind")).or_else(|| text(edit, "kind"))?)?;
    let id: Option<Uuid> = text(edit, "id").and_then(|id| id.parse().ok());
    let (verb, is_new) = match text(edit, "edit")?.as_str() {
        "make" => (t.change_makes(), true),
        "change" => (t.change_changes(), false),
        _ => (t.change_deletes(), false),
    };
    let known = match id {
        Some(id) if !is_new => me.api.document(kinds::api(kind), id).await.ok(),
        Some(_) | None => None,
    };
    let spec = match document.and_then(|document| document.get("spec")) {
        Some(spec) => spec.clone(),
        None => json!(known.as_ref().map(|known| &known.spec)),
    };
    let names = me.site().names.of(&me.api, policy::ids(kind, &spec)).await;
    let entry = policy::in_names(kind, &spec, |sort, id| names.get(&(sort, id.to_owned())).cloned());
    Some(Edit {
        verb,
        kind: kinds::one(kind, t),
        name: text(&spec, "name").or_else(|| known.as_ref().map(|known| known.name.clone())).unwrap_or_default(),
        page: known.map(|known| format!("{}/{}", kinds::list(kind), known.id)),
        says: words::sentence(kind, &entry, me.look()),
        yaml: policy::entry_text(kind, None, &entry),
    })
}
