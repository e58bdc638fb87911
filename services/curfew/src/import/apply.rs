//! Writing what was read, in one transaction. Whatever an admin has changed since an earlier import stays.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, bail};
use domain::rules::Document;
use domain::{Actor, Fact, RequestId};
use migration::{Adopted, AdoptedState, Converted, Directory, ImportedRequest};
use serde::Serialize;
use store::imports::{self, Adoption, Record};
use store::tuple::Adopting;
use store::{Db, Tx, documents};
use tokio::sync::mpsc;

use super::{Team, files};

/// Records that are written at a time.
const BATCH: usize = 500;

/// What was written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Applied {
    /// Documents made or changed.
    pub documents: u64,
    /// Sessions that became grants.
    pub grants: u64,
    /// Past requests, new or changed.
    pub requests: u64,
    /// Documents that an admin has changed or deleted since an earlier import, by name.
    pub left: Vec<String>,
}

impl fmt::Display for Applied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Written: {} documents, {} grants, {} requests.", self.documents, self.grants, self.requests)?;
        for name in &self.left {
            write!(f, "\n  {name} was changed in Curfew since it was imported, and stays as it is.")?;
        }
        Ok(())
    }
}

/// Writes it, all or nothing.
///
/// # Errors
/// When a session cannot be adopted and may not be left, a file changed since it was read, a name is taken, or Postgres
/// refuses.
pub async fn apply(
    db: &Db,
    converted: Converted,
    files: &[PathBuf],
    directory: Directory,
    team: &Team,
) -> anyhow::Result<Applied> {
    let Converted { documents, report } = converted;
    if !report.orphans.is_empty() && !team.leave_orphans {
        bail!(
            "{} sessions cannot be adopted, and nobody would take them away; end them in TEAM and export again, or say \
             --leave-orphans. Nothing was written.",
            report.orphans.len()
        );
    }
    let mut tx = db.begin(Actor::service("import")).await?;
    let mut applied = Applied::default();
    write_documents(&mut tx, &documents, &mut applied).await?;
    let doubtful = report.doubtful.into_iter().filter(|_| team.adopt_doubtful).map(|doubtful| doubtful.adopted);
    let mut sessions: Vec<Adopted> = report.adopted.into_iter().chain(doubtful).collect();
    // In the order in which everybody locks assignments.
    sessions.sort_by(|a, b| (&a.tuple, &a.external_id).cmp(&(&b.tuple, &b.external_id)));
    for session in sessions {
        let id = session.external_id.clone();
        let adopted = imports::adopt(&mut tx, &adoption(session)?).await;
        applied.grants += u64::from(adopted.with_context(|| format!("the session {id:?} cannot be adopted"))?);
    }
    applied.requests = history(&mut tx, files, directory).await?;
    if applied.documents + applied.grants + applied.requests > 0 {
        let Applied { documents, grants, requests, .. } = applied;
        let source = imports::TEAM.to_owned();
        tx.record(Fact::ImportApplied { import: store::new_id(), source, documents, grants, requests });
    }
    tx.commit().await.context("nothing was written")?;
    Ok(applied)
}

async fn write_documents(tx: &mut Tx, wanted: &[Document], applied: &mut Applied) -> anyhow::Result<()> {
    documents::lock(tx).await?;
    for document in wanted {
        let kind = document.body.kind();
        let versions = documents::versions(tx.connection(), kind, document.id).await?;
        let version = match versions.first() {
            None => 1,
            Some(latest) if latest.body.as_ref() == Some(&document.body) => continue,
            Some(latest) if latest.body.is_some() && latest.saved_by == *tx.actor() => latest.version + 1,
            Some(_) => {
                applied.left.push(document.body.name().to_owned());
                continue;
            }
        };
        let saved = documents::save(tx, &Document { version, ..document.clone() }).await;
        saved.map_err(|error| match error.constraint() {
            Some("documents_names") => anyhow::anyhow!(
                "another {} of Curfew is called {:?}; rename it and import again. Nothing was written.",
                kind.as_str(),
                document.body.name()
            ),
            _ => error.into(),
        })?;
        applied.documents += 1;
    }
    Ok(())
}

fn adoption(session: Adopted) -> anyhow::Result<Adoption> {
    let minutes = i32::try_from(session.minutes).context("no access is that long")?;
    Ok(Adoption {
        grant: session.grant,
        request: session.request,
        external_id: session.external_id,
        adopting: match session.state {
            AdoptedState::Scheduled => None,
            AdoptedState::Granting => Some(Adopting::Unclear),
            AdoptedState::Active => Some(Adopting::Given),
        },
        tuple: session.tuple,
        account_name: session.account_name,
        permission_set_name: session.permission_set_name,
        rule: session.rule,
        minutes,
        start_at: session.start_at,
        deadline_at: session.deadline_at,
        reason: session.reason,
        ticket: session.ticket,
        submitted_at: session.submitted_at,
    })
}

/// Reads the files a second time, a batch at a time, so that a table of any size fits.
async fn history(tx: &mut Tx, files: &[PathBuf], directory: Directory) -> anyhow::Result<u64> {
    let (sender, mut receiver) = mpsc::channel::<Vec<Record>>(2);
    let (files, directory) = (files.to_vec(), Arc::new(directory));
    let reading = tokio::task::spawn_blocking(move || {
        let mut batch = Vec::with_capacity(BATCH);
        let read = files::read(&files, &mut |row| {
            batch.push(record(ImportedRequest::of(row, &directory)));
            if batch.len() == BATCH {
                // Nobody listens any more once writing has failed; that is told there.
                drop(sender.blocking_send(std::mem::take(&mut batch)));
            }
        });
        drop(sender.blocking_send(batch));
        read
    });
    let mut written = 0;
    while let Some(batch) = receiver.recv().await {
        written += imports::record(tx, &batch).await.context("the history cannot be written")?;
    }
    match reading.await.context("the files could not be read again")?? {
        Ok(_) => Ok(written),
        Err(problems) => {
            let first = problems.first().map(ToString::to_string).unwrap_or_default();
            bail!("the files changed while they were read; nothing was written: {first}")
        }
    }
}

fn record(past: ImportedRequest) -> Record {
    Record {
        id: RequestId(past.id),
        external_id: past.external_id,
        status: past.status.as_str().to_owned(),
        requester: past.requester,
        requester_name: past.requester_name,
        requester_email: past.requester_email,
        account: past.account,
        account_name: past.account_name,
        permission_set: past.permission_set,
        permission_set_name: past.permission_set_name,
        start_at: past.start_at,
        minutes: past.minutes.map(i64::from),
        ended_at: past.ended_at,
        reason: past.reason,
        ticket: past.ticket,
        decided_by: past.decided_by,
        decision_comment: past.decision_comment,
        revoked_by: past.revoked_by,
        revoke_comment: past.revoke_comment,
        submitted_at: past.submitted_at,
        original: past.original,
    }
}
