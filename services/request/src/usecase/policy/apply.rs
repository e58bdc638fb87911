//! Puts into force what was planned: all of it or nothing, and only if it still means what the plan said.

use domain::ChangeId;
use domain::rules::Edit;
use policy::{Books, File, Problem, Rest, Wanted};
use store::{StoreError, Tx, documents, new_id};

use super::plan::problem;
use super::standing::standing;
use crate::usecase::documents::{Desk, Outcome, Proposal, Refused, Why, apply, recover};

/// What is to be put into force.
#[derive(Debug, Clone)]
pub struct Apply {
    /// All files together.
    pub files: Vec<File>,
    /// What becomes of those that the files leave out.
    pub rest: Rest,
    /// The plan's revision.
    pub revision: i64,
    /// The plan's hash of what is wanted.
    pub wanted: String,
    /// Why.
    pub reason: Option<String>,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Put {
    /// It is in force with the commit; the revision after it.
    InForce(i64),
    /// It is in force already, at this revision.
    Unchanged(i64),
    /// It waits for a second person.
    Waiting(ChangeId, i64),
}

/// Why it cannot be put into force.
#[derive(Debug, thiserror::Error)]
pub enum Unapplied {
    /// The files have mistakes.
    #[error("the files have {} mistake(s)", .0.len())]
    Mistakes(Vec<Problem>),
    /// Something else changed since.
    #[error("the documents are at revision {current}, not {given} as the plan; plan again")]
    Stale {
        /// The plan's.
        given: i64,
        /// What it is.
        current: i64,
    },
    /// The files, or the names in them, mean something else than they did.
    #[error("the files do not say what the plan was made of, or names mean others by now; plan again")]
    Otherwise,
    /// As any other change.
    #[error(transparent)]
    Refused(#[from] Refused),
}

impl From<StoreError> for Unapplied {
    fn from(error: StoreError) -> Self {
        Self::Refused(error.into())
    }
}

/// Puts files into force as they were planned. The caller commits.
///
/// # Errors
/// [`Unapplied`]; nothing was written then.
pub async fn apply_files(tx: &mut Tx, desk: &Desk, command: Apply) -> Result<Put, Unapplied> {
    let current = documents::lock(tx).await?;
    if current != command.revision {
        return Err(Unapplied::Stale { given: command.revision, current });
    }
    let (wanted, books) = read(tx, &command.files, command.rest).await?;
    if wanted.hash(current) != command.wanted {
        return Err(Unapplied::Otherwise);
    }
    let Some((wanted, edits)) = edits(wanted, &books)? else { return Ok(Put::Unchanged(current)) };
    let proposal = Proposal { edits, revision: Some(current), reason: command.reason, dry_run: false };
    match apply(tx, desk, &proposal).await {
        Ok(Outcome::Applied(applied)) => Ok(Put::InForce(applied.revision)),
        Ok(Outcome::Waiting(change, _)) => Ok(Put::Waiting(change.id, current)),
        Ok(Outcome::Previewed(_)) => Ok(Put::Unchanged(current)),
        Err(refused) => Err(Unapplied::Mistakes(vec![problem(&wanted, &proposal, refused)?])),
    }
}

/// Puts files into force in the name of whoever holds the database: without a plan, without a second person.
///
/// # Errors
/// [`Unapplied`]; nothing was written then.
pub async fn recover_files(tx: &mut Tx, desk: &Desk, files: &[File], reason: &str) -> Result<Put, Unapplied> {
    let current = documents::lock(tx).await?;
    let (wanted, books) = read(tx, files, Rest::Goes).await?;
    let Some((wanted, edits)) = edits(wanted, &books)? else { return Ok(Put::Unchanged(current)) };
    match recover(tx, desk, &edits, reason).await {
        Ok(applied) => Ok(Put::InForce(applied.revision)),
        Err(refused) => {
            let proposal = Proposal { edits, ..Proposal::default() };
            Err(Unapplied::Mistakes(vec![problem(&wanted, &proposal, refused)?]))
        }
    }
}

async fn read(tx: &mut Tx, files: &[File], rest: Rest) -> Result<(Wanted, Books), Unapplied> {
    let standing = standing(tx).await?;
    let wanted = policy::read_as(files, rest, &standing.directory, &standing.books).map_err(Unapplied::Mistakes)?;
    Ok((wanted, standing.books))
}

/// The edits with lasting ids; none when there is nothing to do.
fn edits(wanted: Wanted, books: &Books) -> Result<Option<(Wanted, Vec<Edit>)>, Unapplied> {
    let wanted = wanted.with_ids(new_id).map_err(|error| {
        let detail = error.to_string();
        Refused::from(Why::Store(StoreError::Impossible { table: "documents", detail }))
    })?;
    let edits = wanted.edits(books);
    Ok((!edits.is_empty()).then_some((wanted, edits)))
}
