//! How the simulated AWS behaves, and going back to the seed.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Json};
use serde_json::{Map, Value, json};

use super::{done, refuse};
use crate::host::Host;

/// `GET /control/settings`.
pub async fn show(host: Data<Host>) -> HttpResponse {
    done(json!(host.world().settings))
}

/// `PATCH /control/settings`: only the named ones change.
pub async fn change(host: Data<Host>, patch: Json<Map<String, Value>>) -> HttpResponse {
    let mut world = host.world();
    let now = world.time();
    world.settle(now);
    match world.settings.patched(patch.into_inner()) {
        Ok(settings) => {
            world.settings = settings;
            done(json!(world.settings))
        }
        Err(error) => refuse(StatusCode::BAD_REQUEST, &error.to_string()),
    }
}

/// `POST /control/reset`: state, faults, calls and settings as seeded; mails, webhooks and chat empty; the desk as at first.
pub async fn reset(host: Data<Host>) -> HttpResponse {
    host.world().reset();
    host.mail.clear();
    host.hooks.clear();
    host.chat.clear();
    host.desk.reset();
    HttpResponse::NoContent().finish()
}
