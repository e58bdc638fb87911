//! What stands above rules: guardrails and freezes.

use serde_json::json;

use crate::world::{ann, asks, by, cap, check, deny, floor, freeze, group, guardrail, named, policy, rule, waived};

const YES: &str = "rule 1, 120 min, 1 by rule 1";
const LOUD: &str = "rule 9, 30 min, break-glass, review in 72 h";

fn rules() -> Vec<domain::rules::Document> {
    vec![rule(1, json!({})), rule(9, json!({"max_minutes": 30, "approval": {"kind": "break_glass"}}))]
}
fn under(above: domain::rules::Document) -> Vec<domain::rules::Document> {
    let mut documents = rules();
    documents.insert(0, above);
    documents
}
fn short() -> crate::world::Asked {
    ann().change(|asked| asked.minutes = 20)
}

#[test]
fn a_deny_wins_over_every_rule() {
    let sparing = || json!({"kind": "deny", "spares_break_glass": true});
    let denied = &["guardrail 1: it denies this"][..];
    let elsewhere = &["guardrail 1: it is about something else"][..];
    check(vec![
        ("denied", under(guardrail(1, deny(), json!({}))), ann(), "no", denied),
        (
            "a rule would allow it",
            under(guardrail(1, deny(), json!({}))),
            ann(),
            "no",
            &["rule 1: it allows up to 120 minutes with 1 approval(s) in 1 stage(s)"],
        ),
        ("break-glass, too", under(guardrail(1, deny(), json!({}))), short().break_glass(9), "no", denied),
        (
            "not break-glass, if it says so",
            under(guardrail(1, sparing(), json!({}))),
            short().break_glass(9),
            LOUD,
            &["guardrail 1: it denies this, but spares break-glass"],
        ),
        ("all the rest", under(guardrail(1, sparing(), json!({}))), ann(), "no", denied),
        (
            "other people",
            under(guardrail(1, deny(), json!({"subjects": {"groups": [group("oncall")]}}))),
            ann(),
            YES,
            elsewhere,
        ),
        (
            "these people",
            under(guardrail(1, deny(), json!({"subjects": {"groups": [group("devs")]}}))),
            ann(),
            "no",
            denied,
        ),
        (
            "other accounts",
            under(guardrail(1, deny(), json!({"accounts": {"tags": [{"key": "env", "values": ["dev"]}]}}))),
            ann(),
            YES,
            elsewhere,
        ),
        (
            "other permission sets",
            under(guardrail(1, deny(), json!({"permission_sets": {"names": ["Read*"]}}))),
            ann(),
            YES,
            elsewhere,
        ),
        (
            "off",
            under(guardrail(1, deny(), json!({"enabled": false}))),
            ann(),
            YES,
            &["guardrail 1: it is switched off"],
        ),
        (
            "left out",
            under(guardrail(1, deny(), json!({"accounts": {"all": true, "except": {"units": [{"id": "ou-pay"}]}}}))),
            ann(),
            YES,
            elsewhere,
        ),
    ]);
}

#[test]
fn a_guardrail_always_reaches_the_management_account() {
    let open = || rule(1, json!({"accounts": {"all": true, "management": true}}));
    let hub = || asks("ann", "hub", "Admin");
    check(vec![
        ("open without it", vec![open()], hub(), YES, &[]),
        ("by all", vec![open(), guardrail(1, deny(), json!({}))], hub(), "no", &[]),
        (
            "by unit",
            vec![open(), guardrail(1, deny(), json!({"accounts": {"units": [{"id": "r-root", "depth": "children"}]}}))],
            hub(),
            "no",
            &[],
        ),
        (
            "the default one",
            vec![open(), guardrail(1, deny(), json!({"accounts": {"administration": true}}))],
            asks("ann", "vault", "Admin"),
            "no",
            &[],
        ),
        (
            "and no other account",
            vec![open(), guardrail(1, deny(), json!({"accounts": {"administration": true}}))],
            ann(),
            YES,
            &[],
        ),
    ]);
}

#[test]
fn a_floor_is_met_beside_what_the_rule_demands() {
    let two = || guardrail(1, floor(by(&[2])), json!({}));
    let needed = &["guardrail 1: its approval is needed as well"][..];
    let missing = &["guardrail 1: its approval policy does not exist; nothing passes until it does"][..];
    let auto = || rule(1, json!({"approval": waived()}));
    check(vec![
        ("as well", under(two()), ann(), "rule 1, 120 min, 1 by rule 1, 2 by guardrail 1", needed),
        ("nothing is automatic", vec![two(), auto()], ann(), "rule 1, 120 min, 2 by guardrail 1", needed),
        (
            "several",
            vec![two(), guardrail(2, floor(by(&[1, 3])), json!({})), auto()],
            ann(),
            "rule 1, 120 min, 2 by guardrail 1, 1+3 by guardrail 2",
            &[],
        ),
        (
            "by name",
            vec![guardrail(1, floor(named(4)), json!({})), policy(4, &[1, 1]), auto()],
            ann(),
            "rule 1, 120 min, 1+1 by guardrail 1",
            needed,
        ),
        ("a missing policy lets nothing pass", under(guardrail(1, floor(named(4)), json!({}))), ann(), "no", missing),
        (
            "break-glass is not held up",
            under(two()),
            short().break_glass(9),
            LOUD,
            &["guardrail 1: it does not hold up break-glass"],
        ),
        (
            "not even by a missing policy",
            under(guardrail(1, floor(named(4)), json!({}))),
            short().break_glass(9),
            LOUD,
            &["guardrail 1: it does not hold up break-glass"],
        ),
        (
            "elsewhere",
            under(guardrail(1, floor(by(&[2])), json!({"permission_sets": {"names": ["Read*"]}}))),
            ann(),
            YES,
            &[],
        ),
    ]);
}

#[test]
fn a_cap_counts_over_all_rules() {
    let two = || under(guardrail(1, cap(2), json!({"accounts": {"tags": [{"key": "env", "values": ["prod"]}]}})));
    let full = &["guardrail 1: it allows 2 such accesses at a time, and there are 2"][..];
    check(vec![
        (
            "one more",
            two(),
            ann().used("web", Some(1), None),
            YES,
            &["guardrail 1: it allows 2 such accesses at a time, and there are 1"],
        ),
        ("no more, by whatever rules", two(), ann().used("web", Some(1), None).used("pay", Some(9), None), "no", full),
        (
            "what is elsewhere does not count",
            two(),
            ann().used("web", Some(1), None).used("dev", Some(1), None),
            YES,
            &[],
        ),
        (
            "what is over does not count",
            two(),
            ann().used("web", Some(1), None).used("pay", Some(1), Some("09:00")),
            YES,
            &[],
        ),
        (
            "elsewhere it does not hinder",
            two(),
            asks("ann", "dev", "Admin").used("web", Some(1), None).used("pay", Some(1), None),
            YES,
            &[],
        ),
        (
            "break-glass, too",
            two(),
            short().break_glass(9).used("web", Some(1), None).used("pay", Some(1), None),
            "no",
            full,
        ),
    ]);
}

#[test]
fn a_freeze_is_about_the_time_of_the_access() {
    let frozen = |from, until| under(freeze(1, from, until, json!({})));
    let strict = || under(freeze(1, "09:00", "12:00", json!({"spares_break_glass": false})));
    let refused = &[
        "freeze 1: nothing is given from 2026-11-23T09:00:00Z to 2026-11-23T12:00:00Z; ask for a time outside it",
    ][..];
    check(vec![
        ("during it", frozen("09:00", "12:00"), ann(), "no", refused),
        (
            "asked during it for later",
            frozen("09:00", "12:00"),
            ann().at("12:00", 60),
            YES,
            &["freeze 1: it lasts from 2026-11-23T09:00:00Z to 2026-11-23T12:00:00Z"],
        ),
        ("into it", frozen("10:30", "12:00"), ann(), "no", &[]),
        ("up to it", frozen("11:00", "12:00"), ann(), "rule 1, 60 min, 1 by rule 1", &[]),
        (
            "the nearest one bounds it",
            vec![rules().remove(0), freeze(1, "11:45", "12:00", json!({})), freeze(2, "11:20", "11:30", json!({}))],
            ann(),
            "rule 1, 80 min, 1 by rule 1",
            &[],
        ),
        ("over", frozen("08:00", "10:00"), ann(), YES, &[]),
        (
            "break-glass is spared",
            frozen("09:00", "12:00"),
            short().break_glass(9),
            LOUD,
            &["freeze 1: it spares break-glass"],
        ),
        ("unless it says otherwise", strict(), short().break_glass(9), "no", refused),
        (
            "elsewhere",
            under(freeze(1, "09:00", "12:00", json!({"accounts": {"units": [{"id": "ou-dev"}]}}))),
            ann(),
            YES,
            &["freeze 1: it is about something else"],
        ),
        ("what is possible is not bound to it", frozen("09:00", "12:00"), ann().possible(), YES, &[]),
        (
            "but ends where the next one begins",
            frozen("10:30", "12:00"),
            ann().possible(),
            "rule 1, 30 min, 1 by rule 1",
            &[],
        ),
    ]);
}
