//! A repeated key is answered, never done twice.

use jiff::SignedDuration;
use serde_json::json;
use store::idempotency::{self, Begun};
use testkit::company::actor;

#[tokio::test]
async fn the_same_key_hears_the_same_answer_and_another_body_is_refused() {
    let db = testkit::database().await;
    let mut tx = db.begin(actor("ann")).await.unwrap();
    assert_eq!(idempotency::begin(&mut tx, "ann", "k", "submit", b"body").await.unwrap(), Begun::Fresh);
    idempotency::finish(&mut tx, "ann", "k", 201, &json!({"id": 1})).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = db.begin(actor("ann")).await.unwrap();
    let again = idempotency::begin(&mut tx, "ann", "k", "submit", b"body").await.unwrap();
    assert_eq!(again, Begun::Replay { status: 201, body: json!({"id": 1}) });
    assert_eq!(idempotency::begin(&mut tx, "ann", "k", "submit", b"other").await.unwrap(), Begun::Reused);
    assert_eq!(idempotency::begin(&mut tx, "ann", "k", "cancel", b"body").await.unwrap(), Begun::Reused);
    assert_eq!(
        idempotency::begin(&mut tx, "ben", "k", "submit", b"other").await.unwrap(),
        Begun::Fresh,
        "a key is its caller's"
    );
}

#[tokio::test]
async fn what_was_refused_may_be_tried_again() {
    let db = testkit::database().await;
    let mut tx = db.begin(actor("ann")).await.unwrap();
    assert_eq!(idempotency::begin(&mut tx, "ann", "k", "submit", b"bad").await.unwrap(), Begun::Fresh);
    drop(tx);
    let mut tx = db.begin(actor("ann")).await.unwrap();
    assert_eq!(idempotency::begin(&mut tx, "ann", "k", "submit", b"good").await.unwrap(), Begun::Fresh);
}

#[tokio::test]
async fn whoever_comes_second_waits_for_the_first() {
    let db = testkit::database().await;
    let mut first = db.begin(actor("ann")).await.unwrap();
    assert_eq!(idempotency::begin(&mut first, "ann", "k", "submit", b"body").await.unwrap(), Begun::Fresh);
    let second = {
        let db = db.db.clone();
        tokio::spawn(async move {
            let mut tx = db.begin(actor("ann")).await.unwrap();
            idempotency::begin(&mut tx, "ann", "k", "submit", b"body").await.unwrap()
        })
    };
    // The second stands in the queue of the row, which Postgres can be asked about.
    loop {
        let waiting: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
        )
        .fetch_one(db.pool())
        .await
        .unwrap();
        if waiting == 1 {
            break;
        }
        tokio::task::yield_now().await;
    }
    idempotency::finish(&mut first, "ann", "k", 201, &json!("done")).await.unwrap();
    first.commit().await.unwrap();
    assert_eq!(second.await.unwrap(), Begun::Replay { status: 201, body: json!("done") });
}

#[tokio::test]
async fn a_key_is_forgotten_after_a_day() {
    let db = testkit::database().await;
    let mut tx = db.begin(actor("ann")).await.unwrap();
    idempotency::begin(&mut tx, "ann", "k", "submit", b"body").await.unwrap();
    idempotency::finish(&mut tx, "ann", "k", 201, &json!(1)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(idempotency::forget_old(&db, 10).await.unwrap(), 0);
    db.clock.advance(SignedDuration::from_hours(25));
    let mut tx = db.begin(actor("ann")).await.unwrap();
    let late = idempotency::begin(&mut tx, "ann", "k", "submit", b"other").await.unwrap();
    assert_eq!(late, Begun::Fresh, "also before the old answer was swept");
    tx.roll_back().await.unwrap();
    assert_eq!(idempotency::forget_old(&db, 10).await.unwrap(), 1);
}
