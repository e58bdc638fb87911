//! The alarm, and what those hear who watch over rules and over each other.

use jiff::Timestamp;

use super::super::words::{duration, line, lines, moment};
use super::{Draft, NAME, TYPED, Talk, listed, row};

const ADMIN: &str = "You receive this because you are an admin of Curfew.";
const REVIEWER: &str = "You receive this because you may review this access.";

/// The alarm.
pub fn break_glass(talk: &Talk<'_>, rule: &str) -> Draft {
    let whose =
        talk.about.map_or_else(String::new, |about| line(about.beneficiary.as_ref().unwrap_or(&about.requester), NAME));
    let long = talk.about.map_or_else(String::new, |about| duration(about.minutes));
    Draft {
        subject: format!("BREAK-GLASS: {whose} took {} for {long}", talk.what),
        headline: format!("BREAK-GLASS: {whose} took {} for {long}, and nobody was asked.", talk.what),
        paragraphs: vec![
            "The access is being set up now. If this is not right, an admin can revoke it in Curfew at once."
                .to_owned(),
            "A second person owes it a review.".to_owned(),
        ],
        rows: vec![row("By the rule", line(rule, 200))],
        buttons: talk.to_the_request("Open the request"),
        foot: "You receive this because you are an admin or auditor, because the account is yours, or because you would have been asked. It cannot be muted.",
    }
}

/// To those who oversee.
pub fn sessions_not_cut(talk: &Talk<'_>, until: Timestamp, why: &str) -> Draft {
    let what = &talk.what;
    Draft {
        subject: format!("Sessions not cut: {what}"),
        headline: format!("The access is gone, but sessions from before could not be cut: {what}."),
        paragraphs: vec![
            format!("Nobody can open new ones. Credentials from before may work until {}.", moment(until)),
            "Curfew goes on trying until then.".to_owned(),
        ],
        rows: vec![row("Because", line(why, 300))],
        buttons: talk.to_the_request("Open the request"),
        foot: "You receive this because you are an admin or auditor of Curfew.",
    }
}

fn took(break_glass: bool) -> &'static str {
    if break_glass { "taken by break-glass" } else { "approved without asking anybody" }
}

/// To a reviewer.
pub fn review_due(talk: &Talk<'_>, break_glass: bool, due_at: Timestamp) -> Draft {
    let (what, took) = (&talk.what, took(break_glass));
    let word = if break_glass { "Review this break-glass" } else { "Review" };
    Draft {
        subject: format!("{word}: {what}"),
        headline: format!("Access was {took}, and one of you owes it a look: {what}."),
        paragraphs: vec![format!(
            "Please look at what it was for and what was done with it, by {}. One person is enough, and it is never the one who had it.",
            moment(due_at)
        )],
        rows: vec![row("Review by", moment(due_at))],
        buttons: talk.to_the_request("Open the request"),
        foot: REVIEWER,
    }
}

/// To reviewers and admins, and to those whose access it is about.
pub fn review_overdue(talk: &Talk<'_>, break_glass: bool, owed: bool) -> Draft {
    let (what, took) = (&talk.what, took(break_glass));
    let after = match (owed, break_glass) {
        (true, true) => "Until somebody has looked, your next break-glass is refused. Ask one of the reviewers.",
        (true, false) => "There is nothing for you to do but to ask one of the reviewers.",
        (false, true) => "Until somebody has looked, this person's next break-glass is refused.",
        (false, false) => "Please look at what it was for and what was done with it.",
    };
    Draft {
        subject: format!("Review overdue: {what}"),
        headline: format!("Access was {took}, and nobody has looked at it in time: {what}."),
        paragraphs: vec![after.to_owned()],
        buttons: talk.to_the_request("Open the request"),
        foot: if owed { "" } else { REVIEWER },
        ..Draft::default()
    }
}

/// Somebody looked.
pub fn reviewed(talk: &Talk<'_>, by: &str, concern: bool, comment: Option<&str>) -> Draft {
    let (what, by) = (&talk.what, line(by, NAME));
    let (subject, headline) = if concern {
        (format!("Reviewed with a concern: {what}"), format!("{by} reviewed the access and has a concern: {what}."))
    } else {
        (format!("Reviewed: {what}"), format!("{by} reviewed the access and has no concern: {what}."))
    };
    Draft {
        subject,
        headline,
        paragraphs: vec!["The review is kept with the request.".to_owned()],
        rows: comment.iter().map(|c| row("They say", lines(c, TYPED))).collect(),
        foot: "You receive this because it is about access that you asked for or had, or because you oversee it.",
        ..Draft::default()
    }
}

/// To both.
pub fn delegated(from: &str, to: &str, starts_at: Timestamp, ends_at: Timestamp, reason: Option<&str>) -> Draft {
    let (from, to) = (line(from, NAME), line(to, NAME));
    Draft {
        subject: format!("{to} stands in for {from} until {}", moment(ends_at)),
        headline: format!("{to} may decide in place of {from}."),
        paragraphs: vec![
            "It counts where the approval policy allows it. The two count as one person, and neither decides about the other's requests."
                .to_owned(),
        ],
        rows: [row("From", moment(starts_at)), row("Until", moment(ends_at))]
            .into_iter()
            .chain(reason.map(|r| row("Why", lines(r, TYPED))))
            .collect(),
        foot: "You receive this because you stand in for somebody, or somebody stands in for you. If you did not expect it, end it in Curfew.",
        ..Draft::default()
    }
}

/// To both.
pub fn delegation_ended(from: &str, to: &str) -> Draft {
    let (from, to) = (line(from, NAME), line(to, NAME));
    Draft {
        subject: format!("{to} no longer stands in for {from}"),
        headline: format!("{to} no longer decides in place of {from}."),
        paragraphs: vec!["What was decided until now stands.".to_owned()],
        foot: "You receive this because you stood in for somebody, or somebody stood in for you.",
        ..Draft::default()
    }
}

/// To the other admins.
pub fn change_proposed(by: &str, edits: i32, reason: Option<&str>) -> Draft {
    let by = line(by, NAME);
    Draft {
        subject: format!("{by} wants to change the rules"),
        headline: format!("{by} wants to change the rules, and a second admin has to agree."),
        paragraphs: vec![
            "Nothing has changed yet. Curfew shows what would, and whose access it would make easier to get."
                .to_owned(),
        ],
        rows: [row("Documents", edits.to_string())]
            .into_iter()
            .chain(reason.map(|r| row("Why", lines(r, TYPED))))
            .collect(),
        foot: ADMIN,
        ..Draft::default()
    }
}

/// To whoever proposed it.
pub fn change_decided(by: &str, applied: bool, overtaken: bool) -> Draft {
    let by = line(by, NAME);
    let (word, headline, after) = match (applied, overtaken) {
        (true, _) => ("applied", format!("{by} applied your change of the rules."), "It is in force."),
        (false, true) => (
            "overtaken",
            "What your change of the rules is about was changed by somebody else first.".to_owned(),
            "It was not applied. If it is still wanted, propose it again as the rules are now.",
        ),
        (false, false) => ("refused", format!("{by} refused your change of the rules."), "The rules are as they were."),
    };
    Draft {
        subject: format!("Your change of the rules was {word}"),
        headline,
        paragraphs: vec![after.to_owned()],
        foot: "You receive this because you proposed the change.",
        ..Draft::default()
    }
}

/// To those who oversee.
pub fn changed_alone(by: &str, edits: i32) -> Draft {
    let by = line(by, NAME);
    Draft {
        subject: format!("{by} changed the rules alone"),
        headline: format!("{by} changed the rules, and there was no second admin to agree."),
        paragraphs: vec![
            "Such a change needs two admins, and there is only one. It is in force, and kept among the changes."
                .to_owned(),
        ],
        rows: vec![row("Documents", edits.to_string())],
        foot: "You receive this because you are an admin or auditor of Curfew.",
        ..Draft::default()
    }
}

/// To admins.
pub fn matched(what: &str, name: &str, accounts: &[String], permission_sets: &[String]) -> Draft {
    let name = line(name, NAME);
    let shown = |all: &[String]| listed(all.iter().map(|one| line(one, 200)).collect());
    let mut rows = Vec::new();
    if !accounts.is_empty() {
        rows.push(row("New accounts", shown(accounts)));
    }
    if !permission_sets.is_empty() {
        rows.push(row("New permission sets", shown(permission_sets)));
    }
    Draft {
        subject: format!("The {what} {name} reaches further"),
        headline: format!("The {what} {name} reaches further than before, though nobody changed it."),
        paragraphs: vec![
            "A tag, a name or a unit in AWS changed, and it matches more now. If that is not meant, change it there or here."
                .to_owned(),
        ],
        rows,
        foot: ADMIN,
        ..Draft::default()
    }
}
