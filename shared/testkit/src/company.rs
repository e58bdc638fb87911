//! A small company: enough people, accounts and permission sets for a test to read like a story.

use std::collections::BTreeMap;

use domain::approval::PolicySpec;
use domain::rules::{
    Accounts, Approval, Automatic, Body, Document, Pace, PermissionSets, ReasonDemand, Rule, RuleSpec, Subjects,
    TicketDemand, Validity, WhenAway,
};
use domain::{AccountId, Actor, GroupId, Minutes, Pair, PermissionSetArn, RuleId, UserId};
use store::Db;
use store::directory::{
    Account, Group, PermissionSet, Unit, User, replace_groups, replace_members, replace_organization,
    replace_permission_sets, replace_tags, replace_users,
};

/// People: their user names. `ann` and `ben` are engineers, `cora` and `dave` are leads (they approve), `eve` is an
/// auditor, `root` is an admin, `zoe` is in no group, and `gus` is disabled and an engineer. `cora` is `ann`'s manager.
pub const PEOPLE: [&str; 8] = ["ann", "ben", "cora", "dave", "eve", "root", "zoe", "gus"];
/// Groups and who is in them.
pub const GROUPS: [(&str, &[&str]); 4] = [
    ("engineers", &["ann", "ben", "cora", "gus"]),
    ("leads", &["cora", "dave"]),
    ("auditors", &["eve"]),
    ("admins", &["root"]),
];
/// Accounts, the management account first, a suspended one last.
pub const ACCOUNTS: [&str; 5] = ["management", "payments-prod", "payments-dev", "search-prod", "closed"];
/// Permission sets.
pub const PERMISSION_SETS: [&str; 3] = ["AdministratorAccess", "PowerUserAccess", "ReadOnlyAccess"];

fn place(names: &[&str], name: &str) -> usize {
    names.iter().position(|n| *n == name).unwrap_or_else(|| panic!("the company has no {name:?}"))
}

/// Somebody's id.
#[must_use]
pub fn user(name: &str) -> UserId {
    UserId::parse(format!("00000000-0000-4000-8000-0000000000{:02x}", place(&PEOPLE, name))).expect("an id")
}

/// A group's id.
#[must_use]
pub fn group(name: &str) -> GroupId {
    let names = GROUPS.map(|(name, _)| name);
    GroupId::parse(format!("11111111-0000-4000-8000-0000000000{:02x}", place(&names, name))).expect("an id")
}

/// An account's id.
#[must_use]
pub fn account(name: &str) -> AccountId {
    AccountId::parse(format!("{:012}", 100_000_000_000 + place(&ACCOUNTS, name))).expect("an id")
}

/// A permission set's ARN.
#[must_use]
pub fn permission_set(name: &str) -> PermissionSetArn {
    PermissionSetArn::parse(format!("arn:aws:sso:::permissionSet/ssoins-1/ps-{}", place(&PERMISSION_SETS, name)))
        .expect("an ARN")
}

/// One (account, permission set).
#[must_use]
pub fn pair(account_name: &str, permission_set_name: &str) -> Pair {
    Pair { account: account(account_name), permission_set: permission_set(permission_set_name) }
}

/// Somebody as an author of changes.
#[must_use]
pub fn actor(name: &str) -> Actor {
    Actor::User { id: user(name) }
}

/// Everybody as the directory has them.
#[must_use]
pub fn users() -> Vec<User> {
    PEOPLE
        .into_iter()
        .map(|name| User {
            id: user(name),
            user_name: name.to_owned(),
            display_name: format!("{}{} Example", name[..1].to_uppercase(), &name[1..]),
            email: Some(format!("{name}@example.com")),
            active: name != "gus",
            manager: (name == "ann").then(|| user("cora")),
        })
        .collect()
}

/// Every group with its members.
#[must_use]
pub fn groups() -> Vec<(Group, Vec<UserId>)> {
    GROUPS
        .into_iter()
        .map(|(name, members)| {
            (Group { id: group(name), name: name.to_owned() }, members.iter().map(|m| user(m)).collect())
        })
        .collect()
}

/// The tree.
#[must_use]
pub fn organization() -> (Vec<Unit>, Vec<Account>) {
    let unit = |id: &str, name: &str, parent: Option<&str>| Unit {
        id: id.to_owned(),
        name: name.to_owned(),
        parent: parent.map(str::to_owned),
    };
    let units = vec![
        unit("r-1", "Root", None),
        unit("ou-prod", "Production", Some("r-1")),
        unit("ou-dev", "Development", Some("r-1")),
    ];
    let accounts = ACCOUNTS
        .into_iter()
        .map(|name| Account {
            id: account(name),
            name: name.to_owned(),
            email: format!("{name}@accounts.example.com"),
            active: name != "closed",
            unit: if name.ends_with("prod") { "ou-prod" } else { "ou-dev" }.to_owned(),
            tags: BTreeMap::from([("team".to_owned(), name.split('-').next().unwrap_or_default().to_owned())]),
            tags_known: true,
            management: name == "management",
            administration: name == "management",
        })
        .collect();
    (units, accounts)
}

/// Every permission set.
#[must_use]
pub fn permission_sets() -> Vec<PermissionSet> {
    PERMISSION_SETS
        .into_iter()
        .map(|name| PermissionSet {
            arn: permission_set(name),
            name: name.to_owned(),
            description: Some(format!("{name} for people")),
            session_s: 3600,
            tags: BTreeMap::new(),
            content_hash: None,
        })
        .collect()
}

/// Puts the company into the directory.
///
/// # Panics
/// When the database refuses it.
pub async fn move_in(db: &Db) {
    let mut tx = db.begin(Actor::service("test")).await.expect("a transaction");
    replace_users(&mut tx, &users()).await.expect("users");
    let groups = groups();
    let named: Vec<_> = groups.iter().map(|(group, _)| group.clone()).collect();
    replace_groups(&mut tx, &named).await.expect("groups");
    let members: Vec<_> = groups.into_iter().map(|(group, members)| (group.id, members)).collect();
    replace_members(&mut tx, &members).await.expect("members");
    let (units, accounts) = organization();
    replace_organization(&mut tx, &units, &accounts).await.expect("organization");
    let tags: Vec<_> = accounts.into_iter().map(|account| (account.id, Some(account.tags))).collect();
    replace_tags(&mut tx, &tags).await.expect("tags");
    replace_permission_sets(&mut tx, &permission_sets()).await.expect("permission sets");
    tx.commit().await.expect("a commit");
}

/// Members of this group decide, signed in.
#[must_use]
pub fn decided_by(group_name: &str, votes: u8) -> Approval {
    Approval::Policy(PolicySpec::of(vec![group(group_name)], vec![], votes))
}

/// Nobody decides, whatever the circumstances.
#[must_use]
pub fn automatic() -> Approval {
    Approval::Automatic(Automatic { waiver: Some("nothing here can do harm".to_owned()), ..Automatic::default() })
}

/// A rule for engineers: one permission set in these accounts for up to four hours.
#[must_use]
pub fn rule_for(name: &str, accounts: &[&str], permission_set_name: &str, approval: Approval) -> RuleSpec {
    RuleSpec {
        name: name.to_owned(),
        enabled: true,
        subjects: Subjects { groups: vec![group("engineers")], ..Subjects::default() },
        accounts: Accounts { ids: accounts.iter().map(|a| account(a)).collect(), ..Accounts::default() },
        permission_sets: PermissionSets {
            arns: vec![permission_set(permission_set_name)],
            ..PermissionSets::default()
        },
        max_minutes: Minutes::new(240).expect("minutes"),
        severities: vec![],
        reason: ReasonDemand::default(),
        ticket: TicketDemand::default(),
        hours: None,
        validity: Validity::default(),
        on_behalf: Subjects::default(),
        pace: Pace::default(),
        when_away: WhenAway::default(),
        cut_sessions: domain::sessions::CutSessions::default(),
        approval,
    }
}

/// Puts a document in force.
///
/// # Panics
/// When the database refuses it.
pub async fn publish(db: &Db, body: Body) -> Document {
    let mut tx = db.begin(actor("root")).await.expect("a transaction");
    let document = Document { id: store::new_id(), version: 1, body };
    store::documents::lock(&mut tx).await.expect("a lock");
    store::documents::save(&mut tx, &document).await.expect("a document");
    tx.commit().await.expect("a commit");
    document
}

/// Puts a rule in force.
///
/// # Panics
/// When the database refuses it.
pub async fn enforce(db: &Db, spec: RuleSpec) -> Rule {
    let document = publish(db, Body::Rule(spec.clone())).await;
    Rule { id: RuleId(document.id), version: document.version, spec }
}

/// Takes everything out of force.
///
/// # Panics
/// When the database refuses it.
pub async fn retire_all(db: &Db) {
    let mut tx = db.begin(actor("root")).await.expect("a transaction");
    store::documents::lock(&mut tx).await.expect("a lock");
    for document in store::documents::all(tx.connection()).await.expect("documents") {
        store::documents::delete(&mut tx, &document).await.expect("a deletion");
    }
    tx.commit().await.expect("a commit");
}

/// Puts a new version of a document in force.
///
/// # Panics
/// When the database refuses it.
pub async fn republish(db: &Db, document: &Document, body: Body) -> Document {
    let mut tx = db.begin(actor("root")).await.expect("a transaction");
    let document = Document { id: document.id, version: document.version + 1, body };
    store::documents::lock(&mut tx).await.expect("a lock");
    store::documents::save(&mut tx, &document).await.expect("a document");
    tx.commit().await.expect("a commit");
    document
}
