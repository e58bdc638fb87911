//! Moving from AWS TEAM: exports of its DynamoDB tables become Curfew's documents, a readable history, and grants
//! for the sessions that TEAM has scheduled or given, so that nothing is orphaned when TEAM is switched off.
//!
//! Pure but for the reading of what it is handed: the directory and the moment are arguments, the same export leads to
//! the same ids, and writing is somebody else's. [`Reader`] takes files, [`convert`] makes documents, sessions and the
//! [`Report`] of every difference.
//!
//! Deliberately absent: TEAM's secrets. A Slack token in the settings' table is not even read into memory's structures.

mod adopt;
mod convert;
mod directory;
mod dynamo;
mod history;
mod ids;
mod problem;
mod read;
mod report;
mod team;

pub use adopt::{Adopted, AdoptedState, Doubtful, Orphan};
pub use convert::{Converted, convert};
pub use directory::{Account, Directory, DirectoryBuilder, Unit, User};
pub use history::ImportedRequest;
pub use ids::{document_id, timed_id};
pub use problem::{Place, Problem};
pub use read::{Export, Reader};
pub use report::{Difference, Effect, PolicyReport, Report};
pub use team::{Status, TeamRequest};
