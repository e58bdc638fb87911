//! `GET /access`: the access that is there or on its way; everybody's for those who may read everything.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Query;
use askama::Template;
use client::{Grant, GrantFilter, Page};
use serde::Deserialize;

use super::choose::Chosen;
use super::frame::{Frame, page};
use super::visit::{SignedIn, Visit, answer};
use super::words;
use crate::parts::{Beside, Countdown, Moment, PairPart, Status, Which};
use crate::places::Places;
use crate::texts::Texts;

/// Rows on a page.
const ROWS: u16 = 50;
/// What can be looked for.
const STATES: [&str; 4] = ["active", "scheduled", "granting", "revoking"];

#[derive(Template)]
#[template(path = "access.html")]
struct AccessPage {
    frame: Frame,
    t: Texts,
    reads_all: bool,
    all: bool,
    states: Vec<(&'static str, Status, bool)>,
    account: String,
    /// Which of several accounts it may mean.
    which: Option<Which>,
    rows: Result<Vec<Row>, String>,
    next: Option<String>,
}

struct Row {
    page: String,
    who: Option<String>,
    what: PairPart,
    /// Where AWS does not show it any more.
    vanished: Option<Status>,
    beside: Beside,
    left: Option<Countdown>,
    until: Option<Moment>,
    since: Option<Moment>,
    starts: Option<Moment>,
    expected: Option<Moment>,
}

#[derive(Deserialize)]
pub(super) struct Params {
    #[serde(default)]
    whose: String,
    #[serde(default)]
    state: String,
    #[serde(default)]
    account: String,
    cursor: Option<String>,
}

pub(super) async fn show(visit: Visit, params: Query<Params>) -> HttpResponse {
    answer(async {
        let me = visit.signed_in().await?;
        let Params { whose, state, account, cursor } = params.into_inner();
        let all = me.reads_all() && whose != "mine";
        let role = if all { "all" } else { "mine" };
        let state = STATES.into_iter().find(|known| *known == state).unwrap_or("active");
        let t = me.t();
        let places = me.site().atlas.places(&me.api).await;
        let account = Chosen::account_ever(&account, &places);
        let place = |account: &str, cursor: &str| {
            super::query("/access", &[("whose", role), ("state", state), ("account", account), ("cursor", cursor)])
        };
        let which = account.which(t, |id| place(id, ""));
        let filter = GrantFilter {
            role: Some(role.to_owned()),
            state: Some(state.to_owned()),
            account: account.id().map(str::to_owned),
            cursor,
            limit: Some(ROWS),
        };
        let nothing = || Page { items: Vec::new(), next: None };
        let found = if which.is_none() { me.api.grants(&filter).await } else { Ok(nothing()) };
        let next = found.as_ref().ok().and_then(|page| page.next.as_deref());
        let next = next.map(|cursor| place(account.id().unwrap_or_default(), cursor));
        let rows = found
            .map(|page| page.items.iter().map(|grant| row(&me, grant, &places)).collect())
            .map_err(|error| me.why(&error));
        let states = STATES.map(|known| (known, Status::new(known, t), known == state)).to_vec();
        let reads_all = me.reads_all();
        let account = account.text;
        let shown = AccessPage { frame: me.frame(), t, reads_all, all, states, account, which, rows, next };
        Ok(page(StatusCode::OK, &shown))
    })
    .await
}

fn row(me: &SignedIn, grant: &Grant, places: &Places) -> Row {
    let (t, look) = (me.t(), me.look());
    let moment = |at| Moment::new(at, look);
    let active = grant.state == "active";
    Row {
        page: format!("/requests/{}", grant.request),
        who: grant.principal_name.clone().or_else(|| grant.principal.clone()),
        what: words::granted(grant, &[], places, t),
        vanished: (active && grant.vanished_at.is_some()).then(|| words::standing(grant, t)),
        beside: words::beside(grant, look),
        left: grant.deadline_at.filter(|_| active).map(|at| Countdown::new(at, look)),
        until: grant.deadline_at.map(moment),
        since: grant.active_at.map(moment),
        starts: grant.start_at.filter(|_| grant.state == "scheduled").map(moment),
        expected: grant.expected_at.map(moment),
    }
}
