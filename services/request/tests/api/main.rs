//! The API of asking, over HTTP, with real tokens and a real database.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot be set up fails at once")]

mod bad_input;
mod evidence;
mod explaining;
mod keeping;
mod reading;
mod writing;

use std::sync::Arc;

use integrations::Integrations;
use judge::Judge;
use request::Api;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use testkit::api::{api, settings};
use testkit::company::{self, account, automatic, decided_by, permission_set, rule_for};
use testkit::issuer::AUDIENCE;
use testkit::{Issuer, TestDb};

/// The service with a company in its database.
pub struct App {
    pub db: TestDb,
    pub issuer: Issuer,
    api: testkit::Api,
    http: reqwest::Client,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub location: Option<String>,
    pub kind: String,
    pub body: Value,
}

impl App {
    /// Leads decide about power in production; reading payments-dev needs nobody.
    pub async fn start() -> Self {
        let db = testkit::database().await;
        company::move_in(&db).await;
        let power = rule_for("power", &["payments-prod", "search-prod"], "PowerUserAccess", decided_by("leads", 1));
        company::enforce(&db, power).await;
        let reading = rule_for("reading", &["payments-dev"], "ReadOnlyAccess", automatic());
        company::enforce(&db, reading).await;
        let issuer = Issuer::start().await;
        let settings = settings(&issuer, &[]);
        let judge = Judge::new(Integrations::new(&settings).unwrap());
        let data = request::app_data(Api { db: db.db.clone(), settings: Arc::new(settings.clone()), judge });
        let api = api(&settings, &db, request::routes, move |config| data(config));
        Self { db, issuer, api, http: reqwest::Client::new() }
    }

    /// Sends a body as somebody, with these headers beside.
    pub async fn send(
        &self,
        who: &str,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<String>,
    ) -> Answer {
        let url = format!("{}{path}", self.api.url);
        let token = match who.strip_prefix("machine:") {
            Some(scopes) => self.issuer.sign(&json!({ "aud": AUDIENCE, "client_id": "ticketing", "scope": scopes })),
            None if who == "a forger" => Issuer::start().await.token("ann"),
            None => self.issuer.token(who),
        };
        let mut request = self.http.request(method, url);
        if who != "a stranger" {
            request = request.bearer_auth(token);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.body(body);
        }
        let answer = request.send().await.unwrap();
        let header = |name: &str| answer.headers().get(name).map(|v| v.to_str().unwrap().to_owned());
        let (status, location, kind) =
            (answer.status(), header("location"), header("content-type").unwrap_or_default());
        let text = answer.text().await.unwrap();
        let body = if text.is_empty() { Value::Null } else { serde_json::from_str(&text).unwrap() };
        Answer { status, location, kind, body }
    }

    /// What happened, in its order, without what put rules in force.
    pub async fn doings(&self) -> Vec<String> {
        self.db.facts().await.into_iter().filter(|fact| !fact.starts_with("policy.")).collect()
    }

    pub async fn get(&self, who: &str, path: &str) -> Answer {
        self.send(who, Method::GET, path, &[], None).await
    }

    pub async fn post(&self, who: &str, path: &str, body: &Value) -> Answer {
        let json = ("content-type", "application/json");
        self.send(who, Method::POST, path, &[json], Some(body.to_string())).await
    }

    pub async fn post_with_key(&self, who: &str, path: &str, key: &str, body: &Value) -> Answer {
        let headers = [("content-type", "application/json"), ("idempotency-key", key)];
        self.send(who, Method::POST, path, &headers, Some(body.to_string())).await
    }
}

impl Answer {
    /// The problem's stable name.
    pub fn problem(&self) -> &str {
        self.body["type"].as_str().and_then(|t| t.strip_prefix("urn:curfew:problem:")).unwrap_or("no problem")
    }

    #[track_caller]
    pub fn is(self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        self.body
    }

    #[track_caller]
    pub fn refused(self, problem: &str) -> Value {
        assert_eq!(self.problem(), problem, "{}", self.body);
        self.body
    }
}

/// A pair as it goes over the wire.
pub fn pair(account_name: &str, set: &str) -> Value {
    json!({ "account": account(account_name), "permission_set": permission_set(set) })
}

/// An hour of power in payments-prod.
pub fn an_hour() -> Value {
    json!({ "pairs": [pair("payments-prod", "PowerUserAccess")], "minutes": 60, "reason": "the payment queue is stuck" })
}

/// A body with some members changed; null takes one away.
pub fn with(body: &Value, changes: &Value) -> Value {
    let mut body = body.clone();
    for (name, value) in changes.as_object().unwrap() {
        if value.is_null() {
            body.as_object_mut().unwrap().remove(name);
        } else {
            body[name] = value.clone();
        }
    }
    body
}
