//! Removing: all that the revocation service can do with assignments. It goes before everything else.

use std::{sync::Arc, time::Duration};

use aws_sdk_ssoadmin::{
    Client,
    types::{PrincipalType, TargetType},
};
use domain::Tuple;
use jiff::Timestamp;

use super::{Half, Holders, Instance, Kind, Listed, SERVICE, Status, Told};
use crate::{
    Accepted, CallError, OperationId, Presence, Progress, call::call, deadline::SendBy, limit::Limiter, queue::Lane,
    surroundings::Time,
};

/// Account assignments to someone who may delete them and not create them. Cheap to clone; all clones share the limits
/// and what was learned about AWS's pace.
#[derive(Clone)]
pub struct Deletions(Half<Deleting>);

impl Deletions {
    pub(crate) fn new(client: Client, instance: Instance, limiter: Limiter, time: Arc<dyn Time>) -> Self {
        Self(Half::new(client, instance, limiter, Lane::Revocation, time))
    }

    /// Whether AWS shows the assignment to this very person. Access by way of a group does not count.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn read(&self, tuple: &Tuple) -> Result<Presence, CallError> {
        self.0.read(tuple, self.0.lane).await
    }

    /// The same, when nothing more urgent is to be asked.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn look(&self, tuple: &Tuple) -> Result<Presence, CallError> {
        self.0.read(tuple, Lane::Background).await
    }

    /// The same, and which groups have the same permission set in the same account.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn holders(&self, tuple: &Tuple) -> Result<Holders, CallError> {
        self.0.holders(tuple, self.0.lane).await
    }

    /// Asks AWS to delete the assignment, before waiting creations. For `send_by` see [`super::Creations::create`].
    /// Deleting what is missing is [`CallError::NotFound`], which also means that the person, account or permission
    /// set is gone.
    ///
    /// # Errors
    /// See [`CallError`]; [`CallError::TooLate`] when it was not sent.
    pub async fn delete(&self, tuple: &Tuple, send_by: Timestamp) -> Result<Accepted, CallError> {
        self.0.ask(tuple, send_by).await
    }

    /// How far a deletion is.
    ///
    /// # Errors
    /// See [`CallError`]; [`CallError::NotFound`] also in the first seconds of an operation's life.
    pub async fn deletion_status(&self, operation: &OperationId) -> Result<Progress, CallError> {
        self.0.status(operation).await
    }

    /// Asks until the deletion is over, or until `patience` is: then the answer is [`Progress::InProgress`].
    ///
    /// # Errors
    /// What asking again does not help against, see [`CallError`].
    pub async fn follow_deletion(&self, operation: &OperationId, patience: Duration) -> Result<Progress, CallError> {
        self.0.follow(operation, patience).await
    }

    /// How long AWS takes for one, as far as it was learned here.
    pub(crate) fn learned(&self) -> Option<Duration> {
        self.0.learned()
    }
}

/// Creating or deleting is the type, so that neither half can ask for the other's operation.
struct Deleting;

impl Kind for Deleting {
    fn ask(client: &Client, instance: &Instance, tuple: &Tuple, send_by: SendBy) -> Told<Option<Status>> {
        let deletion = client
            .delete_account_assignment()
            .instance_arn(&instance.arn)
            .target_type(TargetType::AwsAccount)
            .target_id(tuple.account.as_str())
            .permission_set_arn(tuple.permission_set.as_str())
            .principal_type(PrincipalType::User)
            .principal_id(tuple.principal.as_str())
            .customize()
            .interceptor(send_by);
        Box::pin(async move {
            let answer = call(SERVICE, "DeleteAccountAssignment", deletion.send()).await?;
            Ok(answer.account_assignment_deletion_status)
        })
    }

    fn status(client: &Client, instance: &Instance, operation: &OperationId) -> Told<Option<Status>> {
        let asking = client
            .describe_account_assignment_deletion_status()
            .instance_arn(&instance.arn)
            .account_assignment_deletion_request_id(operation.as_str());
        Box::pin(async move {
            let answer = call(SERVICE, "DescribeAccountAssignmentDeletionStatus", asking.send()).await?;
            Ok(answer.account_assignment_deletion_status)
        })
    }

    fn list(client: &Client, instance: &Instance) -> Told<Vec<Listed>> {
        let asking = client.list_account_assignment_deletion_status().instance_arn(&instance.arn).max_results(100);
        Box::pin(async move {
            let answer = call(SERVICE, "ListAccountAssignmentDeletionStatus", asking.send()).await?;
            Ok(answer.account_assignments_deletion_status.unwrap_or_default())
        })
    }
}
