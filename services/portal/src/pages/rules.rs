//! `/rules`: everything that admins write, as YAML; what a change of it means, before it is written; and the changes that
//! wait for a second admin.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Form, Path};
use askama::Template;
use client::{ApplyFiles, Change, File, PlanFiles, Planned};
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use super::confirm::Code;
use super::frame::{Frame, page, see};
use super::visit::{SignedIn, Visit, answer};
use crate::parts::{Moment, Notice, Tone};
use crate::texts::Texts;

/// What the forms are about.
const WHAT: &str = "rules";
/// The requests of so many days are asked again.
const DAYS: u16 = 30;
/// So many differences are told.
const TOLD: usize = 50;

#[derive(Template)]
#[template(path = "rules.html")]
struct Rules {
    frame: Frame,
    t: Texts,
    code: String,
    revision: Option<i64>,
    admin: bool,
    text: String,
    notice: Option<Notice>,
    meaning: Option<Meaning>,
    waiting: Vec<Row>,
}

/// What a change would mean.
struct Meaning {
    problems: Vec<(String, String)>,
    changes: Vec<(&'static str, String, Vec<String>)>,
    notices: Vec<Notice>,
    /// What putting it into force goes by.
    plan: Option<(i64, String)>,
}

/// A change that waits.
struct Row {
    id: Uuid,
    by: String,
    at: Option<Moment>,
    reason: Option<String>,
    edits: String,
    mine: bool,
}

#[derive(Deserialize)]
pub(super) struct Fields {
    code: String,
    text: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    revision: i64,
    #[serde(default)]
    wanted: String,
}

fn files(text: &str) -> Vec<File> {
    vec![File { name: "policy.yaml".to_owned(), text: text.replace("\r\n", "\n") }]
}

/// `GET /rules`
pub(super) async fn show(visit: Visit) -> HttpResponse {
    answer(async {
        let me = visit.signed_in().await?;
        me.must_read_all()?;
        Ok(page(StatusCode::OK, &in_force(&me, None).await?))
    })
    .await
}

/// `POST /rules/plan`
pub(super) async fn plan(visit: Visit, fields: Form<Fields>) -> HttpResponse {
    answer(async {
        let me = visit.signed_in().await?;
        me.must_read_all()?;
        me.checked(WHAT, &fields.code)?;
        let asked = PlanFiles { files: files(&fields.text), days: DAYS };
        let planned = me.api.plan_policy(&asked).await.map_err(|error| me.refused(me.t().nothing_changed(), &error))?;
        let form = Rules { text: fields.text.clone(), meaning: Some(meaning(&planned, me.t())), ..empty(&me).await? };
        Ok(page(StatusCode::OK, &form))
    })
    .await
}

/// `POST /rules/apply`
pub(super) async fn apply(visit: Visit, fields: Form<Fields>) -> HttpResponse {
    answer(async {
        let me = visit.signed_in().await?;
        me.checked(WHAT, &fields.code)?;
        let t = me.t();
        let asked = ApplyFiles {
            files: files(&fields.text),
            revision: fields.revision,
            wanted: fields.wanted.clone(),
            reason: Some(fields.reason.trim()).filter(|reason| !reason.is_empty()).map(str::to_owned),
        };
        let applied = me.api.apply_policy(&asked).await.map_err(|error| me.refused(t.nothing_changed(), &error))?;
        let notice = match applied.outcome.as_str() {
            "applied" => Notice::new(Tone::Good, t.rules_applied()),
            "waiting" => Notice::new(Tone::Care, t.rules_waiting()),
            _ => Notice::new(Tone::Calm, t.rules_nothing()),
        };
        Ok(page(StatusCode::OK, &in_force(&me, Some(notice)).await?))
    })
    .await
}

/// `POST /changes/{id}/{verb}`: agrees, refuses or withdraws.
pub(super) async fn decide(visit: Visit, path: Path<(Uuid, String)>, fields: Form<Code>) -> HttpResponse {
    answer(async {
        let me = visit.signed_in().await?;
        me.checked(WHAT, &fields.code)?;
        let (id, verb) = path.into_inner();
        let done = match verb.as_str() {
            "apply" => me.api.apply_change(id).await.map(drop),
            "refuse" => me.api.refuse_change(id).await.map(drop),
            "withdraw" => me.api.withdraw_change(id).await.map(drop),
            _ => return Err(super::not_found::not_found(me.visit).await),
        };
        done.map_err(|error| me.refused(me.t().nothing_changed(), &error))?;
        Ok(see("/rules"))
    })
    .await
}

async fn empty(me: &SignedIn) -> Result<Rules, HttpResponse> {
    let changes = me.api.changes().await.map(|page| page.items).unwrap_or_default();
    let ids = changes.iter().filter_map(|change| id_of(&change.proposed_by));
    let names = me.site().people.names(&me.api, ids).await;
    let row = |change: Change| {
        let by = id_of(&change.proposed_by).unwrap_or_default();
        Row {
            id: change.id,
            mine: by == me.id,
            by: names.get(&by).cloned().unwrap_or(by),
            at: change.proposed_at.map(|at| Moment::new(at, me.look())),
            reason: change.reason,
            edits: serde_json::to_string_pretty(&change.edits).unwrap_or_default(),
        }
    };
    Ok(Rules {
        frame: me.frame(),
        t: me.t(),
        code: me.code(WHAT)?,
        revision: None,
        admin: me.admin,
        text: String::new(),
        notice: None,
        meaning: None,
        waiting: changes.into_iter().filter(|change| change.state == "waiting").map(row).collect(),
    })
}

fn id_of(actor: &Value) -> Option<String> {
    actor.get("id").and_then(Value::as_str).map(str::to_owned)
}

async fn in_force(me: &SignedIn, notice: Option<Notice>) -> Result<Rules, HttpResponse> {
    let exported = me.api.export_policy().await.map_err(|error| me.refused(me.t().rules_title(), &error))?;
    let text = exported.files.into_iter().map(|file| file.text).collect::<Vec<_>>().join("---\n");
    Ok(Rules { text, revision: Some(exported.revision), notice, ..empty(me).await? })
}

fn meaning(planned: &Planned, t: Texts) -> Meaning {
    let problem = |one: &policy::Problem| {
        let line = if one.line > 0 { t.rules_line(one.line) } else { String::new() };
        (format!("{line} {}", one.field).trim().to_owned(), one.message.clone())
    };
    let mut told = Meaning {
        problems: planned.problems.iter().map(problem).collect(),
        changes: Vec::new(),
        notices: Vec::new(),
        plan: None,
    };
    let Some(plan) = &planned.plan else {
        told.notices.push(Notice::new(Tone::Bad, t.rules_wrong()));
        return told;
    };
    if plan.is_empty() {
        told.notices.push(Notice::new(Tone::Calm, t.rules_nothing()));
        return told;
    }
    let name = |entry: &policy::Entry| format!("{} “{}”", entry.kind.as_str().replace('_', " "), entry.name);
    told.changes.extend(plan.creates.iter().map(|entry| ("+", name(entry), Vec::new())));
    told.changes.extend(plan.updates.iter().map(|update| {
        ("~", name(&update.entry), update.differences.iter().take(TOLD).map(ToString::to_string).collect())
    }));
    told.changes.extend(plan.deletes.iter().map(|entry| ("−", name(entry), Vec::new())));
    let counts = t.rules_changes(plan.creates.len(), plan.updates.len(), plan.deletes.len());
    told.notices.push(Notice::new(Tone::Calm, counts));
    let weighed = planned.weighed.clone().unwrap_or_default();
    if weighed.pointer("/impact/loosens").and_then(Value::as_bool).unwrap_or(false) {
        told.notices.push(Notice::new(Tone::Care, t.rules_loosens()));
    }
    let affected = weighed.get("affected").and_then(Value::as_array).map_or(0, Vec::len);
    if affected > 0 {
        told.notices.push(Notice::new(Tone::Care, t.rules_affected(affected)));
    }
    if let Some(replay) = &planned.replay {
        told.notices.push(Notice::new(Tone::Calm, t.rules_replay(replay.checked, replay.total())));
    }
    if planned.second_person {
        told.notices.push(Notice::new(Tone::Care, t.rules_second()));
    }
    told.plan = Some((plan.revision, plan.wanted.clone()));
    told
}
