//! The six kinds of documents: their addresses, what they are called, and what their forms show first.

use client::DocumentKind;
use domain::rules::Kind;
use serde_json::{Value, json};

use crate::texts::Texts;

/// In the order of the tabs.
pub(super) const ALL: [Kind; 6] =
    [Kind::Rule, Kind::ApprovalPolicy, Kind::Guardrail, Kind::Freeze, Kind::Owners, Kind::Schedule];

/// The kind as the API's addresses have it.
pub(super) const fn api(kind: Kind) -> DocumentKind {
    match kind {
        Kind::Rule => DocumentKind::Rule,
        Kind::ApprovalPolicy => DocumentKind::ApprovalPolicy,
        Kind::Guardrail => DocumentKind::Guardrail,
        Kind::Freeze => DocumentKind::Freeze,
        Kind::Owners => DocumentKind::Owners,
        Kind::Schedule => DocumentKind::Schedule,
    }
}

/// The kind at an address.
pub(super) fn of_path(path: &str) -> Option<Kind> {
    ALL.into_iter().find(|kind| api(*kind).path() == path)
}

/// Where its documents are listed.
pub(super) fn list(kind: Kind) -> String {
    format!("/policy/{}", api(kind).path())
}

/// What one is called.
pub(in crate::pages) const fn one(kind: Kind, t: Texts) -> &'static str {
    match kind {
        Kind::Rule => t.policy_rule(),
        Kind::ApprovalPolicy => t.policy_approval_policy(),
        Kind::Guardrail => t.policy_guardrail(),
        Kind::Freeze => t.policy_freeze(),
        Kind::Owners => t.policy_owners_one(),
        Kind::Schedule => t.policy_schedule(),
    }
}

/// What several are called, and what they are for.
pub(super) const fn many(kind: Kind, t: Texts) -> (&'static str, &'static str) {
    match kind {
        Kind::Rule => (t.policy_rules(), t.policy_about_rules()),
        Kind::ApprovalPolicy => (t.policy_approval_policies(), t.policy_about_approval_policies()),
        Kind::Guardrail => (t.policy_guardrails(), t.policy_about_guardrails()),
        Kind::Freeze => (t.policy_freezes(), t.policy_about_freezes()),
        Kind::Owners => (t.policy_owners(), t.policy_about_owners()),
        Kind::Schedule => (t.policy_schedules(), t.policy_about_schedules()),
    }
}

/// The fields that its form shows first; the rest stands below a line that opens.
pub(super) const fn first(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Rule => &["name", "enabled", "subjects", "accounts", "permission_sets", "max_minutes", "approval"],
        Kind::ApprovalPolicy => &["name", "policy"],
        Kind::Guardrail => &["name", "enabled", "effect", "subjects", "accounts", "permission_sets"],
        Kind::Freeze => &["name", "from", "until", "accounts", "permission_sets", "spares_break_glass"],
        Kind::Owners => &["name", "target", "owners"],
        Kind::Schedule => &["name", "rotation", "shifts"],
    }
}

/// What a new one begins with.
pub(super) fn blank(kind: Kind) -> Value {
    match kind {
        Kind::Rule => json!({ "max_minutes": 60, "approval": { "kind": "named" } }),
        Kind::Guardrail => json!({ "subjects": { "everyone": true } }),
        Kind::ApprovalPolicy | Kind::Freeze | Kind::Owners | Kind::Schedule => json!({}),
    }
}
