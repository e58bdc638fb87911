use domain::approval::Decision;
use domain::grant::{EXTENSION_CLOSES, GrantState};
use domain::rules::{Body, FreezeSpec, Severity};
use domain::{GrantId, Justification};
use jiff::{SignedDuration, Timestamp};
use request::usecase::{Extend, Opened, Prepared, Refusal, extend, prepare};
use runtime::settings::Requests as Limits;
use store::decision::Approved;
use store::grants;
use testkit::TestDb;
use testkit::company::{self, actor, automatic, user};

use super::{an_hour_of, ask, decide, judge, minutes, open_for_business, power_in};

async fn more(db: &TestDb, who: &str, grant: GrantId, by: i64) -> Result<Opened, Refusal> {
    let reason = Justification::parse("it takes a little longer").unwrap();
    let severity = Severity::default();
    let command = Extend { grant, minutes: minutes(by), severity, reason, ticket: None, break_glass: None };
    let (judge, limits, now) = (judge(&[]), Limits::default(), db.clock.now());
    let mut connection = db.read().await.unwrap();
    let prepared = match command.proposal(&mut connection, &user(who), &limits, now).await {
        Ok((proposal, _)) => prepare(&judge, &mut connection, &proposal, now).await?,
        Err(_) => Prepared::default(),
    };
    drop(connection);
    let mut tx = db.begin(actor(who)).await.unwrap();
    let opened = extend(&mut tx, &judge, &limits, command, &prepared).await?;
    tx.commit().await.unwrap();
    Ok(opened)
}

/// An hour of access that ann has now.
async fn access(db: &TestDb) -> GrantId {
    let id = ask(db, "ann", an_hour_of(vec![power_in("payments-prod")])).await.unwrap().request;
    let Ok(Approved::Grants(grants)) = decide(db, "cora", id, Decision::Approve).await else { panic!("not approved") };
    db.gives_access().await;
    grants[0]
}

async fn deadline(db: &TestDb, grant: GrantId) -> Timestamp {
    let mut tx = db.tx(&user("ann")).await;
    grants::get(tx.connection(), grant).await.unwrap().unwrap().deadline_at.unwrap()
}

#[tokio::test]
async fn an_approved_extension_moves_the_deadline_and_nothing_else_does() {
    let db = open_for_business().await;
    let grant = access(&db).await;
    let before = deadline(&db, grant).await;
    db.advance_minutes(10);
    let extension = more(&db, "ann", grant, 30).await.unwrap();
    assert_eq!(deadline(&db, grant).await, before, "asking moves nothing");
    decide(&db, "cora", extension.request, Decision::Approve).await.unwrap();
    assert_eq!(deadline(&db, grant).await, before + SignedDuration::from_mins(30));
}

#[tokio::test]
async fn the_whole_counts_against_the_rules_maximum() {
    let db = open_for_business().await;
    let grant = access(&db).await;
    let refused = more(&db, "ann", grant, 181).await.unwrap_err().to_string();
    assert!(refused.contains("it allows at most 240 minutes, 241 were asked for"), "{refused}");
    assert!(more(&db, "ann", grant, 180).await.is_ok());
    let refused = more(&db, "ann", grant, 421).await.unwrap_err();
    assert!(matches!(refused, Refusal::TooLong { asked: 481, most: 480 }), "{refused}");
}

#[tokio::test]
async fn one_extension_waits_at_a_time() {
    let db = open_for_business().await;
    let grant = access(&db).await;
    let first = more(&db, "ann", grant, 10).await.unwrap();
    assert!(matches!(more(&db, "ann", grant, 20).await, Err(Refusal::ExtensionPending)));
    decide(&db, "cora", first.request, Decision::Reject).await.unwrap();
    assert!(more(&db, "ann", grant, 20).await.is_ok());
}

#[tokio::test]
async fn only_the_owner_of_living_access_may_ask_for_more() {
    let db = open_for_business().await;
    let grant = access(&db).await;
    assert!(matches!(more(&db, "ben", grant, 10).await, Err(Refusal::UnknownGrant)));
    assert!(matches!(more(&db, "ann", GrantId(store::new_id()), 10).await, Err(Refusal::UnknownGrant)));
    db.advance_minutes(60);
    db.clock.advance(SignedDuration::ZERO - EXTENSION_CLOSES);
    let refused = more(&db, "ann", grant, 10).await.unwrap_err();
    assert!(matches!(refused, Refusal::TooNear(_)) && refused.to_string().contains("until 10 s before"), "{refused}");
    db.clock.advance(EXTENSION_CLOSES);
    let refused = more(&db, "ann", grant, 10).await;
    assert!(matches!(refused, Err(Refusal::TimeIsUp(_))), "its time is up, whoever has noticed");
    let later = ask(&db, "ann", an_hour_of(vec![power_in("search-prod")])).await.unwrap().request;
    let Ok(Approved::Grants(scheduled)) = decide(&db, "cora", later, Decision::Approve).await else { panic!() };
    assert!(matches!(more(&db, "ann", scheduled[0], 10).await, Err(Refusal::NotActive(GrantState::Scheduled))));
}

#[tokio::test]
async fn the_deadline_does_not_wait_for_a_decision() {
    let db = open_for_business().await;
    let grant = access(&db).await;
    db.advance_minutes(50);
    let extension = more(&db, "ann", grant, 30).await.unwrap();
    db.advance_minutes(10);
    let late = decide(&db, "cora", extension.request, Decision::Approve).await.unwrap();
    assert_eq!(late, Approved::TooLate(GrantState::Active));
    let decide_by: Timestamp = {
        let mut tx = db.tx(&user("ann")).await;
        store::requests::get(tx.connection(), extension.request).await.unwrap().unwrap().decide_by
    };
    assert_eq!(decide_by, deadline(&db, grant).await - EXTENSION_CLOSES);
}

#[tokio::test]
async fn todays_rules_judge_the_extension() {
    let db = open_for_business().await;
    let grant = access(&db).await;
    company::retire_all(&db).await;
    assert!(matches!(more(&db, "ann", grant, 10).await, Err(Refusal::NotEligible { .. })));
    company::enforce(&db, company::rule_for("free", &["payments-prod"], "PowerUserAccess", automatic())).await;
    let before = deadline(&db, grant).await;
    assert_eq!(more(&db, "ann", grant, 10).await.unwrap().grants, [grant]);
    assert_eq!(deadline(&db, grant).await, before + SignedDuration::from_mins(10));
}

#[tokio::test]
async fn an_extension_into_a_freeze_is_refused_and_names_it() {
    let db = open_for_business().await;
    let grant = access(&db).await;
    let from = deadline(&db, grant).await + SignedDuration::from_mins(5);
    let freeze = FreezeSpec {
        name: "the end of the year".to_owned(),
        from,
        until: from + SignedDuration::from_hours(48),
        accounts: domain::rules::Accounts { all: true, ..Default::default() },
        permission_sets: domain::rules::PermissionSets { all: true, ..Default::default() },
        spares_break_glass: true,
    };
    company::publish(&db, Body::Freeze(freeze)).await;
    assert!(more(&db, "ann", grant, 6).await.unwrap_err().to_string().contains("the freeze the end of the year"));
    assert!(more(&db, "ann", grant, 5).await.is_ok());
}
