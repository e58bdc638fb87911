//! Removals that are seen at one moment are written down together, and none of them suffers from another.

use domain::assignment::Work;
use domain::fact::Evidence;
use domain::grant::GrantState;
use futures_util::future::join_all;
use jiff::SignedDuration;
use revocation::{Removing, Settling};
use store::StoreError;
use store::grants::Grant;
use store::tuple::{self, Gone};
use uuid::Uuid;

use crate::lab::Lab;

const LEASE: SignedDuration = SignedDuration::from_secs(60);

impl Lab {
    /// So many that end, are gone from AWS, and are in a worker's hands, which saw that.
    async fn seen_gone(&self, count: usize) -> (Vec<Grant>, Vec<Gone>) {
        let mut ending = Vec::new();
        for n in 0..count {
            ending.push(self.active(&self.nth(n)).await);
        }
        for grant in &ending {
            self.removed_outside(&grant.tuple).await;
            self.ends(grant).await;
        }
        let mut tx = self.db.db.begin(Removing::actor()).await.unwrap();
        let read_at = tx.now();
        let limit = count.try_into().unwrap();
        let mut claimed = store::assignments::claim(&mut tx, Work::Delete, limit, LEASE).await.unwrap();
        tuple::begin_deletions(&mut tx, claimed.iter_mut(), read_at + SignedDuration::from_secs(5)).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(claimed.len(), count);
        let seen = |n: usize, grant: &Grant| {
            let assignment = claimed.iter().find(|one| one.tuple == grant.tuple).unwrap();
            Gone {
                assignment: assignment.id,
                lease: assignment.lease.unwrap(),
                evidence: Evidence::DeletedAndReadBack { read_at },
                groups: Some(vec![]),
                trace_parent: Some(format!("00-0af7651916cd43dd8448eb211c80319c-b7ad6b71692033{n:02}-01")),
            }
        };
        let seen = ending.iter().enumerate().map(|(n, grant)| seen(n, grant)).collect();
        (ending, seen)
    }

    async fn settle(&self, seen: &[Gone]) -> Vec<Result<(), StoreError>> {
        let settling = Settling::default();
        join_all(seen.iter().map(|gone| settling.gone(&self.db.db, gone.clone()))).await
    }

    async fn states(&self, grants: &[Grant]) -> Vec<GrantState> {
        join_all(grants.iter().map(async |grant| self.grant(grant.id).await.state)).await
    }
}

#[tokio::test]
async fn many_are_few_transactions_and_each_is_told_whole_in_its_own_trace() {
    let lab = Lab::instant().await;
    let (ending, seen) = lab.seen_gone(12).await;
    assert!(lab.settle(&seen).await.iter().all(Result::is_ok));
    let transactions: i64 =
        sqlx::query_scalar("SELECT count(DISTINCT xmin::text) FROM trail_entries WHERE action = 'grant.ended.v1'")
            .fetch_one(lab.db.pool())
            .await
            .unwrap();
    assert_eq!(transactions, 2, "the first one, and all who came meanwhile");
    for (grant, gone) in ending.iter().zip(&seen) {
        let traces: Vec<Option<String>> = sqlx::query_scalar(
            "SELECT o.trace_parent FROM outbox o JOIN trail_entries t USING (id) \
             WHERE t.action = 'grant.ended.v1' AND t.subject_id = $1",
        )
        .bind(grant.id.uuid())
        .fetch_all(lab.db.pool())
        .await
        .unwrap();
        assert_eq!(traces, std::slice::from_ref(&gone.trace_parent));
        assert_eq!(lab.receipts(grant).await.len(), 1);
    }
    lab.check().await;
}

#[tokio::test]
async fn who_lost_the_lease_is_told_so_and_the_others_are_written() {
    let lab = Lab::instant().await;
    let (ending, mut seen) = lab.seen_gone(4).await;
    seen[2].lease = Uuid::new_v4();
    let answers = lab.settle(&seen).await;
    let lost: Vec<bool> = answers.iter().map(|one| matches!(one, Err(StoreError::Raced { .. }))).collect();
    assert_eq!(lost, [false, false, true, false], "{answers:?}");
    let (ended, revoking) = (GrantState::Ended, GrantState::Revoking);
    assert_eq!(lab.states(&ending).await, [ended, ended, revoking, ended]);
}

#[tokio::test]
async fn what_the_database_refuses_of_one_stops_no_other() {
    let lab = Lab::instant().await;
    let (ending, seen) = lab.seen_gone(4).await;
    let refuses = format!("ALTER TABLE receipts ADD CONSTRAINT refused CHECK (grant_id <> '{}')", ending[2].id.uuid());
    sqlx::query(sqlx::AssertSqlSafe(refuses)).execute(lab.db.pool()).await.unwrap();
    let answers = lab.settle(&seen).await;
    let refused: Vec<bool> = answers.iter().map(|one| matches!(one, Err(StoreError::Database(_)))).collect();
    assert_eq!(refused, [false, false, true, false], "{answers:?}");
    let (ended, revoking) = (GrantState::Ended, GrantState::Revoking);
    assert_eq!(lab.states(&ending).await, [ended, ended, revoking, ended]);
    sqlx::query("ALTER TABLE receipts DROP CONSTRAINT refused").execute(lab.db.pool()).await.unwrap();
    lab.turn(LEASE + SignedDuration::from_secs(1));
    lab.until(ending[2].id, ended).await;
    lab.check().await;
}
