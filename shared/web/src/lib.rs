//! HTTP manners, the same in every service: problems, extractors, callers, pages, links, the server.
//!
//! A handler is three steps (extract, use case, reply); who may call stands in its arguments:
//! [`Caller`] in the signature means that a valid token is needed.
//!
//! Deliberately absent: SQL. Who a token's user is comes through [`auth::Directory`].

pub mod auth;
pub mod extract;
pub mod limit;
pub mod link;
pub mod once;
pub mod openapi;
pub mod page;
pub mod problem;
pub mod problem_type;
pub mod server;
pub mod text;

pub use auth::{Auth, Caller, Directory, DirectoryError, Person, Personas};
pub use extract::{IdempotencyKey, Json, Path, Query, Upload};
pub use page::{Cursor, Limit, Page};
pub use problem::Problem;
pub use problem_type::ProblemType;
