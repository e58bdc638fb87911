//! `/decide/{token}`: a mail's link. Opening it shows what it is about and changes nothing; the button decides.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Form, Path};
use askama::Template;
use client::{Client, ClientError, Decision, LinkView};
use serde::Deserialize;

use super::frame::{Frame, page};
use super::visit::{Visit, answer};
use super::words;
use crate::parts::{Countdown, Moment, PairPart, Status, duration};
use crate::places::Places;
use crate::session::{Session, forms};
use crate::texts::Texts;

#[derive(Template)]
#[template(path = "decide.html")]
struct Decide {
    frame: Frame,
    t: Texts,
    approve: bool,
    who: String,
    asked_by: Option<String>,
    what: Vec<PairPart>,
    duration: String,
    from: Option<Moment>,
    severity: Option<Status>,
    reason: String,
    ticket: Option<String>,
    decide_by: Moment,
    left: Countdown,
    /// In whose name, and how that is recorded.
    decides_as: String,
    code: String,
    /// Why there is nothing to decide any more.
    over: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Fields {
    code: String,
    #[serde(default)]
    comment: String,
}

pub(super) async fn show(visit: Visit, token: Path<String>) -> HttpResponse {
    answer(async {
        let (visit, session) = visit.known().await?;
        let view = match api(&visit, session.as_ref()).link(&token).await {
            Ok(view) => view,
            Err(error) => return Err(not_possible(&visit, session.as_ref(), &error).await),
        };
        // Whoever is not signed in may not look around, so accounts show no environment to them.
        let places = match &session {
            Some(session) => visit.site.atlas.places(&session.api(&visit.site)).await,
            None => std::sync::Arc::default(),
        };
        let code = forms::code(&visit.site, session.as_ref(), &what(&token)).map_err(|_| visit.away())?;
        Ok(page(StatusCode::OK, &decide_page(&visit, session.as_ref(), view, &places, code)))
    })
    .await
}

pub(super) async fn decide(visit: Visit, token: Path<String>, fields: Form<Fields>) -> HttpResponse {
    answer(async {
        let (visit, session) = visit.known().await?;
        if !forms::is_ours(&visit.site, session.as_ref(), &visit.request, &what(&token), &fields.code) {
            return Err(visit.stale_form(session.as_ref()));
        }
        let comment = Some(fields.comment.trim()).filter(|c| !c.is_empty());
        match api(&visit, session.as_ref()).decide_link(&token, comment).await {
            Ok(outcome) => {
                let (title, text) = words::decided(&outcome, visit.t());
                Ok(visit.notice(session.as_ref(), StatusCode::OK, title, text))
            }
            Err(error) => Err(not_possible(&visit, session.as_ref(), &error).await),
        }
    })
    .await
}

fn what(token: &str) -> String {
    format!("decide {token}")
}

fn api(visit: &Visit, session: Option<&Session>) -> Client {
    session.map_or_else(|| visit.site.api.clone(), |s| s.api(&visit.site))
}

/// Signing in may be what is missing; then this page is where to come back to.
async fn not_possible(visit: &Visit, session: Option<&Session>, error: &ClientError) -> HttpResponse {
    if error.needs_sign_in() {
        return visit.sign_in_first(session).await;
    }
    visit.refused(session, visit.t().nothing_to_decide(), error)
}

fn decide_page(visit: &Visit, session: Option<&Session>, view: LinkView, places: &Places, code: String) -> Decide {
    let (t, look) = (visit.t(), &visit.look);
    let request = view.request;
    let over = if view.used {
        Some(t.decided_before(words::outcome(&request.state, t)))
    } else if request.state != "pending" {
        Some(t.nothing_left(words::outcome(&request.state, t)))
    } else {
        None
    };
    let minutes = duration(request.minutes, t);
    let approver = view.approver.name;
    Decide {
        frame: visit.frame(session),
        t,
        approve: view.decision == Decision::Approve,
        asked_by: (request.requester.id != request.beneficiary.id).then_some(request.requester.name),
        who: request.beneficiary.name,
        what: request.items.iter().map(|item| words::pair(item, places, t)).collect(),
        duration: if request.extends.is_some() { t.more_time(minutes) } else { minutes },
        from: request.start_at.map(|at| Moment::new(at, look)),
        severity: Status::severity(&request.severity, t),
        reason: request.reason,
        ticket: request.ticket,
        decide_by: Moment::new(request.decide_by, look),
        left: Countdown::new(request.decide_by, look),
        decides_as: if session.is_some() { t.decides_as(approver) } else { t.decides_as_by_link(approver) },
        code,
        over,
    }
}
