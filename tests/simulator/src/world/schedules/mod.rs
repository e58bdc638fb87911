//! The schedules of EventBridge Scheduler: what they say, when each is due next, and what became of each invocation.

pub mod expression;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::Serialize;
use serde_json::Value;

use crate::clock::Millis;
use expression::Expression;

/// The group that is always there.
pub const DEFAULT_GROUP: &str = "default";

/// Group and name.
pub type Key = (String, String);

/// A schedule.
#[derive(Clone, Debug)]
pub struct Schedule {
    pub group: String,
    pub name: String,
    pub expression: Expression,
    /// The expression as it was written.
    pub written: String,
    pub time_zone: String,
    pub start: Option<Millis>,
    pub end: Option<Millis>,
    /// Minutes within which an invocation may be late on purpose; nought where the window is off.
    pub window_minutes: i64,
    pub enabled: bool,
    pub description: Option<String>,
    pub target: Target,
    pub delete_after_completion: bool,
    pub created: Millis,
    pub modified: Millis,
    /// The token of the call that created it.
    pub client_token: Option<String>,
    /// Counts its updates, so that what was due before one is not due after it.
    revision: u64,
}

/// What a schedule calls.
#[derive(Clone, Debug, Serialize)]
pub struct Target {
    pub arn: String,
    pub role_arn: String,
    /// The call's body, JSON as text.
    pub input: String,
    pub retries: i64,
    pub oldest_seconds: i64,
    pub dead_letter_arn: Option<String>,
}

/// Something that is due: an occurrence of a schedule, or another try of one.
#[derive(Clone, Debug)]
pub struct Invocation {
    pub key: Key,
    pub target: Target,
    /// When the schedule said.
    pub occurrence: Millis,
    /// From nought.
    pub attempt: i64,
    revision: u64,
}

/// What became of one invocation.
#[derive(Clone, Debug, Serialize)]
pub struct Firing {
    pub at: Millis,
    pub group: String,
    pub schedule: String,
    pub occurrence: Millis,
    pub attempt: i64,
    pub target_arn: String,
    pub role_arn: String,
    pub input: Value,
    /// `ok`, or the error's code.
    pub outcome: String,
    /// Whether it will not be tried again: then it is in the dead-letter queue, where there is one.
    pub given_up: bool,
}

/// All schedules.
#[derive(Default)]
pub struct Schedules {
    groups: BTreeMap<String, Millis>,
    all: BTreeMap<Key, Schedule>,
    next: u64,
    due: BTreeSet<(Millis, u64)>,
    pending: HashMap<u64, Invocation>,
    firings: Vec<Firing>,
}

impl Schedules {
    /// When a group was made, if it is there.
    pub fn group(&self, name: &str) -> Option<Millis> {
        if name == DEFAULT_GROUP { Some(crate::seed::FOUNDED) } else { self.groups.get(name).copied() }
    }

    /// Makes a group.
    pub fn add_group(&mut self, name: &str, at: Millis) {
        self.groups.insert(name.to_owned(), at);
    }

    /// The schedule of this group and name.
    pub fn find(&self, key: &Key) -> Option<&Schedule> {
        self.all.get(key)
    }

    /// All, by group and name.
    pub fn iter(&self) -> impl Iterator<Item = &Schedule> {
        self.all.values()
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.all.len()
    }

    /// Puts a schedule there, in the place of one of the same group and name. `lateness` says how much later than on
    /// the minute it is invoked.
    pub fn put(&mut self, mut schedule: Schedule, now: Millis, lateness: i64) {
        let key = (schedule.group.clone(), schedule.name.clone());
        self.next += 1;
        schedule.revision = self.next;
        self.all.insert(key.clone(), schedule);
        self.plan(&key, now, lateness);
    }

    /// Takes a schedule away. An invocation that is being tried again goes on. False if there was none.
    pub fn remove(&mut self, key: &Key) -> bool {
        self.all.remove(key).is_some()
    }

    /// When the next invocation is due.
    pub fn next_due(&self) -> Option<Millis> {
        self.due.first().map(|(at, _)| *at)
    }

    /// Takes the next invocation out of the queue; `None` where its schedule has changed since.
    pub fn take(&mut self) -> Option<Invocation> {
        let (_, id) = self.due.pop_first()?;
        let invocation = self.pending.remove(&id)?;
        let is_retry = invocation.attempt > 0;
        let stands = self
            .all
            .get(&invocation.key)
            .is_some_and(|schedule| schedule.revision == invocation.revision && schedule.enabled);
        (is_retry || stands).then_some(invocation)
    }

    /// Tries an invocation again at this moment.
    pub fn again(&mut self, invocation: Invocation, at: Millis) {
        self.enqueue(Invocation { attempt: invocation.attempt + 1, ..invocation }, at);
    }

    /// Plans the occurrence after this one; a schedule without another has completed.
    pub fn go_on(&mut self, key: &Key, after: Millis, lateness: i64) {
        if !self.plan(key, Millis(after.0 + 1), lateness)
            && self.all.get(key).is_some_and(|schedule| schedule.delete_after_completion)
        {
            self.all.remove(key);
        }
    }

    /// Writes down what became of an invocation.
    pub fn note(&mut self, firing: Firing) {
        self.firings.push(firing);
    }

    /// Everything that became of invocations, oldest first.
    pub fn firings(&self) -> &[Firing] {
        &self.firings
    }

    /// Queues the first occurrence at or after `from`. False where there is none.
    fn plan(&mut self, key: &Key, from: Millis, lateness: i64) -> bool {
        let Some(schedule) = self.all.get(key) else { return false };
        let start = schedule.start.unwrap_or(schedule.modified);
        let occurrence = schedule.expression.first_from(start, from.max(start));
        let Some(occurrence) = occurrence.filter(|at| schedule.end.is_none_or(|end| *at <= end)) else { return false };
        let invocation = Invocation {
            key: key.clone(),
            target: schedule.target.clone(),
            occurrence,
            attempt: 0,
            revision: schedule.revision,
        };
        // It is invoked somewhere in its minute, and never before it is due.
        let on_the_minute = occurrence.0 - occurrence.0.rem_euclid(60_000);
        let at = Millis((on_the_minute + lateness).max(occurrence.0));
        self.enqueue(invocation, at);
        true
    }

    fn enqueue(&mut self, invocation: Invocation, at: Millis) {
        self.next += 1;
        self.due.insert((at, self.next));
        self.pending.insert(self.next, invocation);
    }
}

impl Schedule {
    /// A new one, before it is put there.
    #[expect(clippy::too_many_arguments, reason = "it is what the two calls that make one say")]
    pub fn new(
        key: Key,
        (expression, written, time_zone): (Expression, String, String),
        (start, end): (Option<Millis>, Option<Millis>),
        window_minutes: i64,
        enabled: bool,
        description: Option<String>,
        target: Target,
        delete_after_completion: bool,
        now: Millis,
    ) -> Self {
        let (group, name) = key;
        Self {
            group,
            name,
            expression,
            written,
            time_zone,
            start,
            end,
            window_minutes,
            enabled,
            description,
            target,
            delete_after_completion,
            created: now,
            modified: now,
            client_token: None,
            revision: 0,
        }
    }
}
