//! RabbitMQ before and beside the measured system.

use std::time::{Duration, Instant};

use anyhow::ensure;
use futures_util::stream::{FuturesUnordered, StreamExt};
use lapin::options::{
    BasicPublishOptions, ConfirmSelectOptions, QueueDeclareOptions, QueueDeleteOptions, QueuePurgeOptions,
};
use lapin::types::{AMQPValue, FieldTable};
use lapin::{BasicProperties, Channel, Confirmation, Connection, ConnectionProperties};

/// The queue that facts wait in; see `messaging`'s topology.
const FACTS_WAIT_IN: &str = "curfew.notification";
/// As large as a fact is.
const BODY: [u8; 600] = [b'x'; 600];
/// Publishes that wait for their confirmation at once, as the relay's batches do.
const OUTSTANDING: usize = 500;

async fn channel(url: &str) -> anyhow::Result<(Connection, Channel)> {
    let connection = Connection::connect(url, ConnectionProperties::default()).await?;
    let channel = connection.create_channel().await?;
    Ok((connection, channel))
}

/// Empties the queue of what systems before this one left, whose database is gone.
pub async fn forget_old_facts(url: &str) -> anyhow::Result<()> {
    let (connection, channel) = channel(url).await?;
    // Where there is no such queue yet, the broker closes the channel: nothing to forget.
    let _ = channel.queue_purge(FACTS_WAIT_IN.into(), QueuePurgeOptions::default()).await;
    connection.close(200, "done".into()).await?;
    Ok(())
}

/// Persistent messages to a quorum queue of its own that the broker confirmed, a second.
pub async fn confirmed_publishes_per_second(url: &str, time: Duration) -> anyhow::Result<f64> {
    let (connection, channel) = channel(url).await?;
    let name = format!("curfew.bench.{}", std::process::id());
    let mut arguments = FieldTable::default();
    arguments.insert("x-queue-type".into(), AMQPValue::LongString("quorum".into()));
    let durable = QueueDeclareOptions { durable: true, ..QueueDeclareOptions::default() };
    channel.queue_declare(name.as_str().into(), durable, arguments).await?;
    channel.confirm_select(ConfirmSelectOptions::default()).await?;
    let (began, mut confirmed) = (Instant::now(), 0_usize);
    let mut waiting = FuturesUnordered::new();
    while began.elapsed() < time {
        while waiting.len() < OUTSTANDING {
            let properties = BasicProperties::default().with_delivery_mode(2);
            let options = BasicPublishOptions::default();
            waiting.push(channel.basic_publish("".into(), name.as_str().into(), options, &BODY, properties).await?);
        }
        if let Some(answer) = waiting.next().await {
            ensure!(matches!(answer?, Confirmation::Ack(None)), "the broker did not keep a message");
            confirmed += 1;
        }
    }
    let rate = crate::figures::number(confirmed) / began.elapsed().as_secs_f64();
    while let Some(answer) = waiting.next().await {
        answer?;
    }
    channel.queue_delete(name.as_str().into(), QueueDeleteOptions::default()).await?;
    connection.close(200, "done".into()).await?;
    Ok(rate)
}
