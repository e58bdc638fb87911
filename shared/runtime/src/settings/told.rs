//! What is set and where that comes from, for those who run Curfew. Never a secret.

use toml::{Table, Value};
use url::Url;

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

/// Every key with what is set.
pub(super) fn told(table: &Table, file: &Table, variables: &[String]) -> Vec<Told> {
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
        Told { key: key.path, what: key.what, value, source, secret }
    };
    KEYS.iter().map(one).collect()
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
    use super::super::Settings;
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
}
