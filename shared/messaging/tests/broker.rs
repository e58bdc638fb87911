//! With a real broker: what becomes of facts that are taken, that cannot be taken yet, and that never can.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot be set up fails at once")]

use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use domain::fact::Occurred;
use domain::{Actor, EndpointId, Fact};
use lapin::options::{BasicPublishOptions, ExchangeDeleteOptions, QueueDeclareOptions, QueueDeleteOptions};
use lapin::types::FieldTable;
use lapin::{BasicProperties, Connection, ConnectionProperties};
use messaging::topology::{NOTIFICATION, Names};
use messaging::{Broker, Received, Refusal, run_parking, run_relay, run_subscription};
use store::new_id;
use testkit::TestDb;
use tokio_util::sync::CancellationToken;

/// A database, and a corner of the broker of this test's own.
struct Post {
    db: TestDb,
    broker: Broker,
    connection: Connection,
    names: Names,
    stop: CancellationToken,
}

impl Post {
    async fn open() -> Self {
        let url = std::env::var("CURFEW_TEST_AMQP_URL").expect("CURFEW_TEST_AMQP_URL names a RabbitMQ");
        let prefix = format!("curfew-messaging-{}", new_id().simple());
        Self {
            db: testkit::database().await,
            broker: Broker::new(&url, &prefix, "test"),
            connection: Connection::connect(&url, ConnectionProperties::default()).await.unwrap(),
            names: Names::new(&prefix),
            stop: CancellationToken::new(),
        }
    }

    /// Waits until so many messages are parked; each with its queue, its body and why.
    async fn parked(&self, count: usize) -> Vec<(String, Vec<u8>, String)> {
        for _ in 0..600 {
            let found: Vec<(String, Vec<u8>, String)> =
                sqlx::query_as("SELECT queue, body, reason FROM parked").fetch_all(self.db.pool()).await.unwrap();
            if found.len() >= count {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Vec::new()
    }

    /// Leaves nothing behind.
    async fn close(self) {
        self.stop.cancel();
        self.broker.close().await;
        let channel = self.connection.create_channel().await.unwrap();
        for queue in [self.names.queue(NOTIFICATION), self.names.parked()] {
            channel.queue_delete(queue.into(), QueueDeleteOptions::default()).await.unwrap();
        }
        channel.exchange_delete(self.names.facts().into(), ExchangeDeleteOptions::default()).await.unwrap();
    }
}

fn endpoint(received: &Received) -> EndpointId {
    match received.occurred.fact {
        Fact::WebhookDeleted { endpoint } => endpoint,
        _ => EndpointId(uuid::Uuid::nil()),
    }
}

#[tokio::test]
async fn a_fact_that_cannot_be_taken_is_parked_and_what_cannot_be_taken_yet_waits() {
    let post = Post::open().await;
    let endpoints: Vec<EndpointId> = (0..3).map(|_| EndpointId(new_id())).collect();
    for endpoint in &endpoints {
        let mut tx = post.db.begin(Actor::service("test")).await.unwrap();
        tx.record(Fact::WebhookDeleted { endpoint: *endpoint });
        tx.commit().await.unwrap();
    }
    let (never, tries, taken) = (endpoints[1], AtomicU32::new(0), Mutex::new(Vec::new()));
    let handle = |batch: Vec<Received>| {
        let answer = if tries.fetch_add(1, Ordering::SeqCst) < 2 {
            Err(Refusal::NotNow("the database is away".to_owned()))
        } else if batch.iter().any(|received| endpoint(received) == never) {
            Err(Refusal::Unfit("its row cannot be read".to_owned()))
        } else {
            taken.lock().unwrap().extend(batch.iter().map(endpoint));
            Ok(())
        };
        std::future::ready(answer)
    };
    let (broker, db, stop) = (&post.broker, &post.db.db, &post.stop);
    let parked = tokio::select! {
        () = run_relay(broker.clone(), db.clone(), stop.clone()) => Vec::new(),
        () = run_subscription(broker.clone(), db.clone(), NOTIFICATION, stop.clone(), handle) => Vec::new(),
        parked = async {
            let parked = post.parked(1).await;
            while taken.lock().unwrap().len() < 2 {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            parked
        } => parked,
    };
    let [(queue, body, reason)] = parked.as_slice() else { panic!("{parked:?}") };
    assert_eq!((queue.as_str(), reason.as_str()), (post.names.queue(NOTIFICATION).as_str(), "its row cannot be read"));
    let kept: Occurred = serde_json::from_slice(body).unwrap();
    assert_eq!(kept.fact, Fact::WebhookDeleted { endpoint: never });
    let mut others = taken.into_inner().unwrap();
    others.sort();
    assert_eq!(others, [endpoints[0], endpoints[2]]);
    post.close().await;
}

#[tokio::test]
async fn what_the_broker_put_aside_is_seen_by_operators() {
    let post = Post::open().await;
    let parking = tokio::spawn(run_parking(post.broker.clone(), post.db.db.clone(), post.stop.clone()));
    let there = QueueDeclareOptions { passive: true, ..QueueDeclareOptions::default() };
    let channel = loop {
        let channel = post.connection.create_channel().await.unwrap();
        let queue = post.names.parked();
        if channel.queue_declare(queue.into(), there, FieldTable::default()).await.is_ok() {
            break channel;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    let (key, options) = (post.names.parked(), BasicPublishOptions::default());
    channel.basic_publish("".into(), key.into(), options, b"{}", BasicProperties::default()).await.unwrap();
    let parked = post.parked(1).await;
    let [(queue, body, reason)] = parked.as_slice() else { panic!("{parked:?}") };
    assert_eq!((queue.as_str(), body.as_slice()), (post.names.parked().as_str(), b"{}".as_slice()));
    assert!(reason.contains("handed out too often"), "{reason}");
    post.stop.cancel();
    parking.await.unwrap();
    post.close().await;
}
