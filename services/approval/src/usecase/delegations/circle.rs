//! Whether people would stand in for each other in a circle. Only what counts at one and the same moment makes one.

use std::collections::BTreeMap;

use domain::UserId;
use jiff::Timestamp;
use store::delegations::Delegation;

/// The people of a circle that a new delegation would close together with others, beginning with who is away.
pub(super) fn closed_by(others: &[Delegation], new: &Delegation) -> Option<Vec<UserId>> {
    // What counts changes only where something starts, so that these moments are enough.
    let begins = others.iter().map(|other| other.starts_at).filter(|at| new.counts(*at));
    let mut moments: Vec<Timestamp> = std::iter::once(new.starts_at).chain(begins).collect();
    moments.sort_unstable();
    moments.dedup();
    moments.into_iter().find_map(|at| path(others, &new.to, &new.from, at)).map(|mut people| {
        people.insert(0, new.from.clone());
        people
    })
}

/// The people from one to another, each standing in for the one before, without the last.
fn path(others: &[Delegation], from: &UserId, to: &UserId, at: Timestamp) -> Option<Vec<UserId>> {
    let mut came_from: BTreeMap<&UserId, Option<&UserId>> = BTreeMap::from([(from, None)]);
    let mut left = vec![from];
    while let Some(person) = left.pop() {
        for next in others.iter().filter(|other| other.from == *person && other.counts(at)).map(|other| &other.to) {
            if next == to {
                let back = std::iter::successors(Some(person), |p| came_from.get(p).copied().flatten());
                let mut people: Vec<UserId> = back.cloned().collect();
                people.reverse();
                return Some(people);
            }
            if !came_from.contains_key(next) {
                came_from.insert(next, Some(person));
                left.push(next);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Actor, DelegationId};

    fn user(n: u8) -> UserId {
        UserId::parse(format!("00000000-0000-4000-8000-0000000000{n:02x}")).unwrap()
    }

    fn stands(from: u8, to: u8, days: std::ops::Range<i64>) -> Delegation {
        let day = |n: i64| Timestamp::from_second(n * 86_400).unwrap();
        Delegation {
            id: DelegationId(store::new_id()),
            from: user(from),
            to: user(to),
            starts_at: day(days.start),
            ends_at: day(days.end),
            reason: None,
            made_by: Actor::service("test"),
            made_at: day(0),
            ended_at: None,
        }
    }

    #[test]
    fn two_and_more_people_make_a_circle_only_at_the_same_time() {
        let two = [stands(1, 2, 1..5)];
        assert_eq!(closed_by(&two, &stands(2, 1, 4..9)), Some(vec![user(2), user(1)]));
        assert_eq!(closed_by(&two, &stands(2, 1, 5..9)), None, "one ends as the other begins");
        let three = [stands(1, 2, 1..5), stands(2, 3, 3..9)];
        assert_eq!(closed_by(&three, &stands(3, 1, 1..9)), Some(vec![user(3), user(1), user(2)]));
        let apart = [stands(1, 2, 1..3), stands(2, 3, 3..9)];
        assert_eq!(closed_by(&apart, &stands(3, 1, 1..9)), None, "there is no moment at which all three stand in");
        assert_eq!(closed_by(&three, &stands(4, 1, 1..9)), None);
        assert_eq!(closed_by(&three, &stands(1, 3, 1..9)), None, "two ways to one person are no circle");
    }

    #[test]
    fn what_was_ended_early_closes_no_circle() {
        let ended = Delegation { ended_at: Some(Timestamp::from_second(2 * 86_400).unwrap()), ..stands(1, 2, 1..5) };
        assert_eq!(closed_by(&[ended], &stands(2, 1, 3..9)), None);
    }
}
