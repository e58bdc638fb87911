//! `GET /sign-in`: off to the provider.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Query;
use serde::Deserialize;

use super::frame::see;
use super::visit::Visit;
use crate::session::cookies;
use crate::session::provider::{SignInError, Started};
use crate::{Site, local_path};

/// What the sign-in's cookie is bound to.
pub(super) const BOUND: &[u8] = b"sign-in";

#[derive(Deserialize)]
pub(super) struct Params {
    return_to: Option<String>,
}

pub(super) async fn sign_in(visit: Visit, params: Query<Params>) -> HttpResponse {
    let site = &visit.site;
    let return_to = params.return_to.as_deref().and_then(local_path).unwrap_or_else(|| "/".to_owned());
    let (place, started) = match site.provider.start(return_to, site.db.clock().now()).await {
        Ok(started) => started,
        Err(error) => return failed(&visit, &error),
    };
    match seal(site, &started) {
        Some(sealed) => {
            let mut answer = see(place.as_str());
            let _ = answer.add_cookie(&cookies::sign_in(site, sealed));
            answer
        }
        None => visit.away(),
    }
}

fn seal(site: &Site, started: &Started) -> Option<String> {
    let plain = serde_json::to_vec(started).ok()?;
    site.key.seal(BOUND, plain).ok().map(|sealed| crate::session::seal::encode(&sealed))
}

/// Nobody is signed in, and why.
pub(super) fn failed(visit: &Visit, error: &SignInError) -> HttpResponse {
    tracing::warn!(%error, "signing in failed");
    let t = visit.t();
    let (status, text) = match error {
        SignInError::Away(_) => (StatusCode::SERVICE_UNAVAILABLE, t.sign_in_away()),
        SignInError::Refused(_) => (StatusCode::BAD_REQUEST, t.sign_in_failed()),
    };
    visit.notice(None, status, t.not_signed_in(), text)
}
