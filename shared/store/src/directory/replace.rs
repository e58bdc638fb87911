//! Taking over what was read: each part, or each piece of a rotation, in one transaction, and only what differs is
//! written. People are never deleted, since requests and votes name them for years; whoever vanished is marked as gone.

mod members;
mod organization;
mod people;
mod permission_sets;

use jiff::Timestamp;

use super::Part;
use crate::{StoreError, Tx};

pub use members::{replace_members, replace_memberships};
pub use organization::{replace_organization, replace_tags};
pub use people::{replace_groups, replace_users};
pub use permission_sets::{replace_contents, replace_permission_sets};

/// How much a part changed in size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Replaced {
    /// What is there now.
    pub there: i64,
    /// What was there and is gone.
    pub vanished: i64,
}

/// Why a part was not taken over.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// More than half would vanish at once: more likely a wrong answer than a true one.
    #[error(
        "{vanished} of {had} {what} would vanish at once; the last good copy is kept until an admin accepts the loss \
         (POST /v1/directory/accept)"
    )]
    Implausible {
        /// Of what.
        what: &'static str,
        /// How many there are.
        had: i64,
        /// How many would be gone.
        vanished: i64,
    },
    /// The database refused.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<sqlx::Error> for SyncError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

/// Two processes that read the same at once take it over one after the other; so do a part and the rotation that
/// writes into its rows.
async fn begin(tx: &mut Tx, part: Part) -> Result<(), StoreError> {
    let rows = match part {
        Part::Users => "users",
        Part::Groups | Part::Members => "groups",
        Part::Organization | Part::AccountTags => "organization",
        Part::PermissionSets | Part::PermissionSetContents => "permission_sets",
    };
    sqlx::query("SELECT pg_advisory_xact_lock(hashtext('directory_syncs'), hashtext($1))")
        .bind(rows)
        .execute(tx.connection())
        .await?;
    Ok(())
}

async fn plausible(
    tx: &mut Tx,
    part: Part,
    what: &'static str,
    (had, kept): (i64, i64),
    there: usize,
) -> Result<Replaced, SyncError> {
    let vanished = had - kept;
    if vanished * 2 > had && !is_accepted(tx, part).await? {
        return Err(SyncError::Implausible { what, had, vanished });
    }
    Ok(Replaced { there: i64::try_from(there).unwrap_or(i64::MAX), vanished })
}

async fn is_accepted(tx: &mut Tx, part: Part) -> Result<bool, StoreError> {
    let accepted = super::sync(tx, part).await?.and_then(|sync| sync.accept_until);
    Ok(accepted.is_some_and(|until| until > tx.now()))
}

/// A rotation has work again: there are new pieces.
async fn wake(tx: &mut Tx, rotation: Part) -> Result<(), StoreError> {
    sqlx::query("UPDATE directory_syncs SET rest_until = NULL WHERE part = $1 AND rest_until IS NOT NULL")
        .bind(rotation.as_str())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// The age of a rotation, of how many pieces were never read and when the oldest of the others was: none while there
/// are unread ones, now where there are no pieces at all.
fn age(tx: &Tx, (unread, oldest): (i64, Option<jiff_sqlx::Timestamp>)) -> Option<Timestamp> {
    (unread == 0).then(|| oldest.map_or_else(|| tx.now(), jiff_sqlx::Timestamp::to_jiff))
}
