//! Who is there and what is under what: a snapshot for the background, never a walk inside a request.

mod organization;
mod people;
mod permission_sets;

use aws_sdk_identitystore as people_sdk;
use aws_sdk_organizations as organizations_sdk;
use aws_sdk_ssoadmin as sso_sdk;

pub use organization::{Account, Organization, Unit};
pub use people::{Group, User};
pub use permission_sets::PermissionSet;

use crate::{CloudConfig, assignments::Instance, limit::Limiter};

/// Reads of the directory. Each answers with everything there is, page by page, one call at a time and inside the
/// limits, and takes its time: minutes in a large organization. Cheap to clone.
#[derive(Clone)]
pub struct Directory {
    sso: sso_sdk::Client,
    people: people_sdk::Client,
    organizations: organizations_sdk::Client,
    instance: Instance,
    identity_center_limit: Limiter,
    organizations_limit: Limiter,
    permission_set_tags: bool,
}

impl Directory {
    pub(crate) fn new(
        sso: sso_sdk::Client,
        people: people_sdk::Client,
        organizations: organizations_sdk::Client,
        instance: &Instance,
        config: &CloudConfig,
        identity_center_limit: Limiter,
    ) -> Self {
        Self {
            sso,
            people,
            organizations,
            instance: instance.clone(),
            identity_center_limit,
            organizations_limit: Limiter::organizations(config),
            permission_set_tags: config.permission_set_tags,
        }
    }
}
