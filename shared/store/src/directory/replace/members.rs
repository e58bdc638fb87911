//! Who is in which group, group by group or user by user. A large group that would lose most of its members keeps them
//! until somebody accepts the loss, and the others go on without it.

use domain::{GroupId, UserId};
use jiff_sqlx::ToSqlx;

use super::{Replaced, SyncError, age, begin, plausible};
use crate::directory::Part;
use crate::directory::replace::is_accepted;
use crate::directory::syncs::{note_success_at, note_trouble};
use crate::{StoreError, Tx};

/// Fewer memberships than this may vanish together: small groups change by more than half on an ordinary day.
const FEW: i64 = 100;

/// Takes over who is in each of these groups.
///
/// # Errors
/// [`SyncError::Implausible`], or when Postgres is away.
pub async fn replace_members(tx: &mut Tx, groups: &[(GroupId, Vec<UserId>)]) -> Result<Replaced, SyncError> {
    begin(tx, Part::Members).await?;
    let read: Vec<&str> = groups.iter().map(|(group, _)| group.as_str()).collect();
    let pairs = |wanted: &dyn Fn(&str) -> bool| -> Vec<(&str, &str)> {
        let wanted = groups.iter().filter(|(group, _)| wanted(group.as_str()));
        wanted.flat_map(|(g, members)| members.iter().map(move |m| (g.as_str(), m.as_str()))).collect()
    };
    let refused = refused(tx, &read, &pairs(&|_| true)).await?;
    let is_believed = |group: &str| !refused.iter().any(|refused| refused == group);
    let about: Vec<&str> = read.iter().copied().filter(|group| is_believed(group)).collect();
    let replaced = replace(tx, Axis::Group, &about, &pairs(&is_believed)).await?;
    sqlx::query(
        "UPDATE directory_groups SET members_read_at = $2, members_refused = (id = ANY($3)) WHERE id = ANY($1)",
    )
    .bind(&read)
    .bind(tx.now().to_sqlx())
    .bind(&refused)
    .execute(tx.connection())
    .await?;
    let (unread, oldest, refused): (i64, _, i64) = sqlx::query_as(
        "SELECT count(*) FILTER (WHERE members_read_at IS NULL), min(members_read_at), count(*) FILTER (WHERE members_refused) \
         FROM directory_groups",
    )
    .fetch_one(tx.connection())
    .await?;
    note_success_at(tx, Part::Members, age(tx, (unread, oldest))).await?;
    if refused > 0 {
        let trouble = format!(
            "{refused} groups would lose more than half of their members at once; they keep them until an admin accepts \
             the loss (POST /v1/directory/accept)"
        );
        note_trouble(tx, Part::Members, &trouble).await?;
    }
    Ok(replaced)
}

/// The large ones of these groups that would lose more than half of their members, unless somebody accepted that.
async fn refused(tx: &mut Tx, groups: &[&str], pairs: &[(&str, &str)]) -> Result<Vec<String>, StoreError> {
    let (of, who): (Vec<&str>, Vec<&str>) = pairs.iter().copied().unzip();
    let refused: Vec<String> = sqlx::query_scalar(
        "SELECT m.group_id FROM directory_members m \
             LEFT JOIN (SELECT DISTINCT * FROM unnest($2::text[], $3::text[]) AS u(group_id, user_id)) n USING (group_id, user_id) \
         WHERE m.group_id = ANY($1) GROUP BY m.group_id HAVING count(*) >= $4 AND count(n.user_id) * 2 < count(*)",
    )
    .bind(groups)
    .bind(of)
    .bind(who)
    .bind(FEW)
    .fetch_all(tx.connection())
    .await?;
    if refused.is_empty() || is_accepted(tx, Part::Members).await? {
        return Ok(Vec::new());
    }
    Ok(refused)
}

/// Takes over which groups each of these users is in. Groups that are not known yet are left out until they are.
///
/// # Errors
/// [`SyncError::Implausible`], or when Postgres is away.
pub async fn replace_memberships(tx: &mut Tx, users: &[(UserId, Vec<GroupId>)]) -> Result<Replaced, SyncError> {
    begin(tx, Part::Members).await?;
    let about: Vec<&str> = users.iter().map(|(user, _)| user.as_str()).collect();
    let pairs = users.iter().flat_map(|(u, groups)| groups.iter().map(move |g| (g.as_str(), u.as_str())));
    let replaced = replace(tx, Axis::User, &about, &pairs.collect::<Vec<_>>()).await?;
    sqlx::query("UPDATE directory_users SET groups_read_at = $2 WHERE id = ANY($1)")
        .bind(&about)
        .bind(tx.now().to_sqlx())
        .execute(tx.connection())
        .await?;
    let read = sqlx::query_as(
        "SELECT count(*) FILTER (WHERE groups_read_at IS NULL), min(groups_read_at) FROM directory_users WHERE gone_at IS NULL",
    )
    .fetch_one(tx.connection())
    .await?;
    note_success_at(tx, Part::Members, age(tx, read)).await?;
    Ok(replaced)
}

#[derive(Clone, Copy)]
enum Axis {
    Group,
    User,
}

/// Makes these pairs all that there are about these groups, or about these users.
async fn replace(tx: &mut Tx, axis: Axis, about: &[&str], pairs: &[(&str, &str)]) -> Result<Replaced, SyncError> {
    let (groups, users): (Vec<&str>, Vec<&str>) = pairs.iter().copied().unzip();
    let (count, write) = match axis {
        Axis::Group => (
            "SELECT count(*), count(*) FILTER (WHERE (group_id, user_id) IN (SELECT * FROM unnest($2::text[], $3::text[]))) \
             FROM directory_members WHERE group_id = ANY($1)",
            "WITH new AS (SELECT DISTINCT * FROM unnest($2::text[], $3::text[]) AS n(group_id, user_id)), \
             gone AS (DELETE FROM directory_members m WHERE m.group_id = ANY($1) AND NOT EXISTS ( \
                 SELECT 1 FROM new n WHERE n.group_id = m.group_id AND n.user_id = m.user_id)) \
             INSERT INTO directory_members (group_id, user_id) SELECT n.group_id, n.user_id FROM new n \
                 JOIN directory_groups g ON g.id = n.group_id ON CONFLICT DO NOTHING",
        ),
        Axis::User => (
            "SELECT count(*), count(*) FILTER (WHERE (group_id, user_id) IN (SELECT * FROM unnest($2::text[], $3::text[]))) \
             FROM directory_members WHERE user_id = ANY($1)",
            "WITH new AS (SELECT DISTINCT * FROM unnest($2::text[], $3::text[]) AS n(group_id, user_id)), \
             gone AS (DELETE FROM directory_members m WHERE m.user_id = ANY($1) AND NOT EXISTS ( \
                 SELECT 1 FROM new n WHERE n.group_id = m.group_id AND n.user_id = m.user_id)) \
             INSERT INTO directory_members (group_id, user_id) SELECT n.group_id, n.user_id FROM new n \
                 JOIN directory_groups g ON g.id = n.group_id ON CONFLICT DO NOTHING",
        ),
    };
    let counts: (i64, i64) =
        sqlx::query_as(count).bind(about).bind(&groups).bind(&users).fetch_one(tx.connection()).await?;
    let replaced = if counts.0 < FEW {
        Replaced { there: i64::try_from(pairs.len()).unwrap_or(i64::MAX), vanished: counts.0 - counts.1 }
    } else {
        plausible(tx, Part::Members, "memberships", counts, pairs.len()).await?
    };
    sqlx::query(write)
        .bind(about)
        .bind(&groups)
        .bind(&users)
        .execute(tx.connection())
        .await
        .map_err(StoreError::from)?;
    Ok(replaced)
}
