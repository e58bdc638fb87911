//! `GET /live`: tells an open page that something changed which it shows; the page then reads itself again.

use std::convert::Infallible;
use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::header::{CONTENT_TYPE, ContentEncoding};
use actix_web::web::{Bytes, Query};
use client::{Event, Events};
use serde::Deserialize;

use super::visit::Visit;
use crate::session::Touch;

#[derive(Deserialize)]
pub(super) struct Params {
    /// The page's path.
    #[serde(default)]
    at: String,
}

/// Pages that show everybody's to those who may read everything.
const ORGANIZATION: [&str; 2] = ["/access", "/history"];

/// The page that shows what is known of AWS.
const DIRECTORY: &str = "/people";

/// How often something is written where nothing happens: otherwise it is not noticed that the page is gone.
const BEAT: Duration = Duration::from_secs(5);
/// To whoever has as many pages open as the API tells at once: nothing now, and to ask again in half a minute.
const LATER: &str = "retry: 30000\n\n";

pub(super) async fn live(visit: Visit, params: Query<Params>) -> HttpResponse {
    // Whoever is not signed in any more is not told again and again: an empty answer ends the asking.
    let visit = Visit { touch: Touch::Page, ..visit };
    let Ok(me) = visit.signed_in().await else { return HttpResponse::NoContent().finish() };
    let request = params.at.strip_prefix("/requests/").and_then(|id| id.parse().ok());
    let all = me.reads_all() && ORGANIZATION.contains(&params.at.as_str());
    let events = if me.reads_all() && params.at == DIRECTORY {
        me.api.events_of_directory().await
    } else {
        me.api.events(request, all).await
    };
    match events {
        Ok(events) => HttpResponse::Ok()
            .insert_header((CONTENT_TYPE, "text/event-stream"))
            .insert_header(ContentEncoding::Identity)
            .streaming(futures_util::stream::unfold(events, next)),
        Err(error) if error.problem().is_some_and(|problem| problem.status == 429) => {
            HttpResponse::Ok().insert_header((CONTENT_TYPE, "text/event-stream")).body(LATER)
        }
        Err(error) if error.problem().is_some_and(|problem| problem.status < 500) => HttpResponse::NoContent().finish(),
        Err(error) => {
            tracing::debug!(%error, "nothing can be followed now");
            HttpResponse::ServiceUnavailable().finish()
        }
    }
}

/// The next piece: that something changed, or that it may have.
async fn next(mut events: Events) -> Option<(Result<Bytes, Infallible>, Events)> {
    let Ok(heard) = tokio::time::timeout(BEAT, events.next()).await else {
        return Some((Ok(Bytes::from_static(b": quiet\n\n")), events));
    };
    let piece = match heard {
        Ok(Some(Event::Gap)) => "retry: 1000\nevent: ready\ndata:\n\n",
        Ok(Some(Event::Happened(_) | Event::Directory)) => "event: changed\ndata:\n\n",
        Ok(None) => return None,
        Err(error) => {
            tracing::debug!(%error, "what was followed broke off");
            return None;
        }
    };
    Some((Ok(Bytes::from_static(piece.as_bytes())), events))
}
