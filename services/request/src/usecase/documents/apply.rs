//! The one way by which documents change.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::Actor;
use domain::rules::{Book, Document, Edit, impact};
use store::{StoreError, Tx, changes, documents};
use uuid::Uuid;

use super::affected::affected;
use super::check::check;
use super::draft::{Draft, Past, Step};
use super::edits::numbered;
use super::long_sessions::long_sessions;
use super::second_person::{Needed, needed};
use super::{Applied, Desk, Outcome, Preview, Proposal, Refused, Weighed, Why};
use crate::observe;

/// Makes the edits, all or none, or keeps them until a second person agrees. The caller commits.
///
/// # Errors
/// [`Refused`]; nothing was written then.
pub async fn apply(tx: &mut Tx, desk: &Desk, proposal: &Proposal) -> Result<Outcome, Refused> {
    let judged = judge(tx, desk, &numbered(&proposal.edits)?, proposal.revision).await?;
    let needed = needed(tx, desk, &judged.weighed).await?;
    if proposal.dry_run {
        let (documents, weighed, revision) = (judged.documents(), judged.weighed, judged.revision);
        let second_person = needed == Needed::Two;
        return Ok(Outcome::Previewed(Box::new(Preview { documents, weighed, revision, second_person })));
    }
    let reason = proposal.reason.as_deref();
    if needed == Needed::Two && !judged.draft.touched().is_empty() {
        let change = changes::propose(tx, &judged.note(reason)?).await?;
        observe::proposed(change.id, judged.edits.len());
        return Ok(Outcome::Waiting(Box::new(change), Box::new(judged.weighed)));
    }
    let alone = needed == Needed::TwoButAlone;
    Ok(Outcome::Applied(Box::new(judged.write(tx, alone, reason).await?)))
}

/// Makes the edits in the name of whoever holds the database: the way back in when nobody can change documents any
/// more. It asks for no second person, and is kept as made alone.
///
/// # Errors
/// [`Refused`]; nothing was written then.
pub async fn recover(tx: &mut Tx, desk: &Desk, edits: &[Edit], reason: &str) -> Result<Applied, Refused> {
    judge(tx, desk, &numbered(edits)?, None).await?.write(tx, true, Some(reason)).await
}

/// Edits with what they come to and what they mean, under the lock of all documents.
pub(super) struct Judging {
    edits: Vec<Edit>,
    draft: Draft,
    pub(super) weighed: Weighed,
    pub(super) revision: i64,
}

/// Works out what the edits come to and what they mean.
///
/// # Errors
/// [`Refused`].
pub(super) async fn judge(tx: &mut Tx, desk: &Desk, edits: &[Edit], seen: Option<i64>) -> Result<Judging, Refused> {
    let revision = documents::lock(tx).await?;
    if let Some(given) = seen.filter(|given| *given != revision) {
        return Err(Why::StaleRevision { given, current: revision }.into());
    }
    let before = documents::all(tx.connection()).await?;
    let draft = Draft::of(&before, &past(tx, edits).await?, edits)?;
    check(tx, desk, &draft).await?;
    let weighed = weigh(tx, desk, &draft).await?;
    let edits = written_out(edits, &draft);
    Ok(Judging { edits, draft, weighed, revision })
}

async fn past(tx: &mut Tx, edits: &[Edit]) -> Result<Past, StoreError> {
    let made: Vec<Uuid> = edits.iter().filter(|edit| matches!(edit, Edit::Make { .. })).filter_map(Edit::id).collect();
    let known = documents::history(tx.connection(), &made).await?;
    Ok(known.into_iter().map(|(id, kind, version, in_force)| (id, (kind, version, in_force))).collect())
}

/// The book of before is the one that everybody shares; the book of after is nobody's but ours, since what it is
/// compiled from may never be committed.
async fn weigh(tx: &mut Tx, desk: &Desk, draft: &Draft) -> Result<Weighed, StoreError> {
    if draft.touched().is_empty() {
        return Ok(Weighed::default());
    }
    let before: Arc<Book> = desk.books.current(tx.connection()).await?;
    let after = Book::compile(draft.after.clone(), before.organization().clone());
    let long_sessions = long_sessions(tx, &after, &draft.touched()).await?;
    Ok(Weighed { impact: impact(&before, &after), affected: affected(tx, &before, &after).await?, long_sessions })
}

/// The edits with the versions that they were judged at, so that they mean the same later.
fn written_out(edits: &[Edit], draft: &Draft) -> Vec<Edit> {
    let gone: BTreeMap<Uuid, i64> = draft
        .steps
        .iter()
        .filter_map(|(_, step)| match step {
            Step::Delete(document) => Some((document.id, document.version)),
            Step::Save(..) | Step::Same(_) => None,
        })
        .collect();
    edits
        .iter()
        .map(|edit| match edit {
            Edit::Delete { kind, id, .. } => Edit::Delete { kind: *kind, id: *id, version: gone.get(id).copied() },
            Edit::Make { .. } | Edit::Change { .. } => edit.clone(),
        })
        .collect()
}

impl Judging {
    fn documents(&self) -> Vec<Document> {
        self.draft.steps.iter().filter_map(|(_, step)| step.document().cloned()).collect()
    }

    fn note<'a>(&'a self, reason: Option<&'a str>) -> Result<changes::New<'a>, StoreError> {
        let impact = serde_json::to_value(&self.weighed)
            .map_err(|e| StoreError::Impossible { table: "changes", detail: e.to_string() })?;
        Ok(changes::New { revision: self.revision, edits: &self.edits, impact, reason })
    }

    /// Writes every step, what goes away first, so that its name is free.
    ///
    /// # Errors
    /// When Postgres is away, or a constraint speaks.
    pub(super) async fn write(self, tx: &mut Tx, alone: bool, reason: Option<&str>) -> Result<Applied, Refused> {
        let touched = self.draft.touched();
        let mut noted = None;
        if alone && !touched.is_empty() {
            let change = changes::note_alone(tx, &self.note(reason)?).await?;
            observe::changed_alone(change.id, matches!(tx.actor(), Actor::Service { .. }));
            noted = Some(change.id);
        }
        changes::overtake(tx, &touched).await?;
        let renamed = self.draft.steps.iter().filter_map(|(_, step)| match step {
            Step::Save(document, Some(was)) if was.name() != document.body.name() => Some(document.id),
            Step::Save(..) | Step::Same(_) | Step::Delete(_) => None,
        });
        documents::free_names(tx, &renamed.collect::<Vec<_>>()).await?;
        for (_, step) in &self.draft.steps {
            if let Step::Delete(document) = step {
                documents::delete(tx, document).await?;
            }
        }
        for (_, step) in &self.draft.steps {
            if let Step::Save(document, _) = step {
                documents::save(tx, document).await?;
            }
        }
        let revision = documents::revision(tx.connection()).await?;
        Ok(Applied { documents: self.documents(), weighed: self.weighed, revision, alone: noted })
    }
}
