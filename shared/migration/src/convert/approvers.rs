//! Approvers become owners of accounts and units; the nearest binding decides.

use std::collections::{BTreeMap, BTreeSet};

use domain::approval::People;
use domain::rules::{Body, Document, Owned, OwnersSpec};
use domain::{AccountId, GroupId};

use super::{count, name, some};
use crate::directory::Found;
use crate::report::{Difference, Effect, PolicyReport};
use crate::team::{Approvers, Scope};
use crate::{Directory, Export, Report, document_id};

/// Who owns what, as far as it came from TEAM.
#[derive(Debug, Clone, Default)]
pub struct Owners {
    /// The documents.
    pub documents: Vec<Document>,
    /// Accounts that have owners of their own.
    pub accounts: BTreeSet<AccountId>,
    /// Units that have owners.
    pub units: BTreeSet<String>,
    /// Groups by the rows that policies name.
    pub of_policies: BTreeMap<String, Vec<GroupId>>,
}

impl Owners {
    /// Whether somebody owns the account, by itself or by a unit above it.
    pub fn cover(&self, directory: &Directory, account: &AccountId) -> bool {
        let unit = directory.accounts.get(account).map(|account| account.unit.as_str());
        self.accounts.contains(account)
            || unit.is_some_and(|unit| directory.path(unit).iter().any(|above| self.units.contains(*above)))
    }
}

pub fn convert(export: &Export, directory: &Directory, report: &mut Report) -> Owners {
    let mut owners = Owners::default();
    let mut rows = Vec::new();
    for (_, row) in export.approvers.values() {
        let mut differences = Vec::new();
        let people = people(row, directory, &mut differences);
        let document =
            target(row, directory, &mut differences).and_then(|target| bind(row, target, &people, &mut differences));
        let mut says = format!("{} may approve", words(&people, directory));
        match (&document, &row.scope) {
            (Some(_), Scope::Account(id)) => {
                says = format!("{says} for the account {}", directory.account_words(id));
                owners.accounts.insert(id.clone());
            }
            (Some(_), Scope::Unit(id)) => {
                says = format!("{says} for what lies in {} ({id})", row.name);
                owners.units.insert(id.clone());
            }
            (None, Scope::Policies) => {
                owners.of_policies.insert(row.id.clone(), people.groups.clone());
                says = format!("{says} where a policy names them");
            }
            _ => "not taken over".clone_into(&mut says),
        }
        rows.push(PolicyReport {
            team_id: row.id.clone(),
            name: row.name.clone(),
            document: document.as_ref().map(|document| document.id),
            says,
            differences,
        });
        owners.documents.extend(document);
    }
    for ((_, row), told) in export.approvers.values().zip(&mut rows) {
        if told.document.is_some() {
            told.differences.extend(reach(row, &owners, directory));
        }
    }
    report.approvers = rows;
    owners
}

fn words(people: &People, directory: &Directory) -> String {
    let groups = people.groups.iter().map(|id| directory.groups.get(id).cloned().unwrap_or_else(|| id.to_string()));
    let users =
        people.users.iter().map(|id| directory.users.get(id).map_or_else(|| id.to_string(), |u| u.user_name.clone()));
    some(groups.chain(users))
}

/// Whom the row names, as far as the directory knows them.
fn people(row: &Approvers, directory: &Directory, differences: &mut Vec<Difference>) -> People {
    let mut people = People::default();
    let mut left_out = |who: String| differences.push(Difference::new(Effect::LeftOut, "unknown_approver", who));
    for group in &row.groups {
        if directory.groups.contains_key(group) {
            people.groups.push(group.clone());
        } else {
            left_out(format!("the directory has no group {group}; it cannot approve"));
        }
    }
    // Before groups came, TEAM named people by address. Names beside groups are only names.
    for label in row.labels.iter().filter(|_| row.groups.is_empty()) {
        match (directory.user_at(label), directory.group_named(label)) {
            (Found::One(user), _) => people.users.push(user),
            (Found::None, Found::One(group)) => people.groups.push(group),
            (Found::None, Found::None) => {
                left_out(format!("the directory has nobody with the address {label:?}, and no such group"))
            }
            (Found::Several(number), _) | (Found::None, Found::Several(number)) => {
                left_out(format!("{label:?} is the address or name of {number}"));
            }
        }
    }
    people.groups.sort_unstable();
    people.groups.dedup();
    people.users.sort_unstable();
    people.users.dedup();
    people
}

fn target(row: &Approvers, directory: &Directory, differences: &mut Vec<Difference>) -> Option<Owned> {
    let unknown =
        |what: &str| Difference::new(Effect::LeftOut, "unknown_target", format!("the organization has no {what}"));
    match &row.scope {
        Scope::Account(id) if directory.accounts.contains_key(id) => Some(Owned::Account { id: id.clone() }),
        Scope::Unit(id) if directory.units.contains_key(id) => Some(Owned::Unit { id: id.clone() }),
        Scope::Account(id) => {
            differences.push(unknown(&format!("account {id}")));
            None
        }
        Scope::Unit(id) => {
            differences.push(unknown(&format!("unit {id}")));
            None
        }
        Scope::Policies => None,
    }
}

fn bind(row: &Approvers, target: Owned, people: &People, differences: &mut Vec<Difference>) -> Option<Document> {
    if people.is_empty() {
        differences.push(Difference::new(Effect::LeftOut, "no_approver_left", "nobody of those it names is known"));
        return None;
    }
    let spec = OwnersSpec { name: format!("TEAM: {} ({})", name(&row.name), row.id), target, owners: people.clone() };
    Some(Document { id: document_id("owners", &row.id), version: 1, body: Body::Owners(spec) })
}

/// Where owners are inherited otherwise than TEAM's approvers were.
fn reach(row: &Approvers, owners: &Owners, directory: &Directory) -> Vec<Difference> {
    let mut found = Vec::new();
    match &row.scope {
        Scope::Unit(unit) => {
            let inherits = |account: &&crate::directory::Account| {
                let path = directory.path(&account.unit);
                !owners.accounts.contains(&account.id)
                    && path.first() != Some(&unit.as_str())
                    && path.iter().find(|above| owners.units.contains(**above)) == Some(&unit.as_str())
            };
            let below: Vec<String> =
                directory.accounts.values().filter(inherits).map(|a| directory.account_words(&a.id)).collect();
            if !below.is_empty() {
                let words = format!(
                    "they also approve for {} in units below, where TEAM knew no approvers: {}",
                    count(below.len(), "account"),
                    some(below)
                );
                found.push(Difference::new(Effect::CurfewAllows, "inherited_downwards", words));
            }
        }
        Scope::Account(id) => {
            let unit = directory.accounts.get(id).map(|account| &account.unit);
            if let Some(unit) = unit.filter(|unit| owners.units.contains(*unit)) {
                let words = format!(
                    "newer versions of TEAM let the approvers of its unit {unit} decide as well; in Curfew the nearest decide (older versions did the same); say `\"owners\": \"all\"` in the approval policy to have both"
                );
                found.push(Difference::new(Effect::TeamAllowed, "nearest_approvers", words));
            }
        }
        Scope::Policies => {}
    }
    found
}
