//! Asking for more time: a request of its own about one active grant, judged by today's rules. The deadline does
//! not wait for it.

use domain::grant::{EXTENSION_CLOSES, GrantState};
use domain::rules::Severity;
use domain::{GrantId, Justification, Minutes, Pair, RuleId, Ticket, UserId};
use jiff::Timestamp;
use judge::{Judge, Proposal, Typed, whole};
use runtime::settings::Requests as Limits;
use store::{PgConnection, Tx, grants};

use super::open::{Asked, Opened, open};
use super::prepare::Prepared;
use super::refusal::{Refusal, is_known};
use super::submit::ticket;

/// What somebody asks for.
#[derive(Debug, Clone)]
pub struct Extend {
    /// The grant that shall live longer.
    pub grant: GrantId,
    /// How much longer.
    pub minutes: Minutes,
    /// How urgent.
    pub severity: Severity,
    /// Why.
    pub reason: Justification,
    /// The ticket.
    pub ticket: Option<Ticket>,
    /// The break-glass rule by which it is taken.
    pub break_glass: Option<RuleId>,
}

impl Extend {
    /// As the rules are asked about it: the whole access, the part already had included. With it comes the deadline
    /// that there is.
    ///
    /// # Errors
    /// [`Refusal`]: why the access cannot be extended.
    pub async fn proposal(
        &self,
        connection: &mut PgConnection,
        asker: &UserId,
        limits: &Limits,
        now: Timestamp,
    ) -> Result<(Proposal, Timestamp), Refusal> {
        let grant = grants::get(connection, self.grant).await?.ok_or(Refusal::UnknownGrant)?;
        if grant.tuple.principal != *asker {
            return Err(Refusal::UnknownGrant);
        }
        let (Some(active_at), Some(deadline)) = (grant.active_at, grant.deadline_at) else {
            return Err(Refusal::NotActive(grant.state));
        };
        if grant.state != GrantState::Active {
            return Err(Refusal::NotActive(grant.state));
        }
        if deadline <= now {
            return Err(Refusal::TimeIsUp(deadline));
        }
        if deadline - EXTENSION_CLOSES <= now {
            return Err(Refusal::TooNear(deadline));
        }
        let total = whole(active_at, deadline, self.minutes);
        if total > i64::from(limits.max_minutes) {
            return Err(Refusal::TooLong { asked: total, most: limits.max_minutes });
        }
        let proposal = Proposal {
            asker: asker.clone(),
            beneficiary: asker.clone(),
            pairs: vec![Pair { account: grant.tuple.account, permission_set: grant.tuple.permission_set }],
            start: Some(active_at),
            typed: Some(Typed {
                minutes: Minutes::new(total).map_err(Refusal::Minutes)?,
                severity: self.severity.clone(),
                reason: self.reason.as_str().to_owned(),
                ticket: ticket(self.ticket.clone()),
            }),
            break_glass: self.break_glass,
            extends: Some(grant.id),
        };
        Ok((proposal, deadline))
    }
}

/// Asks for more time. `prepared` was made from the same proposal.
///
/// # Errors
/// [`Refusal`].
pub async fn extend(
    tx: &mut Tx,
    judge: &Judge,
    limits: &Limits,
    command: Extend,
    prepared: &Prepared,
) -> Result<Opened, Refusal> {
    let asker = tx.actor().user().cloned().ok_or(Refusal::NotAPerson)?;
    let now = tx.now();
    let (proposal, deadline) = command.proposal(tx.connection(), &asker, limits, now).await?;
    is_known(limits, &command.severity)?;
    let least = usize::try_from(limits.min_reason).unwrap_or(usize::MAX);
    let reason = command.reason.at_least(least).map_err(Refusal::Reason)?;
    let asked = Asked {
        proposal,
        minutes: command.minutes,
        start_at: None,
        severity: command.severity,
        reason: reason.into(),
        ticket: ticket(command.ticket),
        useless_after: Some(deadline - EXTENSION_CLOSES),
    };
    open(tx, judge, limits, asked, prepared).await
}
