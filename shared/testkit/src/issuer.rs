//! A local OpenID provider: keys, bearer tokens for anybody, and the authorization code flow with PKCE.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use actix_web::http::header::LOCATION;
use actix_web::web::{self, Data};
use actix_web::{App, HttpResponse, HttpServer};
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

/// The audience of the API's tokens.
pub const AUDIENCE: &str = "curfew";
/// The portal's client.
pub const CLIENT: &str = "curfew-portal";

/// The provider. It ends with the test.
#[derive(Clone)]
pub struct Issuer {
    /// Its issuer URL.
    pub url: String,
    inner: Arc<Inner>,
}

struct Inner {
    key: EncodingKey,
    public: Value,
    signs_in: Mutex<String>,
    codes: Mutex<HashMap<String, HashMap<String, String>>>,
    /// Whether and how sessions go on.
    renewals: Mutex<Renewals>,
}

/// What the provider does about refresh tokens: none are given until a test says so.
#[derive(Default)]
struct Renewals {
    given: bool,
    away: bool,
    /// Whose each token is that is still good: a used one is not.
    good: HashMap<String, String>,
    /// Whose bearer token and whose ID token come next, where a test plays somebody false.
    instead: Option<(String, String)>,
    done: usize,
}

impl Issuer {
    /// Starts it on a free port of the loopback.
    ///
    /// # Panics
    /// When that cannot be.
    pub async fn start() -> Self {
        runtime::install_crypto();
        let pair = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new()).expect("a key");
        let key = EncodingKey::from_ec_der(pair.as_ref());
        let mut public =
            serde_json::to_value(Jwk::from_encoding_key(&key, Algorithm::ES256).expect("a JWK")).expect("JSON");
        public["kid"] = json!("test");
        public["use"] = json!("sig");
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let inner = Inner {
            key,
            public,
            signs_in: Mutex::new("ann".to_owned()),
            codes: Mutex::default(),
            renewals: Mutex::default(),
        };
        let issuer = Self { url, inner: Arc::new(inner) };
        let data = Data::new(issuer.clone());
        let server = HttpServer::new(move || {
            App::new()
                .app_data(data.clone())
                .route("/.well-known/openid-configuration", web::get().to(discovery))
                .route("/keys", web::get().to(keys))
                .route("/authorize", web::get().to(authorize))
                .route("/token", web::post().to(token))
        });
        let server = server.workers(1).disable_signals().listen(listener).expect("the port").run();
        actix_web::rt::spawn(server);
        issuer
    }

    /// Who signs in from now on when a browser is sent here.
    pub fn signs_in(&self, user_name: &str) {
        *self.inner.signs_in.lock().unwrap_or_else(PoisonError::into_inner) = user_name.to_owned();
    }

    /// Gives refresh tokens from now on, each good for one use.
    pub fn gives_refresh_tokens(&self) {
        self.renewals().given = true;
    }

    /// Takes back all refresh tokens.
    pub fn takes_refresh_tokens_back(&self) {
        self.renewals().good.clear();
    }

    /// Whether the token endpoint answers with an error page.
    pub fn is_away(&self, away: bool) {
        self.renewals().away = away;
    }

    /// Answers renewals with a bearer token and an ID token of these users, whoever asks.
    pub fn renews_for(&self, bearer: &str, identity: &str) {
        self.renewals().instead = Some((bearer.to_owned(), identity.to_owned()));
    }

    /// How often a refresh token was used.
    #[must_use]
    pub fn renewed(&self) -> usize {
        self.renewals().done
    }

    fn renewals(&self) -> std::sync::MutexGuard<'_, Renewals> {
        self.inner.renewals.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the token endpoint answers: the life is the shortest that clients meet.
    fn tokens(&self, (user_name, identity): (&str, &str), nonce: Option<&str>) -> HttpResponse {
        let mut identity = json!({ "aud": CLIENT, "sub": identity, "preferred_username": identity });
        if let Some(nonce) = nonce {
            identity["nonce"] = json!(nonce);
        }
        let mut answer = json!({
            "access_token": self.token(user_name), "id_token": self.sign(&identity), "token_type": "Bearer", "expires_in": 300,
        });
        let mut renewals = self.renewals();
        if renewals.given {
            let refresh = uuid::Uuid::new_v4().to_string();
            renewals.good.insert(refresh.clone(), user_name.to_owned());
            answer["refresh_token"] = json!(refresh);
        }
        HttpResponse::Ok().json(answer)
    }

    /// A bearer token of this user for the API.
    #[must_use]
    pub fn token(&self, user_name: &str) -> String {
        self.sign(&json!({ "aud": AUDIENCE, "preferred_username": user_name }))
    }

    /// A token with these claims, from us and good for five minutes where they do not say otherwise.
    ///
    /// # Panics
    /// When the claims are no object.
    #[must_use]
    pub fn sign(&self, claims: &Value) -> String {
        let now = Timestamp::now().as_second();
        let mut all = json!({ "iss": self.url, "sub": "s", "iat": now, "exp": now + 300 });
        for (name, value) in claims.as_object().expect("claims") {
            all[name] = value.clone();
        }
        let header = Header { kid: Some("test".to_owned()), ..Header::new(Algorithm::ES256) };
        jsonwebtoken::encode(&header, &all, &self.inner.key).expect("a token")
    }
}

async fn discovery(issuer: Data<Issuer>) -> HttpResponse {
    let url = &issuer.url;
    HttpResponse::Ok().json(json!({
        "issuer": url,
        "authorization_endpoint": format!("{url}/authorize"),
        "token_endpoint": format!("{url}/token"),
        "jwks_uri": format!("{url}/keys"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
    }))
}

async fn keys(issuer: Data<Issuer>) -> HttpResponse {
    HttpResponse::Ok().json(json!({ "keys": [issuer.inner.public] }))
}

/// Signs in at once and sends the browser back with a code.
async fn authorize(issuer: Data<Issuer>, query: web::Query<HashMap<String, String>>) -> HttpResponse {
    let mut asked = query.into_inner();
    let name = issuer.inner.signs_in.lock().unwrap_or_else(PoisonError::into_inner).clone();
    asked.insert("user_name".to_owned(), name);
    let code = uuid::Uuid::new_v4().to_string();
    let mut back: url::Url = asked["redirect_uri"].parse().expect("a redirect URI");
    back.query_pairs_mut().append_pair("code", &code).append_pair("state", &asked["state"]);
    issuer.inner.codes.lock().unwrap_or_else(PoisonError::into_inner).insert(code, asked);
    HttpResponse::Found().insert_header((LOCATION, back.to_string())).finish()
}

/// Exchanges a code once, for whoever knows its PKCE verifier, and a refresh token once.
async fn token(issuer: Data<Issuer>, form: web::Form<HashMap<String, String>>) -> HttpResponse {
    let refused = || HttpResponse::BadRequest().json(json!({ "error": "invalid_grant" }));
    let text = |name: &str| form.get(name).cloned().unwrap_or_default();
    if issuer.renewals().away {
        return HttpResponse::ServiceUnavailable().content_type("text/html").body("<h1>Back soon</h1>");
    }
    if text("grant_type") == "refresh_token" {
        let name = {
            let mut renewals = issuer.renewals();
            let Some(name) = renewals.good.remove(&text("refresh_token")) else { return refused() };
            renewals.done += 1;
            renewals.instead.clone().unwrap_or((name.clone(), name))
        };
        return issuer.tokens((&name.0, &name.1), None);
    }
    let asked = issuer.inner.codes.lock().unwrap_or_else(PoisonError::into_inner).remove(&text("code"));
    let Some(asked) = asked else { return refused() };
    let challenge = URL_SAFE_NO_PAD.encode(digest(&SHA256, text("code_verifier").as_bytes()).as_ref());
    let known = asked.get("code_challenge").is_some_and(|c| *c == challenge);
    if !known || asked["code_challenge_method"] != "S256" || asked["redirect_uri"] != text("redirect_uri") {
        return refused();
    }
    let name = asked["user_name"].as_str();
    issuer.tokens((name, name), Some(&asked["nonce"]))
}
