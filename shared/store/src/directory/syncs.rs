//! When each part of the directory was last read, and what went wrong.

use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;

use crate::{StoreError, Tx};

/// What is read as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// People.
    Users,
    /// Groups.
    Groups,
    /// Who is in which group; in rotation.
    Members,
    /// Units and accounts.
    Organization,
    /// The tags of accounts; in rotation.
    AccountTags,
    /// Permission sets.
    PermissionSets,
    /// What permission sets allow; in rotation.
    PermissionSetContents,
}

impl Part {
    /// Every part, those that others build on first.
    pub const ALL: [Self; 7] = [
        Self::Users,
        Self::Groups,
        Self::Members,
        Self::Organization,
        Self::AccountTags,
        Self::PermissionSets,
        Self::PermissionSetContents,
    ];

    /// The part's name in the database and in logs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Users => "users",
            Self::Groups => "groups",
            Self::Members => "members",
            Self::Organization => "organization",
            Self::AccountTags => "account_tags",
            Self::PermissionSets => "permission_sets",
            Self::PermissionSetContents => "permission_set_contents",
        }
    }

    /// The part of this name.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.as_str() == name)
    }

    /// Whether nothing can be decided before it was read once. What permission sets allow is no ground for a decision,
    /// only its change is.
    #[must_use]
    pub const fn is_needed(self) -> bool {
        !matches!(self, Self::PermissionSetContents)
    }
}

/// How the reading of a part went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sync {
    /// Which.
    pub part: Part,
    /// When it last went well; in a rotation, when its oldest piece was read. Never yet, if there is none.
    pub succeeded_at: Option<Timestamp>,
    /// When it last went wrong.
    pub failed_at: Option<Timestamp>,
    /// Why, while it is the last word.
    pub error: Option<String>,
    /// How often in a row it went wrong.
    pub failures: u32,
    /// In a rotation, when it goes on.
    pub rest_until: Option<Timestamp>,
    /// While somebody reads it, until when others wait for them.
    pub claimed_until: Option<Timestamp>,
    /// Until when it is taken over however much of it vanished.
    pub accept_until: Option<Timestamp>,
    /// Since when somebody wants it anew, until a reading that began later went well.
    pub wanted_at: Option<Timestamp>,
    /// When the last reading, or in a rotation that of the last pieces, began.
    pub begun_at: Option<Timestamp>,
    /// How much of a list whoever reads it now has read.
    pub read_so_far: i64,
}

#[derive(sqlx::FromRow)]
struct SyncRow {
    part: String,
    succeeded_at: Option<jiff_sqlx::Timestamp>,
    failed_at: Option<jiff_sqlx::Timestamp>,
    error: Option<String>,
    failures: i32,
    rest_until: Option<jiff_sqlx::Timestamp>,
    claimed_until: Option<jiff_sqlx::Timestamp>,
    accept_until: Option<jiff_sqlx::Timestamp>,
    wanted_at: Option<jiff_sqlx::Timestamp>,
    begun_at: Option<jiff_sqlx::Timestamp>,
    read_so_far: i64,
}

impl SyncRow {
    fn into_sync(self) -> Option<Sync> {
        let at = |time: Option<jiff_sqlx::Timestamp>| time.map(jiff_sqlx::Timestamp::to_jiff);
        Some(Sync {
            part: Part::of_name(&self.part)?,
            succeeded_at: at(self.succeeded_at),
            failed_at: at(self.failed_at),
            error: self.error,
            failures: u32::try_from(self.failures).unwrap_or(0),
            rest_until: at(self.rest_until),
            claimed_until: at(self.claimed_until),
            accept_until: at(self.accept_until),
            wanted_at: at(self.wanted_at),
            begun_at: at(self.begun_at),
            read_so_far: self.read_so_far,
        })
    }
}

const COLUMNS: &str = "part, succeeded_at, failed_at, error, failures, rest_until, claimed_until, accept_until, \
                       wanted_at, begun_at, read_so_far";

/// Every part, those never read included.
///
/// # Errors
/// When Postgres is away.
pub async fn syncs(connection: &mut PgConnection) -> Result<Vec<Sync>, StoreError> {
    let rows: Vec<SyncRow> = sqlx::query_as(sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM directory_syncs")))
        .fetch_all(connection)
        .await?;
    let mut syncs: Vec<Sync> = rows.into_iter().filter_map(SyncRow::into_sync).collect();
    syncs.sort_by_key(|sync| sync.part);
    Ok(syncs)
}

/// One part, locked until the end of the transaction.
///
/// # Errors
/// When Postgres is away.
pub async fn sync(tx: &mut Tx, part: Part) -> Result<Option<Sync>, StoreError> {
    let row: Option<SyncRow> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM directory_syncs WHERE part = $1 FOR UPDATE"
    )))
    .bind(part.as_str())
    .fetch_optional(tx.connection())
    .await?;
    Ok(row.and_then(SyncRow::into_sync))
}

/// Whether every part without which nothing can be decided was read at least once.
///
/// # Errors
/// When Postgres is away.
pub async fn is_ready(connection: &mut PgConnection) -> Result<bool, StoreError> {
    Ok(syncs(connection).await?.iter().all(|sync| sync.succeeded_at.is_some() || !sync.part.is_needed()))
}

/// How many there are of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    /// Of what.
    pub part: Part,
    /// How many are known.
    pub there: i64,
}

/// How much is known of each part, as its last reading left it: people and groups that are there, memberships, active
/// accounts, those of them with tags read, permission sets, and those with contents read.
///
/// # Errors
/// When Postgres is away.
pub async fn counts(connection: &mut PgConnection) -> Result<Vec<Counted>, StoreError> {
    let rows: Vec<(String, i64)> =
        sqlx::query_as("SELECT part, there FROM directory_syncs").fetch_all(connection).await?;
    let there = |part: Part| rows.iter().find(|(name, _)| name == part.as_str()).map_or(0, |(_, there)| *there);
    Ok(Part::ALL.into_iter().map(|part| Counted { part, there: there(part) }).collect())
}

/// Counts what is known of a part, and of what goes away with it, for all who ask from now on.
async fn recount(connection: &mut PgConnection, part: Part) -> Result<(), StoreError> {
    macro_rules! recounts {
        ($($part:literal: $counted:literal),+) => {
            sqlx::raw_sql(concat!($(
                "UPDATE directory_syncs SET there = (SELECT count(*) FROM directory_", $counted, ") WHERE part = '", $part, "';"
            ),+)).execute(connection).await?
        };
    }
    match part {
        Part::Users => recounts!("users": "users WHERE gone_at IS NULL", "members": "members"),
        Part::Groups => recounts!("groups": "groups", "members": "members"),
        Part::Members => recounts!("members": "members"),
        Part::Organization => recounts!(
            "organization": "accounts WHERE active",
            "account_tags": "accounts WHERE active AND tags_read_at IS NOT NULL"
        ),
        Part::AccountTags => recounts!("account_tags": "accounts WHERE active AND tags_read_at IS NOT NULL"),
        Part::PermissionSets => recounts!(
            "permission_sets": "permission_sets",
            "permission_set_contents": "permission_sets WHERE content_hash IS NOT NULL"
        ),
        Part::PermissionSetContents => {
            recounts!("permission_set_contents": "permission_sets WHERE content_hash IS NOT NULL")
        }
    };
    Ok(())
}

/// Notes that a part could not be read. The last good copy stays.
///
/// # Errors
/// When Postgres is away.
pub async fn note_failure(tx: &mut Tx, part: Part, error: &str) -> Result<(), StoreError> {
    let now = tx.now().to_sqlx();
    sqlx::query(
        "UPDATE directory_syncs SET failed_at = $2, error = $3, failures = failures + 1, claimed_until = NULL WHERE part = $1",
    )
    .bind(part.as_str())
    .bind(now)
    .bind(error)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// An operator says that what vanished from a part has truly vanished: its next reading within this time is taken over,
/// however much of it is gone, and is due at once.
///
/// # Errors
/// When Postgres is away.
pub async fn accept(tx: &mut Tx, part: Part, within: SignedDuration) -> Result<(), StoreError> {
    let until = tx.now().checked_add(within).unwrap_or(Timestamp::MAX).to_sqlx();
    sqlx::query("UPDATE directory_syncs SET accept_until = $2, failures = 0, failed_at = NULL, rest_until = NULL WHERE part = $1")
        .bind(part.as_str())
        .bind(until)
        .execute(tx.connection())
        .await?;
    if part == Part::Members {
        sqlx::query("UPDATE directory_groups SET members_read_at = NULL WHERE members_refused")
            .execute(tx.connection())
            .await?;
    }
    Ok(())
}

/// A list went well, and is free for the next reader. Nobody's word about a loss holds any longer, and nobody wants it
/// anew who did before it was begun.
pub(super) async fn note_success(tx: &mut Tx, part: Part) -> Result<(), StoreError> {
    let now = tx.now();
    went_well(tx, part, Some(now)).await?;
    sqlx::query(
        "UPDATE directory_syncs SET accept_until = NULL, wanted_at = CASE WHEN wanted_at > begun_at THEN wanted_at END \
         WHERE part = $1",
    )
    .bind(part.as_str())
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// A piece of a rotation went well, and yet something is wrong with it.
pub(super) async fn note_trouble(tx: &mut Tx, part: Part, trouble: &str) -> Result<(), StoreError> {
    let now = tx.now().to_sqlx();
    sqlx::query("UPDATE directory_syncs SET failed_at = $2, error = $3 WHERE part = $1")
        .bind(part.as_str())
        .bind(now)
        .bind(trouble)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// A piece of a rotation went well, whose oldest piece has this age; without one, as old as it was. Once the oldest is
/// younger than somebody's wish, that is met.
pub(super) async fn note_success_at(tx: &mut Tx, part: Part, at: Option<Timestamp>) -> Result<(), StoreError> {
    went_well(tx, part, at).await?;
    sqlx::query("UPDATE directory_syncs SET wanted_at = NULL WHERE part = $1 AND succeeded_at >= wanted_at")
        .bind(part.as_str())
        .execute(tx.connection())
        .await?;
    Ok(())
}

async fn went_well(tx: &mut Tx, part: Part, at: Option<Timestamp>) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE directory_syncs SET succeeded_at = COALESCE($2, succeeded_at), error = NULL, failures = 0, \
             claimed_until = NULL WHERE part = $1",
    )
    .bind(part.as_str())
    .bind(at.map(ToSqlx::to_sqlx))
    .execute(tx.connection())
    .await?;
    recount(tx.connection(), part).await
}
