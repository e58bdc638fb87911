//! `GET /policy/{kind}`: those in force, in words, a page at a time.

use std::collections::BTreeSet;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Path, Query};
use askama::Template;
use client::{Document, Find};
use domain::rules::Kind;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Tab, kinds, reader, tabs, words};
use crate::pages::frame::{Frame, page};
use crate::pages::visit::{SignedIn, Visit, answer};
use crate::parts::{Notice, Tone};
use crate::texts::Texts;

/// Rows on a page.
const ROWS: u16 = 50;

#[derive(Template)]
#[template(path = "policy_list.html")]
struct List {
    frame: Frame,
    t: Texts,
    tabs: Vec<Tab>,
    title: &'static str,
    about: &'static str,
    notice: Option<Notice>,
    waiting: Option<String>,
    /// Where a new one is made, for admins.
    new: Option<String>,
    q: String,
    rows: Vec<Row>,
    next: Option<String>,
}

struct Row {
    page: String,
    name: String,
    off: bool,
    says: String,
}

#[derive(Deserialize)]
pub(in crate::pages) struct Params {
    #[serde(default)]
    q: String,
    /// What was done just now.
    #[serde(default)]
    done: String,
    cursor: Option<String>,
}

pub(in crate::pages) async fn show(visit: Visit, kind: Path<String>, params: Query<Params>) -> HttpResponse {
    answer(async {
        let (me, kind) = reader(visit, &kind).await?;
        let t = me.t();
        let (title, about) = kinds::many(kind, t);
        let q: String = params.q.chars().filter(|c| !c.is_control()).take(200).collect();
        let find = Find { text: q.trim().to_owned(), cursor: params.cursor.clone(), limit: Some(ROWS) };
        let (found, changes) =
            futures_util::future::join(me.api.documents_found(kinds::api(kind), &find), me.api.changes()).await;
        let found = found.map_err(|error| me.refused(title, &error))?;
        let next = found.next.map(|cursor| crate::pages::query(&kinds::list(kind), &[("q", &q), ("cursor", &cursor)]));
        let waiting = changes.map_or(0, |page| page.items.iter().filter(|change| change.state == "waiting").count());
        let rows = rows(&me, kind, found.items).await;
        let list = List {
            frame: me.frame(),
            t,
            tabs: tabs(Some(kind), t),
            title,
            about,
            notice: notice(&params.done, t),
            waiting: (waiting > 0).then(|| t.policy_changes_wait(waiting)),
            new: me.admin.then(|| format!("{}/new", kinds::list(kind))),
            q,
            rows,
            next,
        };
        Ok(page(StatusCode::OK, &list))
    })
    .await
}

fn notice(done: &str, t: Texts) -> Option<Notice> {
    match done {
        "applied" => Some(Notice::new(Tone::Good, t.policy_was_saved())),
        "waiting" => Some(Notice::new(Tone::Care, t.policy_waits())),
        "unchanged" => Some(Notice::new(Tone::Calm, t.policy_unchanged())),
        "deleted" => Some(Notice::new(Tone::Good, t.policy_was_deleted())),
        _ => None,
    }
}

async fn rows(me: &SignedIn, kind: Kind, documents: Vec<Document>) -> Vec<Row> {
    let specs: Vec<Value> = documents.iter().map(|document| json!(document.spec)).collect();
    let wanted: BTreeSet<_> = specs.iter().flat_map(|spec| policy::ids(kind, spec)).collect();
    let names = me.site().names.of(&me.api, wanted).await;
    let named = |spec: &Value| policy::in_names(kind, spec, |sort, id| names.get(&(sort, id.to_owned())).cloned());
    documents
        .into_iter()
        .zip(&specs)
        .map(|(document, spec)| Row {
            page: format!("{}/{}", kinds::list(kind), document.id),
            off: document.spec.get("enabled").is_some_and(|on| on == false),
            says: words::sentence(kind, &named(spec), me.look()),
            name: document.name,
        })
        .collect()
}
