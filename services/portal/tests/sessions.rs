//! How long sessions live, over a real Postgres.

use jiff::SignedDuration;
use store::sessions::{self, Session};
use testkit::database;

const IDLE: SignedDuration = SignedDuration::from_hours(8);

#[tokio::test]
async fn a_session_lives_while_it_is_used_and_never_beyond_its_end() {
    let db = database().await;
    let user = db.person("ann").await;
    let expires_at = db.clock.now() + SignedDuration::from_hours(24);
    let session = Session { user, sealed: b"sealed".to_vec(), expires_at };
    sessions::begin(&db, b"used", &session).await.unwrap();
    sessions::begin(&db, b"idle", &session).await.unwrap();
    for _ in 0..3 {
        db.advance_minutes(7 * 60 + 59);
        assert_eq!(sessions::see(&db, b"used", IDLE).await.unwrap().as_ref(), Some(&session));
    }
    assert_eq!(sessions::see(&db, b"idle", IDLE).await.unwrap(), None, "nobody asked for it for eight hours");
    assert_eq!(sessions::sweep(&db, IDLE).await.unwrap(), 1);
    db.advance_minutes(3);
    assert_eq!(sessions::see(&db, b"used", IDLE).await.unwrap(), None, "a day is over, however much it was used");
    assert_eq!(sessions::see(&db, b"unknown", IDLE).await.unwrap(), None);
}

#[tokio::test]
async fn an_ended_session_is_gone() {
    let db = database().await;
    let user = db.person("ann").await;
    let expires_at = db.clock.now() + SignedDuration::from_hours(1);
    sessions::begin(&db, b"one", &Session { user, sealed: vec![], expires_at }).await.unwrap();
    sessions::end(&db, b"one").await.unwrap();
    assert_eq!(sessions::see(&db, b"one", IDLE).await.unwrap(), None);
    sessions::end(&db, b"one").await.unwrap();
}
