//! How a grant looks on the wire.

use domain::fact::Evidence;
use domain::grant::{EndReason, GrantState};
use domain::receipt::{NeverCut, Remaining};
use domain::sessions::Sessions;
use domain::{GrantId, RequestId, Tuple};
use jiff::Timestamp;
use store::grants::{self, Beside, Grant};
use store::{PgConnection, StoreError, directory, estimate, requests};

use super::State;

/// One pair's access.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
#[schema(as = Grant)]
pub struct GrantView {
    /// Which.
    pub id: GrantId,
    /// Counts its changes, from 1.
    pub version: i64,
    /// The request that it came from.
    pub request: RequestId,
    /// Who, where, what.
    #[serde(flatten)]
    pub tuple: Tuple,
    /// What pages call whoever has it; the id where the directory knows none.
    pub principal_name: String,
    /// The account's name when it was asked for.
    pub account_name: String,
    /// The permission set's name when it was asked for.
    pub permission_set_name: String,
    /// Where it stands.
    pub state: GrantState,
    /// How long it was approved for.
    pub minutes: i32,
    /// When it may start.
    pub start_at: Timestamp,
    /// When it ends; provisional while it is being granted.
    pub deadline_at: Option<Timestamp>,
    /// The later end of an approved extension, which counts once the schedule in AWS has moved; none where none waits.
    pub extending_to: Option<Timestamp>,
    /// Since when AWS is known not to have it although it is active: somebody took it away outside Curfew.
    pub vanished_at: Option<Timestamp>,
    /// When it was approved.
    pub approved_at: Timestamp,
    /// When it can be expected to be there, or gone, while it is on its way.
    pub expected_at: Option<Timestamp>,
    /// When AWS showed it.
    pub active_at: Option<Timestamp>,
    /// When its removal was asked for.
    pub revoking_at: Option<Timestamp>,
    /// When it was known to be gone.
    pub ended_at: Option<Timestamp>,
    /// Why it ends or ended.
    pub reason: Option<EndReason>,
    /// More about why, in AWS's words or a person's.
    pub detail: Option<String>,
    /// How it is known to be gone.
    pub evidence: Option<Evidence>,
    /// When AWS no longer showed the assignment; none where none was taken away.
    pub removed_at: Option<Timestamp>,
    /// Until when credentials from before that may live, if nothing cuts them.
    pub credentials_may_live_until: Option<Timestamp>,
    /// What became of sessions that were alive when it ended; none before.
    pub sessions: Option<Sessions>,
}

/// One access, and what the same person has beside it.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
#[schema(as = GrantDetail)]
pub struct GrantDetail {
    /// The access.
    #[serde(flatten)]
    pub grant: GrantView,
    /// What the same person has in the same account beside it, as far as is known.
    pub remaining_access: Remaining,
    /// Sessions that are never cut, whatever `sessions` says.
    pub never_cut: Vec<NeverCut>,
}

/// What pages call who, where and what.
struct Names {
    principal: String,
    account: String,
    permission_set: String,
}

impl GrantView {
    /// These grants, with names, and with what those on their way can expect.
    pub async fn of(state: &State, connection: &mut PgConnection, grants: Vec<Grant>) -> Result<Vec<Self>, StoreError> {
        let now = state.db.clock().now();
        let expected = estimate::expected(connection, &grants, now, state.slots, state.calls_per_second).await?;
        let beside = grants::beside(connection, &grants).await?;
        let requests: Vec<_> = grants.iter().map(|grant| grant.request.uuid()).collect();
        let items = requests::items_of(connection, &requests).await?;
        let people: Vec<_> = grants.iter().map(|grant| grant.tuple.principal.clone()).collect();
        let people = directory::users(connection, &people).await?;
        let view = |grant: Grant| {
            let expected_at = expected.get(&grant.id).copied();
            let beside = beside.get(&grant.id).copied().unwrap_or_default();
            let item = items.iter().find(|(request, item)| *request == grant.request && item.ordinal == grant.ordinal);
            let person = people.iter().find(|person| person.id == grant.tuple.principal);
            let names = Names {
                principal: person.map_or_else(|| grant.tuple.principal.to_string(), |p| p.display_name.clone()),
                account: item.map(|(_, item)| item.account_name.clone()).unwrap_or_default(),
                permission_set: item.map(|(_, item)| item.permission_set_name.clone()).unwrap_or_default(),
            };
            Self::new(grant, names, expected_at, beside)
        };
        Ok(grants.into_iter().map(view).collect())
    }

    fn new(grant: Grant, names: Names, expected_at: Option<Timestamp>, beside: Beside) -> Self {
        Self {
            principal_name: names.principal,
            account_name: names.account,
            permission_set_name: names.permission_set,
            expected_at,
            extending_to: beside.extending_to,
            vanished_at: beside.vanished_at,
            id: grant.id,
            version: grant.version,
            request: grant.request,
            tuple: grant.tuple,
            state: grant.state,
            minutes: grant.minutes,
            start_at: grant.start_at,
            deadline_at: grant.deadline_at,
            approved_at: grant.approved_at,
            active_at: grant.active_at,
            revoking_at: grant.revoking_at,
            ended_at: grant.ended_at,
            reason: grant.reason,
            detail: grant.detail,
            evidence: grant.evidence,
            removed_at: grant.removed_at,
            credentials_may_live_until: grant.credentials_until,
            sessions: grant.sessions,
        }
    }
}
