//! What a mail's link is about. Looking changes nothing, however often a scanner does it.

use domain::approval::{MailDecision, Vote};
use domain::{Actor, ApprovalId, UserId};
use store::approvals::{self, Approval};
use store::{StoreError, Tx, directory};

use super::electors::{Desk, Electors, Word};
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

impl Desk {
    /// What the link of `approver` into `approval` is about; `None` when the approval or the person is unknown.
    ///
    /// # Errors
    /// When Postgres is away.
    pub async fn show_link(&self, approval: ApprovalId, approver: &UserId) -> Result<Option<Shown>, StoreError> {
        let found = approvals::get(&mut *self.db.read().await?, approval).await?;
        let Some(approval) = found else { return Ok(None) };
        let Some(electors) = self.onlooker(approval.request, approver).await? else { return Ok(None) };
        let mut tx = self.db.begin(Actor::service("approval")).await?;
        let Some(me) = directory::person(tx.connection(), approver).await? else { return Ok(None) };
        let sign_in = !link_suffices(&mut tx, &approval, &electors).await?;
        let Some(summary) = summaries(&mut tx, std::slice::from_ref(&approval)).await?.pop() else { return Ok(None) };
        let used = summary.votes.iter().any(|(person, _)| person.id == *approver);
        let approver = Person { id: approver.clone(), name: me.display_name };
        Ok(Some(Shown { summary, approver, sign_in, used }))
    }
}

/// Whether the link alone is enough: only if every policy that the vote would count for says so. Where it would count
/// for none, those that name the approver say whether the link alone is enough to hear why.
pub(super) async fn link_suffices(tx: &mut Tx, approval: &Approval, electors: &Electors) -> Result<bool, StoreError> {
    let votes: Vec<Vote> =
        approvals::votes(tx.connection(), approval.id).await?.into_iter().map(|cast| cast.vote).collect();
    let roll = &electors.paper_of(approval)?.roll;
    let now = tx.now();
    let me = roll.voter(&electors.voter.user, &electors.voter.groups);
    let (mut counting, mut naming) = (Vec::new(), Vec::new());
    for (place, (need, progress)) in approval.needs.iter().zip(&approval.progress).enumerate() {
        match electors.word(roll, place, need, progress, &votes, now) {
            Word::Counts(_) => counting.push(need),
            Word::Spoken => naming.push(need),
            Word::TooEarly | Word::Nothing if roll.names(need, &me) => naming.push(need),
            Word::TooEarly | Word::Nothing => {}
        }
    }
    let asked = if counting.is_empty() { naming } else { counting };
    Ok(!asked.is_empty() && asked.iter().all(|need| need.policy.mail_decision == MailDecision::LinkAlone))
}
