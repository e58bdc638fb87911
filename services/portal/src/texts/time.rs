//! Moments and durations.

use super::catalogue;

catalogue! {
    today: "today" | "heute";
    tomorrow: "tomorrow" | "morgen";
    yesterday: "yesterday" | "gestern";
    minutes(m): "{m} min" | "{m} min";
    hours(h): "{h} h" | "{h} h";
    hours_and_minutes(h, m): "{h} h {m} min" | "{h} h {m} min";
    days[d]: "{d} day" / "{d} days" | "{d} Tag" / "{d} Tage";
    under_a_minute: "under a minute" | "unter einer Minute";
    is_over: "over" | "vorbei";
    months: "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec" | "Jan Feb Mär Apr Mai Jun Jul Aug Sep Okt Nov Dez";
    weekdays: "Mon Tue Wed Thu Fri Sat Sun" | "Mo Di Mi Do Fr Sa So";
}
