//! Service control policies: their text through time, and where they are attached.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::organization::Organization;
use crate::clock::Millis;

/// The policy that is prepared for Curfew: attached to the root, and about nobody at first.
pub const PREPARED: &str = "p-curfewdeny";
/// What AWS lets a policy have.
pub const LONGEST: usize = 5_120;

/// One policy.
#[derive(Clone, Debug)]
pub struct Policy {
    pub id: String,
    pub name: String,
    pub description: String,
    /// Each text with the moment from which on it was there, oldest first.
    pub versions: Vec<(Millis, String)>,
    /// Roots, units and accounts.
    pub targets: BTreeSet<String>,
}

impl Policy {
    /// The text now.
    pub fn content(&self) -> &str {
        self.versions.last().map_or("", |(_, content)| content)
    }

    /// The text that counted at this moment.
    pub fn content_at(&self, at: Millis) -> Option<&str> {
        self.versions.iter().rev().find(|(from, _)| *from <= at).map(|(_, content)| content.as_str())
    }
}

/// All of them, by id.
#[derive(Default)]
pub struct Policies {
    pub by_id: BTreeMap<String, Policy>,
}

impl Policies {
    /// The seeded ones.
    pub fn seeded(organization: &Organization, founded: Millis) -> Self {
        let nobody = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"StringEquals":{"identitystore:UserId":"nobody"}}}]}"#;
        let policy = Policy {
            id: PREPARED.to_owned(),
            name: "curfew-session-deny".to_owned(),
            description: "Denies sessions of access that was taken away".to_owned(),
            versions: vec![(founded, nobody.to_owned())],
            targets: [organization.root_id.clone()].into(),
        };
        Self { by_id: [(policy.id.clone(), policy)].into() }
    }

    /// The policies that reach an account: attached to it, or to anything above it. None reaches the management account.
    pub fn reaching<'a>(
        &'a self,
        organization: &'a Organization,
        account_id: &'a str,
    ) -> impl Iterator<Item = &'a Policy> + 'a {
        let account = organization.account(account_id).filter(|_| account_id != organization.management_account);
        let path = account.map(|account| organization.path_of(&account.parent)).unwrap_or_default();
        let reached = account.is_some();
        self.by_id.values().filter(move |policy| {
            let above = |target: &String| target == account_id || path.split('/').any(|part| part == target);
            reached && policy.targets.iter().any(above)
        })
    }
}

/// What is wrong with a policy's text, if anything is.
pub fn malformed(content: &str) -> Option<&'static str> {
    let Ok(document) = serde_json::from_str::<Value>(content) else { return Some("This policy contains invalid Json") };
    if document.get("Version").and_then(Value::as_str).is_none_or(|version| version != "2012-10-17") {
        return Some("Policy document must be version 2012-10-17 or greater.");
    }
    let statements = match document.get("Statement") {
        Some(Value::Array(all)) => all.clone(),
        Some(one @ Value::Object(_)) => vec![one.clone()],
        Some(_) | None => Vec::new(),
    };
    if statements.is_empty() {
        return Some("Missing required field Statement");
    }
    let whole = |statement: &Value| {
        let effect = statement.get("Effect").and_then(Value::as_str);
        let has = |name: &str, not: &str| statement.get(name).is_some() || statement.get(not).is_some();
        matches!(effect, Some("Allow" | "Deny")) && has("Action", "NotAction") && statement.get("Resource").is_some()
    };
    (!statements.iter().all(whole)).then_some("Syntax errors in policy.")
}
