//! The simulator's control API: what is true, what was called, and what shall go wrong.

use domain::Tuple;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::lab::{Lab, POLICY};

/// One stretch of time in which an assignment really existed.
#[derive(Debug, Clone, Deserialize)]
pub struct Interval {
    pub account_id: String,
    pub permission_set_arn: String,
    pub principal_id: String,
    pub from: Timestamp,
    pub until: Option<Timestamp>,
    pub created_by: String,
    pub removed_by: Option<String>,
}

/// One call that AWS saw.
#[derive(Debug, Clone, Deserialize)]
pub struct Call {
    pub operation: String,
    pub outcome: String,
}

impl Interval {
    pub fn is_ours(&self) -> bool {
        self.created_by.starts_with("arn:")
    }

    pub fn removed_by_us(&self) -> bool {
        self.removed_by.as_deref().is_some_and(|by| by.starts_with("arn:"))
    }
}

impl Lab {
    async fn get(&self, path: &str) -> Value {
        let url = format!("{}{path}", self.simulator.http);
        self.http.get(url).send().await.unwrap().error_for_status().unwrap().json().await.unwrap()
    }

    async fn post(&self, path: &str, body: Value) {
        let url = format!("{}{path}", self.simulator.http);
        self.http.post(url).json(&body).send().await.unwrap().error_for_status().unwrap();
    }

    async fn delete(&self, path: &str, body: Option<Value>) {
        let call = self.http.delete(format!("{}{path}", self.simulator.http));
        let call = match body {
            Some(body) => call.json(&body),
            None => call,
        };
        call.send().await.unwrap().error_for_status().unwrap();
    }

    /// Changes the simulator's settings.
    pub async fn set(&self, settings: Value) {
        let url = format!("{}/control/settings", self.simulator.http);
        self.http.patch(url).json(&settings).send().await.unwrap().error_for_status().unwrap();
    }

    pub async fn fault(&self, fault: Value) {
        self.post("/control/faults", fault).await;
    }

    pub async fn lift_faults(&self) {
        self.delete("/control/faults", None).await;
    }

    /// Every call takes a little: a step has to wait for each.
    pub async fn every_call_takes_a_little(&self) {
        self.every_call_takes(0.01).await;
    }

    pub async fn every_call_takes(&self, seconds: f64) {
        self.fault(json!({"kind": "delay", "seconds": seconds})).await;
    }

    /// Whether everything that was ordered has struck.
    pub async fn faults_struck(&self) -> bool {
        self.get("/control/faults").await["faults"].as_array().unwrap().is_empty()
    }

    /// Everything that ever existed, what stood before everything excepted.
    pub async fn all_intervals(&self) -> Vec<Interval> {
        let mut answer = self.get("/control/oracle/assignments?without_seed=true").await;
        serde_json::from_value(answer["assignments"].take()).unwrap()
    }

    pub async fn intervals(&self, tuple: &Tuple) -> Vec<Interval> {
        self.all_intervals().await.into_iter().filter(|interval| interval.is_of(tuple)).collect()
    }

    /// Whether it exists, in truth.
    pub async fn exists(&self, tuple: &Tuple) -> bool {
        self.intervals(tuple).await.iter().any(|interval| interval.until.is_none())
    }

    /// Every call of the workers, in order.
    pub async fn calls(&self) -> Vec<Call> {
        let mut answer = self.get("/control/oracle/calls").await;
        let calls: Vec<Call> = serde_json::from_value(answer["calls"].take()).unwrap();
        calls.into_iter().filter(|call| call.operation != "ListInstances").collect()
    }

    /// How often an operation was called.
    pub async fn called(&self, operation: &str) -> usize {
        self.calls().await.iter().filter(|call| call.operation == operation).count()
    }

    /// The person opens a session, if they may just now.
    pub async fn opens_session(&self, tuple: &Tuple) -> bool {
        let url = format!("{}/control/sessions", self.simulator.http);
        self.http.post(url).json(&named(tuple)).send().await.unwrap().status().is_success()
    }

    /// What ended each of the person's sessions, the oldest first; nothing where it can act.
    pub async fn sessions(&self, tuple: &Tuple) -> Vec<Option<Value>> {
        let answer = self.get(&format!("/control/sessions?user_id={}", tuple.principal)).await;
        let all = answer["sessions"].as_array().unwrap();
        all.iter().map(|session| Some(session["ended"].clone()).filter(|ended| !ended.is_null())).collect()
    }

    /// The text of the policy that denies sessions.
    pub async fn session_policy(&self) -> Value {
        let answer = self.get("/control/policies").await;
        let policy = answer["policies"].as_array().unwrap().iter().find(|policy| policy["id"] == POLICY).unwrap();
        serde_json::from_str(policy["content"].as_str().unwrap()).unwrap()
    }

    /// How many texts it had.
    pub async fn session_policy_versions(&self) -> usize {
        let answer = self.get("/control/policies").await;
        let policy = answer["policies"].as_array().unwrap().iter().find(|policy| policy["id"] == POLICY).unwrap();
        policy["versions"].as_array().unwrap().len()
    }

    pub async fn made_outside(&self, tuple: &Tuple) {
        self.post("/control/assignments", named(tuple)).await;
    }

    pub async fn removed_outside(&self, tuple: &Tuple) {
        self.delete("/control/assignments", Some(named(tuple))).await;
    }

    /// Somebody who administers the organization puts their own text into the policy.
    pub async fn policy_written_outside(&self) {
        let text = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;
        self.aws()
            .session_policy(POLICY)
            .write(text, jiff::Timestamp::now() + jiff::SignedDuration::from_secs(5))
            .await
            .unwrap();
    }

    /// Somebody who administers the organization gives a permission set a policy of its own.
    pub async fn inline_policy_written_outside(&self, tuple: &Tuple) {
        let text = r#"{"Version":"2012-10-17","Statement":[{"Sid":"Theirs","Effect":"Allow","Action":"s3:*","Resource":"*"}]}"#;
        let send_by = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(5);
        self.aws().inline_policies().write(&tuple.permission_set, text, send_by).await.unwrap();
    }

    pub async fn user_disabled(&self, tuple: &Tuple) {
        self.post(&format!("/control/users/{}/disable", tuple.principal), json!({})).await;
    }

    pub async fn user_deleted(&self, tuple: &Tuple) {
        self.delete(&format!("/control/users/{}", tuple.principal), None).await;
    }
}

impl Interval {
    pub fn is_of(&self, tuple: &Tuple) -> bool {
        self.account_id == tuple.account.as_str()
            && self.permission_set_arn == tuple.permission_set.as_str()
            && self.principal_id == tuple.principal.as_str()
    }
}

fn named(tuple: &Tuple) -> Value {
    json!({"user": tuple.principal.as_str(), "account": tuple.account.as_str(), "permission_set": tuple.permission_set.as_str()})
}
