//! Guards that no play can be sure to lean on, each by itself. `README.md` lists what fails when one is switched off.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::sync::Arc;

use domain::assignment::Work;
use domain::fact::Occurred;
use domain::grant::{EndReason, GrantState};
use domain::{Actor, GrantId};
use jiff::SignedDuration;
use store::backstops::Gate;
use store::decision::Approved;
use store::grants::{self, Grant};
use store::seam::{Open, Passing, Seam, away};
use store::tuple::{Creation, Outcome};
use store::{Db, StoreError, assignments, pauses, tuple};
use testkit::{Asked, TestDb};

async fn approved(db: &TestDb) -> GrantId {
    let (asker, approver) = (db.person("asker").await, db.person("approver").await);
    let approvers = db.group("approvers", &[&approver]).await;
    let (request, _) = db.asks(Asked::by(&asker, &approvers)).await;
    let mut tx = db.tx(&approver).await;
    let request = store::requests::lock(&mut tx, request).await.unwrap().unwrap();
    let answer = store::decision::approve(&mut tx, &request, &[0], false).await.unwrap();
    tx.commit().await.unwrap();
    match answer {
        Approved::Grants(ids) => ids.first().copied().unwrap(),
        other => panic!("{other:?}"),
    }
}

async fn grant(db: &TestDb, id: GrantId) -> Grant {
    grants::get(&mut db.read().await.unwrap(), id).await.unwrap().unwrap()
}

fn is_raced(result: Result<(), StoreError>) -> bool {
    matches!(result, Err(StoreError::Raced { .. }))
}

#[tokio::test]
async fn a_grant_that_changed_since_it_was_read_is_not_written_over() {
    let db = testkit::database().await;
    let id = approved(&db).await;
    db.gives_access().await;
    let (mut first, mut second) = (grant(&db, id).await, grant(&db, id).await);
    assert_eq!(first.state, GrantState::Active);
    let later = |grant: &Grant, minutes| grant.deadline_at.unwrap() + SignedDuration::from_mins(minutes);
    let (ten, five) = (later(&first, 10), later(&second, 5));
    let mut tx = db.begin(Actor::service("request")).await.unwrap();
    grants::extend(&mut tx, &mut first, ten).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = db.begin(Actor::service("request")).await.unwrap();
    assert!(is_raced(grants::extend(&mut tx, &mut second, five).await));
    tx.roll_back().await.unwrap();
    assert_eq!(grant(&db, id).await.deadline_at, Some(ten));
}

#[tokio::test]
async fn who_lost_the_lease_settles_nothing() {
    let db = testkit::database().await;
    let id = approved(&db).await;
    let mut tx = db.begin(Actor::service("grant")).await.unwrap();
    tuple::start_due(&mut tx, 1).await.unwrap();
    let lease = SignedDuration::from_secs(30);
    let first = assignments::claim(&mut tx, Work::Create, 1, lease).await.unwrap().pop().unwrap();
    tx.commit().await.unwrap();
    // Nobody else gets it before the lease is over.
    let mut tx = db.begin(Actor::service("grant")).await.unwrap();
    assert!(assignments::claim(&mut tx, Work::Create, 1, lease).await.unwrap().is_empty());
    tx.roll_back().await.unwrap();
    db.clock.advance(SignedDuration::from_secs(31));
    let mut tx = db.begin(Actor::service("grant")).await.unwrap();
    let second = assignments::claim(&mut tx, Work::Create, 1, lease).await.unwrap().pop().unwrap();
    tx.commit().await.unwrap();
    assert_ne!(first.lease, second.lease);
    let mut tx = db.begin(Actor::service("grant")).await.unwrap();
    assert!(is_raced(tuple::present(&mut tx, first.id, first.lease.unwrap()).await));
    tx.roll_back().await.unwrap();
    assert_eq!(grant(&db, id).await.state, GrantState::Granting);
}

#[tokio::test]
async fn a_deletion_waits_for_a_creation_that_nobody_heard_of() {
    let db = testkit::database().await;
    let id = approved(&db).await;
    let mut tx = db.begin(Actor::service("grant")).await.unwrap();
    tuple::start_due(&mut tx, 1).await.unwrap();
    let lease = SignedDuration::from_secs(30);
    let held = assignments::claim(&mut tx, Work::Create, 1, lease).await.unwrap().pop().unwrap();
    let (token, send_by) = (held.lease.unwrap(), tx.now() + SignedDuration::from_secs(5));
    tuple::begin_creation(&mut tx, held.id, token, false, send_by, Gate::Off).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = db.begin(Actor::service("revocation")).await.unwrap();
    tuple::end(&mut tx, &[id], EndReason::Revoked, None).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = db.begin(Actor::service("grant")).await.unwrap();
    let at_once = tx.now();
    tuple::put_off(&mut tx, held.id, token, Outcome::Unknown, at_once, Some("no answer")).await.unwrap();
    tx.commit().await.unwrap();
    let landed = SignedDuration::from_secs(5) + tuple::CALL_BOUND;
    let almost = SignedDuration::from_secs(1);
    for (turned, found) in [(SignedDuration::ZERO, 0), (landed - almost, 0), (almost, 1)] {
        db.clock.advance(turned);
        let mut tx = db.begin(Actor::service("revocation")).await.unwrap();
        let claimed = assignments::claim(&mut tx, Work::Delete, 1, lease).await.unwrap();
        tx.roll_back().await.unwrap();
        assert_eq!(claimed.len(), found, "{turned}");
    }
}

#[tokio::test]
async fn a_creation_that_is_about_to_leave_is_held_by_a_pause() {
    let db = testkit::database().await;
    approved(&db).await;
    let mut tx = db.begin(Actor::service("grant")).await.unwrap();
    tuple::start_due(&mut tx, 1).await.unwrap();
    let lease = SignedDuration::from_secs(30);
    let held = assignments::claim(&mut tx, Work::Create, 1, lease).await.unwrap().pop().unwrap();
    tx.commit().await.unwrap();
    let mut tx = db.begin(Actor::service("revocation")).await.unwrap();
    pauses::begin(&mut tx, pauses::OPERATORS, "an incident", None).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = db.begin(Actor::service("grant")).await.unwrap();
    let (token, send_by) = (held.lease.unwrap(), tx.now() + SignedDuration::from_secs(5));
    let answer = tuple::begin_creation(&mut tx, held.id, token, false, send_by, Gate::Off).await.unwrap();
    tx.commit().await.unwrap();
    assert!(matches!(answer, Creation::Paused), "{answer:?}");
}

/// Lets nothing be committed.
#[derive(Debug)]
struct Refusing;

impl Seam for Refusing {
    fn begins(&self) -> Passing<'_, Open> {
        Box::pin(async { Ok(Box::new(()) as Open) })
    }

    fn commits(&self, _: &[Occurred]) -> Result<(), StoreError> {
        Err(away())
    }

    fn committed<'a>(&'a self, _: &'a [Occurred]) -> Passing<'a, ()> {
        Box::pin(async { Ok(()) })
    }
}

#[tokio::test]
async fn what_was_not_committed_left_no_fact_and_no_message() {
    let db = testkit::database().await;
    let id = approved(&db).await;
    let before = (db.ids("outbox").await.len(), db.ids("trail_entries").await.len());
    let refusing = Db::new(db.pool().clone(), db.clock.clone()).with_seam(Arc::new(Refusing));
    let mut tx = refusing.begin(Actor::service("request")).await.unwrap();
    let endings = tuple::end(&mut tx, &[id], EndReason::Cancelled, None).await.unwrap();
    assert_eq!(endings.len(), 1);
    assert!(tx.commit().await.unwrap_err().is_away());
    assert_eq!(grant(&db, id).await.state, GrantState::Scheduled);
    assert_eq!((db.ids("outbox").await.len(), db.ids("trail_entries").await.len()), before);
}
