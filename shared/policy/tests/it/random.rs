//! Documents of every kind with every field, at random.

use domain::approval::{
    Escalation, MailDecision, Manager, Named, OwnerScope, Pairs, People, PolicySpec, ScheduleRef, ScheduleSource,
    Stage, Voters,
};
use domain::rules::*;
use domain::{Minutes, PolicyId};
use jiff::Timestamp;
use proptest::collection::{btree_set, vec};
use proptest::option::of;
use proptest::prelude::*;
use uuid::Uuid;

use crate::organization::{UNITS, account, group, set, user};

/// So many documents of the kinds that others refer to are always there.
const REFERRED: u128 = 3;

pub fn id(number: u128) -> Uuid {
    Uuid::from_u128(0x0198_0000_0000_7000_8000_0000_0000_0000 + number)
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z][a-z ]{0,10}[a-z]", "[!-~]{1,8}", "\\PC{1,12}", Just("on".to_owned()), Just("12:30".to_owned())]
        .prop_filter("a name", |name| !name.trim().is_empty() && !name.chars().any(char::is_control))
}

/// Ids that the directory knows by one name, by one of two, and not at all.
const PLACES: [usize; 8] = [0, 1, 2, 3, 100, 101, 103, 200];

fn some<T: Clone + std::fmt::Debug + 'static>(of: fn(usize) -> T) -> impl Strategy<Value = Vec<T>> {
    btree_set(prop::sample::select(&PLACES[..]), 0..3).prop_map(move |places| places.into_iter().map(of).collect())
}

fn units() -> impl Strategy<Value = Vec<UnitSelector>> {
    let ids: Vec<&str> = UNITS.iter().map(|(id, ..)| *id).chain(["ou-1-gone"]).collect();
    let unit = (prop::sample::select(ids), any::<bool>());
    vec(unit, 0..3).prop_map(|units| {
        let depth = |deep| if deep { Depth::Subtree } else { Depth::Children };
        units.into_iter().map(|(id, deep)| UnitSelector { id: id.to_owned(), depth: depth(deep) }).collect()
    })
}

fn tags() -> impl Strategy<Value = Vec<TagSelector>> {
    vec(("[a-z:]{1,6}", vec(".{0,6}", 0..3)).prop_map(|(key, values)| TagSelector { key, values }), 0..3)
}

fn except() -> impl Strategy<Value = Except> {
    (some(account), units(), tags()).prop_map(|(ids, units, tags)| Except { ids, units, tags })
}

fn accounts() -> impl Strategy<Value = Accounts> {
    (any::<[bool; 3]>(), some(account), units(), tags(), except()).prop_map(
        |([all, administration, management], ids, units, tags, except)| {
            let all = all || (ids.is_empty() && units.is_empty() && tags.is_empty());
            Accounts { all, ids, units, tags, administration, management, except }
        },
    )
}

fn permission_sets() -> impl Strategy<Value = PermissionSets> {
    let names = vec("[A-Z*?]{1,6}".prop_map(|text| NamePattern::parse(text).unwrap()), 0..3);
    (any::<bool>(), some(set), names, tags()).prop_map(|(all, arns, names, tags)| {
        let all = all || (arns.is_empty() && names.is_empty() && tags.is_empty());
        PermissionSets { all, arns, names, tags }
    })
}

fn subjects(needed: bool) -> impl Strategy<Value = Subjects> {
    (any::<bool>(), some(group), some(user)).prop_map(move |(everyone, groups, users)| {
        let everyone = everyone || (needed && groups.is_empty() && users.is_empty());
        Subjects { everyone, groups, users }
    })
}

fn people(needed: bool) -> impl Strategy<Value = People> {
    (some(group), some(user)).prop_map(move |(mut groups, users)| {
        if needed && users.is_empty() && groups.is_empty() {
            groups.push(group(1));
        }
        People { groups, users }
    })
}

fn on_call() -> impl Strategy<Value = Vec<ScheduleRef>> {
    let ours = (0..REFERRED).prop_map(|n| ScheduleRef { source: ScheduleSource::Curfew, id: id(n).to_string() });
    let theirs = "[A-Z0-9]{1,8}".prop_map(|id| ScheduleRef { source: ScheduleSource::PagerDuty, id });
    vec(prop_oneof![ours, theirs], 0..3)
}

fn stage() -> impl Strategy<Value = Stage> {
    let voters =
        (people(true), of(people(false)), any::<bool>(), on_call()).prop_map(|(p, fallback, owners, on_call)| {
            let manager = fallback.map(|fallback| Manager { fallback });
            Voters { groups: p.groups, users: p.users, manager, owners, on_call }
        });
    let escalation = (1..500_u32, people(true)).prop_map(|(after_minutes, to)| Escalation { after_minutes, to });
    (voters, 1..=10_u8, of(1..500_u32), of(escalation)).prop_map(|(voters, votes, remind_after_minutes, escalation)| {
        Stage { voters, votes, remind_after_minutes, escalation }
    })
}

fn policy() -> impl Strategy<Value = PolicySpec> {
    (vec(stage(), 1..4), 1..=10_u8, any::<[bool; 3]>(), subjects(false), of(1..40_000_u32)).prop_map(
        |(stages, rejections, [mail, pairs, owners], delegates, pending_minutes)| PolicySpec {
            stages,
            rejections,
            mail_decision: if mail { MailDecision::SignIn } else { MailDecision::LinkAlone },
            pairs: if pairs { Pairs::Together } else { Pairs::Apart },
            owners: if owners { OwnerScope::Nearest } else { OwnerScope::All },
            delegates,
            pending_minutes,
        },
    )
}

fn named() -> impl Strategy<Value = Named> {
    (REFERRED..2 * REFERRED).prop_map(|n| Named { policy: PolicyId(id(n)) })
}

fn review() -> impl Strategy<Value = Review> {
    (subjects(false), 1..2_000_u32).prop_map(|(reviewers, within_hours)| Review { reviewers, within_hours })
}

fn approval() -> impl Strategy<Value = Approval> {
    let automatic = (on_call(), of("[ -~]{10,40}"), review()).prop_map(|(on_call, waiver, review)| {
        let waiver = waiver.filter(|why| why.trim().len() >= 10);
        let incident = waiver.is_none() && on_call.is_empty();
        Approval::Automatic(Automatic { incident, on_call, waiver, review })
    });
    prop_oneof![
        automatic,
        policy().prop_map(Approval::Policy),
        named().prop_map(Approval::Named),
        review().prop_map(|review| Approval::BreakGlass(BreakGlass { review })),
    ]
}

fn moment() -> impl Strategy<Value = Timestamp> {
    (1_700_000_000_i64..1_900_000_000).prop_map(|s| Timestamp::from_second(s).unwrap())
}

fn period() -> impl Strategy<Value = (Timestamp, Timestamp)> {
    (moment(), 1..100_000_i64)
        .prop_map(|(from, length)| (from, Timestamp::from_second(from.as_second() + length).unwrap()))
}

fn pattern() -> impl Strategy<Value = Pattern> {
    prop_oneof![Just("OPS-[0-9]+"), Just("(?i)\\bfix\\b: .*\n?"), Just("\"#'"), Just("ü|🚀"), Just("1e3")]
        .prop_map(|text| Pattern::parse(text).unwrap())
}

fn when_away() -> impl Strategy<Value = WhenAway> {
    prop_oneof![Just(WhenAway::Refuse), Just(WhenAway::Allow)]
}

fn hours() -> impl Strategy<Value = Hours> {
    let clock = || (0..24_u8, 0..60_u8).prop_map(|(h, m)| Clock::try_from(format!("{h:02}:{m:02}")).unwrap());
    let days = btree_set(prop::sample::select(&Day::ALL[..]), 1..7);
    let window = (days, clock(), clock()).prop_map(|(d, from, to)| Weekly { days: d.into_iter().collect(), from, to });
    (prop::sample::select(&["Europe/Berlin", "UTC", "America/Sao_Paulo"][..]), vec(window, 1..4))
        .prop_map(|(zone, windows)| Hours { time_zone: ZoneName::parse(zone).unwrap(), windows })
}

fn rule() -> impl Strategy<Value = RuleSpec> {
    let reason = (of(0..100_u32), of(pattern())).prop_map(|(min_length, pattern)| ReasonDemand { min_length, pattern });
    let check =
        ("[a-z]{1,6}", any::<[bool; 2]>(), when_away()).prop_map(|(system, [assigned, change_window], when_away)| {
            TicketCheck { system, assigned, change_window, when_away }
        });
    let ticket = (any::<bool>(), of(pattern()), of(check)).prop_map(|(required, pattern, check)| TicketDemand {
        required,
        pattern,
        check,
    });
    let validity = of(period()).prop_map(|period| Validity { from: period.map(|p| p.0), until: period.map(|p| p.1) });
    let pace = (of(1..5_u32), of(1..500_u32))
        .prop_map(|(concurrent, cool_down_minutes)| Pace { concurrent, cool_down_minutes });
    let severities = vec(prop::sample::select(&["critical", "high", "normal"][..]), 0..3)
        .prop_map(|names| names.into_iter().map(|n| Severity::parse(n).unwrap()).collect());
    let cut = prop::sample::select(&domain::sessions::CutSessions::ALL[..]);
    let who = (name(), any::<bool>(), subjects(true), accounts(), permission_sets(), 1..1_000_i64);
    let how =
        (severities, reason, ticket, of(hours()), validity, subjects(false), pace, (when_away(), cut), approval());
    (who, how).prop_map(
        |(
            (name, enabled, subjects, accounts, permission_sets, minutes),
            (severities, reason, ticket, hours, validity, on_behalf, pace, (when_away, cut_sessions), approval),
        )| RuleSpec {
            name,
            enabled,
            subjects,
            accounts,
            permission_sets,
            max_minutes: Minutes::new(minutes).unwrap(),
            severities,
            reason,
            ticket,
            hours,
            validity,
            on_behalf,
            pace,
            when_away,
            cut_sessions,
            approval,
        },
    )
}

fn guardrail() -> impl Strategy<Value = GuardrailSpec> {
    let effect = prop_oneof![
        any::<bool>().prop_map(|spares_break_glass| Effect::Deny { spares_break_glass }),
        policy().prop_map(|spec| Effect::Floor { policy: PolicyRef::Policy(spec) }),
        named().prop_map(|named| Effect::Floor { policy: PolicyRef::Named(named) }),
        (1..5_u32).prop_map(|concurrent| Effect::Cap { concurrent }),
    ];
    (name(), any::<bool>(), subjects(true), accounts(), permission_sets(), effect).prop_map(
        |(name, enabled, subjects, accounts, permission_sets, effect)| GuardrailSpec {
            name,
            enabled,
            subjects,
            accounts,
            permission_sets,
            effect,
        },
    )
}

fn freeze() -> impl Strategy<Value = FreezeSpec> {
    (name(), period(), accounts(), permission_sets(), any::<bool>()).prop_map(
        |(name, (from, until), accounts, permission_sets, spares_break_glass)| FreezeSpec {
            name,
            from,
            until,
            accounts,
            permission_sets,
            spares_break_glass,
        },
    )
}

fn owners() -> impl Strategy<Value = OwnersSpec> {
    let target = prop_oneof![
        prop::sample::select(&PLACES[..]).prop_map(|at| Owned::Account { id: account(at) }),
        prop::sample::select(&UNITS[..]).prop_map(|(id, ..)| Owned::Unit { id: id.to_owned() }),
    ];
    (name(), target, people(true)).prop_map(|(name, target, owners)| OwnersSpec { name, target, owners })
}

fn schedule() -> impl Strategy<Value = ScheduleSpec> {
    let rotation = (vec(0..5_usize, 1..4), moment(), 1..500_u32).prop_map(|(users, from, hours)| Rotation {
        users: users.into_iter().map(user).collect(),
        from,
        hours,
    });
    let shift = (0..5_usize, period()).prop_map(|(at, (from, until))| Shift { user: user(at), from, until });
    (name(), rotation, any::<bool>(), vec(shift, 1..3)).prop_map(|(name, rotation, turns, shifts)| ScheduleSpec {
        name,
        rotation: turns.then_some(rotation),
        shifts,
    })
}

/// Documents that name only one another and what the directory had, the schedules and policies first.
pub fn documents() -> impl Strategy<Value = Vec<Document>> {
    let referred = usize::try_from(REFERRED).unwrap();
    let policies = (name(), policy()).prop_map(|(name, policy)| NamedPolicySpec { name, policy });
    (
        vec(schedule().prop_map(Body::Schedule), referred),
        vec(policies.prop_map(Body::ApprovalPolicy), referred),
        vec(rule().prop_map(Body::Rule), 0..5),
        vec(guardrail().prop_map(Body::Guardrail), 0..4),
        vec(freeze().prop_map(Body::Freeze), 0..3),
        vec(owners().prop_map(Body::Owners), 0..3),
    )
        .prop_map(|(a, b, c, d, e, f)| {
            let bodies = [a, b, c, d, e, f].into_iter().flatten();
            (0..).zip(bodies).map(|(n, body)| Document { id: id(n), version: 3, body }).collect()
        })
}
