//! Asking: submit, cancel, extend; eligibility and rules; the directory of people, accounts and permission sets.

pub mod usecase;
