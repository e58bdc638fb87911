//! What those do who run Curfew, and what happens to those who leave.

use client::{EmergencyScope, NewEmergency, NewRequest};
use journeys::{Plan, REASON, System, eventually};
use reqwest::Method;
use serde_json::json;

const ACCOUNT: &str = "warehouse-docks-production";
const OTHER: &str = "payments-ledger-production";
const SET: &str = "DatabaseAdministrator";

/// Somebody's active access, without asking anybody.
async fn access(system: &System, who: &str, account: &str) -> client::Grant {
    let person = system.person(who).await;
    let request = system.ask(who, vec![system.pair(account, SET)], 60).await;
    system.grant_in(&person, request.id, "active").await
}

fn ends(scope: EmergencyScope) -> NewEmergency {
    NewEmergency { ends: Some(scope), reason: "somebody's keys were stolen".to_owned(), ..NewEmergency::default() }
}

fn switch(to: &str) -> NewEmergency {
    NewEmergency { new_access: Some(to.to_owned()), reason: "we look into it".to_owned(), ..NewEmergency::default() }
}

/// Makes carla an admin beside frank.
async fn second_admin(system: &System) {
    let membership = format!("/control/groups/curfew-admins/members/{}", system.user("carla"));
    system.tell_simulator(Method::PUT, &membership, &json!({})).await;
    let carla = system.person("carla").await;
    eventually("the directory hears that carla is an admin", async || {
        matches!(carla.me().await, Ok(client::Me::User { admin: true, .. })).then_some(())
    })
    .await;
}

#[tokio::test]
async fn who_is_disabled_in_identity_center_loses_all_access_and_what_they_asked_for() {
    let system = Plan::new().set("aws.directory_every_s", "1").start().await;
    system.rule(SET, journeys::automatic()).await;
    system.rule("PowerUserAccess", json!({})).await;
    access(&system, "ann", ACCOUNT).await;
    access(&system, "ann", OTHER).await;
    access(&system, "ben", ACCOUNT).await;
    let waits = system.ask("ann", vec![system.pair(ACCOUNT, "PowerUserAccess")], 60).await;
    let ann = system.user("ann");
    system.simulator_post(&format!("/control/users/{ann}/disable"), &json!({})).await;
    for account in [ACCOUNT, OTHER] {
        system.gone("ann", account, SET).await;
    }
    assert!(system.is_assigned("ben", ACCOUNT, SET).await, "nobody else loses anything");
    let frank = system.person("frank").await;
    system.request_in(&frank, waits.id, "cancelled").await;
    let mine = client::GrantFilter { role: Some("all".to_owned()), ..client::GrantFilter::default() };
    eventually("her grants ended for that reason", async || {
        let all = frank.grants(&mine).await.ok()?.items;
        let hers: Vec<_> = all.iter().filter(|grant| grant.principal.as_deref() == Some(&*ann)).collect();
        let ended = |g: &&client::Grant| g.state == "ended" && g.reason.as_deref() == Some("user_disabled");
        (hers.len() == 2 && hers.iter().all(ended)).then_some(())
    })
    .await;
    eventually("admins hear of it", async || {
        system.mails("frank").await.into_iter().find(|mail| mail.subject.contains("is disabled in Identity Center"))
    })
    .await;
}

#[tokio::test]
async fn an_emergency_of_an_account_takes_two_where_two_are_always_asked() {
    let system = Plan::new().set("aws.directory_every_s", "1").set("emergency.second_person", "always").start().await;
    system.rule(SET, journeys::automatic()).await;
    second_admin(&system).await;
    access(&system, "ann", ACCOUNT).await;
    access(&system, "ben", ACCOUNT).await;
    access(&system, "ann", OTHER).await;
    let (frank, carla) = (system.person("frank").await, system.person("carla").await);
    let account = system.account(ACCOUNT);
    let pressed = frank.press_emergency(&ends(EmergencyScope::Account { account })).await.unwrap();
    assert_eq!(pressed.state, "waiting");
    let own = frank.agree_to_emergency(pressed.id).await.unwrap_err();
    assert!(own.is("own-change"), "{own:?}");
    assert!(system.is_assigned("ann", ACCOUNT, SET).await, "one person is not enough");
    eventually("carla is asked", async || {
        system.mails("carla").await.into_iter().find(|mail| mail.subject.contains("asks a second admin"))
    })
    .await;
    assert_eq!(carla.agree_to_emergency(pressed.id).await.unwrap().state, "running");
    system.gone("ann", ACCOUNT, SET).await;
    system.gone("ben", ACCOUNT, SET).await;
    assert!(system.is_assigned("ann", OTHER, SET).await, "another account is no matter of it");
    let done = eventually("it is done", async || {
        frank.emergency(pressed.id).await.ok().filter(|emergency| emergency.state == "done")
    })
    .await;
    assert_eq!(done.ended_grants, 2);
}

#[tokio::test]
async fn new_access_pauses_by_one_admin_and_resumes_by_two() {
    let system = Plan::new().set("aws.directory_every_s", "1").start().await;
    system.rule(SET, journeys::automatic()).await;
    second_admin(&system).await;
    let had = access(&system, "ben", ACCOUNT).await;
    let (ann, ben) = (system.person("ann").await, system.person("ben").await);
    let (frank, carla) = (system.person("frank").await, system.person("carla").await);
    assert_eq!(frank.press_emergency(&switch("pause")).await.unwrap().state, "done");
    let wish = NewRequest {
        pairs: vec![system.pair(OTHER, SET)],
        minutes: 30,
        reason: REASON.to_owned(),
        ..NewRequest::default()
    };
    let request = ann.submit(&wish, None).await.unwrap();
    assert_eq!(request.state, "approved", "asking and deciding go on");
    ben.end(had.id).await.unwrap();
    system.gone("ben", ACCOUNT, SET).await;
    assert_eq!(ann.request(request.id).await.unwrap().grants[0].state, "scheduled");
    assert!(!system.is_assigned("ann", OTHER, SET).await);
    let resume = frank.press_emergency(&switch("resume")).await.unwrap();
    assert_eq!(resume.state, "waiting", "resuming takes two");
    assert_eq!(frank.operations().await.unwrap().pauses.len(), 1);
    carla.agree_to_emergency(resume.id).await.unwrap();
    system.grant_in(&ann, request.id, "active").await;
    let operations = frank.operations().await.unwrap();
    assert!(operations.pauses.is_empty() && operations.workers.iter().any(|worker| worker.alive), "{operations:?}");
}

#[tokio::test]
async fn a_failed_access_is_tried_again_by_whoever_asked_and_a_doubt_is_looked_into() {
    let system = Plan::new().start().await;
    system.rule(SET, journeys::automatic()).await;
    let (ann, frank) = (system.person("ann").await, system.person("frank").await);
    let denied = json!({"kind": "access_denied", "operations": ["CreateAccountAssignment"], "count": 1});
    system.simulator_post("/control/faults", &denied).await;
    let request = system.ask("ann", vec![system.pair(ACCOUNT, SET)], 60).await;
    let failed = system.grant_in(&ann, request.id, "ended").await;
    assert_eq!(failed.reason.as_deref(), Some("failed"));
    let parked = frank.parked().await.unwrap().items;
    assert!(parked.iter().any(|one| one.kind == "grant" && one.id == failed.id), "{parked:?}");
    let again = ann.retry_grant(failed.id).await.unwrap();
    eventually("it is there", async || ann.grant(again.id).await.ok().filter(|grant| grant.state == "active")).await;
    let forced = frank.force_revoke(again.id).await.unwrap();
    assert_eq!((forced.shown_by_aws, forced.removal_due), (Some(true), true), "{forced:?}");
    system.gone("ann", ACCOUNT, SET).await;
    eventually("a second look shows that it is gone", async || {
        let look = frank.force_revoke(again.id).await.ok()?;
        (look.state == "ended" && look.shown_by_aws == Some(false) && !look.removal_due).then_some(())
    })
    .await;
}
