//! The surroundings as the SDK wants them.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use aws_smithy_async::{
    rt::sleep::{AsyncSleep, Sleep},
    time::TimeSource,
};
use aws_smithy_runtime_api::client::{
    http::{HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector},
    orchestrator::{HttpRequest, HttpResponse},
    result::ConnectorError,
    runtime_components::RuntimeComponents,
};
use aws_smithy_types::body::SdkBody;

use super::{Time, Wire, WireAnswer, WireRequest};

/// Time-outs and signatures go by this.
#[derive(Debug, Clone)]
pub(crate) struct ByTime(pub(crate) Arc<dyn Time>);

impl AsyncSleep for ByTime {
    fn sleep(&self, duration: Duration) -> Sleep {
        Sleep::new(self.0.sleep(duration))
    }
}

impl TimeSource for ByTime {
    fn now(&self) -> SystemTime {
        SystemTime::from(self.0.now())
    }
}

/// Requests go over this.
#[derive(Debug, Clone)]
pub(crate) struct ByWire(pub(crate) Arc<dyn Wire>);

impl HttpClient for ByWire {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for ByWire {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let headers = request.headers().iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let request = WireRequest {
            method: request.method().to_owned(),
            uri: request.uri().to_owned(),
            headers,
            // Every call of ours is small and in memory.
            body: request.body().bytes().unwrap_or_default().to_vec(),
        };
        let carried = self.0.carry(request);
        HttpConnectorFuture::new(async move {
            match carried.await {
                Some(answer) => answered(answer).map_err(|error| ConnectorError::other(error, None)),
                None => Err(ConnectorError::io("the connection was closed".into())),
            }
        })
    }
}

fn answered(answer: WireAnswer) -> Result<HttpResponse, aws_smithy_runtime_api::box_error::BoxError> {
    let mut response = HttpResponse::new(answer.status.try_into()?, SdkBody::from(answer.body));
    for (name, value) in answer.headers {
        response.headers_mut().try_append(name, value)?;
    }
    Ok(response)
}
