//! What must be true after every case, whatever happened in it.

use domain::fact::Evidence;
use domain::grant::GrantState;
use store::grants::{self, Filter, Grant};

use crate::lab::Lab;

impl Lab {
    /// Every grant that there is.
    pub async fn grants(&self) -> Vec<Grant> {
        let all = Filter { limit: 1_000, ..Filter::default() };
        grants::list(&mut self.db.read().await.unwrap(), &all).await.unwrap()
    }

    /// Checks everything that is always true.
    pub async fn check(&self) {
        let grants = self.grants().await;
        self.nothing_stands_that_nobody_holds(&grants).await;
        self.what_ended_is_gone(&grants).await;
        for grant in &grants {
            self.trail_tells_the_life(grant).await;
        }
        self.trail_tells_the_assignments().await;
        let said = self.said();
        for word in ["deadlock", "violates", "impossible row"] {
            assert!(!said.contains(word), "{word} in the log:\n{said}");
        }
    }

    async fn nothing_stands_that_nobody_holds(&self, grants: &[Grant]) {
        for interval in self.all_intervals().await.iter().filter(|i| i.is_ours() && i.until.is_none()) {
            let living = [GrantState::Granting, GrantState::Active, GrantState::Revoking];
            let held = grants.iter().any(|g| interval.is_of(&g.tuple) && living.contains(&g.state));
            assert!(held, "nobody holds {interval:?}\n{grants:#?}");
        }
    }

    async fn what_ended_is_gone(&self, grants: &[Grant]) {
        for grant in grants.iter().filter(|g| g.state == GrantState::Ended) {
            let evidence = grant.evidence.as_ref().expect("evidence");
            let others = grants.iter().any(|g| g.tuple == grant.tuple && g.state.holds());
            let claims_absence = match evidence {
                Evidence::DeletedAndReadBack { .. } | Evidence::AbsentTwice { .. } => true,
                Evidence::NeverAttempted | Evidence::KeptByAnotherGrant { .. } | Evidence::PreExistingLeft => false,
            };
            if claims_absence && !others {
                let left = self.intervals(&grant.tuple).await.into_iter().any(|i| i.is_ours() && i.until.is_none());
                assert!(!left, "{evidence:?} is not true of {grant:?}");
            }
        }
    }

    async fn trail_tells_the_life(&self, grant: &Grant) {
        let told: Vec<String> = sqlx::query_scalar(
            "SELECT action FROM trail_entries WHERE subject_id = $1 AND subject_kind = 'grant' ORDER BY id",
        )
        .bind(grant.id.uuid())
        .fetch_all(self.db.pool())
        .await
        .unwrap();
        let mut lived = Vec::new();
        for (moment, name) in [
            (grant.started_at, "grant.started.v1"),
            (grant.active_at, "grant.activated.v1"),
            (grant.revoking_at, "grant.revoking.v1"),
            (grant.ended_at, "grant.ended.v1"),
        ] {
            lived.extend(moment.map(|_| name));
        }
        let besides = ["grant.extended.v1", "grant.postponed.v1"];
        let of_life = |name: &&str| name.starts_with("grant.") && !besides.contains(name);
        let told: Vec<_> = told.iter().map(String::as_str).filter(of_life).collect();
        assert_eq!(told, lived, "{grant:?}");
    }

    async fn trail_tells_the_assignments(&self) {
        let untold: Vec<(String, Option<String>)> = sqlx::query_as(
            "SELECT a.state, t.told FROM assignments a LEFT JOIN LATERAL ( \
                 SELECT data->>'state' AS told FROM trail_entries WHERE action = 'assignment.changed.v1' \
                   AND data->>'assignment' = a.id::text ORDER BY id DESC LIMIT 1) t ON true \
             WHERE a.state IS DISTINCT FROM COALESCE(t.told, 'absent')",
        )
        .fetch_all(self.db.pool())
        .await
        .unwrap();
        assert!(untold.is_empty(), "states that the trail does not tell: {untold:?}");
    }
}
