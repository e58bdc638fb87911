//! A service's endpoints over HTTP in the test's process, with real tokens of a local issuer.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures_util::future::BoxFuture;
use runtime::{Health, Settings, Shutdown};
use store::{Db, directory};
use utoipa_actix_web::service_config::ServiceConfig;
use web::server::{Server, serve};
use web::{Auth, Directory, DirectoryError, Person};

use crate::Issuer;
use crate::issuer::{AUDIENCE, CLIENT};

/// A server that ends with this value.
pub struct Api {
    /// Its base address.
    pub url: String,
    shutdown: Shutdown,
}

impl Drop for Api {
    fn drop(&mut self) {
        self.shutdown.begin();
    }
}

/// Settings with an issuer; anything that a test does not use is made up. More are `(key, value)` as in the
/// environment, without the prefix.
///
/// # Panics
/// When they do not hold together.
#[must_use]
pub fn settings(issuer: &Issuer, more: &[(&str, &str)]) -> Settings {
    settings_at(&issuer.url, more)
}

/// The same for an issuer that nobody asks.
///
/// # Panics
/// When they do not hold together.
#[must_use]
pub fn settings_at(issuer: &str, more: &[(&str, &str)]) -> Settings {
    let key = STANDARD.encode([7; 32]);
    let mut pairs = vec![
        ("HTTP__LISTEN", "127.0.0.1:0"),
        ("HTTP__PUBLIC_URL", "http://curfew.test"),
        ("DATABASE__URL", "postgres://nobody@127.0.0.1/none"),
        ("BROKER__URL", "amqp://127.0.0.1"),
        ("AWS__REGION", "eu-central-1"),
        ("OIDC__ISSUER", issuer),
        ("OIDC__AUDIENCE", AUDIENCE),
        ("OIDC__CLIENT_ID", CLIENT),
        ("MAIL__FROM", "curfew@example.com"),
        ("LINKS__KEY", &key),
        ("PERSONAS__ADMIN_GROUPS", "admins"),
        ("PERSONAS__AUDITOR_GROUPS", "auditors"),
    ];
    pairs.extend(more);
    let variables = pairs.into_iter().map(|(name, value)| (format!("CURFEW__{name}"), value.to_owned()));
    Settings::from_sources(None, variables).expect("settings that hold together")
}

/// Serves these routes with these data on a free port.
///
/// # Panics
/// When that cannot be.
pub fn api<D>(settings: &Settings, db: &Db, routes: fn(&mut ServiceConfig), data: D) -> Api
where
    D: Fn(&mut actix_web::web::ServiceConfig) + Clone + Send + 'static,
{
    runtime::install_crypto();
    let auth = Auth::new(settings, Arc::new(People(db.clone())), store::Clock::system()).expect("an HTTP client");
    let shutdown = Shutdown::new();
    let server = Server::new("Test", settings, Some(auth), Health::new(), shutdown.clone());
    let address = serve(server, move |config| {
        config.map(|plain| {
            data(plain);
            plain
        });
        routes(config);
    });
    Api { url: format!("http://{}", address.expect("a free port")), shutdown }
}

struct People(Db);

impl Directory for People {
    fn person<'a>(&'a self, user_name: &'a str) -> BoxFuture<'a, Result<Option<Person>, DirectoryError>> {
        Box::pin(async move {
            let away = |error: store::StoreError| DirectoryError(error.to_string());
            let mut connection = self.0.read().await.map_err(away)?;
            let found = directory::person_by_name(&mut connection, user_name).await.map_err(away)?;
            Ok(found.map(|person| Person {
                id: person.id,
                user_name: person.user_name,
                display_name: person.display_name,
                active: person.active,
                groups: person.groups,
            }))
        })
    }
}
