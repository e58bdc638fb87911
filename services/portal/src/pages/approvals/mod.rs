//! `GET /approvals`: everything that waits for the caller's decision.

pub(super) mod together;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Query;
use askama::Template;
use serde::Deserialize;

use self::together::Together;
use super::frame::{Frame, page};
use super::home::{ToDecide, to_decide};
use super::visit::{Visit, answer};
use crate::texts::Texts;

#[derive(Template)]
#[template(path = "approvals.html")]
struct Approvals {
    frame: Frame,
    t: Texts,
    waiting: Result<Vec<ToDecide>, String>,
    /// What of it can be decided together: a sentence, what demands it, and where.
    together: Vec<(String, String, String)>,
    next: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Params {
    cursor: Option<String>,
}

pub(super) async fn show(visit: Visit, params: Query<Params>) -> HttpResponse {
    answer(async {
        let me = visit.signed_in().await?;
        let waiting = me.api.waiting(params.cursor.as_deref());
        let (waiting, places) = futures_util::future::join(waiting, me.site().atlas.places(&me.api)).await;
        let next = waiting.as_ref().ok().and_then(|page| page.next.clone());
        let t = me.t();
        let told = |group: &Together| {
            (t.together_offer(group.requests.len(), group.who()), t.demanded_by(group.because()), group.place())
        };
        let together = waiting.as_ref().map(|page| Together::groups(&page.items)).unwrap_or_default();
        let together = together.iter().map(told).collect();
        let rows = waiting
            .map(|page| page.items.iter().map(|waiting| to_decide(&me, waiting, &places)).collect())
            .map_err(|error| me.why(&error));
        let next = next.map(|cursor| super::query("/approvals", &[("cursor", &cursor)]));
        Ok(page(StatusCode::OK, &Approvals { frame: me.frame(), t, waiting: rows, together, next }))
    })
    .await
}
