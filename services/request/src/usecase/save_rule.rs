//! Making and changing rules. Every version is kept.

use std::collections::BTreeSet;

use domain::rules::{Approval, InvalidRule, Rule, RuleSpec};
use domain::{AccountId, Fact, GroupId, PermissionSetArn, RuleId, UserId};
use store::{StoreError, Tx, directory, new_id, rules};

/// Why a rule cannot be saved.
#[derive(Debug, thiserror::Error)]
pub enum RuleRefusal {
    /// It could never work.
    #[error(transparent)]
    Invalid(#[from] InvalidRule),
    /// Longer than anybody may have.
    #[error("the rule allows {asked} minutes; nobody may have more than {most}")]
    TooLong {
        /// What it says.
        asked: u32,
        /// What the settings allow.
        most: u32,
    },
    /// It names an account that is not there.
    #[error("there is no account {0} in the organization")]
    UnknownAccount(AccountId),
    /// It names a permission set that is not there.
    #[error("there is no permission set {0}")]
    UnknownPermissionSet(PermissionSetArn),
    /// It names a group that is not there.
    #[error("there is no group {0} in the directory")]
    UnknownGroup(GroupId),
    /// It names somebody who is not there.
    #[error("nobody in the directory has the id {0}")]
    UnknownUser(UserId),
    /// No such rule in force.
    #[error("there is no such rule")]
    UnknownRule,
    /// It was changed since the caller saw it.
    #[error("the rule is at version {current}, not {given}")]
    Stale {
        /// What was given.
        given: i64,
        /// What it is.
        current: i64,
    },
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Makes a rule; it is in force with the commit.
///
/// # Errors
/// [`RuleRefusal`].
pub async fn make_rule(tx: &mut Tx, most: u32, spec: RuleSpec) -> Result<Rule, RuleRefusal> {
    check(tx, most, &spec).await?;
    save(tx, Rule { id: RuleId(new_id()), version: 1, spec }).await
}

/// Changes a rule from the version that the caller saw. Requests keep the version that they were judged by.
///
/// # Errors
/// [`RuleRefusal`].
pub async fn change_rule(tx: &mut Tx, most: u32, id: RuleId, given: i64, spec: RuleSpec) -> Result<Rule, RuleRefusal> {
    let current = rules::lock(tx, id).await?.ok_or(RuleRefusal::UnknownRule)?;
    if current.version != given {
        return Err(RuleRefusal::Stale { given, current: current.version });
    }
    if current.spec == spec {
        return Ok(current);
    }
    check(tx, most, &spec).await?;
    save(tx, Rule { id, version: current.version + 1, spec }).await
}

async fn save(tx: &mut Tx, rule: Rule) -> Result<Rule, RuleRefusal> {
    rules::save(tx, &rule).await?;
    tx.record(Fact::RuleSaved { rule: rule.id, version: rule.version, name: rule.spec.name.clone() });
    Ok(rule)
}

async fn check(tx: &mut Tx, most: u32, spec: &RuleSpec) -> Result<(), RuleRefusal> {
    spec.validate()?;
    if spec.max_minutes.get() > most {
        return Err(RuleRefusal::TooLong { asked: spec.max_minutes.get(), most });
    }
    let accounts: Vec<AccountId> = spec.accounts.ids.iter().chain(&spec.accounts.except).cloned().collect();
    let known = directory::accounts(tx.connection(), &accounts).await?;
    if let Some(id) = missing(&accounts, known.iter().map(|a| &a.id)) {
        return Err(RuleRefusal::UnknownAccount(id));
    }
    let arns = &spec.permission_sets.arns;
    let known = directory::permission_sets(tx.connection(), arns).await?;
    if let Some(arn) = missing(arns, known.iter().map(|p| &p.arn)) {
        return Err(RuleRefusal::UnknownPermissionSet(arn));
    }
    let (mut groups, mut users) = (spec.subjects.groups.clone(), spec.subjects.users.clone());
    if let Approval::Policy(policy) = &spec.approval {
        groups.extend(policy.groups.iter().cloned());
        users.extend(policy.users.iter().cloned());
    }
    let known = directory::group_names(tx.connection(), &groups).await?;
    if let Some(id) = missing(&groups, known.keys()) {
        return Err(RuleRefusal::UnknownGroup(id));
    }
    let known = directory::users(tx.connection(), &users).await?;
    match missing(&users, known.iter().map(|u| &u.id)) {
        Some(id) => Err(RuleRefusal::UnknownUser(id)),
        None => Ok(()),
    }
}

fn missing<'a, T: Ord + Clone + 'a>(named: &[T], known: impl Iterator<Item = &'a T>) -> Option<T> {
    let known: BTreeSet<&T> = known.collect();
    named.iter().find(|id| !known.contains(id)).cloned()
}
