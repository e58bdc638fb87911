//! Adding: all that the grant service can do with assignments.

use std::{sync::Arc, time::Duration};

use aws_sdk_ssoadmin::{
    Client,
    types::{PrincipalType, TargetType},
};
use domain::Tuple;
use jiff::Timestamp;

use super::{Half, Instance, SERVICE, accepted, progress};
use crate::{
    Accepted, CallError, OperationId, Presence, Progress, call::call, follow::follow, limit::Limiter, queue::Lane,
    surroundings::Time,
};

/// Account assignments to someone who may create them and not delete them. Cheap to clone; all clones share the limits
/// and what was learned about AWS's pace.
#[derive(Clone)]
pub struct Creations(Half);

impl Creations {
    pub(crate) fn new(client: Client, instance: Instance, limiter: Limiter, time: Arc<dyn Time>) -> Self {
        Self(Half::new(client, instance, limiter, Lane::Usual, time))
    }

    /// Whether AWS shows the assignment to this very person. Access by way of a group does not count.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn read(&self, tuple: &Tuple) -> Result<Presence, CallError> {
        self.0.read(tuple).await
    }

    /// Asks AWS to create the assignment. Nothing is sent when `send_by` has passed while waiting for a place, and
    /// nothing of the call is under way later than `send_by` plus the configured time-out. Creating what exists is
    /// no error.
    ///
    /// # Errors
    /// See [`CallError`]; [`CallError::TooLate`] when it was not sent.
    pub async fn create(&self, tuple: &Tuple, send_by: Timestamp) -> Result<Accepted, CallError> {
        let send_by = self.0.send_by(send_by);
        let place = self.0.may_send(&send_by).await?;
        let creation = self
            .0
            .client
            .create_account_assignment()
            .instance_arn(&self.0.instance.arn)
            .target_type(TargetType::AwsAccount)
            .target_id(tuple.account.as_str())
            .permission_set_arn(tuple.permission_set.as_str())
            .principal_type(PrincipalType::User)
            .principal_id(tuple.principal.as_str())
            .customize()
            .interceptor(send_by);
        let answer = call(SERVICE, "CreateAccountAssignment", creation.send()).await?;
        accepted(answer.account_assignment_creation_status, place)
    }

    /// How far a creation is.
    ///
    /// # Errors
    /// See [`CallError`]; [`CallError::NotFound`] also in the first seconds of an operation's life.
    pub async fn creation_status(&self, operation: &OperationId) -> Result<Progress, CallError> {
        self.0.limiter.call(self.0.lane).await;
        let asking = self
            .0
            .client
            .describe_account_assignment_creation_status()
            .instance_arn(&self.0.instance.arn)
            .account_assignment_creation_request_id(operation.as_str());
        let answer = call(SERVICE, "DescribeAccountAssignmentCreationStatus", asking.send()).await?;
        Ok(progress(answer.account_assignment_creation_status.as_ref()))
    }

    /// Asks until the creation is over, or until `patience` is: then the answer is [`Progress::InProgress`].
    ///
    /// # Errors
    /// What asking again does not help against, see [`CallError`].
    pub async fn follow_creation(&self, operation: &OperationId, patience: Duration) -> Result<Progress, CallError> {
        follow(&*self.0.time, &self.0.pace, patience, || self.creation_status(operation)).await
    }
}
