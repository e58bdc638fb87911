//! One assignment, one step: call, follow, read back, settle. It is tried for ever.

use std::time::Duration;

use cloud::{Accepted, Backoff, CallError, Class, Course, Effect, Holders, OperationId, Presence, Progress, course};
use domain::fact::Evidence;
use jiff::SignedDuration;
use store::StoreError;
use store::assignments::{Assignment, AttemptKind};
use store::tuple::{self, Outcome};
use tracing::Instrument;
use uuid::Uuid;

use crate::observe;
use crate::work::Removing;

/// How long one step follows an operation before the row is given back: longer than AWS may need to know its id.
const PATIENCE: Duration = Duration::from_secs(8);
/// Reads after AWS said SUCCEEDED, with growing rests between them, before the removal is tried anew.
const READS: u32 = 5;
/// Why it goes on after a read.
const SHOWN: &str = "AWS still shows the assignment";

/// Takes the step. What goes wrong is settled or put off; only a lost lease or database ends it early, and then
/// the row is claimed again.
pub async fn remove(work: &Removing, assignment: Assignment) {
    let Some(lease) = assignment.lease else { return };
    let span = tracing::info_span!("revocation.remove", assignment.id = %assignment.id, account.id = %assignment.tuple.account);
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

/// What AWS said before a read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Said {
    /// It removed the assignment.
    Deleted,
    /// It knows of none.
    Unknown,
}

struct Step<'a> {
    work: &'a Removing,
    lease: Uuid,
    assignment: Assignment,
}

impl Step<'_> {
    async fn take(&self) -> Result<(), StoreError> {
        let Some(attempt) = self.assignment.attempt.as_ref().filter(|t| t.kind == AttemptKind::Delete) else {
            return self.read_back(Said::Unknown, SHOWN).await;
        };
        if self.assignment.first_absent_at.is_some() {
            return self.read_back(Said::Unknown, SHOWN).await;
        }
        match &attempt.operation {
            Some(operation) => self.follow(OperationId::from(operation.clone())).await,
            None => {
                match self.work.aws.delete(&self.assignment.tuple, self.work.db.clock().on_host(attempt.send_by)).await
                {
                    Ok(accepted) => self.accepted(accepted).await,
                    Err(error) => self.refused(error.class(), &error.to_string()).await,
                }
            }
        }
    }

    async fn accepted(&self, accepted: Accepted) -> Result<(), StoreError> {
        match &accepted.progress {
            Progress::InProgress => self.follow(accepted.operation.clone()).await,
            Progress::Succeeded => self.read_back(Said::Deleted, SHOWN).await,
            Progress::Failed { reason } => self.refused(Class::Failed, reason).await,
        }
    }

    async fn follow(&self, operation: OperationId) -> Result<(), StoreError> {
        match self.work.aws.follow_deletion(&operation, PATIENCE).await {
            Ok(Progress::Succeeded) => self.read_back(Said::Deleted, SHOWN).await,
            Ok(Progress::Failed { reason }) => self.refused(Class::Failed, &reason).await,
            Ok(Progress::InProgress) => {
                let under_way = Outcome::UnderWay(operation.to_string());
                self.put_off(under_way, SignedDuration::from_secs(1), None).await
            }
            // Also where AWS forgot the operation: what is gone is seen, what is not is deleted again.
            Err(error) => self.refused(error.class(), &error.to_string()).await,
        }
    }

    /// Looks whether it is gone; where it is not, that is put off because of `why`.
    async fn read_back(&self, said: Said, why: &str) -> Result<(), StoreError> {
        let mut rest = Duration::from_millis(50);
        let mut why = why.to_owned();
        for _ in 0..READS {
            match self.work.aws.holders(&self.assignment.tuple).await {
                Ok(Holders { presence: Presence::Absent, groups }) => return self.absent(said, &groups).await,
                // Where the account or the permission set is gone, nothing can be assigned, by no group either.
                Err(CallError::NotFound(_)) => return self.absent(said, &[]).await,
                Ok(Holders { presence: Presence::Present, .. }) if said == Said::Unknown => break,
                Ok(Holders { presence: Presence::Present, .. }) => {}
                Err(error) => why = error.to_string(),
            }
            self.work.db.clock().sleep(rest).await;
            rest *= 2;
        }
        self.put_off(Outcome::NoEffect, self.rest(Backoff::STILL_SHOWN), Some(&why)).await
    }

    async fn absent(&self, said: Said, groups: &[String]) -> Result<(), StoreError> {
        let mut tx = self.work.db.begin(Removing::actor()).await?;
        let (now, a) = (tx.now(), &self.assignment);
        let evidence = match (said, a.first_absent_at) {
            (Said::Deleted, _) if !a.create_unresolved => Evidence::DeletedAndReadBack { read_at: now },
            (_, Some(first_at)) if now >= first_at + self.work.lag => {
                Evidence::AbsentTwice { first_at, second_at: now }
            }
            (_, first_at) => {
                let again_at = first_at.unwrap_or(now) + self.work.lag;
                tuple::still_absent(&mut tx, a.id, self.lease, again_at).await?;
                tx.commit().await?;
                return Ok(());
            }
        };
        tuple::gone(&mut tx, a.id, self.lease, evidence, Some(groups)).await?;
        tx.commit().await?;
        observe::absent(&a.tuple);
        Ok(())
    }

    /// Goes on as the table says: nothing ends the trying.
    async fn refused(&self, class: Class, why: &str) -> Result<(), StoreError> {
        match course(Effect::Absent, class) {
            Course::ReadBack(_) => self.read_back(Said::Unknown, why).await,
            Course::Retry(backoff) => self.put_off(Outcome::NoEffect, self.rest(backoff), Some(why)).await,
            Course::Park(backoff) => {
                observe::removal_failed(&self.assignment, why);
                self.put_off(Outcome::NoEffect, self.rest(backoff), Some(why)).await
            }
            // The table has no such course for a removal.
            Course::FailAndCleanUp => self.put_off(Outcome::NoEffect, SignedDuration::from_mins(5), Some(why)).await,
        }
    }

    fn rest(&self, backoff: Backoff) -> SignedDuration {
        backoff.rest(self.assignment.tries, self.work.db.clock().chance())
    }

    async fn put_off(&self, outcome: Outcome, rest: SignedDuration, error: Option<&str>) -> Result<(), StoreError> {
        if let Some(error) = error {
            observe::put_off(&self.assignment.tuple, error);
        }
        let mut tx = self.work.db.begin(Removing::actor()).await?;
        let again_at = tx.now() + rest;
        tuple::put_off(&mut tx, self.assignment.id, self.lease, outcome, again_at, error).await?;
        tx.commit().await?;
        Ok(())
    }
}
