//! The way to one system: its address, our proof, and the manners of a call. An operator names the address, so it may be
//! inside a company's network; but the credentials go nowhere else, and no answer is read without end.

use std::future::Future;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderMap, RETRY_AFTER};
use reqwest::{Client, RequestBuilder, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::Value;
use url::Url;

use crate::auth::{Auth, Granted};
use crate::away::{Away, one_line};
use crate::{Unusable, clock};

/// How long one look-up may take, all its calls together.
const PATIENCE: Duration = Duration::from_secs(3);
/// The most of an answer that is read.
const MOST_BYTES: usize = 1024 * 1024;
/// How long we believe that we may not ask, at most; then we ask again.
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_secs(60);

/// A way to one system.
#[derive(Debug)]
pub(crate) struct Door {
    /// What people call the system.
    pub(crate) system: String,
    client: Client,
    base: Url,
    auth: Auth,
    paused_until: Mutex<Option<Timestamp>>,
}

/// An answer with a success or "not found".
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    body: Vec<u8>,
}

impl Door {
    /// A way that nobody has gone yet.
    pub(crate) fn new(system: String, base: Url, auth: Auth, allow_http: bool) -> Result<Self, Unusable> {
        let here = runtime::settings::is_loopback(&base);
        let builder = Client::builder()
            .user_agent(concat!("curfew/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .https_only(!(here || allow_http))
            .connect_timeout(PATIENCE)
            .timeout(PATIENCE);
        let builder = if here { builder.no_proxy() } else { builder };
        let client = builder
            .build()
            .map_err(|error| Unusable { setting: format!("the address of {system}"), why: causes(&error) })?;
        Ok(Self { system, client, base, auth, paused_until: Mutex::new(None) })
    }

    /// An address below the base; each part is one segment, whatever it holds.
    pub(crate) fn url(&self, path: &[&str]) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path);
        }
        url
    }

    /// Gives a look-up its time.
    pub(crate) async fn in_time<T>(&self, look_up: impl Future<Output = Result<T, Away>>) -> Result<T, Away> {
        match tokio::time::timeout(PATIENCE, look_up).await {
            Ok(answer) => answer,
            Err(_) => Err(self.unreachable(format!("no answer within {} s", PATIENCE.as_secs()))),
        }
    }

    /// Asks. An answer that is neither a success nor "not found" is an error.
    pub(crate) async fn get(&self, url: Url, accept: &'static str) -> Result<Answer, Away> {
        let answer = self.get_once(url.clone(), accept).await;
        match answer {
            Err(Away::Refused { status: 401, .. }) if self.auth.forget() => self.get_once(url, accept).await,
            answer => answer,
        }
    }

    async fn get_once(&self, url: Url, accept: &'static str) -> Result<Answer, Away> {
        self.ask_later()?;
        let proof = match self.auth.header() {
            Some(header) => header,
            None => self.fetch_token().await?,
        };
        self.send(self.client.get(url).header(ACCEPT, accept).header(AUTHORIZATION, proof)).await
    }

    async fn fetch_token(&self) -> Result<reqwest::header::HeaderValue, Away> {
        let form = self.auth.form().unwrap_or_default();
        let answer = self.send(self.client.post(self.url(&["oauth_token.do"])).form(&form)).await?;
        let granted: Granted = self.read(&answer)?;
        self.auth.keep(&granted).ok_or_else(|| self.unreadable("its token cannot stand in a header"))
    }

    async fn send(&self, request: RequestBuilder) -> Result<Answer, Away> {
        let mut response = request.send().await.map_err(|error| self.unreachable(self.causes(error)))?;
        let (status, headers) = (response.status(), response.headers().clone());
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| self.unreachable(self.causes(error)))? {
            if body.len() + chunk.len() > MOST_BYTES {
                return Err(self.unreadable("it is longer than 1 MiB"));
            }
            body.extend_from_slice(&chunk);
        }
        let answer = Answer { status, headers, body };
        let (system, code) = (self.system.clone(), status.as_u16());
        match code {
            200..=299 | 404 => Ok(answer),
            401 | 403 => Err(Away::Refused { system, status: code, said: self.words(&answer) }),
            429 => Err(self.pause(&answer.headers)),
            300..=399 => {
                let said = "redirects are not followed; the setting must name the final address".to_owned();
                Err(Away::Failed { system, status: code, said })
            }
            _ => Err(Away::Failed { system, status: code, said: self.words(&answer) }),
        }
    }

    /// Reads JSON of a known form.
    pub(crate) fn read<T: DeserializeOwned>(&self, answer: &Answer) -> Result<T, Away> {
        serde_json::from_slice(&answer.body).map_err(|error| {
            // The position is told, not the text: it may hold what is confidential.
            let what = if error.is_data() { "it has another form than expected" } else { "it is not JSON" };
            self.unreadable(&format!("{what} (line {}, column {})", error.line(), error.column()))
        })
    }

    /// Its own words in an error, in any of the forms that our systems use; they never repeat a credential.
    pub(crate) fn words(&self, answer: &Answer) -> String {
        let value: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        let places = ["/error/message", "/errorMessages/0", "/error_description", "/message", "/error"];
        let words = places.iter().find_map(|place| value.pointer(place)?.as_str()).unwrap_or_default();
        one_line(&self.auth.scrub(words), 200)
    }

    fn ask_later(&self) -> Result<(), Away> {
        let until = *self.paused_until.lock().unwrap_or_else(PoisonError::into_inner);
        match until.filter(|until| clock::now() < *until) {
            Some(until) => Err(Away::RateLimited { system: self.system.clone(), until }),
            None => Ok(()),
        }
    }

    /// What a 429 says about when to come back.
    fn pause(&self, headers: &HeaderMap) -> Away {
        let now = clock::now();
        let wait = wait_of(headers, now);
        let until = now.saturating_add(wait).unwrap_or(now);
        let believed = now.saturating_add(wait.min(LONGEST_PAUSE)).unwrap_or(now);
        *self.paused_until.lock().unwrap_or_else(PoisonError::into_inner) = Some(believed);
        Away::RateLimited { system: self.system.clone(), until }
    }

    fn causes(&self, error: reqwest::Error) -> String {
        if error.is_timeout() {
            return format!("no answer within {} s", PATIENCE.as_secs());
        }
        self.auth.scrub(&causes(&error.without_url()))
    }

    pub(crate) fn refused(&self, status: StatusCode, said: &str) -> Away {
        Away::Refused { system: self.system.clone(), status: status.as_u16(), said: said.to_owned() }
    }

    pub(crate) fn unreachable(&self, why: String) -> Away {
        Away::Unreachable { system: self.system.clone(), why }
    }

    pub(crate) fn unreadable(&self, why: &str) -> Away {
        Away::Unreadable { system: self.system.clone(), why: why.to_owned() }
    }
}

/// Seconds or a date in `Retry-After`, seconds in `ratelimit-reset`; a minute where nothing is said, an hour at most.
fn wait_of(headers: &HeaderMap, now: Timestamp) -> SignedDuration {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    let seconds = |text: &str| text.parse::<u32>().ok().map(|seconds| SignedDuration::from_secs(seconds.into()));
    let date = |text: &str| jiff::fmt::rfc2822::parse(text).ok().map(|at| at.timestamp().duration_since(now));
    text(RETRY_AFTER.as_str())
        .and_then(|text| seconds(text).or_else(|| date(text)))
        .or_else(|| text("ratelimit-reset").and_then(seconds))
        .unwrap_or(LONGEST_PAUSE)
        .clamp(SignedDuration::from_secs(1), SignedDuration::from_hours(1))
}

/// An error with its causes, on one line.
fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let inner_text = inner.to_string();
        if !text.contains(&inner_text) {
            text.push_str(": ");
            text.push_str(&inner_text);
        }
        cause = inner.source();
    }
    one_line(&text, 300)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_is_read_in_every_form_and_bounded() {
        let now: Timestamp = "2026-11-21T08:00:00Z".parse().unwrap();
        let table: [(&str, &str, i64); 9] = [
            ("retry-after", "30", 30),
            ("retry-after", " 7 ", 7),
            ("retry-after", "Sat, 21 Nov 2026 08:02:00 GMT", 120),
            ("retry-after", "Sat, 21 Nov 2026 07:00:00 GMT", 1),
            ("retry-after", "0", 1),
            ("retry-after", "4000000000", 3600),
            ("retry-after", "soon", 60),
            ("ratelimit-reset", "12", 12),
            ("x-other", "12", 60),
        ];
        for (name, value, seconds) in table {
            let headers = HeaderMap::from_iter([(
                name.parse::<reqwest::header::HeaderName>().unwrap(),
                value.parse::<reqwest::header::HeaderValue>().unwrap(),
            )]);
            assert_eq!(wait_of(&headers, now).as_secs(), seconds, "{name}: {value}");
        }
    }
}
