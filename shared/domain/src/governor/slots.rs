//! Places among the operations that AWS lets an organization have under way at once.

use crate::assignment::Work;

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
