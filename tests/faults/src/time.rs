//! The one clock of a play, as Postgres', the host's and AWS's.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use jiff::Timestamp;

use crate::stage::Stage;

impl store::clock::Time for Stage {
    fn now(&self) -> Timestamp {
        self.state().now
    }

    fn sleep(&self, time: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(self.rest("rest", time))
    }

    fn chance(&self) -> f64 {
        self.state().chance()
    }
}

impl cloud::Time for Stage {
    fn now(&self) -> Timestamp {
        self.state().now
    }

    fn monotonic(&self) -> Duration {
        Duration::try_from(self.state().now.duration_since(Timestamp::UNIX_EPOCH)).unwrap_or_default()
    }

    fn sleep(&self, time: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + Sync>> {
        Box::pin(self.rest("rest", time))
    }

    fn chance(&self) -> f64 {
        self.state().chance()
    }
}
