//! A moment: in the reader's zone with UTC beside, exact for machines.

use askama::Template;
use askama::filters::HtmlSafe;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

use crate::look::Look;
use crate::texts::Texts;

/// A moment to the minute.
#[derive(Debug, Clone, PartialEq, Eq, Template)]
#[template(
    source = r#"<time class="moment" datetime="{{ iso }}">{{ here }}{% if let Some(utc) = utc %} <span class="utc">{{ utc }}</span>{% endif %}</time>"#,
    ext = "html"
)]
pub(crate) struct Moment {
    iso: String,
    here: String,
    utc: Option<String>,
}

impl HtmlSafe for Moment {}

impl Moment {
    pub(crate) fn new(at: Timestamp, look: &Look) -> Self {
        let here = at.to_zoned(look.zone.clone());
        let today = look.now.to_zoned(look.zone.clone());
        let iso = at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        if look.is_utc() {
            return Self { iso, here: format!("{} UTC", day_and_time(&here, &today, look.t)), utc: None };
        }
        let there = at.to_zoned(TimeZone::UTC);
        let utc = if there.date() == here.date() {
            there.strftime("%H:%M UTC").to_string()
        } else {
            format!("{} {} UTC", day(&there, &today, look.t), there.strftime("%H:%M"))
        };
        Self { iso, here: day_and_time(&here, &today, look.t), utc: Some(utc) }
    }
}

impl Moment {
    /// In one line of plain text.
    pub(crate) fn plain(&self) -> String {
        match &self.utc {
            Some(utc) => format!("{} ({utc})", self.here),
            None => self.here.clone(),
        }
    }
}

fn day_and_time(at: &Zoned, today: &Zoned, t: Texts) -> String {
    let time = at.strftime("%H:%M");
    let near = [(0, t.today()), (1, t.tomorrow()), (-1, t.yesterday())];
    let days = at.date().since(today.date()).map_or(i32::MAX, |span| span.get_days());
    match near.into_iter().find(|(away, _)| *away == days) {
        Some((_, name)) => format!("{name} {time}"),
        None => format!("{} {time}", day(at, today, t)),
    }
}

/// A day; the year only where it is another one.
fn day(at: &Zoned, today: &Zoned, t: Texts) -> String {
    let word = |list: &'static str, place: i8| {
        list.split(' ').nth(usize::try_from(place - 1).unwrap_or_default()).unwrap_or_default()
    };
    let weekday = word(t.weekdays(), at.weekday().to_monday_one_offset());
    let month = word(t.months(), at.month());
    let year = if at.year() == today.year() { String::new() } else { format!(" {}", at.year()) };
    format!("{weekday} {} {month}{year}", at.day())
}

/// A duration in whole minutes.
pub(crate) fn duration(minutes: i64, t: Texts) -> String {
    match (minutes / 60, minutes % 60) {
        (0, m) => t.minutes(m),
        (h, 0) if h >= 24 && h % 24 == 0 => t.days(h / 24),
        (h, 0) => t.hours(h),
        (h, m) => t.hours_and_minutes(h, m),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::look::{Chosen, zone};
    use crate::texts::Language;

    fn look(zone_name: &str, language: Language) -> Look {
        Look {
            t: Texts { language },
            chosen: Chosen::default(),
            zone: zone(zone_name).unwrap(),
            now: "2026-06-01T10:00:00Z".parse().unwrap(),
        }
    }

    #[test]
    fn moments_are_told_in_the_readers_zone_with_utc_beside() {
        for (at, zone, language, here, utc) in [
            ("2026-06-01T12:30:00Z", "UTC", Language::English, "today 12:30 UTC", None),
            ("2026-06-01T12:30:00Z", "Europe/Berlin", Language::English, "today 14:30", Some("12:30 UTC")),
            ("2026-05-31T22:30:00Z", "Europe/Berlin", Language::German, "heute 00:30", Some("So 31 Mai 22:30 UTC")),
            ("2026-06-02T12:30:00Z", "UTC", Language::German, "morgen 12:30 UTC", None),
            ("2026-03-09T23:00:00Z", "America/New_York", Language::English, "Mon 9 Mar 19:00", Some("23:00 UTC")),
            ("2025-12-24T08:05:00Z", "UTC", Language::English, "Wed 24 Dec 2025 08:05 UTC", None),
        ] {
            let moment = Moment::new(at.parse().unwrap(), &look(zone, language));
            assert_eq!((moment.here.as_str(), moment.utc.as_deref()), (here, utc));
            assert!(moment.to_string().contains(&format!("datetime=\"{at}\"")));
        }
    }

    #[test]
    fn durations_are_short() {
        let t = Texts::default();
        for (minutes, words) in
            [(45, "45 min"), (60, "1 h"), (90, "1 h 30 min"), (480, "8 h"), (1440, "1 day"), (2880, "2 days")]
        {
            assert_eq!(duration(minutes, t), words);
        }
    }
}
