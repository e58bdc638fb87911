//! How somebody stands is asked of AWS at the vote.

use std::sync::atomic::Ordering;

use approval::fresh::Unknown;
use approval::usecase::decide::DecideError;
use domain::request::RequestState;
use runtime::settings::FreshCheck;
use testkit::Asked;

use crate::lab::{Lab, lab, lab_with, yes};

async fn copy_was_read(lab: &Lab, minutes_ago: i64) {
    sqlx::query(
        "UPDATE directory_syncs SET succeeded_at = $1::timestamptz - make_interval(mins => $2) WHERE part IN ('users', 'members')",
    )
    .bind(lab.db.clock().now().to_string())
    .bind(i32::try_from(minutes_ago).unwrap())
    .execute(lab.db.pool())
    .await
    .unwrap();
}

#[tokio::test]
async fn who_left_the_group_a_minute_ago_decides_nothing_though_the_copy_does_not_know() {
    let lab = lab().await;
    let (ann, bob) = (lab.person("ann").await, lab.person("bob").await);
    let approvers = lab.group("approvers", &[&bob]).await;
    let (request, _) = lab.asks(Asked::by(&ann, &approvers)).await;
    lab.aws.left.lock().unwrap().push((bob.clone(), approvers));
    let refused = lab.votes(&bob, &yes(request)).await.unwrap_err();
    assert!(matches!(refused, DecideError::NotAnApprover(None)), "{refused}");
}

#[tokio::test]
async fn while_aws_is_away_a_copy_that_is_not_too_old_is_gone_by_and_the_trail_says_so() {
    let lab = lab().await;
    let (ann, bob) = (lab.person("ann").await, lab.person("bob").await);
    let approvers = lab.group("approvers", &[&bob]).await;
    let (request, _) = lab.asks(Asked::by(&ann, &approvers)).await;
    lab.aws.away.store(true, Ordering::SeqCst);
    let refused = lab.votes(&bob, &yes(request)).await.unwrap_err();
    assert!(matches!(refused, DecideError::Unknown(Unknown::TooOld(None))), "{refused}");
    copy_was_read(&lab, 61).await;
    let refused = lab.votes(&bob, &yes(request)).await.unwrap_err();
    assert!(matches!(refused, DecideError::Unknown(Unknown::TooOld(Some(_)))), "{refused}");
    copy_was_read(&lab, 60).await;
    assert_eq!(lab.agrees(&bob, request).await.state, RequestState::Approved);
    assert_eq!(lab.fact("approval.voted.v1").await["by_copy_of"], "2026-03-02T08:00:00Z");
}

#[tokio::test]
async fn where_an_answer_is_demanded_nobody_decides_without_one() {
    let lab = lab_with(&[], FreshCheck::Demand).await;
    let (ann, bob) = (lab.person("ann").await, lab.person("bob").await);
    let approvers = lab.group("approvers", &[&bob]).await;
    let (request, _) = lab.asks(Asked::by(&ann, &approvers)).await;
    copy_was_read(&lab, 1).await;
    lab.aws.away.store(true, Ordering::SeqCst);
    let refused = lab.votes(&bob, &yes(request)).await.unwrap_err();
    assert!(matches!(refused, DecideError::Unknown(Unknown::Away)), "{refused}");
    lab.aws.away.store(false, Ordering::SeqCst);
    assert_eq!(lab.agrees(&bob, request).await.state, RequestState::Approved);
    assert_eq!(lab.fact("approval.voted.v1").await.get("by_copy_of"), None);
}
