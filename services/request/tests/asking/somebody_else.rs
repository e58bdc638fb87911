//! Asking on behalf of somebody else.

use domain::rules::Subjects;
use request::usecase::{Refusal, Submit};
use store::{grants, requests};
use testkit::company::{self, automatic, group, rule_for, user};

use super::{an_hour_of, ask, open_for_business, power_in};

fn for_ben() -> Submit {
    Submit { beneficiary: Some(user("ben")), ..an_hour_of(vec![power_in("payments-dev")]) }
}

async fn leads_may_ask_for_engineers() -> testkit::TestDb {
    let db = open_for_business().await;
    let mut rule = rule_for("for others", &["payments-dev"], "PowerUserAccess", automatic());
    rule.on_behalf = Subjects { groups: vec![group("leads")], ..Subjects::default() };
    company::enforce(&db, rule).await;
    db
}

#[tokio::test]
async fn a_rule_lets_some_ask_for_those_whom_it_is_for() {
    let db = leads_may_ask_for_engineers().await;
    let opened = ask(&db, "dave", for_ben()).await.unwrap();
    let mut tx = db.tx(&user("dave")).await;
    let request = requests::get(tx.connection(), opened.request).await.unwrap().unwrap();
    assert_eq!((request.requester, request.beneficiary), (user("dave"), user("ben")));
    let grant = grants::get(tx.connection(), opened.grants[0]).await.unwrap().unwrap();
    assert_eq!(grant.tuple.principal, user("ben"), "whoever asked has nothing of it");
    let told: Vec<String> = db.rows("outbox").await;
    assert!(told.iter().any(|fact| fact.contains("request.submitted") && fact.contains(user("ben").as_str())));
}

#[tokio::test]
async fn the_beneficiary_must_be_eligible_and_active_and_the_asker_named() {
    let db = leads_may_ask_for_engineers().await;
    let refused = ask(&db, "ann", for_ben()).await.unwrap_err().to_string();
    assert!(refused.contains("it does not let the asker ask for somebody else"), "{refused}");
    let for_zoe = Submit { beneficiary: Some(user("zoe")), ..for_ben() };
    let refused = ask(&db, "dave", for_zoe).await.unwrap_err().to_string();
    assert!(refused.contains("it is for other people"), "{refused}");
    let for_gus = Submit { beneficiary: Some(user("gus")), ..for_ben() };
    assert!(matches!(ask(&db, "dave", for_gus).await, Err(Refusal::UserDisabled(gus)) if gus == user("gus")));
    let nobody = domain::UserId::parse("00000000-0000-4000-8000-0000000000ff").unwrap();
    let for_nobody = Submit { beneficiary: Some(nobody), ..for_ben() };
    assert!(matches!(ask(&db, "dave", for_nobody).await, Err(Refusal::UnknownBeneficiary(_))));
    let for_herself = Submit { beneficiary: Some(user("ann")), ..an_hour_of(vec![power_in("payments-dev")]) };
    assert!(ask(&db, "ann", for_herself).await.is_ok(), "that is nobody else");
}

#[tokio::test]
async fn neither_of_both_is_counted_among_those_who_could_decide() {
    let db = open_for_business().await;
    let mut rule = rule_for("for others", &["payments-dev"], "PowerUserAccess", company::decided_by("leads", 1));
    rule.on_behalf = Subjects { groups: vec![group("leads")], ..Subjects::default() };
    company::enforce(&db, rule).await;
    let for_cora = Submit { beneficiary: Some(user("cora")), ..for_ben() };
    let refused = ask(&db, "dave", for_cora).await;
    assert!(matches!(refused, Err(Refusal::NobodyCanApprove(_))), "both leads are in it: {refused:?}");
    assert!(ask(&db, "dave", for_ben()).await.is_ok(), "cora decides");
}
