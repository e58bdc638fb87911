//! What of the directory is being read, and how far that is.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;

use super::{Counted, Part, Stock, Sync, counts, stock, syncs};
use crate::{StoreError, Tx};

/// What there is to read of a part now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Which.
    pub part: Part,
    /// Whether it has begun, rather than waits for its turn.
    pub begun: bool,
    /// Since when somebody wants it, where it is not merely due.
    pub wanted_at: Option<Timestamp>,
    /// How many were read.
    pub done: i64,
    /// Of how many; of a list, of as many as there were the last time. Nothing before the first time.
    pub of: Option<i64>,
}

/// How the directory stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// How the reading of each part went.
    pub syncs: Vec<Sync>,
    /// How much is known of each.
    pub counts: Vec<Counted>,
    /// What of it is being read, or waits for it.
    pub progress: Vec<Progress>,
}

impl Standing {
    /// The same for comparing it with itself later: without what only those who read go by.
    #[must_use]
    pub fn told(mut self) -> Self {
        for sync in &mut self.syncs {
            (sync.claimed_until, sync.begun_at, sync.rest_until) = (None, None, None);
        }
        self
    }
}

/// How the directory stands.
///
/// # Errors
/// When Postgres is away.
pub async fn standing(connection: &mut PgConnection, now: Timestamp) -> Result<Standing, StoreError> {
    let syncs = syncs(connection).await?;
    let counts = counts(connection).await?;
    let stock = stock(connection).await?;
    let there = |part: Part| counts.iter().find(|count| count.part == part).map_or(0, |count| count.there);
    let progress = syncs.iter().filter_map(|sync| progress(sync, &stock, there(sync.part), now)).collect();
    Ok(Standing { syncs, counts, progress })
}

/// Wants these parts to be read anew, now. Asked again meanwhile, they are read once more after that.
///
/// # Errors
/// When Postgres is away.
pub async fn want(tx: &mut Tx, parts: &[Part]) -> Result<(), StoreError> {
    let now = tx.now().to_sqlx();
    sqlx::query("UPDATE directory_syncs SET wanted_at = $2, failures = 0, failed_at = NULL WHERE part = ANY($1)")
        .bind(parts.iter().map(|part| part.as_str()).collect::<Vec<_>>())
        .bind(now)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Nothing where nothing is to be read: a list that is not due, or a rotation whose pieces are only looked at in turn.
fn progress(sync: &Sync, stock: &Stock, there: i64, now: Timestamp) -> Option<Progress> {
    let claimed = sync.claimed_until.is_some_and(|until| until > now);
    let told = |begun, done, of| Some(Progress { part: sync.part, begun, wanted_at: sync.wanted_at, done, of });
    match stock.of(sync.part) {
        Some((0, _)) if sync.succeeded_at.is_none() => told(false, 0, None),
        Some((pieces, unread)) if unread > 0 => {
            // Between two batches nobody holds it for a moment.
            let since_wanted = |at: Timestamp| sync.wanted_at.is_none_or(|wanted| at >= wanted);
            let begun = claimed || sync.error.is_none() && sync.begun_at.is_some_and(since_wanted);
            told(begun, pieces - unread, Some(pieces))
        }
        Some(_) => None,
        None if claimed => told(true, sync.read_so_far, (there > 0).then_some(there)),
        None if sync.wanted_at.is_some() || sync.succeeded_at.is_none() => told(false, 0, (there > 0).then_some(there)),
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn at(second: i64) -> Option<Timestamp> {
        Some(Timestamp::from_second(second).unwrap())
    }

    fn read(part: Part) -> Sync {
        Sync {
            part,
            succeeded_at: at(-60),
            failed_at: None,
            error: None,
            failures: 0,
            rest_until: None,
            claimed_until: None,
            accept_until: None,
            wanted_at: None,
            begun_at: at(-61),
            read_so_far: 0,
        }
    }

    fn told(sync: &Sync, unread: i64, there: i64) -> Option<(bool, i64, Option<i64>)> {
        let stock = Stock {
            groups: 0,
            groups_unread: 0,
            users: 0,
            users_unread: 0,
            accounts: 100,
            accounts_unread: unread,
            permission_sets: 0,
            permission_sets_unread: 0,
        };
        progress(sync, &stock, there, NOW).map(|told| (told.begun, told.done, told.of))
    }

    #[test]
    fn a_list_tells_how_much_was_read_of_what_there_was() {
        let users = read(Part::Users);
        assert_eq!(told(&users, 0, 80), None, "it is not due");
        let wanted = Sync { wanted_at: at(-1), ..users.clone() };
        assert_eq!(told(&wanted, 0, 80), Some((false, 0, Some(80))));
        let reading = Sync { claimed_until: at(20), read_so_far: 30, ..wanted.clone() };
        assert_eq!(told(&reading, 0, 80), Some((true, 30, Some(80))));
        let lapsed = Sync { claimed_until: at(-1), ..reading.clone() };
        assert_eq!(told(&lapsed, 0, 80), Some((false, 0, Some(80))), "whoever read it is gone");
        let first = Sync { succeeded_at: None, wanted_at: None, ..reading };
        assert_eq!(told(&first, 0, 0), Some((true, 30, None)), "nobody knows how many there are");
    }

    #[test]
    fn a_rotation_tells_how_many_pieces_are_left_while_there_are_any_to_hurry_for() {
        let tags = read(Part::AccountTags);
        assert_eq!(told(&Sync { claimed_until: at(20), ..tags.clone() }, 0, 100), None, "a piece now and then");
        let wanted = Sync { wanted_at: at(-1), ..tags.clone() };
        assert_eq!(told(&wanted, 100, 100), Some((false, 0, Some(100))));
        let begun = Sync { begun_at: at(0), ..wanted.clone() };
        assert_eq!(told(&begun, 40, 100), Some((true, 60, Some(100))));
        let failing = Sync { error: Some("denied".to_owned()), ..begun };
        assert_eq!(told(&failing, 40, 100), Some((false, 60, Some(100))));
        assert_eq!(told(&wanted, 0, 100), None);
    }

    #[test]
    fn a_rotation_whose_pieces_are_not_known_yet_waits() {
        let first = Sync { succeeded_at: None, ..read(Part::PermissionSetContents) };
        assert_eq!(told(&first, 0, 0), Some((false, 0, None)));
    }
}
