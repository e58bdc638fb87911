//! Removing: all that the revocation service can do with assignments. It goes before everything else.

use std::{sync::Arc, time::Duration};

use aws_sdk_ssoadmin::{
    Client,
    types::{PrincipalType, TargetType},
};
use domain::Tuple;
use jiff::Timestamp;

use super::{Half, Holders, Instance, SERVICE, accepted, progress};
use crate::{
    Accepted, CallError, OperationId, Presence, Progress, call::call, follow::follow, limit::Limiter, queue::Lane,
    surroundings::Time,
};

/// Account assignments to someone who may delete them and not create them. Cheap to clone; all clones share the limits
/// and what was learned about AWS's pace.
#[derive(Clone)]
pub struct Deletions(Half);

impl Deletions {
    pub(crate) fn new(client: Client, instance: Instance, limiter: Limiter, time: Arc<dyn Time>) -> Self {
        Self(Half::new(client, instance, limiter, Lane::Revocation, time))
    }

    /// Whether AWS shows the assignment to this very person. Access by way of a group does not count.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn read(&self, tuple: &Tuple) -> Result<Presence, CallError> {
        self.0.read(tuple).await
    }

    /// The same, and which groups have the same permission set in the same account.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn holders(&self, tuple: &Tuple) -> Result<Holders, CallError> {
        self.0.holders(tuple).await
    }

    /// Asks AWS to delete the assignment, before waiting creations. For `send_by` see [`super::Creations::create`].
    /// Deleting what is missing is [`CallError::NotFound`], which also means that the person, account or permission
    /// set is gone.
    ///
    /// # Errors
    /// See [`CallError`]; [`CallError::TooLate`] when it was not sent.
    pub async fn delete(&self, tuple: &Tuple, send_by: Timestamp) -> Result<Accepted, CallError> {
        let send_by = self.0.send_by(send_by);
        let place = self.0.may_send(&send_by).await?;
        let deletion = self
            .0
            .client
            .delete_account_assignment()
            .instance_arn(&self.0.instance.arn)
            .target_type(TargetType::AwsAccount)
            .target_id(tuple.account.as_str())
            .permission_set_arn(tuple.permission_set.as_str())
            .principal_type(PrincipalType::User)
            .principal_id(tuple.principal.as_str())
            .customize()
            .interceptor(send_by);
        let answer = call(SERVICE, "DeleteAccountAssignment", deletion.send()).await?;
        accepted(answer.account_assignment_deletion_status, place)
    }

    /// How far a deletion is.
    ///
    /// # Errors
    /// See [`CallError`]; [`CallError::NotFound`] also in the first seconds of an operation's life.
    pub async fn deletion_status(&self, operation: &OperationId) -> Result<Progress, CallError> {
        self.0.limiter.call(self.0.lane).await;
        let asking = self
            .0
            .client
            .describe_account_assignment_deletion_status()
            .instance_arn(&self.0.instance.arn)
            .account_assignment_deletion_request_id(operation.as_str());
        let answer = call(SERVICE, "DescribeAccountAssignmentDeletionStatus", asking.send()).await?;
        Ok(progress(answer.account_assignment_deletion_status.as_ref()))
    }

    /// Asks until the deletion is over, or until `patience` is: then the answer is [`Progress::InProgress`].
    ///
    /// # Errors
    /// What asking again does not help against, see [`CallError`].
    pub async fn follow_deletion(&self, operation: &OperationId, patience: Duration) -> Result<Progress, CallError> {
        follow(&*self.0.time, &self.0.pace, patience, || self.deletion_status(operation)).await
    }
}
