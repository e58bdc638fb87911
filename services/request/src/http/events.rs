//! `GET /v1/events`: what happens, as it happens.

use std::convert::Infallible;
use std::time::Duration;

use actix_web::http::header::{CONTENT_TYPE, ContentEncoding, RETRY_AFTER};
use actix_web::web::{Bytes, Data};
use actix_web::{HttpResponse, get};
use domain::RequestId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;
use web::{Caller, Problem, ProblemType, Query};

use super::directory::may_look;
use super::requests::list::known_as;
use super::requests::show::may_see;
use super::{Api, problems};
use crate::live::{Happened, Live, Seat, Told};

/// How long one answer lasts; whoever follows asks again, and is then known anew.
const LASTS: Duration = Duration::from_secs(300);
/// How often a quiet stream says that it lives, which is also how it is noticed that nobody listens any more.
const BEAT: Duration = Duration::from_secs(5);
/// When to come back, in seconds, whoever holds as many streams as they may.
const COME_BACK: &str = "30";

/// What to follow.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Which {
    /// Only what happens to this request.
    request: Option<RequestId>,
    /// Whose; a machine's is always everybody's.
    #[serde(default)]
    #[param(inline)]
    role: Role,
    /// What about.
    #[serde(default)]
    #[param(inline)]
    about: About,
}

/// What is followed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// Requests and their access.
    #[default]
    Requests,
    /// What is known of AWS: when a part was read, and how far its reading is; for all who may look at that.
    Directory,
}

/// Whose.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// What the caller asked for, would have the access of, or is asked to decide.
    #[default]
    Concerned,
    /// Everybody's; for auditors, admins, and machines with the scope `requests:read`.
    All,
}

/// Something that happened. It says where to look, and nothing of what there is to see.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Event {
    /// The fact's id, the same in webhooks and in the trail.
    id: Uuid,
    /// When.
    at: Timestamp,
    /// The versioned name of what happened.
    action: String,
    /// To which request.
    request: RequestId,
}

/// What happens to requests and access, as server-sent events: `happened` with a JSON object, and `gap` when something may
/// have happened unheard, at the beginning too. About the directory it is `directory` when what `GET /v1/directory` tells
/// has changed. Nothing is told twice or later: look with the other calls. The answer ends after five minutes; ask again
/// then. A caller holds only so many of these answers at a time; one more is refused (429).
#[utoipa::path(tag = "requests", params(Which), responses(
    (status = 200, description = "Events until the answer ends.", body = Event, content_type = "text/event-stream")))]
#[get("/v1/events")]
pub async fn follow_events(
    api: Data<Api>,
    live: Data<Live>,
    caller: Caller,
    which: Query<Which>,
) -> Result<HttpResponse, Problem> {
    let which = which.into_inner();
    // Heard from before anybody is asked who they are, so that nothing passes between.
    let told = match which.about {
        About::Requests => live.follow(),
        About::Directory => live.follow_directory(),
    };
    let ears = ears(&api, &caller, &which).await?;
    let seat = live.seat(caller.key()).ok_or_else(too_many)?;
    let following = Following {
        _seat: seat,
        told,
        ears,
        request: which.request,
        until: Instant::now() + LASTS,
        begun: false,
        stop: live.stop(),
    };
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/event-stream"))
        .insert_header(ContentEncoding::Identity)
        .streaming(futures_util::stream::unfold(following, next)))
}

fn too_many() -> Problem {
    let said = "You follow as much at once as one caller may; close something, or come back later.";
    Problem::because(ProblemType::TooManyStreams, said).header(RETRY_AFTER, COME_BACK)
}

/// What of everything the caller may hear.
enum Ears {
    /// All of it.
    All,
    /// What concerns them, by what they are known as and by their id.
    Concerned(domain::UserId, Vec<String>),
}

impl Ears {
    fn hear(&self, happened: &Happened) -> bool {
        match self {
            Self::All => true,
            Self::Concerned(me, known) => {
                happened.people.contains(me) || happened.asks.iter().any(|token| known.contains(token))
            }
        }
    }
}

async fn ears(api: &Api, caller: &Caller, which: &Which) -> Result<Ears, Problem> {
    if which.about == About::Directory {
        may_look(caller)?;
        return Ok(Ears::All);
    }
    let Some(person) = caller.person() else {
        caller.require_scope("requests:read")?;
        return Ok(Ears::All);
    };
    if which.role == Role::All {
        caller.require_auditor_or_admin()?;
        return Ok(Ears::All);
    }
    let mut connection = api.db.read().await.map_err(problems::store)?;
    if let Some(id) = which.request {
        // Whoever may look at a request may follow it.
        let found = store::requests::get(&mut connection, id).await.map_err(problems::store)?;
        return match found {
            Some(request) if may_see(api, &mut connection, caller, &request).await? => Ok(Ears::All),
            Some(_) | None => Err(Problem::not_found("request")),
        };
    }
    let known = known_as(api, &mut connection, person).await.map_err(problems::store)?;
    Ok(Ears::Concerned(person.id.clone(), known.all))
}

struct Following {
    _seat: Seat,
    told: Receiver<Told>,
    ears: Ears,
    request: Option<RequestId>,
    until: Instant,
    begun: bool,
    stop: CancellationToken,
}

/// The next piece of the stream.
async fn next(mut following: Following) -> Option<(Result<Bytes, Infallible>, Following)> {
    if !std::mem::replace(&mut following.begun, true) {
        return Some((Ok(Bytes::from_static(GAP)), following));
    }
    let beat = (Instant::now() + BEAT).min(following.until);
    loop {
        let told = tokio::select! {
            told = following.told.recv() => told,
            () = tokio::time::sleep_until(beat) => {
                let over = Instant::now() >= following.until;
                return (!over).then_some((Ok(Bytes::from_static(b": quiet\n\n")), following));
            }
            () = following.stop.cancelled() => return None,
        };
        let piece = match told {
            Ok(Told::Happened(happened)) => piece(&following, &happened),
            Ok(Told::Directory) => Some(Bytes::from_static(DIRECTORY)),
            Ok(Told::Gap) | Err(RecvError::Lagged(_)) => Some(Bytes::from_static(GAP)),
            Err(RecvError::Closed) => return None,
        };
        if let Some(piece) = piece {
            return Some((Ok(piece), following));
        }
    }
}

const GAP: &[u8] = b"event: gap\ndata: {}\n\n";
const DIRECTORY: &[u8] = b"event: directory\ndata: {}\n\n";

fn piece(following: &Following, happened: &Happened) -> Option<Bytes> {
    let asked_for = following.request.is_none_or(|request| request == happened.request);
    if !asked_for || !following.ears.hear(happened) {
        return None;
    }
    let Happened { id, at, action, request, .. } = happened;
    let event = Event { id: *id, at: *at, action: action.clone(), request: *request };
    let data = serde_json::to_string(&event).ok()?;
    Some(Bytes::from(format!("event: happened\nid: {id}\ndata: {data}\n\n")))
}
