//! Several workers at once, and one that was paused and comes back.

use std::time::Duration;

use domain::grant::GrantState;
use futures_util::future::join_all;
use jiff::SignedDuration;
use serde_json::json;

use crate::crash::{LEASE_OVER, polled};
use crate::lab::Lab;

#[tokio::test]
async fn workers_at_once_never_make_two_writes_at_once_on_a_tuple() {
    let lab = Lab::slow(0.15).await;
    lab.set(json!({"linger_seconds": 0.0})).await;
    let mut grants = Vec::new();
    for n in 0..4 {
        for _ in 0..3 {
            grants.push(lab.approved(&lab.nth(n)).await);
        }
    }
    let (one, two, three) = (lab.adding(), lab.adding(), lab.adding());
    let (four, five) = (lab.removing(), lab.removing());
    for half in 0..2 {
        for _ in 0..12 {
            lab.now();
            let adding = join_all([one.step(), two.step(), three.step()]);
            let removing = join_all([four.step(), five.step()]);
            let (added, removed) = futures_util::future::join(adding, removing).await;
            assert!(added.iter().chain(&removed).all(Result::is_ok), "{added:?} {removed:?}");
            lab.turn_over_a_rest().await;
        }
        if half == 0 {
            for id in &grants {
                assert_eq!(lab.grant(*id).await.state, GrantState::Active);
            }
            lab.turn(SignedDuration::from_mins(61));
        }
    }
    for id in &grants {
        lab.until(*id, GrantState::Ended).await;
    }
    let calls = lab.calls().await;
    assert!(calls.iter().all(|call| call.outcome == "ok"), "{calls:?}");
    assert_eq!(lab.called("CreateAccountAssignment").await, 4);
    assert_eq!(lab.called("DeleteAccountAssignment").await, 4);
    lab.check().await;
}

#[tokio::test]
async fn a_worker_that_was_stopped_anywhere_neither_sends_nor_settles_once_its_lease_is_taken_over() {
    let lab = Lab::instant().await;
    lab.every_call_takes_a_little().await;
    let adding = lab.stoppable_adding().await;
    let (mut whole, mut n, mut taken_over) = (false, 0, 0);
    while !whole {
        let id = lab.approved(&lab.nth(n)).await;
        let mut stopped = Box::pin(adding.step());
        whole = polled(&mut stopped.as_mut(), n).await;
        lab.turn(LEASE_OVER);
        // Another gives it, and it is taken away again.
        let grant = lab.until(id, GrantState::Active).await;
        lab.ends(&grant).await;
        let ended = lab.until(id, GrantState::Ended).await;
        if !whole {
            let before = lab.called("CreateAccountAssignment").await;
            if lab.passing(stopped).await.is_ok() {
                taken_over += 1;
            }
            let after = lab.grant(id).await;
            assert_eq!((after.state, after.version), (GrantState::Ended, ended.version), "stopped after {n} polls");
            // What was on the wire may still arrive; the watch takes it away.
            assert!(lab.called("CreateAccountAssignment").await <= before + 1, "stopped after {n} polls");
            lab.turn(SignedDuration::from_mins(3));
            for _ in 0..8 {
                lab.round().await;
            }
            assert!(!lab.exists(&ended.tuple).await, "stopped after {n} polls");
        }
        n += 1;
    }
    assert!(taken_over > 1, "{taken_over}");
    lab.check().await;
}

#[tokio::test]
async fn a_worker_that_was_stopped_while_its_call_was_under_way_does_not_settle_it_later() {
    let lab = Lab::instant().await;
    lab.every_call_takes(0.5).await;
    let id = lab.approved(&lab.any()).await;
    let adding = lab.adding();
    let mut stopped = Box::pin(adding.step());
    while lab.called("CreateAccountAssignment").await == 0 {
        let early = lab.passing(tokio::time::timeout(Duration::from_millis(5), &mut stopped)).await;
        assert!(early.is_err(), "it was over before AWS was called");
    }
    lab.lift_faults().await;
    lab.turn(LEASE_OVER);
    let grant = lab.until(id, GrantState::Active).await;
    lab.ends(&grant).await;
    let ended = lab.until(id, GrantState::Ended).await;
    lab.passing(stopped).await.unwrap();
    assert!(lab.said().contains("was changed by somebody else"), "{}", lab.said());
    let after = lab.grant(id).await;
    assert_eq!((after.state, after.version), (GrantState::Ended, ended.version));
    lab.check().await;
}
