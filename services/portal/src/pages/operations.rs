//! `/operations`: how Curfew stands, for those who may read everything; and trying again what is parked.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Form, Path, Query};
use askama::Template;
use client::{Operations, Parked};
use domain::drift::DriftKind;
use domain::parked::ParkedKind;
use serde::Deserialize;
use uuid::Uuid;

use super::confirm::Code;
use super::figures::{self, Plots};
use super::frame::{Frame, page, see};
use super::visit::{SignedIn, Visit, answer};
use super::words;
use crate::parts::{Moment, Notice, Tone};
use crate::texts::Texts;

/// What the API calls those who pressed the button.
const OPERATORS: &str = "operators";
/// What the forms are about.
const WHAT: &str = "parked";

#[derive(Template)]
#[template(path = "operations.html")]
struct OperationsPage {
    frame: Frame,
    t: Texts,
    notices: Vec<(Notice, Option<Moment>)>,
    parked: Result<Vec<Row>, String>,
    /// Of the forms that try again, for admins.
    code: Option<String>,
    drift: Vec<(String, i64)>,
    limits: Vec<String>,
    backstop: Vec<String>,
    directory: Vec<(String, Option<Moment>, Option<String>)>,
    workers: Vec<(String, String, bool, String)>,
    plots: Result<Plots, String>,
}

#[derive(Deserialize)]
pub(super) struct Params {
    /// How far back the plots go.
    #[serde(default)]
    span: String,
}

struct Row {
    id: Uuid,
    kind: String,
    since: Moment,
    why: String,
    about: String,
    help: String,
}

pub(super) async fn show(visit: Visit, params: Query<Params>) -> HttpResponse {
    answer(async {
        let me = visit.signed_in().await?;
        me.must_read_all()?;
        let t = me.t();
        let span = figures::span(&params.span);
        let (stands, parked, found) =
            futures_util::future::join3(me.api.operations(), me.api.parked(), me.api.figures(span)).await;
        let plots = found.map(|found| figures::plots(found, span, me.look())).map_err(|error| me.why(&error));
        let stands = stands.map_err(|error| me.refused(t.operations_title(), &error))?;
        let parked = parked
            .map(|page| page.items.into_iter().map(|one| row(&me, one)).collect())
            .map_err(|error| me.why(&error));
        let code = if me.admin { Some(me.code(WHAT)?) } else { None };
        Ok(page(StatusCode::OK, &OperationsPage { plots, ..operations_page(&me, stands, parked, code) }))
    })
    .await
}

fn row(me: &SignedIn, parked: Parked) -> Row {
    let Parked { id, kind, since, why, about, help } = parked;
    let t = me.t();
    let (kind, help) = match ParkedKind::from_name(&kind) {
        Some(known) => (parked_kind(known, t).to_owned(), parked_help(known, t).to_owned()),
        None => (kind, help),
    };
    Row { id, kind, since: Moment::new(since, me.look()), why, about, help }
}

const fn parked_kind(kind: ParkedKind, t: Texts) -> &'static str {
    match kind {
        ParkedKind::Assignment => t.parked_assignment(),
        ParkedKind::Grant => t.parked_grant(),
        ParkedKind::Message => t.parked_message(),
        ParkedKind::Delivery => t.parked_delivery(),
        ParkedKind::Fact => t.parked_fact(),
    }
}

const fn parked_help(kind: ParkedKind, t: Texts) -> &'static str {
    match kind {
        ParkedKind::Assignment => t.parked_assignment_help(),
        ParkedKind::Grant => t.parked_grant_help(),
        ParkedKind::Message => t.parked_message_help(),
        ParkedKind::Delivery => t.parked_delivery_help(),
        ParkedKind::Fact => t.parked_fact_help(),
    }
}

fn drift(kind: &str, t: Texts) -> &str {
    match DriftKind::from_name(kind) {
        Some(DriftKind::Overdue) => t.drift_overdue(),
        Some(DriftKind::Orphaned) => t.drift_orphaned(),
        Some(DriftKind::Vanished) => t.drift_vanished(),
        Some(DriftKind::Foreign) => t.drift_foreign(),
        None => kind,
    }
}

fn operations_page(
    me: &SignedIn,
    stands: Operations,
    parked: Result<Vec<Row>, String>,
    code: Option<String>,
) -> OperationsPage {
    let (t, look) = (me.t(), me.look());
    let moment = |at| Moment::new(at, look);
    let budget = &stands.budget;
    // Measured by what was done: a fresh installation knows neither.
    let seconds = |measured: Option<f64>| measured.map(|s| format!("{s:.1}"));
    let backstop = &stands.backstop;
    OperationsPage {
        plots: Err(String::new()),
        frame: me.frame(),
        t,
        notices: notices(me, &stands),
        parked,
        code,
        drift: stands
            .drift
            .iter()
            .filter(|one| one.count > 0)
            .map(|one| (drift(&one.kind, t).to_owned(), one.count))
            .collect(),
        limits: [
            Some(t.limit_rate(format!("{:.0}", budget.rate_factor * 100.0))),
            Some(t.limit_creations(budget.creations_under_way)),
            Some(t.limit_deletions(budget.deletions_under_way)),
            Some(t.limit_throttled(budget.throttled)),
            seconds(budget.creation_s).map(|seconds| t.limit_to_add(seconds)),
            seconds(budget.deletion_s).map(|seconds| t.limit_to_remove(seconds)),
        ]
        .into_iter()
        .flatten()
        .collect(),
        backstop: if backstop.on {
            vec![
                t.backstop_placed(backstop.placed),
                t.backstop_failing(backstop.failing),
                t.backstop_without(backstop.without),
            ]
        } else {
            vec![t.backstop_off().to_owned()]
        },
        directory: stands
            .directory
            .into_iter()
            .map(|part| (words::directory_part(&part.part, t).to_owned(), part.read_at.map(moment), part.error))
            .collect(),
        workers: stands
            .workers
            .into_iter()
            .map(|one| (one.name, one.services.join(", "), one.alive, t.worker_clock(one.clock_offset_ms)))
            .collect(),
    }
}

fn notices(me: &SignedIn, stands: &Operations) -> Vec<(Notice, Option<Moment>)> {
    let (t, look) = (me.t(), me.look());
    let mut all = Vec::new();
    if stands.overdue.count > 0 {
        let oldest = stands.overdue.oldest.map(|at| Moment::new(at, look));
        all.push((Notice::new(Tone::Bad, t.overdue_access(stands.overdue.count)), oldest));
    }
    for pause in &stands.pauses {
        let by = if pause.source == OPERATORS { t.paused_by_admins().to_owned() } else { t.paused_by(&pause.source) };
        let text = format!("{by}: {}", pause.reason);
        all.push((Notice::new(Tone::Care, text), Some(Moment::new(pause.since, look))));
    }
    if all.is_empty() && stands.parked.iter().all(|parked| parked.count == 0) {
        all.push((Notice::new(Tone::Good, t.all_well()), None));
    }
    all
}

/// `POST /operations/parked/{id}/retry`
pub(super) async fn retry(visit: Visit, id: Path<Uuid>, fields: Form<Code>) -> HttpResponse {
    answer(async {
        let me = visit.signed_in().await?;
        me.checked(WHAT, &fields.code)?;
        me.api.retry_parked(*id).await.map_err(|error| me.refused(me.t().nothing_changed(), &error))?;
        Ok(see("/operations"))
    })
    .await
}
