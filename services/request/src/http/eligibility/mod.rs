//! What may be asked for, before asking.

pub mod explain;
pub mod of_user;
pub mod show;
