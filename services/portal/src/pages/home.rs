//! `GET /`: what waits for me, the access that I have, and what I asked for.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use client::{Grant, GrantFilter, Item, Request, RequestFilter, Review, Waiting};

use super::frame::{Frame, page};
use super::visit::{SignedIn, Visit, answer};
use super::words;
use crate::parts::{Beside, Countdown, Moment, PairPart, Status, duration};
use crate::places::Places;
use crate::texts::Texts;

/// How many requests the overview shows.
const SHOWN: u16 = 12;

#[derive(Template)]
#[template(path = "welcome.html")]
struct Welcome {
    frame: Frame,
    t: Texts,
}

#[derive(Template)]
#[template(path = "home.html")]
struct Home {
    frame: Frame,
    t: Texts,
    waiting: Result<Vec<ToDecide>, String>,
    reviews: Vec<Owed>,
    access: Result<Vec<Access>, String>,
    requests: Result<Vec<Asked>, String>,
}

/// Something to decide, in a row.
pub(super) struct ToDecide {
    pub page: String,
    pub who: String,
    pub asked_by: Option<String>,
    pub what: Vec<PairPart>,
    pub severity: Option<Status>,
    pub duration: String,
    pub from: Option<Moment>,
    pub reason: String,
    pub ticket: Option<String>,
    pub left: Countdown,
}

/// A look that is owed, in a row.
struct Owed {
    page: String,
    who: String,
    break_glass: bool,
    late: bool,
    due: Moment,
}

/// An access, in a row.
struct Access {
    page: String,
    end: String,
    extend: Option<String>,
    what: PairPart,
    /// The other person, where somebody asked on somebody's behalf.
    other: Option<String>,
    state: Status,
    beside: Beside,
    /// Whether it can be used now.
    live: bool,
    left: Option<Countdown>,
    until: Option<Moment>,
    starts: Option<Moment>,
    expected: Option<Moment>,
}

/// A request of one's own, in a row.
struct Asked {
    page: String,
    again: String,
    what: Vec<PairPart>,
    /// The other person, where somebody asked on somebody's behalf.
    other: Option<String>,
    state: Status,
    break_glass: bool,
    pending: bool,
    duration: String,
    asked: Moment,
    left: Countdown,
    reason: String,
}

pub(super) async fn home(visit: Visit) -> HttpResponse {
    answer(async {
        if visit.session().await?.is_none() {
            return Ok(page(StatusCode::OK, &Welcome { frame: visit.frame(None), t: visit.t() }));
        }
        let me = visit.signed_in().await?;
        let mine = RequestFilter { role: Some("mine".to_owned()), limit: Some(SHOWN), ..RequestFilter::default() };
        let active = GrantFilter { role: Some("mine".to_owned()), ..GrantFilter::default() };
        let (waiting, grants, requests, places, reviews) = futures_util::future::join5(
            me.api.waiting(None),
            me.api.grants(&active),
            me.api.requests(&mine),
            me.site().atlas.places(&me.api),
            me.api.reviews(),
        )
        .await;
        // Most people owe none, so that nothing is said where they cannot be read.
        let reviews = reviews.map(|page| page.items).unwrap_or_default();
        let reviews = reviews.iter().filter(|review| review.done.is_none()).map(|review| owed(&me, review)).collect();
        let known: &[Request] = requests.as_ref().map(|page| page.items.as_slice()).unwrap_or_default();
        let access = grants
            .map(|page| {
                let living = page.items.iter().filter(|grant| grant.state != "ended");
                living.map(|grant| access(&me, grant, known, &places)).collect()
            })
            .map_err(|error| me.why(&error));
        let waiting = waiting
            .map(|page| page.items.iter().map(|waiting| to_decide(&me, waiting, &places)).collect())
            .map_err(|error| me.why(&error));
        let requests = requests
            .as_ref()
            .map(|page| page.items.iter().map(|request| asked(&me, request, &places)).collect())
            .map_err(|error| me.why(error));
        Ok(page(StatusCode::OK, &Home { frame: me.frame(), t: me.t(), waiting, reviews, access, requests }))
    })
    .await
}

pub(super) fn to_decide(me: &SignedIn, waiting: &Waiting, places: &Places) -> ToDecide {
    let (t, look) = (me.t(), me.look());
    let minutes = duration(waiting.minutes, t);
    ToDecide {
        page: format!("/requests/{}", waiting.request),
        who: waiting.beneficiary.name.clone(),
        asked_by: (waiting.requester.id != waiting.beneficiary.id).then(|| waiting.requester.name.clone()),
        what: waiting.items.iter().map(|item| words::pair(item, places, t)).collect(),
        severity: Status::severity(&waiting.severity, t),
        duration: if waiting.extends.is_some() { t.more_time(minutes) } else { minutes },
        from: waiting.start_at.map(|at| Moment::new(at, look)),
        reason: waiting.reason.clone(),
        ticket: waiting.ticket.clone(),
        left: Countdown::new(waiting.decide_by, look),
    }
}

fn owed(me: &SignedIn, review: &Review) -> Owed {
    Owed {
        page: format!("/requests/{}#review-{}", review.request, review.id),
        who: review.beneficiary.as_ref().map(|person| person.name.clone()).unwrap_or_default(),
        break_glass: review.break_glass,
        late: review.overdue,
        due: Moment::new(review.due_at, me.look()),
    }
}

fn access(me: &SignedIn, grant: &Grant, requests: &[Request], places: &Places) -> Access {
    let (t, look) = (me.t(), me.look());
    let names: Vec<&Item> = requests.iter().flat_map(|request| &request.items).collect();
    let of = requests.iter().find(|request| request.id == grant.request);
    let other = of.and_then(|request| words::other(&me.id, &request.requester, &request.beneficiary, t));
    let active = grant.state == "active";
    let moment = |at| Moment::new(at, look);
    Access {
        page: format!("/requests/{}", grant.request),
        end: format!("/grants/{}/end", grant.id),
        extend: active.then(|| format!("/grants/{}/extend", grant.id)),
        what: words::granted(grant, &names, places, t),
        // Of a request that is too old to be listed, at least who has it is known.
        other: other.or_else(|| {
            let principal = grant.principal.as_deref().filter(|principal| *principal != me.id)?;
            Some(t.for_person(grant.principal_name.as_deref().unwrap_or(principal)))
        }),
        state: words::standing(grant, t),
        beside: words::beside(grant, look),
        live: active && grant.vanished_at.is_none(),
        left: grant.deadline_at.filter(|_| active).map(|at| Countdown::new(at, look)),
        until: grant.deadline_at.filter(|_| active).map(moment),
        starts: grant.start_at.filter(|_| grant.state == "scheduled").map(moment),
        expected: grant.expected_at.map(moment),
    }
}

fn asked(me: &SignedIn, request: &Request, places: &Places) -> Asked {
    let (t, look) = (me.t(), me.look());
    let minutes = duration(request.minutes, t);
    Asked {
        page: format!("/requests/{}", request.id),
        again: format!("/ask?like={}", request.id),
        what: request.items.iter().map(|item| words::pair(item, places, t)).collect(),
        other: words::other(&me.id, &request.requester, &request.beneficiary, t),
        state: Status::new(&request.state, t),
        break_glass: request.break_glass.is_some(),
        pending: request.state == "pending",
        duration: if request.extends.is_some() { t.more_time(minutes) } else { minutes },
        asked: Moment::new(request.submitted_at, look),
        left: Countdown::new(request.decide_by, look),
        reason: request.reason.clone(),
    }
}
