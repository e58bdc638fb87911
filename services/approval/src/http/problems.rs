//! From what went wrong to what the caller reads.

use domain::grant::GrantState;
use domain::request::RequestState;
use domain::text::InvalidText;
use domain::{Comment, approval::Decision};
use web::{Problem, ProblemType};

use super::dto::{Answer, Outcome};
use crate::usecase::decide::DecideError;
use crate::usecase::decide_link::DecideLinkError;

pub(super) fn comment(text: Option<String>) -> Result<Option<Comment>, Problem> {
    text.filter(|t| !t.trim().is_empty()).map(|t| Comment::parse(&t)).transpose().map_err(|error| {
        let kind = match error {
            InvalidText::TooLong { .. } => ProblemType::CommentTooLong,
            InvalidText::Control { .. } => ProblemType::ControlCharacters,
            InvalidText::TooShort { .. } | InvalidText::Minutes { .. } => ProblemType::InvalidValue,
        };
        Problem::because(kind, format!("{error}.")).with("path", "comment")
    })
}

pub(super) fn decide(error: DecideError) -> Problem {
    let kind = match error {
        DecideError::UnknownRequest => return Problem::not_found("request"),
        DecideError::NotAPerson => ProblemType::UserRequired,
        DecideError::OwnRequest => ProblemType::OwnRequest,
        DecideError::NotAnApprover => ProblemType::NotAnApprover,
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

fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| format!("{}{}.", first.to_uppercase(), chars.as_str()))
}
