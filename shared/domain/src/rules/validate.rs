//! What a document must be like to make sense by itself. Whether what it names exists is the directory's matter.

use super::document::{Body, NamedPolicySpec};
use super::guardrail::{Effect, FreezeSpec, GuardrailSpec, PolicyRef};
use super::hours::Hours;
use super::owners::OwnersSpec;
use super::rule::{Approval, Review, RuleSpec};
use super::schedule::ScheduleSpec;
use super::selector::{Accounts, PermissionSets, TagSelector};
use crate::approval::PolicySpec;

/// What is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {why}")]
pub struct Invalid {
    /// The field, as a path such as `approval.stages[0].votes`.
    pub field: String,
    /// What is wrong with it, and what would be right.
    pub why: String,
}

type Checked = Result<(), Invalid>;

fn wrong(field: impl Into<String>, why: impl Into<String>) -> Checked {
    Err(Invalid { field: field.into(), why: why.into() })
}

fn demand(holds: bool, field: &str, why: &str) -> Checked {
    if holds { Ok(()) } else { wrong(field, why) }
}

/// The longest list in a document.
const ENTRIES_MOST: usize = 5_000;

impl Body {
    /// # Errors
    /// What is wrong with it, and in which field.
    pub fn validate(&self) -> Result<(), Invalid> {
        let name = self.name();
        let sound = !name.trim().is_empty() && name.chars().count() <= 200 && !name.chars().any(char::is_control);
        demand(sound, "name", "a name has 1 to 200 characters, none of them a control character")?;
        match self {
            Self::Rule(spec) => rule(spec),
            Self::ApprovalPolicy(NamedPolicySpec { policy: spec, .. }) => policy("policy", spec),
            Self::Guardrail(spec) => guardrail(spec),
            Self::Freeze(spec) => freeze(spec),
            Self::Owners(spec) => owners(spec),
            Self::Schedule(spec) => schedule(spec),
        }
    }
}

fn rule(spec: &RuleSpec) -> Checked {
    demand(!spec.subjects.is_empty(), "subjects", "the rule is for nobody: give everyone, groups or users")?;
    demand(!spec.accounts.is_empty(), "accounts", "the rule reaches no account: give all, ids, units or tags")?;
    accounts("accounts", &spec.accounts)?;
    permission_sets("permission_sets", &spec.permission_sets)?;
    if let Some(hours) = &spec.hours {
        weekly(hours)?;
    }
    if let (Some(from), Some(until)) = (spec.validity.from, spec.validity.until) {
        demand(from < until, "validity.until", "the validity ends before it begins")?;
    }
    demand(spec.reason.min_length.is_none_or(|n| n <= 10_000), "reason.min_length", "at most 10000 can be written")?;
    demand(spec.pace.concurrent != Some(0), "pace.concurrent", "at least 1; switch the rule off to allow none")?;
    let cool_down = spec.pace.cool_down_minutes.is_none_or(|m| (1..=366 * 24 * 60).contains(&m));
    demand(cool_down, "pace.cool_down_minutes", "from 1 minute to a year (527040)")?;
    if let Some(check) = &spec.ticket.check {
        demand(!check.system.trim().is_empty(), "ticket.check.system", "name a ticket system of the settings")?;
    }
    match &spec.approval {
        Approval::Automatic(automatic) => {
            let conditions = automatic.incident || !automatic.on_call.is_empty();
            let waived = automatic.waiver.as_ref().map(|why| why.trim());
            demand(
                conditions || waived.is_some(),
                "approval",
                "an automatic approval needs an open incident (incident) or duty (on_call), or a waiver that says why not",
            )?;
            demand(
                waived.is_none_or(|why| (10..=500).contains(&why.chars().count())),
                "approval.waiver",
                "say in 10 to 500 characters why neither is needed",
            )?;
            review("approval.review", &automatic.review)
        }
        Approval::Policy(spec) => policy("approval", spec),
        Approval::Named(_) => Ok(()),
        Approval::BreakGlass(break_glass) => review("approval.review", &break_glass.review),
    }
}

fn review(field: &str, spec: &Review) -> Checked {
    let hours = (1..=24 * 90).contains(&spec.within_hours);
    demand(hours, &format!("{field}.within_hours"), "from 1 hour to 90 days (2160)")
}

fn policy(field: &str, spec: &PolicySpec) -> Checked {
    demand((1..=5).contains(&spec.stages.len()), &format!("{field}.stages"), "a policy has 1 to 5 stages")?;
    demand((1..=10).contains(&spec.rejections), &format!("{field}.rejections"), "from 1 to 10")?;
    let pending = spec.pending_minutes.is_none_or(|m| (1..=30 * 24 * 60).contains(&m));
    demand(pending, &format!("{field}.pending_minutes"), "from 1 minute to 30 days (43200)")?;
    for (place, stage) in spec.stages.iter().enumerate() {
        let field = format!("{field}.stages[{place}]");
        demand(
            !stage.voters.is_empty(),
            &format!("{field}.voters"),
            "nobody can approve: give groups, users, manager, owners or on_call, or the kind automatic",
        )?;
        demand((1..=10).contains(&stage.votes), &format!("{field}.votes"), "a number from 1 to 10")?;
        demand(stage.remind_after_minutes != Some(0), &format!("{field}.remind_after_minutes"), "at least 1")?;
        if let Some(escalation) = &stage.escalation {
            demand(escalation.after_minutes > 0, &format!("{field}.escalation.after_minutes"), "at least 1")?;
            demand(!escalation.to.is_empty(), &format!("{field}.escalation.to"), "give groups or users")?;
        }
    }
    Ok(())
}

fn accounts(field: &str, spec: &Accounts) -> Checked {
    tags(&format!("{field}.tags"), &spec.tags)?;
    tags(&format!("{field}.except.tags"), &spec.except.tags)?;
    let entries = spec.ids.len() + spec.units.len() + spec.except.ids.len() + spec.except.units.len();
    demand(entries <= ENTRIES_MOST, field, "at most 5000 accounts and units are named one by one; use units or tags")
}

fn permission_sets(field: &str, spec: &PermissionSets) -> Checked {
    demand(!spec.is_empty(), field, "no permission set is named: give arns, names, tags or all")?;
    tags(&format!("{field}.tags"), &spec.tags)?;
    demand(spec.arns.len() <= ENTRIES_MOST, field, "at most 5000 are named one by one; use names or tags")
}

fn tags(field: &str, tags: &[TagSelector]) -> Checked {
    match tags.iter().position(|tag| tag.key.is_empty() || tag.key.chars().count() > 128) {
        Some(place) => wrong(format!("{field}[{place}].key"), "a tag's key has 1 to 128 characters"),
        None => Ok(()),
    }
}

fn weekly(hours: &Hours) -> Checked {
    demand((1..=50).contains(&hours.windows.len()), "hours.windows", "from 1 to 50 windows")?;
    match hours.windows.iter().position(|window| window.days.is_empty()) {
        Some(place) => wrong(format!("hours.windows[{place}].days"), "give at least one day, mon to sun"),
        None => Ok(()),
    }
}

fn guardrail(spec: &GuardrailSpec) -> Checked {
    demand(!spec.subjects.is_empty(), "subjects", "the guardrail is about nobody: give everyone, groups or users")?;
    demand(
        !spec.accounts.is_empty(),
        "accounts",
        "it covers no account: give all, ids, units, tags or administration",
    )?;
    accounts("accounts", &spec.accounts)?;
    permission_sets("permission_sets", &spec.permission_sets)?;
    match &spec.effect {
        Effect::Floor { policy: PolicyRef::Policy(spec) } => policy("effect.policy", spec),
        Effect::Cap { concurrent } => demand(*concurrent > 0, "effect.concurrent", "at least 1; deny allows none"),
        Effect::Deny { .. } | Effect::Floor { policy: PolicyRef::Named(_) } => Ok(()),
    }
}

fn freeze(spec: &FreezeSpec) -> Checked {
    demand(spec.from < spec.until, "until", "the freeze ends before it begins")?;
    demand(
        !spec.accounts.is_empty(),
        "accounts",
        "it covers no account: give all, ids, units, tags or administration",
    )?;
    accounts("accounts", &spec.accounts)?;
    permission_sets("permission_sets", &spec.permission_sets)
}

fn owners(spec: &OwnersSpec) -> Checked {
    demand(!spec.owners.is_empty(), "owners", "give groups or users")
}

fn schedule(spec: &ScheduleSpec) -> Checked {
    demand(spec.rotation.is_some() || !spec.shifts.is_empty(), "rotation", "give a rotation or shifts")?;
    if let Some(rotation) = &spec.rotation {
        demand(!rotation.users.is_empty(), "rotation.users", "give at least one person")?;
        demand((1..=24 * 366).contains(&rotation.hours), "rotation.hours", "from 1 hour to a year")?;
    }
    demand(spec.shifts.len() <= ENTRIES_MOST, "shifts", "at most 5000")?;
    match spec.shifts.iter().position(|shift| shift.from >= shift.until) {
        Some(place) => wrong(format!("shifts[{place}].until"), "the shift ends before it begins"),
        None => Ok(()),
    }
}
