//! TEAM's rows become Curfew's documents, and every difference is written down.

mod approvers;
mod everywhere;
mod overlap;
mod rules;
mod sources;

use domain::rules::Document;
use jiff::Timestamp;

use crate::{Directory, Export, Report, adopt};

/// What an export becomes.
#[derive(Debug, Clone)]
pub struct Converted {
    /// Owners, approval policies and rules, in the order in which one refers to another.
    pub documents: Vec<Document>,
    /// What is done, and what is different.
    pub report: Report,
}

/// Converts an export, by what the directory knows at this moment. The same export and directory lead to the same
/// documents.
#[must_use]
pub fn convert(export: &Export, directory: &Directory, now: Timestamp) -> Converted {
    let settings = export.settings.as_ref().map(|(_, settings)| settings.clone()).unwrap_or_default();
    let mut report = Report {
        requests: export.counts.iter().map(|(status, count)| (status.to_string(), *count)).collect(),
        warnings: everywhere::warnings(export),
        ..Report::default()
    };
    let owners = approvers::convert(export, directory, &mut report);
    let (sources, missing) = sources::sources(export);
    report.policies.extend(missing);
    let (rules, made) = rules::convert(&sources, &settings, &owners, directory, &mut report);
    report.everywhere = everywhere::differences(export, &settings, directory, &owners, &rules);
    report.take(adopt::sessions(export, directory, now, |tuple| rules::lightest(&made, tuple, directory)));
    let mut documents = owners.documents;
    documents.extend(everywhere::approval_policy(&settings, &rules));
    documents.extend(rules.documents);
    Converted { documents, report }
}

/// A few of many, for words.
fn some(names: impl IntoIterator<Item = String>) -> String {
    const MOST: usize = 5;
    let mut names: Vec<String> = names.into_iter().collect();
    let more = names.len().saturating_sub(MOST);
    names.truncate(MOST);
    let told = names.join(", ");
    if more > 0 { format!("{told} and {more} more") } else { told }
}

/// A name as documents may have it.
fn name(text: &str) -> String {
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(150).collect();
    text.trim().to_owned()
}

/// `1 account`, `2 accounts`.
fn count(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}
