//! What this process depends on, and whether it is there.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use futures_util::future::{BoxFuture, FutureExt, join_all};
use serde::Serialize;

/// How long a probe may take before its dependency counts as away.
const PROBE_TIMEOUT: Duration = Duration::from_secs(2);
/// How long a probe's answer is good for, so that asking often does not load what is asked about.
const PROBE_FRESH: Duration = Duration::from_secs(1);

type Probe = Arc<dyn Fn() -> BoxFuture<'static, Result<(), String>> + Send + Sync>;

/// The named dependencies of a process; clones share one list.
///
/// A dependency is told about in one of two ways: whoever holds the connection says how it is
/// ([`Health::set`]), or a probe is asked when somebody wants to know ([`Health::probe`]).
#[derive(Clone, Default)]
pub struct Health {
    inner: Arc<Mutex<Inner>>,
}

#[derive(Default)]
struct Inner {
    told: BTreeMap<String, Result<(), String>>,
    probes: BTreeMap<String, Probe>,
    probed: BTreeMap<String, (Instant, Result<(), String>)>,
}

/// What `/readyz` says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Whether everything is there.
    pub ready: bool,
    /// Each dependency: `ok`, or `away: ` and why.
    pub checks: BTreeMap<String, String>,
}

impl Health {
    /// A registry without dependencies, which is ready.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Says how a dependency is. The text of an error is shown to whoever asks: no secrets in it.
    pub fn set(&self, name: &str, state: Result<(), String>) {
        let mut inner = self.lock();
        let before = inner.told.insert(name.to_owned(), state.clone());
        drop(inner);
        match (before, state) {
            (Some(Ok(())) | None, Err(why)) => tracing::warn!(dependency = name, "away: {}", cut(&why)),
            (Some(Err(_)), Ok(())) => tracing::info!(dependency = name, "back"),
            (Some(Ok(())) | None, Ok(())) | (Some(Err(_)), Err(_)) => {}
        }
    }

    /// Adds a question that is asked, at most once a second, when somebody wants to know.
    pub fn probe<F, Fut>(&self, name: &str, ask: F)
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), String>> + Send + 'static,
    {
        self.lock().probes.insert(name.to_owned(), Arc::new(move || ask().boxed()));
    }

    /// How everything is now. Probes run side by side; a silent one is away after two seconds.
    pub async fn report(&self) -> Report {
        let now = Instant::now();
        let mut states: BTreeMap<String, Result<(), String>>;
        let mut due = Vec::new();
        {
            let inner = self.lock();
            states = inner.told.clone();
            for (name, probe) in &inner.probes {
                match inner.probed.get(name) {
                    Some((at, state)) if now.duration_since(*at) < PROBE_FRESH => {
                        states.insert(name.clone(), state.clone());
                    }
                    Some(_) | None => due.push((name.clone(), Arc::clone(probe))),
                }
            }
        }
        let answers = join_all(due.into_iter().map(|(name, probe)| async move {
            let answer = tokio::time::timeout(PROBE_TIMEOUT, probe()).await;
            (name, answer.unwrap_or_else(|_| Err("no answer within 2 s".to_owned())))
        }))
        .await;
        if !answers.is_empty() {
            let mut inner = self.lock();
            for (name, state) in answers {
                inner.probed.insert(name.clone(), (Instant::now(), state.clone()));
                states.insert(name, state);
            }
        }
        Report {
            ready: states.values().all(Result::is_ok),
            checks: states
                .into_iter()
                .map(|(name, state)| {
                    (name, state.map_or_else(|why| format!("away: {}", cut(&why)), |()| "ok".to_owned()))
                })
                .collect(),
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One short line: an error's text may hold anything.
fn cut(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(200).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[tokio::test]
    async fn a_report_names_the_dependency_that_is_away_and_recovers_with_it() {
        let health = Health::new();
        assert!(health.report().await.ready);
        health.set("broker", Err("connection refused\nat once".to_owned()));
        health.probe("database", || async { Ok(()) });
        let report = health.report().await;
        assert!(!report.ready);
        assert_eq!(report.checks["broker"], "away: connection refused at once");
        assert_eq!(report.checks["database"], "ok");
        health.set("broker", Ok(()));
        assert!(health.report().await.ready);
    }

    #[tokio::test]
    async fn a_silent_probe_is_away_and_does_not_hold_up_the_report() {
        let health = Health::new();
        health.probe("aws", std::future::pending);
        let report = health.report().await;
        assert_eq!(report.checks["aws"], "away: no answer within 2 s");
    }

    #[tokio::test]
    async fn asking_often_asks_the_dependency_once_a_second() {
        let health = Health::new();
        let asked = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&asked);
        health.probe("database", move || {
            counter.fetch_add(1, Ordering::SeqCst);
            async { Ok(()) }
        });
        for _ in 0..50 {
            assert!(health.report().await.ready);
        }
        assert_eq!(asked.load(Ordering::SeqCst), 1);
    }
}
