//! From the outbox to the broker. A row is forgotten only once the broker confirmed that it keeps the fact.

use std::time::Duration;

use futures_util::future::join_all;
use jiff::SignedDuration;
use lapin::options::{BasicPublishOptions, ConfirmSelectOptions};
use lapin::types::{AMQPValue, FieldTable};
use lapin::{BasicProperties, Channel, Confirmation};
use store::Db;
use store::outbox::{self, Outgoing};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::broker::{Broker, BrokerError, within};

/// How many facts leave in one go.
const BATCH: i64 = 500;
/// Longer than publishing and confirming a batch may take.
const LEASE: SignedDuration = SignedDuration::from_secs(30);
/// How often the outbox is looked at without being rung for: what another process left behind.
const SCAN: Duration = Duration::from_millis(500);

/// Publishes what stands in the outbox until told to stop.
pub async fn run_relay(broker: Broker, db: Db, stop: CancellationToken) {
    let exchange = broker.names().facts();
    broker
        .keep_running("relay", &stop, |channel| {
            let (db, stop, exchange) = (db.clone(), stop.clone(), exchange.as_str());
            async move {
                within(channel.confirm_select(ConfirmSelectOptions::default())).await?;
                while !stop.is_cancelled() {
                    // With nothing to publish, nobody else would notice.
                    if !channel.status().connected() {
                        return Err(BrokerError::Gone);
                    }
                    if publish_batch(&channel, exchange, &db).await? == 0 {
                        tokio::select! {
                            () = db.outbox_filled().notified() => {}
                            () = tokio::time::sleep(SCAN) => {}
                            () = stop.cancelled() => {}
                        }
                    }
                }
                // What the last commits left, before the process ends.
                while publish_batch(&channel, exchange, &db).await? > 0 {}
                Ok(())
            }
        })
        .await;
}

async fn publish_batch(channel: &Channel, exchange: &str, db: &Db) -> Result<usize, BrokerError> {
    let mut rows = outbox::claim(db, BATCH, LEASE).await?;
    rows.sort_by_key(|row| row.id);
    let outcomes = join_all(rows.iter().map(|row| publish(channel, exchange, row))).await;
    let (mut kept, mut refused, mut first_error) = (Vec::new(), Vec::new(), None);
    for (row, outcome) in rows.iter().zip(outcomes) {
        match outcome {
            Ok(()) => kept.push(row.id),
            Err(error) => {
                refused.push(row.id);
                first_error.get_or_insert(error);
            }
        }
    }
    forget(db, &kept).await?;
    match first_error {
        None => Ok(kept.len()),
        Some(error) => {
            outbox::give_back(db, &refused).await?;
            Err(error)
        }
    }
}

async fn forget(db: &Db, kept: &[Uuid]) -> Result<(), BrokerError> {
    if kept.is_empty() {
        return Ok(());
    }
    Ok(outbox::published(db, kept).await?)
}

async fn publish(channel: &Channel, exchange: &str, row: &Outgoing) -> Result<(), BrokerError> {
    let body = row.body.to_string();
    let mut headers = FieldTable::default();
    if let Some(trace) = &row.trace_parent {
        headers.insert("traceparent".into(), AMQPValue::LongString(trace.as_str().into()));
    }
    send(channel, exchange, &row.name, body.as_bytes(), row.id, headers).await
}

/// Hands a message that was parked to the queue that it was in, as new.
///
/// # Errors
/// When the broker is away or did not take it: it stays parked then.
pub async fn republish(broker: &Broker, queue: &str, body: &[u8], id: Uuid) -> Result<(), BrokerError> {
    let channel = broker.channel().await?;
    within(channel.confirm_select(ConfirmSelectOptions::default())).await?;
    // The exchange without a name leads to the queue of the key.
    send(&channel, "", queue, body, id, FieldTable::default()).await
}

async fn send(
    channel: &Channel,
    exchange: &str,
    key: &str,
    body: &[u8],
    id: Uuid,
    headers: FieldTable,
) -> Result<(), BrokerError> {
    let properties = BasicProperties::default()
        .with_delivery_mode(2)
        .with_content_type("application/json".into())
        .with_message_id(id.to_string().into())
        .with_headers(headers);
    let options = BasicPublishOptions { mandatory: true, ..BasicPublishOptions::default() };
    let sent = channel.basic_publish(exchange.into(), key.into(), options, body, properties);
    let confirmed = within(async { sent.await?.await }).await?;
    match confirmed {
        Confirmation::Ack(None) => Ok(()),
        // Returned as unroutable, or refused: the queues are not what they should be.
        Confirmation::Ack(Some(_)) | Confirmation::Nack(_) | Confirmation::NotRequested => {
            Err(BrokerError::NotTaken(key.to_owned()))
        }
    }
}
