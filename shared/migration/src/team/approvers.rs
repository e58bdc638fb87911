//! Who decides: groups at an account or an OU. Before groups came, TEAM kept e-mail addresses.

use domain::{AccountId, GroupId};

use super::eligibility::unit;
use crate::dynamo::{Fields, Item};
use crate::{Place, Problem};

/// What the approvers are for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// An account.
    Account(AccountId),
    /// The accounts in an OU itself.
    Unit(String),
    /// The policies that name it (newer versions).
    Policies,
}

/// A row of `Approvers`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approvers {
    /// The account's, OU's or group's id.
    pub id: String,
    /// Its name then.
    pub name: String,
    /// What they are for.
    pub scope: Scope,
    /// Groups.
    pub groups: Vec<GroupId>,
    /// Names of groups, or addresses of people where there are no groups.
    pub labels: Vec<String>,
}

impl Approvers {
    /// # Errors
    /// What is wrong with the item, and in which attribute.
    pub fn parse(item: &Item, place: &Place) -> Result<Self, Problem> {
        let fields = Fields::new(item, place, "Approvers");
        let id = fields.needed("id")?;
        let scope = match fields.needed("type")?.as_str() {
            "Account" => Scope::Account(fields.parsed::<AccountId>("id", &id)?),
            "OU" => Scope::Unit(unit(&fields, "id", &id)?),
            "Group" => Scope::Policies,
            other => {
                return Err(fields.wrong("type", format!("{other:?} is neither \"Account\" nor \"OU\" nor \"Group\"")));
            }
        };
        let mut groups = Vec::new();
        for (at, group) in fields.texts("groupIds")?.iter().enumerate() {
            groups.push(fields.parsed::<GroupId>(&format!("groupIds[{at}]"), group)?);
        }
        let labels = fields.texts("approvers")?;
        if groups.is_empty() && labels.is_empty() {
            return Err(fields.wrong("groupIds", "nobody is named; TEAM wants at least one group"));
        }
        let name = fields.text("name")?.unwrap_or_else(|| id.clone());
        Ok(Self { id, name, scope, groups, labels })
    }
}
