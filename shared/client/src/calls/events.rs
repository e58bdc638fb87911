//! What happens, as it happens.

use std::time::Duration;

use reqwest::Method;
use uuid::Uuid;

use crate::{Client, ClientError, Event};

/// Longer than one answer lasts.
const PATIENCE: Duration = Duration::from_secs(330);
/// Longer than one event ever is.
const MOST: usize = 64 * 1024;

/// Events as they come.
#[derive(Debug)]
pub struct Events {
    response: reqwest::Response,
    unread: Vec<u8>,
}

impl Client {
    /// Follows what concerns the caller, a request, or (for those who may read everything) everybody.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn events(&self, request: Option<Uuid>, all: bool) -> Result<Events, ClientError> {
        let mut query: Vec<(&'static str, String)> =
            request.map(|id| ("request", id.to_string())).into_iter().collect();
        if all {
            query.push(("role", "all".to_owned()));
        }
        self.follow(query).await
    }

    /// Follows what is known of AWS, and how far its reading is.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn events_of_directory(&self) -> Result<Events, ClientError> {
        self.follow(vec![("about", "directory".to_owned())]).await
    }

    async fn follow(&self, query: Vec<(&'static str, String)>) -> Result<Events, ClientError> {
        let response = self.stream(Method::GET, &["v1", "events"], query, PATIENCE).await?;
        Ok(Events { response, unread: Vec::new() })
    }
}

impl Events {
    /// The next event; none when the answer ended, after which one asks again.
    ///
    /// # Errors
    /// [`ClientError::Away`] when the connection broke.
    pub async fn next(&mut self) -> Result<Option<Event>, ClientError> {
        loop {
            if let Some(end) = self.unread.windows(2).position(|two| two == b"\n\n") {
                let piece: Vec<u8> = self.unread.drain(..end + 2).collect();
                if let Some(event) = event(&String::from_utf8_lossy(&piece)) {
                    return Ok(Some(event));
                }
                continue;
            }
            match self.response.chunk().await.map_err(|e| ClientError::Away(e.without_url()))? {
                Some(bytes) if self.unread.len() + bytes.len() <= MOST => self.unread.extend_from_slice(&bytes),
                Some(_) | None => return Ok(None),
            }
        }
    }
}

/// A piece between two empty lines; none where it only says that the stream lives.
fn event(piece: &str) -> Option<Event> {
    let field = |name: &str| piece.lines().find_map(|line| line.strip_prefix(name)).map(str::trim_start);
    match field("event:")? {
        "happened" => serde_json::from_str(field("data:")?).ok().map(Event::Happened),
        "directory" => Some(Event::Directory),
        "gap" => Some(Event::Gap),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Happened;

    #[test]
    fn pieces_are_events_or_signs_of_life() {
        let id = Uuid::nil();
        let told = format!(
            "event: happened\nid: {id}\ndata: {{\"id\":\"{id}\",\"at\":\"2026-06-01T10:00:00Z\",\
             \"action\":\"request.approved.v1\",\"request\":\"{id}\",\"later\":1}}\n\n"
        );
        let happened = Happened {
            id,
            at: "2026-06-01T10:00:00Z".parse().unwrap(),
            action: "request.approved.v1".to_owned(),
            request: id,
        };
        assert_eq!(event(&told), Some(Event::Happened(happened)));
        assert_eq!(event("event: gap\ndata: {}\n\n"), Some(Event::Gap));
        assert_eq!(event("event: directory\ndata: {}\n\n"), Some(Event::Directory));
        for nothing in [": quiet\n\n", "event: unheard of\ndata: {}\n\n", "event: happened\ndata: nonsense\n\n", ""] {
            assert_eq!(event(nothing), None, "{nothing}");
        }
    }
}
