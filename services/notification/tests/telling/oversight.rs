//! The alarm, reviews, delegations and changes of rules: who hears of them, and what.

use std::collections::VecDeque;

use crate::support::{Wish, World, at};
use domain::approval::People;
use domain::rules::{Body, Kind, Owned, OwnersSpec, Subjects};
use domain::{Actor, ChangeId, DelegationId, Fact, ReviewId, RuleId};
use messaging::{Received, Refusal};
use store::reviews::Reviewers;
use store::{StoreError, new_id};
use testkit::company;

const WHAT: &str = "AdministratorAccess in payments-prod";

fn to(all: &[(String, String)]) -> Vec<&str> {
    all.iter().map(|(to, _)| to.split('@').next().unwrap()).collect()
}

fn glass(asked: &crate::support::Asked, rule: RuleId, who: &str) -> Fact {
    Fact::BreakGlass {
        request: asked.request,
        rule,
        beneficiary: company::user(who),
        pairs: vec![company::pair("payments-prod", "AdministratorAccess")],
        grants: vec![],
    }
}

#[tokio::test]
async fn break_glass_alarms_admins_auditors_owners_and_those_who_would_have_been_asked() {
    let world = World::new().await;
    let rule = company::enforce(&world.db, {
        let usual = company::decided_by("leads", 1);
        company::rule_for("Administrators", &["payments-prod"], "AdministratorAccess", usual)
    })
    .await;
    let owners = People { groups: vec![], users: vec![company::user("zoe")] };
    let target = Owned::Account { id: company::account("payments-prod") };
    company::publish(&world.db, Body::Owners(OwnersSpec { name: "payments".to_owned(), target, owners })).await;
    let wish = Wish { break_glass: Some(rule.id), decided: vec![], ..Wish::of("ann", "ann") };
    let asked = world.wish(wish).await;
    let told = world.tell(company::actor("ann"), vec![glass(&asked, rule.id, "ann")]).await;
    assert_eq!(to(&told), ["cora", "dave", "eve", "root", "zoe"]);
    for (_, subject) in &told {
        assert_eq!(*subject, format!("[Curfew] BREAK-GLASS: Ann Example took {WHAT} for 1 h 30 min"));
    }
    let text = world.mail.mails()[0].text().replace('\r', "");
    for said in [
        "nobody was asked",
        "revoke it in Curfew at once",
        "By the rule:\n  | Administrators",
        "Why:\n  | the queue is stuck",
    ] {
        assert!(text.contains(said), "{said} is missing in {text}");
    }
}

#[tokio::test]
async fn break_glass_where_nobody_else_is_near_still_alarms_admins_and_auditors() {
    let world = World::new().await;
    let rule = RuleId(new_id());
    let asked = world.wish(Wish { break_glass: Some(rule), decided: vec![], ..Wish::of("ann", "ben") }).await;
    let told = world.tell(company::actor("ann"), vec![glass(&asked, rule, "ben")]).await;
    assert_eq!(to(&told), ["eve", "root"]);
    assert!(told[0].1.contains("BREAK-GLASS: Ben Example took"), "{told:?}");
}

#[tokio::test]
async fn who_takes_break_glass_is_told_that_it_will_be_looked_at() {
    let world = World::new().await;
    let wish = Wish { break_glass: Some(RuleId(new_id())), decided: vec![], ..Wish::of("ann", "ann") };
    let asked = world.wish(wish).await;
    let mut tx = world.db.begin(company::actor("ann")).await.unwrap();
    let request = store::requests::lock(&mut tx, asked.request).await.unwrap().unwrap();
    store::decision::approve(&mut tx, &request, &[0], true).await.unwrap();
    let approved = crate::support::heard(tx.commit().await.unwrap());
    world.plan(&[approved]).await;
    world.send().await;
    let mail = world.mail.take().remove(0);
    assert_eq!(mail.subject(), format!("[Curfew] Break-glass: {WHAT}"));
    assert!(mail.text().contains("A second person will look at what was done"));
}

async fn review(world: &World, request: domain::RequestId, break_glass: bool, named: &Subjects) -> ReviewId {
    let id = ReviewId(new_id());
    let reviewers = Reviewers { named: named.clone(), by_default: named.is_empty() };
    sqlx::query(
        "INSERT INTO reviews (id, request_id, break_glass, requester_id, beneficiary_id, reviewers, opened_at, due_at, comment) \
         VALUES ($1, $2, $3, $4, $4, $5, now(), now() + interval '1 day', 'what was the third login for?')",
    )
    .bind(id.uuid())
    .bind(request.uuid())
    .bind(break_glass)
    .bind(company::user("ann").as_str())
    .bind(serde_json::to_value(&reviewers).unwrap())
    .execute(world.db.pool())
    .await
    .unwrap();
    id
}

#[tokio::test]
async fn a_review_is_asked_of_its_reviewers_and_never_of_whose_access_it_is() {
    let world = World::new().await;
    let asked = world.ask("ann", "ann", "the queue is stuck").await;
    let engineers = Subjects { groups: vec![company::group("engineers")], ..Subjects::default() };
    let named = review(&world, asked.request, true, &engineers).await;
    let due_at = at("2026-03-05T09:00:00Z");
    let opened = |review| Fact::ReviewOpened { review, request: asked.request, due_at };
    let told = world.tell(company::actor("ann"), vec![opened(named)]).await;
    assert_eq!(to(&told), ["ben", "cora"]);
    assert_eq!(told[0].1, format!("[Curfew] Review this break-glass: {WHAT}"));
    assert!(world.mail.mails()[0].text().contains("by Thu 5 Mar 2026, 09:00 UTC"));
    world.stands_in("ann", "cora").await;
    let told = world.tell(company::actor("ann"), vec![opened(named)]).await;
    assert_eq!(to(&told), ["ben"], "cora stands in for ann");
    let nobody = review(&world, asked.request, false, &Subjects::default()).await;
    let told = world.tell(company::actor("ann"), vec![opened(nobody)]).await;
    assert_eq!(to(&told), ["eve", "root"], "auditors and admins where nobody is named");
    assert_eq!(told[0].1, format!("[Curfew] Review: {WHAT}"));
}

#[tokio::test]
async fn an_overdue_review_is_told_to_all_who_can_help_and_to_who_owes_it() {
    let world = World::new().await;
    let asked = world.ask("ann", "ann", "the queue is stuck").await;
    let leads = Subjects { groups: vec![company::group("leads")], ..Subjects::default() };
    let review = review(&world, asked.request, true, &leads).await;
    let overdue = Fact::ReviewOverdue { review, request: asked.request };
    let told = world.tell(Actor::service("request"), vec![overdue]).await;
    assert_eq!(to(&told), ["ann", "cora", "dave", "root"]);
    assert!(told.iter().all(|(_, subject)| *subject == format!("[Curfew] Review overdue: {WHAT}")), "{told:?}");
    let mails = world.mail.mails();
    assert!(mails[0].text().contains("your next break-glass is refused"));
    assert!(mails[1].text().contains("this person's next break-glass is refused"));
}

#[tokio::test]
async fn a_review_is_told_to_whose_access_it_was_and_a_concern_to_overseers_too() {
    let world = World::new().await;
    let asked = world.ask("ann", "ann", "the queue is stuck").await;
    let review = review(&world, asked.request, true, &Subjects::default()).await;
    let done = |concern| Fact::ReviewDone { review, request: asked.request, reviewer: company::user("eve"), concern };
    let told = world.tell(company::actor("eve"), vec![done(false)]).await;
    assert_eq!(told, [("ann@example.com".to_owned(), format!("[Curfew] Reviewed: {WHAT}"))]);
    let told = world.tell(company::actor("eve"), vec![done(true)]).await;
    assert_eq!(to(&told), ["ann", "root"], "not eve, who wrote it");
    assert_eq!(told[0].1, format!("[Curfew] Reviewed with a concern: {WHAT}"));
    let text = world.mail.mails()[0].text().replace('\r', "");
    assert!(text.contains("They say:\n  | what was the third login for?"), "{text}");
}

#[tokio::test]
async fn a_delegation_is_told_to_both() {
    let world = World::new().await;
    let delegation = DelegationId(new_id());
    let (starts_at, ends_at) = (at("2026-03-02T09:00:00Z"), at("2026-03-06T18:00:00Z"));
    sqlx::query(
        "INSERT INTO delegations (id, from_id, to_id, starts_at, ends_at, reason, made_by, made_at) \
         VALUES ($1, $2, $3, '2026-03-02T09:00:00Z', '2026-03-06T18:00:00Z', 'holidays', to_jsonb($2::text), now())",
    )
    .bind(delegation.uuid())
    .bind(company::user("cora").as_str())
    .bind(company::user("ben").as_str())
    .execute(world.db.pool())
    .await
    .unwrap();
    let (from, to_) = (company::user("cora"), company::user("ben"));
    let made = Fact::DelegationMade { delegation, from, to: to_, starts_at, ends_at };
    let told = world.tell(company::actor("cora"), vec![made]).await;
    assert_eq!(to(&told), ["ben", "cora"]);
    assert_eq!(told[0].1, "[Curfew] Ben Example stands in for Cora Example until Fri 6 Mar 2026, 18:00 UTC");
    let mail = world.mail.mails().remove(0);
    assert!(mail.text().replace('\r', "").contains("Why:\n  | holidays"));
    assert!(mail.parsed().references().as_text().is_none(), "it belongs to no request");
    let told = world.tell(company::actor("cora"), vec![Fact::DelegationEnded { delegation }]).await;
    assert_eq!(to(&told), ["ben", "cora"]);
    assert_eq!(told[0].1, "[Curfew] Ben Example no longer stands in for Cora Example");
}

/// A change of two documents that root proposed and zoe decided.
async fn keep(world: &World, change: ChangeId, state: &'static str) {
    sqlx::query(
        "INSERT INTO changes (id, state, revision, edits, touches, impact, reason, proposed_by, proposed_at, decided_by, decided_at) \
         VALUES ($1, $2, 0, '[]', ARRAY[gen_random_uuid(), gen_random_uuid()], '{}', 'the new team', $3, now(), $4, now())",
    )
    .bind(change.uuid())
    .bind(state)
    .bind(serde_json::to_value(company::actor("root")).unwrap())
    .bind(serde_json::to_value(company::actor("zoe")).unwrap())
    .execute(world.db.pool())
    .await
    .unwrap();
}

#[tokio::test]
async fn a_change_of_rules_is_told_to_the_other_admins_and_its_fate_to_who_proposed_it() {
    let world = World::new().await;
    let more = [(company::group("admins"), vec![company::user("root"), company::user("zoe")])];
    let mut tx = world.db.begin(Actor::service("test")).await.unwrap();
    store::directory::replace_members(&mut tx, &more).await.unwrap();
    tx.commit().await.unwrap();
    let change = ChangeId(new_id());
    keep(&world, change, "applied").await;
    let told = world.tell(company::actor("root"), vec![Fact::ChangeProposed { change }]).await;
    assert_eq!(told, [("zoe@example.com".to_owned(), "[Curfew] Root Example wants to change the rules".to_owned())]);
    let text = world.mail.mails()[0].text().replace('\r', "");
    assert!(text.contains("Documents:\n  | 2") && text.contains("Why:\n  | the new team"), "{text}");
    for (applied, word) in [(true, "applied"), (false, "refused")] {
        let told = world.tell(company::actor("zoe"), vec![Fact::ChangeDecided { change, applied, alone: false }]).await;
        let subject = format!("[Curfew] Your change of the rules was {word}");
        assert_eq!(told, [("root@example.com".to_owned(), subject)]);
        assert!(world.mail.mails()[0].text().contains(&format!("Zoe Example {word} your change")));
    }
    let decided = |change, alone| Fact::ChangeDecided { change, applied: false, alone };
    let told = world.tell(company::actor("root"), vec![decided(change, false)]).await;
    assert!(told.is_empty(), "who takes back what they proposed knows");
    let overtaken = ChangeId(new_id());
    keep(&world, overtaken, "stale").await;
    let told = world.tell(company::actor("zoe"), vec![decided(overtaken, false)]).await;
    assert_eq!(told, [("root@example.com".to_owned(), "[Curfew] Your change of the rules was overtaken".to_owned())]);
}

#[tokio::test]
async fn a_change_that_an_admin_made_alone_is_told_to_those_who_oversee() {
    let world = World::new().await;
    let change = ChangeId(new_id());
    keep(&world, change, "alone").await;
    let alone = Fact::ChangeDecided { change, applied: true, alone: true };
    let told = world.tell(company::actor("root"), vec![alone]).await;
    assert_eq!(told, [("eve@example.com".to_owned(), "[Curfew] Root Example changed the rules alone".to_owned())]);
}

#[tokio::test]
async fn new_matches_are_told_to_admins_by_name() {
    let world = World::new().await;
    let matched = Fact::PolicyMatched {
        kind: Kind::Guardrail,
        id: new_id(),
        name: "Payments\r\nare guarded".to_owned(),
        accounts: vec![company::account("payments-dev")],
        permission_sets: vec![company::permission_set("ReadOnlyAccess")],
    };
    let told = world.tell(Actor::service("request"), vec![matched]).await;
    let subject = "[Curfew] The guardrail Payments are guarded reaches further".to_owned();
    assert_eq!(told, [("root@example.com".to_owned(), subject)]);
    let text = world.mail.mails()[0].text().replace('\r', "");
    let account = format!("New accounts:\n  | payments-dev ({})", company::account("payments-dev"));
    assert!(text.contains(&account) && text.contains("New permission sets:\n  | ReadOnlyAccess"), "{text}");
}

#[tokio::test]
async fn an_incident_is_no_mail() {
    let world = World::new().await;
    let incident = domain::IncidentId(new_id());
    let opened = Fact::IncidentOpened { incident, title: "the queue is stuck".to_owned() };
    assert!(world.tell(company::actor("root"), vec![opened, Fact::IncidentClosed { incident }]).await.is_empty());
}

#[tokio::test]
async fn a_fact_that_cannot_be_planned_is_parked_and_holds_up_no_other() {
    let world = World::new().await;
    let asked = world.ask("ann", "ann", "the queue is stuck").await;
    let unreadable = review(&world, asked.request, true, &Subjects::default()).await;
    sqlx::query("UPDATE reviews SET reviewers = '{\"named\": 7}' WHERE id = $1")
        .bind(unreadable.uuid())
        .execute(world.db.pool())
        .await
        .unwrap();
    let due_at = at("2026-03-05T09:00:00Z");
    let opened = Fact::ReviewOpened { review: unreadable, request: asked.request, due_at };
    let opened = world.happened(company::actor("ann"), opened).await;
    let received = |heard: &notification::usecase::plan_deliveries::Heard| Received {
        occurred: heard.occurred.clone(),
        trace_parent: None,
        body: serde_json::to_vec(&heard.occurred).unwrap(),
    };
    let mut batch: VecDeque<Received> = [&opened, &asked.submitted].map(received).into();
    messaging::hand_over(&world.db, "notification", &mut batch, &|batch| world.inbound.take(batch)).await.unwrap();
    assert!(batch.is_empty(), "all of it is dealt with");
    world.send().await;
    let told: Vec<String> = world.mail.mails().into_iter().map(|mail| mail.to).collect();
    assert_eq!(told, ["cora@example.com", "dave@example.com", "root@example.com"], "what was submitted");
    let parked: Vec<(String, Vec<u8>, String)> =
        sqlx::query_as("SELECT queue, body, reason FROM parked").fetch_all(world.db.pool()).await.unwrap();
    let [(queue, body, reason)] = parked.as_slice() else { panic!("{parked:?}") };
    assert_eq!((queue.as_str(), body), ("notification", &serde_json::to_vec(&opened.occurred).unwrap()));
    assert!(reason.starts_with("impossible row in reviews: "), "{reason}");
}

#[tokio::test]
async fn while_the_database_is_away_no_fact_is_parked() {
    let world = World::new().await;
    let asked = world.ask("ann", "ann", "the queue is stuck").await;
    let body = serde_json::to_vec(&asked.submitted.occurred).unwrap();
    let received = Received { occurred: asked.submitted.occurred.clone(), trace_parent: None, body };
    let mut batch = VecDeque::from([received]);
    let away = |_| std::future::ready(Err(StoreError::Database(sqlx::Error::PoolTimedOut).into()));
    let refused = messaging::hand_over(&world.db, "notification", &mut batch, &away).await;
    assert!(matches!(refused, Err(Refusal::NotNow(_))), "{refused:?}");
    assert_eq!(batch.len(), 1, "it is handed over again");
    assert_eq!(store::parked::count(&world.db).await.unwrap(), 0);
    messaging::hand_over(&world.db, "notification", &mut batch, &|batch| world.inbound.take(batch)).await.unwrap();
    assert_eq!(world.deliveries().await.len(), 3);
}
