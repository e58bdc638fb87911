//! Rules that changed since it was asked: they may refuse, or want more people to agree; never fewer.

use approval::usecase::decide::DecideError;
use domain::approval::PolicySpec;
use domain::request::RequestState;
use domain::rules::{Accounts, Approval, Body, Effect, GuardrailSpec, PermissionSets, RuleSpec, Subjects};
use jiff::SignedDuration;
use testkit::requests::need;
use testkit::{Asked, company};

use crate::lab::{everything, lab, yes};

#[tokio::test]
async fn a_cool_down_that_began_meanwhile_is_waited_for() {
    let lab = lab().await;
    let (ann, bob) = (lab.person("ann").await, lab.person("bob").await);
    let approvers = lab.group("approvers", &[&bob]).await;
    let (first, _) = lab.asks(Asked::by(&ann, &approvers)).await;
    let (second, _) = lab.asks(Asked::by(&ann, &approvers)).await;
    lab.agrees(&bob, first).await;
    lab.gives_access().await;
    let ended = lab.clock.now();
    sqlx::query("UPDATE grants SET state = 'ended', ended_at = $1::text::timestamptz, reason = 'deadline', evidence = '{}' WHERE request_id = $2")
        .bind(ended.to_string())
        .bind(first.uuid())
        .execute(lab.pool())
        .await
        .unwrap();
    let mut spec = everything();
    spec.pace.cool_down_minutes = Some(60);
    lab.rule_becomes(spec).await;
    lab.agrees(&bob, second).await;
    let grants = store::grants::of_requests(&mut lab.read().await.unwrap(), &[second.uuid()]).await.unwrap();
    assert_eq!(grants[0].start_at, ended + SignedDuration::from_mins(60));
}

#[tokio::test]
async fn what_the_rules_refuse_now_is_not_approved_and_stays_pending() {
    let lab = lab().await;
    let (ann, bob) = (lab.person("ann").await, lab.person("bob").await);
    let approvers = lab.group("approvers", &[&bob]).await;
    let (request, _) = lab.asks(Asked::by(&ann, &approvers)).await;
    let guardrail = GuardrailSpec {
        name: "Nothing in March".to_owned(),
        enabled: true,
        subjects: Subjects { everyone: true, ..Subjects::default() },
        accounts: Accounts { all: true, ..Accounts::default() },
        permission_sets: PermissionSets { all: true, ..PermissionSets::default() },
        effect: Effect::Deny { spares_break_glass: false },
    };
    company::publish(&lab.desk.db, Body::Guardrail(guardrail)).await;
    let refused = lab.votes(&bob, &yes(request)).await.unwrap_err();
    assert!(
        matches!(&refused, DecideError::NoLongerAllowed { refused, .. } if refused.by.as_deref() == Some("Nothing in March")),
        "{refused}"
    );
    assert_eq!(lab.request_state(request).await, "pending");
    assert!(!lab.facts().await.contains(&"approval.voted.v1".to_owned()));
}

#[tokio::test]
async fn stricter_rules_want_more_people_to_agree_before_it_is_approved() {
    let lab = lab().await;
    let (ann, bob, cleo) = (lab.person("ann").await, lab.person("bob").await, lab.person("cleo").await);
    let (first, second) = (lab.group("first", &[&bob]).await, lab.group("second", &[&cleo]).await);
    let (request, approval) = lab.asks(Asked::by(&ann, &first)).await;
    let stricter = PolicySpec::of(vec![second.clone()], vec![], 1);
    lab.rule_becomes(RuleSpec { approval: Approval::Policy(stricter), ..everything() }).await;

    let outcome = lab.agrees(&bob, request).await;
    assert_eq!((outcome.state, outcome.tightened), (RequestState::Pending, true));
    assert_eq!(lab.whom(approval).await, [format!("group:{second}")]);
    assert_eq!(lab.facts().await.last().unwrap(), "approval.tightened.v1");
    let outcome = lab.agrees(&cleo, request).await;
    assert_eq!((outcome.state, outcome.tightened), (RequestState::Approved, false));
}

#[tokio::test]
async fn who_is_named_by_the_stricter_rule_too_is_not_asked_twice() {
    let lab = lab().await;
    let (ann, bob) = (lab.person("ann").await, lab.person("bob").await);
    let (first, second) = (lab.group("first", &[&bob]).await, lab.group("second", &[&bob]).await);
    let (request, _) = lab.asks(Asked::by(&ann, &first)).await;
    let stricter = PolicySpec::of(vec![second], vec![], 1);
    lab.rule_becomes(RuleSpec { approval: Approval::Policy(stricter), ..everything() }).await;
    let outcome = lab.agrees(&bob, request).await;
    assert_eq!((outcome.state, outcome.tightened), (RequestState::Approved, true));
}

#[tokio::test]
async fn lighter_rules_take_nothing_away_and_a_new_reminder_is_nothing_new() {
    let lab = lab().await;
    let (ann, bob, cleo) = (lab.person("ann").await, lab.person("bob").await, lab.person("cleo").await);
    let both = lab.group("both", &[&bob, &cleo]).await;
    let two = PolicySpec::of(vec![both.clone()], vec![], 2);
    let (request, _) = lab.asks(Asked { needs: vec![need(two.clone())], ..Asked::by(&ann, &both) }).await;
    let mut reminding = two;
    reminding.stages[0].remind_after_minutes = Some(5);
    lab.rule_becomes(RuleSpec { approval: Approval::Policy(reminding), ..everything() }).await;
    assert_eq!(lab.agrees(&bob, request).await.state, RequestState::Pending);
    let outcome = lab.agrees(&cleo, request).await;
    assert_eq!((outcome.state, outcome.tightened), (RequestState::Approved, false));
}
