//! A removed tuple is looked at for a day.

use domain::assignment::{AssignmentState, Work};
use domain::grant::GrantState;
use jiff::SignedDuration;
use store::slots::Slots;

use crate::lab::Lab;

#[tokio::test]
async fn a_removed_one_that_shows_again_is_removed_again() {
    let lab = Lab::instant().await;
    let grant = lab.active(&lab.any()).await;
    lab.ends(&grant).await;
    lab.until(grant.id, GrantState::Ended).await;
    assert_eq!(lab.assignment(grant.id).await.work, Work::Watch);
    lab.made_outside(&grant.tuple).await;
    lab.turn(SignedDuration::from_mins(3));
    for _ in 0..20 {
        lab.round().await;
    }
    assert!(!lab.exists(&grant.tuple).await, "{}", lab.said());
    let assignment = lab.assignment(grant.id).await;
    assert_eq!((assignment.state, assignment.work), (AssignmentState::Absent, Work::Watch));
    assert_eq!(assignment.generation, 2);
    lab.check().await;
}

#[tokio::test]
async fn the_watch_ends_after_a_day_and_costs_few_calls() {
    let lab = Lab::instant().await;
    let grant = lab.active(&lab.any()).await;
    lab.ends(&grant).await;
    lab.until(grant.id, GrantState::Ended).await;
    let before = lab.calls().await.len();
    for _ in 0..(25 * 12) {
        lab.turn(SignedDuration::from_mins(5));
        lab.now();
        lab.removing().step().await.unwrap();
    }
    let looks = lab.calls().await.len() - before;
    assert!((4..=6).contains(&looks), "{looks} looks");
    assert_eq!(lab.assignment(grant.id).await.work, Work::None);
    lab.check().await;
}

#[tokio::test]
async fn a_new_grant_takes_a_watched_tuple_over() {
    let lab = Lab::instant().await;
    let first = lab.active(&lab.any()).await;
    lab.ends(&first).await;
    lab.until(first.id, GrantState::Ended).await;
    let second = lab.active(&lab.any()).await;
    lab.turn(SignedDuration::from_mins(3));
    for _ in 0..5 {
        lab.round().await;
    }
    assert_eq!(lab.grant(second.id).await.state, GrantState::Active);
    assert!(lab.exists(&first.tuple).await, "the watch does not take a living grant's assignment away");
    lab.check().await;
}

#[tokio::test]
async fn the_watch_lets_removals_go_first_but_not_for_long() {
    let mut lab = Lab::instant().await;
    let (gone, held, waits) =
        (lab.active(&lab.any()).await, lab.active(&lab.nth(1)).await, lab.active(&lab.nth(2)).await);
    lab.ends(&gone).await;
    lab.until(gone.id, GrantState::Ended).await;
    lab.slots = Slots { outstanding: 1, covers_delete: true, reserved: 1, one_at_a_time: false };
    sqlx::query("UPDATE assignments SET slot = 0, slot_until = $2::timestamptz WHERE id = $1")
        .bind(held.assignment.unwrap().uuid())
        .bind((lab.now() + SignedDuration::from_hours(1)).to_string())
        .execute(lab.db.pool())
        .await
        .unwrap();
    lab.ends(&waits).await;
    let before = lab.calls().await.len();
    lab.turn(SignedDuration::from_mins(3));
    lab.removing().step().await.unwrap();
    assert_eq!(lab.calls().await.len(), before, "it has been due for a minute, and a removal waits for its place");
    lab.turn(SignedDuration::from_mins(5));
    lab.removing().step().await.unwrap();
    assert_eq!(lab.calls().await.len(), before + 1, "it has been due for six");
    assert!(lab.exists(&waits.tuple).await, "the removal still waits");
}
