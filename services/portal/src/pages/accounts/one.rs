//! `GET /accounts/{id}`: an account, who has access there, and the way to who can get it; for its owners, and for those who
//! may read everything.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Path, Query};
use askama::Template;
use client::Holder;
use serde::Deserialize;

use crate::pages::frame::{Frame, page};
use crate::pages::not_found;
use crate::pages::visit::{SignedIn, Visit, answer};
use crate::parts::{Env, Moment, Status};
use crate::texts::Texts;

#[derive(Template)]
#[template(path = "account.html")]
struct AccountPage {
    frame: Frame,
    t: Texts,
    reads_all: bool,
    id: String,
    name: String,
    units: String,
    env: Option<Env>,
    holders: Vec<Row>,
    next: Option<String>,
    /// What can be asked for, to choose from while somebody types.
    sets: Vec<String>,
}

struct Row {
    who: String,
    /// The person's page and the request's, for those who may see them.
    person: Option<String>,
    request: Option<String>,
    set: String,
    state: Status,
    since: Option<Moment>,
    starts: Option<Moment>,
    until: Option<Moment>,
}

#[derive(Deserialize)]
pub(in crate::pages) struct Params {
    cursor: Option<String>,
}

pub(in crate::pages) async fn show(visit: Visit, id: Path<String>, params: Query<Params>) -> HttpResponse {
    answer(async {
        let me = visit.signed_in().await?;
        me.must_oversee()?;
        let t = me.t();
        let id = id.into_inner();
        let (places, holders, sets) = futures_util::future::join3(
            me.site().atlas.places(&me.api),
            me.api.holders(&id, params.cursor.as_deref()),
            me.api.every_permission_set(),
        )
        .await;
        let Some(place) = places.get(&id) else { return Err(not_found::not_found(me.visit).await) };
        let holders = holders.map_err(|error| me.refused(&place.name, &error))?;
        let next = holders.next.as_deref();
        let shown = AccountPage {
            frame: me.frame(),
            t,
            reads_all: me.reads_all(),
            next: next.map(|cursor| crate::pages::query(&format!("/accounts/{id}"), &[("cursor", cursor)])),
            name: place.name.clone(),
            units: place.units.clone(),
            env: place.environment.as_deref().map(|tag| Env::new(tag, t)),
            holders: holders.items.into_iter().map(|holder| row(&me, holder)).collect(),
            sets: sets.unwrap_or_default().into_iter().map(|set| set.name).collect(),
            id,
        };
        Ok(page(StatusCode::OK, &shown))
    })
    .await
}

fn row(me: &SignedIn, holder: Holder) -> Row {
    let moment = |at| Moment::new(at, me.look());
    Row {
        person: me.reads_all().then(|| format!("/people/{}", holder.person.id)),
        request: holder.request.map(|id| format!("/requests/{id}")),
        who: holder.person.name,
        set: holder.permission_set_name,
        state: Status::new(&holder.state, me.t()),
        since: holder.active_at.map(moment),
        starts: holder.start_at.map(moment),
        until: holder.deadline_at.map(moment),
    }
}
