//! The names of what is counted and measured, in one place, so that dashboards and code agree.
//!
//! A service holds its instruments in its `observe.rs`, each in a `LazyLock`: they must be made
//! after [`crate::telemetry::init`], since those made before it record nothing.

use opentelemetry::{global, metrics::Meter};

pub use opentelemetry::KeyValue;
pub use opentelemetry::metrics::{Counter, Gauge, Histogram};

/// A documented name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Metric {
    /// Dotted name; Prometheus shows dots as underscores and adds the unit.
    pub name: &'static str,
    /// UCUM unit: `s` or a count in braces.
    pub unit: &'static str,
    /// What one unit of it means, and its labels.
    pub help: &'static str,
}

macro_rules! metrics {
    ($($constant:ident = $name:literal, $unit:literal, $help:literal;)+) => {
        $(#[doc = $help] pub const $constant: Metric = Metric { name: $name, unit: $unit, help: $help };)+
        /// Every name above.
        pub const ALL: &[Metric] = &[$($constant),+];
    };
}

metrics! {
    HTTP_DURATION = "curfew.http.duration", "s", "Time to answer an HTTP request, by method, route template and status.";
    HTTP_LIMITED = "curfew.http.limited", "{request}", "HTTP requests refused because their caller asks too often.";
    FACTS_PUBLISHED = "curfew.facts.published", "{fact}", "Facts that the broker confirmed, by kind.";
    FACTS_CONSUMED = "curfew.facts.consumed", "{fact}", "Facts handled, by kind, subscriber and outcome (done, duplicate, retried, parked).";
    FACTS_OLDEST = "curfew.facts.oldest", "s", "Age of the oldest fact that is not published yet.";
    PARKED = "curfew.parked", "{item}", "Things that cannot proceed and wait for an operator, by kind.";
    JOBS_DONE = "curfew.jobs.done", "{job}", "Leased steps ended, by kind and outcome (done, retried, parked).";
    JOBS_LATE = "curfew.jobs.late", "s", "Time between the moment a leased step was due and its start, by kind.";
    REQUESTS = "curfew.requests", "{request}", "Requests, by outcome (submitted, approved, rejected, cancelled, timed_out).";
    GRANTS = "curfew.grants", "{grant}", "Grants, by state reached and, at the end, why.";
    GRANT_OVERHEAD = "curfew.grant.overhead", "s", "Time from the approval's commit to the creation call leaving.";
    GRANT_ACTIVE = "curfew.grant.until_active", "s", "Time from the approval's commit to the access being read back.";
    REVOCATION_LATENESS = "curfew.revocation.lateness", "s", "Time from the deadline to the deletion call leaving.";
    REVOCATION_GONE = "curfew.revocation.until_gone", "s", "Time from the deadline to the access being read back as absent.";
    REVOCATION_OVERDUE = "curfew.revocation.overdue", "{grant}", "Grants past their deadline that are not gone yet.";
    AWS_CALLS = "curfew.aws.calls", "{call}", "Calls to AWS, by service, operation and outcome.";
    AWS_DURATION = "curfew.aws.duration", "s", "Time that AWS took to answer, by service and operation.";
    SLOTS = "curfew.aws.slots", "{operation}", "Places in use among the operations that may be under way at once, by kind (create, delete).";
    RATE_FACTOR = "curfew.aws.rate_factor", "1", "What AWS's throttles leave of the calls a second, of 1.";
    CALLS_LENT = "curfew.aws.calls_lent", "{call}", "Calls lent to processes out of the organization's budget, as each process sees it.";
    THROTTLES = "curfew.aws.throttles", "{call}", "Calls that AWS throttled, of all processes, as each process sees it.";
    QUEUE = "curfew.aws.queue", "{assignment}", "Assignments whose work is due and not in hand, by kind (create, delete, watch).";
    QUEUE_OLDEST = "curfew.aws.queue_oldest", "s", "How long the longest of them has been due, by kind.";
    DELIVERIES = "curfew.deliveries", "{message}", "Messages handed over, by channel and outcome.";
}

/// Seconds, from a millisecond to ten minutes.
const SECONDS: [f64; 17] =
    [0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 180.0, 600.0];

fn meter() -> Meter {
    global::meter("curfew")
}

/// Something that only grows.
#[must_use]
pub fn counter(metric: Metric) -> Counter<u64> {
    meter().u64_counter(metric.name).with_unit(metric.unit).with_description(metric.help).build()
}

/// Something that goes up and down.
#[must_use]
pub fn gauge(metric: Metric) -> Gauge<f64> {
    meter().f64_gauge(metric.name).with_unit(metric.unit).with_description(metric.help).build()
}

/// Durations in seconds.
#[must_use]
pub fn histogram(metric: Metric) -> Histogram<f64> {
    meter()
        .f64_histogram(metric.name)
        .with_unit(metric.unit)
        .with_description(metric.help)
        .with_boundaries(SECONDS.to_vec())
        .build()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_are_unique_and_explained() {
        let names: BTreeSet<_> = ALL.iter().map(|metric| metric.name).collect();
        assert_eq!(names.len(), ALL.len());
        for metric in ALL {
            assert!(metric.name.starts_with("curfew."), "{}", metric.name);
            assert!(metric.help.ends_with('.'), "{}", metric.name);
        }
    }
}
