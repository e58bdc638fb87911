//! AWS and what is known are compared, and what differs is found, whoever made it differ.

use domain::Actor;
use domain::drift::DriftKind;
use domain::grant::GrantState;
use jiff::SignedDuration;
use revocation::reconcile::Step;
use revocation::{Plan, Reconciler};
use serde_json::json;
use store::drift::{Drift, Filter};

use crate::lab::Lab;

const PLAN: Plan =
    Plan { every: SignedDuration::from_mins(15), brake_least: 2, brake_percent: 50, lag: std::time::Duration::ZERO };

/// What goes with a database that is older than every grant.
const FORGOTTEN: [&str; 4] = ["wanted_deadlines", "backstops", "grants", "assignments"];

impl Lab {
    fn reconciler(&self) -> Reconciler {
        Reconciler::new(self.db.db.clone(), self.aws().survey().clone(), self.aws().backstop().clone(), PLAN)
    }

    /// Everything is compared once.
    async fn compares(&self) {
        self.turn(PLAN.every);
        self.now();
        let reconciler = self.reconciler();
        loop {
            match reconciler.step().await.unwrap() {
                Step::Over => return,
                Step::Piece => {}
                Step::Idle => panic!("nothing was due"),
            }
        }
    }

    /// What is open, as kinds and tuples.
    async fn drift(&self) -> Vec<Drift> {
        let filter = Filter { open: Some(true), limit: 1000, ..Filter::default() };
        let mut found = store::drift::list(&mut self.db.read().await.unwrap(), &filter).await.unwrap();
        found.reverse();
        found
    }

    /// As after a database was restored from before these grants.
    async fn forgets_everything(&self) {
        for table in FORGOTTEN {
            let gone = sqlx::query(sqlx::AssertSqlSafe(format!("DELETE FROM {table}")));
            gone.execute(self.db.pool()).await.unwrap();
        }
    }
}

fn kinds(found: &[Drift]) -> Vec<DriftKind> {
    let mut kinds: Vec<_> = found.iter().map(|drift| drift.kind).collect();
    kinds.sort();
    kinds
}

#[tokio::test]
async fn where_nothing_differs_nothing_is_found_and_nothing_is_done() {
    let lab = Lab::by_roles().await;
    let grant = lab.active(&lab.any()).await;
    lab.compares().await;
    lab.compares().await;
    assert_eq!(lab.drift().await, vec![], "what stood there at first is how things were");
    assert!(lab.exists(&grant.tuple).await);
    assert_eq!(lab.called("DeleteAccountAssignment").await, 0);
}

#[tokio::test]
async fn what_somebody_made_outside_is_reported_with_who_did_it_and_left_alone() {
    let lab = Lab::by_roles().await;
    lab.compares().await;
    let tuple = lab.any();
    lab.made_outside(&tuple).await;
    lab.compares().await;
    let found = lab.drift().await;
    assert_eq!(kinds(&found), [DriftKind::Foreign]);
    assert_eq!(found[0].tuple, tuple);
    assert!(found[0].done_by.as_ref().unwrap().ends_with(":user/console-admin"), "{found:?}");
    for _ in 0..5 {
        lab.round().await;
    }
    assert!(lab.exists(&tuple).await);

    lab.removed_outside(&tuple).await;
    lab.compares().await;
    assert_eq!(lab.drift().await, vec![], "it is over");
}

#[tokio::test]
async fn what_somebody_removed_outside_is_reported_with_who_did_it() {
    let lab = Lab::by_roles().await;
    let grant = lab.active(&lab.any()).await;
    lab.removed_outside(&grant.tuple).await;
    lab.compares().await;
    let found = lab.drift().await;
    assert_eq!(kinds(&found), [DriftKind::Vanished]);
    assert!(found[0].done_by.as_ref().unwrap().ends_with(":user/console-admin"), "{found:?}");
    assert_eq!(lab.grant(grant.id).await.state, GrantState::Active, "a person decides");
    assert_eq!(lab.beside(&grant).await.vanished_at, Some(found[0].found_at), "and who looks at the access is told");
    lab.active(&grant.tuple).await;
    assert_eq!(lab.beside(&grant).await.vanished_at, None, "another access made it again");
    lab.turn_to(grant.deadline_at.unwrap());
    lab.until(grant.id, GrantState::Ended).await;
    lab.compares().await;
    assert_eq!(lab.drift().await, vec![]);
}

#[tokio::test]
async fn what_should_be_gone_and_is_not_is_found_and_tried_at_once() {
    let lab = Lab::by_roles().await;
    let grant = lab.active(&lab.any()).await;
    lab.fault(json!({"kind": "access_denied", "operations": ["DeleteAccountAssignment"], "count": 12})).await;
    lab.ends(&grant).await;
    for _ in 0..12 {
        lab.turn(SignedDuration::from_mins(6));
        lab.now();
        lab.removing().step().await.unwrap();
    }
    lab.compares().await;
    assert_eq!(kinds(&lab.drift().await), [DriftKind::Overdue]);
    lab.now();
    lab.removing().step().await.unwrap();
    lab.until(grant.id, GrantState::Ended).await;
    assert!(!lab.exists(&grant.tuple).await);
    lab.compares().await;
    assert_eq!(lab.drift().await, vec![]);
}

#[tokio::test]
async fn after_a_restored_database_what_we_gave_is_found_and_removed() {
    let lab = Lab::by_roles().await;
    lab.compares().await;
    let (kept, standing) = (lab.active(&lab.nth(1)).await, lab.any());
    lab.made_outside(&standing).await;
    lab.forgets_everything().await;
    lab.compares().await;
    assert_eq!(kinds(&lab.drift().await), [DriftKind::Orphaned, DriftKind::Foreign]);
    for _ in 0..40 {
        lab.round().await;
    }
    assert!(!lab.exists(&kept.tuple).await, "{}", lab.said());
    assert!(lab.exists(&standing).await, "what was not ours stays");
    lab.compares().await;
    assert_eq!(kinds(&lab.drift().await), [DriftKind::Foreign]);
}

#[tokio::test]
async fn where_cloudtrail_tells_nothing_our_own_schedule_does() {
    let lab = Lab::backed().await;
    lab.set(json!({"trail_delay_seconds": 1_000_000.0})).await;
    lab.compares().await;
    let (ours, standing) = (lab.active(&lab.nth(1)).await, lab.any());
    lab.made_outside(&standing).await;
    lab.forgets_everything().await;
    lab.compares().await;
    let found = lab.drift().await;
    assert_eq!(kinds(&found), [DriftKind::Orphaned, DriftKind::Foreign]);
    assert!(found.iter().all(|drift| drift.done_by.is_none()), "{found:?}");
    assert_eq!(found.iter().find(|drift| drift.kind == DriftKind::Orphaned).unwrap().tuple, ours.tuple);
}

#[tokio::test]
async fn too_many_orphans_at_once_wait_for_an_admin_and_nothing_else_does() {
    let lab = Lab::by_roles().await;
    lab.compares().await;
    let mut orphans = Vec::new();
    for n in 1..=4 {
        orphans.push(lab.active(&lab.nth(n)).await.tuple);
    }
    lab.forgets_everything().await;
    let living = lab.active(&lab.any()).await;
    lab.compares().await;
    assert_eq!(kinds(&lab.drift().await), [DriftKind::Orphaned; 4]);
    let status = store::drift::status(&mut lab.db.read().await.unwrap()).await.unwrap();
    assert!(status.braked_at.is_some());

    // A deadline does not wait for any brake.
    lab.turn_to(living.deadline_at.unwrap());
    lab.until(living.id, GrantState::Ended).await;
    lab.compares().await;
    for orphan in &orphans {
        assert!(lab.exists(orphan).await, "nobody said that they shall go");
    }

    let mut tx = lab.db.db.begin(Actor::service("test")).await.unwrap();
    assert!(store::drift::release(&mut tx, "frank").await.unwrap());
    tx.commit().await.unwrap();
    lab.compares().await;
    for _ in 0..60 {
        lab.round().await;
    }
    for orphan in &orphans {
        assert!(!lab.exists(orphan).await, "{}", lab.said());
    }
    lab.compares().await;
    assert_eq!(lab.drift().await, vec![]);
    let status = store::drift::status(&mut lab.db.read().await.unwrap()).await.unwrap();
    assert!(status.braked_at.is_none());
}

#[tokio::test]
async fn a_delegated_administrator_finds_the_same_by_asking_otherwise() {
    let lab = Lab::delegated().await;
    let grant = lab.active(&lab.any()).await;
    lab.removed_outside(&grant.tuple).await;
    lab.compares().await;
    assert_eq!(kinds(&lab.drift().await), [DriftKind::Vanished]);
}
