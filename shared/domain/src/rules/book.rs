//! Rules compiled against the organization: which accounts and permission sets each of them reaches, and which
//! of them are for whom, worked out once, so that a question costs a few look-ups.

use std::collections::{BTreeMap, HashMap};

use fixedbitset::FixedBitSet;
use regex::Regex;

use super::area::Area;
use super::document::{Body, Document, NamedPolicySpec};
use super::guardrail::{Effect, Freeze, Guardrail, PolicyRef};
use super::owners::OwnersSpec;
use super::reach::{Places, Reach, Surveyor};
use super::rule::{Approval, Rule};
use super::schedule::ScheduleSpec;
use super::selector::{AccountFacts, Organization, PermissionSetFacts};
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
    pub(super) places: Places,
    /// The accounts that may be used.
    pub(super) active: FixedBitSet,
    by_user: HashMap<UserId, Vec<usize>>,
    by_group: HashMap<GroupId, Vec<usize>>,
    for_everyone: Vec<usize>,
}

impl Book {
    /// Compiles documents, in any order, against an organization.
    #[must_use]
    pub fn compile(documents: Vec<Document>, organization: Organization) -> Self {
        let places = Places::of(&organization);
        let mut book = Self::default();
        let mut surveyor = Surveyor::of(&organization, &places);
        for document in documents {
            book.add(document, &mut surveyor);
        }
        book.active.grow(organization.accounts.len());
        book.active.extend(organization.accounts.iter().enumerate().filter(|(_, a)| a.active).map(|(at, _)| at));
        book.organization = organization;
        book.places = places;
        book.rules.sort_by_key(|compiled| compiled.rule.id);
        book.guardrails.sort_by_key(|(guardrail, _)| guardrail.id);
        book.freezes.sort_by_key(|(freeze, _)| freeze.id);
        book.index_people();
        book
    }

    fn add(&mut self, Document { id, version, body }: Document, surveyor: &mut Surveyor<'_>) {
        match body {
            Body::Rule(spec) => {
                let reach = surveyor.reach(&spec.accounts, &spec.permission_sets, false);
                let reason = surveyor.pattern(spec.reason.pattern.as_ref());
                let ticket = surveyor.pattern(spec.ticket.pattern.as_ref());
                let rule = Rule { id: RuleId(id), version, spec };
                self.rules.push(CompiledRule { rule, reach, reason, ticket });
            }
            Body::Guardrail(spec) => {
                let reach = surveyor.reach(&spec.accounts, &spec.permission_sets, true);
                self.guardrails.push((Guardrail { id: GuardrailId(id), version, spec }, reach));
            }
            Body::Freeze(spec) => {
                let reach = surveyor.reach(&spec.accounts, &spec.permission_sets, true);
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

    pub(super) fn place(&self, account: &AccountId, permission_set: &PermissionSetArn) -> Option<(usize, usize)> {
        Some((*self.places.accounts.get(account)?, *self.places.permission_sets.get(permission_set)?))
    }

    /// The places of the rules that are for this person.
    pub(super) fn rules_for(&self, user: &UserId, groups: &[GroupId]) -> FixedBitSet {
        let mut places = self.rules_for_groups(groups);
        places.extend(self.by_user.get(user).into_iter().flatten().copied());
        places
    }

    /// The places of the rules that name one of these groups or everyone.
    pub(super) fn rules_for_groups(&self, groups: &[GroupId]) -> FixedBitSet {
        let mut places = FixedBitSet::with_capacity(self.rules.len());
        places.extend(self.for_everyone.iter().copied());
        places.extend(groups.iter().filter_map(|g| self.by_group.get(g)).flatten().copied());
        places
    }

    pub(super) fn named_policy(&self, id: PolicyId) -> Option<&PolicySpec> {
        self.policies.get(&id).map(|(_, spec)| &spec.policy)
    }

    /// What a rule reaches that can be used at all.
    pub(super) fn usable(&self, rule: &CompiledRule) -> Area {
        let mut area = rule.reach.area.clone();
        area.accounts.intersect_with(&self.active);
        area
    }

    /// What the directory knows about an account.
    #[must_use]
    pub fn account(&self, id: &AccountId) -> Option<&AccountFacts> {
        self.organization.accounts.get(*self.places.accounts.get(id)?)
    }

    /// What the directory knows about a permission set.
    #[must_use]
    pub fn permission_set(&self, arn: &PermissionSetArn) -> Option<&PermissionSetFacts> {
        self.organization.permission_sets.get(*self.places.permission_sets.get(arn)?)
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

    /// Every guardrail, in the order of their ids.
    pub fn guardrails(&self) -> impl Iterator<Item = &Guardrail> {
        self.guardrails.iter().map(|(guardrail, _)| guardrail)
    }

    /// Every freeze, in the order of their ids.
    pub fn freezes(&self) -> impl Iterator<Item = &Freeze> {
        self.freezes.iter().map(|(freeze, _)| freeze)
    }

    /// Every named approval policy with its version, in the order of their ids.
    pub fn approval_policies(&self) -> impl Iterator<Item = (PolicyId, i64, &NamedPolicySpec)> {
        self.policies.iter().map(|(id, (version, spec))| (*id, *version, spec))
    }

    /// Every on-call schedule kept here, in the order of their ids.
    pub fn schedules(&self) -> impl Iterator<Item = (ScheduleId, &ScheduleSpec)> {
        self.schedules.iter().map(|(id, spec)| (*id, spec))
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
