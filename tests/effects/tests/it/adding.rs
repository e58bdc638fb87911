//! Creations that AWS throttles, loses, refuses, or fails later.

use std::time::Duration;

use domain::assignment::Origin;
use domain::fact::Evidence;
use domain::grant::{EndReason, GrantState};
use domain::{GrantId, PermissionSetArn};
use futures_util::future::join;
use serde_json::{Value, json};
use store::grants::Grant;

use crate::lab::Lab;

const CREATE: &str = "CreateAccountAssignment";

/// A grant whose creation meets these faults is given all the same, with one assignment, and ends.
async fn given_in_spite_of(lab: Lab, faults: &[Value]) -> Lab {
    for fault in faults {
        lab.fault(fault.clone()).await;
    }
    let grant = lab.active(&lab.any()).await;
    assert!(lab.faults_struck().await, "the faults were met");
    assert!(lab.exists(&grant.tuple).await);
    assert_eq!(lab.assignment(grant.id).await.origin, Some(Origin::Ours));
    lab.check().await;
    lab.turn_to(grant.deadline_at.unwrap());
    lab.until(grant.id, GrantState::Ended).await;
    assert_eq!(lab.intervals(&grant.tuple).await.len(), 1);
    lab.check().await;
    lab
}

/// A grant that AWS will not have ends as failed, through revoking, with this in its words.
async fn fails_saying(lab: &Lab, id: GrantId, words: &str) -> Grant {
    let grant = lab.until(id, GrantState::Ended).await;
    assert_eq!(grant.reason, Some(EndReason::Failed));
    assert!(grant.detail.as_deref().is_some_and(|detail| detail.contains(words)), "{grant:?}");
    assert!(grant.revoking_at.is_some() && grant.active_at.is_none());
    assert!(!lab.exists(&grant.tuple).await);
    lab.check().await;
    grant
}

#[tokio::test]
async fn a_burst_of_throttles_on_the_creation() {
    let lab =
        given_in_spite_of(Lab::instant().await, &[json!({"kind": "throttle", "operations": [CREATE], "count": 6})])
            .await;
    assert_eq!(lab.called(CREATE).await, 7);
}

#[tokio::test]
async fn a_burst_of_throttles_on_the_polls() {
    let polls = json!({"kind": "throttle", "operations": ["DescribeAccountAssignmentCreationStatus"], "count": 4});
    let lab = given_in_spite_of(Lab::instant().await, &[polls]).await;
    assert_eq!(lab.called(CREATE).await, 1);
}

#[tokio::test]
async fn throttles_on_the_reads() {
    let reads = json!({"kind": "throttle", "operations": ["ListAccountAssignments"], "count": 3});
    let lab = given_in_spite_of(Lab::instant().await, &[reads]).await;
    assert_eq!(lab.called(CREATE).await, 1);
}

#[tokio::test]
async fn errors_and_lost_connections_before_the_effect() {
    let faults = [
        json!({"kind": "server_error", "operations": [CREATE], "count": 2}),
        json!({"kind": "reset_before", "operations": [CREATE], "count": 2}),
    ];
    given_in_spite_of(Lab::instant().await, &faults).await;
}

#[tokio::test]
async fn conflicts() {
    given_in_spite_of(Lab::instant().await, &[json!({"kind": "conflict", "operations": [CREATE], "count": 5})]).await;
}

#[tokio::test]
async fn a_call_that_hangs_without_effect() {
    let lab = Lab::impatient(Duration::from_millis(300)).await;
    let hang = json!({"kind": "hang", "operations": [CREATE], "count": 2, "seconds": 3});
    given_in_spite_of(lab, &[hang]).await;
}

#[tokio::test]
async fn a_call_that_hangs_and_takes_effect() {
    let lab = Lab::impatient(Duration::from_millis(300)).await;
    let hang = json!({"kind": "hang", "operations": [CREATE], "count": 1, "seconds": 3, "effect": true});
    let lab = given_in_spite_of(lab, &[hang]).await;
    assert_eq!(lab.called(CREATE).await, 1, "a read found it");
}

#[tokio::test]
async fn a_read_that_lags_behind_success() {
    let lab = Lab::instant().await;
    lab.set(json!({"visibility_lag_seconds": 2.5})).await;
    let grant = lab.active(&lab.any()).await;
    assert_eq!(lab.called(CREATE).await, 1, "the creation is not repeated");
    let seen = lab.all_intervals().await;
    assert_eq!(seen.len(), 1);
    lab.check().await;
    lab.turn_to(grant.deadline_at.unwrap());
    lab.until(grant.id, GrantState::Ended).await;
    assert_eq!(lab.intervals(&grant.tuple).await.len(), 1);
    lab.check().await;
}

#[tokio::test]
async fn an_operation_longer_than_a_steps_patience_is_followed_on_under_its_id() {
    let slow = json!({"kind": "slow", "operations": [CREATE], "count": 1, "seconds": 11.5});
    let lab = given_in_spite_of(Lab::instant().await, &[slow]).await;
    assert_eq!(lab.called(CREATE).await, 1);
}

#[tokio::test]
async fn an_operation_that_aws_forgot_is_looked_for_by_a_read() {
    let lab = Lab::instant().await;
    let slow = json!({"kind": "slow", "operations": [CREATE], "count": 1, "seconds": 10.5});
    lab.fault(slow).await;
    let id = lab.approved(&lab.any()).await;
    lab.adding().step().await.unwrap();
    let forgotten = "00000000-0000-4000-8000-000000000000";
    let updated = sqlx::query("UPDATE assignments SET operation_id = $1 WHERE operation_id IS NOT NULL")
        .bind(forgotten)
        .execute(lab.db.pool())
        .await
        .unwrap();
    assert_eq!(updated.rows_affected(), 1, "its step's patience ended");
    let grant = lab.until(id, GrantState::Active).await;
    lab.ends(&grant).await;
    lab.until(id, GrantState::Ended).await;
    assert_eq!(lab.intervals(&grant.tuple).await.len(), 1);
    lab.check().await;
}

#[tokio::test]
async fn a_failed_creation_leaves_nothing_behind() {
    let lab = Lab::instant().await;
    lab.fault(
        json!({"kind": "failed", "operations": [CREATE], "count": 1, "reason": "the account has too many roles"}),
    )
    .await;
    let id = lab.approved(&lab.any()).await;
    fails_saying(&lab, id, "too many roles").await;
    assert!(lab.intervals(&lab.any()).await.is_empty());
}

#[tokio::test]
async fn a_creation_that_fails_slowly_leaves_nothing_behind() {
    let lab = Lab::slow(0.8).await;
    lab.fault(json!({"kind": "failed", "operations": [CREATE], "count": 1, "reason": "an internal error"})).await;
    let id = lab.approved(&lab.any()).await;
    fails_saying(&lab, id, "internal error").await;
}

#[tokio::test]
async fn a_failed_creation_that_took_effect_is_taken_away() {
    let lab = Lab::instant().await;
    lab.fault(json!({"kind": "failed", "operations": [CREATE], "count": 1, "reason": "half done", "effect": true}))
        .await;
    let id = lab.approved(&lab.any()).await;
    let grant = fails_saying(&lab, id, "half done").await;
    assert!(matches!(grant.evidence, Some(Evidence::DeletedAndReadBack { .. })), "{grant:?}");
    let intervals = lab.intervals(&grant.tuple).await;
    assert_eq!(intervals.len(), 1);
    assert!(intervals[0].removed_by_us());
}

#[tokio::test]
async fn a_suspended_account_fails_with_the_reason() {
    let lab = Lab::instant().await;
    let id = lab.approved(&lab.tuple("ann", "legacy-tracking", "ReadOnlyAccess")).await;
    fails_saying(&lab, id, "suspended").await;
}

#[tokio::test]
async fn a_user_deleted_since_the_approval_is_not_even_tried() {
    let lab = Lab::instant().await;
    let id = lab.approved(&lab.any()).await;
    lab.user_deleted(&lab.any()).await;
    let grant = lab.until(id, GrantState::Ended).await;
    assert_eq!(grant.reason, Some(EndReason::NoLongerAllowed));
    assert!(grant.detail.as_deref().is_some_and(|detail| detail.contains("does not exist")), "{grant:?}");
    assert_eq!((grant.evidence, lab.called(CREATE).await), (Some(Evidence::NeverAttempted), 0));
    lab.check().await;
}

#[tokio::test]
async fn a_permission_set_deleted_since_the_approval_fails_cleanly() {
    let lab = Lab::instant().await;
    let mut tuple = lab.any();
    let instance = tuple.permission_set.as_str().rsplit_once('/').unwrap().0;
    tuple.permission_set = PermissionSetArn::parse(format!("{instance}/{}", testkit::simulated::GONE)).unwrap();
    let id = lab.approved(&tuple).await;
    fails_saying(&lab, id, "does not exist").await;
}

#[tokio::test]
async fn a_denied_creation_fails_with_the_reason() {
    let lab = Lab::instant().await;
    lab.fault(json!({"kind": "access_denied", "operations": [CREATE], "count": 1})).await;
    let id = lab.approved(&lab.any()).await;
    fails_saying(&lab, id, "AccessDenied").await;
}

#[tokio::test]
async fn a_grant_revoked_while_it_is_being_made_is_taken_away() {
    let lab = Lab::slow(0.6).await;
    let id = lab.approved(&lab.any()).await;
    let adding = lab.adding();
    let revoke = async {
        tokio::time::sleep(Duration::from_millis(250)).await;
        lab.revoke(id, false).await.unwrap();
        assert_eq!(lab.grant(id).await.state, GrantState::Revoking);
    };
    let (step, ()) = join(adding.step(), revoke).await;
    step.unwrap();
    let grant = lab.until(id, GrantState::Ended).await;
    assert_eq!(grant.reason, Some(EndReason::Revoked));
    assert!(!lab.exists(&grant.tuple).await);
    assert_eq!(lab.intervals(&grant.tuple).await.len(), 1);
    lab.check().await;
}

#[tokio::test]
async fn one_that_never_comes_before_its_deadline_fails() {
    let lab = Lab::instant().await;
    lab.fault(json!({"kind": "throttle", "operations": [CREATE]})).await;
    let id = lab.approved_for(&lab.any(), 1, None).await;
    let grant = lab.until(id, GrantState::Ended).await;
    assert_eq!(grant.reason, Some(EndReason::Failed));
    assert!(lab.intervals(&grant.tuple).await.is_empty());
    lab.check().await;
}
