//! The clock beside a real Postgres.

use jiff::SignedDuration;
use sqlx::Executor;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use store::workers::{self, Worker};
use store::{Clock, Db, Doubt};

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

#[tokio::test]
async fn a_process_whose_clock_is_off_says_so_and_says_when_it_is_right_again() {
    let db = testkit::database().await;
    let ahead = "CREATE FUNCTION public.clock_timestamp() RETURNS timestamptz VOLATILE LANGUAGE sql \
         AS $$ SELECT pg_catalog.clock_timestamp() + interval '1 hour' $$";
    db.db.pool().execute(ahead).await.unwrap();
    // Who looks there first sees a Postgres that is an hour ahead of the host.
    let by_path = async |path: &str| {
        let options: PgConnectOptions = db.url.parse().unwrap();
        let pool = PgPoolOptions::new().connect_with(options.options([("search_path", path)])).await.unwrap();
        Db::new(pool, Clock::system())
    };
    let now = db.clock.now();
    let worker = Worker {
        id: store::new_id(),
        name: "grant".to_owned(),
        version: "1".to_owned(),
        services: vec!["grant".to_owned()],
        started_at: now,
        seen_at: now,
        clock_offset_ms: 0,
        clock_doubt: None,
    };
    for (path, doubt) in [("public,pg_catalog", Some("s from the database's")), ("public", None)] {
        let process = by_path(path).await;
        workers::seen(&process, &worker).await.unwrap();
        let all = workers::all(&mut process.read().await.unwrap()).await.unwrap();
        let said = all[0].clock_doubt.as_deref();
        assert!(doubt.map_or(said.is_none(), |doubt| said.is_some_and(|said| said.contains(doubt))), "{said:?}");
    }
}
