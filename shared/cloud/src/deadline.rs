//! The last look at the clock before a write leaves.
//!
//! Between our own look and the sending, the SDK may fetch credentials, which can take seconds. So it looks again, after
//! signing. What remains is connecting and sending, which the call's time-out bounds.

use std::{sync::Arc, time::Duration};

use aws_smithy_runtime_api::{
    box_error::BoxError,
    client::{
        interceptors::{Intercept, context::BeforeTransmitInterceptorContextMut},
        runtime_components::RuntimeComponents,
    },
};
use aws_smithy_types::config_bag::ConfigBag;
use jiff::Timestamp;

use crate::surroundings::Time;

/// Refuses to send after this time.
#[derive(Debug, Clone)]
pub(crate) struct SendBy {
    pub(crate) at: Timestamp,
    pub(crate) time: Arc<dyn Time>,
}

/// The reason of the refusal.
#[derive(Debug, thiserror::Error)]
#[error("the time until which this might be sent is over")]
pub(crate) struct Late;

/// The host's clock.
pub(crate) fn host_now() -> Timestamp {
    Timestamp::now()
}

impl SendBy {
    pub(crate) fn is_over(&self) -> bool {
        self.time.now() > self.at
    }

    /// How long from now.
    pub(crate) fn left(&self) -> Duration {
        self.at.duration_since(self.time.now()).try_into().unwrap_or_default()
    }
}

impl Intercept for SendBy {
    fn name(&self) -> &'static str {
        "SendBy"
    }

    fn modify_before_transmit(
        &self,
        _: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if self.is_over() { Err(Late.into()) } else { Ok(()) }
    }
}

/// Whether [`SendBy`] is behind this error.
pub(crate) fn was_late(error: &(dyn std::error::Error + 'static)) -> bool {
    std::iter::successors(Some(error), |error| error.source()).any(|error| error.is::<Late>())
}
