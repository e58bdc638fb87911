//! How an installation is set.

use serde::Deserialize;

/// How it is set.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct InstallationSettings {
    /// What limits every request, and who must agree to what.
    pub limits: LimitsInForce,
    /// Other systems.
    #[serde(default)]
    pub integrations: Vec<Integration>,
    /// Every key.
    #[serde(default)]
    pub keys: Vec<SettingsKey>,
}

/// Limits as they count.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct LimitsInForce {
    /// The longest access, in minutes.
    pub max_minutes: i64,
    /// The duration that is proposed, in minutes.
    pub default_minutes: i64,
    /// Minutes until an undecided request times out.
    pub pending_minutes: i64,
    /// How many days ahead a start may lie.
    pub start_within_days: i64,
    /// How many characters a reason must have.
    pub min_reason: i64,
    /// How urgent something can be.
    #[serde(default)]
    pub severities: Vec<String>,
    /// `loosening`, `always` or `never`.
    pub changes_need_two: String,
    /// `resume`, `always` or `never`.
    pub emergencies_need_two: String,
    /// Whether schedules inside AWS stand behind access.
    pub backstop: bool,
}

/// Another system.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Integration {
    /// Its name in the settings.
    pub name: String,
    /// `on_call` or `tickets`.
    pub kind: String,
    /// Whether it is configured.
    pub configured: bool,
    /// Whether it answered; none where it was not asked.
    #[serde(default)]
    pub answers: Option<bool>,
    /// Why it did not.
    #[serde(default)]
    pub why: Option<String>,
}

/// A key of the settings.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct SettingsKey {
    /// Its name in the file.
    pub key: String,
    /// What it is for.
    #[serde(default)]
    pub what: String,
    /// What is set.
    #[serde(default)]
    pub value: Option<String>,
    /// What holds where nothing is set.
    #[serde(default)]
    pub default: Option<String>,
    /// `file`, `environment` or `default`.
    pub source: String,
    /// Whether it is never shown.
    #[serde(default)]
    pub secret: bool,
}
