//! What those hear who watch over AWS: it is not as it should be.

use domain::drift::DriftKind;

use super::super::words::line;
use super::{Draft, NAME, row};

/// To admins.
pub fn found(kind: DriftKind, person: &str, account: &str, permission_set: &str, by: Option<&str>) -> Draft {
    let (person, account, set) = (line(person, NAME), line(account, NAME), line(permission_set, NAME));
    let what = format!("{set} in {account}");
    let (headline, then) = match kind {
        DriftKind::Overdue => {
            (format!("{person} still has {what}, though its time is over."), "Curfew goes on removing it.")
        }
        DriftKind::Orphaned => (
            format!("{person} has {what}, which Curfew gave and knows nothing of any more."),
            "So it is after a database was restored. Curfew removes it, unless there are unusually many.",
        ),
        DriftKind::Vanished => (
            format!("{person} lost {what}: it was removed outside Curfew."),
            "The access stands in Curfew until its time is over; it can be ended there and asked for again.",
        ),
        DriftKind::Foreign => (
            format!("{person} was given {what} outside Curfew."),
            "Curfew leaves it alone. Remove it in AWS, or acknowledge it in Curfew.",
        ),
    };
    let by = by.map(|by| row("Whose call it was", line(by, 200)));
    Draft {
        subject: format!("AWS is not as it should be: {what}"),
        headline,
        paragraphs: vec![then.to_owned()],
        rows: by.into_iter().collect(),
        foot: "You receive this because you are an admin of Curfew.",
        ..Draft::default()
    }
}

/// To those who oversee.
pub fn braked(orphans: u64, ours: u64) -> Draft {
    Draft {
        subject: format!("{orphans} orphans in AWS wait for an admin"),
        headline: format!("Curfew gave {orphans} accesses that it knows nothing of, and does not remove them yet."),
        paragraphs: vec![
            format!("It knows of {ours} besides, so these are unusually many. That may be a restored database, or a wrong one."),
            "Look at the drift in Curfew. When they shall go, an admin releases the brake. Deadlines, early ends and revocations go on as always."
                .to_owned(),
        ],
        foot: "You receive this because you are an admin or auditor of Curfew. It cannot be muted.",
        ..Draft::default()
    }
}
