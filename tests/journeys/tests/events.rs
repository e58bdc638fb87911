//! What happens, told as it happens: to those whom it concerns, and to nobody else.

use std::time::Duration;

use client::{Client, DocumentKind, Event, Events, TokenSource};
use journeys::{Plan, System, eventually};
use serde_json::json;

const ACCOUNT: &str = "freight-booking-production";
const SET: &str = "PowerUserAccess";

/// The names of what is heard until nothing more comes for a while.
async fn heard(events: &mut Events) -> Vec<String> {
    let mut names = Vec::new();
    while let Ok(next) = tokio::time::timeout(Duration::from_secs(2), events.next()).await {
        match next.unwrap() {
            Some(Event::Happened(happened)) => names.push(happened.action),
            Some(Event::Gap | Event::Directory) => {}
            None => break,
        }
    }
    names
}

async fn follows(who: &Client, request: Option<uuid::Uuid>, all: bool) -> Events {
    let mut events = who.events(request, all).await.unwrap();
    assert_eq!(events.next().await.unwrap(), Some(Event::Gap), "at first everybody has to look");
    events
}

#[tokio::test]
async fn what_happens_is_told_at_once_to_those_whom_it_concerns() {
    let system = Plan::new().start().await;
    system.rule(SET, json!({})).await;
    let (ann, ben, carla, erin) = (
        system.person("ann").await,
        system.person("ben").await,
        system.person("carla").await,
        system.person("erin").await,
    );
    let mut anns = follows(&ann, None, false).await;
    let mut bens = follows(&ben, None, false).await;
    let mut carlas = follows(&carla, None, false).await;
    let mut erins = follows(&erin, None, true).await;
    let refused = ann.events(None, true).await.unwrap_err();
    assert_eq!(refused.problem().unwrap().status, 403, "everybody's is for auditors and admins");

    let request = system.ask("ann", vec![system.pair(ACCOUNT, SET)], 30).await;
    let mut one = follows(&ann, Some(request.id), false).await;
    let hidden = ben.events(Some(request.id), false).await.unwrap_err();
    assert_eq!(hidden.problem().unwrap().status, 404, "who may not see it may not follow it");
    system.approve("carla", request.id).await;
    system.grant_in(&ann, request.id, "active").await;

    let life = ["request.submitted.v1", "request.approved.v1", "grant.activated.v1"];
    for (who, events) in [("ann", &mut anns), ("carla", &mut carlas), ("erin", &mut erins)] {
        let names = heard(events).await;
        for name in life {
            assert!(names.iter().any(|heard| heard == name), "{who} has not heard {name}: {names:?}");
        }
    }
    let names = heard(&mut one).await;
    assert!(names.contains(&"grant.activated.v1".to_owned()), "{names:?}");
    assert!(heard(&mut bens).await.is_empty(), "it is no business of ben's");
    let nobody = Client::new(System::endpoints(&system), TokenSource::none()).unwrap();
    assert!(nobody.events(None, false).await.unwrap_err().needs_sign_in());
}

#[tokio::test]
async fn owners_and_managers_who_were_asked_hear_that_somebody_else_decided() {
    let system = Plan::new().start().await;
    let owners = json!({
        "name": "Whose it is",
        "target": {"kind": "account", "id": system.account(ACCOUNT)},
        "owners": {"users": [system.user("ben")]},
    });
    system.document(DocumentKind::Owners, &owners).await;
    let manager = json!({ "manager": system.user("erin") });
    let path = format!("/v1/users/{}/manager", system.user("ann"));
    let frank = system.token("frank").await;
    let set = system.send(reqwest::Method::PUT, &path, Some(&frank), &[], Some(&manager)).await;
    assert_eq!(set.status, 204, "{}", set.text);
    let voters = json!({"groups": [system.group("prod-approvers")], "owners": true, "manager": {}});
    let approval = json!({"kind": "policy", "stages": [{"voters": voters, "votes": 1}]});
    system.rule(SET, json!({ "approval": approval })).await;
    let (ben, erin, frank) = (system.person("ben").await, system.person("erin").await, system.person("frank").await);
    let mut owner = follows(&ben, None, false).await;
    let mut their_manager = follows(&erin, None, false).await;
    let mut somebody = follows(&frank, None, false).await;

    let request = system.ask("ann", vec![system.pair(ACCOUNT, SET)], 30).await;
    system.approve("carla", request.id).await;
    for (who, events) in [("the owner", &mut owner), ("the manager", &mut their_manager)] {
        let names = heard(events).await;
        assert!(names.contains(&"request.approved.v1".to_owned()), "{who} has heard {names:?}");
    }
    assert!(heard(&mut somebody).await.is_empty(), "an admin is not concerned by being one");
}

#[tokio::test]
async fn who_follows_too_much_at_once_is_told_so_and_hinders_nobody() {
    let system = Plan::new().set("http.streams_per_caller", "3").start().await;
    let (ann, ben) = (system.person("ann").await, system.person("ben").await);
    let mut open = Vec::new();
    for _ in 0..3 {
        open.push(follows(&ann, None, false).await);
    }
    let refused = ann.events(None, false).await.unwrap_err();
    let problem = refused.problem().unwrap();
    assert_eq!((problem.status, problem.slug()), (429, "too-many-streams"), "{problem:?}");
    follows(&ben, None, false).await;
    open.pop();
    eventually("the place of whoever went is free again", async || ann.events(None, false).await.ok()).await;
}

#[tokio::test]
async fn whoever_follows_the_directory_hears_that_it_is_read_anew_and_of_no_request() {
    let system = Plan::new().start().await;
    system.rule(SET, json!({})).await;
    let (ann, frank) = (system.person("ann").await, system.person("frank").await);
    let mut events = ann.events_of_directory().await.unwrap();
    assert_eq!(events.next().await.unwrap(), Some(Event::Gap), "at first everybody has to look");
    assert_eq!(events.next().await.unwrap(), Some(Event::Directory), "it may have changed meanwhile");
    system.ask("ann", vec![system.pair(ACCOUNT, SET)], 30).await;
    let read_at =
        |ages: client::DirectoryAges| ages.parts.into_iter().map(|part| part.succeeded_at).collect::<Vec<_>>();
    let before = read_at(ann.directory().await.unwrap());
    frank.read_directory(&[]).await.unwrap();
    loop {
        let heard = tokio::time::timeout(Duration::from_secs(20), events.next()).await.expect("it is told");
        assert_eq!(heard.unwrap(), Some(Event::Directory));
        let now = ann.directory().await.unwrap();
        if now.parts.iter().all(|part| part.progress.is_none()) {
            assert!(read_at(now).iter().zip(&before).all(|(now, before)| now > before), "all of it was read anew");
            break;
        }
    }
}
