//! Pairs of one request that are decided apart.

use approval::usecase::decide::{Decide, DecideError};
use domain::request::RequestState;
use testkit::Asked;
use testkit::requests::pair;

use crate::lab::{counted, lab, no, yes};

#[tokio::test]
async fn pairs_decided_apart_end_one_by_one_and_the_request_with_the_last() {
    let lab = lab().await;
    let (ann, bob, cleo) = (lab.person("ann").await, lab.person("bob").await, lab.person("cleo").await);
    let approvers = lab.group("approvers", &[&bob, &cleo]).await;
    let pairs = vec![pair(1, 1), pair(2, 1)];
    let (request, first) = lab.asks(Asked { pairs, apart: true, ..Asked::by(&ann, &approvers) }).await;
    assert_eq!(lab.waits_for(&bob).await.len(), 2);

    let only = Decide { pairs: vec![pair(1, 1)], ..yes(request) };
    let outcome = counted(lab.votes(&bob, &only).await.unwrap());
    assert_eq!((outcome.state, outcome.grants.len()), (RequestState::Pending, 1));
    assert_eq!(outcome.approvals.iter().map(|(approval, _)| *approval).collect::<Vec<_>>(), [first]);
    assert_eq!(lab.fact("approval.concluded.v1").await["approved"], true);
    let late = Decide { pairs: vec![pair(1, 1)], ..no(request) };
    let late = lab.votes(&cleo, &late).await.unwrap_err();
    assert!(
        matches!(late, DecideError::Conflict { from: RequestState::Approved, tried: RequestState::Rejected }),
        "{late}"
    );

    let outcome = counted(lab.votes(&cleo, &no(request)).await.unwrap());
    assert_eq!((outcome.state, outcome.grants.len()), (RequestState::Approved, 0));
    assert_eq!(lab.fact("approval.concluded.v1").await["approved"], false);
    assert_eq!(lab.facts().await.iter().filter(|fact| *fact == "request.approved.v1").count(), 1);
}

#[tokio::test]
async fn without_pairs_a_vote_counts_in_every_approval() {
    let lab = lab().await;
    let (ann, bob) = (lab.person("ann").await, lab.person("bob").await);
    let approvers = lab.group("approvers", &[&bob]).await;
    let pairs = vec![pair(1, 1), pair(2, 1), pair(3, 2)];
    let (request, _) = lab.asks(Asked { pairs, apart: true, ..Asked::by(&ann, &approvers) }).await;
    let outcome = lab.agrees(&bob, request).await;
    assert_eq!((outcome.state, outcome.grants.len(), outcome.approvals.len()), (RequestState::Approved, 3, 3));
}

#[tokio::test]
async fn pairs_that_are_not_asked_for_or_decided_with_others_are_refused() {
    let lab = lab().await;
    let (ann, bob) = (lab.person("ann").await, lab.person("bob").await);
    let approvers = lab.group("approvers", &[&bob]).await;
    let pairs = vec![pair(1, 1), pair(2, 1)];
    let (request, _) = lab.asks(Asked { pairs, ..Asked::by(&ann, &approvers) }).await;
    let about = |pairs| Decide { pairs, ..yes(request) };
    let refused = lab.votes(&bob, &about(vec![pair(3, 1)])).await.unwrap_err();
    assert!(matches!(&refused, DecideError::NotAsked(stranger) if *stranger == pair(3, 1)), "{refused}");
    let refused = lab.votes(&bob, &about(vec![pair(2, 1)])).await.unwrap_err();
    assert!(matches!(refused, DecideError::Together(..)), "{refused}");
    assert_eq!(lab.request_state(request).await, "pending");
}

#[tokio::test]
async fn what_was_approved_stays_so_when_the_rest_times_out() {
    let lab = lab().await;
    let (ann, bob) = (lab.person("ann").await, lab.person("bob").await);
    let approvers = lab.group("approvers", &[&bob]).await;
    let pairs = vec![pair(1, 1), pair(2, 1)];
    let (request, _) = lab.asks(Asked { pairs, apart: true, ..Asked::by(&ann, &approvers) }).await;
    let only = Decide { pairs: vec![pair(1, 1)], ..yes(request) };
    assert_eq!(counted(lab.votes(&bob, &only).await.unwrap()).state, RequestState::Pending);
    lab.advance_minutes(180);
    assert_eq!(approval::Timing(lab.desk.clone()).step().await.unwrap(), 1);
    assert_eq!(lab.request_state(request).await, "approved");
    let states: Vec<_> = lab.approvals(request).await.into_iter().map(|a| a.state.as_str()).collect();
    assert_eq!(states, ["approved", "closed"]);
}
