//! What was approved is judged again before it begins: it may be refused then, without a call, and what is alive stays.

use domain::approval::PolicySpec;
use domain::fact::Evidence;
use domain::grant::{EndReason, GrantState};
use domain::rules::{Accounts, Body, Document, Effect, FreezeSpec, GuardrailSpec, PermissionSets, PolicyRef, Subjects};
use domain::{Actor, GrantId, Tuple};
use jiff::SignedDuration;
use serde_json::json;
use testkit::company;

use crate::lab::Lab;

const CREATE: &str = "CreateAccountAssignment";

/// A grant that begins in three hours.
async fn scheduled(lab: &Lab, tuple: &Tuple) -> GrantId {
    let start = lab.now() + SignedDuration::from_hours(3);
    let id = lab.approved_for(tuple, 30, Some(start)).await;
    lab.round().await;
    assert_eq!(lab.grant(id).await.state, GrantState::Scheduled);
    id
}

/// Its start comes, and it ends for this, with nothing ever asked of AWS.
async fn does_not_begin(lab: &Lab, id: GrantId, why: &str) {
    lab.turn(SignedDuration::from_hours(3));
    let grant = lab.until(id, GrantState::Ended).await;
    assert_eq!(grant.reason, Some(EndReason::NoLongerAllowed), "{grant:?}");
    assert_eq!(grant.evidence, Some(Evidence::NeverAttempted));
    assert!(grant.detail.as_deref().is_some_and(|detail| detail.contains(why)), "{grant:?}");
    assert!(grant.assignment.is_none());
    assert_eq!(lab.called(CREATE).await, 0);
    assert!(lab.intervals(&grant.tuple).await.is_empty());
    lab.check().await;
}

async fn begins(lab: &Lab, id: GrantId) {
    lab.turn(SignedDuration::from_hours(3));
    let grant = lab.until(id, GrantState::Active).await;
    assert!(lab.exists(&grant.tuple).await);
    lab.check().await;
}

fn guardrail(effect: Effect) -> Body {
    Body::Guardrail(GuardrailSpec {
        name: "Crown jewels".to_owned(),
        enabled: true,
        subjects: Subjects { everyone: true, ..Subjects::default() },
        accounts: Accounts { all: true, ..Accounts::default() },
        permission_sets: PermissionSets { all: true, ..PermissionSets::default() },
        effect,
    })
}

async fn without_rules(lab: &Lab) {
    let mut tx = lab.db.begin(Actor::service("test")).await.unwrap();
    store::documents::lock(&mut tx).await.unwrap();
    let all: Vec<Document> = store::documents::all(tx.connection()).await.unwrap();
    for document in all.iter().filter(|document| matches!(document.body, Body::Rule(_))) {
        store::documents::delete(&mut tx, document).await.unwrap();
    }
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_rule_that_went_away_meanwhile() {
    let lab = Lab::instant().await;
    let id = scheduled(&lab, &lab.any()).await;
    without_rules(&lab).await;
    does_not_begin(&lab, id, "no rule allows it any more").await;
}

#[tokio::test]
async fn what_is_alive_stays_when_its_rule_goes_away() {
    let lab = Lab::instant().await;
    let grant = lab.active(&lab.any()).await;
    without_rules(&lab).await;
    for _ in 0..3 {
        lab.round().await;
    }
    assert_eq!(lab.grant(grant.id).await.state, GrantState::Active);
    assert!(lab.exists(&grant.tuple).await);
    lab.turn_to(grant.deadline_at.unwrap());
    let ended = lab.until(grant.id, GrantState::Ended).await;
    assert_eq!(ended.reason, Some(EndReason::Deadline));
    lab.check().await;
}

#[tokio::test]
async fn a_guardrail_that_was_put_up_meanwhile() {
    let lab = Lab::instant().await;
    let id = scheduled(&lab, &lab.any()).await;
    company::publish(&lab.db, guardrail(Effect::Deny { spares_break_glass: false })).await;
    does_not_begin(&lab, id, "Crown jewels: it denies this").await;
}

#[tokio::test]
async fn a_freeze_that_was_declared_meanwhile() {
    let lab = Lab::instant().await;
    let id = scheduled(&lab, &lab.any()).await;
    let now = lab.now();
    let freeze = FreezeSpec {
        name: "Year's end".to_owned(),
        from: now + SignedDuration::from_hours(2),
        until: now + SignedDuration::from_hours(9),
        accounts: Accounts { all: true, ..Accounts::default() },
        permission_sets: PermissionSets { all: true, ..PermissionSets::default() },
        spares_break_glass: true,
    };
    company::publish(&lab.db, Body::Freeze(freeze)).await;
    does_not_begin(&lab, id, "Year's end: nothing is given from").await;
}

#[tokio::test]
async fn an_approval_that_is_demanded_since_and_was_not_given() {
    let lab = Lab::instant().await;
    let id = scheduled(&lab, &lab.any()).await;
    let security = lab.db.group("security", &[]).await;
    let policy = PolicyRef::Policy(PolicySpec::of(vec![security], vec![], 1));
    company::publish(&lab.db, guardrail(Effect::Floor { policy })).await;
    does_not_begin(&lab, id, "Crown jewels demands an approval that was not given").await;
}

#[tokio::test]
async fn a_cool_down_that_lasts_moves_the_start_and_leaves_the_end() {
    let lab = Lab::instant().await;
    let tuple = lab.any();
    let id = scheduled(&lab, &tuple).await;
    lab.turn(SignedDuration::from_mins(170));
    let other = lab.active(&tuple).await;
    lab.ends(&other).await;
    let ended = lab.until(other.id, GrantState::Ended).await.ended_at.unwrap();
    let mut tx = lab.db.begin(Actor::service("test")).await.unwrap();
    let rule = store::documents::all(tx.connection()).await.unwrap().remove(0);
    drop(tx);
    let Body::Rule(mut spec) = rule.body.clone() else { panic!("{rule:?}") };
    spec.pace.cool_down_minutes = Some(25);
    company::republish(&lab.db, &rule, Body::Rule(spec)).await;
    let rested = ended + SignedDuration::from_mins(25);
    lab.turn(SignedDuration::from_mins(12));
    lab.round().await;
    let waits = lab.grant(id).await;
    assert_eq!((waits.state, waits.start_at), (GrantState::Scheduled, rested));
    lab.turn_to(rested);
    let grant = lab.until(id, GrantState::Active).await;
    assert_eq!(grant.deadline_at, waits.fixed_end);
    let told: i64 = sqlx::query_scalar("SELECT count(*) FROM trail_entries WHERE action = 'grant.postponed.v1'")
        .fetch_one(lab.db.pool())
        .await
        .unwrap();
    assert_eq!(told, 1);
    lab.check().await;
}

#[tokio::test]
async fn a_user_who_was_disabled_since_the_directory_was_read() {
    let lab = Lab::instant().await;
    let id = scheduled(&lab, &lab.any()).await;
    lab.user_disabled(&lab.any()).await;
    does_not_begin(&lab, id, "the user is disabled in Identity Center").await;
}

#[tokio::test]
async fn an_identity_store_that_is_away_holds_nothing_up() {
    let lab = Lab::instant().await;
    let id = scheduled(&lab, &lab.any()).await;
    lab.fault(json!({"kind": "hang", "operations": ["DescribeUser"], "count": 3, "seconds": 30})).await;
    begins(&lab, id).await;
    assert!(lab.said().contains("the directory's copy decides"), "{}", lab.said());
}

#[tokio::test]
async fn a_permission_set_that_gives_something_else_by_now_needs_a_new_approval() {
    let lab = Lab::instant().await;
    let (same, other) = (lab.nth(0), lab.nth(1));
    let (first, second) = (scheduled(&lab, &same).await, scheduled(&lab, &other).await);
    lab.kept_content(first, &lab.content(&same).await).await;
    lab.kept_content(second, "0123").await;
    lab.turn(SignedDuration::from_hours(3));
    lab.until(first, GrantState::Active).await;
    let refused = lab.until(second, GrantState::Ended).await;
    assert_eq!(refused.reason, Some(EndReason::NoLongerAllowed));
    assert!(refused.detail.as_deref().is_some_and(|why| why.contains("a new approval is needed")), "{refused:?}");
    assert_eq!(lab.called(CREATE).await, 1);
    // Both have the same permission set: it was read once, five calls.
    assert_eq!(lab.called("DescribePermissionSet").await, 1 + 1, "once by the test, once for both grants");
    lab.check().await;
}
