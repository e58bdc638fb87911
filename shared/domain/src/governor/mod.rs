//! The organization's budget at Identity Center: how many operations may be under way, how often it may be asked, and
//! whose turn it is. Pure: what is in use stands in the database, the times are given.

mod estimate;
mod rate;
mod slots;

pub use estimate::{Speed, Turn};
pub use rate::{LANES, Lane, LaneLedger, Ledger, Loan, Wish};
pub use slots::{Slots, Standing, free};
