//! What is demanded of what was typed.

use domain::rules::Severity;
use serde_json::{Value, json};

use crate::world::{Asked, ann, check, rule};

const YES: &str = "rule 1, 120 min, 1 by rule 1";

fn one(changes: Value) -> Vec<domain::rules::Document> {
    vec![rule(1, changes)]
}
fn with_reason(reason: &str) -> Asked {
    ann().change(|asked| reason.clone_into(&mut asked.reason))
}

#[test]
fn an_access_is_no_longer_than_the_rule_says() {
    let minutes = |minutes| ann().change(|asked| asked.minutes = minutes);
    let too_long = &["rule 1: it allows at most 120 minutes, 121 were asked for"][..];
    check(vec![
        ("exactly so long", one(json!({})), minutes(120), YES, &[]),
        ("a minute longer", one(json!({})), minutes(121), "no", too_long),
    ]);
}

#[test]
fn a_severity_is_one_of_those_named() {
    let at = |severity: &str| ann().change(|asked| asked.severity = Severity::parse(severity).unwrap());
    let urgent = || one(json!({"severities": ["critical", "high"]}));
    let not = &["rule 1: it is for severity critical or high, not normal"][..];
    check(vec![
        ("one of them", urgent(), at("high"), YES, &[]),
        ("none of them", urgent(), at("normal"), "no", not),
        ("any", one(json!({})), at("low"), YES, &[]),
    ]);
}

#[test]
fn a_reason_is_long_enough_and_of_the_form_demanded() {
    let long = || one(json!({"reason": {"min_length": 20}}));
    let form = || one(json!({"reason": {"pattern": "(incident|change): .+"}}));
    let short = &["rule 1: it needs a reason of at least 20 characters, this one has 6"][..];
    let not = &["rule 1: it needs a reason that matches (incident|change): .+"][..];
    check(vec![
        ("long enough", long(), with_reason("exactly twenty chars"), YES, &[]),
        ("white space at both ends does not count", long(), with_reason("   import              "), "no", short),
        (
            "characters, not bytes",
            one(json!({"reason": {"min_length": 4}})),
            with_reason("öäü"),
            "no",
            &["rule 1: it needs a reason of at least 4 characters, this one has 3"],
        ),
        ("of the form", form(), with_reason("incident: disk\nfull"), YES, &[]),
        ("the whole of it", form(), with_reason("an incident: disk"), "no", not),
    ]);
}

#[test]
fn a_ticket_is_named_where_it_is_demanded() {
    let form = || one(json!({"ticket": {"required": true, "pattern": "OPS-[0-9]+"}}));
    let optional = || one(json!({"ticket": {"pattern": "OPS-[0-9]+"}}));
    let not = &["rule 1: it needs a ticket that matches OPS-[0-9]+"][..];
    check(vec![
        ("none", form(), ann(), "no", &["rule 1: it needs a ticket"]),
        ("of the form", form(), ann().ticket("OPS-12", &[]), YES, &[]),
        ("of another form", form(), ann().ticket("OPS-12b", &[]), "no", not),
        ("none where none is demanded", optional(), ann(), YES, &[]),
        ("of another form where none is demanded", optional(), ann().ticket("12", &[]), "no", not),
    ]);
}

#[test]
fn a_rule_counts_the_accesses_that_one_has_by_it() {
    let pace = || one(json!({"pace": {"concurrent": 2}}));
    let full = &["rule 1: it allows 2 accesses at a time, and there are 2"][..];
    check(vec![
        ("one more", pace(), ann().used("web", Some(1), None), YES, &[]),
        ("no more", pace(), ann().used("web", Some(1), None).used("dev", Some(1), None), "no", full),
        (
            "what is over does not count",
            pace(),
            ann().used("web", Some(1), None).used("dev", Some(1), Some("09:00")),
            YES,
            &[],
        ),
        (
            "what came by another rule does not count",
            pace(),
            ann().used("web", Some(1), None).used("dev", Some(2), None),
            YES,
            &[],
        ),
        (
            "it counts for what is possible, too",
            pace(),
            ann().used("web", Some(1), None).used("dev", Some(1), None).possible(),
            "no",
            full,
        ),
    ]);
}
