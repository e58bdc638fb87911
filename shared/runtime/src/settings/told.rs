//! What is set and where that comes from, for those who run Curfew. Never a secret.

use serde::Deserialize;
use toml::{Table, Value};
use url::Url;

use super::Settings;
use super::keys::{KEYS, Key, Kind};
use super::load::find;

/// A key of the settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Its name in the file.
    pub key: &'static str,
    /// What it is for.
    pub what: &'static str,
    /// What it says; absent where nothing is set, and always where it is a secret.
    pub value: Option<String>,
    /// What holds where nothing is set; absent where that is nothing, where something has to be set, and where it is a
    /// secret.
    pub default: Option<String>,
    /// Where that comes from.
    pub source: Source,
    /// Whether it is never shown.
    pub secret: bool,
}

/// Where a value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The file says so.
    File,
    /// The environment says so, which wins.
    Environment,
    /// Nobody says so: as Curfew is made.
    Default,
}

/// Every key with what is set, and what holds where nothing is.
pub(super) fn told(table: &Table, file: &Table, variables: &[String]) -> Vec<Told> {
    let defaults = defaults(table);
    let one = |key: &Key| {
        let value = find(table, key.path);
        let secret = matches!(key.kind, Kind::Secret | Kind::Key);
        let variable = key.variable();
        let below = format!("{variable}__");
        let source = if variables.iter().any(|name| *name == variable || name.starts_with(&below)) {
            Source::Environment
        } else if find(file, key.path).is_some() {
            Source::File
        } else {
            Source::Default
        };
        let value = value.filter(|_| !secret).map(|value| shown(key.kind, value));
        let default = find(&defaults, key.path).filter(|_| !secret && !key.required);
        let default = default.map(|default| shown(key.kind, default)).filter(|default| !default.is_empty());
        Told { key: key.path, what: key.what, value, default, source, secret }
    };
    KEYS.iter().map(one).collect()
}

/// The settings of somebody who set nothing but what has to be set. They are read as any others, so that no list of
/// defaults stands beside them; secrets are not written, by their type.
fn defaults(table: &Table) -> Table {
    let mut needed = Table::new();
    for (section, name) in KEYS.iter().filter(|key| key.required).filter_map(|key| key.path.split_once('.')) {
        if let Some(value) = table.get(section).and_then(|inner| inner.get(name)) {
            let inner = needed.entry(section).or_insert_with(|| Value::Table(Table::new()));
            if let Some(inner) = inner.as_table_mut() {
                inner.insert(name.to_owned(), value.clone());
            }
        }
    }
    Settings::deserialize(needed).ok().and_then(|settings| Table::try_from(settings).ok()).unwrap_or_default()
}

fn shown(kind: Kind, value: &Value) -> String {
    match (kind, value) {
        (Kind::Address, Value::String(text)) => without_secrets(text),
        (Kind::Systems, Value::Table(systems)) => systems.keys().cloned().collect::<Vec<_>>().join(", "),
        (_, Value::Table(table)) => {
            let entry = |(name, value): (&String, &Value)| {
                let text = value.as_str().map(without_secrets).unwrap_or_default();
                format!("{name} {text}")
            };
            table.iter().map(entry).collect::<Vec<_>>().join(", ")
        }
        (_, Value::Array(values)) => values.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", "),
        (_, Value::String(text)) => text.clone(),
        (_, Value::Integer(number)) => number.to_string(),
        (_, Value::Float(number)) => number.to_string(),
        (_, Value::Boolean(flag)) => flag.to_string(),
        (_, Value::Datetime(at)) => at.to_string(),
    }
}

/// An address without what somebody may have hidden in it.
fn without_secrets(text: &str) -> String {
    let Ok(mut url) = Url::parse(text) else { return String::new() };
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.set_query(None);
    url.set_fragment(None);
    url.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = include_str!("../../curfew.sample.toml");

    #[test]
    fn each_key_says_what_is_set_and_where_and_no_secret_is_among_it() {
        let variables = [
            ("CURFEW__REQUESTS__MAX_MINUTES", "240"),
            ("CURFEW__DATABASE__URL", "postgres://curfew:hunter2@db/curfew"),
            ("CURFEW__API__SERVICES__REQUEST", "http://somebody:hunter2@request:1/?token=hunter2"),
        ];
        let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let settings = Settings::from_sources(Some(("curfew.toml", FILE)), variables).unwrap();
        let of = |key: &str| settings.told.iter().find(|told| told.key == key).unwrap();
        assert_eq!(
            (of("requests.max_minutes").value.as_deref(), of("requests.max_minutes").source),
            (Some("240"), Source::Environment)
        );
        assert_eq!(of("aws.region").source, Source::File);
        assert_eq!((of("http.listen").value.as_deref(), of("http.listen").source), (None, Source::Default));
        assert_eq!(of("api.services").value.as_deref(), Some("request http://request:1/"));
        let secret = of("database.url");
        assert!(secret.secret && secret.value.is_none() && secret.source == Source::Environment);
        let all = format!("{:?}", settings.told);
        assert!(!all.contains("hunter2") && !all.contains("PASSWORD"), "{all}");
        assert_eq!(settings.told.len(), KEYS.len());
    }

    #[test]
    fn each_key_says_what_holds_where_nothing_is_set() {
        let settings = Settings::from_sources(Some(("curfew.toml", FILE)), []).unwrap();
        let of = |key: &str| {
            let told = settings.told.iter().find(|told| told.key == key).unwrap();
            told.default.as_deref()
        };
        for (key, default) in [
            ("http.listen", Some("127.0.0.1:8080")),
            ("requests.max_minutes", Some("480")),
            ("requests.severities", Some("critical, high, normal, low")),
            ("policy.second_person", Some("loosening")),
            ("aws.permission_set_tags", Some("true")),
            ("aws.management_account", Some("false")),
            ("on_call.remembered_s", Some("30")),
            ("backstop.role_arn", None),
            ("personas.admin_groups", None),
            ("api.services", None),
            ("mail.smtp_url", None),
            ("oidc.issuer", None),
        ] {
            assert_eq!(of(key), default, "{key}");
        }
    }

    #[test]
    fn what_is_told_as_a_default_changes_nothing_when_it_is_set() {
        let without = Settings::from_sources(Some(("curfew.toml", FILE)), []).unwrap();
        let defaults = without.told.iter().filter(|told| told.source == Source::Default);
        let set: Vec<(String, String)> = defaults
            .filter_map(|told| {
                let name = format!("CURFEW__{}", told.key.to_ascii_uppercase().replace('.', "__"));
                Some((name, told.default.clone()?))
            })
            .collect();
        assert!(set.len() > 30, "{}", set.len());
        let with = Settings::from_sources(Some(("curfew.toml", FILE)), set).unwrap();
        let plain = |settings: &Settings| format!("{:?}", Settings { told: Vec::new(), ..settings.clone() });
        assert_eq!(plain(&with), plain(&without));
    }
}
