//! What is remembered, in the order in which it ends. Pure.

use jiff::Timestamp;
use store::held::Held;

/// Assignments of ours with the ends of their last grants, as they were at the last answer.
#[derive(Debug, Default)]
pub(super) struct Memory {
    held: Vec<Held>,
    rank: u32,
    is_known: bool,
}

impl Memory {
    /// Takes the place of all that was remembered.
    pub(super) fn learn(&mut self, mut held: Vec<Held>, rank: u32) {
        held.sort_by_key(|held| (held.until, held.id));
        *self = Self { held, rank, is_known: true };
    }

    /// What has ended by then, the longest ended first.
    pub(super) fn due(&self, until: Timestamp) -> impl Iterator<Item = &Held> {
        self.held.iter().take_while(move |held| held.until <= until)
    }

    /// How many instances act before this one.
    pub(super) const fn rank(&self) -> u32 {
        self.rank
    }

    /// How many are remembered; `None` when nothing was ever read.
    pub(super) fn len(&self) -> Option<usize> {
        self.is_known.then_some(self.held.len())
    }
}

#[cfg(test)]
mod tests {
    use domain::{AccountId, AssignmentId, PermissionSetArn, Tuple, UserId};

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_772_442_000 + second).unwrap()
    }

    fn held(id: u128, until: i64) -> Held {
        Held {
            id: AssignmentId(uuid::Uuid::from_u128(id)),
            generation: 1,
            tuple: Tuple {
                principal: UserId::parse("906768ae6b-0f1c2d3e-4b5a-4968-8776-655443322110").unwrap(),
                account: AccountId::parse("111122223333").unwrap(),
                permission_set: PermissionSetArn::parse(
                    "arn:aws:sso:::permissionSet/ssoins-7223ab09c8d1e2f3/ps-0123456789abcdef",
                )
                .unwrap(),
            },
            until: at(until),
            create_unresolved: false,
        }
    }

    #[test]
    fn what_has_ended_is_due_and_nothing_else_the_longest_ended_first() {
        let mut memory = Memory::default();
        assert_eq!((memory.len(), memory.due(at(1000)).count()), (None, 0));
        memory.learn(vec![held(1, 30), held(2, 10), held(3, 20), held(4, 10)], 1);
        let due = |now| memory.due(at(now)).map(|held| held.id.uuid().as_u128()).collect::<Vec<_>>();
        assert_eq!(due(9), [] as [u128; 0]);
        assert_eq!(due(20), [2, 4, 3]);
        assert_eq!(memory.rank(), 1);
    }

    #[test]
    fn what_is_not_read_again_is_forgotten() {
        let mut memory = Memory::default();
        memory.learn(vec![held(1, 30)], 0);
        memory.learn(vec![held(2, 30)], 0);
        assert_eq!(memory.len(), Some(1));
        assert_eq!(memory.due(at(30)).map(|h| h.id.uuid().as_u128()).collect::<Vec<_>>(), [2]);
    }
}
