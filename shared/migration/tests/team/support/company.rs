//! The directory of a fictional company.

use domain::{AccountId, GroupId, PermissionSetArn, UserId};
use migration::{Account, Directory, DirectoryBuilder, Unit, User};

const PEOPLE: [&str; 24] = [
    "ada", "bela", "cem", "dora", "emil", "fay", "gil", "hana", "ivo", "jun", "kaya", "leo", "mia", "nils", "oda",
    "pia", "quin", "rosa", "sven", "tess", "ugo", "vera", "wim", "yara",
];
const GROUPS: [&str; 14] = [
    "platform",
    "payments",
    "search",
    "data",
    "mobile",
    "security",
    "support",
    "network",
    "finance-it",
    "prod-approvers",
    "dev-approvers",
    "pay-approvers",
    "team-admins",
    "team-auditors",
];
const SETS: [&str; 10] = [
    "ReadOnly",
    "PowerUser",
    "Administrator",
    "DatabaseAdmin",
    "NetworkAdmin",
    "Billing",
    "LogReader",
    "SupportUser",
    "SecurityAudit",
    "Deployer",
];
/// Units, with their parents.
pub const UNITS: [(&str, &str, Option<&str>); 8] = [
    ("r-demo", "Root", None),
    ("ou-demo-prod0000", "Prod", Some("r-demo")),
    ("ou-demo-prodpay0", "Payments", Some("ou-demo-prod0000")),
    ("ou-demo-prodcard", "Cards", Some("ou-demo-prodpay0")),
    ("ou-demo-dev00000", "Dev", Some("r-demo")),
    ("ou-demo-sandbox0", "Sandbox", Some("r-demo")),
    ("ou-demo-data0000", "Data", Some("r-demo")),
    ("ou-demo-empty000", "Empty", Some("r-demo")),
];

pub fn user(name: &str) -> UserId {
    let at = PEOPLE.iter().position(|person| *person == name).unwrap();
    UserId::parse(format!("906768ae6b-00000000-0000-4000-8000-0000000000{at:02x}")).unwrap()
}

pub fn user_name(at: usize) -> String {
    format!("{}@example.com", PEOPLE[at % PEOPLE.len()])
}

pub fn people() -> usize {
    PEOPLE.len()
}

pub fn group_at(at: usize) -> (GroupId, String) {
    let at = at % GROUPS.len();
    (GroupId::parse(format!("906768ae6b-11111111-0000-4000-8000-0000000000{at:02x}")).unwrap(), GROUPS[at].to_owned())
}

pub fn group(name: &str) -> GroupId {
    group_at(GROUPS.iter().position(|group| *group == name).unwrap()).0
}

pub fn set_at(at: usize) -> (PermissionSetArn, String) {
    let at = at % SETS.len();
    let arn = format!("arn:aws:sso:::permissionSet/ssoins-7223000000000000/ps-00000000000000{at:02x}");
    (PermissionSetArn::parse(arn).unwrap(), SETS[at].to_owned())
}

pub fn set(name: &str) -> PermissionSetArn {
    set_at(SETS.iter().position(|set| *set == name).unwrap()).0
}

/// The management account is 0; the others lie in the units in turn.
pub fn account_at(at: usize) -> (AccountId, String) {
    let name = if at == 0 { "management".to_owned() } else { format!("acct-{at:02}") };
    (AccountId::parse(format!("1000000000{at:02}")).unwrap(), name)
}

pub const ACCOUNTS: usize = 30;

pub fn unit_of(account: usize) -> &'static str {
    if account == 0 { "r-demo" } else { UNITS[1 + account % 6].0 }
}

pub fn builder() -> DirectoryBuilder {
    let mut directory = DirectoryBuilder::default();
    for (at, person) in PEOPLE.into_iter().enumerate() {
        let name = user_name(at);
        directory.users.push(User { id: user(person), user_name: name.clone(), email: Some(name) });
        // Each in two groups, some in the same two.
        for group in [at % 9, (at / 3) % 9] {
            directory.members.push((group_at(group).0, user(person)));
        }
        directory.members.push((group_at(9 + at % 3).0, user(person)));
    }
    directory.groups = (0..GROUPS.len()).map(group_at).collect();
    directory.permission_sets = (0..SETS.len()).map(set_at).collect();
    for at in 0..ACCOUNTS {
        let (id, name) = account_at(at);
        directory.accounts.push(Account { id, name, unit: unit_of(at).to_owned(), management: at == 0 });
    }
    directory.units = UNITS
        .iter()
        .map(|(id, name, parent)| Unit {
            id: (*id).to_owned(),
            name: (*name).to_owned(),
            parent: parent.map(str::to_owned),
        })
        .collect();
    directory
}

pub fn directory() -> Directory {
    builder().into()
}
