//! A second evaluator, written as plainly as the rules can be read: no index, every minute looked at by itself.
//! It shares nothing with the real one but the data.

use domain::approval::{PolicySpec, ScheduleRef};
use domain::rules::{
    AccountFacts, Accounts, Approval, Ask, Body, Details, Document, Effect, Evaluation, FreezeSpec, GuardrailSpec,
    Hours, NamePattern, Organization, PermissionSetFacts, PermissionSets, Person, PolicyRef, Review, RuleSpec,
    Subjects, TagSelector, TicketAnswer, UnitSelector, Way, WhenAway,
};
use domain::{PolicyId, RuleId};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};

#[derive(Debug, PartialEq)]
pub enum How {
    Automatic(Review),
    BreakGlass(Review),
    People(Vec<(PolicySpec, Option<PolicyId>)>),
}

#[derive(Debug, PartialEq)]
pub struct Answer {
    pub chosen: Option<(RuleId, u32, How, Option<Timestamp>)>,
    pub longest: Option<u32>,
}

impl Answer {
    pub fn of(answer: &Evaluation) -> Self {
        let chosen = answer.chosen.as_ref().map(|chosen| {
            let how = match &chosen.way {
                Way::Automatic { review } => How::Automatic(review.clone()),
                Way::BreakGlass { review } => How::BreakGlass(review.clone()),
                Way::People(needs) => {
                    How::People(needs.iter().map(|n| (n.policy.clone(), n.named.as_ref().map(|n| n.id))).collect())
                }
            };
            (chosen.rule, chosen.max.get(), how, chosen.not_before)
        });
        Self { chosen, longest: answer.longest.map(domain::Minutes::get) }
    }
}

/// Automatic or not, stages, votes, and which: the less the lighter.
type Order = (u32, usize, u32, RuleId);

struct World<'a> {
    documents: &'a [Document],
    organization: &'a Organization,
}

pub fn judge(documents: &[Document], organization: &Organization, ask: &Ask<'_>) -> Answer {
    let world = World { documents, organization };
    let mut best: Option<(Order, u32, How, Option<Timestamp>)> = None;
    let mut longest = None;
    for document in documents {
        let Body::Rule(rule) = &document.body else { continue };
        let id = RuleId(document.id);
        let Some((from, to, counted_from, waits)) = world.when(rule, ask) else { continue };
        if !world.allows(rule, id, ask, from, to) || world.forbids(ask, from, to) {
            continue;
        }
        let max = world.longest(rule, ask, from, counted_from);
        longest = longest.max(Some(max));
        let (weight, how) = world.how(rule, ask);
        let order = (weight.0, weight.1, weight.2, id);
        if best.as_ref().is_none_or(|(least, ..)| order < *least) {
            best = Some((order, max, how, waits.then_some(from)));
        }
    }
    Answer { chosen: best.map(|((.., id), max, how, wait)| (id, max, how, wait)), longest }
}

fn minutes(n: u32) -> SignedDuration {
    SignedDuration::from_mins(i64::from(n))
}

impl World<'_> {
    fn account(&self, ask: &Ask<'_>) -> Option<&AccountFacts> {
        self.organization.accounts.iter().find(|a| a.id == ask.pair.account)
    }
    fn set(&self, ask: &Ask<'_>) -> Option<&PermissionSetFacts> {
        self.organization.permission_sets.iter().find(|p| p.arn == ask.pair.permission_set)
    }

    /// From, to, from when the length counts, whether a cool-down is waited for. `None` when it is over.
    fn when(&self, rule: &RuleSpec, ask: &Ask<'_>) -> Option<(Timestamp, Timestamp, Timestamp, bool)> {
        let (from, to, begin) = match (ask.details, ask.start) {
            (Some(details), Some(start)) => (start.max(ask.now), start + details.minutes.duration(), start),
            (Some(details), None) => (ask.now, ask.now + details.minutes.duration(), ask.now),
            (None, start) => {
                let start = start.unwrap_or(ask.now).max(ask.now);
                (start, start + minutes(1), start)
            }
        };
        if to <= from {
            return None;
        }
        let mut rested = None;
        for used in ask.uses {
            if let (true, Some(ended), Some(rest)) = (used.pair == *ask.pair, used.ended, rule.pace.cool_down_minutes) {
                rested = rested.max(Some(ended + minutes(rest)));
            }
        }
        match rested {
            Some(rested) if rested > from => {
                let fixed = ask.start.is_some() && ask.details.is_some();
                let end = if fixed { to } else { rested + to.duration_since(from) };
                (end > rested).then_some((rested, end, rested, true))
            }
            _ => Some((from, to, begin, false)),
        }
    }

    fn allows(&self, rule: &RuleSpec, id: RuleId, ask: &Ask<'_>, from: Timestamp, to: Timestamp) -> bool {
        let (Some(account), Some(set)) = (self.account(ask), self.set(ask)) else { return false };
        let asked_for = match (&rule.approval, ask.break_glass) {
            (Approval::BreakGlass(_), Some(named)) => named == id,
            (Approval::BreakGlass(_), None) => false,
            (_, asked) => asked.is_none(),
        };
        let by_themselves = ask.sponsor.is_none_or(|s| s.user == ask.beneficiary.user);
        let valid = rule.validity.from.is_none_or(|begin| begin <= from)
            && rule.validity.until.is_none_or(|end| to <= end && from < end);
        let having = ask.uses.iter().filter(|u| u.ended.is_none() && u.rule == Some(id)).count();
        rule.enabled
            && is_named(&rule.subjects, ask.beneficiary)
            && reaches(&rule.accounts, account, false)
            && account.active
            && is_among(&rule.permission_sets, set)
            && asked_for
            && (by_themselves || ask.sponsor.is_some_and(|s| is_named(&rule.on_behalf, s)))
            && self.policy_is_there(&rule.approval)
            && valid
            && rule.pace.concurrent.is_none_or(|most| having < most as usize)
            && ask.details.is_none_or(|details| self.typed(rule, details, from, to))
    }

    fn typed(&self, rule: &RuleSpec, details: Details<'_>, from: Timestamp, to: Timestamp) -> bool {
        let whole =
            |pattern: &str, text: &str| regex::Regex::new(&format!(r"\A(?s:(?:{pattern}))\z")).unwrap().is_match(text);
        let mut moment = from;
        while let Some(hours) = rule.hours.as_ref().filter(|_| moment < to) {
            if !is_open(hours, moment) {
                return false;
            }
            moment += minutes(1);
        }
        let long_enough =
            rule.reason.min_length.is_none_or(|least| details.reason.trim().chars().count() >= least as usize);
        details.minutes <= rule.max_minutes
            && (rule.severities.is_empty() || rule.severities.contains(details.severity))
            && long_enough
            && rule.reason.pattern.as_ref().is_none_or(|p| whole(p.as_str(), details.reason))
            && match details.ticket {
                None => !rule.ticket.required,
                Some(ticket) => {
                    rule.ticket.pattern.as_ref().is_none_or(|p| whole(p.as_str(), ticket))
                        && ticket_is_fine(rule, details, from, to)
                }
            }
            && condition_holds(rule, details)
    }

    fn policy(&self, id: PolicyId) -> Option<&PolicySpec> {
        self.documents.iter().find_map(|document| match &document.body {
            Body::ApprovalPolicy(spec) if document.id == id.0 => Some(&spec.policy),
            _ => None,
        })
    }

    fn policy_is_there(&self, approval: &Approval) -> bool {
        match approval {
            Approval::Named(named) => self.policy(named.policy).is_some(),
            _ => true,
        }
    }

    fn guardrails<'a>(&'a self, ask: &'a Ask<'_>) -> impl Iterator<Item = &'a GuardrailSpec> {
        let mut all: Vec<&Document> = self.documents.iter().collect();
        all.sort_by_key(|document| document.id);
        all.into_iter().filter_map(|d| if let Body::Guardrail(g) = &d.body { Some(g) } else { None }).filter(|g| {
            let here = self.account(ask).is_some_and(|account| reaches(&g.accounts, account, true))
                && self.set(ask).is_some_and(|set| is_among(&g.permission_sets, set));
            g.enabled && here && is_named(&g.subjects, ask.beneficiary)
        })
    }

    fn freezes<'a>(&'a self, ask: &'a Ask<'_>) -> impl Iterator<Item = &'a FreezeSpec> {
        self.documents.iter().filter_map(|d| if let Body::Freeze(f) = &d.body { Some(f) } else { None }).filter(|f| {
            self.account(ask).is_some_and(|account| reaches(&f.accounts, account, true))
                && self.set(ask).is_some_and(|set| is_among(&f.permission_sets, set))
                && !(f.spares_break_glass && ask.break_glass.is_some())
        })
    }

    fn forbids(&self, ask: &Ask<'_>, from: Timestamp, to: Timestamp) -> bool {
        let by_break_glass = ask.break_glass.is_some();
        self.guardrails(ask).any(|guardrail| match &guardrail.effect {
            Effect::Deny { spares_break_glass } => !(*spares_break_glass && by_break_glass),
            Effect::Floor { policy: PolicyRef::Named(named) } => !by_break_glass && self.policy(named.policy).is_none(),
            Effect::Floor { policy: PolicyRef::Policy(_) } => false,
            Effect::Cap { concurrent } => {
                let covered = |used: &&domain::rules::Use| {
                    let account = self.organization.accounts.iter().find(|a| a.id == used.pair.account);
                    let set = self.organization.permission_sets.iter().find(|p| p.arn == used.pair.permission_set);
                    account.is_some_and(|a| reaches(&guardrail.accounts, a, true))
                        && set.is_some_and(|s| is_among(&guardrail.permission_sets, s))
                };
                ask.uses.iter().filter(|u| u.ended.is_none()).filter(covered).count() >= *concurrent as usize
            }
        }) || (ask.details.is_some() && self.freezes(ask).any(|f| f.from < to && from < f.until))
    }

    fn longest(&self, rule: &RuleSpec, ask: &Ask<'_>, from: Timestamp, counted_from: Timestamp) -> u32 {
        let timed = rule.hours.as_ref().filter(|hours| is_open(hours, from));
        let mut end = from;
        loop {
            let over = end >= counted_from + rule.max_minutes.duration()
                || rule.validity.until.is_some_and(|until| end >= until)
                || self.freezes(ask).any(|freeze| freeze.from > from && end >= freeze.from)
                || timed.is_some_and(|hours| !is_open(hours, end));
            if over {
                return u32::try_from(end.duration_since(counted_from).as_mins()).unwrap().max(1);
            }
            end += minutes(1);
        }
    }

    fn how(&self, rule: &RuleSpec, ask: &Ask<'_>) -> ((u32, usize, u32), How) {
        let floors = self.guardrails(ask).filter(|_| ask.break_glass.is_none()).filter_map(|g| match &g.effect {
            Effect::Floor { policy: PolicyRef::Policy(spec) } => Some((spec.clone(), None)),
            Effect::Floor { policy: PolicyRef::Named(named) } => {
                self.policy(named.policy).map(|spec| (spec.clone(), Some(named.policy)))
            }
            Effect::Deny { .. } | Effect::Cap { .. } => None,
        });
        let floors: Vec<(PolicySpec, Option<PolicyId>)> = floors.collect();
        let own = match &rule.approval {
            Approval::BreakGlass(spec) => return ((0, 0, 0), How::BreakGlass(spec.review.clone())),
            Approval::Automatic(spec) if floors.is_empty() => {
                return ((0, 0, 0), How::Automatic(spec.review.clone()));
            }
            Approval::Automatic(_) => return ((0, 0, 0), How::People(floors)),
            Approval::Policy(spec) => (spec.clone(), None),
            Approval::Named(named) => (self.policy(named.policy).unwrap().clone(), Some(named.policy)),
        };
        let votes = own.0.stages.iter().map(|stage| u32::from(stage.votes)).sum();
        ((1, own.0.stages.len(), votes), How::People([own].into_iter().chain(floors).collect()))
    }
}

fn is_named(subjects: &Subjects, person: Person<'_>) -> bool {
    subjects.everyone
        || subjects.users.iter().any(|user| user == person.user)
        || subjects.groups.iter().any(|group| person.groups.iter().any(|own| own == group))
}

fn tagged(tags: &std::collections::BTreeMap<String, String>, wanted: &[TagSelector]) -> bool {
    wanted.iter().any(|tag| {
        tags.iter().any(|(key, value)| *key == tag.key && (tag.values.is_empty() || tag.values.contains(value)))
    })
}

fn below(account: &AccountFacts, units: &[UnitSelector]) -> bool {
    units.iter().any(|unit| match unit.depth {
        domain::rules::Depth::Subtree => account.units.contains(&unit.id),
        domain::rules::Depth::Children => account.units.first().is_some_and(|u| *u == unit.id),
    })
}

fn reaches(accounts: &Accounts, account: &AccountFacts, above_rules: bool) -> bool {
    let except = &accounts.except;
    if except.ids.contains(&account.id) || below(account, &except.units) || tagged(&account.tags, &except.tags) {
        return false;
    }
    let exactly = accounts.ids.contains(&account.id) || (accounts.administration && account.administration);
    let widely = accounts.all || below(account, &accounts.units) || tagged(&account.tags, &accounts.tags);
    exactly || (widely && (!account.management || accounts.management || above_rules))
}

fn is_among(sets: &PermissionSets, set: &PermissionSetFacts) -> bool {
    sets.all
        || sets.arns.contains(&set.arn)
        || tagged(&set.tags, &sets.tags)
        || sets.names.iter().any(|pattern| globs(NamePattern::as_str(pattern).as_bytes(), set.name.as_bytes()))
}

fn globs(pattern: &[u8], name: &[u8]) -> bool {
    match (pattern.split_first(), name.split_first()) {
        (None, None) => true,
        (Some((b'*', rest)), _) if globs(rest, name) => true,
        (Some((b'*', _)), Some((_, after))) => globs(pattern, after),
        (Some((p, rest)), Some((n, after))) => (*p == b'?' || p == n) && globs(rest, after),
        _ => false,
    }
}

fn is_open(hours: &Hours, moment: Timestamp) -> bool {
    let local = moment.to_zoned(TimeZone::get(hours.time_zone.as_str()).unwrap());
    let day = |date: jiff::civil::Date| {
        let place = usize::try_from(date.weekday().to_monday_zero_offset()).unwrap();
        domain::rules::Day::ALL[place]
    };
    let (today, yesterday) = (day(local.date()), day(local.date().yesterday().unwrap()));
    let clock = format!("{:02}:{:02}", local.hour(), local.minute());
    hours.windows.iter().any(|window| {
        let (from, to) = (String::from(window.from), String::from(window.to));
        if from < to {
            window.days.contains(&today) && from <= clock && clock < to
        } else {
            (window.days.contains(&today) && from <= clock) || (window.days.contains(&yesterday) && clock < to)
        }
    })
}

fn ticket_is_fine(rule: &RuleSpec, details: Details<'_>, from: Timestamp, to: Timestamp) -> bool {
    let Some(check) = &rule.ticket.check else { return true };
    match details.tickets.iter().find(|(system, _)| *system == check.system) {
        None | Some((_, TicketAnswer::Away(_))) => check.when_away == WhenAway::Allow,
        Some((_, TicketAnswer::Missing)) => false,
        Some((_, TicketAnswer::Found { open, assigned, window })) => {
            let in_window = window.is_some_and(|(begin, end)| begin <= from && to <= end);
            *open && (*assigned || !check.assigned) && (in_window || !check.change_window)
        }
    }
}

fn condition_holds(rule: &RuleSpec, details: Details<'_>) -> bool {
    let Approval::Automatic(automatic) = &rule.approval else { return true };
    let any = |among: &[ScheduleRef]| automatic.on_call.iter().any(|schedule| among.contains(schedule));
    automatic.waiver.is_some()
        || (automatic.incident && details.incident)
        || any(&details.duty.on)
        || (any(&details.duty.away) && rule.when_away == WhenAway::Allow)
}
