//! What a mail's link is about. Looking changes nothing, however often a scanner does it.

use domain::approval::{ApprovalPolicy, MailDecision};
use domain::{ApprovalId, GroupId, UserId};
use store::{StoreError, Tx, approvals, directory};

use super::summary::{Person, Summary, summaries};

/// A link's matter.
#[derive(Debug, Clone)]
pub struct Shown {
    /// The request, as it stands now.
    pub summary: Summary,
    /// Whom the link is bound to.
    pub approver: Person,
    /// Whether deciding with it demands signing in as that person.
    pub sign_in: bool,
    /// Whether that person has decided.
    pub used: bool,
}

/// What the link of `approver` into `approval` is about; `None` when the approval or the person is unknown.
///
/// # Errors
/// When Postgres is away.
pub async fn show_link(tx: &mut Tx, approval: ApprovalId, approver: &UserId) -> Result<Option<Shown>, StoreError> {
    let Some(approval) = approvals::get(tx.connection(), approval).await? else { return Ok(None) };
    let Some(me) = directory::person(tx.connection(), approver).await? else { return Ok(None) };
    let groups: Vec<GroupId> = me.groups.into_iter().map(|(id, _)| id).collect();
    let sign_in = !link_suffices(&approval.needs, approver, &groups);
    let Some(summary) = summaries(tx, std::slice::from_ref(&approval)).await?.pop() else { return Ok(None) };
    let used = summary.votes.iter().any(|(person, _)| person.id == *approver);
    let approver = Person { id: approver.clone(), name: me.display_name };
    Ok(Some(Shown { summary, approver, sign_in, used }))
}

/// Whether the link alone is enough: only if every policy that the vote would count for says so.
#[must_use]
pub fn link_suffices(needs: &[ApprovalPolicy], user: &UserId, groups: &[GroupId]) -> bool {
    let mut naming = needs.iter().filter(|policy| policy.names(user, groups)).peekable();
    naming.peek().is_some() && naming.all(|policy| policy.mail_decision == MailDecision::LinkAlone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_strictest_policy_that_names_somebody_rules_their_link() {
        let group = |n: u8| GroupId::parse(format!("11111111-0000-4000-8000-0000000000{n:02x}")).unwrap();
        let user = UserId::parse("00000000-0000-4000-8000-000000000001").unwrap();
        let policy =
            |n, mail_decision| ApprovalPolicy { groups: vec![group(n)], users: vec![], votes: 1, mail_decision };
        let needs = [policy(1, MailDecision::LinkAlone), policy(2, MailDecision::SignIn)];
        assert!(link_suffices(&needs, &user, &[group(1)]));
        assert!(!link_suffices(&needs, &user, &[group(2)]));
        assert!(!link_suffices(&needs, &user, &[group(1), group(2)]));
        assert!(!link_suffices(&needs, &user, &[]), "who is not named cannot decide, whatever they hold");
    }
}
