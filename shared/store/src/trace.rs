//! One trace across HTTP, rows and queue: its W3C `traceparent` travels in a column.

use std::collections::HashMap;

use opentelemetry::propagation::TextMapPropagator;
use tracing_opentelemetry::OpenTelemetrySpanExt;

/// The current span as a `traceparent`, if it is being traced.
#[must_use]
pub fn current() -> Option<String> {
    let context = tracing::Span::current().context();
    let mut carrier = HashMap::new();
    opentelemetry::global::get_text_map_propagator(|p: &dyn opentelemetry::propagation::TextMapPropagator| {
        p.inject_context(&context, &mut carrier);
    });
    carrier.remove("traceparent")
}

/// Makes the span a child of the one that wrote `trace_parent`.
pub fn continue_from(span: &tracing::Span, trace_parent: Option<&str>) {
    let Some(value) = trace_parent else { return };
    let carrier = HashMap::from([("traceparent".to_owned(), value.to_owned())]);
    let context = opentelemetry::global::get_text_map_propagator(|p: &dyn TextMapPropagator| p.extract(&carrier));
    if let Err(error) = span.set_parent(context) {
        tracing::debug!(%error, "the span could not join its trace");
    }
}
