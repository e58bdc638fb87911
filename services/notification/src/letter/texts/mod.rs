//! Every word that a mail says, in English; another language is another folder like this one.

mod access;
mod asking;
mod outcome;
mod oversight;

use super::words::{duration, line, lines, moment};
use super::{Button, Letter, Links, Row, Tone};
use crate::message::{About, Message, News, Place};

/// The longest name in a subject or sentence.
const NAME: usize = 48;
/// The longest text that people typed.
const TYPED: usize = 4_000;
/// How many places a mail lists.
const LISTED: usize = 20;

/// A mail in the making; what is left empty is as usual.
#[derive(Default)]
struct Draft {
    subject: String,
    headline: String,
    paragraphs: Vec<String>,
    rows: Vec<Row>,
    buttons: Vec<Button>,
    foot: &'static str,
}

/// What most mails speak of.
struct Talk<'a> {
    about: Option<&'a About>,
    links: &'a Links,
    /// `Admin in payments-prod and 2 more`.
    what: String,
    /// Who asked.
    who: String,
    /// Whether it reaches somebody for whom another person asked.
    for_you: bool,
}

/// The mail in words.
#[must_use]
pub fn letter(message: &Message, links: &Links) -> Letter {
    let about = message.about.as_ref();
    let talk = Talk {
        about,
        links,
        what: about.map_or_else(|| "access".to_owned(), what),
        who: about.map_or_else(String::new, |about| line(&about.requester, NAME)),
        for_you: message.for_you,
    };
    let draft = draft(&talk, &message.news);
    let mut rows = draft.rows;
    if let Some(about) = about {
        rows.extend(about_rows(about, matches!(message.news, News::Asked { .. } | News::AskedForYou)));
    }
    let mut buttons = draft.buttons;
    if buttons.is_empty() {
        buttons.push(Button { label: "Open Curfew", url: format!("{}/", links.portal), tone: Tone::Plain });
    }
    let usual = "You receive this because you asked for this access, or because it is for you.";
    let foot = if draft.foot.is_empty() { usual } else { draft.foot };
    Letter {
        subject: format!("[Curfew] {}", draft.subject),
        headline: draft.headline,
        paragraphs: draft.paragraphs,
        rows,
        buttons,
        foot: about.map_or_else(|| foot.to_owned(), |about| format!("{foot} Request {}.", about.request)),
    }
}

fn draft(talk: &Talk<'_>, news: &News) -> Draft {
    match news {
        News::Asked { approval, decide_by, occasion, in_place_of } => {
            asking::asked(talk, *approval, *decide_by, *occasion, in_place_of)
        }
        News::AskedForYou => asking::asked_for_you(talk),
        News::Withdrawn => asking::withdrawn(talk),
        News::Commented { by, question, text } => asking::commented(talk, by, *question, text),
        News::Approved { by, without } => outcome::approved(talk, by.as_deref(), without),
        News::Partly { approved } => outcome::partly(talk, *approved),
        News::Rejected { by, comment } => outcome::rejected(talk, by, comment.as_deref()),
        News::TimedOut => outcome::timed_out(talk),
        News::Postponed { start_at } => access::postponed(talk, *start_at),
        News::Ready { deadline_at } => access::ready(talk, *deadline_at),
        News::Extended { from, deadline_at } => access::extended(talk, *from, *deadline_at),
        News::Ended { reason, detail, evidence } => access::ended(talk, *reason, detail.as_deref(), evidence),
        News::Failed { detail, evidence } => access::failed(talk, detail.as_deref(), evidence),
        News::SessionsNotCut { until, why } => oversight::sessions_not_cut(talk, *until, why),
        News::BreakGlass { rule } => oversight::break_glass(talk, rule),
        News::ReviewDue { break_glass, due_at, .. } => oversight::review_due(talk, *break_glass, *due_at),
        News::ReviewOverdue { break_glass, owed, .. } => oversight::review_overdue(talk, *break_glass, *owed),
        News::Reviewed { by, concern, comment } => oversight::reviewed(talk, by, *concern, comment.as_deref()),
        News::Delegated { from, to, starts_at, ends_at, reason } => {
            oversight::delegated(from, to, *starts_at, *ends_at, reason.as_deref())
        }
        News::DelegationEnded { from, to } => oversight::delegation_ended(from, to),
        News::ChangeProposed { by, edits, reason, .. } => oversight::change_proposed(by, *edits, reason.as_deref()),
        News::ChangeDecided { by, applied, overtaken, .. } => oversight::change_decided(by, *applied, *overtaken),
        News::ChangedAlone { by, edits, .. } => oversight::changed_alone(by, *edits),
        News::Matched { what, name, accounts, permission_sets } => {
            oversight::matched(what, name, accounts, permission_sets)
        }
    }
}

impl Talk<'_> {
    /// `your request for Admin in payments-prod`, or whose it was where another person asked.
    fn request(&self) -> String {
        if self.for_you {
            format!("{}'s request for you, {}", self.who, self.what)
        } else {
            format!("your request for {}", self.what)
        }
    }

    /// The way to the request's own page.
    fn to_the_request(&self, label: &'static str) -> Vec<Button> {
        let button = |about: &About| Button {
            label,
            url: format!("{}/requests/{}", self.links.portal, about.request),
            tone: Tone::Plain,
        };
        self.about.map(button).into_iter().collect()
    }
}

const fn row(label: &'static str, value: String) -> Row {
    Row { label, value }
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
    rows.extend(about.severity.as_ref().map(|severity| row("Severity", line(severity, 64))));
    if about.break_glass {
        rows.push(row("Break-glass", "yes: nobody was asked".to_owned()));
    }
    let long = match about.asked_minutes {
        Some(asked) => format!("{} ({} were asked for)", duration(about.minutes), duration(asked)),
        None => duration(about.minutes),
    };
    rows.push(row(if about.extends { "How much longer" } else { "How long" }, long));
    if with_start && !about.extends {
        rows.push(row("From", about.start_at.map_or_else(|| "as soon as it is approved".to_owned(), moment)));
    }
    rows.push(row("Why", lines(&about.reason, TYPED)));
    rows.push(row("Ticket", about.ticket.as_ref().map_or_else(|| "none named".to_owned(), |t| line(t, 200))));
    rows
}

fn places(places: &[Place]) -> String {
    let shown =
        |p: &Place| format!("{} in {} ({})", line(&p.permission_set, 200), line(&p.account_name, 200), p.account);
    listed(places.iter().map(shown).collect())
}

fn listed(all: Vec<String>) -> String {
    let more = all.len().saturating_sub(LISTED);
    let mut shown: Vec<String> = all.into_iter().take(LISTED).collect();
    if more > 0 {
        shown.push(format!("and {more} more, see Curfew"));
    }
    shown.join("\n")
}
