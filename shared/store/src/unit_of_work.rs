//! One transaction for a change of state and the facts it leaves: committing is the only way to publish,
//! and publishing the only way to commit.

use std::sync::Arc;

use domain::fact::Occurred;
use domain::{Actor, Fact, FactId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{PgConnection, PgPool, Postgres, Transaction};
use tokio::sync::Notify;
use uuid::Uuid;

use crate::seam::{self, Open, Seam};
use crate::{Clock, Ends, StoreError};

/// A process that stops in the middle of a transaction gives its locks up, long before its leases run out: otherwise
/// nobody could take its work over.
const IDLE: (&str, &str) = ("idle_in_transaction_session_timeout", "20s");

/// A new id, in the order of time.
#[must_use]
pub fn new_id() -> Uuid {
    seam::seeded_id().unwrap_or_else(Uuid::now_v7)
}

/// The shared database and the clock that goes by it.
#[derive(Debug, Clone)]
pub struct Db {
    pool: PgPool,
    clock: Clock,
    outbox_filled: Arc<Notify>,
    ends: Arc<Ends>,
    seam: Option<Arc<dyn Seam>>,
}

/// A unit of work: a transaction, the moment it runs at, and who is behind it.
#[must_use = "a unit of work that is not committed changes nothing"]
pub struct Tx {
    inner: Transaction<'static, Postgres>,
    now: Timestamp,
    actor: Actor,
    facts: Vec<Occurred>,
    /// The trace of each fact.
    traces: Vec<Option<String>>,
    trace: Option<String>,
    outbox_filled: Arc<Notify>,
    ends: Arc<Ends>,
    seam: Option<Arc<dyn Seam>>,
    open: Option<Open>,
}

impl Db {
    /// Connects lazily: the first use finds out whether Postgres is there.
    ///
    /// # Errors
    /// When the URL is not one of Postgres.
    pub fn connect(url: &str, max_connections: u32, application: &str) -> Result<Self, StoreError> {
        let options = url.parse::<PgConnectOptions>()?.application_name(application).options([IDLE]);
        let pool = PgPoolOptions::new()
            .max_connections(max_connections)
            .acquire_timeout(std::time::Duration::from_secs(5))
            .connect_lazy_with(options);
        Ok(Self::new(pool, Clock::system()))
    }

    /// Takes a pool and a clock that are there already.
    #[must_use]
    pub fn new(pool: PgPool, clock: Clock) -> Self {
        Self { pool, clock, outbox_filled: Arc::new(Notify::new()), ends: Arc::default(), seam: None }
    }

    /// The same database, with this said about ends of access.
    #[must_use]
    pub fn with_ends(self, ends: Ends) -> Self {
        Self { ends: Arc::new(ends), ..self }
    }

    /// What is said about ends of access.
    #[must_use]
    pub fn ends(&self) -> &Ends {
        &self.ends
    }

    /// The same with a simulation looking in.
    #[must_use]
    pub fn with_seam(self, seam: Arc<dyn Seam>) -> Self {
        Self { seam: Some(seam), ..self }
    }

    /// Rings when this process put something into the outbox.
    #[must_use]
    pub fn outbox_filled(&self) -> &Notify {
        &self.outbox_filled
    }

    /// Brings the schema up to date. Safe to run from several processes at once.
    ///
    /// # Errors
    /// When Postgres is away or a migration fails.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        Ok(crate::schema::MIGRATIONS.run(&self.pool).await?)
    }

    /// Begins a unit of work in somebody's name.
    ///
    /// # Errors
    /// When Postgres is away.
    pub async fn begin(&self, actor: Actor) -> Result<Tx, StoreError> {
        let open = match &self.seam {
            Some(seam) => Some(seam.begins().await?),
            None => None,
        };
        let inner = self.pool.begin().await?;
        Ok(Tx {
            inner,
            now: self.clock.now(),
            actor,
            facts: Vec::new(),
            traces: Vec::new(),
            trace: None,
            outbox_filled: Arc::clone(&self.outbox_filled),
            ends: Arc::clone(&self.ends),
            seam: self.seam.clone(),
            open,
        })
    }

    /// Asks Postgres for a sign of life.
    ///
    /// # Errors
    /// When it is away.
    pub async fn ping(&self) -> Result<(), StoreError> {
        sqlx::query("SELECT 1").execute(&self.pool).await?;
        Ok(())
    }

    /// A connection for reads that need no transaction.
    ///
    /// # Errors
    /// When Postgres is away.
    pub async fn read(&self) -> Result<sqlx::pool::PoolConnection<Postgres>, StoreError> {
        if let Some(seam) = &self.seam {
            seam.reads()?;
        }
        Ok(self.pool.acquire().await?)
    }

    /// The pool, for reads that need no transaction.
    #[must_use]
    pub const fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// The clock.
    #[must_use]
    pub const fn clock(&self) -> &Clock {
        &self.clock
    }
}

impl Tx {
    /// The moment at which all of this unit happens.
    #[must_use]
    pub const fn now(&self) -> Timestamp {
        self.now
    }

    /// Who is behind it.
    #[must_use]
    pub const fn actor(&self) -> &Actor {
        &self.actor
    }

    /// What is said about ends of access.
    #[must_use]
    pub fn ends(&self) -> &Ends {
        &self.ends
    }

    /// Notes what happened; it is written with the commit.
    pub fn record(&mut self, fact: Fact) -> FactId {
        let id = FactId(new_id());
        self.facts.push(Occurred { id, at: self.now, actor: self.actor.clone(), fact });
        self.traces.push(self.trace());
        id
    }

    /// What follows belongs to this trace; to the current span's, where none is named.
    pub(crate) fn in_trace(&mut self, trace_parent: Option<String>) {
        self.trace = trace_parent;
    }

    /// The trace that what is done now belongs to.
    pub(crate) fn trace(&self) -> Option<String> {
        self.trace.clone().or_else(crate::trace::current)
    }

    /// What was noted so far.
    #[must_use]
    pub fn facts(&self) -> &[Occurred] {
        &self.facts
    }

    /// The connection, for the modules of this crate and for reads inside the transaction.
    pub fn connection(&mut self) -> &mut PgConnection {
        &mut self.inner
    }

    /// Gives everything up at once, locks included; dropping the unit does so a little later.
    ///
    /// # Errors
    /// When Postgres is away, which gives it up as well.
    pub async fn roll_back(self) -> Result<(), StoreError> {
        Ok(self.inner.rollback().await?)
    }

    /// Writes the facts to trail and outbox and commits.
    ///
    /// # Errors
    /// When Postgres refuses; nothing of the unit stays then.
    pub async fn commit(mut self) -> Result<Vec<Occurred>, StoreError> {
        if !self.facts.is_empty() {
            write_facts(&mut self.inner, &self.facts, &self.traces).await?;
        }
        if let Some(Err(refused)) = self.seam.as_ref().map(|seam| seam.commits(&self.facts)) {
            self.inner.rollback().await?;
            return Err(refused);
        }
        self.inner.commit().await?;
        drop(self.open);
        if self.facts.iter().any(|f| f.fact.is_published()) {
            self.outbox_filled.notify_one();
        }
        if let Some(seam) = &self.seam {
            seam.committed(&self.facts).await?;
        }
        Ok(self.facts)
    }
}

async fn write_facts(
    connection: &mut PgConnection,
    facts: &[Occurred],
    traces: &[Option<String>],
) -> Result<(), StoreError> {
    let mut ids = Vec::with_capacity(facts.len());
    let (mut at, mut actors, mut names, mut bodies) = (vec![], vec![], vec![], vec![]);
    let (mut kinds, mut subjects, mut requests, mut published) = (vec![], vec![], vec![], vec![]);
    for occurred in facts {
        let (kind, subject) = occurred.fact.subject();
        ids.push(occurred.id.uuid());
        at.push(occurred.at.to_sqlx());
        actors.push(json("trail_entries", &occurred.actor)?);
        names.push(occurred.fact.name());
        bodies.push(json("outbox", occurred)?);
        kinds.push(kind);
        subjects.push(subject);
        requests.push(occurred.fact.request().map(domain::RequestId::uuid));
        published.push(occurred.fact.is_published());
    }
    sqlx::query(
        "WITH f AS (SELECT * FROM unnest($1::uuid[], $2::timestamptz[], $3::jsonb[], $4::text[], $5::jsonb[], $6::text[], \
             $7::uuid[], $8::uuid[], $9::bool[], $10::text[]) \
             AS f(id, at, actor, name, body, kind, subject, request, published, trace_parent)), \
         t AS (INSERT INTO trail_entries (id, at, actor, action, subject_kind, subject_id, request_id, data) \
             SELECT id, at, actor, name, kind, subject, request, body->'data' FROM f) \
         INSERT INTO outbox (id, name, body, trace_parent, created_at) \
             SELECT id, name, body, trace_parent, at FROM f WHERE published",
    )
    .bind(ids)
    .bind(at)
    .bind(actors)
    .bind(names)
    .bind(bodies)
    .bind(kinds)
    .bind(subjects)
    .bind(requests)
    .bind(published)
    .bind(traces)
    .execute(connection)
    .await?;
    Ok(())
}

/// A value as JSON for a column.
pub(crate) fn json(table: &'static str, value: &impl serde::Serialize) -> Result<serde_json::Value, StoreError> {
    serde_json::to_value(value).map_err(|e| StoreError::impossible(table, e))
}

/// A column's JSON as a value.
pub(crate) fn from_json<T: serde::de::DeserializeOwned>(
    table: &'static str,
    value: serde_json::Value,
) -> Result<T, StoreError> {
    serde_json::from_value(value).map_err(|e| StoreError::impossible(table, e))
}
