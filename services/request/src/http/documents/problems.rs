//! Why documents cannot be changed so, in the clothes of HTTP.

use domain::rules::Referred;
use web::{Problem, ProblemType as T};

use crate::http::problems::{sentence, stale, store};
use crate::usecase::documents::{Refused, Why, word};

/// Of a call about one document: fields are named as they stand in the body.
pub fn single(refused: Refused) -> Problem {
    let path = refused.why.field().map(str::to_owned);
    with_path(problem(refused.why), path)
}

/// Of a set of edits: the edit is named as well.
pub fn set(refused: Refused) -> Problem {
    let Refused { edit, why } = refused;
    let path = match (edit, why.field()) {
        (Some(edit), Some(field)) => Some(format!("edits[{edit}].document.spec.{field}")),
        (Some(edit), None) => Some(format!("edits[{edit}]")),
        (None, _) => None,
    };
    let problem = with_path(problem(why), path);
    match edit {
        Some(edit) => problem.with("edit", edit),
        None => problem,
    }
}

fn with_path(problem: Problem, path: Option<String>) -> Problem {
    match path {
        Some(path) => problem.with("path", path),
        None => problem,
    }
}

/// The last word of the problem's `type`.
pub fn slug(why: Why) -> &'static str {
    problem(why).kind().slug()
}

fn problem(why: Why) -> Problem {
    let said = sentence(&why);
    match why {
        Why::NoEdits => Problem::because(T::InvalidDocument, said).with("path", "edits"),
        Why::TooManyEdits { most, .. } => {
            Problem::because(T::InvalidDocument, said).with("path", "edits").with("most", most)
        }
        Why::Invalid(invalid) => {
            Problem::because(T::InvalidDocument, format!("At `{}`: {}.", invalid.field, invalid.why))
        }
        Why::TooLong { most, .. } => Problem::because(T::DurationTooLong, said).with("most", most),
        Why::ManagementAccount { .. } => Problem::because(T::ManagementAccount, said),
        Why::Unknown { field, to } => {
            let said = format!("At `{field}`: {}", said.trim_start_matches(char::is_whitespace));
            unknown(&to, &said)
        }
        Why::NoDocument(kind) => Problem::not_found(word(kind)),
        Why::Stale { given, current } => stale(given, current),
        Why::StaleRevision { given, current } => {
            Problem::because(T::StaleVersion, said).with("given", given).with("revision", current)
        }
        Why::Twice(id) => Problem::because(T::InvalidDocument, said).with("id", id.to_string()),
        Why::IdTaken(id) => Problem::because(T::IdTaken, said).with("id", id.to_string()),
        Why::NameTaken { by, .. } => Problem::because(T::NameTaken, said).with("id", by.to_string()),
        Why::InUse { by, .. } => {
            Problem::because(T::InUse, said).with("by", serde_json::to_value(by).unwrap_or_default())
        }
        Why::NoChange => Problem::not_found("change"),
        Why::Decided { state, tried } => Problem::conflict(tried, "waiting", state.as_str()),
        Why::OwnChange => Problem::because(T::OwnChange, said),
        Why::NotYours => Problem::because(T::Forbidden, said),
        Why::Store(error) => match error.constraint() {
            Some("changes_second_person") => Problem::new(T::OwnChange),
            Some("documents_names") => Problem::new(T::NameTaken),
            Some(_) | None => store(error),
        },
    }
}

fn unknown(to: &Referred, said: &str) -> Problem {
    match to {
        Referred::Account(id) => Problem::because(T::UnknownAccount, said).with("account", id.as_str()),
        Referred::Unit(id) => Problem::because(T::UnknownUnit, said).with("unit", id.as_str()),
        Referred::Group(id) => Problem::because(T::UnknownGroup, said).with("group", id.as_str()),
        Referred::User(id) => Problem::because(T::UnknownPerson, said).with("user", id.as_str()),
        Referred::PermissionSet(arn) => {
            Problem::because(T::UnknownPermissionSet, said).with("permission_set", arn.as_str())
        }
        Referred::Policy(id) => Problem::because(T::UnknownPolicy, said).with("policy", id.to_string()),
        Referred::Schedule(id) | Referred::PagerDuty(id) => {
            Problem::because(T::UnknownSchedule, said).with("schedule", id.as_str())
        }
        Referred::TicketSystem(name) => Problem::because(T::UnknownTicketSystem, said).with("system", name.as_str()),
        Referred::Severity(severity) => Problem::because(T::UnknownSeverity, said).with("severity", severity.as_str()),
    }
}
