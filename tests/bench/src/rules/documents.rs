//! The documents of a large company: mostly rules of teams for their own accounts, some for vendors and platform
//! people, few for everyone, and what stands above them.

use anyhow::Context;
use domain::AccountId;
use domain::approval::{Named, Pairs, People, PolicySpec, ScheduleRef, ScheduleSource, Stage};
use domain::rules::{
    Accounts, Approval, Automatic, Body, BreakGlass, Clock, Day, Depth, Document, Effect, Except, FreezeSpec,
    GuardrailSpec, Hours, NamePattern, NamedPolicySpec, Organization, Owned, OwnersSpec, Pace, Pattern, PermissionSets,
    PolicyRef, ReasonDemand, Review, RuleSpec, Severity, Subjects, TagSelector, TicketDemand, UnitSelector, Validity,
    Weekly, WhenAway, ZoneName,
};
use domain::{Minutes, PolicyId};
use jiff::{SignedDuration, Timestamp};
use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;

use super::organization::{ENVIRONMENTS, Names, ROLES, Sizes, id};

const POLICIES: usize = 50;
const GUARDRAILS: usize = 40;
const FREEZES: usize = 12;
const OWNERS: usize = 200;

/// When the organization is looked at: a Monday morning.
pub(super) fn now() -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_hours(24 * 20_780 + 10)
}

pub(super) fn write(
    sizes: &Sizes,
    names: &Names,
    organization: &Organization,
    random: &mut StdRng,
) -> anyhow::Result<Vec<Document>> {
    let mut writer = Writer { names, organization, random };
    let mut documents = Vec::new();
    let mut file = |kind, count, write: &mut dyn FnMut(usize) -> anyhow::Result<Body>| -> anyhow::Result<()> {
        for n in 0..count {
            let body = write(n)?;
            body.validate().with_context(|| body.name().to_owned())?;
            documents.push(Document { id: id(kind, n), version: 1, body });
        }
        Ok(())
    };
    file(0x10, sizes.rules, &mut |n| Ok(Body::Rule(writer.rule(n)?)))?;
    file(0x11, POLICIES, &mut |n| Ok(Body::ApprovalPolicy(writer.named_policy(n))))?;
    file(0x12, GUARDRAILS, &mut |n| Ok(Body::Guardrail(writer.guardrail(n)?)))?;
    file(0x13, FREEZES, &mut |n| Ok(Body::Freeze(writer.freeze(n))))?;
    file(0x14, OWNERS, &mut |n| Ok(Body::Owners(writer.owners(n))))?;
    Ok(documents)
}

struct Writer<'a> {
    names: &'a Names,
    organization: &'a Organization,
    random: &'a mut StdRng,
}

fn everyone() -> Subjects {
    Subjects { everyone: true, ..Subjects::default() }
}

fn tag(key: &str, values: &[String]) -> TagSelector {
    TagSelector { key: key.to_owned(), values: values.to_vec() }
}

impl Writer<'_> {
    fn chance(&mut self, share: f64) -> bool {
        self.random.random_bool(share)
    }

    fn some<T: Clone>(&mut self, of: &[T], most: usize) -> Vec<T> {
        let count = self.random.random_range(1..=most);
        of.choose_multiple(self.random, count).cloned().collect()
    }

    fn environments(&mut self) -> Vec<String> {
        self.some(&ENVIRONMENTS.map(str::to_owned), 2)
    }

    fn team(&mut self) -> String {
        format!("team-{:03}", self.random.random_range(0..self.names.teams))
    }

    fn unit(&mut self) -> UnitSelector {
        let depth = if self.chance(0.8) { Depth::Subtree } else { Depth::Children };
        // Not the root: a rule for the whole company is written as one.
        let id = self.names.units.get(1..).and_then(|units| units.choose(self.random)).cloned().unwrap_or_default();
        UnitSelector { id, depth }
    }

    fn subjects(&mut self) -> Subjects {
        match self.random.random_range(0..100) {
            0 => everyone(),
            1..=8 => Subjects { users: self.some(&self.names.users, 5), ..Subjects::default() },
            _ => Subjects { groups: self.some(&self.names.groups, 3), ..Subjects::default() },
        }
    }

    fn accounts(&mut self) -> Accounts {
        let mut accounts = Accounts::default();
        match self.random.random_range(0..100) {
            0..=4 => accounts.all = true,
            5..=44 => accounts.units = (0..self.random.random_range(1..=2)).map(|_| self.unit()).collect(),
            45..=84 => accounts.tags = vec![tag("team", &[self.team()])],
            85..=89 => accounts.tags = vec![tag("env", &self.environments())],
            _ => accounts.ids = self.account_ids(20),
        }
        if self.chance(0.1) {
            accounts.except =
                Except { ids: self.account_ids(3), tags: vec![tag("env", &["prod".to_owned()])], ..Except::default() };
        }
        accounts
    }

    fn account_ids(&mut self, most: usize) -> Vec<AccountId> {
        let count = self.random.random_range(1..=most);
        let chosen = self.organization.accounts.choose_multiple(self.random, count);
        chosen.map(|account| account.id.clone()).collect()
    }

    fn permission_sets(&mut self) -> anyhow::Result<PermissionSets> {
        let mut sets = PermissionSets::default();
        let role = ROLES.choose(self.random).copied().unwrap_or_default();
        match self.random.random_range(0..100) {
            0..=4 => sets.names = vec![NamePattern::parse(format!("*-{role}"))?],
            5..=29 => sets.names = vec![NamePattern::parse(format!("Area{:02}-*", self.random.random_range(0..60)))?],
            30..=34 => sets.tags = vec![tag("risk", &["low".to_owned()])],
            _ => {
                let chosen = self.organization.permission_sets.choose_multiple(self.random, 3);
                sets.arns = chosen.map(|set| set.arn.clone()).collect();
            }
        }
        Ok(sets)
    }

    fn policy(&mut self) -> PolicySpec {
        let stages = if self.chance(0.2) { 2 } else { 1 };
        let votes = if self.chance(0.15) { 2 } else { 1 };
        let mut policy = PolicySpec::of(self.some(&self.names.groups, 2), vec![], votes);
        let second: Vec<Stage> = policy.stages.iter().take(stages - 1).cloned().collect();
        policy.stages.extend(second);
        policy.pairs = if self.chance(0.2) { Pairs::Apart } else { Pairs::Together };
        policy
    }

    fn named_policy(&mut self, n: usize) -> NamedPolicySpec {
        NamedPolicySpec { name: format!("Approval {n}"), policy: self.policy() }
    }

    fn approval(&mut self) -> Approval {
        match self.random.random_range(0..100) {
            0..=4 => Approval::Automatic(Automatic {
                incident: true,
                on_call: vec![ScheduleRef {
                    source: ScheduleSource::PagerDuty,
                    id: format!("P{:06}", self.random.random_range(0..40)),
                }],
                waiver: None,
                review: Review::default(),
            }),
            5..=7 => Approval::Automatic(Automatic {
                waiver: Some("read-only access to a sandbox".to_owned()),
                ..Automatic::default()
            }),
            8..=9 => Approval::BreakGlass(BreakGlass::default()),
            10..=49 => Approval::Named(Named { policy: PolicyId(id(0x11, self.random.random_range(0..POLICIES))) }),
            _ => Approval::Policy(self.policy()),
        }
    }

    fn hours(&mut self) -> anyhow::Result<Hours> {
        let clock = |text: &str| Clock::try_from(text.to_owned());
        let zone = ["Europe/Berlin", "America/New_York", "Asia/Kolkata"].choose(self.random).copied().unwrap_or("UTC");
        let days = Day::ALL.into_iter().take(5).collect();
        let windows = vec![Weekly { days, from: clock("07:00")?, to: clock("20:00")? }];
        Ok(Hours { time_zone: ZoneName::parse(zone)?, windows })
    }

    fn rule(&mut self, n: usize) -> anyhow::Result<RuleSpec> {
        let minutes = [60, 120, 240, 480].choose(self.random).copied().unwrap_or(60);
        let ends = now() + SignedDuration::from_hours(24 * self.random.random_range(-30..300));
        let ticket = if self.chance(0.2) {
            TicketDemand { required: true, pattern: Some(Pattern::parse("[A-Z]{2,10}-[0-9]+")?), check: None }
        } else {
            TicketDemand::default()
        };
        Ok(RuleSpec {
            name: format!("Rule {n} of {}", self.team()),
            enabled: self.chance(0.97),
            subjects: self.subjects(),
            accounts: self.accounts(),
            permission_sets: self.permission_sets()?,
            max_minutes: Minutes::new(minutes)?,
            severities: if self.chance(0.1) {
                vec![Severity::parse("critical")?, Severity::parse("high")?]
            } else {
                vec![]
            },
            reason: ReasonDemand { min_length: self.chance(0.15).then_some(20), pattern: None },
            ticket,
            hours: if self.chance(0.1) { Some(self.hours()?) } else { None },
            validity: Validity { from: None, until: self.chance(0.05).then_some(ends) },
            on_behalf: if self.chance(0.05) { self.subjects() } else { Subjects::default() },
            pace: Pace {
                concurrent: self.chance(0.1).then_some(2),
                cool_down_minutes: self.chance(0.05).then_some(60),
            },
            when_away: WhenAway::Refuse,
            cut_sessions: domain::sessions::CutSessions::default(),
            approval: self.approval(),
        })
    }

    fn guardrail(&mut self, n: usize) -> anyhow::Result<GuardrailSpec> {
        let administration = Accounts { administration: true, ..Accounts::default() };
        let all = PermissionSets { all: true, ..PermissionSets::default() };
        let (subjects, accounts, permission_sets, effect) = match n {
            0 => (everyone(), administration, all, Effect::Deny { spares_break_glass: false }),
            _ if n % 4 == 1 => {
                (self.subjects(), self.accounts(), self.permission_sets()?, Effect::Deny { spares_break_glass: true })
            }
            _ if n % 4 == 2 => (everyone(), self.accounts(), all, Effect::Cap { concurrent: 5 }),
            _ => {
                let risky =
                    PermissionSets { tags: vec![tag("risk", &["high".to_owned()])], ..PermissionSets::default() };
                let prod = Accounts { units: vec![self.unit()], ..Accounts::default() };
                (everyone(), prod, risky, Effect::Floor { policy: PolicyRef::Policy(self.policy()) })
            }
        };
        Ok(GuardrailSpec { name: format!("Guardrail {n}"), enabled: true, subjects, accounts, permission_sets, effect })
    }

    fn freeze(&mut self, n: usize) -> FreezeSpec {
        let from = now() + SignedDuration::from_hours(self.random.random_range(-1_000..2_000));
        FreezeSpec {
            name: format!("Freeze {n}"),
            from,
            until: from + SignedDuration::from_hours(self.random.random_range(4..96)),
            accounts: self.accounts(),
            permission_sets: PermissionSets { all: true, ..PermissionSets::default() },
            spares_break_glass: true,
        }
    }

    fn owners(&mut self, n: usize) -> OwnersSpec {
        let target = Owned::Unit { id: self.unit().id };
        OwnersSpec {
            name: format!("Owners {n}"),
            target,
            owners: People { groups: self.some(&self.names.groups, 2), users: vec![] },
        }
    }
}
