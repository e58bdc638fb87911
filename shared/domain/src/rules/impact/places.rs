//! Two books may know different organizations: areas of one are put into the places of the other.

use std::borrow::Cow;

use fixedbitset::FixedBitSet;

use super::super::area::Area;
use super::super::book::Book;

/// From the places of one book to those of another; nothing where both are the same.
pub(super) struct Translation {
    accounts: Option<(Vec<Option<usize>>, usize)>,
    permission_sets: Option<(Vec<Option<usize>>, usize)>,
}

impl Translation {
    pub fn between(from: &Book, to: &Book) -> Self {
        let (here, there) = (from.organization(), to.organization());
        let same_accounts = here.accounts.iter().map(|a| &a.id).eq(there.accounts.iter().map(|a| &a.id));
        let accounts = || here.accounts.iter().map(|a| to.places.accounts.get(&a.id).copied()).collect();
        let same_sets = here.permission_sets.iter().map(|p| &p.arn).eq(there.permission_sets.iter().map(|p| &p.arn));
        let sets = || here.permission_sets.iter().map(|p| to.places.permission_sets.get(&p.arn).copied()).collect();
        Self {
            accounts: (!same_accounts).then(|| (accounts(), there.accounts.len())),
            permission_sets: (!same_sets).then(|| (sets(), there.permission_sets.len())),
        }
    }

    pub fn area<'a>(&self, area: &'a Area) -> Cow<'a, Area> {
        if self.accounts.is_none() && self.permission_sets.is_none() {
            return Cow::Borrowed(area);
        }
        Cow::Owned(Area {
            accounts: moved(&area.accounts, self.accounts.as_ref()),
            permission_sets: moved(&area.permission_sets, self.permission_sets.as_ref()),
        })
    }
}

fn moved(bits: &FixedBitSet, places: Option<&(Vec<Option<usize>>, usize)>) -> FixedBitSet {
    let Some((places, count)) = places else { return bits.clone() };
    let mut moved = FixedBitSet::with_capacity(*count);
    moved.extend(bits.ones().filter_map(|at| places.get(at).copied().flatten()));
    moved
}
