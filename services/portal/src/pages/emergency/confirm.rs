//! `POST /emergency`: looks what it would end, and does it once that was confirmed.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Form;
use askama::Template;
use client::{ClientError, EmergencyPreview};

use super::order::{Draft, meant};
use super::{WHAT, overview};
use crate::pages::frame::{Frame, page, see};
use crate::pages::visit::{SignedIn, Visit, answer};
use crate::texts::Texts;

#[derive(Template)]
#[template(path = "emergency_confirm.html")]
struct Confirm {
    frame: Frame,
    t: Texts,
    title: String,
    preview: EmergencyPreview,
    ends: bool,
    /// What becomes of new access, in words.
    new_access: Option<&'static str>,
    draft: Draft,
}

pub(in crate::pages) async fn post(visit: Visit, draft: Form<Draft>) -> HttpResponse {
    answer(async {
        let me = visit.signed_in().await?;
        let draft = draft.into_inner();
        me.checked(WHAT, &draft.code)?;
        let places = me.site().atlas.places(&me.api).await;
        let (order, title, draft) = match meant(&me, draft, &places).await {
            Ok(meant) => meant,
            Err(draft) => return Ok(page(StatusCode::UNPROCESSABLE_ENTITY, &overview(&me, *draft).await?)),
        };
        if !draft.press.is_empty() {
            return match me.api.press_emergency_once(&order, &draft.key).await {
                Ok(pressed) => Ok(see(&format!("/emergency/{}", pressed.id))),
                Err(error) => refused(&me, draft, &error).await,
            };
        }
        let preview = match me.api.preview_emergency(&order).await {
            Ok(preview) => preview,
            Err(error) => return refused(&me, draft, &error).await,
        };
        let t = me.t();
        let new_access = match order.new_access.as_deref() {
            Some("pause") => Some(t.would_pause_yes()),
            Some("resume") => Some(t.would_resume_yes()),
            Some(_) | None => None,
        };
        let ends = order.ends.is_some();
        Ok(page(StatusCode::OK, &Confirm { frame: me.frame(), t, title, preview, ends, new_access, draft }))
    })
    .await
}

/// The form again, with the reason's error at the reason and any other above.
async fn refused(me: &SignedIn, mut draft: Draft, error: &ClientError) -> Result<HttpResponse, HttpResponse> {
    let slug = error.problem().map(|problem| problem.slug().to_owned()).unwrap_or_default();
    let field = if slug.starts_with("justification") { "reason" } else { "" };
    draft.wrong = Some((field, me.why(error)));
    let status = error.problem().and_then(|p| StatusCode::from_u16(p.status).ok()).unwrap_or(StatusCode::BAD_GATEWAY);
    Ok(page(status, &overview(me, draft).await?))
}
