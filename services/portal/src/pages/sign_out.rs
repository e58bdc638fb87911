//! `POST /sign-out`: the session ends here; the provider's own stays.

use actix_web::web::{Data, Form};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;

use super::frame::{see, session};
use super::notice::{away, stale_form};
use crate::Site;
use crate::session::{cookies, forms};

/// What the form is about.
pub(super) const WHAT: &str = "sign out";

#[derive(Deserialize)]
pub(super) struct Fields {
    code: String,
}

pub(super) async fn sign_out(site: Data<Site>, request: HttpRequest, fields: Form<Fields>) -> HttpResponse {
    let session = match session(&site, &request).await {
        Ok(session) => session,
        Err(answer) => return answer,
    };
    if let Some(session) = &session {
        if !forms::is_ours(&site, Some(session), &request, WHAT, &fields.code) {
            return stale_form(&site, Some(session));
        }
        if let Err(error) = session.end(&site).await {
            tracing::error!(%error, "the session could not be ended");
            return away(&site);
        }
    }
    let mut answer = see("/");
    let _ = answer.add_cookie(&cookies::no_session(&site));
    answer
}
