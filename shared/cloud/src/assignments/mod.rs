//! Account assignments of people, in two halves that share their limits: who may create cannot delete, and the reverse.

mod creations;
mod deletions;

use std::{marker::PhantomData, sync::Arc, time::Duration};

use aws_sdk_ssoadmin::{
    Client,
    types::{AccountAssignmentOperationStatus, AccountAssignmentOperationStatusMetadata, PrincipalType, StatusValues},
};
use domain::Tuple;
use jiff::Timestamp;

pub use creations::Creations;
pub use deletions::Deletions;

use crate::{
    Accepted, CallError, OperationId, Presence, Progress,
    call::call,
    deadline::SendBy,
    follow::{Follower, Following},
    limit::Limiter,
    queue::{Lane, Pass},
    surroundings::{Later, Time, within},
};

const SERVICE: &str = "sso";

/// The Identity Center instance that everything is about.
#[derive(Debug, Clone)]
pub(crate) struct Instance {
    pub(crate) arn: String,
    pub(crate) identity_store: String,
}

/// Who has a permission set in an account, as far as a look for one person went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holders {
    /// Whether that person has it, by an assignment of their own.
    pub presence: Presence,
    /// Ids of groups that have it; all of them, where the person does not.
    pub groups: Vec<String>,
}

type Status = AccountAssignmentOperationStatus;
type Listed = AccountAssignmentOperationStatusMetadata;
/// What a call will answer.
type Told<T> = Later<Result<T, CallError>>;

/// How AWS speaks of one kind of operation: asking for it, asking how far it is, and the list of the latest.
trait Kind {
    fn ask(client: &Client, instance: &Instance, tuple: &Tuple, send_by: SendBy) -> Told<Option<Status>>;

    fn status(client: &Client, instance: &Instance, operation: &OperationId) -> Told<Option<Status>>;

    /// A page, which holds many more than may be under way.
    fn list(client: &Client, instance: &Instance) -> Told<Vec<Listed>>;
}

/// What both halves are made of: one identity's client, the one kind of operation that it may ask for, the limits, and
/// what was learned about AWS's pace. Cheap to clone.
struct Half<K> {
    client: Client,
    instance: Instance,
    limiter: Limiter,
    lane: Lane,
    following: Arc<Following>,
    time: Arc<dyn Time>,
    kind: PhantomData<K>,
}

impl<K> Clone for Half<K> {
    fn clone(&self) -> Self {
        Self {
            client: self.client.clone(),
            instance: self.instance.clone(),
            limiter: self.limiter.clone(),
            lane: self.lane,
            following: Arc::clone(&self.following),
            time: Arc::clone(&self.time),
            kind: PhantomData,
        }
    }
}

impl<K: Kind> Half<K> {
    fn new(client: Client, instance: Instance, limiter: Limiter, lane: Lane, time: Arc<dyn Time>) -> Self {
        Self { client, instance, limiter, lane, following: Arc::default(), time, kind: PhantomData }
    }

    /// Asks for the operation, unless `send_by` passed while waiting for a place. The place goes with what was accepted.
    async fn ask(&self, tuple: &Tuple, send_by: Timestamp) -> Result<Accepted, CallError> {
        let send_by = SendBy { at: send_by, time: Arc::clone(&self.time) };
        let place = self.may_send(&send_by).await?;
        let asked = K::ask(&self.client, &self.instance, tuple, send_by).await;
        accepted(self.limiter.saw_operation(asked)?, place)
    }

    /// How far it is.
    async fn status(&self, operation: &OperationId) -> Result<Progress, CallError> {
        self.limiter.call_of_operation(self.lane).await;
        let told = K::status(&self.client, &self.instance, operation).await;
        Ok(progress(self.limiter.saw(told)?.as_ref()))
    }

    /// How far the latest of this kind are, whoever's.
    async fn list(&self) -> Result<Vec<(OperationId, Progress)>, CallError> {
        self.limiter.call_of_operation(self.lane).await;
        let told = K::list(&self.client, &self.instance).await;
        Ok(self.limiter.saw(told)?.iter().filter_map(listed).collect())
    }

    /// Asks until it is over, or until `patience` is.
    async fn follow(&self, operation: &OperationId, patience: Duration) -> Result<Progress, CallError> {
        self.follower(operation, patience).follow(|| self.status(operation), || self.list()).await
    }

    /// Whether AWS shows the assignment to this very person. Access by way of a group does not count.
    async fn read(&self, tuple: &Tuple, lane: Lane) -> Result<Presence, CallError> {
        Ok(self.holders(tuple, lane).await?.presence)
    }

    /// The same, with the groups that were seen on the way: all of them, where the person is not there.
    async fn holders(&self, tuple: &Tuple, lane: Lane) -> Result<Holders, CallError> {
        let mut token = None;
        let mut groups = Vec::new();
        loop {
            self.limiter.call(lane).await;
            let page = self
                .client
                .list_account_assignments()
                .instance_arn(&self.instance.arn)
                .account_id(tuple.account.as_str())
                .permission_set_arn(tuple.permission_set.as_str())
                .max_results(100)
                .set_next_token(token.clone());
            let page = self.limiter.saw(call(SERVICE, "ListAccountAssignments", page.send()).await)?;
            let is_it = page.account_assignments().iter().any(|assignment| {
                assignment.principal_type() == Some(&PrincipalType::User)
                    && assignment.principal_id() == Some(tuple.principal.as_str())
            });
            groups.extend(
                page.account_assignments()
                    .iter()
                    .filter(|assignment| assignment.principal_type() == Some(&PrincipalType::Group))
                    .filter_map(|assignment| assignment.principal_id().map(str::to_owned)),
            );
            if is_it {
                return Ok(Holders { presence: Presence::Present, groups });
            }
            // An empty page may have a successor. One that is its own successor would be read for ever.
            match page.next_token.filter(|next| !next.is_empty()) {
                None => return Ok(Holders { presence: Presence::Absent, groups }),
                Some(next) if token.as_ref() == Some(&next) => {
                    return Err(CallError::Unclear("a page names itself as the next one".to_owned()));
                }
                Some(next) => token = Some(next),
            }
        }
    }

    /// Everything that this process follows may take a fifth of the calls, since what ends meanwhile needs the others; and
    /// more often than eight times in the life of an operation need nobody ask, or three times where no other waits for
    /// its place.
    fn follower<'a>(&'a self, operation: &'a OperationId, patience: Duration) -> Follower<'a> {
        let by_budget = self.limiter.per_second().map_or(0.0, |rate| 5.0 / rate);
        let looks = if self.limiter.counts(self.lane) { 8.0 } else { 3.0 };
        let by_pace = self.following.pace.typical().as_secs_f64() / looks;
        let gap = Duration::from_secs_f64(by_budget.max(by_pace).clamp(0.005, 1.0));
        Follower::new(&*self.time, &self.following, operation, patience, gap)
    }

    /// How long AWS takes for one, as far as it was learned here.
    fn learned(&self) -> Option<Duration> {
        self.following.pace.learned()
    }

    /// Waits for a place among the outstanding operations and for the rate, but not longer than there is time.
    async fn may_send(&self, send_by: &SendBy) -> Result<Option<Pass>, CallError> {
        let waiting = async {
            let place = self.limiter.operation(self.lane).await;
            self.limiter.call_of_operation(self.lane).await;
            place
        };
        let place = within(&*self.time, send_by.left(), waiting).await.ok_or(CallError::TooLate)?;
        if send_by.is_over() { Err(CallError::TooLate) } else { Ok(place) }
    }
}

/// An operation that was accepted has an id; an answer without one leaves open what happened.
fn accepted(status: Option<Status>, place: Option<Pass>) -> Result<Accepted, CallError> {
    let progress = progress(status.as_ref());
    match status.and_then(|status| status.request_id) {
        Some(id) => Ok(Accepted::new(OperationId::from(id), progress, place)),
        None => Err(CallError::Unclear("the answer names no operation".to_owned())),
    }
}

/// What a list says of an operation. It gives no reasons.
fn listed(status: &Listed) -> Option<(OperationId, Progress)> {
    let progress = match status.status() {
        Some(StatusValues::Succeeded) => Progress::Succeeded,
        Some(StatusValues::Failed) => Progress::Failed { reason: "AWS gave no reason".to_owned() },
        _ => Progress::InProgress,
    };
    Some((OperationId::from(status.request_id()?.to_owned()), progress))
}

/// Whatever is neither success nor failure is under way: only those two are answers.
fn progress(status: Option<&Status>) -> Progress {
    match status.and_then(Status::status) {
        Some(StatusValues::Succeeded) => Progress::Succeeded,
        Some(StatusValues::Failed) => {
            let reason = status.and_then(AccountAssignmentOperationStatus::failure_reason);
            Progress::Failed { reason: reason.unwrap_or("AWS gave no reason").to_owned() }
        }
        _ => Progress::InProgress,
    }
}
