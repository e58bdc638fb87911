//! Who made or removed assignments, from CloudTrail's event history of the last 90 days.

use aws_sdk_cloudtrail::types::{Event, LookupAttribute, LookupAttributeKey};
use domain::{AccountId, PermissionSetArn, Tuple, UserId};
use jiff::Timestamp;
use serde::Deserialize;

use super::Survey;
use crate::{
    call::call,
    error::{CallError, CloudError},
    queue::Lane,
};

const OPERATION: &str = "LookupEvents";
/// Of fifty events each: at two a second a run's share of a few minutes.
const MOST_PAGES: usize = 200;

/// Which changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChangeKind {
    /// Assignments that were made.
    Made,
    /// Assignments that were removed.
    Removed,
}

impl ChangeKind {
    const fn event_name(self) -> &'static str {
        match self {
            Self::Made => "CreateAccountAssignment",
            Self::Removed => "DeleteAccountAssignment",
        }
    }
}

/// A change of an assignment of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Of which.
    pub tuple: Tuple,
    /// When it was asked for.
    pub at: Timestamp,
    /// Whose call it was: an ARN.
    pub by: String,
    /// Whether it was Curfew's own grant role.
    pub by_grant_role: bool,
}

impl Survey {
    /// The changes that CloudTrail shows, the newest first, back to `since` or as far as it goes. `None` where it
    /// cannot be asked. Changes of the last quarter of an hour may be missing.
    ///
    /// # Errors
    /// When a call fails for good.
    pub async fn changes(&self, kind: ChangeKind, since: Option<Timestamp>) -> Result<Option<Vec<Change>>, CloudError> {
        let mut changes = Vec::new();
        let mut token: Option<String> = None;
        for _ in 0..MOST_PAGES {
            self.trail_limiter.call(Lane::Background).await;
            let attribute = LookupAttribute::builder()
                .attribute_key(LookupAttributeKey::EventName)
                .attribute_value(kind.event_name())
                .build()
                .map_err(|error| CloudError::calling(OPERATION)(CallError::Invalid(error.to_string())))?;
            let page = self
                .trail
                .lookup_events()
                .lookup_attributes(attribute)
                .set_start_time(since.map(|at| aws_smithy_types::DateTime::from_secs(at.as_second())))
                .max_results(50)
                .set_next_token(token.take());
            let page = match call("cloudtrail", OPERATION, page.send()).await {
                Ok(page) => page,
                Err(CallError::Denied(_)) => return Ok(None),
                Err(error) => return Err(CloudError::calling(OPERATION)(error)),
            };
            changes.extend(page.events().iter().filter_map(|event| self.change(event)));
            match page.next_token.filter(|next| !next.is_empty()) {
                Some(next) => token = Some(next),
                None => break,
            }
        }
        Ok(Some(changes))
    }

    /// What could not be read, was refused, or is about a group, tells nothing of a person's assignment.
    fn change(&self, event: &Event) -> Option<Change> {
        let record: Record = serde_json::from_str(event.cloud_trail_event()?).ok()?;
        if record.error_code.is_some() {
            return None;
        }
        let parameters = record.request_parameters.filter(|asked| asked.principal_type == "USER")?;
        let role = record.user_identity.session_context.and_then(|session| session.session_issuer.arn);
        Some(Change {
            tuple: Tuple {
                principal: UserId::parse(parameters.principal_id).ok()?,
                account: AccountId::parse(parameters.target_id).ok()?,
                permission_set: PermissionSetArn::parse(parameters.permission_set_arn).ok()?,
            },
            at: record.event_time,
            by_grant_role: self.grant_role.is_some() && role == self.grant_role,
            by: record.user_identity.arn?,
        })
    }
}

/// The part of CloudTrail's record that is needed.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Record {
    event_time: Timestamp,
    user_identity: Identity,
    request_parameters: Option<Parameters>,
    error_code: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Identity {
    arn: Option<String>,
    session_context: Option<Session>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Session {
    #[serde(default)]
    session_issuer: Issuer,
}

#[derive(Default, Deserialize)]
struct Issuer {
    arn: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Parameters {
    target_id: String,
    permission_set_arn: String,
    principal_type: String,
    principal_id: String,
}
