//! One call: its span, and the class of its error.

use std::{error::Error, future::Future, iter::successors, time::Instant};

use aws_smithy_runtime_api::client::{orchestrator::HttpResponse, result::SdkError};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use tracing::{Instrument, field::Empty};

use crate::{deadline::was_late, error::CallError};

/// Makes the call inside an `aws.call` span, whose fields are what metrics are made of.
pub(crate) async fn call<T, E>(
    service: &'static str,
    operation: &'static str,
    sending: impl Future<Output = Result<T, SdkError<E, HttpResponse>>>,
) -> Result<T, CallError>
where
    E: Error + ProvideErrorMetadata + Send + Sync + 'static,
{
    let span =
        tracing::info_span!("aws.call", otel.kind = "client", service, operation, outcome = Empty, duration = Empty);
    let started = Instant::now();
    let answer = sending.instrument(span.clone()).await.map_err(classify);
    span.record("outcome", answer.as_ref().map_or_else(CallError::word, |_| "ok"));
    span.record("duration", started.elapsed().as_secs_f64());
    answer
}

fn classify<E>(error: SdkError<E, HttpResponse>) -> CallError
where
    E: Error + ProvideErrorMetadata + Send + Sync + 'static,
{
    match &error {
        SdkError::ServiceError(answer) => {
            let metadata = answer.err().meta();
            // Without a code the answer could not be read, and the reason why is in the error's sources.
            let why = metadata.code().is_none().then(|| shown(answer.err()));
            let message = metadata.message().or(why.as_deref());
            CallError::of_answer(metadata.code(), message, answer.raw().status().as_u16())
        }
        _ if was_late(&error) => CallError::TooLate,
        SdkError::ConstructionFailure(_) => CallError::Invalid(shown(&error)),
        SdkError::TimeoutError(_) => CallError::Unclear("no answer in time".to_owned()),
        // Without credentials nothing was sent, but that looks like a connection that could not be made; asking whether
        // there was an effect costs one read.
        SdkError::DispatchFailure(_) => CallError::Unclear(shown(&error)),
        // The answer's body is left away, whoever wrote it.
        SdkError::ResponseError(answer) => {
            CallError::Unclear(format!("unreadable answer with status {}", answer.raw().status().as_u16()))
        }
        // The SDK may grow new kinds; what is not known is unclear.
        _ => CallError::Unclear(shown(&error)),
    }
}

/// The error and its sources, short.
fn shown(error: &(dyn Error + 'static)) -> String {
    const LONGEST: usize = 300;
    let chain: Vec<_> = successors(Some(error), |error| (*error).source()).map(ToString::to_string).collect();
    chain.join(": ").chars().take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use aws_sdk_ssoadmin::{
        Client,
        config::{BehaviorVersion, Config, Credentials, Region, retry::RetryConfig},
    };
    use aws_smithy_runtime_api::client::interceptors::Intercept;
    use jiff::{SignedDuration, Timestamp};

    use super::*;
    use crate::{Surroundings, deadline::SendBy};

    fn send_by(at: Timestamp) -> SendBy {
        SendBy { at, time: Surroundings::default().time }
    }

    /// Calls a port that nobody listens on.
    async fn call_nobody(interceptor: impl Intercept + 'static) -> CallError {
        let config = Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .credentials_provider(Credentials::new("id", "secret", None, None, "test"))
            .retry_config(RetryConfig::disabled())
            .endpoint_url("http://127.0.0.1:9")
            .build();
        let calling = Client::from_conf(config).list_instances().customize().interceptor(interceptor);
        call("sso", "ListInstances", calling.send()).await.unwrap_err()
    }

    #[tokio::test]
    async fn what_became_late_while_the_call_was_prepared_is_not_sent() {
        let past = Timestamp::now() - SignedDuration::from_millis(1);
        assert_eq!(call_nobody(send_by(past)).await, CallError::TooLate);
    }

    #[tokio::test]
    async fn a_connection_that_cannot_be_made_is_unclear() {
        let future = Timestamp::now() + SignedDuration::from_secs(60);
        assert!(call_nobody(send_by(future)).await.effect_unknown());
    }
}
