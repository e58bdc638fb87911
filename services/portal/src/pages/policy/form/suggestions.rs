//! Names that a form offers while somebody types. Any other name of the directory is taken as well.

use std::collections::{BTreeSet, HashMap};

use client::{Client, ClientError, Document, DocumentKind, Find, OrganizationalUnit, Page};
use policy::form::Sort;
use serde_json::Value;

use super::{Part, What};

/// So many of each sort.
const OFFERED: u16 = 100;

/// What names of a field stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::pages::policy) struct Names(pub Sort);

impl Names {
    /// The id of the list that offers them.
    pub(in crate::pages::policy) const fn list(self) -> &'static str {
        match self.0 {
            Sort::User => "names-users",
            Sort::Group => "names-groups",
            Sort::Account => "names-accounts",
            Sort::Unit => "names-units",
            Sort::PermissionSet => "names-permission-sets",
            Sort::Policy => "names-policies",
            Sort::Schedule => "names-schedules",
        }
    }
}

/// The lists of a form, by their ids.
pub(in crate::pages::policy) struct Suggestions {
    pub lists: Vec<(&'static str, Vec<String>)>,
}

/// What there is of each sort that these pieces of a form take. A list that cannot be read is left out: a form without it
/// is better than no form.
pub(in crate::pages::policy) async fn suggestions(api: &Client, parts: &[Part]) -> Suggestions {
    let taken: BTreeSet<Names> = parts.iter().filter_map(names_of).collect();
    let lists = taken.into_iter().map(async |names| (names.list(), offered(api, names.0).await));
    let lists = futures_util::future::join_all(lists).await;
    Suggestions { lists: lists.into_iter().filter(|(_, names)| !names.is_empty()).collect() }
}

/// What names stand for in a field, where it takes names.
const fn names_of(part: &Part) -> Option<Names> {
    match &part.what {
        What::Text { names, .. } | What::Several { names, .. } => *names,
        What::Group { .. }
        | What::GroupEnd
        | What::Choice(_)
        | What::Option(_)
        | What::OptionEnd
        | What::ChoiceEnd
        | What::Further(_)
        | What::FurtherEnd
        | What::Flag(_)
        | What::Number { .. }
        | What::Many(_)
        | What::One(_)
        | What::Add => None,
    }
}

async fn offered(api: &Client, sort: Sort) -> Vec<String> {
    let find = Find { limit: Some(OFFERED), ..Find::default() };
    let documents =
        async |kind| names(api.documents_found(kind, &find).await, |document: Document| Some(document.name));
    match sort {
        Sort::User => names(api.users(&find).await, |user| Some(user.user_name)),
        Sort::Group => names(api.groups_found(&find).await, |group| Some(group.name)),
        Sort::Account => names(api.accounts(&find).await, |account| Some(account.name)),
        Sort::Unit => api.organizational_units(&find).await.map(|page| paths(&page.items)).unwrap_or_default(),
        Sort::PermissionSet => names(api.permission_sets("").await, named),
        Sort::Policy => documents(DocumentKind::ApprovalPolicy).await,
        Sort::Schedule => documents(DocumentKind::Schedule).await,
    }
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
