//! A call carries the trace that it belongs to.

use opentelemetry::trace::{TraceContextExt, TracerProvider};
use opentelemetry_sdk::{propagation::TraceContextPropagator, trace::SdkTracerProvider};
use serde_json::json;
use tracing::Instrument;
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::layer::SubscriberExt;

use crate::stub::{Reply, Stub, tuple};

#[tokio::test]
async fn a_call_carries_the_trace_that_it_belongs_to() {
    opentelemetry::global::set_text_map_propagator(TraceContextPropagator::new());
    let tracer = SdkTracerProvider::builder().build().tracer("test");
    let layer = tracing_opentelemetry::layer().with_tracer(tracer);
    let _subscribed = tracing::subscriber::set_default(tracing_subscriber::registry().with(layer));
    let stub = Stub::start(|_, _| Reply::Json(200, json!({"AccountAssignments": []}))).await;
    let cloud = stub.connect(stub.config()).await;
    let ours = tracing::info_span!("grant.step");
    cloud.deletions().read(&tuple()).instrument(ours.clone()).await.unwrap();
    let trace = ours.context().span().span_context().trace_id().to_string();
    let head = stub.calls()[0].head.clone();
    let sent = head.lines().find_map(|line| line.strip_prefix("traceparent: ")).unwrap();
    assert!(sent.contains(&trace), "{sent} in trace {trace}");
    let signed = head.lines().find(|line| line.starts_with("authorization")).unwrap();
    assert!(!signed.contains("traceparent"), "{signed}");
}
