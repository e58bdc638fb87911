//! What was decided, to whoever asked and to whom it is for.

use domain::grant::EndReason;

use super::super::words::{line, lines, moment};
use super::{Draft, NAME, TYPED, Talk, places, row};
use crate::message::Place;

/// Somebody said yes, or a rule.
pub fn approved(talk: &Talk<'_>, by: Option<&str>, without: &[Place]) -> Draft {
    let start = talk.about.and_then(|about| about.start_at);
    let break_glass = talk.about.is_some_and(|about| about.break_glass);
    let next = match start {
        Some(start) => format!("The access starts at {}. You will hear when it is ready.", moment(start)),
        None => "The access is being set up now. You will hear when it is ready, usually within a minute.".to_owned(),
    };
    let who = by.map_or_else(|| "A rule".to_owned(), |name| line(name, NAME));
    let (word, headline) = if break_glass {
        ("Break-glass", format!("Break-glass: {} needed nobody's approval.", talk.request()))
    } else if without.is_empty() {
        ("Approved", format!("{who} approved {}.", talk.request()))
    } else {
        ("Approved in part", format!("{who} approved a part of {}.", talk.request()))
    };
    let mut paragraphs = vec![next];
    if break_glass {
        paragraphs.push(
            "Admins, auditors and owners have been told. A second person will look at what was done; until then the next break-glass may be refused."
                .to_owned(),
        );
    }
    if !without.is_empty() {
        paragraphs.push("The rest was not approved, and no access is given for it.".to_owned());
    }
    Draft {
        subject: format!("{word}: {}", talk.what),
        headline,
        paragraphs,
        rows: (!without.is_empty()).then(|| row("Not approved", places(without))).into_iter().collect(),
        ..Draft::default()
    }
}

/// A part was decided, and the rest waits.
pub fn partly(talk: &Talk<'_>, approved: bool) -> Draft {
    let (word, after) = if approved {
        ("approved", "Its access is being set up now, or when its time comes.")
    } else {
        ("rejected", "No access is given for it.")
    };
    Draft {
        subject: format!("A part was {word}: {}", talk.what),
        headline: format!("A part of the request was {word}: {}.", talk.what),
        paragraphs: vec![after.to_owned(), "The rest of the request still waits for others to decide.".to_owned()],
        buttons: talk.to_the_request("Open the request"),
        ..Draft::default()
    }
}

/// Somebody said no.
pub fn rejected(talk: &Talk<'_>, by: &str, comment: Option<&str>) -> Draft {
    Draft {
        subject: format!("Rejected: {}", talk.what),
        headline: format!("{} rejected {}.", line(by, NAME), talk.request()),
        paragraphs: vec!["No access was given. If you still need it, ask again and say what has changed.".to_owned()],
        rows: comment.iter().map(|c| row("They say", lines(c, TYPED))).collect(),
        ..Draft::default()
    }
}

/// Nobody decided in time.
pub fn timed_out(talk: &Talk<'_>) -> Draft {
    Draft {
        subject: format!("Nobody decided in time: {}", talk.what),
        headline: format!("Nobody decided about {} in time.", talk.request()),
        paragraphs: vec!["No access was given. Ask again if you still need it.".to_owned()],
        ..Draft::default()
    }
}

/// Closed undecided, to who asked and whom it was for.
pub fn closed(talk: &Talk<'_>, because: EndReason) -> Draft {
    let why = match because {
        EndReason::UserDisabled => "Whoever asked or would have had the access is disabled or gone in Identity Center.",
        EndReason::Emergency => "An admin used the emergency button. Ask those who run Curfew before you ask again.",
        EndReason::Deadline
        | EndReason::EndedByRequester
        | EndReason::Revoked
        | EndReason::Failed
        | EndReason::Cancelled
        | EndReason::NoLongerAllowed => "There is nothing left to decide.",
    };
    Draft {
        subject: format!("Closed: {}", talk.what),
        headline: format!("Curfew closed {} before anybody decided.", talk.request()),
        paragraphs: vec![why.to_owned()],
        ..Draft::default()
    }
}
