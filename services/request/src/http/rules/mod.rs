//! Rules: admins write them, auditors read them.

pub mod change;
pub mod delete;
pub mod list;
pub mod make;
pub mod show;
