//! Receipts: what is signed about an end is what happened, and a changed byte shows.

use domain::fact::Evidence;
use domain::grant::{EndReason, GrantState};
use domain::receipt::{Attests, Groups, NotKnown, Receipt};
use domain::sessions::{NotCut, Sessions};
use receipts::{SigningKey, Untrue, verify};
use store::grants::Grant;
use store::receipts::Kept;

use crate::lab::{Lab, RECEIPT_SECRET};

impl Lab {
    pub async fn receipts(&self, grant: &Grant) -> Vec<Kept> {
        store::receipts::of_request(&mut self.db.read().await.unwrap(), grant.request).await.unwrap()
    }

    /// The only receipt of a grant, verified.
    async fn receipt(&self, grant: &Grant) -> Receipt {
        let receipts = self.receipts(grant).await;
        assert_eq!(receipts.len(), 1, "{receipts:?}");
        verified(&receipts[0])
    }
}

pub fn verified(kept: &Kept) -> Receipt {
    let key = SigningKey::from_secret(RECEIPT_SECRET).unwrap();
    verify(&kept.signed, &[key.public().clone()]).unwrap()
}

#[tokio::test]
async fn an_end_is_attested_with_how_it_is_known_and_how_long_it_lasted() {
    let lab = Lab::instant().await;
    let grant = lab.active(&lab.any()).await;
    lab.turn_to(grant.deadline_at.unwrap());
    let grant = lab.until(grant.id, GrantState::Ended).await;
    let receipt = lab.receipt(&grant).await;
    assert_eq!((receipt.grant, receipt.reason), (grant.id, EndReason::Deadline));
    assert_eq!((&receipt.tuple, receipt.attests), (&grant.tuple, Attests::End));
    assert_eq!(Some(&receipt.evidence), grant.evidence.as_ref());
    assert_eq!(receipt.exposure.due_at, grant.deadline_at);
    assert!(receipt.exposure.late_s.unwrap() < 30, "{receipt:?}");
    assert_eq!(receipt.exposure.credentials_s, Some(3600), "the permission set's sessions last an hour");
    assert_eq!(receipt.sessions, Sessions::NotCut { why: NotCut::NotAsked });
    assert!(receipt.remaining.not_known.contains(&NotKnown::AssignedMeanwhile));
    assert!(matches!(receipt.remaining.groups, Groups::Read { ref groups, .. } if groups.is_empty()), "{receipt:?}");
}

#[tokio::test]
async fn a_changed_byte_of_a_kept_receipt_is_seen() {
    let lab = Lab::instant().await;
    let grant = lab.active(&lab.any()).await;
    lab.ends(&grant).await;
    let grant = lab.until(grant.id, GrantState::Ended).await;
    let mut kept = lab.receipts(&grant).await.remove(0);
    verified(&kept);
    kept.signed.signed = kept.signed.signed.replacen("ended_by_requester", "ended_by_requestes", 1);
    let key = SigningKey::from_secret(RECEIPT_SECRET).unwrap();
    assert_eq!(verify(&kept.signed, &[key.public().clone()]), Err(Untrue::WrongSignature));
    let changing = sqlx::query("UPDATE receipts SET signed = 'x'").execute(lab.db.pool()).await;
    assert!(changing.unwrap_err().to_string().contains("append-only"));
}

#[tokio::test]
async fn a_grant_that_another_one_keeps_says_so_and_what_remains() {
    let lab = Lab::instant().await;
    let short = lab.active(&lab.any()).await;
    let long = lab.approved_for(&lab.any(), 120, None).await;
    let long = lab.until(long, GrantState::Active).await;
    lab.ends(&short).await;
    let short = lab.until(short.id, GrantState::Ended).await;
    let receipt = lab.receipt(&short).await;
    assert!(matches!(receipt.evidence, Evidence::KeptByAnotherGrant { grant, .. } if grant == long.id));
    assert_eq!(receipt.sessions, Sessions::Unaffected);
    assert_eq!((receipt.exposure.removed_at, receipt.exposure.late_s), (None, None));
    let others: Vec<_> = receipt.remaining.grants.iter().map(|other| (other.grant, other.until)).collect();
    assert_eq!(others, [(long.id, long.deadline_at)]);
}

#[tokio::test]
async fn what_was_there_before_remains_and_is_said_to() {
    let lab = Lab::instant().await;
    let tuple = lab.any();
    lab.made_outside(&tuple).await;
    let grant = lab.active(&tuple).await;
    lab.revoke(grant.id, false).await.unwrap();
    let grant = lab.until(grant.id, GrantState::Ended).await;
    let receipt = lab.receipt(&grant).await;
    assert_eq!(receipt.evidence, Evidence::PreExistingLeft);
    assert!(receipt.remaining.pre_existing);
    assert_eq!(receipt.sessions, Sessions::Unaffected);
}

#[tokio::test]
async fn a_group_that_has_the_same_is_named_to_those_who_are_in_it() {
    let lab = Lab::instant().await;
    // The engineers have it by a standing assignment.
    let tuple = lab.tuple("ann", "freight-booking-staging", "ReadOnlyAccess");
    let engineers = lab.group_known("engineers", &tuple).await;
    let grant = lab.active(&tuple).await;
    lab.ends(&grant).await;
    let grant = lab.until(grant.id, GrantState::Ended).await;
    let receipt = lab.receipt(&grant).await;
    let Groups::Read { groups, .. } = receipt.remaining.groups else { panic!("{receipt:?}") };
    assert_eq!(groups, [engineers]);
}

#[tokio::test]
async fn what_never_began_has_no_receipt() {
    let lab = Lab::instant().await;
    let start = lab.now() + jiff::SignedDuration::from_hours(2);
    let id = lab.approved_for(&lab.any(), 60, Some(start)).await;
    let grant = lab.grant(id).await;
    lab.ends(&grant).await;
    assert_eq!(lab.grant(id).await.state, GrantState::Ended);
    assert!(lab.receipts(&grant).await.is_empty());
}

#[tokio::test]
async fn cut_sessions_have_a_receipt_of_their_own() {
    let lab = Lab::cutting().await;
    let grant = lab.active(&lab.any()).await;
    lab.revoke(grant.id, false).await.unwrap();
    let grant = lab.until(grant.id, GrantState::Ended).await;
    assert!(matches!(lab.receipt(&grant).await.sessions, Sessions::Cutting { .. }));
    lab.cutting_sessions().step().await.unwrap();
    let receipts: Vec<Receipt> = lab.receipts(&grant).await.iter().map(verified).collect();
    assert_eq!(receipts.len(), 2);
    assert_eq!(receipts[1].attests, Attests::SessionsCut);
    assert!(matches!(receipts[1].sessions, Sessions::Cut { in_place_at, .. } if in_place_at >= receipts[0].made_at));
}
