//! How to reach the organization, and how hard it may be asked.

use std::time::Duration;

use serde::Deserialize;

use crate::Roles;

/// The section of a service's configuration about AWS. Credentials are not in it: they come by the SDK's default chain
/// (environment, profile, container or instance role) and by assuming roles, so that no file of ours ever holds one.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CloudConfig {
    /// The region that Identity Center lives in.
    pub region: String,
    /// Where to send every call instead of AWS, such as the simulator. None: the SDK's own choice, which
    /// also honours `AWS_ENDPOINT_URL`.
    pub endpoint_url: Option<String>,
    /// The Identity Center instance. None: the only one that `ListInstances` shows.
    pub instance_arn: Option<String>,
    /// The instance's identity store. None: asked together with the instance.
    pub identity_store_id: Option<String>,
    /// The roles that are assumed for each kind of work.
    pub roles: Roles,
    /// Identity Center calls a second, of all processes where a lender keeps the budget and of this one where none does;
    /// 0 is no limit. AWS allows 20 to a whole organization, whoever asks, and never more: leave headroom for its other
    /// tools.
    pub calls_per_second: u32,
    /// Calls a second of this process while the lender is away.
    pub calls_per_second_alone: u32,
    /// Creations and deletions that this process has under way at once; 0 is no limit. AWS allows 10 to a whole
    /// organization. Whether deletions count is not documented, so they do.
    pub outstanding: u32,
    /// Whether deletions count among them.
    pub async_limit_covers_delete: bool,
    /// How many of them are for creations while deletions wait: creations get the same share of the calls.
    pub outstanding_for_grants: u32,
    /// Whether to ask for the tags of permission sets: one more call for each. Off, they are read as having none.
    pub permission_set_tags: bool,
    /// How long one call may take, connecting and reading the answer included: `10s`, `PT10S`.
    #[serde(with = "jiff::fmt::serde::unsigned_duration::friendly::compact::required")]
    pub call_timeout: Duration,
}

impl Default for CloudConfig {
    fn default() -> Self {
        Self {
            region: "us-east-1".to_owned(),
            endpoint_url: None,
            instance_arn: None,
            identity_store_id: None,
            roles: Roles::default(),
            calls_per_second: 18,
            calls_per_second_alone: 4,
            outstanding: 10,
            async_limit_covers_delete: true,
            outstanding_for_grants: 2,
            permission_set_tags: true,
            call_timeout: Duration::from_secs(10),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_said_has_its_default() {
        let config: CloudConfig =
            serde_json::from_str(r#"{"region": "eu-central-1", "call_timeout": "3s 500ms"}"#).unwrap();
        assert_eq!(
            config,
            CloudConfig {
                region: "eu-central-1".to_owned(),
                call_timeout: Duration::from_millis(3500),
                ..CloudConfig::default()
            }
        );
    }

    #[test]
    fn an_unknown_key_is_refused() {
        let refused = serde_json::from_str::<CloudConfig>(r#"{"outstandin": 3}"#).unwrap_err();
        assert!(refused.to_string().contains("outstandin"), "{refused}");
    }
}
