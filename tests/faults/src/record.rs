//! What happened in a play: every committed fact with the moment of its commit, and a line for everything worth a line.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use domain::fact::Occurred;
use domain::{Fact, GrantId, UserId};
use jiff::Timestamp;

use crate::process::Kind;

/// A fact and when it was committed.
#[derive(Debug, Clone)]
pub struct Told {
    pub at: Timestamp,
    pub occurred: Occurred,
}

/// Of one play.
#[derive(Default)]
pub struct Record {
    pub told: Vec<Told>,
    pub lines: Vec<String>,
    /// What must never happen and was seen while playing.
    pub broken: Vec<String>,
    /// Stretches of time in which a process was dead or stood still, or a lease was lost, until others could go on.
    pub troubles: Vec<(Timestamp, Timestamp)>,
    /// The same, with whose process it was.
    pub of_process: Vec<(Kind, Timestamp, Timestamp)>,
    /// Who left, and when the directory's copy said so.
    pub left: Vec<(Timestamp, UserId)>,
    /// Grants that have started and not ended.
    moving: BTreeMap<GrantId, bool>,
}

impl Record {
    pub fn note(&mut self, at: Timestamp, what: String) {
        self.lines.push(format!("{at:.6} {what}"));
    }

    pub fn broken(&mut self, what: String) {
        self.broken.push(what);
    }

    pub fn tell(&mut self, at: Timestamp, occurred: &Occurred) {
        match &occurred.fact {
            Fact::GrantStarted { grant, .. } | Fact::GrantRevoking { grant, .. } => {
                self.moving.insert(*grant, true);
            }
            Fact::GrantActivated { grant, .. } => {
                self.moving.insert(*grant, false);
            }
            Fact::GrantEnded { grant, .. } => {
                self.moving.remove(grant);
            }
            _ => {}
        }
        self.note(at, format!("told {}", short(&occurred.fact)));
        self.told.push(Told { at, occurred: occurred.clone() });
    }

    pub fn leaves(&mut self, at: Timestamp, person: UserId) {
        self.left.push((at, person));
    }

    pub fn trouble(&mut self, from: Timestamp, until: Timestamp) {
        self.troubles.push((from, until));
    }

    /// The last deadline that anything has or had, or when something last happened: what is pressed or taken in late has none.
    pub fn last_deadline(&self) -> Option<Timestamp> {
        let deadline = |told: &Told| match &told.occurred.fact {
            Fact::GrantStarted { deadline_at, .. }
            | Fact::GrantActivated { deadline_at, .. }
            | Fact::GrantExtended { deadline_at, .. } => Some(*deadline_at),
            _ => Some(told.at),
        };
        self.told.iter().filter_map(deadline).max()
    }

    /// Whether some grant is on its way somewhere.
    pub fn is_moving(&self) -> bool {
        self.moving.values().any(|moving| *moving)
    }

    /// Of all lines: the same for the same play.
    pub fn hash(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.lines.hash(&mut hasher);
        hasher.finish()
    }
}

fn short(fact: &Fact) -> String {
    let id = |grant: &GrantId| {
        let all = grant.to_string();
        all.get(..13).unwrap_or_default().to_owned()
    };
    match fact {
        Fact::GrantStarted { grant, deadline_at, .. } => format!("{} {} until {deadline_at}", fact.name(), id(grant)),
        Fact::GrantActivated { grant, deadline_at, .. } => format!("{} {} until {deadline_at}", fact.name(), id(grant)),
        Fact::GrantExtended { grant, deadline_at, .. } => format!("{} {} until {deadline_at}", fact.name(), id(grant)),
        Fact::GrantRevoking { grant, reason, detail, .. } => {
            format!("{} {} {} {}", fact.name(), id(grant), reason.as_str(), detail.clone().unwrap_or_default())
        }
        Fact::GrantEnded { grant, evidence, .. } => format!("{} {} {evidence:?}", fact.name(), id(grant)),
        Fact::AssignmentChanged { state, generation, origin, .. } => {
            format!("{} {} {generation} {origin:?}", fact.name(), state.as_str())
        }
        other => other.name().to_owned(),
    }
}
