//! The access itself: there, longer, gone, or never given.

use domain::fact::Evidence;
use domain::grant::EndReason;
use jiff::Timestamp;

use super::super::words::{line, moment, time_of_day};
use super::{Draft, NAME, Talk, row};
use crate::message::About;

/// The access is there.
pub fn ready(talk: &Talk<'_>, deadline_at: Timestamp) -> Draft {
    let what = &talk.what;
    Draft {
        subject: format!("Ready until {}: {what}", time_of_day(deadline_at)),
        headline: format!("The access is ready: {what}."),
        paragraphs: vec![
            format!("It ends by itself at {}. Give it back earlier if you are done earlier.", moment(deadline_at)),
            talk.about.map(console_hint).unwrap_or_default(),
        ],
        rows: vec![row("Ends", moment(deadline_at))],
        ..Draft::default()
    }
}

/// The access begins later.
pub fn postponed(talk: &Talk<'_>, start_at: Timestamp) -> Draft {
    let what = &talk.what;
    Draft {
        subject: format!("Begins later, at {}: {what}", time_of_day(start_at)),
        headline: format!("The access begins later: {what}."),
        paragraphs: vec![
            "The rules demand a rest after the last access to the same place, and it lasts until then. It begins by itself; there is nothing to do."
                .to_owned(),
        ],
        rows: vec![row("Begins", moment(start_at))],
        ..Draft::default()
    }
}

/// The access lasts longer.
pub fn extended(talk: &Talk<'_>, from: Timestamp, deadline_at: Timestamp) -> Draft {
    let what = &talk.what;
    Draft {
        subject: format!("Extended until {}: {what}", time_of_day(deadline_at)),
        headline: format!("The access lasts longer: {what}."),
        paragraphs: vec!["It goes on without a gap; there is nothing to do.".to_owned()],
        rows: vec![row("Would have ended", moment(from)), row("Ends", moment(deadline_at))],
        ..Draft::default()
    }
}

/// The access never came to be.
pub fn failed(talk: &Talk<'_>, detail: Option<&str>, evidence: &Evidence) -> Draft {
    let what = &talk.what;
    Draft {
        subject: format!("Failed: {what}"),
        headline: format!("The access could not be given: {what}."),
        paragraphs: vec![
            "You were not given the access, and nothing is left behind. Ask again, or ask those who run Curfew to look into it."
                .to_owned(),
        ],
        rows: detail
            .iter()
            .map(|d| row("What went wrong", line(d, 400)))
            .chain([row("Evidence", evidence_in_words(evidence))])
            .collect(),
        ..Draft::default()
    }
}

/// The access is gone, or was no longer allowed when it should have begun.
pub fn ended(talk: &Talk<'_>, reason: EndReason, detail: Option<&str>, evidence: &Evidence) -> Draft {
    if reason == EndReason::NoLongerAllowed {
        return no_longer_allowed(talk, detail, evidence);
    }
    let (why, what) = (reason_in_words(reason), &talk.what);
    let (subject, after) = match evidence {
        Evidence::KeptByAnotherGrant { until, .. } => (
            format!("Ended, but another access keeps it until {}: {what}", time_of_day(*until)),
            "You still have this access, because another request of yours for the same account and permission set lives on.",
        ),
        Evidence::PreExistingLeft => (
            format!("Ended, but assigned from before: {what}"),
            "You may still have this access: it was assigned before Curfew was asked, and Curfew leaves alone what it did not make.",
        ),
        Evidence::NeverAttempted | Evidence::DeletedAndReadBack { .. } | Evidence::AbsentTwice { .. } => (
            format!("Ended ({why}): {what}"),
            "It is gone from AWS. A console or command line session that is open can last until its own end.",
        ),
    };
    Draft {
        subject,
        headline: format!("The access ended: {what}."),
        paragraphs: vec![after.to_owned()],
        rows: [row("Why it ended", why.to_owned())]
            .into_iter()
            .chain(detail.map(|d| row("Detail", line(d, 400))))
            .chain([row("Evidence", evidence_in_words(evidence))])
            .collect(),
        ..Draft::default()
    }
}

fn no_longer_allowed(talk: &Talk<'_>, detail: Option<&str>, evidence: &Evidence) -> Draft {
    let what = &talk.what;
    Draft {
        subject: format!("No longer allowed: {what}"),
        headline: format!("The access was approved, but is no longer allowed: {what}."),
        paragraphs: vec![
            "Something changed between the approval and the start: a rule, a guardrail, a freeze, or what the permission set contains. The access does not begin. If you still need it, ask again."
                .to_owned(),
        ],
        rows: detail
            .iter()
            .map(|d| row("Why", line(d, 400)))
            .chain([row("Evidence", evidence_in_words(evidence))])
            .collect(),
        ..Draft::default()
    }
}

const fn reason_in_words(reason: EndReason) -> &'static str {
    match reason {
        EndReason::Deadline => "its time was up",
        EndReason::EndedByRequester => "given back",
        EndReason::Revoked => "taken away by an approver or admin",
        EndReason::Failed => "AWS could not give it",
        EndReason::Cancelled => "cancelled before it started",
        EndReason::UserDisabled => "the user was disabled",
        EndReason::Emergency => "emergency stop",
        EndReason::NoLongerAllowed => "no longer allowed",
    }
}

fn evidence_in_words(evidence: &Evidence) -> String {
    match evidence {
        Evidence::NeverAttempted => "Nothing was ever changed in AWS.".to_owned(),
        Evidence::DeletedAndReadBack { read_at } => {
            format!("AWS confirmed the removal, and a read at {} shows no assignment.", moment(*read_at))
        }
        Evidence::AbsentTwice { first_at, second_at } => {
            format!("Two reads, at {} and at {}, show no assignment.", moment(*first_at), moment(*second_at))
        }
        Evidence::KeptByAnotherGrant { until, .. } => {
            format!("Another access keeps the assignment until {}.", moment(*until))
        }
        Evidence::PreExistingLeft => "The assignment was there before and was left alone.".to_owned(),
    }
}

fn console_hint(about: &About) -> String {
    let Some(place) = about.places.first() else { return String::new() };
    format!(
        "In the AWS access portal choose the account {} ({}) and then {}. A portal that is already open may need to be reloaded.",
        line(&place.account_name, NAME),
        place.account,
        line(&place.permission_set, NAME)
    )
}
