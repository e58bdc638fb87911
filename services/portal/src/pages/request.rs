//! `/requests/{id}`: where mails lead that are about a whole request. Shows how it stands, and, to those who may, decides
//! everything in it that waits for them.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Form, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use client::{Decision, Item, Me, Request};
use serde::Deserialize;
use uuid::Uuid;

use super::frame::{Frame, page, session, sign_in_first};
use super::notice::{away, notice, refused, stale_form};
use super::{not_found, words};
use crate::Site;
use crate::session::{Session, cookies, forms};

#[derive(Template)]
#[template(path = "request.html")]
struct Page {
    frame: Frame,
    who: String,
    asked_by: Option<String>,
    break_glass: bool,
    state: String,
    what: Vec<(String, Option<String>)>,
    extension: bool,
    duration: String,
    from: Option<String>,
    severity: Option<String>,
    reason: String,
    ticket: Option<String>,
    decide_by: String,
    said: Vec<(String, String)>,
    version: i64,
    /// Of the form that decides, for those who might.
    code: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Fields {
    code: String,
    decision: Decision,
    version: i64,
    #[serde(default)]
    comment: String,
}

pub(super) async fn show(site: Data<Site>, request: HttpRequest, id: Path<String>) -> HttpResponse {
    let (session, id) = match signed_in(&site, &request, &id).await {
        Ok(found) => found,
        Err(answer) => return answer,
    };
    let api = session.api(&site);
    let (me, found) = futures_util::future::join(api.me(), api.request(id)).await;
    let (me, found) = match (me, found) {
        (Ok(me), Ok(found)) => (me, found),
        (Err(error), _) | (_, Err(error)) if error.needs_sign_in() => {
            // Its token is no longer good, so it helps nobody.
            let _ = session.end(&site).await;
            let mut answer = sign_in_first(&path(id));
            let _ = answer.add_cookie(&cookies::no_session(&site));
            return answer;
        }
        (Err(error), _) | (_, Err(error)) => return refused(&site, Some(&session), "No such request", &error),
    };
    let decides = match &me {
        Me::User { id, .. } => found.state == "pending" && ![&found.requester.id, &found.beneficiary.id].contains(&id),
        Me::Machine { .. } => false,
    };
    match decides.then(|| forms::code(&site, Some(&session), &path(id))).transpose() {
        Ok(code) => page(StatusCode::OK, &request_page(&site, &session, found, code)),
        Err(_) => away(&site),
    }
}

pub(super) async fn decide(
    site: Data<Site>,
    request: HttpRequest,
    id: Path<String>,
    fields: Form<Fields>,
) -> HttpResponse {
    let (session, id) = match signed_in(&site, &request, &id).await {
        Ok(found) => found,
        Err(answer) => return answer,
    };
    if !forms::is_ours(&site, Some(&session), &request, &path(id), &fields.code) {
        return stale_form(&site, Some(&session));
    }
    let comment = Some(fields.comment.trim()).filter(|c| !c.is_empty());
    match session.api(&site).decide(id, fields.decision, comment, Some(fields.version)).await {
        Ok(outcome) => {
            let (title, text) = words::decided(&outcome);
            notice(&site, Some(&session), StatusCode::OK, title, text)
        }
        Err(error) if error.needs_sign_in() => sign_in_first(&path(id)),
        Err(error) => refused(&site, Some(&session), "Nothing was decided", &error),
    }
}

fn path(id: Uuid) -> String {
    format!("/requests/{id}")
}

/// Who is signed in, and which request; else the page that is shown instead.
async fn signed_in(site: &Data<Site>, request: &HttpRequest, id: &str) -> Result<(Session, Uuid), HttpResponse> {
    let Ok(id) = id.parse::<Uuid>() else {
        return Err(not_found::not_found(site.clone(), request.clone()).await);
    };
    match session(site, request).await? {
        Some(session) => Ok((session, id)),
        None => Err(sign_in_first(&path(id))),
    }
}

fn request_page(site: &Site, session: &Session, request: Request, code: Option<String>) -> Page {
    // What stands as the request does need not say so again.
    let differs = |state: &&str| *state != request.state;
    let item = |item: &Item| (words::item(item), item.state.as_deref().filter(differs).map(words::state));
    Page {
        frame: Frame::of(site, Some(session)),
        asked_by: (request.requester.id != request.beneficiary.id).then_some(request.requester.name),
        who: request.beneficiary.name,
        break_glass: request.break_glass.is_some(),
        state: words::state(&request.state),
        what: request.items.iter().map(item).collect(),
        extension: request.extends.is_some(),
        duration: words::duration(request.minutes),
        from: request.start_at.map(words::moment),
        severity: Some(request.severity).filter(|s| !s.is_empty() && s != "normal"),
        reason: request.reason,
        ticket: request.ticket,
        decide_by: words::moment(request.decide_by),
        said: request.comments.into_iter().map(|said| (said.author.name, said.text)).collect(),
        version: request.version,
        code,
    }
}
