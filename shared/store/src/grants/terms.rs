//! What a grant keeps from its approval on, so that its end needs no rule and no directory.

use domain::GrantId;
use uuid::Uuid;

use crate::{StoreError, Tx};

/// Keeps with these grants what their ends will need to know of sessions, as rule and directory say it now.
///
/// # Errors
/// When Postgres is away.
pub async fn keep_session_terms(tx: &mut Tx, ids: &[GrantId]) -> Result<(), StoreError> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.uuid()).collect();
    sqlx::query(
        "UPDATE grants g SET role_name = coalesce(p.name, i.permission_set_name), session_s = p.session_s, \
             in_management = coalesce(a.management, false), \
             cut_sessions = coalesce(v.spec->>'cut_sessions', 'on_revoke') \
         FROM request_items i \
             LEFT JOIN directory_permission_sets p ON p.arn = i.permission_set_arn \
             LEFT JOIN directory_accounts a ON a.id = i.account_id \
             LEFT JOIN document_versions v ON v.document_id = i.rule_id AND v.version = i.rule_version \
         WHERE g.id = ANY($1) AND i.request_id = g.request_id AND i.ordinal = g.ordinal",
    )
    .bind(ids)
    .execute(tx.connection())
    .await?;
    Ok(())
}
