//! The sample company, as the directory has it.

use domain::rules::{AccountFacts, Document, Organization, PermissionSetFacts};
use domain::{AccountId, GroupId, PermissionSetArn, UserId};
use policy::{Account, Books, Directory, File, Group, PermissionSet, Unit, User, Wanted};

pub const PEOPLE: [&str; 5] = ["ann", "ben", "cora", "dave", "eve"];
pub const GROUPS: [&str; 4] = ["engineers", "leads", "auditors", "admins"];
pub const ACCOUNTS: [&str; 4] = ["management", "payments-prod", "payments-dev", "search-prod"];
pub const SETS: [&str; 3] = ["AdministratorAccess", "PowerUserAccess", "ReadOnlyAccess"];
pub const UNITS: [(&str, &str, Option<&str>); 5] = [
    ("r-1", "Root", None),
    ("ou-1-production", "Production", Some("r-1")),
    ("ou-1-development", "Development", Some("r-1")),
    ("ou-1-payments", "Payments", Some("ou-1-production")),
    ("ou-1-sandbox", "Payments", Some("ou-1-development")),
];

pub fn user(at: usize) -> UserId {
    UserId::parse(format!("00000000-0000-4000-8000-0000000000{at:02x}")).unwrap()
}
pub fn group(at: usize) -> GroupId {
    GroupId::parse(format!("11111111-0000-4000-8000-0000000000{at:02x}")).unwrap()
}
pub fn account(at: usize) -> AccountId {
    AccountId::parse(format!("{:012}", 100_000_000_000 + at)).unwrap()
}
pub fn set(at: usize) -> PermissionSetArn {
    PermissionSetArn::parse(format!("arn:aws:sso:::permissionSet/ssoins-1/ps-{at}")).unwrap()
}

pub fn directory() -> Directory {
    let mut directory = Directory {
        users: PEOPLE.iter().enumerate().map(|(at, n)| User { id: user(at), user_name: (*n).to_owned() }).collect(),
        groups: GROUPS.iter().enumerate().map(|(at, n)| Group { id: group(at), name: (*n).to_owned() }).collect(),
        units: UNITS
            .iter()
            .map(|(id, name, parent)| Unit {
                id: (*id).to_owned(),
                name: (*name).to_owned(),
                parent: parent.map(str::to_owned),
            })
            .collect(),
        accounts: ACCOUNTS
            .iter()
            .enumerate()
            .map(|(at, n)| Account { id: account(at), name: (*n).to_owned() })
            .collect(),
        permission_sets: SETS
            .iter()
            .enumerate()
            .map(|(at, n)| PermissionSet { arn: set(at), name: (*n).to_owned() })
            .collect(),
    };
    // Two groups of one name, a group called like another one's id, and a name that is not for every terminal.
    directory.groups.push(Group { id: group(100), name: "twins".to_owned() });
    directory.groups.push(Group { id: group(101), name: "twins".to_owned() });
    directory.groups.push(Group { id: group(102), name: group(0).to_string() });
    directory.groups.push(Group { id: group(103), name: "- evil: [\"\n#\u{202e}".to_owned() });
    directory
}

pub fn facts() -> Organization {
    let units: [&[&str]; 4] = [
        &["r-1"],
        &["ou-1-payments", "ou-1-production", "r-1"],
        &["ou-1-sandbox", "ou-1-development", "r-1"],
        &["ou-1-production", "r-1"],
    ];
    let accounts = ACCOUNTS.iter().zip(units).enumerate().map(|(at, (name, units))| AccountFacts {
        id: account(at),
        name: (*name).to_owned(),
        units: units.iter().map(ToString::to_string).collect(),
        tags: [("team".to_owned(), name.split('-').next().unwrap().to_owned())].into(),
        active: true,
        management: at == 0,
        administration: at == 0,
    });
    let permission_sets = SETS.iter().enumerate().map(|(at, name)| PermissionSetFacts {
        arn: set(at),
        name: (*name).to_owned(),
        tags: [].into(),
    });
    Organization { accounts: accounts.collect(), permission_sets: permission_sets.collect() }
}

pub fn file(text: &str) -> File {
    File { name: "policy.yaml".to_owned(), text: text.to_owned() }
}

pub fn sample() -> String {
    include_str!("../../policy.sample.yaml").to_owned()
}

/// What a text says, with nothing in force.
pub fn read(text: &str) -> Wanted {
    policy::read(&[file(text)], &directory(), &Books::default()).unwrap_or_else(|problems| {
        panic!("{}", problems.iter().map(|p| format!("{p}\n")).collect::<String>());
    })
}

/// The documents of a text, as if they were in force.
pub fn in_force(text: &str) -> Books {
    let mut next = 0_u128;
    let wanted = read(text).with_ids(|| {
        next += 1;
        uuid::Uuid::from_u128(0x0199_0000_0000_7000_8000_0000_0000_0000 + next)
    });
    Books { revision: 7, documents: wanted.unwrap().documents }
}

pub fn by_name<'a>(documents: &'a [Document], name: &str) -> &'a Document {
    documents.iter().find(|d| d.body.name() == name).unwrap_or_else(|| panic!("no {name:?}"))
}
