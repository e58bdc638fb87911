//! `/policy/{kind}/{id}/delete`: takes one out of force, after a page that says what that means.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Form, Path};
use askama::Template;
use domain::rules::Kind;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::meaning::{Meaning, of_weighed};
use super::{WHAT, kinds, writer_of};
use crate::pages::frame::{Frame, page, see};
use crate::pages::visit::{SignedIn, Visit, answer};
use crate::texts::Texts;

#[derive(Template)]
#[template(path = "policy_delete.html")]
struct Delete {
    frame: Frame,
    t: Texts,
    title: String,
    code: String,
    version: i64,
    back: String,
    meaning: Meaning,
}

#[derive(Deserialize)]
pub(in crate::pages) struct Fields {
    code: String,
    version: i64,
    #[serde(default)]
    reason: String,
}

fn change(kind: Kind, id: Uuid, version: i64, reason: &str) -> Value {
    let reason = Some(reason.trim()).filter(|reason| !reason.is_empty());
    json!({ "edits": [{ "edit": "delete", "kind": kind.as_str(), "id": id, "version": version }], "reason": reason })
}

/// `GET /policy/{kind}/{id}/delete`
pub(in crate::pages) async fn ask(visit: Visit, path: Path<(String, String)>) -> HttpResponse {
    answer(async {
        let (me, kind, id) = writer_of(visit, &path).await?;
        let t = me.t();
        let refused = |error| me.refused(t.nothing_changed(), &error);
        let document = me.api.document(kinds::api(kind), id).await.map_err(refused)?;
        let weighed = me.api.propose(&change(kind, id, document.version, ""), true).await.map_err(refused)?;
        let second_person = weighed.get("second_person").and_then(Value::as_bool).unwrap_or(false);
        let meaning = of_weighed(&me, weighed, second_person).await;
        let delete = Delete {
            frame: me.frame(),
            t,
            title: t.policy_delete_question(document.name),
            code: me.code(WHAT)?,
            version: document.version,
            back: place(kind, id),
            meaning,
        };
        Ok(page(StatusCode::OK, &delete))
    })
    .await
}

/// `POST /policy/{kind}/{id}/delete`
pub(in crate::pages) async fn delete(visit: Visit, path: Path<(String, String)>, fields: Form<Fields>) -> HttpResponse {
    answer(async {
        let (me, kind, id) = writer_of(visit, &path).await?;
        me.checked(WHAT, &fields.code)?;
        done(&me, kind, id, &fields).await
    })
    .await
}

async fn done(me: &SignedIn, kind: Kind, id: Uuid, fields: &Fields) -> Result<HttpResponse, HttpResponse> {
    let change = change(kind, id, fields.version, &fields.reason);
    let answer = me.api.propose(&change, false).await.map_err(|error| me.refused(me.t().nothing_changed(), &error))?;
    let waits = answer.get("state").is_some_and(|state| state == "waiting");
    let done = if waits { "waiting" } else { "deleted" };
    Ok(see(&crate::pages::query(&kinds::list(kind), &[("done", done)])))
}

fn place(kind: Kind, id: Uuid) -> String {
    format!("{}/{id}", kinds::list(kind))
}
