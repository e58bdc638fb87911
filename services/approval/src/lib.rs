//! Deciding: votes, links in mails, and time-outs.

pub mod usecase;
