//! Yes without asking anybody: conditions, break-glass, and the look that is owed for it.

use domain::rules::{Approval, Automatic, BreakGlass, Review as Demand, RuleSpec, Severity, Subjects};
use domain::{Comment, DelegationId, RuleId};
use jiff::SignedDuration;
use request::usecase::{
    OpenIncident, Opened, Refusal, ReviewRefusal, TakeReview, close_incident, open_incident, take_review,
};
use request::work::tell_overdue_reviews;
use runtime::settings::Requests as Limits;
use store::delegations::{self, Delegation};
use store::reviews::{self, Filter, Looker, Review};
use testkit::TestDb;
use testkit::company::{self, account, group, rule_for, user};

use super::{an_hour_of, ask, doings, open_for_business, power_in};

fn during_an_incident() -> RuleSpec {
    let automatic = Automatic { incident: true, ..Automatic::default() };
    let mut rule =
        rule_for("responders", &["payments-dev", "search-prod"], "PowerUserAccess", Approval::Automatic(automatic));
    rule.severities = vec![Severity::parse("critical").unwrap()];
    rule
}

async fn break_glass(db: &TestDb, review: Demand) -> RuleId {
    let mut rule =
        rule_for("fire", &["payments-prod"], "AdministratorAccess", Approval::BreakGlass(BreakGlass { review }));
    rule.max_minutes = super::minutes(60);
    company::enforce(db, rule).await.id
}

async fn takes(db: &TestDb, who: &str, rule: RuleId) -> Result<Opened, Refusal> {
    let mut asked = an_hour_of(vec![company::pair("payments-prod", "AdministratorAccess")]);
    asked.break_glass = Some(rule);
    ask(db, who, asked).await
}

async fn owed(db: &TestDb) -> Vec<Review> {
    let mut connection = db.read().await.unwrap();
    reviews::list(&mut connection, &Filter { limit: 10, ..Filter::default() }).await.unwrap()
}

async fn looks(db: &TestDb, who: &str, review: &Review, concern: Option<&str>) -> Result<Review, ReviewRefusal> {
    let groups = company::GROUPS.iter().filter(|(_, members)| members.contains(&who)).map(|(name, _)| group(name));
    let mut connection = db.read().await.unwrap();
    let one_with = delegations::one_with(&mut connection, &user(who), db.clock.now()).await.unwrap();
    drop(connection);
    let privileged = ["eve", "root"].contains(&who);
    let looker = Looker { user: user(who), one_with, groups: groups.collect(), privileged };
    let comment = concern.map(|words| Comment::parse(words).unwrap());
    let mut tx = db.tx(&user(who)).await;
    let command = TakeReview { review: review.id, concern: concern.is_some(), comment };
    let done = take_review(&mut tx, &looker, &command).await?;
    tx.commit().await.unwrap();
    Ok(done)
}

#[tokio::test]
async fn an_open_incident_that_covers_the_account_lets_responders_in() {
    let db = open_for_business().await;
    company::enforce(&db, during_an_incident()).await;
    let mut asked = an_hour_of(vec![power_in("payments-dev")]);
    asked.severity = Severity::parse("critical").unwrap();
    let refused = ask(&db, "ann", asked.clone()).await.unwrap_err().to_string();
    assert!(refused.contains("responders: it needs an open incident that covers the account"), "{refused}");
    let mut tx = db.tx(&user("root")).await;
    let fire = |reference: &str| OpenIncident {
        title: "payments fail".to_owned(),
        severity: Severity::parse("critical").unwrap(),
        accounts: vec![account("payments-dev")],
        reference: Some(reference.to_owned()),
    };
    let incident = open_incident(&mut tx, &Limits::default(), fire("PD-1")).await.unwrap();
    let again = open_incident(&mut tx, &Limits::default(), fire("PD-1")).await.unwrap();
    assert_eq!(again, incident, "its reference says that it is the same");
    tx.commit().await.unwrap();
    let opened = ask(&db, "ann", asked.clone()).await.unwrap();
    assert_eq!(opened.grants.len(), 1);
    let elsewhere = an_hour_of(vec![power_in("search-prod")]);
    assert_eq!(ask(&db, "ann", elsewhere).await.unwrap().approvals.len(), 1, "it does not cover that account");
    let normal = an_hour_of(vec![power_in("payments-dev")]);
    let refused = ask(&db, "ann", normal).await.unwrap_err().to_string();
    assert!(refused.contains("it is for severity critical, not normal"), "{refused}");
    let mut tx = db.tx(&user("root")).await;
    for _ in 0..2 {
        assert!(close_incident(&mut tx, incident.id).await.unwrap().unwrap().closed.is_some());
    }
    assert_ne!(open_incident(&mut tx, &Limits::default(), fire("PD-1")).await.unwrap().id, incident.id, "a new one");
    close_incident(&mut tx, incident.id).await.unwrap();
    tx.commit().await.unwrap();
    let facts = doings(&db).await;
    let count = |name: &str| facts.iter().filter(|fact| *fact == name).count();
    assert_eq!((count("incident.opened.v1"), count("incident.closed.v1")), (2, 1));
}

#[tokio::test]
async fn break_glass_is_taken_by_name_only_is_loud_and_owes_a_review() {
    let db = open_for_business().await;
    let review =
        Demand { reviewers: Subjects { groups: vec![group("leads")], ..Subjects::default() }, within_hours: 24 };
    let fire = break_glass(&db, review).await;
    let unnamed = an_hour_of(vec![company::pair("payments-prod", "AdministratorAccess")]);
    let refused = ask(&db, "ann", unnamed).await.unwrap_err().to_string();
    assert!(refused.contains("fire: it is for break-glass, which must be asked for by name"), "{refused}");
    assert!(matches!(takes(&db, "ann", RuleId(store::new_id())).await, Err(Refusal::NotBreakGlass(_))));
    let opened = takes(&db, "ann", fire).await.unwrap();
    assert_eq!((opened.approvals.len(), opened.grants.len()), (0, 1));
    assert_eq!(
        doings(&db).await,
        ["request.submitted.v1", "request.approved.v1", "request.break_glass.v1", "review.opened.v1"]
    );
    let owed = owed(&db).await;
    assert_eq!((owed.len(), owed[0].break_glass), (1, true));
    assert_eq!(owed[0].due_at, db.clock.now() + SignedDuration::from_hours(24));
    let mut long = an_hour_of(vec![company::pair("payments-prod", "AdministratorAccess")]);
    (long.minutes, long.break_glass) = (super::minutes(61), Some(fire));
    let refused = ask(&db, "ben", long).await.unwrap_err().to_string();
    assert!(refused.contains("it allows at most 60 minutes, 61 were asked for"), "{refused}");
}

#[tokio::test]
async fn a_second_person_reviews_and_an_overdue_review_blocks_the_next_break_glass() {
    let db = open_for_business().await;
    let review =
        Demand { reviewers: Subjects { groups: vec![group("leads")], ..Subjects::default() }, within_hours: 24 };
    let fire = break_glass(&db, review).await;
    drop(takes(&db, "cora", fire).await.unwrap());
    let owed = owed(&db).await.remove(0);
    assert!(matches!(looks(&db, "cora", &owed, None).await, Err(ReviewRefusal::Own)), "a lead, but her own");
    assert!(matches!(looks(&db, "ben", &owed, None).await, Err(ReviewRefusal::NotAReviewer)));
    assert!(matches!(looks(&db, "eve", &owed, None).await, Err(ReviewRefusal::NotAReviewer)), "leads are named");
    drop(takes(&db, "cora", fire).await.unwrap());
    assert_eq!(tell_overdue_reviews(&db).await.unwrap(), 0);
    db.advance_minutes(24 * 60);
    assert_eq!(tell_overdue_reviews(&db).await.unwrap(), 2);
    assert_eq!(tell_overdue_reviews(&db).await.unwrap(), 0, "each is told once");
    let refused = takes(&db, "cora", fire).await.unwrap_err();
    assert!(matches!(refused, Refusal::ReviewOverdue { request, .. } if request == owed.request), "{refused}");
    assert!(takes(&db, "ann", fire).await.is_ok(), "others are not blocked");
    let bare = TakeReview { review: owed.id, concern: true, comment: None };
    let looker = Looker { user: user("dave"), one_with: vec![], groups: vec![group("leads")], privileged: false };
    let mut tx = db.tx(&user("dave")).await;
    assert!(matches!(take_review(&mut tx, &looker, &bare).await, Err(ReviewRefusal::NoWords)));
    drop(tx);
    let open = |owed: Vec<Review>| owed.into_iter().filter(|r| r.done.is_none() && r.requester == user("cora"));
    for review in open(super::at_once::owed(&db).await) {
        looks(&db, "dave", &review, Some("why at night?")).await.unwrap();
        looks(&db, "dave", &review, Some("why at night?")).await.unwrap();
        assert!(matches!(looks(&db, "dave", &review, None).await, Err(ReviewRefusal::Done)));
    }
    assert!(takes(&db, "cora", fire).await.is_ok());
    let facts = doings(&db).await;
    assert_eq!(facts.iter().filter(|fact| *fact == "review.done.v1").count(), 2, "the same again is no second review");
}

#[tokio::test]
async fn the_database_refuses_a_review_of_ones_own() {
    let db = open_for_business().await;
    let fire = break_glass(&db, Demand::default()).await;
    drop(takes(&db, "ann", fire).await.unwrap());
    let mut owed = owed(&db).await.remove(0);
    let mut tx = db.tx(&user("ann")).await;
    let refused = reviews::finish(&mut tx, &mut owed, &user("ann"), false, None).await.unwrap_err();
    assert_eq!(refused.constraint(), Some("reviews_second_person"));
}

/// For an hour from now on.
async fn stands_in(db: &TestDb, from: &str, to: &str) {
    let mut tx = db.tx(&user(from)).await;
    let now = tx.now();
    let new = Delegation {
        id: DelegationId(store::new_id()),
        from: user(from),
        to: user(to),
        starts_at: now,
        ends_at: now + SignedDuration::from_hours(1),
        reason: None,
        made_by: company::actor(from),
        made_at: now,
        ended_at: None,
    };
    delegations::insert(&mut tx, &new).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn whoever_stands_in_for_those_concerned_or_for_whom_they_do_reviews_nothing_of_theirs_meanwhile() {
    let db = open_for_business().await;
    let leads = Subjects { groups: vec![group("leads")], ..Subjects::default() };
    let fire = break_glass(&db, Demand { reviewers: leads, within_hours: 24 }).await;
    drop(takes(&db, "ann", fire).await.unwrap());
    let mut review = owed(&db).await.remove(0);
    stands_in(&db, "ann", "cora").await;
    stands_in(&db, "dave", "ann").await;
    for lead in ["cora", "dave"] {
        assert!(matches!(looks(&db, lead, &review, None).await, Err(ReviewRefusal::Own)), "{lead}");
        let mut connection = db.read().await.unwrap();
        let one_with = delegations::one_with(&mut connection, &user(lead), db.clock.now()).await.unwrap();
        let looker = Looker { user: user(lead), one_with, groups: vec![group("leads")], privileged: false };
        let theirs = Filter { looker: Some(looker), limit: 10, ..Filter::default() };
        assert_eq!(
            reviews::list(&mut connection, &theirs).await.unwrap(),
            [],
            "{lead} is not shown it as theirs to take"
        );
        let mut tx = db.tx(&user(lead)).await;
        let refused = reviews::finish(&mut tx, &mut review, &user(lead), false, None).await.unwrap_err();
        assert_eq!(refused.constraint(), Some("reviews_second_person"), "nor does the database take it of {lead}");
    }
    db.advance_minutes(60);
    looks(&db, "cora", &review, None).await.expect("she stands in for nobody any more");
}

#[tokio::test]
async fn one_review_covers_all_automatic_approvals_of_a_request() {
    let db = open_for_business().await;
    let with = |within_hours, reviewers| {
        let review = Demand { reviewers, within_hours };
        Approval::Automatic(Automatic { waiver: Some("it is only a test".to_owned()), review, ..Automatic::default() })
    };
    let leads = Subjects { groups: vec![group("leads")], ..Subjects::default() };
    company::enforce(&db, rule_for("a", &["payments-dev"], "ReadOnlyAccess", with(48, leads))).await;
    company::enforce(&db, rule_for("b", &["search-prod"], "ReadOnlyAccess", with(12, Subjects::default()))).await;
    let pairs = vec![company::pair("payments-dev", "ReadOnlyAccess"), company::pair("search-prod", "ReadOnlyAccess")];
    drop(ask(&db, "ann", an_hour_of(pairs)).await.unwrap());
    let owed = owed(&db).await;
    assert_eq!(owed.len(), 1);
    assert_eq!(owed[0].due_at, db.clock.now() + SignedDuration::from_hours(12), "the earlier counts");
    for (who, may) in [("dave", true), ("eve", true), ("root", true), ("ben", false)] {
        assert_eq!(looks(&db, who, &owed[0], None).await.is_ok(), may && who == "dave", "{who}");
    }
    let looker = Looker { user: user("eve"), one_with: vec![], groups: vec![], privileged: true };
    assert!(owed[0].is_for(&looker), "b names nobody: auditors and admins");
}
