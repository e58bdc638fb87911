//! The terms on which something can be had, in the reader's language and time zone.

use client::LongestWhy;
use domain::rules::{Term, TermWay, Terms};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::words::severity;
use crate::look::Look;
use crate::parts::{Moment, duration};
use crate::texts::Texts;

/// What holds, or held. Where there are no codes, or one that is not known here, in the API's words.
pub(super) fn told(terms: &Value, words: &str, look: &Look) -> String {
    let terms = Terms::deserialize(terms).unwrap_or_default();
    if terms.terms.is_empty() {
        return words.to_owned();
    }
    let mut told = String::new();
    for (place, one) in terms.terms.iter().enumerate() {
        if place > 0 {
            told.push_str(if *one == Term::Otherwise { "; " } else { ", " });
        }
        told.push_str(&term(one, look));
    }
    match &terms.by {
        Some(by) => look.t.term_by(by, told),
        None => told,
    }
}

fn term(term: &Term, look: &Look) -> String {
    let t = look.t;
    let at = |at: &Timestamp| Moment::new(*at, look).plain();
    let long = |minutes: u32| duration(minutes.into(), t);
    match term {
        Term::Nothing => t.term_nothing().to_owned(),
        Term::UpTo { minutes, way: by } => t.term_up_to(long(*minutes), way(by, t)),
        Term::Severities { severities } => {
            let words: Vec<&str> = severities.iter().map(|code| severity(code, t)).collect();
            t.term_severities(words.join(t.or()))
        }
        Term::Reason => t.term_reason().to_owned(),
        Term::Ticket => t.term_ticket().to_owned(),
        Term::Hours { time_zone } => t.term_hours(time_zone),
        Term::From { at: from } => t.term_from(at(from)),
        Term::Until { at: until } => t.term_until(at(until)),
        Term::AtATime { most } => t.term_at_a_time(most),
        Term::Rest { minutes } => t.term_rest(long(*minutes)),
        Term::CutAlways => t.term_cut_always().to_owned(),
        Term::CutNever => t.term_cut_never().to_owned(),
        Term::Otherwise => t.term_otherwise().to_owned(),
        Term::Denied => t.term_denied().to_owned(),
        Term::Floor { votes, stages } => t.term_floor(people(*votes, *stages, t)),
        Term::Cap { most } => t.term_cap(most),
        Term::Freeze { from, until } => t.term_freeze(at(from), at(until)),
    }
}

fn way(way: &TermWay, t: Texts) -> String {
    match way {
        TermWay::AtOnce => t.way_at_once().to_owned(),
        TermWay::AtOnceWhenNeeded => t.way_when_needed().to_owned(),
        TermWay::BreakGlass => t.way_break_glass().to_owned(),
        TermWay::People { votes, stages } => people(*votes, *stages, t),
    }
}

fn people(votes: Option<u32>, stages: Option<usize>, t: Texts) -> String {
    match votes.zip(stages) {
        Some((votes, stages)) => t.way_people(t.approvals_counted(votes), t.in_stages(stages)),
        None => t.way_policy_missing().to_owned(),
    }
}

/// Why an access can be no longer; nothing where the code is not known.
pub(super) fn longest(why: &LongestWhy, t: Texts) -> Option<String> {
    match why {
        LongestWhy::Everybody { most } => Some(t.longest_everybody(duration(*most, t))),
        LongestWhy::Rule { name, most } => Some(t.longest_rule(name, duration(*most, t))),
        LongestWhy::Earlier { name, most } => Some(t.longest_earlier(name, duration(*most, t))),
        LongestWhy::NoRule => Some(t.longest_no_rule().to_owned()),
        LongestWhy::Unknown => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::look::{Chosen, zone};
    use crate::texts::Language;

    fn look(language: Language) -> Look {
        Look {
            t: Texts { language },
            chosen: Chosen::default(),
            zone: zone("Europe/Berlin").unwrap(),
            now: "2026-06-01T10:00:00Z".parse().unwrap(),
        }
    }

    #[test]
    fn terms_are_told_in_the_readers_language_and_zone() {
        let terms = json!({ "by": "power", "terms": [
            { "code": "up_to", "minutes": 90, "way": { "code": "people", "votes": 1, "stages": 2 } },
            { "code": "severities", "severities": ["critical", "own"] },
            { "code": "until", "at": "2026-06-02T12:30:00Z" },
            { "code": "rest", "minutes": 60 },
            { "code": "otherwise" }] });
        assert_eq!(
            told(&terms, "", &look(Language::English)),
            "by power: up to 1 h 30 min with 1 approval in 2 stages, at severity critical or own, until tomorrow 14:30 \
             (12:30 UTC), 1 h after the last one; where, or who decides, or on which conditions has changed"
        );
        assert_eq!(
            told(&terms, "", &look(Language::German)),
            "nach power: bis zu 1 h 30 min mit 1 Zustimmung in 2 Stufen, bei Dringlichkeit kritisch oder own, bis morgen \
             14:30 (12:30 UTC), 1 h nach dem vorigen; wo, wer entscheidet oder unter welchen Bedingungen ist anders"
        );
    }

    #[test]
    fn what_has_no_codes_is_told_in_the_apis_words() {
        let later = json!({ "terms": [{ "code": "denied" }, { "code": "of a later version" }] });
        for terms in [Value::Null, json!({ "terms": [] }), later] {
            assert_eq!(told(&terms, "as it was kept", &look(Language::German)), "as it was kept");
        }
    }
}
