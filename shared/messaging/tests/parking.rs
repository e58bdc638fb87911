//! What the broker put aside is kept where operators see it, and goes back to its queue when they say so.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use domain::fact::Occurred;
use domain::{Actor, Fact, FactId, RequestId};
use messaging::{Broker, republish, run_parking, run_subscription, topology};
use store::new_id;
use tokio_util::sync::CancellationToken;

async fn eventually<T>(mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let until = Instant::now() + Duration::from_secs(30);
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(Instant::now() < until, "it does not come about");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn what_the_broker_put_aside_is_kept_and_goes_back_when_asked() {
    let db = testkit::database().await;
    let prefix = format!("parking-{}", new_id().simple());
    let broker = Broker::new(&std::env::var("CURFEW_TEST_AMQP_URL").unwrap(), &prefix, "test");
    let stop = CancellationToken::new();
    let (parking, subscribed) = (format!("{prefix}.parked"), format!("{prefix}.{}", topology::NOTIFICATION));
    let drain = tokio::spawn(run_parking(broker.clone(), db.db.clone(), stop.clone()));
    // As if the broker had put it there.
    republish(&broker, &parking, b"no fact at all", new_id()).await.unwrap();
    let (queue, body) = eventually(async || {
        let kept: Option<(String, Vec<u8>)> =
            sqlx::query_as("SELECT queue, body FROM parked").fetch_optional(db.pool()).await.unwrap();
        kept
    })
    .await;
    assert_eq!((queue, body.as_slice()), (parking, b"no fact at all".as_slice()));

    let heard = Arc::new(Mutex::new(Vec::new()));
    let (ears, source, keeper, ends) = (Arc::clone(&heard), broker.clone(), db.db.clone(), stop.clone());
    let subscription = tokio::spawn(async move {
        run_subscription(source, keeper, topology::NOTIFICATION, ends, |batch| {
            ears.lock().unwrap().extend(batch.into_iter().map(|one| one.occurred.id));
            std::future::ready(Ok(()))
        })
        .await;
    });
    let fact = Fact::RequestCancelled { request: RequestId(new_id()), because: None };
    let occurred = Occurred { id: FactId(new_id()), at: db.clock.now(), actor: Actor::service("test"), fact };
    let body = serde_json::to_vec(&occurred).unwrap();
    republish(&broker, &subscribed, &body, new_id()).await.unwrap();
    eventually(async || heard.lock().unwrap().contains(&occurred.id).then_some(())).await;
    stop.cancel();
    drain.await.unwrap();
    subscription.await.unwrap();
    broker.close().await;
}
