//! Who is there and what is under what: lists for the background, never a walk inside a request; and a few questions
//! about one person or one permission set, for those who decide and must not go by a copy.

mod content;
mod fresh;
mod organization;
mod people;
mod permission_sets;
mod tree;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use aws_sdk_identitystore as people_sdk;
use aws_sdk_organizations as organizations_sdk;
use aws_sdk_ssoadmin as sso_sdk;
use aws_sdk_sts as identity_sdk;

pub use content::{PermissionSetContent, Policy};
pub use organization::{Account, Administration, Organization, Unit};
pub use people::{Group, User};
pub use permission_sets::PermissionSet;

use crate::{CloudConfig, assignments::Instance, limit::Limiter, surroundings::Time};

/// Reads of the directory. The lists answer with everything there is, page by page, one call at a time, inside the
/// limits and behind everybody else, and take their time: minutes in a large organization. Cheap to clone.
#[derive(Clone)]
pub struct Directory {
    sso: sso_sdk::Client,
    people: people_sdk::Client,
    organizations: organizations_sdk::Client,
    identity: identity_sdk::Client,
    instance: Instance,
    identity_center_limit: Limiter,
    /// Organizations counts each operation by itself.
    units_limit: Limiter,
    accounts_limit: Limiter,
    tags_limit: Limiter,
    permission_set_tags: bool,
    time: Arc<dyn Time>,
    listed: Listed,
}

/// How many people, groups, accounts or permission sets a list has told so far, for those who wait for all of it.
#[derive(Debug, Clone, Default)]
pub struct Listed(Arc<AtomicI64>);

impl Listed {
    /// So many.
    #[must_use]
    pub fn so_far(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }

    fn add(&self, more: usize) {
        self.0.fetch_add(i64::try_from(more).unwrap_or(i64::MAX), Ordering::Relaxed);
    }
}

/// What the directory asks.
pub(crate) struct Clients {
    pub(crate) sso: sso_sdk::Client,
    pub(crate) people: people_sdk::Client,
    pub(crate) organizations: organizations_sdk::Client,
    pub(crate) identity: identity_sdk::Client,
}

impl Directory {
    pub(crate) fn new(
        clients: Clients,
        instance: &Instance,
        config: &CloudConfig,
        identity_center_limit: Limiter,
        time: Arc<dyn Time>,
    ) -> Self {
        Self {
            sso: clients.sso,
            people: clients.people,
            organizations: clients.organizations,
            identity: clients.identity,
            instance: instance.clone(),
            identity_center_limit,
            units_limit: Limiter::organizations(config),
            accounts_limit: Limiter::organizations(config),
            tags_limit: Limiter::organizations(config),
            permission_set_tags: config.permission_set_tags,
            time,
            listed: Listed::default(),
        }
    }

    /// The same, with a count of its own of what its lists tell.
    #[must_use]
    pub fn counting(&self) -> (Self, Listed) {
        let listed = Listed::default();
        (Self { listed: listed.clone(), ..self.clone() }, listed)
    }
}
