//! Views: what of the history somebody looks at again and again.

use domain::view::ViewFilter;
use domain::{Fact, UserId, ViewId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::unit_of_work::{from_json, json};
use crate::{StoreError, Tx};

/// One person's view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// Which.
    pub id: ViewId,
    /// Whose.
    pub owner: UserId,
    /// What they call it.
    pub name: String,
    /// What it shows.
    pub filter: ViewFilter,
    /// When it was saved.
    pub saved_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    owner_id: String,
    name: String,
    filter: serde_json::Value,
    saved_at: jiff_sqlx::Timestamp,
}

impl Row {
    fn into_view(self) -> Result<View, StoreError> {
        Ok(View {
            id: ViewId(self.id),
            owner: UserId::parse(self.owner_id).map_err(|e| StoreError::impossible("views", e))?,
            name: self.name,
            filter: from_json("views", self.filter)?,
            saved_at: self.saved_at.to_jiff(),
        })
    }
}

/// Somebody's views, by name.
///
/// # Errors
/// When Postgres is away.
pub async fn of_owner(connection: &mut PgConnection, owner: &UserId) -> Result<Vec<View>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as("SELECT * FROM views WHERE owner_id = $1 ORDER BY lower(name), name")
        .bind(owner.as_str())
        .fetch_all(connection)
        .await?;
    rows.into_iter().map(Row::into_view).collect()
}

/// Writes a new view, or what an old one is now, with its fact.
///
/// # Errors
/// The constraint `views_names` when its owner has another of this name; when Postgres is away.
pub async fn save(tx: &mut Tx, view: &View) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO views (id, owner_id, name, filter, saved_at) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (id) DO UPDATE SET name = $3, filter = $4, saved_at = $5",
    )
    .bind(view.id.uuid())
    .bind(view.owner.as_str())
    .bind(&view.name)
    .bind(json("views", &view.filter)?)
    .bind(view.saved_at.to_sqlx())
    .execute(tx.connection())
    .await?;
    tx.record(Fact::ViewSaved { view: view.id });
    Ok(())
}

/// Forgets one of somebody's views, with its fact. False: there was none.
///
/// # Errors
/// When Postgres is away.
pub async fn delete(tx: &mut Tx, owner: &UserId, id: ViewId) -> Result<bool, StoreError> {
    let done = sqlx::query("DELETE FROM views WHERE owner_id = $1 AND id = $2")
        .bind(owner.as_str())
        .bind(id.uuid())
        .execute(tx.connection())
        .await?;
    if done.rows_affected() == 1 {
        tx.record(Fact::ViewDeleted { view: id });
    }
    Ok(done.rows_affected() == 1)
}
