//! The API's verbs, a file for each of its nouns.

mod approvals;
mod directory;
mod documents;
pub mod events;
mod grants;
mod operations;
mod oversight;
mod people;
mod policy;
mod requests;
mod trail;
mod webhooks;
