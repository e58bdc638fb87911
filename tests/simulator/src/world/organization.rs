//! The organization: accounts in nested organizational units, with tags.

use std::collections::BTreeMap;

use crate::clock::Millis;

/// An account.
#[derive(Clone, Debug)]
pub struct Account {
    pub id: String,
    pub name: String,
    pub email: String,
    /// The root or a unit.
    pub parent: String,
    pub suspended: bool,
    pub joined: Millis,
    pub tags: Vec<(String, String)>,
}

/// An organizational unit.
#[derive(Clone, Debug)]
pub struct Unit {
    pub id: String,
    pub name: String,
    /// The root or a unit.
    pub parent: String,
    pub tags: Vec<(String, String)>,
}

/// The whole tree.
pub struct Organization {
    pub id: String,
    pub root_id: String,
    pub management_account: String,
    /// The account that administers Identity Center by delegation.
    pub delegated_account: String,
    pub accounts: BTreeMap<String, Account>,
    pub units: BTreeMap<String, Unit>,
}

impl Organization {
    /// The account with this id.
    pub fn account(&self, id: &str) -> Option<&Account> {
        self.accounts.get(id)
    }

    /// The account with this id or this name.
    pub fn account_called(&self, id_or_name: &str) -> Option<&Account> {
        self.account(id_or_name).or_else(|| self.accounts.values().find(|account| account.name == id_or_name))
    }

    /// Whether accounts or units can be below it.
    pub fn is_parent(&self, id: &str) -> bool {
        id == self.root_id || self.units.contains_key(id)
    }

    /// Root and units above something that is in this parent: `o-.../r-.../ou-.../`.
    pub fn path_of(&self, parent: &str) -> String {
        let mut parts = Vec::new();
        let mut at = parent;
        while let Some(unit) = self.units.get(at) {
            parts.push(unit.id.as_str());
            at = &unit.parent;
        }
        parts.push(&self.root_id);
        parts.push(&self.id);
        parts.reverse();
        format!("{}/", parts.join("/"))
    }

    /// ARN of something of the organization: `account`, `ou` or `root`.
    pub fn arn(&self, kind: &str, id: &str) -> String {
        format!("arn:aws:organizations::{}:{kind}/{}/{id}", self.management_account, self.id)
    }
}
