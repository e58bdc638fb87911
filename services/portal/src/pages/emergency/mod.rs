//! `/emergency`: ending everything of a person, of an account or all, and pausing what begins. Nothing happens before a
//! page has named what will end and how much; where two admins must stand behind it, the second one sees the same.

mod confirm;
mod one;
mod order;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use client::{Emergencies, Emergency};
use uuid::Uuid;

use super::actors;
use super::frame::{Frame, page};
use super::visit::{SignedIn, Visit, answer};
use crate::parts::{Moment, Notice, Status, Tone};
use crate::places::Places;
use crate::session::seal;
use crate::texts::Texts;

pub(super) use confirm::post;
pub(super) use one::{decide, show as show_one};
use order::Draft;

/// What the forms are about.
const WHAT: &str = "emergency";

#[derive(Template)]
#[template(path = "emergency.html")]
struct EmergencyPage {
    frame: Frame,
    t: Texts,
    admin: bool,
    code: String,
    key: String,
    begins: Option<Notice>,
    pauses: Vec<Pause>,
    /// Whether an admin has paused it, so that one can resume it.
    paused: bool,
    waiting: Vec<Row>,
    rows: Vec<Row>,
    draft: Draft,
}

struct Pause {
    since: Moment,
    by: Option<String>,
    reason: String,
}

/// A use of the button, in a row.
struct Row {
    id: Uuid,
    state: Status,
    what: String,
    by: Option<String>,
    second: Option<String>,
    alone: bool,
    at: Option<Moment>,
    reason: String,
    did: Option<String>,
    mine: bool,
}

/// `GET /emergency`
pub(super) async fn show(visit: Visit) -> HttpResponse {
    answer(async {
        let me = visit.signed_in().await?;
        me.must_read_all()?;
        Ok(page(StatusCode::OK, &overview(&me, Draft::default()).await?))
    })
    .await
}

/// The page with what was typed.
async fn overview(me: &SignedIn, draft: Draft) -> Result<EmergencyPage, HttpResponse> {
    let t = me.t();
    let (found, places) = futures_util::future::join(me.api.emergencies(), me.site().atlas.places(&me.api)).await;
    let Emergencies { pauses, items, .. } = found.map_err(|error| me.refused(t.emergency_title(), &error))?;
    let actors = items.iter().flat_map(|one| [&one.proposed_by, &one.decided_by]).chain(pauses.iter().map(|p| &p.by));
    let mut names = actors::names(me, actors).await;
    names.extend(me.site().people.names(&me.api, items.iter().filter_map(order::person_in)).await);
    let (waiting, done): (Vec<Emergency>, Vec<Emergency>) = items.into_iter().partition(|one| one.state == "waiting");
    let row = |one: Emergency| row(me, one, &names, &places);
    Ok(EmergencyPage {
        frame: me.frame(),
        t,
        admin: me.admin,
        code: me.code(WHAT)?,
        key: seal::random().unwrap_or_default(),
        begins: pauses.is_empty().then(|| Notice::new(Tone::Good, t.access_begins())),
        paused: pauses.iter().any(|pause| pause.source == "operators"),
        pauses: pauses
            .into_iter()
            .map(|pause| Pause {
                since: Moment::new(pause.since, me.look()),
                by: actors::name(&pause.by, &names),
                reason: pause.reason,
            })
            .collect(),
        waiting: waiting.into_iter().map(row).collect(),
        rows: done.into_iter().map(row).collect(),
        draft,
    })
}

fn row(me: &SignedIn, one: Emergency, names: &std::collections::HashMap<String, String>, places: &Places) -> Row {
    let t = me.t();
    let ended = one.ended_grants > 0 || one.closed_requests > 0 || one.ends.is_some() && one.state != "waiting";
    Row {
        id: one.id,
        state: Status::emergency(&one.state, t),
        what: order::told(&one, names, places, t),
        by: actors::name(&one.proposed_by, names),
        second: actors::name(&one.decided_by, names),
        alone: one.alone,
        at: one.begun_at.or(one.proposed_at).map(|at| Moment::new(at, me.look())),
        did: ended
            .then(|| format!("{}, {}", t.emergency_ended(one.ended_grants), t.emergency_closed(one.closed_requests))),
        mine: actors::id_of(&one.proposed_by).is_some_and(|id| id == me.id),
        reason: one.reason,
    }
}
