//! What other systems have to be asked before the rules can be.

use std::collections::BTreeSet;

use super::ask::Person;
use super::book::Book;
use super::rule::{Approval, Automatic};
use crate::Pair;
use crate::approval::ScheduleRef;

/// What has to be asked of other systems.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Questions {
    /// Whether the person is on duty by these schedules.
    pub schedules: BTreeSet<ScheduleRef>,
    /// What these systems say about the ticket, by their names in the settings.
    pub ticket_systems: BTreeSet<String>,
}

impl Book {
    /// What the rules that are for this person and reach this pair want to know from other systems. A schedule is
    /// asked for the sake of an automatic approval; who is on call to vote is another matter.
    #[must_use]
    pub fn questions(&self, person: Person<'_>, pair: &Pair) -> Questions {
        let mut questions = Questions::default();
        let Some((account, set)) = self.place(&pair.account, &pair.permission_set) else { return questions };
        let mine = self.rules_for(person.user, person.groups);
        let reaching = mine.ones().filter_map(|at| self.rules.get(at)).filter(|c| c.reach.area.holds(account, set));
        for spec in reaching.map(|compiled| &compiled.rule.spec).filter(|spec| spec.enabled) {
            questions.ticket_systems.extend(spec.ticket.check.as_ref().map(|check| check.system.clone()));
            if let Approval::Automatic(Automatic { on_call, waiver: None, .. }) = &spec.approval {
                questions.schedules.extend(on_call.iter().cloned());
            }
        }
        questions
    }
}
