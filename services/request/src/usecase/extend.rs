//! Asking for more time: a request of its own about one active grant, judged by today's rules. The deadline does
//! not wait for it.

use domain::grant::GrantState;
use domain::{GrantId, Justification, Minutes, Pair, Ticket};
use jiff::{SignedDuration, Timestamp};
use runtime::settings::Requests as Limits;
use store::{Tx, grants};

use super::judge::judge;
use super::open::{Asked, Opened, open};
use super::refusal::Refusal;
use super::submit::ticket;

/// What somebody asks for.
#[derive(Debug, Clone)]
pub struct Extend {
    /// The grant that shall live longer.
    pub grant: GrantId,
    /// How much longer.
    pub minutes: Minutes,
    /// Why.
    pub reason: Justification,
    /// The ticket.
    pub ticket: Option<Ticket>,
}

/// Asks for more time.
///
/// # Errors
/// [`Refusal`].
pub async fn extend(tx: &mut Tx, limits: &Limits, command: Extend) -> Result<Opened, Refusal> {
    let asker = tx.actor().user().cloned().ok_or(Refusal::NotAPerson)?;
    let grant = grants::get(tx.connection(), command.grant).await?.ok_or(Refusal::UnknownGrant)?;
    if grant.tuple.principal != asker {
        return Err(Refusal::UnknownGrant);
    }
    let least = usize::try_from(limits.min_reason).unwrap_or(usize::MAX);
    let reason = command.reason.at_least(least).map_err(Refusal::Reason)?;
    let (Some(active_at), Some(deadline)) = (grant.active_at, grant.deadline_at) else {
        return Err(Refusal::NotActive(grant.state));
    };
    if grant.state != GrantState::Active {
        return Err(Refusal::NotActive(grant.state));
    }
    if deadline <= tx.now() {
        return Err(Refusal::TimeIsUp(deadline));
    }
    let total = total(active_at, deadline, command.minutes);
    if total > i64::from(limits.max_minutes) {
        return Err(Refusal::TooLong { asked: total, most: limits.max_minutes });
    }
    let whole = Minutes::new(total).map_err(Refusal::Minutes)?;
    let pairs = [Pair { account: grant.tuple.account, permission_set: grant.tuple.permission_set }];
    let ticket = ticket(command.ticket);
    let judged = judge(tx, &asker, &pairs, Some(whole), ticket.is_some()).await?;
    let asked = Asked {
        asker,
        judged,
        minutes: command.minutes,
        start_at: None,
        extends: Some(grant.id),
        reason: reason.into(),
        ticket,
        useless_after: Some(deadline),
    };
    open(tx, limits, asked).await
}

/// The whole access in minutes, the part already had included; a begun minute counts.
fn total(active_at: Timestamp, deadline: Timestamp, more: Minutes) -> i64 {
    let had: SignedDuration = deadline.duration_since(active_at);
    let begun = i64::from(had.as_millis() % 60_000 != 0);
    had.as_mins() + begun + i64::from(more)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_part_already_had_counts_with_its_begun_minute() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let more = Minutes::new(30).unwrap();
        assert_eq!(total(at("2026-01-01T00:00:00Z"), at("2026-01-01T01:00:00Z"), more), 90);
        assert_eq!(total(at("2026-01-01T00:00:00Z"), at("2026-01-01T01:00:00.5Z"), more), 91);
    }
}
