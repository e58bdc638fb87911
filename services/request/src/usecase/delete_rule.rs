//! Taking a rule out of force. What was granted by it stays until its deadline: an end depends on nothing but
//! the grant.

use domain::{Fact, RuleId};
use store::{Tx, rules};

use super::RuleRefusal;

/// Takes the rule out of force, if it is still at the version that the caller saw.
///
/// # Errors
/// [`RuleRefusal`].
pub async fn delete_rule(tx: &mut Tx, id: RuleId, given: Option<i64>) -> Result<(), RuleRefusal> {
    let current = rules::lock(tx, id).await?.ok_or(RuleRefusal::UnknownRule)?;
    if let Some(given) = given
        && given != current.version
    {
        return Err(RuleRefusal::Stale { given, current: current.version });
    }
    rules::delete(tx, id).await?;
    tx.record(Fact::RuleDeleted { rule: id, name: current.spec.name });
    Ok(())
}
