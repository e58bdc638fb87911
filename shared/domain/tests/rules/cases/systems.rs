//! What other systems say: tickets, duty, incidents.

use domain::rules::{Duty, TicketAnswer};
use serde_json::{Value, json};

use crate::world::{Asked, ann, at, check, rule, schedule};

const YES: &str = "rule 1, 120 min, 1 by rule 1";
const AUTOMATIC: &str = "rule 1, 120 min, automatic, review in 72 h";

fn found(open: bool, assigned: bool, window: Option<(&str, &str)>) -> TicketAnswer {
    TicketAnswer::Found { open, assigned, window: window.map(|(from, until)| (at(from), at(until))) }
}

#[test]
fn a_ticket_is_what_its_system_says() {
    let checked = |check: Value| {
        let mut ticket = json!({"required": true, "check": {"system": "jira"}});
        for (key, value) in check.as_object().cloned().unwrap() {
            ticket["check"][key] = value;
        }
        vec![rule(1, json!({"ticket": ticket}))]
    };
    let plain = || checked(json!({}));
    let mine = || checked(json!({"assigned": true}));
    let windowed = || checked(json!({"change_window": true}));
    let patient = || checked(json!({"when_away": "allow"}));
    let says = |answer| ann().ticket("OPS-1", &[("jira", answer)]);
    let away = || TicketAnswer::Away("no answer in 3 s".to_owned());
    check(vec![
        ("missing", plain(), says(TicketAnswer::Missing), "no", &["rule 1: jira has no such ticket"]),
        ("open", plain(), says(found(true, false, None)), YES, &[]),
        ("closed", plain(), says(found(false, true, None)), "no", &["rule 1: the ticket in jira is not open"]),
        ("assigned", mine(), says(found(true, true, None)), YES, &[]),
        (
            "not assigned",
            mine(),
            says(found(true, false, None)),
            "no",
            &["rule 1: the ticket in jira is not assigned to whoever asks"],
        ),
        ("inside its window", windowed(), says(found(true, false, Some(("10:00", "11:00")))), YES, &[]),
        (
            "outside its window",
            windowed(),
            says(found(true, false, Some(("10:00", "10:59")))),
            "no",
            &[
                "rule 1: the change window in jira is from 2026-11-23T10:00:00Z to 2026-11-23T10:59:00Z, and this lies outside it",
            ],
        ),
        (
            "without a window",
            windowed(),
            says(found(true, true, None)),
            "no",
            &["rule 1: the ticket in jira has no change window"],
        ),
        ("away", plain(), says(away()), "no", &["rule 1: jira could not be asked about the ticket: no answer in 3 s"]),
        (
            "away, and the rule goes on",
            patient(),
            says(away()),
            YES,
            &[
                "rule 1: it allows up to 120 minutes with 1 approval(s) in 1 stage(s); jira could not be asked about the ticket, and the rule goes on without it",
            ],
        ),
        ("missing is not away", patient(), says(TicketAnswer::Missing), "no", &["rule 1: jira has no such ticket"]),
        (
            "not asked",
            plain(),
            ann().ticket("OPS-1", &[("snow", found(true, true, None))]),
            "no",
            &["rule 1: jira was not asked about the ticket"],
        ),
        ("none", plain(), ann(), "no", &["rule 1: it needs a ticket"]),
    ]);
}

#[test]
fn an_automatic_approval_needs_an_incident_or_duty_unless_that_is_waived() {
    let automatic = |changes: Value, when_away: &str| {
        let mut approval = json!({"kind": "automatic"});
        for (key, value) in changes.as_object().cloned().unwrap() {
            approval[key] = value;
        }
        vec![rule(1, json!({"approval": approval, "when_away": when_away}))]
    };
    let incident = || automatic(json!({"incident": true}), "refuse");
    let duty = |when_away| automatic(json!({"on_call": [schedule("P1"), schedule("P2")]}), when_away);
    let either = || automatic(json!({"incident": true, "on_call": [schedule("P1")]}), "refuse");
    let waived = || automatic(json!({"waiver": "this is only a sandbox", "review": {"within_hours": 8}}), "refuse");
    let during = |asked: Asked| asked.change(|asked| asked.incident = true);
    let on = |ids: &[&str], away: &[&str]| {
        let duty = |ids: &[&str]| ids.iter().map(|id| schedule(id)).collect();
        ann().change(|asked| asked.duty = Duty { on: duty(ids), away: duty(away) })
    };
    let no_incident = &["rule 1: it needs an open incident that covers the account"][..];
    let no_duty = &["rule 1: it needs current on-call duty"][..];
    let neither = &["rule 1: it needs an open incident that covers the account, or current duty"][..];
    let unknown = &["rule 1: the on-call service could not be asked who is on duty"][..];
    check(vec![
        (
            "an incident",
            incident(),
            during(ann()),
            AUTOMATIC,
            &["rule 1: it allows up to 120 minutes without an approval"],
        ),
        ("no incident", incident(), ann(), "no", no_incident),
        ("duty is no incident", incident(), on(&["P1"], &[]), "no", no_incident),
        ("duty", duty("refuse"), on(&["P2"], &["P1"]), AUTOMATIC, &[]),
        ("no duty", duty("refuse"), on(&["P3"], &["P4"]), "no", no_duty),
        ("an incident is no duty", duty("refuse"), during(ann()), "no", no_duty),
        ("either is enough: duty", either(), on(&["P1"], &[]), AUTOMATIC, &[]),
        ("either is enough: incident", either(), during(on(&[], &["P1"])), AUTOMATIC, &[]),
        ("neither", either(), ann(), "no", neither),
        ("the service is away", duty("refuse"), on(&[], &["P1"]), "no", unknown),
        (
            "the service is away, and the rule goes on",
            duty("allow"),
            on(&[], &["P1"]),
            AUTOMATIC,
            &[
                "rule 1: it allows up to 120 minutes without an approval; the on-call service could not be asked who is on duty, and the rule goes on without it",
            ],
        ),
        ("nobody on duty is not away", duty("allow"), ann(), "no", no_duty),
        (
            "waived",
            waived(),
            ann(),
            "rule 1, 120 min, automatic, review in 8 h",
            &["rule 1: it allows up to 120 minutes without an approval (conditions waived: this is only a sandbox)"],
        ),
    ]);
}
