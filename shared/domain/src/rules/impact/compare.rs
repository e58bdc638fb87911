//! Whether one thing demands at least what another does, condition by condition. What cannot be told is no.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::super::area::Area;
use super::super::book::Book;
use super::super::guardrail::{Effect, FreezeSpec, Guardrail, PolicyRef};
use super::super::hours::Hours;
use super::super::rule::{Approval, Automatic, Review, Rule, RuleSpec, TicketDemand, WhenAway};
use super::super::schedule::ScheduleSpec;
use super::super::selector::{Accounts, PermissionSets};
use crate::UserId;
use crate::approval::{Escalation, MailDecision, Manager, People, PolicySpec, Stage};

/// Whether whoever gets something by the rule `new` in one book got it as easily by `old` in the other.
pub(super) fn allows_as_much(before: &Book, old: &Rule, after: &Book, new: &Rule) -> bool {
    let (weighed, weighs) = (before.weight(&old.spec.approval), after.weight(&new.spec.approval));
    // Where both weigh the same, the older rule is the one that is taken.
    let by_order = weighed < weighs || (weighed == weighs && old.id < new.id);
    let same = old.id == new.id;
    let decided = match (&old.spec.approval, &new.spec.approval) {
        (Approval::Policy(_) | Approval::Named(_), Approval::Policy(_) | Approval::Named(_)) if by_order => true,
        _ => decided_as_easily(before, old, after, new),
    };
    // Who has something by another rule has it beside.
    let others = same || old.spec.pace.concurrent.is_none();
    decided && others && demands_no_more(&old.spec, &new.spec)
}

/// Whether the rule of the same id got no looser in any way, whatever the directory may become.
pub(super) fn is_no_looser(before: &Book, old: &Rule, after: &Book, new: &Rule) -> bool {
    decided_as_easily(before, old, after, new)
        && demands_no_more(&old.spec, &new.spec)
        && old.spec.subjects.surely_name(&new.spec.subjects)
        && selects_all(&old.spec.accounts, &new.spec.accounts)
        && names_all(&old.spec.permission_sets, &new.spec.permission_sets)
}

fn decided_as_easily(before: &Book, old: &Rule, after: &Book, new: &Rule) -> bool {
    match (&old.spec.approval, &new.spec.approval) {
        (Approval::BreakGlass(was), Approval::BreakGlass(is)) => old.id == new.id && reviewed(&was.review, &is.review),
        (Approval::BreakGlass(_), _) | (_, Approval::BreakGlass(_)) => false,
        (Approval::Automatic(was), Approval::Automatic(is)) => happens(was, is) && reviewed(&was.review, &is.review),
        (Approval::Automatic(was), Approval::Policy(_) | Approval::Named(_)) => was.waiver.is_some(),
        (Approval::Policy(_) | Approval::Named(_), Approval::Automatic(_)) => false,
        (was, is) => match (before.policy_of(was), after.policy_of(is)) {
            (Some(was), Some(is)) => is_as_strict(is, was),
            (_, None) => true,
            (None, Some(_)) => false,
        },
    }
}

/// Whether `old` is automatic whenever `new` is.
fn happens(old: &Automatic, new: &Automatic) -> bool {
    old.waiver.is_some()
        || (new.waiver.is_none() && (old.incident || !new.incident) && all_in(&new.on_call, &old.on_call))
}

fn reviewed(old: &Review, new: &Review) -> bool {
    old.reviewers == new.reviewers && new.within_hours <= old.within_hours
}

fn all_in<T: PartialEq>(few: &[T], many: &[T]) -> bool {
    few.iter().all(|one| many.contains(one))
}

fn no_more<T: PartialOrd>(old: Option<T>, new: Option<T>) -> bool {
    old.is_none_or(|old| new.is_some_and(|new| old <= new))
}

fn same_or_none<T: PartialEq>(old: Option<&T>, new: Option<&T>) -> bool {
    old.is_none() || old == new
}

/// Whether whatever meets the conditions of `new` meets those of `old`.
fn demands_no_more(old: &RuleSpec, new: &RuleSpec) -> bool {
    let severities =
        old.severities.is_empty() || (!new.severities.is_empty() && all_in(&new.severities, &old.severities));
    let reason = no_more(old.reason.min_length, new.reason.min_length)
        && same_or_none(old.reason.pattern.as_ref(), new.reason.pattern.as_ref());
    let until = old.validity.until.is_none_or(|old| new.validity.until.is_some_and(|new| new <= old));
    let concurrent = old.pace.concurrent.is_none_or(|old| new.pace.concurrent.is_some_and(|new| new <= old));
    old.max_minutes >= new.max_minutes
        && severities
        && reason
        && ticket_demands_no_more(&old.ticket, &new.ticket)
        && hours_hold(old.hours.as_ref(), new.hours.as_ref())
        && no_more(old.validity.from, new.validity.from)
        && until
        && old.on_behalf.surely_name(&new.on_behalf)
        && concurrent
        && no_more(old.pace.cool_down_minutes, new.pace.cool_down_minutes)
        && new.cut_sessions.cuts_as_much(old.cut_sessions)
        && (old.when_away == WhenAway::Allow || new.when_away == WhenAway::Refuse)
}

fn ticket_demands_no_more(old: &TicketDemand, new: &TicketDemand) -> bool {
    let check = match (&old.check, &new.check) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(old), Some(new)) => {
            old.system == new.system
                && (!old.assigned || new.assigned)
                && (!old.change_window || new.change_window)
                && (old.when_away == WhenAway::Allow || new.when_away == WhenAway::Refuse)
        }
    };
    (!old.required || new.required) && same_or_none(old.pattern.as_ref(), new.pattern.as_ref()) && check
}

fn hours_hold(old: Option<&Hours>, new: Option<&Hours>) -> bool {
    old.is_none_or(|old| new.is_some_and(|new| old.time_zone == new.time_zone && all_in(&new.windows, &old.windows)))
}

/// Whether `new` asks as many of the same people as `old`.
fn is_as_strict(new: &PolicySpec, old: &PolicySpec) -> bool {
    let pending = match (old.pending_minutes, new.pending_minutes) {
        (Some(old), Some(new)) => new <= old,
        (old, new) => old == new,
    };
    new.stages.len() >= old.stages.len()
        && old.stages.iter().zip(&new.stages).all(|(old, new)| stage_is_as_strict(new, old))
        && new.rejections <= old.rejections
        && (new.mail_decision == MailDecision::SignIn || new.mail_decision == old.mail_decision)
        && new.pairs == old.pairs
        && new.owners == old.owners
        && old.delegates.surely_name(&new.delegates)
        && pending
}

fn stage_is_as_strict(new: &Stage, old: &Stage) -> bool {
    let fewer = |new: &People, old: &People| all_in(&new.groups, &old.groups) && all_in(&new.users, &old.users);
    let manager = |new: &Option<Manager>, old: &Option<Manager>| match (new, old) {
        (None, _) => true,
        (Some(new), Some(old)) => fewer(&new.fallback, &old.fallback),
        (Some(_), None) => false,
    };
    let escalation = |new: &Option<Escalation>, old: &Option<Escalation>| match (new, old) {
        (None, _) => true,
        (Some(new), Some(old)) => new.after_minutes >= old.after_minutes && fewer(&new.to, &old.to),
        (Some(_), None) => false,
    };
    let (by, was) = (&new.voters, &old.voters);
    all_in(&by.groups, &was.groups)
        && all_in(&by.users, &was.users)
        && manager(&by.manager, &was.manager)
        && (!by.owners || was.owners)
        && all_in(&by.on_call, &was.on_call)
        && new.votes >= old.votes
        && escalation(&new.escalation, &old.escalation)
}

/// Whether a guardrail's effect holds up all that another one did, where it reaches.
pub(super) fn holds_as_much(old: (&Book, &Effect, &Area), new: (&Book, &Effect, &Area)) -> bool {
    match (old.1, new.1) {
        (Effect::Deny { spares_break_glass: was }, Effect::Deny { spares_break_glass: is }) => *was || !is,
        (Effect::Deny { .. }, Effect::Floor { .. } | Effect::Cap { .. }) => false,
        (Effect::Floor { .. }, Effect::Deny { .. }) => true,
        (Effect::Floor { policy: was }, Effect::Floor { policy: is }) => {
            match (old.0.policy_at(was), new.0.policy_at(is)) {
                (Some(was), Some(is)) => is_as_strict(is, was),
                (_, None) => true,
                (None, Some(_)) => false,
            }
        }
        (Effect::Cap { .. }, Effect::Deny { spares_break_glass }) => !spares_break_glass,
        // A cap counts what it reaches: one that reaches less counts less, everywhere.
        (Effect::Cap { concurrent: was }, Effect::Cap { concurrent: is }) => is <= was && new.2.covers(old.2),
        (Effect::Floor { .. }, Effect::Cap { .. }) | (Effect::Cap { .. }, Effect::Floor { .. }) => false,
    }
}

pub(super) fn freezes_as_much(old: &FreezeSpec, new: &FreezeSpec) -> bool {
    new.from <= old.from && old.until <= new.until && (old.spares_break_glass || !new.spares_break_glass)
}

/// Whether whoever is on duty by `new` at any moment is so by `old`.
pub(super) fn on_duty_no_more(old: &ScheduleSpec, new: &ScheduleSpec) -> bool {
    if new.rotation.is_some() && new.rotation != old.rotation {
        return false;
    }
    let shifts = |spec: &ScheduleSpec, at: Timestamp| -> BTreeSet<UserId> {
        spec.shifts.iter().filter(|s| s.from <= at && at < s.until).map(|s| s.user.clone()).collect()
    };
    let turns: BTreeSet<UserId> = new.rotation.iter().flat_map(|rotation| rotation.users.clone()).collect();
    // Between two of these moments nobody's shift begins or ends.
    let edges = old.shifts.iter().chain(&new.shifts).flat_map(|shift| [shift.from, shift.until]);
    edges.chain([Timestamp::MIN]).all(|at| {
        let (was, is) = (shifts(old, at), shifts(new, at));
        match (was.is_empty(), is.is_empty()) {
            (false, false) => is.is_subset(&was),
            (false, true) => turns.is_subset(&was),
            (true, false) => false,
            (true, true) => true,
        }
    })
}

/// Whether all that `new` names is named by `old`, whatever accounts there may be.
pub(super) fn selects_all(old: &Accounts, new: &Accounts) -> bool {
    let widely = (old.all && (old.management || !new.management))
        || (!new.all
            && all_in(&new.units, &old.units)
            && all_in(&new.tags, &old.tags)
            && (old.management || !new.management));
    let except = all_in(&old.except.ids, &new.except.ids)
        && all_in(&old.except.units, &new.except.units)
        && all_in(&old.except.tags, &new.except.tags);
    widely && all_in(&new.ids, &old.ids) && (old.administration || !new.administration) && except
}

pub(super) fn names_all(old: &PermissionSets, new: &PermissionSets) -> bool {
    old.all
        || (!new.all && all_in(&new.arns, &old.arns) && all_in(&new.names, &old.names) && all_in(&new.tags, &old.tags))
}

impl Book {
    /// The policy that a rule demands; none where it demands none, or it is not there.
    pub(super) fn policy_of<'b>(&'b self, approval: &'b Approval) -> Option<&'b PolicySpec> {
        match approval {
            Approval::Policy(spec) => Some(spec),
            Approval::Named(named) => self.named_policy(named.policy),
            Approval::Automatic(_) | Approval::BreakGlass(_) => None,
        }
    }

    pub(super) fn policy_at<'b>(&'b self, policy: &'b PolicyRef) -> Option<&'b PolicySpec> {
        match policy {
            PolicyRef::Policy(spec) => Some(spec),
            PolicyRef::Named(named) => self.named_policy(named.policy),
        }
    }

    /// What the guardrail does: one whose policy is missing denies.
    pub(super) fn effect_of(&self, guardrail: &Guardrail) -> Effect {
        let effect = &guardrail.spec.effect;
        if self.is_broken(effect) { Effect::Deny { spares_break_glass: true } } else { effect.clone() }
    }
}
