//! Rules, approval policies, guardrails, freezes, owners and schedules, over HTTP and against a real database.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot be set up fails at once")]

mod affected;
mod announcing;
mod bad_input;
mod built_in;
mod every_kind;
mod published;
mod recovery;
mod second_person;
mod sets;

use std::sync::Arc;

use integrations::Integrations;
use judge::{Books, Judge};
use request::Api;
use request::usecase::documents::Desk;
use reqwest::{Method, StatusCode};
use runtime::Settings;
use serde_json::{Value, json};
use store::directory::replace_members;
use testkit::api::{api, settings};
use testkit::company::{self, account, group, groups, permission_set, user};
use testkit::issuer::AUDIENCE;
use testkit::{Issuer, TestDb};

/// The service with a company in its database and no document at all.
pub struct App {
    pub db: TestDb,
    pub settings: Settings,
    issuer: Issuer,
    api: testkit::Api,
    http: reqwest::Client,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub location: Option<String>,
    pub body: Value,
}

impl App {
    /// With `root` as the only admin.
    pub async fn start() -> Self {
        Self::with(&[]).await
    }

    /// With `zoe` as a second admin.
    pub async fn with_two_admins() -> Self {
        let app = Self::start().await;
        app.admins(&["root", "zoe"]).await;
        app
    }

    /// With further settings.
    pub async fn with(more: &[(&str, &str)]) -> Self {
        let db = testkit::database().await;
        company::move_in(&db).await;
        let issuer = Issuer::start().await;
        let settings = settings(&issuer, more);
        let judge = Judge::new(Integrations::new(&settings).unwrap());
        let data = request::app_data(Api { db: db.db.clone(), settings: Arc::new(settings.clone()), judge });
        let api = api(&settings, &db, request::routes, move |config| data(config));
        Self { db, settings, issuer, api, http: reqwest::Client::new() }
    }

    /// Makes exactly these people admins.
    pub async fn admins(&self, names: &[&str]) {
        let mut members: Vec<_> = groups().into_iter().map(|(group, members)| (group.id, members)).collect();
        for (id, people) in &mut members {
            if *id == group("admins") {
                *people = names.iter().map(|name| user(name)).collect();
            }
        }
        let mut tx = self.db.begin(domain::Actor::service("test")).await.unwrap();
        replace_members(&mut tx, &members).await.unwrap();
        tx.commit().await.unwrap();
    }

    pub fn desk(&self) -> Desk {
        Desk::new(&self.settings, Books::default())
    }

    async fn send(&self, who: &str, method: Method, path: &str, key: Option<&str>, body: Option<&Value>) -> Answer {
        let token = match who.strip_prefix("machine:") {
            Some(scopes) => self.issuer.sign(&json!({ "aud": AUDIENCE, "client_id": "ticketing", "scope": scopes })),
            None => self.issuer.token(who),
        };
        let mut request = self.http.request(method, format!("{}{path}", self.api.url)).bearer_auth(token);
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        let answer = request.send().await.unwrap();
        let location = answer.headers().get("location").map(|v| v.to_str().unwrap().to_owned());
        let status = answer.status();
        let text = answer.text().await.unwrap();
        let body = if text.is_empty() { Value::Null } else { serde_json::from_str(&text).unwrap() };
        Answer { status, location, body }
    }

    pub async fn get(&self, who: &str, path: &str) -> Answer {
        self.send(who, Method::GET, path, None, None).await
    }

    pub async fn post(&self, who: &str, path: &str, body: &Value) -> Answer {
        self.send(who, Method::POST, path, None, Some(body)).await
    }

    pub async fn post_with_key(&self, who: &str, path: &str, key: &str, body: &Value) -> Answer {
        self.send(who, Method::POST, path, Some(key), Some(body)).await
    }

    pub async fn put(&self, who: &str, path: &str, body: &Value) -> Answer {
        self.send(who, Method::PUT, path, None, Some(body)).await
    }

    pub async fn delete(&self, who: &str, path: &str) -> Answer {
        self.send(who, Method::DELETE, path, None, None).await
    }

    /// Makes something as `root`, and answers its id.
    pub async fn make(&self, path: &str, body: &Value) -> String {
        self.post("root", path, body).await.is(201)["id"].as_str().unwrap().to_owned()
    }

    /// The names of documents in force.
    pub async fn names(&self, path: &str) -> Vec<String> {
        let page = self.get("eve", path).await.is(200);
        page["items"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect()
    }
}

impl Answer {
    /// The body, if this was the status.
    #[track_caller]
    pub fn is(self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        self.body
    }

    /// The problem's stable name.
    pub fn problem(&self) -> &str {
        self.body["type"].as_str().and_then(|t| t.strip_prefix("urn:curfew:problem:")).unwrap_or("no problem")
    }

    /// The body, if this was the problem.
    #[track_caller]
    pub fn refused(self, problem: &str) -> Value {
        assert_eq!(self.problem(), problem, "{}", self.body);
        self.body
    }
}

/// A rule for engineers, decided by leads.
pub fn rule(name: &str) -> Value {
    json!({
        "name": name,
        "subjects": { "groups": [group("engineers")] },
        "accounts": { "ids": [account("payments-dev")] },
        "permission_sets": { "arns": [permission_set("ReadOnlyAccess")] },
        "max_minutes": 60,
        "approval": { "kind": "policy", "stages": [{ "voters": { "groups": [group("leads")] }, "votes": 1 }] },
    })
}

/// A guardrail that forbids production to everybody.
pub fn guardrail(name: &str) -> Value {
    json!({
        "name": name,
        "subjects": { "everyone": true },
        "accounts": { "units": [{ "id": "ou-prod" }] },
        "permission_sets": { "all": true },
        "effect": { "kind": "deny" },
    })
}

/// A policy by which leads decide.
pub fn policy(name: &str) -> Value {
    json!({ "name": name, "policy": { "stages": [{ "voters": { "groups": [group("leads")] } }] } })
}

/// A schedule with one person in it.
pub fn schedule(name: &str) -> Value {
    json!({ "name": name, "rotation": { "users": [user("ann")], "from": "2026-03-02T08:00:00Z", "hours": 168 } })
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
