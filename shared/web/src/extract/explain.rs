//! From serde's sentences to problems: which field, what was found, what would be right.

use crate::{Problem, ProblemType, text::shown};

/// What one of serde's sentences means.
pub(super) struct Explained {
    pub(super) kind: ProblemType,
    /// The field that the sentence itself names.
    field: Option<String>,
    detail: String,
    expected: Option<String>,
}

pub(super) fn explain(message: &str) -> Explained {
    let message = message.rsplit_once(" at line ").map_or(message, |(before, _)| before);
    let (found, expected) = match message.rsplit_once(", expected ") {
        Some((found, expected)) => (found, Some(plain(expected))),
        None => (message, None),
    };
    let named = || found.split('`').nth(1).map(|name| shown(name, 60));
    let or =
        |expected: &Option<String>| expected.as_ref().map_or_else(String::new, |right| format!("; expected {right}"));
    if found.starts_with("unknown field ") {
        let name = named().unwrap_or_default();
        let detail = format!("There is no field `{name}` here{}.", or(&expected));
        return Explained { kind: ProblemType::UnknownField, field: Some(name), detail, expected };
    }
    if found.starts_with("missing field ") {
        let name = named().unwrap_or_default();
        let detail = format!("The field `{name}` is missing.");
        return Explained { kind: ProblemType::MissingField, field: Some(name), detail, expected };
    }
    if found.starts_with("duplicate field ") {
        let name = named().unwrap_or_default();
        let detail = format!("The field `{name}` is given twice.");
        return Explained { kind: ProblemType::DuplicateField, field: Some(name), detail, expected };
    }
    if let Some(found) = found.strip_prefix("invalid type: ") {
        let detail = format!("Found {}{}.", shown(found, 60), or(&expected));
        return Explained { kind: ProblemType::WrongType, field: None, detail, expected };
    }
    // Our own newtypes may name the type of problem themselves.
    if let Some((kind, detail)) =
        message.split_once(": ").and_then(|(slug, rest)| Some((ProblemType::from_slug(slug)?, rest)))
    {
        return Explained { kind, field: None, detail: format!("{}.", shown(detail, 200)), expected: None };
    }
    let detail = format!("{}{}.", shown(found, 200), or(&expected));
    Explained { kind: ProblemType::InvalidValue, field: None, detail, expected }
}

impl Explained {
    /// The problem, at the place where reading stopped.
    pub(super) fn problem(self, path: &str) -> Problem {
        let path = shown(if path == "." { "" } else { path }, 120);
        // serde stops at the object for these, and inside it for an unknown field.
        let outside = matches!(self.kind, ProblemType::MissingField | ProblemType::DuplicateField);
        let path = match self.field {
            Some(field) if path.is_empty() => field,
            Some(field) if outside => format!("{path}.{field}"),
            _ => path,
        };
        let detail = if path.is_empty() { self.detail } else { format!("At `{path}`: {}", self.detail) };
        let problem = Problem::because(self.kind, detail).with("path", path);
        match self.expected {
            Some(expected) => problem.with("expected", expected),
            None => problem,
        }
    }
}

/// Words for people instead of Rust's names.
fn plain(expected: &str) -> String {
    match expected {
        "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number of 0 or more".to_owned(),
        "i8" | "i16" | "i32" | "i64" | "isize" => "a whole number".to_owned(),
        "f32" | "f64" => "a number".to_owned(),
        "a string" | "a borrowed string" => "a text".to_owned(),
        "a boolean" => "true or false".to_owned(),
        "a sequence" => "a list".to_owned(),
        "a map" => "an object".to_owned(),
        other if other.starts_with("struct ") => "an object".to_owned(),
        other if other.starts_with("a tuple") => "a list".to_owned(),
        other => shown(other, 300),
    }
}
