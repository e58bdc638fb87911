//! What was removed from memory while Postgres was away, and what the usual work makes of it afterwards.

use domain::Fact;
use domain::assignment::{AssignmentState, Origin};
use domain::fact::Evidence;
use domain::grant::GrantState;
use jiff::SignedDuration;
use store::grants::Grant;
use store::held::{self, Held};
use store::tuple::{Noted, removed_offline};

use crate::lab::Lab;

/// What an instance would remember.
async fn remembered(lab: &Lab) -> Vec<Held> {
    let horizon = lab.now() + SignedDuration::from_hours(24);
    held::all(&mut lab.db.read().await.unwrap(), horizon).await.unwrap()
}

/// Removes it as an instance does that cannot reach Postgres.
async fn removed_from_memory(lab: &Lab, held: &Held) -> Evidence {
    let send_by = lab.db.clock.on_host(lab.now() + SignedDuration::from_secs(5));
    let accepted = lab.removing().aws.delete(&held.tuple, send_by).await.unwrap();
    drop(accepted);
    assert!(!lab.exists(&held.tuple).await);
    Evidence::DeletedAndReadBack { read_at: lab.now() }
}

async fn written_down(lab: &Lab, held: &Held, evidence: &Evidence) -> Noted {
    lab.now();
    let mut tx = lab.db.begin(revocation::Removing::actor()).await.unwrap();
    let noted = removed_offline(&mut tx, held, evidence).await.unwrap();
    let told = tx.facts().iter().any(|f| matches!(&f.fact, Fact::AssignmentRemovedOffline { .. }));
    assert!(told, "it is told whatever follows");
    tx.commit().await.unwrap();
    noted
}

async fn active_and_remembered(lab: &Lab) -> (Grant, Held) {
    let grant = lab.active(&lab.any()).await;
    let mut all = remembered(lab).await;
    assert_eq!(all.len(), 1);
    let held = all.remove(0);
    assert_eq!((&held.tuple, Some(held.until)), (&grant.tuple, grant.deadline_at));
    (grant, held)
}

#[tokio::test]
async fn what_was_removed_from_memory_ends_by_reads_and_is_not_deleted_twice() {
    let lab = Lab::instant().await;
    let (grant, held) = active_and_remembered(&lab).await;
    lab.turn_to(held.until);
    let evidence = removed_from_memory(&lab, &held).await;
    assert_eq!(written_down(&lab, &held, &evidence).await, Noted::Gone);
    let grant = lab.until(grant.id, GrantState::Ended).await;
    assert!(matches!(grant.evidence, Some(Evidence::AbsentTwice { .. })), "{:?}", grant.evidence);
    assert_eq!(lab.called("DeleteAccountAssignment").await, 1);
    lab.check().await;
}

#[tokio::test]
async fn access_that_was_prolonged_in_the_last_seconds_is_given_again_until_its_own_deadline() {
    let lab = Lab::instant().await;
    let (grant, held) = active_and_remembered(&lab).await;
    lab.extended(&grant, 30).await;
    lab.turn_to(held.until);
    let evidence = removed_from_memory(&lab, &held).await;
    assert_eq!(written_down(&lab, &held, &evidence).await, Noted::GivenAgain);
    for _ in 0..20 {
        lab.round().await;
    }
    assert!(lab.exists(&grant.tuple).await, "{}", lab.said());
    let assignment = lab.assignment(grant.id).await;
    assert_eq!((assignment.state, assignment.origin), (AssignmentState::Present, Some(Origin::Ours)));
    let grant = lab.grant(grant.id).await;
    assert_eq!(
        (grant.state, grant.deadline_at),
        (GrantState::Active, Some(held.until + SignedDuration::from_mins(30)))
    );
    lab.turn_to(grant.deadline_at.unwrap());
    lab.until(grant.id, GrantState::Ended).await;
    assert!(!lab.exists(&grant.tuple).await);
}

#[tokio::test]
async fn what_has_ended_by_itself_meanwhile_is_not_touched_by_the_note() {
    let lab = Lab::instant().await;
    let (grant, held) = active_and_remembered(&lab).await;
    lab.turn_to(held.until);
    lab.until(grant.id, GrantState::Ended).await;
    let before = lab.assignment(grant.id).await;
    let evidence = Evidence::DeletedAndReadBack { read_at: lab.now() };
    assert_eq!(written_down(&lab, &held, &evidence).await, Noted::Overtaken);
    let after = lab.assignment(grant.id).await;
    assert_eq!((after.state, after.work, after.first_absent_at), (before.state, before.work, before.first_absent_at));
    // And a later generation is not taken for the one that was removed.
    let again = lab.active(&grant.tuple).await;
    assert_eq!(written_down(&lab, &held, &evidence).await, Noted::Overtaken);
    assert_eq!(lab.grant(again.id).await.state, GrantState::Active);
    assert!(lab.exists(&grant.tuple).await);
}

#[tokio::test]
async fn what_was_there_before_is_never_remembered() {
    let lab = Lab::instant().await;
    let tuple = lab.any();
    lab.made_outside(&tuple).await;
    lab.active(&tuple).await;
    assert_eq!(remembered(&lab).await, []);
}

#[tokio::test]
async fn an_assignment_is_remembered_until_the_last_of_its_grants_ends_and_while_it_is_removed() {
    let lab = Lab::instant().await;
    let first = lab.active(&lab.any()).await;
    lab.turn(SignedDuration::from_mins(20));
    let second = lab.active(&first.tuple).await;
    let until = |all: &[Held]| all.iter().map(|held| Some(held.until)).collect::<Vec<_>>();
    assert_eq!(until(&remembered(&lab).await), [second.deadline_at]);
    lab.ends(&second).await;
    assert_eq!(until(&remembered(&lab).await), [first.deadline_at], "the first still holds it");
    lab.ends(&first).await;
    let leaving = remembered(&lab).await;
    assert!(leaving.len() == 1 && leaving[0].until <= lab.now(), "{leaving:?}");
    lab.until(first.id, GrantState::Ended).await;
    assert_eq!(remembered(&lab).await, []);
}

#[tokio::test]
async fn instances_know_how_many_are_before_them_and_forget_those_that_are_gone() {
    let lab = Lab::instant().await;
    let (first, second, third) = (store::new_id(), store::new_id(), store::new_id());
    let attend = async |id, later: i64| {
        let now = lab.db.clock.now() + SignedDuration::from_secs(later);
        held::attend(&mut lab.db.read().await.unwrap(), id, now).await.unwrap()
    };
    assert_eq!((attend(first, 0).await, attend(second, 1).await, attend(third, 2).await), (0, 1, 2));
    assert_eq!(attend(first, 5).await, 0);
    held::leave(&mut lab.db.read().await.unwrap(), first).await.unwrap();
    assert_eq!(attend(third, 6).await, 1);
    assert_eq!(attend(third, 20).await, 0, "the second was not heard of for long");
}
