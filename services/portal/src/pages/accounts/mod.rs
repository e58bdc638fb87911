//! `/accounts`: the organization's accounts, for those who may read everything; for owners, theirs.

mod one;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Query;
use askama::Template;
use client::Find;
use serde::Deserialize;

use super::frame::{Frame, page};
use super::visit::{SignedIn, Visit, answer};
use crate::parts::Env;
use crate::places::Places;
use crate::texts::Texts;

pub(super) use one::show as one;

/// Rows on the page; more are found by typing.
const ROWS: u16 = 100;

#[derive(Template)]
#[template(path = "accounts.html")]
struct Accounts {
    frame: Frame,
    t: Texts,
    reads_all: bool,
    q: String,
    rows: Result<Vec<Row>, String>,
    /// That there are more.
    more: Option<String>,
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

/// `GET /accounts`
pub(super) async fn show(visit: Visit, params: Query<Params>) -> HttpResponse {
    answer(async {
        let me = visit.signed_in().await?;
        me.must_oversee()?;
        let t = me.t();
        let places = me.site().atlas.places(&me.api).await;
        let q: String = params.q.chars().filter(|c| !c.is_control()).take(200).collect();
        let (rows, more) = if me.reads_all() { all(&q, &places, t) } else { owned(&me, &q, &places).await };
        Ok(page(StatusCode::OK, &Accounts { frame: me.frame(), t, reads_all: me.reads_all(), q, rows, more }))
    })
    .await
}

type Found = (Result<Vec<Row>, String>, Option<String>);

fn all(q: &str, places: &Places, t: Texts) -> Found {
    let words: Vec<String> = q.to_lowercase().split_whitespace().map(str::to_owned).collect();
    let mut found = places.by_name();
    found.retain(|place| words.iter().all(|word| place.haystack.contains(word.as_str())));
    let more = found.len().saturating_sub(ROWS.into());
    let rows = found.into_iter().take(ROWS.into()).map(|place| row(&place.id, &place.name, places, t)).collect();
    (Ok(rows), (more > 0).then(|| t.found_more(more)))
}

async fn owned(me: &SignedIn, q: &str, places: &Places) -> Found {
    let t = me.t();
    let find = Find { text: q.trim().to_owned(), limit: Some(ROWS), ..Find::default() };
    match me.api.owned_accounts(&find).await {
        Ok(page) => {
            let more = page.next.map(|_| t.which_others().to_owned());
            (Ok(page.items.iter().map(|account| row(&account.id, &account.name, places, t)).collect()), more)
        }
        Err(error) => (Err(me.why(&error)), None),
    }
}

fn row(id: &str, name: &str, places: &Places, t: Texts) -> Row {
    Row {
        id: id.to_owned(),
        name: name.to_owned(),
        units: places.get(id).map(|place| place.units.clone()).unwrap_or_default(),
        env: places.environment(id).map(|tag| Env::new(tag, t)),
    }
}
