//! What is said, and signed, about an access that is over.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::fact::Evidence;
use crate::grant::EndReason;
use crate::sessions::Sessions;
use crate::{GrantId, GroupId, PermissionSetArn, RequestId, Tuple};

/// What this form of a receipt is called. A receipt of another form is not understood by guessing.
pub const FORMAT: &str = "curfew.receipt.v1";

/// One receipt. Its signature covers the bytes of its JSON as they were written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// `curfew.receipt.v1`.
    pub format: String,
    /// Which.
    pub id: Uuid,
    /// What it attests.
    pub attests: Attests,
    /// When it was made, in the transaction of what it attests.
    pub made_at: Timestamp,
    /// The grant that is over.
    #[schema(value_type = Uuid)]
    pub grant: GrantId,
    /// The request that it came from.
    #[schema(value_type = Uuid)]
    pub request: RequestId,
    /// Who, where, what.
    pub tuple: Tuple,
    /// The permission set's name at the approval.
    pub permission_set_name: Option<String>,
    /// Why it ended.
    pub reason: EndReason,
    /// How it is known to be over.
    pub evidence: Evidence,
    /// How long it was there longer than it should.
    pub exposure: Exposure,
    /// What became of sessions that were alive.
    pub sessions: Sessions,
    /// What the receipt can never say, whatever was done.
    pub never_cut: Vec<NeverCut>,
    /// What the same person still has.
    pub remaining: Remaining,
}

/// What a receipt is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Attests {
    /// The access is over.
    End,
    /// Its sessions are denied.
    SessionsCut,
}

impl Attests {
    /// The name in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::End => "end",
            Self::SessionsCut => "sessions_cut",
        }
    }
}

/// How long the access was there longer than it should.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Exposure {
    /// When it should have been gone: its deadline, or when somebody ended it before.
    pub due_at: Option<Timestamp>,
    /// When it was read to be gone; none where nothing was taken away.
    pub removed_at: Option<Timestamp>,
    /// Seconds from the one to the other.
    pub late_s: Option<i64>,
    /// Until when credentials from before may live, if nothing cuts them.
    pub credentials_until: Option<Timestamp>,
    /// Seconds from the removal until then.
    pub credentials_s: Option<i64>,
}

impl Exposure {
    /// Where nothing was taken away, nothing was there too long.
    #[must_use]
    pub const fn none(due_at: Option<Timestamp>) -> Self {
        Self { due_at, removed_at: None, late_s: None, credentials_until: None, credentials_s: None }
    }

    /// Of an access that was taken away.
    #[must_use]
    pub fn of(due_at: Option<Timestamp>, removed_at: Timestamp, credentials_until: Timestamp) -> Self {
        let seconds = |from: Timestamp, to: Timestamp| to.duration_since(from).as_secs().max(0);
        Self {
            due_at,
            removed_at: Some(removed_at),
            late_s: due_at.map(|due| seconds(due, removed_at)),
            credentials_until: Some(credentials_until),
            credentials_s: Some(seconds(removed_at, credentials_until)),
        }
    }
}

/// Sessions that no deny of ours reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NeverCut {
    /// Roles that were assumed with the session's credentials: they no longer say whose they are.
    ChainedRoles,
    /// What was made to last without credentials, such as signed addresses, keys and running jobs.
    WhatWasMadeMeanwhile,
}

impl NeverCut {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::ChainedRoles, Self::WhatWasMadeMeanwhile];
}

/// What a person still has of the same, as far as is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Remaining {
    /// Their other accesses in the same account by Curfew.
    pub grants: Vec<OtherGrant>,
    /// Whether the same permission set is theirs there by an assignment from before Curfew.
    pub pre_existing: bool,
    /// Groups of theirs that have the same permission set there.
    pub groups: Groups,
    /// What could not be known.
    pub not_known: Vec<NotKnown>,
}

/// Another access of the same person in the same account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct OtherGrant {
    /// Which.
    #[schema(value_type = Uuid)]
    pub grant: GrantId,
    /// What it gives.
    #[schema(value_type = String)]
    pub permission_set: PermissionSetArn,
    /// Until when, as it is now.
    pub until: Option<Timestamp>,
}

/// Who has the same permission set in the same account by a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Groups {
    /// Nobody has looked.
    NotRead,
    /// Those of the groups that AWS showed to have it, that the person was in by the directory's copy.
    Read {
        /// The groups.
        #[schema(value_type = Vec<String>)]
        groups: Vec<GroupId>,
        /// When AWS showed who has it.
        read_at: Timestamp,
    },
}

/// What could not be known of what remains.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NotKnown {
    /// Whether somebody assigned the very same meanwhile: AWS keeps one assignment for both. CloudTrail tells.
    AssignedMeanwhile,
    /// What they have in this account by other permission sets without Curfew.
    OtherPermissionSets,
    /// Who has it by a group: nobody has looked.
    ByGroup,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exposure_counts_from_when_it_was_due() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let (due, gone) = (at("2026-03-02T09:00:00Z"), at("2026-03-02T09:00:03.5Z"));
        let exposure = Exposure::of(Some(due), gone, at("2026-03-02T10:00:03.5Z"));
        assert_eq!((exposure.late_s, exposure.credentials_s), (Some(3), Some(3600)));
        // The clock of the read may be a little behind that of the deadline.
        assert_eq!(Exposure::of(Some(gone), due, due).late_s, Some(0));
        assert_eq!(Exposure::none(Some(due)).late_s, None);
    }
}
