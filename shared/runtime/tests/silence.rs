//! Without an endpoint nothing is traced, and nothing is sent. A process of its own: telemetry is global.

use runtime::{metrics, telemetry, trace};

#[test]
fn without_an_endpoint_there_are_metrics_to_fetch_and_no_traces() {
    let guard = telemetry::init_with("curfew-test", telemetry::Options::default());
    let span = tracing::info_span!("submit");
    trace::set_parent(&span, "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    assert_eq!(span.in_scope(trace::current_traceparent), None);
    metrics::counter(metrics::GRANTS).add(1, &[]);
    assert!(telemetry::prometheus_text().contains("curfew_grants"));
    drop(guard);
}
