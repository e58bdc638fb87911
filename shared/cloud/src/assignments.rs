//! Account assignments of people: read, create, delete, and how far an operation is.

use std::{sync::Arc, time::Duration};

use aws_sdk_ssoadmin::{
    Client,
    types::{AccountAssignmentOperationStatus, PrincipalType, StatusValues, TargetType},
};
use domain::Tuple;
use jiff::Timestamp;

use crate::{
    Accepted, CallError, OperationId, Presence, Progress,
    call::call,
    deadline::SendBy,
    follow::follow,
    limit::Limiter,
    pace::Pace,
    queue::{Lane, Pass},
};

const SERVICE: &str = "sso";

/// The Identity Center instance that everything is about.
#[derive(Debug, Clone)]
pub(crate) struct Instance {
    pub(crate) arn: String,
    pub(crate) identity_store: String,
}

/// Account assignments. Cheap to clone; all clones share the limits and what was learned about AWS's pace.
#[derive(Clone)]
pub struct Assignments {
    shared: Arc<Shared>,
}

struct Shared {
    client: Client,
    instance: Instance,
    limiter: Limiter,
    creations: Pace,
    deletions: Pace,
}

impl Assignments {
    pub(crate) fn new(client: Client, instance: Instance, limiter: Limiter) -> Self {
        let (creations, deletions) = (Pace::default(), Pace::default());
        Self { shared: Arc::new(Shared { client, instance, limiter, creations, deletions }) }
    }

    /// Whether AWS shows the assignment to this very person. Access by way of a group does not count.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn read(&self, tuple: &Tuple) -> Result<Presence, CallError> {
        let Shared { client, instance, limiter, .. } = &*self.shared;
        let mut token = None;
        loop {
            limiter.call(Lane::Usual).await;
            let page = client
                .list_account_assignments()
                .instance_arn(&instance.arn)
                .account_id(tuple.account.as_str())
                .permission_set_arn(tuple.permission_set.as_str())
                .max_results(100)
                .set_next_token(token.clone());
            let page = call(SERVICE, "ListAccountAssignments", page.send()).await?;
            let is_it = page.account_assignments().iter().any(|assignment| {
                assignment.principal_type() == Some(&PrincipalType::User)
                    && assignment.principal_id() == Some(tuple.principal.as_str())
            });
            if is_it {
                return Ok(Presence::Present);
            }
            // An empty page may have a successor. One that is its own successor would be read for ever.
            match page.next_token.filter(|next| !next.is_empty()) {
                None => return Ok(Presence::Absent),
                Some(next) if token.as_ref() == Some(&next) => {
                    return Err(CallError::Unclear("a page names itself as the next one".to_owned()));
                }
                Some(next) => token = Some(next),
            }
        }
    }

    /// Asks AWS to create the assignment. Nothing is sent when `send_by` has passed while waiting for a place, and
    /// nothing of the call is under way later than `send_by` plus the configured time-out. Creating what exists is
    /// no error.
    ///
    /// # Errors
    /// See [`CallError`]; [`CallError::TooLate`] when it was not sent.
    pub async fn create(&self, tuple: &Tuple, send_by: Timestamp) -> Result<Accepted, CallError> {
        let Shared { client, instance, .. } = &*self.shared;
        let send_by = SendBy(send_by);
        let place = self.may_send(Lane::Usual, send_by).await?;
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
        let answer = call(SERVICE, "CreateAccountAssignment", creation.send()).await?;
        accepted(answer.account_assignment_creation_status, place)
    }

    /// Asks AWS to delete the assignment, before waiting creations. For `send_by` see [`Assignments::create`].
    /// Deleting what is missing is [`CallError::NotFound`], which also means that the person, account or permission
    /// set is gone.
    ///
    /// # Errors
    /// See [`CallError`]; [`CallError::TooLate`] when it was not sent.
    pub async fn delete(&self, tuple: &Tuple, send_by: Timestamp) -> Result<Accepted, CallError> {
        let Shared { client, instance, .. } = &*self.shared;
        let send_by = SendBy(send_by);
        let place = self.may_send(Lane::Revocation, send_by).await?;
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
        let answer = call(SERVICE, "DeleteAccountAssignment", deletion.send()).await?;
        accepted(answer.account_assignment_deletion_status, place)
    }

    /// How far a creation is.
    ///
    /// # Errors
    /// See [`CallError`]; [`CallError::NotFound`] also in the first seconds of an operation's life.
    pub async fn creation_status(&self, operation: &OperationId) -> Result<Progress, CallError> {
        let Shared { client, instance, limiter, .. } = &*self.shared;
        limiter.call(Lane::Usual).await;
        let asking = client
            .describe_account_assignment_creation_status()
            .instance_arn(&instance.arn)
            .account_assignment_creation_request_id(operation.as_str());
        let answer = call(SERVICE, "DescribeAccountAssignmentCreationStatus", asking.send()).await?;
        Ok(progress(answer.account_assignment_creation_status.as_ref()))
    }

    /// How far a deletion is.
    ///
    /// # Errors
    /// See [`CallError`]; [`CallError::NotFound`] also in the first seconds of an operation's life.
    pub async fn deletion_status(&self, operation: &OperationId) -> Result<Progress, CallError> {
        let Shared { client, instance, limiter, .. } = &*self.shared;
        limiter.call(Lane::Revocation).await;
        let asking = client
            .describe_account_assignment_deletion_status()
            .instance_arn(&instance.arn)
            .account_assignment_deletion_request_id(operation.as_str());
        let answer = call(SERVICE, "DescribeAccountAssignmentDeletionStatus", asking.send()).await?;
        Ok(progress(answer.account_assignment_deletion_status.as_ref()))
    }

    /// Asks until the creation is over, or until `patience` is: then the answer is [`Progress::InProgress`].
    ///
    /// # Errors
    /// What asking again does not help against, see [`CallError`].
    pub async fn follow_creation(&self, operation: &OperationId, patience: Duration) -> Result<Progress, CallError> {
        follow(&self.shared.creations, patience, || self.creation_status(operation)).await
    }

    /// Asks until the deletion is over, or until `patience` is: then the answer is [`Progress::InProgress`].
    ///
    /// # Errors
    /// What asking again does not help against, see [`CallError`].
    pub async fn follow_deletion(&self, operation: &OperationId, patience: Duration) -> Result<Progress, CallError> {
        follow(&self.shared.deletions, patience, || self.deletion_status(operation)).await
    }

    /// Waits for a place among the outstanding operations and for the rate, but not longer than there is time.
    async fn may_send(&self, lane: Lane, send_by: SendBy) -> Result<Option<Pass>, CallError> {
        let limiter = &self.shared.limiter;
        let clock = self.shared.client.config().time_source();
        let waiting = async {
            let place = limiter.operation(lane).await;
            limiter.call(lane).await;
            place
        };
        let place =
            tokio::time::timeout(send_by.left(clock.as_ref()), waiting).await.map_err(|_| CallError::TooLate)?;
        if send_by.is_over(clock.as_ref()) { Err(CallError::TooLate) } else { Ok(place) }
    }
}

/// An operation that was accepted has an id; an answer without one leaves open what happened.
fn accepted(status: Option<AccountAssignmentOperationStatus>, place: Option<Pass>) -> Result<Accepted, CallError> {
    let progress = progress(status.as_ref());
    match status.and_then(|status| status.request_id) {
        Some(id) => Ok(Accepted::new(OperationId::from(id), progress, place)),
        None => Err(CallError::Unclear("the answer names no operation".to_owned())),
    }
}

/// Whatever is neither success nor failure is under way: only those two are answers.
fn progress(status: Option<&AccountAssignmentOperationStatus>) -> Progress {
    match status.and_then(AccountAssignmentOperationStatus::status) {
        Some(StatusValues::Succeeded) => Progress::Succeeded,
        Some(StatusValues::Failed) => {
            let reason = status.and_then(AccountAssignmentOperationStatus::failure_reason);
            Progress::Failed { reason: reason.unwrap_or("AWS gave no reason").to_owned() }
        }
        _ => Progress::InProgress,
    }
}
