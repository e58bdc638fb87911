//! Places among the operations under way, leases that are short, and creations whose answer was lost.

use std::pin::pin;
use std::time::Duration;

use domain::fact::Evidence;
use domain::grant::GrantState;
use futures_util::future::join3;
use jiff::SignedDuration;
use serde_json::json;
use store::leases;
use store::slots::Slots;

use crate::crash::polled;
use crate::lab::Lab;

/// A little longer than a lease.
const A_LEASE: SignedDuration = SignedDuration::from_secs(6);
const THREE: Slots = Slots { outstanding: 3, covers_delete: true, reserved: 1, one_at_a_time: false };

impl Lab {
    async fn with_places(slots: Slots) -> Self {
        let mut lab = Self::instant().await;
        lab.slots = slots;
        lab
    }

    /// AWS lets so many operations be under way, each taking a while.
    async fn few_at_once(&self, outstanding: u16, seconds: f64) {
        let settings = json!({
            "quotas": true, "transactions_per_second": 100_000.0, "outstanding_operations": outstanding,
            "latency_median_seconds": seconds, "latency_sigma": 0.0, "linger_seconds": 0.0,
        });
        self.set(settings).await;
    }

    async fn throttled_calls(&self) -> usize {
        self.calls().await.iter().filter(|call| call.outcome.contains("Throttling")).count()
    }

    /// A worker takes a place and dies at the first moment at which that is committed.
    async fn dies_with_a_place(&self) {
        let dying = self.adding();
        let mut step = pin!(dying.step());
        while self.taken().await == 0 {
            assert!(!polled(&mut step, 1).await, "no place was taken");
        }
    }

    /// How many places are in use.
    async fn taken(&self) -> i64 {
        let (creations, others) = store::slots::in_use(&mut self.db.read().await.unwrap()).await.unwrap();
        creations + others
    }
}

#[tokio::test]
async fn several_workers_together_have_no_more_under_way_than_there_are_places() {
    let lab = Lab::with_places(THREE).await;
    lab.few_at_once(3, 0.15).await;
    let mut ids = Vec::new();
    for n in 0..8 {
        ids.push(lab.approved(&lab.nth(n)).await);
    }
    for state in [GrantState::Active, GrantState::Ended] {
        for id in &ids {
            while lab.grant(*id).await.state != state {
                lab.now();
                let (adding, removing) = (lab.adding(), lab.removing());
                let steps = join3(adding.step(), removing.step(), adding.step());
                let (first, second, third) = lab.passing(steps).await;
                first.and(second).and(third).unwrap();
                assert!(lab.taken().await <= 3);
                tokio::time::sleep(Duration::from_millis(5)).await;
                lab.turn_over_a_rest().await;
            }
        }
        lab.turn_to(lab.grant(ids[7]).await.deadline_at.unwrap());
    }
    assert_eq!(lab.throttled_calls().await, 0, "{:?}", lab.calls().await);
    assert_eq!(lab.taken().await, 0);
    lab.check().await;
}

#[tokio::test]
async fn a_place_outlives_the_process_that_took_it_and_is_free_when_the_operation_is_over() {
    let lab = Lab::with_places(Slots { outstanding: 1, reserved: 1, ..THREE }).await;
    lab.every_call_takes_a_little().await;
    let id = lab.approved(&lab.nth(0)).await;
    let other = lab.approved(&lab.nth(1)).await;
    lab.dies_with_a_place().await;
    lab.turn(A_LEASE);
    assert_eq!(lab.adding().step().await.unwrap(), 1, "the one that has the place, and no other");
    lab.until(id, GrantState::Active).await;
    lab.until(other, GrantState::Active).await;
    assert_eq!(lab.taken().await, 0);
}

#[tokio::test]
async fn a_place_of_which_nothing_is_heard_is_free_after_a_while() {
    let lab = Lab::with_places(Slots { outstanding: 1, reserved: 1, ..THREE }).await;
    lab.every_call_takes_a_little().await;
    let lost = lab.approved(&lab.nth(0)).await;
    lab.dies_with_a_place().await;
    // Nobody takes the row up again, as if its work were put off for a day.
    sqlx::query("UPDATE assignments SET due_at = due_at + interval '1 day' WHERE slot IS NOT NULL")
        .execute(lab.db.pool())
        .await
        .unwrap();
    lab.turn(SignedDuration::from_mins(11));
    let next = lab.approved(&lab.nth(1)).await;
    lab.until(next, GrantState::Active).await;
    assert_eq!(lab.grant(lost).await.state, GrantState::Granting);
}

#[tokio::test]
async fn one_permission_set_in_one_account_has_one_operation_at_a_time() {
    for one_at_a_time in [true, false] {
        let lab = Lab::with_places(Slots { one_at_a_time, ..THREE }).await;
        lab.few_at_once(10, 0.05).await;
        for user in ["ann", "ben"] {
            lab.approved(&lab.tuple(user, "payments-ledger-production", "PowerUserAccess")).await;
        }
        let elsewhere = lab.approved(&lab.tuple("carla", "payments-ledger-production", "LogReader")).await;
        lab.now();
        let claimed = lab.adding().step().await.unwrap();
        assert_eq!(claimed, if one_at_a_time { 2 } else { 3 });
        lab.until(elsewhere, GrantState::Active).await;
    }
}

#[tokio::test]
async fn a_grant_that_waits_for_a_place_and_its_end_cancel_out_without_a_call() {
    let lab = Lab::with_places(Slots { outstanding: 1, reserved: 1, ..THREE }).await;
    lab.every_call_takes_a_little().await;
    let first = lab.approved(&lab.nth(0)).await;
    let queued = lab.approved(&lab.nth(1)).await;
    let busy = lab.adding();
    let mut step = pin!(busy.step());
    while lab.grant(queued).await.state != GrantState::Granting {
        assert!(!polled(&mut step, 1).await);
    }
    let grant = lab.grant(queued).await;
    lab.ends(&grant).await;
    step.await.unwrap();
    let ended = lab.until(queued, GrantState::Ended).await;
    assert_eq!(ended.evidence, Some(Evidence::NeverAttempted));
    lab.until(first, GrantState::Active).await;
    assert_eq!(lab.called("CreateAccountAssignment").await, 1);
    assert_eq!(lab.called("DeleteAccountAssignment").await, 0);
}

#[tokio::test]
async fn leases_in_hand_are_renewed_and_others_are_not() {
    let lab = Lab::instant().await;
    lab.every_call_takes_a_little().await;
    let (kept, left) = (lab.approved(&lab.nth(0)).await, lab.approved(&lab.nth(1)).await);
    let worker = lab.adding();
    {
        let mut step = pin!(worker.step());
        while lab.grant(left).await.assignment.is_none() || !lab.assignment(left).await.is_leased(lab.now()) {
            assert!(!polled(&mut step, 1).await);
        }
        // The next moment of the step holds what it has leased.
        assert!(!polled(&mut step, 1).await);
        assert_eq!(worker.leases.renew(&lab.db.db).await.unwrap(), 2);
    }
    // The step is dropped, as with its process: nothing is in hand any more.
    assert_eq!(worker.leases.renew(&lab.db.db).await.unwrap(), 0);
    let assignment = lab.assignment(kept).await;
    let _held = worker.leases.hold(assignment.id, assignment.lease.unwrap());
    lab.turn(leases::LENGTH - SignedDuration::from_secs(1));
    assert_eq!(worker.leases.renew(&lab.db.db).await.unwrap(), 1);
    lab.turn(SignedDuration::from_secs(2));
    let now = lab.db.clock.now();
    assert!(lab.assignment(kept).await.is_leased(now) && !lab.assignment(left).await.is_leased(now));
}

#[tokio::test]
async fn a_lease_that_somebody_took_over_is_not_renewed() {
    let lab = Lab::instant().await;
    let grant = lab.active(&lab.any()).await;
    let assignment = lab.assignment(grant.id).await;
    let worker = lab.adding();
    let _held = worker.leases.hold(assignment.id, store::new_id());
    assert_eq!(worker.leases.renew(&lab.db.db).await.unwrap(), 0);
}

#[tokio::test]
async fn after_a_creation_whose_answer_was_lost_gone_is_believed_only_once_it_cannot_land_any_more() {
    let lab = Lab::instant().await;
    let id = lab.approved(&lab.any()).await;
    lab.fault(json!({"kind": "reset_before", "operations": ["CreateAccountAssignment"], "count": 1})).await;
    let grant = lab.until(id, GrantState::Active).await;
    let fence = lab.assignment(id).await.create_fence.expect("a creation was lost");
    lab.ends(&grant).await;
    let ended = lab.until(id, GrantState::Ended).await;
    let Some(Evidence::AbsentTwice { second_at, .. }) = ended.evidence else { panic!("{:?}", ended.evidence) };
    assert!(second_at >= fence, "{second_at} is before {fence}");
    assert_eq!(lab.called("DeleteAccountAssignment").await, 1, "it was not waited for with the removal itself");
    assert!(!lab.exists(&grant.tuple).await);
    lab.check().await;
}

#[tokio::test]
async fn a_creation_that_was_answered_leaves_no_fence() {
    let lab = Lab::instant().await;
    let grant = lab.active(&lab.any()).await;
    assert_eq!(lab.assignment(grant.id).await.create_fence, None);
    lab.ends(&grant).await;
    let ended = lab.until(grant.id, GrantState::Ended).await;
    assert!(matches!(ended.evidence, Some(Evidence::DeletedAndReadBack { .. })), "{:?}", ended.evidence);
}

#[tokio::test]
async fn who_waits_is_told_when_to_expect_it() {
    let lab = Lab::with_places(Slots { outstanding: 1, reserved: 1, ..THREE }).await;
    lab.every_call_takes_a_little().await;
    let mut ids = Vec::new();
    for n in 0..4 {
        ids.push(lab.approved(&lab.nth(n)).await);
    }
    let busy = lab.adding();
    let mut step = pin!(busy.step());
    while lab.taken().await == 0 {
        assert!(!polled(&mut step, 1).await);
    }
    store::budget::learned(&lab.db.db, Some(9.7), None).await.unwrap();
    let mut grants = Vec::new();
    for id in &ids {
        grants.push(lab.grant(*id).await);
    }
    let (now, slots) = (lab.db.clock.now(), lab.slots);
    let told = store::estimate::expected(&mut lab.db.read().await.unwrap(), &grants, now, slots, 18).await.unwrap();
    let seconds: Vec<i64> = ids.iter().map(|id| told[id].duration_since(now).as_secs()).collect();
    // One at a time, ten seconds each: the first is in hand, the others stand in line.
    assert_eq!(seconds, [10, 10, 20, 30]);
}

#[tokio::test]
async fn deletions_have_all_places_where_nobody_works_at_creations() {
    let mut lab = Lab::instant().await;
    let mut ending = Vec::new();
    for n in 0..3 {
        ending.push(lab.active(&lab.nth(n)).await);
    }
    lab.slots = THREE;
    for n in 3..5 {
        lab.approved(&lab.nth(n)).await;
    }
    let mut tx = lab.db.begin(domain::Actor::service("grant")).await.unwrap();
    store::tuple::start_due(&mut tx, 10).await.unwrap();
    tx.commit().await.unwrap();
    for grant in &ending {
        lab.ends(grant).await;
    }
    // One place is kept while the creations are tried for, and none once they are not.
    for (tried, expected) in [(true, 2), (false, 3)] {
        if tried {
            let mut tx = lab.db.begin(domain::Actor::service("grant")).await.unwrap();
            sqlx::query("UPDATE governor SET creations_wait = $1::timestamptz")
                .bind(tx.now().to_string())
                .execute(tx.connection())
                .await
                .unwrap();
            tx.commit().await.unwrap();
        } else {
            lab.turn(SignedDuration::from_secs(4));
        }
        let mut tx = lab.db.begin(domain::Actor::service("revocation")).await.unwrap();
        let lease = leases::LENGTH;
        let work = domain::assignment::Work::Delete;
        let claimed = store::assignments::claim_with_slots(&mut tx, work, 10, lease, &lab.slots).await.unwrap();
        assert_eq!(claimed.len(), expected, "tried: {tried}");
        tx.roll_back().await.unwrap();
    }
}
