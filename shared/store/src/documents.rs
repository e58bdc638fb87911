//! Everything that admins write (rules, approval policies, guardrails, freezes, owners, schedules), with every
//! version for ever. A counter tells whether what was compiled from it is current; changing anything locks it, so
//! that changes come one after the other.

use domain::rules::{Body, Document, Kind};
use domain::{Actor, Fact};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::unit_of_work::{from_json, json};
use crate::{StoreError, Tx};

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    kind: String,
    version: i64,
    spec: serde_json::Value,
}

impl Row {
    fn into_document(self) -> Result<Document, StoreError> {
        Ok(Document { id: self.id, version: self.version, body: body(&self.kind, self.spec)? })
    }
}

fn body(kind: &str, spec: serde_json::Value) -> Result<Body, StoreError> {
    from_json("documents", serde_json::json!({ "kind": kind, "spec": spec }))
}

fn spec(body: &Body) -> Result<serde_json::Value, StoreError> {
    let mut whole = json("documents", body)?;
    whole.get_mut("spec").map(serde_json::Value::take).ok_or_else(|| StoreError::impossible("documents", "no spec"))
}

/// Every document in force, by kind and age.
///
/// # Errors
/// When Postgres is away or a stored document cannot be read.
pub async fn all(connection: &mut PgConnection) -> Result<Vec<Document>, StoreError> {
    let rows: Vec<Row> =
        sqlx::query_as("SELECT id, kind, version, spec FROM documents WHERE deleted_at IS NULL ORDER BY kind, id")
            .fetch_all(connection)
            .await?;
    rows.into_iter().map(Row::into_document).collect()
}

/// Every document of a kind in force, the oldest first.
///
/// # Errors
/// When Postgres is away or a stored document cannot be read.
pub async fn of_kind(connection: &mut PgConnection, kind: Kind) -> Result<Vec<Document>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT id, kind, version, spec FROM documents WHERE deleted_at IS NULL AND kind = $1 ORDER BY id",
    )
    .bind(kind.as_str())
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(Row::into_document).collect()
}

/// One document in force.
///
/// # Errors
/// When Postgres is away or the stored document cannot be read.
pub async fn get(connection: &mut PgConnection, kind: Kind, id: Uuid) -> Result<Option<Document>, StoreError> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT id, kind, version, spec FROM documents WHERE deleted_at IS NULL AND kind = $1 AND id = $2",
    )
    .bind(kind.as_str())
    .bind(id)
    .fetch_optional(connection)
    .await?;
    row.map(Row::into_document).transpose()
}

/// Counts every change of any document.
///
/// # Errors
/// When Postgres is away.
pub async fn revision(connection: &mut PgConnection) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar("SELECT value FROM revisions WHERE name = 'policy'").fetch_one(connection).await?)
}

/// Those of these that are in force, of whatever kind.
///
/// # Errors
/// When Postgres is away or a row cannot be read.
pub async fn by_ids(connection: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<Document>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT id, kind, version, spec FROM documents WHERE deleted_at IS NULL AND id = ANY($1) ORDER BY id",
    )
    .bind(ids)
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(Row::into_document).collect()
}

/// The revision, and that of the directory, of one moment.
///
/// # Errors
/// When Postgres is away.
pub async fn revisions(connection: &mut PgConnection) -> Result<(i64, i64), StoreError> {
    let both = "SELECT value, (SELECT revision FROM directory_revision) FROM revisions WHERE name = 'policy'";
    Ok(sqlx::query_as(both).fetch_one(connection).await?)
}

/// The revision, locked until the end of the transaction: whoever changes documents takes this lock first.
///
/// # Errors
/// When Postgres is away.
pub async fn lock(tx: &mut Tx) -> Result<i64, StoreError> {
    let found = sqlx::query_scalar("SELECT value FROM revisions WHERE name = 'policy' FOR UPDATE");
    Ok(found.fetch_one(tx.connection()).await?)
}

/// Writes a document's new version under [`lock`], with its fact; version 1 makes it.
///
/// # Errors
/// The constraint `documents_names` when another of its kind has the name; when Postgres is away.
pub async fn save(tx: &mut Tx, document: &Document) -> Result<(), StoreError> {
    let spec = spec(&document.body)?;
    let (now, by) = (tx.now().to_sqlx(), json("document_versions", tx.actor())?);
    sqlx::query(
        "WITH d AS (INSERT INTO documents (id, kind, version, spec, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $5) \
             ON CONFLICT (id) DO UPDATE SET version = $3, spec = $4, updated_at = $5, deleted_at = NULL RETURNING id), \
         v AS (INSERT INTO document_versions (document_id, version, spec, saved_at, saved_by) SELECT id, $3, $4, $5, $6 FROM d) \
         UPDATE revisions SET value = value + 1 WHERE name = 'policy'",
    )
    .bind(document.id)
    .bind(document.body.kind().as_str())
    .bind(document.version)
    .bind(spec)
    .bind(now)
    .bind(by)
    .execute(tx.connection())
    .await?;
    tx.record(Fact::PolicySaved {
        kind: document.body.kind(),
        id: document.id,
        version: document.version,
        name: document.body.name().to_owned(),
    });
    Ok(())
}

/// Takes a document out of force under [`lock`], with its fact; its versions stay.
///
/// # Errors
/// When Postgres is away.
pub async fn delete(tx: &mut Tx, document: &Document) -> Result<(), StoreError> {
    let (now, by) = (tx.now().to_sqlx(), json("document_versions", tx.actor())?);
    sqlx::query(
        "WITH d AS (UPDATE documents SET deleted_at = $2, version = version + 1 WHERE id = $1 RETURNING id, version), \
         v AS (INSERT INTO document_versions (document_id, version, saved_at, saved_by) SELECT id, version, $2, $3 FROM d) \
         UPDATE revisions SET value = value + 1 WHERE name = 'policy'",
    )
    .bind(document.id)
    .bind(now)
    .bind(by)
    .execute(tx.connection())
    .await?;
    let name = document.body.name().to_owned();
    tx.record(Fact::PolicyDeleted { kind: document.body.kind(), id: document.id, name });
    Ok(())
}

/// Whether a document of this id was ever there, and if so its kind, its last version, and whether it is in force.
///
/// # Errors
/// When Postgres is away.
pub async fn history(connection: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<(Uuid, Kind, i64, bool)>, StoreError> {
    let rows: Vec<(Uuid, String, i64, bool)> =
        sqlx::query_as("SELECT id, kind, version, deleted_at IS NULL FROM documents WHERE id = ANY($1) ORDER BY id")
            .bind(ids)
            .fetch_all(connection)
            .await?;
    rows.into_iter()
        .map(|(id, kind, version, in_force)| {
            let kind = Kind::from_name(&kind).ok_or_else(|| StoreError::impossible("documents", &kind))?;
            Ok((id, kind, version, in_force))
        })
        .collect()
}

/// Frees the names of documents that get others in this transaction, so that they may change them with one another.
///
/// # Errors
/// When Postgres is away.
pub async fn free_names(tx: &mut Tx, ids: &[Uuid]) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE documents SET spec = jsonb_set(spec, '{name}', to_jsonb(E'\\x01' || id::text)) WHERE id = ANY($1)",
    )
    .bind(ids)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// A page of the documents of a kind in force, the oldest first.
///
/// # Errors
/// When Postgres is away or a stored document cannot be read.
pub async fn page(
    connection: &mut PgConnection,
    kind: Kind,
    name: Option<&str>,
    after: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Document>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT id, kind, version, spec FROM documents WHERE deleted_at IS NULL AND kind = $1 \
           AND ($2::text IS NULL OR strpos(lower(spec->>'name'), lower($2)) > 0) AND ($3::uuid IS NULL OR id > $3) \
         ORDER BY id LIMIT $4",
    )
    .bind(kind.as_str())
    .bind(name)
    .bind(after)
    .bind(limit)
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(Row::into_document).collect()
}

/// A document at one of its versions.
#[derive(Debug, Clone, PartialEq)]
pub struct Version {
    /// Which, from 1.
    pub version: i64,
    /// What it said; none where it was deleted.
    pub body: Option<Body>,
    /// When.
    pub saved_at: Timestamp,
    /// By whom.
    pub saved_by: Actor,
}

/// Every version of a document, the newest first, deleted ones too.
///
/// # Errors
/// When Postgres is away or a stored version cannot be read.
pub async fn versions(connection: &mut PgConnection, kind: Kind, id: Uuid) -> Result<Vec<Version>, StoreError> {
    type Row = (i64, Option<serde_json::Value>, jiff_sqlx::Timestamp, serde_json::Value);
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT v.version, v.spec, v.saved_at, v.saved_by FROM document_versions v JOIN documents d ON d.id = v.document_id \
         WHERE d.kind = $1 AND d.id = $2 ORDER BY v.version DESC",
    )
    .bind(kind.as_str())
    .bind(id)
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|(version, spec, saved_at, saved_by)| {
            Ok(Version {
                version,
                body: spec.map(|spec| body(kind.as_str(), spec)).transpose()?,
                saved_at: saved_at.to_jiff(),
                saved_by: from_json("document_versions", saved_by)?,
            })
        })
        .collect()
}
