//! `GET /groups/{id}`: who is in a group.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Path, Query};
use askama::Template;
use client::{Find, User};

use super::{Params, ROWS};
use crate::pages::frame::{Frame, page};
use crate::pages::visit::{Visit, answer};
use crate::texts::Texts;

#[derive(Template)]
#[template(path = "group.html")]
struct GroupPage {
    frame: Frame,
    t: Texts,
    name: String,
    id: String,
    q: String,
    people: Vec<User>,
    next: Option<String>,
}

pub(in crate::pages) async fn show(visit: Visit, id: Path<String>, params: Query<Params>) -> HttpResponse {
    answer(async {
        let me = visit.signed_in().await?;
        me.must_read_all()?;
        let t = me.t();
        let id = id.into_inner();
        let named = Find { text: id.clone(), limit: Some(1), ..Find::default() };
        let find = params.find(ROWS);
        let (members, named) =
            futures_util::future::join(me.api.members(&id, &find), me.api.groups_found(&named)).await;
        let members = members.map_err(|error| me.refused(t.people_groups(), &error))?;
        let name = named.ok().and_then(|page| page.items.into_iter().find(|group| group.id == id));
        let q = params.text();
        let place = format!("/groups/{id}");
        let shown = GroupPage {
            frame: me.frame(),
            t,
            name: name.map_or_else(|| id.clone(), |group| group.name),
            next: members.next.map(|cursor| crate::pages::query(&place, &[("q", &q), ("cursor", &cursor)])),
            id,
            q,
            people: members.items,
        };
        Ok(page(StatusCode::OK, &shown))
    })
    .await
}
