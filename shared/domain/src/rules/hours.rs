//! When access may be had: times of day on weekdays in a named time zone, and a period of validity.

use jiff::civil::Time;
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use serde::{Deserialize, Serialize};

/// A time zone of the IANA database, by name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, example = "Europe/Berlin")]
pub struct ZoneName(String);

/// Why a name is no time zone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a time zone of the IANA database; \"Europe/Berlin\" is one")]
pub struct InvalidZone(String);

impl ZoneName {
    /// # Errors
    /// When the database does not have it.
    pub fn parse(name: impl Into<String>) -> Result<Self, InvalidZone> {
        let name: String = name.into();
        match TimeZone::get(&name) {
            Ok(_) => Ok(Self(name)),
            Err(_) => Err(InvalidZone(name.chars().take(80).collect())),
        }
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The zone; UTC cannot happen, as the name was checked when it was read.
    #[must_use]
    pub fn zone(&self) -> TimeZone {
        TimeZone::get(&self.0).unwrap_or(TimeZone::UTC)
    }
}

impl TryFrom<String> for ZoneName {
    type Error = InvalidZone;
    fn try_from(name: String) -> Result<Self, Self::Error> {
        Self::parse(name)
    }
}

impl From<ZoneName> for String {
    fn from(name: ZoneName) -> Self {
        name.0
    }
}

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Day {
    /// Monday.
    Mon,
    /// Tuesday.
    Tue,
    /// Wednesday.
    Wed,
    /// Thursday.
    Thu,
    /// Friday.
    Fri,
    /// Saturday.
    Sat,
    /// Sunday.
    Sun,
}

impl Day {
    /// Every day.
    pub const ALL: [Self; 7] = [Self::Mon, Self::Tue, Self::Wed, Self::Thu, Self::Fri, Self::Sat, Self::Sun];

    const fn of(day: jiff::civil::Weekday) -> Self {
        use jiff::civil::Weekday;
        match day {
            Weekday::Monday => Self::Mon,
            Weekday::Tuesday => Self::Tue,
            Weekday::Wednesday => Self::Wed,
            Weekday::Thursday => Self::Thu,
            Weekday::Friday => Self::Fri,
            Weekday::Saturday => Self::Sat,
            Weekday::Sunday => Self::Sun,
        }
    }
}

/// A time of day, `HH:MM`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, example = "08:30")]
pub struct Clock(u16);

/// Why a text is no time of day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a time of day from 00:00 to 24:00, such as \"08:30\"")]
pub struct InvalidClock(String);

impl TryFrom<String> for Clock {
    type Error = InvalidClock;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        let parsed = text.split_once(':').and_then(|(hours, minutes)| {
            let digits =
                |s: &str| (s.len() == 2 && s.bytes().all(|b| b.is_ascii_digit())).then(|| s.parse::<u16>().ok());
            Some((digits(hours)??, digits(minutes)??))
        });
        match parsed {
            Some((hours, minutes)) if (hours < 24 && minutes < 60) || (hours, minutes) == (24, 0) => {
                Ok(Self(hours * 60 + minutes))
            }
            Some(_) | None => Err(InvalidClock(text.chars().take(20).collect())),
        }
    }
}

impl From<Clock> for String {
    fn from(clock: Clock) -> Self {
        format!("{:02}:{:02}", clock.0 / 60, clock.0 % 60)
    }
}

/// The same hours on some days of the week.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Weekly {
    /// On which days they begin.
    pub days: Vec<Day>,
    /// From.
    pub from: Clock,
    /// Until; not after `from` means on the next day.
    pub to: Clock,
}

/// Times of day, weekdays, and where they are meant.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Hours {
    /// The zone in which the times are read.
    pub time_zone: ZoneName,
    /// Any of these.
    pub windows: Vec<Weekly>,
}

impl Hours {
    /// Whether the whole of the time from `start` to `end` lies inside.
    #[must_use]
    pub fn cover(&self, start: Timestamp, end: Timestamp) -> bool {
        self.open_through(start, end).is_some_and(|until| until >= end)
    }

    /// Until when it is open without a gap from this moment on, looked for no further than `limit`; windows that
    /// meet are one. `None` when the moment is in no window.
    #[must_use]
    pub fn open_through(&self, at: Timestamp, limit: Timestamp) -> Option<Timestamp> {
        let mut reached = self.open_until(at)?;
        for _ in 0..MOST_WINDOWS {
            match self.open_until(reached) {
                Some(until) if reached < limit && until > reached => reached = until,
                Some(_) | None => break,
            }
        }
        Some(reached)
    }

    /// The latest end of a window that holds this moment.
    #[must_use]
    pub fn open_until(&self, at: Timestamp) -> Option<Timestamp> {
        let zone = self.time_zone.zone();
        let today = at.to_zoned(zone.clone()).date();
        let yesterday = today.yesterday().ok();
        [yesterday, Some(today)]
            .into_iter()
            .flatten()
            .flat_map(|date| {
                let zone = zone.clone();
                self.windows.iter().filter(move |w| w.days.contains(&Day::of(date.weekday()))).filter_map(move |w| {
                    let from = moment(date, w.from, &zone)?;
                    let last = if w.to > w.from { date } else { date.tomorrow().ok()? };
                    Some((from, moment(last, w.to, &zone)?))
                })
            })
            .filter(|(from, to)| *from <= at && at < *to)
            .map(|(_, to)| to)
            .max()
    }
}

/// How many windows in a row are followed: four a day for the longest access, a year.
const MOST_WINDOWS: usize = 1_500;

/// A time that a clock shows; in a gap of the zone the moment after it.
fn moment(date: jiff::civil::Date, clock: Clock, zone: &TimeZone) -> Option<Timestamp> {
    let (date, minutes) = if clock.0 == 24 * 60 { (date.tomorrow().ok()?, 0) } else { (date, clock.0) };
    let time = Time::new(i8::try_from(minutes / 60).ok()?, i8::try_from(minutes % 60).ok()?, 0, 0).ok()?;
    zone.to_ambiguous_zoned(date.to_datetime(time)).compatible().ok().map(|zoned| zoned.timestamp())
}

/// From when until when something counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Validity {
    /// Not before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Timestamp>,
    /// Not after; access ends by then at the latest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

impl Validity {
    /// Whether it says nothing.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.from.is_none() && self.until.is_none()
    }
}

/// The time that an access would take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Its begin.
    pub start: Timestamp,
    /// Its end.
    pub end: Timestamp,
}

impl Window {
    /// So long from a moment on.
    #[must_use]
    pub fn from(start: Timestamp, length: SignedDuration) -> Self {
        Self { start, end: start.saturating_add(length).unwrap_or(Timestamp::MAX) }
    }

    /// Whether any moment is in both.
    #[must_use]
    pub fn overlaps(&self, from: Timestamp, until: Timestamp) -> bool {
        self.start < until && from < self.end
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }
    fn hours(days: &[Day], from: &str, to: &str) -> Hours {
        Hours {
            time_zone: ZoneName::parse("Europe/Berlin").unwrap(),
            windows: vec![Weekly {
                days: days.to_vec(),
                from: Clock::try_from(from.to_owned()).unwrap(),
                to: Clock::try_from(to.to_owned()).unwrap(),
            }],
        }
    }

    #[test]
    fn the_whole_access_lies_inside_the_hours_of_its_zone() {
        let office = hours(&[Day::Mon], "08:00", "18:00");
        // 2026-11-23 is a Monday; Berlin is at UTC+1 then.
        for (start, end, inside) in [
            ("2026-11-23T07:00:00Z", "2026-11-23T17:00:00Z", true),
            ("2026-11-23T06:59:59Z", "2026-11-23T08:00:00Z", false),
            ("2026-11-23T16:30:00Z", "2026-11-23T17:00:01Z", false),
            ("2026-11-24T08:00:00Z", "2026-11-24T09:00:00Z", false),
        ] {
            assert_eq!(office.cover(at(start), at(end)), inside, "{start} {end}");
        }
    }

    #[test]
    fn a_night_goes_on_into_the_next_day_and_meets_the_next_window() {
        let night = hours(&[Day::Fri], "22:00", "06:00");
        assert!(night.cover(at("2026-11-27T21:30:00Z"), at("2026-11-28T05:00:00Z")));
        assert!(!night.cover(at("2026-11-28T21:30:00Z"), at("2026-11-28T22:00:00Z")));
        let always = hours(&Day::ALL, "00:00", "24:00");
        assert!(always.cover(at("2026-01-01T00:00:00Z"), at("2026-12-31T00:00:00Z")));
    }

    #[test]
    fn windows_that_meet_are_open_through() {
        let always = hours(&Day::ALL, "00:00", "24:00");
        let (start, limit) = (at("2026-11-23T12:00:00Z"), at("2026-11-25T12:00:00Z"));
        assert!(always.open_through(start, limit).unwrap() >= limit);
        let monday = hours(&[Day::Mon], "00:00", "24:00");
        assert_eq!(monday.open_through(start, limit), Some(at("2026-11-23T23:00:00Z")));
        assert_eq!(monday.open_through(at("2026-11-24T12:00:00Z"), limit), None);
    }

    #[test]
    fn the_hour_that_spring_takes_away_does_not_break_a_window() {
        // 2026-03-29, 02:00 to 03:00 does not exist in Berlin.
        let early = hours(&[Day::Sun], "02:30", "05:00");
        assert!(early.cover(at("2026-03-29T01:30:00Z"), at("2026-03-29T03:00:00Z")));
    }

    #[test]
    fn times_and_zones_are_checked_when_they_are_read() {
        for bad in ["8:30", "24:01", "12:60", "noon", "12.30", "+1:30"] {
            assert!(Clock::try_from(bad.to_owned()).is_err(), "{bad}");
        }
        for bad in ["Europe/Bonn", "", "../etc/passwd"] {
            assert!(ZoneName::parse(bad).is_err(), "{bad}");
        }
    }
}
