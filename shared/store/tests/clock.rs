//! The clock beside a real Postgres.

use jiff::SignedDuration;
use store::{Clock, Doubt};

#[tokio::test]
async fn postgres_is_asked_and_its_answer_is_kept() {
    let db = testkit::database_at(Clock::system()).await;
    assert_eq!(db.clock.doubt(), Some(Doubt::NeverLearned));
    let lesson = db.clock.learn(db.db.pool()).await.unwrap().unwrap();
    assert!(lesson.first && lesson.skew.abs() < SignedDuration::from_secs(5), "{lesson:?}");
    assert_eq!(db.clock.doubt(), None);
}

#[tokio::test]
async fn a_clock_that_tests_turn_learns_nothing() {
    let db = testkit::database().await;
    assert_eq!(db.clock.learn(db.db.pool()).await.unwrap(), None);
}
