//! The sample company's people and places, by the names that tests read best.

use client::{Client, Pair, TokenSource};
use secrecy::SecretString;
use serde_json::{Value, json};

use crate::System;

impl System {
    /// A bearer token as the sign-in gives it.
    ///
    /// # Panics
    /// When the provider does not know the name.
    pub async fn token(&self, user_name: &str) -> String {
        self.simulator_text(&format!("/oidc/token-for/{user_name}")).await
    }

    /// A token that ended an hour ago.
    ///
    /// # Panics
    /// When the provider does not know the name.
    pub async fn expired_token(&self, user_name: &str) -> String {
        self.simulator_text(&format!("/oidc/token-for/{user_name}?ttl_seconds=-3600")).await
    }

    /// A machine's token with these scopes.
    ///
    /// # Panics
    /// When the provider refuses.
    pub async fn machine_token(&self, scopes: &str) -> String {
        let client = format!("machine-{}", scopes.replace([':', ' '], "-"));
        let made = json!({"client_id": client, "client_secret": "secret", "scopes": scopes.split_whitespace().collect::<Vec<_>>()});
        self.simulator_post("/control/oidc/clients", &made).await;
        let form = [("grant_type", "client_credentials"), ("client_id", &client), ("client_secret", "secret")];
        let answer = self.http.post(self.simulator_url("/oidc/token")).form(&form).send().await;
        let answer: Value = answer.expect("the provider answers").json().await.expect("a token's JSON");
        answer["access_token"].as_str().unwrap_or_else(|| panic!("no token: {answer}")).to_owned()
    }

    /// The API in somebody's name.
    ///
    /// # Panics
    /// When the sign-in fails.
    pub async fn person(&self, user_name: &str) -> Client {
        let token = SecretString::from(self.token(user_name).await);
        Client::new(self.endpoints(), TokenSource::fixed(token)).expect("a client")
    }

    /// A user's immutable id.
    ///
    /// # Panics
    /// When there is no such user.
    #[must_use]
    pub fn user(&self, user_name: &str) -> String {
        self.named("users", "user_name", user_name, "id")
    }

    /// A group's id.
    ///
    /// # Panics
    /// When there is no such group.
    #[must_use]
    pub fn group(&self, name: &str) -> String {
        self.named("groups", "display_name", name, "id")
    }

    /// An account's number.
    ///
    /// # Panics
    /// When there is no such account.
    #[must_use]
    pub fn account(&self, name: &str) -> String {
        self.named("accounts", "name", name, "id")
    }

    /// A permission set's ARN.
    ///
    /// # Panics
    /// When there is no such permission set.
    #[must_use]
    pub fn permission_set(&self, name: &str) -> String {
        self.named("permission_sets", "name", name, "arn")
    }

    /// A pair by its names.
    #[must_use]
    pub fn pair(&self, account: &str, permission_set: &str) -> Pair {
        Pair { account: self.account(account), permission_set: self.permission_set(permission_set) }
    }

    fn named(&self, list: &str, key: &str, name: &str, wanted: &str) -> String {
        let all = self.company[list].as_array().unwrap_or_else(|| panic!("the company has no {list}"));
        let found = all.iter().find(|one| one[key] == name);
        let found = found.unwrap_or_else(|| panic!("{name} is not among the company's {list}"));
        found[wanted].as_str().expect("a text").to_owned()
    }
}
