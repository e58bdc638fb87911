//! Spans and metrics arrive, and one trace crosses a queue. A process of its own: telemetry is global.

mod support;

use runtime::{metrics, telemetry, trace};

#[tokio::test(flavor = "multi_thread")]
async fn spans_and_metrics_arrive_and_one_trace_crosses_the_queue() {
    let (endpoint, received) = support::collector();
    let options = telemetry::Options { endpoint: Some(endpoint), json: true, ..Default::default() };
    let guard = telemetry::init_with("curfew-test", options);

    let submit = tracing::info_span!("submit");
    let sent = submit.in_scope(trace::current_traceparent).unwrap();
    let deliver = tracing::info_span!(parent: None, "deliver");
    trace::set_parent(&deliver, &sent);
    let inside = deliver.in_scope(trace::current_traceparent).unwrap();
    let id = |traceparent: &str| traceparent.split('-').nth(1).unwrap().to_owned();
    let span = |traceparent: &str| traceparent.split('-').nth(2).unwrap().to_owned();
    assert_eq!(id(&sent), id(&inside));
    assert_ne!(span(&sent), span(&inside));
    assert!(sent.starts_with("00-") && sent.ends_with("-01") && sent.len() == 55, "{sent}");

    let lost = tracing::info_span!(parent: None, "lost");
    trace::set_parent(&lost, "not a traceparent\r\n");
    assert_ne!(id(&lost.in_scope(trace::current_traceparent).unwrap()), id(&sent));
    drop((submit, deliver, lost));
    assert_eq!(trace::current_traceparent(), None);

    metrics::counter(metrics::REQUESTS).add(3, &[metrics::KeyValue::new("outcome", "submitted")]);
    metrics::histogram(metrics::REVOCATION_LATENESS).record(0.015, &[]);
    let text = telemetry::prometheus_text();
    let line = text.lines().find(|line| line.starts_with("curfew_requests") && line.contains("submitted")).unwrap();
    assert!(line.ends_with(" 3"), "{line}");
    assert!(text.contains("curfew_revocation_lateness_seconds_bucket") && text.contains("le=\"0.02\""), "{text}");

    drop(guard);
    let received = received.lock().unwrap();
    let bodies = |path: &str| {
        received.iter().filter(|(at, _)| at == path).map(|(_, body)| body.clone()).collect::<Vec<_>>().concat()
    };
    let count = |body: &[u8], part: &[u8]| body.windows(part.len()).filter(|window| *window == part).count();
    let traces = bodies("/v1/traces");
    for name in ["curfew-test", "submit", "deliver"] {
        assert!(count(&traces, name.as_bytes()) >= 1, "{name}");
    }
    let trace_id: Vec<u8> = (0..16).map(|at| u8::from_str_radix(&id(&sent)[2 * at..2 * at + 2], 16).unwrap()).collect();
    assert_eq!(count(&traces, &trace_id), 2, "both spans are of one trace");
    assert_eq!(count(&bodies("/v1/metrics"), b"curfew.requests"), 1);
}
