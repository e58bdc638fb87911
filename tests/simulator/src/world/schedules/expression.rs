//! When a schedule is due: `at(...)` once, `rate(...)` again and again. What `cron(...)` says is held against its grammar and not
//! simulated.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use crate::clock::Millis;

/// A schedule expression that was understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expression {
    /// Once.
    At(Millis),
    /// Every so many milliseconds.
    Rate(i64),
}

/// Why an expression is not taken.
#[derive(Debug, PartialEq, Eq)]
pub enum Misread {
    /// AWS would not take it either.
    Invalid,
    /// AWS would take it; it is not simulated.
    NotSimulated,
}

impl Expression {
    /// Reads an expression; `at` is meant in this time zone.
    pub fn parse(text: &str, zone: &TimeZone) -> Result<Self, Misread> {
        let inside = |word: &str| text.strip_prefix(word)?.strip_prefix('(')?.strip_suffix(')');
        if let Some(moment) = inside("at") {
            let civil = DateTime::strptime("%Y-%m-%dT%H:%M:%S", moment).map_err(|_| Misread::Invalid)?;
            let zoned = civil.to_zoned(zone.clone()).map_err(|_| Misread::Invalid)?;
            return Ok(Self::At(Millis(zoned.timestamp().as_millisecond())));
        }
        if let Some(rate) = inside("rate") {
            return rate_of(rate).map(Self::Rate).ok_or(Misread::Invalid);
        }
        let fields = inside("cron").map(|fields| fields.split_whitespace().count());
        Err(if fields == Some(6) { Misread::NotSimulated } else { Misread::Invalid })
    }

    /// The first occurrence at or after `from`, of a schedule that began at `start`.
    pub fn first_from(&self, start: Millis, from: Millis) -> Option<Millis> {
        match self {
            Self::At(at) => (*at >= from).then_some(*at),
            Self::Rate(every) => {
                let passed = (from.0 - start.0).max(0);
                let times = passed.div_euclid(*every) + i64::from(passed.rem_euclid(*every) > 0);
                Some(Millis(start.0 + times * every))
            }
        }
    }
}

/// `5 minutes`; the unit is singular for one and plural for more.
fn rate_of(text: &str) -> Option<i64> {
    let (number, unit) = text.split_once(' ')?;
    let number: i64 = number.parse().ok().filter(|number| *number > 0)?;
    let minutes = match (number, unit) {
        (1, "minute") | (2.., "minutes") => 1,
        (1, "hour") | (2.., "hours") => 60,
        (1, "day") | (2.., "days") => 24 * 60,
        _ => return None,
    };
    number.checked_mul(minutes * 60_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Expression, Misread> {
        Expression::parse(text, &TimeZone::UTC)
    }

    #[test]
    fn expressions_are_read_as_aws_reads_them() {
        assert_eq!(read("rate(5 minutes)"), Ok(Expression::Rate(300_000)));
        assert_eq!(read("rate(1 hour)"), Ok(Expression::Rate(3_600_000)));
        assert_eq!(read("rate(2 days)"), Ok(Expression::Rate(172_800_000)));
        let moment = Millis::parse("2026-03-02T09:30:00Z").unwrap();
        assert_eq!(read("at(2026-03-02T09:30:00)"), Ok(Expression::At(moment)));
        for wrong in [
            "rate(0 minutes)",
            "rate(5 minute)",
            "rate(1 minutes)",
            "rate(5  minutes)",
            "rate(5 seconds)",
            "at(now)",
            "5 minutes",
            "cron(* *)",
            "",
        ] {
            assert_eq!(read(wrong), Err(Misread::Invalid), "{wrong}");
        }
        assert_eq!(read("cron(0 8 1 * ? *)"), Err(Misread::NotSimulated));
    }

    #[test]
    fn a_rate_counts_from_its_start() {
        let rate = Expression::Rate(300_000);
        let start = Millis(1_000_000);
        let first = |from: i64| rate.first_from(start, Millis(from)).map(|at| at.0);
        assert_eq!(first(0), Some(1_000_000));
        assert_eq!(first(1_000_000), Some(1_000_000));
        assert_eq!(first(1_000_001), Some(1_300_000));
        assert_eq!(first(1_300_000), Some(1_300_000));
        assert_eq!(Expression::At(start).first_from(start, Millis(1_000_001)), None);
    }
}
