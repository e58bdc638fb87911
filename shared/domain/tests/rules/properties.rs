//! What holds whatever is written and asked.

use std::collections::BTreeMap;

use domain::Pair;
use domain::rules::{
    Approval, Body, Book, Document, Effect, Evaluation, Kind, Organization, Reason, RuleSpec, Way, evaluate,
};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::naive;
use crate::random::{Company, company, document, guardrail, rule};
use crate::world::Asked;
use crate::{depth, times};

fn answer(documents: &[Document], organization: &Organization, asked: &Asked) -> Evaluation {
    let book = Book::compile(documents.to_vec(), organization.clone());
    asked.with(|ask| evaluate(&book, ask))
}

/// The place of the answer in the total order, without the rule; nothing is the heaviest.
pub fn weight(documents: &[Document], answer: &Evaluation) -> (u8, usize, u32) {
    let Some(chosen) = &answer.chosen else { return (9, 0, 0) };
    let spec = rules(documents).find(|(id, _)| *id == chosen.rule.uuid()).unwrap().1;
    let policy = match &spec.approval {
        Approval::Automatic(_) | Approval::BreakGlass(_) => return (0, 0, 0),
        Approval::Policy(spec) => spec,
        Approval::Named(named) => documents
            .iter()
            .find_map(|d| match &d.body {
                Body::ApprovalPolicy(spec) if d.id == named.policy.uuid() => Some(&spec.policy),
                _ => None,
            })
            .unwrap(),
    };
    (1, policy.stages.len(), policy.votes())
}

fn rules(documents: &[Document]) -> impl Iterator<Item = (uuid::Uuid, &RuleSpec)> {
    documents.iter().filter_map(|d| if let Body::Rule(spec) = &d.body { Some((d.id, spec)) } else { None })
}

proptest! {
    #![proptest_config(times(128))]

    #[test]
    fn a_naive_evaluator_says_the_same(Company { organization, documents, asked } in company()) {
        let found = naive::Answer::of(&answer(&documents, &organization, &asked));
        let expected = asked.with(|ask| naive::judge(&documents, &organization, ask));
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn the_trace_agrees_with_the_verdict(Company { organization, documents, asked } in company()) {
        let answer = answer(&documents, &organization, &asked);
        let count = |kind: Kind| documents.iter().filter(|d| d.body.kind() == kind).count();
        prop_assert_eq!(answer.trace.len(), count(Kind::Rule) + count(Kind::Guardrail) + count(Kind::Freeze));
        let of_rules = || answer.trace.iter().filter(|judged| judged.kind == Kind::Rule);
        let above_passes = answer.trace.iter().filter(|judged| judged.kind != Kind::Rule).all(|judged| judged.allows);
        for judged in &answer.trace {
            let words: Vec<_> = judged.why.iter().map(Reason::words).collect();
            prop_assert!(!words.is_empty());
            prop_assert_eq!(words.join("; "), &*judged.because, "the words say what the codes say");
        }
        match &answer.chosen {
            Some(chosen) => {
                prop_assert!(of_rules().any(|judged| judged.id == chosen.rule.uuid() && judged.allows));
                prop_assert!(above_passes);
                prop_assert!(answer.longest >= Some(chosen.max));
                prop_assert!(!matches!(&chosen.way, Way::People(needs) if needs.is_empty()));
                // What is asked for fits into what is given, but for what a cool-down takes from its begin.
                let fits = !asked.typed || i64::from(chosen.max.get()) >= asked.minutes;
                prop_assert!(fits || (chosen.not_before.is_some() && asked.start.is_some()));
            }
            None => {
                prop_assert!(of_rules().all(|judged| !judged.allows) || !above_passes);
                prop_assert_eq!(answer.longest, None);
            }
        }
    }

    #[test]
    fn the_order_of_documents_does_not_matter(
        (company, shuffled) in company().prop_flat_map(|c| (Just(c.clone()), Just(c.documents).prop_shuffle()))
    ) {
        let Company { organization, documents, asked } = company;
        prop_assert_eq!(answer(&documents, &organization, &asked), answer(&shuffled, &organization, &asked));
    }

    #[test]
    fn adding_a_guardrail_never_allows_more(
        Company { organization, mut documents, asked } in company(), added in guardrail()
    ) {
        let before = answer(&documents, &organization, &asked);
        documents.push(document(50, Body::Guardrail(added.clone())));
        let after = answer(&documents, &organization, &asked);
        prop_assert!(after.longest.is_none() || after.longest == before.longest);
        if let Some(now) = &after.chosen {
            let then = before.chosen.as_ref().unwrap();
            prop_assert_eq!((now.rule, now.max, now.not_before), (then.rule, then.max, then.not_before));
            if !matches!(added.effect, Effect::Floor { .. }) {
                prop_assert_eq!(&now.way, &then.way);
            }
        }
    }

    #[test]
    fn adding_a_rule_never_allows_less(
        Company { organization, mut documents, asked } in company(), added in rule()
    ) {
        let before = answer(&documents, &organization, &asked);
        let was = weight(&documents, &before);
        documents.push(document(50, Body::Rule(added)));
        let after = answer(&documents, &organization, &asked);
        prop_assert!(after.chosen.is_some() || before.chosen.is_none());
        prop_assert!(after.longest >= before.longest);
        prop_assert!(weight(&documents, &after) <= was);
    }

    #[test]
    fn what_is_offered_is_what_is_possible(Company { organization, documents, asked } in company()) {
        let book = Book::compile(documents.clone(), organization.clone());
        let mut asked = asked;
        (asked.typed, asked.start, asked.sponsor) = (false, None, None);
        asked.uses.clear();
        let (user, groups) = asked.who.clone();
        let offers = book.offers(&user, &groups, asked.now);
        for (id, spec) in rules(&documents) {
            let mut alone = asked.clone();
            alone.break_glass = matches!(spec.approval, Approval::BreakGlass(_)).then_some(domain::RuleId(id));
            // By itself, at a time at which it counts.
            let mut others = documents.clone();
            others.retain(|d| d.body.kind() != Kind::Rule || d.id == id);
            for document in &mut others {
                if let Body::Rule(spec) = &mut document.body {
                    spec.validity.from = None;
                    // An access of less than a minute is none.
                    spec.validity.until = spec.validity.until.filter(|until| *until <= asked.now);
                }
            }
            let by_itself = Book::compile(others, organization.clone());
            for account in &organization.accounts {
                for set in &organization.permission_sets {
                    alone.pair = Pair { account: account.id.clone(), permission_set: set.arn.clone() };
                    let here = offers.iter().filter(|offer| offer.rule.id.uuid() == id);
                    let offered = here.filter(|offer| offer.holds(&account.id, &set.arn)).count();
                    let possible = alone.with(|ask| evaluate(&by_itself, ask)).chosen.is_some();
                    prop_assert_eq!(offered, usize::from(possible), "{:?} {} {}", id, account.id, &set.name);
                }
            }
        }
    }

    #[test]
    fn who_may_get_it_are_those_whom_it_is_offered(Company { organization, documents, asked } in company()) {
        let book = Book::compile(documents, organization);
        let (user, groups) = asked.who;
        let holders = book.who(&asked.pair.account, &asked.pair.permission_set, asked.now);
        for offer in book.offers(&user, &groups, asked.now) {
            if offer.holds(&asked.pair.account, &asked.pair.permission_set) {
                prop_assert!(holders.iter().any(|holder| holder.rule.id == offer.rule.id));
            }
        }
        prop_assert!(holders.iter().all(|h| h.rule.spec.enabled && !matches!(&h.way, Way::People(n) if n.is_empty())));
    }

    #[test]
    fn nothing_that_is_not_asked_of_other_systems_decides(Company { organization, documents, asked } in company()) {
        let book = Book::compile(documents, organization);
        let questions = asked.with(|ask| book.questions(ask.beneficiary, ask.pair));
        let mut less = asked.clone();
        less.tickets.retain(|(system, _)| questions.ticket_systems.contains(system));
        less.duty.on.retain(|schedule| questions.schedules.contains(schedule));
        less.duty.away.retain(|schedule| questions.schedules.contains(schedule));
        prop_assert_eq!(asked.with(|ask| evaluate(&book, ask)), less.with(|ask| evaluate(&book, ask)));
    }
}

/// The properties say little where the random companies say always the same.
#[test]
fn random_companies_reach_everything() {
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut see = |what: &str| *seen.entry(what.to_owned()).or_default() += 1;
    let companies = 1_000 * usize::try_from(depth()).unwrap();
    for _ in 0..companies {
        let Company { organization, documents, asked } = company().new_tree(&mut runner).unwrap().current();
        let answer = answer(&documents, &organization, &asked);
        for judged in &answer.trace {
            let words: String = judged.because.chars().filter(|c| !c.is_ascii_digit()).collect();
            let begin = words.split_whitespace().take(5).collect::<Vec<_>>().join(" ");
            see(&format!("{}: {begin}", judged.kind.as_str()));
            if judged.because.contains("goes on without") {
                see("went on without a system");
            }
        }
        match answer.chosen.as_ref().map(|chosen| &chosen.way) {
            None => see("no"),
            Some(Way::Automatic { .. }) => see("automatic"),
            Some(Way::BreakGlass { .. }) => see("break-glass"),
            Some(Way::People(needs)) => {
                see("people");
                if needs.len() > 1 {
                    see("with a floor");
                }
                if needs.iter().any(|need| need.named.is_some()) {
                    see("by name");
                }
            }
        }
        if answer.chosen.is_some_and(|chosen| chosen.not_before.is_some()) {
            see("waits");
        }
    }
    // Of three thousand.
    let wanted = [
        ("no", 300),
        ("automatic", 100),
        ("break-glass", 15),
        ("people", 300),
        ("with a floor", 30),
        ("by name", 50),
        ("waits", 30),
        ("went on without a system", 20),
        ("freeze: it spares break-glass", 5),
        ("freeze: nothing is given from --T::Z", 30),
        ("freeze: it lasts from --T::Z to", 30),
        ("guardrail: it allows such accesses at", 30),
        ("guardrail: it denies this", 30),
        ("guardrail: it denies this, but spares", 5),
        ("guardrail: it does not hold up", 10),
        ("guardrail: its approval is needed as", 30),
        ("guardrail: its approval policy does not", 10),
        ("guardrail: it is switched off", 30),
        ("rule: account is not in use", 30),
        ("rule: it allows accesses at a", 10),
        ("rule: it allows access only at", 30),
        ("rule: it allows at most minutes,", 30),
        ("rule: it counts from --T::Z on", 30),
        ("rule: it counts until --T::Z", 30),
        ("rule: it does not allow this", 30),
        ("rule: it does not let the", 30),
        ("rule: it does not reach account", 30),
        ("rule: it is for break-glass, which", 30),
        ("rule: it is for other people", 30),
        ("rule: it is for severity critical,", 20),
        ("rule: it is not the break-glass", 30),
        ("rule: it is switched off", 30),
        ("rule: it leaves out account", 30),
        ("rule: it needs a reason of", 30),
        ("rule: it needs a reason that", 30),
        ("rule: it needs a ticket", 20),
        ("rule: it needs a ticket that", 20),
        ("rule: it needs an open incident", 5),
        ("rule: it needs current on-call duty", 3),
        ("rule: its approval policy does not", 30),
        ("rule: its cool-down lasts until --T::Z,", 5),
        ("rule: jira could not be asked", 10),
        ("rule: jira has no such ticket", 10),
        ("rule: jira was not asked about", 10),
        ("rule: the change window in jira", 5),
        ("rule: the directory does not know", 30),
        ("rule: the on-call service could not", 5),
        ("rule: the ticket in jira is", 20),
        ("rule: the ticket in jira has", 5),
        ("rule: the time that was asked", 20),
    ];
    let enough = |of_three_thousand: usize| (of_three_thousand * companies / 3_000).max(1);
    let rare: Vec<_> =
        wanted.iter().filter(|(what, least)| seen.get(*what).copied().unwrap_or(0) < enough(*least)).collect();
    assert!(rare.is_empty(), "too rare: {rare:?}\nof {seen:#?}");
}
