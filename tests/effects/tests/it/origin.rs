//! What Curfew did not make, it does not touch; what it may have made, it takes away.

use domain::assignment::{AssignmentState, Origin};
use domain::fact::Evidence;
use domain::grant::GrantState;
use jiff::SignedDuration;
use serde_json::json;

use crate::lab::Lab;

#[tokio::test]
async fn what_was_there_before_is_left_alone() {
    let lab = Lab::instant().await;
    let tuple = lab.any();
    lab.made_outside(&tuple).await;
    let grant = lab.active(&tuple).await;
    assert_eq!(lab.assignment(grant.id).await.origin, Some(Origin::PreExisting));
    lab.turn_to(grant.deadline_at.unwrap());
    let grant = lab.until(grant.id, GrantState::Ended).await;
    assert_eq!(grant.evidence, Some(Evidence::PreExistingLeft));
    assert!(lab.exists(&tuple).await);
    assert_eq!(lab.called("CreateAccountAssignment").await + lab.called("DeleteAccountAssignment").await, 0);
    lab.check().await;
    // And it is so again the next time.
    let again = lab.active(&tuple).await;
    lab.ends(&again).await;
    let again = lab.until(again.id, GrantState::Ended).await;
    assert_eq!(again.evidence, Some(Evidence::PreExistingLeft));
    assert_eq!(lab.intervals(&tuple).await.len(), 1);
    lab.check().await;
}

#[tokio::test]
async fn a_lost_answer_does_not_make_our_own_creation_somebody_elses() {
    let lab = Lab::instant().await;
    let tuple = lab.any();
    lab.fault(json!({"kind": "reset_after", "operations": ["CreateAccountAssignment"], "count": 1})).await;
    let grant = lab.active(&tuple).await;
    assert!(lab.faults_struck().await);
    assert_eq!(lab.assignment(grant.id).await.origin, Some(Origin::Ours));
    assert_eq!(lab.called("CreateAccountAssignment").await, 1, "it was there when it was looked for again");
    lab.turn_to(grant.deadline_at.unwrap());
    lab.until(grant.id, GrantState::Ended).await;
    let intervals = lab.intervals(&tuple).await;
    assert_eq!(intervals.len(), 1);
    assert!(intervals[0].removed_by_us());
    lab.check().await;
}

#[tokio::test]
async fn while_a_generation_is_recent_what_is_seen_is_ours() {
    let lab = Lab::instant().await;
    let tuple = lab.any();
    let first = lab.active(&tuple).await;
    lab.ends(&first).await;
    lab.until(first.id, GrantState::Ended).await;
    // It shows although it was removed: an echo of ours, as far as anybody knows.
    lab.made_outside(&tuple).await;
    let second = lab.approved(&tuple).await;
    let second = lab.until(second, GrantState::Active).await;
    assert_eq!(lab.assignment(second.id).await.origin, Some(Origin::Ours));
    lab.ends(&second).await;
    lab.until(second.id, GrantState::Ended).await;
    assert!(!lab.exists(&tuple).await);
    lab.check().await;
}

#[tokio::test]
async fn a_day_after_ours_a_standing_one_is_somebody_elses() {
    let lab = Lab::instant().await;
    let tuple = lab.any();
    let first = lab.active(&tuple).await;
    lab.ends(&first).await;
    lab.until(first.id, GrantState::Ended).await;
    lab.turn(SignedDuration::from_hours(25));
    lab.round().await;
    lab.made_outside(&tuple).await;
    let second = lab.active(&tuple).await;
    assert_eq!(lab.assignment(second.id).await.origin, Some(Origin::PreExisting));
    lab.ends(&second).await;
    let second = lab.until(second.id, GrantState::Ended).await;
    assert_eq!(second.evidence, Some(Evidence::PreExistingLeft));
    assert!(lab.exists(&tuple).await);
    lab.check().await;
}

#[tokio::test]
async fn what_was_there_and_was_taken_away_outside_is_ours_once_we_make_it() {
    let lab = Lab::instant().await;
    let tuple = lab.any();
    lab.made_outside(&tuple).await;
    let first = lab.active(&tuple).await;
    lab.removed_outside(&tuple).await;
    let second = lab.active(&tuple).await;
    assert!(lab.exists(&tuple).await);
    assert_eq!(lab.assignment(second.id).await.origin, Some(Origin::Ours));
    lab.revoke(first.id, false).await.unwrap();
    for id in [first.id, second.id] {
        lab.until(id, GrantState::Ended).await;
    }
    assert!(!lab.exists(&tuple).await);
    assert_eq!(lab.assignment(first.id).await.state, AssignmentState::Absent);
    lab.check().await;
}
