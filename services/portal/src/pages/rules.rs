//! `/rules`: everything that admins write, as YAML; what a change of it means, before it is written; and the changes that
//! wait for a second admin. Where there is much of it, the page does not hold it: it is downloaded, and pasted again.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::web::{Form, Path, Payload};
use askama::Template;
use client::{ApplyFiles, ClientError, DocumentKind, Exported, File, Find, PlanFiles, Planned, Rest};
use serde_json::Value;
use uuid::Uuid;

use super::actors::id_of;
use super::confirm::Code;
use super::frame::{Frame, page, see};
use super::policy::{Edit, Tab, called, difference, edits, mistake, tabs};
use super::visit::{SignedIn, Visit, answer};
use crate::look::Look;
use crate::parts::{Moment, Notice, Tone};
use crate::texts::Texts;

/// What the forms are about.
pub(super) const WHAT: &str = "rules";
/// The requests of so many days are asked again.
const DAYS: u16 = 30;
/// So many changes that wait are shown.
const WAITING: usize = 20;
/// So many differences are told.
const TOLD: usize = 50;

#[derive(Template)]
#[template(path = "rules.html")]
struct Rules {
    frame: Frame,
    t: Texts,
    tabs: Vec<Tab>,
    code: String,
    revision: Option<i64>,
    admin: bool,
    /// Whether it is too much for the page.
    much: bool,
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
    edits: Vec<Edit>,
    mine: bool,
}

/// So many documents of each kind are shown in the page; more are downloaded.
const SHOWN: u16 = 25;
/// As long as a form may be that carries everything.
const LONGEST: usize = 8 * 1024 * 1024;

struct Fields {
    code: String,
    text: String,
    reason: String,
    revision: i64,
    wanted: String,
}

impl Fields {
    /// Read once somebody is signed in: nobody else's long forms are taken.
    async fn of(me: &SignedIn, payload: Payload) -> Result<Self, HttpResponse> {
        let t = me.t();
        let unread = || me.notice(StatusCode::PAYLOAD_TOO_LARGE, t.nothing_changed(), t.rules_too_long());
        let bytes = payload.to_bytes_limited(LONGEST).await.map_err(|_| unread())?.map_err(|_| unread())?;
        let mut fields = Self {
            code: String::new(),
            text: String::new(),
            reason: String::new(),
            revision: 0,
            wanted: String::new(),
        };
        for (name, value) in url::form_urlencoded::parse(&bytes) {
            match &*name {
                "code" => fields.code = value.into_owned(),
                "text" => fields.text = value.into_owned(),
                "reason" => fields.reason = value.into_owned(),
                "revision" => fields.revision = value.parse().unwrap_or_default(),
                "wanted" => fields.wanted = value.into_owned(),
                _ => {}
            }
        }
        Ok(fields)
    }
}

/// What begins each file where several stand in one text; to YAML it is a comment.
const FILE: &str = "# file: ";

/// The files of a text.
fn files(text: &str) -> Vec<File> {
    let mut files = vec![File { name: "policy.yaml".to_owned(), text: String::new() }];
    for line in text.lines() {
        if let Some(name) = line.strip_prefix(FILE) {
            files.retain(|file| !file.text.trim().is_empty());
            files.push(File { name: name.trim().to_owned(), text: String::new() });
        } else if let Some(file) = files.last_mut() {
            file.text.push_str(line);
            file.text.push('\n');
        }
    }
    files
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
pub(super) async fn plan(visit: Visit, payload: Payload) -> HttpResponse {
    answer(async {
        let me = visit.signed_in().await?;
        me.must_read_all()?;
        let fields = Fields::of(&me, payload).await?;
        me.checked(WHAT, &fields.code)?;
        let asked = PlanFiles { files: files(&fields.text), days: DAYS, rest: Rest::Goes };
        let planned = me.api.plan_policy(&asked).await.map_err(|error| me.refused(me.t().nothing_changed(), &error))?;
        let form = Rules { text: fields.text, meaning: Some(meaning(&planned, me.look())), ..empty(&me).await? };
        Ok(page(StatusCode::OK, &form))
    })
    .await
}

/// `POST /rules/apply`
pub(super) async fn apply(visit: Visit, payload: Payload) -> HttpResponse {
    answer(async {
        let me = visit.signed_in().await?;
        let fields = Fields::of(&me, payload).await?;
        me.checked(WHAT, &fields.code)?;
        let t = me.t();
        let asked = ApplyFiles {
            files: files(&fields.text),
            revision: fields.revision,
            wanted: fields.wanted,
            reason: Some(fields.reason.trim()).filter(|reason| !reason.is_empty()).map(str::to_owned),
            rest: Rest::Goes,
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
    let mut waiting = Vec::new();
    for change in changes.into_iter().filter(|change| change.state == "waiting").take(WAITING) {
        let by = id_of(&change.proposed_by).unwrap_or_default();
        waiting.push(Row {
            id: change.id,
            mine: by == me.id,
            by: names.get(&by).cloned().unwrap_or(by),
            at: change.proposed_at.map(|at| Moment::new(at, me.look())),
            edits: edits(me, &change).await,
            reason: change.reason,
        });
    }
    Ok(Rules {
        frame: me.frame(),
        t: me.t(),
        tabs: tabs(None, me.t()),
        code: me.code(WHAT)?,
        revision: None,
        admin: me.admin,
        much: false,
        text: String::new(),
        notice: None,
        meaning: None,
        waiting,
    })
}

async fn in_force(me: &SignedIn, notice: Option<Notice>) -> Result<Rules, HttpResponse> {
    let refused = |error| me.refused(me.t().rules_title(), &error);
    if is_much(me).await.map_err(refused)? {
        return Ok(Rules { much: true, notice, ..empty(me).await? });
    }
    let exported = me.api.export_policy().await.map_err(refused)?;
    Ok(Rules { revision: Some(exported.revision), text: joined(exported), notice, ..empty(me).await? })
}

fn joined(exported: Exported) -> String {
    match exported.files.as_slice() {
        [only] => only.text.clone(),
        several => several.iter().map(|file| format!("{FILE}{}\n{}\n", file.name, file.text)).collect(),
    }
}

/// Whether there is more than a page can hold.
async fn is_much(me: &SignedIn) -> Result<bool, ClientError> {
    let find = Find { limit: Some(SHOWN), ..Find::default() };
    // Most of what there is are rules: where they are many, nothing else is asked for.
    if me.api.documents_found(DocumentKind::Rule, &find).await?.next.is_some() {
        return Ok(true);
    }
    let others = [
        DocumentKind::ApprovalPolicy,
        DocumentKind::Guardrail,
        DocumentKind::Freeze,
        DocumentKind::Owners,
        DocumentKind::Schedule,
    ];
    let pages = others.map(|kind| me.api.documents_found(kind, &find));
    Ok(futures_util::future::try_join_all(pages).await?.iter().any(|page| page.next.is_some()))
}

/// `GET /rules/policy.yaml`
pub(super) async fn download(visit: Visit) -> HttpResponse {
    answer(async {
        let me = visit.signed_in().await?;
        me.must_read_all()?;
        let exported = me.api.export_policy().await.map_err(|error| me.refused(me.t().rules_title(), &error))?;
        Ok(HttpResponse::Ok()
            .insert_header((CONTENT_TYPE, "application/yaml; charset=utf-8"))
            .insert_header((CONTENT_DISPOSITION, "attachment; filename=\"policy.yaml\""))
            .body(joined(exported)))
    })
    .await
}

fn meaning(planned: &Planned, look: &Look) -> Meaning {
    let t = look.t;
    let problem = |one: &policy::Problem| {
        let line = if one.line > 0 { t.rules_line(one.line) } else { String::new() };
        (format!("{line} {}", one.field).trim().to_owned(), mistake(one, t))
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
    let name = |entry: &policy::Entry| t.policy_called(called(entry.kind, t), &entry.name);
    told.changes.extend(plan.creates.iter().map(|entry| ("+", name(entry), Vec::new())));
    told.changes.extend(plan.updates.iter().map(|update| {
        let told = |one| difference(update.entry.kind, one, look);
        ("~", name(&update.entry), update.differences.iter().take(TOLD).map(told).collect())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_files_stand_in_one_text_and_are_the_same_again() {
        let file = |name: &str, text: &str| File { name: name.to_owned(), text: text.to_owned() };
        let several = vec![file("rules-1.yaml", "rules:\n  - name: a\n\n"), file("freezes.yaml", "freezes: []\n\n")];
        let trimmed = several.iter().map(|one| file(&one.name, &one.text[..one.text.len() - 1])).collect();
        let text = joined(Exported { revision: 1, files: trimmed });
        assert_eq!(files(&text), several);
        assert_eq!(files(&text.replace('\n', "\r\n")), several, "as forms send it");
        assert_eq!(files("rules: []"), [file("policy.yaml", "rules: []\n")]);
        assert_eq!(files("").len(), 1);
    }
}
