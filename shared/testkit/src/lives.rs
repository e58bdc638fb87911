//! What lives left in the tables: for tests that play many of them in one database.

use jiff::Timestamp;
use uuid::Uuid;

use crate::TestDb;

/// What no life is in.
const KEPT: &[&str] = &[
    "_sqlx_migrations",
    "documents",
    "document_versions",
    "revisions",
    "reaches",
    "changes",
    "rules",
    "rule_versions",
    "receipt_keys",
];
/// Tables with a single row.
const SINGLE: &[&str] = &["governor", "session_policy", "reconciliation"];

impl TestDb {
    /// Takes every request, grant, assignment and fact away, and whatever hangs on them. The directory and what admins
    /// write stay, and tables with a single row have it as at first.
    ///
    /// # Panics
    /// When Postgres is away.
    pub async fn forget_lives(&self) {
        let mut connection = self.db.pool().acquire().await.expect("Postgres answers");
        let tables: Vec<String> =
            sqlx::query_scalar("SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'")
                .fetch_all(&mut *connection)
                .await
                .expect("the tables");
        // The trail is append-only; only a superuser's test can take it away.
        let mut statements = "SET session_replication_role = replica;".to_owned();
        for table in tables.iter().filter(|table| !table.starts_with("directory_") && !KEPT.contains(&table.as_str())) {
            statements.push_str(&format!("DELETE FROM {table};"));
            if SINGLE.contains(&table.as_str()) {
                statements.push_str(&format!("INSERT INTO {table} DEFAULT VALUES;"));
            }
        }
        statements.push_str("SET session_replication_role = DEFAULT;");
        sqlx::raw_sql(sqlx::AssertSqlSafe(statements)).execute(&mut *connection).await.expect("empty tables");
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

    /// Assignments that somebody still has to do something about, or holds then, as text.
    ///
    /// # Panics
    /// When Postgres is away.
    pub async fn unfinished(&self, then: Timestamp) -> Vec<String> {
        sqlx::query_scalar(
            "SELECT a::text FROM assignments a WHERE work IN ('create', 'delete') OR leased_until > $1::timestamptz \
             UNION ALL SELECT b::text FROM backstops b WHERE state <> 'gone' \
             UNION ALL SELECT w::text FROM wanted_deadlines w \
             UNION ALL SELECT e::text FROM emergencies e WHERE state = 'running' AND grants_done_at IS NULL \
             UNION ALL SELECT s::text FROM session_denies s WHERE state <> 'gone'",
        )
        .bind(then.to_string())
        .fetch_all(self.db.pool())
        .await
        .expect("the assignments")
    }
}
