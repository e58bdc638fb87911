//! Who calls: one role for each kind of work, so that no credentials of ours can do another kind's.

use aws_config::{BehaviorVersion, ConfigLoader, Region, SdkConfig, sts::AssumeRoleProvider};
use aws_config::{retry::RetryConfig, timeout::TimeoutConfig};
use aws_sdk_ssoadmin::config::SharedCredentialsProvider;
use serde::Deserialize;

use crate::CloudConfig;

/// The roles that are assumed, by ARN. Work without a role is done with the process's own credentials.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Roles {
    /// Creates assignments and cannot delete them.
    pub grant: Option<String>,
    /// Deletes assignments and cannot create them.
    pub revocation: Option<String>,
    /// Owns the schedules that remove access when all of us are gone.
    pub backstop: Option<String>,
    /// Writes the one policy that cuts live sessions.
    pub session_deny: Option<String>,
    /// Reads who is there and what is under what.
    pub directory: Option<String>,
    /// What the roles' trust policies ask for besides, if they do.
    pub external_id: Option<String>,
}

/// A kind of work with an identity of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Identity {
    /// The process itself.
    Own,
    Grant,
    Revocation,
    #[expect(dead_code, reason = "its client set comes with the schedules")]
    Backstop,
    SessionDeny,
    Directory,
}

impl Identity {
    /// The name of its sessions, as CloudTrail shows it.
    const fn session(self) -> &'static str {
        match self {
            Self::Own => "curfew",
            Self::Grant => "curfew-grant",
            Self::Revocation => "curfew-revocation",
            Self::Backstop => "curfew-backstop",
            Self::SessionDeny => "curfew-session-deny",
            Self::Directory => "curfew-directory",
        }
    }

    const fn role(self, roles: &Roles) -> Option<&String> {
        match self {
            Self::Own => None,
            Self::Grant => roles.grant.as_ref(),
            Self::Revocation => roles.revocation.as_ref(),
            Self::Backstop => roles.backstop.as_ref(),
            Self::SessionDeny => roles.session_deny.as_ref(),
            Self::Directory => roles.directory.as_ref(),
        }
    }
}

/// The process's own credentials, and what is the same for all clients of a connection.
pub(crate) struct Identities {
    own: SdkConfig,
    roles: Roles,
    endpoint_url: Option<String>,
    each_try: TimeoutConfig,
}

impl Identities {
    pub(crate) async fn load(loader: ConfigLoader, config: &CloudConfig) -> Self {
        Self {
            own: loader.region(Region::new(config.region.clone())).load().await,
            roles: config.roles.clone(),
            endpoint_url: config.endpoint_url.clone(),
            each_try: TimeoutConfig::builder().operation_attempt_timeout(config.call_timeout).build(),
        }
    }

    pub(crate) fn defaults() -> ConfigLoader {
        aws_config::defaults(BehaviorVersion::latest())
    }

    /// What this identity's clients are made from. Nothing is asked of AWS yet: a role is assumed with the first call,
    /// and again before its credentials are over.
    pub(crate) async fn of(&self, identity: Identity) -> SdkConfig {
        let Some(role) = identity.role(&self.roles) else { return self.own.clone() };
        let mut assuming =
            self.own.to_builder().retry_config(RetryConfig::standard()).timeout_config(self.each_try.clone());
        if let Some(url) = &self.endpoint_url {
            assuming = assuming.endpoint_url(url);
        }
        let mut provider =
            AssumeRoleProvider::builder(role).session_name(identity.session()).configure(&assuming.build());
        if let Some(external_id) = &self.roles.external_id {
            provider = provider.external_id(external_id);
        }
        let provider = SharedCredentialsProvider::new(provider.build().await);
        self.own.to_builder().credentials_provider(provider).build()
    }
}
