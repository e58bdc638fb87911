//! Tokens: for a code, for a machine's secret, and, as a convenience of development, for anybody by name.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Form, Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde::Deserialize;
use serde_json::{Value, json};
use subtle::ConstantTimeEq as _;

use super::clients::Client;
use super::{Renewal, broken, refused};
use crate::clock::Millis;
use crate::host::Host;
use crate::world::directory::User;

/// Who access tokens are for, if the caller does not say.
const AUDIENCE: &str = "curfew";
const LIFE_SECONDS: i64 = 3_600;
/// How long after its last use a refresh token is good.
const REFRESH_SECONDS: f64 = 86_400.0;
/// The scope that asks for one.
const OFFLINE: &str = "offline_access";

/// What the token endpoint is sent.
#[derive(Deserialize)]
pub struct Exchange {
    grant_type: String,
    code: Option<String>,
    redirect_uri: Option<String>,
    code_verifier: Option<String>,
    refresh_token: Option<String>,
    client_id: Option<String>,
    client_secret: Option<String>,
    scope: Option<String>,
    audience: Option<String>,
}

/// `POST /oidc/token`.
pub async fn exchange(host: Data<Host>, request: HttpRequest, exchange: Form<Exchange>) -> HttpResponse {
    let Some(client) = authenticated(&host, &request, &exchange) else {
        return refused(StatusCode::UNAUTHORIZED, "invalid_client", "unknown client or wrong secret");
    };
    match exchange.grant_type.as_str() {
        "authorization_code" => for_code(&host, &client, &exchange),
        "refresh_token" => for_renewal(&host, &client, &exchange),
        "client_credentials" => for_machine(&host, &client, &exchange),
        _ => refused(
            StatusCode::BAD_REQUEST,
            "unsupported_grant_type",
            "authorization_code, refresh_token or client_credentials",
        ),
    }
}

fn authenticated(host: &Host, request: &HttpRequest, exchange: &Exchange) -> Option<Client> {
    let header = request.headers().get("authorization").and_then(|value| value.to_str().ok());
    let (id, secret) = match header.and_then(|value| value.strip_prefix("Basic ")) {
        Some(basic) => {
            let text = String::from_utf8(STANDARD.decode(basic).ok()?).ok()?;
            let (id, secret) = text.split_once(':')?;
            (decoded(id), Some(decoded(secret)))
        }
        None => (exchange.client_id.clone()?, exchange.client_secret.clone()),
    };
    let client = host.oidc.clients.find(&id)?;
    let right = match (&client.client_secret, &secret) {
        (None, _) => true,
        (Some(wanted), Some(given)) => bool::from(wanted.as_bytes().ct_eq(given.as_bytes())),
        (Some(_), None) => false,
    };
    right.then_some(client)
}

/// RFC 6749 has id and secret form-encoded before they are put into the header.
fn decoded(text: &str) -> String {
    url::form_urlencoded::parse(format!("x={text}").as_bytes())
        .next()
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}

fn for_code(host: &Host, client: &Client, exchange: &Exchange) -> HttpResponse {
    let now = Millis::now();
    let invalid = |why: &str| refused(StatusCode::BAD_REQUEST, "invalid_grant", why);
    let Some(code) = exchange.code.as_deref().and_then(|code| host.oidc.take(code, now)) else {
        return invalid("the code is unknown, used or expired");
    };
    if code.client_id != client.client_id || exchange.redirect_uri.as_ref() != Some(&code.redirect_uri) {
        return invalid("the code was given to another client or address");
    }
    let verifier = exchange.code_verifier.as_deref().unwrap_or_default();
    let challenge = URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()));
    if !bool::from(challenge.as_bytes().ct_eq(code.challenge.as_bytes())) {
        return invalid("the code verifier is wrong");
    }
    for_person(host, client, exchange, code.nonce, (code.user_id, code.scope), now)
}

fn for_renewal(host: &Host, client: &Client, exchange: &Exchange) -> HttpResponse {
    let now = Millis::now();
    let renewal = exchange.refresh_token.as_deref().and_then(|token| host.oidc.take_renewal(token, now));
    match renewal.filter(|renewal| renewal.client_id == client.client_id) {
        Some(renewal) => for_person(host, client, exchange, None, (renewal.user_id, renewal.scope), now),
        None => refused(StatusCode::BAD_REQUEST, "invalid_grant", "the refresh token is unknown, used or expired"),
    }
}

/// The tokens of a user, who must still be there.
fn for_person(
    host: &Host,
    client: &Client,
    exchange: &Exchange,
    nonce: Option<String>,
    (user_id, scope): (String, String),
    now: Millis,
) -> HttpResponse {
    let Some(user) = host.world().directory.user(&user_id).filter(|user| user.enabled).cloned() else {
        return refused(StatusCode::BAD_REQUEST, "invalid_grant", "the user is gone or disabled");
    };
    let audience = exchange.audience.as_deref().unwrap_or(AUDIENCE);
    let mut access = claims(host, &user, audience, now, LIFE_SECONDS);
    let mut identity = claims(host, &user, &client.client_id, now, LIFE_SECONDS);
    put(&mut access, "client_id", json!(client.client_id));
    put(&mut access, "scope", json!(scope));
    if let Some(nonce) = nonce {
        put(&mut access, "nonce", json!(nonce));
        put(&mut identity, "nonce", json!(nonce));
    }
    let keys = &host.oidc.keys;
    match keys.signed("at+jwt", &access).and_then(|access| Ok((access, keys.signed("JWT", &identity)?))) {
        Ok((access, identity)) => {
            let mut tokens = json!({
                "access_token": access, "id_token": identity, "token_type": "Bearer", "expires_in": LIFE_SECONDS, "scope": scope,
            });
            if scope.split_whitespace().any(|one| one == OFFLINE) {
                let token = uuid::Uuid::new_v4().to_string();
                put(&mut tokens, "refresh_token", json!(token));
                let expires = now.plus_seconds(REFRESH_SECONDS);
                let renewal = Renewal { client_id: client.client_id.clone(), user_id, scope, expires };
                host.oidc.keep_renewal(token, renewal, now);
            }
            answer(&tokens)
        }
        Err(error) => broken(&error),
    }
}

fn for_machine(host: &Host, client: &Client, exchange: &Exchange) -> HttpResponse {
    if client.client_secret.is_none() || client.scopes.is_empty() {
        return refused(StatusCode::BAD_REQUEST, "unauthorized_client", "this client acts for people only");
    }
    let scope = exchange.scope.clone().unwrap_or_else(|| client.scopes.join(" "));
    if let Some(unknown) = scope.split_whitespace().find(|scope| !client.scopes.iter().any(|allowed| allowed == scope))
    {
        return refused(StatusCode::BAD_REQUEST, "invalid_scope", &format!("{unknown} is not allowed to this client"));
    }
    let issued = Millis::now().0 / 1000;
    let claims = json!({
        "iss": host.oidc.issuer(), "sub": client.client_id, "client_id": client.client_id, "scope": scope,
        "aud": exchange.audience.as_deref().unwrap_or(AUDIENCE), "iat": issued, "exp": issued + LIFE_SECONDS,
        "jti": uuid::Uuid::new_v4(),
    });
    match host.oidc.keys.signed("at+jwt", &claims) {
        Ok(token) => {
            answer(&json!({"access_token": token, "token_type": "Bearer", "expires_in": LIFE_SECONDS, "scope": scope}))
        }
        Err(error) => broken(&error),
    }
}

/// What a token of development should look like.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wish {
    audience: Option<String>,
    /// Negative for a token that has expired.
    ttl_seconds: Option<i64>,
}

/// `GET /oidc/token-for/{user_name}`: a bearer token as plain text.
pub async fn for_user(host: Data<Host>, user: Path<String>, wish: Query<Wish>) -> HttpResponse {
    let Some(user) = host.world().directory.user_named(&user).cloned() else {
        return HttpResponse::NotFound().content_type("text/plain; charset=utf-8").body("There is no such user.");
    };
    let audience = wish.audience.as_deref().unwrap_or(AUDIENCE);
    let mut claims = claims(&host, &user, audience, Millis::now(), wish.ttl_seconds.unwrap_or(LIFE_SECONDS));
    put(&mut claims, "scope", json!("openid profile email"));
    match host.oidc.keys.signed("at+jwt", &claims) {
        Ok(token) => HttpResponse::Ok()
            .content_type("text/plain; charset=utf-8")
            .insert_header(("cache-control", "no-store"))
            .body(token),
        Err(error) => broken(&error),
    }
}

fn claims(host: &Host, user: &User, audience: &str, now: Millis, life_seconds: i64) -> Value {
    let issued = now.0 / 1000;
    json!({
        "iss": host.oidc.issuer(),
        "sub": user.subject(),
        "aud": audience,
        "iat": issued,
        "exp": issued + life_seconds,
        "preferred_username": user.user_name,
        "email": user.email(),
        "email_verified": true,
        "name": user.display_name(),
        "jti": uuid::Uuid::new_v4(),
    })
}

fn put(claims: &mut Value, name: &str, value: Value) {
    if let Some(fields) = claims.as_object_mut() {
        fields.insert(name.to_owned(), value);
    }
}

fn answer(body: &Value) -> HttpResponse {
    HttpResponse::Ok().insert_header(("cache-control", "no-store")).json(body)
}
