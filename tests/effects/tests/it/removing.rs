//! Deletions that AWS throttles, loses, refuses, or fails later: nothing ends the trying.

use std::time::Duration;

use domain::fact::Evidence;
use domain::grant::GrantState;
use serde_json::{Value, json};
use store::grants::Grant;

use crate::lab::{LAG, Lab};

const DELETE: &str = "DeleteAccountAssignment";

/// A grant that ended although its removal met these faults.
async fn gone_in_spite_of(lab: &Lab, faults: &[Value]) -> Grant {
    let grant = lab.active(&lab.any()).await;
    for fault in faults {
        lab.fault(fault.clone()).await;
    }
    lab.turn_to(grant.deadline_at.unwrap());
    let grant = lab.until(grant.id, GrantState::Ended).await;
    assert!(lab.faults_struck().await, "the faults were met");
    assert!(!lab.exists(&grant.tuple).await);
    assert_eq!(lab.intervals(&grant.tuple).await.len(), 1);
    lab.check().await;
    grant
}

#[tokio::test]
async fn a_burst_of_throttles_on_the_deletion() {
    let lab = Lab::instant().await;
    gone_in_spite_of(&lab, &[json!({"kind": "throttle", "operations": [DELETE], "count": 8})]).await;
    assert_eq!(lab.called(DELETE).await, 9);
}

#[tokio::test]
async fn throttles_on_the_polls_do_not_repeat_the_deletion() {
    let lab = Lab::instant().await;
    let polls = json!({"kind": "throttle", "operations": ["DescribeAccountAssignmentDeletionStatus"], "count": 4});
    gone_in_spite_of(&lab, &[polls]).await;
    assert_eq!(lab.called(DELETE).await, 1);
}

#[tokio::test]
async fn errors_lost_connections_and_conflicts() {
    let faults = [
        json!({"kind": "server_error", "operations": [DELETE], "count": 2}),
        json!({"kind": "reset_before", "operations": [DELETE], "count": 2}),
        json!({"kind": "conflict", "operations": [DELETE], "count": 3}),
    ];
    gone_in_spite_of(&Lab::instant().await, &faults).await;
}

#[tokio::test]
async fn a_lost_answer_is_settled_by_two_reads_a_lag_apart() {
    let lab = Lab::instant().await;
    let grant = gone_in_spite_of(&lab, &[json!({"kind": "reset_after", "operations": [DELETE], "count": 1})]).await;
    let Some(Evidence::AbsentTwice { first_at, second_at }) = grant.evidence else { panic!("{grant:?}") };
    assert!(second_at.duration_since(first_at) >= LAG);
}

#[tokio::test]
async fn a_deletion_that_hangs_with_and_without_effect() {
    let lab = Lab::impatient(Duration::from_millis(300)).await;
    let faults = [
        json!({"kind": "hang", "operations": [DELETE], "count": 1, "seconds": 3}),
        json!({"kind": "hang", "operations": [DELETE], "count": 1, "seconds": 3, "effect": true}),
    ];
    gone_in_spite_of(&lab, &faults).await;
}

#[tokio::test]
async fn a_failed_deletion_is_tried_again() {
    let lab = Lab::instant().await;
    gone_in_spite_of(&lab, &[json!({"kind": "failed", "operations": [DELETE], "count": 3, "reason": "not today"})])
        .await;
    assert!(lab.said().contains("not today"), "somebody is told");
    assert_eq!(lab.called(DELETE).await, 4);
}

#[tokio::test]
async fn a_failed_deletion_that_took_effect_is_seen() {
    let lab = Lab::instant().await;
    let failed = json!({"kind": "failed", "operations": [DELETE], "count": 1, "effect": true});
    let grant = gone_in_spite_of(&lab, &[failed]).await;
    assert!(matches!(grant.evidence, Some(Evidence::AbsentTwice { .. })), "{grant:?}");
}

#[tokio::test]
async fn a_deletion_longer_than_a_steps_patience_is_followed_on_under_its_id() {
    let lab = Lab::instant().await;
    gone_in_spite_of(&lab, &[json!({"kind": "slow", "operations": [DELETE], "count": 1, "seconds": 11.5})]).await;
    assert_eq!(lab.called(DELETE).await, 1);
}

#[tokio::test]
async fn a_denied_deletion_is_tried_for_ever_and_settles_when_it_may() {
    let lab = Lab::instant().await;
    let grant = lab.active(&lab.any()).await;
    lab.fault(json!({"kind": "access_denied", "operations": [DELETE]})).await;
    lab.ends(&grant).await;
    for _ in 0..30 {
        lab.round().await;
    }
    let assignment = lab.assignment(grant.id).await;
    assert_eq!(lab.grant(grant.id).await.state, GrantState::Revoking);
    assert!(assignment.tries > 3 && lab.called(DELETE).await > 3, "{assignment:?}");
    assert!(assignment.last_error.is_some_and(|error| error.contains("AccessDenied")));
    lab.check().await;
    lab.lift_faults().await;
    lab.turn(jiff::SignedDuration::from_mins(6));
    lab.until(grant.id, GrantState::Ended).await;
    assert!(!lab.exists(&grant.tuple).await);
    lab.check().await;
}

#[tokio::test]
async fn what_was_removed_outside_settles_by_two_reads() {
    let lab = Lab::instant().await;
    let grant = lab.active(&lab.any()).await;
    lab.removed_outside(&grant.tuple).await;
    lab.ends(&grant).await;
    let grant = lab.until(grant.id, GrantState::Ended).await;
    let Some(Evidence::AbsentTwice { first_at, second_at }) = grant.evidence else { panic!("{grant:?}") };
    assert!(second_at.duration_since(first_at) >= LAG);
    assert_eq!(lab.called(DELETE).await, 1, "ResourceNotFound was the answer");
    lab.check().await;
}

#[tokio::test]
async fn a_user_deleted_while_they_have_it_leaves_no_orphan() {
    let lab = Lab::instant().await;
    let grant = lab.active(&lab.any()).await;
    lab.user_deleted(&grant.tuple).await;
    assert!(lab.exists(&grant.tuple).await, "AWS leaves an orphan");
    lab.turn_to(grant.deadline_at.unwrap());
    lab.until(grant.id, GrantState::Ended).await;
    assert!(!lab.exists(&grant.tuple).await);
    lab.check().await;
}

#[tokio::test]
async fn reads_that_still_show_it_are_not_believed_and_not_called_gone() {
    let lab = Lab::instant().await;
    let grant = lab.active(&lab.any()).await;
    lab.set(json!({"visibility_lag_seconds": 2.5})).await;
    lab.ends(&grant).await;
    lab.until(grant.id, GrantState::Ended).await;
    assert_eq!(lab.intervals(&grant.tuple).await.len(), 1);
    lab.check().await;
}
