//! A collector that never answers does not hold up the end. A process of its own: telemetry is global.

use std::time::{Duration, Instant};

use runtime::telemetry;

#[test]
fn a_collector_that_never_answers_does_not_hold_up_the_end() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = Some(format!("http://{}", listener.local_addr().unwrap()));
    let guard = telemetry::init_with("curfew-test", telemetry::Options { endpoint, json: true, ..Default::default() });
    tracing::info_span!("submit").in_scope(|| {});
    let started = Instant::now();
    drop(guard);
    assert!(started.elapsed() < Duration::from_millis(3_500), "{:?}", started.elapsed());
}
