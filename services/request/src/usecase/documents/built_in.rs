//! The guardrail that is there from the beginning: nobody gets access to the accounts from which Curfew and Identity
//! Center are administered, since whoever has that could give themselves everything else.

use domain::rules::{Accounts, Body, Document, Effect, GuardrailSpec, PermissionSets, Subjects};
use store::{StoreError, Tx, documents};
use uuid::{Uuid, uuid};

/// Its id, the same in every installation.
pub const BUILT_IN: Uuid = uuid!("01900000-0000-7000-8000-000000000001");

/// Makes it, unless it was there before: admins may change it, switch it off and delete it like any other, and what
/// they deleted stays deleted.
///
/// # Errors
/// When Postgres is away.
pub async fn build_in(tx: &mut Tx) -> Result<bool, StoreError> {
    documents::lock(tx).await?;
    if !documents::history(tx.connection(), &[BUILT_IN]).await?.is_empty() {
        return Ok(false);
    }
    let mut name = "Curfew's and Identity Center's own accounts".to_owned();
    let taken = documents::of_kind(tx.connection(), domain::rules::Kind::Guardrail).await?;
    if taken.iter().any(|other| other.body.name() == name) {
        name.push_str(" (built in)");
    }
    let body = Body::Guardrail(GuardrailSpec {
        name,
        enabled: true,
        subjects: Subjects { everyone: true, ..Subjects::default() },
        accounts: Accounts { administration: true, ..Accounts::default() },
        permission_sets: PermissionSets { all: true, ..PermissionSets::default() },
        effect: Effect::Deny { spares_break_glass: false },
    });
    documents::save(tx, &Document { id: BUILT_IN, version: 1, body }).await?;
    Ok(true)
}
