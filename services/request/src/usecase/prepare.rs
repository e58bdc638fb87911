//! What other systems have to be asked before anything is written: tickets, duty, who is on call to decide. It takes
//! seconds, so no transaction is open meanwhile.

use domain::AccountId;
use domain::approval::Need;
use jiff::Timestamp;
use judge::{About, Heard, Judge, Opening, Proposal, Unjudged};
use store::{PgConnection, StoreError};

use super::bundles::{Bundle, bundles};
use super::refusal::PAIRS_MOST;

/// What they said. It holds for the same proposal under the same rules.
#[derive(Debug, Clone, Default)]
pub struct Prepared {
    /// About the ticket, and who is on duty.
    pub(super) heard: Heard,
    openings: Vec<(Vec<AccountId>, Vec<Need>, Opening)>,
}

/// Asks them. What cannot be asked for at all is not asked about: submitting says so.
///
/// # Errors
/// When Postgres is away.
pub async fn prepare(
    judge: &Judge,
    connection: &mut PgConnection,
    proposal: &Proposal,
    now: Timestamp,
) -> Result<Prepared, StoreError> {
    if proposal.pairs.len() > PAIRS_MOST {
        return Ok(Prepared::default());
    }
    let Proposal { asker, beneficiary, pairs, typed, .. } = proposal;
    let ticket = typed.as_ref().and_then(|typed| typed.ticket.as_deref());
    let heard = judge.hear(connection, asker, beneficiary, pairs, ticket, now).await?;
    let answer = match judge.judge(connection, proposal, &heard, now).await {
        Ok(answer) => answer,
        Err(Unjudged::Store(error)) => return Err(error),
        Err(
            Unjudged::UnknownPerson(_)
            | Unjudged::DisabledPerson(_)
            | Unjudged::UnknownAccount(_)
            | Unjudged::InactiveAccount(_)
            | Unjudged::UnknownPermissionSet(_),
        ) => return Ok(Prepared { heard, openings: Vec::new() }),
    };
    let mut openings = Vec::new();
    for Bundle { accounts, needs, .. } in bundles(&answer.pairs) {
        let about = about(proposal, &accounts);
        let opening = judge.opening(connection, &answer.book, &about, &needs, now).await?;
        openings.push((accounts, needs, opening));
    }
    Ok(Prepared { heard, openings })
}

pub(super) fn about(proposal: &Proposal, accounts: &[AccountId]) -> About {
    About { requester: proposal.asker.clone(), beneficiary: proposal.beneficiary.clone(), accounts: accounts.to_vec() }
}

impl Prepared {
    /// Whom an approval asks, as it was found out.
    ///
    /// # Errors
    /// When the rules have come to another answer since.
    pub(super) fn opening(&self, bundle: &Bundle) -> Result<&Opening, StoreError> {
        let known =
            self.openings.iter().find(|(accounts, needs, _)| *accounts == bundle.accounts && *needs == bundle.needs);
        known.map(|(_, _, opening)| opening).ok_or(StoreError::Raced { what: "the rules" })
    }
}
