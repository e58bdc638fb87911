//! Who has or had a say in a request: for seeing what became of it, and for taking it away again.

use domain::{GroupId, RequestId, UserId};
use sqlx::PgConnection;

use crate::{StoreError, approvals};

/// Whether a policy of this request names somebody in these groups, or it asked them, or they voted.
///
/// # Errors
/// When Postgres is away.
pub async fn has_a_say(
    connection: &mut PgConnection,
    request: RequestId,
    user: &UserId,
    groups: &[GroupId],
) -> Result<bool, StoreError> {
    let approvals = approvals::of_request(connection, request).await?;
    let mut needs = approvals.iter().flat_map(|approval| &approval.needs);
    if needs.any(|need| need.policy.named_people().any(|people| people.name(user, groups))) {
        return Ok(true);
    }
    let known_as: Vec<String> = [format!("user:{user}"), format!("duty:{user}")]
        .into_iter()
        .chain(groups.iter().map(|group| format!("group:{group}")))
        .collect();
    Ok(sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM approvals a WHERE a.request_id = $1 AND (a.asks && $2 \
             OR EXISTS (SELECT 1 FROM votes v WHERE v.approval_id = a.id AND v.voter_id = $3)))",
    )
    .bind(request.uuid())
    .bind(known_as)
    .bind(user.as_str())
    .fetch_one(connection)
    .await?)
}
