//! When each part of the directory was last read, and what went wrong.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;

use crate::{StoreError, Tx};

/// What is read as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// People.
    Users,
    /// Groups and who is in them.
    Groups,
    /// Units and accounts.
    Organization,
    /// Permission sets.
    PermissionSets,
}

impl Part {
    /// Every part.
    pub const ALL: [Self; 4] = [Self::Users, Self::Groups, Self::Organization, Self::PermissionSets];

    /// The part's name in the database and in logs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Users => "users",
            Self::Groups => "groups",
            Self::Organization => "organization",
            Self::PermissionSets => "permission_sets",
        }
    }
}

/// How the reading of a part went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sync {
    /// Which.
    pub part: Part,
    /// When it last went well; never yet, if there is none.
    pub succeeded_at: Option<Timestamp>,
    /// When it last went wrong.
    pub failed_at: Option<Timestamp>,
    /// Why, while it is the last word.
    pub error: Option<String>,
}

/// Every part, those never read included.
///
/// # Errors
/// When Postgres is away.
pub async fn syncs(connection: &mut PgConnection) -> Result<Vec<Sync>, StoreError> {
    type Row = (String, Option<jiff_sqlx::Timestamp>, Option<jiff_sqlx::Timestamp>, Option<String>);
    let rows: Vec<Row> = sqlx::query_as("SELECT part, succeeded_at, failed_at, error FROM directory_syncs")
        .fetch_all(connection)
        .await?;
    Ok(Part::ALL
        .into_iter()
        .map(|part| {
            let row = rows.iter().find(|(name, ..)| name == part.as_str());
            Sync {
                part,
                succeeded_at: row.and_then(|r| r.1).map(jiff_sqlx::Timestamp::to_jiff),
                failed_at: row.and_then(|r| r.2).map(jiff_sqlx::Timestamp::to_jiff),
                error: row.and_then(|r| r.3.clone()),
            }
        })
        .collect())
}

/// Whether every part was read at least once.
///
/// # Errors
/// When Postgres is away.
pub async fn is_ready(connection: &mut PgConnection) -> Result<bool, StoreError> {
    Ok(syncs(connection).await?.iter().all(|sync| sync.succeeded_at.is_some()))
}

/// Notes that a part could not be read. The last good copy stays.
///
/// # Errors
/// When Postgres is away.
pub async fn note_failure(tx: &mut Tx, part: Part, error: &str) -> Result<(), StoreError> {
    let now = tx.now().to_sqlx();
    sqlx::query(
        "INSERT INTO directory_syncs (part, failed_at, error) VALUES ($1, $2, $3) \
         ON CONFLICT (part) DO UPDATE SET failed_at = $2, error = $3",
    )
    .bind(part.as_str())
    .bind(now)
    .bind(error)
    .execute(tx.connection())
    .await?;
    Ok(())
}

pub(super) async fn note_success(tx: &mut Tx, part: Part) -> Result<(), StoreError> {
    let now = tx.now().to_sqlx();
    sqlx::query(
        "INSERT INTO directory_syncs (part, succeeded_at) VALUES ($1, $2) \
         ON CONFLICT (part) DO UPDATE SET succeeded_at = $2, error = NULL",
    )
    .bind(part.as_str())
    .bind(now)
    .execute(tx.connection())
    .await?;
    Ok(())
}
