//! Random organizations, documents and asks: few people, accounts and permission sets, so that documents meet.

use std::collections::BTreeMap;

use domain::approval::{Named, PolicySpec, ScheduleRef, Stage};
use domain::rules::{
    AccountFacts, Accounts, Approval, Automatic, Body, BreakGlass, Clock, Day, Depth, Document, Duty, Effect, Except,
    FreezeSpec, GuardrailSpec, Hours, Kind, NamePattern, NamedPolicySpec, Organization, Pace, Pattern,
    PermissionSetFacts, PermissionSets, PolicyRef, ReasonDemand, Review, RuleSpec, Severity, Subjects, TagSelector,
    TicketAnswer, TicketCheck, TicketDemand, UnitSelector, Use, Validity, Weekly, WhenAway, ZoneName,
};
use domain::{AccountId, GroupId, Minutes, Pair, PermissionSetArn, PolicyId, RuleId, UserId};
use jiff::{SignedDuration, Timestamp};
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use uuid::Uuid;

use crate::world::{Asked, NOW, at, schedule};

#[derive(Debug, Clone)]
pub struct Company {
    pub organization: Organization,
    pub documents: Vec<Document>,
    pub asked: Asked,
}

fn id(kind: usize, n: usize) -> Uuid {
    format!("0000000{kind}-0000-7000-8000-{n:012}").parse().unwrap()
}
fn user(n: usize) -> UserId {
    UserId::parse(id(8, n).to_string()).unwrap()
}
fn group(n: usize) -> GroupId {
    GroupId::parse(id(9, n).to_string()).unwrap()
}
fn account(n: usize) -> AccountId {
    AccountId::parse(format!("{n:012}")).unwrap()
}
const SETS: [&str; 4] = ["Admin", "ReadOnly", "Team-Deploy", "Team-Admin"];
fn arn(name: &str) -> PermissionSetArn {
    PermissionSetArn::parse(format!("arn:aws:sso:::permissionSet/ssoins-1/ps-{name}")).unwrap()
}
fn some<T: Clone + std::fmt::Debug + 'static>(of: Vec<T>) -> impl Strategy<Value = Vec<T>> {
    let most = of.len();
    subsequence(of, 0..=most)
}
fn ids<T: Clone + std::fmt::Debug + 'static>(of: impl Fn(usize) -> T, count: usize) -> impl Strategy<Value = Vec<T>> {
    some((0..count).map(of).collect())
}
fn moment() -> impl Strategy<Value = Timestamp> {
    (-600_i64..900).prop_map(|minutes| at(NOW) + SignedDuration::from_mins(minutes))
}
fn tags() -> impl Strategy<Value = BTreeMap<String, String>> {
    btree_map(select(vec!["env", "team"]), select(vec!["a", "b"]), 0..=2)
        .prop_map(|tags| tags.into_iter().map(|(k, v)| (k.to_owned(), v.to_owned())).collect())
}

fn organization() -> impl Strategy<Value = Organization> {
    // A unit's parent is an earlier one; the first is the root.
    let units = (0_usize..1, 0_usize..2, 0_usize..3).prop_map(|(a, b, c)| [0, a, b, c]);
    let accounts = vec((0_usize..4, tags(), prop::bool::weighted(0.93), prop::bool::weighted(0.1)), 5);
    (units, accounts, vec(tags(), SETS.len())).prop_map(|(parents, accounts, sets)| {
        let above = |unit: usize| {
            let mut path = vec![unit];
            while let Some(last) = path.last().copied().filter(|last| *last > 0) {
                path.push(parents[last]);
            }
            path.into_iter().map(unit_id).collect()
        };
        let accounts = accounts.into_iter().enumerate().map(|(n, (unit, tags, active, administration))| AccountFacts {
            id: account(n),
            name: format!("account {n}"),
            units: above(unit),
            tags,
            active,
            management: n == 0,
            administration,
        });
        let sets = SETS.iter().zip(sets).map(|(name, tags)| PermissionSetFacts {
            arn: arn(name),
            name: (*name).to_owned(),
            tags,
        });
        Organization { accounts: accounts.collect(), permission_sets: sets.collect() }
    })
}
fn unit_id(n: usize) -> String {
    if n == 0 { "r-root".to_owned() } else { format!("ou-{n}") }
}

fn subjects() -> impl Strategy<Value = Subjects> {
    prop_oneof![
        6 => Just(Subjects { everyone: true, ..Subjects::default() }),
        3 => (ids(group, 3), ids(user, 3)).prop_map(|(groups, users)| Subjects { everyone: false, groups, users }),
    ]
}
fn unit() -> impl Strategy<Value = UnitSelector> {
    let depth = select(vec![Depth::Subtree, Depth::Children]);
    (0_usize..4, depth).prop_map(|(n, depth)| UnitSelector { id: unit_id(n), depth })
}
fn tag() -> impl Strategy<Value = TagSelector> {
    let values = some(vec!["a".to_owned(), "b".to_owned()]);
    (select(vec!["env", "team"]), values).prop_map(|(key, values)| TagSelector { key: key.to_owned(), values })
}
fn accounts() -> impl Strategy<Value = Accounts> {
    let except = (ids(account, 5), vec(unit(), 0..2), vec(tag(), 0..2));
    let except = except.prop_map(|(ids, units, tags)| Except { ids: ids.into_iter().take(1).collect(), units, tags });
    let except = prop_oneof![5 => Just(Except::default()), 1 => except];
    let rare = prop::bool::weighted(0.1);
    (prop::bool::weighted(0.6), ids(account, 5), vec(unit(), 0..3), vec(tag(), 0..2), rare, any::<bool>(), except)
        .prop_map(|(all, ids, units, tags, administration, management, except)| Accounts {
            all,
            ids: if all { vec![] } else { ids },
            units,
            tags,
            administration,
            management,
            except,
        })
}
fn permission_sets() -> impl Strategy<Value = PermissionSets> {
    let names = some(["Team-*", "*Admin", "Admi?", "*"].map(|name| NamePattern::parse(name).unwrap()).to_vec());
    (prop::bool::weighted(0.6), some(SETS.map(arn).to_vec()), names, vec(tag(), 0..2))
        .prop_map(|(all, arns, names, tags)| PermissionSets { all, arns, names, tags })
}
fn policy() -> impl Strategy<Value = PolicySpec> {
    vec((0_usize..3, 1_u8..4), 1..=2).prop_map(|stages| {
        let mut spec = PolicySpec::of(vec![], vec![], 1);
        let base = spec.stages.remove(0);
        let stage = |(voter, votes): (usize, u8)| {
            let mut stage = Stage { votes, ..base.clone() };
            stage.voters.groups = vec![group(voter)];
            stage
        };
        spec.stages = stages.into_iter().map(stage).collect();
        spec
    })
}
fn named() -> impl Strategy<Value = Named> {
    // The third does not exist.
    (0_usize..3).prop_map(|n| Named { policy: PolicyId(id(3, n)) })
}
fn review() -> impl Strategy<Value = Review> {
    (1_u32..4).prop_map(|within_hours| Review { reviewers: Subjects::default(), within_hours })
}
fn schedules() -> impl Strategy<Value = Vec<ScheduleRef>> {
    some(vec![schedule("P1"), schedule("P2")])
}
fn automatic() -> impl Strategy<Value = Automatic> {
    let waiver = option::weighted(0.4, Just("it is harmless".to_owned()));
    (prop::bool::weighted(0.3), schedules(), waiver, review())
        .prop_map(|(incident, on_call, waiver, review)| Automatic { incident, on_call, waiver, review })
}
fn approval() -> impl Strategy<Value = Approval> {
    prop_oneof![
        4 => policy().prop_map(Approval::Policy),
        2 => named().prop_map(Approval::Named),
        3 => automatic().prop_map(Approval::Automatic),
        2 => review().prop_map(|review| Approval::BreakGlass(BreakGlass { review })),
    ]
}
fn away() -> impl Strategy<Value = WhenAway> {
    select(vec![WhenAway::Refuse, WhenAway::Allow])
}
fn severity() -> impl Strategy<Value = Severity> {
    select(["normal", "critical"].map(|name| Severity::parse(name).unwrap()).to_vec())
}
fn hours() -> impl Strategy<Value = Hours> {
    let clock = |slot: u32| Clock::try_from(format!("{:02}:{:02}", slot / 2, slot % 2 * 30)).unwrap();
    let window = (subsequence(Day::ALL.to_vec(), 1..=7), 0_u32..48, 1_u32..=48);
    let window = window.prop_map(move |(days, from, to)| Weekly { days, from: clock(from), to: clock(to) });
    let day = Weekly { days: Day::ALL.to_vec(), from: clock(0), to: clock(48) };
    let windows = prop_oneof![3 => vec(window, 1..4), 1 => Just(vec![day])];
    let zone = select(vec!["UTC", "Asia/Kolkata"]).prop_map(|name| ZoneName::parse(name).unwrap());
    (zone, windows).prop_map(|(time_zone, windows)| Hours { time_zone, windows })
}
fn validity() -> impl Strategy<Value = Validity> {
    (option::weighted(0.15, moment()), option::weighted(0.15, moment()))
        .prop_map(|(from, until)| Validity { from, until })
}
fn reason() -> impl Strategy<Value = ReasonDemand> {
    let pattern = option::weighted(0.2, Just(Pattern::parse("(a|because).*").unwrap()));
    (option::weighted(0.2, 5_u32..25), pattern).prop_map(|(min_length, pattern)| ReasonDemand { min_length, pattern })
}
fn ticket() -> impl Strategy<Value = TicketDemand> {
    let check = (any::<bool>(), any::<bool>(), away()).prop_map(|(assigned, change_window, when_away)| TicketCheck {
        system: "jira".to_owned(),
        assigned,
        change_window,
        when_away,
    });
    let pattern = option::weighted(0.2, Just(Pattern::parse("OPS-[0-9]+").unwrap()));
    (prop::bool::weighted(0.2), pattern, option::weighted(0.4, check))
        .prop_map(|(required, pattern, check)| TicketDemand { required, pattern, check })
}
fn pace() -> impl Strategy<Value = Pace> {
    (option::weighted(0.3, 1_u32..3), option::weighted(0.4, 1_u32..400))
        .prop_map(|(concurrent, cool_down_minutes)| Pace { concurrent, cool_down_minutes })
}
fn minutes(range: std::ops::Range<i64>) -> impl Strategy<Value = Minutes> {
    range.prop_map(|n| Minutes::new(n).unwrap())
}

pub fn rule() -> impl Strategy<Value = RuleSpec> {
    let where_and_what = (subjects(), accounts(), permission_sets(), prop::bool::weighted(0.95));
    let severities = prop_oneof![4 => Just(vec![]), 1 => vec(severity(), 1..=1)];
    let demands = (minutes(60..900), severities, reason(), ticket(), away());
    let times = (option::weighted(0.3, hours()), validity(), pace());
    let on_behalf = prop_oneof![1 => Just(Subjects::default()), 1 => subjects()];
    (where_and_what, demands, times, on_behalf, approval()).prop_map(
        |(
            (subjects, accounts, permission_sets, enabled),
            (max_minutes, severities, reason, ticket, when_away),
            (hours, validity, pace),
            on_behalf,
            approval,
        )| RuleSpec {
            name: "a rule".to_owned(),
            enabled,
            subjects,
            accounts,
            permission_sets,
            max_minutes,
            severities,
            reason,
            ticket,
            hours,
            validity,
            on_behalf,
            pace,
            when_away,
            cut_sessions: domain::sessions::CutSessions::default(),
            approval,
        },
    )
}
fn effect() -> impl Strategy<Value = Effect> {
    let policy = prop_oneof![policy().prop_map(PolicyRef::Policy), named().prop_map(PolicyRef::Named)];
    prop_oneof![
        1 => any::<bool>().prop_map(|spares_break_glass| Effect::Deny { spares_break_glass }),
        2 => policy.prop_map(|policy| Effect::Floor { policy }),
        1 => (1_u32..3).prop_map(|concurrent| Effect::Cap { concurrent }),
    ]
}
/// Of few accounts, so that not everything is forbidden.
fn covered() -> impl Strategy<Value = Accounts> {
    let one =
        ids(account, 5).prop_map(|ids| Accounts { ids: ids.into_iter().take(2).collect(), ..Accounts::default() });
    prop_oneof![3 => one, 1 => accounts()]
}
pub fn guardrail() -> impl Strategy<Value = GuardrailSpec> {
    let whom = (subjects(), covered(), permission_sets(), prop::bool::weighted(0.9));
    (whom, effect()).prop_map(|((subjects, accounts, permission_sets, enabled), effect)| GuardrailSpec {
        name: "a guardrail".to_owned(),
        enabled,
        subjects,
        accounts,
        permission_sets,
        effect,
    })
}
fn freeze() -> impl Strategy<Value = FreezeSpec> {
    (moment(), 1_i64..300, covered(), permission_sets(), any::<bool>()).prop_map(
        |(from, length, accounts, permission_sets, spares_break_glass)| FreezeSpec {
            name: "a freeze".to_owned(),
            from,
            until: from + SignedDuration::from_mins(length),
            accounts,
            permission_sets,
            spares_break_glass,
        },
    )
}

pub fn documents() -> impl Strategy<Value = Vec<Document>> {
    let rules = vec(rule(), 0..7);
    let policies = vec(policy(), 2);
    (rules, vec(guardrail(), 0..4), vec(freeze(), 0..3), policies).prop_map(|(rules, guardrails, freezes, policies)| {
        let name = "a policy".to_owned();
        let policies = policies.into_iter().map(|policy| NamedPolicySpec { name: name.clone(), policy });
        let bodies = (rules.into_iter().map(Body::Rule).enumerate())
            .chain(guardrails.into_iter().map(Body::Guardrail).enumerate())
            .chain(freezes.into_iter().map(Body::Freeze).enumerate())
            .chain(policies.map(Body::ApprovalPolicy).enumerate());
        bodies.map(|(n, body)| document(n, body)).collect()
    })
}
/// A document whose id says what it is and which.
pub fn document(n: usize, body: Body) -> Document {
    let kind = match body.kind() {
        Kind::Rule => 1,
        Kind::Guardrail => 2,
        Kind::ApprovalPolicy => 3,
        Kind::Freeze => 4,
        Kind::Owners | Kind::Schedule => 5,
    };
    Document { id: id(kind, n), version: 1, body }
}

fn person() -> impl Strategy<Value = (UserId, Vec<GroupId>)> {
    ((0_usize..3).prop_map(user), ids(group, 3))
}
fn pair() -> impl Strategy<Value = Pair> {
    // The last account and permission set are unknown.
    let place = prop_oneof![50 => 0_usize..5, 1 => Just(9)].prop_map(account);
    let set = prop_oneof![50 => select(SETS.to_vec()), 1 => Just("Unknown")].prop_map(arn);
    (place, set).prop_map(|(account, permission_set)| Pair { account, permission_set })
}
fn uses(pair: Pair) -> impl Strategy<Value = Vec<Use>> {
    let same = prop_oneof![3 => Just(pair), 2 => self::pair()];
    let by = option::weighted(0.8, (0_usize..3).prop_map(|n| RuleId(id(1, n))));
    let ended = option::weighted(0.6, (-300_i64..0).prop_map(|minutes| at(NOW) + SignedDuration::from_mins(minutes)));
    vec((same, by, ended).prop_map(|(pair, rule, ended)| Use { pair, rule, ended }), 0..4)
}
fn answer() -> impl Strategy<Value = TicketAnswer> {
    prop_oneof![
        1 => Just(TicketAnswer::Missing),
        1 => Just(TicketAnswer::Away("no answer".to_owned())),
        4 => (prop::bool::weighted(0.8), any::<bool>(), option::of((moment(), moment())))
            .prop_map(|(open, assigned, window)| TicketAnswer::Found { open, assigned, window }),
    ]
}

prop_compose! {
    pub fn asked()(pair in pair())(
        who in person(),
        sponsor in option::weighted(0.1, person()),
        uses in uses(pair.clone()),
        pair in Just(pair),
        start in option::weighted(0.4, (-200_i64..700).prop_map(|m| at(NOW) + SignedDuration::from_mins(m))),
        typed in prop::bool::weighted(0.8),
        minutes in 1_i64..240,
        severity in severity(),
        reason in select(vec!["because", "a disk of the nightly import is full", "no idea"]),
        ticket in option::weighted(0.6, select(vec!["OPS-12", "12"])),
        answer in option::weighted(0.8, answer()),
        duty in (schedules(), schedules()),
        incident in any::<bool>(),
        break_glass in option::weighted(0.2, (0_usize..7).prop_map(|n| RuleId(id(1, n)))),
    ) -> Asked {
        Asked {
            who, sponsor, pair, now: at(NOW), start, typed, minutes, severity,
            reason: reason.to_owned(),
            ticket: ticket.map(str::to_owned),
            tickets: answer.map(|answer| ("jira".to_owned(), answer)).into_iter().collect(),
            duty: Duty { on: duty.0, away: duty.1 },
            incident, break_glass, uses,
        }
    }
}

pub fn company() -> impl Strategy<Value = Company> {
    (organization(), documents(), asked()).prop_map(|(organization, documents, mut asked)| {
        // Whoever asks for break-glass mostly names a rule that is for it.
        let loud = documents.iter().find_map(|document| match &document.body {
            Body::Rule(RuleSpec { approval: Approval::BreakGlass(_), .. }) => Some(RuleId(document.id)),
            _ => None,
        });
        asked.break_glass = asked.break_glass.map(|id| loud.filter(|_| asked.incident).unwrap_or(id));
        Company { organization, documents, asked }
    })
}
