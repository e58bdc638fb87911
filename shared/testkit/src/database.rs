//! A migrated database for each test, made from a template and dropped at the end.

use std::ops::Deref;

use jiff::Timestamp;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPoolOptions};
use sqlx::{AssertSqlSafe, Connection, Executor};
use store::{Clock, Db};

/// The variable that names a database on the server to use. Nothing in that database is touched.
const VARIABLE: &str = "CURFEW_TEST_DATABASE_URL";
/// Serialises the making of the template among all test processes.
const TEMPLATE_LOCK: i64 = 0x00c0_fe11;

/// A database of one test. Dropped, its database is dropped.
pub struct TestDb {
    /// The database.
    pub db: Db,
    /// Its clock; stands still until it is turned, if it is a manual one.
    pub clock: Clock,
    /// How to reach it.
    pub url: String,
    name: String,
    server: PgConnectOptions,
}

impl Deref for TestDb {
    type Target = Db;
    fn deref(&self) -> &Db {
        &self.db
    }
}

/// A fresh database with a clock that stands at nine in the morning of 2 March 2026, UTC.
///
/// # Panics
/// When `CURFEW_TEST_DATABASE_URL` is missing or the server does not answer.
pub async fn database() -> TestDb {
    database_at(Clock::manual(start())).await
}

fn start() -> Timestamp {
    "2026-03-02T09:00:00Z".parse().expect("a moment")
}

/// A fresh database with this clock.
///
/// # Panics
/// When `CURFEW_TEST_DATABASE_URL` is missing or the server does not answer.
pub async fn database_at(clock: Clock) -> TestDb {
    made(clock, true, PgPoolOptions::new()).await
}

/// A fresh database for tests that stay on one thread: its connections are not asked whether they live before each use.
/// Those that a server of the test opens on a thread of its own end with that thread.
///
/// # Panics
/// When `CURFEW_TEST_DATABASE_URL` is missing or the server does not answer.
pub async fn database_on_one_thread() -> TestDb {
    made(Clock::manual(start()), true, PgPoolOptions::new().test_before_acquire(false)).await
}

/// A fresh database without any table, for migrations; its clock stands like that of [`database`].
///
/// # Panics
/// When `CURFEW_TEST_DATABASE_URL` is missing or the server does not answer.
pub async fn empty_database() -> TestDb {
    made(Clock::manual(start()), false, PgPoolOptions::new()).await
}

async fn made(clock: Clock, migrated: bool, pool: PgPoolOptions) -> TestDb {
    let url = std::env::var(VARIABLE).unwrap_or_else(|_| {
        panic!("{VARIABLE} is not set: these tests need a PostgreSQL server, for example {VARIABLE}=postgres://postgres@127.0.0.1:5432/postgres")
    });
    let server: PgConnectOptions = url.parse().unwrap_or_else(|e| panic!("{VARIABLE} is not a PostgreSQL URL: {e}"));
    let template = if migrated { template(&server).await } else { "template0".to_owned() };
    let name = format!("curfew_test_{}", uuid::Uuid::now_v7().simple());
    let mut maintenance = PgConnection::connect_with(&server).await.expect("the test server answers");
    maintenance
        .execute(AssertSqlSafe(format!("CREATE DATABASE {name} TEMPLATE {template}")))
        .await
        .expect("a database from the template");
    maintenance.close().await.expect("the connection closes");
    let pool = pool
        .max_connections(12)
        .connect_with(server.clone().database(&name))
        .await
        .expect("the fresh database answers");
    let mut address: url::Url = url.parse().expect("a URL");
    address.set_path(&name);
    TestDb { db: Db::new(pool, clock.clone()), clock, url: address.into(), name, server }
}

/// The template of today's migrations, made by whoever comes first.
async fn template(server: &PgConnectOptions) -> String {
    let name = format!("curfew_template_{}", store::schema::fingerprint());
    let mut maintenance = PgConnection::connect_with(server).await.expect("the test server answers");
    maintenance.execute(AssertSqlSafe(format!("SELECT pg_advisory_lock({TEMPLATE_LOCK})"))).await.expect("the lock");
    let there: bool = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1)")
        .bind(&name)
        .fetch_one(&mut maintenance)
        .await
        .expect("the list of databases");
    if !there {
        // Under another name until it is whole: a killed run leaves no half template.
        let making = format!("{name}_making");
        for statement in [format!("DROP DATABASE IF EXISTS {making} WITH (FORCE)"), format!("CREATE DATABASE {making}")]
        {
            maintenance.execute(AssertSqlSafe(statement)).await.expect("an empty database");
        }
        let pool = PgPoolOptions::new()
            .max_connections(1)
            .connect_with(server.clone().database(&making))
            .await
            .expect("the empty database answers");
        let db = Db::new(pool, Clock::system());
        db.migrate().await.expect("the migrations run");
        db.pool().close().await;
        maintenance
            .execute(AssertSqlSafe(format!("ALTER DATABASE {making} RENAME TO {name}")))
            .await
            .expect("the template gets its name");
    }
    maintenance.close().await.expect("the lock is given back");
    name
}

impl Drop for TestDb {
    fn drop(&mut self) {
        let (server, name) = (self.server.clone(), self.name.clone());
        // The test's own runtime is busy dropping this; a thread has one of its own.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(async move {
                let mut maintenance = PgConnection::connect_with(&server).await?;
                maintenance.execute(AssertSqlSafe(format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))).await?;
                anyhow::Ok(maintenance.close().await?)
            })
        })
        .join();
        if let Ok(Err(error)) = dropped {
            eprintln!("the test's database {} stays: {error}", self.name);
        }
    }
}
