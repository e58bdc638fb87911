//! Which pairs are decided as one, and which at once.

use domain::approval::{Pairs, PolicySpec, Stage, Voters};
use domain::rules::{Approval, Body, Owned, OwnersSpec};
use store::approvals;
use testkit::TestDb;
use testkit::company::{self, automatic, decided_by, group, pair, rule_for, user};

use super::{an_hour_of, ask, doings, open_for_business, power_in, states};

async fn bundles(db: &TestDb, request: domain::RequestId) -> Vec<Vec<i16>> {
    let mut tx = db.tx(&user("ann")).await;
    let found = approvals::of_request(tx.connection(), request).await.unwrap();
    found.into_iter().map(|approval| approval.ordinals).collect()
}

#[tokio::test]
async fn different_policies_are_decided_by_approvals_of_their_own() {
    let db = open_for_business().await;
    company::enforce(&db, rule_for("dev", &["payments-dev"], "PowerUserAccess", decided_by("admins", 1))).await;
    let pairs = vec![power_in("payments-prod"), power_in("payments-dev"), power_in("search-prod")];
    let opened = ask(&db, "ann", an_hour_of(pairs)).await.unwrap();
    assert_eq!(bundles(&db, opened.request).await, [vec![0, 2], vec![1]]);
    assert_eq!(doings(&db).await, ["request.submitted.v1"], "one fact for all of them");
}

#[tokio::test]
async fn the_same_policy_of_two_rules_is_asked_once_and_names_both() {
    let db = open_for_business().await;
    company::enforce(&db, rule_for("dev", &["payments-dev"], "PowerUserAccess", decided_by("leads", 1))).await;
    let opened = ask(&db, "ann", an_hour_of(vec![power_in("payments-prod"), power_in("payments-dev")])).await.unwrap();
    let mut tx = db.tx(&user("ann")).await;
    let found = approvals::of_request(tx.connection(), opened.request).await.unwrap();
    assert_eq!((found.len(), found[0].needs.len()), (1, 1));
    assert_eq!(found[0].needs[0].because, "power in production, dev");
}

#[tokio::test]
async fn a_policy_may_decide_each_pair_by_itself() {
    let db = testkit::database().await;
    company::move_in(&db).await;
    let policy = PolicySpec { pairs: Pairs::Apart, ..PolicySpec::of(vec![group("leads")], vec![], 1) };
    let rule = rule_for("apart", &["payments-prod", "search-prod"], "PowerUserAccess", Approval::Policy(policy));
    company::enforce(&db, rule).await;
    let opened = ask(&db, "ann", an_hour_of(vec![power_in("payments-prod"), power_in("search-prod")])).await.unwrap();
    assert_eq!(bundles(&db, opened.request).await, [[0], [1]]);
}

#[tokio::test]
async fn owners_decide_about_their_own_account() {
    let db = testkit::database().await;
    company::move_in(&db).await;
    for (account, owner) in [("payments-prod", "cora"), ("search-prod", "dave")] {
        let spec = OwnersSpec {
            name: format!("owners of {account}"),
            target: Owned::Account { id: company::account(account) },
            owners: domain::approval::People { groups: vec![], users: vec![user(owner)] },
        };
        company::publish(&db, Body::Owners(spec)).await;
    }
    let voters = Voters { owners: true, ..Voters::default() };
    let policy = PolicySpec {
        stages: vec![Stage { voters, votes: 1, remind_after_minutes: None, escalation: None }],
        ..PolicySpec::of(vec![], vec![], 1)
    };
    let accounts = ["payments-prod", "search-prod"];
    for set in ["PowerUserAccess", "ReadOnlyAccess"] {
        company::enforce(&db, rule_for(set, &accounts, set, Approval::Policy(policy.clone()))).await;
    }
    let pairs = vec![power_in("payments-prod"), power_in("search-prod"), pair("payments-prod", "ReadOnlyAccess")];
    let opened = ask(&db, "ann", an_hour_of(pairs)).await.unwrap();
    assert_eq!(bundles(&db, opened.request).await, [vec![0, 2], vec![1]]);
    let mut tx = db.tx(&user("ann")).await;
    let found = approvals::of_request(tx.connection(), opened.request).await.unwrap();
    let asked: Vec<_> = found.iter().map(|approval| approval.asks.clone()).collect();
    assert_eq!(asked, [[format!("user:{}", user("cora"))], [format!("user:{}", user("dave"))]]);
}

#[tokio::test]
async fn pairs_that_nobody_decides_are_approved_while_others_wait() {
    let db = open_for_business().await;
    company::enforce(&db, rule_for("read", &["payments-prod"], "ReadOnlyAccess", automatic())).await;
    let reading = pair("payments-prod", "ReadOnlyAccess");
    let alone = ask(&db, "ann", an_hour_of(vec![reading.clone()])).await.unwrap();
    assert_eq!((alone.approvals.len(), alone.grants.len()), (0, 1));
    assert_eq!(db.request_state(alone.request).await, "approved");
    let both = ask(&db, "ann", an_hour_of(vec![power_in("payments-prod"), reading])).await.unwrap();
    assert_eq!((both.approvals.len(), both.grants.len()), (1, 1));
    assert_eq!(states(&db, both.request).await, ["pending", "approved"]);
    assert_eq!(db.request_state(both.request).await, "pending");
    let facts = doings(&db).await;
    assert_eq!(facts[..3], ["request.submitted.v1", "request.approved.v1", "review.opened.v1"]);
    assert_eq!(facts[3..], ["request.submitted.v1", "review.opened.v1"]);
}

#[tokio::test]
async fn the_shortest_patience_of_its_policies_is_the_requests() {
    let db = testkit::database().await;
    company::move_in(&db).await;
    for (account, patience) in [("payments-prod", Some(45)), ("search-prod", Some(30)), ("payments-dev", None)] {
        let policy = PolicySpec { pending_minutes: patience, ..PolicySpec::of(vec![group("leads")], vec![], 1) };
        company::enforce(&db, rule_for(account, &[account], "PowerUserAccess", Approval::Policy(policy))).await;
    }
    let mut tx = db.tx(&user("ann")).await;
    for (accounts, minutes) in [
        (&["payments-dev"][..], 180),
        (&["payments-prod", "search-prod"], 30),
        (&["payments-prod", "payments-dev"], 45),
    ] {
        let pairs = accounts.iter().map(|account| power_in(account)).collect();
        let opened = ask(&db, "ann", an_hour_of(pairs)).await.unwrap();
        let request = store::requests::get(tx.connection(), opened.request).await.unwrap().unwrap();
        assert_eq!(request.decide_by.duration_since(request.submitted_at).as_mins(), minutes, "{accounts:?}");
    }
}
