//! The service control policy that denies live sessions: one that was prepared and attached for Curfew, of which only the
//! text is written here.

use std::sync::Arc;

use aws_sdk_organizations::Client;
use jiff::Timestamp;

use crate::{CallError, call::call, deadline::SendBy, surroundings::Time};

const SERVICE: &str = "organizations";

/// The policy. Cheap to clone. Its calls cost nothing of Identity Center's budget.
#[derive(Clone)]
pub struct SessionPolicy {
    client: Client,
    id: String,
    time: Arc<dyn Time>,
}

impl SessionPolicy {
    pub(crate) const fn new(client: Client, id: String, time: Arc<dyn Time>) -> Self {
        Self { client, id, time }
    }

    /// The policy's text, as AWS shows it now.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn read(&self) -> Result<String, CallError> {
        let answer = call(SERVICE, "DescribePolicy", self.client.describe_policy().policy_id(&self.id).send()).await?;
        let content = answer.policy.and_then(|policy| policy.content);
        content.ok_or_else(|| CallError::Unclear("the answer holds no policy".to_owned()))
    }

    /// Replaces the policy's text. Nothing is sent later than `send_by`, and nothing of the call is under way later
    /// than that plus the configured time-out.
    ///
    /// # Errors
    /// See [`CallError`]; [`CallError::TooLate`] when it was not sent.
    pub async fn write(&self, content: &str, send_by: Timestamp) -> Result<(), CallError> {
        let send_by = SendBy { at: send_by, time: Arc::clone(&self.time) };
        if send_by.is_over() {
            return Err(CallError::TooLate);
        }
        let update = self.client.update_policy().policy_id(&self.id).content(content).customize().interceptor(send_by);
        call(SERVICE, "UpdatePolicy", update.send()).await.map(|_| ())
    }
}
