//! By what sessions are denied: one prepared service control policy, or the permission sets' own policies.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use cloud::{CallError, InlinePolicies, Progress, SessionPolicy};
use domain::sessions::policy::{Entry, INLINE_POLICY, SERVICE_CONTROL_POLICY, render, render_inline, same};
use domain::{AccountId, PermissionSetArn};
use jiff::Timestamp;
use store::session_denies::Turn;
use uuid::Uuid;

/// How long the provisioning of one account is followed in a turn.
const PATIENCE: Duration = Duration::from_secs(8);

/// What is written.
#[derive(Clone)]
pub enum Means {
    /// One policy for all.
    Policy(SessionPolicy),
    /// Each permission set's own.
    Inline(InlinePolicies),
}

/// What AWS shows now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Written {
    /// Those that are denied.
    pub held: Vec<Uuid>,
    /// Those for which there is no room.
    pub left_out: Vec<Uuid>,
}

impl Means {
    /// Makes AWS show what the turn wants. Done twice, the second time changes nothing.
    ///
    /// # Errors
    /// See [`CallError`]; what was done until then stays.
    pub async fn make_so(&self, turn: &Turn, send_by: Timestamp) -> Result<Written, CallError> {
        match self {
            Self::Policy(policy) => by_policy(policy, &turn.entries, send_by).await,
            Self::Inline(policies) => by_permission_sets(policies, turn, send_by).await,
        }
    }
}

async fn by_policy(policy: &SessionPolicy, entries: &[Entry], send_by: Timestamp) -> Result<Written, CallError> {
    let rendered = render(entries, SERVICE_CONTROL_POLICY);
    if !same(&policy.read().await?, &rendered.content) {
        settled(policy.write(&rendered.content, send_by).await)?;
        if !same(&policy.read().await?, &rendered.content) {
            return Err(CallError::Unclear("AWS does not show the policy as it was written".to_owned()));
        }
    }
    Ok(Written { held: rendered.held, left_out: rendered.left_out })
}

async fn by_permission_sets(policies: &InlinePolicies, turn: &Turn, send_by: Timestamp) -> Result<Written, CallError> {
    let mut sets: BTreeMap<PermissionSetArn, (Vec<Entry>, BTreeSet<AccountId>)> = BTreeMap::new();
    for entry in turn.entries.iter().chain(&turn.over) {
        let (entries, accounts) = sets.entry(entry.permission_set.clone()).or_default();
        accounts.insert(entry.account.clone());
        if turn.entries.contains(entry) {
            entries.push(entry.clone());
        }
    }
    let mut written = Written::default();
    for (set, (entries, accounts)) in sets {
        match by_permission_set(policies, &set, &entries, &accounts, send_by).await {
            Ok(one) => {
                written.held.extend(one.held);
                written.left_out.extend(one.left_out);
            }
            // With the permission set its roles are gone, and their sessions with them.
            Err(CallError::NotFound(_)) => written.held.extend(entries.iter().map(|entry| entry.id)),
            Err(error) => return Err(error),
        }
    }
    Ok(written)
}

async fn by_permission_set(
    policies: &InlinePolicies,
    set: &PermissionSetArn,
    entries: &[Entry],
    accounts: &BTreeSet<AccountId>,
    send_by: Timestamp,
) -> Result<Written, CallError> {
    let existing = policies.read(set).await?;
    let strange = || CallError::Invalid("the permission set's own policy cannot be understood".to_owned());
    let rendered = render_inline(&existing, entries, INLINE_POLICY).ok_or_else(strange)?;
    if !same(&existing, &rendered.content) {
        settled(policies.write(set, &rendered.content, send_by).await)?;
        if !same(&policies.read(set).await?, &rendered.content) {
            return Err(CallError::Unclear(
                "AWS does not show the permission set's policy as it was written".to_owned(),
            ));
        }
    }
    // Others' changes are theirs to bring to further accounts.
    let outdated: BTreeSet<String> = policies.outdated(set).await?.into_iter().collect();
    for account in accounts.iter().filter(|account| outdated.contains(account.as_str())) {
        match policies.provision(set, account, send_by, PATIENCE).await {
            // Without a role there are no sessions.
            Ok(Progress::Succeeded) | Err(CallError::NotFound(_)) => {}
            Ok(Progress::InProgress) => {
                return Err(CallError::Unclear(format!("account {account} is still being provisioned")));
            }
            Ok(Progress::Failed { reason }) => {
                return Err(CallError::Unclear(format!("account {account} could not be provisioned: {reason}")));
            }
            Err(error) => return Err(error),
        }
    }
    Ok(Written { held: rendered.held, left_out: rendered.left_out })
}

/// A lost answer is no error here: the read that follows says what became of it.
fn settled(answer: Result<(), CallError>) -> Result<(), CallError> {
    match answer {
        Err(error) if error.effect_unknown() => Ok(()),
        other => other,
    }
}
