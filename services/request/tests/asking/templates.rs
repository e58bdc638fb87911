//! Keeping what is asked for again and again.

use domain::rules::Severity;
use request::usecase::{Refusal, SaveTemplate, Submit, TemplateRefusal, save_template};
use runtime::settings::Requests as Limits;
use store::templates::{self, Template, TemplateSpec};
use testkit::TestDb;
use testkit::company::user;

use super::{an_hour_of, ask, minutes, open_for_business, power_in};

fn spec(accounts: &[&str]) -> TemplateSpec {
    TemplateSpec {
        pairs: accounts.iter().map(|account| power_in(account)).collect(),
        minutes: minutes(30),
        severity: Severity::default(),
        beneficiary: None,
    }
}

async fn saves(db: &TestDb, who: &str, command: SaveTemplate) -> Result<Template, TemplateRefusal> {
    let mut tx = db.tx(&user(who)).await;
    let saved = save_template(&mut tx, &Limits::default(), command).await?;
    tx.commit().await.unwrap();
    Ok(saved)
}

fn new(name: &str, accounts: &[&str]) -> SaveTemplate {
    SaveTemplate::New { name: name.to_owned(), spec: spec(accounts) }
}

#[tokio::test]
async fn templates_are_their_owners_and_know_when_they_were_used() {
    let db = open_for_business().await;
    let deploy = saves(&db, "ann", new(" deploy ", &["payments-prod"])).await.unwrap();
    assert_eq!(deploy.name, "deploy");
    let search = saves(&db, "ann", new("search", &["search-prod"])).await.unwrap();
    assert!(matches!(saves(&db, "ann", new("deploy", &["search-prod"])).await, Err(TemplateRefusal::NameTaken)));
    saves(&db, "ben", new("deploy", &["search-prod"])).await.unwrap();
    let theirs = SaveTemplate::Change { id: deploy.id, name: "mine".to_owned(), spec: spec(&["search-prod"]) };
    assert!(matches!(saves(&db, "ben", theirs).await, Err(TemplateRefusal::Unknown)));
    let asked = Submit { template: Some(search.id), ..an_hour_of(vec![power_in("search-prod")]) };
    drop(ask(&db, "ann", asked).await.unwrap());
    let mut tx = db.tx(&user("ann")).await;
    let mine = templates::of_owner(tx.connection(), &user("ann")).await.unwrap();
    assert_eq!(mine.iter().map(|t| t.name.as_str()).collect::<Vec<_>>(), ["search", "deploy"], "used last comes first");
    assert!(!templates::delete(&mut tx, &user("ben"), deploy.id).await.unwrap());
    assert!(templates::delete(&mut tx, &user("ann"), deploy.id).await.unwrap());
    assert!(!templates::delete(&mut tx, &user("ann"), deploy.id).await.unwrap());
}

#[tokio::test]
async fn a_template_of_a_request_has_neither_its_reason_nor_its_ticket() {
    let db = open_for_business().await;
    let pairs = vec![power_in("payments-prod"), power_in("search-prod")];
    let request = ask(&db, "ann", an_hour_of(pairs.clone())).await.unwrap().request;
    let from = |name: &str| SaveTemplate::FromRequest { name: name.to_owned(), request };
    let kept = saves(&db, "ann", from("same as last time")).await.unwrap();
    assert_eq!((kept.spec.pairs, kept.spec.minutes), (pairs, minutes(60)));
    let rows = db.rows("templates").await;
    assert!(rows.iter().all(|row| !row.contains("stuck") && !row.contains("INC-7")), "{rows:?}");
    assert!(matches!(saves(&db, "ben", from("hers")).await, Err(TemplateRefusal::UnknownRequest)));
}

#[tokio::test]
async fn what_could_never_be_asked_for_is_no_template() {
    let db = open_for_business().await;
    let with = |change: &dyn Fn(&mut TemplateSpec)| {
        let mut spec = spec(&["payments-prod"]);
        change(&mut spec);
        SaveTemplate::New { name: "x".to_owned(), spec }
    };
    let long = "x".repeat(201);
    for (command, wanted) in [
        (with(&|s| s.pairs.clear()), "at least one pair"),
        (with(&|s| s.pairs.push(power_in("payments-prod"))), "is there twice"),
        (with(&|s| s.minutes = minutes(481)), "at most 480"),
        (with(&|s| s.severity = Severity::parse("odd").unwrap()), "the severity odd is not one of"),
        (new(" ", &["payments-prod"]), "1 to 200 characters"),
        (new(&long, &["payments-prod"]), "1 to 200 characters"),
        (new("a\u{0}", &["payments-prod"]), "none of them a control character"),
    ] {
        let refused = saves(&db, "ann", command).await.unwrap_err().to_string();
        assert!(refused.contains(wanted), "{refused:?} does not say {wanted:?}");
    }
    let refused = saves(&db, "ann", with(&|s| s.pairs.clear())).await.unwrap_err();
    assert!(matches!(refused, TemplateRefusal::Spec(Refusal::NoPairs)));
}
