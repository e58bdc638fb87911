//! From what went wrong to what the caller reads.

use domain::grant::GrantState;
use domain::request::RequestState;
use domain::text::InvalidText;
use domain::{Comment, approval::Decision};
use web::{Problem, ProblemType};

use super::dto::{Answer, Outcome};
use crate::fresh::Unknown;
use crate::usecase::decide::{Bounds, DecideError};
use crate::usecase::decide_link::DecideLinkError;

pub(super) fn comment(text: Option<String>) -> Result<Option<Comment>, Problem> {
    optional(text, "comment")
}

/// A text that may be left out; one of white space alone is none.
pub(super) fn optional(text: Option<String>, path: &str) -> Result<Option<Comment>, Problem> {
    text.filter(|t| !t.trim().is_empty()).map(|t| parsed(Comment::parse(&t), path)).transpose()
}

/// A text that must be there.
pub(super) fn text(text: &str, path: &str) -> Result<Comment, Problem> {
    parsed(Comment::parse(text).and_then(|comment| comment.at_least(1)), path)
}

fn parsed(parsed: Result<Comment, InvalidText>, path: &str) -> Result<Comment, Problem> {
    parsed.map_err(|error| {
        let kind = match error {
            InvalidText::TooLong { .. } => ProblemType::CommentTooLong,
            InvalidText::Control { .. } => ProblemType::ControlCharacters,
            InvalidText::TooShort { .. } | InvalidText::Minutes { .. } => ProblemType::InvalidValue,
        };
        Problem::because(kind, sentence(&error.to_string())).with("path", path)
    })
}

pub(super) fn decide(error: DecideError) -> Problem {
    let kind = match error {
        DecideError::UnknownRequest => return Problem::not_found("request"),
        DecideError::NotAPerson => ProblemType::UserRequired,
        DecideError::OwnRequest => ProblemType::OwnRequest,
        DecideError::NotAnApprover(_) => ProblemType::NotAnApprover,
        DecideError::TooEarly => ProblemType::StageNotBegun,
        DecideError::NotAsked(_) => ProblemType::PairNotAsked,
        DecideError::Together(..) => ProblemType::DecidedTogether,
        DecideError::NarrowedNo => ProblemType::InvalidValue,
        DecideError::NoLongerAllowed { what: ref item, ref refused } => {
            return Problem::because(ProblemType::NoLongerAllowed, sentence(&error.to_string()))
                .with("what", item.as_str())
                .with("refused", serde_json::to_value(refused).unwrap_or_default());
        }
        DecideError::Outside(bounds) => return outside(&bounds),
        DecideError::Unknown(Unknown::Store(error)) => return error.into(),
        DecideError::Unknown(Unknown::Away | Unknown::TooOld(_)) => ProblemType::MembershipUnknown,
        DecideError::Disabled => ProblemType::DisabledUser,
        DecideError::BeneficiaryDisabled => ProblemType::BeneficiaryDisabled,
        DecideError::AlreadyVoted => ProblemType::AlreadyVoted,
        DecideError::Conflict { from, tried } => return conflict(from, tried, None),
        DecideError::StaleVersion { given, current } => {
            return Problem::because(
                ProblemType::StaleVersion,
                format!("It is at version {current}, not {given}; read it again."),
            )
            .with("given", given)
            .with("current", current);
        }
        DecideError::Store(error) => return error.into(),
    };
    Problem::because(kind, sentence(&error.to_string()))
}

fn outside(bounds: &Bounds) -> Problem {
    let mut problem = Problem::because(ProblemType::OutsideWindow, sentence(&bounds.to_string()))
        .with("minutes_most", bounds.minutes);
    if let Some((earliest, end)) = bounds.earliest.zip(bounds.latest_end) {
        problem = problem.with("start_earliest", earliest.to_string()).with("end_latest", end.to_string());
    }
    problem
}

pub(super) fn decide_link(error: DecideLinkError) -> Problem {
    match error {
        DecideLinkError::UnknownLink => unknown_link(),
        DecideLinkError::SignInRequired => sign_in_required(),
        DecideLinkError::Used => Problem::because(ProblemType::LinkUsed, "You have decided about this request before."),
        DecideLinkError::Decide(error) => decide(error),
    }
}

pub(super) fn unknown_link() -> Problem {
    Problem::because(
        ProblemType::LinkUnknown,
        "The link is incomplete, was changed, or is about a request that does not exist.",
    )
}

pub(super) fn sign_in_required() -> Problem {
    Problem::because(ProblemType::SignInRequired, "Sign in as the approver whom the link was sent to.")
}

/// The states of the loser of a race: the one that the request is in, and the one that was tried.
fn conflict(from: RequestState, tried: RequestState, gone: Option<GrantState>) -> Problem {
    let verb = if tried == RequestState::Rejected { Decision::Reject } else { Decision::Approve };
    let problem = Problem::conflict(verb.as_str(), RequestState::Pending.as_str(), from.as_str())
        .with("from", from.as_str())
        .with("tried", tried.as_str());
    match gone {
        Some(state) => problem.with("grant_state", state.as_str()),
        None => problem,
    }
}

/// The decision that counted, or the conflict of one that came too late.
pub(super) fn settled(answer: Answer) -> Result<Outcome, Problem> {
    match answer {
        Answer::Done(outcome) => Ok(outcome),
        Answer::Late { from, tried, gone } => Err(conflict(from, tried, gone)),
    }
}

pub(super) fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| format!("{}{}.", first.to_uppercase(), chars.as_str()))
}
