//! `GET /accounts`: the organization's accounts, for those who may read everything.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Query;
use askama::Template;
use serde::Deserialize;

use super::frame::{Frame, page};
use super::visit::{Visit, answer};
use crate::parts::Env;
use crate::texts::Texts;

/// Rows on the page; more are found by typing.
const ROWS: usize = 100;

#[derive(Template)]
#[template(path = "accounts.html")]
struct Accounts {
    frame: Frame,
    t: Texts,
    q: String,
    rows: Vec<Row>,
    more: usize,
}

struct Row {
    id: String,
    name: String,
    units: String,
    env: Option<Env>,
}

#[derive(Deserialize)]
pub(super) struct Params {
    #[serde(default)]
    q: String,
}

pub(super) async fn show(visit: Visit, params: Query<Params>) -> HttpResponse {
    answer(async {
        let me = visit.signed_in().await?;
        me.must_read_all()?;
        let t = me.t();
        let places = me.site().atlas.places(&me.api).await;
        let q: String = params.q.chars().filter(|c| !c.is_control()).take(200).collect();
        let words: Vec<String> = q.to_lowercase().split_whitespace().map(str::to_owned).collect();
        let mut found = places.by_name();
        found.retain(|place| words.iter().all(|word| place.haystack.contains(word.as_str())));
        let more = found.len().saturating_sub(ROWS);
        let row = |place: &crate::places::Place| Row {
            id: place.id.clone(),
            name: place.name.clone(),
            units: place.units.clone(),
            env: place.environment.as_deref().map(|tag| Env::new(tag, t)),
        };
        let rows = found.into_iter().take(ROWS).map(row).collect();
        Ok(page(StatusCode::OK, &Accounts { frame: me.frame(), t, q, rows, more }))
    })
    .await
}
