//! Rules compiled against the organization: which accounts and permission sets each of them reaches, and which
//! of them are for whom, worked out once, so that a question costs a few look-ups.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use fixedbitset::FixedBitSet;
use regex::Regex;

use super::document::{Body, Document, NamedPolicySpec};
use super::guardrail::{Effect, Freeze, Guardrail, PolicyRef};
use super::owners::OwnersSpec;
use super::rule::{Approval, Rule};
use super::schedule::ScheduleSpec;
use super::selector::{AccountFacts, Accounts, Depth, Organization, PermissionSetFacts, PermissionSets, UnitSelector};
use crate::approval::{Named, NamedVersion, Need, PolicySpec};
use crate::{AccountId, FreezeId, GroupId, GuardrailId, PermissionSetArn, PolicyId, RuleId, ScheduleId, UserId};

/// A rule with what it reaches.
#[derive(Debug)]
pub struct CompiledRule {
    /// The rule.
    pub rule: Rule,
    pub(super) reach: Reach,
    pub(super) reason: Option<Regex>,
    pub(super) ticket: Option<Regex>,
}

/// Accounts and permission sets by their places in the organization.
#[derive(Debug)]
pub(super) struct Reach {
    pub accounts: FixedBitSet,
    /// Accounts that would be reached but for `except`, told apart in the trace.
    pub left_out: FixedBitSet,
    pub permission_sets: FixedBitSet,
}

impl Reach {
    pub(super) fn holds(&self, account: usize, permission_set: usize) -> bool {
        self.accounts.contains(account) && self.permission_sets.contains(permission_set)
    }
}

/// Everything that decides, ready to be asked.
#[derive(Debug, Default)]
pub struct Book {
    pub(super) rules: Vec<CompiledRule>,
    pub(super) guardrails: Vec<(Guardrail, Reach)>,
    pub(super) freezes: Vec<(Freeze, Reach)>,
    policies: BTreeMap<PolicyId, (i64, NamedPolicySpec)>,
    owners: Vec<OwnersSpec>,
    schedules: BTreeMap<ScheduleId, ScheduleSpec>,
    organization: Organization,
    accounts: HashMap<AccountId, usize>,
    permission_sets: HashMap<PermissionSetArn, usize>,
    by_user: HashMap<UserId, Vec<usize>>,
    by_group: HashMap<GroupId, Vec<usize>>,
    for_everyone: Vec<usize>,
}

impl Book {
    /// Compiles documents, in any order, against an organization.
    #[must_use]
    pub fn compile(documents: Vec<Document>, organization: Organization) -> Self {
        let mut book = Self {
            accounts: organization.accounts.iter().enumerate().map(|(at, a)| (a.id.clone(), at)).collect(),
            permission_sets: organization
                .permission_sets
                .iter()
                .enumerate()
                .map(|(at, p)| (p.arn.clone(), at))
                .collect(),
            organization,
            ..Self::default()
        };
        for document in documents {
            book.add(document);
        }
        book.rules.sort_by_key(|compiled| compiled.rule.id);
        book.guardrails.sort_by_key(|(guardrail, _)| guardrail.id);
        book.freezes.sort_by_key(|(freeze, _)| freeze.id);
        book.index_people();
        book
    }

    fn add(&mut self, Document { id, version, body }: Document) {
        match body {
            Body::Rule(spec) => {
                let reach = self.reach(&spec.accounts, &spec.permission_sets, false);
                let reason = spec.reason.pattern.as_ref().and_then(super::Pattern::compile);
                let ticket = spec.ticket.pattern.as_ref().and_then(super::Pattern::compile);
                let rule = Rule { id: RuleId(id), version, spec };
                self.rules.push(CompiledRule { rule, reach, reason, ticket });
            }
            Body::Guardrail(spec) => {
                let reach = self.reach(&spec.accounts, &spec.permission_sets, true);
                self.guardrails.push((Guardrail { id: GuardrailId(id), version, spec }, reach));
            }
            Body::Freeze(spec) => {
                let reach = self.reach(&spec.accounts, &spec.permission_sets, true);
                self.freezes.push((Freeze { id: FreezeId(id), version, spec }, reach));
            }
            Body::ApprovalPolicy(spec) => {
                self.policies.insert(PolicyId(id), (version, spec));
            }
            Body::Owners(spec) => self.owners.push(spec),
            Body::Schedule(spec) => {
                self.schedules.insert(ScheduleId(id), spec);
            }
        }
    }

    fn index_people(&mut self) {
        for (at, CompiledRule { rule, .. }) in self.rules.iter().enumerate() {
            let subjects = &rule.spec.subjects;
            if subjects.everyone {
                self.for_everyone.push(at);
            }
            for user in &subjects.users {
                self.by_user.entry(user.clone()).or_default().push(at);
            }
            for group in &subjects.groups {
                self.by_group.entry(group.clone()).or_default().push(at);
            }
        }
    }

    fn reach(&self, accounts: &Accounts, permission_sets: &PermissionSets, above_rules: bool) -> Reach {
        let count = self.organization.accounts.len();
        let (mut reached, mut left_out) = (FixedBitSet::with_capacity(count), FixedBitSet::with_capacity(count));
        for (at, account) in self.organization.accounts.iter().enumerate() {
            if selects(accounts, account, above_rules) {
                if excepts(accounts, account) { left_out.insert(at) } else { reached.insert(at) }
            }
        }
        let names: Vec<Regex> = permission_sets.names.iter().filter_map(super::NamePattern::compile).collect();
        let mut sets = FixedBitSet::with_capacity(self.organization.permission_sets.len());
        for (at, set) in self.organization.permission_sets.iter().enumerate() {
            let named = permission_sets.all
                || permission_sets.arns.contains(&set.arn)
                || names.iter().any(|name| name.is_match(&set.name))
                || permission_sets.tags.iter().any(|tag| tag.matches(&set.tags));
            sets.set(at, named);
        }
        Reach { accounts: reached, left_out, permission_sets: sets }
    }

    pub(super) fn place(&self, account: &AccountId, permission_set: &PermissionSetArn) -> Option<(usize, usize)> {
        Some((*self.accounts.get(account)?, *self.permission_sets.get(permission_set)?))
    }

    /// The places of the rules that are for this person, in the order of the rules' ids.
    pub(super) fn rules_for(&self, user: &UserId, groups: &[GroupId]) -> BTreeSet<usize> {
        let by_group = groups.iter().filter_map(|g| self.by_group.get(g)).flatten();
        self.by_user.get(user).into_iter().flatten().chain(by_group).chain(&self.for_everyone).copied().collect()
    }

    /// What the directory knows about an account.
    #[must_use]
    pub fn account(&self, id: &AccountId) -> Option<&AccountFacts> {
        self.organization.accounts.get(*self.accounts.get(id)?)
    }

    /// What the directory knows about a permission set.
    #[must_use]
    pub fn permission_set(&self, arn: &PermissionSetArn) -> Option<&PermissionSetFacts> {
        self.organization.permission_sets.get(*self.permission_sets.get(arn)?)
    }

    /// Every account and permission set.
    #[must_use]
    pub const fn organization(&self) -> &Organization {
        &self.organization
    }

    /// Every rule, in the order of their ids.
    pub fn rules(&self) -> impl Iterator<Item = &Rule> {
        self.rules.iter().map(|compiled| &compiled.rule)
    }

    /// Every binding of owners.
    #[must_use]
    pub fn owners(&self) -> &[OwnersSpec] {
        &self.owners
    }

    /// An on-call schedule kept here.
    #[must_use]
    pub fn schedule(&self, id: ScheduleId) -> Option<&ScheduleSpec> {
        self.schedules.get(&id)
    }

    /// What must be met for a policy; `None` when it names a policy that is not there.
    #[must_use]
    pub fn need(&self, policy: &PolicyRef, because: &str) -> Option<Need> {
        match policy {
            PolicyRef::Policy(spec) => Some(as_written(spec, because)),
            PolicyRef::Named(named) => self.named(named, because),
        }
    }

    pub(super) fn need_of_rule(&self, approval: &Approval, because: &str) -> Option<Need> {
        match approval {
            Approval::Policy(spec) => Some(as_written(spec, because)),
            Approval::Named(named) => self.named(named, because),
            Approval::Automatic(_) | Approval::BreakGlass(_) => None,
        }
    }

    fn named(&self, named: &Named, because: &str) -> Option<Need> {
        let (version, spec) = self.policies.get(&named.policy)?;
        let named = NamedVersion { id: named.policy, version: *version, name: spec.name.clone() };
        Some(Need { policy: spec.policy.clone(), named: Some(named), because: because.to_owned() })
    }

    /// The stages and votes of a rule's approval, the lighter the less; `None` when its policy is not there.
    pub(super) fn weight(&self, approval: &Approval) -> Option<(u8, usize, u32)> {
        let people = |spec: &PolicySpec| (1, spec.stages.len(), spec.votes());
        match approval {
            Approval::Automatic(_) | Approval::BreakGlass(_) => Some((0, 0, 0)),
            Approval::Policy(spec) => Some(people(spec)),
            Approval::Named(named) => self.policies.get(&named.policy).map(|(_, spec)| people(&spec.policy)),
        }
    }

    /// Whether the guardrail is a floor whose policy is not there: then nothing passes it.
    pub(super) fn is_broken(&self, effect: &Effect) -> bool {
        matches!(effect, Effect::Floor { policy } if self.need(policy, "").is_none())
    }
}

fn as_written(spec: &PolicySpec, because: &str) -> Need {
    Need { policy: spec.clone(), named: None, because: because.to_owned() }
}

fn selects(accounts: &Accounts, account: &AccountFacts, above_rules: bool) -> bool {
    if accounts.ids.contains(&account.id) || (accounts.administration && account.administration) {
        return true;
    }
    let widely = accounts.all
        || accounts.units.iter().any(|unit| lies_in(account, unit))
        || accounts.tags.iter().any(|tag| tag.matches(&account.tags));
    widely && (above_rules || accounts.management || !account.management)
}

fn excepts(accounts: &Accounts, account: &AccountFacts) -> bool {
    let except = &accounts.except;
    except.ids.contains(&account.id)
        || except.units.iter().any(|unit| lies_in(account, unit))
        || except.tags.iter().any(|tag| tag.matches(&account.tags))
}

fn lies_in(account: &AccountFacts, unit: &UnitSelector) -> bool {
    match unit.depth {
        Depth::Subtree => account.units.contains(&unit.id),
        Depth::Children => account.units.first() == Some(&unit.id),
    }
}
