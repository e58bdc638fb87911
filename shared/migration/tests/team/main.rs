//! An export of TEAM's, from the files to the documents, the sessions and the report.

mod bad_exports;
mod forms;
mod policies;
mod sessions;
mod support;
mod whole;
