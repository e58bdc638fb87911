//! What exists in the broker. Declared by whoever connects; declaring it again changes nothing.

use lapin::options::{ExchangeDeclareOptions, QueueBindOptions, QueueDeclareOptions};
use lapin::types::{AMQPValue, FieldTable};
use lapin::{Channel, ExchangeKind};

/// The notification service, which hears every fact.
pub const NOTIFICATION: &str = "notification";

/// The names in the broker, all behind one prefix, so that several installations can share a virtual host.
#[derive(Debug, Clone)]
pub struct Names {
    prefix: String,
}

impl Names {
    /// With this prefix.
    #[must_use]
    pub fn new(prefix: &str) -> Self {
        Self { prefix: prefix.to_owned() }
    }

    /// The exchange where facts are published, by their versioned names.
    #[must_use]
    pub fn facts(&self) -> String {
        self.of("facts")
    }

    /// The queue where the broker puts what a subscriber refused too often.
    #[must_use]
    pub fn parked(&self) -> String {
        self.of("parked")
    }

    /// A subscriber's lasting queue.
    #[must_use]
    pub fn queue(&self, subscriber: &str) -> String {
        self.of(subscriber)
    }

    fn of(&self, what: &str) -> String {
        format!("{}.{what}", self.prefix)
    }
}

/// How often the broker hands out a message again before it parks it.
const DELIVERY_LIMIT: i64 = 50;

/// Declares the exchange and the lasting queues.
pub(crate) async fn declare(channel: &Channel, names: &Names) -> lapin::Result<()> {
    let durable = ExchangeDeclareOptions { durable: true, ..ExchangeDeclareOptions::default() };
    channel.exchange_declare(names.facts().into(), ExchangeKind::Topic, durable, FieldTable::default()).await?;
    quorum(channel, &names.parked(), FieldTable::default()).await?;
    let mut limits = FieldTable::default();
    limits.insert("x-delivery-limit".into(), AMQPValue::LongLongInt(DELIVERY_LIMIT));
    limits.insert("x-dead-letter-exchange".into(), AMQPValue::LongString("".into()));
    limits.insert("x-dead-letter-routing-key".into(), AMQPValue::LongString(names.parked().into()));
    let notification = names.queue(NOTIFICATION);
    quorum(channel, &notification, limits).await?;
    bind(channel, names, &notification, "#").await
}

async fn quorum(channel: &Channel, name: &str, mut arguments: FieldTable) -> lapin::Result<()> {
    arguments.insert("x-queue-type".into(), AMQPValue::LongString("quorum".into()));
    let durable = QueueDeclareOptions { durable: true, ..QueueDeclareOptions::default() };
    channel.queue_declare(name.into(), durable, arguments).await?;
    Ok(())
}

pub(crate) async fn bind(channel: &Channel, names: &Names, queue: &str, key: &str) -> lapin::Result<()> {
    channel
        .queue_bind(queue.into(), names.facts().into(), key.into(), QueueBindOptions::default(), FieldTable::default())
        .await
}
