//! What was allowed when it was asked is judged again, and only ever tightens.

use domain::request::RequestState;
use domain::rules::{Accounts, Body, Effect, GuardrailSpec, PermissionSets, PolicyRef, Subjects};
use domain::{RequestId, rules::Document};
use jiff::SignedDuration;
use judge::Recheck;
use store::directory::{replace_contents, replace_users};
use store::requests;
use testkit::TestDb;
use testkit::company::{self, automatic, group, permission_set, rule_for, user};

use super::{an_hour_of, ask, judge, open_for_business, power, power_in};

async fn again(db: &TestDb, id: RequestId) -> Vec<Recheck> {
    let mut connection = db.read().await.unwrap();
    let request = requests::get(&mut connection, id).await.unwrap().unwrap();
    let items = requests::items(&mut connection, id).await.unwrap();
    judge(&[]).recheck(&mut connection, &request, &items, db.clock.now()).await.unwrap()
}

fn refused(found: &[Recheck]) -> Vec<Option<String>> {
    found.iter().map(|recheck| recheck.refused.as_ref().map(ToString::to_string)).collect()
}

fn guardrail(name: &str, account: &str, effect: Effect) -> Body {
    Body::Guardrail(GuardrailSpec {
        name: name.to_owned(),
        enabled: true,
        subjects: Subjects { everyone: true, ..Subjects::default() },
        accounts: Accounts { ids: vec![company::account(account)], ..Accounts::default() },
        permission_sets: PermissionSets { all: true, ..PermissionSets::default() },
        effect,
    })
}

async fn both(db: &TestDb) -> RequestId {
    ask(db, "ann", an_hour_of(vec![power_in("payments-prod"), power_in("search-prod")])).await.unwrap().request
}

#[tokio::test]
async fn what_has_not_changed_is_as_it_was() {
    let db = open_for_business().await;
    let found = again(&db, both(&db).await).await;
    assert_eq!(refused(&found), [None, None]);
    assert_eq!(
        found.iter().map(|r| (r.ordinal, r.needs.len(), r.content_changed)).collect::<Vec<_>>(),
        [(0, 1, false), (1, 1, false)]
    );
}

#[tokio::test]
async fn a_guardrail_that_came_later_forbids_or_asks_more_people_for_what_it_covers() {
    let db = open_for_business().await;
    let id = both(&db).await;
    company::publish(&db, guardrail("no more", "payments-prod", Effect::Deny { spares_break_glass: false })).await;
    let admins = domain::approval::PolicySpec::of(vec![group("admins")], vec![], 1);
    let floor = Effect::Floor { policy: PolicyRef::Policy(admins) };
    company::publish(&db, guardrail("admins too", "search-prod", floor)).await;
    let found = again(&db, id).await;
    assert_eq!(refused(&found), [Some("no more: it denies this".to_owned()), None]);
    let because: Vec<&str> = found[1].needs.iter().map(|need| need.because.as_str()).collect();
    assert_eq!(because, ["power in production", "admins too"]);
}

#[tokio::test]
async fn a_rule_that_is_gone_or_narrower_allows_no_more() {
    let db = testkit::database().await;
    company::move_in(&db).await;
    let rule = company::publish(&db, Body::Rule(power())).await;
    let id = both(&db).await;
    let mut narrower = power();
    narrower.accounts.ids.pop();
    narrower.max_minutes = super::minutes(30);
    company::republish(&db, &rule, Body::Rule(narrower)).await;
    let found = again(&db, id).await;
    assert_eq!(
        refused(&found)[0].as_deref(),
        Some("power in production: it allows at most 30 minutes, 60 were asked for")
    );
    assert!(refused(&found)[1].as_ref().unwrap().contains("it does not reach account"));
    company::retire_all(&db).await;
    assert_eq!(refused(&again(&db, id).await), vec![Some("no rule allows it any more".to_owned()); 2]);
}

#[tokio::test]
async fn whoever_is_disabled_gets_nothing() {
    let db = open_for_business().await;
    let id = both(&db).await;
    let mut users = company::users();
    users.iter_mut().filter(|u| u.user_name == "ann").for_each(|u| u.active = false);
    let mut tx = db.tx(&user("root")).await;
    replace_users(&mut tx, &users).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(refused(&again(&db, id).await), vec![Some("whoever would have the access is disabled".to_owned()); 2]);
}

#[tokio::test]
async fn a_permission_set_that_gives_something_else_is_told() {
    let db = open_for_business().await;
    let content = async |hash: &str| {
        let mut tx = db.tx(&user("root")).await;
        replace_contents(&mut tx, &[(permission_set("PowerUserAccess"), Some(hash.to_owned()))]).await.unwrap();
        tx.commit().await.unwrap();
    };
    let unknown = both(&db).await;
    content("one").await;
    assert!(again(&db, unknown).await.iter().all(|r| !r.content_changed), "nobody knew what it gave");
    let id = both(&db).await;
    assert!(again(&db, id).await.iter().all(|r| !r.content_changed));
    content("two").await;
    let found = again(&db, id).await;
    assert!(found.iter().all(|r| r.content_changed && r.content_hash.as_deref() == Some("two")));
}

#[tokio::test]
async fn of_what_else_somebody_waits_for_only_what_came_before_counts() {
    let db = open_for_business().await;
    let (first, second) = (both(&db).await, both(&db).await);
    let cap = guardrail("two at a time", "payments-prod", Effect::Cap { concurrent: 1 });
    company::publish(&db, cap).await;
    assert_eq!(refused(&again(&db, first).await), [None, None], "its own pairs and a later request do not count");
    let found = again(&db, second).await;
    assert!(refused(&found)[0].as_ref().unwrap().contains("there are 1"), "{found:?}");
    assert_eq!(refused(&found)[1], None);
}

#[tokio::test]
async fn what_was_heard_when_it_was_asked_stands() {
    let db = open_for_business().await;
    let automatic = domain::rules::Automatic { incident: true, ..Default::default() };
    let rule =
        rule_for("responders", &["payments-dev"], "PowerUserAccess", domain::rules::Approval::Automatic(automatic));
    company::enforce(&db, rule).await;
    let mut tx = db.tx(&user("root")).await;
    let fire = request::usecase::OpenIncident {
        title: "payments fail".to_owned(),
        severity: Default::default(),
        accounts: vec![],
        reference: None,
    };
    let limits = runtime::settings::Requests::default();
    let incident = request::usecase::open_incident(&mut tx, &limits, fire).await.unwrap();
    tx.commit().await.unwrap();
    let id = ask(&db, "ann", an_hour_of(vec![power_in("payments-dev")])).await.unwrap().request;
    let mut tx = db.tx(&user("root")).await;
    request::usecase::close_incident(&mut tx, incident.id).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(refused(&again(&db, id).await), [None]);
}

#[tokio::test]
async fn a_scheduled_window_keeps_its_end_when_it_is_judged_in_the_middle() {
    let db = open_for_business().await;
    let mut later = an_hour_of(vec![power_in("payments-prod")]);
    later.start_at = Some(db.clock.now() + SignedDuration::from_mins(30));
    let id = ask(&db, "ann", later).await.unwrap().request;
    db.advance_minutes(60);
    assert_eq!(refused(&again(&db, id).await), [None]);
    db.advance_minutes(31);
    assert!(refused(&again(&db, id).await)[0].is_some(), "it is over");
}

#[tokio::test]
async fn an_extension_is_judged_with_the_part_already_had() {
    let db = testkit::database().await;
    company::move_in(&db).await;
    let spec = rule_for("free", &["payments-prod"], "PowerUserAccess", automatic());
    let rule: Document = company::publish(&db, Body::Rule(spec.clone())).await;
    let grant = ask(&db, "ann", an_hour_of(vec![power_in("payments-prod")])).await.unwrap().grants[0];
    db.gives_access().await;
    let mut asked = testkit::requests::Asked::by(&user("ann"), &group("leads"));
    (asked.extends, asked.pairs, asked.minutes) = (Some(grant), vec![power_in("payments-prod")], 30);
    let (id, _) = db.asks(asked).await;
    assert_eq!(refused(&again(&db, id).await), [None]);
    let mut narrower = spec;
    narrower.max_minutes = super::minutes(89);
    company::republish(&db, &rule, Body::Rule(narrower)).await;
    assert_eq!(refused(&again(&db, id).await).len(), 1);
    assert!(refused(&again(&db, id).await)[0].is_some());
    let mut connection = db.read().await.unwrap();
    assert_eq!(requests::get(&mut connection, id).await.unwrap().unwrap().state, RequestState::Pending);
}
