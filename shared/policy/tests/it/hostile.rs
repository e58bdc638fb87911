//! Bad files, each with exactly what is said about it.

use std::time::{Duration, Instant};

use policy::{Books, File, Problem, limits, read};

use crate::organization::{directory, file, in_force};

fn problems(text: &str) -> Vec<String> {
    told(read(&[file(text)], &directory(), &Books::default()))
}

fn told(result: Result<policy::Wanted, Vec<Problem>>) -> Vec<String> {
    result.unwrap_err().iter().map(Problem::to_string).collect()
}

const RULE: &str = "\
rules:
  - name: a
    subjects: { everyone: true }
    accounts: { all: true }
    permission_sets: { all: true }
    max_minutes: 60
    approval: { kind: policy, stages: [{ voters: { groups: [leads] } }] }
";

/// The rule with one line in another's place.
fn with(line: &str, instead: &str) -> String {
    assert!(RULE.contains(line), "{line}");
    RULE.replace(line, instead)
}

#[test]
fn one_mistake_is_told_with_its_place_its_field_and_what_would_be_right() {
    let minutes = "max_minutes: 60";
    let subjects = "subjects: { everyone: true }";
    let accounts = "accounts: { all: true }";
    let sets = "permission_sets: { all: true }";
    let leads = "groups: [leads]";
    let cases: Vec<(String, &str)> = vec![
        // What is no policy file at all.
        (String::new(), ":1:1: the file says nothing; give lists such as rules"),
        ("# only words\n".into(), ":1:1: the file says nothing; give lists such as rules"),
        (
            "rules".into(),
            ":1:1: a policy file has lists (schedules, owners, approval_policies, rules, guardrails, freezes); this is a single value",
        ),
        ("rulez: []".into(), r#":1:1: rulez: a policy file has no "rulez"; did you mean "rules"?"#),
        (
            "users: []".into(),
            r#":1:1: users: a policy file has no "users"; there are schedules, owners, approval_policies, rules, guardrails, freezes"#,
        ),
        ("rules:".into(), ":1:1: rules: nothing is listed; write [] where none is meant"),
        ("rules: { a: b }".into(), ":1:8: rules: this is a list of entries, not a mapping"),
        ("rules:\n  - a\n".into(), ":2:5: rules[0]: an entry is a mapping with a name, not a single value"),
        (
            "rules:\n  - max_minutes: 3\n".into(),
            ":2:5: rules[0].name: the entry has no name, by which it would be known",
        ),
        // YAML that surprises.
        ("rules: [*a]".into(), ":1:9: this is not YAML: while parsing node, found unknown anchor"),
        ("rules: &a []".into(), ":1:8: an anchor (&name) is not taken; write the value wherever it is meant"),
        (
            "rules: !!seq []".into(),
            ":1:8: a tag (!name) is not taken; write the value alone, in quotes where it is a text",
        ),
        ("rules: []\n---\nrules: []\n".into(), ":2:1: a second document begins here (---); make a file of it"),
        ("rules: []\nrules: []\n".into(), r#":2:1: the key "rules" was given already in line 1"#),
        ("? [a]\n: b\n".into(), ":1:3: a key is a single word, not a list or mapping"),
        (
            format!("rules: {}{}", "[".repeat(40), "]".repeat(40)),
            ":1:31: this lies deeper than 24 lists and mappings; nothing does",
        ),
        // Fields.
        (
            with(minutes, "max_minuts: 60\n    max_minutes: 60"),
            r#":6:5: rules[0].max_minuts: an entry of rules has no "max_minuts"; did you mean "max_minutes"?"#,
        ),
        (with(minutes, "enabled: true"), ":2:5: rules[0].max_minutes: this is missing"),
        (
            with(minutes, "max_minutes: 0"),
            r#":6:18: rules[0].max_minutes: this is a whole number from 1 to 527040, without quotes; "0" is not"#,
        ),
        (
            with(minutes, "max_minutes: 8h"),
            r#":6:18: rules[0].max_minutes: this is a whole number from 1 to 527040, without quotes; "8h" is not"#,
        ),
        (
            with(minutes, "max_minutes: '60'"),
            r#":6:18: rules[0].max_minutes: this is a whole number from 1 to 527040, without quotes; "60" is not"#,
        ),
        (
            with(minutes, "max_minutes: 99999999999999999999"),
            r#":6:18: rules[0].max_minutes: this is a whole number from 1 to 527040, without quotes; "99999999999999999999" is not"#,
        ),
        (with(minutes, "max_minutes: [60]"), ":6:18: rules[0].max_minutes: this is a single value, not a list"),
        (
            with(subjects, "subjects: { everyone: yes }"),
            r#":3:27: rules[0].subjects.everyone: this is true or false, not "yes""#,
        ),
        (
            with(subjects, "subjects: everyone"),
            ":3:15: rules[0].subjects: this is a mapping (everyone, groups, users), not a single value",
        ),
        (
            with(subjects, "subjects: {}"),
            ":3:5: rules[0].subjects: the rule is for nobody: give everyone, groups or users",
        ),
        (
            with(subjects, "subjects: { groups: leads }"),
            ":3:25: rules[0].subjects.groups: this is a list, not a single value; write [a, b]",
        ),
        (
            with("kind: policy", "kind: polices"),
            r#":7:23: rules[0].approval.kind: this is automatic or policy or named or break_glass, not "polices""#,
        ),
        (
            with("kind: policy, ", ""),
            ":7:15: rules[0].approval: kind is missing: automatic or policy or named or break_glass",
        ),
        (
            with("kind: policy, ", "kind: policy, votes: 2, "),
            r#":7:31: rules[0].approval.votes: policy has no "votes"; there are stages, rejections, mail_decision, pairs, owners, delegates, pending_minutes"#,
        ),
        // Texts with a form.
        (
            with(
                minutes,
                "max_minutes: 60\n    hours: { time_zone: Europe/Bonn, windows: [{ days: [mon], from: '08:00', to: '18:00' }] }",
            ),
            r#":7:25: rules[0].hours.time_zone: "Europe/Bonn" is not a time zone of the IANA database; "Europe/Berlin" is one"#,
        ),
        (
            with(
                minutes,
                "max_minutes: 60\n    hours: { time_zone: UTC, windows: [{ days: [mon], from: '8:00', to: '18:00' }] }",
            ),
            r#":7:61: rules[0].hours.windows[0].from: "8:00" is not a time of day from 00:00 to 24:00, such as "08:30""#,
        ),
        (
            with(
                minutes,
                "max_minutes: 60\n    hours: { time_zone: UTC, windows: [{ days: [monday], from: '08:00', to: '18:00' }] }",
            ),
            r#":7:49: rules[0].hours.windows[0].days[0]: this is mon or tue or wed or thu or fri or sat or sun, not "monday""#,
        ),
        (
            with(minutes, "max_minutes: 60\n    ticket: { pattern: '(' }"),
            r#":7:24: rules[0].ticket.pattern: "(" is not a regular expression: error: unclosed group"#,
        ),
        (
            with(minutes, "max_minutes: 60\n    severities: [Critical!]"),
            r#":7:18: rules[0].severities[0]: "Critical!" is not a severity: it has 1 to 32 lower-case letters, digits, '-' and '_', for example "critical""#,
        ),
        (
            with(minutes, "max_minutes: 60\n    validity: { until: tomorrow }"),
            r#":7:24: rules[0].validity.until: "tomorrow" is not a moment with its zone, such as "2026-11-23T08:00:00Z""#,
        ),
        (
            with(minutes, "max_minutes: 60\n    validity: { until: 2026-01-01T00:00:00Z, from: 2026-02-01T00:00:00Z }"),
            ":7:17: rules[0].validity.until: the validity ends before it begins",
        ),
        // Names.
        (
            with(leads, "groups: [laeds]"),
            r#":7:61: rules[0].approval.stages[0].voters.groups[0]: there is no group "laeds"; did you mean "leads"?"#,
        ),
        (
            with(leads, "groups: [nobody]"),
            r#":7:61: rules[0].approval.stages[0].voters.groups[0]: there is no group "nobody""#,
        ),
        (
            with(leads, "groups: [twins]"),
            r#":7:61: rules[0].approval.stages[0].voters.groups[0]: 2 groups are called "twins"; write the id of one: 11111111-0000-4000-8000-000000000064, 11111111-0000-4000-8000-000000000065"#,
        ),
        (
            with(leads, "groups: [11111111-0000-4000-8000-0000000000ff]"),
            ":7:61: rules[0].approval.stages[0].voters.groups[0]: there is no group with the id 11111111-0000-4000-8000-0000000000ff",
        ),
        (
            with(accounts, "accounts: { units: [/Root/Prodution] }"),
            r#":4:25: rules[0].accounts.units[0]: there is no organizational unit "/Root/Prodution"; did you mean "/Root/Production" or "/Root/Production/Payments"?"#,
        ),
        (
            with(accounts, "accounts: { units: [Development] }"),
            r#":4:25: rules[0].accounts.units[0]: there is no organizational unit "Development"; did you mean "/Root/Development"?"#,
        ),
        (
            with(accounts, "accounts: { units: [ou-1-nowhere] }"),
            ":4:25: rules[0].accounts.units[0]: there is no organizational unit with the id ou-1-nowhere",
        ),
        (
            with(accounts, "accounts: { ids: [999999999999] }"),
            ":4:23: rules[0].accounts.ids[0]: there is no account with the id 999999999999",
        ),
        (
            with(sets, "permission_sets: { arns: [ReadOnlyAcess] }"),
            r#":5:31: rules[0].permission_sets.arns[0]: there is no permission set "ReadOnlyAcess"; did you mean "ReadOnlyAccess"?"#,
        ),
        (
            with("{ kind: policy, stages: [{ voters: { groups: [leads] } }] }", "two eyes"),
            r#":7:15: rules[0].approval: there is no approval policy "two eyes""#,
        ),
        // Identity.
        (
            with("name: a", "name: a\n    id: 7"),
            ":3:9: rules[0].id: an id is a UUID, as `curfew policy export` writes it; leave it out to go by the name",
        ),
        (
            with("name: a", "name: a\n    id: 01990000-0000-7000-8000-000000000009"),
            ":3:9: rules[0].id: the rule with this id is not in force; leave the id out to make a new one",
        ),
        (
            format!("{RULE}{}", RULE.trim_start_matches("rules:\n")),
            r#":8:11: rules[1].name: the rule "a" is in policy.yaml:2 already; a name is given once"#,
        ),
        (
            with("name: a", "name: \"a\\u0007\""),
            ":2:5: rules[0].name: a name has 1 to 200 characters, none of them a control character",
        ),
    ];
    let wrong: Vec<String> = cases
        .into_iter()
        .map(|(text, expected)| (problems(&text), [format!("policy.yaml{expected}")]))
        .filter(|(told, expected)| told != expected)
        .map(|(told, expected)| format!("{told:#?}\nexpected {expected:#?}\n"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.concat());
}

#[test]
fn several_mistakes_are_told_at_once_in_the_order_of_the_files() {
    let files = [
        File { name: "a.yaml".into(), text: with("leads", "laeds").replace("60", "0") },
        File {
            name: "b.yaml".into(),
            text: "freezes:\n  - name: f\n    from: now\n    until: later\n    accounts: {}\n".into(),
        },
        File { name: "c.yaml".into(), text: "rules: [".into() },
    ];
    let told = told(read(&files, &directory(), &Books::default()));
    let begins = [
        "a.yaml:6:18: rules[0].max_minutes: ",
        "a.yaml:7:61: rules[0].approval.stages[0].voters.groups[0]: ",
        "b.yaml:2:5: freezes[0].permission_sets: this is missing",
        "b.yaml:3:11: freezes[0].from: ",
        "b.yaml:4:12: freezes[0].until: ",
        "c.yaml:2:1: this is not YAML",
    ];
    assert_eq!(told.len(), begins.len(), "{told:#?}");
    for (told, begin) in told.iter().zip(begins) {
        assert!(told.starts_with(begin), "{told} / {begin}");
    }
}

#[test]
fn a_thousand_mistakes_are_told_as_a_hundred_and_a_number() {
    let rules: String = (0..1_000).map(|n| format!("  - {{ name: r{n}, nonsense: {n} }}\n")).collect();
    let told = problems(&format!("rules:\n{rules}"));
    assert_eq!(told.len(), limits::PROBLEMS_MOST + 1);
    assert!(told.last().unwrap().starts_with("and 5"), "{:?}", told.last());
}

#[test]
fn what_is_too_big_is_not_read() {
    let big = File { name: "big.yaml".into(), text: " ".repeat(10 << 20) };
    assert_eq!(
        told(read(&[big], &directory(), &Books::default())),
        [
            "big.yaml: the file has 10485760 bytes, more than 1048576; make several files of it",
            "the files have 10485760 bytes, more than 5242880"
        ]
    );
    let many: Vec<File> = (0..501).map(|n| File { name: n.to_string(), text: String::new() }).collect();
    assert_eq!(told(read(&many, &directory(), &Books::default())), ["501 files are more than 500"]);
    assert_eq!(told(read(&[], &directory(), &Books::default()))[0], "no file was given");
}

#[test]
fn bombs_are_refused_before_they_grow() {
    let laughs: String = (1..30).map(|n| format!("a{n}: &a{n} [{}]\n", format!("*a{}, ", n - 1).repeat(9))).collect();
    let most = limits::FILE_MOST;
    for (what, text) in [
        ("laughs", format!("a0: &a0 [lol]\n{laughs}")),
        ("brackets", "[".repeat(most)),
        ("braces", "{".repeat(most)),
        ("keys in braces", "{a: ".repeat(most / 4)),
        ("dashes", "- ".repeat(most / 2)),
        ("questions", "? ".repeat(most / 2)),
        ("stairs", (0..1_000).map(|n| format!("{}a:\n", " ".repeat(n))).collect()),
        ("many values", format!("rules: [{}]", "a,".repeat(most / 2 - 10))),
        ("many keys", (0..100_000).map(|n| format!("k{n}: 1\n")).collect()),
        ("one word", "a".repeat(most)),
        ("open quote", format!("rules: \"{}", "\\u".repeat(most / 2 - 10))),
        ("a block", format!("rules: |\n{}", " x\n".repeat(most / 3 - 10))),
        ("zeros", "\0".repeat(most)),
        ("tabs", "\t".repeat(most)),
        ("percents", "%A\n".repeat(most / 3)),
        ("documents", "---\n".repeat(most / 4)),
    ] {
        let begin = Instant::now();
        let found = problems(&text);
        assert!(!found.is_empty() && found.iter().all(|p| p.len() < 1_000), "{what}: {found:?}");
        let took = begin.elapsed();
        assert!(took < Duration::from_secs(20), "{what} took {took:?}");
    }
}

#[test]
fn ids_that_overlap_are_told_with_both_places() {
    let books = in_force(RULE);
    let id = books.documents[0].id;
    let entry =
        |name: &str| RULE.trim_start_matches("rules:\n").replace("name: a", &format!("name: {name}\n    id: {id}"));
    let text = format!("rules:\n{}{}", entry("a"), entry("b"));
    let told = told(read(&[file(&text)], &directory(), &books));
    assert_eq!(told, ["policy.yaml:10:9: rules[1].id: this id was given already, in policy.yaml:2"]);
}

#[test]
fn what_stays_must_not_lose_what_it_names() {
    let books = in_force(
        "approval_policies:\n  - name: two eyes\n    policy: { stages: [{ voters: { groups: [leads] } }] }\n\
         rules:\n  - { name: a, subjects: { everyone: true }, accounts: { all: true }, permission_sets: { all: true }, \
         max_minutes: 5, approval: two eyes }\n",
    );
    let told = told(read(&[file("approval_policies: []")], &directory(), &books));
    assert_eq!(told.len(), 1);
    assert!(told[0].starts_with("the rule \"a\" needs the approval policy 0199"), "{told:?}");
    assert!(told[0].ends_with(", which no file has; give it, or give rules too"), "{told:?}");
}
