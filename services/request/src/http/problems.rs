//! Refusals in the clothes of HTTP.

use domain::text::InvalidText;
use store::StoreError;
use web::{Problem, ProblemType as T};

use crate::usecase::{Cancelled, Refusal, ReviewRefusal, TemplateRefusal, ViewRefusal};

/// The database said no, or nothing.
pub fn store(error: StoreError) -> Problem {
    match error {
        StoreError::Raced { what } => {
            Problem::because(T::StaleVersion, format!("Somebody else changed {what} at the same time; look again."))
        }
        away if away.is_away() || away.is_retriable() => Problem::unavailable(away),
        error => Problem::internal(error),
    }
}

/// A text that does not do, which has its own type where it is too short or too long.
fn text(error: &InvalidText, short: T, long: T) -> Problem {
    let kind = match error {
        InvalidText::TooShort { .. } => short,
        InvalidText::TooLong { .. } => long,
        InvalidText::Control { .. } => T::ControlCharacters,
        InvalidText::Minutes { found: 0, .. } => T::DurationZero,
        InvalidText::Minutes { found: ..0, .. } => T::DurationNegative,
        InvalidText::Minutes { .. } => T::DurationTooLong,
    };
    let problem = Problem::because(kind, sentence(error));
    match *error {
        InvalidText::TooShort { found, least, .. } => problem.with("found", found).with("least", least),
        InvalidText::TooLong { found, most, .. } => problem.with("found", found).with("most", most),
        InvalidText::Control { at, .. } => problem.with("at", at),
        InvalidText::Minutes { most, .. } => problem.with("most", most),
    }
}

/// The error's words as a sentence.
pub fn sentence(error: &impl std::fmt::Display) -> String {
    let words = error.to_string();
    let mut letters = words.chars();
    let start: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    let end = if words.ends_with('.') { "" } else { "." };
    format!("{start}{}{end}", letters.as_str())
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let said = sentence(&refusal);
        match refusal {
            Refusal::NotAPerson => Self::because(T::UserRequired, said),
            Refusal::NoPairs => Self::because(T::NoPairs, said),
            Refusal::TooManyPairs { most, .. } => Self::because(T::TooManyPairs, said).with("most", most),
            Refusal::DuplicatePair { .. } => Self::because(T::DuplicatePair, said),
            Refusal::UnknownBeneficiary(_) => Self::because(T::UnknownBeneficiary, said),
            Refusal::UserDisabled(_) => Self::because(T::DisabledUser, said),
            Refusal::UnknownAccount(id) => Self::because(T::UnknownAccount, said).with("account", id.as_str()),
            Refusal::InactiveAccount(id) => Self::because(T::InactiveAccount, said).with("account", id.as_str()),
            Refusal::UnknownPermissionSet(arn) => {
                Self::because(T::UnknownPermissionSet, said).with("permission_set", arn.as_str())
            }
            Refusal::Minutes(error) => text(&error, T::DurationZero, T::DurationTooLong).with("path", "minutes"),
            Refusal::TooLong { most, .. } => Self::because(T::DurationTooLong, said).with("most", most),
            Refusal::StartInPast { .. } => Self::because(T::StartInPast, said).with("path", "start_at"),
            Refusal::StartTooFar { .. } => Self::because(T::StartTooFar, said).with("path", "start_at"),
            Refusal::Reason(error) => {
                text(&error, T::JustificationTooShort, T::JustificationTooLong).with("path", "reason")
            }
            Refusal::Ticket(error) => text(&error, T::InvalidTicket, T::InvalidTicket).with("path", "ticket"),
            Refusal::UnknownSeverity { known, .. } => {
                Self::because(T::UnknownSeverity, said).with("path", "severity").with("known", known)
            }
            Refusal::NotBreakGlass(_) => Self::because(T::NotBreakGlass, said).with("path", "break_glass"),
            Refusal::ReviewOverdue { request, due_at } => Self::because(T::ReviewOverdue, said)
                .with("request", request.to_string())
                .with("due_at", due_at.to_string()),
            Refusal::NotEligible { objections, instead } => {
                let instead: Vec<String> = instead.iter().map(|(id, _)| id.to_string()).collect();
                let problem = Self::because(T::NotEligible, said)
                    .with("pairs", serde_json::to_value(objections).unwrap_or_default());
                if instead.is_empty() { problem } else { problem.with("break_glass", instead) }
            }
            Refusal::NobodyCanApprove(shortages) => Self::because(T::NobodyCanApprove, said)
                .with("shortages", serde_json::to_value(shortages).unwrap_or_default()),
            Refusal::UnknownGrant => Self::not_found("access"),
            Refusal::NotActive(state) => Self::conflict("extend it", "active", state.as_str()),
            Refusal::TimeIsUp(_) => {
                Self::because(T::StateConflict, said).with("expected_state", "active").with("state", "overdue")
            }
            Refusal::TooNear(_) => {
                Self::because(T::StateConflict, said).with("expected_state", "active").with("state", "ending")
            }
            Refusal::ExtensionPending => Self::because(T::ExtensionPending, said),
            Refusal::Store(error) => store(error),
        }
    }
}

impl From<Cancelled> for Problem {
    fn from(refusal: Cancelled) -> Self {
        match refusal {
            Cancelled::Unknown => Self::not_found("request"),
            Cancelled::Stale { given, current } => stale(given, current),
            Cancelled::Decided(state) => {
                Self::conflict("cancel the request", "pending", state.as_str()).with("tried_state", "cancelled")
            }
            Cancelled::Begun(state) => {
                Self::conflict("cancel the request", "scheduled", state.as_str()).with("tried_state", "cancelled")
            }
            Cancelled::Store(error) => store(error),
        }
    }
}

impl From<TemplateRefusal> for Problem {
    fn from(refusal: TemplateRefusal) -> Self {
        let said = sentence(&refusal);
        match refusal {
            TemplateRefusal::NotAPerson => Self::because(T::UserRequired, said),
            TemplateRefusal::Name { .. } | TemplateRefusal::NameTaken => {
                Self::because(T::InvalidTemplate, said).with("path", "name")
            }
            TemplateRefusal::TooMany(_) => Self::because(T::InvalidTemplate, said),
            TemplateRefusal::Unknown => Self::not_found("template"),
            TemplateRefusal::UnknownRequest => Self::not_found("request"),
            TemplateRefusal::Extension => Self::because(T::InvalidTemplate, said).with("path", "from_request"),
            TemplateRefusal::Spec(refusal) => refusal.into(),
        }
    }
}

impl From<ViewRefusal> for Problem {
    fn from(refusal: ViewRefusal) -> Self {
        let said = sentence(&refusal);
        match refusal {
            ViewRefusal::NotAPerson => Self::because(T::UserRequired, said),
            ViewRefusal::Name { .. } => Self::because(T::InvalidView, said).with("path", "name"),
            ViewRefusal::NameTaken => Self::because(T::NameTaken, said).with("path", "name"),
            ViewRefusal::TooMany(_) => Self::because(T::InvalidView, said),
            ViewRefusal::Unknown => Self::not_found("view"),
            ViewRefusal::Store(error) => store(error),
        }
    }
}

impl From<ReviewRefusal> for Problem {
    fn from(refusal: ReviewRefusal) -> Self {
        let said = sentence(&refusal);
        match refusal {
            ReviewRefusal::Unknown => Self::not_found("review"),
            ReviewRefusal::Own => Self::because(T::OwnReview, said),
            ReviewRefusal::NotAReviewer => Self::because(T::NotAReviewer, said),
            ReviewRefusal::NoWords => Self::because(T::MissingField, said).with("path", "comment"),
            ReviewRefusal::Done => Self::conflict("review it", "open", "done"),
            ReviewRefusal::Store(error) => store(error),
        }
    }
}

/// Somebody else changed it in between.
pub fn stale(given: i64, current: i64) -> Problem {
    let said = format!("It is at version {current}, not {given}; look at it again.");
    Problem::because(T::StaleVersion, said).with("given", given).with("version", current)
}
