//! The log of calls: what was really asked of AWS, by whom, and how it was answered.

use std::collections::{BTreeMap, VecDeque};

use serde::Serialize;

use crate::clock::Millis;

/// Older calls are dropped beyond this many; the counts go on.
const KEPT: usize = 250_000;

/// What a call was about, as far as it says.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Subject {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permission_set_arn: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub principal_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schedule: Option<String>,
}

/// One call.
#[derive(Clone, Debug, Serialize)]
pub struct Call {
    pub id: u64,
    pub at: Millis,
    pub service: &'static str,
    pub operation: String,
    #[serde(flatten)]
    pub subject: Subject,
    /// `ok`, the error's code, or the fault that left it without an answer.
    pub outcome: String,
    pub access_key_id: Option<String>,
    pub caller_arn: Option<String>,
    pub traceparent: Option<String>,
}

/// All calls.
#[derive(Default)]
pub struct CallLog {
    next: u64,
    kept: VecDeque<Call>,
    counts: BTreeMap<&'static str, BTreeMap<String, BTreeMap<String, u64>>>,
}

impl CallLog {
    /// Counts a call, and keeps it if `keep`.
    pub fn record(&mut self, mut call: Call, keep: bool) {
        self.next += 1;
        call.id = self.next;
        let of_service = self.counts.entry(call.service).or_default();
        let of_operation = match of_service.get_mut(&call.operation) {
            Some(found) => found,
            None => of_service.entry(call.operation.clone()).or_default(),
        };
        match of_operation.get_mut(&call.outcome) {
            Some(count) => *count += 1,
            None => {
                of_operation.insert(call.outcome.clone(), 1);
            }
        }
        if keep {
            if self.kept.len() >= KEPT {
                self.kept.pop_front();
            }
            self.kept.push_back(call);
        }
    }

    /// The kept calls, oldest first.
    pub fn kept(&self) -> impl Iterator<Item = &Call> {
        self.kept.iter()
    }

    /// Service, operation, outcome: how often.
    pub fn counts(&self) -> &BTreeMap<&'static str, BTreeMap<String, BTreeMap<String, u64>>> {
        &self.counts
    }

    /// Forgets everything, counts included.
    pub fn clear(&mut self) {
        self.kept.clear();
        self.counts.clear();
    }
}
