//! One assignment, one step: read, commit the attempt, call, follow, read back, settle.

use std::time::Duration;

use cloud::{Accepted, CallError, Course, Effect, OperationId, Presence, Progress, course};
use domain::assignment::AssignmentState;
use jiff::{SignedDuration, Timestamp};
use store::StoreError;
use store::assignments::{Assignment, AttemptKind};
use store::tuple::{self, Creation, Outcome};
use tracing::Instrument;
use uuid::Uuid;

use crate::observe;
use crate::work::Adding;

/// How long after its commit an attempt may still leave.
const SEND_WITHIN: SignedDuration = SignedDuration::from_secs(5);
/// How long one step follows an operation before the row is given back: longer than AWS may need to know its id.
const PATIENCE: Duration = Duration::from_secs(8);
/// Reads after AWS said SUCCEEDED, with growing rests between them, before the row is given back.
const READS: u32 = 5;
/// How often SUCCEEDED may be followed by reads that show nothing before the creation is tried anew.
const UNSEEN: i32 = 5;

/// Takes the step. What goes wrong is settled or put off; only a lost lease or database ends it early, and then
/// the row is claimed again.
pub async fn add(work: &Adding, assignment: Assignment) {
    let Some(lease) = assignment.lease else { return };
    let span = tracing::info_span!("grant.add", assignment.id = %assignment.id, account.id = %assignment.tuple.account);
    store::trace::continue_from(&span, assignment.trace_parent.as_deref());
    let step = Step { work, lease, assignment };
    async {
        if let Err(error) = step.take().await {
            observe::step_lost(&error);
        }
    }
    .instrument(span)
    .await;
}

struct Step<'a> {
    work: &'a Adding,
    lease: Uuid,
    assignment: Assignment,
}

impl Step<'_> {
    async fn take(&self) -> Result<(), StoreError> {
        let under_way = self
            .assignment
            .attempt
            .as_ref()
            .filter(|attempt| attempt.kind == AttemptKind::Create && self.assignment.state == AssignmentState::Creating)
            .and_then(|attempt| attempt.operation.clone());
        match under_way {
            Some(operation) if self.assignment.tries < UNSEEN => self.follow(OperationId::from(operation)).await,
            Some(_) | None => self.look_first().await,
        }
    }

    async fn look_first(&self) -> Result<(), StoreError> {
        match self.work.aws.read(&self.assignment.tuple).await {
            Ok(Presence::Present) => self.begin(true).await,
            Ok(Presence::Absent) => self.begin(false).await,
            Err(error) => self.refused(error, Outcome::NoCall).await,
        }
    }

    async fn begin(&self, is_present: bool) -> Result<(), StoreError> {
        let mut tx = self.work.db.begin(Adding::actor()).await?;
        let send_by = tx.now() + SEND_WITHIN;
        match tuple::begin_creation(&mut tx, self.assignment.id, self.lease, is_present, send_by).await? {
            Creation::Present => {
                tx.commit().await?;
                observe::present(&self.assignment.tuple);
                Ok(())
            }
            Creation::Unwanted => {
                tx.commit().await?;
                Ok(())
            }
            Creation::Send => {
                tx.commit().await?;
                self.send(send_by).await
            }
        }
    }

    async fn send(&self, send_by: Timestamp) -> Result<(), StoreError> {
        observe::creating(&self.assignment.tuple);
        match self.work.aws.create(&self.assignment.tuple, self.work.db.clock().on_host(send_by)).await {
            Ok(accepted) => self.accepted(accepted).await,
            Err(error) => {
                let outcome = if error.effect_unknown() { Outcome::Unknown } else { Outcome::NoEffect };
                self.refused(error, outcome).await
            }
        }
    }

    async fn accepted(&self, accepted: Accepted) -> Result<(), StoreError> {
        match &accepted.progress {
            Progress::InProgress => self.follow(accepted.operation.clone()).await,
            Progress::Succeeded => self.read_back(&accepted.operation).await,
            Progress::Failed { reason } => self.failed(reason).await,
        }
    }

    async fn follow(&self, operation: OperationId) -> Result<(), StoreError> {
        match self.work.aws.follow_creation(&operation, PATIENCE).await {
            Ok(Progress::Succeeded) => self.read_back(&operation).await,
            Ok(Progress::Failed { reason }) => self.failed(&reason).await,
            Ok(Progress::InProgress) => {
                let rest = SignedDuration::from_secs(1);
                self.put_off(Outcome::UnderWay(operation.to_string()), rest, None).await
            }
            // AWS forgot the operation: the next step begins with a read.
            Err(CallError::NotFound(why)) => self.put_off(Outcome::Unknown, SignedDuration::ZERO, Some(&why)).await,
            Err(error) => self.refused(error, Outcome::Unknown).await,
        }
    }

    async fn read_back(&self, operation: &OperationId) -> Result<(), StoreError> {
        let mut rest = Duration::from_millis(50);
        let mut trouble = None;
        for _ in 0..READS {
            match self.work.aws.read(&self.assignment.tuple).await {
                Ok(Presence::Present) => return self.present().await,
                Ok(Presence::Absent) => trouble = None,
                Err(error) => trouble = Some(error),
            }
            self.work.db.clock().sleep(rest).await;
            rest *= 2;
        }
        let why = trouble.map_or_else(|| "AWS says SUCCEEDED and does not show it yet".to_owned(), |e| e.to_string());
        self.put_off(Outcome::UnderWay(operation.to_string()), SignedDuration::from_secs(1), Some(&why)).await
    }

    async fn present(&self) -> Result<(), StoreError> {
        let mut tx = self.work.db.begin(Adding::actor()).await?;
        tuple::present(&mut tx, self.assignment.id, self.lease).await?;
        tx.commit().await?;
        observe::present(&self.assignment.tuple);
        Ok(())
    }

    async fn failed(&self, why: &str) -> Result<(), StoreError> {
        observe::failed(&self.assignment.tuple, why);
        let mut tx = self.work.db.begin(Adding::actor()).await?;
        tuple::failed(&mut tx, self.assignment.id, self.lease, why).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Goes on as the table says; each step begins with a read.
    async fn refused(&self, error: CallError, outcome: Outcome) -> Result<(), StoreError> {
        let text = error.to_string();
        match course(Effect::Present, error.class()) {
            Course::Retry(backoff) | Course::ReadBack(backoff) | Course::Park(backoff) => {
                let said = (error != CallError::TooLate).then_some(text.as_str());
                self.put_off(outcome, backoff.rest(self.assignment.tries, self.work.db.clock().chance()), said).await
            }
            Course::FailAndCleanUp => self.failed(&text).await,
        }
    }

    async fn put_off(&self, outcome: Outcome, rest: SignedDuration, error: Option<&str>) -> Result<(), StoreError> {
        if let Some(error) = error {
            observe::put_off(&self.assignment.tuple, error);
        }
        let mut tx = self.work.db.begin(Adding::actor()).await?;
        let again_at = tx.now() + rest;
        tuple::put_off(&mut tx, self.assignment.id, self.lease, outcome, again_at, error).await?;
        tx.commit().await?;
        Ok(())
    }
}
