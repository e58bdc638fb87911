//! What selectors reach. The organization is indexed once by units and tags, so that thousands of rules over
//! thousands of accounts are compiled by look-ups.

use std::collections::{BTreeMap, HashMap};

use fixedbitset::FixedBitSet;
use regex::Regex;

use super::area::Area;
use super::pattern::{NamePattern, Pattern};
use super::selector::{Accounts, Depth, Organization, PermissionSets, TagSelector, UnitSelector};
use crate::{AccountId, PermissionSetArn};

/// What a rule, guardrail or freeze reaches.
#[derive(Debug)]
pub(super) struct Reach {
    pub area: Area,
    /// Accounts that would be reached but for `except`, told apart in the trace.
    pub left_out: FixedBitSet,
}

/// Where things are in the organization.
#[derive(Debug, Default)]
pub(super) struct Places {
    pub accounts: HashMap<AccountId, usize>,
    pub permission_sets: HashMap<PermissionSetArn, usize>,
}

impl Places {
    pub fn of(organization: &Organization) -> Self {
        let accounts = organization.accounts.iter().enumerate().map(|(at, a)| (a.id.clone(), at));
        let sets = organization.permission_sets.iter().enumerate().map(|(at, p)| (p.arn.clone(), at));
        Self { accounts: accounts.collect(), permission_sets: sets.collect() }
    }
}

type ByTag<'o> = HashMap<&'o str, HashMap<&'o str, Vec<usize>>>;

/// Selectors are looked up here while a book is compiled.
pub(super) struct Surveyor<'o> {
    organization: &'o Organization,
    places: &'o Places,
    subtrees: HashMap<&'o str, Vec<usize>>,
    children: HashMap<&'o str, Vec<usize>>,
    account_tags: ByTag<'o>,
    permission_set_tags: ByTag<'o>,
    management: FixedBitSet,
    administration: FixedBitSet,
    names: HashMap<NamePattern, Vec<usize>>,
    patterns: HashMap<Pattern, Option<Regex>>,
}

impl<'o> Surveyor<'o> {
    pub fn of(organization: &'o Organization, places: &'o Places) -> Self {
        let accounts = &organization.accounts;
        let count = accounts.len();
        let mut surveyor = Self {
            organization,
            places,
            subtrees: HashMap::new(),
            children: HashMap::new(),
            account_tags: by_tag(accounts.iter().map(|a| &a.tags)),
            permission_set_tags: by_tag(organization.permission_sets.iter().map(|p| &p.tags)),
            management: FixedBitSet::with_capacity(count),
            administration: FixedBitSet::with_capacity(count),
            names: HashMap::new(),
            patterns: HashMap::new(),
        };
        for (at, account) in accounts.iter().enumerate() {
            surveyor.management.set(at, account.management);
            surveyor.administration.set(at, account.administration);
            for unit in &account.units {
                surveyor.subtrees.entry(unit).or_default().push(at);
            }
            if let Some(unit) = account.units.first() {
                surveyor.children.entry(unit).or_default().push(at);
            }
        }
        surveyor
    }

    /// What is reached; what stands above rules reaches the management account like any other.
    pub fn reach(&mut self, accounts: &Accounts, permission_sets: &PermissionSets, above_rules: bool) -> Reach {
        let mut reached = self.widely(accounts);
        if !above_rules && !accounts.management {
            reached.difference_with(&self.management);
        }
        reached.extend(accounts.ids.iter().filter_map(|id| self.places.accounts.get(id)).copied());
        if accounts.administration {
            reached.union_with(&self.administration);
        }
        let mut left_out = self.excepted(accounts);
        left_out.intersect_with(&reached);
        reached.difference_with(&left_out);
        Reach { area: Area { accounts: reached, permission_sets: self.permission_sets(permission_sets) }, left_out }
    }

    /// Patterns are shared by the rules that have the same one: a compiled one takes many kilobytes.
    pub fn pattern(&mut self, pattern: Option<&Pattern>) -> Option<Regex> {
        let pattern = pattern?;
        if let Some(known) = self.patterns.get(pattern) {
            return known.clone();
        }
        let compiled = pattern.compile();
        self.patterns.insert(pattern.clone(), compiled.clone());
        compiled
    }

    fn widely(&self, accounts: &Accounts) -> FixedBitSet {
        let mut reached = FixedBitSet::with_capacity(self.organization.accounts.len());
        reached.set_range(.., accounts.all);
        reached.extend(accounts.units.iter().flat_map(|unit| self.unit(unit)));
        reached.extend(accounts.tags.iter().flat_map(|tag| tagged(&self.account_tags, tag)));
        reached
    }

    fn excepted(&self, accounts: &Accounts) -> FixedBitSet {
        let except = &accounts.except;
        let mut left_out = FixedBitSet::with_capacity(self.organization.accounts.len());
        left_out.extend(except.ids.iter().filter_map(|id| self.places.accounts.get(id)).copied());
        left_out.extend(except.units.iter().flat_map(|unit| self.unit(unit)));
        left_out.extend(except.tags.iter().flat_map(|tag| tagged(&self.account_tags, tag)));
        left_out
    }

    fn permission_sets(&mut self, spec: &PermissionSets) -> FixedBitSet {
        let mut reached = FixedBitSet::with_capacity(self.organization.permission_sets.len());
        reached.set_range(.., spec.all);
        reached.extend(spec.arns.iter().filter_map(|arn| self.places.permission_sets.get(arn)).copied());
        reached.extend(spec.tags.iter().flat_map(|tag| tagged(&self.permission_set_tags, tag)));
        for pattern in &spec.names {
            if !self.names.contains_key(pattern) {
                let matching = self.named(pattern);
                self.names.insert(pattern.clone(), matching);
            }
            reached.extend(self.names.get(pattern).into_iter().flatten().copied());
        }
        reached
    }

    fn named(&self, pattern: &NamePattern) -> Vec<usize> {
        let Some(pattern) = pattern.compile() else { return Vec::new() };
        let sets = self.organization.permission_sets.iter().enumerate();
        sets.filter(|(_, set)| pattern.is_match(&set.name)).map(|(at, _)| at).collect()
    }

    fn unit(&self, unit: &UnitSelector) -> impl Iterator<Item = usize> + '_ {
        let places = match unit.depth {
            Depth::Subtree => self.subtrees.get(unit.id.as_str()),
            Depth::Children => self.children.get(unit.id.as_str()),
        };
        places.into_iter().flatten().copied()
    }
}

fn by_tag<'o>(tags: impl Iterator<Item = &'o BTreeMap<String, String>>) -> ByTag<'o> {
    let mut index = ByTag::new();
    for (at, tags) in tags.enumerate() {
        for (key, value) in tags {
            index.entry(key).or_default().entry(value).or_default().push(at);
        }
    }
    index
}

fn tagged(index: &ByTag<'_>, tag: &TagSelector) -> Vec<usize> {
    let Some(values) = index.get(tag.key.as_str()) else { return Vec::new() };
    if tag.values.is_empty() {
        return values.values().flatten().copied().collect();
    }
    tag.values.iter().filter_map(|value| values.get(value.as_str())).flatten().copied().collect()
}
