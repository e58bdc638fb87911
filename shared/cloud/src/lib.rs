//! AWS as a few sentences: is this person assigned there, assign them, take it away, who is there, what is under what.
//!
//! The SDKs stay behind this door: no SDK type is in a signature here, so that a service can be read, tested and
//! simulated without knowing them. What a caller must know of AWS is in two types: [`CallError`] says what went wrong
//! and whether the effect may have happened all the same, [`Progress`] says how far an asynchronous operation is.
//!
//! Deliberately absent: retries of a creation or deletion. The SDK's are off, because they hide throttles from those
//! who must slow down, and whether to try again is the decision of the leased job that holds the attempt.

mod assignments;
mod backstop;
mod board;
mod call;
mod config;
mod connect;
mod course;
mod deadline;
mod directory;
mod error;
mod follow;
mod identity;
mod inline_policies;
mod lender;
mod limit;
mod operation;
mod pace;
mod pages;
mod queue;
mod session_policy;
mod surroundings;
mod survey;
mod trace_header;

pub use assignments::{Creations, Deletions, Holders};
pub use backstop::{Backstop, BackstopConfig};
pub use config::CloudConfig;
pub use connect::{AccessKey, Cloud};
pub use course::{Backoff, Class, Course, Effect, course};
pub use directory::{
    Account, Administration, Directory, Group, Listed, Organization, PermissionSet, PermissionSetContent, Policy, Unit,
    User,
};
pub use error::{CallError, CloudError};
pub use identity::Roles;
pub use inline_policies::InlinePolicies;
pub use lender::{Lender, Lent};
pub use operation::{Accepted, OperationId, Presence, Progress};
pub use session_policy::SessionPolicy;
pub use surroundings::{Later, Surroundings, Time, Wire, WireAnswer, WireRequest};
pub use survey::{Change, ChangeKind, Survey};
