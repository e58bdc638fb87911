//! What files would change, and what that means for those who ask and those who have access now. Nothing is written.

use policy::{File, Plan, Problem, Rest, Wanted};
use store::Tx;

use super::standing::{Standing, standing};
use crate::usecase::documents::{Desk, Outcome, Proposal, Refused, Weighed, apply};

/// What files come to.
#[derive(Debug)]
pub struct Draft {
    /// What they were read against.
    pub standing: Standing,
    /// What they want; none where they have mistakes.
    pub wanted: Option<Wanted>,
    /// The plan.
    pub plan: Option<Plan>,
    /// What is wrong with them.
    pub problems: Vec<Problem>,
    /// What it means.
    pub weighed: Option<Weighed>,
    /// Whether it would wait for a second person.
    pub second_person: bool,
}

/// Reads files and works out what they would change.
///
/// # Errors
/// [`Refused`]: the database, or somebody else's change in between. What is wrong with the files is no error.
pub async fn plan_files(tx: &mut Tx, desk: &Desk, files: &[File], rest: Rest) -> Result<Draft, Refused> {
    let standing = standing(tx).await?;
    let read = policy::read_as(files, rest, &standing.directory, &standing.books);
    let mut draft = Draft { standing, wanted: None, plan: None, problems: vec![], weighed: None, second_person: false };
    let wanted = match read {
        Ok(wanted) => wanted,
        Err(problems) => return Ok(Draft { problems, ..draft }),
    };
    let plan = policy::plan(&draft.standing.books, &wanted, &draft.standing.directory);
    if !plan.is_empty() {
        let edits = wanted.edits(&draft.standing.books);
        let revision = Some(draft.standing.books.revision);
        let proposal = Proposal { edits, revision, reason: None, dry_run: true };
        match apply(tx, desk, &proposal).await {
            Ok(Outcome::Previewed(preview)) => {
                draft.weighed = Some(preview.weighed);
                draft.second_person = preview.second_person;
            }
            Ok(Outcome::Applied(_) | Outcome::Waiting(..)) => {}
            Err(refused) => {
                let problem = problem(&wanted, &proposal, refused)?;
                return Ok(Draft { problems: vec![problem], ..draft });
            }
        }
    }
    draft.problems.clone_from(&plan.notes);
    Ok(Draft { wanted: Some(wanted), plan: Some(plan), ..draft })
}

/// A refusal that is about one document, at the place where that stands.
///
/// # Errors
/// The refusal, when it is about none.
pub(super) fn problem(wanted: &Wanted, proposal: &Proposal, refused: Refused) -> Result<Problem, Refused> {
    let document = refused.edit.and_then(|at| proposal.edits.get(at)).and_then(domain::rules::Edit::id);
    match document {
        Some(document) => Ok(wanted.problem(document, refused.why.field(), refused.why.to_string())),
        None => Err(refused),
    }
}
