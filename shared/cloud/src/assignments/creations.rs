//! Adding: all that the grant service can do with assignments.

use std::{sync::Arc, time::Duration};

use aws_sdk_ssoadmin::{
    Client,
    types::{PrincipalType, TargetType},
};
use domain::Tuple;
use jiff::Timestamp;

use super::{Half, Instance, Kind, Listed, SERVICE, Status, Told};
use crate::{
    Accepted, CallError, OperationId, Presence, Progress, call::call, deadline::SendBy, limit::Limiter, queue::Lane,
    surroundings::Time,
};

/// Account assignments to someone who may create them and not delete them. Cheap to clone; all clones share the limits
/// and what was learned about AWS's pace.
#[derive(Clone)]
pub struct Creations(Half<Creating>);

impl Creations {
    pub(crate) fn new(client: Client, instance: Instance, limiter: Limiter, time: Arc<dyn Time>) -> Self {
        Self(Half::new(client, instance, limiter, Lane::Usual, time))
    }

    /// Whether AWS shows the assignment to this very person. Access by way of a group does not count.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn read(&self, tuple: &Tuple) -> Result<Presence, CallError> {
        self.0.read(tuple, self.0.lane).await
    }

    /// Asks AWS to create the assignment. Nothing is sent when `send_by` has passed while waiting for a place, and
    /// nothing of the call is under way later than `send_by` plus the configured time-out. Creating what exists is
    /// no error.
    ///
    /// # Errors
    /// See [`CallError`]; [`CallError::TooLate`] when it was not sent.
    pub async fn create(&self, tuple: &Tuple, send_by: Timestamp) -> Result<Accepted, CallError> {
        self.0.ask(tuple, send_by).await
    }

    /// How far a creation is.
    ///
    /// # Errors
    /// See [`CallError`]; [`CallError::NotFound`] also in the first seconds of an operation's life.
    pub async fn creation_status(&self, operation: &OperationId) -> Result<Progress, CallError> {
        self.0.status(operation).await
    }

    /// Asks until the creation is over, or until `patience` is: then the answer is [`Progress::InProgress`].
    ///
    /// # Errors
    /// What asking again does not help against, see [`CallError`].
    pub async fn follow_creation(&self, operation: &OperationId, patience: Duration) -> Result<Progress, CallError> {
        self.0.follow(operation, patience).await
    }

    /// How long AWS takes for one, as far as it was learned here.
    pub(crate) fn learned(&self) -> Option<Duration> {
        self.0.learned()
    }
}

/// Creating or deleting is the type, so that neither half can ask for the other's operation.
struct Creating;

impl Kind for Creating {
    fn ask(client: &Client, instance: &Instance, tuple: &Tuple, send_by: SendBy) -> Told<Option<Status>> {
        let creation = client
            .create_account_assignment()
            .instance_arn(&instance.arn)
            .target_type(TargetType::AwsAccount)
            .target_id(tuple.account.as_str())
            .permission_set_arn(tuple.permission_set.as_str())
            .principal_type(PrincipalType::User)
            .principal_id(tuple.principal.as_str())
            .customize()
            .interceptor(send_by);
        Box::pin(async move {
            let answer = call(SERVICE, "CreateAccountAssignment", creation.send()).await?;
            Ok(answer.account_assignment_creation_status)
        })
    }

    fn status(client: &Client, instance: &Instance, operation: &OperationId) -> Told<Option<Status>> {
        let asking = client
            .describe_account_assignment_creation_status()
            .instance_arn(&instance.arn)
            .account_assignment_creation_request_id(operation.as_str());
        Box::pin(async move {
            let answer = call(SERVICE, "DescribeAccountAssignmentCreationStatus", asking.send()).await?;
            Ok(answer.account_assignment_creation_status)
        })
    }

    fn list(client: &Client, instance: &Instance) -> Told<Vec<Listed>> {
        let asking = client.list_account_assignment_creation_status().instance_arn(&instance.arn).max_results(100);
        Box::pin(async move {
            let answer = call(SERVICE, "ListAccountAssignmentCreationStatus", asking.send()).await?;
            Ok(answer.account_assignments_creation_status.unwrap_or_default())
        })
    }
}
