//! The W3C `traceparent` of the current span on every call, so that the log of a stand-in for AWS, or of a proxy before
//! it, can be joined with our traces. Set after signing: AWS ignores it, and what rewrites it breaks no signature.

use aws_smithy_runtime_api::{
    box_error::BoxError,
    client::{
        interceptors::{Intercept, context::BeforeTransmitInterceptorContextMut},
        orchestrator::HttpRequest,
        runtime_components::RuntimeComponents,
    },
};
use aws_smithy_types::config_bag::ConfigBag;
use opentelemetry::{global, propagation::Injector};
use tracing_opentelemetry::OpenTelemetrySpanExt;

#[derive(Debug)]
pub(crate) struct TraceHeader;

struct Headers<'a>(&'a mut HttpRequest);

impl Injector for Headers<'_> {
    fn set(&mut self, key: &str, value: String) {
        // A header that HTTP does not allow is left away: a trace is no reason to fail a call.
        let _ = self.0.headers_mut().try_insert(key.to_owned(), value);
    }
}

impl Intercept for TraceHeader {
    fn name(&self) -> &'static str {
        "TraceHeader"
    }

    fn modify_before_transmit(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let here = tracing::Span::current().context();
        global::get_text_map_propagator(|propagator| {
            propagator.inject_context(&here, &mut Headers(context.request_mut()));
        });
        Ok(())
    }
}
