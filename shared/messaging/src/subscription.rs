//! Hearing every fact at least once. A handler is given batches, since one transaction for many facts is
//! what keeps up with a busy day; what it cannot read is parked where an operator sees it.

use std::time::Duration;

use domain::fact::Occurred;
use futures_util::StreamExt;
use lapin::message::Delivery;
use lapin::options::{BasicAckOptions, BasicConsumeOptions, BasicNackOptions, BasicQosOptions};
use lapin::types::{AMQPValue, FieldTable};
use lapin::{Channel, Consumer};
use store::Db;
use tokio_util::sync::CancellationToken;

use crate::broker::{Broker, BrokerError, within};

/// A fact as it arrived.
#[derive(Debug, Clone)]
pub struct Received {
    /// What happened.
    pub occurred: Occurred,
    /// The trace that it belongs to.
    pub trace_parent: Option<String>,
}

/// Why a handler did not take a batch.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Refusal(pub String);

/// How many facts a handler is given at once at most.
const BATCH: usize = 100;

/// Hands every fact of this subscriber's queue to `handle` until told to stop. A refused batch is handed out again after a
/// while; the broker parks what was refused too often.
pub async fn run_subscription<H, R>(
    broker: Broker,
    db: Db,
    subscriber: &'static str,
    stop: CancellationToken,
    handle: H,
) where
    H: Fn(Vec<Received>) -> R,
    R: Future<Output = Result<(), Refusal>>,
{
    let queue = broker.names().queue(subscriber);
    broker
        .keep_running("subscription", &stop, |channel| {
            let (handle, db, stop, queue) = (&handle, db.clone(), stop.clone(), queue.as_str());
            async move {
                let prefetch = u16::try_from(BATCH * 2).unwrap_or(u16::MAX);
                within(channel.basic_qos(prefetch, BasicQosOptions::default())).await?;
                let tag = "".into();
                let options = BasicConsumeOptions::default();
                let mut consumer =
                    within(channel.basic_consume(queue.into(), tag, options, FieldTable::default())).await?;
                while let Some(batch) = next_batch(&mut consumer, &stop).await? {
                    take(&channel, &db, queue, batch, handle).await?;
                }
                Ok(())
            }
        })
        .await;
}

/// Waits for one fact and takes those that have arrived with it.
async fn next_batch(consumer: &mut Consumer, stop: &CancellationToken) -> Result<Option<Vec<Delivery>>, BrokerError> {
    let first = tokio::select! {
        next = consumer.next() => next,
        () = stop.cancelled() => None,
    };
    let Some(first) = first else { return Ok(None) };
    let mut batch = vec![first?];
    while batch.len() < BATCH {
        match futures_util::FutureExt::now_or_never(consumer.next()) {
            Some(Some(next)) => batch.push(next?),
            Some(None) | None => break,
        }
    }
    Ok(Some(batch))
}

async fn take<H, R>(
    channel: &Channel,
    db: &Db,
    queue: &str,
    batch: Vec<Delivery>,
    handle: &H,
) -> Result<(), BrokerError>
where
    H: Fn(Vec<Received>) -> R,
    R: Future<Output = Result<(), Refusal>>,
{
    let Some(last) = batch.last().map(|d| d.delivery_tag) else { return Ok(()) };
    let mut readable = Vec::with_capacity(batch.len());
    for delivery in &batch {
        match serde_json::from_slice::<Occurred>(&delivery.data) {
            Ok(occurred) => readable.push(Received { occurred, trace_parent: trace_parent(delivery) }),
            Err(error) => {
                tracing::error!(queue, %error, "parked a message that does not parse");
                store::parked::park(db, queue, &delivery.data, &error.to_string()).await?;
            }
        }
    }
    let whole = BasicAckOptions { multiple: true };
    match handle(readable).await {
        Ok(()) => within(channel.basic_ack(last, whole)).await,
        Err(refusal) => {
            tracing::warn!(queue, %refusal, "a batch of facts was refused, it comes again");
            tokio::time::sleep(Duration::from_secs(1)).await;
            within(channel.basic_nack(last, BasicNackOptions { multiple: true, requeue: true })).await
        }
    }
}

fn trace_parent(delivery: &Delivery) -> Option<String> {
    let headers = delivery.properties.headers().as_ref()?;
    match headers.inner().get("traceparent")? {
        AMQPValue::LongString(value) => Some(value.to_string()),
        _ => None,
    }
}
