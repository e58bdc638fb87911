//! `POST /v1/policy/apply`

use actix_web::{HttpResponse, post, web::Data};
use domain::ChangeId;
use policy::{File, Rest};
use serde::{Deserialize, Serialize};
use web::{Caller, Problem, Upload};

use super::{BODY_MOST, may_write};
use crate::http::{Api, problems};
use crate::usecase::policy::{Apply, Put, apply_files};

/// The files and the plan that was made of them.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApplyFiles {
    /// All files together, as they were planned.
    files: Vec<File>,
    /// The plan's revision.
    revision: i64,
    /// The plan's hash of what is wanted.
    wanted: String,
    /// Why, for the audit log and for the second person.
    reason: Option<String>,
    /// What becomes of those that the files leave out, as it was planned.
    #[serde(default)]
    rest: Rest,
}

/// What became of it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct AppliedFiles {
    /// `applied`, `unchanged`, or `waiting` for a second person.
    outcome: &'static str,
    /// The revision that is in force now.
    revision: i64,
    /// The change that waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    change: Option<ChangeId>,
}

/// Put into force what was planned: all of it or nothing, and only if nothing else changed since. For admins, and
/// machines with the scope `policy:write`.
#[utoipa::path(tag = "policy", request_body = ApplyFiles, responses(
    (status = 200, description = "It is in force.", body = AppliedFiles),
    (status = 202, description = "A second person has to agree.", body = AppliedFiles)))]
#[post("/v1/policy/apply")]
pub async fn apply_policy(api: Data<Api>, caller: Caller, body: Upload) -> Result<HttpResponse, Problem> {
    may_write(&caller)?;
    let ApplyFiles { files, revision, wanted, reason, rest } = body.json(BODY_MOST).await?;
    let mut tx = api.begin(caller.actor()).await?;
    let put = apply_files(&mut tx, &api.desk(), Apply { files, rest, revision, wanted, reason }).await?;
    tx.commit().await.map_err(problems::store)?;
    Ok(match put {
        Put::InForce(revision) => HttpResponse::Ok().json(AppliedFiles { outcome: "applied", revision, change: None }),
        Put::Unchanged(revision) => {
            HttpResponse::Ok().json(AppliedFiles { outcome: "unchanged", revision, change: None })
        }
        Put::Waiting(change, revision) => {
            HttpResponse::Accepted().json(AppliedFiles { outcome: "waiting", revision, change: Some(change) })
        }
    })
}
