//! The loop of every leased worker: rung for by facts, woken by the next thing due, and looking by itself now
//! and then, since a fact is only the nudge and the tables are the truth.

use std::fmt::Display;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use jiff::Timestamp;
use tokio::sync::Notify;
use tokio::task::JoinSet;

use crate::Shutdown;

/// One claimed piece of work, to be run to its end.
pub struct Job(BoxFuture<'static, ()>);

impl Job {
    /// Work that settles by itself whatever happens.
    pub fn new(work: impl Future<Output = ()> + Send + 'static) -> Self {
        Self(work.boxed())
    }

    /// Runs it to its end.
    pub async fn run(self) {
        self.0.await;
    }
}

/// Something that finds its own work.
pub trait Worker: Sync {
    /// What claiming may fail with.
    type Error: Display + Send;

    /// Leases at most `room` pieces of work that are due. An empty answer means that nothing is.
    fn claim(&self, room: usize) -> impl Future<Output = Result<Vec<Job>, Self::Error>> + Send;

    /// When the next piece of work is due, as far as is known.
    fn next_due(&self) -> impl Future<Output = Result<Option<Timestamp>, Self::Error>> + Send;

    /// The time by the clock that decides.
    fn now(&self) -> Timestamp;
}

/// Runs the worker until the process stops, with at most `room` pieces in hand; what is in hand then is finished.
pub async fn run<W: Worker>(
    name: &'static str,
    worker: &W,
    bell: &Notify,
    scan: Duration,
    room: usize,
    shutdown: &Shutdown,
) {
    let mut in_hand = JoinSet::new();
    while !shutdown.stopping() {
        while in_hand.try_join_next().is_some() {}
        let free = room.saturating_sub(in_hand.len());
        if free == 0 {
            tokio::select! { _ = in_hand.join_next() => {}, () = shutdown.stopped() => {} }
            continue;
        }
        let rest = match worker.claim(free).await {
            Ok(jobs) if jobs.is_empty() => rest_until_due(name, worker, scan).await,
            Ok(jobs) => {
                for job in jobs {
                    in_hand.spawn(job.0);
                }
                continue;
            }
            Err(error) => {
                tracing::warn!(worker = name, %error, "could not look for work, looking again");
                Duration::from_millis(500)
            }
        };
        tokio::select! {
            () = bell.notified() => {}
            () = tokio::time::sleep(rest) => {}
            () = shutdown.stopped() => {}
        }
    }
    while in_hand.join_next().await.is_some() {}
}

async fn rest_until_due<W: Worker>(name: &'static str, worker: &W, scan: Duration) -> Duration {
    match worker.next_due().await {
        Ok(Some(due)) => {
            let left = due.duration_since(worker.now());
            Duration::try_from(left).unwrap_or(Duration::from_millis(1)).clamp(Duration::from_millis(1), scan)
        }
        Ok(None) => scan,
        Err(error) => {
            tracing::warn!(worker = name, %error, "could not ask what is due next");
            scan
        }
    }
}
