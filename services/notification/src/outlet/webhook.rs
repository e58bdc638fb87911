//! Webhooks by HTTP POST: signed, never following a redirect, reading little of the answer.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use reqwest::StatusCode;
use reqwest::header::{CONTENT_TYPE, RETRY_AFTER};
use store::endpoints::Endpoint;

use super::guard::{PublicResolver, Reach, check};
use super::{Attempt, PATIENCE, causes, one_line, signature};

/// How much of an answer is read.
const READ: usize = 1024;

/// The way out to endpoints.
#[derive(Debug, Clone)]
pub struct WebhookOutlet {
    client: reqwest::Client,
    reach: Reach,
}

impl WebhookOutlet {
    /// A client that goes as far as `reach` says.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new(reach: Reach) -> Result<Self, reqwest::Error> {
        let builder = reqwest::Client::builder()
            .user_agent(concat!("curfew/", env!("CARGO_PKG_VERSION")))
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .connect_timeout(PATIENCE / 2)
            .timeout(PATIENCE);
        let builder = match reach {
            Reach::Public => builder.https_only(true).dns_resolver(Arc::new(PublicResolver)),
            Reach::Anywhere => builder,
        };
        Ok(Self { client: builder.build()?, reach })
    }

    /// How far it goes.
    #[must_use]
    pub const fn reach(&self) -> Reach {
        self.reach
    }

    /// Tries once. `id` is the fact's, the same at every try, so that the endpoint can tell repeats.
    pub async fn send(&self, endpoint: &Endpoint, id: &str, body: String, now: Timestamp) -> Attempt {
        let url = match check(&endpoint.url, self.reach) {
            Ok(url) => url,
            Err(refused) => {
                return Attempt::Refused {
                    status: None,
                    why: format!("the endpoint's address cannot be used: {refused}"),
                };
            }
        };
        let previous = endpoint.previous.as_ref().filter(|(_, until)| now < *until).map(|(secret, _)| secret.as_str());
        let secrets: Vec<&str> = [endpoint.secret.as_str()].into_iter().chain(previous).collect();
        let signature = match signature::sign(&secrets, id, now.as_second(), body.as_bytes()) {
            Ok(signature) => signature,
            Err(error) => return Attempt::Refused { status: None, why: error.to_string() },
        };
        let request = self
            .client
            .post(url)
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-id", id)
            .header("webhook-timestamp", now.as_second().to_string())
            .header("webhook-signature", signature)
            .body(body);
        match request.send().await {
            Ok(response) => judge(response).await,
            Err(error) => Attempt::Failed { status: None, why: causes(&error.without_url()), after: None },
        }
    }
}

async fn judge(response: reqwest::Response) -> Attempt {
    let code = response.status();
    let status = i32::from(code.as_u16());
    let after = response
        .headers()
        .get(RETRY_AFTER)
        .and_then(|v| v.to_str().ok()?.parse::<u32>().ok())
        .map(|seconds| SignedDuration::from_secs(seconds.into()));
    let said = read_little(response).await;
    if code.is_success() {
        return Attempt::Taken { status };
    }
    let why = match (code.is_redirection(), said.is_empty()) {
        (true, _) => format!("HTTP {code}: redirects are not followed; name the final address"),
        (false, true) => format!("HTTP {code}"),
        (false, false) => format!("HTTP {code}: {said}"),
    };
    // The one status by which an endpoint says that it will never want it.
    if code == StatusCode::GONE {
        Attempt::Refused { status: Some(status), why }
    } else {
        Attempt::Failed { status: Some(status), why, after }
    }
}

/// The beginning of an answer; the rest is left unread.
async fn read_little(mut response: reqwest::Response) -> String {
    let mut read = Vec::new();
    while read.len() < READ {
        match response.chunk().await {
            Ok(Some(chunk)) => read.extend(chunk.iter().take(READ - read.len())),
            Ok(None) | Err(_) => break,
        }
    }
    one_line(&String::from_utf8_lossy(&read))
}
