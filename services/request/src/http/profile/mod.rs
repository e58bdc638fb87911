//! How the caller wants pages to look.

pub mod change;
pub mod show;
