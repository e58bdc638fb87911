//! An approver may give less than was asked for: shorter, or later inside the window. Whoever decides afterwards sees
//! it, and may give less still; nobody gives more.

use std::fmt;

use domain::approval::Decision;
use jiff::{SignedDuration, Timestamp};
use store::Tx;
use store::requests::{self, Request};

use super::{Decide, DecideError};

/// What an approver allows; nothing said is as it stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Narrow {
    /// How long at most, in minutes.
    pub minutes: Option<i64>,
    /// From when.
    pub start_at: Option<Timestamp>,
}

/// The window that nobody may leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// The longest, in minutes.
    pub minutes: i32,
    /// The earliest start; none where it starts as soon as it is approved and cannot start later.
    pub earliest: Option<Timestamp>,
    /// The latest end; none where the start cannot be chosen.
    pub latest_end: Option<Timestamp>,
}

impl fmt::Display for Bounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "it can be narrowed to 1 to {} minutes", self.minutes)?;
        match self.earliest.zip(self.latest_end) {
            Some((earliest, end)) => write!(f, ", starting at {earliest} or later and ending at {end} or earlier"),
            None => write!(f, "; when it starts is not an extension's to choose"),
        }
    }
}

impl Narrow {
    const fn is_nothing(&self) -> bool {
        self.minutes.is_none() && self.start_at.is_none()
    }

    /// The time that is left of a window: its minutes, and its start where that was said.
    fn of(
        self,
        minutes: i32,
        start: Option<Timestamp>,
        now: Timestamp,
        fixed: bool,
    ) -> Result<(i32, Option<Timestamp>), Bounds> {
        let opens = start.map_or(now, |start| start.max(now));
        let end = start.unwrap_or(now) + SignedDuration::from_mins(i64::from(minutes));
        let bounds = if fixed {
            Bounds { minutes, earliest: None, latest_end: None }
        } else {
            Bounds { minutes, earliest: Some(opens), latest_end: Some(end) }
        };
        if fixed && self.start_at.is_some() {
            return Err(bounds);
        }
        let starts = self.start_at.unwrap_or_else(|| start.unwrap_or(now));
        // Whoever names a start only means the rest of the window.
        let left = end.duration_since(starts).as_mins();
        let wanted = self.minutes.unwrap_or_else(|| left.min(i64::from(minutes)));
        let fits = (1..=i64::from(minutes)).contains(&wanted) && wanted <= left;
        let late_enough = self.start_at.is_none_or(|at| at >= opens);
        match i32::try_from(wanted) {
            Ok(wanted) if fits && late_enough => Ok((wanted, self.start_at.or(start))),
            Ok(_) | Err(_) => Err(bounds),
        }
    }
}

/// Narrows a locked pending request as the vote says, and returns what it is now if that is less than before.
pub(super) async fn apply(
    tx: &mut Tx,
    request: &mut Request,
    command: &Decide,
) -> Result<Option<(i32, Option<Timestamp>)>, DecideError> {
    if command.narrow.is_nothing() {
        return Ok(None);
    }
    if command.decision == Decision::Reject {
        return Err(DecideError::NarrowedNo);
    }
    let fixed = request.extends.is_some();
    let narrowed =
        command.narrow.of(request.minutes, request.start_at, tx.now(), fixed).map_err(DecideError::Outside)?;
    if narrowed == (request.minutes, request.start_at) {
        return Ok(None);
    }
    requests::narrow(tx, request, narrowed.0, narrowed.1).await?;
    Ok(Some(narrowed))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn narrowed(
        minutes: Option<i64>,
        from: Option<&str>,
        start: Option<&str>,
    ) -> Result<(i32, Option<Timestamp>), Bounds> {
        let narrow = Narrow { minutes, start_at: from.map(at) };
        narrow.of(120, start.map(at), at("2026-03-02T09:00:00Z"), false)
    }

    #[test]
    fn a_window_becomes_smaller_at_either_end_and_never_wider() {
        let start = Some("2026-03-02T12:00:00Z");
        let table: [(Option<i64>, Option<&str>, Option<(i32, &str)>); 11] = [
            (Some(60), None, Some((60, "2026-03-02T12:00:00Z"))),
            (Some(120), None, Some((120, "2026-03-02T12:00:00Z"))),
            (Some(121), None, None),
            (Some(0), None, None),
            (Some(-5), None, None),
            (Some(i64::MAX), None, None),
            (None, Some("2026-03-02T13:00:00Z"), Some((60, "2026-03-02T13:00:00Z"))),
            (Some(30), Some("2026-03-02T13:30:00Z"), Some((30, "2026-03-02T13:30:00Z"))),
            (Some(31), Some("2026-03-02T13:30:00Z"), None),
            (None, Some("2026-03-02T11:59:59Z"), None),
            (None, Some("2026-03-02T14:00:00Z"), None),
        ];
        for (minutes, from, expected) in table {
            let found = narrowed(minutes, from, start).ok();
            assert_eq!(found, expected.map(|(minutes, from)| (minutes, Some(at(from)))), "{minutes:?} {from:?}");
        }
    }

    #[test]
    fn an_access_that_starts_at_once_may_be_made_to_start_later_inside_its_length() {
        assert_eq!(narrowed(Some(30), None, None), Ok((30, None)));
        let later = Some("2026-03-02T10:30:00Z");
        assert_eq!(narrowed(None, later, None), Ok((30, later.map(at))));
        assert!(narrowed(Some(31), later, None).is_err());
        let bounds = narrowed(None, Some("2026-03-02T08:59:00Z"), None).unwrap_err();
        assert_eq!(
            (bounds.earliest, bounds.latest_end),
            (Some(at("2026-03-02T09:00:00Z")), Some(at("2026-03-02T11:00:00Z")))
        );
    }

    #[test]
    fn an_extension_is_only_made_shorter() {
        let now = at("2026-03-02T09:00:00Z");
        let of = |minutes, start_at| Narrow { minutes, start_at }.of(60, None, now, true);
        assert_eq!(of(Some(20), None), Ok((20, None)));
        assert!(of(Some(20), Some(now)).is_err());
    }
}
