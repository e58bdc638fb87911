//! The company's accounts: three levels of units, one account for each service and environment.

use std::collections::BTreeMap;

use aws_lc_rs::digest::{SHA256, digest};

use super::{FOUNDED, MAIL_DOMAIN, hex_of};
use crate::world::organization::{Account, Organization, Unit};

const ROOT: &str = "r-hf01";
const DOMAINS: [(&str, &str, [&str; 5]); 4] = [
    ("Freight", "4100", ["booking", "tracking", "routing", "pricing", "dispatch"]),
    ("Customs", "4200", ["declarations", "tariffs", "inspections", "documents", "brokers"]),
    ("Warehouse", "4300", ["inventory", "picking", "docks", "robotics", "labels"]),
    ("Payments", "4400", ["invoicing", "ledger", "settlement", "fraud", "payouts"]),
];
const SANDBOXES: [&str; 8] = ["freight", "customs", "warehouse", "payments", "data", "platform", "security", "interns"];

/// The organization; the seed decides its account numbers.
pub fn organization(seed: u64) -> Organization {
    let mut tree = Tree { seed, accounts: BTreeMap::new(), units: BTreeMap::new() };
    let management = tree.account("harbour-freightline", ROOT, "management", "finance", "1000");
    let security = tree.unit("Security", ROOT);
    let identity = tree.account("security-identity", &security, "production", "security", "2100");
    tree.account("security-log-archive", &security, "production", "security", "2100");
    tree.account("security-audit", &security, "production", "security", "2100");
    let infrastructure = tree.unit("Infrastructure", ROOT);
    let network = tree.unit("Network", &infrastructure);
    for name in ["network-transit", "network-edge", "network-dns"] {
        tree.account(name, &network, "production", "network", "2200");
    }
    let shared = tree.unit("Shared services", &infrastructure);
    for name in ["shared-registry", "shared-observability", "shared-build", "shared-backup"] {
        tree.account(name, &shared, "production", "platform", "2300");
    }
    let workloads = tree.unit("Workloads", ROOT);
    for environment in ["production", "staging"] {
        let title = if environment == "production" { "Production" } else { "Staging" };
        let unit = tree.unit(title, &workloads);
        for (domain, cost_center, services) in DOMAINS {
            let team = domain.to_lowercase();
            let below = tree.unit(domain, &unit);
            for service in services {
                tree.account(&format!("{team}-{service}-{environment}"), &below, environment, &team, cost_center);
            }
        }
    }
    let sandboxes = tree.unit("Sandboxes", ROOT);
    for team in SANDBOXES {
        tree.account(&format!("sandbox-{team}"), &sandboxes, "sandbox", team, "5000");
    }
    let suspended = tree.unit("Suspended", ROOT);
    let closed = tree.account("legacy-tracking", &suspended, "production", "freight", "4100");
    if let Some(account) = tree.accounts.get_mut(&closed) {
        account.suspended = true;
    }
    Organization {
        id: "o-harbourfr8".to_owned(),
        root_id: ROOT.to_owned(),
        management_account: management,
        delegated_account: identity,
        accounts: tree.accounts,
        units: tree.units,
    }
}

struct Tree {
    seed: u64,
    accounts: BTreeMap<String, Account>,
    units: BTreeMap<String, Unit>,
}

impl Tree {
    fn unit(&mut self, name: &str, parent: &str) -> String {
        let id = format!("ou-hf01-{}", hex_of("unit", &format!("{parent}/{name}"), 8));
        let unit = Unit { id: id.clone(), name: name.to_owned(), parent: parent.to_owned(), tags: Vec::new() };
        self.units.insert(id.clone(), unit);
        id
    }

    fn account(&mut self, name: &str, parent: &str, environment: &str, team: &str, cost_center: &str) -> String {
        let id = account_number(self.seed, name);
        let tag = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        let account = Account {
            id: id.clone(),
            name: name.to_owned(),
            email: format!("aws+{name}@{MAIL_DOMAIN}"),
            parent: parent.to_owned(),
            suspended: false,
            joined: FOUNDED,
            tags: vec![tag("cost-center", cost_center), tag("environment", environment), tag("team", team)],
        };
        self.accounts.insert(id.clone(), account);
        id
    }
}

/// Twelve digits, none of them a leading zero, that belong to a name.
pub fn account_number(seed: u64, name: &str) -> String {
    let hash = digest(&SHA256, format!("account|{seed}|{name}").as_bytes());
    let number = hash.as_ref().iter().take(8).fold(0_u64, |number, byte| (number << 8) | u64::from(*byte));
    (100_000_000_000 + number % 900_000_000_000).to_string()
}
