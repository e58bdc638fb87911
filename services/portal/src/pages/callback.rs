//! `GET /callback`: back from the provider.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse};
use client::{Me, TokenSource};
use domain::UserId;
use serde::Deserialize;

use super::frame::see;
use super::notice::{away, notice, refused};
use super::sign_in::{BOUND, failed};
use crate::session::provider::Started;
use crate::session::{Session, cookies, seal};
use crate::{Site, local_path};

#[derive(Deserialize)]
pub(super) struct Params {
    code: Option<String>,
    state: Option<String>,
    error: Option<String>,
}

pub(super) async fn callback(site: Data<Site>, request: HttpRequest, params: Query<Params>) -> HttpResponse {
    let mut answer = finish(&site, &request, params.into_inner()).await;
    // Used or not: what was kept for this attempt is good for no other.
    let _ = answer.add_cookie(&cookies::no_sign_in(&site));
    answer
}

async fn finish(site: &Site, request: &HttpRequest, params: Params) -> HttpResponse {
    let once_more = |text| notice(site, None, StatusCode::BAD_REQUEST, "Not signed in", text);
    let Some(started) = started(site, request) else {
        return once_more("Signing in took too long or began in another browser. Please try it once more.");
    };
    let known = params.state.unwrap_or_default();
    if aws_lc_rs::constant_time::verify_slices_are_equal(known.as_bytes(), started.state.as_bytes()).is_err() {
        return once_more("This answer belongs to another attempt to sign in. Please try it once more.");
    }
    if params.error.is_some() {
        return once_more("The sign-in provider did not let you in.");
    }
    let now = site.db.clock().now();
    let signed_in = match site.provider.finish(params.code.unwrap_or_default(), &started, now).await {
        Ok(signed_in) => signed_in,
        Err(error) => return failed(site, &error),
    };
    let me = match site.api.with_token(TokenSource::fixed(signed_in.token.clone())).me().await {
        Ok(me) => me,
        Err(error) => return refused(site, None, "Not signed in", &error),
    };
    let Me::User { id, name, .. } = me else { return once_more("Only people sign in here.") };
    let Ok(user) = UserId::parse(id) else { return away(site) };
    let before = cookies::session_of(site, request);
    match Session::begin(site, before, user, name, signed_in.token, signed_in.expires_at).await {
        Ok(cookie) => {
            let mut answer = see(&local_path(&started.return_to).unwrap_or_else(|| "/".to_owned()));
            let _ = answer.add_cookie(&cookies::session(site, &cookie));
            answer
        }
        Err(error) => {
            tracing::error!(%error, "the session could not be written");
            away(site)
        }
    }
}

fn started(site: &Site, request: &HttpRequest) -> Option<Started> {
    let sealed = seal::decode(&cookies::sign_in_of(site, request)?)?;
    let plain = site.key.open(BOUND, sealed).ok()?;
    serde_json::from_slice::<Started>(&plain).ok().filter(|started| started.until > site.db.clock().now())
}
