//! What a change of documents opens.

use std::collections::HashMap;
use std::slice::from_ref;

use domain::Pair;
use domain::approval::PolicySpec;
use domain::rules::{
    Approval, Body, Book, Document, Effect, Evaluation, GuardrailSpec, Impact, Kind, Organization, Subject, Way,
    evaluate, impact,
};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::properties::weight;
use crate::random::{Company, company, document, documents, guardrail, rule as any_rule};
use crate::times;
use crate::world::{
    Asked, at, by, cap, deny, floor, freeze, group, guardrail as above, named, organization, policy, rule, user, waived,
};

fn of(before: &[Document], after: &[Document], organization: &Organization) -> Impact {
    let book = |documents: &[Document]| Book::compile(documents.to_vec(), organization.clone());
    impact(&book(before), &book(after))
}

/// Whether the second answer is more than the first in any way that one can have.
fn is_more(before: (&[Document], &Evaluation), after: (&[Document], &Evaluation)) -> bool {
    let asked_for = |answer: &Evaluation| match answer.chosen.as_ref().map(|chosen| &chosen.way) {
        // Of demands on the same people the greatest is met by the votes that meet it; the others add nothing.
        Some(Way::People(needs)) => {
            let mut greatest: HashMap<PolicySpec, u32> = HashMap::new();
            for need in needs {
                let mut people = need.policy.clone();
                people.stages.iter_mut().for_each(|stage| stage.votes = 0);
                let votes = greatest.entry(people).or_default();
                *votes = need.policy.votes().max(*votes);
            }
            greatest.into_values().sum()
        }
        Some(Way::Automatic { .. } | Way::BreakGlass { .. }) | None => 0,
    };
    let fewer = match (&before.1.chosen, &after.1.chosen) {
        (Some(then), Some(now)) => then.rule == now.rule && asked_for(after.1) < asked_for(before.1),
        _ => false,
    };
    weight(after.0, after.1) < weight(before.0, before.1) || after.1.longest > before.1.longest || fewer
}

fn names(subject: &Subject, asked: &Asked) -> bool {
    match subject {
        Subject::Everyone => true,
        Subject::Group { id } => asked.who.1.contains(id),
        Subject::User { id } => asked.who.0 == *id,
    }
}

fn changed() -> impl Strategy<Value = (Company, Vec<Document>)> {
    (company(), documents(), proptest::collection::vec(0_u8..6, 20)).prop_map(|(company, others, choices)| {
        let mut after = Vec::new();
        for (document, choice) in company.documents.iter().zip(choices.iter().cycle()) {
            let other = others.iter().find(|other| other.id == document.id);
            match choice {
                0 => {}
                1 => after.extend(other.cloned()),
                _ => after.push(document.clone()),
            }
        }
        let new = others.into_iter().filter(|other| company.documents.iter().all(|d| d.id != other.id));
        after.extend(new.zip(choices).filter(|(_, choice)| *choice < 3).map(|(document, _)| document));
        (company, after)
    })
}

proptest! {
    #![proptest_config(times(128))]

    #[test]
    fn whatever_somebody_gets_more_of_is_told((company, after) in changed()) {
        let Company { organization, documents: before, mut asked } = company;
        // By a cool-down's wait one may come to other times, which one could have asked for before.
        asked.uses.retain(|used| used.ended.is_none());
        let told = of(&before, &after, &organization);
        let answer = |documents: &[Document]| {
            let book = Book::compile(documents.to_vec(), organization.clone());
            asked.with(|ask| evaluate(&book, ask))
        };
        if is_more((&before, &answer(&before)), (&after, &answer(&after))) {
            prop_assert!(told.loosens);
            let Pair { account, permission_set } = &asked.pair;
            let listed = told.lightened.iter().any(|entry| {
                names(&entry.subject, &asked)
                    && entry.accounts.contains(account)
                    && entry.permission_sets.contains(permission_set)
            });
            prop_assert!(listed, "{told:#?}");
        }
    }

    #[test]
    fn the_same_documents_have_no_impact(Company { organization, documents, .. } in company()) {
        prop_assert_eq!(of(&documents, &documents, &organization), Impact::default());
    }

    #[test]
    fn removing_a_rule_never_loosens(Company { organization, documents, .. } in company(), at in 0_usize..7) {
        let mut after = documents.clone();
        // The rules come first.
        let rules = documents.iter().filter(|document| document.body.kind() == Kind::Rule).count();
        if rules > 0 {
            after.remove(at % rules);
        }
        let told = of(&documents, &after, &organization);
        prop_assert!(!told.loosens && told.total == 0 && told.lightened.is_empty(), "{told:#?}");
        let back = of(&after, &documents, &organization);
        prop_assert_eq!((back.total, back.tightened), (told.tightened, 0));
    }

    #[test]
    fn adding_a_deny_never_loosens(Company { organization, mut documents, .. } in company(), spec in guardrail()) {
        let before = documents.clone();
        let deny = GuardrailSpec { effect: Effect::Deny { spares_break_glass: false }, ..spec };
        documents.push(document(50, Body::Guardrail(deny)));
        let told = of(&before, &documents, &organization);
        prop_assert!(!told.loosens && told.total == 0, "{told:#?}");
    }

    #[test]
    fn adding_a_rule_loosens(Company { organization, mut documents, .. } in company(), mut spec in any_rule()) {
        let before = documents.clone();
        spec.enabled = true;
        spec.approval = Approval::Automatic(domain::rules::Automatic::default());
        documents.push(document(50, Body::Rule(spec)));
        let told = of(&before, &documents, &organization);
        prop_assert!(told.loosens);
        prop_assert_eq!(told.tightened, 0);
    }
}

fn one(changes: Value) -> Vec<Document> {
    vec![rule(1, changes)]
}

#[test]
fn what_makes_a_rule_looser_or_stricter() {
    let office =
        |to: &str| json!({"hours": {"time_zone": "UTC", "windows": [{"days": ["mon"], "from": "08:00", "to": to}]}});
    let devs = || json!({"subjects": {"groups": [group("devs")]}});
    // Each second one is looser than the first, and stricter the other way round.
    for (looser, strict, loose) in [
        ("longer", json!({"max_minutes": 60}), json!({})),
        ("fewer votes", json!({"approval": by(&[2])}), json!({"approval": by(&[1])})),
        ("fewer stages", json!({"approval": by(&[1, 1])}), json!({"approval": by(&[1])})),
        ("automatic", json!({}), json!({"approval": waived()})),
        ("a waiver", json!({"approval": {"kind": "automatic", "incident": true}}), json!({"approval": waived()})),
        (
            "a longer review",
            json!({"approval": {"kind": "break_glass", "review": {"within_hours": 8}}}),
            json!({"approval": {"kind": "break_glass"}}),
        ),
        ("any severity", json!({"severities": ["critical"]}), json!({})),
        ("one more severity", json!({"severities": ["critical"]}), json!({"severities": ["critical", "high"]})),
        ("a shorter reason", json!({"reason": {"min_length": 30}}), json!({"reason": {"min_length": 20}})),
        ("a reason of any form", json!({"reason": {"pattern": ".*x"}}), json!({})),
        ("no ticket", json!({"ticket": {"required": true}}), json!({})),
        (
            "a ticket of any form",
            json!({"ticket": {"required": true, "pattern": "A"}}),
            json!({"ticket": {"required": true}}),
        ),
        (
            "a ticket that nobody looks at",
            json!({"ticket": {"required": true, "check": {"system": "jira"}}}),
            json!({"ticket": {"required": true}}),
        ),
        (
            "anybody's ticket",
            json!({"ticket": {"check": {"system": "jira", "assigned": true}}}),
            json!({"ticket": {"check": {"system": "jira"}}}),
        ),
        (
            "goes on without the ticket's system",
            json!({"ticket": {"check": {"system": "jira"}}}),
            json!({"ticket": {"check": {"system": "jira", "when_away": "allow"}}}),
        ),
        ("goes on without the on-call service", json!({}), json!({"when_away": "allow"})),
        ("any hours", office("18:00"), json!({})),
        ("earlier", json!({"validity": {"from": "2026-12-01T00:00:00Z"}}), json!({})),
        (
            "later",
            json!({"validity": {"until": "2026-12-01T00:00:00Z"}}),
            json!({"validity": {"until": "2026-12-02T00:00:00Z"}}),
        ),
        ("for others", json!({}), json!({"on_behalf": {"groups": [group("leads")]}})),
        ("more at a time", json!({"pace": {"concurrent": 1}}), json!({"pace": {"concurrent": 2}})),
        ("no rest", json!({"pace": {"cool_down_minutes": 5}}), json!({})),
        ("more people", devs(), json!({"subjects": {"groups": [group("devs"), group("leads")]}})),
        ("everyone", devs(), json!({})),
        (
            "more accounts",
            json!({"accounts": {"units": [{"id": "ou-pay"}]}}),
            json!({"accounts": {"units": [{"id": "ou-pay"}, {"id": "ou-dev"}]}}),
        ),
        ("nothing left out", json!({"accounts": {"all": true, "except": {"ids": ["000000000003"]}}}), json!({})),
        ("the management account", json!({}), json!({"accounts": {"all": true, "management": true}})),
        ("more permission sets", json!({"permission_sets": {"names": ["Admin"]}}), json!({})),
        ("switched on", json!({"enabled": false}), json!({})),
    ] {
        let (strict, loose) = (one(strict), one(loose));
        let told = of(&strict, &loose, &organization());
        assert!(told.loosens && told.total > 0 && !told.lightened.is_empty(), "{looser}: {told:#?}");
        assert!(told.lightened.iter().all(|entry| entry.before != entry.after), "{looser}: {told:#?}");
        let back = of(&loose, &strict, &organization());
        assert!(!back.loosens && back.total == 0 && back.tightened == told.total, "{looser}: {back:#?}");
    }
}

#[test]
fn other_hours_and_other_voters_are_looser_both_ways() {
    let office = |from: &str| json!({"hours": {"time_zone": "UTC", "windows": [{"days": ["mon"], "from": from, "to": "18:00"}]}});
    let voters =
        |name: &str| json!({"approval": {"kind": "policy", "stages": [{"voters": {"groups": [group(name)]}}]}});
    for (a, b) in [(office("08:00"), office("07:00")), (voters("leads"), voters("devs"))] {
        for (before, after) in [(&a, &b), (&b, &a)] {
            let told = of(&one(before.clone()), &one(after.clone()), &organization());
            assert!(told.loosens && told.total > 0, "{told:#?}");
            let words = &told.lightened[0].after;
            assert!(words.contains("has changed"), "{words}");
        }
    }
    // More votes of other people: not lighter, but who knows.
    let heavier =
        json!({"approval": {"kind": "policy", "stages": [{"voters": {"groups": [group("devs")]}, "votes": 2}]}});
    let told = of(&one(json!({})), &one(heavier), &organization());
    assert!(told.loosens && told.total == 0);
}

#[test]
fn what_stood_above_and_goes_away_sets_free() {
    let documents = |guardrail: Option<Document>| guardrail.into_iter().chain(one(json!({}))).collect::<Vec<_>>();
    let in_pay = || json!({"accounts": {"units": [{"id": "ou-pay"}]}});
    for (what, strict, loose) in [
        ("a deny", Some(above(1, deny(), in_pay())), None),
        (
            "a deny that is switched off",
            Some(above(1, deny(), in_pay())),
            Some(above(1, deny(), json!({"accounts": {"units": [{"id": "ou-pay"}]}, "enabled": false}))),
        ),
        (
            "a deny of some",
            Some(above(1, deny(), in_pay())),
            Some(above(
                1,
                deny(),
                json!({"accounts": {"units": [{"id": "ou-pay"}]}, "subjects": {"groups": [group("devs")]}}),
            )),
        ),
        (
            "a deny elsewhere",
            Some(above(1, deny(), in_pay())),
            Some(above(1, deny(), json!({"accounts": {"units": [{"id": "ou-dev"}]}}))),
        ),
        ("a floor", Some(above(1, floor(by(&[1])), in_pay())), None),
        ("a lower floor", Some(above(1, floor(by(&[2])), in_pay())), Some(above(1, floor(by(&[1])), in_pay()))),
        ("a cap", Some(above(1, cap(1), in_pay())), Some(above(1, cap(2), in_pay()))),
        ("a freeze", Some(freeze(1, "09:00", "12:00", in_pay())), Some(freeze(1, "09:30", "12:00", in_pay()))),
    ] {
        let told = of(&documents(strict), &documents(loose), &organization());
        assert!(told.loosens, "{what}");
        assert_eq!(told.total, 3, "{what}: three permission sets in one account: {told:#?}");
        assert!(
            told.lightened.iter().all(|entry| entry.kind != Kind::Rule && entry.subject == Subject::Everyone),
            "{what}"
        );
    }
    // Another guardrail does the work.
    let both = vec![above(1, deny(), in_pay()), above(2, deny(), json!({})), rule(1, json!({}))];
    let told = of(&both, &both[1..], &organization());
    assert_eq!(told.total, 0, "{told:#?}");
    assert!(told.loosens, "in doubt: it reaches less than both did");
}

#[test]
fn a_rule_beside_one_that_allows_as_much_lightens_nothing_today() {
    let wide = rule(1, json!({"approval": waived()}));
    let narrow = rule(2, json!({"subjects": {"groups": [group("devs")]}, "approval": by(&[2]), "max_minutes": 30}));
    let told = of(from_ref(&wide), &[wide.clone(), narrow.clone()], &organization());
    assert_eq!((told.total, told.loosens), (0, true));
    // Instead of it, it is a loss.
    let told = of(from_ref(&wide), from_ref(&narrow), &organization());
    assert_eq!(told.total, 0, "{told:#?}");
    assert!(told.tightened > 0);
    let told = of(&[narrow], &[wide], &organization());
    assert_eq!(told.total, 4 * 3, "four accounts in use without the management account, three permission sets");
}

#[test]
fn a_named_policy_lightens_what_names_it() {
    let documents = |votes: &[u8]| {
        vec![policy(4, votes), rule(1, json!({"approval": named(4)})), rule(2, json!({"approval": by(&[3])}))]
    };
    let told = of(&documents(&[2]), &documents(&[1]), &organization());
    assert!(told.loosens && told.total > 0, "{told:#?}");
    assert!(told.lightened.iter().all(|entry| entry.name == "rule 1"), "{told:#?}");
    let told = of(&documents(&[1]), &documents(&[2]), &organization());
    assert!(!told.loosens && told.total == 0 && told.tightened > 0, "{told:#?}");
}

fn owned(n: usize, target: Value, owners: &[&str]) -> Document {
    let users: Vec<_> = owners.iter().map(|name| user(name)).collect();
    let spec = json!({"name": format!("owners {n}"), "target": target, "owners": {"groups": [], "users": users}});
    document(60 + n, Body::Owners(serde_json::from_value(spec).unwrap()))
}

fn kept(rotation: Value, shifts: &[(&str, &str, &str)]) -> Document {
    let shift =
        |(who, from, until): &(&str, &str, &str)| json!({"user": user(who), "from": at(from), "until": at(until)});
    let shifts: Vec<_> = shifts.iter().map(shift).collect();
    let spec = json!({"name": "kept", "rotation": rotation, "shifts": shifts});
    document(70, Body::Schedule(serde_json::from_value(spec).unwrap()))
}

fn turns(who: &[&str], hours: u32) -> Value {
    let users: Vec<_> = who.iter().map(|name| user(name)).collect();
    json!({"users": users, "from": at("00:00"), "hours": hours})
}

#[test]
fn owners_loosen_where_somebody_may_decide_who_could_not() {
    let by_owners = |scope: &str| {
        one(json!({"approval": {"kind": "policy", "owners": scope, "stages": [{"voters": {"owners": true}}]}}))
    };
    let (pay, root) = (|| json!({"kind": "unit", "id": "ou-pay"}), || json!({"kind": "unit", "id": "r-root"}));
    let two = || owned(1, pay(), &["ann", "ben"]);
    for (what, before, after, (nearest, all)) in [
        ("a new owner", vec![owned(1, pay(), &["ann"])], vec![two()], (true, true)),
        ("one owner fewer", vec![two()], vec![owned(1, pay(), &["ann"])], (false, false)),
        ("another owner", vec![owned(1, pay(), &["ann"])], vec![owned(1, pay(), &["ben"])], (true, true)),
        ("owners of something new", vec![], vec![two()], (true, true)),
        ("nobody's any more", vec![two()], vec![], (false, false)),
        (
            "theirs who own what is above",
            vec![two(), owned(2, root(), &["zoe"])],
            vec![owned(2, root(), &["zoe"])],
            (true, false),
        ),
        (
            "the same in two documents",
            vec![two()],
            vec![owned(1, pay(), &["ann"]), owned(2, pay(), &["ben"])],
            (false, false),
        ),
    ] {
        for (scope, loosens) in [("nearest", nearest), ("all", all)] {
            let with = |owners: &[Document]| [by_owners(scope), owners.to_vec()].concat();
            let told = of(&with(&before), &with(&after), &organization());
            assert_eq!(told.loosens, loosens, "{what}, {scope}");
        }
        let nobody_asks = |owners: &[Document]| [one(json!({})), owners.to_vec()].concat();
        assert!(
            !of(&nobody_asks(&before), &nobody_asks(&after), &organization()).loosens,
            "{what}: no policy asks owners"
        );
    }
}

#[test]
fn a_schedule_loosens_where_somebody_is_on_duty_who_was_not() {
    let id = document(70, kept(Value::Null, &[]).body).id;
    let on_call = json!([{"source": "curfew", "id": id}]);
    let voters = one(json!({"approval": {"kind": "policy", "stages": [{"voters": {"on_call": on_call}}]}}));
    let automatic = one(json!({"approval": {"kind": "automatic", "on_call": on_call}}));
    let (week, day) = (|| turns(&["ann", "ben"], 168), || turns(&["ann", "ben"], 24));
    for (what, before, after, loosens) in [
        ("no turns any more", kept(week(), &[]), kept(Value::Null, &[]), false),
        ("other turns", kept(week(), &[]), kept(day(), &[]), true),
        ("one in turn fewer", kept(week(), &[]), kept(turns(&["ann"], 168), &[]), true),
        ("a shift for somebody", kept(week(), &[]), kept(week(), &[("zoe", "10:00", "12:00")]), true),
        (
            "a shorter shift and nobody's turn",
            kept(Value::Null, &[("zoe", "10:00", "12:00")]),
            kept(Value::Null, &[("zoe", "10:30", "11:00")]),
            false,
        ),
        (
            "a longer shift",
            kept(Value::Null, &[("zoe", "10:00", "12:00")]),
            kept(Value::Null, &[("zoe", "10:00", "13:00")]),
            true,
        ),
        (
            "two shifts where there was one",
            kept(Value::Null, &[("zoe", "10:00", "12:00")]),
            kept(Value::Null, &[("zoe", "10:00", "11:00"), ("zoe", "11:00", "12:00")]),
            false,
        ),
        ("the turn again instead of a shift", kept(week(), &[("zoe", "10:00", "12:00")]), kept(week(), &[]), true),
        (
            "one of two who are on duty together",
            kept(week(), &[("zoe", "10:00", "12:00"), ("ben", "10:00", "12:00")]),
            kept(week(), &[("zoe", "10:00", "12:00")]),
            false,
        ),
    ] {
        for rule in [&voters, &automatic] {
            let told = of(
                &[rule.clone(), vec![before.clone()]].concat(),
                &[rule.clone(), vec![after.clone()]].concat(),
                &organization(),
            );
            assert_eq!(told.loosens, loosens, "{what}");
        }
        let unused = |schedule: &Document| [one(json!({})), vec![schedule.clone()]].concat();
        assert!(!of(&unused(&before), &unused(&after), &organization()).loosens, "{what}: nothing goes by it");
    }
}

#[test]
fn what_the_directory_opens_is_told_too() {
    let documents = one(json!({"accounts": {"tags": [{"key": "team"}]}}));
    let mut tagged = organization();
    tagged.accounts.reverse();
    for account in tagged.accounts.iter_mut().filter(|account| account.name == "dev") {
        account.tags.insert("team".to_owned(), "search".to_owned());
    }
    let told = impact(&Book::compile(documents.clone(), organization()), &Book::compile(documents, tagged));
    assert_eq!(told.lightened.len(), 1, "{told:#?}");
    assert_eq!(told.lightened[0].accounts, [crate::world::account("dev")]);
    assert_eq!((told.total, told.tightened), (3, 0));
}
