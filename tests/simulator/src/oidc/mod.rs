//! An OpenID provider that signs in any seeded user without a password, and machines with their secrets.

mod authorize;
mod clients;
mod keys;
mod token;

use std::collections::HashMap;
use std::sync::Mutex;

use actix_web::web::{self, Data, Query, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::clock::Millis;
use crate::host::{Host, lock};
use clients::Clients;
use keys::Keys;

/// Everything that the provider knows.
pub struct Provider {
    issuer: String,
    keys: Keys,
    clients: Clients,
    codes: Mutex<HashMap<String, Code>>,
    renewals: Mutex<HashMap<String, Renewal>>,
}

/// An authorization code that waits to be exchanged, once.
struct Code {
    client_id: String,
    redirect_uri: String,
    user_id: String,
    scope: String,
    nonce: Option<String>,
    challenge: String,
    expires: Millis,
}

/// What a refresh token stands for. It is good once: its successor comes with what it is exchanged for.
struct Renewal {
    client_id: String,
    user_id: String,
    scope: String,
    expires: Millis,
}

impl Provider {
    /// A provider with this issuer.
    pub fn new(issuer: String) -> Self {
        Self {
            issuer,
            keys: Keys::default(),
            clients: Clients::default(),
            codes: Mutex::default(),
            renewals: Mutex::default(),
        }
    }

    /// What tokens name as `iss`.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    fn keep(&self, code: String, what: Code, now: Millis) {
        let mut codes = lock(&self.codes);
        codes.retain(|_, code| code.expires > now);
        codes.insert(code, what);
    }

    fn take(&self, code: &str, now: Millis) -> Option<Code> {
        lock(&self.codes).remove(code).filter(|code| code.expires > now)
    }

    fn keep_renewal(&self, token: String, what: Renewal, now: Millis) {
        let mut renewals = lock(&self.renewals);
        renewals.retain(|_, renewal| renewal.expires > now);
        renewals.insert(token, what);
    }

    fn take_renewal(&self, token: &str, now: Millis) -> Option<Renewal> {
        lock(&self.renewals).remove(token).filter(|renewal| renewal.expires > now)
    }
}

/// Everything below `/oidc`.
pub fn routes(app: &mut ServiceConfig) {
    app.route("/.well-known/openid-configuration", web::get().to(configuration))
        .route("/jwks", web::get().to(jwks))
        .route("/authorize", web::get().to(authorize::ask))
        .route("/authorize", web::post().to(authorize::choose))
        .route("/token", web::post().to(token::exchange))
        .route("/token-for/{user_name}", web::get().to(token::for_user))
        .route("/userinfo", web::get().to(userinfo))
        .route("/userinfo", web::post().to(userinfo))
        .route("/end_session", web::get().to(end_session));
}

/// The provider's part of `/control`.
pub fn control_routes(app: &mut ServiceConfig) {
    app.route("/oidc/rotate", web::post().to(rotate)).route("/oidc/clients", web::post().to(clients::register));
}

async fn configuration(host: Data<Host>) -> HttpResponse {
    let issuer = host.oidc.issuer();
    HttpResponse::Ok().json(json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "userinfo_endpoint": format!("{issuer}/userinfo"),
        "jwks_uri": format!("{issuer}/jwks"),
        "end_session_endpoint": format!("{issuer}/end_session"),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "claims_supported": ["sub", "iss", "aud", "exp", "iat", "nonce", "preferred_username", "email", "name"],
    }))
}

async fn jwks(host: Data<Host>) -> HttpResponse {
    match host.oidc.keys.published() {
        Ok(keys) => HttpResponse::Ok().json(json!({"keys": keys})),
        Err(error) => broken(&error),
    }
}

#[derive(Deserialize)]
struct Rotation {
    /// Whether the keys until now are withdrawn at once.
    #[serde(default)]
    withdraw: bool,
}

async fn rotate(host: Data<Host>, rotation: Query<Rotation>) -> HttpResponse {
    match host.oidc.keys.rotate(rotation.withdraw) {
        Ok(kid) => HttpResponse::Ok().json(json!({"kid": kid})),
        Err(error) => broken(&error),
    }
}

async fn userinfo(host: Data<Host>, request: HttpRequest) -> HttpResponse {
    let header = request.headers().get("authorization").and_then(|value| value.to_str().ok());
    let token = header.and_then(|value| value.strip_prefix("Bearer "));
    let claims = token.and_then(|token| host.oidc.keys.verified(token)).filter(|claims| {
        claims.get("exp").and_then(Value::as_i64).is_some_and(|expires| expires * 1000 > Millis::now().0)
    });
    let subject = claims.as_ref().and_then(|claims| claims.get("sub")).and_then(Value::as_str).unwrap_or_default();
    let world = host.world();
    match world.directory.users.values().find(|user| user.subject() == subject) {
        Some(user) => HttpResponse::Ok().json(json!({
            "sub": user.subject(), "preferred_username": user.user_name, "email": user.email(), "email_verified": true,
            "name": user.display_name(),
        })),
        None => {
            HttpResponse::Unauthorized().insert_header(("www-authenticate", "Bearer error=\"invalid_token\"")).finish()
        }
    }
}

#[derive(Deserialize)]
struct End {
    post_logout_redirect_uri: Option<String>,
    state: Option<String>,
}

/// There is no session to end: whoever comes back chooses again.
async fn end_session(end: Query<End>) -> HttpResponse {
    let back = end
        .post_logout_redirect_uri
        .as_deref()
        .filter(|uri| clients::is_local(uri))
        .and_then(|uri| url::Url::parse(uri).ok());
    match back {
        Some(mut uri) => {
            if let Some(state) = &end.state {
                uri.query_pairs_mut().append_pair("state", state);
            }
            HttpResponse::Found().insert_header(("location", uri.as_str())).finish()
        }
        None => HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("Signed out."),
    }
}

/// An error of OAuth 2.0.
fn refused(status: actix_web::http::StatusCode, error: &str, why: &str) -> HttpResponse {
    HttpResponse::build(status)
        .insert_header(("cache-control", "no-store"))
        .json(json!({"error": error, "error_description": why}))
}

fn broken(error: &anyhow::Error) -> HttpResponse {
    tracing::error!(%error, "the OpenID provider failed");
    HttpResponse::InternalServerError().finish()
}
