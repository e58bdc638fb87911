//! The simulator's company in our directory's copy, as it was read some time ago: every account open, every user
//! enabled, and one permission set that is gone by now.

use std::collections::BTreeMap;

use domain::{AccountId, Actor, PermissionSetArn, UserId};
use serde_json::Value;
use store::Db;
use store::directory::{
    Account, PermissionSet, Unit, User, replace_organization, replace_permission_sets, replace_users,
};

/// A permission set that AWS does not have.
pub const GONE: &str = "ps-0000000000000000";

fn list<'a>(company: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    company[name].as_array().expect("a list").iter()
}

fn text(one: &Value, field: &str) -> String {
    one[field].as_str().expect("a text").to_owned()
}

/// Puts the company into the directory's copy, as the simulator's control API describes it.
///
/// # Panics
/// When Postgres is away, or it is no such description.
pub async fn move_in(db: &Db, company: &Value) {
    let users: Vec<User> = list(company, "users")
        .map(|user| User {
            id: UserId::parse(text(user, "id")).expect("the company"),
            user_name: text(user, "user_name"),
            display_name: text(user, "display_name"),
            email: Some(text(user, "email")),
            active: true,
            manager: None,
        })
        .collect();
    let units: Vec<Unit> = list(company, "organizational_units")
        .map(|unit| Unit {
            id: text(unit, "id"),
            name: text(unit, "name"),
            parent: unit["parent"].as_str().filter(|parent| !parent.is_empty()).map(str::to_owned),
        })
        .collect();
    let accounts: Vec<Account> = list(company, "accounts")
        .map(|account| Account {
            id: AccountId::parse(text(account, "id")).expect("the company"),
            name: text(account, "name"),
            email: "accounts@example.com".to_owned(),
            active: true,
            unit: text(account, "parent"),
            tags: BTreeMap::new(),
            tags_known: true,
            management: account["id"] == company["management_account_id"],
            administration: false,
        })
        .collect();
    let sets = list(company, "permission_sets").map(|set| (text(set, "arn"), text(set, "name"))).collect::<Vec<_>>();
    let instance = sets[0].0.rsplit_once('/').expect("the company").0.to_owned();
    let sets: Vec<PermissionSet> = sets
        .into_iter()
        .chain([(format!("{instance}/{GONE}"), "Gone".to_owned())])
        .map(|(arn, name)| PermissionSet {
            arn: PermissionSetArn::parse(arn).expect("the company"),
            name,
            description: None,
            session_s: 3600,
            tags: BTreeMap::new(),
            content_hash: None,
        })
        .collect();
    let mut tx = db.begin(Actor::service("test")).await.expect("the company");
    replace_users(&mut tx, &users).await.expect("the company");
    replace_organization(&mut tx, &units, &accounts).await.expect("the company");
    replace_permission_sets(&mut tx, &sets).await.expect("the company");
    tx.commit().await.expect("the company");
}
