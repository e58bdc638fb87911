//! Accounts as pages show them: name, units above, environment. Read through the API in the name of whoever looks, kept
//! for everybody (all who are in the directory may look around in it), and read again when it has become old.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use client::{Account, Client, ClientError, Find, OrganizationalUnit, Page};

/// How long what was read is good for.
const FRESH: Duration = Duration::from_secs(60);
/// A page of the API's lists.
const PAGE: u16 = 200;
/// So many pages are read at most: two hundred thousand accounts.
const PAGES: usize = 1000;

/// An account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    pub id: String,
    pub name: String,
    /// What the tag of the settings says.
    pub environment: Option<String>,
    /// The units that it is in, the outermost first, with slashes between.
    pub units: String,
    /// Everything that it can be found by, in small letters.
    pub haystack: String,
}

/// All accounts, by number.
#[derive(Debug, Default)]
pub(crate) struct Places {
    all: HashMap<String, Place>,
}

impl Places {
    /// The account of this number.
    pub(crate) fn get(&self, account: &str) -> Option<&Place> {
        self.all.get(account)
    }

    /// All of them, by name.
    pub(crate) fn by_name(&self) -> Vec<&Place> {
        let mut all: Vec<&Place> = self.all.values().collect();
        all.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
        all
    }

    /// Its environment, where a tag tells it.
    pub(crate) fn environment(&self, account: &str) -> Option<&str> {
        self.get(account)?.environment.as_deref()
    }

    fn of(accounts: Vec<Account>, units: &[OrganizationalUnit], tag: &str) -> Self {
        let units: HashMap<&str, &OrganizationalUnit> = units.iter().map(|unit| (unit.id.as_str(), unit)).collect();
        let place = |account: Account| {
            let environment = account.tags.get(tag).filter(|value| !value.is_empty()).cloned();
            let units = path(&units, &account.organizational_unit);
            let tags = account.tags.values().map(String::as_str).collect::<Vec<_>>().join(" ");
            let haystack = format!("{} {} {units} {tags}", account.name, account.id).to_lowercase();
            let Account { id, name, .. } = account;
            (id.clone(), Place { id, name, environment, units, haystack })
        };
        Self { all: accounts.into_iter().map(place).collect() }
    }
}

/// The names of the units from below the root to this one.
fn path(units: &HashMap<&str, &OrganizationalUnit>, last: &str) -> String {
    let mut names = Vec::new();
    let mut at = units.get(last);
    // As deep as AWS lets it be, and some more.
    while let Some(unit) = at.filter(|unit| unit.parent.is_some() && names.len() < 20) {
        names.push(unit.name.as_str());
        at = unit.parent.as_deref().and_then(|parent| units.get(parent));
    }
    names.reverse();
    names.join("/")
}

/// What was read last, and when.
pub(crate) struct Atlas {
    tag: String,
    known: Mutex<Option<(Instant, Arc<Places>)>>,
    reading: tokio::sync::Mutex<()>,
}

impl Atlas {
    pub(crate) fn new(tag: String) -> Self {
        Self { tag, known: Mutex::default(), reading: tokio::sync::Mutex::default() }
    }

    fn known(&self) -> Option<(Instant, Arc<Places>)> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The accounts. What cannot be read leaves the last good ones, and none where there were none: a page without
    /// environments is better than no page.
    pub(crate) async fn places(self: &Arc<Self>, api: &Client) -> Arc<Places> {
        match self.known() {
            Some((at, places)) if at.elapsed() < FRESH => places,
            Some((_, places)) => {
                if let Ok(turn) = self.reading.try_lock() {
                    drop(turn);
                    let (atlas, api) = (Arc::clone(self), api.clone());
                    actix_web::rt::spawn(async move { atlas.read(&api).await });
                }
                places
            }
            None => self.read(api).await,
        }
    }

    /// Reads them, one reader at a time.
    async fn read(&self, api: &Client) -> Arc<Places> {
        let _turn = self.reading.lock().await;
        if let Some((at, places)) = self.known()
            && at.elapsed() < FRESH
        {
            return places;
        }
        let found = futures_util::future::try_join(
            all(async |find: Find| api.accounts(&find).await),
            all(async |find: Find| api.organizational_units(&find).await),
        );
        match found.await {
            Ok((accounts, units)) => {
                let places = Arc::new(Places::of(accounts, &units, &self.tag));
                *self.known.lock().unwrap_or_else(PoisonError::into_inner) =
                    Some((Instant::now(), Arc::clone(&places)));
                places
            }
            Err(error) => {
                tracing::warn!(%error, "the accounts could not be read");
                self.known().map(|(_, places)| places).unwrap_or_default()
            }
        }
    }
}

/// Every page of a list.
async fn all<T>(list: impl AsyncFn(Find) -> Result<Page<T>, ClientError>) -> Result<Vec<T>, ClientError> {
    let (mut found, mut find) = (Vec::new(), Find { limit: Some(PAGE), ..Find::default() });
    for _ in 0..PAGES {
        let page = list(find.clone()).await?;
        found.extend(page.items);
        match page.next {
            Some(next) => find.cursor = Some(next),
            None => break,
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_found_by_name_number_units_and_tags() {
        let unit = |id: &str, name: &str, parent: Option<&str>| OrganizationalUnit {
            id: id.into(),
            name: name.into(),
            parent: parent.map(str::to_owned),
        };
        let units = [unit("r", "Root", None), unit("a", "Workloads", Some("r")), unit("b", "Booking", Some("a"))];
        let account = Account {
            id: "123456789012".into(),
            name: "Booking-Prod".into(),
            organizational_unit: "b".into(),
            tags: [("environment".into(), "production".into()), ("team".into(), "Freight".into())].into(),
        };
        let places = Places::of(vec![account], &units, "environment");
        let place = places.get("123456789012").unwrap();
        assert_eq!((place.units.as_str(), place.environment.as_deref()), ("Workloads/Booking", Some("production")));
        for part in ["booking-prod", "1234567", "workloads/booking", "freight", "production"] {
            assert!(place.haystack.contains(part), "{part}");
        }
        assert_eq!(places.environment("000000000000"), None);
    }

    #[test]
    fn units_that_are_each_others_parents_end() {
        let unit = |id: &str, parent: &str| OrganizationalUnit {
            id: id.into(),
            name: id.into(),
            parent: Some(parent.to_owned()),
        };
        let units = [unit("a", "b"), unit("b", "a")];
        let known: HashMap<&str, &OrganizationalUnit> = units.iter().map(|unit| (unit.id.as_str(), unit)).collect();
        assert_eq!(path(&known, "a").split('/').count(), 20);
    }
}
