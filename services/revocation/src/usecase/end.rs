//! Who has the access, or asked for it, gives it back.

use domain::grant::EndReason;
use domain::{GrantId, UserId};
use store::{Tx, grants, requests};

use super::{Ended, Refused, end_all, locked};

/// Ends one grant; others on the same assignment live on, and the answer names them.
///
/// # Errors
/// See [`Refused`].
pub async fn end(tx: &mut Tx, id: GrantId, by: &UserId, version: Option<i64>) -> Result<Ended, Refused> {
    let seen = grants::get(tx.connection(), id).await?.ok_or(Refused::Unknown)?;
    let asked = requests::get(tx.connection(), seen.request).await?.is_some_and(|r| r.requester == *by);
    if !asked && seen.tuple.principal != *by {
        return Err(Refused::Unknown);
    }
    let grant = locked(tx, id, version).await?;
    end_all(tx, &grant, &[id], EndReason::EndedByRequester, None).await
}
