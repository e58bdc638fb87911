//! The end of a run: what was not seen any more is over, and orphans are taken in, unless there are too many at once.

use domain::Fact;
use domain::drift::is_abnormal;
use store::drift::{self, Brake, Piece};

use super::{Reconciler, Step, Trouble};
use crate::observe;

impl Reconciler {
    pub(super) async fn over(&self, piece: &Piece) -> Result<Step, Trouble> {
        self.forget_changes().await;
        let mut tx = self.db.begin(Self::actor()).await?;
        let next_at = tx.now() + self.plan.every;
        let (whole, brake) = drift::finish(&mut tx, piece, next_at).await?;
        if whole {
            drift::resolve_unseen(&mut tx, piece.run).await?;
        }
        let orphans = drift::orphans(tx.connection()).await?;
        let (count, ours) = (u64::try_from(orphans.len()).unwrap_or(u64::MAX), drift::ours(tx.connection()).await?);
        let abnormal = is_abnormal(count, ours, self.plan.brake_least, self.plan.brake_percent);
        match brake {
            Brake::On => observe::braked(count),
            Brake::Off if abnormal => {
                drift::set_brake(&mut tx, true).await?;
                tx.record(Fact::DriftBraked { orphans: count, ours });
                observe::braked(count);
            }
            Brake::Off | Brake::Released => {
                for orphan in &orphans {
                    observe::taken_in(&orphan.tuple);
                    drift::take_in(&mut tx, orphan).await?;
                }
                if brake == Brake::Released {
                    drift::set_brake(&mut tx, false).await?;
                }
            }
        }
        tx.commit().await?;
        Ok(Step::Over)
    }
}
