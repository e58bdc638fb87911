//! The API's words as people read them.

use client::{ClientError, Item, Outcome};
use jiff::Timestamp;

/// Why it did not work, for the person who tried.
pub(super) fn why(error: &ClientError) -> String {
    let Some(problem) = error.problem() else {
        tracing::warn!(%error, "the API did not answer as it should");
        return "Curfew does not answer at the moment. Please try again in a minute.".to_owned();
    };
    match problem.slug() {
        "own-request" => "Nobody decides about their own request. Somebody else has to.".to_owned(),
        "not-an-approver" => "You are not among the approvers of this request any more.".to_owned(),
        "no-longer-allowed" => format!("It is no longer allowed, so it cannot be approved. {}", problem.sentence()),
        "already-voted" | "link-used" => "You have decided about this request before.".to_owned(),
        "link-expired" => "The time to decide is over.".to_owned(),
        "link-unknown" => "The link is incomplete or was changed. Copy all of it from the mail.".to_owned(),
        "link-of-somebody-else" => {
            "This link was sent to somebody else, and nobody decides with another person's link. If you are signed \
             in with the wrong account, sign out first."
                .to_owned()
        }
        "state-conflict" => too_late(problem.members.get("from").and_then(|v| v.as_str()).unwrap_or_default()),
        "unknown-user" => {
            "The directory of Identity Center does not know you (yet). It is read every few minutes.".to_owned()
        }
        "disabled-user" => "Your user is disabled.".to_owned(),
        "rate-limited" => "Too many requests at once. Please try again in a moment.".to_owned(),
        _ => problem.sentence().to_owned(),
    }
}

fn too_late(state: &str) -> String {
    format!("You are too late: the request {}. Nothing was changed.", outcome(state))
}

/// What a decision did: a title, and a sentence.
pub(super) fn decided(outcome: &Outcome) -> (&'static str, &'static str) {
    match outcome.state.as_str() {
        "approved" => ("Approved", "The access is being added now, or when its time comes. The requester is told."),
        "rejected" => ("Rejected", "The requester is told."),
        _ if outcome.tightened => (
            "Your decision counts",
            "The rules became stricter since it was asked for: others must agree as well, and are asked now.",
        ),
        _ => (
            "Your decision counts",
            "More approvals are needed, or other parts of the request wait; the others have been asked.",
        ),
    }
}

/// How a request ended, as the end of a sentence.
pub(super) fn outcome(state: &str) -> &'static str {
    match state {
        "approved" => "was approved",
        "rejected" => "was rejected",
        "cancelled" => "was taken back",
        "timed_out" => "timed out before somebody decided",
        _ => "waits for a decision",
    }
}

/// A state in plain words.
pub(super) fn state(name: &str) -> String {
    match name {
        "pending" => "Waiting for a decision".to_owned(),
        "timed_out" => "Timed out".to_owned(),
        "granting" => "Being added".to_owned(),
        "revoking" => "Being removed".to_owned(),
        other => {
            let mut chars = other.chars();
            chars.next().map_or_else(String::new, |first| format!("{}{}", first.to_uppercase(), chars.as_str()))
        }
    }
}

/// A moment, to the minute.
pub(super) fn moment(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

/// A duration.
pub(super) fn duration(minutes: i64) -> String {
    match (minutes / 60, minutes % 60) {
        (0, m) => format!("{m} min"),
        (h, 0) => format!("{h} h"),
        (h, m) => format!("{h} h {m} min"),
    }
}

/// One pair: what and where.
pub(super) fn item(item: &Item) -> String {
    let name = |name: &str, id: &str| if name.is_empty() { id.to_owned() } else { name.to_owned() };
    let set = name(&item.permission_set_name, &item.permission_set);
    if item.account_name.is_empty() {
        format!("{set} in {}", item.account)
    } else {
        format!("{set} in {} ({})", item.account_name, item.account)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_short() {
        for (minutes, words) in [(45, "45 min"), (60, "1 h"), (90, "1 h 30 min"), (480, "8 h")] {
            assert_eq!(duration(minutes), words);
        }
    }
}
