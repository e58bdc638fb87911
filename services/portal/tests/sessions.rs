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
    sessions::begin(&db, b"used", &session, "a browser").await.unwrap();
    sessions::begin(&db, b"idle", &session, "a browser").await.unwrap();
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
    sessions::begin(&db, b"one", &Session { user, sealed: vec![], expires_at }, "").await.unwrap();
    sessions::end(&db, b"one").await.unwrap();
    assert_eq!(sessions::see(&db, b"one", IDLE).await.unwrap(), None);
    sessions::end(&db, b"one").await.unwrap();
}

#[tokio::test]
async fn people_see_their_own_sessions_and_end_them_elsewhere() {
    let db = database().await;
    let (ann, ben) = (db.person("ann").await, db.person("ben").await);
    let expires_at = db.clock.now() + SignedDuration::from_hours(24);
    let session = |user: &domain::UserId| Session { user: user.clone(), sealed: vec![], expires_at };
    for (id, user) in [(b"one", &ann), (b"two", &ann), (b"six", &ann), (b"ben", &ben)] {
        sessions::begin(&db, id, &session(user), "a browser").await.unwrap();
    }
    db.advance_minutes(5);
    sessions::see(&db, b"two", IDLE).await.unwrap();
    let listed = sessions::of_user(&db, &ann, b"one", IDLE).await.unwrap();
    assert_eq!(listed.len(), 3);
    assert!(!listed[0].here && listed[0].seen_at > listed[0].created_at, "the last used comes first");
    assert_eq!(listed.iter().filter(|one| one.here).count(), 1);

    let two = listed[0].handle;
    assert!(!sessions::end_one(&db, &ben, two).await.unwrap(), "nobody ends somebody else's");
    assert!(sessions::end_one(&db, &ann, two).await.unwrap());
    assert!(!sessions::end_one(&db, &ann, two).await.unwrap());
    assert_eq!(sessions::see(&db, b"two", IDLE).await.unwrap(), None);

    assert_eq!(sessions::end_others(&db, &ann, b"one").await.unwrap(), 1);
    assert!(sessions::see(&db, b"one", IDLE).await.unwrap().is_some());
    assert!(sessions::see(&db, b"ben", IDLE).await.unwrap().is_some());
    db.advance_minutes(8 * 60);
    assert!(sessions::of_user(&db, &ann, b"one", IDLE).await.unwrap().is_empty(), "idle ones are over");
}

#[tokio::test]
async fn what_an_open_page_does_by_itself_keeps_no_session() {
    let db = database().await;
    let user = db.person("ann").await;
    let expires_at = db.clock.now() + SignedDuration::from_hours(24);
    let session = Session { user, sealed: b"sealed".to_vec(), expires_at };
    sessions::begin(&db, b"one", &session, "").await.unwrap();
    for _ in 0..8 {
        assert_eq!(sessions::peek(&db, b"one", IDLE).await.unwrap().as_ref(), Some(&session));
        db.advance_minutes(60);
    }
    assert_eq!(sessions::peek(&db, b"one", IDLE).await.unwrap(), None, "eight hours without a person");
    assert_eq!(sessions::see(&db, b"one", IDLE).await.unwrap(), None);
}
