//! What a rule, guardrail or freeze says of a place: parts with codes, which put together are a line in English.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::super::book::Book;
use super::super::guardrail::Effect;
use super::super::rule::{Approval, Rule};
use crate::approval::PolicySpec;
use crate::sessions::CutSessions;

/// The terms on which something can be had.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Terms {
    /// The name of the rule, where the entry is about another document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// One after the other.
    pub terms: Vec<Term>,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Term {
    /// It could not be had by this rule.
    Nothing,
    /// For so long, and who decides.
    UpTo {
        /// Minutes.
        minutes: u32,
        /// Who decides.
        way: TermWay,
    },
    /// Only at these severities.
    Severities {
        /// Which.
        severities: Vec<String>,
    },
    /// Only with a reason of a certain length or form.
    Reason,
    /// Only with a ticket.
    Ticket,
    /// Only at certain hours.
    Hours {
        /// Where they are counted.
        time_zone: String,
    },
    /// Only from then on.
    From {
        /// When.
        at: Timestamp,
    },
    /// Only until then.
    Until {
        /// When.
        at: Timestamp,
    },
    /// So many at a time.
    AtATime {
        /// How many.
        most: u32,
    },
    /// So long after the last one.
    Rest {
        /// Minutes.
        minutes: u32,
    },
    /// Its sessions are cut at every end.
    CutAlways,
    /// Its sessions are never cut.
    CutNever,
    /// Something of it has changed that the other terms do not say.
    Otherwise,
    /// A guardrail denied it.
    Denied,
    /// A guardrail demanded an approval of its own.
    Floor {
        /// How many must agree; absent where the policy does not exist.
        votes: Option<u32>,
        /// In so many stages.
        stages: Option<usize>,
    },
    /// A guardrail capped how many there are at a time.
    Cap {
        /// How many.
        most: u32,
    },
    /// A freeze forbade it.
    Freeze {
        /// From then.
        from: Timestamp,
        /// To then.
        until: Timestamp,
    },
}

/// Who decides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum TermWay {
    /// Nobody.
    AtOnce,
    /// Nobody, in an incident or on duty.
    AtOnceWhenNeeded,
    /// Nobody, by break-glass.
    BreakGlass,
    /// People.
    People {
        /// How many must agree; absent where the policy does not exist.
        votes: Option<u32>,
        /// In so many stages.
        stages: Option<usize>,
    },
}

impl From<Term> for Terms {
    fn from(term: Term) -> Self {
        Self { by: None, terms: vec![term] }
    }
}

impl Terms {
    /// What a rule says.
    pub(super) fn of_rule(book: &Book, rule: &Rule) -> Self {
        let spec = &rule.spec;
        let way = match &spec.approval {
            Approval::Automatic(automatic) if automatic.waiver.is_some() => TermWay::AtOnce,
            Approval::Automatic(_) => TermWay::AtOnceWhenNeeded,
            Approval::BreakGlass(_) => TermWay::BreakGlass,
            approval => {
                let (votes, stages) = book.policy_of(approval).map(votes).unzip();
                TermWay::People { votes, stages }
            }
        };
        let severities: Vec<String> = spec.severities.iter().map(|severity| severity.as_str().to_owned()).collect();
        let cut = match spec.cut_sessions {
            CutSessions::OnRevoke => None,
            CutSessions::Always => Some(Term::CutAlways),
            CutSessions::Never => Some(Term::CutNever),
        };
        let reason = spec.reason.min_length.is_some() || spec.reason.pattern.is_some();
        let terms = [
            Some(Term::UpTo { minutes: spec.max_minutes.get(), way }),
            (!severities.is_empty()).then_some(Term::Severities { severities }),
            reason.then_some(Term::Reason),
            (spec.ticket.required || spec.ticket.check.is_some()).then_some(Term::Ticket),
            spec.hours.as_ref().map(|hours| Term::Hours { time_zone: hours.time_zone.as_str().to_owned() }),
            spec.validity.from.map(|at| Term::From { at }),
            spec.validity.until.map(|at| Term::Until { at }),
            spec.pace.concurrent.map(|most| Term::AtATime { most }),
            spec.pace.cool_down_minutes.map(|minutes| Term::Rest { minutes }),
            cut,
        ];
        Self { by: None, terms: terms.into_iter().flatten().collect() }
    }

    /// What a guardrail says.
    pub(super) fn of_effect(book: &Book, effect: &Effect) -> Self {
        Self::from(match effect {
            Effect::Deny { .. } => Term::Denied,
            Effect::Floor { policy } => {
                let (votes, stages) = book.policy_at(policy).map(votes).unzip();
                Term::Floor { votes, stages }
            }
            Effect::Cap { concurrent } => Term::Cap { most: *concurrent },
        })
    }
}

fn votes(policy: &PolicySpec) -> (u32, usize) {
    (policy.votes(), policy.stages.len())
}

fn approvals((votes, stages): (Option<u32>, Option<usize>)) -> String {
    match votes.zip(stages) {
        Some((votes, stages)) => format!("{votes} approval(s) in {stages} stage(s)"),
        None => "an approval".to_owned(),
    }
}

impl fmt::Display for Terms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(by) = &self.by {
            write!(f, "by {by}: ")?;
        }
        for (place, term) in self.terms.iter().enumerate() {
            if place > 0 {
                f.write_str(if *term == Term::Otherwise { "; " } else { ", " })?;
            }
            write!(f, "{term}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => f.write_str("nothing by this rule"),
            Self::UpTo { minutes, way } => write!(f, "up to {minutes} minutes {way}"),
            Self::Severities { severities } => write!(f, "at severity {}", severities.join(" or ")),
            Self::Reason => f.write_str("with a certain reason"),
            Self::Ticket => f.write_str("with a ticket"),
            Self::Hours { time_zone } => write!(f, "at certain hours ({time_zone})"),
            Self::From { at } => write!(f, "from {at}"),
            Self::Until { at } => write!(f, "until {at}"),
            Self::AtATime { most } => write!(f, "{most} at a time"),
            Self::Rest { minutes } => write!(f, "{minutes} minutes after the last one"),
            Self::CutAlways => f.write_str("its sessions cut at every end"),
            Self::CutNever => f.write_str("its sessions never cut"),
            Self::Otherwise => f.write_str("where, or who decides, or on which conditions has changed"),
            Self::Denied => f.write_str("denied"),
            Self::Floor { votes, stages } => {
                write!(f, "only with {} beside what a rule demands", approvals((*votes, *stages)))
            }
            Self::Cap { most } => write!(f, "no more than {most} such accesses at a time"),
            Self::Freeze { from, until } => write!(f, "nothing from {from} to {until}"),
        }
    }
}

impl fmt::Display for TermWay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AtOnce => f.write_str("without an approval"),
            Self::AtOnceWhenNeeded => f.write_str("without an approval in an incident or on duty"),
            Self::BreakGlass => f.write_str("by break-glass"),
            Self::People { votes, stages } => write!(f, "with {}", approvals((*votes, *stages))),
        }
    }
}
