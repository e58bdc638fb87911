//! Defaults, then the file, then the environment; every mistake is told at once.

use std::{fmt, path::Path};

use serde::Deserialize;
use toml::{Table, Value};

use super::{
    Settings, integrations,
    keys::{KEYS, Key, Kind},
    told::told,
};

/// What is wrong with the settings, one line for each mistake. Never the value of a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    /// Each names the key, the place, and what would be right.
    pub mistakes: Vec<String>,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the settings are not usable:")?;
        self.mistakes.iter().try_for_each(|mistake| write!(f, "\n  - {mistake}"))
    }
}

impl std::error::Error for ConfigError {}

impl Settings {
    /// Reads the file at `path`, else the one that `CURFEW_CONFIG` names, else none; then the
    /// variables `CURFEW__SECTION__KEY`. An empty variable counts as not set.
    ///
    /// # Errors
    /// With every unknown, wrong or missing key at once.
    pub fn load(path: Option<&Path>) -> Result<Self, ConfigError> {
        let named = std::env::var_os("CURFEW_CONFIG").filter(|name| !name.is_empty()).map(std::path::PathBuf::from);
        let path = path.map(Path::to_owned).or(named);
        let file = match &path {
            Some(path) => {
                let name = path.display().to_string();
                let text = std::fs::read_to_string(path)
                    .map_err(|error| ConfigError { mistakes: vec![format!("{name} cannot be read: {error}")] })?;
                Some((name, text))
            }
            None => None,
        };
        let environment =
            std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
        Self::from_sources(file.as_ref().map(|(name, text)| (name.as_str(), text.as_str())), environment)
    }

    /// The same from a file's name and text and from variables, for tests and tools.
    ///
    /// # Errors
    /// As [`Settings::load`].
    pub fn from_sources(
        file: Option<(&str, &str)>,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let mut mistakes = Vec::new();
        let mut table = Table::new();
        let mut origin = String::new();
        if let Some((name, text)) = file {
            origin = format!("in {name}");
            match text.parse::<Table>() {
                Ok(parsed) => table = parsed,
                // The error's own display shows the line, which may hold a secret.
                Err(error) => {
                    let line = error
                        .span()
                        .map_or(0, |span| text.get(..span.start).map_or(0, |before| before.matches('\n').count() + 1));
                    return Err(ConfigError {
                        mistakes: vec![format!("{name} is not TOML: {} in line {line}", error.message())],
                    });
                }
            }
        }
        unknown_in(&table, &origin, &mut mistakes);
        let (file, mut variables) = (table.clone(), Vec::new());
        for (name, value) in environment {
            let Some(rest) = name.strip_prefix("CURFEW__") else { continue };
            if !value.is_empty() {
                variables.push(name.to_ascii_uppercase());
                overlay(&mut table, &name, rest, &value, &mut mistakes);
            }
        }
        for key in KEYS {
            match find(&table, key.path) {
                Some(value) => {
                    if let Some(right) = key.complaint(value) {
                        mistakes.push(format!(
                            "{} ({}) must be {right}, for example {}",
                            key.path,
                            key.variable(),
                            key.example
                        ));
                    }
                }
                None if key.required => mistakes.push(format!(
                    "{} is missing: {}. Set it in the file or as {}, for example {}",
                    key.path,
                    key.what,
                    key.variable(),
                    key.example
                )),
                None => {}
            }
        }
        integrations::check(&table, &mut mistakes);
        if mistakes.is_empty() {
            relations(&table, &mut mistakes);
        }
        if !mistakes.is_empty() {
            return Err(ConfigError { mistakes });
        }
        let told = told(&table, &file, &variables);
        let settings = Self::deserialize(table);
        let settings = settings.map_err(|error| ConfigError { mistakes: vec![error.message().to_owned()] })?;
        Ok(Self { told, ..settings })
    }
}

/// What no single key can say.
fn relations(table: &Table, mistakes: &mut Vec<String>) {
    let number = |path: &str, default: i64| find(table, path).and_then(Value::as_integer).unwrap_or(default);
    let (proposed, most) = (number("requests.default_minutes", 60), number("requests.max_minutes", 480));
    if proposed > most {
        mistakes.push(format!("requests.default_minutes ({proposed}) must not be above requests.max_minutes ({most})"));
    }
    if let Some(listed) = find(table, "requests.severities").and_then(Value::as_array) {
        severities(&listed.iter().filter_map(Value::as_str).collect::<Vec<_>>(), mistakes);
    }
}

fn severities(names: &[&str], mistakes: &mut Vec<String>) {
    let sound = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_');
    for (at, name) in names.iter().enumerate() {
        if !(1..=32).contains(&name.len()) || !name.chars().all(sound) {
            mistakes.push(format!(
                "requests.severities holds {:?}; a severity has 1 to 32 lower-case letters, digits, '-' and '_', for example critical",
                shown(name)
            ));
        }
        if names.iter().take(at).any(|before| before == name) {
            mistakes.push(format!("requests.severities holds {} twice", shown(name)));
        }
    }
    if !names.contains(&"normal") {
        mistakes.push("requests.severities must hold normal, which is what is asked for without saying so".to_owned());
    }
}

pub(super) fn find<'t>(table: &'t Table, path: &str) -> Option<&'t Value> {
    let (section, name) = path.split_once('.')?;
    table.get(section)?.get(name)
}

fn known(path: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.path == path)
}

fn is_section(name: &str) -> bool {
    KEYS.iter().any(|key| key.path.split_once('.').is_some_and(|(section, _)| section == name))
}

/// Complains about every key of the file that is not in the table.
fn unknown_in(table: &Table, origin: &str, mistakes: &mut Vec<String>) {
    for (section, value) in table {
        match value {
            Value::Table(inner) if is_section(section) => {
                let paths = inner.keys().map(|name| format!("{section}.{name}"));
                mistakes.extend(paths.filter(|path| known(path).is_none()).map(|path| unknown(&path, origin)));
            }
            Value::Table(inner) if !inner.is_empty() => {
                mistakes.extend(inner.keys().map(|name| unknown(&format!("{section}.{name}"), origin)));
            }
            _ => mistakes.push(unknown(section, origin)),
        }
    }
}

/// Puts one variable over what the file said.
fn overlay(table: &mut Table, name: &str, rest: &str, text: &str, mistakes: &mut Vec<String>) {
    let lower = rest.to_ascii_lowercase();
    let mut parts = lower.splitn(3, "__");
    let (section, key_name, inner) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default(), parts.next());
    let path = format!("{section}.{key_name}");
    let value = match (known(&path), inner) {
        (Some(key), None) if !matches!(key.kind, Kind::Addresses | Kind::Systems) => key.read(text),
        (Some(key), Some(inner)) if key.kind == Kind::Addresses => {
            let mut addresses = find(table, &path).and_then(Value::as_table).cloned().unwrap_or_default();
            addresses.insert(inner.to_owned(), Value::String(text.to_owned()));
            Value::Table(addresses)
        }
        (Some(key), Some(inner)) if key.kind == Kind::Systems && inner.contains("__") => {
            let (system, field) = inner.split_once("__").unwrap_or_default();
            let mut systems = find(table, &path).and_then(Value::as_table).cloned().unwrap_or_default();
            let known = systems.entry(system.to_owned()).or_insert_with(|| Value::Table(Table::new()));
            if let Some(known) = known.as_table_mut() {
                known.insert(field.to_owned(), Value::String(text.to_owned()));
            }
            Value::Table(systems)
        }
        _ => {
            mistakes.push(unknown(&lower.replace("__", "."), &format!("from {}", shown(name))));
            return;
        }
    };
    let section = table.entry(section.to_owned()).or_insert_with(|| Value::Table(Table::new()));
    if let Some(section) = section.as_table_mut() {
        section.insert(key_name.to_owned(), value);
    }
}

fn unknown(path: &str, origin: &str) -> String {
    let nearest = KEYS.iter().map(|key| (distance(path, key.path), key.path)).min();
    let hint = match nearest {
        Some((distance, nearest)) if distance <= 1 + path.len() / 3 => format!("; did you mean {nearest}?"),
        Some(_) | None => String::new(),
    };
    format!("{} {origin} is not a known key{hint}", shown(path))
}

fn shown(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '?' } else { c }).take(80).collect()
}

/// Levenshtein's distance.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, a) in left.chars().enumerate() {
        let mut next = vec![i + 1];
        for ((b, above), diagonal) in right.iter().zip(row.iter().skip(1)).zip(&row) {
            let beside = next.last().copied().unwrap_or(i);
            next.push((above + 1).min(beside + 1).min(diagonal + usize::from(a != *b)));
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
#[path = "load_tests.rs"]
mod tests;
