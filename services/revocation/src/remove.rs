//! One assignment, one step: call, follow, read back, settle. It is tried for ever.

use std::time::Duration;

use cloud::{Accepted, Backoff, CallError, Class, Course, Effect, Holders, OperationId, Presence, Progress, course};
use domain::fact::Evidence;
use jiff::{SignedDuration, Timestamp};
use store::assignments::{Assignment, AttemptKind};
use store::tuple::{self, Gone, Outcome};
use store::{StoreError, slots, troubles};
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
    let _held = work.leases.hold(assignment.id, lease);
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
            Some(operation) => self.follow(OperationId::from(operation.clone()), None).await,
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
        match accepted.progress.clone() {
            Progress::InProgress => self.follow(accepted.operation.clone(), Some(accepted)).await,
            Progress::Succeeded => self.read_back(Said::Deleted, SHOWN).await,
            Progress::Failed { reason } => self.refused(Class::Failed, &reason).await,
        }
    }

    /// Follows it to its end; `place` is this process's for as long as it is under way.
    async fn follow(&self, operation: OperationId, place: Option<Accepted>) -> Result<(), StoreError> {
        let followed = self.work.aws.follow_deletion(&operation, PATIENCE).await;
        drop(place);
        match followed {
            Ok(Progress::Succeeded) => {
                self.make_room().await?;
                self.read_back(Said::Deleted, SHOWN).await
            }
            Ok(Progress::Failed { reason }) => self.refused(Class::Failed, &reason).await,
            Ok(Progress::InProgress) => {
                let under_way = Outcome::UnderWay(operation.to_string());
                self.put_off(under_way, SignedDuration::from_secs(1), None).await
            }
            // Also where AWS forgot the operation: what is gone is seen, what is not is deleted again.
            Err(error) => self.refused(error.class(), &error.to_string()).await,
        }
    }

    /// The operation is over: its place is for the next one, while this one is read back.
    async fn make_room(&self) -> Result<(), StoreError> {
        if self.assignment.slot.is_some() {
            slots::release(&mut *self.work.db.read().await?, self.assignment.id, self.lease).await?;
        }
        Ok(())
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
        // Where AWS said nothing, an operation may be under way.
        let outcome = if said == Said::Deleted { Outcome::NoEffect } else { Outcome::Unknown };
        self.put_off(outcome, self.rest(Backoff::STILL_SHOWN), Some(&why)).await
    }

    async fn absent(&self, said: Said, groups: &[String]) -> Result<(), StoreError> {
        let (now, a) = (self.work.db.clock().now(), &self.assignment);
        // Until then a creation whose answer was lost may land after all.
        let fence = a.create_fence.unwrap_or(now);
        let evidence = match (said, a.first_absent_at) {
            (Said::Deleted, _) if !a.create_unresolved && now >= fence => Evidence::DeletedAndReadBack { read_at: now },
            (_, Some(first_at)) if now >= fence.max(first_at + self.work.lag) => {
                Evidence::AbsentTwice { first_at, second_at: now }
            }
            (_, first_at) => return self.still_absent(fence.max(first_at.unwrap_or(now) + self.work.lag)).await,
        };
        let (groups, trace_parent) = (Some(groups.to_vec()), store::trace::current());
        let gone = Gone { assignment: a.id, lease: self.lease, evidence, groups, trace_parent };
        self.work.settling.gone(&self.work.db, gone).await?;
        observe::absent(&a.tuple);
        Ok(())
    }

    async fn still_absent(&self, again_at: Timestamp) -> Result<(), StoreError> {
        let mut tx = self.work.db.begin(Removing::actor()).await?;
        tuple::still_absent(&mut tx, self.assignment.id, self.lease, again_at).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Goes on as the table says: nothing ends the trying.
    async fn refused(&self, class: Class, why: &str) -> Result<(), StoreError> {
        match course(Effect::Absent, class) {
            Course::ReadBack(_) => self.read_back(Said::Unknown, why).await,
            Course::Retry(backoff) => self.put_off(Outcome::NoEffect, self.rest(backoff), Some(why)).await,
            Course::Park(backoff) => {
                observe::removal_failed(&self.assignment, why);
                self.park(class, self.rest(backoff), why).await
            }
            // The table has no such course for a removal.
            Course::FailAndCleanUp => self.put_off(Outcome::NoEffect, SignedDuration::from_mins(5), Some(why)).await,
        }
    }

    /// Puts it off, and lists it where operators see it.
    async fn park(&self, class: Class, rest: SignedDuration, why: &str) -> Result<(), StoreError> {
        let mut tx = self.work.db.begin(Removing::actor()).await?;
        let (again_at, id) = (tx.now() + rest, self.assignment.id);
        tuple::put_off(&mut tx, id, self.lease, Outcome::NoEffect, again_at, Some(why)).await?;
        troubles::park(&mut tx, id, class.as_str()).await?;
        tx.commit().await?;
        Ok(())
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
