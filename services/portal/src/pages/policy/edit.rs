//! `/policy/{kind}/new` and `/policy/{kind}/{id}/edit`: the form and the YAML of one document. Its buttons are the form's:
//! one more, one less, what it means, taking over the YAML, and saving, which is there once somebody saw what it means.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Form, Path};
use askama::Template;
use client::{ApplyFiles, ClientError, File, PlanFiles, Planned, Rest};
use domain::rules::Kind;
use serde_json::Value;
use uuid::Uuid;

use super::form::{Blanks, Part, Sent, Suggestions, What, path_of, place, shown, suggestions};
use super::meaning::{Meaning, of_plan};
use super::{Tab, WHAT, kinds, mistakes, tabs, writer, writer_of};
use crate::pages::actors;
use crate::pages::frame::{Frame, page, see};
use crate::pages::visit::{SignedIn, Visit, answer};
use crate::parts::{Moment, Notice, Tone};
use crate::texts::Texts;

/// The requests of so many days are asked again.
const DAYS: u16 = 30;

type Fields = Vec<(String, String)>;

#[derive(Template)]
#[template(path = "policy_edit.html")]
struct Editor {
    frame: Frame,
    t: Texts,
    tabs: Vec<Tab>,
    title: String,
    code: String,
    /// Where the form goes, and where it leads back to.
    action: String,
    back: String,
    version: i64,
    parts: Vec<Part>,
    suggestions: Suggestions,
    yaml: String,
    yaml_error: Option<String>,
    reason: String,
    notices: Vec<Notice>,
    errors: Vec<String>,
    conflict: Option<Conflict>,
    meaning: Option<Meaning>,
    /// What saving goes by: the revision that was looked at, and what was wanted.
    plan: Option<(i64, String)>,
}

/// Somebody saved it meanwhile.
struct Conflict {
    by: Option<String>,
    at: Option<Moment>,
    theirs: String,
    mine: String,
}

/// What somebody is writing.
struct Draft {
    kind: Kind,
    /// Which; none where it is new.
    id: Option<Uuid>,
    /// The version that was seen.
    version: i64,
    entry: Value,
    /// The YAML as it was written, where it could not be taken over.
    yaml: Option<(String, String)>,
    reason: String,
    notices: Vec<Notice>,
}

impl Draft {
    fn text(&self) -> String {
        policy::entry_text(self.kind, self.id, &self.entry)
    }

    fn files(&self) -> Vec<File> {
        vec![File { name: "form.yaml".to_owned(), text: self.text() }]
    }
}

/// What became of looking at it.
enum Looked {
    /// It can be read; what it would mean.
    Well(Box<Planned>),
    /// Something is wrong with it, each with the field that it is about.
    Wrong(Vec<(String, String)>),
    /// Somebody saved it meanwhile.
    Moved(Box<Conflict>),
}

/// `GET /policy/{kind}/new`
pub(in crate::pages) async fn new(visit: Visit, kind: Path<String>) -> HttpResponse {
    answer(async {
        let (me, kind) = writer(visit, &kind).await?;
        let draft = Draft { entry: kinds::blank(kind), ..empty(kind, None) };
        Ok(page(StatusCode::OK, &editor(&me, draft, None).await?))
    })
    .await
}

/// `GET /policy/{kind}/{id}/edit`
pub(in crate::pages) async fn edit(visit: Visit, path: Path<(String, String)>) -> HttpResponse {
    answer(async {
        let (me, kind, id) = writer_of(visit, &path).await?;
        let refused = |error| me.refused(kinds::one(kind, me.t()), &error);
        // The version is read first: should it change in between, saving is refused rather than blind.
        let document = me.api.document(kinds::api(kind), id).await.map_err(refused)?;
        let exported = me.api.export_document(id).await.map_err(refused)?;
        let text: String = exported.files.into_iter().map(|file| file.text).collect();
        let entry = policy::entry(kind, &text).unwrap_or_default();
        let draft = Draft { entry, version: document.version, ..empty(kind, Some(id)) };
        Ok(page(StatusCode::OK, &editor(&me, draft, None).await?))
    })
    .await
}

const fn empty(kind: Kind, id: Option<Uuid>) -> Draft {
    Draft { kind, id, version: 0, entry: Value::Null, yaml: None, reason: String::new(), notices: Vec::new() }
}

/// `POST /policy/{kind}/new`
pub(in crate::pages) async fn new_post(visit: Visit, kind: Path<String>, fields: Form<Fields>) -> HttpResponse {
    answer(async {
        let (me, kind) = writer(visit, &kind).await?;
        pressed(&me, empty(kind, None), &fields).await
    })
    .await
}

/// `POST /policy/{kind}/{id}/edit`
pub(in crate::pages) async fn edit_post(
    visit: Visit,
    path: Path<(String, String)>,
    fields: Form<Fields>,
) -> HttpResponse {
    answer(async {
        let (me, kind, id) = writer_of(visit, &path).await?;
        pressed(&me, empty(kind, Some(id)), &fields).await
    })
    .await
}

/// Whatever button was pressed.
async fn pressed(me: &SignedIn, draft: Draft, fields: &Fields) -> Result<HttpResponse, HttpResponse> {
    let sent = Sent::new(fields, me.look().zone.clone());
    me.checked(WHAT, sent.get("code"))?;
    let button = sent.get("do");
    let mut draft = Draft {
        version: sent.get("version").parse().unwrap_or_default(),
        reason: sent.get("reason").trim().to_owned(),
        entry: sent.entry(draft.kind, Blanks::Dropped),
        ..draft
    };
    if let Some(entry) = sent.rearranged(draft.kind, button) {
        draft.entry = entry;
        return Ok(page(StatusCode::OK, &editor(me, draft, None).await?));
    }
    if button == "yaml" {
        let text = sent.get("yaml").replace("\r\n", "\n");
        match policy::entry(draft.kind, &text) {
            Ok(entry) => draft.entry = entry,
            Err(why) => {
                draft.yaml = Some((text, why));
                return Ok(page(StatusCode::UNPROCESSABLE_ENTITY, &editor(me, draft, None).await?));
            }
        }
    }
    if button == "mine"
        && let Some(id) = draft.id
    {
        // What is over there was seen by now.
        match me.api.document(kinds::api(draft.kind), id).await {
            Ok(document) => draft.version = document.version,
            Err(error) => return Err(me.refused(me.t().nothing_changed(), &error)),
        }
    }
    if button == "save" {
        return save(me, draft, &sent).await;
    }
    looked(me, draft).await
}

/// The page with what it would mean.
async fn looked(me: &SignedIn, draft: Draft) -> Result<HttpResponse, HttpResponse> {
    let (draft, looked) = look(me, draft).await?;
    let status = match &looked {
        Looked::Well(_) => StatusCode::OK,
        Looked::Wrong(_) => StatusCode::UNPROCESSABLE_ENTITY,
        Looked::Moved(_) => StatusCode::CONFLICT,
    };
    Ok(page(status, &editor(me, draft, Some(looked)).await?))
}

async fn look(me: &SignedIn, mut draft: Draft) -> Result<(Draft, Looked), HttpResponse> {
    let t = me.t();
    let refused = |error: ClientError| me.refused(t.nothing_changed(), &error);
    if let Some(id) = draft.id {
        match me.api.document(kinds::api(draft.kind), id).await {
            Ok(document) if document.version == draft.version => {}
            Ok(_) => {
                let conflict = conflict(me, &draft, id).await?;
                return Ok((draft, Looked::Moved(Box::new(conflict))));
            }
            Err(error) if error.is("not-found") => {
                draft.notices.push(Notice::new(Tone::Care, t.policy_gone()));
                draft.id = None;
            }
            Err(error) => return Err(refused(error)),
        }
    }
    let asked = PlanFiles { files: draft.files(), days: DAYS, rest: Rest::Stays };
    let planned = me.api.plan_policy(&asked).await.map_err(refused)?;
    let looked = match &planned.plan {
        None => {
            let problems = planned.problems.into_iter();
            Looked::Wrong(problems.map(|problem| (path_of(&problem.field), mistakes::told(&problem, t))).collect())
        }
        // Files know entries by their names, so a new one of a known name is that one.
        Some(plan) if draft.id.is_none() && plan.creates.is_empty() => {
            Looked::Wrong(vec![("name".to_owned(), t.policy_name_taken().to_owned())])
        }
        Some(_) => Looked::Well(Box::new(planned)),
    };
    Ok((draft, looked))
}

/// Writes what was looked at. What has changed since is shown anew.
async fn save(me: &SignedIn, mut draft: Draft, sent: &Sent<'_>) -> Result<HttpResponse, HttpResponse> {
    let t = me.t();
    if let Some(id) = draft.id
        && let Ok(document) = me.api.document(kinds::api(draft.kind), id).await
        && document.version != draft.version
    {
        return looked(me, draft).await;
    }
    let asked = ApplyFiles {
        files: draft.files(),
        revision: sent.get("revision").parse().unwrap_or(-1),
        wanted: sent.get("wanted").to_owned(),
        reason: Some(draft.reason.clone()).filter(|reason| !reason.is_empty()),
        rest: Rest::Stays,
    };
    match me.api.apply_policy(&asked).await {
        Ok(applied) => Ok(see(&crate::pages::query(&kinds::list(draft.kind), &[("done", &applied.outcome)]))),
        Err(error) if error.is("stale-version") || error.is("invalid-policy") || error.is("not-found") => {
            draft.notices.push(Notice::new(Tone::Care, t.policy_moved()));
            looked(me, draft).await
        }
        Err(error) => {
            draft.notices.push(Notice::new(Tone::Bad, me.why(&error)));
            looked(me, draft).await
        }
    }
}

async fn conflict(me: &SignedIn, draft: &Draft, id: Uuid) -> Result<Conflict, HttpResponse> {
    let (theirs, versions) =
        futures_util::future::join(me.api.export_document(id), me.api.versions(kinds::api(draft.kind), id)).await;
    let theirs = theirs.map_err(|error| me.refused(me.t().nothing_changed(), &error))?;
    let last = versions.ok().and_then(|page| page.items.into_iter().next());
    let names = actors::names(me, last.iter().map(|version| &version.saved_by)).await;
    Ok(Conflict {
        by: last.as_ref().and_then(|version| actors::name(&version.saved_by, &names)),
        at: last.map(|version| Moment::new(version.saved_at, me.look())),
        theirs: theirs.files.into_iter().map(|file| file.text).collect(),
        mine: policy::entry_text(draft.kind, None, &draft.entry),
    })
}

async fn editor(me: &SignedIn, draft: Draft, looked: Option<Looked>) -> Result<Editor, HttpResponse> {
    let t = me.t();
    let kind = draft.kind;
    let mut parts = shown(kind, &draft.entry, kinds::first(kind), me.look());
    let (mut errors, mut conflict, mut meaning, mut plan) = (Vec::new(), None, None, None);
    let mut notices = draft.notices;
    match looked {
        None => {}
        Some(Looked::Wrong(problems)) => {
            errors = place(problems, &mut parts);
            notices.push(Notice::new(Tone::Bad, t.policy_errors()));
            open_further(&mut parts);
        }
        Some(Looked::Moved(found)) => {
            notices.push(Notice::new(Tone::Care, t.policy_conflict()));
            conflict = Some(*found);
        }
        Some(Looked::Well(planned)) => {
            if let Some(found) = &planned.plan {
                if found.is_empty() {
                    notices.push(Notice::new(Tone::Calm, t.rules_nothing()));
                } else {
                    plan = Some((found.revision, found.wanted.clone()));
                    meaning = Some(of_plan(me, &planned).await);
                }
            }
        }
    }
    let list = kinds::list(kind);
    let (action, back, title) = match draft.id {
        Some(id) => {
            let name = draft.entry.get("name").and_then(Value::as_str).unwrap_or_default();
            (format!("{list}/{id}/edit"), format!("{list}/{id}"), format!("{}: {name}", kinds::one(kind, t)))
        }
        None => (format!("{list}/new"), list, t.policy_new(kinds::one(kind, t))),
    };
    let (yaml, yaml_error) = match draft.yaml {
        Some((text, why)) => (text, Some(why)),
        None => (policy::entry_text(kind, None, &draft.entry), None),
    };
    let suggestions = suggestions(&me.api, &parts).await;
    Ok(Editor {
        frame: me.frame(),
        t,
        tabs: tabs(Some(kind), t),
        title,
        code: me.code(WHAT)?,
        action,
        back,
        version: draft.version,
        parts,
        suggestions,
        yaml,
        yaml_error,
        reason: draft.reason,
        notices,
        errors,
        conflict,
        meaning,
        plan,
    })
}

/// Shows what stands further below where something of it is wrong.
fn open_further(parts: &mut [Part]) {
    let begin = parts.iter().position(|part| matches!(part.what, What::Further(_)));
    let wrong = begin.is_some_and(|at| parts.iter().skip(at).any(|part| !part.errors.is_empty()));
    if let (true, Some(part)) = (wrong, begin.and_then(|at| parts.get_mut(at))) {
        part.what = What::Further(true);
    }
}
