//! Live sessions: opening one as a person would, and who can act now.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Json, Query};
use serde::Deserialize;
use serde_json::{Value, json};

use super::directory::user_id;
use super::{done, refuse};
use crate::clock::Millis;
use crate::host::Host;
use crate::world::World;
use crate::world::live_sessions::Session;

/// Whose, where, and by what: ids or names.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    user: String,
    account: String,
    permission_set: String,
}

/// `POST /control/sessions`: somebody opens one, if they have the access just now.
pub async fn open(host: Data<Host>, wanted: Json<Wanted>) -> HttpResponse {
    let mut world = host.world();
    world.settle(Millis::now());
    let account = world.organization.account_called(&wanted.account).map(|account| account.id.clone());
    let set = world.permission_sets.arn_called(&wanted.permission_set);
    let (Some(user), Some(account), Some(set)) = (user_id(&world, &wanted.user), account, set) else {
        return refuse(StatusCode::NOT_FOUND, "no such user, account or permission set");
    };
    match world.open_session(&user, &account, &set) {
        Some(session) => done(json!(session)),
        None => refuse(StatusCode::FORBIDDEN, "they have no such access"),
    }
}

/// Narrows the sessions.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Whose {
    user_id: Option<String>,
}

/// `GET /control/sessions`.
pub async fn list(host: Data<Host>, whose: Query<Whose>) -> HttpResponse {
    let mut world = host.world();
    world.settle(Millis::now());
    let wanted = |session: &&Session| whose.user_id.as_ref().is_none_or(|id| *id == session.user_id);
    let sessions: Vec<Value> = world.live_sessions.iter().filter(wanted).map(|s| described(&world, s)).collect();
    done(json!({"now": world.now, "sessions": sessions}))
}

/// `GET /control/policies`: the service control policies, with every text that they had.
pub async fn policies(host: Data<Host>) -> HttpResponse {
    let world = host.world();
    let shown: Vec<Value> = world
        .policies
        .by_id
        .values()
        .map(|policy| {
            let versions: Vec<Value> =
                policy.versions.iter().map(|(from, content)| json!({"from": from, "content": content})).collect();
            json!({"id": policy.id, "content": policy.content(), "targets": policy.targets, "versions": versions})
        })
        .collect();
    done(json!({"policies": shown}))
}

fn described(world: &World, session: &Session) -> Value {
    let ended = world.ended(session);
    let mut value = json!(session);
    if let Some(fields) = value.as_object_mut() {
        fields.insert("can_act".to_owned(), json!(ended.is_none()));
        fields.insert("ended".to_owned(), json!(ended));
    }
    value
}
