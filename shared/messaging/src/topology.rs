//! What exists in the broker. Declared by whoever connects; declaring it again changes nothing.

use lapin::options::{ExchangeDeclareOptions, QueueBindOptions, QueueDeclareOptions};
use lapin::types::{AMQPValue, FieldTable};
use lapin::{Channel, ExchangeKind};

/// Where facts are published, by their versioned names.
pub const FACTS: &str = "curfew.facts";
/// Where the broker puts what a subscriber refused too often.
pub const PARKED: &str = "curfew.parked";
/// The notification service's queue: every fact.
pub const NOTIFICATION: &str = "curfew.notification";

/// How often the broker hands out a message again before it parks it.
const DELIVERY_LIMIT: i64 = 50;

/// Declares the exchange and the lasting queues.
pub(crate) async fn declare(channel: &Channel) -> lapin::Result<()> {
    let durable = ExchangeDeclareOptions { durable: true, ..ExchangeDeclareOptions::default() };
    channel.exchange_declare(FACTS.into(), ExchangeKind::Topic, durable, FieldTable::default()).await?;
    quorum(channel, PARKED, FieldTable::default()).await?;
    let mut limits = FieldTable::default();
    limits.insert("x-delivery-limit".into(), AMQPValue::LongLongInt(DELIVERY_LIMIT));
    limits.insert("x-dead-letter-exchange".into(), AMQPValue::LongString("".into()));
    limits.insert("x-dead-letter-routing-key".into(), AMQPValue::LongString(PARKED.into()));
    quorum(channel, NOTIFICATION, limits).await?;
    bind(channel, NOTIFICATION, "#").await
}

async fn quorum(channel: &Channel, name: &str, mut arguments: FieldTable) -> lapin::Result<()> {
    arguments.insert("x-queue-type".into(), AMQPValue::LongString("quorum".into()));
    let durable = QueueDeclareOptions { durable: true, ..QueueDeclareOptions::default() };
    channel.queue_declare(name.into(), durable, arguments).await?;
    Ok(())
}

pub(crate) async fn bind(channel: &Channel, queue: &str, key: &str) -> lapin::Result<()> {
    channel.queue_bind(queue.into(), FACTS.into(), key.into(), QueueBindOptions::default(), FieldTable::default()).await
}
