//! Grants that overlap on one assignment, and grants that follow close upon one another.

use domain::assignment::AssignmentState;
use domain::fact::Evidence;
use domain::grant::{EndReason, GrantState};
use domain::{GrantId, UserId};
use jiff::SignedDuration;
use revocation::usecase::{Ended, Refused, Revoke, Revoker};

use crate::lab::Lab;

impl Lab {
    /// An admin revokes.
    pub async fn revoke(&self, grant: GrantId, only_this: bool) -> Result<Ended, Refused> {
        self.now();
        let admin = Revoker { user: UserId::parse(self.approver.as_str()).unwrap(), groups: vec![], is_admin: true };
        let mut tx = self.db.tx(&admin.user).await;
        let command = Revoke { grant, only_this, comment: None, version: None };
        let ended = revocation::usecase::revoke(&mut tx, &command, &admin).await?;
        tx.commit().await.unwrap();
        Ok(ended)
    }
}

#[tokio::test]
async fn overlapping_grants_share_an_assignment_and_the_last_to_end_removes_it() {
    let lab = Lab::instant().await;
    let first = lab.active(&lab.any()).await;
    lab.turn(SignedDuration::from_mins(30));
    let second = lab.active(&lab.any()).await;
    assert_eq!(first.assignment, second.assignment);
    assert_eq!(lab.called("CreateAccountAssignment").await, 1);
    lab.turn_to(first.deadline_at.unwrap());
    let first = lab.until(first.id, GrantState::Ended).await;
    let kept = Evidence::KeptByAnotherGrant { grant: second.id, until: second.deadline_at.unwrap() };
    assert_eq!(first.evidence, Some(kept));
    assert!(lab.exists(&first.tuple).await);
    assert_eq!(lab.called("DeleteAccountAssignment").await, 0);
    lab.turn_to(second.deadline_at.unwrap());
    let second = lab.until(second.id, GrantState::Ended).await;
    assert!(matches!(second.evidence, Some(Evidence::DeletedAndReadBack { .. })));
    assert_eq!(lab.intervals(&first.tuple).await.len(), 1);
    lab.check().await;
}

#[tokio::test]
async fn two_that_start_together_need_one_creation() {
    let lab = Lab::slow(0.2).await;
    let (one, two) = (lab.approved(&lab.any()).await, lab.approved_for(&lab.any(), 20, None).await);
    lab.until(one, GrantState::Active).await;
    let two = lab.until(two, GrantState::Active).await;
    assert_eq!(lab.called("CreateAccountAssignment").await, 1);
    lab.turn_to(two.deadline_at.unwrap());
    lab.until(two.id, GrantState::Ended).await;
    lab.turn(SignedDuration::from_mins(45));
    lab.until(one, GrantState::Ended).await;
    assert_eq!(lab.intervals(&two.tuple).await.len(), 1);
    lab.check().await;
}

#[tokio::test]
async fn ones_own_end_says_what_remains() {
    let lab = Lab::instant().await;
    let first = lab.active(&lab.any()).await;
    let second = lab.active(&lab.any()).await;
    let ended = lab.ends(&first).await;
    assert_eq!(ended.ended, [(first.id, GrantState::Ended)], "at once: there is nothing to call for");
    assert_eq!(ended.remaining, [(second.id, second.deadline_at)]);
    let first = lab.until(first.id, GrantState::Ended).await;
    assert!(matches!(first.evidence, Some(Evidence::KeptByAnotherGrant { .. })), "{first:?}");
    assert!(lab.exists(&first.tuple).await);
    lab.check().await;
}

#[tokio::test]
async fn a_revoke_ends_every_grant_on_the_assignment() {
    let lab = Lab::instant().await;
    let first = lab.active(&lab.any()).await;
    let second = lab.active(&lab.any()).await;
    let ended = lab.revoke(first.id, false).await.unwrap();
    assert_eq!(ended.ended.len(), 2);
    assert_eq!(ended.remaining, []);
    for id in [first.id, second.id] {
        assert_eq!(lab.until(id, GrantState::Ended).await.reason, Some(EndReason::Revoked));
    }
    assert!(!lab.exists(&first.tuple).await);
    lab.check().await;
}

#[tokio::test]
async fn a_narrow_revoke_ends_one_and_says_what_remains() {
    let lab = Lab::instant().await;
    let first = lab.active(&lab.any()).await;
    let second = lab.active(&lab.any()).await;
    let ended = lab.revoke(first.id, true).await.unwrap();
    assert_eq!(ended.remaining, [(second.id, second.deadline_at)]);
    lab.until(first.id, GrantState::Ended).await;
    assert_eq!(lab.grant(second.id).await.state, GrantState::Active);
    assert!(lab.exists(&first.tuple).await);
    lab.check().await;
}

#[tokio::test]
async fn revoke_right_after_grant_ends_right_through_the_conflict() {
    let lab = Lab::slow(0.2).await;
    lab.set(serde_json::json!({"linger_seconds": 3.0})).await;
    let grant = lab.active(&lab.any()).await;
    lab.revoke(grant.id, false).await.unwrap();
    lab.until(grant.id, GrantState::Ended).await;
    assert!(lab.calls().await.iter().any(|call| call.outcome == "ConflictException"), "the conflict lingered");
    assert!(!lab.exists(&grant.tuple).await);
    lab.check().await;
}

#[tokio::test]
async fn grant_right_after_revoke_is_given_through_the_conflict() {
    let lab = Lab::slow(0.2).await;
    let first = lab.active(&lab.any()).await;
    lab.revoke(first.id, false).await.unwrap();
    lab.removing().step().await.unwrap();
    assert_eq!(lab.assignment(first.id).await.state, AssignmentState::Deleting);
    let second = lab.approved(&lab.any()).await;
    lab.until(second, GrantState::Active).await;
    assert_eq!(lab.grant(first.id).await.state, GrantState::Ended);
    assert!(lab.exists(&first.tuple).await);
    assert_eq!(lab.intervals(&first.tuple).await.len(), 2);
    lab.check().await;
    lab.turn(SignedDuration::from_mins(61));
    lab.until(second, GrantState::Ended).await;
    lab.check().await;
}

#[tokio::test]
async fn a_grant_before_its_removal_began_keeps_the_assignment_without_a_call() {
    let lab = Lab::instant().await;
    let first = lab.active(&lab.any()).await;
    lab.ends(&first).await;
    let second = lab.approved(&lab.any()).await;
    lab.now();
    lab.adding().step().await.unwrap();
    let (first, second) = (lab.grant(first.id).await, lab.until(second, GrantState::Active).await);
    assert!(matches!(first.evidence, Some(Evidence::KeptByAnotherGrant { .. })), "{first:?}");
    assert_eq!(lab.called("DeleteAccountAssignment").await, 0);
    assert_eq!(lab.intervals(&second.tuple).await.len(), 1);
    lab.check().await;
}

#[tokio::test]
async fn a_grant_revoked_before_a_worker_saw_it_costs_no_call() {
    let lab = Lab::instant().await;
    let id = lab.approved(&lab.any()).await;
    lab.revoke(id, false).await.unwrap();
    let grant = lab.until(id, GrantState::Ended).await;
    assert_eq!(grant.evidence, Some(Evidence::NeverAttempted));
    assert_eq!(lab.calls().await.len(), 0);
    lab.check().await;
}

#[tokio::test]
async fn a_second_end_for_another_reason_is_refused_with_the_state() {
    let lab = Lab::instant().await;
    let grant = lab.active(&lab.any()).await;
    lab.ends(&grant).await;
    let refused = lab.revoke(grant.id, false).await.unwrap_err();
    assert!(matches!(
        refused,
        Refused::TooLate { state: GrantState::Revoking, reason: Some(EndReason::EndedByRequester), .. }
    ));
    lab.until(grant.id, GrantState::Ended).await;
    lab.check().await;
}
