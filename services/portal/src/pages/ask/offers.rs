//! What somebody may ask for, account by account, kept for a little while so that finding is quick while they type.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use client::{ClientError, Eligibility};

use crate::pages::visit::SignedIn;
use crate::places::Places;

/// How long what was read is good for. What is asked for is judged anew in any case.
const FRESH: Duration = Duration::from_secs(20);
/// So many people's are kept.
const KEPT: usize = 500;

/// An account in which somebody may have something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Offered {
    pub id: String,
    pub name: String,
    pub environment: Option<String>,
    pub units: String,
    pub haystack: String,
    /// The permission sets, by name, with their ARNs.
    pub sets: Vec<Set>,
}

/// A permission set: its name and its ARN.
type Set = (Arc<str>, Arc<str>);

/// An account with those of its permission sets that match.
type Match<'a> = (&'a Offered, Vec<&'a Set>);

/// Everything that somebody may ask for, by account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Offers {
    pub accounts: Vec<Offered>,
}

impl Offers {
    pub(super) fn of(eligibility: &Eligibility, places: &Places) -> Self {
        let names: HashMap<&str, Set> = eligibility
            .permission_sets
            .iter()
            .map(|set| (set.arn.as_str(), (Arc::from(set.name.as_str()), Arc::from(set.arn.as_str()))))
            .collect();
        let mut by_account: HashMap<&str, BTreeMap<&str, ()>> = HashMap::new();
        for offer in &eligibility.items {
            for account in &offer.accounts {
                let sets = by_account.entry(account).or_default();
                sets.extend(offer.permission_sets.iter().map(|arn| (arn.as_str(), ())));
            }
        }
        let mut accounts: Vec<Offered> = eligibility
            .accounts
            .iter()
            .filter_map(|account| {
                let mut sets: Vec<Set> =
                    by_account.get(account.id.as_str())?.keys().filter_map(|arn| names.get(arn).cloned()).collect();
                sets.sort();
                let place = places.get(&account.id);
                Some(Offered {
                    id: account.id.clone(),
                    name: account.name.clone(),
                    environment: place.and_then(|place| place.environment.clone()),
                    units: place.map(|place| place.units.clone()).unwrap_or_default(),
                    haystack: place.map_or_else(
                        || format!("{} {}", account.name, account.id).to_lowercase(),
                        |place| place.haystack.clone(),
                    ),
                    sets,
                })
            })
            .collect();
        accounts.sort_by(|a, b| (a.name.to_lowercase(), &a.id).cmp(&(b.name.to_lowercase(), &b.id)));
        Self { accounts }
    }

    /// The accounts that match all words, each with the permission sets that do, the best first.
    pub(super) fn search(&self, text: &str) -> Vec<Match<'_>> {
        let text = text.to_lowercase();
        let words: Vec<&str> = text.split_whitespace().collect();
        let mut found: Vec<(u8, Match<'_>)> = self
            .accounts
            .iter()
            .filter_map(|account| {
                // A word that says nothing about the account is about the permission set.
                let rest: Vec<&&str> = words.iter().filter(|word| !account.haystack.contains(**word)).collect();
                let fits = |name: &str| rest.iter().all(|word| name.to_lowercase().contains(**word));
                let sets: Vec<_> = account.sets.iter().filter(|(name, _)| fits(name)).collect();
                let first = words.first().copied().unwrap_or_default();
                let rank = if account.haystack.starts_with(first) || account.id.starts_with(first) { 0 } else { 1 };
                (!sets.is_empty()).then_some((rank, (account, sets)))
            })
            .collect();
        found.sort_by_key(|(rank, _)| *rank);
        found.into_iter().map(|(_, matched)| matched).collect()
    }
}

/// Who asks, and for whom; empty for themselves.
type Asking = (String, String);

/// What was read last for each person, and for whom they would ask.
#[derive(Default)]
pub(crate) struct Catalogue {
    known: Mutex<HashMap<Asking, (Instant, Arc<Offers>)>>,
}

impl Catalogue {
    /// What this person may ask for, for themselves or for somebody else.
    pub(in crate::pages) async fn offers(
        &self,
        me: &SignedIn,
        beneficiary: &str,
        places: &Places,
    ) -> Result<Arc<Offers>, ClientError> {
        let key = (me.id.clone(), beneficiary.to_owned());
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        if let Some((at, offers)) = known
            && at.elapsed() < FRESH
        {
            return Ok(offers);
        }
        let eligibility = match beneficiary {
            "" => me.api.eligibility().await?,
            somebody => me.api.eligibility_for(somebody).await?,
        };
        let offers = Arc::new(Offers::of(&eligibility, places));
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= KEPT {
            known.retain(|_, (at, _)| at.elapsed() < FRESH);
        }
        if known.len() < KEPT {
            known.insert(key, (Instant::now(), Arc::clone(&offers)));
        }
        Ok(offers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offers(accounts: usize) -> Offers {
        let sets = ["AdministratorAccess", "PowerUserAccess", "ReadOnlyAccess"];
        let sets: Vec<Set> = sets.iter().map(|name| (Arc::from(*name), Arc::from(format!("arn:{name}")))).collect();
        let account = |number: usize| Offered {
            id: format!("{number:012}"),
            name: format!("freight-{number}"),
            environment: None,
            units: String::new(),
            haystack: format!("freight-{number} {number:012} workloads/booking/{} team-{}", number % 7, number % 50),
            sets: sets.clone(),
        };
        Offers { accounts: (0..accounts).map(account).collect() }
    }

    #[test]
    fn words_are_about_the_account_or_about_the_permission_set() {
        let offers = offers(100);
        let found = offers.search("FREIGHT-42 power");
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].0.name, "freight-42");
        assert_eq!(found[0].1.iter().map(|(name, _)| name.as_ref()).collect::<Vec<_>>(), ["PowerUserAccess"]);
        assert_eq!(offers.search("booking/3 team-1").len(), 3, "of teams 1 and 10 to 19 those in unit 3");
        assert!(offers.search("nowhere").is_empty());
        assert_eq!(offers.search("").len(), 100);
    }

    #[test]
    fn finding_among_five_thousand_accounts_is_quick() {
        let offers = offers(5_000);
        let began = Instant::now();
        assert_eq!(offers.search("freight-4999 read").len(), 1);
        assert!(began.elapsed() < Duration::from_millis(50), "{:?}", began.elapsed());
    }
}
