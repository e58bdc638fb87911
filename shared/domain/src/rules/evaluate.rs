//! The one function that says whether a pair may be had, for how long, and who decides.

use std::borrow::Cow;
use std::cmp::Reverse;

use jiff::{SignedDuration, Timestamp};

use super::above::{self, Above};
use super::ask::{Ask, Chosen, Evaluation, Judged, Way};
use super::book::{Book, CompiledRule};
use super::document::Kind;
use super::hours::Window;
use super::objection::objection;
use super::rule::Approval;
use crate::Minutes;

/// Each rule stands alone: the pair is allowed if one rule allows it whole. Where several do, the lightest approval
/// is taken: automatic, then fewer stages, then fewer votes, then the older rule. Guardrails and freezes stand above:
/// what one of them forbids no rule allows, and a floor is added to what the rule demands.
#[must_use]
pub fn evaluate(book: &Book, ask: &Ask<'_>) -> Evaluation {
    let place = book.place(&ask.pair.account, &ask.pair.permission_set);
    let mine = book.rules_for(ask.beneficiary.user, ask.beneficiary.groups);
    let mut trace = Vec::with_capacity(book.rules.len() + book.guardrails.len() + book.freezes.len());
    let mut allowed: Vec<(&CompiledRule, Window)> = Vec::new();
    let mut judged_rules = Vec::with_capacity(book.rules.len());
    for (at, compiled) in book.rules.iter().enumerate() {
        let window = window(compiled, ask);
        let objection = if mine.contains(&at) {
            objection(book, compiled, place, ask, window)
        } else {
            Some(Cow::Borrowed("it is for other people"))
        };
        if objection.is_none() {
            allowed.push((compiled, window));
        }
        judged_rules.push(judged(book, compiled, objection));
    }
    allowed.sort_by_key(|(compiled, _)| (book.weight(&compiled.rule.spec.approval), compiled.rule.id));
    // What stands above is asked about the time that the access would really take by a rule.
    let mut taken: Option<Chosen> = None;
    let mut longest_of_all: Option<Minutes> = None;
    let mut told: Option<Above> = None;
    for (compiled, window) in allowed {
        let above = above::judge(book, ask, place, window);
        if !above.forbids {
            longest_of_all = longest_of_all.max(longest(compiled, window.start, &above));
            if taken.is_none() {
                taken = take(book, compiled, ask, window, &above);
                told = Some(above);
                continue;
            }
        }
        told = told.or(Some(above));
    }
    let told = told.unwrap_or_else(|| above::judge(book, ask, place, plain_window(ask)));
    trace.extend(told.trace);
    trace.extend(judged_rules);
    Evaluation { chosen: taken, longest: longest_of_all, trace }
}

fn judged(book: &Book, compiled: &CompiledRule, objection: Option<Cow<'static, str>>) -> Judged {
    let rule = &compiled.rule;
    Judged {
        kind: Kind::Rule,
        id: rule.id.uuid(),
        version: rule.version,
        name: rule.spec.name.clone(),
        allows: objection.is_none(),
        because: objection.unwrap_or_else(|| allowance(book, compiled).into()),
    }
}

fn allowance(book: &Book, compiled: &CompiledRule) -> String {
    let spec = &compiled.rule.spec;
    let minutes = spec.max_minutes.get();
    match &spec.approval {
        Approval::Automatic(automatic) => match &automatic.waiver {
            Some(why) => format!("it allows up to {minutes} minutes without an approval (conditions waived: {why})"),
            None => format!("it allows up to {minutes} minutes without an approval"),
        },
        Approval::BreakGlass(_) => format!("it allows up to {minutes} minutes by break-glass"),
        Approval::Policy(_) | Approval::Named(_) => {
            let (_, stages, votes) = book.weight(&spec.approval).unwrap_or_default();
            format!("it allows up to {minutes} minutes with {votes} approval(s) in {stages} stage(s)")
        }
    }
}

pub(super) fn take(
    book: &Book,
    compiled: &CompiledRule,
    ask: &Ask<'_>,
    window: Window,
    above: &Above,
) -> Option<Chosen> {
    let rule = &compiled.rule;
    let way = match &rule.spec.approval {
        Approval::BreakGlass(spec) => Way::BreakGlass { review: spec.review.clone() },
        Approval::Automatic(spec) if above.floors.is_empty() => Way::Automatic { review: spec.review.clone() },
        approval => {
            let own = book.need_of_rule(approval, &rule.spec.name);
            Way::People(own.into_iter().chain(above.floors.iter().cloned()).collect())
        }
    };
    let not_before = (window.start > ask.start.unwrap_or(ask.now)).then_some(window.start);
    Some(Chosen { rule: rule.id, version: rule.version, max: longest(compiled, window.start, above)?, way, not_before })
}

/// The longest access from a moment on.
fn longest(compiled: &CompiledRule, start: Timestamp, above: &Above) -> Option<Minutes> {
    let spec = &compiled.rule.spec;
    let by_rule = Window::from(start, spec.max_minutes.duration()).end;
    let by_hours = spec.hours.as_ref().and_then(|hours| hours.open_until(start));
    let ends = [Some(by_rule), spec.validity.until, by_hours, above.next_freeze];
    let end = ends.into_iter().flatten().filter(|end| *end > start).min()?;
    // What is asked of the rules at all has no start inside the hours: then the rule's own length stands.
    let minutes = end.duration_since(start).as_mins().max(1);
    Minutes::new(minutes).ok()
}

/// The time that the access would take by this rule: a cool-down is waited for.
pub(super) fn window(compiled: &CompiledRule, ask: &Ask<'_>) -> Window {
    let plain = plain_window(ask);
    let rest = compiled.rule.spec.pace.cool_down_minutes.map(|m| SignedDuration::from_mins(i64::from(m)));
    let ended = ask.uses.iter().filter(|u| u.pair == *ask.pair).filter_map(|u| u.ended).min_by_key(|at| Reverse(*at));
    let rested = rest.zip(ended).map(|(rest, ended)| Window::from(ended, rest).end);
    match rested {
        Some(rested) if rested > plain.start => match ask.start {
            // A window that was asked for keeps its end.
            Some(_) => Window { start: rested, end: plain.end },
            None => Window { start: rested, end: Window::from(rested, plain.end.duration_since(plain.start)).end },
        },
        Some(_) | None => plain,
    }
}

fn plain_window(ask: &Ask<'_>) -> Window {
    let length = ask.details.map_or(SignedDuration::from_mins(1), |d| d.minutes.duration());
    Window::from(ask.start.unwrap_or(ask.now).max(ask.now), length)
}
