//! Accounts × permission sets, by their places in the organization: what a rule reaches, what is left of it.

use fixedbitset::FixedBitSet;

/// Each of these permission sets in each of these accounts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Area {
    pub accounts: FixedBitSet,
    pub permission_sets: FixedBitSet,
}

/// How many pieces an area is cut into at most; what would cut it further is left uncut.
const PIECES_MOST: usize = 64;

impl Area {
    pub fn holds(&self, account: usize, permission_set: usize) -> bool {
        self.accounts.contains(account) && self.permission_sets.contains(permission_set)
    }

    pub fn is_empty(&self) -> bool {
        self.accounts.is_clear() || self.permission_sets.is_clear()
    }

    /// How many (account, permission set) it holds.
    pub fn count(&self) -> usize {
        self.accounts.count_ones(..) * self.permission_sets.count_ones(..)
    }

    pub fn meets(&self, other: &Self) -> bool {
        !self.accounts.is_disjoint(&other.accounts) && !self.permission_sets.is_disjoint(&other.permission_sets)
    }

    /// Whether all of `other` is in it.
    pub fn covers(&self, other: &Self) -> bool {
        other.is_empty()
            || (self.accounts.is_superset(&other.accounts) && self.permission_sets.is_superset(&other.permission_sets))
    }

    pub fn and(&self, other: &Self) -> Self {
        let mut both = self.clone();
        both.accounts.intersect_with(&other.accounts);
        both.permission_sets.intersect_with(&other.permission_sets);
        both
    }

    /// What of it is in none of `others`, in pieces that do not overlap. Never less than that, and more only
    /// where it would be cut into more than [`PIECES_MOST`] pieces.
    pub fn without<'a>(self, others: impl IntoIterator<Item = &'a Self>) -> Vec<Self> {
        let mut pieces = vec![self];
        pieces.retain(|piece| !piece.is_empty());
        for other in others {
            if pieces.len() < PIECES_MOST {
                pieces = pieces.into_iter().flat_map(|piece| piece.cut(other)).collect();
            }
        }
        pieces
    }

    fn cut(self, other: &Self) -> impl Iterator<Item = Self> {
        let pieces = if self.meets(other) {
            let mut elsewhere = self.clone();
            elsewhere.accounts.difference_with(&other.accounts);
            let mut beside = self;
            beside.accounts.intersect_with(&other.accounts);
            beside.permission_sets.difference_with(&other.permission_sets);
            [Some(elsewhere), Some(beside)]
        } else {
            [Some(self), None]
        };
        pieces.into_iter().flatten().filter(|piece| !piece.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn area(accounts: &[usize], permission_sets: &[usize]) -> Area {
        let bits = |places: &[usize]| {
            let mut bits = FixedBitSet::with_capacity(8);
            bits.extend(places.iter().copied());
            bits
        };
        Area { accounts: bits(accounts), permission_sets: bits(permission_sets) }
    }

    #[test]
    fn what_is_left_is_what_the_others_do_not_hold_each_once() {
        let whole = area(&[0, 1, 2, 3], &[0, 1, 2]);
        let others = [area(&[1, 2], &[1]), area(&[2, 7], &[0, 1, 2]), area(&[5], &[0])];
        let left = whole.clone().without(&others);
        for account in 0..8 {
            for set in 0..8 {
                let expected = whole.holds(account, set) && !others.iter().any(|other| other.holds(account, set));
                let found = left.iter().filter(|piece| piece.holds(account, set)).count();
                assert_eq!(found, usize::from(expected), "{account} {set}");
            }
        }
        assert!(whole.clone().without([&whole]).is_empty());
        assert!(area(&[], &[1]).without([]).is_empty());
    }
}
