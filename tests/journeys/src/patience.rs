//! Waiting for what must come, and watching that something does not.

use std::time::{Duration, Instant};

/// How long anything may take that is usually there at once, on a machine that has other work too.
pub const PATIENCE: Duration = Duration::from_secs(45);
const PAUSE: Duration = Duration::from_millis(50);

/// Looks again and again until there is something.
///
/// # Panics
/// When nothing comes within [`PATIENCE`].
pub async fn eventually<T>(what: &str, look: impl AsyncFnMut() -> Option<T>) -> T {
    within(PATIENCE, what, look).await
}

/// The same with a patience of its own.
///
/// # Panics
/// When nothing comes within it.
pub async fn within<T>(patience: Duration, what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let until = Instant::now() + patience;
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(Instant::now() < until, "not within {} s: {what}", patience.as_secs());
        tokio::time::sleep(PAUSE).await;
    }
}

/// Watches for a while.
///
/// # Panics
/// When it happens.
pub async fn never_within(span: Duration, what: &str, mut happens: impl AsyncFnMut() -> bool) {
    let until = Instant::now() + span;
    while Instant::now() < until {
        assert!(!happens().await, "it happened: {what}");
        tokio::time::sleep(PAUSE).await;
    }
}
