//! What those see and do who run Curfew.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

/// Whose or where access ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum EmergencyScope {
    /// Everybody's, everywhere.
    Everything,
    /// A person's, everywhere.
    User {
        /// Who, by immutable id.
        user: String,
    },
    /// Everybody's in an account.
    Account {
        /// Twelve digits.
        account: String,
    },
}

/// What the emergency button shall do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct NewEmergency {
    /// Whose or where every access ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ends: Option<EmergencyScope>,
    /// `pause` or `resume`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new_access: Option<String>,
    /// Why.
    pub reason: String,
}

/// A use of the emergency button.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Emergency {
    /// Which.
    pub id: Uuid,
    /// `waiting`, `running`, `done`, `refused` or `withdrawn`.
    pub state: String,
    /// Whose or where access ends.
    #[serde(default)]
    pub ends: Option<EmergencyScope>,
    /// `pause` or `resume`.
    #[serde(default)]
    pub new_access: Option<String>,
    /// Why.
    pub reason: String,
    /// Who pressed it, as the API tells it.
    #[serde(default)]
    pub proposed_by: Value,
    /// When.
    #[serde(default)]
    pub proposed_at: Option<Timestamp>,
    /// The second person, as the API tells it.
    #[serde(default)]
    pub decided_by: Value,
    /// Whether one admin did it where two should have been asked.
    #[serde(default)]
    pub alone: bool,
    /// Since when it is in force.
    #[serde(default)]
    pub begun_at: Option<Timestamp>,
    /// How many accesses it has ended so far.
    #[serde(default)]
    pub ended_grants: i64,
    /// How many undecided requests it has closed so far.
    #[serde(default)]
    pub closed_requests: i64,
    /// When there was nothing left of it.
    #[serde(default)]
    pub finished_at: Option<Timestamp>,
}

/// What pressing the button would do just now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct EmergencyPreview {
    /// Accesses that would end.
    pub grants: i64,
    /// The people who have them.
    pub people: i64,
    /// The accounts that they are in.
    pub accounts: i64,
    /// Undecided requests that would be closed.
    pub requests: i64,
    /// Whether it would wait for a second admin.
    pub second_person: bool,
}

/// Why no access begins just now.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Pause {
    /// `operators`, or a part of Curfew.
    pub source: String,
    /// Since when.
    pub since: Timestamp,
    /// Who, as the API tells it.
    #[serde(default)]
    pub by: Value,
    /// Why.
    pub reason: String,
}

/// Whether new access may begin, and the uses of the button.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Emergencies {
    /// Empty while access begins.
    pub pauses: Vec<Pause>,
    /// The newest first.
    pub items: Vec<Emergency>,
    /// The cursor of the next page.
    #[serde(default)]
    pub next: Option<String>,
}

/// Something that cannot go on by itself.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Parked {
    /// Its id in its own table.
    pub id: Uuid,
    /// `assignment`, `grant`, `message`, `delivery` or `fact`.
    pub kind: String,
    /// Since when.
    pub since: Timestamp,
    /// Why.
    pub why: String,
    /// What it is about.
    #[serde(default)]
    pub about: String,
    /// What helps.
    #[serde(default)]
    pub help: String,
}

/// What AWS shows of a grant, and what follows.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ForcedRevocation {
    /// The grant.
    pub grant: Uuid,
    /// Where it stands.
    pub state: String,
    /// Whether AWS shows the assignment just now; none where it could not be asked.
    #[serde(default)]
    pub shown_by_aws: Option<bool>,
    /// Whether a removal is due now.
    pub removal_due: bool,
}

/// How Curfew stands.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Operations {
    /// Access that should have been gone for a minute.
    pub overdue: Counted,
    /// Why no access begins just now.
    pub pauses: Vec<Pause>,
    /// The processes.
    pub workers: Vec<Worker>,
    /// What is parked, a count for each kind.
    pub parked: Vec<ParkedCount>,
    /// Differences between AWS and what is known that nobody has acknowledged, a count for each kind.
    #[serde(default)]
    pub drift: Vec<KindCount>,
    /// What is used of AWS's limits.
    #[serde(default)]
    pub budget: Budget,
    /// What removes access inside AWS should every process be gone.
    #[serde(default)]
    pub backstop: BackstopCounts,
    /// Facts on their way to the broker.
    #[serde(default)]
    pub outbox: Option<Counted>,
    /// The parts of the directory, and how old each is.
    #[serde(default)]
    pub directory: Vec<DirectoryAge>,
}

/// How many of a kind.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct KindCount {
    /// Which kind.
    pub kind: String,
    /// How many.
    pub count: i64,
}

/// What is used of AWS's limits.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Budget {
    /// What throttles leave of the calls a second just now, of 1.
    pub rate_factor: f64,
    /// Throttles since the beginning.
    pub throttled: i64,
    /// Operations under way that create.
    pub creations_under_way: i64,
    /// Operations under way that delete.
    pub deletions_under_way: i64,
    /// How long AWS takes for a creation, in seconds.
    pub creation_s: Option<f64>,
    /// How long it takes for a deletion.
    pub deletion_s: Option<f64>,
}

/// Schedules inside AWS.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct BackstopCounts {
    /// Whether it is configured.
    pub on: bool,
    /// Schedules that are there.
    pub placed: i64,
    /// Schedules that went wrong the last time.
    pub failing: i64,
    /// Active access that has none.
    pub without: i64,
}

/// A part of the directory.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct DirectoryAge {
    /// Which.
    pub part: String,
    /// When it was last read.
    #[serde(default)]
    pub read_at: Option<Timestamp>,
    /// What went wrong since.
    #[serde(default)]
    pub error: Option<String>,
}

/// How many, and since when.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Counted {
    /// How many.
    pub count: i64,
    /// Since when the oldest.
    #[serde(default)]
    pub oldest: Option<Timestamp>,
}

/// What is parked of a kind.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ParkedCount {
    /// Which kind.
    pub kind: String,
    /// How many.
    pub count: i64,
    /// How many of them nobody has acknowledged.
    pub unacknowledged: i64,
}

/// A process.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Worker {
    /// The name under which it reports.
    pub name: String,
    /// The services inside.
    pub services: Vec<String>,
    /// Whether it was heard of within a minute.
    pub alive: bool,
    /// How far its clock was from the database's, in milliseconds.
    pub clock_offset_ms: i64,
    /// What was wrong with its clock, for which reason it gives no access.
    #[serde(default)]
    pub clock_doubt: Option<String>,
}

/// Access and the lateness of its removal over time.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Figures {
    /// When the first bucket begins.
    pub from: Timestamp,
    /// When the last one ends.
    pub until: Timestamp,
    /// How long each is, in seconds.
    pub bucket_s: i64,
    /// The oldest first.
    pub buckets: Vec<FiguresBucket>,
}

/// What there was in a bucket.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct FiguresBucket {
    /// When it begins.
    pub at: Timestamp,
    /// Accesses that lived at its end.
    pub active: i64,
    /// Those that began in it.
    pub begun: i64,
    /// Those that were seen gone in it.
    pub gone: i64,
    /// How late these were.
    #[serde(default)]
    pub lateness: Option<Lateness>,
}

/// How long after it should be gone access was seen gone, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
pub struct Lateness {
    /// Half of them were no later.
    pub median_s: f64,
    /// Nineteen of twenty were no later.
    pub p95_s: f64,
    /// The latest.
    pub most_s: f64,
}
