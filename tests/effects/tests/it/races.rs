//! Two transactions want different things of one row: exactly one wins, and the loser sees the state.

use domain::fact::Evidence;
use domain::grant::{EndReason, GrantState};
use domain::{Actor, GrantId};
use futures_util::future::{join, join_all};
use jiff::SignedDuration;
use store::StoreError;
use store::decision::Approved;
use store::tuple::{self, Ending};

use crate::lab::Lab;

impl Lab {
    async fn start_due(&self) -> Result<usize, StoreError> {
        let mut tx = self.db.begin(Actor::service("grant")).await?;
        let started = tuple::start_due(&mut tx, 10).await?;
        tokio::task::yield_now().await;
        tx.commit().await?;
        Ok(started)
    }

    async fn end_due(&self) -> Result<usize, StoreError> {
        let mut tx = self.db.begin(Actor::service("revocation")).await?;
        let ended = tuple::end_due(&mut tx, 10).await?;
        tokio::task::yield_now().await;
        tx.commit().await?;
        Ok(ended)
    }

    async fn end_as(&self, id: GrantId, reason: EndReason) -> Result<Ending, StoreError> {
        let mut tx = self.db.begin(Actor::service("request")).await?;
        let mut endings = tuple::end(&mut tx, &[id], reason, None).await?;
        tokio::task::yield_now().await;
        tx.commit().await?;
        Ok(endings.remove(0))
    }
}

#[tokio::test]
async fn cancel_against_start() {
    let lab = Lab::instant().await;
    for n in 0..30 {
        let id = lab.approved(&lab.nth(n)).await;
        let (cancelled, started) = if n % 2 == 0 {
            join(lab.end_as(id, EndReason::Cancelled), lab.start_due()).await
        } else {
            let (started, cancelled) = join(lab.start_due(), lab.end_as(id, EndReason::Cancelled)).await;
            (cancelled, started)
        };
        let grant = lab.grant(id).await;
        match cancelled.unwrap() {
            Ending::Done(_, state) => {
                assert_eq!((state, started.unwrap()), (GrantState::Ended, 0));
                assert_eq!(grant.evidence, Some(Evidence::NeverAttempted));
            }
            Ending::NotAllowed(_, state) => {
                assert_eq!((state, started.unwrap()), (GrantState::Granting, 1));
                assert_eq!(grant.state, GrantState::Granting);
            }
            Ending::Already(..) => panic!("nobody else ended it"),
        }
    }
    assert_eq!(lab.calls().await.len(), 0);
    lab.check().await;
}

#[tokio::test]
async fn revoke_against_start() {
    let lab = Lab::instant().await;
    for n in 0..30 {
        let id = lab.approved(&lab.nth(n)).await;
        let (ending, started) = join(lab.end_as(id, EndReason::Revoked), lab.start_due()).await;
        // Started or not, nothing was attempted: it ends at once, and the one that came first is seen in its life.
        let Ending::Done(_, GrantState::Ended) = ending.unwrap() else { panic!("it ends at once") };
        let grant = lab.grant(id).await;
        assert_eq!((grant.state, grant.evidence), (GrantState::Ended, Some(Evidence::NeverAttempted)));
        assert_eq!(grant.started_at.is_some(), started.unwrap() == 1);
    }
    assert_eq!(lab.called("CreateAccountAssignment").await, 0);
    lab.check().await;
}

#[tokio::test]
async fn extension_against_deadline() {
    let lab = Lab::instant().await;
    for n in 0..20 {
        let grant = lab.active(&lab.nth(n)).await;
        let deadline = grant.deadline_at.unwrap();
        // The approval begins a moment before the deadline, the worker a moment after.
        lab.turn(deadline.duration_since(lab.now()) - SignedDuration::from_millis(200));
        let extend = async { lab.extended(&grant, 30).await };
        let due = async {
            tokio::time::sleep(std::time::Duration::from_millis((4 * n as u64) % 24)).await;
            lab.turn(SignedDuration::from_millis(400));
            lab.end_due().await
        };
        let (extended, ended) = join(extend, due).await;
        let now = lab.grant(grant.id).await;
        match (extended, ended.unwrap()) {
            (Approved::Grants(_), 0) => {
                assert_eq!(now.state, GrantState::Active);
                assert_eq!(now.deadline_at, Some(deadline + SignedDuration::from_mins(30)));
            }
            (Approved::TooLate(state), _) => {
                assert!([GrantState::Revoking, GrantState::Active].contains(&state), "{state:?}");
                assert_eq!(now.deadline_at, Some(deadline));
                lab.end_due().await.unwrap();
                assert_eq!(lab.grant(grant.id).await.state, GrantState::Revoking);
            }
            (Approved::Grants(_), ended) => panic!("extended, and {ended} ended"),
        }
        lab.revoke(grant.id, false).await.ok();
        lab.until(grant.id, GrantState::Ended).await;
    }
    lab.check().await;
}

#[tokio::test]
async fn a_storm_of_everything_at_once_meets_no_deadlock_and_ends_right() {
    let lab = Lab::instant().await;
    let mut grants = Vec::new();
    for wave in 0..12_usize {
        for n in 0..3 {
            for minutes in [1, 3] {
                grants.push(lab.approved_for(&lab.nth(n), minutes, None).await);
            }
        }
        let adding = [lab.adding(), lab.adding()];
        let removing = [lab.removing(), lab.removing()];
        let storm = async {
            for turn in 0..4 {
                let (added, removed) =
                    join(join_all(adding.iter().map(|a| a.step())), join_all(removing.iter().map(|r| r.step()))).await;
                for result in added.into_iter().chain(removed) {
                    result.unwrap_or_else(|error| panic!("wave {wave}: {error}"));
                }
                lab.turn(SignedDuration::from_secs(20 * turn));
            }
        };
        let recent: Vec<GrantId> = grants.iter().rev().take(12).copied().collect();
        let people = join_all(recent.into_iter().enumerate().map(|(i, id)| {
            let lab = &lab;
            async move {
                for _ in 0..(i % 5) {
                    tokio::task::yield_now().await;
                }
                if i % 3 == 0 {
                    lab.end_as(id, EndReason::Revoked).await.unwrap_or_else(|error| panic!("{error}"));
                } else if i % 3 == 1 {
                    let all = lab.revoke(id, false).await;
                    assert!(!matches!(all, Err(revocation::usecase::Refused::Store(_))), "{all:?}");
                }
            }
        }));
        join(storm, people).await;
    }
    lab.turn(SignedDuration::from_mins(10));
    for id in grants {
        lab.until(id, GrantState::Ended).await;
    }
    lab.check().await;
}
