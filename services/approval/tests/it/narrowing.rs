//! Approvers give less than was asked for, and never more.

use approval::usecase::decide::{Decide, DecideError, Narrow};
use domain::approval::Stage;
use domain::request::RequestState;
use jiff::Timestamp;
use testkit::Asked;

use crate::lab::{counted, groups, lab, needs, no, stage, yes};

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[tokio::test]
async fn each_voter_may_narrow_what_the_one_before_left() {
    let lab = lab().await;
    let (ann, bob, cleo) = (lab.person("ann").await, lab.person("bob").await, lab.person("cleo").await);
    let approvers = lab.group("approvers", &[&bob, &cleo]).await;
    let needs = needs(vec![Stage { votes: 2, ..stage(groups(&[&approvers])) }]);
    let start_at = Some(at("2026-03-02T12:00:00Z"));
    let (request, _) = lab.asks(Asked { needs, minutes: 120, start_at, ..Asked::by(&ann, &approvers) }).await;

    let shorter = Decide { narrow: Narrow { minutes: Some(60), start_at: None }, ..yes(request) };
    assert_eq!(counted(lab.votes(&bob, &shorter).await.unwrap()).state, RequestState::Pending);
    let seen = lab.desk.waiting(&cleo, None, 51).await.unwrap().remove(0).request;
    assert_eq!((seen.version, seen.minutes, seen.asked), (2, 60, Some((120, start_at))));

    let wider = Decide { narrow: Narrow { minutes: Some(90), start_at: None }, ..yes(request) };
    let refused = lab.votes(&cleo, &wider).await.unwrap_err();
    let DecideError::Outside(bounds) = refused else { panic!("{refused}") };
    assert_eq!(bounds.minutes, 60);
    let unseen = Decide { version: Some(1), ..yes(request) };
    let refused = lab.votes(&cleo, &unseen).await.unwrap_err();
    assert!(matches!(refused, DecideError::StaleVersion { given: 1, current: 2 }), "{refused}");

    let later = Narrow { minutes: None, start_at: Some(at("2026-03-02T12:45:00Z")) };
    let outcome = counted(lab.votes(&cleo, &Decide { narrow: later, ..yes(request) }).await.unwrap());
    assert_eq!(outcome.state, RequestState::Approved);
    let grant = store::grants::get(&mut lab.db.read().await.unwrap(), outcome.grants[0]).await.unwrap().unwrap();
    assert_eq!((grant.minutes, grant.start_at), (15, at("2026-03-02T12:45:00Z")));
    assert_eq!(grant.fixed_end, Some(at("2026-03-02T13:00:00Z")));
    assert_eq!(lab.fact("approval.voted.v1").await["minutes"], 15);
}

#[tokio::test]
async fn a_no_is_not_narrowed_and_a_refused_narrowing_leaves_no_vote() {
    let lab = lab().await;
    let (ann, bob) = (lab.person("ann").await, lab.person("bob").await);
    let approvers = lab.group("approvers", &[&bob]).await;
    let (request, _) = lab.asks(Asked::by(&ann, &approvers)).await;
    let narrow = |minutes| Narrow { minutes: Some(minutes), start_at: None };
    let refused = lab.votes(&bob, &Decide { narrow: narrow(5), ..no(request) }).await.unwrap_err();
    assert!(matches!(refused, DecideError::NarrowedNo), "{refused}");
    for minutes in [0, -1, 61, i64::MAX] {
        let refused = lab.votes(&bob, &Decide { narrow: narrow(minutes), ..yes(request) }).await.unwrap_err();
        assert!(matches!(refused, DecideError::Outside(_)), "{minutes}: {refused}");
    }
    assert_eq!(lab.facts().await.iter().filter(|fact| *fact == "approval.voted.v1").count(), 0);
    assert_eq!(lab.agrees(&bob, request).await.state, RequestState::Approved);
}
