//! What this service says of itself: a log line where somebody may have to act, a number for everything.

use std::sync::LazyLock;

use opentelemetry::metrics::Counter;
use runtime::metrics::{self, KeyValue};
use store::deliveries::{Delivery, Outcome};

static DELIVERIES: LazyLock<Counter<u64>> = LazyLock::new(|| metrics::counter(metrics::DELIVERIES));

/// A message was tried, or dropped.
pub fn tried(delivery: &Delivery, outcome: &Outcome) {
    let channel = delivery.channel.as_str();
    let name = match outcome {
        Outcome::Delivered => "delivered",
        Outcome::Retry(at, why) => {
            tracing::info!(delivery.id = %delivery.id, channel, fact = delivery.fact_name, next.at = %at, why, "a message did not arrive, it is tried again");
            "retry"
        }
        Outcome::GivenUp(why) => {
            tracing::warn!(delivery.id = %delivery.id, channel, fact = delivery.fact_name, why, "a message was given up");
            "given_up"
        }
        Outcome::NotNeeded(_) => "not_needed",
    };
    DELIVERIES.add(1, &[KeyValue::new("channel", channel), KeyValue::new("outcome", name)]);
}
