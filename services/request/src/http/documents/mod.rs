//! Rules, approval policies, guardrails, freezes, owners and schedules: six kinds, one way to read and change them.
//! Admins write them, auditors read them. What changes them goes through [`crate::usecase::documents`].

mod answer;
mod change;
mod delete;
pub mod kinds;
mod list;
mod make;
pub mod problems;
mod show;
mod spec;
mod typed;
mod versions;

pub use typed::{Change, Deleted, Kept, Saved, Version};

use serde::Deserialize;

/// Every endpoint of every kind.
pub fn routes(config: &mut utoipa_actix_web::service_config::ServiceConfig) {
    kinds::rules::routes(config);
    kinds::approval_policies::routes(config);
    kinds::guardrails::routes(config);
    kinds::freezes::routes(config);
    kinds::owners::routes(config);
    kinds::schedules::routes(config);
}

/// Which page, and of which of them.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Which {
    /// Only those with this text in their name.
    name: Option<String>,
    /// The page after this one.
    cursor: Option<web::Cursor>,
    /// How many a page has, 1 to 200.
    #[serde(default)]
    limit: web::Limit,
}

/// Whether it is meant.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Meant {
    /// Only say what it would mean, and change nothing.
    #[serde(default)]
    pub dry_run: bool,
}

/// Which state of it, and whether it is meant.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Seen {
    /// The version that the caller saw; another one is refused.
    version: Option<i64>,
    /// Only say what it would mean, and change nothing.
    #[serde(default)]
    dry_run: bool,
}

/// A page of something.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Paged {
    /// The page after this one.
    cursor: Option<web::Cursor>,
    /// How many a page has, 1 to 200.
    #[serde(default)]
    limit: web::Limit,
}
