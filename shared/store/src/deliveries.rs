//! Messages on their way to one recipient each: planned once per fact, channel and recipient, claimed lane by
//! lane, settled in batches.

use std::collections::BTreeSet;

use domain::{DeliveryId, EndpointId, FactId};
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{Db, StoreError, Tx, new_id};

/// How a message travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Channel {
    /// To a person, by user id.
    Mail,
    /// To an endpoint, by its id.
    Webhook,
}

impl Channel {
    /// The channel's name in the database and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Webhook => "webhook",
        }
    }

    /// The channel of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Mail, Self::Webhook].into_iter().find(|c| c.as_str() == name)
    }
}

/// Where a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DeliveryState {
    /// To be tried at its time.
    Due,
    /// Taken by the other side.
    Delivered,
    /// Not tried any more, until somebody replays it.
    GivenUp,
    /// There was no point in sending it any more.
    NotNeeded,
}

impl DeliveryState {
    /// The state's name in the database and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Due => "due",
            Self::Delivered => "delivered",
            Self::GivenUp => "given_up",
            Self::NotNeeded => "not_needed",
        }
    }

    /// The state of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Due, Self::Delivered, Self::GivenUp, Self::NotNeeded].into_iter().find(|s| s.as_str() == name)
    }
}

/// A message to be planned.
#[derive(Debug, Clone, PartialEq)]
pub struct Planned {
    /// The fact that it tells.
    pub fact: FactId,
    /// The fact's versioned name.
    pub fact_name: &'static str,
    /// How it travels.
    pub channel: Channel,
    /// To whom: a user's id or an endpoint's.
    pub recipient: String,
    /// What is needed to write it: ids and resolved names, no secrets.
    pub body: serde_json::Value,
    /// The trace of the fact.
    pub trace_parent: Option<String>,
}

/// A message as it stands.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// Which.
    pub id: DeliveryId,
    /// The fact that it tells.
    pub fact: FactId,
    /// The fact's versioned name.
    pub fact_name: String,
    /// How it travels.
    pub channel: Channel,
    /// To whom.
    pub recipient: String,
    /// What is needed to write it.
    pub body: serde_json::Value,
    /// Where it stands.
    pub state: DeliveryState,
    /// When it is to be tried next, or was last.
    pub due_at: Timestamp,
    /// How often it was tried in vain, since it was planned or replayed.
    pub tries: i32,
    /// The status that the other side answered last: of HTTP or of SMTP.
    pub last_status: Option<i32>,
    /// Why the last try failed, why it was given up or not sent.
    pub last_error: Option<String>,
    /// When it was planned.
    pub created_at: Timestamp,
    /// When it was delivered, given up or dropped.
    pub done_at: Option<Timestamp>,
    /// The trace of the fact.
    pub trace_parent: Option<String>,
}

/// Messages that are sent one after the other's batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lane {
    /// All mails.
    Mail,
    /// The webhooks of one endpoint.
    Webhook(EndpointId),
}

/// Claimed messages; the token proves that they are still ours when they are settled.
#[derive(Debug)]
pub struct Claimed {
    /// The lease's token.
    pub token: Uuid,
    /// When the lease ends.
    pub until: Timestamp,
    /// The messages, the longest due first.
    pub deliveries: Vec<Delivery>,
}

/// What became of one try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    /// Which.
    pub id: DeliveryId,
    /// What the other side answered.
    pub status: Option<i32>,
    /// What follows.
    pub outcome: Outcome,
}

/// What follows from a try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It arrived.
    Delivered,
    /// Again at this time, since this went wrong.
    Retry(Timestamp, String),
    /// Never again, since this went wrong.
    GivenUp(String),
    /// It was not sent: there is no point any more, for this reason.
    NotNeeded(String),
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    fact_id: Uuid,
    fact_name: String,
    channel: String,
    recipient: String,
    body: serde_json::Value,
    state: String,
    due_at: jiff_sqlx::Timestamp,
    tries: i32,
    last_status: Option<i32>,
    last_error: Option<String>,
    created_at: jiff_sqlx::Timestamp,
    done_at: Option<jiff_sqlx::Timestamp>,
    trace_parent: Option<String>,
}

impl Row {
    fn into_delivery(self) -> Result<Delivery, StoreError> {
        let bad = |what: &str| StoreError::impossible("deliveries", what);
        Ok(Delivery {
            id: DeliveryId(self.id),
            fact: FactId(self.fact_id),
            fact_name: self.fact_name,
            channel: Channel::from_name(&self.channel).ok_or_else(|| bad(&self.channel))?,
            recipient: self.recipient,
            body: self.body,
            state: DeliveryState::from_name(&self.state).ok_or_else(|| bad(&self.state))?,
            due_at: self.due_at.to_jiff(),
            tries: self.tries,
            last_status: self.last_status,
            last_error: self.last_error,
            created_at: self.created_at.to_jiff(),
            done_at: self.done_at.map(jiff_sqlx::Timestamp::to_jiff),
            trace_parent: self.trace_parent,
        })
    }
}

fn all(rows: Vec<Row>) -> Result<Vec<Delivery>, StoreError> {
    rows.into_iter().map(Row::into_delivery).collect()
}

/// Plans messages, due now. What was planned before is left as it is. Returns how many are new.
///
/// # Errors
/// When Postgres is away.
pub async fn plan(tx: &mut Tx, planned: &[Planned]) -> Result<u64, StoreError> {
    // One order for everybody, so that two who plan the same do not wait for each other in a circle.
    let mut rows: Vec<&Planned> = planned.iter().collect();
    rows.sort_by(|a, b| (a.fact, a.channel, &a.recipient).cmp(&(b.fact, b.channel, &b.recipient)));
    let now = tx.now().to_sqlx();
    let done = sqlx::query(
        "INSERT INTO deliveries (id, fact_id, fact_name, channel, recipient, body, trace_parent, due_at, created_at) \
         SELECT id, fact, name, channel, recipient, body, trace, $8, $8 \
         FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::jsonb[], $7::text[]) \
             WITH ORDINALITY AS p(id, fact, name, channel, recipient, body, trace, n) ORDER BY n \
         ON CONFLICT ON CONSTRAINT deliveries_once DO NOTHING",
    )
    .bind(rows.iter().map(|_| new_id()).collect::<Vec<_>>())
    .bind(rows.iter().map(|p| p.fact.uuid()).collect::<Vec<_>>())
    .bind(rows.iter().map(|p| p.fact_name).collect::<Vec<_>>())
    .bind(rows.iter().map(|p| p.channel.as_str()).collect::<Vec<_>>())
    .bind(rows.iter().map(|p| p.recipient.as_str()).collect::<Vec<_>>())
    .bind(rows.iter().map(|p| &p.body).collect::<Vec<_>>())
    .bind(rows.iter().map(|p| p.trace_parent.as_deref()).collect::<Vec<_>>())
    .bind(now)
    .execute(tx.connection())
    .await?;
    Ok(done.rows_affected())
}

/// Takes up to `limit` messages of a lane that are due and that nobody holds, the longest due first.
///
/// # Errors
/// When Postgres is away.
pub async fn claim(db: &Db, lane: Lane, limit: i64, lease: SignedDuration) -> Result<Claimed, StoreError> {
    let (now, token) = (db.clock().now(), new_id());
    let until = now + lease;
    let statement = match lane {
        Lane::Mail => sqlx::query_as::<_, Row>(
            "UPDATE deliveries d SET leased_until = $2, lease_token = $3 FROM ( \
                 SELECT id FROM deliveries WHERE state = 'due' AND channel = 'mail' AND due_at <= $1 \
                     AND (leased_until IS NULL OR leased_until <= $1) ORDER BY due_at LIMIT $4 FOR UPDATE SKIP LOCKED) c \
             WHERE d.id = c.id RETURNING d.*",
        ),
        Lane::Webhook(_) => sqlx::query_as::<_, Row>(
            "UPDATE deliveries d SET leased_until = $2, lease_token = $3 FROM ( \
                 SELECT id FROM deliveries WHERE state = 'due' AND channel = 'webhook' AND recipient = $5 AND due_at <= $1 \
                     AND (leased_until IS NULL OR leased_until <= $1) ORDER BY due_at LIMIT $4 FOR UPDATE SKIP LOCKED) c \
             WHERE d.id = c.id RETURNING d.*",
        ),
    };
    let statement = statement.bind(now.to_sqlx()).bind(until.to_sqlx()).bind(token).bind(limit);
    let statement = match lane {
        Lane::Mail => statement,
        Lane::Webhook(endpoint) => statement.bind(endpoint.to_string()),
    };
    let mut deliveries = all(statement.fetch_all(db.pool()).await?)?;
    deliveries.sort_by_key(|d| (d.due_at, d.id));
    Ok(Claimed { token, until, deliveries })
}

/// Writes down what became of claimed messages, those apart that somebody else took since.
///
/// # Errors
/// When Postgres is away; the messages are sent again when their lease is over.
pub async fn settle(db: &Db, token: Uuid, settled: &[Settled]) -> Result<u64, StoreError> {
    let now = db.clock().now();
    let (mut states, mut due, mut errors, mut failed) = (vec![], vec![], vec![], vec![]);
    for one in settled {
        let (state, due_at, error) = match &one.outcome {
            Outcome::Delivered => (DeliveryState::Delivered, now, None),
            Outcome::Retry(at, why) => (DeliveryState::Due, *at, Some(why.as_str())),
            Outcome::GivenUp(why) => (DeliveryState::GivenUp, now, Some(why.as_str())),
            Outcome::NotNeeded(why) => (DeliveryState::NotNeeded, now, Some(why.as_str())),
        };
        states.push(state.as_str());
        due.push(due_at.to_sqlx());
        errors.push(error);
        failed.push(i32::from(matches!(one.outcome, Outcome::Retry(..) | Outcome::GivenUp(_))));
    }
    let done = sqlx::query(
        "UPDATE deliveries d SET state = s.state, due_at = s.due_at, last_error = s.error, last_status = s.status, \
             tries = d.tries + s.failed, leased_until = NULL, lease_token = NULL, \
             done_at = CASE WHEN s.state = 'due' THEN NULL ELSE $7 END \
         FROM unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::text[], $5::int4[], $6::int4[]) \
             AS s(id, state, due_at, error, status, failed) \
         WHERE d.id = s.id AND d.lease_token = $8",
    )
    .bind(settled.iter().map(|s| s.id.uuid()).collect::<Vec<_>>())
    .bind(states)
    .bind(due)
    .bind(errors)
    .bind(settled.iter().map(|s| s.status).collect::<Vec<_>>())
    .bind(failed)
    .bind(now.to_sqlx())
    .bind(token)
    .execute(db.pool())
    .await?;
    Ok(done.rows_affected())
}

/// Gives claimed messages back untried: due as before.
///
/// # Errors
/// When Postgres is away; the lease then runs out by itself.
pub async fn give_back(db: &Db, token: Uuid) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE deliveries SET leased_until = NULL, lease_token = NULL WHERE state = 'due' AND lease_token = $1",
    )
    .bind(token)
    .execute(db.pool())
    .await?;
    Ok(())
}

/// The lanes in which something is due now and held by nobody; those of disabled or removed endpoints wait.
///
/// # Errors
/// When Postgres is away.
pub async fn due_lanes(db: &Db) -> Result<BTreeSet<Lane>, StoreError> {
    let rows: Vec<Option<Uuid>> = sqlx::query_scalar(
        "SELECT NULL::uuid WHERE EXISTS (SELECT 1 FROM deliveries WHERE state = 'due' AND channel = 'mail' AND due_at <= $1 \
             AND (leased_until IS NULL OR leased_until <= $1)) \
         UNION ALL \
         SELECT e.id FROM endpoints e WHERE e.enabled AND e.deleted_at IS NULL AND EXISTS ( \
             SELECT 1 FROM deliveries WHERE state = 'due' AND channel = 'webhook' AND recipient = e.id::text AND due_at <= $1 \
             AND (leased_until IS NULL OR leased_until <= $1))",
    )
    .bind(db.clock().now().to_sqlx())
    .fetch_all(db.pool())
    .await?;
    Ok(rows.into_iter().map(|id| id.map_or(Lane::Mail, |id| Lane::Webhook(EndpointId(id)))).collect())
}

/// Gives up what was on its way to an endpoint that is being removed.
///
/// # Errors
/// When Postgres is away.
pub async fn give_up_endpoint(tx: &mut Tx, endpoint: EndpointId) -> Result<u64, StoreError> {
    let now = tx.now().to_sqlx();
    let done = sqlx::query(
        "UPDATE deliveries SET state = 'given_up', done_at = $2, last_error = 'the endpoint was removed', \
             leased_until = NULL, lease_token = NULL \
         WHERE state = 'due' AND channel = 'webhook' AND recipient = $1",
    )
    .bind(endpoint.to_string())
    .bind(now)
    .execute(tx.connection())
    .await?;
    Ok(done.rows_affected())
}

/// One message, locked until the end of the transaction.
///
/// # Errors
/// When Postgres is away.
pub async fn lock(tx: &mut Tx, id: DeliveryId) -> Result<Option<Delivery>, StoreError> {
    let row: Option<Row> = sqlx::query_as("SELECT * FROM deliveries WHERE id = $1 FOR UPDATE")
        .bind(id.uuid())
        .fetch_optional(tx.connection())
        .await?;
    row.map(Row::into_delivery).transpose()
}

/// Makes a locked message due now, as if it had never been tried. A worker that holds it loses it.
///
/// # Errors
/// When Postgres is away.
pub async fn replay(tx: &mut Tx, id: DeliveryId) -> Result<(), StoreError> {
    let now = tx.now().to_sqlx();
    sqlx::query(
        "UPDATE deliveries SET state = 'due', due_at = $2, tries = 0, done_at = NULL, leased_until = NULL, lease_token = NULL \
         WHERE id = $1",
    )
    .bind(id.uuid())
    .bind(now)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// What to list.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only this channel.
    pub channel: Option<Channel>,
    /// Only to this recipient: a user's id or an endpoint's.
    pub recipient: Option<String>,
    /// Only in this state.
    pub state: Option<DeliveryState>,
    /// Only those planned before this one.
    pub before: Option<DeliveryId>,
    /// How many at most.
    pub limit: i64,
}

/// The newest first.
///
/// # Errors
/// When Postgres is away.
pub async fn list(connection: &mut PgConnection, filter: &Filter) -> Result<Vec<Delivery>, StoreError> {
    all(sqlx::query_as(
        "SELECT * FROM deliveries WHERE ($1::text IS NULL OR channel = $1) AND ($2::text IS NULL OR recipient = $2) \
           AND ($3::text IS NULL OR state = $3) AND ($4::uuid IS NULL OR id < $4) ORDER BY id DESC LIMIT $5",
    )
    .bind(filter.channel.map(Channel::as_str))
    .bind(filter.recipient.as_deref())
    .bind(filter.state.map(DeliveryState::as_str))
    .bind(filter.before.map(DeliveryId::uuid))
    .bind(filter.limit)
    .fetch_all(connection)
    .await?)
}
