//! What groups, permission sets, units and the like are called, by id: asked once for each and kept for a while.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use client::{Client, DocumentKind, Find};
use policy::form::Sort;
use serde_json::Value;

/// So many are kept.
const KEPT: usize = 20_000;
/// For so long.
const FRESH: Duration = Duration::from_secs(300);

/// Names by sort and id.
pub(crate) type Named = HashMap<(Sort, String), String>;

/// The names that were asked for.
#[derive(Default)]
pub(crate) struct Names {
    known: Mutex<Option<(Instant, Named)>>,
}

impl Names {
    /// The names of these; what nobody knows is left out.
    pub(crate) async fn of(&self, api: &Client, wanted: BTreeSet<(Sort, String)>) -> Named {
        let unknown: Vec<(Sort, String)> = {
            let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            if known.as_ref().is_some_and(|(at, all)| at.elapsed() > FRESH || all.len() > KEPT) {
                *known = None;
            }
            let is_known = |one: &&(Sort, String)| known.as_ref().is_some_and(|(_, all)| all.contains_key(*one));
            wanted.iter().filter(|one| !is_known(one)).cloned().collect()
        };
        let asked = unknown.into_iter().map(async |(sort, id)| {
            let name = name(api, sort, &id).await?;
            Some(((sort, id), name))
        });
        let found = futures_util::future::join_all(asked).await;
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let (_, all) = known.get_or_insert_with(|| (Instant::now(), Named::new()));
        all.extend(found.into_iter().flatten());
        wanted.into_iter().filter_map(|one| all.get(&one).cloned().map(|name| (one, name))).collect()
    }
}

async fn name(api: &Client, sort: Sort, id: &str) -> Option<String> {
    let find = Find { text: id.to_owned(), limit: Some(1), ..Find::default() };
    match sort {
        Sort::User => api.users(&find).await.ok()?.items.pop().filter(|user| user.id == id).map(|user| user.name),
        Sort::Group => api.groups_found(&find).await.ok()?.items.pop().filter(|one| one.id == id).map(|one| one.name),
        Sort::Account => api.accounts(&find).await.ok()?.items.pop().filter(|one| one.id == id).map(|one| one.name),
        Sort::Unit => {
            let found = api.organizational_units(&find).await.ok()?.items;
            found.into_iter().find(|unit| unit.id == id).map(|unit| unit.name)
        }
        Sort::PermissionSet => {
            let found = api.permission_sets(id).await.ok()?.items;
            let set = found.iter().find(|set| set.get("arn").is_some_and(|arn| arn == id))?;
            set.get("name").and_then(Value::as_str).map(str::to_owned)
        }
        Sort::Policy => Some(api.document(DocumentKind::ApprovalPolicy, id.parse().ok()?).await.ok()?.name),
        Sort::Schedule => Some(api.document(DocumentKind::Schedule, id.parse().ok()?).await.ok()?.name),
    }
}
