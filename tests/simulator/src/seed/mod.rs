//! Harbour Freightline, the company that the organization belongs to. Identifiers are derived from names, so that the same thing has
//! the same identifier in every run, and a test may name things instead of asking for them.

mod company;
mod growth;
mod people;
mod roles;

pub use company::organization;
pub use growth::grow;
pub use people::directory;
pub use roles::REGION;

use aws_lc_rs::digest::{SHA256, digest};
use uuid::Uuid;

use crate::clock::Millis;
use crate::world::access::{Access, PrincipalType, Tuple};
use crate::world::credentials::{Caller, Credentials, Key, Powers};
use crate::world::directory::Directory;
use crate::world::organization::Organization;
use crate::world::permission_sets::{PermissionSet, PermissionSets, Policies, arn_of};

/// The access key of the management account's developer.
pub const ACCESS_KEY_ID: &str = "AKIACURFEWDEV0000001";
/// Its secret.
pub const SECRET_ACCESS_KEY: &str = "curfew-dev-secret";
/// The access key of the delegated administrator's account.
pub const DELEGATED_ACCESS_KEY_ID: &str = "AKIACURFEWDELEGATED1";
/// Its secret.
pub const DELEGATED_SECRET_ACCESS_KEY: &str = "curfew-delegated-secret";
/// The domain of the company's addresses.
pub const MAIL_DOMAIN: &str = "harbourfreight.example";
/// When the company set all this up: 2024-03-04T08:00:00Z.
pub const FOUNDED: Millis = Millis(1_709_539_200_000);

/// Permission sets: name, description, session duration.
const PERMISSION_SETS: [(&str, &str, &str); 14] = [
    ("AdministratorAccess", "Everything, for platform engineers", "PT1H"),
    ("PowerUserAccess", "Everything but users and permissions", "PT2H"),
    ("ReadOnlyAccess", "Look at every resource and its data", "PT8H"),
    ("ViewOnlyAccess", "Look at resources, not at data", "PT8H"),
    ("SecurityAudit", "Look at the security configuration", "PT4H"),
    ("Billing", "Invoices, budgets and cost reports", "PT4H"),
    ("DatabaseAdministrator", "Run and repair databases", "PT1H"),
    ("NetworkAdministrator", "Networks, routes and firewalls", "PT1H"),
    ("SupportUser", "Open and follow support cases", "PT8H"),
    ("DataScientist", "Notebooks, training and data sets", "PT4H"),
    ("IncidentResponder", "Restart, scale and roll back during an incident", "PT1H"),
    ("DeployOperator", "Start and stop deployments", "PT2H"),
    ("LogReader", "Read logs and traces", "PT8H"),
    ("BreakGlassAdmin", "Everything, for when nothing else helps", "PT1H"),
];

/// The permission sets.
pub fn permission_sets() -> PermissionSets {
    let mut sets = PermissionSets::default();
    for (name, description, session_duration) in PERMISSION_SETS {
        let arn = arn_of(&hex_of("permission-set", name, 16));
        sets.by_arn.insert(
            arn.clone(),
            PermissionSet {
                arn,
                name: name.to_owned(),
                description: Some(description.to_owned()),
                session_duration: session_duration.to_owned(),
                relay_state: None,
                created: FOUNDED,
                tags: vec![("managed-by".to_owned(), "platform".to_owned())],
                policies: Policies {
                    managed: [format!("arn:aws:iam::aws:policy/{name}")].into(),
                    ..Policies::default()
                },
                inline_changed: FOUNDED,
            },
        );
    }
    sets
}

/// What people held long before anybody asked for temporary access: principal, permission set, account.
pub fn standing_assignments(organization: &Organization, directory: &Directory, sets: &PermissionSets) -> Access {
    let mut access = Access::default();
    let mut stand = |principal: Option<(PrincipalType, String)>, set: &str, account: &str| {
        if let (Some((kind, id)), Some(set), Some(account)) =
            (principal, sets.named(set), organization.account_called(account))
        {
            let tuple = Tuple {
                account_id: account.id.clone(),
                permission_set_arn: set.arn.clone(),
                principal_type: kind,
                principal_id: id,
            };
            access.add(&tuple, FOUNDED, "seed");
        }
    };
    let group = |name: &str| directory.group_named(name).map(|group| (PrincipalType::Group, group.id.clone()));
    let user = |name: &str| directory.user_named(name).map(|user| (PrincipalType::User, user.id.clone()));
    for account in
        ["freight-booking-staging", "freight-tracking-staging", "customs-tariffs-staging", "payments-ledger-staging"]
    {
        stand(group("engineers"), "ReadOnlyAccess", account);
    }
    for account in ["freight-booking-production", "payments-ledger-production", "warehouse-docks-production"] {
        stand(group("security"), "SecurityAudit", account);
    }
    for account in ["network-transit", "network-edge", "shared-registry", "shared-observability"] {
        stand(group("platform"), "ViewOnlyAccess", account);
    }
    stand(group("finance"), "Billing", "harbour-freightline");
    stand(user("frank"), "AdministratorAccess", "security-identity");
    stand(user("ann"), "ReadOnlyAccess", "sandbox-freight");
    stand(user("dave"), "DatabaseAdministrator", "payments-ledger-staging");
    access
}

/// The keys and roles that calls may be signed with.
pub fn credentials(organization: &Organization) -> Credentials {
    let mut credentials = Credentials::default();
    let keys = [
        (ACCESS_KEY_ID, SECRET_ACCESS_KEY, &organization.management_account, "curfew-dev"),
        (DELEGATED_ACCESS_KEY_ID, DELEGATED_SECRET_ACCESS_KEY, &organization.delegated_account, "curfew-delegated"),
    ];
    for (id, secret, account, user) in keys {
        credentials.add(Key {
            secret: secret.to_owned(),
            session_token: None,
            expires: None,
            caller: Caller {
                access_key_id: id.to_owned(),
                arn: format!("arn:aws:iam::{account}:user/{user}"),
                account: account.clone(),
                user_id: format!("AIDA{}", hex_of("iam-user", user, 17).to_uppercase()),
                powers: Powers::Everything,
            },
        });
    }
    for (account, user) in
        [(&organization.management_account, "curfew-dev"), (&organization.delegated_account, "curfew-delegated")]
    {
        roles::add(&mut credentials, organization, account, &format!("arn:aws:iam::{account}:user/{user}"));
    }
    credentials
}

/// The first `length` hexadecimal digits of a name's digest. `kind` keeps namesakes apart.
pub fn hex_of(kind: &str, name: &str, length: usize) -> String {
    let mut text = hex::encode(digest(&SHA256, format!("{kind}|{name}").as_bytes()).as_ref());
    text.truncate(length);
    text
}

/// A UUID that belongs to a name.
pub fn uuid_of(kind: &str, name: &str) -> Uuid {
    let hash = digest(&SHA256, format!("{kind}|{name}").as_bytes());
    let mut bytes = [0_u8; 16];
    for (to, from) in bytes.iter_mut().zip(hash.as_ref()) {
        *to = *from;
    }
    uuid::Builder::from_random_bytes(bytes).into_uuid()
}

/// An identifier of the Identity Store that belongs to a name.
pub fn store_id_of(kind: &str, name: &str) -> String {
    format!("906768ae6b-{}", uuid_of(kind, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_company_has_the_promised_size() {
        let organization = organization(1);
        let directory = directory();
        assert_eq!(organization.accounts.len(), 60);
        assert_eq!(directory.users.len(), 80);
        assert_eq!(directory.groups.len(), 20);
        assert_eq!(permission_sets().by_arn.len(), 14);
        let deepest = organization.units.keys().map(|id| organization.path_of(id).matches("/ou-").count()).max();
        assert_eq!(deepest, Some(3));
        assert!(organization.accounts.values().all(|account| organization.is_parent(&account.parent)));
    }

    #[test]
    fn every_standing_assignment_found_what_it_names() {
        let (organization, directory, sets) = (organization(1), directory(), permission_sets());
        assert_eq!(standing_assignments(&organization, &directory, &sets).intervals().len(), 15);
    }

    #[test]
    fn the_same_seed_gives_the_same_company_and_another_seed_other_account_numbers() {
        let ids = |seed: u64| organization(seed).accounts.into_keys().collect::<Vec<_>>();
        assert_eq!(ids(7), ids(7));
        assert_ne!(ids(7), ids(8));
    }
}
