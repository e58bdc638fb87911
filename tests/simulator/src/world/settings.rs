//! How the simulated AWS behaves; everything that its documentation leaves open is a setting here.

use serde::{Deserialize, Serialize};

/// A named set of settings to start from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, clap::ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// AWS's quotas, and assignments that take about two seconds.
    #[default]
    Aws,
    /// No quotas, no delays: an assignment is still IN_PROGRESS in its answer and SUCCEEDED when first asked about.
    Instant,
}

/// What can be changed while running.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Median of the time until an assignment operation ends, in seconds. Zero: at once.
    pub latency_median_seconds: f64,
    /// Spread of that time: the standard deviation of its logarithm.
    pub latency_sigma: f64,
    /// Whether any quota is enforced.
    pub quotas: bool,
    /// SSO Admin: calls per second, all operations together.
    pub transactions_per_second: f64,
    /// What other tools of the same organization use of that.
    pub other_tenant_per_second: f64,
    /// SSO Admin: assignment operations that may be under way at once.
    pub outstanding_operations: usize,
    /// Whether deletions count towards them. AWS does not say.
    pub deletions_counted: bool,
    /// Identity Store: calls per second, all operations together.
    pub identity_store_per_second: f64,
    /// Organizations: calls per second, for each operation.
    pub organizations_per_second: f64,
    /// How long after an operation's end its tuple still answers with a conflict.
    pub linger_seconds: f64,
    /// How long reads go on showing the state before an effect.
    pub visibility_lag_seconds: f64,
    /// Reads of assignments are answered by one of two replicas, of which one is so far behind.
    pub replica_lag_seconds: f64,
    /// How long after its acceptance an operation's id is still unknown.
    pub unknown_at_first_seconds: f64,
    /// How far AWS's clock is ahead of this machine's, for signatures.
    pub clock_ahead_seconds: f64,
    /// How long after its writing a service control policy, or a role's own policy, begins to count.
    pub policy_lag_seconds: f64,
    /// Whether sessions end with their role, which goes with the last assignment of its permission set in the account.
    pub role_removal_kills_sessions: bool,
    /// Organizations' lists may begin with an empty page that has a next token.
    pub empty_pages: bool,
    /// CloudTrail shows an event within so many seconds, each after another while.
    pub trail_delay_seconds: f64,
    /// CloudTrail: look-ups per second.
    pub trail_per_second: f64,
    /// Whether calls are kept one by one; the counts are always kept.
    pub call_log: bool,
}

impl Settings {
    /// The settings of a profile.
    pub fn of(profile: Profile) -> Self {
        let aws = Self {
            latency_median_seconds: 2.0,
            latency_sigma: 0.5,
            quotas: true,
            transactions_per_second: 20.0,
            other_tenant_per_second: 0.0,
            outstanding_operations: 10,
            deletions_counted: true,
            identity_store_per_second: 20.0,
            organizations_per_second: 10.0,
            linger_seconds: 1.5,
            visibility_lag_seconds: 0.0,
            replica_lag_seconds: 0.0,
            unknown_at_first_seconds: 0.0,
            clock_ahead_seconds: 0.0,
            policy_lag_seconds: 2.0,
            role_removal_kills_sessions: true,
            empty_pages: true,
            trail_delay_seconds: 300.0,
            trail_per_second: 2.0,
            call_log: true,
        };
        match profile {
            Profile::Aws => aws,
            Profile::Instant => Self {
                latency_median_seconds: 0.0,
                quotas: false,
                linger_seconds: 0.0,
                policy_lag_seconds: 0.0,
                empty_pages: false,
                trail_delay_seconds: 0.0,
                ..aws
            },
        }
    }

    /// Changes the named settings only. The error says which one is unknown or has the wrong type.
    pub fn patched(&self, patch: serde_json::Map<String, serde_json::Value>) -> Result<Self, serde_json::Error> {
        let mut all = serde_json::to_value(self)?;
        if let Some(fields) = all.as_object_mut() {
            fields.extend(patch);
        }
        serde_json::from_value(all)
    }
}
