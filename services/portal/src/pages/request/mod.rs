//! `/requests/{id}`: how a request stands, and, to those who may, everything that can be done with it.

mod access;
pub(super) mod cancel;
pub(super) mod comment;
pub(super) mod decide;
pub(super) mod evidence;
mod life;
pub(super) mod review;
mod voting;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use askama::Template;
use client::{ApprovalDetail, ClientError, PairTrace, Request, Review};
use uuid::Uuid;

use self::access::AccessRow;
use self::voting::Voting;
use super::frame::{Frame, page};
use super::visit::{Instead, SignedIn, Visit, answer};
use super::{reasons, words};
use crate::look::Look;
use crate::parts::{Countdown, Event, Moment, PairPart, Status, duration};
use crate::places::Places;
use crate::texts::Texts;

#[derive(Template)]
#[template(path = "request.html")]
struct Page {
    frame: Frame,
    t: Texts,
    id: Uuid,
    title: String,
    break_glass: bool,
    state: Status,
    pending: bool,
    left: Countdown,
    what: Vec<(PairPart, Option<Status>)>,
    asked_by: Option<String>,
    duration: String,
    narrowed: Option<String>,
    from: Option<Moment>,
    severity: Option<Status>,
    reason: String,
    ticket: Option<String>,
    paused: bool,
    voting: Vec<Voting>,
    /// Of the form that decides, for those who may.
    decides: Option<Decides>,
    access: Vec<AccessRow>,
    /// The looks that the caller owes, each with its form's code.
    owed: Vec<(Uuid, String, Moment)>,
    life: Vec<Event>,
    /// Of the form that says something, for those concerned.
    comment_code: Option<String>,
    trace: Vec<Traced>,
    can_cancel: bool,
    again: bool,
    reads_all: bool,
    template_code: Option<String>,
}

/// The form that decides.
struct Decides {
    code: String,
    version: i64,
    approve: String,
    minutes: String,
    exposure: Option<String>,
    before: Vec<Before>,
}

/// An access of the same person to the same.
struct Before {
    page: String,
    when: Moment,
    state: Status,
    duration: String,
    why: Option<String>,
}

/// What the rules said about a pair.
struct Traced {
    what: PairPart,
    rules: Vec<(bool, String, String)>,
    others: usize,
}

fn place(id: Uuid) -> String {
    format!("/requests/{id}")
}

/// What the form that decides is about.
fn what(id: Uuid) -> String {
    format!("decide {id}")
}

pub(super) async fn show(visit: Visit, id: Path<String>) -> HttpResponse {
    answer(async {
        let (me, id) = which(visit, &id).await?;
        let (request, places) = futures_util::future::join(me.api.request(id), me.site().atlas.places(&me.api)).await;
        let request = request.map_err(|error| me.refused(me.t().no_request(), &error))?;
        let open = request.approvals.iter().filter(|approval| approval.state == "open").map(|a| me.api.approval(a.id));
        let open = futures_util::future::join_all(open);
        let (open, owed) = futures_util::future::join(open, owed(&me, &request)).await;
        Ok(page(StatusCode::OK, &request_page(&me, request, (&open, &owed), &places)?))
    })
    .await
}

/// Who is signed in, and which request.
async fn which(visit: Visit, id: &str) -> Result<(SignedIn, Uuid), HttpResponse> {
    match id.parse::<Uuid>() {
        Ok(id) => Ok((visit.signed_in().await?, id)),
        Err(_) => Err(super::not_found::not_found(visit).await),
    }
}

/// The looks at this request that the caller may take; the others are not asked for where there are none.
async fn owed(me: &SignedIn, request: &Request) -> Vec<Review> {
    if request.reviews.iter().all(|review| review.done.is_some()) {
        return Vec::new();
    }
    let mine = me.api.reviews().await.map(|page| page.items).unwrap_or_default();
    mine.into_iter().filter(|review| review.request == request.id && review.done.is_none()).collect()
}

fn request_page(
    me: &SignedIn,
    request: Request,
    (open, owed): (&[Result<ApprovalDetail, ClientError>], &[Review]),
    places: &Places,
) -> Result<Page, Instead> {
    let (t, look, id) = (me.t(), me.look(), request.id);
    let mine = [&request.requester.id, &request.beneficiary.id].contains(&&me.id);
    let pending = request.state == "pending";
    let parts: Vec<PairPart> = request.items.iter().map(|item| words::pair(item, places, t)).collect();
    // What stands as the request does need not say so again.
    let differs = |state: &&str| *state != request.state;
    let states = request.items.iter().map(|item| item.state.as_deref().filter(differs).map(|s| Status::new(s, t)));
    let decides = decides(me, &request, &parts, open)?;
    let voted = request.approvals.iter().flat_map(|a| &a.votes).any(|vote| vote.voter.id == me.id);
    let comment_code = if mine || voted || decides.is_some() { Some(me.code(&comment::what(id))?) } else { None };
    let template_code = if mine && request.extends.is_none() { Some(me.code(super::templates::WHAT)?) } else { None };
    let minutes = duration(request.minutes, t);
    let owed: Result<Vec<_>, Instead> = owed
        .iter()
        .map(|review| Ok((review.id, me.code(&review::what(review.id))?, Moment::new(review.due_at, look))))
        .collect();
    let who = &request.beneficiary.name;
    Ok(Page {
        frame: me.frame(),
        t,
        id,
        title: if request.break_glass.is_some() { t.break_glass_for(who) } else { t.access_for(who) },
        break_glass: request.break_glass.is_some(),
        state: Status::new(&request.state, t),
        pending,
        left: Countdown::new(request.decide_by, look),
        asked_by: (request.requester.id != request.beneficiary.id).then(|| request.requester.name.clone()),
        duration: if request.extends.is_some() { t.more_time(&minutes) } else { minutes },
        narrowed: request.asked.as_ref().map(|asked| t.asked_narrowed(duration(asked.minutes, t))),
        from: request.start_at.map(|at| Moment::new(at, look)),
        severity: Status::severity(&request.severity, t),
        paused: request.paused_since.is_some(),
        voting: voting::voting(me, &request, open),
        owed: owed?,
        access: access::rows(me, &request, places, mine, voted),
        life: life::life(&request, &parts, look),
        trace: traced(&request, places, look),
        can_cancel: mine && pending,
        again: mine && !pending && request.extends.is_none(),
        reads_all: me.reads_all(),
        what: parts.into_iter().zip(states).collect(),
        reason: request.reason,
        ticket: request.ticket,
        decides,
        comment_code,
        template_code,
    })
}

/// The form that decides, where the caller's word would count in something.
fn decides(
    me: &SignedIn,
    request: &Request,
    parts: &[PairPart],
    open: &[Result<ApprovalDetail, ClientError>],
) -> Result<Option<Decides>, Instead> {
    let (t, look) = (me.t(), me.look());
    let mine: Vec<&ApprovalDetail> =
        open.iter().flatten().filter(|approval| approval.policies.iter().any(|policy| policy.mine)).collect();
    if mine.is_empty() {
        return Ok(None);
    }
    let minutes = duration(request.minutes, t);
    let lives = mine.iter().flat_map(|a| &a.about.items).filter_map(|item| item.session_minutes).max();
    let before = |grant: &client::EarlierGrant| Before {
        page: place(grant.request),
        when: Moment::new(grant.active_at.unwrap_or(grant.approved_at), look),
        state: Status::new(&grant.state, t),
        duration: duration(grant.minutes, t),
        why: grant.reason.as_deref().map(|reason| words::end_reason(reason, t).to_owned()),
    };
    let about = mine.iter().flat_map(|a| &a.before);
    Ok(Some(Decides {
        code: me.code(&what(request.id))?,
        version: request.version,
        approve: t.approve_this(words::summary(parts, look), &request.beneficiary.name, &minutes),
        exposure: lives.map(|lives| t.exposure(&minutes, duration(lives, t))),
        before: about.filter(|grant| grant.request != request.id).map(before).collect(),
        minutes,
    }))
}

fn traced(request: &Request, places: &Places, look: &Look) -> Vec<Traced> {
    let t = look.t;
    let one = |trace: &PairTrace| {
        let item = request
            .items
            .iter()
            .find(|i| i.account == trace.pair.account && i.permission_set == trace.pair.permission_set);
        let what = match item {
            Some(item) => words::pair(item, places, t),
            None => words::part((&trace.pair.account, ""), (&trace.pair.permission_set, ""), places, t),
        };
        let rules =
            trace.rules.iter().map(|said| (said.allows, said.name.clone(), reasons::because(said, look))).collect();
        Traced { what, rules, others: trace.others }
    };
    request.trace.iter().map(one).collect()
}
