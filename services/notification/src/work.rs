//! Handing over what is due. A lane (all mails, or one endpoint's webhooks) is claimed, sent and settled by
//! itself, so that an endpoint that hangs delays nobody else. A crash between sending and settling sends
//! again, with the same id.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{StreamExt, stream};
use jiff::{SignedDuration, Timestamp};
use store::deliveries::{self, Claimed, Delivery, Lane, Outcome, Settled};
use store::{Db, StoreError};
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

use crate::backoff::next_try;
use crate::observe;
use crate::outlet::{Attempt, PATIENCE};
use crate::send::{Sender, Verdict};

/// How many messages of a lane are sent at once.
const AT_ONCE_MAIL: usize = crate::outlet::mail::CONNECTIONS as usize;
const AT_ONCE_ENDPOINT: usize = 8;
/// How many are claimed at once: even if each takes its whole time, the lease holds.
const BATCH_MAIL: i64 = 400;
const BATCH_ENDPOINT: i64 = 64;
const LEASE: SignedDuration = SignedDuration::from_secs(120);
/// How often due messages are looked for when nothing rings.
const SCAN: Duration = Duration::from_secs(1);

/// Sends what is due.
#[derive(Debug, Clone)]
pub struct Worker {
    db: Db,
    sender: Arc<Sender>,
    stop: CancellationToken,
}

impl Worker {
    /// A worker that takes nothing new once `stop` is cancelled.
    #[must_use]
    pub const fn new(db: Db, sender: Arc<Sender>, stop: CancellationToken) -> Self {
        Self { db, sender, stop }
    }

    /// Works until stopped, woken by `bell` and by the clock; then finishes what it holds. Each lane is a task of its
    /// own: one that waited to be polled here would keep the connection that the pool has handed to it.
    pub async fn run(self, bell: Arc<Notify>) {
        let (mut lanes, mut busy) = (JoinSet::new(), HashMap::new());
        loop {
            if !self.stop.is_cancelled() {
                match deliveries::due_lanes(&self.db).await {
                    Ok(due) => {
                        for lane in due {
                            if !busy.values().any(|taken| *taken == lane) {
                                let worker = self.clone();
                                let drain = async move { worker.drain(lane).await }.in_current_span();
                                busy.insert(lanes.spawn(drain).id(), lane);
                            }
                        }
                    }
                    Err(error) => tracing::warn!(%error, "cannot look for due messages"),
                }
            } else if lanes.is_empty() {
                return;
            }
            tokio::select! {
                Some(done) = lanes.join_next_with_id() => {
                    let id = done.map_or_else(|failed| failed.id(), |(id, ())| id);
                    busy.remove(&id);
                }
                () = bell.notified() => {}
                () = tokio::time::sleep(SCAN) => {}
                () = self.stop.cancelled(), if !self.stop.is_cancelled() => {}
            }
        }
    }

    /// Steps a lane until nothing of it is due.
    async fn drain(&self, lane: Lane) {
        while !self.stop.is_cancelled() {
            match self.step(lane).await {
                Ok(0) => return,
                Ok(_) => {}
                Err(error) => {
                    tracing::warn!(%error, ?lane, "cannot send what is due, trying again");
                    return;
                }
            }
        }
    }

    /// Steps every lane until nothing is due. For tests, and for nothing else.
    ///
    /// # Errors
    /// When Postgres is away.
    pub async fn run_until_idle(&self) -> Result<usize, StoreError> {
        let mut sent = 0;
        loop {
            let due = deliveries::due_lanes(&self.db).await?;
            if due.is_empty() {
                return Ok(sent);
            }
            for lane in due {
                sent += self.step(lane).await?;
            }
        }
    }

    /// Claims what is due in a lane, sends it and writes down what came of it. Returns how many were claimed.
    ///
    /// # Errors
    /// When Postgres is away.
    pub async fn step(&self, lane: Lane) -> Result<usize, StoreError> {
        let (batch, at_once) = match lane {
            Lane::Mail => (BATCH_MAIL, AT_ONCE_MAIL),
            Lane::Webhook(_) => (BATCH_ENDPOINT, AT_ONCE_ENDPOINT),
        };
        let Claimed { token, until, deliveries } = deliveries::claim(&self.db, lane, batch, LEASE).await?;
        let count = deliveries.len();
        if count == 0 {
            return Ok(0);
        }
        let ready = self.sender.prepare(&self.db, lane, &deliveries).await?;
        let settled: Vec<Settled> = stream::iter(deliveries)
            .map(|delivery| {
                let ready = &ready;
                async move {
                    let now = self.db.clock().now();
                    if self.stop.is_cancelled() || now + SignedDuration::try_from(PATIENCE).unwrap_or_default() > until
                    {
                        return None;
                    }
                    let verdict = self.sender.send(ready, &delivery, now).await;
                    Some(self.settled(&delivery, verdict))
                }
            })
            .buffer_unordered(at_once)
            .filter_map(std::future::ready)
            .collect()
            .await;
        deliveries::settle(&self.db, token, &settled).await?;
        if settled.len() < count {
            deliveries::give_back(&self.db, token).await?;
        }
        Ok(count)
    }

    fn settled(&self, delivery: &Delivery, verdict: Verdict) -> Settled {
        let now = self.db.clock().now();
        let (status, outcome) = match verdict {
            Verdict::NotNeeded(why) => (None, Outcome::NotNeeded(why)),
            Verdict::Tried(attempt) => judge(delivery, attempt, now, rand::random()),
        };
        observe::tried(delivery, &outcome);
        Settled { id: delivery.id, status, outcome }
    }
}

/// What follows from a try.
fn judge(delivery: &Delivery, attempt: Attempt, now: Timestamp, jitter: f64) -> (Option<i32>, Outcome) {
    match attempt {
        Attempt::Taken { status } => (Some(status), Outcome::Delivered),
        Attempt::Refused { status, why } => (status, Outcome::GivenUp(why)),
        Attempt::Failed { status, why, after } => {
            let next = next_try(delivery.channel, delivery.tries.saturating_add(1), now, jitter, after);
            (status, next.map_or_else(|| Outcome::GivenUp(why.clone()), |at| Outcome::Retry(at, why.clone())))
        }
    }
}
