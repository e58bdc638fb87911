//! `/decide/{token}`: a mail's link. Opening it shows what it is about and changes nothing; the button decides.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Form, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use client::{Client, ClientError, Decision, LinkView};
use serde::Deserialize;

use super::frame::{Frame, page, session, sign_in_first};
use super::notice::{away, notice, refused, stale_form};
use super::words;
use crate::Site;
use crate::session::{Session, cookies, forms};

#[derive(Template)]
#[template(path = "decide.html")]
struct Decide {
    frame: Frame,
    approve: bool,
    approver: String,
    who: String,
    asked_by: Option<String>,
    what: Vec<String>,
    extension: bool,
    duration: String,
    from: Option<String>,
    severity: Option<String>,
    reason: String,
    ticket: Option<String>,
    decide_by: String,
    signed_in: bool,
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

pub(super) async fn show(site: Data<Site>, request: HttpRequest, token: Path<String>) -> HttpResponse {
    let session = match session(&site, &request).await {
        Ok(session) => session,
        Err(answer) => return answer,
    };
    let view = match api(&site, session.as_ref()).link(&token).await {
        Ok(view) => view,
        Err(error) => return not_possible(&site, session.as_ref(), &token, &error).await,
    };
    match forms::code(&site, session.as_ref(), &what(&token)) {
        Ok(code) => page(StatusCode::OK, &decide_page(&site, session.as_ref(), view, code)),
        Err(_) => away(&site),
    }
}

pub(super) async fn decide(
    site: Data<Site>,
    request: HttpRequest,
    token: Path<String>,
    fields: Form<Fields>,
) -> HttpResponse {
    let session = match session(&site, &request).await {
        Ok(session) => session,
        Err(answer) => return answer,
    };
    if !forms::is_ours(&site, session.as_ref(), &request, &what(&token), &fields.code) {
        return stale_form(&site, session.as_ref());
    }
    let comment = Some(fields.comment.trim()).filter(|c| !c.is_empty());
    match api(&site, session.as_ref()).decide_link(&token, comment).await {
        Ok(outcome) => {
            let (title, text) = words::decided(&outcome);
            notice(&site, session.as_ref(), StatusCode::OK, title, text)
        }
        Err(error) => not_possible(&site, session.as_ref(), &token, &error).await,
    }
}

fn what(token: &str) -> String {
    format!("decide {token}")
}

fn api(site: &Site, session: Option<&Session>) -> Client {
    session.map_or_else(|| site.api.clone(), |s| s.api(site))
}

/// Signing in may be what is missing; then this page is where to come back to.
async fn not_possible(site: &Site, session: Option<&Session>, token: &str, error: &ClientError) -> HttpResponse {
    if !error.needs_sign_in() {
        return refused(site, session, "Nothing to decide", error);
    }
    let mut answer = sign_in_first(&format!("/decide/{token}"));
    if let Some(session) = session {
        // Its token is no longer good, so it helps nobody.
        let _ = session.end(site).await;
        let _ = answer.add_cookie(&cookies::no_session(site));
    }
    answer
}

fn decide_page(site: &Site, session: Option<&Session>, view: LinkView, code: String) -> Decide {
    let request = view.request;
    let over = if view.used {
        Some(format!("You have decided about this request before. It {}.", words::outcome(&request.state)))
    } else if request.state != "pending" {
        Some(format!("There is nothing to decide any more: the request {}.", words::outcome(&request.state)))
    } else {
        None
    };
    Decide {
        frame: Frame::of(site, session),
        approve: view.decision == Decision::Approve,
        approver: view.approver.name,
        asked_by: (request.requester.id != request.beneficiary.id).then_some(request.requester.name),
        who: request.beneficiary.name,
        what: request.items.iter().map(words::item).collect(),
        extension: request.extends.is_some(),
        duration: words::duration(request.minutes),
        from: request.start_at.map(words::moment),
        severity: Some(request.severity).filter(|s| !s.is_empty() && s != "normal"),
        reason: request.reason,
        ticket: request.ticket,
        decide_by: words::moment(request.decide_by),
        signed_in: session.is_some(),
        code,
        over,
    }
}
