//! `/grants/{id}/extend`: asks for more time.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Form, Path};
use askama::Template;
use serde::Deserialize;
use uuid::Uuid;

use super::{find, id_of};
use crate::pages::ask::minutes_of;
use crate::pages::frame::{Frame, page, see};
use crate::pages::visit::{Visit, answer};
use crate::parts::{Countdown, Moment, PairPart, duration};
use crate::texts::Texts;

/// What is offered at a click, in minutes.
const OFFERED: [i64; 4] = [15, 30, 60, 120];

fn what(id: Uuid) -> String {
    format!("extend {id}")
}

#[derive(Template)]
#[template(path = "extend.html")]
struct Extend {
    frame: Frame,
    t: Texts,
    title: String,
    about: PairPart,
    until: Option<(Countdown, Moment)>,
    chips: Vec<(i64, String)>,
    least: usize,
    code: String,
    back: String,
}

#[derive(Deserialize)]
pub(in crate::pages) struct Fields {
    code: String,
    #[serde(default)]
    duration: String,
    #[serde(default)]
    other: String,
    reason: String,
}

pub(in crate::pages) async fn show(visit: Visit, id: Path<String>) -> HttpResponse {
    answer(async {
        let found = find(visit, &id).await?;
        let (t, look) = (found.me.t(), found.me.look());
        let form = Extend {
            frame: found.me.frame(),
            t,
            title: t.extend_title(found.what.plain(t)),
            about: found.what,
            until: found.grant.deadline_at.map(|at| (Countdown::new(at, look), Moment::new(at, look))),
            chips: OFFERED.map(|minutes| (minutes, duration(minutes, t))).to_vec(),
            least: found.me.limits.min_reason,
            code: found.me.code(&what(found.grant.id))?,
            back: format!("/requests/{}", found.request.id),
        };
        Ok(page(StatusCode::OK, &form))
    })
    .await
}

pub(in crate::pages) async fn extend(visit: Visit, id: Path<String>, fields: Form<Fields>) -> HttpResponse {
    answer(async {
        let (me, id) = id_of(visit, &id).await?;
        me.checked(&what(id), &fields.code)?;
        let t = me.t();
        let written = if fields.other.trim().is_empty() { &fields.duration } else { &fields.other };
        let minutes = minutes_of(written)
            .ok_or_else(|| me.notice(StatusCode::UNPROCESSABLE_ENTITY, t.not_asked_title(), t.bad_duration()))?;
        let asked = me.api.extend(id, minutes, fields.reason.trim()).await;
        let asked = asked.map_err(|error| me.refused(t.not_asked_title(), &error))?;
        Ok(see(&format!("/requests/{}", asked.id)))
    })
    .await
}
