//! The company after many good years: more of everything, beside what is there, for measurements.

use actix_web::HttpResponse;
use actix_web::web::{Data, Json};
use serde::Deserialize;
use serde_json::json;

use super::done;
use crate::host::Host;
use crate::seed;

/// How much there should be in the end, what is there already included.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Size {
    /// Accounts, spread over all units.
    #[serde(default)]
    pub accounts: usize,
    /// Units, at most four below one another.
    #[serde(default)]
    pub units: usize,
    /// Users; each has a manager.
    #[serde(default)]
    pub users: usize,
    /// Groups, with ten members each.
    #[serde(default)]
    pub groups: usize,
    /// Those of the groups that have thousands of members.
    #[serde(default)]
    pub large_groups: usize,
    /// How many members a large group has.
    #[serde(default)]
    pub large: usize,
    /// Permission sets.
    #[serde(default)]
    pub permission_sets: usize,
}

/// `POST /control/directory/grow`.
pub async fn grow(host: Data<Host>, size: Json<Size>) -> HttpResponse {
    let mut world = host.world();
    seed::grow(&mut world, size.into_inner());
    done(json!({
        "accounts": world.organization.accounts.len(),
        "units": world.organization.units.len(),
        "users": world.directory.users.len(),
        "groups": world.directory.groups.len(),
        "memberships": world.directory.memberships.len(),
        "permission_sets": world.permission_sets.by_arn.len(),
    }))
}
