//! What lives left in the tables: for tests that play many of them in one database.

use uuid::Uuid;

use crate::TestDb;

impl TestDb {
    /// Takes every request, grant, assignment and fact away. The directory and the rules stay.
    ///
    /// # Panics
    /// When Postgres is away.
    pub async fn forget_lives(&self) {
        let mut connection = self.db.pool().acquire().await.expect("Postgres answers");
        // The trail is append-only; only a superuser's test can take it away.
        for statement in [
            "SET session_replication_role = replica",
            "DELETE FROM requests",
            "DELETE FROM request_items",
            "DELETE FROM approvals",
            "DELETE FROM votes",
            "DELETE FROM grants",
            "DELETE FROM assignments",
            "DELETE FROM outbox",
            "DELETE FROM trail_entries",
            "SET session_replication_role = DEFAULT",
        ] {
            sqlx::query(statement).execute(&mut *connection).await.expect("an empty table");
        }
    }

    /// The ids of a table's rows.
    ///
    /// # Panics
    /// When Postgres is away or there is no such table.
    pub async fn ids(&self, table: &str) -> Vec<Uuid> {
        sqlx::query_scalar(sqlx::AssertSqlSafe(format!("SELECT id FROM {table}")))
            .fetch_all(self.db.pool())
            .await
            .expect("the table")
    }

    /// Assignments that somebody still has to do something about, or still holds, as text.
    ///
    /// # Panics
    /// When Postgres is away.
    pub async fn unfinished(&self) -> Vec<String> {
        sqlx::query_scalar(
            "SELECT a::text FROM assignments a WHERE work IN ('create', 'delete') OR lease_token IS NOT NULL",
        )
        .fetch_all(self.db.pool())
        .await
        .expect("the assignments")
    }
}
