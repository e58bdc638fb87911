//! The whole life: ask, approve by the link in the mail, have access, give it back. In one process, in seven,
//! and on an AWS that none of us wrote.

use std::collections::BTreeSet;

use client::{Client, TokenSource};
use journeys::{Moto, Plan, System, eventually, never_within};
use serde_json::json;

const ACCOUNT: &str = "freight-booking-production";
const SET: &str = "PowerUserAccess";

/// Plays it; what differs is whom to ask what AWS shows.
async fn play(system: &System, is_assigned: impl AsyncFn() -> bool) {
    system.rule(SET, json!({})).await;
    let hooks = system.webhook("life").await;
    let (ann, carla) = (system.person("ann").await, system.person("carla").await);

    let request = system.ask("ann", vec![system.pair(ACCOUNT, SET)], 30).await;
    assert_eq!(request.state, "pending");
    assert!(request.grants.is_empty());

    let mail = system.mail("carla", request.id, "asks for").await;
    let approve = mail.link_token("Approve");
    assert_ne!(approve, mail.link_token("Reject"));
    looking_at_the_link_changes_nothing(system, &carla, &ann, &approve).await;
    assert!(!is_assigned().await, "assigned before anybody said yes");

    let outcome = carla.decide_link(&approve, None).await.unwrap();
    assert_eq!((outcome.state.as_str(), outcome.grants.len()), ("approved", 1));
    let again = carla.decide_link(&approve, None).await.unwrap_err();
    assert_eq!(again.problem().unwrap().status, 409, "{again:?}");

    let grant = system.grant_in(&ann, request.id, "active").await;
    assert!(is_assigned().await, "active, and AWS shows no assignment");
    assert!(system.mail("ann", request.id, "Approved").await.text.contains("Carla") || system.moto.is_some());
    system.mail("ann", request.id, "Ready until").await;

    let ending = ann.end(grant.id).await.unwrap();
    assert_eq!(ending.ended.iter().map(|e| e.grant).collect::<Vec<_>>(), [grant.id]);
    let ended = system.grant_in(&ann, request.id, "ended").await;
    assert_eq!(ended.reason.as_deref(), Some("ended_by_requester"));
    assert!(!is_assigned().await, "ended, and AWS still shows the assignment");
    system.mail("ann", request.id, "Ended (given back)").await;

    the_trail_is_complete(system, request.id).await;
    every_fact_arrived_signed(system, &hooks, request.id).await;
}

async fn looking_at_the_link_changes_nothing(system: &System, carla: &Client, ann: &Client, token: &str) {
    for _ in 0..3 {
        let shown = carla.link(token).await.unwrap();
        assert!(!shown.used && shown.sign_in_required);
        assert_eq!((shown.decision, shown.request.state.as_str()), (client::Decision::Approve, "pending"));
    }
    let nobody = Client::new(system.endpoints(), TokenSource::none()).unwrap();
    assert!(nobody.link(token).await.unwrap_err().is("sign-in-required"));
    assert!(nobody.decide_link(token, None).await.unwrap_err().is("sign-in-required"));
    assert!(ann.decide_link(token, None).await.unwrap_err().is("link-of-somebody-else"));
    let mut changed: String = token.to_owned();
    let last = if changed.pop() == Some('A') { 'B' } else { 'A' };
    changed.push(last);
    assert!(carla.decide_link(&changed, None).await.unwrap_err().is("link-unknown"));
}

async fn the_trail_is_complete(system: &System, request: uuid::Uuid) {
    let trail = system.trail(request).await;
    let actions: Vec<&str> = trail.iter().map(|entry| entry.action.as_str()).collect();
    let life = [
        "request.submitted.v1",
        "approval.voted.v1",
        "request.approved.v1",
        "approval.concluded.v1",
        "grant.started.v1",
        "grant.activated.v1",
        "grant.revoking.v1",
        "grant.ended.v1",
        "receipt.made.v1",
    ];
    assert_eq!(actions, life);
    assert!(trail.is_sorted_by_key(|entry| entry.at), "{trail:?}");
    assert_eq!(trail[1].data["channel"], "link_signed_in");
    assert_eq!(trail[1].actor["id"], system.user("carla"), "{}", trail[1].actor);
}

async fn every_fact_arrived_signed(system: &System, hooks: &journeys::HookSink, request: uuid::Uuid) {
    let published = [
        "request.submitted.v1",
        "approval.concluded.v1",
        "request.approved.v1",
        "grant.activated.v1",
        "grant.revoking.v1",
        "grant.ended.v1",
    ];
    let wanted: BTreeSet<String> = published.map(str::to_owned).into();
    eventually("every published fact of the life arrives", async || {
        let arrived = system.hooks(hooks).await;
        assert!(arrived.iter().all(|hook| hook.is_signed_with(&hooks.secret)), "{arrived:?}");
        let kinds = arrived.iter().filter(|hook| hook.json()["data"]["request"] == json!(request));
        (kinds.map(journeys::Hook::kind).collect::<BTreeSet<_>>() == wanted).then_some(())
    })
    .await;
    let forged = system.hooks(hooks).await;
    assert!(!forged[0].is_signed_with("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo="));
}

#[tokio::test]
async fn a_life_passes_with_every_service_in_one_process() {
    let system = Plan::new().start().await;
    play(&system, async || system.is_assigned("ann", ACCOUNT, SET).await).await;
    let intervals = system.intervals("ann", ACCOUNT, SET).await;
    assert_eq!(intervals.len(), 1, "{intervals:?}");
}

#[tokio::test]
async fn a_life_passes_with_a_process_for_each_service() {
    let system = Plan::new().seven_processes().start().await;
    assert_eq!(system.children.len(), 7);
    play(&system, async || system.is_assigned("ann", ACCOUNT, SET).await).await;
    assert_eq!(system.intervals("ann", ACCOUNT, SET).await.len(), 1);
}

#[tokio::test]
async fn a_life_passes_on_an_aws_that_none_of_us_wrote() {
    let system = Plan::new().on_moto(Moto::start().await).start().await;
    let moto = system.moto.as_ref().unwrap();
    let (ann, account, set) = (system.user("ann"), system.account(ACCOUNT), system.permission_set(SET));
    play(&system, async || moto.assignments(&ann, &account, &set).await > 0).await;
    assert!(system.calls("CreateAccountAssignment").await.is_empty(), "a call went to the simulator");
}

#[tokio::test]
async fn access_for_one_minute_is_gone_on_time() {
    let system = Plan::new().with_the_pace_of_aws().start().await;
    system.rule(SET, journeys::automatic()).await;
    let ann = system.person("ann").await;
    let request = system.ask("ann", vec![system.pair(ACCOUNT, SET)], 1).await;
    let grant = system.grant_in(&ann, request.id, "active").await;
    let deadline = grant.deadline_at.unwrap();
    let left = std::time::Duration::try_from(deadline.duration_since(jiff::Timestamp::now())).unwrap();
    assert!(left.as_secs() <= 60, "the deadline is {left:?} away");
    // It stays until its time is up.
    let almost = left.saturating_sub(std::time::Duration::from_secs(2));
    never_within(almost, "the access went before its time", async || !system.is_assigned("ann", ACCOUNT, SET).await)
        .await;
    let interval = system.gone("ann", ACCOUNT, SET).await;
    let late = interval.until.unwrap().duration_since(deadline);
    assert!(!late.is_negative(), "it was gone {late:#} before its deadline");
    assert!(late.as_secs() < 20, "it was gone only {late:#} after its deadline");
    let ended = system.grant_in(&ann, request.id, "ended").await;
    assert_eq!(ended.reason.as_deref(), Some("deadline"));
    let first = system.calls("DeleteAccountAssignment").await.into_iter().next().unwrap();
    let lateness = first.at.duration_since(deadline);
    assert!(lateness.as_millis() < 1_500, "the first call to remove it came {lateness:#} after the deadline");
    system.mail("ann", request.id, "Ended (its time was up)").await;
}
