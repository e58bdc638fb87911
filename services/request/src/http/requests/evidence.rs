//! `GET /v1/requests/{id}/evidence`

use actix_web::{get, web::Data};
use domain::fact::Evidence;
use domain::grant::{EndReason, GrantState};
use domain::receipt::Receipt;
use domain::sessions::Sessions;
use domain::{Actor, GrantId, RequestId, Tuple};
use jiff::Timestamp;
use receipts::{PublicKey, Signed};
use serde::Serialize;
use store::grants::{self, Grant};
use store::trail::Entry;
use store::{receipts as kept, requests, trail};
use uuid::Uuid;
use web::{Caller, Json, Path, Problem};

use super::show::may_see;
use crate::http::view::{RequestDetail, detail};
use crate::http::{Api, problems};

/// The most entries of the audit log that one bundle holds.
const ENTRIES: i64 = 10_000;

/// Everything that is known of a request.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct EvidenceBundle {
    /// When it was put together.
    pub made_at: Timestamp,
    /// The request, with decisions, comments, reviews and the trace of its judgement.
    pub request: RequestDetail,
    /// The accesses that came of it, and how each is known to be over.
    pub grants: Vec<GrantEvidence>,
    /// Signed receipts of what ended. They can be verified without Curfew.
    pub receipts: Vec<ReceiptView>,
    /// The keys that signed them, as Curfew knows them; who verifies should have them from elsewhere.
    pub keys: Vec<PublicKey>,
    /// What the audit log has of the request, its accesses and their assignments, the oldest first.
    pub trail: Vec<TrailPart>,
}

/// An access, from its approval to its end.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct GrantEvidence {
    /// Which.
    pub id: GrantId,
    /// Who, where, what.
    #[serde(flatten)]
    pub tuple: Tuple,
    /// Where it stands.
    pub state: GrantState,
    /// When it was approved.
    pub approved_at: Timestamp,
    /// When it was taken up.
    pub started_at: Option<Timestamp>,
    /// When AWS showed it.
    pub active_at: Option<Timestamp>,
    /// When it was to end.
    pub deadline_at: Option<Timestamp>,
    /// When its removal was asked for.
    pub revoking_at: Option<Timestamp>,
    /// When AWS no longer showed it.
    pub removed_at: Option<Timestamp>,
    /// When it was settled.
    pub ended_at: Option<Timestamp>,
    /// Why it ended.
    pub reason: Option<EndReason>,
    /// How it is known to be gone.
    pub evidence: Option<Evidence>,
    /// Until when credentials from before may live, if nothing cuts them.
    pub credentials_may_live_until: Option<Timestamp>,
    /// What became of its sessions.
    pub sessions: Option<Sessions>,
}

/// A receipt, as it was signed and to be read.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ReceiptView {
    /// Which.
    pub id: Uuid,
    /// The access that it is about.
    pub grant: GrantId,
    /// When it was made.
    pub made_at: Timestamp,
    /// What was signed, byte for byte.
    #[serde(flatten)]
    pub signed: Signed,
    /// The same, to be read; what counts is `signed`.
    pub receipt: Option<Receipt>,
}

/// An entry of the audit log.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct TrailPart {
    /// The fact's id.
    pub id: Uuid,
    /// When.
    pub at: Timestamp,
    /// Whose doing.
    pub actor: Actor,
    /// The versioned name of what happened.
    pub action: String,
    /// What kind of thing it is about.
    pub subject_kind: String,
    /// Which.
    pub subject: Uuid,
    /// The fact's own data.
    pub data: serde_json::Value,
}

/// Everything that is known of a request, for those who may see it.
#[utoipa::path(tag = "requests", params(("id" = RequestId, Path, description = "The request.")),
    responses((status = 200, description = "Its evidence.", body = EvidenceBundle)))]
#[get("/v1/requests/{id}/evidence")]
pub async fn request_evidence(
    api: Data<Api>,
    caller: Caller,
    id: Path<RequestId>,
) -> Result<Json<EvidenceBundle>, Problem> {
    let id = id.into_inner();
    let found = {
        let mut connection = api.db.read().await.map_err(problems::store)?;
        match requests::get(&mut connection, id).await.map_err(problems::store)? {
            Some(request) if may_see(&api, &mut connection, &caller, &request).await? => Some(request),
            Some(_) | None => None,
        }
    };
    let request = found.ok_or_else(|| Problem::not_found("request"))?;
    let mut tx = api.begin(caller.actor()).await?;
    let grants = grants::of_requests(tx.connection(), &[id.uuid()]).await.map_err(problems::store)?;
    let receipts = kept::of_request(tx.connection(), id).await.map_err(problems::store)?;
    let keys = kept::keys(tx.connection()).await.map_err(problems::store)?;
    let entries = trail::about_request(tx.connection(), id, ENTRIES).await.map_err(problems::store)?;
    Ok(Json(EvidenceBundle {
        made_at: tx.now(),
        request: detail(&mut tx, request).await.map_err(problems::store)?,
        grants: grants.into_iter().map(GrantEvidence::from).collect(),
        receipts: receipts.into_iter().map(ReceiptView::from).collect(),
        keys,
        trail: entries.into_iter().map(TrailPart::from).collect(),
    }))
}

impl From<Grant> for GrantEvidence {
    fn from(grant: Grant) -> Self {
        Self {
            id: grant.id,
            tuple: grant.tuple,
            state: grant.state,
            approved_at: grant.approved_at,
            started_at: grant.started_at,
            active_at: grant.active_at,
            deadline_at: grant.deadline_at,
            revoking_at: grant.revoking_at,
            removed_at: grant.removed_at,
            ended_at: grant.ended_at,
            reason: grant.reason,
            evidence: grant.evidence,
            credentials_may_live_until: grant.credentials_until,
            sessions: grant.sessions,
        }
    }
}

impl From<kept::Kept> for ReceiptView {
    fn from(kept: kept::Kept) -> Self {
        let receipt = serde_json::from_str(&kept.signed.signed).ok();
        Self { id: kept.id, grant: kept.grant, made_at: kept.made_at, signed: kept.signed, receipt }
    }
}

impl From<Entry> for TrailPart {
    fn from(entry: Entry) -> Self {
        Self {
            id: entry.id,
            at: entry.at,
            actor: entry.actor,
            action: entry.action,
            subject_kind: entry.subject_kind,
            subject: entry.subject_id,
            data: entry.data,
        }
    }
}
