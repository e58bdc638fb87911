use domain::RequestId;
use domain::approval::Decision;
use domain::grant::{EndReason, GrantState};
use domain::request::RequestState;
use jiff::SignedDuration;
use request::usecase::{Cancel, Cancelled, cancel};
use store::grants;
use testkit::TestDb;
use testkit::company::{self, automatic, user};

use super::{an_hour_of, ask, decide, doings, open_for_business, power_in, states};

async fn take_back(db: &TestDb, who: &str, request: RequestId, version: Option<i64>) -> Result<(), Cancelled> {
    let mut tx = db.tx(&user(who)).await;
    cancel(&mut tx, &Cancel { request, version }).await?;
    tx.commit().await.unwrap();
    Ok(())
}

async fn asked(db: &TestDb) -> RequestId {
    ask(db, "ann", an_hour_of(vec![power_in("payments-prod"), power_in("search-prod")])).await.unwrap().request
}

#[tokio::test]
async fn the_requester_alone_takes_a_request_back_and_twice_is_once() {
    let db = open_for_business().await;
    let id = asked(&db).await;
    assert!(matches!(take_back(&db, "ben", id, None).await, Err(Cancelled::Unknown)));
    assert!(matches!(take_back(&db, "cora", id, None).await, Err(Cancelled::Unknown)), "an approver neither");
    assert!(matches!(take_back(&db, "ann", id, Some(7)).await, Err(Cancelled::Stale { given: 7, current: 1 })));
    take_back(&db, "ann", id, Some(1)).await.unwrap();
    take_back(&db, "ann", id, Some(1)).await.unwrap();
    assert_eq!(db.request_state(id).await, "cancelled");
    assert_eq!(doings(&db).await, ["request.submitted.v1", "request.cancelled.v1"]);
    assert_eq!(decide(&db, "cora", id, Decision::Approve).await, Err("cancelled".to_owned()));
}

#[tokio::test]
async fn what_was_approved_and_has_not_begun_ends_without_a_call() {
    let db = open_for_business().await;
    let mut later = an_hour_of(vec![power_in("payments-prod"), power_in("search-prod")]);
    later.start_at = Some(db.clock.now() + SignedDuration::from_hours(5));
    let id = ask(&db, "ann", later).await.unwrap().request;
    decide(&db, "cora", id, Decision::Approve).await.unwrap();
    take_back(&db, "ann", id, None).await.unwrap();
    take_back(&db, "ann", id, None).await.unwrap();
    assert_eq!(db.request_state(id).await, "approved", "the decision stays what it was");
    let mut tx = db.tx(&user("ann")).await;
    for grant in grants::of_requests(tx.connection(), &[id.uuid()]).await.unwrap() {
        assert_eq!((grant.state, grant.reason), (GrantState::Ended, Some(EndReason::Cancelled)));
    }
    let facts = doings(&db).await;
    assert_eq!(facts[2..], ["grant.ended.v1", "grant.ended.v1"]);
}

#[tokio::test]
async fn what_has_begun_or_was_rejected_is_too_late_to_cancel() {
    let db = open_for_business().await;
    let begun = asked(&db).await;
    decide(&db, "cora", begun, Decision::Approve).await.unwrap();
    db.gives_access().await;
    assert!(matches!(take_back(&db, "ann", begun, None).await, Err(Cancelled::Begun(GrantState::Active))));
    let rejected = asked(&db).await;
    decide(&db, "cora", rejected, Decision::Reject).await.unwrap();
    let refused = take_back(&db, "ann", rejected, None).await;
    assert!(matches!(refused, Err(Cancelled::Decided(RequestState::Rejected))));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_cancel_and_a_rejection_at_the_same_moment_exactly_one_wins() {
    let db = open_for_business().await;
    let mut won = [0, 0];
    for round in 0..40 {
        let id = asked(&db).await;
        let (cancelled, rejected) = if round % 2 == 0 {
            tokio::join!(take_back(&db, "ann", id, None), decide(&db, "cora", id, Decision::Reject))
        } else {
            let (r, c) = tokio::join!(decide(&db, "cora", id, Decision::Reject), take_back(&db, "ann", id, None));
            (c, r)
        };
        match (cancelled, rejected) {
            (Ok(()), Err(state)) => {
                won[0] += 1;
                assert_eq!((state.as_str(), db.request_state(id).await.as_str()), ("cancelled", "cancelled"));
            }
            (Err(Cancelled::Decided(state)), Ok(_)) => {
                won[1] += 1;
                assert_eq!((state, db.request_state(id).await.as_str()), (RequestState::Rejected, "rejected"));
            }
            other => panic!("both or neither won: {other:?}"),
        }
    }
    assert_eq!(won[0] + won[1], 40);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancel_beside_an_approval_leaves_no_access_behind() {
    let db = open_for_business().await;
    for _ in 0..40 {
        let id = asked(&db).await;
        let (cancelled, approved) =
            tokio::join!(take_back(&db, "ann", id, None), decide(&db, "cora", id, Decision::Approve));
        cancelled.unwrap();
        let mut tx = db.tx(&user("ann")).await;
        let grants = grants::of_requests(tx.connection(), &[id.uuid()]).await.unwrap();
        match approved {
            Err(state) => assert_eq!((state.as_str(), grants.len()), ("cancelled", 0), "the cancel came first"),
            Ok(_) => {
                assert_eq!(grants.len(), 2, "the approval came first, and the cancel ended what it made");
                assert!(grants.iter().all(|g| g.reason == Some(EndReason::Cancelled)));
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancel_beside_the_start_either_ends_all_or_comes_too_late() {
    let db = open_for_business().await;
    for _ in 0..20 {
        let id = asked(&db).await;
        decide(&db, "cora", id, Decision::Approve).await.unwrap();
        let start = async {
            let mut tx = db.begin(domain::Actor::service("grant")).await.unwrap();
            store::tuple::start_due(&mut tx, 10).await.unwrap();
            tx.commit().await.unwrap();
        };
        let (cancelled, ()) = tokio::join!(take_back(&db, "ann", id, None), start);
        let mut tx = db.tx(&user("ann")).await;
        let states: Vec<_> =
            grants::of_requests(tx.connection(), &[id.uuid()]).await.unwrap().iter().map(|g| g.state).collect();
        match cancelled {
            Ok(()) => assert_eq!(states, [GrantState::Ended; 2]),
            Err(Cancelled::Begun(GrantState::Granting)) => assert_eq!(states, [GrantState::Granting; 2]),
            Err(other) => panic!("{other}"),
        }
    }
}

#[tokio::test]
async fn what_was_approved_of_a_cancelled_request_stays_so_and_ends_before_it_begins() {
    let db = open_for_business().await;
    company::enforce(&db, company::rule_for("read", &["payments-prod"], "ReadOnlyAccess", automatic())).await;
    let pairs = vec![company::pair("payments-prod", "ReadOnlyAccess"), power_in("payments-prod")];
    let id = ask(&db, "ann", an_hour_of(pairs)).await.unwrap().request;
    assert_eq!(states(&db, id).await, ["approved", "pending"]);
    take_back(&db, "ann", id, None).await.unwrap();
    take_back(&db, "ann", id, None).await.unwrap();
    assert_eq!(states(&db, id).await, ["approved", "cancelled"]);
    let mut tx = db.tx(&user("ann")).await;
    let grants = grants::of_requests(tx.connection(), &[id.uuid()]).await.unwrap();
    assert_eq!(grants.iter().map(|g| g.reason).collect::<Vec<_>>(), [Some(EndReason::Cancelled)]);
    assert_eq!(db.request_state(id).await, "approved");
}

#[tokio::test]
async fn what_has_begun_of_a_cancelled_request_is_left_to_its_deadline() {
    let db = open_for_business().await;
    company::enforce(&db, company::rule_for("read", &["payments-prod"], "ReadOnlyAccess", automatic())).await;
    let pairs = vec![company::pair("payments-prod", "ReadOnlyAccess"), power_in("payments-prod")];
    let id = ask(&db, "ann", an_hour_of(pairs)).await.unwrap().request;
    db.gives_access().await;
    take_back(&db, "ann", id, None).await.unwrap();
    take_back(&db, "ann", id, None).await.unwrap();
    let mut tx = db.tx(&user("ann")).await;
    let grants = grants::of_requests(tx.connection(), &[id.uuid()]).await.unwrap();
    assert_eq!(grants.iter().map(|g| g.state).collect::<Vec<_>>(), [GrantState::Active]);
}
