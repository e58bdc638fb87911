//! One call: address, token, trace, answer or problem.

use std::collections::HashMap;
use std::time::Duration;

use opentelemetry::propagation::TextMapPropagator;
use reqwest::Method;
use secrecy::ExposeSecret;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tracing_opentelemetry::OpenTelemetrySpanExt;

use crate::{ClientError, Endpoints, Problem, TokenSource};

/// Longer than the API ever takes, so that a hanging one is noticed.
const TIMEOUT: Duration = Duration::from_secs(15);

/// The client. Clones share their connections.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    endpoints: Endpoints,
    token: TokenSource,
}

/// What a call carries besides its path.
#[derive(Debug, Default)]
pub(crate) struct Extra<'a> {
    pub query: Vec<(&'static str, String)>,
    pub idempotency_key: Option<&'a str>,
    /// How long the answer may take, where that is longer than usual.
    pub patience: Option<Duration>,
}

impl Client {
    /// A client of the API at these addresses.
    ///
    /// # Errors
    /// When the system's certificates cannot be read.
    pub fn new(endpoints: Endpoints, token: TokenSource) -> Result<Self, ClientError> {
        let http = reqwest::Client::builder()
            .timeout(TIMEOUT)
            .connect_timeout(Duration::from_secs(5))
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("curfew/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(ClientError::Away)?;
        Ok(Self { http, endpoints, token })
    }

    /// The same client in somebody else's name.
    #[must_use]
    pub fn with_token(&self, token: TokenSource) -> Self {
        Self { token, ..self.clone() }
    }

    pub(crate) async fn get<T: DeserializeOwned>(
        &self,
        path: &[&str],
        query: Vec<(&'static str, String)>,
    ) -> Result<T, ClientError> {
        self.call(Method::GET, path, None::<&()>, Extra { query, ..Extra::default() }).await
    }

    pub(crate) async fn post<T: DeserializeOwned>(
        &self,
        path: &[&str],
        body: &impl Serialize,
    ) -> Result<T, ClientError> {
        self.call(Method::POST, path, Some(body), Extra::default()).await
    }

    /// Sends the call and reads its answer; an empty answer reads as JSON's `null`.
    pub(crate) async fn call<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &[&str],
        body: Option<&(impl Serialize + ?Sized)>,
        extra: Extra<'_>,
    ) -> Result<T, ClientError> {
        let mut request = self.prepared(method, path, extra.query)?;
        if let Some(key) = extra.idempotency_key {
            request = request.header("idempotency-key", key);
        }
        if let Some(patience) = extra.patience {
            request = request.timeout(patience);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        let response = request.send().await.map_err(|e| ClientError::Away(e.without_url()))?;
        let status = response.status();
        let bytes = response.bytes().await.map_err(|e| ClientError::Away(e.without_url()))?;
        if !status.is_success() {
            return Err(refusal(status.as_u16(), &bytes));
        }
        let text: &[u8] = if bytes.is_empty() { b"null" } else { &bytes };
        serde_json::from_slice(text)
            .map_err(|e| ClientError::Unreadable { status: status.as_u16(), detail: e.to_string() })
    }

    /// Sends a call whose answer comes piece by piece.
    pub(crate) async fn stream(
        &self,
        method: Method,
        path: &[&str],
        query: Vec<(&'static str, String)>,
        patience: Duration,
    ) -> Result<reqwest::Response, ClientError> {
        let request = self.prepared(method, path, query)?.timeout(patience);
        let response = request.send().await.map_err(|e| ClientError::Away(e.without_url()))?;
        let status = response.status();
        if status.is_success() {
            return Ok(response);
        }
        let bytes = response.bytes().await.map_err(|e| ClientError::Away(e.without_url()))?;
        Err(refusal(status.as_u16(), &bytes))
    }

    /// A call with its address, its token and its trace.
    fn prepared(
        &self,
        method: Method,
        path: &[&str],
        query: Vec<(&'static str, String)>,
    ) -> Result<reqwest::RequestBuilder, ClientError> {
        let mut url = self.endpoints.url(path)?;
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        let mut request = self.http.request(method, url);
        if let Some(token) = self.token.token() {
            request = request.bearer_auth(token.expose_secret());
        }
        if let Some(parent) = trace_parent() {
            request = request.header("traceparent", parent);
        }
        Ok(request)
    }
}

/// Why the API refused, as it told it.
fn refusal(status: u16, bytes: &[u8]) -> ClientError {
    let unreadable = |e: serde_json::Error| ClientError::Unreadable { status, detail: e.to_string() };
    serde_json::from_slice::<Problem>(bytes).map_or_else(unreadable, ClientError::Problem)
}

/// The current span, so that one trace reaches over the call.
fn trace_parent() -> Option<String> {
    let context = tracing::Span::current().context();
    let mut carrier = HashMap::new();
    opentelemetry::global::get_text_map_propagator(|p: &dyn TextMapPropagator| {
        p.inject_context(&context, &mut carrier)
    });
    carrier.remove("traceparent")
}
