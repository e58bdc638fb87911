//! What somebody may ask for, rule by rule.

use domain::approval::ApprovalPolicy;
use domain::rules::{Approval, Ask, Rule, evaluate};
use domain::{Pair, PermissionSetArn, UserId};
use store::directory::{self, Account, PermissionSet, Search};
use store::{Tx, rules};

use super::Refusal;
use super::judge::Decider;

/// What one rule offers: each of the accounts with each of the permission sets.
#[derive(Debug, Clone)]
pub struct Offer {
    /// The rule.
    pub rule: Rule,
    /// Where.
    pub accounts: Vec<Account>,
    /// What.
    pub permission_sets: Vec<PermissionSet>,
    /// Who would decide; none where nobody has to.
    pub decider: Option<Decider>,
}

impl Offer {
    /// The policy by which it is decided; none where nobody has to.
    #[must_use]
    pub fn policy(&self) -> Option<&ApprovalPolicy> {
        self.decider.as_ref().map(|d| &d.policy)
    }
}

/// More accounts than any organization has.
const ALL: i64 = 100_000;

/// Every rule that offers this person something, with what it offers.
///
/// # Errors
/// When the person is not there, or Postgres is away.
pub async fn eligible(tx: &mut Tx, asker: &UserId) -> Result<Vec<Offer>, Refusal> {
    let person = directory::person(tx.connection(), asker).await?.filter(|p| p.active);
    let person = person.ok_or_else(|| Refusal::UserDisabled(asker.clone()))?;
    let groups = person.group_ids();
    let management = directory::management_account(tx.connection()).await?;
    let everything = Search { limit: ALL, ..Search::default() };
    let accounts = directory::search_accounts(tx.connection(), &everything).await?;
    let sets = directory::search_permission_sets(tx.connection(), &everything).await?;
    let mut offers = Vec::new();
    for rule in rules::all(tx.connection()).await? {
        let allows = |account: &Account, set: &PermissionSetArn| {
            let pair = Pair { account: account.id.clone(), permission_set: set.clone() };
            let ask = Ask {
                user: asker,
                groups: &groups,
                pair: &pair,
                minutes: None,
                has_ticket: false,
                management_account: management.as_ref(),
            };
            evaluate(std::slice::from_ref(&rule), &ask).chosen.is_some()
        };
        // A rule is accounts times permission sets, so that one of each side shows the whole of the other.
        let Some(first_set) = sets.iter().find(|s| rule.spec.permission_sets.arns.contains(&s.arn)) else { continue };
        let here: Vec<Account> = accounts.iter().filter(|a| allows(a, &first_set.arn)).cloned().collect();
        let Some(first_account) = here.first() else { continue };
        let what: Vec<PermissionSet> = sets.iter().filter(|s| allows(first_account, &s.arn)).cloned().collect();
        let decider = decider(tx, asker, &rule).await?;
        offers.push(Offer { accounts: here, permission_sets: what, decider, rule });
    }
    Ok(offers)
}

async fn decider(tx: &mut Tx, asker: &UserId, rule: &Rule) -> Result<Option<Decider>, Refusal> {
    let Approval::Policy(policy) = &rule.spec.approval else { return Ok(None) };
    let people =
        directory::approver_count(tx.connection(), &policy.groups, &policy.users, std::slice::from_ref(asker)).await?;
    Ok(Some(Decider { policy: policy.clone(), people }))
}
