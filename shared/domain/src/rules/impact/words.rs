//! What a rule or guardrail says, in a line.

use std::fmt::Write as _;

use super::super::book::Book;
use super::super::guardrail::Effect;
use super::super::rule::{Approval, Rule};
use crate::approval::PolicySpec;
use crate::sessions::CutSessions;

pub(super) fn rule_in_words(book: &Book, rule: &Rule) -> String {
    let spec = &rule.spec;
    let way = match &spec.approval {
        Approval::Automatic(automatic) if automatic.waiver.is_some() => "without an approval".to_owned(),
        Approval::Automatic(_) => "without an approval in an incident or on duty".to_owned(),
        Approval::BreakGlass(_) => "by break-glass".to_owned(),
        approval => format!("with {}", book.policy_of(approval).map_or_else(|| "an approval".to_owned(), votes)),
    };
    let mut words = format!("up to {} minutes {way}", spec.max_minutes.get());
    let mut and = |demand: String| {
        let _ = write!(words, ", {demand}");
    };
    if !spec.severities.is_empty() {
        let named: Vec<&str> = spec.severities.iter().map(super::super::Severity::as_str).collect();
        and(format!("at severity {}", named.join(" or ")));
    }
    if spec.reason.min_length.is_some() || spec.reason.pattern.is_some() {
        and("with a certain reason".to_owned());
    }
    if spec.ticket.required || spec.ticket.check.is_some() {
        and("with a ticket".to_owned());
    }
    if let Some(hours) = &spec.hours {
        and(format!("at certain hours ({})", hours.time_zone.as_str()));
    }
    if let Some(from) = spec.validity.from {
        and(format!("from {from}"));
    }
    if let Some(until) = spec.validity.until {
        and(format!("until {until}"));
    }
    if let Some(most) = spec.pace.concurrent {
        and(format!("{most} at a time"));
    }
    if let Some(rest) = spec.pace.cool_down_minutes {
        and(format!("{rest} minutes after the last one"));
    }
    match spec.cut_sessions {
        CutSessions::OnRevoke => {}
        CutSessions::Always => and("its sessions cut at every end".to_owned()),
        CutSessions::Never => and("its sessions never cut".to_owned()),
    }
    words
}

pub(super) fn effect_in_words(book: &Book, effect: &Effect) -> String {
    match effect {
        Effect::Deny { .. } => "denied".to_owned(),
        Effect::Floor { policy } => {
            let votes = book.policy_at(policy).map_or_else(|| "an approval".to_owned(), votes);
            format!("only with {votes} beside what a rule demands")
        }
        Effect::Cap { concurrent } => format!("no more than {concurrent} such accesses at a time"),
    }
}

fn votes(policy: &PolicySpec) -> String {
    format!("{} approval(s) in {} stage(s)", policy.votes(), policy.stages.len())
}
