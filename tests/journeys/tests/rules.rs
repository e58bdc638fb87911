//! What rules say about who decides, when, and for whom, from the question to the access in AWS.

use std::time::Duration;

use client::{Decision, DocumentKind, Look, NewDelegation, NewRequest, Pair, Word};
use jiff::{SignedDuration, Timestamp};
use journeys::{Plan, REASON, System, eventually, within};
use reqwest::Method;
use serde_json::{Value, json};

const ACCOUNT: &str = "payments-ledger-production";
const OTHER: &str = "payments-fraud-production";
const SET: &str = "PowerUserAccess";

fn pair(system: &System) -> Vec<Pair> {
    vec![system.pair(ACCOUNT, SET)]
}

fn wish(pairs: Vec<Pair>) -> NewRequest {
    NewRequest { pairs, minutes: 30, reason: REASON.to_owned(), ..NewRequest::default() }
}

fn users(system: &System, names: &[&str]) -> Value {
    json!({"users": names.iter().map(|name| system.user(name)).collect::<Vec<_>>()})
}

async fn nothing_was_tried(system: &System) {
    assert!(system.calls("CreateAccountAssignment").await.is_empty(), "a call to create an assignment was made");
}

#[tokio::test]
async fn a_stage_that_takes_too_long_is_escalated_and_the_next_one_needs_somebody_else() {
    let system = Plan::new().start().await;
    let first = json!({"voters": users(&system, &["dave"]), "votes": 1,
        "escalation": {"after_minutes": 1, "to": users(&system, &["carla"])}});
    let second = json!({"voters": {"groups": [system.group("prod-approvers")]}, "votes": 1});
    system.rule(SET, json!({"approval": {"kind": "policy", "stages": [first, second]}})).await;
    let (ann, carla) = (system.person("ann").await, system.person("carla").await);
    let request = system.ask("ann", pair(&system), 30).await;
    system.mail("dave", request.id, "Decide by").await;
    let early = carla.decide(request.id, Decision::Approve, None, None).await.unwrap_err();
    assert!(early.is("stage-not-begun"), "{early:?}");
    assert!(system.mails("carla").await.is_empty(), "carla heard of it before it was escalated");
    within(Duration::from_secs(100), "carla hears that it was escalated", async || {
        system.mails("carla").await.into_iter().find(|mail| mail.subject.contains("Escalated"))
    })
    .await;
    assert_eq!(system.approve("carla", request.id).await.state, "pending");
    system.mail("dave", request.id, "Your turn").await;
    let twice = carla.decide(request.id, Decision::Approve, None, None).await.unwrap_err();
    assert!(twice.is("already-voted"), "{twice:?}");
    nothing_was_tried(&system).await;
    assert_eq!(system.approve("dave", request.id).await.state, "approved");
    system.grant_in(&ann, request.id, "active").await;
    let facts = system.actions(request.id).await;
    for fact in ["approval.escalated.v1", "approval.stage_began.v1", "approval.concluded.v1"] {
        assert_eq!(facts.iter().filter(|one| *one == fact).count(), 1, "{fact} in {facts:?}");
    }
}

#[tokio::test]
async fn break_glass_is_immediate_and_loud_and_owes_a_review_by_somebody_else() {
    let system = Plan::new().start().await;
    system.rule(SET, json!({})).await;
    let reviewers = json!({"reviewers": {"groups": [system.group("prod-approvers")]}});
    let glass =
        json!({"name": "Break-glass", "max_minutes": 60, "approval": {"kind": "break_glass", "review": reviewers}});
    let rule = system.rule(SET, glass).await;
    let (ann, carla) = (system.person("ann").await, system.person("carla").await);
    let plain = ann.submit(&wish(pair(&system)), None).await.unwrap();
    assert_eq!(plain.state, "pending", "break-glass is taken only when it is asked for by name");
    ann.cancel(plain.id, None).await.unwrap();

    let taken = ann.submit(&NewRequest { break_glass: Some(rule.id), ..wish(pair(&system)) }, None).await.unwrap();
    assert_eq!((taken.state.as_str(), taken.break_glass), ("approved", Some(rule.id)));
    system.grant_in(&ann, taken.id, "active").await;
    // Admins, auditors, and those who would have been asked.
    for alarmed in ["frank", "erin", "carla", "dave"] {
        let mail = system.mail(alarmed, taken.id, "BREAK-GLASS").await;
        assert!(mail.text.contains(REASON), "{}", mail.text);
    }
    system.mail("carla", taken.id, "Review this break-glass").await;
    let review = ann.request(taken.id).await.unwrap().reviews.remove(0);
    assert!(review.break_glass && review.done.is_none());
    let own = ann.review(review.id, &Look::default()).await.unwrap_err();
    assert!([403, 404].contains(&own.problem().unwrap().status), "{own:?}");
    let comment = Some("The ledger was locked, as the incident says".to_owned());
    carla.review(review.id, &Look { concern: false, comment }).await.unwrap();
    system.mail("ann", taken.id, "Reviewed").await;
    let facts = system.actions(taken.id).await;
    for fact in ["request.break_glass.v1", "review.opened.v1", "review.done.v1"] {
        assert!(facts.iter().any(|one| one == fact), "{fact} is missing in {facts:?}");
    }
}

#[tokio::test]
async fn a_freeze_covers_the_time_of_the_access_and_not_the_asking() {
    let system = Plan::new().start().await;
    system.rule(SET, journeys::automatic()).await;
    let ann = system.person("ann").await;
    let before = ann.submit(&wish(pair(&system)), None).await.unwrap();
    let active = system.grant_in(&ann, before.id, "active").await;
    let now = Timestamp::now();
    let freeze = json!({"name": "Year's end", "from": now - SignedDuration::from_mins(1), "until": now + SignedDuration::from_hours(2),
        "accounts": {"ids": [system.account(ACCOUNT)]}, "permission_sets": {"all": true}});
    system.document(DocumentKind::Freeze, &freeze).await;
    let refused = ann.submit(&wish(pair(&system)), None).await.unwrap_err();
    let problem = refused.problem().unwrap();
    assert!((400..500).contains(&problem.status) && format!("{problem:?}").contains("Year's end"), "{problem:?}");
    let later = NewRequest { start_at: Some(now + SignedDuration::from_hours(3)), ..wish(pair(&system)) };
    let later = ann.submit(&later, None).await.unwrap();
    assert_eq!(later.state, "approved", "asking for a time outside it is not hindered");
    let elsewhere = ann.submit(&wish(vec![system.pair(OTHER, SET)]), None).await.unwrap();
    system.grant_in(&ann, elsewhere.id, "active").await;
    assert_eq!(ann.grant(active.id).await.unwrap().state, "active", "active access is reported, not cut");
    assert!(system.is_assigned("ann", ACCOUNT, SET).await);
}

#[tokio::test]
async fn who_asks_for_somebody_else_is_told_and_so_is_who_gets_it() {
    let system = Plan::new().start().await;
    system.rule(SET, json!({"on_behalf": users(&system, &["ben"])})).await;
    let (ann, ben) = (system.person("ann").await, system.person("ben").await);
    let for_ann = NewRequest { beneficiary: Some(system.user("ann")), ..wish(pair(&system)) };
    let request = ben.submit(&for_ann, None).await.unwrap();
    assert_eq!((request.requester.id, request.beneficiary.id), (system.user("ben"), system.user("ann")));
    system.mail("ann", request.id, "on your behalf").await;
    let mail = system.mail("carla", request.id, "asks for").await;
    assert!(mail.text.contains("on behalf of"), "{}", mail.text);
    for own in [&ann, &ben] {
        let refused = own.decide(request.id, Decision::Approve, None, None).await.unwrap_err();
        assert!(refused.is("own-request") || refused.is("not-an-approver"), "{refused:?}");
    }
    system.approve("carla", request.id).await;
    system.mail("ann", request.id, "Approved").await;
    system.mail("ben", request.id, "Approved").await;
    system.grant_in(&ann, request.id, "active").await;
    assert!(system.is_assigned("ann", ACCOUNT, SET).await);
    assert!(!system.is_assigned("ben", ACCOUNT, SET).await);
    let other = NewRequest { beneficiary: Some(system.user("ben")), ..wish(pair(&system)) };
    assert!(ann.submit(&other, None).await.is_err(), "only ben may ask for others");
}

#[tokio::test]
async fn pairs_that_are_decided_apart_have_one_mail_and_an_outcome_each() {
    let system = Plan::new().start().await;
    let mut approval = system.approved_by("prod-approvers", 1);
    approval["pairs"] = json!("apart");
    system.rule(SET, json!({ "approval": approval })).await;
    let ann = system.person("ann").await;
    let pairs = vec![system.pair(ACCOUNT, SET), system.pair(OTHER, SET)];
    let request = system.ask("ann", pairs.clone(), 30).await;
    let mail = system.mail("carla", request.id, "asks for").await;
    assert!(
        mail.text.contains(&format!("/requests/{}", request.id)) && !mail.text.contains("/decide/"),
        "{}",
        mail.text
    );
    assert_eq!(system.mails("carla").await.len(), 1, "one message for the whole request");
    let one = Word { pairs: vec![pairs[0].clone()], ..Word::default() };
    let outcome = system.person("carla").await.say(request.id, &one).await.unwrap();
    assert_eq!((outcome.state.as_str(), outcome.grants.len()), ("pending", 1));
    system.mail("ann", request.id, "A part was approved").await;
    eventually("the part is there while the rest waits", async || {
        system.is_assigned("ann", ACCOUNT, SET).await.then_some(())
    })
    .await;
    assert!(!system.is_assigned("ann", OTHER, SET).await);
    let no = Word { decision: Decision::Reject, pairs: vec![pairs[1].clone()], ..Word::default() };
    system.person("dave").await.say(request.id, &no).await.unwrap();
    let decided = system.request_in(&ann, request.id, "approved").await;
    let states: Vec<_> = decided.items.iter().map(|item| item.state.as_deref().unwrap()).collect();
    assert_eq!((states, decided.grants.len()), (vec!["approved", "rejected"], 1));
    system.mail("ann", request.id, "Approved in part").await;
}

#[tokio::test]
async fn who_stands_in_counts_for_whom_they_stand_in_for_and_once() {
    let system = Plan::new().start().await;
    let approval = json!({"kind": "policy", "delegates": users(&system, &["ben"]),
        "stages": [{"voters": users(&system, &["carla", "dave"]), "votes": 2}]});
    system.rule(SET, json!({ "approval": approval })).await;
    let (dave, ben) = (system.person("dave").await, system.person("ben").await);
    let request = system.ask("ann", pair(&system), 30).await;
    let nobody = ben.decide(request.id, Decision::Approve, None, None).await.unwrap_err();
    assert!(nobody.is("not-an-approver"), "{nobody:?}");
    let until = Timestamp::now() + SignedDuration::from_hours(24);
    let away = NewDelegation {
        to: system.user("ben"),
        from: None,
        starts_at: None,
        ends_at: until,
        reason: Some("On a train".to_owned()),
    };
    dave.delegate(&away).await.unwrap();
    for told in ["ben", "dave"] {
        eventually(&format!("{told} hears of the delegation"), async || {
            system.mails(told).await.into_iter().find(|mail| mail.subject.contains("stands in for"))
        })
        .await;
    }
    assert_eq!(system.approve("ben", request.id).await.state, "pending");
    let vote = system.trail(request.id).await.into_iter().find(|entry| entry.action == "approval.voted.v1").unwrap();
    assert_eq!(
        (vote.data["voter"].as_str(), vote.data["stands_for"].as_str()),
        (Some(&*system.user("ben")), Some(&*system.user("dave")))
    );
    let twice = dave.decide(request.id, Decision::Approve, None, None).await.unwrap_err();
    assert!(twice.is("already-voted"), "the two count as one person: {twice:?}");
    assert_eq!(system.approve("carla", request.id).await.state, "approved");
    system.grant_in(&system.person("ann").await, request.id, "active").await;
}

#[tokio::test]
async fn a_change_that_loosens_waits_for_a_second_admin() {
    let system = Plan::new().set("aws.directory_every_s", "1").start().await;
    let membership = format!("/control/groups/curfew-admins/members/{}", system.user("carla"));
    system.tell_simulator(Method::PUT, &membership, &json!({})).await;
    let (ann, frank, carla) = (system.person("ann").await, system.person("frank").await, system.person("carla").await);
    eventually("the directory hears that carla is an admin", async || {
        matches!(carla.me().await, Ok(client::Me::User { admin: true, .. })).then_some(())
    })
    .await;
    let rule = json!({"name": "Looser", "subjects": {"groups": [system.group("engineers")]}, "accounts": {"all": true},
        "permission_sets": {"arns": [system.permission_set(SET)]}, "max_minutes": 60, "approval": journeys::automatic()["approval"]});
    let change = frank.make(DocumentKind::Rule, &rule).await.unwrap().waiting().expect("it waits");
    assert!(frank.rules().await.unwrap().items.is_empty(), "it is in force already");
    assert!(ann.submit(&wish(pair(&system)), None).await.unwrap_err().is("not-eligible"));
    eventually("carla hears of it", async || {
        system.mails("carla").await.into_iter().find(|mail| mail.subject.contains("wants to change the rules"))
    })
    .await;
    let alone = frank.apply_change(change.id).await.unwrap_err();
    assert!([403, 409].contains(&alone.problem().unwrap().status), "{alone:?}");
    carla.apply_change(change.id).await.unwrap();
    let request = ann.submit(&wish(pair(&system)), None).await.unwrap();
    system.grant_in(&ann, request.id, "active").await;
}

#[tokio::test]
async fn who_is_on_duty_by_pagerduty_needs_nobody_and_who_is_not_is_refused() {
    let system = Plan::new().with_the_desk().start().await;
    let on_call = json!([{"source": "pagerduty", "id": "POPSPRI"}]);
    let subjects = users(&system, &["carla", "dave"]);
    system.rule(SET, json!({"subjects": subjects, "approval": {"kind": "automatic", "on_call": on_call}})).await;
    let (carla, dave) = (system.person("carla").await, system.person("dave").await);
    let request = carla.submit(&wish(pair(&system)), None).await.unwrap();
    assert_eq!(request.state, "approved", "carla is on call");
    system.grant_in(&carla, request.id, "active").await;
    let refused = dave.submit(&wish(pair(&system)), None).await.unwrap_err();
    assert!(refused.is("not-eligible"), "{refused:?}");
    let handed_over = json!({"name": "Operations, primary", "people": [{"user": "dave"}]});
    system.tell_simulator(Method::PUT, "/control/desk/schedules/POPSPRI", &handed_over).await;
    let request = dave.submit(&wish(pair(&system)), None).await.unwrap();
    assert_eq!(request.state, "approved", "dave is on call now");
    system.tell_simulator(Method::PUT, "/control/desk/pagerduty/behaviour", &json!({"status": 503})).await;
    let away = dave.submit(&wish(vec![system.pair(OTHER, SET)]), None).await.unwrap_err();
    assert!(away.is("not-eligible"), "while PagerDuty is away the rule refuses: {away:?}");
}

#[tokio::test]
async fn a_ticket_is_looked_up_where_it_is_kept() {
    let system = Plan::new().with_the_desk().start().await;
    let check = json!({"required": true, "check": {"system": "jira", "assigned": true}});
    let mut rule = journeys::automatic();
    rule["ticket"] = check;
    system.rule(SET, rule).await;
    let ann = system.person("ann").await;
    let with = |ticket: Option<&str>| NewRequest { ticket: ticket.map(str::to_owned), ..wish(pair(&system)) };
    for (ticket, why) in [
        (None, "none is named"),
        (Some("OPS-102"), "it is done"),
        (Some("OPS-103"), "it is ben's"),
        (Some("OPS-999"), "there is none"),
    ] {
        let refused = ann.submit(&with(ticket), None).await.unwrap_err();
        assert!((400..500).contains(&refused.problem().unwrap().status), "{why}: {refused:?}");
    }
    nothing_was_tried(&system).await;
    let request = ann.submit(&with(Some("OPS-101")), None).await.unwrap();
    system.grant_in(&ann, request.id, "active").await;
    system.tell_simulator(Method::PUT, "/control/desk/jira/behaviour", &json!({"status": 503})).await;
    let away = NewRequest { ticket: Some("OPS-101".to_owned()), ..wish(vec![system.pair(OTHER, SET)]) };
    let refused = ann.submit(&away, None).await.unwrap_err();
    assert!(
        (400..500).contains(&refused.problem().unwrap().status),
        "while Jira is away the rule refuses: {refused:?}"
    );
}

#[tokio::test]
async fn a_rule_that_goes_away_before_a_scheduled_start_takes_the_access_with_it() {
    let system = Plan::new().start().await;
    let rule = system.rule(SET, journeys::automatic()).await;
    let (ann, frank) = (system.person("ann").await, system.person("frank").await);
    let start = Timestamp::now() + SignedDuration::from_secs(8);
    let request = ann.submit(&NewRequest { start_at: Some(start), ..wish(pair(&system)) }, None).await.unwrap();
    system.grant_in(&ann, request.id, "scheduled").await;
    assert!(frank.delete(DocumentKind::Rule, rule.id).await.unwrap().is_none());
    let ended = system.grant_in(&ann, request.id, "ended").await;
    assert_eq!(ended.reason.as_deref(), Some("no_longer_allowed"));
    assert!(ended.ended_at.unwrap() >= start, "it waited for its start");
    let mail = system.mail("ann", request.id, "No longer allowed").await;
    assert!(mail.text.contains("no rule allows it any more"), "{}", mail.text);
    nothing_was_tried(&system).await;
}
