//! The connection, rebuilt whenever it is gone.

use std::sync::Arc;
use std::time::Duration;

use lapin::{Channel, Connection, ConnectionProperties};
use tokio::sync::{Mutex, watch};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::topology::{self, Names};

/// How long any one exchange with the broker may take.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

/// Why the broker cannot be used now.
#[derive(Debug, thiserror::Error)]
pub enum BrokerError {
    /// It said no, or the connection broke.
    #[error("broker: {0}")]
    Lapin(#[from] lapin::Error),
    /// The connection ended while nothing was said.
    #[error("the connection to the broker ended")]
    Gone,
    /// It did not answer in time.
    #[error("the broker did not answer within {} seconds", PATIENCE.as_secs())]
    Silent,
    /// It could not route a fact, or refused to keep it.
    #[error("the broker did not take the fact {0}")]
    NotTaken(String),
    /// The store failed on the way.
    #[error(transparent)]
    Store(#[from] store::StoreError),
}

/// RabbitMQ, for one process. Cheap to clone.
#[derive(Clone)]
pub struct Broker(Arc<Inner>);

struct Inner {
    url: String,
    name: String,
    names: Names,
    connection: Mutex<Option<Connection>>,
    status: watch::Sender<Result<(), String>>,
}

impl std::fmt::Debug for Broker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Broker").field("name", &self.0.name).finish_non_exhaustive()
    }
}

impl Broker {
    /// A broker at an AMQP URL; nothing connects before it is used. `prefix` begins the names of what we have
    /// there, `name` is shown in RabbitMQ's own lists.
    #[must_use]
    pub fn new(url: &str, prefix: &str, name: &str) -> Self {
        let (status, _) = watch::channel(Err("not connected yet".to_owned()));
        Self(Arc::new(Inner {
            url: url.to_owned(),
            name: name.to_owned(),
            names: Names::new(prefix),
            connection: Mutex::new(None),
            status,
        }))
    }

    /// Whether the broker can be used, or why not; changes as it comes and goes.
    #[must_use]
    pub fn status(&self) -> watch::Receiver<Result<(), String>> {
        self.0.status.subscribe()
    }

    /// What things are called there.
    pub(crate) fn names(&self) -> &Names {
        &self.0.names
    }

    /// A fresh channel, on a connection that is made again if need be.
    pub(crate) async fn channel(&self) -> Result<Channel, BrokerError> {
        let made = self.try_channel().await;
        self.0.status.send_if_modified(|status| {
            let now = made.as_ref().map(|_| ()).map_err(ToString::to_string);
            let changed = *status != now;
            *status = now;
            changed
        });
        made
    }

    async fn try_channel(&self) -> Result<Channel, BrokerError> {
        let mut slot = self.0.connection.lock().await;
        if let Some(connection) = slot.as_ref().filter(|c| c.status().connected()) {
            match within(connection.create_channel()).await {
                Ok(channel) => return Ok(channel),
                Err(error) => tracing::debug!(%error, "the connection is of no use any more"),
            }
        }
        *slot = None;
        let properties = ConnectionProperties::default().with_connection_name(self.0.name.as_str().into());
        let connection = within(Connection::connect(&self.0.url, properties)).await?;
        let channel = within(connection.create_channel()).await?;
        within(topology::declare(&channel, self.names())).await?;
        *slot = Some(connection);
        Ok(channel)
    }

    /// Closes the connection, so that the broker need not wait for a time-out.
    pub async fn close(&self) {
        if let Some(connection) = self.0.connection.lock().await.take() {
            let _ = within(connection.close(200, "bye".into())).await;
        }
    }

    /// Runs `once` for ever, with a fresh channel each time, resting a little longer after each failure.
    pub(crate) async fn keep_running<F, R>(&self, what: &'static str, stop: &CancellationToken, mut once: F)
    where
        F: FnMut(Channel) -> R,
        R: Future<Output = Result<(), BrokerError>>,
    {
        let mut failures = 0_u32;
        while !stop.is_cancelled() {
            let began = tokio::time::Instant::now();
            let ended = async { once(self.channel().await?).await };
            match ended.await {
                Ok(()) => failures = 0,
                Err(error) => {
                    if began.elapsed() > Duration::from_secs(30) {
                        failures = 0;
                    }
                    failures = failures.saturating_add(1);
                    if !stop.is_cancelled() {
                        tracing::warn!(what, %error, failures, "lost the broker, trying again");
                        let _ = self.0.status.send_replace(Err(error.to_string()));
                    }
                }
            }
            if failures > 0 {
                let rest = Duration::from_millis(100 * (1 << failures.min(5)) + rand::random_range(0..100));
                tokio::select! { () = tokio::time::sleep(rest) => {}, () = stop.cancelled() => {} }
            }
        }
    }
}

/// Bounds one exchange with the broker.
pub(crate) async fn within<T>(exchange: impl Future<Output = lapin::Result<T>>) -> Result<T, BrokerError> {
    match timeout(PATIENCE, exchange).await {
        Ok(answer) => Ok(answer?),
        Err(_) => Err(BrokerError::Silent),
    }
}
