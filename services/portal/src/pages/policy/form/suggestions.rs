//! Names that a form offers while somebody types. Any other name of the directory is taken as well.

use std::collections::HashMap;

use client::{Client, ClientError, Document, DocumentKind, Find, OrganizationalUnit, Page};
use serde_json::Value;

/// So many of each sort.
const OFFERED: u16 = 100;

/// The lists of a form, by their ids.
pub(in crate::pages::policy) struct Suggestions {
    pub lists: Vec<(&'static str, Vec<String>)>,
}

/// What there is. A list that cannot be read is left out: a form without it is better than no form.
pub(in crate::pages::policy) async fn suggestions(api: &Client) -> Suggestions {
    let find = Find { limit: Some(OFFERED), ..Find::default() };
    let (users, groups, accounts, units, sets) = futures_util::join!(
        api.users(&find),
        api.groups(""),
        api.accounts(&find),
        api.organizational_units(&find),
        api.permission_sets(""),
    );
    let (policies, schedules) =
        futures_util::join!(api.documents(DocumentKind::ApprovalPolicy), api.documents(DocumentKind::Schedule));
    let lists = vec![
        ("names-users", names(users, |user| Some(user.user_name))),
        ("names-groups", names(groups, named)),
        ("names-accounts", names(accounts, |account| Some(account.name))),
        ("names-units", units.map(|page| paths(&page.items)).unwrap_or_default()),
        ("names-permission-sets", names(sets, named)),
        ("names-policies", names(policies, |document: Document| Some(document.name))),
        ("names-schedules", names(schedules, |document: Document| Some(document.name))),
    ];
    Suggestions { lists: lists.into_iter().filter(|(_, names)| !names.is_empty()).collect() }
}

fn named(value: Value) -> Option<String> {
    value.get("name").and_then(Value::as_str).map(str::to_owned)
}

fn names<T>(found: Result<Page<T>, ClientError>, name: impl Fn(T) -> Option<String>) -> Vec<String> {
    let found = found.map(|page| page.items).unwrap_or_default();
    let mut names: Vec<String> =
        found.into_iter().filter_map(name).filter(|n| !n.is_empty()).take(usize::from(OFFERED)).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// The paths from the root, as far as all above is known.
fn paths(units: &[OrganizationalUnit]) -> Vec<String> {
    let known: HashMap<&str, &OrganizationalUnit> = units.iter().map(|unit| (unit.id.as_str(), unit)).collect();
    let path = |unit: &OrganizationalUnit| {
        let mut names = vec![unit.name.as_str()];
        let mut above = unit.parent.as_deref();
        while let Some(parent) = above {
            let parent = known.get(parent).filter(|_| names.len() < 20)?;
            names.push(&parent.name);
            above = parent.parent.as_deref();
        }
        names.reverse();
        Some(format!("/{}", names.join("/")))
    };
    let mut paths: Vec<String> = units.iter().filter_map(path).collect();
    paths.sort_unstable();
    paths
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_offered_by_their_paths_and_none_without_its_root() {
        let unit = |id: &str, name: &str, parent: Option<&str>| OrganizationalUnit {
            id: id.into(),
            name: name.into(),
            parent: parent.map(str::to_owned),
        };
        let units = [
            unit("r", "Root", None),
            unit("a", "Production", Some("r")),
            unit("x", "Lost", Some("nowhere")),
            unit("y", "Circle", Some("y")),
        ];
        assert_eq!(paths(&units), ["/Root", "/Root/Production"]);
    }
}
