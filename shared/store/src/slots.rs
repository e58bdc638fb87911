//! Places among the operations that AWS lets an organization have under way at once.
//!
//! A place is a number in the row of the assignment that it is taken for: it is taken with the lease, kept by the
//! attempt across crashes, and free with the commit that ends the attempt. So no process can lose one.

use domain::AssignmentId;
use domain::assignment::Work;
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{StoreError, Tx};

/// An operation of which nothing was heard for so long is not under way any more.
pub(crate) const KEPT: SignedDuration = SignedDuration::from_mins(10);
/// Serialises those who take places: whoever waits for it holds only rows that no holder waits for.
const TAKING: i64 = 0x6375_7266_6577_0001;

/// How many operations may be under way, and whose they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slots {
    /// How many at once; 0 is no limit, for a stand-in.
    pub outstanding: u16,
    /// Whether deletions count as well.
    pub covers_delete: bool,
    /// How many of them are for creations while both wait.
    pub reserved: u16,
    /// Whether one permission set has one operation at a time in one account.
    pub one_at_a_time: bool,
}

impl Slots {
    /// No limits.
    #[must_use]
    pub const fn unlimited() -> Self {
        Self { outstanding: 0, covers_delete: true, reserved: 0, one_at_a_time: false }
    }

    /// Whether this work needs a place before its call.
    #[must_use]
    pub const fn cover(&self, work: Work) -> bool {
        self.outstanding > 0
            && match work {
                Work::Create => true,
                Work::Delete => self.covers_delete,
                Work::None | Work::Watch => false,
            }
    }
}

/// The places as they stand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// The numbers in use, and whether each is for a creation.
    pub taken: Vec<(i16, bool)>,
    /// How many fewer there are just now, since AWS refused more.
    pub cut: u16,
    /// Whether the other kind waits for places.
    pub other_waits: bool,
}

/// The numbers that this work may take now.
#[must_use]
pub fn free(slots: &Slots, standing: &Standing, work: Work) -> Vec<i16> {
    let total = slots.outstanding.saturating_sub(standing.cut).max(slots.outstanding.min(1));
    let creations = standing.taken.iter().filter(|(_, creates)| *creates).count();
    let reserved = usize::from(slots.reserved.min(total)).saturating_sub(creations);
    let room = usize::from(total).saturating_sub(standing.taken.len());
    let room = match work {
        Work::Create if standing.other_waits => room.min(reserved),
        Work::Delete if standing.other_waits => room.saturating_sub(reserved),
        Work::None | Work::Create | Work::Delete | Work::Watch => room,
    };
    let numbers = 1..=i16::try_from(slots.outstanding).unwrap_or(i16::MAX);
    numbers.filter(|number| standing.taken.iter().all(|(taken, _)| taken != number)).take(room).collect()
}

/// Holds everybody else who takes places off until the transaction ends, and says what is free. Before it, whatever
/// the transaction has to wait for is locked: after it, it takes only what nobody holds.
pub(crate) async fn look(tx: &mut Tx, slots: &Slots, work: Work) -> Result<Vec<i16>, StoreError> {
    sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(TAKING).execute(tx.connection()).await?;
    let now = tx.now().to_sqlx();
    sqlx::query(
        "UPDATE assignments SET slot = NULL, slot_until = NULL \
         WHERE id IN (SELECT id FROM assignments WHERE slot IS NOT NULL AND slot_until <= $1 FOR UPDATE SKIP LOCKED)",
    )
    .bind(now)
    .execute(tx.connection())
    .await?;
    let standing = standing(tx.connection(), work, now).await?;
    Ok(free(slots, &standing, work))
}

async fn standing(
    connection: &mut PgConnection,
    work: Work,
    now: jiff_sqlx::Timestamp,
) -> Result<Standing, StoreError> {
    let other = if work == Work::Create { Work::Delete } else { Work::Create };
    let (other_waits, cut): (bool, f64) = sqlx::query_as(
        "SELECT EXISTS (SELECT 1 FROM assignments WHERE work = $1 AND due_at <= $2 AND slot IS NULL \
                 AND (leased_until IS NULL OR leased_until <= $2) AND first_absent_at IS NULL \
                 AND NOT (work = 'delete' AND (state = 'absent' OR origin IS NOT DISTINCT FROM 'pre_existing'))), \
             (SELECT GREATEST(slots_cut - EXTRACT(EPOCH FROM clock_timestamp() - slots_cut_at)::float8 / 4, 0) FROM governor)",
    )
    .bind(other.as_str())
    .bind(now)
    .fetch_one(&mut *connection)
    .await?;
    let taken: Vec<(i16, bool)> =
        sqlx::query_as("SELECT slot, work = 'create' FROM assignments WHERE slot IS NOT NULL")
            .fetch_all(connection)
            .await?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small count that is not negative")]
    let cut = cut.ceil() as u16;
    Ok(Standing { taken, cut, other_waits })
}

/// Frees the place of an operation that is over, before what it did is read back: others need not wait for that.
///
/// # Errors
/// When Postgres is away.
pub async fn release(connection: &mut PgConnection, id: AssignmentId, lease: Uuid) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE assignments SET slot = NULL, slot_until = NULL WHERE id = $1 AND lease_token = $2 AND slot IS NOT NULL",
    )
    .bind(id.uuid())
    .bind(lease)
    .execute(connection)
    .await?;
    Ok(())
}

/// How many places are in use: (by creations, by others).
///
/// # Errors
/// When Postgres is away.
pub async fn in_use(connection: &mut PgConnection) -> Result<(i64, i64), StoreError> {
    Ok(sqlx::query_as(
        "SELECT count(*) FILTER (WHERE work = 'create'), count(*) FILTER (WHERE work <> 'create') \
         FROM assignments WHERE slot IS NOT NULL",
    )
    .fetch_one(connection)
    .await?)
}

/// Whether somebody who found nothing to take shall look again soon: there is due work that waits for a place.
pub(crate) fn look_again(slots: &Slots, work: Work, due: Timestamp, now: Timestamp) -> Timestamp {
    const WAIT: SignedDuration = SignedDuration::from_millis(30);
    if due <= now && slots.cover(work) { now + WAIT } else { due }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEN: Slots = Slots { outstanding: 10, covers_delete: true, reserved: 2, one_at_a_time: true };

    fn standing(creations: i16, deletions: i16, other_waits: bool) -> Standing {
        let taken = (1..=creations).map(|n| (n, true)).chain((1..=deletions).map(|n| (creations + n, false))).collect();
        Standing { taken, cut: 0, other_waits }
    }

    #[test]
    fn each_kind_has_all_places_while_the_other_wants_none() {
        for work in [Work::Create, Work::Delete] {
            assert_eq!(free(&TEN, &standing(0, 0, false), work), (1..=10).collect::<Vec<_>>());
            assert_eq!(free(&TEN, &standing(3, 4, false), work), [8, 9, 10]);
            assert!(free(&TEN, &standing(4, 6, false), work).is_empty());
        }
    }

    #[test]
    fn deletions_leave_creations_their_share_and_no_more() {
        let table = [((0, 0), 8), ((0, 8), 0), ((1, 7), 1), ((2, 7), 1), ((2, 8), 0), ((5, 2), 3)];
        for ((creations, deletions), expected) in table {
            let found = free(&TEN, &standing(creations, deletions, true), Work::Delete).len();
            assert_eq!(found, expected, "{creations} creations, {deletions} deletions");
        }
    }

    #[test]
    fn creations_keep_to_their_share_while_deletions_wait() {
        let table = [((0, 0), 2), ((1, 8), 1), ((2, 5), 0), ((0, 9), 1), ((4, 0), 0)];
        for ((creations, deletions), expected) in table {
            let found = free(&TEN, &standing(creations, deletions, true), Work::Create).len();
            assert_eq!(found, expected, "{creations} creations, {deletions} deletions");
        }
    }

    #[test]
    fn what_aws_refused_is_left_out_but_never_all_of_it() {
        let cut = |cut| Standing { cut, ..standing(0, 3, false) };
        assert_eq!(free(&TEN, &cut(4), Work::Delete).len(), 3);
        assert_eq!(free(&TEN, &Standing { cut: 40, ..Standing::default() }, Work::Delete).len(), 1);
    }

    #[test]
    fn deletions_need_no_place_where_aws_does_not_count_them() {
        let slots = Slots { covers_delete: false, ..TEN };
        assert!(slots.cover(Work::Create) && !slots.cover(Work::Delete) && TEN.cover(Work::Delete));
        assert!(!Slots::unlimited().cover(Work::Create) && !TEN.cover(Work::Watch));
    }
}
