//! The truth, as the simulator knows it: calls as they arrived, assignments as they really were, what was told to whom.

use std::collections::BTreeMap;

use anyhow::Context;
use jiff::Timestamp;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use url::Url;

/// The webhook endpoint's name at the simulator.
const HOOK: &str = "bench";

/// The simulator's control API and sinks.
#[derive(Debug, Clone)]
pub struct Oracle {
    http: reqwest::Client,
    base: Url,
}

/// One (principal, account, permission set).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
pub struct Tuple {
    #[serde(rename = "principal_id")]
    pub principal: String,
    #[serde(rename = "account_id")]
    pub account: String,
    #[serde(rename = "permission_set_arn")]
    pub permission_set: String,
}

/// A call that arrived.
#[derive(Debug, Clone, Deserialize)]
pub struct Call {
    pub at: Timestamp,
    /// `ok`, an error's code, or a fault.
    pub outcome: String,
    #[serde(flatten)]
    pub tuple: Tuple,
}

/// A stretch of time in which an assignment existed.
#[derive(Debug, Clone, Deserialize)]
pub struct Interval {
    #[serde(flatten)]
    pub tuple: Tuple,
    pub from: Timestamp,
    pub until: Option<Timestamp>,
}

/// A webhook as it arrived.
#[derive(Debug, Clone, Deserialize)]
pub struct Hook {
    pub id: u64,
    pub at: Timestamp,
    pub body: Option<String>,
}

#[derive(Deserialize)]
struct Calls {
    calls: Vec<Call>,
}

#[derive(Deserialize)]
struct Assignments {
    assignments: Vec<Interval>,
}

#[derive(Deserialize)]
struct Mails {
    arrived: u64,
}

impl Oracle {
    pub fn new(http: reqwest::Client, base: Url) -> Self {
        Self { http, base }
    }

    /// Where webhooks are to be sent.
    pub fn hook(&self) -> anyhow::Result<String> {
        Ok(self.base.join(&format!("hooks/{HOOK}"))?.into())
    }

    /// Calls of this operation since then, oldest first.
    pub async fn calls(&self, operation: &str, since: Timestamp) -> anyhow::Result<Vec<Call>> {
        let query = [("operation", operation.to_owned()), ("since", format!("{since:.3}"))];
        Ok(self.get::<Calls>("control/oracle/calls", &query).await?.calls)
    }

    /// Every assignment that the company was not founded with.
    pub async fn assignments(&self) -> anyhow::Result<Vec<Interval>> {
        let query = [("without_seed", "true".to_owned())];
        Ok(self.get::<Assignments>("control/oracle/assignments", &query).await?.assignments)
    }

    /// How many calls of each of the service's operations have been answered well or not.
    pub async fn sso_calls(&self) -> anyhow::Result<BTreeMap<String, u64>> {
        type Counts = BTreeMap<String, BTreeMap<String, BTreeMap<String, u64>>>;
        let counts: Counts = self.get("control/oracle/calls/count", &[]).await?;
        let of_sso =
            counts.into_iter().filter(|(service, _)| service == "sso-admin").flat_map(|(_, operations)| operations);
        Ok(of_sso.map(|(operation, outcomes)| (operation, outcomes.values().sum())).collect())
    }

    /// How many mails have arrived.
    pub async fn mails(&self) -> anyhow::Result<u64> {
        let query = [("since_id", u64::MAX.to_string()), ("limit", "1".to_owned())];
        Ok(self.get::<Mails>("mail/api/messages", &query).await?.arrived)
    }

    /// Webhooks after this one.
    pub async fn hooks(&self, since: u64) -> anyhow::Result<Vec<Hook>> {
        let answer: Value = self.get(&format!("hooks/{HOOK}/requests"), &[("since_id", since.to_string())]).await?;
        let list = match answer {
            Value::Object(mut object) => object.remove("requests").unwrap_or_default(),
            list => list,
        };
        serde_json::from_value(list).context("the webhook sink's list")
    }

    /// The company.
    pub async fn directory(&self) -> anyhow::Result<Value> {
        self.get("control/directory", &[]).await
    }

    /// A bearer token for a person.
    pub async fn token(&self, user_name: &str) -> anyhow::Result<String> {
        let url = self.base.join(&format!("oidc/token-for/{user_name}?ttl_seconds=7200"))?;
        Ok(self.http.get(url).send().await?.error_for_status()?.text().await?.trim().to_owned())
    }

    async fn get<T: DeserializeOwned>(&self, path: &str, query: &[(&str, String)]) -> anyhow::Result<T> {
        let mut url = self.base.join(path)?;
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        let answer = self.http.get(url).send().await?.error_for_status()?;
        let bytes = answer.bytes().await?;
        serde_json::from_slice(&bytes).with_context(|| format!("what the simulator says at {path}"))
    }
}
