//! Facts as they pass, for whoever shows them live. What passes unheard is not told later: a listener that was away
//! hears that there is a gap, and looks for itself.

use domain::fact::Occurred;
use futures_util::StreamExt;
use lapin::options::{BasicConsumeOptions, QueueDeclareOptions};
use lapin::types::FieldTable;
use tokio_util::sync::CancellationToken;

use crate::broker::{Broker, within};
use crate::topology;

/// What is heard.
#[derive(Debug, Clone)]
pub enum Passing {
    /// A fact, by its versioned name.
    Fact(String, Box<Occurred>),
    /// The connection is new: facts may have passed before.
    Gap,
}

/// Tells `hear` each fact as it passes until told to stop. The queue is this process's own and goes with it.
pub async fn run_tap<H, R>(broker: Broker, stop: CancellationToken, hear: H)
where
    H: Fn(Passing) -> R,
    R: Future<Output = ()>,
{
    let names = broker.names();
    broker
        .keep_running("tap", &stop, |channel| {
            let (hear, stop) = (&hear, stop.clone());
            async move {
                let own = QueueDeclareOptions { exclusive: true, auto_delete: true, ..QueueDeclareOptions::default() };
                let queue = within(channel.queue_declare("".into(), own, FieldTable::default())).await?;
                within(topology::bind(&channel, names, queue.name().as_str(), "#")).await?;
                let passing = BasicConsumeOptions { no_ack: true, exclusive: true, ..BasicConsumeOptions::default() };
                let tag = "".into();
                let mut passing =
                    within(channel.basic_consume(queue.name().clone(), tag, passing, FieldTable::default())).await?;
                hear(Passing::Gap).await;
                loop {
                    tokio::select! {
                        next = passing.next() => match next {
                            Some(Ok(delivery)) => {
                                // What cannot be read is parked by those who must hear each fact.
                                if let Ok(occurred) = serde_json::from_slice::<Occurred>(&delivery.data) {
                                    let name = delivery.routing_key.to_string();
                                    hear(Passing::Fact(name, Box::new(occurred))).await;
                                }
                            }
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
