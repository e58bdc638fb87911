//! Access as the grant service would have given it, without AWS.

use domain::Actor;
use domain::assignment::Work;
use jiff::SignedDuration;
use store::{assignments, tuple};

use crate::TestDb;

impl TestDb {
    /// Takes every grant up whose start has come, and says that AWS shows it.
    ///
    /// # Panics
    /// When Postgres refuses.
    pub async fn gives_access(&self) {
        let mut tx = self.db.begin(Actor::service("grant")).await.expect("a transaction");
        tuple::start_due(&mut tx, 100).await.expect("grants are taken up");
        let lease = SignedDuration::from_mins(1);
        for claimed in assignments::claim(&mut tx, Work::Create, 100, lease).await.expect("a lease") {
            let token = claimed.lease.expect("a lease's token");
            let send_by = tx.now() + SignedDuration::from_secs(5);
            tuple::begin_creation(&mut tx, claimed.id, token, false, send_by, store::backstops::Gate::Off)
                .await
                .expect("an attempt");
            tuple::present(&mut tx, claimed.id, token).await.expect("access");
        }
        tx.commit().await.expect("a commit");
    }
}
