//! The last look at the clock before a write leaves.
//!
//! Between our own look and the sending, the SDK may fetch credentials, which can take seconds. So it looks again, after
//! signing. What remains is connecting and sending, which the call's time-out bounds. The time is that of the client's
//! own clock, which also dates its signatures.

use aws_smithy_async::time::SharedTimeSource;
use aws_smithy_runtime_api::{
    box_error::BoxError,
    client::{
        interceptors::{Intercept, context::BeforeTransmitInterceptorContextMut},
        runtime_components::RuntimeComponents,
    },
};
use aws_smithy_types::config_bag::ConfigBag;
use jiff::Timestamp;

/// Refuses to send after this time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SendBy(pub(crate) Timestamp);

/// The reason of the refusal.
#[derive(Debug, thiserror::Error)]
#[error("the time until which this might be sent is over")]
pub(crate) struct Late;

impl SendBy {
    pub(crate) fn is_over(self, clock: Option<&SharedTimeSource>) -> bool {
        time(clock) > self.0
    }

    /// How long from now.
    pub(crate) fn left(self, clock: Option<&SharedTimeSource>) -> std::time::Duration {
        self.0.duration_since(time(clock)).try_into().unwrap_or_default()
    }
}

/// Now; the end of time by a clock that cannot be read, so that nothing leaves by it.
fn time(clock: Option<&SharedTimeSource>) -> Timestamp {
    let now = clock.map_or_else(std::time::SystemTime::now, SharedTimeSource::now);
    Timestamp::try_from(now).unwrap_or(Timestamp::MAX)
}

impl Intercept for SendBy {
    fn name(&self) -> &'static str {
        "SendBy"
    }

    fn modify_before_transmit(
        &self,
        _: &mut BeforeTransmitInterceptorContextMut<'_>,
        components: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if self.is_over(components.time_source().as_ref()) { Err(Late.into()) } else { Ok(()) }
    }
}

/// Whether [`SendBy`] is behind this error.
pub(crate) fn was_late(error: &(dyn std::error::Error + 'static)) -> bool {
    std::iter::successors(Some(error), |error| error.source()).any(|error| error.is::<Late>())
}
