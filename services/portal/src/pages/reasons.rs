//! What a rule, guardrail or freeze said, in the reader's language and time zone.

use client::Said;
use domain::rules::{Reason, Refused};
use jiff::Timestamp;

use super::words::severity;
use crate::look::Look;
use crate::parts::{Moment, duration};

/// What was said. Where there are no codes, or one that is not known here, it is told in the API's words.
pub(super) fn because(said: &Said, look: &Look) -> String {
    several(&codes(said), look).unwrap_or_else(|| said.because.clone())
}

/// What does not allow something, and why; nothing where no code is known.
pub(super) fn refused(refused: &Refused, look: &Look) -> Option<String> {
    let why = several(&refused.why, look)?;
    Some(refused.by.as_ref().map_or_else(|| why.clone(), |by| format!("{by}: {why}")))
}

/// Whether it says no more than that it has nothing to do with the matter.
pub(super) fn is_about_others(said: &Said) -> bool {
    codes(said).iter().any(Reason::is_about_others)
}

/// All codes, or none where one is not known here.
fn codes(said: &Said) -> Vec<Reason> {
    let known: Option<_> = said.why.iter().map(|why| serde_json::from_value(why.clone()).ok()).collect();
    known.unwrap_or_default()
}

fn several(reasons: &[Reason], look: &Look) -> Option<String> {
    let told: Vec<String> = reasons.iter().map(|reason| told(reason, look)).collect();
    (!told.is_empty()).then(|| told.join("; "))
}

fn told(reason: &Reason, look: &Look) -> String {
    let t = look.t;
    let at = |at: &Timestamp| Moment::new(*at, look).plain();
    let long = |minutes: u32| duration(minutes.into(), t);
    match reason {
        Reason::OtherPeople => t.why_other_people().to_owned(),
        Reason::SomethingElse => t.why_something_else().to_owned(),
        Reason::SwitchedOff => t.why_switched_off().to_owned(),
        Reason::TimeOver => t.why_time_over().to_owned(),
        Reason::UnknownPlace => t.why_unknown_place().to_owned(),
        Reason::LeavesOut { account } => t.why_leaves_out(account),
        Reason::NotReached { account } => t.why_not_reached(account),
        Reason::AccountNotInUse { account } => t.why_account_not_in_use(account),
        Reason::OtherPermissionSet => t.why_other_set().to_owned(),
        Reason::NotOnBehalf => t.why_not_on_behalf().to_owned(),
        Reason::BreakGlassByName => t.why_by_name().to_owned(),
        Reason::OtherBreakGlass => t.why_other_break_glass().to_owned(),
        Reason::PolicyMissing => t.why_policy_missing().to_owned(),
        Reason::CountsFrom { from } => t.why_counts_from(at(from)),
        Reason::CountsUntil { until } => t.why_counts_until(at(until)),
        Reason::OutsideHours { time_zone } => t.why_outside_hours(time_zone),
        Reason::CoolDown { until } => t.why_cool_down(at(until)),
        Reason::TooMany { most, found } => t.why_too_many(most, found),
        Reason::TooLong { most, asked } => t.why_too_long(long(*most), long(*asked)),
        Reason::OtherSeverity { severities, asked } => {
            let words: Vec<&str> = severities.iter().map(|code| severity(code, t)).collect();
            t.why_other_severity(words.join(t.or()), severity(asked, t))
        }
        Reason::ReasonTooShort { least, found } => t.why_reason_short(least, found),
        Reason::ReasonPattern { pattern } => t.why_reason_pattern(pattern),
        Reason::TicketNeeded => t.why_ticket_needed().to_owned(),
        Reason::TicketPattern { pattern } => t.why_ticket_pattern(pattern),
        Reason::TicketUnknown { system } => t.why_ticket_unknown(system),
        Reason::TicketNotOpen { system } => t.why_ticket_closed(system),
        Reason::TicketNotAssigned { system } => t.why_ticket_unassigned(system),
        Reason::OutsideChangeWindow { system, from, until } => t.why_outside_window(system, at(from), at(until)),
        Reason::NoChangeWindow { system } => t.why_no_window(system),
        Reason::TicketSystemAway { system, why } => t.why_tickets_away(system, why),
        Reason::TicketSystemNotAsked { system } => t.why_tickets_not_asked(system),
        Reason::DutyUnknown => t.why_duty_unknown().to_owned(),
        Reason::NeedsIncident => t.why_incident().to_owned(),
        Reason::NeedsIncidentOrDuty => t.why_incident_or_duty().to_owned(),
        Reason::NeedsDuty => t.why_duty().to_owned(),
        Reason::AllowsAtOnce { minutes } => t.why_allows_at_once(long(*minutes)),
        Reason::AllowsWaived { minutes, waiver } => t.why_allows_waived(long(*minutes), waiver),
        Reason::AllowsByBreakGlass { minutes } => t.why_allows_by_break_glass(long(*minutes)),
        Reason::AllowsWithApproval { minutes, votes, stages } => {
            t.why_allows_with_approval(long(*minutes), t.approvals_counted(votes), t.in_stages(stages))
        }
        Reason::AssumedTicket { system } => t.why_assumed_ticket(system),
        Reason::AssumedDuty => t.why_assumed_duty().to_owned(),
        Reason::Denies => t.why_denies().to_owned(),
        Reason::DeniesSparing => t.why_denies_sparing().to_owned(),
        Reason::Floor => t.why_floor().to_owned(),
        Reason::FloorSpares => t.why_floor_spares().to_owned(),
        Reason::FloorBroken => t.why_floor_broken().to_owned(),
        Reason::Cap { most, found } => t.why_cap(most, found),
        Reason::FreezeLasts { from, until } => t.why_freeze_lasts(at(from), at(until)),
        Reason::FreezeSpares => t.why_freeze_spares().to_owned(),
        Reason::Freeze { from, until } => t.why_freeze(at(from), at(until)),
        Reason::BeneficiaryDisabled => t.why_beneficiary_disabled().to_owned(),
        Reason::AskerDisabled => t.why_asker_disabled().to_owned(),
        Reason::NoRuleAnyMore => t.why_no_rule_any_more().to_owned(),
        Reason::RuleGone => t.why_rule_gone().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use std::collections::BTreeSet;

    use super::*;
    use crate::look::{Chosen, zone};
    use crate::texts::{Language, Texts};

    fn said(why: serde_json::Value) -> Said {
        let told = json!({ "kind": "rule", "id": "01990000-0000-7000-8000-000000000009", "name": "a rule", "allows": false,
            "because": "as the API says", "why": why });
        serde_json::from_value(told).unwrap()
    }

    fn german() -> Look {
        look(Language::German)
    }

    fn look(language: Language) -> Look {
        Look {
            t: Texts { language },
            chosen: Chosen::default(),
            zone: zone("Europe/Berlin").unwrap(),
            now: "2026-06-01T10:00:00Z".parse().unwrap(),
        }
    }

    #[test]
    fn what_has_codes_is_told_in_the_readers_language_and_zone() {
        for (why, words) in [
            (json!([{ "code": "other_people" }]), "gilt für andere Personen"),
            (
                json!([{ "code": "too_long", "most": 120, "asked": 150 }]),
                "erlaubt höchstens 2 h, angefragt sind 2 h 30 min",
            ),
            (
                json!([{ "code": "freeze", "from": "2026-06-01T12:30:00Z", "until": "2026-06-02T12:30:00Z" }]),
                "von heute 14:30 (12:30 UTC) bis morgen 14:30 (12:30 UTC) wird nichts gegeben; fragen Sie für eine andere Zeit",
            ),
            (
                json!([{ "code": "allows_at_once", "minutes": 60 }, { "code": "assumed_ticket", "system": "jira" }]),
                "erlaubt bis zu 1 h ohne Zustimmung; jira konnte nicht nach dem Ticket gefragt werden, und die Regel verzichtet darauf",
            ),
            (
                json!([{ "code": "other_severity", "severities": ["critical", "own"], "asked": "low" }]),
                "gilt für die Dringlichkeit kritisch oder own, nicht niedrig",
            ),
        ] {
            assert_eq!(because(&said(why), &german()), words);
        }
    }

    #[test]
    fn what_has_none_or_unknown_ones_is_told_in_the_apis_words() {
        for why in [json!([]), json!([{ "code": "from a later version" }]), json!([{ "code": "denies" }, 7])] {
            assert_eq!(because(&said(why), &german()), "as the API says");
        }
        let old = json!({ "kind": "rule", "id": "01990000-0000-7000-8000-000000000009", "name": "a rule", "allows": true,
            "because": "as it was kept" });
        assert_eq!(because(&serde_json::from_value(old).unwrap(), &german()), "as it was kept");
    }

    /// One of each code, with something distinct in every part.
    fn every_code() -> Vec<serde_json::Value> {
        let (from, until) = ("2026-06-03T08:00:00Z", "2026-06-04T09:00:00Z");
        let bare = [
            "other_people",
            "something_else",
            "switched_off",
            "time_over",
            "unknown_place",
            "other_permission_set",
            "not_on_behalf",
            "break_glass_by_name",
            "other_break_glass",
            "policy_missing",
            "ticket_needed",
            "duty_unknown",
            "needs_incident",
            "needs_incident_or_duty",
            "needs_duty",
            "assumed_duty",
            "denies",
            "denies_sparing",
            "floor",
            "floor_spares",
            "floor_broken",
            "freeze_spares",
            "beneficiary_disabled",
            "asker_disabled",
            "no_rule_any_more",
            "rule_gone",
        ];
        let account = ["leaves_out", "not_reached", "account_not_in_use"];
        let system = [
            "ticket_unknown",
            "ticket_not_open",
            "ticket_not_assigned",
            "no_change_window",
            "ticket_system_not_asked",
            "assumed_ticket",
        ];
        let window = ["freeze_lasts", "freeze"];
        let counted = ["too_many", "cap"];
        let pattern = ["reason_pattern", "ticket_pattern"];
        let minutes = ["allows_at_once", "allows_by_break_glass"];
        let mut all = vec![
            json!({ "code": "counts_from", "from": from }),
            json!({ "code": "counts_until", "until": until }),
            json!({ "code": "outside_hours", "time_zone": "Asia/Tokyo" }),
            json!({ "code": "cool_down", "until": until }),
            json!({ "code": "too_long", "most": 61, "asked": 122 }),
            json!({ "code": "other_severity", "severities": ["own"], "asked": "odd" }),
            json!({ "code": "reason_too_short", "least": 17, "found": 3 }),
            json!({ "code": "outside_change_window", "system": "jira", "from": from, "until": until }),
            json!({ "code": "ticket_system_away", "system": "jira", "why": "it is on fire" }),
            json!({ "code": "allows_waived", "minutes": 47, "waiver": "tests only" }),
            json!({ "code": "allows_with_approval", "minutes": 47, "votes": 5, "stages": 3 }),
        ];
        all.extend(bare.map(|code| json!({ "code": code })));
        all.extend(account.map(|code| json!({ "code": code, "account": "111122223333" })));
        all.extend(system.map(|code| json!({ "code": code, "system": "jira" })));
        all.extend(window.map(|code| json!({ "code": code, "from": from, "until": until })));
        all.extend(counted.map(|code| json!({ "code": code, "most": 4, "found": 6 })));
        all.extend(pattern.map(|code| json!({ "code": code, "pattern": "^X-" })));
        all.extend(minutes.map(|code| json!({ "code": code, "minutes": 47 })));
        all
    }

    /// The codes that the API's document names.
    fn documented() -> BTreeSet<String> {
        let document: serde_json::Value =
            serde_json::from_str(include_str!("../../../../openapi/request.json")).unwrap();
        let variants = document.pointer("/components/schemas/Reason/oneOf").unwrap().as_array().unwrap().clone();
        let code = |variant: &serde_json::Value| {
            variant.pointer("/properties/code/enum/0").unwrap().as_str().unwrap().to_owned()
        };
        variants.iter().map(code).collect()
    }

    #[test]
    fn every_code_has_words_of_its_own_in_each_language_and_they_carry_what_it_carries() {
        let every = every_code();
        let codes: BTreeSet<String> = every.iter().map(|one| one["code"].as_str().unwrap().to_owned()).collect();
        assert_eq!(codes, documented());
        let mut told: BTreeSet<String> = BTreeSet::new();
        for one in every {
            for language in Language::ALL {
                let words = because(&said(json!([one])), &look(language));
                assert!(told.insert(words.clone()), "{words} is said twice");
                assert_ne!(words, "as the API says", "{one}");
                let carries = |text: &str| words.contains(text) || text.starts_with("2026-06-0");
                let texts = one.as_object().unwrap().iter().filter(|(name, _)| *name != "code").map(|(_, value)| value);
                assert!(texts.filter_map(|value| value.as_str()).all(carries), "{one}: {words}");
            }
        }
    }
}
