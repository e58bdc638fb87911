//! Every word that a mail says, in English; another language is another file like this one.

use domain::fact::Evidence;
use domain::grant::EndReason;

use super::words::{duration, line, lines, moment, time_of_day};
use super::{Button, Letter, Links, Row, Tone};
use crate::message::{About, Message, News, Place};

/// The longest name in a subject or sentence.
const NAME: usize = 48;
/// The longest text that people typed.
const TYPED: usize = 4_000;
/// How many places a mail lists.
const LISTED: usize = 20;

/// The mail in words.
#[must_use]
pub fn letter(message: &Message, links: &Links) -> Letter {
    let about = &message.about;
    let what = what(about);
    let who = line(&about.requester, NAME);
    let requester_foot = "You receive this because you asked for this access, or because it is for you.";
    let draft = match &message.news {
        News::Asked { decide_by, .. } => asked(about, links, *decide_by, &what, &who),
        News::Withdrawn => Draft {
            subject: format!("Nothing to decide: {who} withdrew the request for {what}"),
            headline: format!("{who} withdrew the request for {what}."),
            paragraphs: vec!["There is nothing left to decide; the links in the earlier mail no longer do anything.".to_owned()],
            foot: "You receive this because you were asked to decide.",
            ..Draft::default()
        },
        News::Approved { by } => approved(about, by.as_deref(), &what),
        News::Rejected { by, comment } => Draft {
            subject: format!("Rejected: {what}"),
            headline: format!("{} rejected your request for {what}.", line(by, NAME)),
            paragraphs: vec!["No access was given. If you still need it, ask again and say what has changed.".to_owned()],
            rows: comment.iter().map(|c| row("They say", lines(c, TYPED))).collect(),
            ..Draft::default()
        },
        News::TimedOut => Draft {
            subject: format!("Nobody decided in time: {what}"),
            headline: format!("Nobody decided about your request for {what} in time."),
            paragraphs: vec!["No access was given. Ask again if you still need it.".to_owned()],
            ..Draft::default()
        },
        News::Ready { deadline_at } => Draft {
            subject: format!("Ready until {}: {what}", time_of_day(*deadline_at)),
            headline: format!("The access is ready: {what}."),
            paragraphs: vec![
                format!("It ends by itself at {}. Give it back earlier if you are done earlier.", moment(*deadline_at)),
                console_hint(about),
            ],
            rows: vec![row("Ends", moment(*deadline_at))],
            ..Draft::default()
        },
        News::Extended { from, deadline_at } => Draft {
            subject: format!("Extended until {}: {what}", time_of_day(*deadline_at)),
            headline: format!("The access lasts longer: {what}."),
            paragraphs: vec!["It goes on without a gap; there is nothing to do.".to_owned()],
            rows: vec![row("Would have ended", moment(*from)), row("Ends", moment(*deadline_at))],
            ..Draft::default()
        },
        News::Ended { reason, detail, evidence } => ended(*reason, detail.as_deref(), evidence, &what),
        News::Failed { detail, evidence } => Draft {
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
        },
    };
    let mut rows = draft.rows;
    rows.extend(about_rows(about, matches!(message.news, News::Asked { .. })));
    let mut buttons = draft.buttons;
    if buttons.is_empty() {
        buttons.push(Button { label: "Open Curfew", url: format!("{}/", links.portal), tone: Tone::Plain });
    }
    let foot = if draft.foot.is_empty() { requester_foot } else { draft.foot };
    Letter {
        subject: format!("[Curfew] {}", draft.subject),
        headline: draft.headline,
        paragraphs: draft.paragraphs,
        rows,
        buttons,
        foot: format!("{foot} Request {}.", about.request),
    }
}

#[derive(Default)]
struct Draft {
    subject: String,
    headline: String,
    paragraphs: Vec<String>,
    rows: Vec<Row>,
    buttons: Vec<Button>,
    foot: &'static str,
}

const fn row(label: &'static str, value: String) -> Row {
    Row { label, value }
}

fn asked(about: &About, links: &Links, decide_by: jiff::Timestamp, what: &str, who: &str) -> Draft {
    let long = duration(about.minutes);
    let wish = if about.extends { format!("{long} more of {what}") } else { format!("{what} for {long}") };
    let whom = about.beneficiary.as_ref().map(|b| format!(" on behalf of {}", line(b, NAME))).unwrap_or_default();
    let buttons = links.decide.iter().flat_map(|decide| {
        [
            Button { label: "Approve", url: decide.approve.clone(), tone: Tone::Yes },
            Button { label: "Reject", url: decide.reject.clone(), tone: Tone::No },
        ]
    });
    Draft {
        subject: format!("Decide by {}: {who} asks for {wish}", time_of_day(decide_by)),
        headline: format!("{who} asks for {wish}{whom}."),
        paragraphs: vec![format!(
            "Please decide by {}; after that the request lapses. Each link opens a page that shows the request again and asks you to confirm.",
            moment(decide_by)
        )],
        rows: vec![row("Decide by", moment(decide_by))],
        buttons: buttons.collect(),
        foot: "You receive this because you may decide about this access. The links are yours alone: do not forward this mail.",
    }
}

fn approved(about: &About, by: Option<&str>, what: &str) -> Draft {
    let who = by.map_or_else(|| "A rule".to_owned(), |name| line(name, NAME));
    let next = match about.start_at {
        Some(start) => format!("The access starts at {}. You will hear when it is ready.", moment(start)),
        None => "The access is being set up now. You will hear when it is ready, usually within a minute.".to_owned(),
    };
    Draft {
        subject: format!("Approved: {what}"),
        headline: format!("{who} approved your request for {what}."),
        paragraphs: vec![next],
        ..Draft::default()
    }
}

fn ended(reason: EndReason, detail: Option<&str>, evidence: &Evidence, what: &str) -> Draft {
    let why = reason_in_words(reason);
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

const fn reason_in_words(reason: EndReason) -> &'static str {
    match reason {
        EndReason::Deadline => "its time was up",
        EndReason::EndedByRequester => "given back",
        EndReason::Revoked => "taken away by an approver or admin",
        EndReason::Failed => "AWS could not give it",
        EndReason::Cancelled => "cancelled before it started",
        EndReason::UserDisabled => "the user was disabled",
        EndReason::Emergency => "emergency stop",
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

/// `Admin in payments-prod`, `Admin in payments-prod and 2 more`.
fn what(about: &About) -> String {
    let Some(first) = about.places.first() else { return "access".to_owned() };
    let one = format!("{} in {}", line(&first.permission_set, NAME), line(&first.account_name, NAME));
    match about.places.len() {
        0 | 1 => one,
        n => format!("{one} and {} more", n - 1),
    }
}

fn about_rows(about: &About, with_start: bool) -> Vec<Row> {
    let mut rows = vec![row("Asked by", line(&about.requester, 200))];
    rows.extend(about.beneficiary.as_ref().map(|b| row("For", line(b, 200))));
    rows.push(row("Access", places(&about.places)));
    rows.push(row(if about.extends { "How much longer" } else { "How long" }, duration(about.minutes)));
    if let (true, false, start) = (with_start, about.extends, about.start_at) {
        rows.push(row("From", start.map_or_else(|| "as soon as it is approved".to_owned(), moment)));
    }
    rows.push(row("Why", lines(&about.reason, TYPED)));
    rows.push(row("Ticket", about.ticket.as_ref().map_or_else(|| "none named".to_owned(), |t| line(t, 200))));
    rows
}

fn places(places: &[Place]) -> String {
    let mut shown: Vec<String> = places
        .iter()
        .take(LISTED)
        .map(|p| format!("{} in {} ({})", line(&p.permission_set, 200), line(&p.account_name, 200), p.account))
        .collect();
    if places.len() > LISTED {
        shown.push(format!("and {} more, see Curfew", places.len() - LISTED));
    }
    shown.join("\n")
}
