//! Hearing every fact at least once. A handler is given batches, since one transaction for many facts is
//! what keeps up with a busy day; what it cannot take is parked where an operator sees it, and holds nothing up.

use std::collections::VecDeque;
use std::time::Duration;

use domain::fact::Occurred;
use futures_util::StreamExt;
use lapin::Consumer;
use lapin::message::Delivery;
use lapin::options::{BasicAckOptions, BasicConsumeOptions, BasicQosOptions};
use lapin::types::{AMQPValue, FieldTable};
use store::{Db, StoreError};
use tokio_util::sync::CancellationToken;

use crate::broker::{Broker, BrokerError, within};

/// A fact as it arrived.
#[derive(Debug, Clone)]
pub struct Received {
    /// What happened.
    pub occurred: Occurred,
    /// The trace that it belongs to.
    pub trace_parent: Option<String>,
    /// The message as it came, for an operator.
    pub body: Vec<u8>,
}

/// Why a handler did not take a batch.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// What it needs is away: all of it is tried again.
    #[error("{0}")]
    NotNow(String),
    /// Something in it can never be taken.
    #[error("{0}")]
    Unfit(String),
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        let said = error.to_string();
        if error.is_away() || error.is_retriable() { Self::NotNow(said) } else { Self::Unfit(said) }
    }
}

/// How many facts a handler is given at once at most.
const BATCH: usize = 100;

/// How long a batch rests that cannot be taken now.
const REST: Duration = Duration::from_secs(1);

/// Hands every fact of this subscriber's queue to `handle` until told to stop. A batch that cannot be taken now is kept
/// and handed out again: giving it back to the broker would count as one of the tries after which that puts it aside.
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
                    let Some(last) = batch.last().map(|d| d.delivery_tag) else { continue };
                    if !take(&db, queue, batch, &stop, handle).await {
                        break;
                    }
                    within(channel.basic_ack(last, BasicAckOptions { multiple: true })).await?;
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

/// Tries until the batch is taken; false when it was told to stop before.
async fn take<H, R>(db: &Db, queue: &str, batch: Vec<Delivery>, stop: &CancellationToken, handle: &H) -> bool
where
    H: Fn(Vec<Received>) -> R,
    R: Future<Output = Result<(), Refusal>>,
{
    let (mut facts, mut noise) = (VecDeque::with_capacity(batch.len()), Vec::new());
    for delivery in batch {
        match serde_json::from_slice::<Occurred>(&delivery.data) {
            Ok(occurred) => {
                let trace_parent = trace_parent(&delivery);
                facts.push_back(Received { occurred, trace_parent, body: delivery.data });
            }
            Err(error) => noise.push((delivery.data, error.to_string())),
        }
    }
    let mut waits = false;
    loop {
        let tried = async {
            while let Some((body, why)) = noise.last() {
                park(db, queue, body, why).await?;
                noise.pop();
            }
            hand_over(db, queue, &mut facts, handle).await
        };
        let Err(error) = tried.await else { return true };
        if !std::mem::replace(&mut waits, true) {
            tracing::warn!(queue, %error, facts = facts.len(), "facts cannot be taken now, they wait");
        }
        tokio::select! { () = tokio::time::sleep(REST) => {}, () = stop.cancelled() => return false }
    }
}

/// Hands facts to `handle`, all at once; where something in them cannot be taken one by one, and parks what it is.
/// What was taken or parked is not among `facts` any more.
///
/// # Errors
/// [`Refusal::NotNow`]: what is left has to be handed over again.
pub async fn hand_over<H, R>(db: &Db, queue: &str, facts: &mut VecDeque<Received>, handle: &H) -> Result<(), Refusal>
where
    H: Fn(Vec<Received>) -> R,
    R: Future<Output = Result<(), Refusal>>,
{
    if facts.is_empty() {
        return Ok(());
    }
    match handle(facts.iter().cloned().collect()).await {
        Ok(()) => {
            facts.clear();
            return Ok(());
        }
        Err(away @ Refusal::NotNow(_)) => return Err(away),
        Err(Refusal::Unfit(_)) => {}
    }
    while let Some(one) = facts.front() {
        match handle(vec![one.clone()]).await {
            Ok(()) => {}
            Err(away @ Refusal::NotNow(_)) => return Err(away),
            Err(Refusal::Unfit(why)) => park(db, queue, &one.body, &why).await?,
        }
        facts.pop_front();
    }
    Ok(())
}

async fn park(db: &Db, queue: &str, body: &[u8], why: &str) -> Result<(), Refusal> {
    store::parked::park(db, queue, body, why).await.map_err(|error| Refusal::NotNow(error.to_string()))?;
    tracing::error!(queue, why, "parked a message that cannot be taken");
    Ok(())
}

fn trace_parent(delivery: &Delivery) -> Option<String> {
    let headers = delivery.properties.headers().as_ref()?;
    match headers.inner().get("traceparent")? {
        AMQPValue::LongString(value) => Some(value.to_string()),
        _ => None,
    }
}
