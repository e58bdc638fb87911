//! Tokens of the simulator's OpenID provider, for the sample company: it signs anybody in who is asked for.

use anyhow::{Context, ensure};
use client::{Client, Endpoints, TokenSource};
use secrecy::SecretString;
use url::Url;

/// The sample company's people, through the API.
pub struct People {
    simulator: Url,
    endpoints: Endpoints,
    http: reqwest::Client,
}

impl People {
    /// At these addresses.
    pub fn new(simulator: Url, endpoints: Endpoints) -> Self {
        Self { simulator, endpoints, http: reqwest::Client::new() }
    }

    /// One of them, signed in.
    ///
    /// # Errors
    /// When the provider is away or does not know the name.
    pub async fn sign_in(&self, user_name: &str) -> anyhow::Result<Client> {
        let url = self.simulator.join(&format!("oidc/token-for/{user_name}"))?;
        let answer = self.http.get(url.clone()).send().await.with_context(|| format!("the sign-in at {url}"))?;
        ensure!(answer.status().is_success(), "the provider does not sign {user_name} in: {}", answer.status());
        let token = SecretString::from(answer.text().await?.trim().to_owned());
        Ok(Client::new(self.endpoints.clone(), TokenSource::fixed(token))?)
    }

    /// The simulator's address.
    pub const fn simulator(&self) -> &Url {
        &self.simulator
    }

    /// For what the API has no words for: reading the mail.
    pub const fn http(&self) -> &reqwest::Client {
        &self.http
    }
}
