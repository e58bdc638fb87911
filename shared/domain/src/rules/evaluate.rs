//! The one function that says whether a pair may be had, for how long, and who decides.

use super::above::{self, Above};
use super::ask::{Ask, Chosen, Evaluation, Judged, Way};
use super::book::{Book, CompiledRule};
use super::document::Kind;
use super::hours::Window;
use super::objection::{assumptions, objection};
use super::reason::{Reason, in_words};
use super::rule::Approval;
use super::time::Time;

/// Each rule stands alone: the pair is allowed if one rule allows it whole. Where several do, the lightest approval
/// is taken: automatic, then fewer stages, then fewer votes, then the older rule. Guardrails and freezes stand above:
/// what one of them forbids no rule allows, and a floor is added to what the rule demands.
#[must_use]
pub fn evaluate(book: &Book, ask: &Ask<'_>) -> Evaluation {
    let place = book.place(&ask.pair.account, &ask.pair.permission_set);
    let mine = book.rules_for(ask.beneficiary.user, ask.beneficiary.groups);
    let mut allowed: Vec<(&CompiledRule, Time)> = Vec::new();
    let mut judged_rules = Vec::with_capacity(book.rules.len());
    for (at, compiled) in book.rules.iter().enumerate() {
        let objection = if mine.contains(at) {
            let time = Time::by(compiled, ask);
            let objection = objection(book, compiled, place, ask, time.window);
            if objection.is_none() {
                allowed.push((compiled, time));
            }
            objection
        } else {
            Some(Reason::OtherPeople)
        };
        judged_rules.push(judged(book, compiled, ask, objection));
    }
    allowed.sort_by_key(|(compiled, _)| (book.weight(&compiled.rule.spec.approval), compiled.rule.id));
    // What stands above is asked about the time that the access would really take by a rule; most take the same.
    let mut heard: Vec<(Window, Above)> = Vec::new();
    let mut taken = None;
    let mut told = 0;
    let mut longest = None;
    for (compiled, time) in allowed {
        let at = hear(&mut heard, book, ask, place, time.window);
        let Some((_, above)) = heard.get(at).filter(|(_, above)| !above.forbids) else { continue };
        longest = longest.max(time.longest(compiled, above.next_freeze));
        if taken.is_none() {
            taken = take(book, compiled, time, above);
            told = at;
        }
    }
    if heard.is_empty() {
        hear(&mut heard, book, ask, place, Time::asked(ask).window);
    }
    let mut trace = if told < heard.len() { heard.swap_remove(told).1.trace } else { Vec::new() };
    trace.extend(judged_rules);
    Evaluation { chosen: taken, longest, trace }
}

/// The place of what stands above says about this time, asked once.
pub(super) fn hear(
    heard: &mut Vec<(Window, Above)>,
    book: &Book,
    ask: &Ask<'_>,
    place: Option<(usize, usize)>,
    window: Window,
) -> usize {
    heard.iter().position(|(known, _)| *known == window).unwrap_or_else(|| {
        heard.push((window, above::judge(book, ask, place, window)));
        heard.len() - 1
    })
}

fn judged(book: &Book, compiled: &CompiledRule, ask: &Ask<'_>, objection: Option<Reason>) -> Judged {
    let rule = &compiled.rule;
    let allows = objection.is_none();
    let why = match objection {
        Some(objection) => objection.alone(),
        None => {
            let assumed = ask.details.map(|details| assumptions(&rule.spec, details)).unwrap_or_default();
            std::iter::once(allowance(book, compiled)).chain(assumed).collect()
        }
    };
    Judged {
        kind: Kind::Rule,
        id: rule.id.uuid(),
        version: rule.version,
        name: rule.spec.name.clone(),
        allows,
        because: in_words(&why),
        why,
    }
}

fn allowance(book: &Book, compiled: &CompiledRule) -> Reason {
    let spec = &compiled.rule.spec;
    let minutes = spec.max_minutes.get();
    match &spec.approval {
        Approval::Automatic(automatic) => match &automatic.waiver {
            Some(why) => Reason::AllowsWaived { minutes, waiver: why.clone() },
            None => Reason::AllowsAtOnce { minutes },
        },
        Approval::BreakGlass(_) => Reason::AllowsByBreakGlass { minutes },
        Approval::Policy(_) | Approval::Named(_) => {
            let (_, stages, votes) = book.weight(&spec.approval).unwrap_or_default();
            Reason::AllowsWithApproval { minutes, votes, stages }
        }
    }
}

pub(super) fn take(book: &Book, compiled: &CompiledRule, time: Time, above: &Above) -> Option<Chosen> {
    let rule = &compiled.rule;
    let way = match &rule.spec.approval {
        Approval::BreakGlass(spec) => Way::BreakGlass { review: spec.review.clone() },
        Approval::Automatic(spec) if above.floors.is_empty() => Way::Automatic { review: spec.review.clone() },
        approval => {
            let own = book.need_of_rule(approval, &rule.spec.name);
            Way::People(own.into_iter().chain(above.floors.iter().cloned()).collect())
        }
    };
    let max = time.longest(compiled, above.next_freeze)?;
    let not_before = time.waits.then_some(time.window.start);
    Some(Chosen { rule: rule.id, version: rule.version, max, way, not_before })
}
