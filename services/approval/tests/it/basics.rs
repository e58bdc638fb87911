//! Who may decide, what it does, and who wins a race.

use approval::usecase::decide::{Decide, DecideError, Decided, decide};
use approval::usecase::time_out::time_out;
use domain::approval::{Channel, Decision, Vote};
use domain::grant::GrantState;
use domain::request::RequestState;
use domain::{Actor, RequestId, UserId};
use store::StoreError;
use testkit::Asked;
use testkit::requests::{one_of, pair};

use crate::lab::{Lab, counted, lab, no, says, yes};

#[tokio::test]
async fn one_yes_makes_a_grant_for_each_pair_and_tells_of_it() {
    let db = lab().await;
    let (ann, bob) = (db.person("ann").await, db.person("bob").await);
    let approvers = db.group("approvers", &[&bob]).await;
    let (request, _) = db.asks(Asked { pairs: vec![pair(1, 1), pair(2, 1)], ..Asked::by(&ann, &approvers) }).await;

    let decided = db.votes(&bob, &yes(request)).await.unwrap();

    let outcome = counted(decided);
    assert_eq!((outcome.state, outcome.grants.len()), (RequestState::Approved, 2));
    assert_eq!(db.request_state(request).await, "approved");
    assert_eq!(
        db.facts().await,
        [
            "policy.saved.v1",
            "request.submitted.v1",
            "approval.voted.v1",
            "request.approved.v1",
            "approval.concluded.v1"
        ]
    );
}

#[tokio::test]
async fn one_no_is_final() {
    let db = lab().await;
    let (ann, bob, cleo) = (db.person("ann").await, db.person("bob").await, db.person("cleo").await);
    let approvers = db.group("approvers", &[&bob, &cleo]).await;
    let (request, _) = db.asks(Asked::by(&ann, &approvers)).await;

    assert_eq!(counted(db.votes(&bob, &no(request)).await.unwrap()).state, RequestState::Rejected);

    let late = db.votes(&cleo, &yes(request)).await.unwrap_err();
    assert!(
        matches!(late, DecideError::Conflict { from: RequestState::Rejected, tried: RequestState::Approved }),
        "{late}"
    );
    assert_eq!(db.facts().await.last().unwrap(), "request.rejected.v1");
}

#[tokio::test]
async fn two_votes_need_two_people() {
    let db = lab().await;
    let (ann, bob, cleo) = (db.person("ann").await, db.person("bob").await, db.person("cleo").await);
    let approvers = db.group("approvers", &[&bob, &cleo]).await;
    let mut two = one_of(&approvers);
    two.policy.stages[0].votes = 2;
    let (request, _) = db.asks(Asked { needs: vec![two], ..Asked::by(&ann, &approvers) }).await;

    assert_eq!(db.agrees(&bob, request).await.state, RequestState::Pending);
    let again = db.votes(&bob, &yes(request)).await.unwrap_err();
    assert!(matches!(again, DecideError::AlreadyVoted), "{again}");
    assert_eq!(db.agrees(&cleo, request).await.state, RequestState::Approved);
}

#[tokio::test]
async fn nobody_decides_their_own_request_as_asker_or_beneficiary() {
    let db = lab().await;
    let (ann, bob, cleo) = (db.person("ann").await, db.person("bob").await, db.person("cleo").await);
    let approvers = db.group("approvers", &[&ann, &bob, &cleo]).await;
    let (request, _) = db.asks(Asked { beneficiary: bob.clone(), ..Asked::by(&ann, &approvers) }).await;
    for who in [&ann, &bob] {
        for decision in [Decision::Approve, Decision::Reject] {
            let refused = db.votes(who, &says(request, decision)).await.unwrap_err();
            assert!(matches!(refused, DecideError::OwnRequest), "{refused}");
        }
    }
    assert_eq!(db.agrees(&cleo, request).await.state, RequestState::Approved);
}

#[tokio::test]
async fn the_database_refuses_self_approval_even_when_the_code_above_forgets() {
    let db = lab().await;
    let ann = db.person("ann").await;
    let approvers = db.group("approvers", &[&ann]).await;
    let (_, approval) = db.asks(Asked::by(&ann, &approvers)).await;
    let mut tx = db.tx(&ann).await;
    let vote = Vote { voter: ann.clone(), stands_for: None, decision: Decision::Approve, need: 0, stage: 0 };

    let refused = store::approvals::cast(&mut tx, approval, &vote, &[approvers], Channel::SignedIn, None, None)
        .await
        .unwrap_err();

    assert_eq!(refused.constraint(), Some("votes_never_ones_own"));
    assert!(matches!(DecideError::from(refused), DecideError::OwnRequest));
}

#[tokio::test]
async fn who_was_removed_from_the_group_or_disabled_cannot_vote() {
    let db = lab().await;
    let (ann, bob, cleo) = (db.person("ann").await, db.person("bob").await, db.person("cleo").await);
    let approvers = db.group("approvers", &[&bob, &cleo]).await;
    let (request, _) = db.asks(Asked::by(&ann, &approvers)).await;
    db.leaves(&bob, &approvers).await;
    db.disable(&cleo).await;

    let removed = db.votes(&bob, &yes(request)).await.unwrap_err();
    assert!(matches!(removed, DecideError::NotAnApprover(None)), "{removed}");
    let disabled = db.votes(&cleo, &yes(request)).await.unwrap_err();
    assert!(matches!(disabled, DecideError::Disabled), "{disabled}");
    assert_eq!(db.request_state(request).await, "pending");
}

#[tokio::test]
async fn nobody_is_granted_access_after_being_disabled_but_the_request_can_be_rejected() {
    let db = lab().await;
    let (ann, bob) = (db.person("ann").await, db.person("bob").await);
    let approvers = db.group("approvers", &[&bob]).await;
    let (request, _) = db.asks(Asked::by(&ann, &approvers)).await;
    db.disable(&ann).await;

    let refused = db.votes(&bob, &yes(request)).await.unwrap_err();
    assert!(matches!(refused, DecideError::BeneficiaryDisabled), "{refused}");
    assert_eq!(counted(db.votes(&bob, &no(request)).await.unwrap()).state, RequestState::Rejected);
}

#[tokio::test]
async fn a_machine_never_decides() {
    let db = lab().await;
    let ann = db.person("ann").await;
    let (request, _) = db.asks(Asked::by(&ann, &db.group("approvers", &[]).await)).await;
    let machine = Actor::Machine { client: "ticketing".to_owned() };
    let refused = db.desk.decide(machine, &yes(request)).await.unwrap_err();
    assert!(matches!(refused, DecideError::NotAPerson), "{refused}");
}

#[tokio::test]
async fn a_vote_about_an_older_version_is_refused() {
    let db = lab().await;
    let (ann, bob) = (db.person("ann").await, db.person("bob").await);
    let approvers = db.group("approvers", &[&bob]).await;
    let (request, _) = db.asks(Asked::by(&ann, &approvers)).await;
    let stale = Decide { version: Some(7), ..yes(request) };
    let refused = db.votes(&bob, &stale).await.unwrap_err();
    assert!(matches!(refused, DecideError::StaleVersion { given: 7, current: 1 }), "{refused}");
    let fresh = Decide { version: Some(1), ..yes(request) };
    assert!(db.votes(&bob, &fresh).await.is_ok());
}

#[tokio::test]
async fn a_vote_that_comes_too_late_times_the_request_out() {
    let db = lab().await;
    let (ann, bob) = (db.person("ann").await, db.person("bob").await);
    let approvers = db.group("approvers", &[&bob]).await;
    let (request, _) = db.asks(Asked { decide_within: 5, ..Asked::by(&ann, &approvers) }).await;
    db.advance_minutes(5);

    assert_eq!(db.votes(&bob, &yes(request)).await.unwrap(), Decided::Overdue);

    assert_eq!(db.request_state(request).await, "timed_out");
    assert_eq!(
        db.facts().await,
        ["policy.saved.v1", "request.submitted.v1", "request.timed_out.v1"],
        "no vote is written, no grant exists"
    );
}

#[tokio::test]
async fn what_nobody_decides_times_out_once_and_not_before() {
    let db = lab().await;
    let (ann, bob) = (db.person("ann").await, db.person("bob").await);
    let approvers = db.group("approvers", &[&bob]).await;
    let (request, _) = db.asks(Asked { decide_within: 5, ..Asked::by(&ann, &approvers) }).await;
    let step = || async {
        let mut tx = db.db.begin(Actor::service("approval")).await.unwrap();
        let count = time_out(&mut tx, 100).await.unwrap();
        tx.commit().await.unwrap();
        count
    };
    assert_eq!(step().await, 0);
    db.advance_minutes(5);
    assert_eq!(step().await, 1);
    assert_eq!(step().await, 0);
    assert_eq!(db.request_state(request).await, "timed_out");
    assert_eq!(db.facts().await, ["policy.saved.v1", "request.submitted.v1", "request.timed_out.v1"]);
}

#[tokio::test]
async fn an_extension_of_a_grant_that_never_came_to_life_is_closed_as_timed_out() {
    let db = lab().await;
    let (ann, bob) = (db.person("ann").await, db.person("bob").await);
    let approvers = db.group("approvers", &[&bob]).await;
    let (first, _) = db.asks(Asked::by(&ann, &approvers)).await;
    let grants = db.agrees(&bob, first).await.grants;
    let (extension, _) = db.asks(Asked { extends: grants.first().copied(), ..Asked::by(&ann, &approvers) }).await;

    let decided = db.votes(&bob, &yes(extension)).await.unwrap();

    assert_eq!(decided, Decided::GrantGone(GrantState::Scheduled));
    assert_eq!(db.request_state(extension).await, "timed_out");
}

#[tokio::test]
async fn of_two_approvers_at_once_exactly_one_decides() {
    let db = lab().await;
    let (ann, bob, cleo) = (db.person("ann").await, db.person("bob").await, db.person("cleo").await);
    let approvers = db.group("approvers", &[&bob, &cleo]).await;
    for _ in 0..10 {
        let (request, _) = db.asks(Asked::by(&ann, &approvers)).await;
        let (yes, no) = (yes(request), no(request));
        let (one, other) = tokio::join!(db.votes(&bob, &yes), db.votes(&cleo, &no));
        match (one, other) {
            (
                Ok(Decided::Counted(_)),
                Err(DecideError::Conflict { from: RequestState::Approved, tried: RequestState::Rejected }),
            )
            | (
                Err(DecideError::Conflict { from: RequestState::Rejected, tried: RequestState::Approved }),
                Ok(Decided::Counted(_)),
            ) => {}
            both => panic!("{both:?}"),
        }
    }
}

#[tokio::test]
async fn a_double_click_votes_once() {
    let db = lab().await;
    let (ann, bob) = (db.person("ann").await, db.person("bob").await);
    let approvers = db.group("approvers", &[&bob]).await;
    let (request, _) = db.asks(Asked::by(&ann, &approvers)).await;
    let command = yes(request);
    let (one, other) = tokio::join!(db.votes(&bob, &command), db.votes(&bob, &command));
    let refused = [one, other].into_iter().filter(|r| matches!(r, Err(DecideError::AlreadyVoted))).count();
    assert_eq!(refused, 1);
    assert_eq!(db.facts().await.iter().filter(|f| *f == "approval.voted.v1").count(), 1);
}

/// Cancels as the request service does: under the request's lock, then the approval's.
async fn cancel(db: &Lab, who: &UserId, id: RequestId) -> Result<(), RequestState> {
    let work = async {
        let mut tx = db.tx(who).await;
        let request = store::requests::lock(&mut tx, id).await?.expect("the request");
        if request.state != RequestState::Pending {
            return Ok(Err(request.state));
        }
        store::approvals::lock(&mut tx, id).await?;
        store::approvals::close_all(&mut tx, id).await?;
        store::decision::give_up(&mut tx, &request, RequestState::Cancelled).await?;
        tx.commit().await?;
        Ok::<_, StoreError>(Ok(()))
    };
    work.await.expect("Postgres answers")
}

#[tokio::test]
async fn approving_against_cancelling_has_one_winner_and_no_grant_after_a_cancel() {
    let db = lab().await;
    let (ann, bob) = (db.person("ann").await, db.person("bob").await);
    let approvers = db.group("approvers", &[&bob]).await;
    for _ in 0..10 {
        let (request, _) = db.asks(Asked::by(&ann, &approvers)).await;
        let command = yes(request);
        let (approved, cancelled) = tokio::join!(db.votes(&bob, &command), cancel(&db, &ann, request));
        let grants = {
            let mut tx = db.tx(&ann).await;
            store::grants::of_requests(tx.connection(), &[request.uuid()]).await.unwrap().len()
        };
        match (approved, cancelled) {
            (Ok(Decided::Counted(_)), Err(RequestState::Approved)) => assert_eq!(grants, 1),
            (Err(DecideError::Conflict { from: RequestState::Cancelled, .. }), Ok(())) => assert_eq!(grants, 0),
            both => panic!("{both:?}"),
        }
    }
}

#[tokio::test]
async fn approving_against_the_time_out_has_one_winner() {
    let db = lab().await;
    let (ann, bob) = (db.person("ann").await, db.person("bob").await);
    let approvers = db.group("approvers", &[&bob]).await;
    for _ in 0..10 {
        let (request, _) = db.asks(Asked { decide_within: 1, ..Asked::by(&ann, &approvers) }).await;
        // The vote begins in time, the worker a minute later, and both want the row at once.
        let electors = db.desk.electors(request, &bob, Some(Decision::Approve)).await.unwrap().unwrap();
        let mut vote = db.tx(&bob).await;
        db.advance_minutes(1);
        let mut worker = db.db.begin(Actor::service("approval")).await.unwrap();
        let command = yes(request);
        let approving = async {
            let decided = decide(&mut vote, &command, &electors).await;
            if decided.is_ok() {
                vote.commit().await.unwrap();
            }
            decided
        };
        let timing_out = async {
            let count = time_out(&mut worker, 100).await.unwrap();
            worker.commit().await.unwrap();
            count
        };
        let (approved, timed_out) = tokio::join!(approving, timing_out);
        match (approved, timed_out) {
            (Ok(Decided::Counted(_)), 0) => assert_eq!(db.request_state(request).await, "approved"),
            (Err(DecideError::Conflict { from: RequestState::TimedOut, .. }), 1) => {
                assert_eq!(db.request_state(request).await, "timed_out");
            }
            both => panic!("{both:?}"),
        }
    }
}
