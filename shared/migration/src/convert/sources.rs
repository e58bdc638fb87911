//! What becomes a rule: an eligibility entry with what it says itself, or with each policy that it names.

use std::collections::BTreeSet;

use crate::Export;
use crate::report::{Difference, Effect, PolicyReport};
use crate::team::{Entitled, Subject};

/// One rule to be.
#[derive(Debug, Clone)]
pub struct Source<'a> {
    /// TEAM's id, and the policy's where there is one.
    pub key: String,
    /// What TEAM called it.
    pub name: String,
    /// Whom it is for.
    pub subject: &'a Subject,
    /// What it says.
    pub entitled: &'a Entitled,
    /// Rows of `Approvers` that a policy names.
    pub approvers: &'a [String],
}

/// Every rule to be, and what cannot become one.
pub fn sources(export: &Export) -> (Vec<Source<'_>>, Vec<PolicyReport>) {
    let mut sources = Vec::new();
    let mut missing = Vec::new();
    let mut used = BTreeSet::new();
    for (_, row) in export.eligibility.values() {
        if row.policies.is_empty() {
            sources.push(Source {
                key: row.id.clone(),
                name: row.name.clone(),
                subject: &row.subject,
                entitled: &row.entitled,
                approvers: &[],
            });
        }
        for id in &row.policies {
            used.insert(id.as_str());
            let (key, name) = (format!("{}/{id}", row.id), format!("{} / {id}", row.name));
            match export.policies.get(id) {
                Some((_, policy)) => sources.push(Source {
                    key,
                    name,
                    subject: &row.subject,
                    entitled: &policy.entitled,
                    approvers: &policy.approvers,
                }),
                None => missing.push(left_out(
                    key,
                    name,
                    "no_such_policy",
                    format!(
                        "the export has no policy {id:?}; add the table Policies to it, or the entry allows nothing"
                    ),
                )),
            }
        }
    }
    for id in export.policies.keys().filter(|id| !used.contains(id.as_str())) {
        let why = "no eligibility entry names this policy, so that it is for nobody";
        missing.push(left_out(id.clone(), id.clone(), "policy_of_nobody", why.to_owned()));
    }
    (sources, missing)
}

fn left_out(team_id: String, name: String, code: &'static str, why: String) -> PolicyReport {
    PolicyReport {
        team_id,
        name,
        document: None,
        says: "not taken over".to_owned(),
        differences: vec![Difference::new(Effect::LeftOut, code, why)],
    }
}
