//! Asking for access.

use domain::rules::Severity;
use domain::{Justification, Minutes, Pair, RuleId, TemplateId, Ticket, UserId};
use jiff::{SignedDuration, Timestamp};
use judge::{Judge, Proposal, Typed};
use runtime::settings::Requests as Limits;
use store::{Tx, templates};

use super::open::{Asked, Opened, open};
use super::prepare::Prepared;
use super::refusal::{Refusal, is_known, pairs_are_sound};

/// What somebody asks for.
#[derive(Debug, Clone)]
pub struct Submit {
    /// Who shall have the access; `None` is the asker.
    pub beneficiary: Option<UserId>,
    /// What.
    pub pairs: Vec<Pair>,
    /// How long.
    pub minutes: Minutes,
    /// From when; `None` is as soon as it is approved.
    pub start_at: Option<Timestamp>,
    /// How urgent.
    pub severity: Severity,
    /// Why.
    pub reason: Justification,
    /// The ticket.
    pub ticket: Option<Ticket>,
    /// The break-glass rule by which it is taken.
    pub break_glass: Option<RuleId>,
    /// The asker's template that it was made from.
    pub template: Option<TemplateId>,
}

/// Clocks differ: a start that is no further back than this counts as now.
const GRACE: SignedDuration = SignedDuration::from_secs(60);

impl Submit {
    /// As the rules are asked about it.
    #[must_use]
    pub fn proposal(&self, asker: &UserId) -> Proposal {
        Proposal {
            asker: asker.clone(),
            beneficiary: self.beneficiary.clone().unwrap_or_else(|| asker.clone()),
            pairs: self.pairs.clone(),
            start: self.start_at,
            typed: Some(Typed {
                minutes: self.minutes,
                severity: self.severity.clone(),
                reason: self.reason.as_str().to_owned(),
                ticket: ticket(self.ticket.clone()),
            }),
            break_glass: self.break_glass,
            extends: None,
        }
    }
}

/// Asks: the request exists with the commit, approved already where nobody has to decide. `prepared` was made from
/// the same proposal.
///
/// # Errors
/// [`Refusal`].
pub async fn submit(
    tx: &mut Tx,
    judge: &Judge,
    limits: &Limits,
    command: Submit,
    prepared: &Prepared,
) -> Result<Opened, Refusal> {
    let asker = tx.actor().user().cloned().ok_or(Refusal::NotAPerson)?;
    if command.minutes.get() > limits.max_minutes {
        return Err(Refusal::TooLong { asked: command.minutes.into(), most: limits.max_minutes });
    }
    starts_in_time(tx.now(), limits, command.start_at)?;
    is_known(limits, &command.severity)?;
    pairs_are_sound(&command.pairs)?;
    let proposal = command.proposal(&asker);
    let least = usize::try_from(limits.min_reason).unwrap_or(usize::MAX);
    let reason = command.reason.at_least(least).map_err(Refusal::Reason)?;
    if let Some(template) = command.template {
        templates::used(tx, &asker, template).await?;
    }
    let asked = Asked {
        proposal,
        minutes: command.minutes,
        start_at: command.start_at,
        severity: command.severity,
        reason: reason.into(),
        ticket: ticket(command.ticket),
        useless_after: command.start_at.map(|start| start + command.minutes.duration()),
    };
    open(tx, judge, limits, asked, prepared).await
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
