//! Who may ask for tokens: the portal and the command line for people, machines for themselves.

use std::collections::BTreeMap;
use std::sync::Mutex;

use actix_web::HttpResponse;
use actix_web::web::{Data, Json};
use serde::{Deserialize, Serialize};

use crate::host::{Host, lock};

/// A client.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Client {
    pub client_id: String,
    /// Absent for a public client, which proves itself by PKCE only.
    #[serde(default)]
    pub client_secret: Option<String>,
    /// What a machine may ask for; empty for clients of people.
    #[serde(default)]
    pub scopes: Vec<String>,
}

/// All clients, by id.
pub struct Clients {
    by_id: Mutex<BTreeMap<String, Client>>,
}

impl Default for Clients {
    fn default() -> Self {
        let client = |id: &str, secret: Option<&str>, scopes: &[&str]| Client {
            client_id: id.to_owned(),
            client_secret: secret.map(str::to_owned),
            scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
        };
        let seeded = [
            client("curfew-portal", Some("curfew-portal-secret"), &[]),
            client("curfew-cli", None, &[]),
            client("ticketing", Some("ticketing-secret"), &["requests:read", "requests:write"]),
            client("monitoring", Some("monitoring-secret"), &["requests:read", "grants:read", "webhooks:write"]),
        ];
        Self { by_id: Mutex::new(seeded.into_iter().map(|client| (client.client_id.clone(), client)).collect()) }
    }
}

impl Clients {
    /// The client with this id.
    pub fn find(&self, id: &str) -> Option<Client> {
        lock(&self.by_id).get(id).cloned()
    }
}

/// `POST /control/oidc/clients`: adds a client or replaces it.
pub async fn register(host: Data<Host>, client: Json<Client>) -> HttpResponse {
    let client = client.into_inner();
    lock(&host.oidc.clients.by_id).insert(client.client_id.clone(), client.clone());
    HttpResponse::Created().json(client)
}

/// Whether the address is on this machine: the only ones that people are sent back to.
pub fn is_local(uri: &str) -> bool {
    let host = url::Url::parse(uri).ok().filter(|url| matches!(url.scheme(), "http" | "https")).and_then(|url| {
        url.host().map(|host| match host {
            url::Host::Domain(name) => name == "localhost",
            url::Host::Ipv4(address) => address.is_loopback(),
            url::Host::Ipv6(address) => address.is_loopback(),
        })
    });
    host.unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::is_local;

    #[test]
    fn people_are_sent_back_to_this_machine_only() {
        for (uri, local) in [
            ("http://127.0.0.1:8080/callback", true),
            ("http://localhost/callback", true),
            ("http://[::1]:9/callback", true),
            ("https://evil.example/127.0.0.1", false),
            ("http://127.0.0.1.evil.example/", false),
            ("http://localhost@evil.example/", false),
            ("javascript:alert(1)", false),
        ] {
            assert_eq!(is_local(uri), local, "{uri}");
        }
    }
}
