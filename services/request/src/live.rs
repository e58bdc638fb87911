//! Who is told at once when something happens to a request. Facts are heard as they pass; what passes unheard is no loss,
//! since whoever follows looks again when they are told of a gap.

mod concerned;
mod directory;
mod seats;

use std::sync::Arc;

use domain::{RequestId, UserId};
use jiff::Timestamp;
use judge::Judge;
use messaging::Passing;
use process::Process;
use store::Db;
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use self::concerned::concerned;
pub use self::seats::Seat;
use self::seats::Seats;

/// So many facts may wait for a slow follower before it is told of a gap instead.
const ROOM: usize = 256;

/// Something that happened to a request, and whom it concerns.
#[derive(Debug)]
pub struct Happened {
    /// The fact's id.
    pub id: Uuid,
    /// When.
    pub at: Timestamp,
    /// The versioned name of what happened.
    pub action: String,
    /// To which request.
    pub request: RequestId,
    /// Who asked, and who would have the access.
    pub people: [UserId; 2],
    /// Whom its approvals ask, name for any of their stages, or have heard.
    pub asks: Vec<String>,
}

/// What followers are told.
#[derive(Debug, Clone)]
pub enum Told {
    /// Something happened.
    Happened(Arc<Happened>),
    /// What is known of AWS, or how far its reading is, changed.
    Directory,
    /// Something may have happened unheard.
    Gap,
}

/// Where followers listen.
#[derive(Debug, Clone)]
pub struct Live {
    told: broadcast::Sender<Told>,
    of_directory: broadcast::Sender<Told>,
    seats: Arc<Seats>,
    stop: CancellationToken,
}

impl Live {
    /// What is told from now on.
    pub fn follow(&self) -> broadcast::Receiver<Told> {
        self.told.subscribe()
    }

    /// What is told of the directory from now on.
    pub fn follow_directory(&self) -> broadcast::Receiver<Told> {
        self.of_directory.subscribe()
    }

    /// A place for one more stream of this caller; none where they hold as many as they may.
    pub fn seat(&self, caller: String) -> Option<Seat> {
        self.seats.take(caller)
    }

    /// When this process stops.
    pub fn stop(&self) -> CancellationToken {
        self.stop.clone()
    }
}

/// Begins to hear.
pub fn start(process: &Process) -> Live {
    let (told, _) = broadcast::channel(ROOM);
    let stop = process.shutdown.token();
    let seats = Seats::new(process.settings.http.streams_per_caller);
    let (of_directory, _) = broadcast::channel(ROOM);
    let live = Live { told: told.clone(), of_directory: of_directory.clone(), seats, stop: stop.clone() };
    let (broker, db, judge) = (process.broker.clone(), process.db.clone(), process.judge.clone());
    let watched = (db.clone(), stop.clone());
    process.shutdown.spawn("request.live.directory", async move {
        directory::watch(&watched.0, &of_directory, &watched.1).await;
    });
    process.shutdown.spawn("request.live", async move {
        messaging::run_tap(broker, stop, |passing| tell(&db, &judge, &told, passing)).await;
    });
    live
}

/// Asks whom it concerns once for all followers; nobody is asked where nobody follows.
async fn tell(db: &Db, judge: &Judge, told: &broadcast::Sender<Told>, passing: Passing) {
    if told.receiver_count() == 0 {
        return;
    }
    let tell = match passing {
        Passing::Gap => Some(Told::Gap),
        Passing::Fact(action, occurred) => match occurred.fact.request() {
            None => None,
            Some(request) => match concerned(db, judge, request).await {
                Ok(Some((people, asks))) => {
                    let (id, at) = (occurred.id.uuid(), occurred.at);
                    Some(Told::Happened(Arc::new(Happened { id, at, action, request, people, asks })))
                }
                Ok(None) => None,
                Err(error) => {
                    tracing::debug!(%error, "it is not known whom a fact concerns, followers look for themselves");
                    Some(Told::Gap)
                }
            },
        },
    };
    if let Some(tell) = tell {
        let _ = told.send(tell);
    }
}
