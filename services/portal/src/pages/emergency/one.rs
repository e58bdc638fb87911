//! `/emergency/{id}`: one use of the button; the second admin agrees or refuses here, whoever asked takes it back.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Form, Path};
use askama::Template;
use client::{EmergencyPreview, NewEmergency};
use uuid::Uuid;

use super::{Row, WHAT, order, row};
use crate::pages::actors;
use crate::pages::confirm::Code;
use crate::pages::frame::{Frame, page, see};
use crate::pages::not_found;
use crate::pages::visit::{Visit, answer};
use crate::texts::Texts;

#[derive(Template)]
#[template(path = "emergency_one.html")]
struct One {
    frame: Frame,
    t: Texts,
    row: Row,
    waits: bool,
    running: bool,
    /// Of the forms, for admins while it waits.
    code: Option<String>,
    /// What agreeing would end.
    preview: Option<EmergencyPreview>,
}

/// `GET /emergency/{id}`
pub(in crate::pages) async fn show(visit: Visit, id: Path<String>) -> HttpResponse {
    answer(async {
        let Ok(id) = id.parse::<Uuid>() else { return Err(not_found::not_found(visit).await) };
        let me = visit.signed_in().await?;
        me.must_read_all()?;
        let t = me.t();
        let (one, places) = futures_util::future::join(me.api.emergency(id), me.site().atlas.places(&me.api)).await;
        let one = one.map_err(|error| me.refused(t.emergency_title(), &error))?;
        let mut names = actors::names(&me, [&one.proposed_by, &one.decided_by].into_iter()).await;
        names.extend(me.site().people.names(&me.api, order::person_in(&one)).await);
        let (waits, running) = (one.state == "waiting", one.state == "running");
        let code = if waits && me.admin { Some(me.code(WHAT)?) } else { None };
        let preview = match (&code, &one.ends) {
            (Some(_), Some(_)) => {
                let asked = NewEmergency {
                    ends: one.ends.clone(),
                    new_access: one.new_access.clone(),
                    reason: one.reason.clone(),
                };
                me.api.preview_emergency(&asked).await.ok()
            }
            (Some(_) | None, _) => None,
        };
        let row = row(&me, one, &names, &places);
        Ok(page(StatusCode::OK, &One { frame: me.frame(), t, row, waits, running, code, preview }))
    })
    .await
}

/// `POST /emergency/{id}/{verb}`
pub(in crate::pages) async fn decide(visit: Visit, path: Path<(Uuid, String)>, fields: Form<Code>) -> HttpResponse {
    answer(async {
        let me = visit.signed_in().await?;
        me.checked(WHAT, &fields.code)?;
        let (id, verb) = path.into_inner();
        let done = match verb.as_str() {
            "agree" => me.api.agree_to_emergency(id).await,
            "refuse" => me.api.refuse_emergency(id).await,
            "withdraw" => me.api.withdraw_emergency(id).await,
            _ => return Err(not_found::not_found(me.visit).await),
        };
        done.map_err(|error| me.refused(me.t().nothing_changed(), &error))?;
        Ok(see(&format!("/emergency/{id}")))
    })
    .await
}
