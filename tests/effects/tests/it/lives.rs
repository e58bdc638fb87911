//! Lives without trouble.

use domain::fact::Evidence;
use domain::grant::{EndReason, GrantState};
use jiff::SignedDuration;

use crate::lab::Lab;

#[tokio::test]
async fn a_plain_life_is_eight_calls_and_one_interval() {
    let lab = Lab::instant().await;
    let grant = lab.active(&lab.any()).await;
    assert!(lab.exists(&grant.tuple).await);
    assert_eq!(grant.deadline_at, grant.active_at.map(|at| at + SignedDuration::from_mins(60)), "from read-back");
    lab.turn_to(grant.deadline_at.unwrap());
    let grant = lab.until(grant.id, GrantState::Ended).await;
    assert_eq!(grant.reason, Some(EndReason::Deadline));
    assert!(matches!(grant.evidence, Some(Evidence::DeletedAndReadBack { .. })), "{grant:?}");
    let calls: Vec<String> = lab.calls().await.into_iter().map(|call| call.operation).collect();
    assert_eq!(
        calls,
        [
            "DescribeUser",
            "ListAccountAssignments",
            "CreateAccountAssignment",
            "DescribeAccountAssignmentCreationStatus",
            "ListAccountAssignments",
            "DeleteAccountAssignment",
            "DescribeAccountAssignmentDeletionStatus",
            "ListAccountAssignments",
        ]
    );
    let intervals = lab.intervals(&grant.tuple).await;
    assert_eq!(intervals.len(), 1);
    assert!(intervals[0].is_ours() && intervals[0].removed_by_us());
    lab.check().await;
}

#[tokio::test]
async fn who_has_it_gives_it_back() {
    let lab = Lab::instant().await;
    let grant = lab.active(&lab.any()).await;
    let ended = lab.ends(&grant).await;
    assert_eq!(ended.ended, [(grant.id, GrantState::Revoking)]);
    assert_eq!(ended.remaining, []);
    let grant = lab.until(grant.id, GrantState::Ended).await;
    assert_eq!(grant.reason, Some(EndReason::EndedByRequester));
    assert!(!lab.exists(&grant.tuple).await);
    lab.check().await;
}

#[tokio::test]
async fn a_window_starts_when_it_was_asked_for_and_has_a_fixed_end() {
    let lab = Lab::slow(0.3).await;
    let start = lab.now() + SignedDuration::from_hours(3);
    let id = lab.approved_for(&lab.any(), 30, Some(start)).await;
    lab.round().await;
    assert_eq!(lab.grant(id).await.state, GrantState::Scheduled);
    assert_eq!(lab.calls().await.len(), 0, "before its start nothing is called");
    lab.turn_to(start);
    let grant = lab.until(id, GrantState::Active).await;
    assert_eq!(grant.deadline_at, Some(start + SignedDuration::from_mins(30)), "however long AWS took");
    lab.turn_to(start + SignedDuration::from_mins(30));
    let grant = lab.until(id, GrantState::Ended).await;
    assert_eq!(grant.reason, Some(EndReason::Deadline));
    lab.check().await;
}

#[tokio::test]
async fn a_missed_window_fails_without_a_call() {
    let lab = Lab::instant().await;
    let start = lab.now() + SignedDuration::from_mins(10);
    let fixed = lab.approved_for(&lab.any(), 30, Some(start)).await;
    let at_once = lab.approved(&lab.nth(3)).await;
    lab.turn(SignedDuration::from_hours(2));
    for id in [fixed, at_once] {
        let grant = lab.until(id, GrantState::Ended).await;
        assert_eq!(grant.reason, Some(EndReason::Failed));
        assert_eq!(grant.evidence, Some(Evidence::NeverAttempted));
    }
    assert_eq!(lab.calls().await.len(), 0);
    lab.check().await;
}

#[tokio::test]
async fn one_request_of_several_pairs_is_as_many_lives() {
    let lab = Lab::instant().await;
    let mut grants = Vec::new();
    for n in 0..5 {
        grants.push(lab.approved(&lab.nth(n)).await);
    }
    for id in &grants {
        lab.until(*id, GrantState::Active).await;
    }
    lab.turn(SignedDuration::from_mins(61));
    for id in &grants {
        lab.until(*id, GrantState::Ended).await;
    }
    let intervals = lab.all_intervals().await;
    assert_eq!(intervals.len(), 5);
    assert!(intervals.iter().all(|interval| interval.until.is_some()));
    assert!(lab.calls().await.len() <= 36);
    lab.check().await;
}

#[tokio::test]
async fn an_extension_is_no_call_and_moves_the_end() {
    let lab = Lab::instant().await;
    let grant = lab.active(&lab.any()).await;
    let calls = lab.calls().await.len();
    lab.extended(&grant, 30).await;
    lab.turn_to(grant.deadline_at.unwrap());
    lab.round().await;
    let extended = lab.grant(grant.id).await;
    assert_eq!(extended.state, GrantState::Active);
    assert_eq!(lab.calls().await.len(), calls);
    lab.turn_to(extended.deadline_at.unwrap());
    lab.until(grant.id, GrantState::Ended).await;
    assert_eq!(lab.intervals(&grant.tuple).await.len(), 1);
    lab.check().await;
}
