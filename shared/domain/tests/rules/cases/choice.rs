//! Which rule is taken, and that nothing is combined over rules.

use serde_json::{Value, json};

use crate::world::{Case, ann, asks, by, check, freeze, named, policy, rule, waived};

fn approved(n: u32, approval: Value) -> domain::rules::Document {
    rule(n, json!({"approval": approval}))
}

#[test]
fn the_lightest_approval_is_taken_in_a_total_order() {
    let cases: Vec<Case<'_>> = vec![
        (
            "automatic before people",
            vec![approved(1, by(&[1])), approved(2, waived())],
            ann(),
            "rule 2, 120 min, automatic, review in 72 h",
            &[],
        ),
        (
            "fewer stages",
            vec![approved(1, by(&[1, 1])), approved(2, by(&[3]))],
            ann(),
            "rule 2, 120 min, 3 by rule 2",
            &[],
        ),
        ("fewer votes", vec![approved(1, by(&[3])), approved(2, by(&[2]))], ann(), "rule 2, 120 min, 2 by rule 2", &[]),
        (
            "then the older rule",
            vec![approved(2, by(&[1])), approved(1, by(&[1]))],
            ann(),
            "rule 1, 120 min, 1 by rule 1",
            &[],
        ),
        (
            "a named policy weighs what it says",
            vec![approved(1, by(&[2])), approved(2, named(5)), policy(5, &[1])],
            ann(),
            "rule 2, 120 min, 1 by rule 2",
            &[],
        ),
        (
            "only among those that allow it",
            vec![approved(1, by(&[2])), rule(2, json!({"approval": waived(), "max_minutes": 30}))],
            ann(),
            "rule 1, 120 min, 2 by rule 1",
            &["rule 2: it allows at most 30 minutes, 60 were asked for"],
        ),
    ];
    check(cases);
}

#[test]
fn nothing_is_combined_over_rules() {
    let dev_admin = rule(1, json!({"accounts": {"tags": [{"key": "env", "values": ["dev"]}]}}));
    let pay_read = rule(2, json!({"permission_sets": {"names": ["ReadOnly"]}}));
    let both = || vec![dev_admin.clone(), pay_read.clone()];
    check(vec![
        (
            "account of one, permission set of the other",
            both(),
            ann(),
            "no",
            &["rule 1: it does not reach account 000000000003", "rule 2: it does not allow this permission set"],
        ),
        ("the one whole", both(), asks("ann", "dev", "Admin"), "rule 1, 120 min, 1 by rule 1", &[]),
        ("the other whole", both(), asks("ann", "pay", "ReadOnly"), "rule 2, 120 min, 1 by rule 2", &[]),
    ]);
}

#[test]
fn break_glass_is_taken_only_when_it_is_asked_for_by_name() {
    let loud =
        |n| rule(n, json!({"max_minutes": 30, "approval": {"kind": "break_glass", "review": {"within_hours": 24}}}));
    let documents = || vec![rule(1, json!({"approval": by(&[2])})), loud(2), loud(3)];
    let short = || ann().change(|asked| asked.minutes = 20);
    let by_name = "rule 3, 30 min, break-glass, review in 24 h";
    check(vec![
        (
            "not by itself",
            documents(),
            short(),
            "rule 1, 120 min, 2 by rule 1",
            &["rule 2: it is for break-glass, which must be asked for by name"],
        ),
        ("not by itself when nothing else is left", vec![loud(2)], short(), "no", &[]),
        (
            "by name",
            documents(),
            short().break_glass(3),
            by_name,
            &[
                "rule 1: it is not the break-glass rule that was asked for",
                "rule 2: it is for break-glass, which must be asked for by name",
                "rule 3: it allows up to 30 minutes by break-glass",
            ],
        ),
        (
            "no longer than it says",
            documents(),
            ann().break_glass(3),
            "no",
            &["rule 3: it allows at most 30 minutes, 60 were asked for"],
        ),
        (
            "another rule is no break-glass",
            documents(),
            short().break_glass(1),
            "no",
            &["rule 1: it is not the break-glass rule that was asked for"],
        ),
        ("an unknown name", documents(), short().break_glass(8), "no", &[]),
    ]);
}

#[test]
fn what_stands_above_is_asked_about_the_time_by_each_rule() {
    let resting = || rule(1, json!({"approval": waived(), "pace": {"cool_down_minutes": 120}}));
    let plain = || rule(2, json!({"approval": by(&[1])}));
    let used = || ann().used("pay", None, Some("09:30"));
    check(vec![
        (
            "the lighter one would wait into a freeze",
            vec![resting(), plain(), freeze(1, "11:15", "13:00", json!({}))],
            used(),
            "rule 2, 75 min, 1 by rule 2",
            &["freeze 1: it lasts from 2026-11-23T11:15:00Z to 2026-11-23T13:00:00Z"],
        ),
        (
            "the lighter one waits until a freeze is over",
            vec![resting(), plain(), freeze(1, "10:00", "11:30", json!({}))],
            used(),
            "rule 1, 120 min, automatic, review in 72 h, not before 2026-11-23T11:30:00Z",
            &[],
        ),
    ]);
}
