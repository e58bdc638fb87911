//! Where a simulation looks into a process: between two units of work, and at each commit. A process has none.

use std::cell::RefCell;
use std::fmt::Debug;
use std::future::Future;
use std::pin::Pin;

use domain::fact::Occurred;
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use uuid::Uuid;

use crate::StoreError;

/// What a point lets through, or why not.
pub type Passing<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// Kept for as long as a unit of work is open.
pub type Open = Box<dyn Debug + Send + Sync>;

/// The points that every unit of work passes. An error is as if Postgres had gone away there.
pub trait Seam: Debug + Send + Sync {
    /// Nothing is locked yet.
    fn begins(&self) -> Passing<'_, Open>;
    /// Somebody reads without a transaction.
    ///
    /// # Errors
    /// As if Postgres could not be reached.
    fn reads(&self) -> Result<(), StoreError> {
        Ok(())
    }
    /// Everything is written and nothing committed; refused, all of it is rolled back.
    ///
    /// # Errors
    /// As if the commit had failed.
    fn commits(&self, facts: &[Occurred]) -> Result<(), StoreError>;
    /// It is committed, and nothing is locked any more; refused, whoever committed does not hear of it.
    fn committed<'a>(&'a self, facts: &'a [Occurred]) -> Passing<'a, ()>;
}

/// As if Postgres could not be reached.
#[must_use]
pub fn away() -> StoreError {
    StoreError::Database(sqlx::Error::PoolTimedOut)
}

thread_local! {
    static IDS: RefCell<Option<(u64, StdRng)>> = const { RefCell::new(None) };
}

/// From here on this thread's new ids follow from the seed, each later than the one before.
pub fn seed_ids(seed: u64) {
    IDS.set(Some((0, StdRng::seed_from_u64(seed))));
}

/// The next id, where they follow from a seed.
pub(crate) fn seeded_id() -> Option<Uuid> {
    IDS.with_borrow_mut(|ids| {
        let (count, random) = ids.as_mut()?;
        *count += 1;
        let bytes: [u8; 10] = random.random();
        Some(uuid::Builder::from_unix_timestamp_millis(*count, &bytes).into_uuid())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_ids_in_the_order_of_their_making() {
        let three = |seed| {
            seed_ids(seed);
            [crate::new_id(), crate::new_id(), crate::new_id()]
        };
        let first = three(7);
        assert_eq!(first, three(7));
        assert_ne!(first, three(8));
        assert!(first.is_sorted());
    }
}
