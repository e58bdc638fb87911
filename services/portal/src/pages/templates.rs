//! `/templates`: keeping what is asked for again and again, and forgetting it.

use actix_web::HttpResponse;
use actix_web::web::{Form, Path};
use client::NewTemplate;
use serde::Deserialize;
use uuid::Uuid;

use super::confirm::{Code, Confirm};
use super::frame::see;
use super::not_found;
use super::visit::{Visit, answer};

/// What the form that keeps is about.
pub(super) const WHAT: &str = "keep a template";

#[derive(Deserialize)]
pub(super) struct Fields {
    code: String,
    name: String,
    from_request: Uuid,
}

/// `POST /templates`
pub(super) async fn keep(visit: Visit, fields: Form<Fields>) -> HttpResponse {
    answer(async {
        let me = visit.signed_in().await?;
        me.checked(WHAT, &fields.code)?;
        let wanted = NewTemplate {
            name: fields.name.trim().to_owned(),
            from_request: Some(fields.from_request),
            ..NewTemplate::default()
        };
        me.api.make_template(&wanted).await.map_err(|error| me.refused(me.t().nothing_changed(), &error))?;
        Ok(see("/ask"))
    })
    .await
}

fn what(id: Uuid) -> String {
    format!("forget {id}")
}

/// `GET /templates/{id}/delete`
pub(super) async fn ask(visit: Visit, id: Path<String>) -> HttpResponse {
    answer(async {
        let Ok(id) = id.parse::<Uuid>() else { return Err(not_found::not_found(visit).await) };
        let me = visit.signed_in().await?;
        let t = me.t();
        let templates = me.api.templates().await.map_err(|error| me.refused(t.nothing_changed(), &error))?;
        let Some(template) = templates.items.into_iter().find(|template| template.id == id) else {
            return Ok(see("/ask"));
        };
        let title = format!("{}: {}", t.template_delete(), template.name);
        Ok(Confirm::new(&me, title, &what(id), "/ask".to_owned())?.button(t.template_delete()).page())
    })
    .await
}

/// `POST /templates/{id}/delete`
pub(super) async fn forget(visit: Visit, id: Path<Uuid>, fields: Form<Code>) -> HttpResponse {
    answer(async {
        let me = visit.signed_in().await?;
        me.checked(&what(*id), &fields.code)?;
        me.api.delete_template(*id).await.map_err(|error| me.refused(me.t().nothing_changed(), &error))?;
        Ok(see("/ask"))
    })
    .await
}
