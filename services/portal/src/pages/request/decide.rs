//! `POST /requests/{id}`: the caller's word about everything in the request that waits for them.

use actix_web::HttpResponse;
use actix_web::web::{Form, Path};
use client::{Decision, Word};
use serde::Deserialize;

use super::{place, what, which};
use crate::pages::frame::see;
use crate::pages::visit::{Visit, answer};
use crate::pages::words;

#[derive(Deserialize)]
pub(in crate::pages) struct Fields {
    code: String,
    decision: Decision,
    version: i64,
    #[serde(default)]
    comment: String,
    /// Fewer minutes than were asked for.
    #[serde(default)]
    minutes: String,
}

pub(in crate::pages) async fn decide(visit: Visit, id: Path<String>, fields: Form<Fields>) -> HttpResponse {
    answer(async {
        let (me, id) = which(visit, &id).await?;
        me.checked(&what(id), &fields.code)?;
        let t = me.t();
        let text = |text: &str| Some(text.trim()).filter(|text| !text.is_empty()).map(str::to_owned);
        let minutes = match (fields.decision, text(&fields.minutes)) {
            (Decision::Approve, Some(written)) => match crate::pages::ask::minutes_of(&written) {
                Some(minutes) => Some(minutes),
                None => {
                    return Err(me.notice(
                        actix_web::http::StatusCode::UNPROCESSABLE_ENTITY,
                        t.nothing_decided(),
                        t.bad_duration(),
                    ));
                }
            },
            (Decision::Approve | Decision::Reject, _) => None,
        };
        let word = Word {
            decision: fields.decision,
            comment: text(&fields.comment),
            version: Some(fields.version),
            minutes,
            ..Word::default()
        };
        let outcome = me.api.say(id, &word).await.map_err(|error| me.refused(t.nothing_decided(), &error))?;
        if outcome.state == "pending" {
            let (title, text) = words::decided(&outcome, t);
            return Ok(me.notice(actix_web::http::StatusCode::OK, title, text));
        }
        Ok(see(&place(id)))
    })
    .await
}
