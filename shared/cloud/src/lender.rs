//! Calls a second that are lent: by whoever keeps the budget of all processes together.

use std::{future::Future, pin::Pin, time::Duration};

use domain::governor::Wish;

/// Calls that may leave, each so long after the answer was there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lent {
    /// These.
    Calls(Vec<Duration>),
    /// None; it may be asked again after this.
    AskAgain(Duration),
    /// The lender cannot be reached.
    Away,
}

/// Keeps the budget.
pub trait Lender: Send + Sync {
    /// Lends what the wish may have. `refused`: how many creations and deletions AWS would not take up since the last
    /// time.
    fn lend(&self, wish: Wish, refused: u32) -> Pin<Box<dyn Future<Output = Lent> + Send + '_>>;
}
