//! What people are called, where the API tells only an id: asked once for each and kept.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use client::{Client, Find};

/// So many names are kept.
const KEPT: usize = 20_000;

/// The names that were asked for.
#[derive(Default)]
pub(crate) struct People {
    known: Mutex<HashMap<String, String>>,
}

impl People {
    /// The names of these people, by id; those whom the directory does not know are left out.
    pub(crate) async fn names(&self, api: &Client, ids: impl IntoIterator<Item = String>) -> HashMap<String, String> {
        let mut ids: Vec<String> = ids.into_iter().collect();
        ids.sort_unstable();
        ids.dedup();
        let unknown: Vec<String> = {
            let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            ids.iter().filter(|id| !known.contains_key(*id)).cloned().collect()
        };
        let asked = unknown.into_iter().map(|id| async move {
            let find = Find { text: id.clone(), limit: Some(1), ..Find::default() };
            let person = api.users(&find).await.ok()?.items.pop()?;
            (person.id == id).then_some((id, person.name))
        });
        let found = futures_util::future::join_all(asked).await;
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() > KEPT {
            known.clear();
        }
        known.extend(found.into_iter().flatten());
        ids.into_iter().filter_map(|id| known.get(&id).cloned().map(|name| (id, name))).collect()
    }
}
