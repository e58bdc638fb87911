//! The API's verbs, a file for each of its nouns.

mod approvals;
mod directory;
mod grants;
mod policy;
mod requests;
mod rules;
mod trail;
mod webhooks;
