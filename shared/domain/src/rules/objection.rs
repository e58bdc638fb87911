//! Why a rule does not allow the whole of what is asked.

use super::ask::{Ask, Details, TicketAnswer};
use super::book::{Book, CompiledRule};
use super::hours::Window;
use super::reason::Reason;
use super::rule::{Approval, Automatic, RuleSpec, TicketCheck, WhenAway};
use super::time::Time;

type Why = Option<Reason>;

/// The first reason why the rule, which is for the beneficiary, does not allow the whole of it.
pub(super) fn objection(
    book: &Book,
    compiled: &CompiledRule,
    place: Option<(usize, usize)>,
    ask: &Ask<'_>,
    window: Window,
) -> Why {
    let spec = &compiled.rule.spec;
    if !spec.enabled {
        return Some(Reason::SwitchedOff);
    }
    if ask.details.is_some() && Time::asked(ask).window.end <= ask.now {
        return Some(Reason::TimeOver);
    }
    where_and_what(book, compiled, place, ask)
        .or_else(|| how(book, compiled, ask))
        .or_else(|| when(spec, ask, window))
        .or_else(|| pace(compiled, ask, window))
        .or_else(|| ask.details.and_then(|details| typed(compiled, details, window)))
}

fn where_and_what(book: &Book, compiled: &CompiledRule, place: Option<(usize, usize)>, ask: &Ask<'_>) -> Why {
    let account = &ask.pair.account;
    let Some((at, set)) = place else {
        return Some(Reason::UnknownPlace);
    };
    let reach = &compiled.reach;
    if reach.left_out.contains(at) {
        return Some(Reason::LeavesOut { account: account.to_string() });
    }
    if !reach.area.accounts.contains(at) {
        return Some(Reason::NotReached { account: account.to_string() });
    }
    if book.account(account).is_none_or(|facts| !facts.active) {
        return Some(Reason::AccountNotInUse { account: account.to_string() });
    }
    (!reach.area.permission_sets.contains(set)).then_some(Reason::OtherPermissionSet)
}

/// For oneself or for somebody else; by break-glass or not.
fn how(book: &Book, compiled: &CompiledRule, ask: &Ask<'_>) -> Why {
    let spec = &compiled.rule.spec;
    let sponsor = ask.sponsor.filter(|sponsor| sponsor.user != ask.beneficiary.user);
    if sponsor.is_some_and(|sponsor| !spec.on_behalf.name(sponsor.user, sponsor.groups)) {
        return Some(Reason::NotOnBehalf);
    }
    let by_name = ask.break_glass == Some(compiled.rule.id);
    match (&spec.approval, ask.break_glass) {
        (Approval::BreakGlass(_), _) if by_name => None,
        (Approval::BreakGlass(_), _) => Some(Reason::BreakGlassByName),
        (_, Some(_)) => Some(Reason::OtherBreakGlass),
        (approval, None) => book.weight(approval).is_none().then_some(Reason::PolicyMissing),
    }
}

fn when(spec: &RuleSpec, ask: &Ask<'_>, window: Window) -> Why {
    if let Some(from) = spec.validity.from.filter(|from| window.start < *from) {
        return Some(Reason::CountsFrom { from });
    }
    if let Some(until) = spec.validity.until.filter(|until| window.end > *until || window.start >= *until) {
        return Some(Reason::CountsUntil { until });
    }
    // What is possible at all is not bound to a time of day.
    let hours = spec.hours.as_ref().filter(|_| ask.details.is_some())?;
    (!hours.cover(window.start, window.end))
        .then(|| Reason::OutsideHours { time_zone: hours.time_zone.as_str().to_owned() })
}

fn pace(compiled: &CompiledRule, ask: &Ask<'_>, window: Window) -> Why {
    if window.start >= window.end {
        return Some(Reason::CoolDown { until: window.start });
    }
    let most = compiled.rule.spec.pace.concurrent?;
    let found = ask.uses.iter().filter(|u| u.ended.is_none() && u.rule == Some(compiled.rule.id)).count();
    (found >= usize::try_from(most).unwrap_or(usize::MAX)).then_some(Reason::TooMany { most, found })
}

fn typed(compiled: &CompiledRule, details: Details<'_>, window: Window) -> Why {
    let spec = &compiled.rule.spec;
    if details.minutes > spec.max_minutes {
        let (most, asked) = (spec.max_minutes.get(), details.minutes.get());
        return Some(Reason::TooLong { most, asked });
    }
    if !spec.severities.is_empty() && !spec.severities.contains(details.severity) {
        let severities = spec.severities.iter().map(|severity| severity.as_str().to_owned()).collect();
        return Some(Reason::OtherSeverity { severities, asked: details.severity.as_str().to_owned() });
    }
    reason(compiled, details).or_else(|| ticket(compiled, details, window)).or_else(|| match &spec.approval {
        Approval::Automatic(automatic) => condition(spec, automatic, details),
        Approval::Policy(_) | Approval::Named(_) | Approval::BreakGlass(_) => None,
    })
}

fn reason(compiled: &CompiledRule, details: Details<'_>) -> Why {
    let demand = &compiled.rule.spec.reason;
    let found = details.reason.trim().chars().count();
    let least = demand.min_length.and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
    if found < least {
        return Some(Reason::ReasonTooShort { least, found });
    }
    let pattern = compiled.reason.as_ref()?;
    (!pattern.is_match(details.reason)).then(|| {
        let written = demand.pattern.as_ref().map(super::Pattern::as_str).unwrap_or_default();
        Reason::ReasonPattern { pattern: written.to_owned() }
    })
}

fn ticket(compiled: &CompiledRule, details: Details<'_>, window: Window) -> Why {
    let demand = &compiled.rule.spec.ticket;
    let Some(ticket) = details.ticket else { return demand.required.then_some(Reason::TicketNeeded) };
    if compiled.ticket.as_ref().is_some_and(|pattern| !pattern.is_match(ticket)) {
        let written = demand.pattern.as_ref().map(super::Pattern::as_str).unwrap_or_default();
        return Some(Reason::TicketPattern { pattern: written.to_owned() });
    }
    live_ticket(demand.check.as_ref()?, details, window)
}

fn answer<'a>(check: &TicketCheck, details: Details<'a>) -> Option<&'a TicketAnswer> {
    details.tickets.iter().find(|(name, _)| *name == check.system).map(|(_, answer)| answer)
}

fn live_ticket(check: &TicketCheck, details: Details<'_>, window: Window) -> Why {
    let system = check.system.clone();
    match answer(check, details) {
        Some(TicketAnswer::Missing) => Some(Reason::TicketUnknown { system }),
        Some(TicketAnswer::Found { open: false, .. }) => Some(Reason::TicketNotOpen { system }),
        Some(TicketAnswer::Found { assigned: false, .. }) if check.assigned => {
            Some(Reason::TicketNotAssigned { system })
        }
        Some(TicketAnswer::Found { window: change, .. }) if check.change_window => match change {
            Some((from, until)) if *from <= window.start && window.end <= *until => None,
            Some((from, until)) => Some(Reason::OutsideChangeWindow { system, from: *from, until: *until }),
            None => Some(Reason::NoChangeWindow { system }),
        },
        Some(TicketAnswer::Found { .. }) => None,
        Some(TicketAnswer::Away(_)) | None if check.when_away == WhenAway::Allow => None,
        Some(TicketAnswer::Away(why)) => Some(Reason::TicketSystemAway { system, why: why.clone() }),
        None => Some(Reason::TicketSystemNotAsked { system }),
    }
}

/// What an automatic approval depends on.
fn condition(spec: &RuleSpec, automatic: &Automatic, details: Details<'_>) -> Why {
    if is_met(automatic, details) {
        return None;
    }
    if duty_is_unknown(automatic, details) {
        return match spec.when_away {
            WhenAway::Allow => None,
            WhenAway::Refuse => Some(Reason::DutyUnknown),
        };
    }
    Some(match (automatic.incident, automatic.on_call.is_empty()) {
        (true, true) => Reason::NeedsIncident,
        (true, false) => Reason::NeedsIncidentOrDuty,
        (false, _) => Reason::NeedsDuty,
    })
}

fn is_met(automatic: &Automatic, details: Details<'_>) -> bool {
    let on_duty = automatic.on_call.iter().any(|schedule| details.duty.on.contains(schedule));
    automatic.waiver.is_some() || on_duty || (automatic.incident && details.incident)
}

fn duty_is_unknown(automatic: &Automatic, details: Details<'_>) -> bool {
    automatic.on_call.iter().any(|schedule| details.duty.away.contains(schedule))
}

/// What a rule that allows the whole took for granted, as a system that it asks was away.
pub(super) fn assumptions(spec: &RuleSpec, details: Details<'_>) -> Vec<Reason> {
    let ticket = spec.ticket.check.as_ref().filter(|_| details.ticket.is_some()).and_then(|check| {
        let away = matches!(answer(check, details), Some(TicketAnswer::Away(_)) | None);
        away.then(|| Reason::AssumedTicket { system: check.system.clone() })
    });
    let duty = match &spec.approval {
        Approval::Automatic(automatic) if !is_met(automatic, details) && duty_is_unknown(automatic, details) => {
            Some(Reason::AssumedDuty)
        }
        Approval::Automatic(_) | Approval::Policy(_) | Approval::Named(_) | Approval::BreakGlass(_) => None,
    };
    ticket.into_iter().chain(duty).collect()
}
