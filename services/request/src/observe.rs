//! What this service says in its log and counts, once for each thing worth saying.

use domain::{ChangeId, RequestId};
use runtime::metrics::{self, KeyValue};
use store::directory::{Part, Replaced};

fn count(outcome: &'static str) {
    metrics::counter(metrics::REQUESTS).add(1, &[KeyValue::new("outcome", outcome)]);
}

/// Somebody asked.
pub fn submitted(request: RequestId, pairs: usize, automatic: bool) {
    count("submitted");
    tracing::info!(request.id = %request, request.pairs = pairs, request.automatic = automatic, "submitted");
}

/// The requester took it back.
pub fn cancelled(request: RequestId) {
    count("cancelled");
    tracing::info!(request.id = %request, "cancelled");
}

/// A part of the directory was taken over, or a piece of it.
pub fn synchronised(part: Part, replaced: Replaced) {
    tracing::debug!(
        directory.part = part.as_str(),
        there = replaced.there,
        vanished = replaced.vanished,
        "directory read"
    );
}

/// A part of the directory could not be read; the last good copy stays.
pub fn not_synchronised(part: Part, error: &str) {
    tracing::warn!(directory.part = part.as_str(), error, "the directory could not be read, its last good copy stays");
}

/// A change of documents waits for a second person.
pub fn proposed(change: ChangeId, edits: usize) {
    tracing::info!(change.id = %change, change.edits = edits, "a change of rules waits for a second admin");
}

/// A second person agreed.
pub fn agreed(change: ChangeId) {
    tracing::info!(change.id = %change, "a second admin agreed to a change of rules");
}

/// A change that needs two people was made by one.
pub fn changed_alone(change: ChangeId, recovery: bool) {
    tracing::warn!(change.id = %change, change.recovery = recovery, "rules were changed by one person alone");
}

/// Selectors reach further than before.
pub fn matched(documents: usize) {
    tracing::info!(documents, "selectors of rules or guardrails have new matches");
}
