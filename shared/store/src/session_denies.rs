//! Sessions to be cut: what the policy in AWS is rendered from, and the lease of its one writer. An entry is made in
//! the transaction that ends the access; everything after that is found here.

use domain::sessions::policy::Entry;
use domain::sessions::{self, NotCut, Sessions};
use domain::{AccountId, AssignmentId, Fact, PermissionSetArn, UserId};
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::grants::{self, Grant};
use crate::unit_of_work::json;
use crate::{StoreError, Tx, new_id, receipts};

/// Between two looks at whether AWS still shows the policy as it was written, while it denies somebody.
const LOOK_EVERY: SignedDuration = SignedDuration::from_mins(1);
/// And while it denies nobody.
const LOOK_SELDOM: SignedDuration = SignedDuration::from_hours(1);
/// Until what had no room is tried again.
const TRY_AGAIN: SignedDuration = SignedDuration::from_secs(30);

/// The writer's turn: what shall be denied, under a lease.
#[derive(Debug, Clone)]
pub struct Turn {
    /// The lease's token.
    pub lease: Uuid,
    /// What shall be in the policy, in no particular order.
    pub entries: Vec<Entry>,
    /// What was in it and is over, to be taken out.
    pub over: Vec<Entry>,
    /// How often in a row it went wrong.
    pub tries: i32,
}

/// Says what becomes of the sessions of locked grants that ended before the last one of their assignment did.
pub(crate) async fn no_longer_postponed(tx: &mut Tx, postponed: Vec<Grant>) -> Result<Vec<Grant>, StoreError> {
    let (cutting, now) = (tx.ends().cutting, tx.now());
    let mut settled = Vec::with_capacity(postponed.len());
    for mut grant in postponed {
        let Some(Sessions::Postponed { cut_before }) = grant.sessions else { continue };
        let sessions = sessions::after_postponement(&grant.session_terms, cut_before, cutting, now);
        keep(tx, &grant, &sessions).await?;
        grant.sessions = Some(sessions);
        settled.push(grant);
    }
    Ok(settled)
}

/// Wishes the sessions of these grants cut, which ended together: their assignment is gone, and nobody else has it. The
/// assignment's lock is held; it is not made again before the cut is past.
pub(crate) async fn wish(
    tx: &mut Tx,
    assignment: AssignmentId,
    ended: &[Grant],
) -> Result<Option<Timestamp>, StoreError> {
    let wished = ended.iter().filter_map(|grant| match &grant.sessions {
        Some(Sessions::Cutting { cut_before, .. }) => Some((grant, *cut_before)),
        Some(Sessions::Unaffected | Sessions::Postponed { .. } | Sessions::NotCut { .. } | Sessions::Cut { .. })
        | None => None,
    });
    let (ids, cut_before): (Vec<Uuid>, Vec<Timestamp>) = wished.clone().map(|(g, cut)| (g.id.uuid(), cut)).unzip();
    let Some(cut_before) = cut_before.into_iter().max() else { return Ok(None) };
    let longest = wished.clone().map(|(grant, _)| grant.session_terms.session.unwrap_or(sessions::LONGEST_SESSION));
    let margin = tx.ends().cutting.map_or(SignedDuration::ZERO, |cutting| cutting.margin);
    let until = cut_before + longest.max().unwrap_or(sessions::LONGEST_SESSION) + margin;
    let Some((grant, role_name)) =
        wished.clone().find_map(|(g, _)| g.session_terms.role_name.as_ref().map(|name| (g, name)))
    else {
        return Ok(None);
    };
    let id = new_id();
    sqlx::query(
        "INSERT INTO session_denies (id, assignment_id, principal_id, account_id, permission_set_arn, role_name, cut_before, \
             until_at, due_at, wanted_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)",
    )
    .bind(id)
    .bind(assignment.uuid())
    .bind(grant.tuple.principal.as_str())
    .bind(grant.tuple.account.as_str())
    .bind(grant.tuple.permission_set.as_str())
    .bind(role_name)
    .bind(cut_before.to_sqlx())
    .bind(until.to_sqlx())
    .bind(tx.now().to_sqlx())
    .execute(tx.connection())
    .await?;
    sqlx::query("UPDATE grants SET session_deny_id = $1 WHERE id = ANY($2)")
        .bind(id)
        .bind(&ids)
        .execute(tx.connection())
        .await?;
    sqlx::query("UPDATE assignments SET create_after = $2 WHERE id = $1")
        .bind(assignment.uuid())
        .bind(cut_before.to_sqlx())
        .execute(tx.connection())
        .await?;
    Ok(Some(cut_before))
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    principal_id: String,
    account_id: String,
    permission_set_arn: String,
    role_name: String,
    cut_before: jiff_sqlx::Timestamp,
    until_at: jiff_sqlx::Timestamp,
    state: String,
}

impl Row {
    fn into_entry(self) -> Result<Entry, StoreError> {
        let bad = |e: domain::InvalidId| StoreError::impossible("session_denies", e);
        Ok(Entry {
            id: self.id,
            user: UserId::parse(self.principal_id).map_err(bad)?,
            account: AccountId::parse(self.account_id).map_err(bad)?,
            permission_set: PermissionSetArn::parse(self.permission_set_arn).map_err(bad)?,
            role_name: self.role_name,
            cut_before: self.cut_before.to_jiff(),
            until: self.until_at.to_jiff(),
            in_place: self.state == "in_place",
        })
    }
}

/// Leases the policy, if there is something to do about it and nobody else has it.
///
/// # Errors
/// When Postgres is away.
pub async fn claim(tx: &mut Tx, lease: SignedDuration) -> Result<Option<Turn>, StoreError> {
    let now = tx.now();
    let claimed: Option<(Uuid, i32)> = sqlx::query_as(
        "UPDATE session_policy SET lease_token = gen_random_uuid(), leased_until = $1 \
         WHERE (leased_until IS NULL OR leased_until <= $2) AND (rest_until IS NULL OR rest_until <= $2) \
           AND (EXISTS (SELECT 1 FROM session_denies WHERE state <> 'gone' AND due_at <= $2) \
                OR look_at IS NULL OR look_at <= $2) \
         RETURNING lease_token, tries",
    )
    .bind((now + lease).to_sqlx())
    .bind(now.to_sqlx())
    .fetch_optional(tx.connection())
    .await?;
    let Some((lease, tries)) = claimed else { return Ok(None) };
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT id, principal_id, account_id, permission_set_arn, role_name, cut_before, until_at, state FROM session_denies \
         WHERE state <> 'gone'",
    )
    .fetch_all(tx.connection())
    .await?;
    let all = rows.into_iter().map(Row::into_entry).collect::<Result<Vec<_>, _>>()?;
    let (entries, over) = all.into_iter().partition(|entry| entry.until > now);
    Ok(Some(Turn { lease, entries, over, tries }))
}

/// When there is something to do next, a lease that must run out first included.
///
/// # Errors
/// When Postgres is away.
pub async fn next_due(connection: &mut PgConnection) -> Result<Option<Timestamp>, StoreError> {
    let next: Option<jiff_sqlx::Timestamp> = sqlx::query_scalar(
        "SELECT GREATEST(LEAST(coalesce(look_at, 'epoch'), (SELECT min(due_at) FROM session_denies WHERE state <> 'gone')), \
             rest_until, leased_until) FROM session_policy",
    )
    .fetch_one(connection)
    .await?;
    Ok(next.map(jiff_sqlx::Timestamp::to_jiff))
}

/// AWS shows a policy that holds these entries and none besides, and for those there is no room.
///
/// # Errors
/// [`StoreError::Raced`] when the lease was lost.
pub async fn shown(tx: &mut Tx, lease: Uuid, held: &[Uuid], left_out: &[Uuid]) -> Result<(), StoreError> {
    let now = tx.now();
    let look_at = now + if held.is_empty() { LOOK_SELDOM } else { LOOK_EVERY };
    give_back(tx, lease, None, Some(look_at), 0, None).await?;
    put_in_place(tx, held).await?;
    let full = "the policy is full: as many sessions are cut as it can hold";
    hold_up(tx, left_out, full, now + TRY_AGAIN).await?;
    take_out(tx, held).await
}

/// It could not be written or read back: entries that wait are told why, and it is tried again at `again_at`.
///
/// # Errors
/// [`StoreError::Raced`] when the lease was lost.
pub async fn put_off(tx: &mut Tx, lease: Uuid, tries: i32, again_at: Timestamp, why: &str) -> Result<(), StoreError> {
    give_back(tx, lease, Some(again_at), None, tries.saturating_add(1), Some(why)).await?;
    let waiting: Vec<(Uuid,)> =
        sqlx::query_as("SELECT id FROM session_denies WHERE state = 'wanted' ORDER BY id FOR UPDATE")
            .fetch_all(tx.connection())
            .await?;
    let waiting: Vec<Uuid> = waiting.into_iter().map(|(id,)| id).collect();
    // A first trouble is usually over with the next try.
    if tries > 0 {
        hold_up(tx, &waiting, why, again_at).await?;
    }
    Ok(())
}

async fn give_back(
    tx: &mut Tx,
    lease: Uuid,
    rest_until: Option<Timestamp>,
    look_at: Option<Timestamp>,
    tries: i32,
    error: Option<&str>,
) -> Result<(), StoreError> {
    let done = sqlx::query(
        "UPDATE session_policy SET lease_token = NULL, leased_until = NULL, rest_until = $2, \
             look_at = coalesce($3, look_at), tries = $4, last_error = $5 WHERE lease_token = $1",
    )
    .bind(lease)
    .bind(rest_until.map(|t| t.to_sqlx()))
    .bind(look_at.map(|t| t.to_sqlx()))
    .bind(tries)
    .bind(error)
    .execute(tx.connection())
    .await?;
    if done.rows_affected() == 1 { Ok(()) } else { Err(StoreError::Raced { what: "the lease of the session policy" }) }
}

/// Entries that AWS shows: those for the first time are told.
async fn put_in_place(tx: &mut Tx, held: &[Uuid]) -> Result<(), StoreError> {
    let now = tx.now();
    let fresh: Vec<(Uuid, jiff_sqlx::Timestamp)> = sqlx::query_as(
        "UPDATE session_denies SET state = 'in_place', in_place_at = coalesce(in_place_at, $2), due_at = until_at, held_up = NULL \
         WHERE id = ANY($1) AND state = 'wanted' RETURNING id, cut_before",
    )
    .bind(held)
    .bind(now.to_sqlx())
    .fetch_all(tx.connection())
    .await?;
    for (id, cut_before) in fresh {
        let cut_before = cut_before.to_jiff();
        for grant in cut_by(tx, id).await? {
            let sessions = Sessions::Cut { cut_before, in_place_at: now };
            keep(tx, &grant, &sessions).await?;
            receipts::attest_cut(tx, &grant, sessions).await?;
            let (grant, request, tuple) = (grant.id, grant.request, grant.tuple);
            tx.record(Fact::SessionsCut { grant, request, tuple, cut_before });
        }
    }
    Ok(())
}

/// Entries that are not in the policy although they should be: told once for each reason. What was in place waits again.
async fn hold_up(tx: &mut Tx, ids: &[Uuid], why: &str, again_at: Timestamp) -> Result<(), StoreError> {
    sqlx::query("UPDATE session_denies SET due_at = $2 WHERE id = ANY($1) AND state <> 'gone'")
        .bind(ids)
        .bind(again_at.to_sqlx())
        .execute(tx.connection())
        .await?;
    let fresh: Vec<(Uuid, jiff_sqlx::Timestamp, jiff_sqlx::Timestamp)> = sqlx::query_as(
        "UPDATE session_denies SET state = 'wanted', held_up = $2 \
         WHERE id = ANY($1) AND state <> 'gone' AND (state = 'in_place' OR held_up IS DISTINCT FROM $2) \
         RETURNING id, cut_before, until_at",
    )
    .bind(ids)
    .bind(why)
    .fetch_all(tx.connection())
    .await?;
    for (id, cut_before, until) in fresh {
        for grant in cut_by(tx, id).await? {
            let sessions = Sessions::Cutting { cut_before: cut_before.to_jiff(), held_up: Some(why.to_owned()) };
            keep(tx, &grant, &sessions).await?;
            let (grant, request, tuple) = (grant.id, grant.request, grant.tuple);
            let (until, why) = (until.to_jiff(), why.to_owned());
            tx.record(Fact::SessionsNotCut { grant, request, tuple, until, why });
        }
    }
    Ok(())
}

/// Entries whose sessions have all run out by themselves are gone, once a policy without them was shown.
async fn take_out(tx: &mut Tx, held: &[Uuid]) -> Result<(), StoreError> {
    let now = tx.now();
    let over: Vec<(Uuid, Option<jiff_sqlx::Timestamp>)> = sqlx::query_as(
        "UPDATE session_denies SET state = 'gone', gone_at = $1 WHERE state <> 'gone' AND until_at <= $1 AND NOT id = ANY($2) \
         RETURNING id, in_place_at",
    )
    .bind(now.to_sqlx())
    .bind(held)
    .fetch_all(tx.connection())
    .await?;
    for (id, in_place_at) in over {
        if in_place_at.is_some() {
            continue;
        }
        for grant in cut_by(tx, id).await? {
            keep(tx, &grant, &Sessions::NotCut { why: NotCut::NoRoomInTime }).await?;
        }
    }
    Ok(())
}

async fn cut_by(tx: &mut Tx, id: Uuid) -> Result<Vec<Grant>, StoreError> {
    let ids: Vec<(Uuid,)> = sqlx::query_as("SELECT id FROM grants WHERE session_deny_id = $1 ORDER BY id")
        .bind(id)
        .fetch_all(tx.connection())
        .await?;
    grants::lock(tx, &ids.into_iter().map(|(id,)| id).collect::<Vec<_>>()).await
}

async fn keep(tx: &mut Tx, grant: &Grant, sessions: &Sessions) -> Result<(), StoreError> {
    sqlx::query("UPDATE grants SET sessions = $2 WHERE id = $1")
        .bind(grant.id.uuid())
        .bind(json("grants", sessions)?)
        .execute(tx.connection())
        .await?;
    Ok(())
}
