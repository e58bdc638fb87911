//! Receivers of webhooks (`/hooks/{name}`) and of chat messages (`/chat/{name}`): both keep what they get and answer as ordered.

mod routes;

pub use routes::routes;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Mutex;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::clock::Millis;
use crate::host::lock;

/// Requests kept for each name; the count goes on.
const KEPT: usize = 10_000;

/// One request as it came.
#[derive(Clone, Debug, Serialize)]
pub struct Received {
    pub id: u64,
    pub at: Millis,
    pub method: String,
    pub query: String,
    /// Names in lower case, in the order in which they came.
    pub headers: Vec<(String, String)>,
    /// The body, where it is UTF-8.
    pub body: Option<String>,
    /// The body, exactly.
    pub body_base64: String,
    /// The status that it was answered with; 0 for a request that was left without an answer.
    pub answered: u16,
}

/// How the next requests are answered.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Behaviour {
    pub status: u16,
    pub delay_ms: u64,
    /// Hold the connection for the delay (30 s, if none) and close it without an answer.
    pub hang: bool,
    /// For this many requests; then as usual again. Without end, if absent.
    pub times: Option<u64>,
    /// A `Retry-After` header, in seconds.
    pub retry_after: Option<u64>,
}

impl Default for Behaviour {
    fn default() -> Self {
        Self { status: 200, delay_ms: 0, hang: false, times: None, retry_after: None }
    }
}

impl Behaviour {
    /// How one request is answered; the order counts down.
    pub fn for_one(&mut self) -> Self {
        let now = self.clone();
        if let Some(times) = self.times.as_mut() {
            *times = times.saturating_sub(1);
            if *times == 0 {
                *self = Self::default();
            }
        }
        now
    }

    /// How long a connection is held that gets no answer.
    pub const fn hold(&self) -> Duration {
        Duration::from_millis(if self.delay_ms == 0 { 30_000 } else { self.delay_ms })
    }
}

/// All receivers of one kind.
#[derive(Default)]
pub struct Sink {
    by_name: Mutex<BTreeMap<String, Receiver>>,
}

#[derive(Default)]
struct Receiver {
    count: u64,
    kept: VecDeque<Received>,
    behaviour: Behaviour,
}

impl Sink {
    /// Keeps a request and says how to answer it.
    fn receive(&self, name: &str, mut request: Received) -> Behaviour {
        let mut all = lock(&self.by_name);
        let receiver = all.entry(name.to_owned()).or_default();
        let behaviour = receiver.behaviour.for_one();
        receiver.count += 1;
        request.id = receiver.count;
        request.answered = if behaviour.hang { 0 } else { behaviour.status };
        if receiver.kept.len() >= KEPT {
            receiver.kept.pop_front();
        }
        receiver.kept.push_back(request);
        behaviour
    }

    fn behave(&self, name: &str, behaviour: Behaviour) {
        lock(&self.by_name).entry(name.to_owned()).or_default().behaviour = behaviour;
    }

    fn requests(&self, name: &str, since_id: u64) -> Vec<Received> {
        let all = lock(&self.by_name);
        all.get(name)
            .map(|receiver| receiver.kept.iter().filter(|request| request.id > since_id).cloned().collect())
            .unwrap_or_default()
    }

    fn count(&self, name: &str) -> u64 {
        lock(&self.by_name).get(name).map_or(0, |receiver| receiver.count)
    }

    /// Names and counts.
    fn names(&self) -> Vec<(String, u64)> {
        lock(&self.by_name).iter().map(|(name, receiver)| (name.clone(), receiver.count)).collect()
    }

    fn forget(&self, name: &str) {
        if let Some(receiver) = lock(&self.by_name).get_mut(name) {
            receiver.count = 0;
            receiver.kept.clear();
        }
    }

    /// Forgets all receivers, and how they were to behave.
    pub fn clear(&self) {
        lock(&self.by_name).clear();
    }
}
