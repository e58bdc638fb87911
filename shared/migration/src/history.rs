//! TEAM's past, as records that people and auditors can read in Curfew.

use domain::{AccountId, PermissionSetArn, UserId};
use jiff::Timestamp;
use serde::Serialize;
use uuid::Uuid;

use crate::directory::Found;
use crate::{Directory, Status, TeamRequest, timed_id};

/// A request that TEAM handled: who, what, when, why, decided and taken away by whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ImportedRequest {
    /// Curfew's id for it; the same at every import.
    pub id: Uuid,
    /// TEAM's id.
    pub external_id: String,
    /// TEAM's word for where it stood when it was exported.
    pub status: Status,
    /// Who asked, where the directory still knows them.
    pub requester: Option<UserId>,
    /// Their name in Identity Center then.
    pub requester_name: String,
    /// Their address then.
    pub requester_email: Option<String>,
    /// Where, if TEAM's row is sound.
    pub account: Option<AccountId>,
    /// The account as TEAM showed it.
    pub account_name: String,
    /// What, if TEAM's row is sound.
    pub permission_set: Option<PermissionSetArn>,
    /// The permission set as TEAM showed it.
    pub permission_set_name: String,
    /// From when.
    pub start_at: Option<Timestamp>,
    /// How long, in minutes.
    pub minutes: Option<u32>,
    /// When TEAM took it away.
    pub ended_at: Option<Timestamp>,
    /// Why.
    pub reason: String,
    /// The ticket.
    pub ticket: Option<String>,
    /// Who decided, as TEAM wrote it.
    pub decided_by: Option<String>,
    /// What they said.
    pub decision_comment: Option<String>,
    /// Who took it away, as TEAM wrote it.
    pub revoked_by: Option<String>,
    /// What they said.
    pub revoke_comment: Option<String>,
    /// When it was asked.
    pub submitted_at: Option<Timestamp>,
    /// Everything that TEAM kept, as plain JSON.
    pub original: serde_json::Value,
}

/// Postgres takes every character but this one.
fn text(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

impl ImportedRequest {
    /// The record of a row.
    #[must_use]
    pub fn of(row: &TeamRequest, directory: &Directory) -> Self {
        let requester = row.user_name.as_deref().and_then(|name| match directory.user_named(name) {
            Found::One(user) => Some(user),
            Found::None | Found::Several(_) => None,
        });
        let name = |name: &Option<String>, id: &Option<String>| {
            text(name.as_deref().or(id.as_deref()).unwrap_or("(not in the export)"))
        };
        Self {
            id: request_id(row),
            external_id: text(&row.id),
            status: row.status.clone(),
            requester,
            requester_name: name(&row.user_name, &row.email),
            requester_email: row.email.as_deref().map(text),
            account: row.account.as_deref().and_then(|id| AccountId::parse(id).ok()),
            account_name: name(&row.account_name, &row.account),
            permission_set: row.permission_set.as_deref().and_then(|arn| PermissionSetArn::parse(arn).ok()),
            permission_set_name: name(&row.permission_set_name, &row.permission_set),
            start_at: row.start,
            minutes: row.hours.map(|hours| hours.saturating_mul(60)),
            ended_at: row.end,
            reason: text(row.reason.as_deref().unwrap_or_default()),
            ticket: row.ticket.as_deref().map(text),
            decided_by: row.approver.as_deref().map(text),
            decision_comment: row.comment.as_deref().map(text),
            revoked_by: row.revoker.as_deref().map(text),
            revoke_comment: row.revoke_comment.as_deref().map(text),
            submitted_at: row.created,
            original: row.original.clone(),
        }
    }
}

/// Curfew's id for a row.
pub(crate) fn request_id(row: &TeamRequest) -> Uuid {
    timed_id("request", &row.id, row.created.or(row.start).unwrap_or(Timestamp::UNIX_EPOCH))
}
