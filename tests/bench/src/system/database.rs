//! A database of the run's own, what Postgres counts about it, and Postgres' own yardstick.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, ensure};
use jiff::Timestamp;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use url::Url;

use crate::oracle::Tuple;

/// Dropped, it is dropped.
#[derive(Debug)]
pub struct Database {
    pub url: String,
    pub pool: PgPool,
    name: String,
    server: PgConnectOptions,
}

/// What Postgres has counted so far.
#[derive(Debug, Clone, Copy, Default)]
pub struct Counts {
    /// Transactions committed in this database, those that only read included.
    pub commits: i64,
    /// Transactions that wrote, of all databases together: each took a number.
    pub writing: i64,
    /// Times that the server's log was forced to disk, all databases together.
    pub syncs: i64,
    /// Bytes written to the server's log.
    pub log_bytes: i64,
}

impl Database {
    /// Makes one on the server of this URL.
    pub async fn create(maintenance_url: &str) -> anyhow::Result<Self> {
        let server: PgConnectOptions = maintenance_url.parse().context("not a PostgreSQL URL")?;
        let name = format!("curfew_bench_{}_{}", std::process::id(), rand::random_range(0..1_000_000_u32));
        order(&server, format!("CREATE DATABASE {name}")).await?;
        let mut url: Url = maintenance_url.parse()?;
        url.set_path(&name);
        let pool = PgPoolOptions::new().max_connections(2).connect_with(server.clone().database(&name)).await?;
        Ok(Self { url: url.into(), pool, name, server })
    }

    /// What Postgres has counted. Its statistics lag by up to a second behind: let it rest before.
    pub async fn counts(&self) -> anyhow::Result<Counts> {
        let (commits,): (i64,) =
            sqlx::query_as("SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()")
                .fetch_one(&self.pool)
                .await?;
        let (syncs, log_bytes): (i64, i64) =
            sqlx::query_as("SELECT wal_sync, wal_bytes::bigint FROM pg_stat_wal").fetch_one(&self.pool).await?;
        // Looking does not take a number itself.
        let (writing,): (i64,) = sqlx::query_as("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint")
            .fetch_one(&self.pool)
            .await?;
        Ok(Counts { commits, writing, syncs, log_bytes })
    }

    /// Messages that have been planned and not been handed over, and facts that the broker has not got yet.
    pub async fn waiting(&self) -> anyhow::Result<i64> {
        let count = "SELECT (SELECT count(*) FROM deliveries WHERE state = 'due') + (SELECT count(*) FROM outbox)";
        Ok(sqlx::query_scalar(count).fetch_one(&self.pool).await?)
    }

    /// How many messages were planned and how many handed over (or found needless) in these seconds, by channel.
    pub async fn messages(&self, from: f64, until: f64) -> anyhow::Result<Vec<(String, i64, i64)>> {
        let query =
            "SELECT channel, count(*) FILTER (WHERE created_at >= to_timestamp($1) AND created_at < to_timestamp($2)),
                            count(*) FILTER (WHERE done_at >= to_timestamp($1) AND done_at < to_timestamp($2))
                     FROM deliveries GROUP BY channel";
        Ok(sqlx::query_as(query).bind(from).bind(until).fetch_all(&self.pool).await?)
    }

    /// Messages that nobody will get, and parked things.
    pub async fn given_up(&self) -> anyhow::Result<i64> {
        let count = "SELECT (SELECT count(*) FROM deliveries WHERE state = 'given_up') + (SELECT count(*) FROM parked)";
        Ok(sqlx::query_scalar(count).fetch_one(&self.pool).await?)
    }

    /// Facts of requests' and grants' lives by name, from the trail: how many, and the id of each.
    pub async fn facts_of_lives(&self) -> anyhow::Result<Vec<(uuid::Uuid, String)>> {
        let query = "SELECT id, action FROM trail_entries WHERE request_id IS NOT NULL";
        Ok(sqlx::query_as(query).fetch_all(&self.pool).await?)
    }

    /// Writes an active grant of each of these tuples, with all that belongs to it, as if it had been given.
    pub async fn active_grants(&self, tuples: &[Tuple], deadline: Timestamp) -> anyhow::Result<()> {
        let of =
            |part: fn(&Tuple) -> &String| -> Vec<String> { tuples.iter().map(|tuple| part(tuple).clone()).collect() };
        let query = "
            WITH t AS MATERIALIZED (
                SELECT *, gen_random_uuid() AS request, gen_random_uuid() AS assignment
                FROM unnest($1::text[], $2::text[], $3::text[]) AS t(principal, account, permission_set)),
            r AS (INSERT INTO requests (id, state, requester_id, beneficiary_id, reason, minutes, trace, submitted_at, decide_by, decided_at)
                SELECT request, 'approved', principal, principal, 'the nightly import fails', 60, '[]', now(), now() + interval '1 hour', now() FROM t),
            i AS (INSERT INTO request_items (request_id, ordinal, account_id, account_name, permission_set_arn, permission_set_name, rule_id, rule_version, state)
                SELECT request, 0, account, account, permission_set, permission_set, gen_random_uuid(), 1, 'approved' FROM t),
            a AS (INSERT INTO assignments (id, principal_id, account_id, permission_set_arn, state, generation, origin, work, due_at)
                SELECT assignment, principal, account, permission_set, 'present', 1, 'ours', 'none', now() FROM t)
            INSERT INTO grants (id, request_id, ordinal, principal_id, account_id, permission_set_arn, assignment_id, state, minutes,
                    start_at, start_by, deadline_at, approved_at, started_at, active_at)
                SELECT gen_random_uuid(), request, 0, principal, account, permission_set, assignment, 'active', 60,
                    now(), now() + interval '1 hour', $4::timestamptz, now(), now(), now() FROM t";
        sqlx::query(query)
            .bind(of(|tuple| &tuple.principal))
            .bind(of(|tuple| &tuple.account))
            .bind(of(|tuple| &tuple.permission_set))
            .bind(deadline.to_string())
            .execute(&self.pool)
            .await?;
        sqlx::query("ANALYZE").execute(&self.pool).await?;
        Ok(())
    }

    /// How many grants with this deadline have not ended.
    pub async fn living(&self, deadline: Timestamp) -> anyhow::Result<i64> {
        let query = "SELECT count(*) FROM grants WHERE state <> 'ended' AND deadline_at = $1::timestamptz";
        Ok(sqlx::query_scalar(query).bind(deadline.to_string()).fetch_one(&self.pool).await?)
    }

    /// The process that all of Postgres' processes descend from.
    pub async fn postmaster(&self) -> anyhow::Result<u32> {
        let backend: i32 = sqlx::query_scalar("SELECT pg_backend_pid()").fetch_one(&self.pool).await?;
        crate::machine::parent_of(u32::try_from(backend)?).context("Postgres runs on another machine")
    }

    /// The settings that decide what a commit costs.
    pub async fn durability(&self) -> anyhow::Result<String> {
        let query = "SELECT string_agg(name || '=' || setting, ' ' ORDER BY name) FROM pg_settings
                     WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes', 'server_version')";
        Ok(sqlx::query_scalar(query).fetch_one(&self.pool).await?)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let (server, statement) = (self.server.clone(), format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name));
        // The run's own loop is busy dropping this; a thread has one of its own.
        let dropped = std::thread::spawn(move || {
            let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            tokio.block_on(order(&server, statement))
        });
        if let Ok(Err(error)) = dropped.join() {
            eprintln!("the database {} stays: {error:#}", self.name);
        }
    }
}

async fn order(server: &PgConnectOptions, statement: String) -> anyhow::Result<()> {
    let mut connection = PgConnection::connect_with(server).await?;
    connection.execute(AssertSqlSafe(statement)).await?;
    Ok(connection.close().await?)
}

/// pgbench's simple-update transactions a second: eight clients, two threads, scale ten, in a database of its own.
pub async fn pgbench(program: &Path, maintenance_url: &str, time: Duration) -> anyhow::Result<f64> {
    let database = Database::create(maintenance_url).await?;
    let run = |arguments: &[&str]| -> anyhow::Result<String> {
        let output = Command::new(program).args(arguments).arg(&database.url).output().context("pgbench")?;
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        ensure!(output.status.success(), "pgbench failed: {}", String::from_utf8_lossy(&output.stderr));
        Ok(said)
    };
    run(&["-i", "-q", "-s", "10"])?;
    let seconds = time.as_secs().to_string();
    let said = run(&["-n", "-b", "simple-update", "-c", "8", "-j", "2", "-T", &seconds])?;
    rate_of(&said).with_context(|| format!("pgbench told no rate: {said}"))
}

fn rate_of(said: &str) -> Option<f64> {
    said.lines().find_map(|line| line.strip_prefix("tps = "))?.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_read_from_what_pgbench_prints() {
        let said = "number of failed transactions: 0 (0.000%)\nlatency average = 1.9 ms\ninitial connection time = 9 ms\n\
                    tps = 4180.119563 (without initial connection time)\n";
        assert_eq!(rate_of(said), Some(4180.119563));
        assert_eq!(rate_of("nothing"), None);
    }
}
