use domain::approval::{ApprovalPolicy, MailDecision};
use domain::rules::{Approval, RuleSpec};
use domain::{AccountId, GroupId, UserId};
use request::usecase::{RuleRefusal, change_rule, delete_rule, eligible, make_rule};
use store::rules;
use testkit::TestDb;
use testkit::company::{self, decided_by, permission_set, user};

use super::{minutes, open_for_business, power};

const MOST: u32 = 480;

async fn make(db: &TestDb, spec: RuleSpec) -> Result<domain::rules::Rule, RuleRefusal> {
    let mut tx = db.tx(&user("root")).await;
    let rule = make_rule(&mut tx, MOST, spec).await?;
    tx.commit().await.unwrap();
    Ok(rule)
}

#[tokio::test]
async fn every_version_of_a_rule_is_kept_and_a_stale_one_is_refused() {
    let db = open_for_business().await;
    let made = make(&db, power()).await.unwrap();
    let mut changed = made.spec.clone();
    changed.max_minutes = minutes(30);
    let mut tx = db.tx(&user("root")).await;
    let second = change_rule(&mut tx, MOST, made.id, 1, changed.clone()).await.unwrap();
    assert_eq!(second.version, 2);
    let same = change_rule(&mut tx, MOST, made.id, 2, changed).await.unwrap();
    assert_eq!(same.version, 2, "saying the same again is no change");
    let stale = change_rule(&mut tx, MOST, made.id, 1, power()).await;
    assert!(matches!(stale, Err(RuleRefusal::Stale { given: 1, current: 2 })));
    let (first, by) = rules::version(tx.connection(), made.id, 1).await.unwrap().unwrap();
    assert_eq!((first.max_minutes, by), (minutes(240), company::actor("root")));
    assert!(matches!(delete_rule(&mut tx, made.id, Some(1)).await, Err(RuleRefusal::Stale { .. })));
    delete_rule(&mut tx, made.id, Some(2)).await.unwrap();
    assert!(matches!(delete_rule(&mut tx, made.id, None).await, Err(RuleRefusal::UnknownRule)));
    assert!(rules::version(tx.connection(), made.id, 2).await.unwrap().is_some());
    tx.commit().await.unwrap();
    assert_eq!(db.facts().await, ["rule.saved.v1", "rule.saved.v1", "rule.deleted.v1"]);
}

#[tokio::test]
async fn of_two_changes_from_one_version_one_wins() {
    let db = open_for_business().await;
    let made = make(&db, power()).await.unwrap();
    let change = async |n: i64| {
        let mut tx = db.tx(&user("root")).await;
        let mut spec = power();
        spec.max_minutes = minutes(n);
        change_rule(&mut tx, MOST, made.id, 1, spec).await?;
        tx.commit().await.unwrap();
        Ok::<_, RuleRefusal>(())
    };
    let (a, b) = tokio::join!(change(10), change(20));
    assert!(a.is_ok() != b.is_ok(), "{a:?} {b:?}");
}

#[tokio::test]
async fn a_rule_that_names_what_is_not_there_is_refused() {
    let db = open_for_business().await;
    let with = |change: &dyn Fn(&mut RuleSpec)| {
        let mut spec = power();
        change(&mut spec);
        spec
    };
    let nobody = UserId::parse("00000000-0000-4000-8000-0000000000ff").unwrap();
    let no_group = GroupId::parse("11111111-0000-4000-8000-0000000000ff").unwrap();
    let no_account = AccountId::parse("999999999999").unwrap();
    let decided = |groups: Vec<GroupId>, users: Vec<UserId>| {
        Approval::Policy(ApprovalPolicy { groups, users, votes: 1, mail_decision: MailDecision::SignIn })
    };
    for (spec, wanted) in [
        (with(&|s| s.accounts.ids.push(no_account.clone())), "there is no account 999999999999"),
        (with(&|s| s.accounts.except.push(no_account.clone())), "there is no account 999999999999"),
        (with(&|s| s.permission_sets.arns.push("arn:aws:sso:::permissionSet/i/ps-x".parse().unwrap())), "ps-x"),
        (with(&|s| s.subjects.groups.push(no_group.clone())), "there is no group"),
        (with(&|s| s.subjects.users.push(nobody.clone())), "nobody in the directory"),
        (with(&|s| s.approval = decided(vec![no_group.clone()], vec![])), "there is no group"),
        (with(&|s| s.approval = decided(vec![], vec![nobody.clone()])), "nobody in the directory"),
        (with(&|s| s.approval = decided(vec![], vec![])), "nobody can approve"),
        (with(&|s| s.approval = decided_by("leads", 11)), "approval.votes is a number from 1 to 10"),
        (with(&|s| s.name = "  ".to_owned()), "a rule's name"),
        (with(&|s| s.max_minutes = minutes(481)), "nobody may have more than 480"),
        (with(&|s| s.accounts.ids.clear()), "reaches no account"),
        (with(&|s| s.permission_sets.arns.clear()), "allows no permission set"),
        (with(&|s| s.subjects.groups.clear()), "is for nobody"),
    ] {
        let refused = make(&db, spec).await.unwrap_err().to_string();
        assert!(refused.contains(wanted), "{refused:?} does not say {wanted:?}");
    }
    assert_eq!(db.facts().await, Vec::<String>::new());
}

#[tokio::test]
async fn what_may_be_asked_for_is_told_rule_by_rule() {
    let db = open_for_business().await;
    let mut everywhere = power();
    everywhere.name = "read everywhere".to_owned();
    everywhere.accounts =
        domain::rules::Accounts { all: true, ids: vec![], except: vec![company::account("search-prod")] };
    everywhere.permission_sets.arns = vec![permission_set("ReadOnlyAccess"), permission_set("PowerUserAccess")];
    company::enforce(&db, everywhere).await;
    let mut off = power();
    off.enabled = false;
    company::enforce(&db, off).await;
    let mut tx = db.tx(&user("ann")).await;
    let offers = eligible(&mut tx, &user("ann")).await.unwrap();
    let told: Vec<(&str, Vec<&str>, usize)> = offers
        .iter()
        .map(|o| {
            let accounts = o.accounts.iter().map(|a| a.name.as_str()).collect();
            (o.rule.spec.name.as_str(), accounts, o.permission_sets.len())
        })
        .collect();
    assert_eq!(
        told,
        [
            ("power in production", vec!["payments-prod", "search-prod"], 1),
            ("read everywhere", vec!["payments-dev", "payments-prod"], 2),
        ],
        "neither the management account nor a suspended one"
    );
    assert_eq!(offers[0].decider.as_ref().unwrap().people, 2);
    assert!(eligible(&mut tx, &user("zoe")).await.unwrap().is_empty());
}
