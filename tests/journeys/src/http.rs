//! The API as plain HTTP, for what a typed client would not send.

use std::collections::BTreeMap;

use reqwest::Method;
use serde_json::Value;

use crate::System;

/// An answer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// Its headers.
    pub headers: BTreeMap<String, String>,
    /// Its body.
    pub text: String,
}

impl Answer {
    /// Its body as JSON; null if it is none.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_default()
    }

    /// The last word of a problem's type.
    #[must_use]
    pub fn problem(&self) -> String {
        let kind = self.json()["type"].as_str().unwrap_or_default().to_owned();
        kind.rsplit(':').next().unwrap_or_default().to_owned()
    }
}

impl System {
    /// Sends a request and reads the answer, whatever it is.
    ///
    /// # Panics
    /// When there is no answer.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        token: Option<&str>,
        headers: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Answer {
        let bare = path.split('?').next().unwrap_or(path);
        let segments: Vec<&str> = bare.trim_matches('/').split('/').collect();
        let mut url = self.endpoints().url(&segments).expect("an address");
        url.set_query(path.split_once('?').map(|(_, query)| query));
        let mut request = self.http.request(method, url);
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        read(request.send().await.expect("the API answers")).await
    }

    /// Posts this text, called JSON, whatever it is.
    ///
    /// # Panics
    /// When there is no answer.
    pub async fn post_text(&self, path: &str, token: &str, text: &str) -> Answer {
        let segments: Vec<&str> = path.trim_matches('/').split('/').collect();
        let url = self.endpoints().url(&segments).expect("an address");
        let request = self.http.post(url).bearer_auth(token).header("content-type", "application/json");
        read(request.body(text.to_owned()).send().await.expect("the API answers")).await
    }

    /// What stands at a whole address.
    ///
    /// # Panics
    /// When there is no answer.
    pub async fn get(&self, url: &str) -> Answer {
        read(self.http.get(url).send().await.expect("an answer")).await
    }

    pub(crate) fn simulator_url(&self, path: &str) -> String {
        format!("{}{path}", self.simulator.http)
    }

    /// What the simulator says at a path.
    ///
    /// # Panics
    /// When it refuses.
    pub async fn simulator_json(&self, path: &str) -> Value {
        serde_json::from_str(&self.simulator_text(path).await).expect("JSON of the simulator")
    }

    pub(crate) async fn simulator_text(&self, path: &str) -> String {
        let answer = self.get(&self.simulator_url(path)).await;
        assert!(answer.status < 300, "the simulator says {} to {path}: {}", answer.status, answer.text);
        answer.text.trim().to_owned()
    }

    /// Tells the simulator something.
    ///
    /// # Panics
    /// When it refuses.
    pub async fn simulator_post(&self, path: &str, body: &Value) {
        self.tell_simulator(Method::POST, path, body).await;
    }

    /// Changes the simulator's settings.
    ///
    /// # Panics
    /// When it refuses.
    pub async fn simulator_set(&self, settings: &Value) {
        self.tell_simulator(Method::PATCH, "/control/settings", settings).await;
    }

    /// Tells the simulator something by any method.
    ///
    /// # Panics
    /// When it refuses.
    pub async fn tell_simulator(&self, method: Method, path: &str, body: &Value) {
        let sent = self.http.request(method, self.simulator_url(path)).json(body).send().await;
        let answer = read(sent.expect("the simulator answers")).await;
        assert!(answer.status < 300, "the simulator says {} to {path}: {}", answer.status, answer.text);
    }
}

async fn read(mut response: reqwest::Response) -> Answer {
    let status = response.status().as_u16();
    let text_of = |value: &reqwest::header::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let headers = response.headers().iter().map(|(name, value)| (name.to_string(), text_of(value))).collect();
    let streams = response.headers().get("content-type").is_some_and(|kind| kind == "text/event-stream");
    let text = if streams {
        // It goes on for minutes: its beginning is the answer.
        let first = response.chunk().await.ok().flatten().unwrap_or_default();
        String::from_utf8_lossy(&first).into_owned()
    } else {
        response.text().await.unwrap_or_default()
    };
    Answer { status, headers, text }
}
