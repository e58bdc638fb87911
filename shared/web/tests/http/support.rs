//! A local issuer, a small company, and a server around any routes.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use ::web::{Auth, Directory, DirectoryError, Person, auth::Verifier, server::Server};
use actix_web::{App, HttpResponse, HttpServer, dev::ServerHandle, web};
use aws_lc_rs::{
    encoding::AsDer,
    rand::SystemRandom,
    signature::{self, KeyPair},
};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use domain::{GroupId, UserId};
use futures_util::future::BoxFuture;
use jsonwebtoken::{Algorithm, EncodingKey, Header, jwk::Jwk};
use runtime::{Health, Settings, Shutdown};
use serde_json::{Value, json};
use utoipa_actix_web::service_config::ServiceConfig;

pub const USER: &str = "906768ae6b-0f1c2d3e-4b5a-4968-8776-655443322110";
/// User name, whether enabled, groups.
pub type Member<'a> = (&'a str, bool, &'a [(&'a str, &'a str)]);

pub const GROUP: &str = "906768ae6b-1f1c2d3e-4b5a-4968-8776-655443322110";

#[derive(Clone)]
pub struct Key {
    pub id: String,
    pub algorithm: Algorithm,
    pub private: EncodingKey,
    pub public: Value,
}

impl Key {
    pub fn new(id: &str, algorithm: Algorithm) -> Self {
        let random = SystemRandom::new();
        let private = match algorithm {
            Algorithm::ES256 => {
                let der = signature::EcdsaKeyPair::generate_pkcs8(&signature::ECDSA_P256_SHA256_FIXED_SIGNING, &random)
                    .unwrap();
                EncodingKey::from_ec_der(der.as_ref())
            }
            Algorithm::EdDSA => {
                let der = signature::Ed25519KeyPair::generate_pkcs8v1(&random).unwrap();
                let pair = signature::Ed25519KeyPair::from_pkcs8_maybe_unchecked(der.as_ref()).unwrap();
                let x = URL_SAFE_NO_PAD.encode(pair.public_key().as_ref());
                let public = json!({ "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "x": x, "kid": id });
                return Self { id: id.to_owned(), algorithm, private: EncodingKey::from_ed_der(der.as_ref()), public };
            }
            Algorithm::RS256 => {
                let pair = aws_lc_rs::rsa::KeyPair::generate(aws_lc_rs::rsa::KeySize::Rsa2048).unwrap();
                let der: aws_lc_rs::encoding::Pkcs8V1Der = pair.as_der().unwrap();
                let pem = format!(
                    "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
                    STANDARD.encode(der.as_ref())
                );
                EncodingKey::from_rsa_pem(pem.as_bytes()).unwrap()
            }
            other => panic!("no test key for {other:?}"),
        };
        let mut public = serde_json::to_value(Jwk::from_encoding_key(&private, algorithm).unwrap()).unwrap();
        public["kid"] = json!(id);
        public["use"] = json!("sig");
        Self { id: id.to_owned(), algorithm, private, public }
    }

    pub fn sign(&self, claims: &Value) -> String {
        let header = Header { kid: Some(self.id.clone()), ..Header::new(self.algorithm) };
        jsonwebtoken::encode(&header, claims, &self.private).unwrap()
    }
}

pub struct Issuer {
    pub url: String,
    pub published: Arc<Mutex<Vec<Value>>>,
    pub fetches: Arc<AtomicUsize>,
    handle: ServerHandle,
}

impl Issuer {
    pub async fn start(keys: &[&Key]) -> Self {
        let published = Arc::new(Mutex::new(keys.iter().map(|key| key.public.clone()).collect::<Vec<_>>()));
        let fetches = Arc::new(AtomicUsize::new(0));
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (base, list, count) = (url.clone(), Arc::clone(&published), Arc::clone(&fetches));
        let server = HttpServer::new(move || {
            let (base, list, count) = (base.clone(), Arc::clone(&list), Arc::clone(&count));
            App::new()
                .route(
                    "/.well-known/openid-configuration",
                    web::get().to(move || {
                        let body = json!({ "issuer": base, "jwks_uri": format!("{base}/keys") });
                        async move { HttpResponse::Ok().json(body) }
                    }),
                )
                .route(
                    "/keys",
                    web::get().to(move || {
                        count.fetch_add(1, Ordering::SeqCst);
                        let body = json!({ "keys": *list.lock().unwrap() });
                        async move { HttpResponse::Ok().json(body) }
                    }),
                )
        })
        .workers(1)
        .disable_signals()
        .listen(listener)
        .unwrap()
        .run();
        let handle = server.handle();
        actix_web::rt::spawn(server);
        Self { url, published, fetches, handle }
    }

    pub fn publish(&self, keys: &[&Key]) {
        *self.published.lock().unwrap() = keys.iter().map(|key| key.public.clone()).collect();
    }

    pub async fn stop(&self) {
        self.handle.stop(false).await;
    }

    /// What a good token says, with changes.
    pub fn claims(&self, changes: Value) -> Value {
        let mut claims = json!({ "iss": self.url, "aud": "curfew", "exp": now() + 300, "preferred_username": "ann" });
        for (name, value) in changes.as_object().unwrap() {
            if value.is_null() {
                claims.as_object_mut().unwrap().remove(name);
            } else {
                claims[name] = value.clone();
            }
        }
        claims
    }

    pub fn settings(&self) -> Settings {
        settings(&self.url)
    }
}

pub fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}

pub fn settings(issuer: &str) -> Settings {
    let key = STANDARD.encode([7; 32]);
    let pairs = [
        ("HTTP__PUBLIC_URL", "http://127.0.0.1"),
        ("DATABASE__URL", "postgres://x/y"),
        ("BROKER__URL", "amqp://x"),
        ("AWS__REGION", "eu-central-1"),
        ("OIDC__ISSUER", issuer),
        ("OIDC__AUDIENCE", "curfew"),
        ("OIDC__CLIENT_ID", "portal"),
        ("MAIL__FROM", "curfew@example.com"),
        ("LINKS__KEY", &key),
        ("PERSONAS__ADMIN_GROUPS", "Curfew admins"),
        ("PERSONAS__AUDITOR_GROUPS", GROUP),
    ];
    Settings::from_sources(None, pairs.map(|(name, value)| (format!("CURFEW__{name}"), value.to_owned()))).unwrap()
}

/// People by user name.
#[derive(Default)]
pub struct Company {
    pub people: Mutex<HashMap<String, Person>>,
    pub away: AtomicBool,
    pub asked: AtomicUsize,
}

impl Company {
    pub fn of(people: &[Member<'_>]) -> Arc<Self> {
        let company = Self::default();
        for (name, active, groups) in people {
            let person = Person {
                id: UserId::parse(USER).unwrap(),
                user_name: (*name).to_owned(),
                display_name: name.to_uppercase(),
                active: *active,
                groups: groups.iter().map(|(id, name)| (GroupId::parse(*id).unwrap(), (*name).to_owned())).collect(),
            };
            company.people.lock().unwrap().insert((*name).to_owned(), person);
        }
        Arc::new(company)
    }
}

impl Directory for Company {
    fn person<'a>(&'a self, user_name: &'a str) -> BoxFuture<'a, Result<Option<Person>, DirectoryError>> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        Box::pin(async move {
            if self.away.load(Ordering::SeqCst) {
                return Err(DirectoryError("password=hunter2".to_owned()));
            }
            Ok(self.people.lock().unwrap().get(user_name).cloned())
        })
    }
}

pub fn auth(issuer: &Issuer, company: Arc<Company>, pause: std::time::Duration) -> Arc<Auth> {
    auth_by(store::Clock::system(), issuer, company, pause)
}

/// The same by another clock than the host's.
pub fn auth_by(clock: store::Clock, issuer: &Issuer, company: Arc<Company>, pause: std::time::Duration) -> Arc<Auth> {
    runtime::install_crypto();
    let settings = issuer.settings();
    let verifier = Verifier::new(&settings.oidc, clock).unwrap().fetching_every(pause);
    Auth::with_verifier(verifier, settings.personas, company)
}

/// A server on a free port, and what to stop it with.
pub fn start<F>(auth: Option<Arc<Auth>>, per_second: u32, health: Health, routes: F) -> (SocketAddr, Shutdown)
where
    F: Fn(&mut ServiceConfig) + Clone + Send + 'static,
{
    runtime::install_crypto();
    let shutdown = Shutdown::new();
    let server = Server {
        title: "Test".to_owned(),
        listen: "127.0.0.1:0".parse().unwrap(),
        auth,
        calls_per_second_per_caller: per_second,
        health,
        shutdown: shutdown.clone(),
    };
    (::web::server::serve(server, routes).unwrap(), shutdown)
}

pub async fn problem(answer: reqwest::Response) -> Value {
    assert_eq!(answer.headers()["content-type"], "application/problem+json");
    let status = answer.status().as_u16();
    let body: Value = answer.json().await.unwrap();
    assert_eq!(body["status"], status);
    body
}

pub fn kind(body: &Value) -> &str {
    body["type"].as_str().unwrap().strip_prefix("urn:curfew:problem:").unwrap()
}
