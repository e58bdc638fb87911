//! Texts that have a form, each judged by the domain's own type.

use domain::rules::{Clock, NamePattern, Pattern, Severity, ZoneName};
use jiff::Timestamp;

use super::shape::Text;

fn any(_: &str) -> Result<(), String> {
    Ok(())
}

fn told<T, E: std::fmt::Display>(parsed: Result<T, E>) -> Result<(), String> {
    parsed.map(drop).map_err(|error| error.to_string())
}

pub(super) static ANY: Text = Text { title: "a text", check: any, keywords: "{}" };

pub(super) static NAME: Text = Text { title: "a name", check: any, keywords: r#"{"minLength": 1, "maxLength": 200}"# };

pub(super) static WAIVER: Text =
    Text { title: "a text", check: any, keywords: r#"{"minLength": 10, "maxLength": 500}"# };

pub(super) static PATTERN: Text = Text {
    title: "a regular expression",
    check: |text| told(Pattern::parse(text)),
    keywords: r#"{"minLength": 1, "maxLength": 500, "examples": ["[A-Z]{2,10}-[0-9]+"]}"#,
};

pub(super) static NAME_PATTERN: Text = Text {
    title: "a pattern of names",
    check: |text| told(NamePattern::parse(text)),
    keywords: r#"{"minLength": 1, "maxLength": 500, "examples": ["Team-*"]}"#,
};

pub(super) static SEVERITY: Text = Text {
    title: "a severity",
    check: |text| told(Severity::parse(text)),
    keywords: r#"{"pattern": "^[a-z0-9_-]{1,32}$", "examples": ["high"]}"#,
};

pub(super) static ZONE: Text = Text {
    title: "a time zone",
    check: |text| told(ZoneName::parse(text)),
    keywords: r#"{"examples": ["Europe/Berlin"]}"#,
};

pub(super) static CLOCK: Text = Text {
    title: "a time of day",
    check: |text| told(Clock::try_from(text.to_owned())),
    keywords: r#"{"pattern": "^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$", "examples": ["08:30"]}"#,
};

pub(super) static MOMENT: Text = Text {
    title: "a moment",
    check: |text| match text.parse::<Timestamp>() {
        Ok(_) => Ok(()),
        Err(_) => {
            let text: String = text.chars().take(80).collect();
            Err(format!("{text:?} is not a moment with its zone, such as \"2026-11-23T08:00:00Z\""))
        }
    },
    keywords: r#"{"format": "date-time", "examples": ["2026-11-23T08:00:00Z"]}"#,
};

pub(super) static TAG_KEY: Text =
    Text { title: "a tag's key", check: any, keywords: r#"{"minLength": 1, "maxLength": 128}"# };
