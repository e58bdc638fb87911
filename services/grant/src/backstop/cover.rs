//! In the step that gives access: first the schedule that takes it away.

use std::ops::ControlFlow;

use cloud::{CallError, Course, Effect, course};
use store::StoreError;
use store::backstops::{self, Cover, Gate, Order};
use store::tuple::{self, CALL_BOUND, Outcome};

use crate::add::{SEND_WITHIN, Step};
use crate::observe;
use crate::work::Adding;

impl Step<'_> {
    /// Goes on with what AWS has carried out just now, if something had to be; otherwise the step is over.
    pub(crate) async fn cover(&self, is_present: bool) -> Result<ControlFlow<(), Option<Box<Order>>>, StoreError> {
        let backstop = &self.work.backstop;
        if !backstop.is_on() {
            return Ok(ControlFlow::Continue(None));
        }
        let mut tx = self.work.db.begin(Adding::actor()).await?;
        let now = tx.now();
        let (id, prefix) = (self.assignment.id, backstop.aws.prefix());
        match backstops::cover(&mut tx, id, self.lease, is_present, &backstop.timing, prefix).await? {
            Cover::Enough => {
                tx.roll_back().await?;
                Ok(ControlFlow::Continue(None))
            }
            Cover::Wait(why, until) => {
                tx.roll_back().await?;
                observe::waits(&self.assignment.tuple, why);
                self.put_off(Outcome::NoCall, until.duration_since(now), None).await?;
                Ok(ControlFlow::Break(()))
            }
            Cover::Place(order) => {
                tx.commit().await?;
                let send_by = self.work.db.clock().on_host(now + SEND_WITHIN);
                match backstop.aws.place(&order.backstop.name, &order.tuple, order.fires, send_by).await {
                    Ok(()) => Ok(ControlFlow::Continue(Some(order))),
                    Err(error) => {
                        self.uncovered(&order, &error).await?;
                        Ok(ControlFlow::Break(()))
                    }
                }
            }
        }
    }

    /// The gate that the access goes through.
    pub(crate) fn gate<'a>(&self, order: Option<&'a Order>) -> Gate<'a> {
        self.work.backstop.gate(order)
    }

    /// Without its schedule nothing is given: it is tried again, or has failed, as the table says.
    async fn uncovered(&self, order: &Order, error: &CallError) -> Result<(), StoreError> {
        let text = format!("the backstop: {error}");
        match course(Effect::Present, error.class()) {
            Course::Retry(backoff) | Course::ReadBack(backoff) | Course::Park(backoff) => {
                let unknown = error.effect_unknown();
                let rest = backoff.rest(order.backstop.tries, self.work.db.clock().chance());
                // Nobody calls before a call that may be under way is over.
                let rest = if unknown { rest.max(CALL_BOUND) } else { rest };
                observe::put_off(&self.assignment.tuple, &text);
                let mut tx = self.work.db.begin(Adding::actor()).await?;
                let again_at = tx.now() + rest;
                let (id, said) = (self.assignment.id, (*error != CallError::TooLate).then_some(text.as_str()));
                tuple::put_off(&mut tx, id, self.lease, Outcome::NoCall, again_at, said).await?;
                backstops::put_off(&mut tx, &order.backstop, &text, unknown, None).await?;
                tx.commit().await?;
                Ok(())
            }
            Course::FailAndCleanUp => {
                let mut tx = self.work.db.begin(Adding::actor()).await?;
                backstops::put_off(&mut tx, &order.backstop, &text, false, None).await?;
                tx.commit().await?;
                self.failed(&text).await
            }
        }
    }
}
