//! When: hours, validity, cool-downs, and accesses that have begun.

use serde_json::{Value, json};

use crate::world::{ann, check, freeze, rule};

const YES: &str = "rule 1, 120 min, 1 by rule 1";

fn one(changes: Value) -> Vec<domain::rules::Document> {
    vec![rule(1, changes)]
}

#[test]
fn the_whole_access_lies_inside_the_hours() {
    let open = |days: &[&str], from: &str, to: &str, zone: &str| {
        one(json!({"hours": {"time_zone": zone, "windows": [{"days": days, "from": from, "to": to}]}}))
    };
    let all = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let outside = &["rule 1: it allows access only at certain hours (UTC), and this would be outside them"][..];
    check(vec![
        (
            "inside, and no longer than them",
            open(&["mon"], "08:00", "11:30", "UTC"),
            ann(),
            "rule 1, 90 min, 1 by rule 1",
            &[],
        ),
        ("the end lies outside", open(&["mon"], "08:00", "10:59", "UTC"), ann(), "no", outside),
        ("another day", open(&["tue"], "08:00", "18:00", "UTC"), ann(), "no", outside),
        (
            "another day's morning",
            open(&["tue"], "08:00", "18:00", "UTC"),
            ann().at("2026-11-24T08:00:00Z", 60),
            YES,
            &[],
        ),
        (
            "in their own zone",
            open(&["mon"], "11:00", "12:00", "Europe/Berlin"),
            ann(),
            "rule 1, 60 min, 1 by rule 1",
            &[],
        ),
        ("over midnight", open(&["mon"], "22:00", "06:00", "UTC"), ann().at("23:30", 60), YES, &[]),
        ("windows that meet are one", open(&all, "00:00", "24:00", "UTC"), ann().at("23:30", 60), YES, &[]),
        ("what is possible is not bound to them", open(&["tue"], "08:00", "18:00", "UTC"), ann().possible(), YES, &[]),
    ]);
}

#[test]
fn a_rule_counts_only_while_it_is_valid() {
    let from = || one(json!({"validity": {"from": "2026-11-23T10:30:00Z"}}));
    let until = || one(json!({"validity": {"until": "2026-11-23T11:30:00Z"}}));
    let over = &["rule 1: it counts until 2026-11-23T11:30:00Z"][..];
    check(vec![
        ("not yet", from(), ann(), "no", &["rule 1: it counts from 2026-11-23T10:30:00Z on"]),
        ("then", from(), ann().at("10:30", 60), YES, &[]),
        ("access ends with it", until(), ann(), "rule 1, 90 min, 1 by rule 1", &[]),
        ("access would outlast it", until(), ann().at("10:31", 60), "no", over),
        ("over", until(), ann().at("11:30", 60).possible(), "no", over),
        ("possible until then", until(), ann().possible(), "rule 1, 90 min, 1 by rule 1", &[]),
    ]);
}

#[test]
fn a_cool_down_is_waited_for_and_refuses_nothing() {
    let resting = || one(json!({"pace": {"cool_down_minutes": 60}}));
    let waits = "rule 1, 120 min, 1 by rule 1, not before 2026-11-23T10:45:00Z";
    check(vec![
        ("it waits", resting(), ann().used("pay", Some(1), Some("09:45")), waits, &[]),
        ("by whatever rule it was had", resting(), ann().used("pay", None, Some("09:45")), waits, &[]),
        (
            "the latest counts",
            resting(),
            ann().used("pay", None, Some("09:45")).used("pay", None, Some("09:10")),
            waits,
            &[],
        ),
        ("rested", resting(), ann().used("pay", Some(1), Some("09:00")), YES, &[]),
        ("another account rests by itself", resting(), ann().used("web", Some(1), Some("09:45")), YES, &[]),
        ("what lives does not rest", resting(), ann().used("pay", Some(1), None), YES, &[]),
        ("a later start has rested", resting(), ann().used("pay", None, Some("09:45")).at("10:45", 60), YES, &[]),
        (
            "a start that was asked for keeps its end",
            resting(),
            ann().used("pay", None, Some("09:45")).at("10:15", 60),
            waits,
            &[],
        ),
        (
            "nothing is left of the time that was asked for",
            resting(),
            ann().used("pay", None, Some("09:45")).at("10:15", 30),
            "no",
            &["rule 1: its cool-down lasts until 2026-11-23T10:45:00Z, longer than what was asked for"],
        ),
        ("what is possible waits, too", resting(), ann().used("pay", None, Some("09:45")).possible(), waits, &[]),
    ]);
}

#[test]
fn an_access_that_has_begun_keeps_its_begin_and_its_end() {
    let until = |until: &str| one(json!({"validity": {"until": until}}));
    let frozen = |from: &str, to: &str| vec![rule(1, json!({})), freeze(1, from, to, json!({}))];
    check(vec![
        (
            "the part already had counts",
            one(json!({})),
            ann().at("09:00", 121),
            "no",
            &["rule 1: it allows at most 120 minutes, 121 were asked for"],
        ),
        ("to the rule's length", one(json!({})), ann().at("09:00", 120), YES, &[]),
        ("it ends where it was asked to", until("2026-11-23T11:00:00Z"), ann().at("09:00", 120), YES, &[]),
        ("a freeze that is over is over", frozen("09:10", "09:50"), ann().at("09:00", 120), YES, &[]),
        (
            "a freeze ahead is not gone into",
            frozen("10:50", "12:00"),
            ann().at("09:00", 120),
            "no",
            &[
                "freeze 1: nothing is given from 2026-11-23T10:50:00Z to 2026-11-23T12:00:00Z; ask for a time outside it",
            ],
        ),
        ("up to the freeze", frozen("10:50", "12:00"), ann().at("09:00", 100), "rule 1, 110 min, 1 by rule 1", &[]),
        (
            "what is over is over",
            one(json!({})),
            ann().at("09:00", 60),
            "no",
            &["rule 1: the time that was asked for is over"],
        ),
    ]);
}
