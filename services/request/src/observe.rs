//! What this service says in its log and counts, once for each thing worth saying.

use domain::RequestId;
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
