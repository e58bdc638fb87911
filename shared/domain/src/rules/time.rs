//! When an access would be: from when to when by which rule, and how long it could be.

use jiff::{SignedDuration, Timestamp};

use super::ask::Ask;
use super::book::CompiledRule;
use super::hours::Window;
use crate::Minutes;

/// The time that an access would take by a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Time {
    /// What of it lies ahead. Hours, validity and freezes are about this.
    pub window: Window,
    /// From when its length counts: before the window's start where it has begun already.
    pub begin: Timestamp,
    /// Whether a cool-down is waited for.
    pub waits: bool,
}

impl Time {
    /// As it was asked for. What begins in the past, as an extension does, keeps its end.
    pub fn asked(ask: &Ask<'_>) -> Self {
        let Some(details) = ask.details else {
            let begin = ask.start.unwrap_or(ask.now).max(ask.now);
            return Self { window: Window::from(begin, SignedDuration::from_mins(1)), begin, waits: false };
        };
        let begin = ask.start.unwrap_or(ask.now);
        let end = Window::from(begin, details.minutes.duration()).end;
        Self { window: Window { start: begin.max(ask.now), end }, begin, waits: false }
    }

    /// As it would be by a rule: its cool-down is waited for. A time that was asked for keeps its end.
    pub fn by(compiled: &CompiledRule, ask: &Ask<'_>) -> Self {
        let asked = Self::asked(ask);
        let Some(rest) = compiled.rule.spec.pace.cool_down_minutes else { return asked };
        let Some(ended) = ask.uses.iter().filter(|u| u.pair == *ask.pair).filter_map(|u| u.ended).max() else {
            return asked;
        };
        let rested = Window::from(ended, SignedDuration::from_mins(i64::from(rest))).end;
        if rested <= asked.window.start {
            return asked;
        }
        let length = asked.window.end.duration_since(asked.window.start);
        let moved = Window::from(rested, length);
        let end = if ask.start.is_some() && ask.details.is_some() { asked.window.end } else { moved.end };
        Self { window: Window { start: rested, end }, begin: rested, waits: true }
    }

    /// The longest access by a rule, when the next freeze begins then.
    pub fn longest(&self, compiled: &CompiledRule, next_freeze: Option<Timestamp>) -> Option<Minutes> {
        let spec = &compiled.rule.spec;
        let start = self.window.start;
        let by_rule = Window::from(self.begin, spec.max_minutes.duration()).end;
        // What is possible at all may be asked about outside the hours: then the rule's own length stands.
        let by_hours = spec.hours.as_ref().and_then(|hours| hours.open_through(start, by_rule));
        let ends = [Some(by_rule), spec.validity.until, by_hours, next_freeze];
        let end = ends.into_iter().flatten().filter(|end| *end > start).min()?;
        Minutes::new(end.duration_since(self.begin).as_mins().max(1)).ok()
    }
}
