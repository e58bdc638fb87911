//! A clock that a test turns by hand, and those who wait for it.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::Notify;

#[derive(Debug)]
pub(super) struct Manual {
    us: AtomicI64,
    turned: Notify,
}

impl Manual {
    pub(super) fn at(start: Timestamp) -> Self {
        Self { us: AtomicI64::new(start.as_microsecond()), turned: Notify::new() }
    }

    pub(super) fn now(&self) -> Timestamp {
        Timestamp::from_microsecond(self.us.load(Ordering::SeqCst)).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    pub(super) fn advance(&self, by: SignedDuration) {
        self.us.fetch_add(i64::try_from(by.as_micros()).unwrap_or(0), Ordering::SeqCst);
        self.turned.notify_waiters();
    }

    /// Until it was turned that far, or that much time is truly over: AWS's stand-in goes by the host's time.
    pub(super) async fn sleep(&self, time: Duration) {
        let until = self.us.load(Ordering::SeqCst).saturating_add(i64::try_from(time.as_micros()).unwrap_or(i64::MAX));
        let turned_far_enough = async {
            loop {
                // Listens before it looks, so that no turn falls between.
                let turned = self.turned.notified();
                if self.us.load(Ordering::SeqCst) >= until {
                    return;
                }
                turned.await;
            }
        };
        tokio::select! {
            () = turned_far_enough => {}
            () = tokio::time::sleep(time) => {}
        }
    }
}
