//! For whom, where and what.

use serde_json::json;

use crate::world::{ann, asks, by, check, group, named, rule, set, user, waived};

const YES: &str = "rule 1, 120 min, 1 by rule 1";

#[test]
fn a_rule_is_for_those_whom_it_names() {
    let to = |subjects| vec![rule(1, json!({"subjects": subjects}))];
    let others = &["rule 1: it is for other people"][..];
    check(vec![
        ("everyone", to(json!({"everyone": true})), asks("zoe", "pay", "Admin"), YES, &[]),
        ("a group", to(json!({"groups": [group("devs")]})), ann(), YES, &[]),
        ("a person", to(json!({"users": [user("zoe")]})), asks("zoe", "pay", "Admin"), YES, &[]),
        ("another group", to(json!({"groups": [group("devs")]})), asks("ben", "pay", "Admin"), "no", others),
        ("another person", to(json!({"users": [user("zoe")]})), ann(), "no", others),
        (
            "a group or a person",
            to(json!({"users": [user("zoe")], "groups": [group("oncall")]})),
            asks("ben", "pay", "Admin"),
            YES,
            &["rule 1: it allows up to 120 minutes with 1 approval(s) in 1 stage(s)"],
        ),
    ]);
}

#[test]
fn a_rule_reaches_accounts_by_id_unit_and_tag() {
    let at = |accounts| vec![rule(1, json!({"accounts": accounts}))];
    let in_unit = |id: &str, depth: &str| at(json!({"units": [{"id": id, "depth": depth}]}));
    let pay = || asks("ann", "pay", "Admin");
    let web = || asks("ann", "web", "Admin");
    let not_pay = &["rule 1: it does not reach account 000000000003"][..];
    let pay_out = &["rule 1: it leaves out account 000000000003"][..];
    let unknown = &["rule 1: the directory does not know the account or permission set"][..];
    check(vec![
        ("by id", at(json!({"ids": ["000000000003"]})), pay(), YES, &[]),
        ("another id", at(json!({"ids": ["000000000002"]})), pay(), "no", not_pay),
        ("a unit with everything below", in_unit("ou-prod", "subtree"), pay(), YES, &[]),
        ("a unit's own accounts", in_unit("ou-prod", "children"), web(), YES, &[]),
        ("children are not grandchildren", in_unit("ou-prod", "children"), pay(), "no", not_pay),
        ("the nearest unit", in_unit("ou-pay", "children"), pay(), YES, &[]),
        ("the whole tree", in_unit("r-root", "subtree"), pay(), YES, &[]),
        ("another unit", in_unit("ou-dev", "subtree"), pay(), "no", not_pay),
        ("a tag's value", at(json!({"tags": [{"key": "env", "values": ["test", "prod"]}]})), pay(), YES, &[]),
        ("another value", at(json!({"tags": [{"key": "env", "values": ["dev"]}]})), pay(), "no", not_pay),
        ("a tag of any value", at(json!({"tags": [{"key": "team"}]})), pay(), YES, &[]),
        ("a value is not a substring", at(json!({"tags": [{"key": "team", "values": ["pay"]}]})), pay(), "no", not_pay),
        ("a key minds capitals", at(json!({"tags": [{"key": "Team"}]})), pay(), "no", not_pay),
        ("left out by id", at(json!({"all": true, "except": {"ids": ["000000000003"]}})), pay(), "no", pay_out),
        ("left out by unit", at(json!({"all": true, "except": {"units": [{"id": "ou-prod"}]}})), pay(), "no", pay_out),
        ("left out by tag", at(json!({"all": true, "except": {"tags": [{"key": "team"}]}})), pay(), "no", pay_out),
        ("others are left out", at(json!({"all": true, "except": {"tags": [{"key": "team"}]}})), web(), YES, &[]),
        (
            "named and left out",
            at(json!({"ids": ["000000000003"], "except": {"ids": ["000000000003"]}})),
            pay(),
            "no",
            pay_out,
        ),
        (
            "not in use",
            at(json!({"all": true})),
            asks("ann", "old", "Admin"),
            "no",
            &["rule 1: account 000000000005 is not in use"],
        ),
        ("an unknown account", at(json!({"all": true})), asks("ann", "moon", "Admin"), "no", unknown),
        ("an unknown permission set", at(json!({"all": true})), asks("ann", "pay", "Root"), "no", unknown),
    ]);
}

#[test]
fn the_management_account_must_be_meant() {
    let at = |accounts| vec![rule(1, json!({"accounts": accounts}))];
    let hub = || asks("ann", "hub", "Admin");
    let not_hub = &["rule 1: it does not reach account 000000000000"][..];
    check(vec![
        ("not by all", at(json!({"all": true})), hub(), "no", not_hub),
        ("not by unit", at(json!({"units": [{"id": "r-root"}]})), hub(), "no", not_hub),
        ("not by tag", at(json!({"tags": [{"key": "env"}]})), hub(), "no", not_hub),
        ("by id", at(json!({"ids": ["000000000000"]})), hub(), YES, &[]),
        ("by all with management", at(json!({"all": true, "management": true})), hub(), YES, &[]),
        (
            "by unit with management",
            at(json!({"units": [{"id": "r-root", "depth": "children"}], "management": true})),
            hub(),
            YES,
            &[],
        ),
        ("administration by its name", at(json!({"administration": true})), asks("ann", "vault", "Admin"), YES, &[]),
        ("administration is nothing else", at(json!({"administration": true})), hub(), "no", not_hub),
    ]);
}

#[test]
fn a_rule_names_permission_sets_by_arn_name_and_tag() {
    let of = |sets| vec![rule(1, json!({"permission_sets": sets}))];
    let deploy = || asks("ann", "pay", "Team-Deploy");
    let not = &["rule 1: it does not allow this permission set"][..];
    check(vec![
        ("by arn", of(json!({"arns": [set("Admin")]})), ann(), YES, &[]),
        ("another arn", of(json!({"arns": [set("Admin")]})), deploy(), "no", not),
        ("by pattern", of(json!({"names": ["Team-*"]})), deploy(), YES, &[]),
        ("the whole name", of(json!({"names": ["Team"]})), deploy(), "no", not),
        ("one character", of(json!({"names": ["Admi?"]})), ann(), YES, &[]),
        ("a dot is a dot", of(json!({"names": ["Admi."]})), ann(), "no", not),
        ("by tag", of(json!({"tags": [{"key": "risk", "values": ["high"]}]})), ann(), YES, &[]),
        ("another tag", of(json!({"tags": [{"key": "risk", "values": ["low"]}]})), ann(), "no", not),
    ]);
}

#[test]
fn somebody_asks_for_somebody_else_only_where_a_rule_says_so() {
    let behalf = |on_behalf| vec![rule(1, json!({"subjects": {"groups": [group("devs")]}, "on_behalf": on_behalf}))];
    let not = &["rule 1: it does not let the asker ask for somebody else"][..];
    check(vec![
        ("not by default", vec![rule(1, json!({}))], ann().on_behalf_by("ben"), "no", not),
        ("a group may", behalf(json!({"groups": [group("oncall")]})), ann().on_behalf_by("ben"), YES, &[]),
        ("others may not", behalf(json!({"groups": [group("oncall")]})), ann().on_behalf_by("zoe"), "no", not),
        ("everybody may", behalf(json!({"everyone": true})), ann().on_behalf_by("zoe"), YES, &[]),
        ("for oneself as well", behalf(json!({"groups": [group("oncall")]})), ann(), YES, &[]),
        ("for oneself in so many words", behalf(json!({})), ann().on_behalf_by("ann"), YES, &[]),
        (
            "the beneficiary must be eligible",
            behalf(json!({"everyone": true})),
            asks("zoe", "pay", "Admin").on_behalf_by("ann"),
            "no",
            &["rule 1: it is for other people"],
        ),
    ]);
}

#[test]
fn a_rule_that_is_off_or_without_its_policy_allows_nothing() {
    check(vec![
        ("off", vec![rule(1, json!({"enabled": false}))], ann(), "no", &["rule 1: it is switched off"]),
        (
            "its policy is missing",
            vec![rule(1, json!({"approval": named(7)})), rule(2, json!({"approval": by(&[2])}))],
            ann(),
            "rule 2, 120 min, 2 by rule 2",
            &["rule 1: its approval policy does not exist"],
        ),
        ("no rule at all", vec![], ann(), "no", &[]),
        (
            "what is possible is asked without saying why",
            vec![rule(1, json!({"approval": waived(), "ticket": {"required": true}, "severities": ["critical"]}))],
            ann().possible(),
            "rule 1, 120 min, automatic, review in 72 h",
            &[
                "rule 1: it allows up to 120 minutes without an approval (conditions waived: read-only access is harmless)",
            ],
        ),
    ]);
}
