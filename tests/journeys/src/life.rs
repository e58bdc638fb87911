//! The steps of a life, as tests say them.

use client::{Client, Decision, Document, DocumentKind, Grant, NewRequest, Pair, Request, TrailFilter};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{System, eventually};

/// A reason that is long enough.
pub const REASON: &str = "The nightly import fails and somebody must look at it";

/// A rule's change: nobody has to agree, whatever the circumstances.
#[must_use]
pub fn automatic() -> Value {
    json!({"approval": {"kind": "automatic", "waiver": "nothing in these tests can do harm"}})
}

impl System {
    /// A rule of an admin's making: engineers may have `permission_set` everywhere for two hours with one vote of
    /// the prod-approvers, except for what `changes` says otherwise.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn rule(&self, permission_set: &str, changes: Value) -> Document {
        let mut spec = json!({
            "name": format!("Tests: {permission_set}"),
            "subjects": {"groups": [self.group("engineers")]},
            "accounts": {"all": true},
            "permission_sets": {"arns": [self.permission_set(permission_set)]},
            "max_minutes": 120,
            "approval": self.approved_by("prod-approvers", 1),
        });
        for (key, value) in changes.as_object().expect("an object of changes") {
            spec[key] = value.clone();
        }
        self.document(DocumentKind::Rule, &spec).await
    }

    /// A document of an admin's making, in force at once.
    ///
    /// # Panics
    /// When it is refused, or waits for a second admin.
    pub async fn document(&self, kind: DocumentKind, spec: &Value) -> Document {
        let made = self.person("frank").await.make(kind, spec).await;
        let made = made.unwrap_or_else(|error| panic!("{spec}: {error}"));
        made.done().unwrap_or_else(|| panic!("{spec} waits for a second admin"))
    }

    /// An approval by so many members of a group, in one stage.
    #[must_use]
    pub fn approved_by(&self, group: &str, votes: u8) -> Value {
        json!({"kind": "policy", "stages": [{"voters": {"groups": [self.group(group)]}, "votes": votes}]})
    }

    /// Asks for minutes of something.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn ask(&self, user_name: &str, pairs: Vec<Pair>, minutes: i64) -> Request {
        let wish = NewRequest { pairs, minutes, reason: REASON.to_owned(), ..NewRequest::default() };
        self.person(user_name).await.submit(&wish, None).await.unwrap_or_else(|error| panic!("asking: {error:?}"))
    }

    /// Says yes, signed in.
    ///
    /// # Panics
    /// When that is refused.
    pub async fn approve(&self, user_name: &str, request: Uuid) -> client::Outcome {
        let approver = self.person(user_name).await;
        let decided = approver.decide(request, Decision::Approve, None, None).await;
        decided.unwrap_or_else(|error| panic!("approving: {error:?}"))
    }

    /// Waits until every grant of a request is in this state.
    ///
    /// # Panics
    /// When they do not get there; with where they are.
    pub async fn grants_in(&self, who: &Client, request: Uuid, state: &str) -> Vec<Grant> {
        let what = format!("the grants of {request} are {state}");
        let mut seen = Vec::new();
        eventually(&what, async || {
            let grants = who.request(request).await.ok()?.grants;
            let now: Vec<_> = grants.iter().map(|grant| grant.state.clone()).collect();
            if now != seen {
                eprintln!("grants of {request}: {now:?}");
                seen = now;
            }
            (!grants.is_empty() && grants.iter().all(|grant| grant.state == state)).then_some(grants)
        })
        .await
    }

    /// The only grant of a request, once it is in this state.
    ///
    /// # Panics
    /// As [`System::grants_in`].
    pub async fn grant_in(&self, who: &Client, request: Uuid, state: &str) -> Grant {
        self.grants_in(who, request, state).await.remove(0)
    }

    /// Waits until a request is in this state.
    ///
    /// # Panics
    /// When it does not get there.
    pub async fn request_in(&self, who: &Client, request: Uuid, state: &str) -> Request {
        eventually(&format!("the request {request} is {state}"), async || {
            who.request(request).await.ok().filter(|found| found.state == state)
        })
        .await
    }

    /// What the trail holds of a request, the oldest first.
    ///
    /// # Panics
    /// When it cannot be read.
    pub async fn trail(&self, request: Uuid) -> Vec<client::TrailEntry> {
        let filter = TrailFilter { request: Some(request), limit: Some(200), ..TrailFilter::default() };
        let mut page = self.person("erin").await.trail(&filter).await.expect("the trail");
        page.items.reverse();
        page.items
    }

    /// The names of what the trail holds of a request, the oldest first.
    ///
    /// # Panics
    /// When it cannot be read.
    pub async fn actions(&self, request: Uuid) -> Vec<String> {
        self.trail(request).await.into_iter().map(|entry| entry.action).collect()
    }
}
