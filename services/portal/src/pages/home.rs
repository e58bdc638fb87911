//! `GET /`: what waits for me, what I asked for, and the access that I have.

use std::collections::HashMap;

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use client::{ClientError, Grant, GrantFilter, Item, Page, Request, RequestFilter, Waiting};

use uuid::Uuid;

use super::frame::{Frame, page, session, sign_in_first};
use super::words;
use crate::Site;
use crate::session::cookies;

#[derive(Template)]
#[template(path = "welcome.html")]
struct Welcome {
    frame: Frame,
}

#[derive(Template)]
#[template(path = "home.html")]
struct Home {
    frame: Frame,
    waiting: Result<Vec<Line>, String>,
    access: Result<Vec<Line>, String>,
    requests: Result<Vec<Line>, String>,
}

/// One entry of a list: a headline, its state, and more in pairs of name and text.
struct Line {
    what: Vec<String>,
    state: String,
    more: Vec<(&'static str, String)>,
    page: String,
}

fn page_of(request: Uuid) -> String {
    format!("/requests/{request}")
}

pub(super) async fn home(site: Data<Site>, request: HttpRequest) -> HttpResponse {
    let session = match session(&site, &request).await {
        Ok(session) => session,
        Err(answer) => return answer,
    };
    let Some(session) = session else { return page(StatusCode::OK, &Welcome { frame: Frame::of(&site, None) }) };
    let api = session.api(&site);
    let mine = RequestFilter { role: Some("mine".to_owned()), ..RequestFilter::default() };
    let active = GrantFilter { role: Some("mine".to_owned()), ..GrantFilter::default() };
    let (waiting, grants, requests) =
        futures_util::future::join3(api.waiting(None), api.grants(&active), api.requests(&mine)).await;
    if needs_sign_in(&waiting) || needs_sign_in(&grants) || needs_sign_in(&requests) {
        let _ = session.end(&site).await;
        let mut answer = sign_in_first("/");
        let _ = answer.add_cookie(&cookies::no_session(&site));
        return answer;
    }
    let names = names(requests.as_ref().ok());
    let home = Home {
        frame: Frame::of(&site, Some(&session)),
        waiting: section(waiting, waiting_line),
        access: section(grants.map(living), |grant| access_line(grant, &names)),
        requests: section(requests, request_line),
    };
    page(StatusCode::OK, &home)
}

fn needs_sign_in<T>(answer: &Result<T, ClientError>) -> bool {
    answer.as_ref().is_err_and(ClientError::needs_sign_in)
}

/// A list whose part of the API is away says so and leaves the others be.
fn section<T>(answer: Result<Page<T>, ClientError>, line: impl Fn(T) -> Line) -> Result<Vec<Line>, String> {
    answer.map(|page| page.items.into_iter().map(line).collect()).map_err(|error| words::why(&error))
}

fn living(mut page: Page<Grant>) -> Page<Grant> {
    page.items.retain(|grant| grant.state != "ended");
    page
}

type Names = HashMap<(String, String), Item>;

/// The names that the server resolved when the pairs were asked for.
fn names(requests: Option<&Page<Request>>) -> Names {
    let items = requests.iter().flat_map(|page| &page.items).flat_map(|request| &request.items);
    items.map(|item| ((item.account.clone(), item.permission_set.clone()), item.clone())).collect()
}

fn waiting_line(waiting: Waiting) -> Line {
    let mut more = vec![("Who", waiting.beneficiary.name.clone())];
    if waiting.requester.id != waiting.beneficiary.id {
        more.push(("Asked by", waiting.requester.name));
    }
    if !waiting.severity.is_empty() && waiting.severity != "normal" {
        more.push(("Severity", waiting.severity));
    }
    more.push(("For", words::duration(waiting.minutes)));
    more.extend(waiting.start_at.map(|at| ("From", words::moment(at))));
    more.push(("Why", waiting.reason));
    more.extend(waiting.ticket.map(|ticket| ("Ticket", ticket)));
    let state = format!("To be decided by {}", words::moment(waiting.decide_by));
    Line { what: waiting.items.iter().map(words::item).collect(), state, more, page: page_of(waiting.request) }
}

fn access_line(grant: Grant, names: &Names) -> Line {
    let known = names.get(&(grant.account.clone(), grant.permission_set.clone()));
    let what = known.map_or_else(|| format!("{} in {}", grant.permission_set, grant.account), words::item);
    let mut more: Vec<_> = grant.deadline_at.map(|at| ("Until", words::moment(at))).into_iter().collect();
    more.extend(grant.expected_at.map(|at| ("Expected", words::moment(at))));
    Line { what: vec![what], state: words::state(&grant.state), more, page: page_of(grant.request) }
}

fn request_line(request: Request) -> Line {
    let mut more = vec![("Asked", words::moment(request.submitted_at)), ("For", words::duration(request.minutes))];
    more.extend(request.start_at.map(|at| ("From", words::moment(at))));
    more.push(("Why", request.reason));
    if request.break_glass.is_some() {
        more.push(("Break-glass", "Nobody was asked; a review is owed".to_owned()));
    }
    let what = request.items.iter().map(words::item).collect();
    Line { what, state: words::state(&request.state), more, page: page_of(request.id) }
}
