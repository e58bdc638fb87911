//! What was really so: AWS's own intervals of every assignment, and its log of calls.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use crate::{System, eventually};

/// From when until when an assignment existed.
#[derive(Debug, Clone, Deserialize)]
pub struct Interval {
    /// When it began.
    pub from: Timestamp,
    /// When it ended; none while it exists.
    pub until: Option<Timestamp>,
    /// `outside`, `seed`, or the ARN of who called.
    pub created_by: String,
    /// The same about its end.
    pub removed_by: Option<String>,
}

/// One call that AWS heard.
#[derive(Debug, Clone, Deserialize)]
pub struct Call {
    /// When.
    pub at: Timestamp,
    /// What was called.
    pub operation: String,
    /// `ok`, an error's code, or a fault.
    pub outcome: String,
    /// About whom.
    pub principal_id: Option<String>,
    /// The trace that it belonged to.
    pub traceparent: Option<String>,
}

impl System {
    /// Every interval of somebody's assignment, by names.
    ///
    /// # Panics
    /// When the oracle is away.
    pub async fn intervals(&self, user: &str, account: &str, permission_set: &str) -> Vec<Interval> {
        let (principal, account) = (self.user(user), self.account(account));
        let arn = self.permission_set(permission_set);
        let path = format!(
            "/control/oracle/assignments?principal_id={principal}&account_id={account}&permission_set_arn={arn}"
        );
        read(self.simulator_json(&path).await, "assignments")
    }

    /// Whether somebody is assigned now.
    ///
    /// # Panics
    /// When the oracle is away.
    pub async fn is_assigned(&self, user: &str, account: &str, permission_set: &str) -> bool {
        self.intervals(user, account, permission_set).await.iter().any(|interval| interval.until.is_none())
    }

    /// Waits until AWS no longer shows the assignment; the interval that ended last.
    ///
    /// # Panics
    /// When it stays.
    pub async fn gone(&self, user: &str, account: &str, permission_set: &str) -> Interval {
        eventually("AWS no longer has the assignment", async || {
            let intervals = self.intervals(user, account, permission_set).await;
            intervals.iter().all(|i| i.until.is_some()).then(|| intervals.last().cloned()).flatten()
        })
        .await
    }

    /// The calls of one operation, the oldest first.
    ///
    /// # Panics
    /// When the oracle is away.
    pub async fn calls(&self, operation: &str) -> Vec<Call> {
        read(self.simulator_json(&format!("/control/oracle/calls?operation={operation}")).await, "calls")
    }
}

fn read<T: serde::de::DeserializeOwned>(mut answer: Value, list: &str) -> Vec<T> {
    serde_json::from_value(answer[list].take()).expect("the oracle's form")
}
