//! What an import does and what is different afterwards: for machines as data, for people in words.

mod words;

use std::collections::BTreeMap;

use serde::Serialize;
use uuid::Uuid;

use crate::adopt::Sessions;
use crate::{Adopted, Doubtful, Orphan};

/// In which direction something differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// TEAM allowed it; Curfew will not.
    TeamAllowed,
    /// Curfew will allow it; TEAM did not.
    CurfewAllows,
    /// It goes another way.
    Changed,
    /// It is not taken over.
    LeftOut,
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// In which direction.
    pub effect: Effect,
    /// A name that stays the same, for machines.
    pub code: &'static str,
    /// In words.
    pub words: String,
}

impl Difference {
    pub(crate) fn new(effect: Effect, code: &'static str, words: impl Into<String>) -> Self {
        Self { effect, code, words: words.into() }
    }
}

/// What became of one row of TEAM's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PolicyReport {
    /// TEAM's id of it.
    pub team_id: String,
    /// What TEAM called it.
    pub name: String,
    /// The document that it became, if it became one.
    pub document: Option<Uuid>,
    /// What the document says, in a line.
    pub says: String,
    /// What is different.
    pub differences: Vec<Difference>,
}

/// The whole of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Eligibility.
    pub policies: Vec<PolicyReport>,
    /// Approvers.
    pub approvers: Vec<PolicyReport>,
    /// What is different whatever the policy.
    pub everywhere: Vec<Difference>,
    /// Sessions that become grants, the next to end first.
    pub adopted: Vec<Adopted>,
    /// Access that TEAM may have left behind.
    pub doubtful: Vec<Doubtful>,
    /// Sessions that cannot be adopted.
    pub orphans: Vec<Orphan>,
    /// Undecided requests, which have to be asked again: TEAM's id and whose.
    pub pending: Vec<(String, String)>,
    /// How many requests stood where.
    pub requests: BTreeMap<String, u64>,
    /// What may be wrong with the export itself.
    pub warnings: Vec<String>,
}

impl Report {
    pub(crate) fn take(&mut self, sessions: Sessions) {
        self.adopted = sessions.adopted;
        self.doubtful = sessions.doubtful;
        self.orphans = sessions.orphans;
        self.pending = sessions.pending;
    }

    /// Every difference, those of policies first.
    pub fn differences(&self) -> impl Iterator<Item = &Difference> {
        let rows = self.policies.iter().chain(&self.approvers).flat_map(|row| &row.differences);
        rows.chain(&self.everywhere)
    }
}
