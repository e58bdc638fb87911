//! `/history/views`: what of the history somebody looks at again and again, under a name.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Form, Path};
use askama::Template;
use client::{ClientError, NewView, View};
use serde::Deserialize;
use uuid::Uuid;

use super::filters::{Filters, Params};
use crate::pages::confirm::{Code, Confirm};
use crate::pages::frame::{Frame, page, see};
use crate::pages::not_found;
use crate::pages::visit::{SignedIn, Visit, answer};
use crate::texts::Texts;

/// What the form that keeps is about.
pub(super) const WHAT: &str = "keep a view";

/// A view as the history lists it.
pub(super) struct Kept {
    pub place: String,
    pub change: String,
    pub name: String,
    /// Whether it is what is shown.
    pub here: bool,
}

/// The caller's views; `here` is what is shown.
pub(super) async fn kept(me: &SignedIn, here: &str) -> Result<Vec<Kept>, ClientError> {
    let kept = |view: View| {
        let place = Filters::of_view(me.reads_all(), &view.filter).place("/history", "");
        Kept { here: place == here, place, change: place_of(view.id), name: view.name }
    };
    Ok(me.api.views().await?.items.into_iter().map(kept).collect())
}

fn place_of(id: Uuid) -> String {
    format!("/history/views/{id}")
}

#[derive(Deserialize)]
pub(in crate::pages) struct Fields {
    code: String,
    name: String,
    #[serde(flatten)]
    params: Params,
}

/// `POST /history/views`
pub(in crate::pages) async fn keep(visit: Visit, fields: Form<Fields>) -> HttpResponse {
    answer(async {
        let me = visit.signed_in().await?;
        let Fields { code, name, params } = fields.into_inner();
        me.checked(WHAT, &code)?;
        let filters = Filters::of(me.reads_all(), params);
        let wanted = NewView { name: name.trim().to_owned(), filter: filters.view() };
        me.api.make_view(&wanted).await.map_err(|error| me.refused(me.t().nothing_changed(), &error))?;
        Ok(see(&filters.place("/history", "")))
    })
    .await
}

#[derive(Template)]
#[template(path = "view.html")]
struct Change {
    frame: Frame,
    t: Texts,
    code: String,
    name: String,
    place: String,
    delete: String,
}

fn what(id: Uuid) -> String {
    format!("change view {id}")
}

/// Who is signed in, and their view of this id.
async fn which(visit: Visit, id: &str) -> Result<(SignedIn, View), HttpResponse> {
    let Ok(id) = id.parse::<Uuid>() else { return Err(not_found::not_found(visit).await) };
    let me = visit.signed_in().await?;
    let views = me.api.views().await.map_err(|error| me.refused(me.t().history_title(), &error))?;
    match views.items.into_iter().find(|view| view.id == id) {
        Some(view) => Ok((me, view)),
        None => Err(not_found::not_found(me.visit).await),
    }
}

/// `GET /history/views/{id}`
pub(in crate::pages) async fn show(visit: Visit, id: Path<String>) -> HttpResponse {
    answer(async {
        let (me, view) = which(visit, &id).await?;
        let change = Change {
            frame: me.frame(),
            t: me.t(),
            code: me.code(&what(view.id))?,
            place: Filters::of_view(me.reads_all(), &view.filter).place("/history", ""),
            delete: format!("{}/delete", place_of(view.id)),
            name: view.name,
        };
        Ok(page(StatusCode::OK, &change))
    })
    .await
}

#[derive(Deserialize)]
pub(in crate::pages) struct Named {
    code: String,
    name: String,
}

/// `POST /history/views/{id}`: renames it.
pub(in crate::pages) async fn rename(visit: Visit, id: Path<String>, fields: Form<Named>) -> HttpResponse {
    answer(async {
        let (me, view) = which(visit, &id).await?;
        me.checked(&what(view.id), &fields.code)?;
        let wanted = NewView { name: fields.name.trim().to_owned(), filter: view.filter.clone() };
        me.api.change_view(view.id, &wanted).await.map_err(|error| me.refused(me.t().nothing_changed(), &error))?;
        Ok(see(&Filters::of_view(me.reads_all(), &view.filter).place("/history", "")))
    })
    .await
}

fn forgetting(id: Uuid) -> String {
    format!("forget view {id}")
}

/// `GET /history/views/{id}/delete`
pub(in crate::pages) async fn ask(visit: Visit, id: Path<String>) -> HttpResponse {
    answer(async {
        let (me, view) = which(visit, &id).await?;
        let t = me.t();
        let title = t.view_delete_question(&view.name);
        Ok(Confirm::new(&me, title, &forgetting(view.id), place_of(view.id))?.button(t.view_delete()).page())
    })
    .await
}

/// `POST /history/views/{id}/delete`
pub(in crate::pages) async fn forget(visit: Visit, id: Path<Uuid>, fields: Form<Code>) -> HttpResponse {
    answer(async {
        let me = visit.signed_in().await?;
        me.checked(&forgetting(*id), &fields.code)?;
        me.api.delete_view(*id).await.map_err(|error| me.refused(me.t().nothing_changed(), &error))?;
        Ok(see("/history"))
    })
    .await
}
