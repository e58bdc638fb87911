//! When an access that should be gone raises an alarm: after a minute, after ten, and then each hour.

use jiff::{SignedDuration, Timestamp};

/// The step that has been reached: 0 for none, 1 after a minute, 2 after ten, and one more with each hour.
#[must_use]
pub fn step(since: Timestamp, now: Timestamp) -> i32 {
    let minutes = now.duration_since(since).as_mins();
    match minutes {
        ..1 => 0,
        1..10 => 1,
        10..60 => 2,
        _ => i32::try_from(minutes / 60).unwrap_or(i32::MAX - 2).saturating_add(2),
    }
}

/// The earliest that any step is reached.
pub const FIRST: SignedDuration = SignedDuration::from_mins(1);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_ten_minutes_and_then_each_hour() {
        let since: Timestamp = "2026-03-02T09:00:00Z".parse().unwrap();
        let at = |seconds| step(since, since + SignedDuration::from_secs(seconds));
        let table = [
            (-60, 0),
            (0, 0),
            (59, 0),
            (60, 1),
            (599, 1),
            (600, 2),
            (3599, 2),
            (3600, 3),
            (7199, 3),
            (7200, 4),
            (86_400, 26),
        ];
        for (seconds, expected) in table {
            assert_eq!(at(seconds), expected, "{seconds}");
        }
        assert_eq!(at(FIRST.as_secs()), 1);
    }
}
