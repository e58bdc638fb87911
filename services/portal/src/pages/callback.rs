//! `GET /callback`: back from the provider.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::USER_AGENT;
use actix_web::web::Query;
use client::{Me, TokenSource};
use domain::UserId;
use serde::Deserialize;

use super::frame::see;
use super::sign_in::{BOUND, failed};
use super::visit::Visit;
use crate::local_path;
use crate::session::provider::Started;
use crate::session::{Session, SignedInBy, cookies, seal};

#[derive(Deserialize)]
pub(super) struct Params {
    code: Option<String>,
    state: Option<String>,
    error: Option<String>,
}

pub(super) async fn callback(visit: Visit, params: Query<Params>) -> HttpResponse {
    let mut answer = finish(&visit, params.into_inner()).await;
    // Used or not: what was kept for this attempt is good for no other.
    let _ = answer.add_cookie(&cookies::no_sign_in(&visit.site));
    answer
}

async fn finish(visit: &Visit, params: Params) -> HttpResponse {
    let (site, t) = (&visit.site, visit.t());
    let once_more = |text| visit.notice(None, StatusCode::BAD_REQUEST, t.not_signed_in(), text);
    let Some(started) = started(visit) else { return once_more(t.sign_in_slow()) };
    let known = params.state.unwrap_or_default();
    if aws_lc_rs::constant_time::verify_slices_are_equal(known.as_bytes(), started.state.as_bytes()).is_err() {
        return once_more(t.sign_in_other());
    }
    if params.error.is_some() {
        return once_more(t.sign_in_denied());
    }
    let now = site.db.clock().now();
    let signed_in = match site.provider.finish(params.code.unwrap_or_default(), &started, now).await {
        Ok(signed_in) => signed_in,
        Err(error) => return failed(visit, &error),
    };
    let me = match site.api.with_token(TokenSource::fixed(signed_in.token.clone())).me().await {
        Ok(me) => me,
        Err(error) => return visit.refused(None, t.not_signed_in(), &error),
    };
    let Me::User { id, name, .. } = me else { return once_more(t.sign_in_people()) };
    let Ok(user) = UserId::parse(id) else { return visit.away() };
    let agent = visit.request.headers().get(USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let by = SignedInBy { user, name, agent: agent.chars().take(300).collect() };
    let before = cookies::session_of(site, &visit.request);
    match Session::begin(site, before, by, signed_in).await {
        Ok(cookie) => {
            let mut answer = see(&local_path(&started.return_to).unwrap_or_else(|| "/".to_owned()));
            let _ = answer.add_cookie(&cookies::session(site, &cookie));
            answer
        }
        Err(error) => {
            tracing::error!(%error, "the session could not be written");
            visit.away()
        }
    }
}

fn started(visit: &Visit) -> Option<Started> {
    let sealed = seal::decode(&cookies::sign_in_of(&visit.site, &visit.request)?)?;
    let plain = visit.site.key.open(BOUND, sealed).ok()?;
    serde_json::from_slice::<Started>(&plain).ok().filter(|started| started.until > visit.look.now)
}
