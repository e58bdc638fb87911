//! When a message that did not arrive is tried again, and when no more.

use jiff::{SignedDuration, Timestamp};
use store::deliveries::Channel;

/// The waits before a webhook's second, third, ... try, in seconds; together about two days.
const WEBHOOK: [i64; 9] = [5, 30, 120, 600, 3_600, 10_800, 21_600, 43_200, 86_400];
/// The first waits of a mail, in seconds; the last one is then repeated.
const MAIL: [i64; 6] = [5, 15, 30, 60, 120, 300];
/// Tries of a mail: at the last wait of five minutes, about a day.
const MAIL_TRIES: i32 = 294;

/// When the next try is due after `failures` in vain, or `None` when that was the last. `jitter` from 0 to 1
/// spreads those that failed together; the other side may ask for more patience, up to a day.
#[must_use]
pub fn next_try(
    channel: Channel,
    failures: i32,
    now: Timestamp,
    jitter: f64,
    asked: Option<SignedDuration>,
) -> Option<Timestamp> {
    let index = usize::try_from(failures.saturating_sub(1)).unwrap_or(0);
    let wait = match channel {
        Channel::Webhook => *WEBHOOK.get(index)?,
        Channel::Mail if failures >= MAIL_TRIES => return None,
        Channel::Mail => *MAIL.get(index).or(MAIL.last())?,
    };
    let spread = SignedDuration::from_secs(wait).mul_f64(1.0 + 0.2 * jitter.clamp(0.0, 1.0));
    let asked = asked.unwrap_or(SignedDuration::ZERO).min(SignedDuration::from_hours(24));
    Some(now + spread.max(asked))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waits(channel: Channel, jitter: f64) -> Vec<i64> {
        let now = Timestamp::UNIX_EPOCH;
        (1..).map_while(|n| next_try(channel, n, now, jitter, None)).map(|at| at.as_second()).collect()
    }

    #[test]
    fn a_webhook_is_tried_ten_times_over_two_days() {
        assert_eq!(waits(Channel::Webhook, 0.0), WEBHOOK);
        let hours: i64 = waits(Channel::Webhook, 0.0).iter().sum::<i64>() / 3600;
        assert_eq!(hours, 46);
    }

    #[test]
    fn a_mail_is_tried_for_a_day_and_never_further_apart_than_five_minutes() {
        let waits = waits(Channel::Mail, 0.0);
        assert_eq!(waits.iter().max(), Some(&300));
        assert_eq!(waits.iter().sum::<i64>() / 3600, 24);
    }

    #[test]
    fn those_that_failed_together_are_spread_by_a_fifth() {
        assert_eq!(waits(Channel::Webhook, 1.0).first(), Some(&6));
    }

    #[test]
    fn the_other_side_may_ask_for_more_patience_but_not_for_less() {
        let next =
            |asked| next_try(Channel::Webhook, 1, Timestamp::UNIX_EPOCH, 0.0, Some(SignedDuration::from_secs(asked)));
        assert_eq!(next(60).unwrap().as_second(), 60);
        assert_eq!(next(1).unwrap().as_second(), 5);
        assert_eq!(next(10_000_000).unwrap().as_second(), 86_400);
    }
}
