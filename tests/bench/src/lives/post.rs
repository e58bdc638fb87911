//! What arrives at the webhook endpoint, read in bulk by one reader and handed to the lives that it is about.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Context, bail};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;
use uuid::Uuid;

use crate::oracle::{Hook, Oracle};

/// How often the sink is read.
const EVERY: Duration = Duration::from_millis(10);

/// A fact as it was told.
#[derive(Debug, Clone)]
pub struct Fact {
    pub name: String,
    /// When it was committed.
    pub at: Timestamp,
    /// When it was told.
    pub told_at: Timestamp,
    pub data: Value,
}

#[derive(Deserialize)]
struct Payload {
    #[serde(rename = "type")]
    name: String,
    timestamp: Timestamp,
    data: Value,
}

impl Fact {
    fn read(hook: Hook) -> anyhow::Result<Self> {
        let payload: Payload = serde_json::from_str(&hook.body.context("a webhook without a body")?)?;
        Ok(Self { name: payload.name, at: payload.timestamp, told_at: hook.at, data: payload.data })
    }

    /// A text of its data.
    pub fn text(&self, field: &str) -> anyhow::Result<&str> {
        self.data
            .get(field)
            .and_then(Value::as_str)
            .with_context(|| format!("{} has no {field}: {}", self.name, self.data))
    }

    /// From its commit to its arrival; the arrival is known to the millisecond.
    pub fn took(&self) -> Duration {
        Duration::try_from(self.told_at.duration_since(self.at)).unwrap_or_default()
    }
}

#[derive(Debug, Default)]
struct Shelf {
    followers: HashMap<Uuid, UnboundedSender<Fact>>,
    ids: HashSet<Uuid>,
    arrived: u64,
}

/// The reader.
#[derive(Debug)]
pub struct Post {
    shelf: Arc<Mutex<Shelf>>,
    reader: JoinHandle<()>,
}

impl Post {
    /// Begins to read.
    pub fn open(oracle: Oracle) -> Self {
        let shelf = Arc::new(Mutex::new(Shelf::default()));
        let reader = tokio::spawn(read(oracle, Arc::clone(&shelf)));
        Self { shelf, reader }
    }

    /// The facts about a request, those that come from now on.
    pub fn follow(&self, request: Uuid) -> Facts {
        let (sender, receiver) = unbounded_channel();
        lock(&self.shelf).followers.insert(request, sender);
        Facts { receiver, seen: Vec::new() }
    }

    /// The ids of all facts told so far.
    pub fn ids(&self) -> HashSet<Uuid> {
        lock(&self.shelf).ids.clone()
    }

    /// How many webhooks have arrived, repetitions included.
    pub fn arrived(&self) -> u64 {
        lock(&self.shelf).arrived
    }
}

impl Drop for Post {
    fn drop(&mut self) {
        self.reader.abort();
    }
}

/// The facts about one request, in the order of their arrival.
#[derive(Debug)]
pub struct Facts {
    receiver: UnboundedReceiver<Fact>,
    seen: Vec<Fact>,
}

impl Facts {
    /// The fact of this name, which may have arrived before.
    pub async fn wait_for(&mut self, name: &str, time: Duration) -> anyhow::Result<Fact> {
        if let Some(fact) = self.seen.iter().find(|fact| fact.name == name) {
            return Ok(fact.clone());
        }
        let waiting = async {
            while let Some(fact) = self.receiver.recv().await {
                self.seen.push(fact.clone());
                if fact.name == name {
                    return Ok(fact);
                }
                if name == "grant.activated.v1" && fact.name == "grant.ended.v1" {
                    bail!("the grant ended before it was active: {}", fact.data);
                }
            }
            bail!("the webhook endpoint cannot be read any more")
        };
        match tokio::time::timeout(time, waiting).await {
            Ok(fact) => fact,
            Err(_) => {
                let seen: Vec<&str> = self.seen.iter().map(|fact| fact.name.as_str()).collect();
                bail!("no {name} within {} s; told were {seen:?}", time.as_secs())
            }
        }
    }

    /// All that arrived.
    pub fn seen(&self) -> &[Fact] {
        &self.seen
    }
}

async fn read(oracle: Oracle, shelf: Arc<Mutex<Shelf>>) {
    let mut last = 0;
    loop {
        match oracle.hooks(last).await {
            Ok(hooks) => {
                last = hooks.last().map_or(last, |hook| hook.id);
                hand_out(&shelf, hooks);
            }
            Err(error) => eprintln!("the webhook sink cannot be read: {error:#}"),
        }
        tokio::time::sleep(EVERY).await;
    }
}

fn hand_out(shelf: &Mutex<Shelf>, hooks: Vec<Hook>) {
    let mut shelf = lock(shelf);
    for hook in hooks {
        shelf.arrived += 1;
        let fact = match Fact::read(hook) {
            Ok(fact) => fact,
            Err(error) => {
                eprintln!("a webhook that cannot be read: {error:#}");
                continue;
            }
        };
        let id = |field: &str| fact.data.get(field).and_then(Value::as_str).and_then(|text| text.parse::<Uuid>().ok());
        if let Some(id) = id("id") {
            shelf.ids.insert(id);
        }
        if let Some(request) = id("request")
            && let Some(follower) = shelf.followers.get(&request)
            && follower.send(fact).is_err()
        {
            shelf.followers.remove(&request);
        }
    }
}

fn lock(shelf: &Mutex<Shelf>) -> MutexGuard<'_, Shelf> {
    shelf.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hook(id: u64, name: &str, request: Uuid) -> Hook {
        let data = serde_json::json!({"id": Uuid::from_u128(id.into()), "request": request});
        let body = serde_json::json!({"type": name, "timestamp": "2026-03-02T09:00:00Z", "data": data});
        Hook { id, at: "2026-03-02T09:00:00.250Z".parse().unwrap(), body: Some(body.to_string()) }
    }

    #[tokio::test]
    async fn facts_reach_the_life_that_they_are_about_in_any_order_and_more_than_once() {
        let shelf = Mutex::new(Shelf::default());
        let (ours, other) = (Uuid::from_u128(70), Uuid::from_u128(71));
        let (sender, receiver) = unbounded_channel();
        lock(&shelf).followers.insert(ours, sender);
        let mut facts = Facts { receiver, seen: Vec::new() };
        let told =
            [(1, "grant.activated.v1", ours), (2, "grant.activated.v1", other), (3, "request.approved.v1", ours)];
        hand_out(&shelf, told.iter().chain(&told).map(|(id, name, request)| hook(*id, name, *request)).collect());
        let approved = facts.wait_for("request.approved.v1", Duration::from_secs(1)).await.unwrap();
        assert_eq!(approved.took(), Duration::from_millis(250));
        facts.wait_for("grant.activated.v1", Duration::from_secs(1)).await.unwrap();
        let missing = facts.wait_for("grant.ended.v1", Duration::from_millis(10)).await.unwrap_err().to_string();
        assert!(missing.contains("grant.ended.v1") && missing.contains("request.approved.v1"), "{missing}");
        let shelf = lock(&shelf);
        assert_eq!((shelf.ids.len(), shelf.arrived), (3, 6));
    }
}
