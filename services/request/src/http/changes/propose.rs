//! `POST /v1/changes`

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::{post, web::Data};
use domain::ChangeId;
use domain::rules::{Document, Edit, Impact};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Caller, IdempotencyKey, Json, Problem, ProblemType, Query};

use super::view::ChangeView;
use crate::http::Api;
use crate::http::documents::Meant;
use crate::http::documents::problems::set;
use crate::http::once::{Answer, once};
use crate::usecase::documents::{Affected, Applied, LongSessions, Outcome, Preview, Proposal, Weighed, apply};

/// Characters that a reason may have.
const REASON_MOST: usize = 2_000;

/// Edits that are made together, all of them or none.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeSet {
    /// What is to be done, each document at most once.
    edits: Vec<Edit>,
    /// The revision of all documents that was seen; another one is refused.
    #[serde(default)]
    revision: Option<i64>,
    /// Why, for the second admin to read; at most 2000 characters.
    #[serde(default)]
    reason: Option<String>,
}

/// What is in force now, or would be.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChangesMade {
    /// The documents that were made or changed, in the order of the edits.
    documents: Vec<Document>,
    /// What the change makes easier to get, and whether it does at all.
    impact: Impact,
    /// Access that would not be allowed any more. None of it is ended; `POST /v1/grants/revoke` ends it.
    affected: Vec<Affected>,
    /// Permission sets of its rules whose sessions last longer than an hour.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    long_sessions: Vec<LongSessions>,
    /// The revision of all documents.
    revision: i64,
    /// In the answer to a dry run: whether it would wait for a second admin.
    #[serde(skip_serializing_if = "Option::is_none")]
    second_person: Option<bool>,
    /// The note of it, where a second admin was wanted and there was none.
    #[serde(skip_serializing_if = "Option::is_none")]
    alone: Option<ChangeId>,
}

impl From<Applied> for ChangesMade {
    fn from(applied: Applied) -> Self {
        let Applied { documents, weighed: Weighed { impact, affected, long_sessions }, revision, alone } = applied;
        Self { documents, impact, affected, long_sessions, revision, second_person: None, alone }
    }
}

impl From<Preview> for ChangesMade {
    fn from(preview: Preview) -> Self {
        let Preview { documents, weighed: Weighed { impact, affected, long_sessions }, revision, second_person } =
            preview;
        Self { documents, impact, affected, long_sessions, revision, second_person: Some(second_person), alone: None }
    }
}

/// Make several edits at once.
#[utoipa::path(tag = "changes", request_body = ChangeSet,
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes repeating safe."), Meant),
    responses(
        (status = 200, description = "It is in force, or what it would mean for a dry run.", body = ChangesMade),
        (status = 202, description = "It waits for a second admin.", body = ChangeView)))]
#[post("/v1/changes")]
pub async fn propose_change(
    api: Data<Api>,
    caller: Caller,
    key: IdempotencyKey,
    meant: Query<Meant>,
    body: Json<ChangeSet>,
) -> Result<HttpResponse, Problem> {
    caller.require_admin()?;
    let (body, dry_run) = (body.into_inner(), meant.into_inner().dry_run);
    if body.reason.as_ref().is_some_and(|reason| reason.chars().count() > REASON_MOST) {
        let said = format!("A reason has at most {REASON_MOST} characters.");
        return Err(Problem::because(ProblemType::CommentTooLong, said).with("path", "reason"));
    }
    let (edits, revision, reason) = (body.edits.clone(), body.revision, body.reason.clone());
    let proposal = Proposal { edits, revision, reason, dry_run };
    let key = if dry_run { IdempotencyKey(None) } else { key };
    let answer = once(&api, &caller, key, "POST /v1/changes", &body, async |tx| {
        match apply(tx, &api.desk(), &proposal).await.map_err(set)? {
            Outcome::Applied(applied) => Answer::done(&ChangesMade::from(*applied)),
            Outcome::Previewed(preview) => Answer::done(&ChangesMade::from(*preview)),
            Outcome::Waiting(change, weighed) => {
                Answer::with(StatusCode::ACCEPTED, &ChangeView::new(*change, *weighed))
            }
        }
    })
    .await?;
    Ok(answer.respond("/v1/changes"))
}
