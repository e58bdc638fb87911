//! A typed client of Curfew's own REST API, for the portal, the command line and tests: no door that others
//! do not have. It bears answers with more fields than it knows.

mod call;
mod calls;
mod dto;
mod endpoints;
mod problem;
mod token;

pub use call::Client;
pub use dto::approval::{Decision, LinkView, Outcome, Waiting};
pub use dto::grant::{EndedGrant, Ending, Grant, GrantFilter, Remaining};
pub use dto::policy::{AppliedFiles, ApplyFiles, Exported, PlanFiles, Planned};
pub use dto::request::{
    Item, Me, NewRequest, Offer, OfferedAccount, OfferedPermissionSet, Pair, Request, RequestFilter,
};
pub use dto::rule::Rule;
pub use dto::trail::{TrailEntry, TrailFilter};
pub use dto::webhook::{NewWebhook, Webhook};
pub use dto::{Page, Person};
pub use endpoints::{Endpoints, service_of};
pub use problem::{ClientError, Problem};
pub use token::TokenSource;
