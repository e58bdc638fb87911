//! What somebody has, waits for, and had: what caps, concurrency and cool-downs are about.

use domain::{AccountId, GrantId, Pair, PermissionSetArn, RequestId, RuleId, UserId};
use jiff::Timestamp;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{StoreError, Tx};

/// An access that somebody has, waits for, or had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Used {
    /// The request that it came from.
    pub request: RequestId,
    /// Its pair's place there.
    pub ordinal: i16,
    /// The grant, once there is one.
    pub grant: Option<GrantId>,
    /// What.
    pub pair: Pair,
    /// The rule that allowed it.
    pub rule: RuleId,
    /// When it ended; none while it waits for its decision or its start, or lives.
    pub ended: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct Row {
    person: String,
    request_id: Uuid,
    ordinal: i16,
    grant_id: Option<Uuid>,
    account_id: String,
    permission_set_arn: String,
    rule_id: Uuid,
    ended_at: Option<jiff_sqlx::Timestamp>,
}

impl Row {
    fn into_used(self) -> Result<(UserId, Used), StoreError> {
        let bad = |e: domain::InvalidId| StoreError::impossible("request_items", e);
        let used = Used {
            request: RequestId(self.request_id),
            ordinal: self.ordinal,
            grant: self.grant_id.map(GrantId),
            pair: Pair {
                account: AccountId::parse(self.account_id).map_err(bad)?,
                permission_set: PermissionSetArn::parse(self.permission_set_arn).map_err(bad)?,
            },
            rule: RuleId(self.rule_id),
            ended: self.ended_at.map(jiff_sqlx::Timestamp::to_jiff),
        };
        Ok((UserId::parse(self.person).map_err(bad)?, used))
    }
}

/// What somebody waits for, has scheduled, or has alive; and of these pairs, when the last access to each ended.
/// A request for more time is no use beside the access that it is about.
///
/// # Errors
/// When Postgres is away.
pub async fn of_person(
    connection: &mut PgConnection,
    person: &UserId,
    pairs: &[Pair],
) -> Result<Vec<Used>, StoreError> {
    let asked: Vec<(&UserId, &Pair)> = pairs.iter().map(|pair| (person, pair)).collect();
    Ok(of_people(connection, &[person], &asked).await?.into_iter().map(|(_, used)| used).collect())
}

/// The same of several people, each with whose it is.
///
/// # Errors
/// When Postgres is away.
pub async fn of_people(
    connection: &mut PgConnection,
    people: &[&UserId],
    asked: &[(&UserId, &Pair)],
) -> Result<Vec<(UserId, Used)>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT r.beneficiary_id AS person, i.request_id, i.ordinal, NULL::uuid AS grant_id, i.account_id, i.permission_set_arn, i.rule_id, \
             NULL::timestamptz AS ended_at \
         FROM requests r JOIN request_items i ON i.request_id = r.id \
         WHERE r.beneficiary_id = ANY($1) AND r.state = 'pending' AND i.state = 'pending' AND r.extends IS NULL \
         UNION ALL \
         SELECT g.principal_id, g.request_id, g.ordinal, g.id, g.account_id, g.permission_set_arn, i.rule_id, NULL \
         FROM grants g JOIN request_items i ON i.request_id = g.request_id AND i.ordinal = g.ordinal \
         WHERE g.principal_id = ANY($1) AND g.state <> 'ended' \
         UNION ALL \
         (SELECT DISTINCT ON (g.principal_id, g.account_id, g.permission_set_arn) \
             g.principal_id, g.request_id, g.ordinal, g.id, g.account_id, g.permission_set_arn, i.rule_id, g.ended_at \
         FROM grants g JOIN request_items i ON i.request_id = g.request_id AND i.ordinal = g.ordinal \
             JOIN unnest($2::text[], $3::text[], $4::text[]) AS asked(person, account, permission_set) \
                 ON asked.person = g.principal_id AND asked.account = g.account_id AND asked.permission_set = g.permission_set_arn \
         WHERE g.principal_id = ANY($1) AND g.state = 'ended' AND g.active_at IS NOT NULL \
         ORDER BY g.principal_id, g.account_id, g.permission_set_arn, g.ended_at DESC)",
    )
    .bind(people.iter().map(|person| person.as_str()).collect::<Vec<_>>())
    .bind(asked.iter().map(|(person, _)| person.as_str()).collect::<Vec<_>>())
    .bind(asked.iter().map(|(_, pair)| pair.account.as_str()).collect::<Vec<_>>())
    .bind(asked.iter().map(|(_, pair)| pair.permission_set.as_str()).collect::<Vec<_>>())
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(Row::into_used).collect()
}

/// Lets nobody else ask for this person until the end of the transaction, so that what each request counts is there.
/// Taken before any row is locked.
///
/// # Errors
/// When Postgres is away.
pub async fn one_at_a_time(tx: &mut Tx, person: &UserId) -> Result<(), StoreError> {
    sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended('asking for ' || $1, 0))")
        .bind(person.as_str())
        .execute(tx.connection())
        .await?;
    Ok(())
}
