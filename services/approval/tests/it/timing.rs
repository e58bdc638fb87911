//! Reminders and escalations, each once and at its time.

use approval::Timing;
use approval::usecase::decide::DecideError;
use domain::approval::{Escalation, People, Stage};
use domain::request::RequestState;
use runtime::work::Worker;
use testkit::Asked;

use crate::lab::{groups, lab, needs, stage, yes};

#[tokio::test]
async fn voters_are_reminded_and_further_people_asked_once_each_and_not_before() {
    let lab = lab().await;
    let (ann, bob, cleo) = (lab.person("ann").await, lab.person("bob").await, lab.person("cleo").await);
    let (first, further) = (lab.group("first", &[&bob]).await, lab.group("further", &[&cleo]).await);
    let to = People { groups: vec![further.clone()], users: vec![] };
    let slow = Stage {
        remind_after_minutes: Some(10),
        escalation: Some(Escalation { after_minutes: 30, to }),
        ..stage(groups(&[&first]))
    };
    // The stage before shows that its times begin with it.
    let before = lab.group("before", &[&lab.person("eve").await]).await;
    let eve =
        store::directory::members(&mut lab.db.read().await.unwrap(), &[before.clone()]).await.unwrap().remove(0).id;
    let needs = needs(vec![stage(groups(&[&before])), slow]);
    let (request, approval) = lab.asks(Asked { needs, ..Asked::by(&ann, &first) }).await;
    let timing = Timing(lab.desk.clone());
    lab.advance_minutes(20);
    lab.agrees(&eve, request).await;
    let began = lab.db.clock().now();
    assert_eq!(timing.next_due().await.unwrap(), Some(began + jiff::SignedDuration::from_mins(10)));

    assert_eq!(timing.step().await.unwrap(), 0);
    lab.advance_minutes(10);
    assert_eq!(timing.step().await.unwrap(), 1);
    assert_eq!(timing.step().await.unwrap(), 0);
    assert_eq!(lab.fact("approval.reminded.v1").await["stage"], 1);
    let early = lab.votes(&cleo, &yes(request)).await.unwrap_err();
    assert!(matches!(early, DecideError::NotAnApprover(None)), "{early}");
    assert!(lab.waits_for(&cleo).await.is_empty());

    lab.advance_minutes(20);
    assert_eq!(timing.step().await.unwrap(), 1);
    assert_eq!(timing.step().await.unwrap(), 0);
    assert_eq!(lab.facts().await.last().unwrap(), "approval.escalated.v1");
    assert_eq!(lab.waits_for(&cleo).await, [approval]);
    assert_eq!(lab.waits_for(&bob).await, [approval]);
    assert_eq!(lab.agrees(&cleo, request).await.state, RequestState::Approved);
    let reminded = lab.facts().await.iter().filter(|fact| *fact == "approval.reminded.v1").count();
    assert_eq!(reminded, 1);
}

#[tokio::test]
async fn what_is_decided_is_not_attended_to() {
    let lab = lab().await;
    let (ann, bob) = (lab.person("ann").await, lab.person("bob").await);
    let first = lab.group("first", &[&bob]).await;
    let slow = Stage { remind_after_minutes: Some(10), votes: 1, ..stage(groups(&[&first])) };
    let needs = needs(vec![slow.clone(), slow]);
    let (request, _) = lab.asks(Asked { needs, ..Asked::by(&ann, &first) }).await;
    lab.agrees(&bob, request).await;
    lab.votes(&lab.person("cleo").await, &yes(request)).await.unwrap_err();
    lab.advance_minutes(180);
    let timing = Timing(lab.desk.clone());
    assert_eq!(timing.step().await.unwrap(), 1);
    assert_eq!(lab.request_state(request).await, "timed_out");
    assert!(!lab.facts().await.contains(&"approval.reminded.v1".to_owned()));
    assert_eq!(timing.next_due().await.unwrap(), None);
}
