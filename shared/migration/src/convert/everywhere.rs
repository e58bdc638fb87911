//! What is different whatever the policy, the settings, and the one approval policy that stands for TEAM's way.

use domain::approval::{PolicySpec, Stage, Voters};
use domain::rules::{Body, Document, NamedPolicySpec};

use super::approvers::Owners;
use super::rules::Rules;
use super::{count, some};
use crate::directory::Found;
use crate::report::{Difference, Effect};
use crate::team::{Settings, Table};
use crate::{Directory, Export, Status, document_id};

/// What the approval policy's id is made from.
pub const APPROVERS: (&str, &str) = ("approval_policy", "approvers");
/// The longest that a policy may wait: 30 days.
const PENDING_MOST: u32 = 30 * 24 * 60;

/// How long a decision may take.
pub fn pending_minutes(settings: &Settings) -> u32 {
    settings.expiry_hours.saturating_mul(60).min(PENDING_MOST)
}

/// One of the owners says yes, as in TEAM; there only where a rule asks for it.
pub fn approval_policy(settings: &Settings, rules: &Rules) -> Option<Document> {
    let voters = Voters { owners: true, ..Voters::default() };
    let policy = PolicySpec {
        stages: vec![Stage { voters, votes: 1, remind_after_minutes: None, escalation: None }],
        pending_minutes: Some(pending_minutes(settings)),
        ..PolicySpec::of(Vec::new(), Vec::new(), 1)
    };
    let spec = NamedPolicySpec { name: "TEAM: one of the approvers".to_owned(), policy };
    let id = document_id(APPROVERS.0, APPROVERS.1);
    rules.ask_owners.then_some(Document { id, version: 1, body: Body::ApprovalPolicy(spec) })
}

/// What may be wrong with the export itself.
pub fn warnings(export: &Export) -> Vec<String> {
    let mut warnings: Vec<String> = export
        .more
        .iter()
        .map(|file| format!("{file} says that more pages follow it; make sure that all of them are here"))
        .collect();
    for table in [Table::Eligibility, Table::Approvers, Table::Settings, Table::Requests] {
        if !export.tables.contains(&table) {
            let meaning = match table {
                Table::Requests => "no history is kept and no session adopted",
                Table::Settings => "TEAM's defaults are taken (9 h, 3 h to decide, a ticket, approvals)",
                Table::Approvers => "nobody can approve",
                _ => "no rules are made",
            };
            warnings.push(format!("the table {} is not in the export, or empty: {meaning}", table.name()));
        }
    }
    for (table, attribute) in &export.unknown {
        warnings.push(format!("{table} has an attribute {attribute:?} that this import does not know; it is ignored"));
    }
    for status in export.counts.keys() {
        if let Status::Other(text) = status {
            warnings.push(format!("requests have the status {text:?}, which TEAM is not known to write"));
        }
    }
    warnings
}

/// What is different whatever the policy.
pub fn differences(
    export: &Export,
    settings: &Settings,
    directory: &Directory,
    owners: &Owners,
    rules: &Rules,
) -> Vec<Difference> {
    use Effect::{Changed, CurfewAllows, LeftOut, TeamAllowed};
    let mut found = Vec::new();
    let mut tell = |effect, code, words: String| found.push(Difference::new(effect, code, words));
    if !rules.documents.is_empty() {
        tell(CurfewAllows, "minutes", "durations are whole minutes; TEAM's were whole hours".to_owned());
        tell(
            TeamAllowed,
            "reason_length",
            "a reason has at least 10 characters (a setting); TEAM was content with one".to_owned(),
        );
        let ticket = if settings.ticket_required {
            "a ticket is demanded by the server; in TEAM only its pages did, and requests past them had none"
        } else {
            "a ticket may be left out, as in TEAM; one that is given begins with a letter or digit, which TEAM's server checked too"
        };
        tell(if settings.ticket_required { TeamAllowed } else { Changed }, "ticket", ticket.to_owned());
        tell(
            TeamAllowed,
            "start_at_most",
            "a start lies at most 30 days ahead (a setting); TEAM had no limit".to_owned(),
        );
        if rules.longest > 8 {
            let words = format!(
                "the longest rule allows {} h; raise the setting of the longest access, 8 h by default, or it cuts that",
                rules.longest
            );
            tell(TeamAllowed, "longest_setting", words);
        }
    }
    if rules.uneven {
        let words = "where somebody had several policies, older versions of TEAM refused what any shorter one of them forbade; here each rule stands alone, and one that allows is enough";
        tell(CurfewAllows, "rules_stand_alone", words.to_owned());
    }
    if rules.automatic {
        let words =
            "what is approved automatically owes a review by a second person within 72 h; TEAM asked nobody afterwards";
        tell(Changed, "automatic_owes_review", words.to_owned());
    }
    if !settings.approval {
        let words =
            "TEAM's setting \"Approval required\" is off, so every rule is automatic; switch approvals on rule by rule";
        tell(Changed, "approval_off", words.to_owned());
    }
    if rules.ask_owners {
        let words = "approvers are asked and checked when they decide; TEAM fixed them when it was asked, and let those who had left the group decide";
        tell(TeamAllowed, "checked_at_vote", words.to_owned());
        let words = "nobody decides about themselves, by immutable id; TEAM compared e-mail addresses";
        tell(TeamAllowed, "self_approval", words.to_owned());
        if settings.comments {
            let words = "approvers need not comment; TEAM's pages, not its server, demanded it";
            tell(CurfewAllows, "comments", words.to_owned());
        }
        if settings.expiry_hours.saturating_mul(60) > PENDING_MOST {
            let words = format!("a decision may take 30 days at most; TEAM's setting was {} h", settings.expiry_hours);
            tell(TeamAllowed, "expiry", words);
        }
    }
    let moved = directory.accounts.values().filter(|account| owners.accounts.contains(&account.id)).count();
    if moved > 0 {
        let words =
            format!("{} with approvers of their own keep them when they move to another unit", count(moved, "account"));
        tell(Changed, "owners_stay", words);
    }
    if !settings.notifications.is_empty() {
        let words = format!(
            "TEAM told people by {}; set up Curfew's mail, webhooks or chat. No token or address is taken over",
            settings.notifications.join(", ")
        );
        tell(LeftOut, "notifications", words);
    }
    for (role, group) in [("administers", &settings.admin_group), ("audits", &settings.auditor_group)] {
        if let Some(group) = group {
            let known = match directory.group_named(group) {
                Found::One(id) => format!("its id is {id}"),
                Found::None => "the directory does not know it".to_owned(),
                Found::Several(number) => format!("the directory has {number} of that name"),
            };
            tell(
                LeftOut,
                "role_group",
                format!(
                    "the group {group:?} {role} TEAM; name it in Curfew's settings if it shall do so here ({known})"
                ),
            );
        }
    }
    let pending = export.open.values().filter(|row| row.status == Status::Pending);
    let pending: Vec<String> = pending.map(|row| row.id.clone()).collect();
    if !pending.is_empty() {
        let words = format!("{} must be asked again: {}", count(pending.len(), "undecided request"), some(pending));
        tell(LeftOut, "pending", words);
    }
    found
}
