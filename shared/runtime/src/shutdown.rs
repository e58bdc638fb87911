//! Start and stop: the tasks of a process, and the one signal that ends them.

use std::{
    panic::AssertUnwindSafe,
    process::ExitCode,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use futures_util::FutureExt;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tracing::Instrument;

/// The process's tasks and whether they should stop; clones share one state.
///
/// Stopping is asked for once, by a signal, by [`Shutdown::begin`], or by a task that ended before
/// it should: nothing is restarted in place, because whoever supervises the process starts it again
/// from a clean state, and the exit code says that it was needed.
#[derive(Debug, Clone, Default)]
pub struct Shutdown {
    token: CancellationToken,
    tracker: TaskTracker,
    failed: Arc<AtomicBool>,
}

impl Shutdown {
    /// One that only [`Shutdown::begin`] or a failing task ends.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// One that SIGTERM and SIGINT end; a second signal ends the process at once.
    ///
    /// # Errors
    /// When the signals cannot be listened to.
    pub fn on_signals() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let shutdown = Self::new();
        let (mut term, mut int) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
        let stop = shutdown.clone();
        // Not tracked: it outlives every task that is waited for.
        tokio::spawn(async move {
            let name = tokio::select! { _ = term.recv() => "SIGTERM", _ = int.recv() => "SIGINT" };
            tracing::info!(signal = name, "stopping; once more to stop at once");
            stop.begin();
            tokio::select! { _ = term.recv() => {}, _ = int.recv() => {} }
            tracing::warn!("stopped at once");
            std::process::exit(130);
        });
        Ok(shutdown)
    }

    /// Starts a task that lives as long as the process. Ending before it was asked to, or
    /// panicking, stops the process with a non-zero exit code.
    pub fn spawn<F>(&self, name: &'static str, task: F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let shutdown = self.clone();
        let span = tracing::info_span!(parent: None, "task", task = name);
        self.tracker.spawn(
            async move {
                let ended = AssertUnwindSafe(task).catch_unwind().await;
                match ended {
                    Ok(()) if shutdown.stopping() => tracing::debug!(task = name, "stopped"),
                    Ok(()) => shutdown.fail(name, "ended early"),
                    Err(_) => shutdown.fail(name, "panicked"),
                }
            }
            .instrument(span),
        );
    }

    /// Starts a task that may end when it is done, inside the caller's span. A panic is logged and
    /// ends nothing else.
    pub fn spawn_brief<F>(&self, name: &'static str, task: F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.tracker.spawn(
            async move {
                if AssertUnwindSafe(task).catch_unwind().await.is_err() {
                    tracing::error!(task = name, "panicked");
                }
            }
            .in_current_span(),
        );
    }

    /// Asks everything to stop.
    pub fn begin(&self) {
        self.token.cancel();
    }

    /// Asks everything to stop, with a non-zero exit code.
    pub fn fail(&self, task: &str, what: &str) {
        tracing::error!(task, "{what}; stopping the process");
        self.failed.store(true, Ordering::SeqCst);
        self.begin();
    }

    /// Whether stopping was asked for.
    #[must_use]
    pub fn stopping(&self) -> bool {
        self.token.is_cancelled()
    }

    /// Waits until stopping is asked for.
    pub async fn stopped(&self) {
        self.token.cancelled().await;
    }

    /// Sleeps, or until stopping is asked for. Returns whether to go on.
    pub async fn sleep(&self, time: Duration) -> bool {
        tokio::select! {
            () = self.token.cancelled() => false,
            () = tokio::time::sleep(time) => true,
        }
    }

    /// The token, for what takes one.
    #[must_use]
    pub fn token(&self) -> CancellationToken {
        self.token.clone()
    }

    /// Waits until stopping is asked for and then, at most `deadline`, for every task to finish.
    /// Success means that all finished and that none failed.
    pub async fn wait(&self, deadline: Duration) -> ExitCode {
        self.stopped().await;
        self.tracker.close();
        if tokio::time::timeout(deadline, self.tracker.wait()).await.is_err() {
            tracing::error!(tasks = self.tracker.len(), "tasks still ran when the time to stop was up");
            return ExitCode::from(2);
        }
        if self.failed.load(Ordering::SeqCst) { ExitCode::FAILURE } else { ExitCode::SUCCESS }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHORT: Duration = Duration::from_millis(200);

    fn succeeded(code: ExitCode) -> bool {
        code == ExitCode::SUCCESS
    }

    #[tokio::test]
    async fn tasks_finish_what_they_hold_before_the_process_ends() {
        let shutdown = Shutdown::new();
        let done = Arc::new(AtomicBool::new(false));
        let (task, stop) = (Arc::clone(&done), shutdown.clone());
        shutdown.spawn("worker", async move {
            stop.stopped().await;
            tokio::time::sleep(Duration::from_millis(20)).await;
            task.store(true, Ordering::SeqCst);
        });
        assert!(!shutdown.stopping());
        shutdown.begin();
        assert!(succeeded(shutdown.wait(SHORT).await));
        assert!(done.load(Ordering::SeqCst));
    }

    #[tokio::test]
    async fn a_task_that_ends_early_stops_the_process_with_a_failure() {
        let shutdown = Shutdown::new();
        shutdown.spawn("worker", async {});
        assert!(!succeeded(shutdown.wait(SHORT).await));
    }

    #[tokio::test]
    async fn a_task_that_panics_stops_the_process_with_a_failure() {
        let shutdown = Shutdown::new();
        shutdown.spawn("worker", async { panic!("on purpose") });
        assert!(!succeeded(shutdown.wait(SHORT).await));
    }

    #[tokio::test]
    async fn a_brief_task_may_end_or_panic_without_ending_anything_else() {
        let shutdown = Shutdown::new();
        shutdown.spawn_brief("delivery", async {});
        shutdown.spawn_brief("delivery", async { panic!("on purpose") });
        assert!(shutdown.sleep(Duration::from_millis(30)).await);
        assert!(!shutdown.stopping());
        shutdown.begin();
        assert!(succeeded(shutdown.wait(SHORT).await));
    }

    #[tokio::test]
    async fn a_task_that_does_not_stop_is_left_behind_at_the_deadline() {
        let shutdown = Shutdown::new();
        shutdown.spawn("stuck", std::future::pending());
        shutdown.begin();
        assert!(!succeeded(shutdown.wait(SHORT).await));
        assert!(!shutdown.sleep(Duration::from_secs(60)).await);
    }
}
