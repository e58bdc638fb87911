//! What those hear who run Curfew: alarms, emergencies, people who left, and what is parked.

use jiff::Timestamp;

use super::super::words::{line, lines, moment};
use super::{Draft, NAME, TYPED, Talk, row};

const OVERSEER: &str = "You receive this because you are an admin or auditor of Curfew.";
const ADMIN: &str = "You receive this because you are an admin of Curfew.";
const ALARMED: &str = "You receive this because you are an admin or auditor, because the account is yours, or because you decide about such access. It cannot be muted.";

/// `45 seconds`, `10 minutes`, `3 hours`.
fn long(seconds: i64) -> String {
    let (count, unit) = match seconds {
        ..60 => (seconds, "second"),
        60..3600 => (seconds / 60, "minute"),
        _ => (seconds / 3600, "hour"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

fn counted(count: i64, one: &str, more: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {more}") }
}

/// The alarm.
pub fn overdue(talk: &Talk<'_>, since: Timestamp, overdue_s: i64, tries: i32, last_error: Option<&str>) -> Draft {
    let (what, long) = (&talk.what, long(overdue_s));
    let who = talk.about.map_or_else(String::new, |a| line(a.beneficiary.as_ref().unwrap_or(&a.requester), NAME));
    Draft {
        subject: format!("OVERDUE for {long}: {who} still has {what}"),
        headline: format!("{who} should have lost {what} {long} ago, and Curfew has not seen it gone."),
        paragraphs: vec![
            "Curfew goes on trying for ever. If AWS refuses it, somebody with rights in Identity Center has to take the assignment away."
                .to_owned(),
        ],
        rows: [row("Should be gone since", moment(since)), row("Tries", tries.to_string())]
            .into_iter()
            .chain(last_error.map(|error| row("AWS said", line(error, 400))))
            .collect(),
        buttons: talk.to_the_request("Open the request"),
        foot: ALARMED,
    }
}

/// It is gone after all.
pub fn overdue_cleared(talk: &Talk<'_>, overdue_s: i64) -> Draft {
    let (what, long) = (&talk.what, long(overdue_s));
    Draft {
        subject: format!("Gone after {long}: {what}"),
        headline: format!("The overdue access is gone: {what}."),
        paragraphs: vec![format!("It was removed {long} after it should have been.")],
        buttons: talk.to_the_request("Open the request"),
        foot: OVERSEER,
        ..Draft::default()
    }
}

/// Somebody left.
pub fn leaver(person: &str, gone: bool, grants: usize) -> Draft {
    let person = line(person, NAME);
    let how = if gone { "is gone from Identity Center" } else { "is disabled in Identity Center" };
    let ended = counted(i64::try_from(grants).unwrap_or(i64::MAX), "access is", "accesses are");
    Draft {
        subject: format!("{person} {how}: {ended} ended"),
        headline: format!("{person} {how}, and {ended} ended."),
        paragraphs: vec!["What has begun is being removed from AWS, and what was to come is cancelled.".to_owned()],
        foot: ADMIN,
        ..Draft::default()
    }
}

/// To the other admins.
pub fn emergency_proposed(by: &str, does: &str, reason: &str) -> Draft {
    let (by, does) = (line(by, NAME), line(does, 200));
    Draft {
        subject: format!("EMERGENCY: {by} asks a second admin"),
        headline: format!("{by} asks for an emergency that {does}, and a second admin has to agree."),
        paragraphs: vec!["Nothing has happened yet.".to_owned()],
        rows: vec![row("Why", lines(reason, TYPED))],
        foot: ADMIN,
        ..Draft::default()
    }
}

/// To all who oversee.
pub fn emergency_declared(by: &str, does: &str, reason: &str, alone: bool) -> Draft {
    let (by, does) = (line(by, NAME), line(does, 200));
    let mut paragraphs = vec!["It is in force. Curfew's page on emergencies shows how far it is.".to_owned()];
    if alone {
        paragraphs.push("Two admins should stand behind it, and there is only one.".to_owned());
    }
    Draft {
        subject: format!("EMERGENCY by {by}: it {does}"),
        headline: format!("{by} declared an emergency that {does}."),
        paragraphs,
        rows: vec![row("Why", lines(reason, TYPED))],
        foot: OVERSEER,
        ..Draft::default()
    }
}

/// To all who oversee.
pub fn emergency_finished(grants: i64, requests: i64) -> Draft {
    let ended = counted(grants, "access was", "accesses were");
    let closed = counted(requests, "undecided request was", "undecided requests were");
    Draft {
        subject: format!("Emergency: {ended} ended"),
        headline: format!("Everything that the emergency is about has been ended: {ended} ended, {closed} closed."),
        paragraphs: vec!["What AWS still shows is being removed, and alarms tell what takes long.".to_owned()],
        foot: OVERSEER,
        ..Draft::default()
    }
}

/// To admins.
pub fn parked(what: &str, count: i64, why: &str) -> Draft {
    let (what, why) = (line(what, NAME), line(why, 400));
    let parked = if count == 1 { format!("{what} is parked") } else { format!("{what}: {count} are parked") };
    Draft {
        subject: format!("Parked: {parked}"),
        headline: format!("Something in Curfew cannot go on by itself: {parked}."),
        paragraphs: vec!["Nothing is lost. The list of what is parked says why, and lets you try it again.".to_owned()],
        rows: vec![row("The first of it", why)],
        foot: ADMIN,
        ..Draft::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_said_in_their_largest_unit() {
        let table = [(45, "45 seconds"), (60, "1 minute"), (600, "10 minutes"), (3600, "1 hour"), (7300, "2 hours")];
        for (seconds, said) in table {
            assert_eq!(long(seconds), said);
        }
    }
}
