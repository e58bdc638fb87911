//! What a connection takes from outside: the time and the wire. A process has the host's; a simulation makes its own, so
//! that whole lives can be played in a moment, with AWS in the same process and everything between kept real: the wire
//! format, signatures, time-outs, and how errors are read.

mod sdk;

use std::fmt::Debug;
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use jiff::Timestamp;

pub(crate) use sdk::{ByTime, ByWire};

/// A future that owns what it needs.
pub type Later<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// The time that calls are bounded and signed by.
pub trait Time: Debug + Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;
    /// Time that only ever grows, since some moment.
    fn monotonic(&self) -> Duration;
    /// Waits until that much time is over.
    fn sleep(&self, time: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + Sync>>;
    /// A number from 0 to 1, never 1, by chance.
    fn chance(&self) -> f64;
}

/// A request as it goes over the wire, signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WireRequest {
    /// `POST`, mostly.
    pub method: String,
    /// Scheme, host, path and query.
    pub uri: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// Whole.
    pub body: Vec<u8>,
}

/// An answer as it comes over the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WireAnswer {
    /// HTTP's.
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// Whole.
    pub body: Vec<u8>,
}

/// Carries requests instead of the network. `None` is a connection that was closed without an answer.
pub trait Wire: Debug + Send + Sync {
    /// One request and its answer.
    fn carry(&self, request: WireRequest) -> Later<Option<WireAnswer>>;
}

/// Where a connection lives.
#[derive(Debug, Clone)]
pub struct Surroundings {
    /// The time; the host's where nothing else is said.
    pub time: Arc<dyn Time>,
    /// What carries requests; none is the network.
    pub wire: Option<Arc<dyn Wire>>,
}

impl Default for Surroundings {
    fn default() -> Self {
        Self { time: Arc::new(Host), wire: None }
    }
}

/// The host's time.
#[derive(Debug)]
struct Host;

impl Time for Host {
    fn now(&self) -> Timestamp {
        crate::deadline::host_now()
    }

    fn monotonic(&self) -> Duration {
        static START: LazyLock<Instant> = LazyLock::new(Instant::now);
        START.elapsed()
    }

    fn sleep(&self, time: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + Sync>> {
        Box::pin(tokio::time::sleep(time))
    }

    fn chance(&self) -> f64 {
        rand::random()
    }
}

/// What the future comes to within that time, or nothing.
pub(crate) async fn within<T>(time: &dyn Time, most: Duration, future: impl Future<Output = T>) -> Option<T> {
    let (future, over) = (pin!(future), time.sleep(most));
    tokio::select! {
        biased;
        done = future => Some(done),
        () = over => None,
    }
}
