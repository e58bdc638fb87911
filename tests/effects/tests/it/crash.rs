//! A worker that dies between any two steps: its step is dropped at each await, its lease runs out, another finishes.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;

use domain::fact::Evidence;
use domain::grant::{EndReason, GrantState};
use jiff::{SignedDuration, Timestamp};

use crate::lab::Lab;

/// Longer than any lease.
pub const LEASE_OVER: SignedDuration = SignedDuration::from_secs(61);
/// What was on its way to AWS when a worker died has arrived.
const ARRIVED: Duration = Duration::from_millis(60);

/// Polls a step so often and no more. Whether it came to its end before.
pub async fn polled<T>(step: &mut Pin<&mut impl Future<Output = T>>, times: usize) -> bool {
    let mut left = times;
    poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(false);
        }
        left -= 1;
        step.as_mut().poll(context).map(|_| true)
    })
    .await
}

/// The n-th tuple had one assignment of ours, which came after `from` and was gone by now.
async fn had_it_once(lab: &Lab, n: usize, from: Timestamp) {
    let intervals = lab.intervals(&lab.nth(n)).await;
    assert_eq!(intervals.len(), 1, "dropped after {n} polls: {intervals:?}");
    assert!(intervals[0].from >= from && intervals[0].until.is_some(), "dropped after {n} polls: {intervals:?}");
}

fn host_now() -> Timestamp {
    store::Clock::system().now().round(jiff::Unit::Second).unwrap() - SignedDuration::from_secs(1)
}

#[tokio::test]
async fn a_worker_that_dies_anywhere_while_adding_loses_nothing() {
    let lab = Lab::instant().await;
    lab.every_call_takes_a_little().await;
    let mut whole = false;
    let mut n = 0;
    while !whole {
        let before = host_now();
        let id = lab.approved(&lab.nth(n)).await;
        let dying = lab.adding();
        whole = polled(&mut pin!(dying.step()), n).await;
        tokio::time::sleep(ARRIVED).await;
        lab.turn(LEASE_OVER);
        let grant = lab.until(id, GrantState::Active).await;
        assert!(lab.exists(&grant.tuple).await, "dropped after {n} polls");
        lab.turn_to(grant.deadline_at.unwrap());
        let grant = lab.until(id, GrantState::Ended).await;
        assert_eq!(grant.reason, Some(EndReason::Deadline), "dropped after {n} polls");
        had_it_once(&lab, n, before).await;
        n += 1;
    }
    assert!(n > 7, "only {n} polls: the step was not cut in enough places");
    lab.check().await;
}

#[tokio::test]
async fn a_worker_that_dies_anywhere_while_removing_loses_nothing() {
    let lab = Lab::instant().await;
    lab.every_call_takes_a_little().await;
    let mut whole = false;
    let mut n = 0;
    while !whole {
        let before = host_now();
        let grant = lab.active(&lab.nth(n)).await;
        lab.turn_to(grant.deadline_at.unwrap());
        let dying = lab.removing();
        whole = polled(&mut pin!(dying.step()), n).await;
        tokio::time::sleep(ARRIVED).await;
        lab.turn(LEASE_OVER);
        let grant = lab.until(grant.id, GrantState::Ended).await;
        assert_eq!(grant.reason, Some(EndReason::Deadline), "dropped after {n} polls");
        assert!(
            matches!(grant.evidence, Some(Evidence::DeletedAndReadBack { .. } | Evidence::AbsentTwice { .. })),
            "dropped after {n} polls: {grant:?}"
        );
        had_it_once(&lab, n, before).await;
        n += 1;
    }
    assert!(n > 7, "only {n} polls: the step was not cut in enough places");
    lab.check().await;
}

#[tokio::test]
async fn a_grant_revoked_after_its_worker_died_anywhere_is_gone() {
    let lab = Lab::instant().await;
    lab.every_call_takes_a_little().await;
    let mut whole = false;
    let mut n = 0;
    while !whole {
        let id = lab.approved(&lab.nth(n)).await;
        let dying = lab.adding();
        whole = polled(&mut pin!(dying.step()), n).await;
        lab.revoke(id, false).await.unwrap();
        tokio::time::sleep(ARRIVED).await;
        lab.turn(LEASE_OVER);
        let grant = lab.until(id, GrantState::Ended).await;
        assert_eq!(grant.reason, Some(EndReason::Revoked));
        assert!(!lab.exists(&grant.tuple).await, "dropped after {n} polls");
        n += 1;
    }
    lab.check().await;
}
