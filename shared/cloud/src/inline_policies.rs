//! The policies inside permission sets, written to deny live sessions where no service control policy is prepared.
//! Roles have them once the permission set is provisioned anew: asynchronous, and one account at a time.

use std::{sync::Arc, time::Duration};

use aws_sdk_ssoadmin::{
    Client,
    types::{PermissionSetProvisioningStatus, ProvisionTargetType, ProvisioningStatus, StatusValues},
};
use domain::{AccountId, PermissionSetArn};
use jiff::Timestamp;

use crate::{
    CallError, Progress,
    assignments::Instance,
    call::call,
    deadline::SendBy,
    limit::Limiter,
    pages,
    queue::Lane,
    surroundings::{Time, within},
};

const SERVICE: &str = "sso";
/// Between two questions about a run.
const LONGEST_WAIT: Duration = Duration::from_secs(2);

/// Permission sets' own policies. Cheap to clone.
#[derive(Clone)]
pub struct InlinePolicies {
    client: Client,
    instance: Instance,
    limiter: Limiter,
    time: Arc<dyn Time>,
}

impl InlinePolicies {
    pub(crate) fn new(client: Client, instance: Instance, limiter: Limiter, time: Arc<dyn Time>) -> Self {
        Self { client, instance, limiter, time }
    }

    /// A permission set's own policy; empty where it has none.
    ///
    /// # Errors
    /// See [`CallError`]; [`CallError::NotFound`] where the permission set is gone.
    pub async fn read(&self, set: &PermissionSetArn) -> Result<String, CallError> {
        self.limiter.call(Lane::Revocation).await;
        let asking = self.client.get_inline_policy_for_permission_set().instance_arn(&self.instance.arn);
        let answer =
            call(SERVICE, "GetInlinePolicyForPermissionSet", asking.permission_set_arn(set.as_str()).send()).await?;
        Ok(answer.inline_policy.unwrap_or_default())
    }

    /// Replaces it. Nothing is sent later than `send_by`.
    ///
    /// # Errors
    /// See [`CallError`]; [`CallError::TooLate`] when it was not sent.
    pub async fn write(&self, set: &PermissionSetArn, content: &str, send_by: Timestamp) -> Result<(), CallError> {
        let send_by = self.may_send(send_by).await?;
        if content.is_empty() {
            let deletion = self.client.delete_inline_policy_from_permission_set().instance_arn(&self.instance.arn);
            let deletion = deletion.permission_set_arn(set.as_str()).customize().interceptor(send_by);
            return call(SERVICE, "DeleteInlinePolicyFromPermissionSet", deletion.send()).await.map(|_| ());
        }
        let put = self.client.put_inline_policy_to_permission_set().instance_arn(&self.instance.arn);
        let put = put.permission_set_arn(set.as_str()).inline_policy(content).customize().interceptor(send_by);
        call(SERVICE, "PutInlinePolicyToPermissionSet", put.send()).await.map(|_| ())
    }

    /// The accounts whose roles do not have the permission set as it is now.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn outdated(&self, set: &PermissionSetArn) -> Result<Vec<String>, CallError> {
        pages::all(|token| async move {
            self.limiter.call(Lane::Revocation).await;
            let page = self
                .client
                .list_accounts_for_provisioned_permission_set()
                .instance_arn(&self.instance.arn)
                .permission_set_arn(set.as_str())
                .provisioning_status(ProvisioningStatus::LatestPermissionSetNotProvisioned)
                .set_next_token(token);
            let page = call(SERVICE, "ListAccountsForProvisionedPermissionSet", page.send()).await?;
            Ok((page.account_ids.unwrap_or_default(), page.next_token))
        })
        .await
    }

    /// Brings it to the role in one account, and follows that until `patience` is over.
    ///
    /// # Errors
    /// See [`CallError`]; [`CallError::NotFound`] where there is no such role any more.
    pub async fn provision(
        &self,
        set: &PermissionSetArn,
        account: &AccountId,
        send_by: Timestamp,
        patience: Duration,
    ) -> Result<Progress, CallError> {
        let send_by = self.may_send(send_by).await?;
        let provision = self
            .client
            .provision_permission_set()
            .instance_arn(&self.instance.arn)
            .permission_set_arn(set.as_str())
            .target_type(ProvisionTargetType::AwsAccount)
            .target_id(account.as_str())
            .customize()
            .interceptor(send_by);
        let answer = call(SERVICE, "ProvisionPermissionSet", provision.send()).await?;
        let status = answer.permission_set_provisioning_status;
        match progress(status.as_ref()) {
            Progress::InProgress => {}
            over @ (Progress::Succeeded | Progress::Failed { .. }) => return Ok(over),
        }
        let id = status.and_then(|status| status.request_id);
        let id = id.ok_or_else(|| CallError::Unclear("the answer names no operation".to_owned()))?;
        self.follow(&id, patience).await
    }

    /// Asks at growing intervals. Trouble with asking says nothing about the run.
    async fn follow(&self, id: &str, patience: Duration) -> Result<Progress, CallError> {
        let end = self.time.monotonic() + patience;
        let mut wait = Duration::from_millis(100);
        while self.time.monotonic() + wait < end {
            self.time.sleep(wait).await;
            match self.status(id).await {
                Ok(Progress::InProgress) => {}
                Ok(over) => return Ok(over),
                // AWS may not know it in its first moments.
                Err(CallError::NotFound(_)) => {}
                Err(error) if error.is_transient() => {}
                Err(error) => return Err(error),
            }
            wait = (wait * 2).min(LONGEST_WAIT);
        }
        Ok(Progress::InProgress)
    }

    async fn status(&self, id: &str) -> Result<Progress, CallError> {
        self.limiter.call(Lane::Revocation).await;
        let asking = self.client.describe_permission_set_provisioning_status().instance_arn(&self.instance.arn);
        let asking = asking.provision_permission_set_request_id(id);
        let answer = call(SERVICE, "DescribePermissionSetProvisioningStatus", asking.send()).await?;
        Ok(progress(answer.permission_set_provisioning_status.as_ref()))
    }

    async fn may_send(&self, send_by: Timestamp) -> Result<SendBy, CallError> {
        let send_by = SendBy { at: send_by, time: Arc::clone(&self.time) };
        within(&*self.time, send_by.left(), self.limiter.call(Lane::Revocation)).await.ok_or(CallError::TooLate)?;
        if send_by.is_over() { Err(CallError::TooLate) } else { Ok(send_by) }
    }
}

/// Whatever is neither success nor failure is under way.
fn progress(status: Option<&PermissionSetProvisioningStatus>) -> Progress {
    match status.and_then(PermissionSetProvisioningStatus::status) {
        Some(StatusValues::Succeeded) => Progress::Succeeded,
        Some(StatusValues::Failed) => {
            let reason = status.and_then(PermissionSetProvisioningStatus::failure_reason);
            Progress::Failed { reason: reason.unwrap_or("AWS gave no reason").to_owned() }
        }
        _ => Progress::InProgress,
    }
}
