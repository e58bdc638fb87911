//! Being woken by facts. What is missed here is found by the worker's own scan.

use std::sync::Arc;

use futures_util::StreamExt;
use lapin::options::{BasicConsumeOptions, QueueDeclareOptions};
use lapin::types::FieldTable;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::broker::{Broker, within};
use crate::topology;

/// Rings each of `bells` whenever a fact of one of these names passes, and whenever the connection is new, until told
/// to stop. The queue is this process's own and goes with it.
pub async fn run_wake(
    broker: Broker,
    facts: &'static [&'static str],
    bells: Vec<Arc<Notify>>,
    stop: CancellationToken,
) {
    let names = broker.names();
    broker
        .keep_running("wake", &stop, |channel| {
            let (bells, stop) = (bells.clone(), stop.clone());
            async move {
                let own = QueueDeclareOptions { exclusive: true, auto_delete: true, ..QueueDeclareOptions::default() };
                let queue = within(channel.queue_declare("".into(), own, FieldTable::default())).await?;
                for fact in facts {
                    within(topology::bind(&channel, names, queue.name().as_str(), fact)).await?;
                }
                let unacknowledged =
                    BasicConsumeOptions { no_ack: true, exclusive: true, ..BasicConsumeOptions::default() };
                let tag = "".into();
                let mut passing =
                    within(channel.basic_consume(queue.name().clone(), tag, unacknowledged, FieldTable::default()))
                        .await?;
                ring(&bells);
                loop {
                    tokio::select! {
                        next = passing.next() => match next {
                            Some(Ok(_)) => ring(&bells),
                            Some(Err(error)) => return Err(error.into()),
                            None => return Ok(()),
                        },
                        () = stop.cancelled() => return Ok(()),
                    }
                }
            }
        })
        .await;
}

fn ring(bells: &[Arc<Notify>]) {
    for bell in bells {
        bell.notify_one();
    }
}
