//! `GET /v1/directory`

use actix_web::{get, web::Data};
use jiff::Timestamp;
use serde::Serialize;
use store::directory::{self, Progress, Standing};
use web::{Caller, Json, Problem};

use super::{PartName, may_look};
use crate::http::{Api, problems};

/// How old what Curfew knows of AWS is.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct DirectoryView {
    /// Whether everything that decisions need was read at least once.
    ready: bool,
    /// Grows with every change to accounts, organizational units or permission sets.
    revision: i64,
    /// Each part by itself.
    parts: Vec<PartView>,
}

/// A part of the directory.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct PartView {
    /// Which.
    part: PartName,
    /// How many are known: people, groups, memberships, accounts, accounts whose tags were read, permission sets,
    /// permission sets whose contents were read.
    there: i64,
    /// When it was last read; of a part that is read piece by piece, when its oldest piece was. Absent: never yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    succeeded_at: Option<Timestamp>,
    /// How many seconds ago that was.
    #[serde(skip_serializing_if = "Option::is_none")]
    age_s: Option<i64>,
    /// When it last could not be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    failed_at: Option<Timestamp>,
    /// Why, until it can be read again.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    /// Until when it is taken over however much of it is gone, because an admin said so.
    #[serde(skip_serializing_if = "Option::is_none")]
    accepted_until: Option<Timestamp>,
    /// How far its reading is, while it is being read or waits for it; absent otherwise, and while a part that is read piece
    /// by piece is only looked at in turn.
    #[serde(skip_serializing_if = "Option::is_none")]
    progress: Option<ProgressView>,
}

/// How far the reading of a part is.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ProgressView {
    /// Whether it has begun, rather than waits for its turn.
    begun: bool,
    /// Since when an admin wants it; absent where it is merely due.
    #[serde(skip_serializing_if = "Option::is_none")]
    wanted_at: Option<Timestamp>,
    /// How many were read.
    done: i64,
    /// Of how many; of a list, of as many as there were the last time. Absent where nobody knows yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    of: Option<i64>,
}

impl From<&Progress> for ProgressView {
    fn from(progress: &Progress) -> Self {
        let Progress { part: _, begun, wanted_at, done, of } = *progress;
        Self { begun, wanted_at, done, of }
    }
}

/// How old what Curfew knows of AWS is, what could not be read, and how far the reading of a part is that runs.
#[utoipa::path(tag = "directory",
    responses((status = 200, description = "Each part with its age.", body = DirectoryView)))]
#[get("/v1/directory")]
pub async fn show_directory(api: Data<Api>, caller: Caller) -> Result<Json<DirectoryView>, Problem> {
    may_look(&caller)?;
    let mut tx = api.begin(caller.actor()).await?;
    let now = tx.now();
    let standing = directory::standing(tx.connection(), now).await.map_err(problems::store)?;
    let Standing { syncs, counts, progress } = standing;
    let revision = directory::revision(tx.connection()).await.map_err(problems::store)?;
    let ready = syncs.iter().all(|sync| sync.succeeded_at.is_some() || !sync.part.is_needed());
    let parts = syncs.into_iter().map(|sync| PartView {
        part: sync.part.into(),
        there: counts.iter().find(|count| count.part == sync.part).map_or(0, |count| count.there),
        succeeded_at: sync.succeeded_at,
        age_s: sync.succeeded_at.map(|at| now.duration_since(at).as_secs().max(0)),
        failed_at: sync.failed_at,
        error: sync.error,
        accepted_until: sync.accept_until.filter(|until| *until > now),
        progress: progress.iter().find(|progress| progress.part == sync.part).map(ProgressView::from),
    });
    Ok(Json(DirectoryView { ready, revision, parts: parts.collect() }))
}
