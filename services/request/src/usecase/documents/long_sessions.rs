//! Permission sets whose sessions outlive an access by more than an hour: whoever writes a rule with one is told.

use domain::PermissionSetArn;
use domain::rules::Book;
use serde::{Deserialize, Serialize};
use store::{StoreError, Tx, directory};
use utoipa::ToSchema;
use uuid::Uuid;

/// What AWS gives by default, in seconds.
const USUAL: i64 = 3_600;

/// A permission set with long sessions, and the rule that reaches it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LongSessions {
    /// The rule.
    pub rule: Uuid,
    /// What it gives.
    pub permission_set: PermissionSetArn,
    /// The permission set's name.
    pub permission_set_name: String,
    /// How long a session with it lasts, in minutes.
    pub session_minutes: i64,
}

/// Those of the rules among these documents.
///
/// # Errors
/// When Postgres is away.
pub(super) async fn long_sessions(
    tx: &mut Tx,
    after: &Book,
    touched: &[Uuid],
) -> Result<Vec<LongSessions>, StoreError> {
    let mut found = Vec::new();
    for rule in touched {
        let arns = after.permission_sets_of(*rule);
        if arns.is_empty() {
            continue;
        }
        let sets = directory::permission_sets(tx.connection(), &arns).await?;
        found.extend(sets.into_iter().filter(|set| set.session_s > USUAL).map(|set| LongSessions {
            rule: *rule,
            permission_set: set.arn,
            permission_set_name: set.name,
            session_minutes: set.session_s / 60,
        }));
    }
    Ok(found)
}
