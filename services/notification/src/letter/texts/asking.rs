//! Please decide; and what people ask and answer until then.

use domain::ApprovalId;
use jiff::Timestamp;

use super::super::words::{duration, line, lines, moment, time_of_day};
use super::super::{Button, Tone};
use super::{Draft, NAME, TYPED, Talk, row};
use crate::message::Occasion;

const FOOT: &str =
    "You receive this because you may decide about this access. The links are yours alone: do not forward this mail.";

/// To an approver. Links that decide lead to one approval; where there are several, the request's page has them all.
pub fn asked(
    talk: &Talk<'_>,
    approval: Option<ApprovalId>,
    decide_by: Timestamp,
    occasion: Occasion,
    in_place_of: &[String],
) -> Draft {
    let (what, who) = (&talk.what, &talk.who);
    let long = talk.about.map_or_else(String::new, |about| duration(about.minutes));
    let extends = talk.about.is_some_and(|about| about.extends);
    let wish = if extends { format!("{long} more of {what}") } else { format!("{what} for {long}") };
    let beneficiary = talk.about.and_then(|about| about.beneficiary.as_ref());
    let whom = beneficiary.map(|b| format!(" on behalf of {}", line(b, NAME))).unwrap_or_default();
    let until = time_of_day(decide_by);
    let ask = format!("{who} asks for {wish}");
    let (subject, now) = match occasion {
        Occasion::New => (format!("Decide by {until}: {ask}"), None),
        Occasion::Stage => (
            format!("Your turn, decide by {until}: {ask}"),
            Some("Those who were asked before you have agreed; now it is your turn."),
        ),
        Occasion::Reminder => (
            format!("Reminder, decide by {until}: {ask}"),
            Some("This is a reminder: the request still waits for you or for one of the others who were asked."),
        ),
        Occasion::Escalation => (
            format!("Escalated, decide by {until}: {ask}"),
            Some(
                "This was escalated to you: those who were asked first have not decided in time, and you may decide as well.",
            ),
        ),
        Occasion::Tightened => (
            format!("Another approval, decide by {until}: {ask}"),
            Some("The rules changed after it was asked for, and your approval is needed as well."),
        ),
    };
    let how = if approval.is_some() {
        "Each link opens a page that shows the request again and asks you to confirm."
    } else {
        "Several decisions about it wait for you; the request's page has them all."
    };
    let please = format!("Please decide by {}; after that the request lapses. {how}", moment(decide_by));
    let mut buttons: Vec<Button> = talk
        .links
        .decide
        .iter()
        .flat_map(|decide| {
            [
                Button { label: "Approve", url: decide.approve.clone(), tone: Tone::Yes },
                Button { label: "Reject", url: decide.reject.clone(), tone: Tone::No },
            ]
        })
        .collect();
    if buttons.is_empty() {
        buttons = talk.to_the_request("Open the request");
    }
    Draft {
        subject,
        headline: format!("{ask}{whom}."),
        paragraphs: now.map(str::to_owned).into_iter().chain(in_place(in_place_of)).chain([please]).collect(),
        rows: vec![row("Decide by", moment(decide_by))],
        buttons,
        foot: FOOT,
    }
}

/// Why it reaches somebody whom nobody named.
fn in_place(of: &[String]) -> Option<String> {
    let names: Vec<String> = of.iter().map(|name| line(name, NAME)).collect();
    (!names.is_empty()).then(|| format!("You are asked in place of {}, for whom you stand in.", names.join(" and ")))
}

/// To whom it is for.
pub fn asked_for_you(talk: &Talk<'_>) -> Draft {
    let (what, who) = (&talk.what, &talk.who);
    Draft {
        subject: format!("{who} asks for {what} on your behalf"),
        headline: format!("{who} asks for {what} on your behalf."),
        paragraphs: vec![
            "If it is granted, the access is yours, and what is done with it is done in your name. If you do not want it, give it back, or tell an approver or admin."
                .to_owned(),
        ],
        foot: "You receive this because the access is for you.",
        ..Draft::default()
    }
}

/// To those who were asked.
pub fn withdrawn(talk: &Talk<'_>) -> Draft {
    let (what, who) = (&talk.what, &talk.who);
    Draft {
        subject: format!("Nothing to decide: {who} withdrew the request for {what}"),
        headline: format!("{who} withdrew the request for {what}."),
        paragraphs: vec![
            "There is nothing left to decide; the links in the earlier mail no longer do anything.".to_owned(),
        ],
        foot: "You receive this because you were asked to decide.",
        ..Draft::default()
    }
}

/// To everybody who talks about it.
pub fn commented(talk: &Talk<'_>, by: &str, question: bool, text: &str) -> Draft {
    let (what, by) = (&talk.what, line(by, NAME));
    let (subject, headline, after) = if question {
        (
            format!("Question about {what}"),
            format!("{by} has a question about the request for {what}."),
            "The request stays open while it is answered; its time to be decided goes on.",
        )
    } else {
        (
            format!("Answer about {what}"),
            format!("{by} said something about the request for {what}."),
            "Whoever was asked to decide can do so as before.",
        )
    };
    Draft {
        subject,
        headline,
        paragraphs: vec![after.to_owned()],
        rows: vec![row("They say", lines(text, TYPED))],
        buttons: talk.to_the_request("Open the request"),
        foot: "You receive this because the access is yours to have, or yours to decide about.",
    }
}
