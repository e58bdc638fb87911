//! What plays share: a database with a company in it, and who judges whether a grant may begin. Each play begins with no
//! life in it.

use std::sync::atomic::{AtomicBool, Ordering};

use domain::approval::PolicySpec;
use domain::rules::{Accounts, Approval, Body, PermissionSets, Subjects};
use domain::{AccountId, GroupId, Minutes, PermissionSetArn, Tuple, UserId};
use integrations::Integrations;
use jiff::Timestamp;
use judge::Judge;
use serde_json::Value;
use simulator::inside::Organization;
use simulator::{Millis, Profile};
use testkit::TestDb;

/// The tuple that nobody asks for and our own role makes, as if the ledger had forgotten it.
pub const UNKNOWN: usize = 3;
/// The one that only others make.
pub const FOREIGN: usize = 4;

/// Where and about whom plays are.
pub struct House {
    pub db: TestDb,
    pub judge: Judge,
    pub approver: UserId,
    pub approvers: GroupId,
    /// What is asked for: two people, two accounts, one permission set; then [`UNKNOWN`] and [`FOREIGN`].
    pub tuples: Vec<Tuple>,
    somebody_left: AtomicBool,
}

impl House {
    /// A database of its own, with everything in it that no play changes.
    pub async fn open() -> Self {
        let db = testkit::database_on_one_thread().await;
        let company = Organization::new(Profile::Instant, 0, Millis(start().as_millisecond())).company();
        testkit::simulated::move_in(&db, &company).await;
        let approver = db.person("approver").await;
        let approvers = db.group("approvers", &[&approver]).await;
        everything_with_an_approval(&db, &approvers).await;
        let systems = Integrations::new(&testkit::api::settings_at("http://issuer.test", &[])).unwrap();
        let tuples = tuples(&company);
        let people = tuples.iter().map(|tuple| &tuple.principal).chain([&approver]).collect::<Vec<_>>();
        db.only(&people).await;
        Self { db, judge: Judge::new(systems), approver, approvers, tuples, somebody_left: AtomicBool::new(false) }
    }

    /// Nothing of an earlier play is left.
    pub async fn forget_lives(&self) {
        self.db.forget_lives().await;
        if self.somebody_left.swap(false, Ordering::Relaxed) {
            self.db.everybody_is_back().await;
        }
    }

    /// The directory's copy says that somebody is disabled, or gone.
    pub async fn leaves(&self, user: &UserId, gone: bool, now: Timestamp) {
        self.somebody_left.store(true, Ordering::Relaxed);
        if gone {
            self.db.is_gone(user, now).await;
        } else {
            self.db.disable(user).await;
        }
    }
}

/// When every play begins.
pub fn start() -> Timestamp {
    "2026-03-02T09:00:00Z".parse().unwrap()
}

async fn everything_with_an_approval(db: &TestDb, approvers: &GroupId) {
    let approval = Approval::Policy(PolicySpec::of(vec![approvers.clone()], vec![], 1));
    let mut rule = testkit::company::rule_for("Everything", &[], "ReadOnlyAccess", approval);
    rule.subjects = Subjects { everyone: true, ..Subjects::default() };
    rule.accounts = Accounts { all: true, management: true, ..Accounts::default() };
    rule.permission_sets = PermissionSets { all: true, ..PermissionSets::default() };
    rule.max_minutes = Minutes::new(1440).unwrap();
    testkit::company::publish(db, Body::Rule(rule)).await;
}

fn tuples(company: &Value) -> Vec<Tuple> {
    let all = |list: &str| company[list].as_array().unwrap().clone();
    let text = |one: &Value, field: &str| one[field].as_str().unwrap().to_owned();
    let user = |name: &str| all("users").into_iter().find(|user| user["user_name"] == name).unwrap();
    let management = text(company, "management_account_id");
    let open = |account: &Value| account["suspended"] == false && text(account, "id") != management;
    let accounts: Vec<Value> = all("accounts").into_iter().filter(open).take(2).collect();
    let set = all("permission_sets").into_iter().find(|set| set["name"] == "LogReader").unwrap();
    [("ann", 0), ("ben", 0), ("ann", 1), ("ben", 1), ("carla", 0)]
        .into_iter()
        .map(|(name, account)| Tuple {
            principal: UserId::parse(text(&user(name), "id")).unwrap(),
            account: AccountId::parse(text(&accounts[account], "id")).unwrap(),
            permission_set: PermissionSetArn::parse(text(&set, "arn")).unwrap(),
        })
        .collect()
}
