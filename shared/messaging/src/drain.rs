//! What the broker parked, since a subscriber refused it too often, is taken out of its queue into the table where an
//! operator sees it. Whoever asks for it again puts it back.

use futures_util::StreamExt;
use lapin::message::Delivery;
use lapin::options::{BasicAckOptions, BasicConsumeOptions};
use lapin::types::{AMQPValue, FieldTable};
use store::Db;
use tokio_util::sync::CancellationToken;

use crate::broker::{Broker, within};

/// Empties the broker's parking queue until told to stop. A message is acknowledged once its row is committed.
pub async fn run_drain(broker: Broker, db: Db, stop: CancellationToken) {
    let parking = broker.names().parked();
    broker
        .keep_running("drain", &stop, |channel| {
            let (db, stop, parking) = (db.clone(), stop.clone(), parking.as_str());
            async move {
                let options = BasicConsumeOptions::default();
                let mut consumer =
                    within(channel.basic_consume(parking.into(), "".into(), options, FieldTable::default())).await?;
                loop {
                    let next = tokio::select! { next = consumer.next() => next, () = stop.cancelled() => None };
                    let Some(delivery) = next else { return Ok(()) };
                    let delivery = delivery?;
                    let queue = came_from(&delivery).unwrap_or_else(|| parking.to_owned());
                    let why = "its subscriber refused it too often";
                    tracing::error!(queue, "parked a message that was refused too often");
                    store::parked::park(&db, &queue, &delivery.data, why).await?;
                    within(channel.basic_ack(delivery.delivery_tag, BasicAckOptions::default())).await?;
                }
            }
        })
        .await;
}

/// The queue that it was in, as the broker notes it.
fn came_from(delivery: &Delivery) -> Option<String> {
    let headers = delivery.properties.headers().as_ref()?;
    match headers.inner().get("x-first-death-queue")? {
        AMQPValue::LongString(queue) => Some(queue.to_string()),
        _ => None,
    }
}
