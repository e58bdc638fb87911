//! Names to ids and back. A name stands for an id only where it is the only one of its sort.

use std::collections::{BTreeMap, HashMap, HashSet};

use domain::rules::{Body, Document};
use domain::{AccountId, GroupId, PermissionSetArn, UserId};
use uuid::Uuid;

use crate::directory::{Directory, Unit};
use crate::form::Sort;
use crate::mistake::Mistake;

/// The names of one sort.
#[derive(Debug, Default)]
struct Table {
    names: HashMap<String, String>,
    ids: HashMap<String, Vec<String>>,
}

impl Table {
    fn add(&mut self, id: &str, name: &str) {
        self.names.insert(id.to_owned(), name.to_owned());
        self.ids.entry(name.to_owned()).or_default().push(id.to_owned());
    }
}

/// Every name that may be written.
#[derive(Debug, Default)]
pub struct Names {
    tables: BTreeMap<Sort, Table>,
    /// Ids that stand in the documents in force: they may stay, whatever the directory knows now.
    kept: HashSet<String>,
}

/// What a text stands for.
pub(crate) enum Meaning {
    /// This id.
    Id(String),
    /// This id, which the directory does not know; it stands in the documents in force.
    Kept(String),
}

impl Names {
    /// The directory's names, and those of approval policies and schedules among the documents in force.
    #[must_use]
    pub fn new(directory: &Directory, documents: &[Document]) -> Self {
        let mut names = Self::default();
        for user in &directory.users {
            names.add(Sort::User, user.id.as_str(), &user.user_name);
        }
        for group in &directory.groups {
            names.add(Sort::Group, group.id.as_str(), &group.name);
        }
        for account in &directory.accounts {
            names.add(Sort::Account, account.id.as_str(), &account.name);
        }
        for set in &directory.permission_sets {
            names.add(Sort::PermissionSet, set.arn.as_str(), &set.name);
        }
        for (id, path) in paths(&directory.units) {
            names.add(Sort::Unit, id, &path);
        }
        for document in documents {
            if let Ok(spec) = serde_json::to_value(&document.body) {
                names.keep(&spec);
            }
            names.add_document(document.id, &document.body);
        }
        names
    }

    fn add(&mut self, sort: Sort, id: &str, name: &str) {
        self.tables.entry(sort).or_default().add(id, name);
    }

    fn add_document(&mut self, id: Uuid, body: &Body) {
        match body {
            Body::ApprovalPolicy(spec) => self.add(Sort::Policy, &id.to_string(), &spec.name),
            Body::Schedule(spec) => self.add(Sort::Schedule, &id.to_string(), &spec.name),
            Body::Rule(_) | Body::Guardrail(_) | Body::Freeze(_) | Body::Owners(_) => {}
        }
    }

    fn keep(&mut self, value: &serde_json::Value) {
        match value {
            serde_json::Value::String(text) => {
                self.kept.insert(text.clone());
            }
            serde_json::Value::Array(values) => values.iter().for_each(|v| self.keep(v)),
            serde_json::Value::Object(map) => map.values().for_each(|v| self.keep(v)),
            _ => {}
        }
    }

    /// From now on these are the documents of this sort.
    pub(crate) fn replace<'a>(&mut self, sort: Sort, documents: impl Iterator<Item = (Uuid, &'a str)>) {
        let mut table = Table::default();
        documents.for_each(|(id, name)| table.add(&id.to_string(), name));
        self.tables.insert(sort, table);
    }

    /// What people call it.
    pub(crate) fn name(&self, sort: Sort, id: &str) -> Option<&str> {
        self.tables.get(&sort)?.names.get(id).map(String::as_str)
    }

    /// The name, where it stands for this id and nothing else.
    pub(crate) fn only_name(&self, sort: Sort, id: &str) -> Option<&str> {
        let name = self.name(sort, id)?;
        let meant = self.resolve(sort, name, false);
        matches!(meant, Ok(Meaning::Id(found)) if found == id).then_some(name)
    }

    /// What a text stands for.
    ///
    /// # Errors
    /// When it stands for nothing, or for several, with what would be right where `help` is wanted.
    pub(crate) fn resolve(&self, sort: Sort, text: &str, help: bool) -> Result<Meaning, Mistake> {
        let empty = Table::default();
        let table = self.tables.get(&sort).unwrap_or(&empty);
        let id = canonical(sort, text);
        if let Some(id) = &id
            && table.names.contains_key(id)
        {
            return Ok(Meaning::Id(id.clone()));
        }
        match table.ids.get(text).map(Vec::as_slice) {
            Some([id]) => return Ok(Meaning::Id(id.clone())),
            Some(several) => {
                let (name, count, ids) = (text.to_owned(), several.len(), candidates(several));
                return Err(Mistake::Several { sort, name, count, ids });
            }
            None => {}
        }
        let shown: String = text.chars().take(120).collect();
        if let Some(id) = id {
            if self.kept.contains(&id) && !matches!(sort, Sort::Policy | Sort::Schedule) {
                return Ok(Meaning::Kept(id));
            }
            return Err(Mistake::UnknownId { sort, id: shown });
        }
        let near = if help { table.near(sort, text) } else { Vec::new() };
        Err(Mistake::Unknown { sort, name: shown, near })
    }
}

fn candidates(ids: &[String]) -> String {
    const MOST: usize = 10;
    let mut ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    ids.sort_unstable();
    let more = ids.len().saturating_sub(MOST);
    ids.truncate(MOST);
    let listed = ids.join(", ");
    if more > 0 { format!("{listed} and {more} more") } else { listed }
}

impl Table {
    /// Names like it, the nearest first.
    fn near(&self, sort: Sort, text: &str) -> Vec<String> {
        if text.chars().count() > 200 {
            return Vec::new();
        }
        let wanted = text.to_lowercase();
        let likeness = |name: &str| {
            // A unit's own name without the path to it is not far off.
            let last = (sort == Sort::Unit).then(|| name.rsplit('/').next()).flatten();
            [Some(name), last]
                .into_iter()
                .flatten()
                .map(|name| strsim::jaro_winkler(&wanted, &name.to_lowercase()))
                .fold(0.0, f64::max)
        };
        let mut near: Vec<(f64, &str)> =
            self.ids.keys().map(|name| (likeness(name), name.as_str())).filter(|(like, _)| *like >= 0.88).collect();
        near.sort_by(|(a, x), (b, y)| b.total_cmp(a).then_with(|| x.cmp(y)));
        near.into_iter().take(3).map(|(_, name)| format!("{name:?}")).collect()
    }
}

/// The text as an id of this sort, in the one way that it is written.
fn canonical(sort: Sort, text: &str) -> Option<String> {
    let id = match sort {
        Sort::User => UserId::parse(text).is_ok(),
        Sort::Group => GroupId::parse(text).is_ok(),
        Sort::Account => AccountId::parse(text).is_ok(),
        Sort::PermissionSet => PermissionSetArn::parse(text).is_ok(),
        Sort::Unit => text.starts_with("r-") || text.starts_with("ou-"),
        Sort::Policy | Sort::Schedule => return Uuid::try_parse(text).ok().map(|id| id.to_string()),
    };
    id.then(|| text.to_owned())
}

/// Every unit's id and path from the root. What does not hang on a root has none.
fn paths(units: &[Unit]) -> Vec<(&str, String)> {
    let by_id: HashMap<&str, &Unit> = units.iter().map(|unit| (unit.id.as_str(), unit)).collect();
    units
        .iter()
        .filter_map(|unit| {
            let mut names = vec![unit.name.as_str()];
            let mut above = unit.parent.as_deref();
            while let Some(parent) = above {
                let parent = by_id.get(parent)?;
                names.push(&parent.name);
                // AWS nests units five deep; more is a circle.
                if names.len() > 20 {
                    return None;
                }
                above = parent.parent.as_deref();
            }
            names.reverse();
            Some((unit.id.as_str(), format!("/{}", names.join("/"))))
        })
        .collect()
}
