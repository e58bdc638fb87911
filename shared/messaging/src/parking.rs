//! What the broker put aside: messages that it handed out again and again, since whoever took them went away each time
//! without a word. They are kept where an operator sees them, beside those that a subscriber parked itself.

use futures_util::StreamExt;
use lapin::message::Delivery;
use lapin::options::{BasicAckOptions, BasicConsumeOptions, BasicQosOptions};
use lapin::types::{AMQPValue, FieldTable};
use store::Db;
use tokio_util::sync::CancellationToken;

use crate::broker::{Broker, within};

const WHY: &str = "it was handed out too often: whoever took it never came back";

/// Takes what the broker put aside into the database until told to stop.
pub async fn run_parking(broker: Broker, db: Db, stop: CancellationToken) {
    let parked = broker.names().parked();
    broker
        .keep_running("parking", &stop, |channel| {
            let (db, stop, parked) = (db.clone(), stop.clone(), parked.as_str());
            async move {
                within(channel.basic_qos(1, BasicQosOptions::default())).await?;
                let options = BasicConsumeOptions::default();
                let mut aside =
                    within(channel.basic_consume(parked.into(), "".into(), options, FieldTable::default())).await?;
                loop {
                    let next = tokio::select! { next = aside.next() => next, () = stop.cancelled() => None };
                    let Some(delivery) = next.transpose()? else { return Ok(()) };
                    let queue = came_from(&delivery).unwrap_or_else(|| parked.to_owned());
                    store::parked::park(&db, &queue, &delivery.data, WHY).await?;
                    tracing::error!(queue, why = WHY, "parked a message that the broker put aside");
                    within(channel.basic_ack(delivery.delivery_tag, BasicAckOptions::default())).await?;
                }
            }
        })
        .await;
}

/// The queue in which it was before.
fn came_from(delivery: &Delivery) -> Option<String> {
    match delivery.properties.headers().as_ref()?.inner().get("x-first-death-queue")? {
        AMQPValue::LongString(queue) => Some(queue.to_string()),
        _ => None,
    }
}
