//! What belongs to somebody alone.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// How pages look for somebody; what is none is left to their browser.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Profile {
    /// `en`, `de`.
    pub language: Option<String>,
    /// `light` or `dark`.
    pub theme: Option<String>,
    /// A zone of the IANA database, by name.
    pub time_zone: Option<String>,
}

/// Which requests a view shows. Days are those of whoever looks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ViewFilter {
    /// `mine` or `all`; without it, the caller's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub whose: Option<String>,
    /// Only those in this state.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// Only those about this account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// Only those of the first person who is found by this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// Only those submitted on this day or later.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Date>,
    /// Only those submitted on this day or before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
}

/// A view to be kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct NewView {
    /// What its owner calls it.
    pub name: String,
    /// What it shows.
    pub filter: ViewFilter,
}

/// What of the history somebody looks at again and again.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct View {
    /// Which.
    pub id: Uuid,
    /// What its owner calls it.
    pub name: String,
    /// What it shows.
    pub filter: ViewFilter,
}
