//! `GET /history`: requests, the newest first; the address holds the filters, so that they can be shared.

pub(super) mod export;
mod filters;
pub(super) mod views;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Query;
use askama::Template;
use client::{ClientError, Page, Request};

use self::filters::{Filters, Meant, Params, STATES};
use self::views::Kept;
use super::frame::{Frame, page};
use super::visit::{SignedIn, Visit, answer};
use super::words;
use crate::parts::{Moment, PairPart, Status, Which, duration};
use crate::places::Places;
use crate::texts::Texts;

/// Rows on a page.
const ROWS: u16 = 50;

#[derive(Template)]
#[template(path = "history.html")]
struct History {
    frame: Frame,
    t: Texts,
    reads_all: bool,
    all: bool,
    states: Vec<(&'static str, Status, bool)>,
    /// What the fields say, and what a view keeps.
    account: String,
    kept_account: String,
    person: String,
    kept_person: String,
    since: String,
    until: String,
    /// Whom the written name means.
    whom: Option<String>,
    /// Which of several it may mean, and the account.
    which: Vec<Which>,
    /// The same page, and the same without the person, where it could not be shown.
    here: String,
    without_person: Option<String>,
    views: Result<Vec<Kept>, String>,
    /// Of the form that keeps what is shown, where it is not kept yet.
    keep: Option<String>,
    role: &'static str,
    state: &'static str,
    rows: Result<Vec<Row>, String>,
    next: Option<String>,
    export: String,
}

struct Row {
    page: String,
    who: String,
    asked_by: Option<String>,
    /// The other person, where only the reader's are shown.
    other: Option<String>,
    what: Vec<PairPart>,
    state: Status,
    break_glass: Option<Status>,
    severity: Option<Status>,
    duration: String,
    asked: Moment,
    decided: Option<Moment>,
    reason: String,
    ticket: Option<String>,
}

pub(super) async fn show(visit: Visit, params: Query<Params>) -> HttpResponse {
    answer(async {
        let me = visit.signed_in().await?;
        let filters = Filters::of(me.reads_all(), params.into_inner());
        let first = filters.place("/history", "");
        let (found, places, views) =
            futures_util::future::join3(find(&me, &filters), me.site().atlas.places(&me.api), views::kept(&me, &first))
                .await;
        let is_kept = views.as_ref().is_ok_and(|views| views.iter().any(|view| view.here));
        let next = found.as_ref().ok().and_then(|(_, page)| page.next.as_deref());
        let next = next.map(|cursor| filters.place("/history", cursor));
        let t = me.t();
        let meant = found.as_ref().ok().map(|(meant, _)| meant);
        let which = meant.into_iter().flat_map(|meant| {
            let person = meant.person.which(t, |id| filters.about(id));
            person.into_iter().chain(meant.account.which(t, |id| filters.inside(id)))
        });
        let which: Vec<Which> = which.collect();
        let person = meant.map_or_else(|| filters.person.clone(), |meant| meant.person.text.clone());
        let account = meant.map_or_else(|| filters.account.clone(), |meant| meant.account.text.clone());
        let kept_account = meant.and_then(|meant| meant.account.id()).unwrap_or(&filters.account).to_owned();
        let whom = meant.and_then(|meant| meant.person.one()).map(|one| t.requests_of(&one.called));
        let rows = found
            .map(|(_, page)| page.items.into_iter().map(|request| row(&me, request, &places)).collect())
            .map_err(|error| me.why(&error));
        let history = History {
            frame: me.frame(),
            t,
            reads_all: me.reads_all(),
            all: filters.role == "all",
            states: STATES.map(|known| (known, Status::new(known, t), known == filters.state)).to_vec(),
            export: filters.place("/history.csv", ""),
            here: filters.place("/history", filters.cursor.as_deref().unwrap_or_default()),
            without_person: (!filters.person.is_empty()).then(|| filters.about("")),
            since: filters.since.map(|day| day.to_string()).unwrap_or_default(),
            until: filters.until.map(|day| day.to_string()).unwrap_or_default(),
            account,
            kept_account,
            person,
            kept_person: filters.person,
            whom,
            which,
            views: views.map_err(|error| me.why(&error)),
            keep: if is_kept { None } else { Some(me.code(views::WHAT)?) },
            role: filters.role,
            state: filters.state,
            rows,
            next,
        };
        Ok(page(StatusCode::OK, &history))
    })
    .await
}

async fn find(me: &SignedIn, filters: &Filters) -> Result<(Meant, Page<Request>), ClientError> {
    let meant = filters.meant(me).await?;
    let found = match filters.for_api(ROWS, &me.look().zone, &meant) {
        Some(asking) => me.api.requests(&asking).await?,
        None => Page { items: Vec::new(), next: None },
    };
    Ok((meant, found))
}

fn row(me: &SignedIn, request: Request, places: &Places) -> Row {
    let (t, look) = (me.t(), me.look());
    let minutes = duration(request.minutes, t);
    Row {
        page: format!("/requests/{}", request.id),
        other: words::other(&me.id, &request.requester, &request.beneficiary, t),
        asked_by: (request.requester.id != request.beneficiary.id).then_some(request.requester.name),
        who: request.beneficiary.name,
        what: request.items.iter().map(|item| words::pair(item, places, t)).collect(),
        state: Status::new(&request.state, t),
        break_glass: request.break_glass.map(|_| Status::break_glass(t)),
        severity: Status::severity(&request.severity, t),
        duration: if request.extends.is_some() { t.more_time(minutes) } else { minutes },
        asked: Moment::new(request.submitted_at, look),
        decided: request.decided_at.map(|at| Moment::new(at, look)),
        reason: request.reason,
        ticket: request.ticket,
    }
}
