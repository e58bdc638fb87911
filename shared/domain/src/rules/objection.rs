//! Why a rule does not allow the whole of what is asked.

use std::borrow::Cow;

use super::ask::{Ask, Details, TicketAnswer};
use super::book::{Book, CompiledRule};
use super::hours::Window;
use super::rule::{Approval, Automatic, RuleSpec, TicketCheck, WhenAway};
use super::time::Time;

type Why = Option<Cow<'static, str>>;

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
        return Some("it is switched off".into());
    }
    if ask.details.is_some() && Time::asked(ask).window.end <= ask.now {
        return Some("the time that was asked for is over".into());
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
        return Some("the directory does not know the account or permission set".into());
    };
    let reach = &compiled.reach;
    if reach.left_out.contains(at) {
        return Some(format!("it leaves out account {account}").into());
    }
    if !reach.area.accounts.contains(at) {
        return Some(format!("it does not reach account {account}").into());
    }
    if book.account(account).is_none_or(|facts| !facts.active) {
        return Some(format!("account {account} is not in use").into());
    }
    (!reach.area.permission_sets.contains(set)).then(|| "it does not allow this permission set".into())
}

/// For oneself or for somebody else; by break-glass or not.
fn how(book: &Book, compiled: &CompiledRule, ask: &Ask<'_>) -> Why {
    let spec = &compiled.rule.spec;
    let sponsor = ask.sponsor.filter(|sponsor| sponsor.user != ask.beneficiary.user);
    if sponsor.is_some_and(|sponsor| !spec.on_behalf.name(sponsor.user, sponsor.groups)) {
        return Some("it does not let the asker ask for somebody else".into());
    }
    let by_name = ask.break_glass == Some(compiled.rule.id);
    match (&spec.approval, ask.break_glass) {
        (Approval::BreakGlass(_), _) if by_name => None,
        (Approval::BreakGlass(_), _) => Some("it is for break-glass, which must be asked for by name".into()),
        (_, Some(_)) => Some("it is not the break-glass rule that was asked for".into()),
        (approval, None) => book.weight(approval).is_none().then(|| "its approval policy does not exist".into()),
    }
}

fn when(spec: &RuleSpec, ask: &Ask<'_>, window: Window) -> Why {
    if let Some(from) = spec.validity.from.filter(|from| window.start < *from) {
        return Some(format!("it counts from {from} on").into());
    }
    if let Some(until) = spec.validity.until.filter(|until| window.end > *until || window.start >= *until) {
        return Some(format!("it counts until {until}").into());
    }
    // What is possible at all is not bound to a time of day.
    let hours = spec.hours.as_ref().filter(|_| ask.details.is_some())?;
    (!hours.cover(window.start, window.end)).then(|| {
        let zone = hours.time_zone.as_str();
        format!("it allows access only at certain hours ({zone}), and this would be outside them").into()
    })
}

fn pace(compiled: &CompiledRule, ask: &Ask<'_>, window: Window) -> Why {
    if window.start >= window.end {
        return Some(format!("its cool-down lasts until {}, longer than what was asked for", window.start).into());
    }
    let most = compiled.rule.spec.pace.concurrent?;
    let found = ask.uses.iter().filter(|u| u.ended.is_none() && u.rule == Some(compiled.rule.id)).count();
    (found >= usize::try_from(most).unwrap_or(usize::MAX))
        .then(|| format!("it allows {most} accesses at a time, and there are {found}").into())
}

fn typed(compiled: &CompiledRule, details: Details<'_>, window: Window) -> Why {
    let spec = &compiled.rule.spec;
    if details.minutes > spec.max_minutes {
        let (most, asked) = (spec.max_minutes.get(), details.minutes.get());
        return Some(format!("it allows at most {most} minutes, {asked} were asked for").into());
    }
    if !spec.severities.is_empty() && !spec.severities.contains(details.severity) {
        let named: Vec<&str> = spec.severities.iter().map(super::Severity::as_str).collect();
        return Some(format!("it is for severity {}, not {}", named.join(" or "), details.severity).into());
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
        return Some(format!("it needs a reason of at least {least} characters, this one has {found}").into());
    }
    let pattern = compiled.reason.as_ref()?;
    (!pattern.is_match(details.reason)).then(|| {
        let written = demand.pattern.as_ref().map(super::Pattern::as_str).unwrap_or_default();
        format!("it needs a reason that matches {written}").into()
    })
}

fn ticket(compiled: &CompiledRule, details: Details<'_>, window: Window) -> Why {
    let demand = &compiled.rule.spec.ticket;
    let Some(ticket) = details.ticket else { return demand.required.then(|| "it needs a ticket".into()) };
    if compiled.ticket.as_ref().is_some_and(|pattern| !pattern.is_match(ticket)) {
        let written = demand.pattern.as_ref().map(super::Pattern::as_str).unwrap_or_default();
        return Some(format!("it needs a ticket that matches {written}").into());
    }
    live_ticket(demand.check.as_ref()?, details, window)
}

fn answer<'a>(check: &TicketCheck, details: Details<'a>) -> Option<&'a TicketAnswer> {
    details.tickets.iter().find(|(name, _)| *name == check.system).map(|(_, answer)| answer)
}

fn live_ticket(check: &TicketCheck, details: Details<'_>, window: Window) -> Why {
    let system = &check.system;
    match answer(check, details) {
        Some(TicketAnswer::Missing) => Some(format!("{system} has no such ticket").into()),
        Some(TicketAnswer::Found { open: false, .. }) => Some(format!("the ticket in {system} is not open").into()),
        Some(TicketAnswer::Found { assigned: false, .. }) if check.assigned => {
            Some(format!("the ticket in {system} is not assigned to whoever asks").into())
        }
        Some(TicketAnswer::Found { window: change, .. }) if check.change_window => match change {
            Some((from, until)) if *from <= window.start && window.end <= *until => None,
            Some((from, until)) => Some(
                format!("the change window in {system} is from {from} to {until}, and this lies outside it").into(),
            ),
            None => Some(format!("the ticket in {system} has no change window").into()),
        },
        Some(TicketAnswer::Found { .. }) => None,
        Some(TicketAnswer::Away(_)) | None if check.when_away == WhenAway::Allow => None,
        Some(TicketAnswer::Away(why)) => Some(format!("{system} could not be asked about the ticket: {why}").into()),
        None => Some(format!("{system} was not asked about the ticket").into()),
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
            WhenAway::Refuse => Some("the on-call service could not be asked who is on duty".into()),
        };
    }
    Some(match (automatic.incident, automatic.on_call.is_empty()) {
        (true, true) => "it needs an open incident that covers the account".into(),
        (true, false) => "it needs an open incident that covers the account, or current duty".into(),
        (false, _) => "it needs current on-call duty".into(),
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
pub(super) fn assumption(spec: &RuleSpec, details: Details<'_>) -> Option<String> {
    let ticket = spec.ticket.check.as_ref().filter(|_| details.ticket.is_some()).and_then(|check| {
        let away = matches!(answer(check, details), Some(TicketAnswer::Away(_)) | None);
        away.then(|| format!("{} could not be asked about the ticket, and the rule goes on without it", check.system))
    });
    let duty = match &spec.approval {
        Approval::Automatic(automatic) if !is_met(automatic, details) && duty_is_unknown(automatic, details) => {
            Some("the on-call service could not be asked who is on duty, and the rule goes on without it".to_owned())
        }
        Approval::Automatic(_) | Approval::Policy(_) | Approval::Named(_) | Approval::BreakGlass(_) => None,
    };
    let told: Vec<String> = ticket.into_iter().chain(duty).collect();
    (!told.is_empty()).then(|| told.join("; "))
}
