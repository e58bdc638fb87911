//! What of the history somebody looks at again and again: filters, never an address.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::AccountId;
use crate::request::RequestState;

/// Whose requests.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Whose {
    /// One's own.
    #[default]
    Mine,
    /// Everybody's; where somebody may not see them, they see their own.
    All,
}

/// What somebody wrote to find a person: a part of a name, or the beginning of an id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, min_length = 1, max_length = 200)]
pub struct Sought(String);

/// Why a text finds nobody.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a name to look for has 1 to 200 characters, none of them a control character")]
pub struct InvalidSought;

impl TryFrom<String> for Sought {
    type Error = InvalidSought;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        let text = text.trim();
        let fits = (1..=200).contains(&text.chars().count()) && !text.chars().any(char::is_control);
        if fits { Ok(Self(text.to_owned())) } else { Err(InvalidSought) }
    }
}

impl From<Sought> for String {
    fn from(sought: Sought) -> Self {
        sought.0
    }
}

/// Which requests. Days are those of whoever looks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ViewFilter {
    /// Whose.
    #[schema(inline)]
    pub whose: Whose,
    /// Only those in this state.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<RequestState>,
    /// Only those about this account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountId>,
    /// Only those that the first person found by this asked for, or would have the access of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<Sought>,
    /// Only those submitted on this day or later.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub since: Option<Date>,
    /// Only those submitted on this day or before.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub until: Option<Date>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_view_holds_filters_and_nothing_else() {
        let good =
            r#"{"whose":"all","state":"rejected","account":"123456789012","person":" ann ","since":"2026-06-01"}"#;
        let filter: ViewFilter = serde_json::from_str(good).unwrap();
        assert_eq!(filter.person, Some(Sought("ann".to_owned())));
        assert_eq!(serde_json::from_str::<ViewFilter>("{}").unwrap(), ViewFilter::default());
        for bad in [
            r#"{"url":"https://evil.example"}"#,
            r#"{"state":"//evil.example"}"#,
            r#"{"account":"12"}"#,
            r#"{"person":""}"#,
            r#"{"person":"a\nb"}"#,
            r#"{"since":"yesterday"}"#,
            r#"{"whose":"theirs"}"#,
        ] {
            assert!(serde_json::from_str::<ViewFilter>(bad).is_err(), "{bad}");
        }
    }
}
