//! An export of TEAM's, from the files to the documents, the sessions and the report.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot be set up shall fail")]

mod bad_exports;
mod forms;
mod policies;
mod sessions;
mod support;
mod whole;
