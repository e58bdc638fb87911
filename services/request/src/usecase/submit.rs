//! Asking for access.

use domain::{Justification, Minutes, Pair, Ticket, UserId};
use jiff::{SignedDuration, Timestamp};
use runtime::settings::Requests as Limits;
use store::Tx;

use super::judge::judge;
use super::open::{Asked, Opened, open};
use super::refusal::Refusal;

/// What somebody asks for.
#[derive(Debug, Clone)]
pub struct Submit {
    /// Who shall have the access; `None` is the asker. No rule allows anybody else yet.
    pub beneficiary: Option<UserId>,
    /// What.
    pub pairs: Vec<Pair>,
    /// How long.
    pub minutes: Minutes,
    /// From when; `None` is as soon as it is approved.
    pub start_at: Option<Timestamp>,
    /// Why.
    pub reason: Justification,
    /// The ticket.
    pub ticket: Option<Ticket>,
}

/// Clocks differ: a start that is no further back than this counts as now.
const GRACE: SignedDuration = SignedDuration::from_secs(60);

/// Asks: the request exists with the commit, approved already where nobody has to decide.
///
/// # Errors
/// [`Refusal`].
pub async fn submit(tx: &mut Tx, limits: &Limits, command: Submit) -> Result<Opened, Refusal> {
    let asker = tx.actor().user().cloned().ok_or(Refusal::NotAPerson)?;
    if command.beneficiary.as_ref().is_some_and(|b| *b != asker) {
        return Err(Refusal::OnBehalf);
    }
    if command.minutes.get() > limits.max_minutes {
        return Err(Refusal::TooLong { asked: command.minutes.into(), most: limits.max_minutes });
    }
    starts_in_time(tx.now(), limits, command.start_at)?;
    let least = usize::try_from(limits.min_reason).unwrap_or(usize::MAX);
    let reason = command.reason.at_least(least).map_err(Refusal::Reason)?;
    let ticket = ticket(command.ticket);
    let judged = judge(tx, &asker, &command.pairs, Some(command.minutes), ticket.is_some()).await?;
    let asked = Asked {
        asker,
        judged,
        minutes: command.minutes,
        start_at: command.start_at,
        extends: None,
        reason: reason.into(),
        ticket,
        useless_after: command.start_at.map(|start| start + command.minutes.duration()),
    };
    open(tx, limits, asked).await
}

/// An empty ticket is none.
pub(super) fn ticket(ticket: Option<Ticket>) -> Option<String> {
    ticket.map(String::from).filter(|ticket| !ticket.is_empty())
}

fn starts_in_time(now: Timestamp, limits: &Limits, start: Option<Timestamp>) -> Result<(), Refusal> {
    let Some(start) = start else { return Ok(()) };
    if now.duration_since(start) > GRACE {
        return Err(Refusal::StartInPast { start, now });
    }
    let days = limits.start_within_days;
    if start.duration_since(now) > SignedDuration::from_hours(24 * i64::from(days)) {
        return Err(Refusal::StartTooFar { start, days });
    }
    Ok(())
}
