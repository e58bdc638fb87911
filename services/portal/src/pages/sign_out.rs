//! `POST /sign-out`: the session ends here; the provider's own stays.

use actix_web::HttpResponse;
use actix_web::web::Form;
use serde::Deserialize;

use super::frame::see;
use super::visit::{Visit, answer};
use crate::session::{cookies, forms};

/// What the form is about.
pub(super) const WHAT: &str = "sign out";

#[derive(Deserialize)]
pub(super) struct Fields {
    code: String,
}

pub(super) async fn sign_out(visit: Visit, fields: Form<Fields>) -> HttpResponse {
    answer(async {
        let site = &visit.site;
        if let Some(session) = &visit.session().await? {
            if !forms::is_ours(site, Some(session), &visit.request, WHAT, &fields.code) {
                return Err(visit.stale_form(Some(session)));
            }
            if let Err(error) = session.end(site).await {
                tracing::error!(%error, "the session could not be ended");
                return Err(visit.away());
            }
        }
        let mut gone = see("/");
        let _ = gone.add_cookie(&cookies::no_session(site));
        Ok(gone)
    })
    .await
}
