//! A replay tells what asking both books about every request would tell.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use domain::rules::{Ask, Book, Chosen, Details, Document, Duty, Person, Severity, Use, Way, choose, evaluate};
use domain::{Minutes, RequestId, RuleId};
use jiff::Timestamp;
use policy::{How, PastRequest, Replay, Replaying};
use proptest::prelude::*;
use uuid::Uuid;

use crate::organization::{account, by_name, directory, facts, file, group, in_force, sample, set, user};
use crate::random::{documents, id};

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn request(number: u128, who: usize, groups: &[usize], account_at: usize, set_at: usize) -> PastRequest {
    PastRequest {
        request: RequestId(Uuid::from_u128(number)),
        beneficiary: user(who),
        groups: groups.iter().map(|at| group(*at)).collect(),
        sponsor: None,
        pair: domain::Pair { account: account(account_at), permission_set: set(set_at) },
        submitted_at: at("2026-11-17T10:00:00Z"),
        start: None,
        minutes: Minutes::new(60).unwrap(),
        severity: Severity::default(),
        reason: "the nightly import fails again".to_owned(),
        ticket: None,
        tickets: vec![],
        duty: Duty::default(),
        incident: false,
        break_glass: None,
        uses: vec![],
        kept: Some("approved by dave".to_owned()),
    }
}

fn ask<'a>(past: &'a PastRequest) -> Ask<'a> {
    Ask {
        beneficiary: Person { user: &past.beneficiary, groups: &past.groups },
        sponsor: past.sponsor.as_ref().map(|(user, groups)| Person { user, groups }),
        pair: &past.pair,
        now: past.submitted_at,
        start: past.start,
        details: Some(Details {
            minutes: past.minutes,
            severity: &past.severity,
            reason: &past.reason,
            ticket: past.ticket.as_deref(),
            tickets: &past.tickets,
            duty: &past.duty,
            incident: past.incident,
        }),
        break_glass: past.break_glass,
        uses: &past.uses,
    }
}

fn replay(before: Book, after: Book, changed: &BTreeSet<Uuid>, past: &[PastRequest]) -> Replay {
    let mut replaying = Replaying::of(before, after, changed);
    past.iter().for_each(|request| replaying.ask(request));
    replaying.done()
}

/// The sample's replay after one change of its text.
fn after(from: &str, to: &str, past: Vec<PastRequest>) -> Replay {
    let books = in_force(&sample());
    assert!(sample().contains(from), "{from}");
    let wanted = policy::read(&[file(&sample().replace(from, to))], &directory(), &books).unwrap();
    let changed = wanted.changed(&books);
    let (before, after) = (Book::compile(books.documents, facts()), Book::compile(wanted.documents, facts()));
    replay(before, after, &changed, &past)
}

#[test]
fn each_kind_of_difference_is_told_with_why() {
    let read = || vec![request(1, 0, &[0], 1, 2)];
    let cases = [
        (
            "max_minutes: 480",
            "max_minutes: 30",
            How::Refused,
            "automatic",
            "refused",
            "the rule \"engineers read everywhere\": it allows at most 30 minutes, 60 were asked for",
        ),
        (
            "waiver: \"reading shows nothing that engineers may not see\"",
            "incident: true",
            How::Refused,
            "automatic",
            "refused",
            "the rule \"engineers read everywhere\": it needs an open incident that covers the account",
        ),
        (
            "{ kind: automatic, waiver: \"reading shows nothing that engineers may not see\" }",
            "two eyes",
            How::Heavier,
            "automatic",
            "1 approval in 1 stage",
            "the rule \"engineers read everywhere\": it allows up to 480 minutes with 1 approval(s) in 1 stage(s)",
        ),
        (
            "freezes:\n",
            "freezes:\n  - { name: now, from: 2026-11-17T00:00:00Z, until: 2026-11-18T00:00:00Z, accounts: { all: true }, permission_sets: { all: true } }\n",
            How::Refused,
            "automatic",
            "refused",
            "the freeze \"now\": nothing is given from 2026-11-17T00:00:00Z to 2026-11-18T00:00:00Z; ask for a time outside it",
        ),
        (
            "arns: [AdministratorAccess] }\n    effect: { kind: floor",
            "all: true }\n    effect: { kind: floor",
            How::Heavier,
            "automatic",
            "1 approval in 1 stage",
            "the rule \"engineers read everywhere\": it allows up to 480 minutes without an approval (conditions waived: reading shows nothing that engineers may not see)",
        ),
        (
            "  - name: engineers read everywhere\n    subjects: { groups: [engineers] }",
            "  - name: engineers read everywhere\n    subjects: { groups: [leads] }",
            How::Refused,
            "automatic",
            "refused",
            "the rule \"engineers read everywhere\": it is for other people",
        ),
    ];
    for (from, to, how, was, would_be, because) in cases {
        let replay = after(from, to, read());
        assert_eq!((replay.checked, replay.total()), (1, 1), "{to}");
        let differs = &replay.differing[0];
        assert_eq!(differs.how, how, "{to}");
        assert_eq!((differs.was.way.as_str(), differs.would_be.way.as_str()), (was, would_be), "{to}");
        assert_eq!(differs.because, because);
        assert_eq!(differs.kept.as_deref(), Some("approved by dave"));
    }
    let differs = &after(
        "accounts: { administration: true }",
        "accounts: { ids: [search-prod] }",
        vec![request(1, 0, &[0], 0, 2)],
    );
    assert_eq!(differs.total(), 0, "the rule leaves the management account out by itself");
}

#[test]
fn a_change_that_matters_to_nobody_asks_nobody() {
    let replay = after("concurrent: 2", "concurrent: 1", vec![request(1, 0, &[0], 1, 2), request(2, 4, &[2], 0, 0)]);
    assert_eq!((replay.checked, replay.total(), replay.differing.len()), (2, 0, 0));
}

/// What is decided, as far as a decision differs.
fn decided(chosen: Option<Chosen>) -> Option<(usize, Vec<domain::approval::PolicySpec>, Option<Timestamp>)> {
    chosen.map(|chosen| match chosen.way {
        Way::Automatic { .. } => (0, vec![], chosen.not_before),
        Way::BreakGlass { .. } => (1, vec![], chosen.not_before),
        Way::People(needs) => (2, needs.into_iter().map(|need| need.policy).collect(), chosen.not_before),
    })
}

fn past() -> impl Strategy<Value = PastRequest> {
    let what = (0..5_usize, prop::collection::vec(0..4_usize, 0..3), 0..4_usize, 0..3_usize);
    let how = (1..600_i64, 0..2_000_000_000_i64, any::<[bool; 4]>(), 6..14_u128, "[A-Z]{3}-[0-9]");
    (what, how).prop_map(|((who, groups, at, set), (minutes, moment, [rush, glass, used, incident], rule, ticket))| {
        let mut past = request(9, who, &groups, at, set);
        past.minutes = Minutes::new(minutes).unwrap();
        past.submitted_at = Timestamp::from_second(moment).unwrap();
        past.severity = Severity::parse(if rush { "critical" } else { "normal" }).unwrap();
        past.break_glass = glass.then_some(RuleId(id(rule)));
        past.incident = incident;
        past.ticket = rush.then_some(ticket);
        let ended = Some(Timestamp::from_second(moment - 60 * minutes).unwrap());
        past.uses = if used { vec![Use { pair: past.pair.clone(), rule: None, ended }] } else { vec![] };
        past
    })
}

fn mixed(a: &[Document], b: &[Document], keep: &[bool]) -> Vec<Document> {
    let of_a = a.iter().enumerate().filter(|(at, _)| keep[at % keep.len()]);
    let rest = b
        .iter()
        .enumerate()
        .filter(|(at, d)| !keep[at % keep.len()] && a.get(*at).is_none_or(|o| o.body.kind() == d.body.kind()));
    of_a.chain(rest).map(|(_, d)| d.clone()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn a_replay_equals_asking_both_books_everything(a in documents(), b in documents(), keep in any::<[bool; 7]>(), past in prop::collection::vec(past(), 40)) {
        let after = mixed(&a, &b, &keep);
        let changed: BTreeSet<Uuid> = a.iter().chain(&after).filter(|d| !(a.contains(d) && after.contains(d))).map(|d| d.id).collect();
        let (before, after) = (Book::compile(a, facts()), Book::compile(after, facts()));
        let mut expected = 0;
        for past in &past {
            let ask = ask(past);
            let (was, would_be) = (evaluate(&before, &ask).chosen, evaluate(&after, &ask).chosen);
            prop_assert_eq!(choose(&before, &ask), was.clone());
            prop_assert_eq!(choose(&after, &ask), would_be.clone());
            expected += usize::from(decided(was) != decided(would_be));
        }
        let replay = replay(before, after, &changed, &past);
        prop_assert_eq!(replay.checked, past.len());
        prop_assert_eq!(replay.total(), expected);
        prop_assert_eq!(replay.differing.len(), expected);
        prop_assert!(replay.differing.iter().all(|d| !d.because.is_empty()));
    }
}

#[test]
fn many_requests_are_replayed_within_seconds() {
    // A tenth of what is promised, without optimization, on a machine that does other things.
    let past = (0..10_000).map(|n| request(n, usize::try_from(n).unwrap() % 5, &[0], 1, 2)).collect();
    let begin = Instant::now();
    let replay = after("max_minutes: 480", "max_minutes: 30", past);
    assert_eq!((replay.refused, replay.differing.len()), (10_000, policy::limits::DIFFERING_MOST));
    assert!(begin.elapsed() < Duration::from_secs(10), "{:?}", begin.elapsed());
    assert!(!by_name(&in_force(&sample()).documents, "two eyes").id.is_nil());
}
