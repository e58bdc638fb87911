//! A small company for the golden cases, and short ways to write documents, asks and answers.
//!
//! ```text
//! r-root ─ hub (the management account)
//!   ├─ ou-sec ─ vault (administration)
//!   ├─ ou-prod ─ web (env=prod)
//!   │    └─ ou-pay ─ pay (env=prod, team=payments)
//!   └─ ou-dev ─ dev (env=dev), old (env=dev, not in use)
//! ```
//! Ann is in `devs`, ben in `oncall`, zoe in nothing. It is Monday, 10:00 in UTC and 11:00 in Berlin.

use std::collections::BTreeMap;

use domain::approval::{Named, ScheduleRef, ScheduleSource};
use domain::rules::{
    AccountFacts, Ask, Body, Book, Details, Document, Duty, Evaluation, Kind, Organization, PermissionSetFacts, Person,
    Severity, TicketAnswer, Use, Way, evaluate,
};
use domain::{AccountId, GroupId, Minutes, Pair, PermissionSetArn, PolicyId, RuleId, UserId};
use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::naive;

pub const NOW: &str = "2026-11-23T10:00:00Z";

pub fn at(text: &str) -> Timestamp {
    let day = if text.contains('T') { text.to_owned() } else { format!("2026-11-23T{text}:00Z") };
    day.parse().unwrap()
}
fn numbered(first: u32, n: u32) -> Uuid {
    format!("{first:08x}-0000-4000-8000-{n:012}").parse().unwrap()
}
pub fn user(name: &str) -> UserId {
    let n = ["ann", "ben", "zoe", "mia"].iter().position(|u| *u == name).unwrap();
    UserId::parse(numbered(0xaaaa, u32::try_from(n).unwrap()).to_string()).unwrap()
}
pub fn group(name: &str) -> GroupId {
    let n = ["devs", "oncall", "leads", "security"].iter().position(|g| *g == name).unwrap();
    GroupId::parse(numbered(0xbbbb, u32::try_from(n).unwrap()).to_string()).unwrap()
}
fn groups_of(name: &str) -> Vec<GroupId> {
    match name {
        "ann" => vec![group("devs")],
        "ben" => vec![group("oncall")],
        _ => vec![],
    }
}
const ACCOUNTS: [&str; 6] = ["hub", "vault", "web", "pay", "dev", "old"];
pub fn account(name: &str) -> AccountId {
    let n = ACCOUNTS.iter().position(|a| *a == name).unwrap_or(99);
    AccountId::parse(format!("{n:012}")).unwrap()
}
pub fn set(name: &str) -> PermissionSetArn {
    PermissionSetArn::parse(format!("arn:aws:sso:::permissionSet/ssoins-1/ps-{name}")).unwrap()
}
fn tags(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
}

pub fn organization() -> Organization {
    let facts = |name: &str, units: &[&str], of: &[(&str, &str)]| AccountFacts {
        id: account(name),
        name: name.to_owned(),
        units: units.iter().map(|u| (*u).to_owned()).collect(),
        tags: tags(of),
        active: name != "old",
        management: name == "hub",
        administration: name == "vault",
    };
    let permission_set =
        |name: &str, of: &[(&str, &str)]| PermissionSetFacts { arn: set(name), name: name.to_owned(), tags: tags(of) };
    Organization {
        accounts: vec![
            facts("hub", &["r-root"], &[("env", "prod")]),
            facts("vault", &["ou-sec", "r-root"], &[]),
            facts("web", &["ou-prod", "r-root"], &[("env", "prod")]),
            facts("pay", &["ou-pay", "ou-prod", "r-root"], &[("env", "prod"), ("team", "payments")]),
            facts("dev", &["ou-dev", "r-root"], &[("env", "dev")]),
            facts("old", &["ou-dev", "r-root"], &[("env", "dev")]),
        ],
        permission_sets: vec![
            permission_set("Admin", &[("risk", "high")]),
            permission_set("ReadOnly", &[("risk", "low")]),
            permission_set("Team-Deploy", &[]),
        ],
    }
}

fn merged(mut base: Value, changes: Value) -> Value {
    for (key, value) in changes.as_object().cloned().unwrap() {
        base.as_object_mut().unwrap().insert(key, value);
    }
    base
}
fn document(kind: Kind, n: u32, spec: Value) -> Document {
    let body = serde_json::from_value::<Body>(json!({"kind": kind.as_str(), "spec": spec.clone()}));
    let body = body.unwrap_or_else(|why| panic!("{why}: {spec}"));
    body.validate().unwrap_or_else(|why| panic!("{why}: {spec}"));
    let kinds = u32::try_from(Kind::ALL.iter().position(|k| *k == kind).unwrap()).unwrap();
    Document { id: numbered(kinds, n), version: i64::from(n), body }
}

/// One vote of the leads.
pub fn by(votes: &[u8]) -> Value {
    let stage = |votes: &u8| json!({"voters": {"groups": [group("leads")]}, "votes": votes});
    json!({"kind": "policy", "stages": votes.iter().map(stage).collect::<Vec<_>>()})
}
pub fn waived() -> Value {
    json!({"kind": "automatic", "waiver": "read-only access is harmless"})
}
/// A rule for everyone, everything, everywhere, two hours, one vote; with these changes.
pub fn rule(n: u32, changes: Value) -> Document {
    let base = json!({
        "name": format!("rule {n}"), "subjects": {"everyone": true}, "accounts": {"all": true},
        "permission_sets": {"all": true}, "max_minutes": 120, "approval": by(&[1]),
    });
    document(Kind::Rule, n, merged(base, changes))
}
pub fn rule_id(n: u32) -> RuleId {
    RuleId(rule(n, json!({})).id)
}
/// A guardrail about everyone, everything, everywhere, with this effect and these changes.
pub fn guardrail(n: u32, effect: Value, changes: Value) -> Document {
    let base = json!({
        "name": format!("guardrail {n}"), "subjects": {"everyone": true}, "accounts": {"all": true},
        "permission_sets": {"all": true}, "effect": effect,
    });
    document(Kind::Guardrail, n, merged(base, changes))
}
pub fn deny() -> Value {
    json!({"kind": "deny"})
}
pub fn floor(policy: Value) -> Value {
    json!({"kind": "floor", "policy": policy})
}
pub fn cap(concurrent: u32) -> Value {
    json!({"kind": "cap", "concurrent": concurrent})
}
pub fn freeze(n: u32, from: &str, until: &str, changes: Value) -> Document {
    let base = json!({
        "name": format!("freeze {n}"), "from": at(from), "until": at(until),
        "accounts": {"all": true}, "permission_sets": {"all": true},
    });
    document(Kind::Freeze, n, merged(base, changes))
}
pub fn policy(n: u32, votes: &[u8]) -> Document {
    let mut spec = by(votes);
    spec.as_object_mut().unwrap().remove("kind");
    document(Kind::ApprovalPolicy, n, json!({"name": format!("policy {n}"), "policy": spec}))
}
pub fn named(n: u32) -> Value {
    let Named { policy } = Named { policy: PolicyId(policy(n, &[1]).id) };
    json!({"kind": "named", "policy": policy})
}
pub fn schedule(id: &str) -> ScheduleRef {
    ScheduleRef { source: ScheduleSource::PagerDuty, id: id.to_owned() }
}

/// Everything that can be asked, with room for what an [`Ask`] borrows.
#[derive(Debug, Clone)]
pub struct Asked {
    pub who: (UserId, Vec<GroupId>),
    pub sponsor: Option<(UserId, Vec<GroupId>)>,
    pub pair: Pair,
    pub now: Timestamp,
    pub start: Option<Timestamp>,
    pub typed: bool,
    pub minutes: i64,
    pub severity: Severity,
    pub reason: String,
    pub ticket: Option<String>,
    pub tickets: Vec<(String, TicketAnswer)>,
    pub duty: Duty,
    pub incident: bool,
    pub break_glass: Option<RuleId>,
    pub uses: Vec<Use>,
}

impl Asked {
    pub fn with<T>(&self, look: impl FnOnce(&Ask<'_>) -> T) -> T {
        let details = Details {
            minutes: Minutes::new(self.minutes).unwrap(),
            severity: &self.severity,
            reason: &self.reason,
            ticket: self.ticket.as_deref(),
            tickets: &self.tickets,
            duty: &self.duty,
            incident: self.incident,
        };
        look(&Ask {
            beneficiary: Person { user: &self.who.0, groups: &self.who.1 },
            sponsor: self.sponsor.as_ref().map(|(user, groups)| Person { user, groups }),
            pair: &self.pair,
            now: self.now,
            start: self.start,
            details: self.typed.then_some(details),
            break_glass: self.break_glass,
            uses: &self.uses,
        })
    }
    pub fn used(mut self, account_name: &str, by: Option<u32>, ended: Option<&str>) -> Self {
        let pair = Pair { account: account(account_name), permission_set: set("Admin") };
        self.uses.push(Use { pair, rule: by.map(rule_id), ended: ended.map(at) });
        self
    }
    pub fn on_behalf_by(mut self, sponsor: &str) -> Self {
        self.sponsor = Some((user(sponsor), groups_of(sponsor)));
        self
    }
    pub fn change(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }
    pub fn ticket(self, ticket: &str, answers: &[(&str, TicketAnswer)]) -> Self {
        self.change(|asked| {
            asked.ticket = Some(ticket.to_owned());
            asked.tickets = answers.iter().map(|(name, answer)| ((*name).to_owned(), answer.clone())).collect();
        })
    }
    pub fn at(self, start: &str, minutes: i64) -> Self {
        self.change(|asked| (asked.start, asked.minutes) = (Some(at(start)), minutes))
    }
    pub fn possible(self) -> Self {
        self.change(|asked| asked.typed = false)
    }
    pub fn break_glass(self, n: u32) -> Self {
        self.change(|asked| asked.break_glass = Some(rule_id(n)))
    }
}

/// This person asks for this permission set in this account, now and for an hour.
pub fn asks(who: &str, account_name: &str, permission_set: &str) -> Asked {
    Asked {
        who: (user(who), groups_of(who)),
        sponsor: None,
        pair: Pair { account: account(account_name), permission_set: set(permission_set) },
        now: at(NOW),
        start: None,
        typed: true,
        minutes: 60,
        severity: Severity::default(),
        reason: "the nightly import fails".to_owned(),
        ticket: None,
        tickets: vec![],
        duty: Duty::default(),
        incident: false,
        break_glass: None,
        uses: vec![],
    }
}
pub fn ann() -> Asked {
    asks("ann", "pay", "Admin")
}

/// `rule 1, 120 min, votes 1` or `no`.
fn in_short(answer: &Evaluation) -> String {
    let Some(chosen) = &answer.chosen else { return "no".to_owned() };
    let n = chosen.rule.to_string().rsplit('-').next().unwrap().parse::<u32>().unwrap();
    let way = match &chosen.way {
        Way::Automatic { review } => format!("automatic, review in {} h", review.within_hours),
        Way::BreakGlass { review } => format!("break-glass, review in {} h", review.within_hours),
        Way::People(needs) => {
            let need = |need: &domain::approval::Need| {
                let votes: Vec<String> = need.policy.stages.iter().map(|stage| stage.votes.to_string()).collect();
                format!("{} by {}", votes.join("+"), need.because)
            };
            needs.iter().map(need).collect::<Vec<_>>().join(", ")
        }
    };
    let wait = chosen.not_before.map(|at| format!(", not before {at}")).unwrap_or_default();
    format!("rule {n}, {} min, {way}{wait}", chosen.max.get())
}

/// A case: what is written, what is asked, the answer in short, and what the trace says (`name: words`).
pub type Case<'a> = (&'a str, Vec<Document>, Asked, &'a str, &'a [&'a str]);

pub fn check(cases: Vec<Case<'_>>) {
    let mut wrong = Vec::new();
    for (name, documents, asked, expected, words) in cases {
        let book = Book::compile(documents.clone(), organization());
        let answer = asked.with(|ask| evaluate(&book, ask));
        let found = in_short(&answer);
        if found != expected {
            wrong.push(format!("{name}: expected \"{expected}\", found \"{found}\""));
        }
        let trace: Vec<String> = answer.trace.iter().map(|j| format!("{}: {}", j.name, j.because)).collect();
        for word in words {
            if !trace.iter().any(|line| line == word) {
                wrong.push(format!("{name}: no \"{word}\" in {trace:#?}"));
            }
        }
        let naively = asked.with(|ask| naive::judge(&documents, &organization(), ask));
        if naively != naive::Answer::of(&answer) {
            wrong.push(format!("{name}: {naively:#?} by the naive evaluator"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
