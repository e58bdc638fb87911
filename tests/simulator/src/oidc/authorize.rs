//! The authorization endpoint: choose anybody, or be signed in at once with `login_hint` and `auto=1`. PKCE with S256 is demanded.

use actix_web::HttpResponse;
use actix_web::web::{Data, Form, Query};
use askama::Template;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::RngCore as _;
use serde::Deserialize;
use url::Url;

use super::{Code, clients};
use crate::clock::Millis;
use crate::host::Host;
use crate::pages::page;

/// Seconds in which a code must be exchanged.
const CODE_LIVES: f64 = 60.0;

/// What a client asks for, and what the page adds.
#[derive(Clone, Debug, Deserialize)]
pub struct Request {
    client_id: String,
    redirect_uri: String,
    #[serde(default)]
    response_type: String,
    #[serde(default)]
    scope: String,
    state: Option<String>,
    nonce: Option<String>,
    code_challenge: Option<String>,
    code_challenge_method: Option<String>,
    login_hint: Option<String>,
    auto: Option<String>,
    /// The search on the page.
    #[serde(default)]
    q: String,
    /// The choice on the page.
    user_name: Option<String>,
}

#[derive(Template)]
#[template(path = "authorize.html")]
struct AuthorizePage {
    client_id: String,
    query: String,
    parameters: Vec<(&'static str, String)>,
    people: Vec<Person>,
}

struct Person {
    user_name: String,
    display_name: String,
    groups: String,
}

/// `GET /oidc/authorize`.
pub async fn ask(host: Data<Host>, request: Query<Request>) -> HttpResponse {
    let request = request.into_inner();
    if let Some(answer) = objection(&host, &request) {
        return answer;
    }
    if request.auto.as_deref() == Some("1")
        && let Some(user) = request.login_hint.clone()
    {
        return sign_in(&host, &request, &user);
    }
    let words = if request.q.is_empty() { request.login_hint.clone().unwrap_or_default() } else { request.q.clone() };
    let people = people(&host, &words.to_lowercase());
    page(&AuthorizePage {
        client_id: request.client_id.clone(),
        query: words,
        parameters: parameters(&request),
        people,
    })
}

/// `POST /oidc/authorize`: somebody was chosen.
pub async fn choose(host: Data<Host>, request: Form<Request>) -> HttpResponse {
    let request = request.into_inner();
    if let Some(answer) = objection(&host, &request) {
        return answer;
    }
    let user = request.user_name.clone().unwrap_or_default();
    sign_in(&host, &request, &user)
}

/// Why the request is refused. Nobody is sent to an address that is not on this machine.
fn objection(host: &Host, request: &Request) -> Option<HttpResponse> {
    if host.oidc.clients.find(&request.client_id).is_none() {
        return Some(HttpResponse::BadRequest().body("unknown client_id"));
    }
    if !clients::is_local(&request.redirect_uri) {
        return Some(HttpResponse::BadRequest().body("redirect_uri must be on 127.0.0.1 or localhost"));
    }
    if request.response_type != "code" {
        return Some(send_back(request, &[("error", "unsupported_response_type")]));
    }
    let challenged = request.code_challenge.as_ref().is_some_and(|challenge| challenge.len() == 43);
    if !challenged || request.code_challenge_method.as_deref() != Some("S256") {
        let why = "PKCE is demanded: code_challenge and code_challenge_method=S256";
        return Some(send_back(request, &[("error", "invalid_request"), ("error_description", why)]));
    }
    None
}

fn sign_in(host: &Host, request: &Request, user: &str) -> HttpResponse {
    let found = {
        let world = host.world();
        let user = world.directory.user_named(user).or_else(|| world.directory.user_with_email(user));
        user.map(|user| (user.id.clone(), user.enabled))
    };
    let Some((user_id, true)) = found else {
        return send_back(request, &[("error", "access_denied"), ("error_description", "unknown or disabled user")]);
    };
    let mut bytes = [0; 32];
    rand::rng().fill_bytes(&mut bytes);
    let code = URL_SAFE_NO_PAD.encode(bytes);
    let now = Millis::now();
    let what = Code {
        client_id: request.client_id.clone(),
        redirect_uri: request.redirect_uri.clone(),
        user_id,
        scope: request.scope.clone(),
        nonce: request.nonce.clone(),
        challenge: request.code_challenge.clone().unwrap_or_default(),
        expires: now.plus_seconds(CODE_LIVES),
    };
    host.oidc.keep(code.clone(), what, now);
    send_back(request, &[("code", &code)])
}

fn send_back(request: &Request, pairs: &[(&str, &str)]) -> HttpResponse {
    let Ok(mut uri) = Url::parse(&request.redirect_uri) else {
        return HttpResponse::BadRequest().body("redirect_uri is not an address");
    };
    for (name, value) in pairs {
        uri.query_pairs_mut().append_pair(name, value);
    }
    if let Some(state) = &request.state {
        uri.query_pairs_mut().append_pair("state", state);
    }
    HttpResponse::SeeOther()
        .insert_header(("location", uri.as_str()))
        .insert_header(("cache-control", "no-store"))
        .finish()
}

fn people(host: &Host, words: &str) -> Vec<Person> {
    let world = host.world();
    let directory = &world.directory;
    let mut people: Vec<Person> = directory
        .users
        .values()
        .filter(|user| user.enabled)
        .filter(|user| {
            format!("{} {} {}", user.user_name, user.display_name(), user.email()).to_lowercase().contains(words)
        })
        .map(|user| {
            let groups = directory.groups_of(&user.id).filter_map(|membership| directory.group(&membership.group_id));
            Person {
                user_name: user.user_name.clone(),
                display_name: user.display_name().to_owned(),
                groups: groups.map(|group| group.display_name.as_str()).collect::<Vec<_>>().join(", "),
            }
        })
        .collect();
    // Those with short names play a part in examples, so they come first.
    people.sort_by_key(|person| (person.user_name.contains('.'), person.user_name.clone()));
    people
}

fn parameters(request: &Request) -> Vec<(&'static str, String)> {
    let always = [
        ("client_id", Some(&request.client_id)),
        ("redirect_uri", Some(&request.redirect_uri)),
        ("response_type", Some(&request.response_type)),
        ("scope", Some(&request.scope)),
        ("state", request.state.as_ref()),
        ("nonce", request.nonce.as_ref()),
        ("code_challenge", request.code_challenge.as_ref()),
        ("code_challenge_method", request.code_challenge_method.as_ref()),
    ];
    always.into_iter().filter_map(|(name, value)| Some((name, value?.clone()))).collect()
}
