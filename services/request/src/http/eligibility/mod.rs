//! What may be asked for, before asking.

pub mod explain;
pub mod show;
